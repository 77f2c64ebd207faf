//! What the program knows of a source: its name, whether it is alive, and what happened to its log.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::link::HostStatus;
use crate::core::pos::Pos;
use crate::core::store::Store;
use crate::core::text::printable;

/// Which source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub u32);

/// An opened source as the program gets it.
#[derive(Clone)]
pub struct Source {
    /// Which.
    pub id: SourceId,
    /// The full name, printable: a path as given, `stdin`.
    pub name: String,
    /// The same as it is.
    pub exact: Exact,
    /// Where its bytes can be read; live.
    pub store: Arc<dyn Store>,
    /// What was known when it was opened.
    pub status: Status,
}

/// What a source is called, where that cannot be shown as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Exact {
    /// It is shown as it is.
    #[default]
    Shown,
    /// This text, of which something is made visible.
    Text(String),
    /// No text: bytes that are no UTF-8.
    Bytes,
}

impl Exact {
    /// Of a name that is made printable to be shown.
    pub fn of(name: &[u8]) -> Exact {
        match std::str::from_utf8(name) {
            Ok(text) if printable(text) == text => Exact::Shown,
            Ok(text) => Exact::Text(text.to_owned()),
            Err(_) => Exact::Bytes,
        }
    }
}

/// What is known of a source now. Sent whole whenever something in it changed, at most once a frame.
#[derive(Clone, Debug)]
pub struct Status {
    /// Whether it is alive.
    pub state: State,
    /// End of the bytes known to be good: what is shown ends here.
    pub end: Pos,
    /// When bytes last came; for what was there when it was opened, as far as that is known.
    pub grew: Option<Instant>,
    /// How its growth is noticed.
    pub watch: Watch,
    /// What happened to the log, by position, oldest first; each is drawn as a rule before the line at
    /// its position. Bounded: the oldest go.
    pub notices: Arc<[Notice]>,
    /// Facts for the source's information page (`=`): what, value.
    pub facts: Vec<(&'static str, String)>,
    /// The file in which the log ends, as far as it is one of this machine that can be told from others.
    pub file: Option<Lies>,
    /// What is known of the host it comes from; `None` for what is local.
    pub remote: Option<Remote>,
}

/// A file in which a log ends, and where it lies in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lies {
    /// The device it is on.
    pub device: u64,
    /// Its number there.
    pub inode: u64,
    /// The position in the log from which on its bytes follow each other …
    pub from: Pos,
    /// … and which byte of the file that is.
    pub offset: u64,
}

/// What a source that comes from another host has besides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remote {
    /// The link all sources of the host share. While it does not stand, [`Status::state`] says nothing new.
    pub host: Arc<HostStatus>,
    /// How old the newest byte shown is when the remote writes faster than the link takes; `None` when it keeps up.
    pub behind: Option<Duration>,
    /// Whether a lost link is resumed at the exact byte; otherwise the pane says `no exact resume`.
    pub exact: bool,
    /// Seconds the host's clock is ahead of UTC, where it said so.
    pub zone: Option<i32>,
    /// Earlier bytes that are being fetched now, if any: how many came and how many are wanted.
    pub fetching: Option<(u64, u64)>,
}

/// Whether a source is alive. Every text is a sentence's worth: what, and what happens next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// Being opened; nothing is known yet.
    Opening,
    /// Followed.
    Live,
    /// Not there now, and looked for: a missing file, a folder in its place.
    Waiting(String),
    /// Cannot be read now, and tried again: no permission, a disk fault.
    Failed(String),
    /// Will not give any more: the end of stdin, a file of the kernel's that is read once. Of a command how it
    /// ended: `(exit 1)`, `by signal 9`.
    Ended(String),
}

/// How growth is noticed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Watch {
    /// The system tells (inotify, FSEvents, …); a slow look makes sure.
    Events,
    /// By looking now and then, and why.
    Polling(String),
    /// Bytes simply arrive: a pipe.
    Pushed,
    /// A command that was started says them; it can be run again.
    Command,
}

/// Something that happened to a log at a position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Drawn before the line that starts here.
    pub pos: Pos,
    /// What happened.
    pub kind: NoticeKind,
    /// In words: `rotated`, `truncated; 1.2 kB could not be read`.
    pub text: String,
}

impl Status {
    /// How an end is said: a command's in brackets or by its signal, any other by its reason.
    pub fn ended(&self, why: &str) -> String {
        if self.watch == Watch::Command { format!("ended {why}") } else { format!("ended: {why}") }
    }
}

/// What happened to a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    /// Another file took its place, or its command was run again; nothing was lost.
    Rotated,
    /// It was cut or rewritten; everything that could be read was.
    Truncated,
    /// Lines are or may be missing here.
    Gap,
    /// The link was lost here: `link lost 14:03:07`.
    Lost,
    /// The link came back here: `back after 3 m 12 s, 4.1 kB filled`.
    Back,
}
