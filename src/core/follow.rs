//! What to do next for one followed path: which bytes come next in its log, and what happened to it.
//!
//! A [`Follow`] is told to look. It looks through a [`Disk`] — the real one, or a simulated one in the
//! tests — and answers with [`Step`]s. It knows no file, no clock and no watcher: when to look is
//! somebody else's business, and looking too seldom costs time but no bytes as long as the bytes are
//! still somewhere.
//!
//! ```text
//!             path ──────────┐ another inode: its generations queue up, oldest first
//!                            ▼
//!   retired ◀── current ◀── queue        current: read to its end, again and again
//!      │                                 retired: late writers' whole lines, for 5 quiet seconds
//!      ▼
//!    past: known by fingerprint only, taken up where they were left when they come back
//! ```

mod begin;
mod grow;
mod late;
mod name;
mod seen;
mod sibling;
mod still;
mod tail;
#[cfg(test)]
mod tests;
mod turn;
mod unread;

use std::collections::{HashMap, VecDeque};
use std::io;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

pub use begin::{Beginning, Encoding, UTF8_MARK, beginning};
use late::Late;
pub use name::{Extra, extra, is_generation};
use seen::Seen;
use sibling::Listed;
pub use sibling::{Sibling, is_compressed};
use tail::{Past, Tail};

/// A file, whatever it is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId {
    /// Device.
    pub dev: u64,
    /// Inode.
    pub ino: u64,
}

/// A regular file as `stat` sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stat {
    /// Which file.
    pub id: FileId,
    /// Its length in bytes.
    pub len: u64,
    /// When it was last written, since the epoch.
    pub mtime: Duration,
}

/// What is at the path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// A regular file.
    File(Stat),
    /// Nothing.
    Missing,
    /// Something that is not followed: `a folder`, `a pipe`.
    Other(&'static str),
    /// It cannot be looked at or opened: the system's words.
    Failed(String),
}

/// When a look takes place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Time that only goes forward, from any start.
    pub uptime: Duration,
    /// The time of day that files are stamped with, since the epoch.
    pub wall: Duration,
}

/// The path, the files around it and their bytes.
pub trait Disk {
    /// An open file; clones are the same open file.
    type Handle: Clone;

    /// What is at the path now.
    fn stat(&mut self) -> Found;

    /// Opens what is at the path; the stat is that of the open file.
    ///
    /// # Errors
    /// What is there instead of a regular file that can be read.
    fn open(&mut self) -> Result<(Self::Handle, Stat), Found>;

    /// An open file's stat.
    ///
    /// # Errors
    /// What the system says.
    fn stat_of(&mut self, handle: &Self::Handle) -> io::Result<Stat>;

    /// Reads from byte `at` on and says how many; fewer than asked for only at the end of the file.
    ///
    /// # Errors
    /// What the system says.
    fn read(&mut self, handle: &Self::Handle, at: u64, buf: &mut [u8]) -> io::Result<usize>;

    /// The first byte at or behind `at` that is not known to be in a hole.
    fn skip_hole(&mut self, handle: &Self::Handle, at: u64) -> u64;

    /// As [`Disk::read`], but from what was remembered when the bytes came; zero when nothing was.
    fn recall(&mut self, handle: &Self::Handle, at: u64, buf: &mut [u8]) -> usize;

    /// The regular files whose name begins like the path's, the path itself not among them.
    fn siblings(&mut self) -> Vec<Sibling>;

    /// Opens a sibling; `None` when it cannot be read or is another file by now.
    fn open_sibling(&mut self, sibling: &Sibling) -> Option<Self::Handle>;
}

/// What comes next in the log, or happened to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step<H> {
    /// These bytes of a file come next. They were there when they were looked at.
    Read {
        /// The file.
        from: H,
        /// Its bytes.
        range: Range<u64>,
        /// How they are to be read.
        encoding: Encoding,
        /// The file's first bytes as they were at the look, at most 256, none behind the range.
        head: Vec<u8>,
        /// The last of them (at most 64): where others stand now, the file was rewritten meanwhile.
        last: Vec<u8>,
    },
    /// The unfinished last line ends here: what comes next is another file's.
    EndLine,
    /// What was read from `of` can now be read, at the same offsets, from `copy` only.
    Copied {
        /// The file that was cut.
        of: H,
        /// The file that holds its bytes.
        copy: H,
    },
    /// What was read from `of` at and behind `from` is not there any more.
    Lost {
        /// The file that was cut or rewritten.
        of: H,
        /// Bytes before this are still there.
        from: u64,
    },
    /// Another file begins.
    Rotated {
        /// Whether it was found beside the path only afterwards: its name.
        missed: Option<String>,
    },
    /// Lines are missing here, or may be.
    Missing(Missing),
    /// The file was cut after it had been copied; the copy was read to its end.
    CopyTruncated {
        /// The copy's name.
        copy: String,
    },
    /// The file was cut or rewritten, and what was written since the look before may be missing.
    Truncated {
        /// Where following goes on: zero, or the length that is left.
        at: u64,
    },
}

/// What lines are missing of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// A file of this name that was compressed before it was seen.
    Compressed(String),
    /// A file of this name that came beside the path and cannot be read.
    Unreadable(String),
    /// A file that was left, and was cut or could not be read while late lines were looked for in it.
    Left,
    /// Whatever was renamed or cut so often that no look saw everything stand still.
    Restless,
}

/// How the path stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Path {
    /// Followed.
    Followed,
    /// Not there, and looked for: what is there instead, if anything.
    Away(Option<&'static str>),
    /// It cannot be read; the system's words.
    Failed(String),
}

impl Path {
    fn of(found: Found) -> Path {
        match found {
            Found::File(_) => Path::Followed,
            Found::Missing => Path::Away(None),
            Found::Other(what) => Path::Away(Some(what)),
            Found::Failed(why) => Path::Failed(why),
        }
    }
}

/// What a look brought.
#[derive(Debug)]
pub struct Look<H> {
    /// In order.
    pub steps: Vec<Step<H>>,
    /// When another look is needed even if nothing seems to happen.
    pub again: Option<Duration>,
}

/// One followed path.
pub struct Follow<D: Disk> {
    current: Option<Tail<D::Handle>>,
    /// Generations that were opened and come after the current one, oldest first.
    queue: VecDeque<Next<D::Handle>>,
    retired: Vec<Late<D::Handle>>,
    /// What this look found at the path, until it is queued.
    newest: Option<Tail<D::Handle>>,
    past: VecDeque<Past>,
    /// The siblings there were at the last listing: they are no generations that were never seen.
    seen: HashMap<Listed, Seen>,
    /// The look before this one.
    looked: Option<Moment>,
    /// Siblings that were empty when they were found, and since when that is known.
    young: Vec<(Listed, Duration)>,
    looks: u64,
    /// When the present look takes place.
    uptime: Duration,
    /// Generations that nothing can be read of; they come behind the current one.
    unread: Vec<Missing>,
    /// Until when the current file's unfinished line is waited for although the next file has bytes.
    grace: Option<Duration>,
    /// Whether a file was followed before: the first one is no rotation.
    left_one: bool,
    path: Path,
    /// The file that this look found at the path.
    path_id: Option<FileId>,
    /// What the system said when the current file could not be read at the last look.
    fault: Option<String>,
    /// The siblings as this look saw them, if it needed to.
    listing: Option<Arc<[Sibling]>>,
    /// Something was renamed or cut while this look went on.
    moved: bool,
    /// Since when no look has seen everything stand still.
    restless: Option<Duration>,
}

#[derive(Clone)]
struct Next<H> {
    tail: Tail<H>,
    missed: Option<String>,
    /// What was read of it while it waited.
    steps: Vec<Step<H>>,
}

/// Quiet time after which no late writer is expected in a retired file.
const QUIET: Duration = Duration::from_secs(5);
/// How long another file's bytes are held back while the old file's last line is unfinished.
const GRACE: Duration = Duration::from_secs(1);
/// Time stamps of files may be this much off the time of day, and this coarse.
const SLACK: Duration = Duration::from_secs(2);
/// Left generations that are remembered by fingerprint.
const PAST: usize = 32;
/// Times a look is made anew at once when something moved meanwhile.
const ATTEMPTS: usize = 8;
/// How long nothing is decided because something always moves.
const RESTLESS: Duration = Duration::from_secs(2);

impl<D: Disk> Default for Follow<D> {
    fn default() -> Self {
        Follow {
            current: None,
            queue: VecDeque::new(),
            retired: Vec::new(),
            newest: None,
            past: VecDeque::new(),
            seen: HashMap::new(),
            looked: None,
            young: Vec::new(),
            looks: 0,
            uptime: Duration::ZERO,
            unread: Vec::new(),
            grace: None,
            left_one: false,
            path: Path::Away(None),
            path_id: None,
            fault: None,
            listing: None,
            moved: false,
            restless: None,
        }
    }
}

impl<D: Disk> Clone for Follow<D> {
    fn clone(&self) -> Self {
        Follow {
            current: self.current.clone(),
            queue: self.queue.clone(),
            retired: self.retired.clone(),
            newest: None,
            past: self.past.clone(),
            seen: self.seen.clone(),
            looked: self.looked,
            young: self.young.clone(),
            looks: self.looks,
            uptime: self.uptime,
            unread: self.unread.clone(),
            grace: self.grace,
            left_one: self.left_one,
            path: self.path.clone(),
            path_id: None,
            fault: self.fault.clone(),
            listing: None,
            moved: false,
            restless: self.restless,
        }
    }
}

impl<D: Disk> Follow<D> {
    /// How the path stood at the last look.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file whose bytes come now.
    pub fn current(&self) -> Option<&D::Handle> {
        self.current.as_ref().map(|tail| &tail.handle)
    }

    /// Whether no look is behind us but the present one.
    pub fn is_first_look(&self) -> bool {
        self.looks <= 1
    }

    /// Left files in which late lines are looked for.
    pub fn retired(&self) -> usize {
        self.retired.len()
    }

    /// Whether a file is, or was, a generation of this log, as far back as that is remembered.
    pub fn knows(&self, id: FileId) -> bool {
        self.is_generation(id) || self.past.iter().any(|past| past.id == id)
    }

    /// Shows the path as failed until the next look.
    pub fn fail(&mut self, why: String) {
        self.path = Path::Failed(why);
    }

    /// Remembers the files beside the path as known: they were there before following began. To be
    /// called once, before the first look.
    pub fn know_siblings(&mut self, disk: &mut D) {
        let siblings = disk.siblings();
        self.seen = siblings.iter().map(|it| (it.listed(), Seen::note(disk, it))).collect();
    }

    /// Looks at everything once. A look during which something was renamed or cut is made anew; where
    /// that goes on and on, what could be seen is taken in the end, and a gap told.
    pub fn look(&mut self, disk: &mut D, now: Moment) -> Look<D::Handle> {
        let before = self.clone();
        for _ in 0..ATTEMPTS {
            let mut steps = Vec::new();
            let at_path = self.look_once(disk, now, &mut steps);
            let still = self.stood_still(disk, &at_path);
            let late = self.restless.is_some_and(|since| now.uptime.saturating_sub(since) >= RESTLESS);
            if still || late {
                if !still {
                    steps.push(Step::Missing(Missing::Restless));
                }
                self.restless = None;
                self.looked = Some(now);
                self.looks += 1;
                return Look { steps, again: self.again() };
            }
            *self = before.clone();
        }
        self.restless.get_or_insert(now.uptime);
        Look { steps: Vec::new(), again: Some(Duration::from_millis(10)) }
    }

    /// Looks at everything and says what was at the path.
    fn look_once(&mut self, disk: &mut D, now: Moment, steps: &mut Vec<Step<D::Handle>>) -> Found {
        self.uptime = now.uptime;
        self.fault = None;
        self.listing = None;
        self.moved = false;
        let at_path = disk.stat();
        self.open_newest(disk, &at_path);
        let late = self.look_at_retired(disk, now);
        self.read_current(disk, late, steps);
        match &at_path {
            Found::File(stat) => self.arrive(disk, stat.id, steps),
            Found::Missing => self.leave(disk, steps),
            Found::Other(_) | Found::Failed(_) => {}
        }
        self.look_at_young(disk);
        self.read_waiting(disk);
        self.turn(disk, now, steps);
        self.take_late_lines(disk, now, steps);
        if late {
            self.read_current(disk, false, steps);
        }
        if let Some(why) = &self.fault {
            self.path = Path::Failed(why.clone());
        }
        at_path
    }

    fn again(&self) -> Option<Duration> {
        if self.grace.is_some() || self.retired.iter().any(Late::is_waiting) {
            Some(Duration::from_millis(50))
        } else if !self.retired.is_empty() || !self.queue.is_empty() || !self.young.is_empty() {
            Some(Duration::from_millis(250))
        } else {
            None
        }
    }

    /// Whether a file is, or lately was, a generation of this log.
    fn is_generation(&self, id: FileId) -> bool {
        self.current.as_ref().is_some_and(|tail| tail.id == id)
            || self.queue.iter().any(|next| next.tail.id == id)
            || self.retired.iter().any(|late| late.tail.id == id)
            || self.newest.as_ref().is_some_and(|tail| tail.id == id)
    }

    fn remember(&mut self, past: Past) {
        self.past.retain(|known| known.id != past.id);
        if self.past.len() == PAST {
            self.past.pop_front();
        }
        self.past.push_back(past);
    }
}
