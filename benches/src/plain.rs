//! The types of the responses as one would write them by hand, with nothing but serde's derive: what decoding is compared with.
//!
//! They have the members of the generated types, and do less: an array that is null is an error, an id that is a number as
//! well, and members that the description does not name are dropped, where the generated types keep those of open objects
//! (`#[serde(flatten)]` would, at several times the cost).

#![expect(missing_docs, reason = "they are those of the client, whose documentation stands there")]

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct ActivityEnvelope {
    pub data: Option<ActivityEventData>,
    #[serde(default)]
    pub errors: Vec<Problem>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct ActivityEventData {
    pub event_type: Option<String>,
    pub event_uuid: Option<EventUuid>,
    pub filter: Option<SubscriptionFilter>,
    pub includes: Option<Includes>,
    pub payload: Option<Value>,
    pub tag: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Annotation {
    pub end: Option<i64>,
    pub normalized_text: Option<String>,
    pub probability: Option<f64>,
    pub start: Option<i64>,
    pub r#type: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Cashtag {
    pub end: Option<i64>,
    pub start: Option<i64>,
    pub tag: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct CommunityId(String);

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct ContextAnnotation {
    pub domain: Option<ContextLabel>,
    pub entity: Option<ContextLabel>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct ContextLabel {
    pub description: Option<String>,
    pub id: Option<String>,
    pub name: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct CreatorSubscription {
    pub subscribes_to_you: Option<bool>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct DmAttachments {
    #[serde(default)]
    pub card_ids: Vec<String>,
    #[serde(default)]
    pub media_keys: Vec<MediaKey>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct DmConversationId(String);

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct DmEvent {
    pub attachments: Option<DmAttachments>,
    #[serde(default)]
    pub cashtags: Vec<Cashtag>,
    pub created_at: Option<Timestamp>,
    pub dm_conversation_id: Option<DmConversationId>,
    pub entities: Option<Entities>,
    pub event_type: Option<DmEventType>,
    #[serde(default)]
    pub hashtags: Vec<Hashtag>,
    pub id: Option<DmEventId>,
    #[serde(default)]
    pub mentions: Vec<Mention>,
    #[serde(default)]
    pub participant_ids: Vec<UserId>,
    #[serde(default)]
    pub referenced_posts: Vec<ReferencedTweet>,
    #[serde(default)]
    pub referenced_tweets: Vec<ReferencedTweet>,
    pub sender_id: Option<UserId>,
    pub text: Option<String>,
    #[serde(default)]
    pub urls: Vec<UrlEntity>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct DmEventId(String);

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct DmEventList {
    #[serde(default)]
    pub data: Vec<DmEvent>,
    #[serde(default)]
    pub errors: Vec<Problem>,
    pub includes: Option<Includes>,
    pub meta: Option<PageMeta>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub enum DmEventType {
    #[serde(rename = "MessageCreate")]
    MessageCreate,
    #[serde(rename = "ParticipantsJoin")]
    ParticipantsJoin,
    #[serde(rename = "ParticipantsLeave")]
    ParticipantsLeave,
    #[serde(untagged)]
    Unrecognized(String),
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct EditControls {
    pub editable_until: Option<Timestamp>,
    pub edits_remaining: Option<i64>,
    pub is_edit_eligible: Option<bool>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Entities {
    #[serde(default)]
    pub annotations: Vec<Annotation>,
    #[serde(default)]
    pub cashtags: Vec<Cashtag>,
    #[serde(default)]
    pub hashtags: Vec<Hashtag>,
    #[serde(default)]
    pub mentions: Vec<Mention>,
    #[serde(default)]
    pub urls: Vec<UrlEntity>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct EventUuid(String);

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub enum FilterDirection {
    #[serde(rename = "inbound")]
    Inbound,
    #[serde(rename = "outbound")]
    Outbound,
    #[serde(untagged)]
    Unrecognized(String),
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Hashtag {
    pub end: Option<i64>,
    pub start: Option<i64>,
    pub tag: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Includes {
    #[serde(default)]
    pub media: Vec<Media>,
    #[serde(default)]
    pub places: Vec<Place>,
    #[serde(default)]
    pub polls: Vec<Poll>,
    #[serde(default)]
    pub posts: Vec<Tweet>,
    #[serde(default)]
    pub topics: Vec<Topic>,
    #[serde(default)]
    pub tweets: Vec<Tweet>,
    #[serde(default)]
    pub users: Vec<User>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct MatchedMediaNote {
    pub match_status: Option<String>,
    pub note_id: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Media {
    pub alt_text: Option<String>,
    pub duration_ms: Option<i64>,
    pub height: Option<i64>,
    pub media_key: Option<MediaKey>,
    pub non_public_metrics: Option<MediaMetrics>,
    pub organic_metrics: Option<MediaMetrics>,
    pub preview_image_url: Option<String>,
    pub promoted_metrics: Option<MediaMetrics>,
    pub public_metrics: Option<MediaMetrics>,
    pub r#type: Option<String>,
    pub url: Option<String>,
    #[serde(default)]
    pub variants: Vec<MediaVariant>,
    pub width: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct MediaKey(String);

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct MediaMetadata {
    pub alt_text: Option<String>,
    pub description: Option<String>,
    pub media_key: Option<MediaKey>,
    pub title: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct MediaMetrics {
    pub playback_0_count: Option<i64>,
    pub playback_100_count: Option<i64>,
    pub playback_25_count: Option<i64>,
    pub playback_50_count: Option<i64>,
    pub playback_75_count: Option<i64>,
    pub view_count: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct MediaVariant {
    pub bit_rate: Option<i64>,
    pub content_type: Option<String>,
    pub url: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Mention {
    pub end: Option<i64>,
    pub id: Option<UserId>,
    pub start: Option<i64>,
    pub username: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct NoteRequestSuggestion {
    pub source_link: Option<String>,
    pub suggestion: Option<String>,
    pub suggestion_id: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct NoteTweet {
    pub entities: Option<Entities>,
    pub text: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct PageMeta {
    pub next_token: Option<PageToken>,
    pub previous_token: Option<PageToken>,
    pub result_count: Option<i64>,
    pub total_subscriptions: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct PageToken(String);

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Place {
    #[serde(default)]
    pub contained_within: Vec<PlaceId>,
    pub country: Option<String>,
    pub country_code: Option<String>,
    pub full_name: Option<String>,
    pub geo: Option<Value>,
    pub id: Option<PlaceId>,
    pub name: Option<String>,
    pub place_type: Option<PlaceType>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct PlaceId(String);

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub enum PlaceType {
    #[serde(rename = "poi")]
    Poi,
    #[serde(rename = "neighborhood")]
    Neighborhood,
    #[serde(rename = "city")]
    City,
    #[serde(rename = "admin")]
    Admin,
    #[serde(rename = "country")]
    Country,
    #[serde(rename = "unknown")]
    Unknown,
    #[serde(untagged)]
    Unrecognized(String),
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Poll {
    pub duration_minutes: Option<i64>,
    pub end_datetime: Option<Timestamp>,
    pub id: Option<PollId>,
    #[serde(default)]
    pub options: Vec<PollOption>,
    pub voting_status: Option<VotingStatus>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct PollId(String);

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct PollOption {
    pub label: Option<String>,
    pub position: Option<i64>,
    pub votes: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Problem {
    pub code: Option<i64>,
    pub connection_issue: Option<String>,
    pub detail: Option<String>,
    pub disconnect_type: Option<String>,
    #[serde(default)]
    pub errors: Vec<Problem>,
    pub field: Option<String>,
    pub id: Option<String>,
    pub message: Option<String>,
    pub parameter: Option<String>,
    #[serde(default)]
    pub parameters: BTreeMap<String, Value>,
    pub period: Option<String>,
    pub reason: Option<String>,
    pub registration_url: Option<String>,
    pub resource_id: Option<String>,
    pub resource_type: Option<String>,
    pub scope: Option<String>,
    pub section: Option<String>,
    pub status: Option<i64>,
    pub title: Option<String>,
    pub r#type: Option<String>,
    pub value: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub enum ReferenceType {
    #[serde(rename = "retweeted")]
    Retweeted,
    #[serde(rename = "quoted")]
    Quoted,
    #[serde(rename = "replied_to")]
    RepliedTo,
    #[serde(untagged)]
    Unrecognized(String),
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct ReferencedTweet {
    pub id: Option<TweetId>,
    pub r#type: Option<ReferenceType>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub enum ReplySettings {
    #[serde(rename = "everyone")]
    Everyone,
    #[serde(rename = "mentionedUsers")]
    MentionedUsers,
    #[serde(rename = "following")]
    Following,
    #[serde(rename = "other")]
    Other,
    #[serde(rename = "subscribers")]
    Subscribers,
    #[serde(rename = "verified")]
    Verified,
    #[serde(untagged)]
    Unrecognized(String),
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct SubscriptionFilter {
    pub direction: Option<FilterDirection>,
    pub keyword: Option<String>,
    pub user_id: Option<UserId>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Timestamp(Box<str>);

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Topic {
    pub description: Option<String>,
    pub id: Option<TopicId>,
    pub name: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct TopicId(String);

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Tweet {
    pub article: Option<Value>,
    pub article_title: Option<Value>,
    pub attachments: Option<TweetAttachments>,
    pub author_id: Option<UserId>,
    pub card_uri: Option<String>,
    pub community_id: Option<CommunityId>,
    #[serde(default)]
    pub context_annotations: Vec<ContextAnnotation>,
    pub conversation_id: Option<TweetId>,
    pub created_at: Option<Timestamp>,
    #[serde(default)]
    pub display_text_range: Vec<i64>,
    pub edit_controls: Option<EditControls>,
    #[serde(default)]
    pub edit_history_post_ids: Vec<TweetId>,
    #[serde(default)]
    pub edit_history_tweet_ids: Vec<TweetId>,
    pub entities: Option<Entities>,
    pub geo: Option<Value>,
    pub id: Option<TweetId>,
    pub in_reply_to_user_id: Option<UserId>,
    pub lang: Option<String>,
    #[serde(default)]
    pub matched_media_notes: Vec<MatchedMediaNote>,
    #[serde(default)]
    pub media_metadata: Vec<MediaMetadata>,
    #[serde(default)]
    pub non_public_metrics: BTreeMap<String, Value>,
    pub note_post: Option<NoteTweet>,
    #[serde(default)]
    pub note_request_suggestions: Vec<NoteRequestSuggestion>,
    pub note_tweet: Option<NoteTweet>,
    #[serde(default)]
    pub organic_metrics: BTreeMap<String, Value>,
    pub paid_partnership: Option<bool>,
    pub possibly_sensitive: Option<bool>,
    #[serde(default)]
    pub promoted_metrics: BTreeMap<String, Value>,
    pub public_metrics: Option<TweetMetrics>,
    #[serde(default)]
    pub referenced_posts: Vec<ReferencedTweet>,
    #[serde(default)]
    pub referenced_tweets: Vec<ReferencedTweet>,
    pub reply_settings: Option<ReplySettings>,
    pub scopes: Option<TweetScopes>,
    pub source: Option<String>,
    #[serde(default)]
    pub suggested_source_links: Vec<Value>,
    pub suggested_source_links_with_counts: Option<Value>,
    pub text: Option<String>,
    pub username: Option<String>,
    pub withheld: Option<Withheld>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct TweetAttachments {
    #[serde(default)]
    pub media_keys: Vec<MediaKey>,
    #[serde(default)]
    pub media_source_tweet_id: Vec<TweetId>,
    #[serde(default)]
    pub poll_ids: Vec<PollId>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct TweetId(String);

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct TweetMetrics {
    pub bookmark_count: Option<i64>,
    pub impression_count: Option<i64>,
    pub like_count: Option<i64>,
    pub quote_count: Option<i64>,
    pub reply_count: Option<i64>,
    pub repost_count: Option<i64>,
    pub retweet_count: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct TweetScopes {
    pub followers: Option<bool>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct UrlEntity {
    pub description: Option<String>,
    pub display_url: Option<String>,
    pub end: Option<i64>,
    pub expanded_url: Option<String>,
    #[serde(default)]
    pub images: Vec<UrlImage>,
    pub media_key: Option<MediaKey>,
    pub start: Option<i64>,
    pub status: Option<i64>,
    pub title: Option<String>,
    pub unwound_url: Option<String>,
    pub url: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct UrlImage {
    pub height: Option<i64>,
    pub url: Option<String>,
    pub width: Option<i64>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct User {
    pub affiliation: Option<UserAffiliation>,
    pub confirmed_email: Option<String>,
    #[serde(default)]
    pub connection_status: Vec<UserConnectionStatus>,
    pub created_at: Option<Timestamp>,
    pub data: Option<Box<User>>,
    pub description: Option<String>,
    pub entities: Option<UserEntities>,
    pub id: Option<UserId>,
    pub is_identity_verified: Option<bool>,
    pub location: Option<String>,
    pub most_recent_post_id: Option<TweetId>,
    pub most_recent_tweet_id: Option<TweetId>,
    pub name: Option<String>,
    pub parody: Option<bool>,
    pub pinned_post_id: Option<TweetId>,
    pub pinned_tweet_id: Option<TweetId>,
    pub profile_banner_url: Option<String>,
    pub profile_image_url: Option<String>,
    pub protected: Option<bool>,
    pub public_metrics: Option<UserMetrics>,
    pub receives_your_dm: Option<bool>,
    pub subscribes_to_you: Option<bool>,
    pub subscription: Option<CreatorSubscription>,
    pub subscription_type: Option<UserSubscriptionType>,
    pub url: Option<String>,
    pub username: Option<String>,
    pub verified: Option<bool>,
    pub verified_followers_count: Option<i64>,
    pub verified_type: Option<VerifiedType>,
    pub withheld: Option<Withheld>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct UserAffiliation {
    pub badge_url: Option<String>,
    pub description: Option<String>,
    pub url: Option<String>,
    pub user_id: Option<Value>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub enum UserConnectionStatus {
    #[serde(rename = "follow_request_received")]
    FollowRequestReceived,
    #[serde(rename = "follow_request_sent")]
    FollowRequestSent,
    #[serde(rename = "blocking")]
    Blocking,
    #[serde(rename = "followed_by")]
    FollowedBy,
    #[serde(rename = "following")]
    Following,
    #[serde(rename = "muting")]
    Muting,
    #[serde(untagged)]
    Unrecognized(String),
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct UserEntities {
    pub description: Option<Entities>,
    pub url: Option<Entities>,
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct UserId(String);

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct UserMetrics {
    pub followers_count: Option<i64>,
    pub following_count: Option<i64>,
    pub like_count: Option<i64>,
    pub listed_count: Option<i64>,
    pub media_count: Option<i64>,
    pub post_count: Option<i64>,
    pub tweet_count: Option<i64>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub enum UserSubscriptionType {
    #[serde(rename = "Basic")]
    Basic,
    #[serde(rename = "Premium")]
    Premium,
    #[serde(rename = "PremiumPlus")]
    PremiumPlus,
    #[serde(rename = "None")]
    None,
    #[serde(untagged)]
    Unrecognized(String),
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub enum VerifiedType {
    #[serde(rename = "blue")]
    Blue,
    #[serde(rename = "government")]
    Government,
    #[serde(rename = "business")]
    Business,
    #[serde(rename = "none")]
    None,
    #[serde(untagged)]
    Unrecognized(String),
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub enum VotingStatus {
    #[serde(rename = "open")]
    Open,
    #[serde(rename = "closed")]
    Closed,
    #[serde(untagged)]
    Unrecognized(String),
}

#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Withheld {
    pub copyright: Option<bool>,
    #[serde(default)]
    pub country_codes: Vec<String>,
    pub scope: Option<WithheldScope>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub enum WithheldScope {
    #[serde(rename = "tweet")]
    Tweet,
    #[serde(rename = "post")]
    Post,
    #[serde(rename = "user")]
    User,
    #[serde(untagged)]
    Unrecognized(String),
}
