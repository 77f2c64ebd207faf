//! Lines of a log by level over time, in columns of equal spans.
//!
//! Most blocks of a [`LevelIndex`] lie in one column whole, and are added up. Those that span several are read
//! line by line within a budget, and what goes beyond it is spread evenly. Nothing here grows with the span of
//! time: a line of the year 1700 is one column's, and what lies outside the columns asked for is not counted.
//!
//! A line without a time counts with the one before it.

use std::collections::BTreeMap;
use std::io;
use std::ops::Range;
use std::sync::Arc;

use super::chunk::Chunks;
use super::levels::{BlockSum, LevelIndex, Noted, Times, Worst};
use super::pos::Pos;
use super::read::{Reading, Time};
use super::scan::each_noted;
use super::store::Store;

/// Blocks that are read line by line for one histogram: 64 MiB, a fifth of a second of one core.
pub const BUDGET: usize = 1024;
/// Most columns of one.
pub const COLUMNS: usize = 1000;

const SECOND: i64 = 1_000_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Spans of columns, within which unit their numbers are told: milliseconds and less in tens.
const STEPS: &[(i64, &[i64])] = &[
    (1_000_000, &[1, 2, 5, 10, 20, 50, 100, 200, 500]),
    (SECOND, &[1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 30]),
    (MINUTE, &[1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 30]),
    (HOUR, &[1, 2, 3, 4, 6, 8, 12]),
    (DAY, &[1, 2, 3, 4, 5, 7, 10, 14, 21, 30, 60, 90, 180, 365]),
];

/// How time is cut into columns: they are numbered through, and begin at round times of a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grid {
    /// Nanoseconds a column.
    pub step: i64,
    /// Nanoseconds that the zone is ahead of Greenwich.
    pub offset: i64,
}

impl Grid {
    /// The finest grid by which `span` fits in so many columns.
    pub fn fitting(span: &Range<Time>, columns: usize, offset: i64) -> Grid {
        let columns = i64::try_from(columns.clamp(1, COLUMNS)).unwrap_or(1);
        let steps = STEPS.iter().flat_map(|(unit, counts)| counts.iter().map(move |count| unit * count));
        let years = (1..20).map(|double| (DAY * 365).saturating_mul(1 << double));
        let fits = |step: &i64| {
            let grid = Grid { step: *step, offset };
            grid.column(Time(span.end.0.saturating_sub(1))) - grid.column(span.start) < columns
        };
        let step = steps.chain(years).find(fits).unwrap_or(i64::MAX / 4);
        Grid { step, offset }
    }

    /// The number of the column that a moment is in.
    pub fn column(&self, time: Time) -> i64 {
        time.0.saturating_add(self.offset).div_euclid(self.step.max(1))
    }

    /// When a column begins.
    pub fn begin(&self, column: i64) -> Time {
        Time(column.saturating_mul(self.step).saturating_sub(self.offset))
    }

    /// From when to when a column is.
    pub fn span(&self, column: i64) -> Range<Time> {
        self.begin(column)..self.begin(column.saturating_add(1))
    }
}

/// Lines by what they say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Column {
    /// All lines.
    pub lines: u64,
    /// Those that say they are warnings.
    pub warnings: u64,
    /// Those that say they are errors, or worse.
    pub errors: u64,
}

impl Column {
    fn add(&mut self, other: Column) {
        self.lines += other.lines;
        self.warnings += other.warnings;
        self.errors += other.errors;
    }

    fn count(&mut self, line: &Noted) {
        self.lines += 1;
        match Worst::of(line.level) {
            Worst::Error => self.errors += 1,
            Worst::Warning => self.warnings += 1,
            Worst::Other => {}
        }
    }

    /// The `part`th of `parts` shares, which add up to all.
    fn share(&self, part: u64, parts: u64) -> Column {
        let share = |n: u64| {
            let upto =
                |part: u64| u64::try_from(u128::from(n) * u128::from(part) / u128::from(parts)).unwrap_or(0);
            upto(part + 1) - upto(part)
        };
        Column { lines: share(self.lines), warnings: share(self.warnings), errors: share(self.errors) }
    }
}

/// Lines of a log by level over time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Histogram {
    /// How time is cut.
    pub grid: Grid,
    /// The number of the first column.
    pub first: i64,
    /// From there on.
    pub columns: Vec<Column>,
    /// False where lines were spread over columns without being looked at.
    pub exact: bool,
}

impl Histogram {
    /// The column with a number.
    pub fn column(&self, number: i64) -> Column {
        let place = number.checked_sub(self.first).and_then(|at| usize::try_from(at).ok());
        place.and_then(|at| self.columns.get(at)).copied().unwrap_or_default()
    }

    /// The numbers of its columns.
    pub fn numbers(&self) -> Range<i64> {
        self.first..self.first.saturating_add(i64::try_from(self.columns.len()).unwrap_or(0))
    }

    fn add(&mut self, number: i64, column: Column) {
        let place = number.checked_sub(self.first).and_then(|at| usize::try_from(at).ok());
        if let Some(own) = place.and_then(|at| self.columns.get_mut(at)) {
            own.add(column);
        }
    }
}

/// From when to when the lines of a log were written, as far as they are counted; `None` when none says a time.
pub fn span(index: &LevelIndex) -> Option<Range<Time>> {
    let times = index.blocks().filter_map(|block| block.times);
    let all = times.map(|times| (times.first, times.latest)).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))?;
    Some(all.0..Time(all.1.0.saturating_add(1)))
}

/// Blocks that were read line by line: by column, what starts in them. For one way of cutting time, and one of
/// reading lines.
#[derive(Clone, Debug, Default)]
pub struct Looked {
    grid: Option<Grid>,
    blocks: BTreeMap<u64, Block>,
}

#[derive(Clone, Debug)]
struct Block {
    /// What it was read as: more may have come since.
    sum: BlockSum,
    before: Option<Time>,
    columns: Arc<[(i64, Column)]>,
}

/// A log to be looked at.
pub struct Log<'a> {
    /// What is counted of it.
    pub index: &'a LevelIndex,
    /// Its bytes.
    pub store: &'a dyn Store,
    /// How its lines are read.
    pub reading: &'a Reading,
}

impl Log<'_> {
    /// The lines written in `span`, in at most so many columns. What is read line by line is remembered in `looked`.
    pub fn histogram(
        &self,
        span: &Range<Time>,
        columns: usize,
        offset: i64,
        looked: &mut Looked,
    ) -> Histogram {
        let grid = Grid::fitting(span, columns, offset);
        if looked.grid != Some(grid) {
            *looked = Looked { grid: Some(grid), blocks: BTreeMap::new() };
        }
        let (first, last) = (grid.column(span.start), grid.column(Time(span.end.0.saturating_sub(1))));
        let count =
            usize::try_from(last.saturating_sub(first).saturating_add(1)).unwrap_or(1).clamp(1, COLUMNS);
        let mut histogram = Histogram { grid, first, columns: vec![Column::default(); count], exact: true };
        self.fill(&mut histogram, looked);
        histogram
    }

    fn fill(&self, histogram: &mut Histogram, looked: &mut Looked) {
        let (grid, shown) = (histogram.grid, histogram.numbers());
        let mut budget = BUDGET;
        let mut before: Option<Time> = None;
        // Lines before the first time there is count with the earliest of its block.
        let mut early = Column::default();
        for block in self.index.blocks() {
            let all = Column { lines: block.lines, warnings: block.warnings, errors: block.errors };
            let Some(times) = block.times else {
                match before {
                    Some(before) => histogram.add(grid.column(before), all),
                    None => early.add(all),
                }
                continue;
            };
            if before.is_none() {
                histogram.add(grid.column(times.first), std::mem::take(&mut early));
            }
            let (from, to) = columns_of(grid, &times, before);
            if from == to {
                histogram.add(from, all);
            } else if to >= shown.start && from < shown.end {
                match self.look(grid, &block, before, looked, &mut budget) {
                    Some(columns) => {
                        columns.iter().for_each(|(number, column)| histogram.add(*number, *column))
                    }
                    None => {
                        histogram.exact = false;
                        spread(histogram, all, from, to);
                    }
                }
            }
            before = Some(times.last);
        }
    }

    /// What starts in a block, by column; `None` when enough was read, or it cannot be read.
    fn look(
        &self,
        grid: Grid,
        block: &BlockSum,
        before: Option<Time>,
        looked: &mut Looked,
        budget: &mut usize,
    ) -> Option<Arc<[(i64, Column)]>> {
        let known = looked.blocks.get(&block.number);
        if let Some(known) = known.filter(|known| known.sum == *block && known.before == before) {
            return Some(Arc::clone(&known.columns));
        }
        *budget = budget.checked_sub(1)?;
        let mut columns: BTreeMap<i64, Column> = BTreeMap::new();
        let mut time = before.or(block.times.map(|times| times.first));
        self.each_line(block, &mut |line| {
            time = line.time.or(time);
            let number = time.map_or(0, |time| grid.column(time));
            columns.entry(number).or_default().count(&line);
            true
        })
        .ok()?;
        let columns: Arc<[(i64, Column)]> = columns.into_iter().collect();
        if looked.blocks.len() >= BUDGET {
            looked.blocks.pop_first();
        }
        looked.blocks.insert(block.number, Block { sum: *block, before, columns: Arc::clone(&columns) });
        Some(columns)
    }

    /// Calls `found` with the counted lines that start in a block, as long as it says so.
    fn each_line(&self, block: &BlockSum, found: &mut dyn FnMut(Noted) -> bool) -> io::Result<()> {
        let (covered, range) = (self.index.lines().covered(), block.range());
        let range = range.start.max(covered.start)..range.end.min(covered.end);
        // Bytes of another host are not fetched for this.
        let held = self.store.held(range.start);
        if !held.contains(&range.start) || held.end < range.end.min(self.store.range().end) {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let mut buf = Vec::new();
        let mut more = true;
        let mut chunks = Chunks::new(self.store, &mut buf, range, covered.start, covered.end);
        while let Some(chunk) = chunks.next_chunk()?.filter(|_| more) {
            each_noted(self.reading, chunk.pos, chunk.lines, &mut |line| more = more && found(line));
        }
        Ok(())
    }

    /// The first line, as it stands in the log, that was written in `span`; where none was, the first that was written
    /// later; `None` when there is none either, or it is not counted. Looks into as many blocks as it must, but not
    /// into more than a few. An error is where to look for it when its bytes can be read.
    pub fn first_in(&self, span: &Range<Time>) -> Option<Result<Pos, Pos>> {
        self.first_where(|time| span.contains(&time)).or_else(|| self.first_where(|time| time >= span.start))
    }

    fn first_where(&self, wanted: impl Fn(Time) -> bool) -> Option<Result<Pos, Pos>> {
        /// Blocks that hold no such line although their times leave room for one: clocks jump.
        const IN_VAIN: usize = 16;
        let may = |times: &Times| {
            // `wanted` is a span: it meets a block's if one end of either lies in the other.
            wanted(times.first) || wanted(times.latest) || wanted(times.last) || times.first < times.latest
        };
        let mut tried = 0;
        for block in self.index.blocks() {
            let Some(times) = block.times.filter(may) else { continue };
            let certain = wanted(times.first) || wanted(times.latest) || wanted(times.last);
            if !certain && tried >= IN_VAIN {
                continue;
            }
            let mut at = None;
            let read = self.each_line(&block, &mut |line| {
                at = line.time.filter(|time| wanted(*time)).map(|_| line.start);
                at.is_none()
            });
            if let Some(at) = at {
                return Some(Ok(at));
            }
            if certain && read.is_err() {
                return Some(Err(block.range().start));
            }
            tried += 1;
        }
        None
    }
}

/// The first and the last of the columns that lines of a block may be in.
fn columns_of(grid: Grid, times: &Times, before: Option<Time>) -> (i64, i64) {
    let (first, last) = (grid.column(times.first), grid.column(times.latest));
    // Its first lines may say no time.
    let before = before.map_or(first, |before| grid.column(before));
    (first.min(before), last.max(before))
}

/// Spreads lines over columns of which only those that are shown count.
fn spread(histogram: &mut Histogram, all: Column, from: i64, to: i64) {
    let shown = histogram.numbers();
    let parts = u64::try_from(to.saturating_sub(from)).unwrap_or(u64::MAX - 1).saturating_add(1);
    for number in from.max(shown.start)..to.saturating_add(1).min(shown.end) {
        let part = u64::try_from(number.saturating_sub(from)).unwrap_or(0);
        histogram.add(number, all.share(part, parts));
    }
}

#[cfg(test)]
mod tests;
