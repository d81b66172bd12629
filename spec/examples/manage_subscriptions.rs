//! Subscriptions to activity: listed, made, tagged and deleted.
//!
//! ```console
//! X_BEARER_TOKEN=… cargo run --example manage_subscriptions -- list
//! X_BEARER_TOKEN=… cargo run --example manage_subscriptions -- create 2244994945 tweet_create_events follow_events
//! X_BEARER_TOKEN=… cargo run --example manage_subscriptions -- tag 1234567890 ops
//! X_BEARER_TOKEN=… cargo run --example manage_subscriptions -- delete 1234567890
//! ```
use std::env;
use std::error::Error;

use http::StatusCode;
use x_api_client::Client;
use x_api_client::types::{NewUserSubscription, Subscription, SubscriptionUpdate};

const USAGE: &str = "usage: manage_subscriptions list | create USER KIND… | tag ID TAG | delete ID";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let token = env::var("X_BEARER_TOKEN").map_err(|_| "X_BEARER_TOKEN has to hold the app's bearer token")?;
    let mut builder = Client::builder().bearer_token(token);
    if let Ok(url) = env::var("X_API_URL") {
        builder = builder.base_url(url);
    }
    let client = builder.build()?;
    let activity = client.activity();

    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["list"] => {
            let mut subscriptions = activity.list_subscriptions().items();
            while let Some(subscription) = subscriptions.try_next().await? {
                show(&subscription);
            }
        }
        ["create", user, kinds @ ..] if !kinds.is_empty() => {
            let body = NewUserSubscription::new(*user, kinds.iter().copied());
            let made = activity.create_subscription(body).send().await?;
            made.body.subscriptions().into_iter().for_each(show);
        }
        ["tag", id, tag] => {
            let changed = activity.update_subscription(*id, SubscriptionUpdate::new().tag(*tag)).send().await?;
            changed.body.subscription().into_iter().for_each(show);
        }
        ["delete", id] => match activity.delete_subscription(*id).send().await {
            Ok(_) => println!("{id} is deleted"),
            Err(error) if error.status() == Some(StatusCode::NOT_FOUND) => println!("there is no {id}"),
            Err(error) => return Err(error.into()),
        },
        _ => return Err(USAGE.into()),
    }
    Ok(())
}

fn show(subscription: &Subscription) {
    let id = subscription.id().map_or("(no id)", |id| id.as_str());
    let user = subscription.user().map_or("anybody", |user| user.as_str());
    let tag = subscription.tag.as_deref().unwrap_or("-");
    println!("{id}  user {user}  {}  tag {tag}", subscription.kinds().join(","));
}
