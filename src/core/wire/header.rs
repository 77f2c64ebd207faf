//! The headers and their words. What a host says is checked here: numbers are numbers, fingerprints can be
//! quoted, texts are bounded.

use std::sync::Arc;

/// The first bytes of a file, as a checksum of the host's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    /// How many bytes, at most 256.
    pub len: u32,
    /// Their checksum: letters and digits.
    pub sum: Arc<str>,
}

/// How growth is noticed on the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wake {
    /// The system tells, and a slow look makes sure.
    Events,
    /// By looking, every so many milliseconds.
    Poll(u32),
}

/// What is there instead of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Nothing.
    Nothing,
    /// A folder.
    Folder,
    /// A pipe, a socket, a device.
    Special,
}

/// Why something does not work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The file cannot be read; it is tried again. The host's words.
    Read(String),
    /// Commands that are needed are not there; the script has ended.
    Tools(String),
}

/// What a path is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A regular file.
    File,
    /// A regular file that cannot be read.
    Unreadable,
    /// A folder.
    Folder,
    /// A pipe, a socket, a device.
    Special,
}

/// How an answer ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// All was said.
    Done,
    /// There is no such thing (any more): a range whose bytes are nowhere, a path that is missing.
    Gone,
    /// It is there and cannot be read, or a command is missing: the host's words.
    Failed(String),
}

/// What a header says. Files are named by their inode, offsets are bytes of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // the fields say it
pub enum Header {
    /// `H`: the script runs.
    Hello { version: u32, wake: Wake },
    /// `S`: the files beside the path that are no news (inodes, the newest last).
    Siblings(Vec<u64>),
    /// `O`: now this file is read, from `offset` on; it is `size` long.
    Open { ino: u64, offset: u64, size: u64 },
    /// `D`: its bytes from `offset` on follow; it was `size` long when it was looked at (zero: not known).
    Data { ino: u64, offset: u64, size: u64 },
    /// `C`: it is read to here, and there was no more.
    CaughtUp { ino: u64, offset: u64 },
    /// `F`: its fingerprint now.
    Fingerprint { ino: u64, print: Fingerprint },
    /// `K`: it was copied before it was cut; the rest of `ino` from `offset` on comes from `copy`.
    Copy { ino: u64, copy: u64, offset: u64 },
    /// `T`: it was cut or rewritten; it is read from `at` on next.
    Truncated { ino: u64, at: u64 },
    /// `G`: bytes from `offset` on are nowhere; how many, where that is known.
    Gap { ino: u64, offset: u64, bytes: Option<u64> },
    /// `M`: there is no file at the path.
    Missing(Missing),
    /// `E`: something does not work.
    Trouble(Trouble),
    /// `B`: still there.
    Beat,
    /// `X`: the script has lost count and ends; it is to be started again with the resume list.
    Again,
    /// `A`: the answer to a request begins.
    Answer { id: u64 },
    /// `N`: the name that follows (its bytes, to the next header) is this.
    Entry { kind: Kind, ino: u64, size: u64 },
    /// `Z`: the answer ends.
    End { id: u64, end: End },
    /// Something a later version says, or a line that makes no sense.
    Unknown,
}
