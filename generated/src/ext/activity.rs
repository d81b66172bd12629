//! The payloads of activity events, whose shapes depend on the type of the event.

use serde::de::DeserializeOwned;
use serde_json::{Error, Value};

use crate::types::{
    ActivityEnvelope, ActivityEventType, LikePayload, NewsPayload, PostDeletePayload, ProfileUpdatePayload,
    RelationshipPayload, SpacePayload, Tweet, User,
};

impl ActivityEnvelope {
    /// What type of event it is; `None` where the event does not say.
    ///
    /// The text as X sent it is in `data.event_type`; a type this version does not know is
    /// [`ActivityEventType::Unrecognized`].
    #[must_use]
    pub fn event_type(&self) -> Option<ActivityEventType> {
        self.event_type_text().map(ActivityEventType::from)
    }

    /// The payload as JSON, as it came.
    #[must_use]
    pub fn payload(&self) -> Option<&Value> {
        self.data.as_ref()?.payload.as_ref()
    }

    /// The payload as a type of your choice, whatever type of event it is; `None` where there is no payload.
    ///
    /// # Errors
    /// If the payload has another shape than the type.
    pub fn payload_as<T: DeserializeOwned>(&self) -> Result<Option<T>, Error> {
        self.payload().map(T::deserialize).transpose()
    }

    /// The payload of a `profile.update.*` event; `None` for any other event.
    ///
    /// Earlier names of these types, `ProfileBioUpdate` for one, count as well.
    ///
    /// # Errors
    /// If the payload has another shape.
    pub fn profile_update(&self) -> Result<Option<ProfileUpdatePayload>, Error> {
        self.payload_if(|kind| {
            kind.starts_with("profile.update.") || (kind.starts_with("Profile") && kind.ends_with("Update"))
        })
    }

    /// The payload of a `follow.*`, `mute.*` or `block.*` event; `None` for any other event.
    ///
    /// The earlier names `FollowFollow` and `FollowUnfollow` count as well.
    ///
    /// # Errors
    /// If the payload has another shape.
    pub fn relationship(&self) -> Result<Option<RelationshipPayload>, Error> {
        self.payload_if(|kind| {
            ["follow.", "mute.", "block."].iter().any(|family| kind.starts_with(family))
                || matches!(kind, "FollowFollow" | "FollowUnfollow")
        })
    }

    /// The payload of a `post.create` or `post.mention.create` event, a post; `None` for any other event.
    ///
    /// Other types of the form `post.*.create` count as well; third-party clients have seen `post.reply.create`. The
    /// posts that an event includes are found by [`ActivityEventData::tweet`](crate::types::ActivityEventData::tweet).
    ///
    /// # Errors
    /// If the payload has another shape.
    pub fn post(&self) -> Result<Option<Tweet>, Error> {
        self.payload_if(|kind| kind.starts_with("post.") && kind.ends_with(".create"))
    }

    /// The payload of a `post.delete` event; `None` for any other event.
    ///
    /// # Errors
    /// If the payload has another shape.
    pub fn post_delete(&self) -> Result<Option<PostDeletePayload>, Error> {
        self.payload_if(|kind| kind == "post.delete")
    }

    /// The payload of a `like.create` event; `None` for any other event.
    ///
    /// # Errors
    /// If the payload has another shape.
    pub fn like(&self) -> Result<Option<LikePayload>, Error> {
        self.payload_if(|kind| kind == "like.create")
    }

    /// The payload of a `news.new` event; `None` for any other event.
    ///
    /// The earlier name `NewsNew` counts as well.
    ///
    /// # Errors
    /// If the payload has another shape.
    pub fn news(&self) -> Result<Option<NewsPayload>, Error> {
        self.payload_if(|kind| matches!(kind, "news.new" | "NewsNew"))
    }

    /// The payload of a `spaces.*` event; `None` for any other event.
    ///
    /// # Errors
    /// If the payload has another shape.
    pub fn space(&self) -> Result<Option<SpacePayload>, Error> {
        self.payload_if(|kind| kind.starts_with("spaces."))
    }

    fn event_type_text(&self) -> Option<&str> {
        self.data.as_ref()?.event_type.as_deref()
    }

    fn payload_if<T: DeserializeOwned>(&self, wanted: impl FnOnce(&str) -> bool) -> Result<Option<T>, Error> {
        if self.event_type_text().is_some_and(wanted) { self.payload_as() } else { Ok(None) }
    }
}

impl RelationshipPayload {
    /// Who follows, mutes or blocks, without the object that X may wrap the user in.
    #[must_use]
    pub fn source(&self) -> Option<&User> {
        self.source.as_ref().map(User::unwrapped)
    }

    /// Who is followed, muted or blocked, without the object that X may wrap the user in.
    #[must_use]
    pub fn target(&self) -> Option<&User> {
        self.target.as_ref().map(User::unwrapped)
    }
}

impl SpacePayload {
    /// The user of the Space, its host, without the object that X may wrap the user in.
    #[must_use]
    pub fn user(&self) -> Option<&User> {
        self.user.as_ref().map(User::unwrapped)
    }
}

impl LikePayload {
    /// When the post was liked, in milliseconds since 1970-01-01T00:00:00Z.
    ///
    /// Read from `timestamp_ms`, which is a number on the reference page and a text in the payload guide, or else from
    /// `created_at`.
    #[must_use]
    pub fn liked_at_millis(&self) -> Option<i64> {
        let exact = match self.timestamp_ms.as_ref() {
            Some(Value::Number(number)) => number.as_i64(),
            Some(Value::String(text)) => text.parse().ok(),
            _ => None,
        };
        exact.or_else(|| self.created_at.as_ref()?.unix_millis())
    }
}
