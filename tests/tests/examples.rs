//! The programs of spec/examples, which are the examples of the crate, run as users run them: against a server on loopback.

use std::path::PathBuf;
use std::process::{Output, Stdio};
use std::sync::LazyLock;
use std::time::Duration;
use std::{env, fs};

use serde_json::{Value, json};
use tests::server::{Reply, Server};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::process::Command;

type Outcome = Result<(), Box<dyn std::error::Error>>;

/// The most lines that an example has.
const LONGEST: usize = 80;

/// The folder of the programs. They are built as `cargo test --workspace` builds them, so there is mostly nothing to do.
static BUILT: LazyLock<PathBuf> = LazyLock::new(|| {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let mut cargo = std::process::Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "--workspace", "--examples", "--message-format=json"]).current_dir(root);
    let output = cargo.stderr(Stdio::inherit()).output().unwrap_or_else(|error| unreachable!("cargo: {error}"));
    assert!(output.status.success(), "the examples do not compile");
    let messages = String::from_utf8_lossy(&output.stdout);
    let program = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()).find_map(|message| {
        let is_one = message["target"]["name"] == "connections_report";
        is_one.then(|| message["executable"].as_str().map(PathBuf::from)).flatten()
    });
    let program = program.unwrap_or_else(|| unreachable!("cargo does not name a program"));
    program.parent().unwrap_or_else(|| unreachable!("{} is in no folder", program.display())).to_owned()
});

fn program(name: &str, server: &Server) -> Command {
    let mut command = Command::new(BUILT.join(name));
    command.env("X_API_URL", server.url()).env("X_BEARER_TOKEN", "app").env("X_USER_TOKEN", "user").kill_on_drop(true);
    command
}

fn text(output: &Output) -> String {
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    format!("{out}{err}")
}

#[test]
fn no_example_is_long_and_each_is_tried_here() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../spec/examples");
    let own = include_str!("examples.rs");
    let mut count = 0;
    for entry in fs::read_dir(folder).expect("there are examples") {
        let path = entry.expect("the folder can be read").path();
        let name = path.file_stem().and_then(|stem| stem.to_str()).expect("a file has a name").to_owned();
        let lines = fs::read_to_string(&path).expect("an example can be read").lines().count();
        assert!(lines < LONGEST, "{name} has {lines} lines");
        assert!(own.contains(&format!("program(\"{name}\"")), "{name} is not tried");
        count += 1;
    }
    assert!(count > 6, "{count} examples");
}

#[tokio::test]
async fn connections_are_a_table() -> Outcome {
    let server = Server::start().await?;
    let first = json!({ "data": [
        { "endpoint_name": "sample_stream", "connected_at": "2026-01-01T00:00:00Z" },
        { "endpoint_name": "sample_stream", "disconnected_at": "2026-01-01T01:00:00Z", "disconnect_reason": "slow" },
    ], "meta": { "next_token": "t" } });
    server.push(Reply::json(200, first));
    let limited = Reply::json(200, json!({ "data": [{ "disconnected_at": "2026-01-01T01:00:00Z" }] }));
    let limited = limited.header("x-rate-limit-limit", "25").header("x-rate-limit-remaining", "23");
    server.push(limited.header("x-rate-limit-reset", "1767225600"));
    let output = program("connections_report", &server).output().await?;
    let said = text(&output);
    assert!(output.status.success(), "{said}");
    let lines: Vec<String> = said.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    let expected = [
        "endpoint open closed reasons",
        "(unknown) 0 1 1 × no reason given",
        "sample_stream 1 1 1 × slow",
        "23 of 25 requests left in this window",
    ];
    assert_eq!(lines, expected);
    Ok(())
}

#[tokio::test]
async fn a_stream_is_followed_over_a_reconnect() -> Outcome {
    let server = Server::start().await?;
    server.push(
        Reply::stream().chunk("{\"data\":{\"event_type\":\"post.create\",\"payload\":{\"id\":\"1\"}}}\r\nno JSON\r\n"),
    );
    server.push(Reply::stream().chunk("{\"for_user_id\":\"1\",\"tweet_create_events\":[]}\r\n"));
    server.push(Reply::json(401, json!({ "title": "Unauthorized" })));
    let output = program("tail_activity", &server).output().await?;
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(out, "post.create: {\"id\":\"1\"}\naccount activity: 0 posts\n", "{err}");
    assert!(
        err.contains("connected: 200 OK\nskipped 7 bytes") && err.contains("lost: the server closed the stream"),
        "{err}"
    );
    assert!(!output.status.success(), "what ends a stream for good is an error");
    Ok(())
}

#[tokio::test]
async fn a_conversation_goes_on_where_it_stopped() -> Outcome {
    let server = Server::start().await?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("messages.jsonl");
    let export = || {
        let mut command = program("export_messages", &server);
        command.arg("42").arg(&file);
        command
    };
    server.push(Reply::json(200, json!({ "data": [{ "id": "2", "text": "b" }], "meta": { "next_token": "older" } })));
    server.push(Reply::json(403, json!({ "title": "Forbidden" })));
    let output = export().output().await?;
    assert!(!output.status.success(), "{}", text(&output));
    server.push(Reply::json(200, json!({ "data": [{ "id": "1", "text": "a" }], "meta": {} })));
    let output = export().output().await?;
    assert!(output.status.success() && text(&output).starts_with("1 messages"), "{}", text(&output));
    let written = fs::read_to_string(&file)?;
    let ids: Vec<Value> = written.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    assert_eq!(ids.iter().map(|message| &message["id"]).collect::<Vec<_>>(), ["2", "1"]);
    assert!(server.requests()[2].target().contains("pagination_token=older"));
    assert_eq!(fs::read_dir(folder.path())?.count(), 1, "the place is forgotten at the end");
    Ok(())
}

#[tokio::test]
async fn a_login_comes_back_from_the_browser() -> Outcome {
    let server = Server::start().await?;
    let folder = tempfile::tempdir()?;
    let tokens = folder.path().join("token.json");
    server.push(Reply::json(
        200,
        json!({ "access_token": "a", "refresh_token": "r", "expires_in": 7200, "token_type": "bearer" }),
    ));
    server.push(Reply::json(200, json!({ "data": { "username": "somebody" } })));
    let mut command = program("log_in", &server);
    command.env("X_CLIENT_ID", "id").env("X_TOKEN_FILE", &tokens).env("X_PORT", "0");
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let mut lines = BufReader::new(child.stdout.take().ok_or("it has an output")?).lines();
    lines.next_line().await?;
    let url = url::Url::parse(&lines.next_line().await?.ok_or("it prints an address")?)?;
    let value = |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    let redirect = url::Url::parse(&value("redirect_uri").ok_or("it says where to come back")?)?;
    let state = value("state").ok_or("it has a state")?;
    for (target, status) in [("/favicon.ico".to_owned(), "404"), (format!("/callback?code=c&state={state}"), "200")] {
        let mut browser = TcpStream::connect(("127.0.0.1", redirect.port().ok_or("it has a port")?)).await?;
        browser.write_all(format!("GET {target} HTTP/1.1\r\nhost: localhost\r\n\r\n").as_bytes()).await?;
        let mut answer = String::new();
        browser.read_to_string(&mut answer).await?;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
    }
    let mut said = Vec::new();
    while let Some(line) = tokio::time::timeout(Duration::from_secs(30), lines.next_line()).await?? {
        said.push(line);
    }
    let output = child.wait_with_output().await?;
    assert!(output.status.success(), "{}", text(&output));
    assert_eq!(said.last().map(String::as_str), Some("Logged in as somebody."));
    assert!(fs::read_to_string(&tokens)?.contains("refresh"));
    assert_eq!(server.requests()[1].header("authorization"), Some("Bearer a"));
    Ok(())
}

#[tokio::test]
async fn subscriptions_are_managed() -> Outcome {
    let server = Server::start().await?;
    let one = json!({ "subscription_id": "7", "user_id": "42", "event_types": ["follow_events"], "tag": "ops" });
    for (arguments, reply, expected) in [
        (vec!["list"], Reply::json(200, json!({ "data": [one] })), "7  user 42  follow_events  tag ops\n"),
        (
            vec!["create", "42", "follow_events"],
            Reply::json(200, json!({ "data": one })),
            "7  user 42  follow_events  tag ops\n",
        ),
        (
            vec!["tag", "7", "ops"],
            Reply::json(200, json!({ "data": { "subscription": one } })),
            "7  user 42  follow_events  tag ops\n",
        ),
        (vec!["delete", "7"], Reply::json(200, json!({ "data": { "deleted": true } })), "7 is deleted\n"),
        (vec!["delete", "8"], Reply::json(404, json!({ "title": "Not Found" })), "there is no 8\n"),
    ] {
        server.push(reply);
        let output = program("manage_subscriptions", &server).args(&arguments).output().await?;
        assert_eq!((text(&output).as_str(), output.status.success()), (expected, true), "{arguments:?}");
    }
    let methods: Vec<String> = server.requests().iter().map(|request| request.method().to_owned()).collect();
    assert_eq!(methods, ["GET", "POST", "PUT", "DELETE", "DELETE"]);
    let output = program("manage_subscriptions", &server).output().await?;
    assert!(!output.status.success() && text(&output).contains("usage: "));
    Ok(())
}

#[tokio::test]
async fn tasks_share_a_limiter() -> Outcome {
    let server = Server::start().await?;
    (0..3).for_each(|_| server.push(Reply::json(200, json!({ "data": [{ "id": "1" }, { "id": "2" }] }))));
    let output = program("shared_rate_limiter", &server).args(["1", "2", "3"]).output().await?;
    assert_eq!(text(&output), "1: 2 messages\n2: 2 messages\n3: 2 messages\n6 items used today\n");
    Ok(())
}

#[tokio::test]
async fn what_was_recorded_is_replayed_offline() -> Outcome {
    let server = Server::start().await?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("exchanges.jsonl");
    let page = |id: &str, more: Value| json!({ "data": [{ "endpoint_name": id }], "meta": more });
    server.push(Reply::json(200, page("first", json!({ "next_token": "t" }))));
    server.push(Reply::json(200, page("second", json!({}))));
    let expected = "first\nsecond\n2 connections\n";
    let output = program("record_and_replay", &server).arg("record").arg(&file).output().await?;
    assert_eq!(text(&output), expected);
    assert!(!fs::read_to_string(&file)?.contains("Bearer app"), "the token is in the file");
    let mut replay = program("record_and_replay", &server);
    replay.env_remove("X_BEARER_TOKEN").env_remove("X_API_URL");
    for _ in 0..2 {
        let output = replay.args(["replay"]).arg(&file).output().await?;
        assert_eq!(text(&output), expected);
        replay = program("record_and_replay", &server);
    }
    assert_eq!(server.requests().len(), 2, "a replay asks nobody");
    fs::write(&file, fs::read_to_string(&file)?.lines().next().unwrap_or_default())?;
    let output = program("record_and_replay", &server).arg("replay").arg(&file).output().await?;
    assert!(!output.status.success() && text(&output).contains("no exchange is left"), "{}", text(&output));
    Ok(())
}

#[tokio::test]
async fn a_tower_stack_sends() -> Outcome {
    let server = Server::start().await?;
    (0..3).for_each(|_| server.push(Reply::json(200, json!({ "data": [{ "id": "1" }] }))));
    let output = program("tower_stack", &server).output().await?;
    assert_eq!(text(&output), "1 connections, asked for three times\n");
    assert_eq!(server.requests().len(), 3);
    Ok(())
}

#[tokio::test]
async fn what_is_missing_is_named() -> Outcome {
    let server = Server::start().await?;
    let output = program("tail_activity", &server).env_remove("X_BEARER_TOKEN").output().await?;
    assert!(!output.status.success() && text(&output).contains("X_BEARER_TOKEN"), "{}", text(&output));
    Ok(())
}
