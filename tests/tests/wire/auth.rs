//! Which credential an operation gets.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use http::Method;
use tests::server::{Reply, Server};
use x_api_client::runtime::{AuthRequest, Authorization, BoxError, BoxFuture, Credential, Outcome as Sent, Secret};
use x_api_client::types::*;
use x_api_client::{AuthScheme, CallOptions, Client, ErrorKind};

use crate::support::{Outcome, Rig, builder, failure};

async fn authorization(server: &Server) -> Option<String> {
    server.requests().last().and_then(|request| request.header("authorization").map(str::to_owned))
}

/// The operations that accept both take the application's token first, as the guide does.
#[tokio::test]
async fn the_application_comes_first() -> Outcome {
    let rig = Rig::start().await?;
    let activity = rig.client.activity();
    rig.server.push(Reply::json(200, "{}"));
    activity.list_subscriptions().send().await?;
    assert_eq!(authorization(&rig.server).await.as_deref(), Some("Bearer app-token"));
    rig.server.push(Reply::json(200, "{}"));
    let body = NewUserSubscription::new("1", [ActivityEventName::MuteEvents]);
    activity.create_subscription(body).send().await?;
    assert_eq!(authorization(&rig.server).await.as_deref(), Some("Bearer app-token"));
    Ok(())
}

#[tokio::test]
async fn a_user_token_serves_where_it_is_accepted() -> Outcome {
    let server = Server::start().await?;
    let client = builder(&server).oauth2_user_token("user-token").build()?;
    server.push(Reply::json(200, "{}"));
    client.activity().list_subscriptions().send().await?;
    assert_eq!(authorization(&server).await.as_deref(), Some("Bearer user-token"));
    server.push(Reply::json(200, "{}"));
    let body = NewUserSubscription::new("1", [ActivityEventName::MuteEvents]);
    client.activity().create_subscription(body).send().await?;
    assert_eq!(authorization(&server).await.as_deref(), Some("Bearer user-token"));
    Ok(())
}

#[tokio::test]
async fn the_scheme_can_be_chosen_per_call() -> Outcome {
    let rig = Rig::with(Reply::json(200, "{}")).await?;
    let body = NewUserSubscription::new("1", [ActivityEventName::DirectMessageEvents]);
    let as_user = CallOptions::new().auth(AuthScheme::OAuth2UserToken);
    rig.client.activity().create_subscription(body).with(as_user).send().await?;
    assert_eq!(rig.request().header("authorization"), Some("Bearer user-token"));

    rig.server.push(Reply::json(200, "{}"));
    let as_user = CallOptions::new().auth(AuthScheme::OAuth2UserToken);
    rig.client.request(Method::GET, "/2/users/me").with(as_user).send().await?;
    assert_eq!(authorization(&rig.server).await.as_deref(), Some("Bearer user-token"));
    Ok(())
}

/// Direct messages are read for a user; the application's token is never sent there.
#[tokio::test]
async fn direct_messages_never_take_the_application() -> Outcome {
    let server = Server::start().await?;
    let client = builder(&server).bearer_token("app-token").build()?;
    let call = || client.direct_messages().events_with("2244994945");
    let error = failure(call().send().await);
    assert_eq!(error.kind(), ErrorKind::MissingCredentials);
    assert_eq!(error.outcome(), Sent::NotSent);
    assert!(error.to_string().contains("`OAuth2UserToken`"), "{error}");
    assert!(error.to_string().contains("dm.read"), "{error}");
    assert!(!error.to_string().contains("app-token"), "{error}");

    let as_app = CallOptions::new().auth(AuthScheme::BearerToken);
    let error = failure(call().with(as_app).send().await);
    assert_eq!(error.kind(), ErrorKind::MissingCredentials);
    let error = failure(call().items().try_next().await);
    assert_eq!(error.kind(), ErrorKind::MissingCredentials);
    assert_eq!(server.requests(), []);
    Ok(())
}

/// The operations of the application alone do not take a user's token either.
#[tokio::test]
async fn missing_credentials_are_found_before_anything_is_sent() -> Outcome {
    let server = Server::start().await?;
    let client = builder(&server).oauth2_user_token("user-token").build()?;
    let activity = client.activity();
    let errors = [
        failure(client.connections().history().send().await),
        failure(activity.update_subscription("1", SubscriptionUpdate::new().tag("t")).send().await),
        failure(activity.delete_subscription("1").send().await),
        failure(activity.stream().connect().try_next().await),
    ];
    for error in errors {
        assert_eq!(error.kind(), ErrorKind::MissingCredentials, "{error}");
        assert!(error.to_string().contains("bearer_token"), "{error}");
    }
    let nobody = builder(&server).build()?;
    assert_eq!(failure(nobody.activity().list_subscriptions().send().await).kind(), ErrorKind::MissingCredentials);
    assert_eq!(server.requests(), []);
    Ok(())
}

/// Nothing is connected to where there is no credential: the address refuses connections, and the error is another.
#[tokio::test]
async fn missing_credentials_come_before_any_connection() -> Outcome {
    let client = Client::builder().base_url("http://127.0.0.1:1").build()?;
    let error = failure(client.connections().history().send().await);
    assert_eq!(error.kind(), ErrorKind::MissingCredentials);
    Ok(())
}

/// A credential that hands out a new token after every refusal.
struct Rotating(Arc<AtomicU32>);

impl Credential for Rotating {
    fn authorize<'a>(&'a self, _: &'a AuthRequest<'_>) -> BoxFuture<'a, Result<Authorization, BoxError>> {
        let token = format!("token-{}", self.0.load(Ordering::SeqCst));
        Box::pin(async move { Authorization::bearer(&Secret::from(token)) })
    }

    fn refresh<'a>(&'a self, _: &'a AuthRequest<'_>, _: &'a Authorization) -> BoxFuture<'a, Result<bool, BoxError>> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Box::pin(async { Ok(true) })
    }
}

#[tokio::test]
async fn a_refused_credential_is_refreshed_once() -> Outcome {
    let server = Server::start().await?;
    let client = builder(&server).oauth2_user_token(Rotating(Arc::default())).build()?;
    server.push(Reply::json(401, "{}"));
    server.push(Reply::json(200, "{}"));
    let response = client.direct_messages().events_with("1").send().await?;
    assert_eq!(response.meta.attempts(), 2);
    let tokens: Vec<_> =
        server.requests().iter().filter_map(|request| request.header("authorization").map(str::to_owned)).collect();
    assert_eq!(tokens, ["Bearer token-0", "Bearer token-1"]);

    server.push(Reply::json(401, "{}"));
    server.push(Reply::json(401, "{}"));
    let error = failure(client.direct_messages().events_with("1").send().await);
    assert_eq!(error.status().map(|status| status.as_u16()), Some(401));
    assert_eq!(server.requests().len(), 4);
    Ok(())
}

/// What the server repeats of a credential does not get into messages.
#[tokio::test]
async fn credentials_appear_in_no_message() -> Outcome {
    let rig = Rig::with(Reply::json(403, r#"{"title":"Forbidden","detail":"app-token is not allowed"}"#)).await?;
    let error = failure(rig.client.connections().history().send().await);
    for text in [error.to_string(), format!("{error:?}"), format!("{:?}", rig.client)] {
        assert!(!text.contains("app-token"), "{text}");
        assert!(!text.contains("user-token"), "{text}");
    }
    Ok(())
}
