//! The activity stream, a line for each event, and for each time the connection is lost and made again.
//!
//! ```console
//! X_BEARER_TOKEN=… cargo run --example tail_activity
//! ```
use std::env;
use std::error::Error;

use x_api_client::Client;
use x_api_client::runtime::StreamEvent;
use x_api_client::types::ActivityEvent;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let token = env::var("X_BEARER_TOKEN").map_err(|_| "X_BEARER_TOKEN has to hold the app's bearer token")?;
    let mut builder = Client::builder().bearer_token(token);
    if let Ok(url) = env::var("X_API_URL") {
        builder = builder.base_url(url);
    }
    let client = builder.build()?;

    // What was missed while there was no connection is sent again, and what came twice is left out.
    let mut events = client.activity().stream().backfill_minutes(2).connect().events();
    while let Some(event) = events.try_next().await? {
        match event {
            StreamEvent::Item(ActivityEvent::Envelope(event)) => {
                let kind = event.event_type().map_or_else(|| "unknown".to_owned(), |kind| kind.to_string());
                println!("{kind}: {}", event.payload().cloned().unwrap_or_default());
            }
            StreamEvent::Item(ActivityEvent::AccountActivity(event)) => {
                println!("account activity: {} posts", event.tweet_create_events.len());
            }
            StreamEvent::Item(other) => println!("other: {other:?}"),
            StreamEvent::Connected(meta) => eprintln!("connected: {}", meta.status()),
            StreamEvent::Disconnected { reason, attempt, retry_in, .. } => {
                eprintln!("lost: {reason}; attempt {attempt} in {:.1} s", retry_in.as_secs_f64());
            }
            StreamEvent::Malformed { line, error, .. } => eprintln!("skipped {} bytes: {error}", line.len()),
            StreamEvent::Notice(problems) => eprintln!("notice: {problems:?}"),
            _ => {}
        }
    }
    Ok(())
}
