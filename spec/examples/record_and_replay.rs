//! What a program asked once is answered from a file from then on, for tests that need neither network nor credentials.
//!
//! ```console
//! X_BEARER_TOKEN=… cargo run --features mock --example record_and_replay -- record exchanges.jsonl
//! cargo run --features mock --example record_and_replay -- replay exchanges.jsonl
//! ```
use std::env;
use std::error::Error;
use std::time::Duration;

use x_api_client::Client;
use x_api_client::mock::MockServer;
use x_api_client::runtime::ReqwestTransport;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let server = MockServer::new();
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["record", file] => {
            let token = env::var("X_BEARER_TOKEN").map_err(|_| "X_BEARER_TOKEN has to hold the app's bearer token")?;
            // Each exchange becomes a line of the file, without the token and without cookies.
            let recorder = server.record(ReqwestTransport::build(Duration::from_secs(10))?, file)?;
            let mut builder = Client::builder().bearer_token(token).transport(recorder);
            if let Ok(url) = env::var("X_API_URL") {
                builder = builder.base_url(url);
            }
            report(&builder.build()?).await
        }
        ["replay", file] => {
            server.replay(file)?;
            report(&server.client_builder().build()?).await?;
            // A request that was not recorded, or that is not as the API describes it, is an error here.
            Ok(server.verify()?)
        }
        _ => Err("usage: record_and_replay record FILE | replay FILE".into()),
    }
}

/// What is to be tested: any code that takes a client.
async fn report(client: &Client) -> Result<(), Box<dyn Error>> {
    let mut connections = client.connections().history().max_results(10).items();
    let mut count = 0;
    while let Some(connection) = connections.try_next().await? {
        println!("{}", connection.endpoint_name.as_deref().unwrap_or("(unknown)"));
        count += 1;
    }
    println!("{count} connections");
    Ok(())
}
