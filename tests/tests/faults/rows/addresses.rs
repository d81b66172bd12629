//! Redirects, and pages that lead to each other.

use tests::faulty::{Script, Server, Step, head};
use x_api_client::runtime::ReqwestTransport;

use crate::calls::{describe, subscription, told};
use crate::rig::Rig;
use crate::row::{Failure, Row, Saw, row};

pub(super) fn rows() -> Vec<Row> {
    let inside = |status: u16| head(status, &[("location", "/2/moved")], "");
    let good = || head(200, &[], "{}");
    vec![
        row("redirect to another origin: GET")
            .call(|rig| Box::pin(elsewhere(rig, false)))
            .sees(["Api 302/Answered", "requests there: 0"]),
        row("redirect to another origin: POST")
            .call(|rig| Box::pin(elsewhere(rig, true)))
            .sees(["Api 307/Answered", "requests there: 0"]),
        row("redirect to another origin: a stream")
            .call(|rig| Box::pin(streamed(rig)))
            .sees(["Api 302/Answered", "requests there: 0"]),
        row("redirect to another origin: a transport that follows it")
            .http1()
            .call(|rig| Box::pin(followed(rig)))
            .sees(["Refused/MayHaveArrived", "credentials there: 0"]),
        row("redirect inside the origin: GET").answers([inside(302), good()]).sees(["Ok"]).requests(2),
        row("redirect inside the origin: POST").answers([inside(307)]).post().sees(["Api 307/Answered"]),
        row("redirects without end").always(7, inside(302)).sees(["Api 302/Answered"]).requests(6),
        row("pages that form a cycle")
            .answers([page("1", "a"), page("2", "b"), page("3", "a")])
            .call(|rig| Box::pin(items(rig)))
            .sees(["1", "2", "3", "Api/Answered", "End"])
            .requests(3),
        row("pages that form a cycle: a page that leads to itself")
            .answers([page("1", "a"), page("2", "a")])
            .call(|rig| Box::pin(items(rig)))
            .sees(["1", "2", "Api/Answered", "End"])
            .requests(2),
        row("pages of which one is lost")
            .answers([page("1", "a"), vec![Step::Reset], page("2", "b"), page("3", "")])
            .call(|rig| Box::pin(items(rig)))
            .sees(["1", "2", "3", "End"])
            .requests(4)
            .waits([500]),
    ]
}

fn page(id: &str, next: &str) -> Script {
    let next = if next.is_empty() { String::new() } else { format!(r#","meta":{{"next_token":"{next}"}}"#) };
    head(200, &[], format!(r#"{{"data":[{{"id":"{id}"}}]{next}}}"#))
}

async fn items(rig: &Rig) -> Result<Saw, Failure> {
    let mut items = rig.client().await?.connections().history().items();
    let mut saw = Saw::new();
    while let Some(item) = items.next().await {
        saw.push(match item {
            Ok(item) => item.id.map_or_else(|| "no id".to_owned(), |id| id.to_string()),
            Err(error) => describe(&error),
        });
    }
    saw.push("End".to_owned());
    Ok(saw)
}

/// Another server, and the row's own that redirects there.
async fn servers(rig: &Rig, status: u16) -> Result<(Server, String), Failure> {
    let other = Server::with_scripts(rig.protocol, &rig.stage, [head(200, &[], "{}")]).await?;
    let to = format!("{}/2/connections", other.url());
    let server = Server::with_scripts(rig.protocol, &rig.stage, [head(status, &[("location", &to)], "")]).await?;
    Ok((other, rig.keep(server)?.url()))
}

async fn elsewhere(rig: &Rig, post: bool) -> Result<Saw, Failure> {
    let (other, url) = servers(rig, if post { 307 } else { 302 }).await?;
    let client = rig.builder(&url)?.build()?;
    let told = if post {
        told(client.activity().create_subscription(subscription()).send().await)
    } else {
        told(client.connections().history().send().await)
    };
    Ok(vec![told, format!("requests there: {}", other.requests().len())])
}

async fn streamed(rig: &Rig) -> Result<Saw, Failure> {
    let (other, url) = servers(rig, 302).await?;
    let mut live = rig.builder(&url)?.build()?.activity().stream().connect();
    let told = live.try_next().await.map_or_else(|error| describe(&error), |_| "Ok".to_owned());
    Ok(vec![told, format!("requests there: {}", other.requests().len())])
}

/// A client of reqwest that follows redirects by itself. It takes the credentials off, and its answer is refused.
async fn followed(rig: &Rig) -> Result<Saw, Failure> {
    let (other, url) = servers(rig, 302).await?;
    let transport = ReqwestTransport::new(reqwest::Client::new());
    let client = rig.builder(&url)?.transport(transport).build()?;
    let told = told(client.connections().history().send().await);
    let with_credentials = other.requests().iter().filter(|request| request.header("authorization").is_some()).count();
    Ok(vec![told, format!("credentials there: {with_credentials}")])
}
