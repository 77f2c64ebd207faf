//! What is run on a host, and what it is told: the follower of one file, the service that answers questions,
//! plain `tail`. Whatever comes from the user or a host is quoted here, and nowhere else.

use std::borrow::Cow;
use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use super::names::Way;
use super::reading::Begin;
use crate::core::remote::Resume;
use crate::core::wire::{End, Fingerprint, Header, Kind, Nonce, Parser, Piece, RS};

mod quote;
#[cfg(test)]
mod tests;

use quote::{any_shell, glob, single};

const FILES: &str = include_str!("files.sh");
const FOLLOW: &str = include_str!("follow.sh");
const SERVICE: &str = include_str!("service.sh");

/// The command line for a channel that is sent a script on its standard input. The same for every login shell.
pub const SHELL: &str = "exec sh";

/// A path or a pattern that no command can be told of: it holds a NUL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the name holds a NUL, which no file's name can; correct it")]
pub struct HasNul;

/// Where following begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum From {
    /// With about as many last lines: at least so many, if there are, but no more than the last MiB, or the last KiB
    /// for each if that is more.
    Lines(u32),
    /// With exactly as many last lines, if there are.
    Last(u32),
    /// With this byte; zero is the file's beginning.
    Byte(u64),
    /// Where it was left.
    Resume(Resume),
}

impl From {
    /// Where a file that nothing was read of is begun.
    pub fn afresh(begin: Begin) -> From {
        match begin {
            Begin::About(lines) => From::Lines(lines),
            Begin::Last(lines) => u32::try_from(lines).map_or(From::Byte(0), From::Last),
            Begin::Start => From::Byte(0),
        }
    }
}

/// Hex digits that nobody can guess.
pub fn nonce() -> Nonce {
    // Keyed by the system's random bits; the keys never leave the program.
    Nonce::new(RandomState::new().hash_one("nonce"))
}

/// What is sent to [`SHELL`] to follow a file; its input may be ended behind it. Says at least a beat every 5 s.
///
/// # Errors
/// See [`HasNul`].
pub fn follower(path: &[u8], nonce: Nonce, poll: Duration, from: &From) -> Result<Vec<u8>, HasNul> {
    onward(&Way::only(path), nonce, poll, from)
}

/// The same for a file that goes on under other names.
///
/// # Errors
/// See [`HasNul`].
pub fn onward(way: &Way, nonce: Nonce, poll: Duration, from: &From) -> Result<Vec<u8>, HasNul> {
    let (from, gens, seen) = match from {
        From::Lines(lines) => (format!("lines {lines}"), "", ""),
        From::Last(lines) => (format!("last {lines}"), "", ""),
        From::Byte(offset) => (format!("byte {offset}"), "", ""),
        From::Resume(resume) => ("resume".to_owned(), &*resume.generations, &*resume.seen),
    };
    let poll = poll.clamp(Duration::from_millis(20), Duration::from_secs(4));
    let mut script = mark(nonce);
    for (name, value) in
        [("f", &*way.now), ("from", from.as_bytes()), ("gens", gens.as_bytes()), ("seen", seen.as_bytes())]
    {
        assign(&mut script, name, &single(value)?);
    }
    assign(&mut script, "before", &single(way.before.as_deref().unwrap_or_default())?);
    for (nth, name) in (1..).zip(&way.upcoming) {
        assign(&mut script, &format!("next{nth}"), &single(name)?);
    }
    assign(&mut script, "upto", way.upcoming.len().to_string().as_bytes());
    assign(&mut script, "poll", format!("{:.3}", poll.as_secs_f64()).as_bytes());
    assign(&mut script, "pollms", poll.as_millis().to_string().as_bytes());
    script.extend(without_comments(FILES));
    script.extend(without_comments(FOLLOW));
    // No child may eat what the shell has yet to read.
    script.extend_from_slice(b"main </dev/null\nexit\n");
    Ok(script)
}

/// The assignment of what headers begin with.
fn mark(nonce: Nonce) -> Vec<u8> {
    let mut script = Vec::with_capacity(FILES.len() + FOLLOW.len());
    assign(&mut script, "h", &[&[b'\'', RS], &nonce.digits()[..], b"'"].concat());
    script
}

fn assign(script: &mut Vec<u8>, name: &str, quoted: &[u8]) {
    script.extend_from_slice(name.as_bytes());
    script.push(b'=');
    script.extend_from_slice(quoted);
    script.push(b'\n');
}

/// A script without indentation, comments and empty lines: some shells read their input byte by byte.
fn without_comments(script: &str) -> impl Iterator<Item = u8> {
    let lines = script.lines().map(str::trim_start).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.flat_map(|line| line.bytes().chain([b'\n']))
}

/// What is sent to [`SHELL`] first for a channel that answers requests; its input stays open.
pub fn service(nonce: Nonce) -> Vec<u8> {
    let mut script = mark(nonce);
    script.extend(without_comments(FILES));
    script.extend(without_comments(SERVICE));
    script
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
        print: Option<&'a Fingerprint>,
        /// From here on.
        offset: u64,
        /// As many.
        len: u64,
    },
    /// The regular files that match a pattern (`*`, `?` and `[…]`; everything else means itself): an entry each,
    /// sorted by bytes, inode and length not told.
    Glob(&'a [u8]),
    /// The regular files in a folder, hidden ones not among them: an entry each, as with a glob.
    List(&'a [u8]),
    /// What a path is: one entry, whose name is the path; [`End::Gone`] where nothing is.
    Kind(&'a [u8]),
}

/// What is sent to the service to ask; answers come in the order of requests.
///
/// # Errors
/// See [`HasNul`].
pub fn request(id: u64, request: &Request<'_>) -> Result<Vec<u8>, HasNul> {
    let mut line = Vec::new();
    let mut add = |words: &[u8]| line.extend_from_slice(words);
    match request {
        Request::Range { path, ino, print, offset, len } => {
            let (n, sum) = print.map_or((0, "0"), |print| (print.len, &*print.sum));
            add(format!("range {id} ").as_bytes());
            add(&single(&no_option(path))?);
            add(format!(" {ino} {offset} {len} {n} ").as_bytes());
            add(&single(sum.as_bytes())?);
        }
        Request::Glob(pattern) => {
            add(format!("set +f; glob {id} ").as_bytes());
            add(&glob(pattern)?);
        }
        Request::List(path) => {
            add(format!("set +f; folder {id} ").as_bytes());
            add(&single(path)?);
            add(b" ");
            add(&single(path)?);
            add(b"/*");
        }
        Request::Kind(path) => {
            add(format!("kind {id} ").as_bytes());
            add(&single(&no_option(path))?);
        }
    }
    add(b" </dev/null; set -f\n");
    Ok(line)
}

/// A name that no command takes for an option.
fn no_option(path: &[u8]) -> Cow<'_, [u8]> {
    if path.starts_with(b"-") { [b"./", path].concat().into() } else { path.into() }
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
        /// Its path, as the question begins; `./` in front of one that begins with a dash.
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
pub struct Answers {
    parser: Parser,
    /// The answer that comes now.
    id: u64,
    /// What bytes belong to.
    within: Within,
}

/// What bytes belong to.
enum Within {
    Nothing,
    Range,
    Name { kind: Kind, ino: u64, size: u64, path: Vec<u8> },
}

/// Longer than any path.
const NAME: usize = 64 << 10;

impl Answers {
    /// For one start of a service.
    pub fn new(nonce: Nonce) -> Answers {
        Answers { parser: Parser::new(nonce), id: 0, within: Within::Nothing }
    }

    /// Takes what came next and hands out the answers in it.
    pub fn feed(&mut self, came: &[u8], mut each: impl FnMut(Answer<'_>)) {
        let Answers { parser, id, within } = self;
        parser.feed(came, |piece| match piece {
            Piece::Bytes(bytes) => match within {
                Within::Nothing => {}
                Within::Range => each(Answer::Bytes { id: *id, bytes }),
                Within::Name { path, .. } => {
                    path.extend_from_slice(&bytes[..bytes.len().min(NAME - path.len())]);
                }
            },
            Piece::Header(header) => {
                if let Within::Name { kind, ino, size, path } = std::mem::replace(within, Within::Nothing) {
                    each(Answer::Entry { id: *id, kind, ino, size, path });
                }
                match header {
                    Header::Answer { id: next } => *id = next,
                    Header::Data { .. } => *within = Within::Range,
                    Header::Entry { kind, ino, size } => {
                        *within = Within::Name { kind, ino, size, path: Vec::new() };
                    }
                    Header::End { id, end } => each(Answer::End { id, end }),
                    _ => {}
                }
            }
        });
    }

    /// What came before anything sensible did, for a message; and how much of it.
    pub fn noise(&self) -> (&[u8], u64) {
        (self.parser.noise(), self.parser.noisy())
    }
}

/// Where plain `tail` begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TailFrom {
    /// With as many last lines.
    Lines(u64),
    /// With this byte; zero is the file's beginning.
    Byte(u64),
}

/// The command line of plain `tail`, for any login shell; with `follow` also what is appended, by name.
///
/// # Errors
/// See [`HasNul`].
pub fn tail(path: &[u8], from: TailFrom, follow: bool) -> Result<Vec<u8>, HasNul> {
    let from = match from {
        TailFrom::Lines(lines) => format!("-n {lines}"),
        TailFrom::Byte(offset) => format!("-c +{}", offset.saturating_add(1)),
    };
    let mut line = format!("tail {from} {}-- ", if follow { "-F " } else { "" }).into_bytes();
    line.extend(any_shell(path)?);
    Ok(line)
}
