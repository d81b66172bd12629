//! Processes that share the file with a user's tokens. They are this program, begun again with a role.

use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tests::faulty::{Server, Step, head};
use tokio::sync::watch;
use x_api_client::Client;
use x_api_client::runtime::{FileStore, OAuth2, TokenStore, UserToken};

use super::auth::{Tokens, endpoints, has_token, is_renewal, messages, numbered, stored};
use crate::rig::Rig;
use crate::row::{Failure, Row, Saw, row};

const ROLE: &str = "FAULTS_ROLE";
const FOLDER: &str = "FAULTS_FOLDER";
const SERVER: &str = "FAULTS_SERVER";

/// How many processes are killed, one after the other.
const ROUNDS: usize = 10;

pub(super) fn rows() -> Vec<Row> {
    let whole = (0..ROUNDS).map(|round| format!("round {round}: a whole pair"));
    vec![
        row("401 with two processes at once")
            .http1()
            .call(|rig| Box::pin(two(rig)))
            .sees(["Ok", "Ok", "renewals: 1", "spent twice: 0", "stored: access-1 refresh-1"])
            .requests(5),
        row("process killed while the token is saved")
            .http1()
            .call(|rig| Box::pin(killed(rig)))
            .sees(whole.chain(["spent twice: 0".to_owned()]))
            .any_requests(),
    ]
}

/// What a process does that was begun with a role.
pub(crate) fn play() -> Result<(), Failure> {
    let (Ok(role), Ok(folder), Ok(url)) = (std::env::var(ROLE), std::env::var(FOLDER), std::env::var(SERVER)) else {
        return Ok(());
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let app = OAuth2::builder(endpoints(&url), "client").build()?;
    let user = UserToken::new(app, store(Path::new(&folder)));
    runtime.block_on(async {
        match role.as_str() {
            "calls" => {
                messages(Client::builder().base_url(&url).oauth2_user_token(user).build()?).await?;
                Ok(())
            }
            // Its tokens are about to expire as soon as it has them, so it renews and saves again and again.
            "renews" => loop {
                user.pair().await?;
            },
            other => Err(format!("no role {other}").into()),
        }
    })
}

fn store(folder: &Path) -> FileStore {
    FileStore::new(folder.join("token.json"))
}

/// A process, which does not outlive its row.
struct Running(Child);

impl Running {
    async fn end(&mut self) -> Result<ExitStatus, Failure> {
        loop {
            if let Some(status) = self.0.try_wait()? {
                return Ok(status);
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may be over already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn begin(role: &str, folder: &Path, server: &Server) -> Result<Running, Failure> {
    let mut command = Command::new(std::env::current_exe()?);
    command
        .args(["--exact", "another_process", "--ignored"])
        .env(ROLE, role)
        .env(FOLDER, folder)
        .env(SERVER, server.url())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    Ok(Running(command.spawn()?))
}

async fn two(rig: &Rig) -> Result<Saw, Failure> {
    let folder = tempfile::tempdir()?;
    store(folder.path()).save(&numbered(0)).await?;
    let tokens = Arc::new(Tokens::default());
    let known = Arc::clone(&tokens);
    let server = Server::with_answers(rig.protocol, &rig.stage, move |request| {
        if is_renewal(request) {
            known.renew(request, 7200)
        } else if has_token(request, "access-0") {
            [vec![Step::Meet(2)], head(401, &[], "")].concat()
        } else {
            head(200, &[], "{}")
        }
    });
    let server = rig.keep(server.await?)?;
    let children = [begin("calls", folder.path(), server)?, begin("calls", folder.path(), server)?];
    let mut saw = Saw::new();
    for mut child in children {
        let status = child.end().await?;
        saw.push(if status.success() { "Ok".to_owned() } else { status.to_string() });
    }
    saw.push(format!("renewals: {}", tokens.renewals.load(Ordering::SeqCst)));
    saw.push(format!("spent twice: {}", tokens.reused.load(Ordering::SeqCst)));
    saw.push(format!("stored: {}", stored(&store(folder.path())).await?));
    Ok(saw)
}

/// Every process is killed a little later after an answer was sent to it, so that some of them are saving then.
async fn killed(rig: &Rig) -> Result<Saw, Failure> {
    let tokens = Arc::new(Tokens::default());
    let known = Arc::clone(&tokens);
    let (answered, mut answers) = watch::channel(0_usize);
    let server = Server::with_answers(rig.protocol, &rig.stage, move |request| {
        // Told by the token it spends: the last request of a killed process may be handled in the next round.
        let body = String::from_utf8_lossy(&request.body);
        let number = |pair: &str| pair.strip_prefix("refresh_token=refresh-")?.parse::<usize>().ok();
        let spent = body.split('&').find_map(number).unwrap_or_default();
        answered.send_modify(|last| *last = spent.max(*last));
        known.renew(request, 1)
    });
    let server = rig.keep(server.await?)?;
    let mut saw = Saw::new();
    for round in 0..ROUNDS {
        let folder = tempfile::tempdir()?;
        // No two rounds have tokens in common.
        store(folder.path()).save(&numbered(round * 1_000_000).with_expiry(Duration::from_secs(1))).await?;
        let child = begin("renews", folder.path(), server)?;
        answers.wait_for(|last| *last >= round * 1_000_000 + 2).await?;
        tokio::time::sleep(Duration::from_micros(300) * u32::try_from(round)?).await;
        drop(child);
        let pair = stored(&store(folder.path())).await?;
        let number = |word: Option<&str>| word?.rsplit('-').next()?.parse::<usize>().ok();
        let mut words = pair.split(' ');
        let (access, refresh) = (number(words.next()), number(words.next()));
        // Two answers were saved before the third was sent.
        let is_whole = access.is_some_and(|access| access >= round * 1_000_000 + 2) && access == refresh;
        saw.push(format!("round {round}: {}", if is_whole { "a whole pair" } else { &pair }));
    }
    saw.push(format!("spent twice: {}", tokens.reused.load(Ordering::SeqCst)));
    Ok(saw)
}
