//! What is known of one followed file on a host: its generations, how far each was read, and where their bytes
//! stand in the log. It is given what the follower script says and tells what to do with it. It knows no link,
//! no store and no clock.
//!
//! ```text
//!   log    0 ········ history ········│ generation 1 │LF│ generation 2 …        │ late │ …
//!   file   inode 7, from 0            │ inode 7      │  │ inode 9, from 0 …     │ 7    │
//! ```
//!
//! The first generation's byte o is at `Pos(o)`, so history needs no place of its own; what comes later is
//! appended. A line that its file left unfinished is ended by a newline of ours, which takes one position.

use super::pos::Pos;
use super::wire::{Fingerprint, Header, Missing, Piece, Trouble, Wake};

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
    /// Another file took the path's place; nothing was lost.
    Rotated,
    /// The file was cut or rewritten and is read on from `at`.
    Truncated {
        /// Zero, or the length that is left.
        at: u64,
        /// A copy was found and read to its end: nothing was lost.
        copied: bool,
    },
    /// Bytes are missing here that are nowhere any more; how many, where that is known.
    Gap(Option<u64>),
    /// How the path stands has changed: see [`Remote::path`].
    Path,
    /// The script runs, and notices growth so.
    Hello(Wake),
    /// All there was has come, up to this moment.
    CaughtUp,
    /// The script is still there.
    Beat,
    /// The script has ended or lost count: start it again, with [`Remote::resume`].
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

/// One followed file on a host.
pub struct Remote {
    end: Pos,
    path: Path,
}

impl Default for Remote {
    fn default() -> Self {
        Remote { end: Pos(0), path: Path::Unknown }
    }
}

impl Remote {
    /// The script is started (again): what the start before left half said is forgotten. To be called before
    /// [`Remote::resume`] is asked.
    pub fn begin(&mut self) {
        todo!()
    }

    /// What the next start of the script is told, for [`crate::source::ssh::script::From::Resume`]; `None` when
    /// nothing was read yet: start afresh.
    pub fn resume(&self) -> Option<Resume> {
        todo!()
    }

    /// Takes what came next and hands out what is to be done.
    pub fn take(&mut self, piece: Piece<'_>, mut step: impl FnMut(Step<'_>)) {
        let _ = (Header::Beat, piece, &mut step);
        todo!()
    }

    /// Behind the last byte of the log.
    pub fn end(&self) -> Pos {
        self.end
    }

    /// Where the log's first file was begun to be read; what is before it is history. `None` until then.
    pub fn start(&self) -> Option<Pos> {
        todo!()
    }

    /// How the path stands.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file that is followed now: its inode, how far it was read and how long it was when it was last looked at.
    pub fn current(&self) -> Option<(u64, u64, u64)> {
        todo!()
    }

    /// Where the bytes from `pos` on are on the host; `None` behind the end.
    pub fn locate(&self, pos: Pos) -> Option<Place> {
        let _ = pos;
        todo!()
    }
}

/// How far each generation was read, in words that the script understands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resume {
    /// `ino:offset:len:sum …`, oldest first; digits, letters, colons and spaces.
    pub generations: String,
    /// The inodes of files beside the path that are no news.
    pub seen: String,
}
