//! Webhooks: challenges are answered, deliveries are checked, and neither serves to forge the other.
#![cfg(feature = "webhook")]
#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use client_runtime::runtime::{Webhook, WebhookError};
use http::{HeaderMap, HeaderName, HeaderValue};

static OLD: HeaderName = HeaderName::from_static("x-signature");
static NEW: HeaderName = HeaderName::from_static("x-signature-oauth2");

const BODY: &[u8] = br#"{"for_user_id":"1"}"#;

/// HMAC-SHA256 of the body under `consumer-secret-example`, and under `client-secret`.
const SIGNED_OLD: &str = "sha256=ZSxZzVpn7dMM9YdrVgdqA5tgd7i4lgQkapypeEckA3U=";
const SIGNED_NEW: &str = "sha256=O7mEZByhzi8BL4Da/BuK7vz+Rw53DHYmSxif9EoE9qc=";

fn webhook() -> Webhook {
    Webhook::new(OLD.clone(), "consumer-secret-example").unwrap()
}

fn headers(pairs: &[(&HeaderName, &str)]) -> HeaderMap {
    pairs.iter().map(|(name, value)| ((*name).clone(), HeaderValue::try_from(*value).unwrap())).collect()
}

#[test]
fn a_challenge_has_the_documented_answer() {
    let answer = webhook().answer("challenge_string").unwrap();
    assert_eq!(answer, r#"{"response_token":"sha256=SsxOpSGLxgXJx6R1gmfbpaG1lSmax0jR508kjeBxSMY="}"#);
    for token in ["MDg4OWJlZGQtYzQ=", "a", "00000000-0000-4000-8000-000000000000", &"a".repeat(256)] {
        webhook().answer(token).unwrap();
    }
}

#[test]
fn what_is_no_token_is_not_answered() {
    let long = "a".repeat(257);
    for token in ["", "{}", r#"{"for_user_id":"1"}"#, "[1]", "a b", "a\n", "\"a\"", "a:b", "é", &long] {
        assert_eq!(webhook().answer(token), Err(WebhookError::NoToken), "{token}");
    }
}

#[test]
fn an_answer_is_no_signature_of_anything_that_is_accepted() {
    for token in ["1", "true", "null", "challenge_string"] {
        let answer = webhook().answer(token).unwrap();
        let signature = answer.split('"').nth(3).unwrap();
        let signed = headers(&[(&OLD, signature)]);
        assert_eq!(webhook().verify(&signed, token.as_bytes()), Err(WebhookError::NoEvent));
    }
}

#[test]
fn the_signature_is_that_of_the_raw_body() {
    let webhook = webhook();
    assert_eq!(webhook.verify(&headers(&[(&OLD, SIGNED_OLD)]), BODY), Ok(()));
    let wrong = |headers: &HeaderMap, body: &[u8]| webhook.verify(headers, body).unwrap_err();
    for body in [&br#"{"for_user_id":"2"}"#[..], br#"{"for_user_id": "1"}"#, b"", b"{\"for_user_id\":\"1\"}\n"] {
        assert_eq!(wrong(&headers(&[(&OLD, SIGNED_OLD)]), body), WebhookError::WrongSignature);
    }
    assert_eq!(wrong(&HeaderMap::new(), BODY), WebhookError::NoSignature);
    assert_eq!(wrong(&headers(&[(&NEW, SIGNED_NEW)]), BODY), WebhookError::NoSignature);
    for value in ["sha256=", "sha256=AAAA", SIGNED_NEW] {
        assert_eq!(wrong(&headers(&[(&OLD, value)]), BODY), WebhookError::WrongSignature, "{value}");
    }
    for value in ["", "sha1=AAAA", "AAAA", "sha256=***", &SIGNED_OLD[..40], &SIGNED_OLD.replace("sha256", "SHA256")] {
        let error = wrong(&headers(&[(&OLD, value)]), BODY);
        assert!(matches!(error, WebhookError::MalformedSignature | WebhookError::WrongSignature), "{value}: {error}");
    }
    let twice = headers(&[(&OLD, SIGNED_OLD), (&OLD, SIGNED_OLD)]);
    assert_eq!(wrong(&twice, BODY), WebhookError::MalformedSignature);
    let text = HeaderValue::from_bytes(b"sha256=\xff").unwrap();
    assert_eq!(wrong(&[(OLD.clone(), text)].into_iter().collect(), BODY), WebhookError::MalformedSignature);
}

#[test]
fn the_preferred_header_counts_where_it_is_there() {
    let webhook = webhook().prefer(NEW.clone(), "client-secret").unwrap();
    assert_eq!(webhook.verify(&headers(&[(&NEW, SIGNED_NEW)]), BODY), Ok(()));
    assert_eq!(webhook.verify(&headers(&[(&OLD, SIGNED_OLD)]), BODY), Ok(()));
    assert_eq!(webhook.verify(&headers(&[(&OLD, SIGNED_OLD), (&NEW, SIGNED_NEW)]), BODY), Ok(()));
    assert_eq!(webhook.verify(&headers(&[(&OLD, "sha256="), (&NEW, SIGNED_NEW)]), BODY), Ok(()));
    for other in [SIGNED_OLD, "sha256="] {
        let both = headers(&[(&OLD, SIGNED_OLD), (&NEW, other)]);
        assert_eq!(webhook.verify(&both, BODY), Err(WebhookError::WrongSignature));
    }
    // Challenges belong to the first secret.
    assert!(webhook.answer("challenge_string").unwrap().contains("SsxOpSGLxgXJx6R1gmfbpaG1lSmax0jR508kjeBxSMY="));
}

#[test]
fn secrets_are_neither_empty_nor_printed() {
    assert_eq!(Webhook::new(OLD.clone(), "").unwrap_err(), WebhookError::EmptySecret);
    assert_eq!(webhook().prefer(NEW.clone(), "").unwrap_err(), WebhookError::EmptySecret);
    let printed = format!("{:?}", webhook().prefer(NEW.clone(), "client-secret").unwrap());
    assert_eq!(printed, r#"Webhook { headers: ["x-signature-oauth2", "x-signature"], .. }"#);
}
