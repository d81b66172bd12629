//! The generated types by the names of their schemas.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tests::equality::Schemas;
use x_api_client::types;

/// The API description.
pub(crate) fn description() -> Schemas {
    let text = include_str!("../../../spec/openapi.yaml");
    Schemas::read(text).expect("the description is YAML")
}

/// Reads a text into a type and writes it again.
pub(crate) fn through<T: DeserializeOwned + Serialize>(text: &str) -> Result<Value, serde_json::Error> {
    serde_json::to_value(serde_json::from_str::<T>(text)?)
}

macro_rules! by_name {
    ($($name:ident)*) => {
        /// The names of the schemas, and of their types.
        pub(crate) const NAMES: &[&str] = &[$(stringify!($name)),*];

        /// Reads a value into the type of a schema and writes it again; `None` where there is no such type.
        pub(crate) fn through_type(name: &str, value: &Value) -> Option<Result<Value, serde_json::Error>> {
            let text = value.to_string();
            match name {
                $(stringify!($name) => Some(through::<types::$name>(&text)),)*
                _ => None,
            }
        }
    };
}

by_name! {
    AccountActivity AccountActivityTweet ActivityEnvelope ActivityErrors ActivityEvent ActivityEventData
    ActivityEventName ActivityEventType Annotation Cashtag CommunityId Connection ConnectionEndpoint ConnectionField
    ConnectionHistory ConnectionId ConnectionStatus ContextAnnotation ContextLabel CreatedSubscription
    CreatorSubscription DeletedSubscription Deletion DmAttachments DmConversationId DmEvent DmEventField DmEventId
    DmEventList DmEventType DmExpansion EditControls Entities EventUuid FilterDirection Hashtag Includes LikeId
    LikePayload MatchedMediaNote Media MediaField MediaKey MediaMetadata MediaMetrics MediaVariant Mention
    NewEventSubscription NewSubscription NewUserSubscription NewsPayload NewsPost NoteRequestSuggestion NoteTweet
    PageMeta PageToken Place PlaceId PlaceType Poll PollId PollOption PostDeletePayload Problem ProblemKind
    ProfileUpdatePayload ReferenceType ReferencedTweet RelationshipPayload ReplySettings SpacePayload Subscription
    SubscriptionData SubscriptionFilter SubscriptionId SubscriptionList SubscriptionUpdate Topic TopicId Tweet
    TweetAttachments TweetField TweetId TweetMetrics TweetScopes UpdatedSubscription UrlEntity UrlImage User
    UserAffiliation UserConnectionStatus UserEntities UserField UserId UserMetrics UserSubscriptionType VerifiedType
    VotingStatus WebhookId Withheld WithheldScope WrappedSubscription
}
