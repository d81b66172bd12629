//! Blocking calls over another HTTP library: the client makes the requests and reads the answers, ureq sends them.

use bytes::Bytes;
use http::response::Parts;
use tests::server::Reply;
use x_api_client::connections::{History, HistoryError};
use x_api_client::runtime::Body;
use x_api_client::{Client, ErrorKind};

use crate::support::{Background, Outcome};

/// A ureq agent that leaves the judgement of statuses and redirects to whoever reads the answer.
fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build().into()
}

/// Sends a request and waits for the whole answer.
fn send(agent: &ureq::Agent, request: http::Request<Body>) -> Result<(Parts, Bytes), Box<dyn std::error::Error>> {
    let (head, body) = request.into_parts();
    let body = body.as_bytes().ok_or("the body is a stream")?;
    let answer = match body {
        [] => agent.run(http::Request::from_parts(head, ()))?,
        body => agent.run(http::Request::from_parts(head, body))?,
    };
    let (head, mut body) = answer.into_parts();
    Ok((head, body.with_config().limit(32 << 20).read_to_vec()?.into()))
}

#[test]
fn a_page_after_the_other() -> Outcome {
    let server = Background::start(vec![
        Reply::json(200, r#"{"data":[{"id":"1"},{"id":"2"}],"meta":{"next_token":"next"}}"#),
        Reply::json(200, r#"{"data":[],"meta":{"next_token":"last"}}"#),
        Reply::json(200, r#"{"data":[{"id":"3"}]}"#),
    ])?;
    let client = Client::builder().base_url(&server.url).bearer_token("token").build()?;

    let (agent, mut ids, mut token) = (agent(), Vec::new(), None);
    loop {
        let mut history = client.connections().history().max_results(2);
        if let Some(token) = token {
            history = history.pagination_token(token);
        }
        let (head, body) = send(&agent, history.into_request()?)?;
        let page = History::decode(&head, body)?.body;
        ids.extend(page.data.into_iter().filter_map(|connection| connection.id));
        token = page.meta.and_then(|meta| meta.next_token);
        if token.is_none() {
            break;
        }
    }
    assert_eq!(ids.iter().map(AsRef::as_ref).collect::<Vec<&str>>(), ["1", "2", "3"]);

    let requests = server.stop()?;
    let targets: Vec<&str> = requests.iter().map(tests::server::Request::target).collect();
    let path = "/2/connections?max_results=2";
    assert_eq!(targets, [path, &format!("{path}&pagination_token=next"), &format!("{path}&pagination_token=last")]);
    assert!(requests.iter().all(|request| request.header("authorization") == Some("Bearer token")));
    Ok(())
}

#[test]
fn an_error_answer() -> Outcome {
    let problem = r#"{"title":"Too Many Requests","type":"about:blank"}"#;
    let reply = Reply::json(429, problem).header("retry-after", "7").header("content-type", "application/problem+json");
    let server = Background::start(vec![reply])?;
    let client = Client::builder().base_url(&server.url).bearer_token("token").build()?;

    let (head, body) = send(&agent(), client.connections().history().into_request()?)?;
    let error = History::decode(&head, body).expect_err("the status is no success");
    assert_eq!((error.kind(), error.status().map(|status| status.as_u16())), (ErrorKind::RateLimited, Some(429)));
    assert_eq!(error.retry_after().map(|wait| wait.as_secs()), Some(7));
    assert!(matches!(error.typed(), Some(HistoryError::Default(problem)) if problem.title.is_some()));
    assert_eq!(server.stop()?.len(), 1);
    Ok(())
}
