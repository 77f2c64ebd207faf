//! What other programs and the system tell us by signals.

use std::io;

use rustix::process::{Pid, kill_current_process_group, kill_process};
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
    let Some(ours) = Kin::own() else { return false };
    let mut ancestor = ours.parent;
    while let Some(kin) = ancestor.and_then(Kin::of) {
        if kin.session != ours.session {
            return false;
        }
        if kin.group != ours.group {
            return true;
        }
        ancestor = kin.parent;
    }
    false
}

/// Where a process belongs. A session or a group is 0 where its leader lives outside of the container,
/// and what asks the system for them through types without a 0 panics there.
#[derive(Debug, PartialEq, Eq)]
struct Kin {
    parent: Option<Pid>,
    group: i32,
    session: i32,
}

#[cfg(target_os = "linux")]
impl Kin {
    fn own() -> Option<Kin> {
        Kin::read("/proc/self/stat")
    }

    fn of(pid: Pid) -> Option<Kin> {
        Kin::read(&format!("/proc/{}/stat", pid.as_raw_nonzero()))
    }

    fn read(path: &str) -> Option<Kin> {
        Kin::parse(&std::fs::read_to_string(path).ok()?)
    }

    fn parse(stat: &str) -> Option<Kin> {
        // The name stands in parentheses and may hold anything, so the fields are counted behind the last one.
        let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(1);
        let mut next = || fields.next()?.parse().ok();
        Some(Kin { parent: Pid::from_raw(next()?), group: next()?, session: next()? })
    }
}

#[cfg(not(target_os = "linux"))]
impl Kin {
    fn own() -> Option<Kin> {
        Some(Kin { parent: rustix::process::getppid(), ..Kin::of(rustix::process::getpid())? })
    }

    /// The parents of other processes are not told here.
    fn of(pid: Pid) -> Option<Kin> {
        let group = rustix::process::getpgid(Some(pid)).ok()?.as_raw_pid();
        let session = rustix::process::getsid(Some(pid)).ok()?.as_raw_pid();
        Some(Kin { parent: None, group, session })
    }
}

#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests {
    use rustix::process::{getpid, getppid};

    use super::*;

    #[test]
    fn the_system_tells_where_we_belong() {
        let own = Kin::own().unwrap();
        assert_eq!(own.parent, getppid());
        assert_eq!(Kin::of(getpid()), Some(own));
    }

    #[test]
    fn a_session_may_be_outside_of_the_container() {
        let kin = Kin { parent: Pid::from_raw(7), group: 0, session: 0 };
        assert_eq!(Kin::parse("12 (a) b) S 7 0 0 34816 12 4194304 0\n"), Some(kin));
        let first = Kin { parent: None, group: 1, session: 1 };
        assert_eq!(Kin::parse("1 (init) S 0 1 1 0 -1 4194560 0\n"), Some(first));
        assert_eq!(Kin::parse("12 (a) S 7"), None);
    }
}
