//! The lines of a view in one order, walked both ways: the line at or behind a place, and the one before it.

use std::io;

use super::lines::Line;
use super::place::Place;
use super::pos::Pos;
use super::walk::{Role, Step, StoreWalk, Walk};

/// What is found in a direction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// A line, where it stands, and why it is shown.
    Line(Place, Line, Role),
    /// There is none in this direction.
    Edge,
    /// Not known yet: a scan has not come so far, or bytes are being fetched. Ask again when that has happened.
    Pending,
}

/// The lines of a log as a walker gives them.
///
/// It is for one picture, as its walker is.
pub struct Stream<'a> {
    walk: StoreWalk<'a>,
    /// The line before a position, when it was looked up before it was asked for.
    memo: Option<(Pos, Step)>,
}

impl<'a> Stream<'a> {
    /// The lines of one log.
    pub fn of(walk: StoreWalk<'a>) -> Stream<'a> {
        Stream { walk, memo: None }
    }

    /// Behind the last line.
    pub fn end(&self) -> Place {
        Place::from(self.walk.end()).behind(self.walk.end())
    }

    /// Before the first line.
    pub fn start(&self) -> Place {
        self.walk.start().into()
    }

    /// The line at a place, or else the first behind it.
    ///
    /// # Errors
    /// As [`Walk::at_or_after`].
    pub fn at_or_after(&mut self, place: &Place) -> io::Result<Next> {
        let step = self.walk.at_or_after(place.pos)?;
        Ok(Next::of(step))
    }

    /// The line behind the one at a place, which ends at `end`.
    ///
    /// # Errors
    /// As [`Walk::at_or_after`].
    pub fn after(&mut self, place: &Place, end: Pos) -> io::Result<Next> {
        self.at_or_after(&place.behind(end))
    }

    /// The line before a place.
    ///
    /// # Errors
    /// As [`Walk::before`].
    pub fn before(&mut self, place: &Place) -> io::Result<Next> {
        let step = match self.memo.take() {
            Some((at, step)) if at == place.pos => step,
            _ => self.walk.before(place.pos)?,
        };
        Ok(Next::of(step))
    }

    /// Where the line of one log before a position begins, whichever lines of others stand between; `None` when
    /// there is none.
    ///
    /// # Errors
    /// As [`Walk::before`]; [`io::ErrorKind::WouldBlock`] while it is not known.
    pub fn previous_of(&mut self, _log: usize, pos: Pos) -> io::Result<Option<Pos>> {
        let step = self.walk.before(pos)?;
        let start = match &step {
            Step::Line(line, _) => Ok(Some(line.start)),
            Step::Edge => Ok(None),
            Step::Pending(_) => Err(io::ErrorKind::WouldBlock.into()),
        };
        self.memo = Some((pos, step));
        start
    }
}

impl Next {
    /// What a walker of the only log found.
    fn of(step: Step) -> Next {
        match step {
            Step::Line(line, role) => Next::Line(line.start.into(), line, role),
            Step::Edge => Next::Edge,
            Step::Pending(_) => Next::Pending,
        }
    }
}
