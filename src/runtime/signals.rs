//! What other programs and the system tell us by signals.

use std::io;

use rustix::process::{Pid, getpgid, getppid, getsid, kill_current_process_group, kill_process};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// What a signal means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// End now; the number of the signal.
    End(u8),
    /// Give the terminal back and stop.
    Stop,
    /// Going on after a stop; somebody else may have drawn on the terminal.
    Continue,
    /// The terminal has another size now.
    Resized,
}

/// The signals that ask for the program's end.
pub struct Endings {
    terminate: Signal,
    hang_up: Signal,
    interrupt: Signal,
}

impl Endings {
    /// Listens from now on. Must be called within the runtime.
    ///
    /// # Errors
    /// What the system says when a handler cannot be set.
    pub fn listen() -> io::Result<Endings> {
        Ok(Endings {
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// Waits for the next one, and says its number.
    pub async fn next(&mut self) -> u8 {
        tokio::select! {
            _ = self.terminate.recv() => 15,
            _ = self.hang_up.recv() => 1,
            _ = self.interrupt.recv() => 2,
        }
    }
}

/// The signals that are listened to while the screen is ours.
pub struct Signals {
    endings: Endings,
    stop: Signal,
    go_on: Signal,
    resize: Signal,
}

impl Signals {
    /// Listens from now on. Must be called within the runtime.
    ///
    /// # Errors
    /// What the system says when a handler cannot be set.
    pub fn listen() -> io::Result<Signals> {
        Ok(Signals {
            endings: Endings::listen()?,
            stop: signal(SignalKind::from_raw(rustix::process::Signal::TSTP.as_raw()))?,
            go_on: signal(SignalKind::from_raw(rustix::process::Signal::CONT.as_raw()))?,
            resize: signal(SignalKind::window_change())?,
        })
    }

    /// Waits for the next one.
    pub async fn next(&mut self) -> Told {
        tokio::select! {
            number = self.endings.next() => Told::End(number),
            _ = self.stop.recv() => Told::Stop,
            _ = self.go_on.recv() => Told::Continue,
            _ = self.resize.recv() => Told::Resized,
        }
    }
}

/// Calls `end` with the number of the first signal that asks for the program's end, in a thread of its
/// own: the main one may be blocked by somebody who does not read what we print.
///
/// # Errors
/// When no thread can be started or no handler set.
pub fn at_end(end: impl FnOnce(u8) + Send + 'static) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    let mut endings = {
        let _within = runtime.enter();
        Endings::listen()?
    };
    std::thread::Builder::new()
        .name("signals".into())
        .spawn(move || end(runtime.block_on(endings.next())))?;
    Ok(())
}

/// Asks everybody in the job (`make | tailpane`) to stop, as the terminal does when it sees Ctrl-Z; our
/// own turn comes back as [`Told::Stop`].
///
/// # Errors
/// What the system says.
pub fn stop_job() -> io::Result<()> {
    Ok(kill_current_process_group(rustix::process::Signal::TSTP)?)
}

/// Stops this process; returns when it is continued.
///
/// # Errors
/// What the system says.
pub fn stop_self() -> io::Result<()> {
    Ok(kill_process(rustix::process::getpid(), rustix::process::Signal::STOP)?)
}

/// Whether there is a shell that could continue us after a stop. In a window of its own (`tmux new
/// tailpane`) there is none, and a stopped program would hang there for ever; the system ignores Ctrl-Z
/// in that case, and so do we.
pub fn somebody_could_continue() -> bool {
    let (Ok(group), Ok(session)) = (getpgid(None), getsid(None)) else { return false };
    let mut ancestor = getppid();
    while let Some(pid) = ancestor {
        if getsid(Some(pid)) != Ok(session) {
            return false;
        }
        if getpgid(Some(pid)) != Ok(group) {
            return true;
        }
        ancestor = parent_of(pid);
    }
    false
}

/// The parent of any process, where `/proc` tells.
fn parent_of(pid: Pid) -> Option<Pid> {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid.as_raw_nonzero())).ok()?;
    // The name stands in parentheses and may hold anything, so the fields are counted behind the last one.
    let parent = stat.rsplit_once(')')?.1.split_whitespace().nth(1)?;
    Pid::from_raw(parent.parse().ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn a_parent_is_found() {
        assert_eq!(parent_of(rustix::process::getpid()), getppid());
    }
}
