//! Many tasks, one rate limit: they wait for it together, in place of being refused one after the other.
//!
//! ```console
//! X_USER_TOKEN=… cargo run --example shared_rate_limiter -- 2244994945 783214 17874544
//! ```
use std::env;
use std::error::Error;
use std::time::Duration;

use x_api_client::Client;
use x_api_client::runtime::{Budget, RateLimiter};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let participants: Vec<String> = env::args().skip(1).collect();
    if participants.is_empty() {
        return Err("usage: shared_rate_limiter PARTICIPANT_ID…".into());
    }
    let token = env::var("X_USER_TOKEN").map_err(|_| "X_USER_TOKEN has to hold a user's access token (dm.read)")?;
    // Learns what is left from the answers. A call waits for a new window, but no longer than a quarter of an hour.
    let limiter = RateLimiter::new().wait_up_to(Duration::from_secs(15 * 60));
    // What the program allows itself, because items are paid for: the call that would go beyond is refused.
    let budget = Budget::per(Duration::from_secs(24 * 60 * 60)).max_items(10_000);
    let mut builder = Client::builder().oauth2_user_token(token).rate_limiter(limiter).budget(budget.clone());
    if let Ok(url) = env::var("X_API_URL") {
        builder = builder.base_url(url);
    }
    let client = builder.build()?;

    let tasks = participants.into_iter().map(|participant| {
        // A clone is the same client: connections, limiter and budget are shared.
        let client = client.clone();
        tokio::spawn(async move {
            let messages = client.direct_messages().events_with(participant.as_str()).max_results(100).items();
            let found = messages.max_items(300).collect_up_to(300).await;
            (participant, found.map(|messages| messages.len()))
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        match task.await? {
            (participant, Ok(count)) => println!("{participant}: {count} messages"),
            (participant, Err(error)) => println!("{participant}: {error}"),
        }
    }
    println!("{} items used today", budget.used().items);
    Ok(())
}
