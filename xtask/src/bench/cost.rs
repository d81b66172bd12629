//! What a command takes, as the system counts it.

use std::ffi::OsString;
use std::fmt;
use std::io::{self, Read as _, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Output, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::signal::{Signal, kill, killpg};
use nix::sys::time::TimeVal;
use nix::unistd::Pid;
use serde::{Deserialize, Serialize};

/// A command that is run and measured in a process of its own.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Measured {
    /// The command and its arguments
    #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
    command: Vec<OsString>,
}

/// What one run took, all processes that it started included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Cost {
    /// Seconds of CPU, in the programs and in the system.
    pub(super) cpu: f64,
    /// Seconds by the clock.
    pub(super) wall: f64,
    /// The most that one of the processes had in memory, in megabytes (10^6 bytes).
    pub(super) memory: f64,
}

/// What the measuring process prints.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Answer {
    success: bool,
    cost: Cost,
    /// The standard error of the command.
    said: String,
}

/// A command, and where and how it is run.
#[derive(Clone, Debug)]
pub(super) struct Task {
    pub(super) folder: PathBuf,
    pub(super) program: OsString,
    pub(super) arguments: Vec<OsString>,
    pub(super) environment: Vec<(&'static str, OsString)>,
}

/// A command was stopped, because its time was over.
#[derive(Clone, Copy, Debug)]
pub(super) struct TimeOver(Duration);

impl fmt::Display for TimeOver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "it took longer than {} s and was stopped (--limit)", self.0.as_secs())
    }
}

impl std::error::Error for TimeOver {}

/// Variables that would change what is measured: wrappers that keep what was compiled, flags and profiles of the user, and
/// the traces of panics.
fn disturbs(variable: &str) -> bool {
    ["CARGO_BUILD_", "CARGO_PROFILE_", "CARGO_ENCODED_", "CARGO_INCREMENTAL", "RUSTC_", "RUSTFLAGS", "RUST_BACKTRACE"]
        .iter()
        .any(|start| variable.starts_with(start))
}

/// Runs the command of the command line and prints what it took as JSON. When standard input ends first, its starter is
/// gone, and everything that belongs to the command ends.
pub(crate) fn measure(measured: &Measured) -> anyhow::Result<ExitCode> {
    let (program, arguments) = measured.command.split_first().context("there is no command")?;
    thread::spawn(|| {
        let _ = io::stdin().read_to_end(&mut Vec::new());
        // This process leads the group of all that it starts.
        let _ = kill(Pid::from_raw(0), Signal::SIGKILL);
    });
    let start = Instant::now();
    let output = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("{} cannot be started", program.display()))?;
    let wall = start.elapsed().as_secs_f64();
    let (cpu, memory) = of_children()?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let answer = Answer { success: output.status.success(), cost: Cost { cpu, wall, memory }, said };
    writeln!(io::stdout(), "{}", serde_json::to_string(&answer)?)?;
    Ok(ExitCode::SUCCESS)
}

/// The CPU time of all children that have ended, with that of their own children whose end they have awaited, and the largest
/// memory of one of these processes (POSIX, `getrusage`).
///
/// A process counts the memory of the one that started it until it runs its own program (Linux, `setmax_mm_hiwater_rss`).
/// So figures below that of this small process mean nothing, and measuring is not done in the large one.
fn of_children() -> anyhow::Result<(f64, f64)> {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).context("the system does not say what the command took")?;
    let seconds = |time: TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
    // Linux counts in kilobytes of 1,024 bytes, macOS in bytes.
    let unit = if cfg!(target_os = "macos") { 1.0 } else { 1024.0 };
    Ok((seconds(usage.user_time()) + seconds(usage.system_time()), usage.max_rss() as f64 * unit / 1e6))
}

impl Task {
    /// Runs the command once, and gives what it took. Fails with what it said when it fails or takes longer than `limit`.
    pub(super) fn run(&self, limit: Duration) -> anyhow::Result<Cost> {
        let this = std::env::current_exe().context("the path of this program is not known")?;
        let mut command = Command::new(this);
        command.arg("measure").arg("--").arg(&self.program).args(&self.arguments).current_dir(&self.folder);
        for (variable, _) in std::env::vars_os() {
            if variable.to_str().is_some_and(disturbs) {
                command.env_remove(variable);
            }
        }
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        let output = within(command, limit)?;
        if !output.status.success() {
            bail!("{}", String::from_utf8_lossy(&output.stderr).trim());
        }
        let answer: Answer = serde_json::from_slice(&output.stdout).context("what was measured cannot be read")?;
        if !answer.success {
            bail!("{}", answer.said.trim());
        }
        Ok(answer.cost)
    }
}

/// Runs a command as a group of processes, all of which end when the time is over or this process ends.
fn within(mut command: Command, limit: Duration) -> anyhow::Result<Output> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
    let mut child = command.spawn().context("measuring cannot be started")?;
    let group = Pid::from_raw(i32::try_from(child.id())?);
    // Kept open until the command has ended; that it is closed is how the command learns that this process is gone.
    let held = child.stdin.take();
    let (sender, receiver) = mpsc::channel();
    let waiting = thread::spawn(move || {
        let output = child.wait_with_output();
        // The receiver is gone when the time is over.
        let _ = sender.send(output);
    });
    let outcome = receiver.recv_timeout(limit);
    if outcome.is_err() {
        let _ = killpg(group, Signal::SIGKILL);
    }
    drop(held);
    let _ = waiting.join();
    match outcome {
        Ok(output) => Ok(output?),
        Err(RecvTimeoutError::Timeout) => Err(TimeOver(limit).into()),
        Err(RecvTimeoutError::Disconnected) => bail!("the measuring process was lost"),
    }
}

/// The middle value of each figure; the mean of the two middle ones where there are two. `None` without runs.
pub(super) fn median(costs: &[Cost]) -> Option<Cost> {
    let of = |figure: fn(&Cost) -> f64| {
        let mut values: Vec<f64> = costs.iter().map(figure).collect();
        values.sort_by(f64::total_cmp);
        let low = values.get(values.len().checked_sub(1)? / 2)?;
        let high = values.get(values.len() / 2)?;
        Some((low + high) / 2.0)
    };
    Some(Cost { cpu: of(|cost| cost.cpu)?, wall: of(|cost| cost.wall)?, memory: of(|cost| cost.memory)? })
}

/// A path for messages: without the part that the root of the repository is.
pub(super) fn shown(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cost(cpu: f64) -> Cost {
        Cost { cpu, wall: 2.0 * cpu, memory: 10.0 - cpu }
    }

    #[test]
    fn the_median_is_of_each_figure() {
        let odd = median(&[cost(3.0), cost(1.0), cost(2.0)]);
        assert_eq!(odd, Some(Cost { cpu: 2.0, wall: 4.0, memory: 8.0 }));
        assert_eq!(median(&[cost(4.0), cost(1.0)]).map(|cost| cost.cpu), Some(2.5));
        assert_eq!(median(&[]), None);
    }

    #[test]
    fn a_command_ends_with_its_time() {
        let mut command = Command::new("sh");
        command.args(["-c", "sleep 60 & sleep 60"]);
        let start = Instant::now();
        let error = within(command, Duration::from_millis(50)).map(|_| ()).map_err(|error| error.to_string());
        assert_eq!(error, Err("it took longer than 0 s and was stopped (--limit)".to_owned()));
        assert!(start.elapsed() < Duration::from_secs(30));
    }

    #[test]
    fn the_processes_of_processes_count() -> anyhow::Result<()> {
        let before = of_children()?;
        // A process of a process of a process, which holds 64 MB because it waits for the end of a line.
        let script = "sh -c 'head -c 64000000 /dev/zero | sort | wc -c'; true";
        assert!(Command::new("sh").args(["-c", script]).stdout(Stdio::null()).status()?.success());
        let after = of_children()?;
        assert!(after.0 > before.0 + 0.005 && after.1 > 64.0, "{before:?}, {after:?}");
        Ok(())
    }

    #[test]
    fn what_would_disturb_is_left_out() {
        assert!(disturbs("RUSTC_WRAPPER") && disturbs("CARGO_PROFILE_DEV_DEBUG") && disturbs("RUSTFLAGS"));
        assert!(!disturbs("PATH") && !disturbs("CARGO_HOME") && !disturbs("RUSTUP_TOOLCHAIN"));
    }
}
