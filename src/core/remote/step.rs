//! What the books of a remote file give out: steps, how its path stands, and where its bytes are.

use super::super::pos::Pos;
use super::super::wire::{Fingerprint, Missing, Trouble, Wake};

/// What to do, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step<'a> {
    /// These bytes come next in the log.
    Append {
        /// Where: always the end of what came before, except for the very first.
        pos: Pos,
        /// The file they come from.
        ino: u64,
        /// Where they stand in it.
        offset: u64,
        /// Themselves.
        bytes: &'a [u8],
    },
    /// The unfinished last line ends here: append one newline at `pos`.
    EndLine {
        /// Where.
        pos: Pos,
    },
    /// The log begins here: nothing was read of what is before, and it can be fetched.
    Begin {
        /// Where: the offset in the first file.
        pos: Pos,
    },
    /// The file that is read next has another name from here on: the how-manieth of those that are waited for. Comes
    /// before anything that is said of that file.
    Named(u32),
    /// Another file took the path's place; nothing was lost.
    Rotated,
    /// The file was cut or rewritten and is read on from `at`.
    Truncated {
        /// Zero, or the length that is left.
        at: u64,
        /// A copy was found and read to its end: nothing was lost.
        copied: bool,
    },
    /// What comes next was joined to what had come in another way: exactly (`found`), or somewhere behind it.
    Joined {
        /// Its last bytes were found in what came.
        found: bool,
    },
    /// Bytes are missing here that are nowhere any more; how many, where that is known.
    Gap(Option<u64>),
    /// How the path stands has changed: see [`Remote::path`](super::Remote::path).
    Path,
    /// The script runs, and notices growth so. Comes again when that changes. The host's clock is so many seconds ahead
    /// of UTC, where that is known.
    Hello(Wake, Option<i32>),
    /// All there was has come, up to this moment.
    CaughtUp,
    /// The script is still there.
    Beat,
    /// The script has ended or lost count: start it again, with [`Remote::resume`](super::Remote::resume).
    Again,
}

/// How the path stands on the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Path {
    /// Nothing was said yet.
    Unknown,
    /// Followed.
    Followed,
    /// Not there, and looked for.
    Away(Missing),
    /// Something does not work.
    Failed(Trouble),
}

/// Where bytes of the log are on the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// In a file, `len` bytes from `offset` on.
    File {
        /// The name it goes by: the how-manieth of those that were gone on to, the first is 0.
        name: u64,
        /// Which.
        ino: u64,
        /// From here on.
        offset: u64,
        /// As many, at most.
        len: u64,
        /// What its first bytes were, where that is known.
        print: Option<Fingerprint>,
    },
    /// A newline of ours.
    Newline,
    /// Nowhere any more: `len` bytes of a file that was cut.
    Nowhere {
        /// As many.
        len: u64,
    },
}
