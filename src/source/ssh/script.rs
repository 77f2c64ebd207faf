//! What is run on a host, and what it is told: the follower of one file, the service that answers questions,
//! plain `tail`. Whatever comes from the user or a host is quoted here, and nowhere else.

use std::time::Duration;

use crate::core::remote::Resume;
use crate::core::wire::{End, Kind, Nonce};

/// The command line for a channel that is sent a script on its standard input. The same for every login shell.
pub const SHELL: &str = "exec sh";

/// A path or a pattern that no command can be told of: it holds a NUL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the name holds a NUL, which no file's name can; correct it")]
pub struct HasNul;

/// Where following begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum From {
    /// With about as many last lines (at least so many, if there are).
    Lines(u32),
    /// With this byte; zero is the file's beginning.
    Byte(u64),
    /// Where it was left.
    Resume(Resume),
}

/// Hex digits that nobody can guess.
pub fn nonce() -> Nonce {
    todo!()
}

/// What is sent to [`SHELL`] to follow a file; its input may be ended behind it. Says at least a beat every 5 s.
///
/// # Errors
/// See [`HasNul`].
pub fn follower(path: &[u8], nonce: Nonce, poll: Duration, from: &From) -> Result<Vec<u8>, HasNul> {
    let _ = (path, nonce, poll, from);
    todo!()
}

/// What is sent to [`SHELL`] first for a channel that answers requests; its input stays open.
pub fn service(nonce: Nonce) -> Vec<u8> {
    let _ = nonce;
    todo!()
}

/// A question to the service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request<'a> {
    /// Bytes of a generation of a followed file: bytes come, then [`End::Done`] (also when the file is shorter),
    /// or [`End::Gone`].
    Range {
        /// The followed path.
        path: &'a [u8],
        /// Which generation.
        ino: u64,
        /// Its first bytes, where they are known: a compressed generation is found by them.
        print: Option<&'a crate::core::wire::Fingerprint>,
        /// From here on.
        offset: u64,
        /// As many.
        len: u64,
    },
    /// The regular files that match a pattern (`*`, `?` and `[…]`; everything else means itself): an entry each.
    Glob(&'a [u8]),
    /// The regular files in a folder, hidden ones not among them: an entry each.
    List(&'a [u8]),
    /// What a path is: one entry, whose name is the path; [`End::Gone`] where nothing is.
    Kind(&'a [u8]),
}

/// What is sent to the service to ask; answers come in the order of requests.
///
/// # Errors
/// See [`HasNul`].
pub fn request(id: u64, request: &Request<'_>) -> Result<Vec<u8>, HasNul> {
    let _ = (id, request);
    todo!()
}

/// A piece of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer<'a> {
    /// Bytes of a range, in order.
    Bytes {
        /// Of the request.
        id: u64,
        /// Themselves.
        bytes: &'a [u8],
    },
    /// A file or folder.
    Entry {
        /// Of the request.
        id: u64,
        /// What it is.
        kind: Kind,
        /// Its inode.
        ino: u64,
        /// Its length.
        size: u64,
        /// Its path, as the pattern or folder begins.
        path: Vec<u8>,
    },
    /// The answer's end.
    End {
        /// Of the request.
        id: u64,
        /// How it ends.
        end: End,
    },
}

/// Takes apart what a service says.
pub struct Answers {}

impl Answers {
    /// For one start of a service.
    pub fn new(nonce: Nonce) -> Answers {
        let _ = nonce;
        todo!()
    }

    /// Takes what came next and hands out the answers in it.
    pub fn feed(&mut self, came: &[u8], mut each: impl FnMut(Answer<'_>)) {
        let _ = (came, &mut each);
        todo!()
    }

    /// What came before anything sensible did, for a message; and how much of it.
    pub fn noise(&self) -> (&[u8], u64) {
        todo!()
    }
}

/// The command line of plain `tail`, for any login shell: the last `lines` lines, and what follows, by name.
///
/// # Errors
/// See [`HasNul`].
pub fn tail(path: &[u8], lines: u32) -> Result<Vec<u8>, HasNul> {
    let _ = (path, lines);
    todo!()
}
