//! Compressed answers. Without feature `gzip` none is asked for, and one that comes all the same is named;
//! `cargo test -p tests --features gzip --test gzip` runs what the feature changes.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use tests::server::{Reply, Server};
use x_api_client::runtime::RetryPolicy;
use x_api_client::{Client, ClientBuilder};

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn builder(server: &Server) -> ClientBuilder {
    Client::builder().base_url(server.url()).bearer_token("app-token").retry(RetryPolicy::off())
}

fn encoder() -> GzEncoder<Vec<u8>> {
    GzEncoder::new(Vec::new(), Compression::default())
}

fn encoded(status: u16, text: &str) -> Result<Reply, std::io::Error> {
    let mut encoder = encoder();
    encoder.write_all(text.as_bytes())?;
    let reply = Reply::status(status).header("content-type", "application/json").header("content-encoding", "gzip");
    Ok(reply.body(encoder.finish()?))
}

#[cfg(not(feature = "gzip"))]
mod without_the_feature {
    use x_api_client::ErrorKind;

    use super::*;

    #[tokio::test]
    async fn the_error_names_the_feature() -> Outcome {
        let server = Server::start().await?;
        let client = builder(&server).build()?;
        server.push(encoded(200, r#"{"data":[]}"#)?);
        let error = client.connections().history().send().await.expect_err("it cannot be read");
        assert_eq!(error.kind(), ErrorKind::Decode);
        let expected = "the body is encoded as gzip, which the client decodes with its feature `gzip`";
        let text = format!("getConnectionHistory: the answer could not be decoded: {expected} at `$`");
        assert_eq!(error.to_string(), text);
        assert_eq!(server.requests()[0].header("accept-encoding"), None);

        server.push(encoded(404, r#"{"title":"Gone"}"#)?);
        let error = client.connections().history().send().await.expect_err("it cannot be read");
        assert_eq!(error.to_string(), format!("getConnectionHistory: the server answered 404 Not Found: {expected}"));

        server.push(encoded(200, "{}\n")?);
        let error = client.activity().stream().connect().try_next().await.expect_err("it cannot be read");
        assert_eq!((error.kind(), error.to_string()), (ErrorKind::Decode, format!("activityStream: {expected}")));
        Ok(())
    }
}

#[cfg(feature = "gzip")]
mod with_the_feature {
    use x_api_client::types::ActivityEvent;

    use super::*;

    #[tokio::test]
    async fn a_call() -> Outcome {
        let server = Server::start().await?;
        let client = builder(&server).build()?;
        server.push(encoded(200, r#"{"data":[{"id":"1"}]}"#)?);
        let history = client.connections().history().send().await?;
        assert_eq!(history.body.data.len(), 1);
        assert_eq!(&history.meta.raw()[..], br#"{"data":[{"id":"1"}]}"#);
        assert!(!history.meta.headers().contains_key("content-encoding"));
        assert_eq!(server.requests()[0].header("accept-encoding"), Some("gzip"));

        server.push(Reply::json(200, "{}"));
        let client = builder(&server).gzip(false).build()?;
        client.connections().history().send().await?;
        assert_eq!(server.requests()[1].header("accept-encoding"), None);
        Ok(())
    }

    /// The server flushes a line and then sends nothing more.
    #[tokio::test]
    async fn a_stream() -> Outcome {
        let mut encoder = encoder();
        encoder.write_all(b"{\"data\":{\"event_uuid\":\"1\"}}\n")?;
        encoder.flush()?;
        let line = encoder.get_ref().clone();
        let (first, second) = line.split_at(line.len() / 2);
        let server = Server::start().await?;
        let client = builder(&server).build()?;
        server.push(Reply::stream().header("content-encoding", "gzip").chunk(first).chunk(second).hold());
        let mut live = client.activity().stream().connect().gzip(true);
        let event = live.try_next().await?;
        assert!(matches!(event, Some(ActivityEvent::Envelope(_))), "{event:?}");
        assert_eq!(server.requests()[0].header("accept-encoding"), Some("gzip"));

        drop(live);
        server.hung_up(1).await?;
        server.push(Reply::stream().chunk("{\"data\":{}}\n").hold());
        client.activity().stream().connect().try_next().await?;
        assert_eq!(server.requests()[1].header("accept-encoding"), None);
        Ok(())
    }
}
