//! The exact requests: request line, headers and body of every operation.

use serde_json::json;
use tests::server::Reply;
use x_api_client::types::*;

use crate::support::{Outcome, Rig};

#[tokio::test]
async fn connection_history_alone() -> Outcome {
    let rig = Rig::with(Reply::json(200, "{}")).await?;
    rig.client.connections().history().send().await?;
    assert_eq!(
        rig.request().transcript(),
        "GET /2/connections HTTP/1.1\n\
         accept: application/json\n\
         authorization: Bearer app-token\n\
         host: <host>\n\
         user-agent: x-api-client/<version>\n"
    );
    Ok(())
}

/// Lists are one parameter with commas as they are, and the parameters are in the order of the description, whatever the
/// order of the setters.
#[tokio::test]
async fn connection_history_with_every_parameter() -> Outcome {
    let rig = Rig::with(Reply::json(200, "{}")).await?;
    rig.client
        .connections()
        .history()
        .connection_fields(ConnectionField::ALL)
        .pagination_token("7140w9gefhslx3")
        .max_results(50)
        .endpoints([ConnectionEndpoint::FilteredStream, ConnectionEndpoint::FilterStream])
        .status(ConnectionStatus::All)
        .send()
        .await?;
    assert_eq!(
        rig.request().line,
        "GET /2/connections?status=all&endpoints=filtered_stream,filter_stream&max_results=50\
         &pagination_token=7140w9gefhslx3\
         &connection.fields=client_ip,connected_at,disconnect_reason,disconnected_at,endpoint_name,id HTTP/1.1"
    );
    Ok(())
}

#[tokio::test]
async fn every_endpoint_name() -> Outcome {
    let rig = Rig::with(Reply::json(200, "{}")).await?;
    rig.client.connections().history().endpoints(ConnectionEndpoint::ALL).send().await?;
    assert_eq!(
        rig.request().target(),
        "/2/connections?endpoints=filter_stream,filtered_stream,sample_stream,sample10_stream,firehose_stream,\
         tweets_compliance_stream,users_compliance_stream,tweet_label_stream,firehose_stream_lang_en,\
         firehose_stream_lang_ja,firehose_stream_lang_ko,firehose_stream_lang_pt,likes_firehose_stream,\
         likes_sample10_stream,likes_compliance_stream"
    );
    Ok(())
}

#[tokio::test]
async fn list_subscriptions() -> Outcome {
    let rig = Rig::with(Reply::json(200, "{}")).await?;
    rig.client.activity().list_subscriptions().pagination_token("t").max_results(1000).send().await?;
    assert_eq!(
        rig.request().transcript(),
        "GET /2/activity/subscriptions?max_results=1000&pagination_token=t HTTP/1.1\n\
         accept: application/json\n\
         authorization: Bearer app-token\n\
         host: <host>\n\
         user-agent: x-api-client/<version>\n"
    );
    Ok(())
}

#[tokio::test]
async fn create_a_subscription_for_a_user() -> Outcome {
    let rig = Rig::with(Reply::json(200, "{}")).await?;
    let names =
        [ActivityEventName::TweetCreateEvents, ActivityEventName::FavoriteEvents, ActivityEventName::FollowEvents];
    rig.client.activity().create_subscription(NewUserSubscription::new("2244994945", names)).send().await?;
    let request = rig.request();
    assert_eq!(
        request.transcript(),
        "POST /2/activity/subscriptions HTTP/1.1\n\
         accept: application/json\n\
         authorization: Bearer app-token\n\
         content-length: 96\n\
         content-type: application/json\n\
         host: <host>\n\
         user-agent: x-api-client/<version>\n\
         \n\
         {\"event_types\":[\"tweet_create_events\",\"favorite_events\",\"follow_events\"],\"user_id\":\"2244994945\"}\n"
    );
    // The request of the activity guide.
    assert_eq!(
        request.json(),
        Some(json!({
            "user_id": "2244994945",
            "event_types": ["tweet_create_events", "favorite_events", "follow_events"]
        }))
    );
    Ok(())
}

#[tokio::test]
async fn create_a_subscription_for_an_event() -> Outcome {
    let rig = Rig::with(Reply::json(200, "{}")).await?;
    let filter = SubscriptionFilter::new().user_id("2244994945").direction(FilterDirection::Inbound);
    let body = NewEventSubscription::new(ActivityEventType::LikeCreate, filter).tag("likes").webhook_id("1928");
    rig.client.activity().create_subscription(body).send().await?;
    assert_eq!(
        rig.request().json(),
        Some(json!({
            "event_type": "like.create",
            "filter": { "user_id": "2244994945", "direction": "inbound" },
            "tag": "likes",
            "webhook_id": "1928"
        }))
    );
    Ok(())
}

/// Members that are not set are not sent, not even as null.
#[tokio::test]
async fn update_a_subscription() -> Outcome {
    let rig = Rig::with(Reply::json(200, "{}")).await?;
    let id = SubscriptionId::from("1234567890");
    rig.client.activity().update_subscription(&id, SubscriptionUpdate::new().tag("ops")).send().await?;
    assert_eq!(
        rig.request().transcript(),
        "PUT /2/activity/subscriptions/1234567890 HTTP/1.1\n\
         accept: application/json\n\
         authorization: Bearer app-token\n\
         content-length: 13\n\
         content-type: application/json\n\
         host: <host>\n\
         user-agent: x-api-client/<version>\n\
         \n\
         {\"tag\":\"ops\"}\n"
    );
    Ok(())
}

#[tokio::test]
async fn update_a_subscription_with_every_member() -> Outcome {
    let rig = Rig::with(Reply::json(200, "{}")).await?;
    let update = SubscriptionUpdate::new().webhook_id("1928").tag("ops").event_types([ActivityEventName::BlockEvents]);
    rig.client.activity().update_subscription("1234567890", update).send().await?;
    assert_eq!(
        rig.request().json(),
        Some(json!({ "event_types": ["block_events"], "tag": "ops", "webhook_id": "1928" }))
    );
    Ok(())
}

#[tokio::test]
async fn delete_a_subscription() -> Outcome {
    let rig = Rig::with(Reply::json(200, "{}")).await?;
    rig.client.activity().delete_subscription("1234567890").send().await?;
    let request = rig.request();
    assert_eq!(
        request.transcript(),
        "DELETE /2/activity/subscriptions/1234567890 HTTP/1.1\n\
         accept: application/json\n\
         authorization: Bearer app-token\n\
         host: <host>\n\
         user-agent: x-api-client/<version>\n"
    );
    assert!(request.body.is_empty());
    Ok(())
}

#[tokio::test]
async fn open_the_activity_stream() -> Outcome {
    let rig = Rig::with(Reply::stream().chunk("{\"for_user_id\":\"1\"}\r\n").hold()).await?;
    let mut live = rig
        .client
        .activity()
        .stream()
        .end_time("2024-01-15T11:00:00Z")
        .start_time("2024-01-15T10:00:00Z")
        .backfill_minutes(5)
        .connect();
    live.try_next().await?;
    assert_eq!(
        rig.request().transcript(),
        "GET /2/activity/stream?backfill_minutes=5&start_time=2024-01-15T10%3A00%3A00Z\
         &end_time=2024-01-15T11%3A00%3A00Z HTTP/1.1\n\
         accept: application/json\n\
         authorization: Bearer app-token\n\
         host: <host>\n\
         user-agent: x-api-client/<version>\n"
    );
    Ok(())
}

#[tokio::test]
async fn direct_messages_alone() -> Outcome {
    let rig = Rig::with(Reply::json(200, "{}")).await?;
    rig.client.direct_messages().events_with("2244994945").send().await?;
    assert_eq!(
        rig.request().transcript(),
        "GET /2/dm_conversations/with/2244994945/dm_events HTTP/1.1\n\
         accept: application/json\n\
         authorization: Bearer user-token\n\
         host: <host>\n\
         user-agent: x-api-client/<version>\n"
    );
    Ok(())
}

#[tokio::test]
async fn direct_messages_with_every_parameter() -> Outcome {
    let rig = Rig::with(Reply::json(200, "{}")).await?;
    rig.client
        .direct_messages()
        .events_with("2244994945")
        .tweet_fields(TweetField::ALL)
        .user_fields(UserField::ALL)
        .media_fields(MediaField::ALL)
        .expansions(DmExpansion::ALL)
        .dm_event_fields(DmEventField::ALL)
        .event_types([DmEventType::MessageCreate, DmEventType::ParticipantsLeave])
        .pagination_token("short")
        .max_results(100)
        .send()
        .await?;
    assert_eq!(
        rig.request().target(),
        "/2/dm_conversations/with/2244994945/dm_events?max_results=100&pagination_token=short\
         &event_types=MessageCreate,ParticipantsLeave\
         &dm_event.fields=attachments,created_at,dm_conversation_id,entities,event_type,id,participant_ids,\
         referenced_tweets,sender_id,text\
         &expansions=attachments.media_keys,participant_ids,referenced_tweets.id,sender_id\
         &media.fields=alt_text,duration_ms,height,media_key,non_public_metrics,organic_metrics,preview_image_url,\
         promoted_metrics,public_metrics,type,url,variants,width\
         &user.fields=affiliation,confirmed_email,connection_status,created_at,description,entities,id,\
         is_identity_verified,location,most_recent_tweet_id,name,parody,pinned_tweet_id,profile_banner_url,\
         profile_image_url,protected,public_metrics,receives_your_dm,subscription,subscription_type,url,username,\
         verified,verified_followers_count,verified_type,withheld\
         &tweet.fields=article,attachments,author_id,card_uri,community_id,context_annotations,conversation_id,\
         created_at,display_text_range,edit_controls,edit_history_tweet_ids,entities,geo,id,in_reply_to_user_id,lang,\
         media_metadata,non_public_metrics,note_tweet,organic_metrics,possibly_sensitive,promoted_metrics,\
         public_metrics,referenced_tweets,reply_settings,scopes,source,suggested_source_links,\
         suggested_source_links_with_counts,text,withheld"
    );
    Ok(())
}
