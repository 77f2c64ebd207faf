//! Learns the formats of one source by looking at its lines, and learns anew when the source changes its mind.

use std::sync::Arc;

use super::draft::Draft;
use super::format::{FORMATS, Format, JOURNAL, JSON, PAIRS, TIMED};
use super::head::Head;
use super::line::Time;
use super::reading::{Known, Reading, WHOLE, Which};
use super::when::{self, Short};
use super::wrap::unwrap;
use super::zone::{Clock, Written};

/// Lines whose counts are halved at a time: what a source wrote long ago counts for less and less.
const WINDOW: u32 = 1024;

/// Lines before an ordinary-looking format is believed.
const FEW: u32 = 3;

/// Looks at lines of one source and says how they are read.
///
/// Any lines will do: the first ones, the last ones, every new one or every hundredth. What is learned decides
/// only what a line alone leaves open; a line of another format than the rest is still read in its own.
#[derive(Clone, Debug)]
pub struct Reader {
    reading: Reading,
    /// Lines of each format of the table, by shape.
    counts: Vec<Vec<u32>>,
    /// Lines of each of the user's own.
    own: Vec<u32>,
    lines: u32,
    timed: u32,
    /// Lines that begin with digits that may be a time, and those that are in no format.
    digits: u32,
    bare: u32,
    /// What its dates may be: with a year of four digits, and of two.
    orders: [[bool; 3]; 2],
    /// The years of the last date with two digits, as each order has it.
    years: [i32; 3],
    /// The zone of the last line whose time is a moment, in seconds east of Greenwich; `Some(None)` when it had none.
    zone: Option<Option<i32>>,
}

impl Reader {
    /// Knows nothing yet. `own` are the user's formats for this source, tried before all others.
    pub fn new(clock: Clock, own: Vec<Arc<Format>>) -> Reader {
        let counts = vec![0; own.len()];
        let reading = Reading {
            known: Arc::default(),
            depths: Arc::default(),
            own: own.into(),
            forced: None,
            clock,
            main: None,
        };
        Reader {
            reading,
            counts: FORMATS.iter().map(|format| vec![0; format.shapes()]).collect(),
            own: counts,
            lines: 0,
            timed: 0,
            digits: 0,
            bare: 0,
            orders: [[true; 3]; 2],
            years: [0; 3],
            zone: None,
        }
    }

    /// Reads all lines in the format of this name, of the table or of the user's own; `None` when there is none.
    #[must_use]
    pub fn forced(mut self, name: &str) -> Option<Reader> {
        let own = self.reading.own.iter().find(|format| &*format.name == name).cloned().map(Which::Own);
        let known = || FORMATS.iter().position(|format| &*format.name == name).map(Which::Known);
        self.reading.forced = Some(own.or_else(known)?);
        Some(self)
    }

    /// How lines are read after what was learned so far.
    pub fn reading(&self) -> &Reading {
        &self.reading
    }

    /// What turns times into moments.
    pub fn clock(&self) -> &Clock {
        &self.reading.clock
    }

    /// The zone that stands in the source's lines, in seconds east of Greenwich; `Some(None)` when their times have
    /// none, `None` when no line was seen whose time is a moment.
    pub fn zone(&self) -> Option<Option<i32>> {
        self.zone
    }

    /// Takes times without a zone for those of a clock that is `offset` seconds ahead of UTC.
    pub fn ahead(&mut self, offset: i32) {
        self.reading.clock = self.reading.clock.ahead(offset);
    }

    /// Moves the moment before which times without a year or a day are, for all readings of this reader too.
    pub fn at(&self, reference: Time) {
        self.reading.clock.advance(reference);
    }

    /// Looks at a line. True when lines may now be read otherwise than before, so that what was counted of the
    /// source should be counted again.
    pub fn learn(&mut self, line: &[u8]) -> bool {
        let unwrapped = unwrap(line, self.reading.known.order);
        let line = &*unwrapped.line;
        if line.first().is_none_or(|byte| matches!(byte, b' ' | b'\t')) {
            return false;
        }
        if self.lines >= WINDOW {
            self.age();
        }
        self.count(line, unwrapped.time);
        let known = self.decide();
        let places = (0..self.counts.len()).filter(|place| self.lines_in(*place) > 0);
        let table = places.map(|place| (self.lines_in(place), Which::Known(place)));
        let own = self.own.iter().zip(self.reading.own.iter());
        let own = own.filter(|(count, _)| **count > 0).map(|(count, own)| (*count, Which::Own(own.clone())));
        self.reading.main = own.chain(table).max_by_key(|(count, _)| *count).map(|(_, which)| which);
        let changed = known != *self.reading.known;
        if changed {
            self.reading.known = Arc::new(known);
        }
        let seen = |place: &usize| {
            self.counts[*place].iter().rposition(|count| *count > 0).map_or(0, |last| last + 1)
        };
        let depths: Vec<usize> = self.reading.known.formats.iter().map(seen).collect();
        if *depths != *self.reading.depths {
            self.reading.depths = depths.into();
        }
        changed
    }

    fn lines_in(&self, place: usize) -> u32 {
        self.counts[place].iter().sum()
    }

    fn age(&mut self) {
        let tallies = [&mut self.lines, &mut self.timed, &mut self.digits, &mut self.bare];
        tallies
            .into_iter()
            .chain(&mut self.own)
            .chain(self.counts.iter_mut().flatten())
            .for_each(|count| *count /= 2);
    }

    fn count(&mut self, line: &[u8], wrapper: Option<Written>) {
        self.lines += 1;
        let head = Head::of(line, self.reading.known.order);
        let epoch = head.time.is_some_and(|(_, end)| line[..end].iter().all(u8::is_ascii_digit));
        self.digits += u32::from(epoch);
        // Without what was learned, so that what is learned does not hold itself up.
        let naive = Reading { known: Arc::default(), depths: Arc::default(), ..self.reading.clone() };
        let draft = naive.draft(line);
        let time = draft.found.time.or(wrapper);
        self.timed += u32::from(time.is_some());
        // One that is no moment, as of a year beyond all clocks, puts no line in its place in time.
        let usable = naive.moment(draft.found.time, wrapper, draft.zone).is_some();
        let zone = time.map(|time| time.offset.or(wrapper.and_then(|outer| outer.offset)));
        self.zone = zone.filter(|_| usable).or(self.zone);
        let own = self
            .reading
            .own
            .iter()
            .position(|format| !draft.format.is_empty() && *format.name == *draft.format);
        let own = own.filter(|_| draft.place.is_none());
        self.bare += u32::from(draft.place.is_none() && own.is_none());
        if let Some((place, shape)) = draft.place {
            self.counts[place][shape] += 1;
        }
        if let Some(own) = own {
            self.own[own] += 1;
        }
        // Where nothing more special fits.
        let plain = own.is_none() && matches!(draft.place, None | Some((TIMED | PAIRS, _)));
        let shy = (0..FORMATS.len()).filter(|place| plain && (FORMATS[*place].shy || *place == JOURNAL));
        for place in shy {
            let fits = naive.table(place, WHOLE, line, &head, &mut Draft::new());
            self.counts[place][0] += u32::from(fits);
        }
        // Of a time only: an address looks like a date.
        if let Some(orders) = head.time.and_then(|_| when::orders(&line[head.at..])) {
            if !orders.long {
                self.years = orders.years;
            }
            let open = &mut self.orders[usize::from(!orders.long)];
            let left: [bool; 3] = std::array::from_fn(|order| open[order] && orders.possible[order]);
            // Dates that contradict each other start anew.
            *open = if left.contains(&true) { left } else { orders.possible };
        }
    }

    /// What the counts say. What was believed once is given up later than it would be believed anew, so that
    /// a source between two formats does not turn with every line.
    fn decide(&self) -> Known {
        let before = &*self.reading.known;
        let lines = self.lines;
        // Most of those it is measured by, and not only a few lines of the source.
        let most = |count: u32, of: u32, held: bool| {
            if held {
                count * 10 >= of * 4 && count * 500 >= lines && count > 0
            } else {
                count * 10 >= of * 6 && count * 50 >= lines && count >= FEW
            }
        };
        let formats = (0..FORMATS.len()).filter(|place| {
            let (count, held) = (self.lines_in(*place), before.formats.contains(place));
            match &*FORMATS[*place].name {
                _ if [JSON, JOURNAL, TIMED].contains(place) => false,
                "level" => most(count, self.bare, held),
                // A sentence may begin with such a word: all lines must have one, but for a few that are torn.
                "level-any" => {
                    most(count, self.lines_in(TIMED), held)
                        && count * 10 >= self.lines_in(TIMED) * if held { 8 } else { 9 }
                }
                _ if held => count > 0,
                _ => count > 0 && count * 50 >= lines,
            }
        });
        let [long, short] = self.orders;
        // Of the orders that are left, the one whose year is the nearest.
        let year = self.reading.clock.year();
        let kinds = [Short::Year, Short::Month, Short::Day].into_iter().enumerate();
        let short = kinds
            .filter(|(order, _)| short[*order])
            .min_by_key(|(order, _)| year.abs_diff(self.years[*order]));
        let short = short.map_or(Short::Year, |(_, short)| short);
        let order = when::Order { day_first: long[2] && !long[1], short };
        Known {
            formats: formats.collect(),
            order,
            epoch: most(self.digits, lines, before.epoch),
            timed: self.timed * if before.timed { 10 } else { 4 } >= lines && self.timed > 0,
            journal: most(self.lines_in(JOURNAL), lines, before.journal),
        }
    }
}
