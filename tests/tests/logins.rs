//! What the crate knows of logins and webhooks without being told: addresses, scopes, headers.

use http::{HeaderMap, HeaderValue};
use x_api_client::OAuth2UserTokenScope as Scope;
use x_api_client::runtime::{
    ClientCredentials, Endpoints, MemoryTransport, OAuth1, OAuth1Endpoints, OAuth1Flow, OAuth2, Reply, Webhook,
};

type Outcome = Result<(), Box<dyn std::error::Error>>;

#[test]
fn a_login_needs_no_address() -> Outcome {
    let app = OAuth2::builder(Endpoints::OAUTH2_USER_TOKEN, "id").redirect_uri("http://127.0.0.1:8080/back").build()?;
    let (url, login) = app.login([Scope::DmRead, Scope::OfflineAccess])?;
    assert!(url.starts_with("https://x.com/i/oauth2/authorize?response_type=code&client_id=id&"), "{url}");
    assert!(
        url.contains("&scope=dm.read+offline.access&") || url.contains("&scope=dm.read%20offline.access&"),
        "{url}"
    );
    assert!(url.contains(&format!("&code_challenge={}&", login.challenge())), "{url}");
    assert_eq!(Endpoints::OAUTH2_USER_TOKEN.revoke, "https://api.x.com/2/oauth2/revoke");
    Ok(())
}

#[tokio::test]
async fn the_application_gets_its_token_from_an_address_of_its_own() -> Outcome {
    let transport = MemoryTransport::new();
    let app = OAuth2::builder(Endpoints::BEARER_TOKEN, "key").client_secret("secret");
    let app = app.transport(transport.clone()).build()?;
    ClientCredentials::new(app.clone())?;
    transport.push(Reply::json(200, r#"{"token_type":"bearer","access_token":"app"}"#));
    assert_eq!(app.client_credentials(&[]).await?.access_token().expose(), "app");
    assert_eq!(transport.requests()[0].uri, "https://api.x.com/oauth2/token");
    Ok(())
}

#[tokio::test]
async fn a_signed_login_needs_no_address_either() -> Outcome {
    let transport = MemoryTransport::new();
    let app = OAuth1::new("key", "secret");
    let flow = OAuth1Flow::with_transport(OAuth1Endpoints::OAUTH1_USER_TOKEN, app, transport.clone())?;
    transport.push(Reply::status(200).chunk("oauth_token=t&oauth_token_secret=s&oauth_callback_confirmed=true"));
    let (url, _token) = flow.begin("oob").await?;
    assert_eq!(transport.requests()[0].uri, "https://api.x.com/oauth/request_token");
    assert_eq!(url, "https://x.com/oauth/authorize?oauth_token=t");
    Ok(())
}

/// The signatures are those of RFC 2104 with SHA-256 under each secret, as another implementation computes them.
#[test]
fn a_webhook_knows_its_headers() -> Outcome {
    let webhook = Webhook::of_app("consumer-secret-example")?;
    let answer = webhook.answer("challenge_string")?;
    assert_eq!(answer, r#"{"response_token":"sha256=SsxOpSGLxgXJx6R1gmfbpaG1lSmax0jR508kjeBxSMY="}"#);
    let mut headers = HeaderMap::new();
    headers.insert("x-twitter-webhooks-signature", HeaderValue::from_static(CONSUMER));
    webhook.verify(&headers, BODY)?;
    let preferring = webhook.prefer_oauth2("client-secret-example")?;
    preferring.verify(&headers, BODY)?;
    headers.insert("x-twitter-webhooks-signature-oauth2", HeaderValue::from_static(CONSUMER));
    assert!(preferring.verify(&headers, BODY).is_err(), "that is the other secret's");
    headers.insert("x-twitter-webhooks-signature-oauth2", HeaderValue::from_static(CLIENT));
    preferring.verify(&headers, BODY)?;
    Ok(())
}

const BODY: &[u8] = br#"{"for_user_id":"1"}"#;
const CONSUMER: &str = "sha256=ZSxZzVpn7dMM9YdrVgdqA5tgd7i4lgQkapypeEckA3U=";
const CLIENT: &str = "sha256=+yYQVZrAjVUTkon7iH2PW+HlIk9AryHD3HhQUkCdc7g=";
