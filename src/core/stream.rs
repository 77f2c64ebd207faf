//! The lines of a view in one order, walked both ways: the line at or behind a place, and the one before it.
//!
//! The lines of several logs are in the order of their moments ([`super::dates`]), those of one moment in the order
//! of the logs, and those of one log always in its own. Nothing is sorted and no row has a number: a [`Place`] says
//! what of each log stands above, and of the lines next to that, one of each log, the earliest is the next line and
//! the latest is the one before.
//!
//! ```text
//!   web  12:01 ┐                                      12:04
//!   api  12:02 ┴─▶ the line before    place     ┌─▶   12:03  the next line
//!   db   11:59                                        12:09
//! ```
//!
//! Because a place is a cut and not a moment, no line is lost or shown twice where a clock jumped back further than
//! [`dates`](super::dates) puts in order: what stands above and below is decided, only in what order is not.

use std::io;
use std::ops::Range;
use std::sync::Arc;

use super::dates::Dates;
use super::lines::Line;
use super::place::{Cut, Place};
use super::pos::Pos;
use super::read::Time;
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

/// The lines of one or more logs as walkers give them.
///
/// It is for one picture, as its walkers are.
pub struct Stream<'a> {
    branches: Vec<Branch<'a>>,
    ends: Arc<[Pos]>,
}

/// The lines of one log on their way into a stream.
pub struct Branch<'a> {
    walk: StoreWalk<'a>,
    dates: Option<Dates<'a>>,
    /// What is next behind any position of a range.
    head: Option<(Range<Pos>, Step, Moment)>,
    /// What is before any position of a range.
    tail: Option<(Range<Pos>, Step, Moment)>,
}

/// When a line was written: `None` where no time is near, which keeps it next to its neighbours.
type Moment = Option<Time>;

/// The moment of all lines of a log without times: they stand above all others.
const NEVER: Time = Time(i64::MIN);

/// A direction.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Down,
    Up,
}

impl<'a> Branch<'a> {
    /// The lines `walk` gives, whose moments `dates` knows; `None` for a log whose lines have no times.
    pub fn new(walk: StoreWalk<'a>, dates: Option<Dates<'a>>) -> Branch<'a> {
        Branch { walk, dates, head: None, tail: None }
    }

    fn moment(&mut self, start: Pos) -> io::Result<Moment> {
        self.dates.as_mut().map_or(Ok(Some(NEVER)), |dates| dates.moment(start))
    }

    fn about(&mut self, start: Pos) -> io::Result<Moment> {
        self.dates.as_mut().map_or(Ok(Some(NEVER)), |dates| dates.about(start))
    }

    /// The line next to a position, and its moment if that is asked for.
    fn look(&mut self, way: Way, pos: Pos, dated: bool) -> io::Result<&(Range<Pos>, Step, Moment)> {
        let known = match way {
            Way::Down => self.head.take(),
            Way::Up => self.tail.take(),
        };
        let found = match known.filter(|(range, ..)| range.contains(&pos)) {
            Some(known) => known,
            None => self.walked(way, pos, dated)?,
        };
        let slot = if way == Way::Down { &mut self.head } else { &mut self.tail };
        Ok(slot.insert(found))
    }

    fn walked(&mut self, way: Way, pos: Pos, dated: bool) -> io::Result<(Range<Pos>, Step, Moment)> {
        let step = if way == Way::Down { self.walk.at_or_after(pos)? } else { self.walk.before(pos)? };
        let range = match (&step, way) {
            (Step::Line(line, _), Way::Down) => pos..line.start + 1,
            (Step::Line(line, _), Way::Up) => line.start + 1..pos + 1,
            _ => pos..pos + 1,
        };
        let moment = match &step {
            Step::Line(line, _) if dated => {
                let start = line.start;
                self.moment(start)?
            }
            _ => None,
        };
        Ok((range, step, moment))
    }
}

impl<'a> Stream<'a> {
    /// The lines of one log.
    pub fn of(walk: StoreWalk<'a>) -> Stream<'a> {
        Stream::merged(vec![Branch::new(walk, None)])
    }

    /// The lines of several logs by time; their order is that of the numbers of [`Place::log`].
    pub fn merged(branches: Vec<Branch<'a>>) -> Stream<'a> {
        let ends = branches.iter().map(|branch| branch.walk.end()).collect();
        Stream { branches, ends }
    }

    /// Before the first line.
    pub fn start(&self) -> Place {
        self.between(self.branches.iter().map(|branch| branch.walk.start()).collect())
    }

    /// Behind the last line.
    pub fn end(&self) -> Place {
        self.between(self.ends.to_vec())
    }

    /// The place between what of each log begins before a position of it and what does not.
    pub fn between(&self, at: Vec<Pos>) -> Place {
        let pos = at.first().copied().unwrap_or_default();
        Place { between: true, ..self.place(0, pos, at) }
    }

    fn place(&self, log: usize, pos: Pos, mut at: Vec<Pos>) -> Place {
        if self.branches.len() < 2 {
            return pos.into();
        }
        if let Some(own) = at.get_mut(log) {
            *own = pos;
        }
        let cut = Arc::new(Cut { at: at.into(), ends: Arc::clone(&self.ends) });
        Place { log, pos, cut: Some(cut), between: false }
    }

    /// The line at a place, or else the first behind it.
    ///
    /// # Errors
    /// As [`Walk::at_or_after`].
    pub fn at_or_after(&mut self, place: &Place) -> io::Result<Next> {
        if let [branch] = &mut self.branches[..] {
            return Ok(Next::of(branch.look(Way::Down, place.pos, false)?.1.clone()));
        }
        fetched(self.dated(place).and_then(|at| {
            if !place.between
                && let Some(branch) = self.branches.get_mut(place.log)
                && let (_, Step::Line(line, role), _) = branch.look(Way::Down, place.pos, true)?
                && line.start == place.pos
            {
                let (line, role) = (line.clone(), *role);
                return Ok(Next::Line(self.place(place.log, place.pos, at), line, role));
            }
            self.next(Way::Down, at)
        }))
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
        if let [branch] = &mut self.branches[..] {
            return Ok(Next::of(branch.look(Way::Up, place.pos, false)?.1.clone()));
        }
        fetched(self.dated(place).and_then(|at| self.next(Way::Up, at)))
    }

    /// The earliest of the lines next below a cut, or the latest of those above.
    fn next(&mut self, way: Way, mut at: Vec<Pos>) -> io::Result<Next> {
        let mut best: Option<(usize, Moment)> = None;
        for (log, branch) in self.branches.iter_mut().enumerate() {
            let Some(pos) = at.get(log).copied() else { continue };
            match branch.look(way, pos, true)? {
                (_, Step::Pending(_), _) => return Ok(Next::Pending),
                // Nothing of it is below, so what comes later may still belong above.
                (_, Step::Edge, _) if way == Way::Down => at[log] = pos.max(branch.walk.end()),
                (_, Step::Edge, _) => {}
                (_, Step::Line(..), moment) => {
                    let better = best.is_none_or(|(_, best)| match way {
                        Way::Down => *moment < best,
                        // Where no time is near a line goes with the one behind it.
                        Way::Up => moment.is_none() || (best.is_some() && *moment >= best),
                    });
                    best = if better { Some((log, *moment)) } else { best };
                }
            }
        }
        let Some((log, _)) = best else { return Ok(Next::Edge) };
        let pos = at[log];
        match &self.branches[log].look(way, pos, true)?.1 {
            Step::Line(line, role) => {
                let (line, role) = (line.clone(), *role);
                Ok(Next::Line(self.place(log, line.start, at), line, role))
            }
            _ => Ok(Next::Edge),
        }
    }

    /// What of each log stands above a place. Of logs that had nothing below it when it was found, lines may have
    /// come since that belong above: those of a writer that was late.
    fn dated(&mut self, place: &Place) -> io::Result<Vec<Pos>> {
        let mut at: Vec<Pos> = (0..self.branches.len()).map(|log| place.above(log)).collect();
        let Some(cut) = &place.cut else { return Ok(at) };
        if place.between || Arc::ptr_eq(&cut.ends, &self.ends) {
            return Ok(at);
        }
        for log in (0..at.len()).filter(|log| *log != place.log) {
            let before = cut.ends.get(log).copied().unwrap_or_default();
            if at[log] >= before && self.ends[log] > before {
                at[log] = self.since(log, at[log]..self.ends[log], place)?;
            }
        }
        Ok(at)
    }

    /// Where the first line of a log in a range is that stands below a line of another.
    fn since(&mut self, log: usize, range: Range<Pos>, place: &Place) -> io::Result<Pos> {
        let moment = self.branches.get_mut(place.log).map_or(Ok(None), |branch| branch.about(place.pos))?;
        let Some(moment) = moment else { return Ok(range.start) };
        // Of one moment, lines of the logs before stand above.
        let since = Time(moment.0.saturating_add(i64::from(log < place.log)));
        match self.branches.get_mut(log).and_then(|branch| branch.dates.as_mut()) {
            Some(dates) => dates.first_since(range, since),
            None if since <= NEVER => Ok(range.start),
            None => Ok(range.end),
        }
    }

    /// The place of a line of one log: what of the others stands above is found by its moment.
    ///
    /// # Errors
    /// As [`Dates::first_since`].
    pub fn locate(&mut self, log: usize, pos: Pos) -> io::Result<Place> {
        let line = Place { log, ..pos.into() };
        let mut at = Vec::with_capacity(self.branches.len());
        for other in 0..self.branches.len() {
            let range = self.branches[other].walk.start()..self.ends[other];
            at.push(if other == log { pos } else { self.since(other, range, &line)? });
        }
        Ok(self.place(log, pos, at))
    }

    /// Before the first line that was written at a time or later.
    ///
    /// # Errors
    /// As [`Dates::first_since`].
    pub fn locate_time(&mut self, time: Time) -> io::Result<Place> {
        let mut at = Vec::with_capacity(self.branches.len());
        for (branch, end) in self.branches.iter_mut().zip(&*self.ends) {
            let range = branch.walk.start()..*end;
            at.push(branch.dates.as_mut().map_or(Ok(*end), |dates| dates.first_since(range, time))?);
        }
        Ok(self.between(at))
    }

    /// How many logs it is of.
    pub fn logs(&self) -> usize {
        self.branches.len()
    }

    /// When the line at a place was written, or one further up where no time is near.
    ///
    /// # Errors
    /// As [`Dates::about`].
    pub fn moment_of(&mut self, place: &Place) -> io::Result<Option<Time>> {
        let dates = self.branches.get_mut(place.log).and_then(|branch| branch.dates.as_mut());
        dates.map_or(Ok(None), |dates| dates.about(place.pos))
    }

    /// The moment of the last line, as far as one is near the ends of the logs.
    ///
    /// # Errors
    /// As [`Dates::last`].
    pub fn last_moment(&mut self) -> io::Result<Option<Time>> {
        let dates = self.branches.iter_mut().filter_map(|branch| branch.dates.as_mut());
        dates.map(Dates::last).try_fold(None, |last, moment| Ok(moment?.max(last)))
    }

    /// Where the line of one log before a position begins, whichever lines of others stand between; `None` when
    /// there is none.
    ///
    /// # Errors
    /// As [`Walk::before`]; [`io::ErrorKind::WouldBlock`] while it is not known.
    pub fn previous_of(&mut self, log: usize, pos: Pos) -> io::Result<Option<Pos>> {
        let dated = self.branches.len() > 1;
        let Some(branch) = self.branches.get_mut(log) else { return Ok(None) };
        match &branch.look(Way::Up, pos, dated)?.1 {
            Step::Line(line, _) => Ok(Some(line.start)),
            Step::Edge => Ok(None),
            Step::Pending(_) => Err(io::ErrorKind::WouldBlock.into()),
        }
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

/// Bytes that are on their way are no fault: it is not known yet what they say.
fn fetched(next: io::Result<Next>) -> io::Result<Next> {
    match next {
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(Next::Pending),
        next => next,
    }
}

#[cfg(test)]
mod tests;
