//! How a file on another host is read: where that begins, and whether it ends.

/// How a file is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Where it begins.
    pub begin: Begin,
    /// It goes on with what is appended; otherwise it ends with what was there when the file was first looked at.
    pub follow: bool,
    /// Bytes held of it, at most; `None`: as of every file.
    pub scrollback: Option<u64>,
}

/// Where reading begins in a file that is there already. One that appears later is read from its first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begin {
    /// With about as many last lines, but with no more than their usual length: what is before is fetched on demand.
    About(u32),
    /// With exactly as many last lines, however long they are; an unfinished one counts.
    Last(u64),
    /// With the first byte.
    Start,
}

/// Lines of the first screen, several times over.
const SCREENS: u32 = 500;

impl Default for Reading {
    /// As a screen wants it.
    fn default() -> Reading {
        Reading { begin: Begin::About(SCREENS), follow: true, scrollback: None }
    }
}
