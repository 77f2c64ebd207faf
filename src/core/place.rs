//! Where a line stands in a view of one or more logs.
//!
//! ```text
//!   log 0      log 1      log 2
//!   ───        ───        ───
//!   ───        ───   ╌╌╌╌╌╌╌╌╌     a cut: what of each log stands above
//!   ━━━  ╌╌╌╌╌╌───                 … and the line of log 0 that comes next
//!   ───        ───        ───
//! ```
//!
//! It is made of positions only. So it stays what it is when a filter changes, when logs grow, and when it is
//! learned how their times are read: no line is ever both above and below it, however the clocks went.

use std::sync::Arc;

use super::pos::Pos;

/// A line of one of the logs of a view, and what of the others stands above it.
///
/// Two places are the same when they name the same line.
#[derive(Clone, Debug)]
pub struct Place {
    /// Which of the view's logs, from 0.
    pub log: usize,
    /// Where the line begins in it.
    pub pos: Pos,
    /// Of a view of several logs.
    pub(super) cut: Option<Arc<Cut>>,
    /// No line is meant, but what comes next.
    pub(super) between: bool,
}

/// What stands above a place, of every log.
#[derive(Debug)]
pub(super) struct Cut {
    /// Of each log, what begins before this.
    pub(super) at: Box<[Pos]>,
    /// Where each log ended when the place was found: what came later may belong above it.
    pub(super) ends: Arc<[Pos]>,
}

impl Place {
    /// A line of one of several logs, while nobody knows what of the others stands above it.
    pub fn of(log: usize, pos: Pos) -> Place {
        Place { log, ..pos.into() }
    }

    /// What of a log of the view stands above: lines that begin before this.
    pub fn above(&self, log: usize) -> Pos {
        match &self.cut {
            _ if log == self.log => self.pos,
            Some(cut) => cut.at.get(log).copied().unwrap_or_default(),
            None => Pos(0),
        }
    }

    /// The place between this line, which ends at `end`, and the next.
    #[must_use]
    pub fn behind(&self, end: Pos) -> Place {
        Place { pos: end, between: true, ..self.clone() }
    }

    /// Whether its line stands above another's.
    pub fn precedes(&self, other: &Place) -> bool {
        self.pos < other.above(self.log)
    }
}

impl From<Pos> for Place {
    /// The place of a line in a view of one log.
    fn from(pos: Pos) -> Place {
        Place { log: 0, pos, cut: None, between: false }
    }
}

impl PartialEq for Place {
    fn eq(&self, other: &Place) -> bool {
        (self.log, self.pos) == (other.log, other.pos)
    }
}

impl Eq for Place {}
