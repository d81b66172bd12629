//! Limits that hold calls back before anything is sent.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tests::server::Reply;
use x_api_client::runtime::RateLimiter;
use x_api_client::{Client, ErrorKind};

use crate::support::{Outcome, Rig, builder};

/// An answer of a window with so many requests left, which ends in a quarter of an hour.
fn limited(remaining: u64) -> Reply {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Reply::json(200, "{}")
        .header("x-rate-limit-limit", "15")
        .header("x-rate-limit-remaining", &remaining.to_string())
        .header("x-rate-limit-reset", &(now.as_secs() + 900).to_string())
}

/// Two tasks with clients of their own share what is left: one of them gets it.
#[tokio::test]
async fn a_limiter_shared_by_two_tasks() -> Outcome {
    let rig = Rig::with(limited(1)).await?;
    let limiter = RateLimiter::new().wait_up_to(Duration::from_secs(5));
    let client = || builder(&rig.server).bearer_token("app-token").rate_limiter(limiter.clone()).build();
    let (first, second) = (client()?, client()?);
    first.connections().history().send().await?;
    assert_eq!(limiter.until_allowed("getConnectionHistory"), Duration::ZERO);
    rig.server.push(limited(0));
    let call = |client: Client| tokio::spawn(async move { client.connections().history().send().await.map(drop) });
    let results = [call(first), call(second)];
    let mut refused = Vec::new();
    for result in results {
        refused.extend(result.await?.err());
    }
    assert_eq!(rig.server.requests().len(), 2);
    let [error] = &refused[..] else { return Err(format!("one is refused: {refused:?}").into()) };
    assert_eq!(error.kind(), ErrorKind::RateLimited);
    assert_eq!(error.outcome(), x_api_client::runtime::Outcome::NotSent);
    let wait = error.retry_after().unwrap_or_default();
    assert!(wait > Duration::from_secs(890) && wait <= Duration::from_secs(900), "{wait:?}");
    // Another operation has a window of its own.
    rig.server.push(Reply::json(200, "{}"));
    rig.client.activity().list_subscriptions().send().await?;
    Ok(())
}
