//! Commands whose output is a log: started, run again, and ended with everything they have started.
//!
//! A command is run by `sh -c` in a process group of its own, and both its outputs come through one pipe, in the order
//! in which they were written. Its process is not waited for before its group has been ended: until then the group's
//! number cannot become somebody else's.

use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt as _;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::Zoned;
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, WaitOptions, kill_process_group, waitid, waitpid};

use super::Keep;
use super::backing::words;
use super::pipe::Pipe;
use crate::app::source::{NoticeKind, State, Watch};
use crate::core::text::printable;

/// How long a command may take to end when it is asked to, before it is made to: while the program goes on, and at its
/// end.
const PATIENCE: Duration = Duration::from_secs(2);
const PATIENCE_AT_END: Duration = Duration::from_millis(300);
/// Between looks whether it has.
const LOOK: Duration = Duration::from_millis(5);

/// The groups of all commands of this process, for whoever ends it.
static GROUPS: Mutex<Vec<Pid>> = Mutex::new(Vec::new());

fn groups() -> MutexGuard<'static, Vec<Pid>> {
    GROUPS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A command and what it has said so far.
pub(super) struct Ran {
    line: String,
    pub pipe: Arc<Pipe>,
    /// The group that runs, or ran last.
    group: Mutex<Option<Pid>>,
    /// Whether its last run has ended otherwise than well.
    failed: Mutex<Arc<AtomicBool>>,
    /// It is never run again.
    closed: AtomicBool,
    /// Held by whoever runs it again.
    turn: Mutex<()>,
}

impl Ran {
    /// Runs a command. One that cannot be run is a source that has ended, not an error.
    pub fn start(keep: Keep, line: &str, changed: impl Fn() + Send + Sync + 'static) -> Arc<Ran> {
        let pipe = Pipe::new(keep, Watch::Command, changed);
        let ran = Ran {
            line: line.to_owned(),
            pipe,
            group: Mutex::default(),
            failed: Mutex::default(),
            closed: AtomicBool::new(false),
            turn: Mutex::default(),
        };
        ran.run();
        Arc::new(ran)
    }

    /// Ends the command if it runs, and when it has ended runs it again: what it has said stays.
    pub fn again(self: &Arc<Ran>) {
        let ran = self.clone();
        let again = move || {
            let _turn = ran.turn.lock().unwrap_or_else(PoisonError::into_inner);
            let before = ran.group().take();
            if let Some(group) = before.filter(|group| take(*group)) {
                end(&[group], PATIENCE);
            }
            let now = Zoned::now().strftime("%H:%M:%S").to_string();
            ran.pipe.notice(NoticeKind::Rotated, format!("run again {now}"));
            ran.run();
        };
        if let Err(error) = std::thread::Builder::new().name("again".to_owned()).spawn(again) {
            self.pipe.notice(NoticeKind::Gap, format!("it cannot be run again: {}", words(&error)));
        }
    }

    /// Ends the command and reads no more of it.
    pub fn close(&self) {
        if let Some(group) = self.close_for_good() {
            let ending = move || end(&[group], PATIENCE);
            if std::thread::Builder::new().name("ending".to_owned()).spawn(ending).is_err() {
                end(&[group], Duration::ZERO);
            }
        }
        self.pipe.close();
    }

    /// It is never run again; the group that is to be ended, if nobody else does.
    fn close_for_good(&self) -> Option<Pid> {
        self.closed.store(true, Ordering::Release);
        self.group().take().filter(|group| take(*group))
    }

    /// Whether its last run ended otherwise than well.
    pub fn failed(&self) -> bool {
        self.outcome().load(Ordering::Acquire)
    }

    fn outcome(&self) -> MutexGuard<'_, Arc<AtomicBool>> {
        self.failed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn group(&self) -> MutexGuard<'_, Option<Pid>> {
        self.group.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn run(&self) {
        let failed: Arc<AtomicBool> = Arc::default();
        *self.outcome() = failed.clone();
        let mut group = self.group();
        if self.closed.load(Ordering::Acquire) {
            return;
        }
        let mut facts = vec![("command", printable(&self.line))];
        match spawn(&self.line) {
            Ok((output, pid)) => {
                *group = Some(pid);
                facts.push(("process", pid.as_raw_nonzero().to_string()));
                facts.push(("started", Zoned::now().strftime("%Y-%m-%d %H:%M:%S").to_string()));
                self.pipe.know(facts);
                self.pipe.read(output, move || {
                    let (state, well) = outcome(pid);
                    failed.store(!well, Ordering::Release);
                    state
                });
            }
            Err(error) => {
                self.pipe.know(facts);
                failed.store(true, Ordering::Release);
                self.pipe.stop(State::Ended(format!("(it cannot be run: {})", words(&error))));
            }
        }
    }
}

/// Starts a command; its output, and its process, which leads a group.
fn spawn(line: &str) -> io::Result<(File, Pid)> {
    let (output, ours) = io::pipe()?;
    let theirs = ours.try_clone()?;
    let mut command = Command::new("sh");
    command.arg("-c").arg(line).process_group(0);
    command.stdin(Stdio::null()).stdout(ours).stderr(theirs);
    // Whoever ends all commands waits until this one is known, or finds that it was never started.
    let mut groups = groups();
    let pid = Pid::from_child(&command.spawn()?);
    groups.push(pid);
    Ok((File::from(OwnedFd::from(output)), pid))
}

/// How a process ended, once it has, and whether that was well.
fn outcome(pid: Pid) -> (State, bool) {
    let status = loop {
        match waitid(WaitId::Pid(pid), WaitIdOptions::EXITED | WaitIdOptions::NOWAIT) {
            Ok(status) => break status,
            Err(rustix::io::Errno::INTR) => {}
            Err(_) => break None, // it was ended by us
        }
    };
    let code = status.as_ref().and_then(rustix::process::WaitIdStatus::exit_status);
    let signal = status.as_ref().and_then(rustix::process::WaitIdStatus::terminating_signal);
    let said = match (code, signal) {
        (Some(code), _) => format!("(exit {code})"),
        (None, Some(signal)) => format!("by signal {signal}"),
        (None, None) => "by tailpane".to_owned(),
    };
    (State::Ended(said), code == Some(0))
}

/// Takes a group out of the list of those that are to be ended; false when somebody else does it.
fn take(group: Pid) -> bool {
    let mut groups = groups();
    let before = groups.len();
    groups.retain(|known| *known != group);
    groups.len() < before
}

/// Asks groups to end, waits for that as long as `patience` allows, and makes them.
fn end(ending: &[Pid], patience: Duration) {
    let until = Instant::now() + patience;
    let all = |signal| {
        for group in ending {
            let _ = kill_process_group(*group, signal); // it may be gone
        }
    };
    all(Signal::TERM);
    // What is stopped hears of it only when it goes on.
    all(Signal::CONT);
    let runs = |group: &&Pid| {
        let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG;
        matches!(waitid(WaitId::Pid(**group), options), Ok(None))
    };
    while ending.iter().any(|group| runs(&group)) && Instant::now() < until {
        std::thread::sleep(LOOK);
    }
    all(Signal::KILL);
    for group in ending {
        let _ = waitpid(Some(*group), WaitOptions::empty()); // it has ended, or must now
    }
}

/// Ends some commands and waits for that: the program ends, or those who follow them do.
pub(super) fn end_now<'a>(commands: impl Iterator<Item = &'a Arc<Ran>>) {
    let ending: Vec<Pid> = commands.filter_map(|ran| ran.close_for_good()).collect();
    if !ending.is_empty() {
        end(&ending, PATIENCE_AT_END);
    }
}

/// Ends all commands of this process, because it is about to end without giving anybody a chance to.
pub fn end_all() {
    let ending = std::mem::take(&mut *groups());
    if !ending.is_empty() {
        end(&ending, PATIENCE_AT_END);
    }
}
