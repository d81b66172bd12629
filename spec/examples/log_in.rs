//! A login on the command line: the browser comes back to this program, and the tokens stay in a file from then on.
//!
//! ```console
//! X_CLIENT_ID=… cargo run --example log_in
//! ```
use std::env;
use std::error::Error;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;

use x_api_client::runtime::{Endpoints, FileStore, OAuth2, UserToken};
use x_api_client::{Client, OAuth2UserTokenScope as Scope};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let id = env::var("X_CLIENT_ID").map_err(|_| "X_CLIENT_ID has to hold the client id of the app")?;
    let file = env::var("X_TOKEN_FILE").unwrap_or_else(|_| "x-token.json".to_owned());
    let mut endpoints = Endpoints::OAUTH2_USER_TOKEN;
    let mut builder = Client::builder();
    if let Ok(url) = env::var("X_API_URL") {
        endpoints.token = format!("{url}/2/oauth2/token").into();
        builder = builder.base_url(url);
    }

    // The app's settings have to name this address as a callback.
    let listener = TcpListener::bind(("127.0.0.1", env::var("X_PORT").map_or(Ok(8080), |port| port.parse())?))?;
    let redirect = format!("http://{}/callback", listener.local_addr()?);
    let app = OAuth2::builder(endpoints, id).redirect_uri(&redirect).build()?;
    let user = UserToken::new(app.clone(), FileStore::new(&file));
    let (url, login) = app.login([Scope::UsersRead, Scope::TweetRead, Scope::DmRead, Scope::OfflineAccess])?;
    println!("Open this in a browser:\n{url}");

    let target = tokio::task::spawn_blocking(move || come_back(&listener)).await??;
    user.log_in(&login, &format!("{redirect}{}", target.trim_start_matches("/callback"))).await?;
    println!("The tokens are in {file}.");

    let client = builder.oauth2_user_token(user).build()?;
    // What the crate has no method for is a request like any other.
    let me: serde_json::Value = client.request(http::Method::GET, "/2/users/me").send().await?.json()?;
    println!("Logged in as {}.", me["data"]["username"].as_str().unwrap_or("somebody without a name"));
    Ok(())
}

/// Waits for the browser, and gives the target of its request; whatever else asks is told that there is nothing.
fn come_back(listener: &TcpListener) -> std::io::Result<String> {
    loop {
        let (mut stream, _) = listener.accept()?;
        let mut line = String::new();
        BufReader::new(&stream).read_line(&mut line)?;
        let target = line.split(' ').nth(1).unwrap_or_default().to_owned();
        let (status, text) = match target.starts_with("/callback?") {
            true => ("200 OK", "You can close this window."),
            false => ("404 Not Found", "Nothing is here."),
        };
        let length = text.len();
        write!(stream, "HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{text}")?;
        if status == "200 OK" {
            return Ok(target);
        }
    }
}
