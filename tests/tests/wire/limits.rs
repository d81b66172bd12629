//! Limits that hold calls back before anything is sent.

use std::error::Error as _;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::json;
use tests::server::Reply;
use x_api_client::runtime::Outcome::NotSent;
use x_api_client::runtime::{Budget, BudgetExceeded, BudgetLimit, RateLimiter};
use x_api_client::{CallOptions, Client, ErrorKind};

use crate::support::{Outcome, Rig, builder, failure};

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
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::RateLimited, NotSent));
    let wait = error.retry_after().unwrap_or_default();
    assert!(wait > Duration::from_secs(890) && wait <= Duration::from_secs(900), "{wait:?}");
    // Another operation has a window of its own.
    rig.server.push(Reply::json(200, "{}"));
    rig.client.activity().list_subscriptions().send().await?;
    Ok(())
}

/// A page that is larger than what is left of the budget is not asked for, whoever asks.
#[tokio::test]
async fn a_budget_refuses_before_any_request() -> Outcome {
    let rig = Rig::start().await?;
    let budget = Budget::per(Duration::from_secs(3600)).max_items(100);
    let client = builder(&rig.server).bearer_token("app-token").budget(budget.clone()).build()?;
    let error = failure(client.connections().history().max_results(101).with(unchecked()).send().await);
    assert_eq!((error.kind(), error.outcome()), (ErrorKind::Refused, NotSent));
    let exceeded = error.source().and_then(|source| source.downcast_ref::<BudgetExceeded>());
    assert_eq!(exceeded.map(|exceeded| (exceeded.which, exceeded.wanted)), Some((BudgetLimit::Items, 101)));
    rig.assert_silent();
    // A page that fits counts as what it holds.
    rig.server.push(Reply::json(200, json!({ "data": [{ "id": "1" }, { "id": "2" }] })));
    let mut connections = client.connections().history().max_results(100).items();
    assert_eq!(connections.collect_up_to(5).await?.len(), 2);
    assert_eq!((budget.used().requests, budget.used().items), (1, 2));
    let error = failure(client.connections().history().max_results(99).items().try_next().await);
    assert_eq!(error.kind(), ErrorKind::Refused);
    assert_eq!(rig.server.requests().len(), 1);
    Ok(())
}

/// Leaves the size of a page to the budget.
fn unchecked() -> CallOptions {
    CallOptions::new().local_checks(false)
}
