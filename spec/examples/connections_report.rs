//! The streaming connections of an app as a table: how many, for how long, and why they ended.
//!
//! ```console
//! X_BEARER_TOKEN=… cargo run --example connections_report
//! ```
use std::collections::BTreeMap;
use std::env;
use std::error::Error;

use x_api_client::Client;
use x_api_client::types::ConnectionStatus;

/// What is known of the connections to one endpoint.
#[derive(Default)]
struct Row {
    open: usize,
    closed: usize,
    reasons: BTreeMap<String, usize>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let token = env::var("X_BEARER_TOKEN").map_err(|_| "X_BEARER_TOKEN has to hold the app's bearer token")?;
    let mut builder = Client::builder().bearer_token(token);
    if let Ok(url) = env::var("X_API_URL") {
        builder = builder.base_url(url);
    }
    let client = builder.build()?;

    let mut rows: BTreeMap<String, Row> = BTreeMap::new();
    let mut connections = client.connections().history().status(ConnectionStatus::All).items();
    while let Some(connection) = connections.try_next().await? {
        let endpoint = connection.endpoint_name.unwrap_or_else(|| "(unknown)".to_owned());
        let row = rows.entry(endpoint).or_default();
        match connection.disconnected_at {
            None => row.open += 1,
            Some(_) => {
                row.closed += 1;
                let reason = connection.disconnect_reason.unwrap_or_else(|| "no reason given".to_owned());
                *row.reasons.entry(reason).or_default() += 1;
            }
        }
    }

    println!("{:<32} {:>5} {:>7}  reasons", "endpoint", "open", "closed");
    for (endpoint, row) in &rows {
        let reasons: Vec<String> = row.reasons.iter().map(|(reason, count)| format!("{count} × {reason}")).collect();
        println!("{endpoint:<32} {:>5} {:>7}  {}", row.open, row.closed, reasons.join(", "));
    }
    if let Some(limit) = connections.meta().and_then(|meta| meta.rate_limit()) {
        println!("{} of {} requests left in this window", limit.remaining, limit.limit);
    }
    Ok(())
}
