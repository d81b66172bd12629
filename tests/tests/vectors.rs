//! Signatures of the X documentation, made through the generated client.

use std::error::Error;
use std::time::Duration;

use http::{HeaderValue, Method};
use x_api_client::Client;
use x_api_client::runtime::{ManualClock, OAuth1, OAuth1Token};

/// The application and the user of the example, at its time and with its nonce.
fn documented() -> OAuth1 {
    let clock = ManualClock::stopped().with_unix_origin(Duration::from_secs(1_318_622_958));
    let secret = "kAcSOqF21Fu85e7zjz7ZN2U4ZRhfV3WpwPAoE3Z7kBw";
    OAuth1::with_clock("xvz1evFS4wEEPTGEFPHBog", secret, clock)
        .nonce(|| "kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg".to_owned())
        .token(OAuth1Token::new(
            "370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb",
            "LswwdoUaIvS8ltyTt5jkRh4J50vUPVVHtR2YPi5kE",
        ))
}

fn client(host: &str) -> Result<Client, x_api_client::Error> {
    Client::builder().base_url(host).oauth1_user_token(documented()).build()
}

/// The value of the request's `Authorization`.
fn authorization<B>(request: &http::Request<B>) -> Result<&str, Box<dyn Error>> {
    let value = request.headers().get("authorization").ok_or("the request is not signed")?;
    assert!(value.is_sensitive());
    Ok(value.to_str()?)
}

/// The example with the host that it had first and with the one that it has now.
#[test]
fn the_documented_request_has_the_documented_signature() -> Result<(), Box<dyn Error>> {
    let hosts = [
        ("https://api.twitter.com", "hCtSmYh%2BiHYCEqBWrE7C7hYmtUk%3D"),
        ("https://api.x.com", "Ls93hJiZbQ3akF3HF3x1Bz8%2FzU4%3D"),
    ];
    for (host, signature) in hosts {
        let request = client(host)?
            .request(Method::POST, "/1.1/statuses/update.json?include_entities=true")
            .body(
                HeaderValue::from_static("application/x-www-form-urlencoded"),
                "status=Hello%20Ladies%20%2b%20Gentlemen%2c%20a%20signed%20OAuth%20request%21",
            )
            .into_request()?;
        let expected = format!(
            "OAuth oauth_consumer_key=\"xvz1evFS4wEEPTGEFPHBog\", \
             oauth_nonce=\"kYjzVBB8Y0ZFabxSWbWovY3uYSQ2pTgmZeNu2VS4cg\", oauth_signature=\"{signature}\", \
             oauth_signature_method=\"HMAC-SHA1\", oauth_timestamp=\"1318622958\", \
             oauth_token=\"370773112-GmHxMAgYyLbNEtIKZeRNFsMKPR9EyMZeS9weJAEb\", oauth_version=\"1.0\""
        );
        assert_eq!(authorization(&request)?, expected);
    }
    Ok(())
}

/// A list stands in the URL with its commas and is signed with them encoded. The signature is that of RFC 5849, section
/// 3.4, computed by another implementation.
#[test]
fn a_generated_operation_is_signed_with_its_lists() -> Result<(), Box<dyn Error>> {
    let client = client("https://api.x.com")?;
    let events = client.direct_messages().events_with("2244994945").dm_event_fields(["id", "text"]).max_results(5);
    let request = events.into_request()?;
    let path = "/2/dm_conversations/with/2244994945/dm_events";
    assert_eq!(request.uri().path(), path);
    let mut query: Vec<&str> = request.uri().query().unwrap_or_default().split('&').collect();
    query.sort_unstable();
    assert_eq!(query, ["dm_event.fields=id,text", "max_results=5"]);
    let signature = "oauth_signature=\"VFFpUz1kcTQ2NUWu0d2S2WUFZ0k%3D\"";
    assert!(authorization(&request)?.contains(signature), "{}", authorization(&request)?);
    Ok(())
}
