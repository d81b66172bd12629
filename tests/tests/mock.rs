//! The server for tests of the generated crate, as its users have it: typed handlers, checks of what is sent, faults by name,
//! in memory and on loopback.

use std::error::Error as StdError;
use std::time::Duration;

use http::{HeaderName, HeaderValue, Method};
use serde_json::{Value, json};
use x_api_client::mock::{Fault, MockAnswer, MockEvents, MockServer};
use x_api_client::runtime::{Attempt, Body, ReqwestTransport, RetryPolicy, StreamEvent, Transport};
use x_api_client::types::{ActivityEvent, ActivityEventName, ConnectionStatus, NewUserSubscription, Problem};
use x_api_client::{Client, ErrorKind};

type Outcome = Result<(), Box<dyn StdError>>;

/// A server whose every history is empty.
fn server() -> MockServer {
    let server = MockServer::new();
    server.connections().history(|_| MockAnswer::json(json!({"data": []})));
    server
}

/// What is wrong with the only request that was.
fn fault(server: &MockServer) -> String {
    let faults = server.faults();
    assert_eq!(faults.len(), 1, "{faults:?}");
    faults[0].to_string()
}

#[tokio::test]
async fn handlers_get_typed_requests_and_return_what_the_client_reads() -> Outcome {
    let server = MockServer::new();
    server.connections().history(|request| {
        let name = request.param("status").unwrap_or("none").to_owned();
        MockAnswer::json(json!({"data": [{"id": "1", "endpoint_name": name}]})).header("x-served-by", "mock")
    });
    let made = server.activity().create_subscription(|request| {
        let body = serde_json::to_value(&request.body).unwrap_or_default();
        MockAnswer::json(json!({"data": {"subscription": {"subscription_id": "7", "user_id": body["user_id"]}}}))
    });
    let deleted = server.activity().delete_subscription(|request| match request.param("subscription_id") {
        Some("7") => MockAnswer::ok_with(|_| ()),
        _ => MockAnswer::problem(404, json!({"title": "Not Found Error"})),
    });
    let client = server.client_builder().build()?;

    let history = client.connections().history().status(ConnectionStatus::All).send().await?;
    assert_eq!(history.body.data[0].endpoint_name.as_deref(), Some("all"));
    assert_eq!(history.meta.headers().get("x-served-by").map(HeaderValue::as_bytes), Some(b"mock".as_slice()));
    let new = NewUserSubscription::new("2244994945", [ActivityEventName::TweetCreateEvents]);
    client.activity().create_subscription(new).send().await?;
    let sent: Value = serde_json::from_slice(&made.requests()[0].body)?;
    assert_eq!(sent["user_id"], "2244994945");
    client.activity().delete_subscription("7").send().await?;
    let error = client.activity().delete_subscription("8").send().await.err().ok_or("there is none")?;
    assert_eq!((error.kind(), error.status().map(|status| status.as_u16())), (ErrorKind::Api, Some(404)));

    assert_eq!((server.requests().len(), deleted.requests().len()), (4, 2));
    assert_eq!(deleted.requests()[0].attempt.operation_id(), deleted.operation_id());
    server.verify()?;
    Ok(())
}

#[tokio::test]
async fn a_request_without_a_handler_names_it() -> Outcome {
    let server = MockServer::new();
    let client = server.client_builder().build()?;
    let error = client.connections().history().send().await.err().ok_or("there is none")?;
    assert!(error.to_string().contains("`server.connections().history(|request| …)`"), "{error}");
    assert_eq!(server.requests().len(), 1, "it is not repeated");
    let wrong = server.verify().err().ok_or("it has a fault")?.to_string();
    assert!(wrong.contains("GET /2/connections: `getConnectionHistory` has no handler"), "{wrong}");
    Ok(())
}

#[tokio::test]
async fn what_is_wrong_with_a_request_is_said_and_kept() -> Outcome {
    type Ask = fn(Client) -> x_api_client::connections::History;
    let cases: [(&str, Ask); 2] = [
        ("`max_results` must be at most 100, it is 101", |client| client.connections().history().max_results(101)),
        ("`unknown` is no query parameter of `getConnectionHistory`", |client| {
            client.connections().history().extra_query("unknown", "1")
        }),
    ];
    for (message, call) in cases {
        let server = server();
        let client = server.client_builder().local_checks(false).build()?;
        let error = call(client).send().await.err().ok_or("there is none")?;
        assert_eq!(error.status().map(|status| status.as_u16()), Some(400));
        assert!(error.to_string().contains(message), "{error}");
        assert!(fault(&server).contains(message), "{}", fault(&server));
    }
    Ok(())
}

#[tokio::test]
async fn paths_methods_credentials_and_bodies_are_checked() -> Outcome {
    async fn wrong(
        server: &MockServer,
        method: Method,
        path: &str,
        body: Option<(&str, &str)>,
    ) -> Result<String, Box<dyn StdError>> {
        let client = server.client_builder().retry(RetryPolicy::off()).build()?;
        let mut request = client.request(method, path);
        if let Some((media, text)) = body {
            request = request.body(HeaderValue::from_str(media)?, text.to_owned());
        }
        let _ = request.send().await;
        let said = fault(server);
        server.reset();
        Ok(said)
    }
    let server = server();
    server.activity().create_subscription(|_| MockAnswer::ok_with(|_| ()));
    let said = wrong(&server, Method::GET, "/2/conections", None).await?;
    assert!(said.contains("no operation of the API description has the path `/2/conections`"), "{said}");
    let said = wrong(&server, Method::DELETE, "/2/connections", None).await?;
    assert!(said.contains("is not asked with DELETE, but with GET (405)"), "{said}");
    let path = "/2/activity/subscriptions";
    let said = wrong(&server, Method::POST, path, None).await?;
    assert!(said.contains("takes a body, and the request has none"), "{said}");
    let said = wrong(&server, Method::POST, path, Some(("text/plain", "{}"))).await?;
    assert!(
        said.contains("sent with text/plain, and `createActivitySubscription` takes application/json (415)"),
        "{said}"
    );
    let said = wrong(&server, Method::POST, path, Some(("application/json", "[1]"))).await?;
    assert!(said.contains("the body has none of the forms that are described, at `$`"), "{said}");

    let request = http::Request::get("https://api.x.com/2/connections").body(Body::empty())?;
    let answer = server.transport().send(request, Attempt::new("", "")).await?;
    assert_eq!(answer.status().as_u16(), 401);
    assert!(fault(&server).contains("it takes `BearerToken`"), "{}", fault(&server));
    Ok(())
}

#[tokio::test]
async fn an_answer_that_the_client_could_not_read_is_a_fault_of_the_handler() -> Outcome {
    let server = MockServer::new();
    server.connections().history(|request| match request.number() {
        1 => MockAnswer::json(json!({"dta": []})),
        _ => MockAnswer::json(json!({"data": 1})),
    });
    let client = server.client_builder().build()?;
    for message in ["a member that is not described, `$.dta`", "cannot be read by the client"] {
        let error = client.connections().history().send().await.err().ok_or("there is none")?;
        assert!(error.to_string().contains(message), "{error}");
    }
    assert_eq!(server.faults().len(), 2);
    Ok(())
}

#[tokio::test]
async fn items_are_cut_into_pages() -> Outcome {
    let server = MockServer::new();
    let asked =
        server.connections().history(|_| MockAnswer::json_items((1..=5).map(|id| json!({"id": id.to_string()}))));
    let client = server.client_builder().build()?;
    let mut items = client.connections().history().max_results(2).items();
    let mut ids = Vec::new();
    while let Some(connection) = items.try_next().await? {
        ids.push(connection.id.map(|id| id.to_string()).unwrap_or_default());
    }
    assert_eq!(ids, ["1", "2", "3", "4", "5"]);
    assert_eq!(asked.requests().len(), 3);
    server.verify()?;
    Ok(())
}

#[tokio::test]
async fn a_stream_sends_events_and_what_is_between_them() -> Outcome {
    let server = MockServer::new();
    server.activity().stream(|_| {
        MockEvents::new()
            .keep_alive()
            .json(json!({"data": {"event_uuid": "1", "event_type": "follow.follow"}}))
            .raw("{\"data\":\r\n")
            .wait(Duration::from_secs(5))
            .json(json!({"data": {"event_uuid": "2", "event_type": "follow.follow"}}))
            .close()
            .into()
    });
    let client = server.client_builder().build()?;
    let mut events = client.activity().stream().connect().events();
    let mut seen = Vec::new();
    while seen.len() < 6 {
        seen.push(match events.try_next().await?.ok_or("the stream does not end")? {
            StreamEvent::Connected { .. } => "connected".to_owned(),
            StreamEvent::Item(ActivityEvent::Envelope(event)) => {
                event.data.and_then(|data| data.event_uuid).map(|id| id.to_string()).unwrap_or_default()
            }
            StreamEvent::KeepAlive => "keep-alive".to_owned(),
            StreamEvent::Malformed { .. } => "malformed".to_owned(),
            StreamEvent::Disconnected { .. } => "disconnected".to_owned(),
            other => format!("{other:?}"),
        });
    }
    assert_eq!(seen, ["connected", "keep-alive", "1", "malformed", "2", "disconnected"]);
    server.verify()?;
    Ok(())
}

#[tokio::test]
async fn what_the_description_does_not_have_is_a_route() -> Outcome {
    let server = server();
    server.route(Method::POST, "/2/oauth2/token", |request| {
        MockAnswer::ok(json!({"access_token": String::from_utf8_lossy(&request.body)}))
    });
    server.allow_query("debug");
    let client = server.client_builder().build()?;
    let answer = client
        .request(Method::POST, "/2/oauth2/token")
        .body(HeaderValue::from_static("text/plain"), "grant".to_owned())
        .send()
        .await?;
    assert_eq!(answer.json::<Value>()?["access_token"], "grant");
    client.connections().history().extra_query("debug", "1").send().await?;
    server.verify()?;
    Ok(())
}

#[tokio::test]
async fn what_was_injected_and_did_not_happen_is_told() -> Outcome {
    let server = server();
    let client = server.client_builder().build()?;
    let history = server.connections().history(|_| MockAnswer::fault(Fault::NotFound));
    history.inject(Fault::ConnectionRefused);
    let wrong = server.verify().err().ok_or("nothing came")?.to_string();
    assert!(
        wrong.contains("`ConnectionRefused` was injected into `getConnectionHistory`, and no request came"),
        "{wrong}"
    );
    let error = client.connections().history().send().await.err().ok_or("there is none")?;
    assert_eq!(error.status().map(|status| status.as_u16()), Some(404), "the first attempt is tried again");
    server.verify()?;
    Ok(())
}

/// What a call without retries becomes by each fault, in memory and on loopback.
fn expected(fault: Fault) -> &'static str {
    match fault {
        // There is a connection on loopback, which is reset.
        Fault::ConnectionRefused => "Connect",
        Fault::ResetBeforeHeaders | Fault::ClosedBeforeHeaders => "Transport",
        Fault::StalledBeforeHeaders => "Timeout",
        Fault::ResetAfterHeaders | Fault::BodyCutShort => "Transport 200",
        Fault::StalledInBody => "Timeout 200",
        Fault::Unauthorized => "Api 401",
        Fault::Forbidden => "Api 403",
        Fault::NotFound => "Api 404",
        Fault::RateLimited { .. } => "RateLimited 429",
        Fault::UsageCapped => "UsageCapped 429",
        Fault::TooManyConnections => "TooManyConnections 429",
        Fault::InternalServerError => "Api 500",
        Fault::BadGateway => "Api 502",
        Fault::Unavailable { .. } => "Api 503",
        Fault::GatewayTimeout => "Api 504",
        Fault::RedirectElsewhere | Fault::RedirectToItself => "Api 302",
        Fault::ErrorsOnly => "Api 200",
        Fault::GarbageJson | Fault::NestedJson | Fault::InvalidUtf8 | Fault::Html | Fault::EmptyBody => "Decode 200",
        Fault::TooLarge => "TooLarge 200",
        // Without feature `gzip` it cannot be read, with it there is too much of it.
        Fault::CompressedBomb if cfg!(feature = "gzip") => "TooLarge 200",
        Fault::CompressedBomb => "Decode 200",
        Fault::NoHttp | Fault::ControlCharacterInHeader | Fault::HeadersWithoutEnd => "Transport",
        Fault::BadChunkSize => "Transport",
        // What is for streams only, and what does no harm.
        Fault::MalformedEvent | Fault::TooLongEvent => "Decode 200",
        Fault::StreamResets => "Transport 200",
        Fault::KeepAlivesMissing => "Timeout 200",
        Fault::Dribbled | Fault::WrongContentType | Fault::StreamDisconnects => "Ok",
        other => unreachable!("{other:?} is new"),
    }
}

async fn told(client: &Client) -> String {
    match client.connections().history().send().await {
        Ok(_) => "Ok".to_owned(),
        Err(error) => match error.status() {
            Some(status) => format!("{:?} {}", error.kind(), status.as_u16()),
            None => format!("{:?}", error.kind()),
        },
    }
}

#[tokio::test]
async fn every_fault_does_in_memory_what_its_name_says() -> Outcome {
    for fault in Fault::ALL {
        let server = server();
        server.inject(*fault);
        if *fault == Fault::RedirectToItself {
            // It is followed until there were too many.
            for _ in 0..9 {
                server.inject(*fault);
            }
        }
        let client = server.client_builder().retry(RetryPolicy::off()).build()?;
        assert_eq!(told(&client).await, expected(*fault), "{fault:?}");
        assert!(server.faults().is_empty(), "{fault:?}: {:?}", server.faults());
    }
    Ok(())
}

#[tokio::test]
async fn every_fault_does_on_loopback_what_its_name_says() -> Outcome {
    for fault in Fault::ALL {
        let server = server();
        let listener = server.listen().await?;
        server.inject(*fault);
        if *fault == Fault::RedirectToItself {
            for _ in 0..9 {
                server.inject(*fault);
            }
        }
        let builder = listener.client_builder().retry(RetryPolicy::off());
        let stalls = matches!(fault, Fault::StalledBeforeHeaders | Fault::StalledInBody | Fault::KeepAlivesMissing);
        let builder = if stalls { builder.attempt_timeout(Duration::from_millis(300)) } else { builder };
        let client = builder.build()?;
        let expected = match fault {
            Fault::ConnectionRefused => "Transport",
            // Its head is a good one.
            Fault::BadChunkSize => "Transport 200",
            other => expected(*other),
        };
        assert_eq!(told(&client).await, expected, "{fault:?}");
        assert!(server.faults().is_empty(), "{fault:?}: {:?}", server.faults());
    }
    Ok(())
}

#[tokio::test]
async fn the_same_handlers_and_checks_serve_on_loopback() -> Outcome {
    let server = server();
    server.activity().create_subscription(|_| MockAnswer::ok_with(|_| ()).with_status(201));
    let listener = server.listen().await?;
    let client = listener.client_builder().build()?;
    let name = HeaderName::from_static("x-a");
    client.connections().history().extra_header(name, HeaderValue::from_static("b")).send().await?;
    assert_eq!(server.requests()[0].header("x-a"), Some("b"));
    let new = NewUserSubscription::new("1", [ActivityEventName::TweetCreateEvents]);
    let made = client.activity().create_subscription(new).send().await?;
    assert_eq!(made.meta.status().as_u16(), 201);
    let error = client.activity().list_subscriptions().send().await.err().ok_or("there is no handler")?;
    assert!(error.to_string().contains("has no handler"), "{error}");
    assert_eq!(server.faults().len(), 1);
    let url = listener.url();
    drop(listener);
    let client = server.client_builder().base_url(url).build()?;
    client.connections().history().send().await?;
    Ok(())
}

#[tokio::test]
async fn a_stream_on_loopback_is_cut_and_opened_again() -> Outcome {
    let server = MockServer::new();
    let stream = server.activity().stream(|request| {
        MockEvents::new()
            .json(json!({"data": {"event_uuid": request.number().to_string(), "event_type": "follow.follow"}}))
            .into()
    });
    stream.inject(Fault::StreamResets);
    let listener = server.listen().await?;
    let client = listener.client_builder().build()?;
    let mut live = client.activity().stream().connect();
    for id in ["1", "2"] {
        let Some(ActivityEvent::Envelope(event)) = live.try_next().await? else {
            return Err("it is an envelope".into());
        };
        assert_eq!(event.data.and_then(|data| data.event_uuid).map(|id| id.to_string()).as_deref(), Some(id));
    }
    server.verify()?;
    Ok(())
}

#[tokio::test]
async fn a_typed_problem_comes_back_as_one() -> Outcome {
    let server = MockServer::new();
    server.connections().history(|_| {
        let mut problem = Problem::default();
        problem.title = Some("Forbidden".to_owned());
        MockAnswer::problem(403, problem)
    });
    let client = server.client_builder().build()?;
    let error = client.connections().history().send().await.err().ok_or("there is none")?;
    assert_eq!(error.problems()[0].title.as_deref(), Some("Forbidden"));
    Ok(())
}

#[tokio::test]
async fn what_was_recorded_is_replayed_without_its_secrets() -> Outcome {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("history.jsonl");
    let real = MockServer::new();
    real.connections().history(|request| {
        MockAnswer::json(json!({"data": [{"id": request.number().to_string()}]})).header("set-cookie", "session=hidden")
    });
    real.route(Method::POST, "/2/oauth2/token", |_| {
        MockAnswer::ok(json!({"access_token": "hidden", "expires_in": 7200}))
    });
    let listener = real.listen().await?;
    let form = HeaderValue::from_static("application/x-www-form-urlencoded");

    let transport = MockServer::new().record(ReqwestTransport::build(None)?, &file)?.redact("x-own");
    let client = Client::builder().base_url(listener.url()).transport(transport).bearer_token("hidden").build()?;
    let own = || (HeaderName::from_static("x-own"), HeaderValue::from_static("hidden"));
    for _ in 0..2 {
        client.connections().history().max_results(5).extra_header(own().0, own().1).send().await?;
    }
    let body = "grant_type=refresh_token&refresh_token=hidden";
    client.request(Method::POST, "/2/oauth2/token").body(form.clone(), body).send().await?;
    drop((client, listener));
    let text = std::fs::read_to_string(&file)?;
    assert_eq!(text.lines().count(), 3);
    assert!(!text.contains("hidden") && text.contains("REDACTED") && text.contains("grant_type"), "{text}");

    let server = MockServer::new();
    server.replay(&file)?;
    let client = server.client_builder().retry(RetryPolicy::off()).build()?;
    for id in ["1", "2"] {
        let history = client.connections().history().max_results(5).send().await?;
        assert_eq!(history.body.data[0].id.as_ref().map(ToString::to_string).as_deref(), Some(id));
    }
    let body = "refresh_token=another&grant_type=refresh_token";
    let refused = client.request(Method::POST, "/2/oauth2/token").body(form.clone(), body).send().await;
    assert!(refused.is_err(), "it is another body");
    let body = "grant_type=refresh_token&refresh_token=another";
    let token = client.request(Method::POST, "/2/oauth2/token").body(form, body).send().await?;
    assert_eq!(token.json::<Value>()?["expires_in"], 7200);
    let error = client.connections().history().max_results(5).send().await.err().ok_or("all were given")?;
    assert!(
        error.to_string().contains("no exchange is left that was recorded for `GET /2/connections?max_results=5`"),
        "{error}"
    );
    assert_eq!(server.faults().len(), 2);
    Ok(())
}

#[tokio::test]
async fn a_failure_is_recorded_and_fails_again() -> Outcome {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("failures.jsonl");
    let real = server();
    for fault in [Fault::ConnectionRefused, Fault::ResetBeforeHeaders, Fault::BodyCutShort, Fault::InternalServerError]
    {
        real.inject(fault);
    }
    let recorder = MockServer::new().record(real.transport(), &file)?;
    let client = real.client_builder().retry(RetryPolicy::off()).transport(recorder).build()?;
    let expected = ["Connect", "Transport", "Transport 200", "Api 500", "Ok"];
    for expected in expected {
        assert_eq!(told(&client).await, expected);
    }
    let replaying = MockServer::new();
    replaying.replay(&file)?;
    let client = replaying.client_builder().retry(RetryPolicy::off()).build()?;
    for expected in expected {
        assert_eq!(told(&client).await, expected, "again");
    }
    replaying.verify()?;
    std::fs::write(&file, "{}\n")?;
    let wrong = MockServer::new().replay(&file).err().ok_or("it is no recording")?;
    assert_eq!(wrong.to_string(), "line 1 is no exchange");
    Ok(())
}
