//! Running a row: a stage, a server, a client, and the comparison with what is expected.

use std::cell::OnceCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use tests::faulty::{Protocol, Script, Server, Stage, Step};
use x_api_client::runtime::{ReqwestTransport, Transport};
use x_api_client::{Client, ClientBuilder};

use crate::heap;
use crate::row::{Expected, Failure, Row, Saw};
use crate::side::{Reporting, StageClock};

/// The limit of an attempt in this test, which is the length of no wait.
pub(crate) const ATTEMPT: Duration = Duration::from_secs(77);

/// The limits there are: an attempt's; the silence of a stream, and of a server that hands out tokens.
const LIMITS: [Duration; 2] = [ATTEMPT, Duration::from_secs(30)];

/// How long a row may take in real time before it counts as one that hangs. None takes more than a few seconds.
/// `FAULTS_PATIENCE` sets another number of seconds.
const PATIENCE: Duration = Duration::from_secs(60);

/// Everything that a call of a row needs.
pub(crate) struct Rig {
    pub(crate) protocol: Protocol,
    pub(crate) stage: Arc<Stage>,
    scripts: Vec<Script>,
    setup: fn(ClientBuilder) -> ClientBuilder,
    server: OnceCell<Server>,
}

/// What came of a row.
pub(crate) struct Outcome {
    pub(crate) saw: Saw,
    pub(crate) requests: usize,
    pub(crate) connections: usize,
    pub(crate) waits: Vec<Duration>,
    pub(crate) time: Duration,
    pub(crate) heap: usize,
}

impl Rig {
    pub(crate) fn new(row: &Row, protocol: Protocol) -> Self {
        let limits = [&LIMITS, row.limits.as_slice()].concat();
        Self {
            protocol,
            stage: Stage::new(&limits),
            scripts: row.scripts.clone(),
            setup: row.setup,
            server: OnceCell::new(),
        }
    }

    pub(crate) fn clock(&self) -> StageClock {
        StageClock(Arc::clone(&self.stage))
    }

    /// The server of the row's scripts.
    pub(crate) async fn serve(&self) -> Result<&Server, Failure> {
        self.keep(Server::with_scripts(self.protocol, &self.stage, self.scripts.clone()).await?)
    }

    /// The server whose requests count.
    pub(crate) fn keep(&self, server: Server) -> Result<&Server, Failure> {
        self.server.set(server).map_err(|_| "a row has one server whose requests count")?;
        Ok(self.server.get().ok_or("it was set")?)
    }

    /// The server whose requests count, once there is one.
    pub(crate) fn server(&self) -> Option<&Server> {
        self.server.get()
    }

    /// A client of the row's scripts.
    pub(crate) async fn client(&self) -> Result<Client, Failure> {
        let url = self.serve().await?.url();
        Ok(self.builder(&url)?.build()?)
    }

    /// The builder of a client of a server, on the stage and with credentials.
    pub(crate) fn builder(&self, url: &str) -> Result<ClientBuilder, Failure> {
        let builder = Client::builder()
            .base_url(url)
            .clock(self.clock())
            .attempt_timeout(ATTEMPT)
            .overall_timeout(None)
            .bearer_token("app-token")
            .oauth2_user_token("user-token");
        let is_default = self.protocol != Protocol::Http2 && !self.scripts.iter().any(|script| looks_back(script));
        let builder = if is_default { builder } else { builder.transport(self.transport()?) };
        Ok((self.setup)(builder))
    }

    /// What the default transport is, over the row's protocol and with reports to the stage.
    pub(crate) fn transport(&self) -> Result<impl Transport + use<>, Failure> {
        self.transport_with(|builder| builder)
    }

    /// The same with other settings. The default transport's own time is real, so its waits are made short here.
    pub(crate) fn transport_with(
        &self,
        setup: fn(reqwest::ClientBuilder) -> reqwest::ClientBuilder,
    ) -> Result<impl Transport + use<>, Failure> {
        let builder = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .referer(false)
            // It never speaks TLS, and reading the system's certificates is most of what a row costs.
            .tls_certs_only([]);
        let builder = if self.protocol == Protocol::Http2 { builder.http2_prior_knowledge() } else { builder };
        Ok(Reporting(ReqwestTransport::new(setup(builder).build()?), Arc::clone(&self.stage)))
    }
}

/// Whether a script has to know how far the client has come.
fn looks_back(script: &[Step]) -> bool {
    script.iter().any(|step| matches!(step, Step::Pieces(_) | Step::Dribble | Step::Taken | Step::Silence(_)))
}

/// Runs a row over one of its protocols.
pub(crate) fn run(row: &Row, protocol: Protocol) -> Result<Outcome, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let rig = Rig::new(row, protocol);
    let patience = std::env::var("FAULTS_PATIENCE").ok().and_then(|seconds| seconds.parse().ok());
    let patience = patience.map_or(PATIENCE, Duration::from_secs);
    let before = heap::begin();
    // A panic is a result like others: the rows behind it are tried all the same.
    let saw = catch_unwind(AssertUnwindSafe(|| {
        runtime.block_on(async { tokio::time::timeout(patience, (row.call)(&rig)).await })
    }));
    let saw = match saw {
        Ok(Ok(saw)) => saw?,
        Ok(Err(_)) => vec!["hangs".to_owned()],
        Err(_) => vec!["panics".to_owned()],
    };
    let heap = heap::peak().saturating_sub(before);
    let server = rig.server.get();
    let outcome = Outcome {
        saw,
        requests: server.map_or(0, |server| server.requests().len()),
        connections: server.map_or(0, Server::connections),
        waits: rig.stage.waits(),
        time: rig.stage.now(),
        heap,
    };
    Ok(outcome)
}

/// Where an outcome is another one than expected, line by line; empty where it is as expected.
pub(crate) fn differences(expected: &Expected, outcome: &Outcome) -> String {
    let mut text = String::new();
    let mut differ = |what: &str, expected: String, found: String| {
        if expected != found {
            text.push_str(&format!("    {what}: expected {expected}\n    {what}: found    {found}\n"));
        }
    };
    differ("saw", format!("{:?}", expected.saw), format!("{:?}", outcome.saw));
    if let Some(requests) = expected.requests {
        differ("requests", requests.to_string(), outcome.requests.to_string());
    }
    if let Some(connections) = expected.connections {
        differ("connections", connections.to_string(), outcome.connections.to_string());
    }
    differ("waits", format!("{:?}", expected.waits), format!("{:?}", outcome.waits));
    if let Some(bound) = expected.heap
        && outcome.heap > bound
    {
        differ("peak heap", format!("at most {bound} bytes"), format!("{} bytes", outcome.heap));
    }
    text
}
