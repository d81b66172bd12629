//! Prism: installed as tests/prism pins it, started on a port of its own, and stopped.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use anyhow::{Context, bail};

use crate::workspace::first_line;

/// How long it may take to read a description.
const LONGEST_START: Duration = Duration::from_secs(120);

/// Installs Prism below the target folder, unless it is there. `None` without node or npm.
pub(super) fn install(root: &Path, out: &Path) -> anyhow::Result<Option<PathBuf>> {
    let answers = |program: &str| first_line(Command::new(program).arg("--version")).is_ok();
    if !answers("node") || !answers("npm") {
        return Ok(None);
    }
    let (pinned, folder) = (root.join("tests/prism"), out.join("prism"));
    let program = folder.join("node_modules/@stoplight/prism-cli/dist/index.js");
    fs::create_dir_all(&folder)?;
    let mut current = program.is_file();
    for name in ["package.json", "package-lock.json"] {
        let wanted =
            fs::read_to_string(pinned.join(name)).with_context(|| format!("tests/prism/{name} cannot be read"))?;
        if fs::read_to_string(folder.join(name)).ok().as_deref() != Some(wanted.as_str()) {
            current = false;
            fs::write(folder.join(name), wanted)?;
        }
    }
    if !current {
        let npm = Command::new("npm")
            .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
            .current_dir(&folder)
            .output();
        let npm = npm.context("npm cannot be started")?;
        if !npm.status.success() {
            bail!("`npm ci` for tests/prism failed: {}", String::from_utf8_lossy(&npm.stderr).trim());
        }
    }
    Ok(Some(program))
}

/// A server that is stopped when this goes.
#[derive(Debug)]
pub(super) struct Prism {
    child: Child,
    port: u16,
}

impl Prism {
    /// Starts a server for a description, and waits until it listens.
    pub(super) fn start(program: &Path, description: &Path) -> anyhow::Result<Self> {
        // The port is free now; that somebody else takes it before Prism does is an error that Prism tells.
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let mut child = Command::new("node")
            .arg(program)
            .args(["mock", "--host", "127.0.0.1", "--port", &port.to_string()])
            .arg(description)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .context("node cannot be started")?;
        let (sender, listening) = mpsc::channel();
        let stdout = child.stdout.take().context("node has no output")?;
        thread::spawn(move || {
            // It is read to its end, so that the server never waits for a reader.
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if line.contains("Prism is listening") {
                    let _ = sender.send(());
                }
            }
        });
        let judge = Self { child, port };
        if listening.recv_timeout(LONGEST_START).is_err() {
            bail!("Prism does not listen: {}", judge.last_words());
        }
        Ok(judge)
    }

    /// Where it listens.
    pub(super) fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    fn last_words(mut self) -> String {
        let _ = self.child.kill();
        let mut text = String::new();
        if let Some(mut stderr) = self.child.stderr.take() {
            let _ = stderr.read_to_string(&mut text);
        }
        text.trim().to_owned()
    }
}

impl Drop for Prism {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
