//! How many lines a pane has that nobody saw yet, and how many of them are errors and warnings.

use std::cell::Cell;

use super::event::ScanId;
use super::feed::Feed;
use super::info::thousands;
use super::numbers;
use super::pane::Sought;
use super::rows::counted;
use super::strand::{Kept, Strand};
use super::tally::Tally;
use crate::core::filter::Filter;
use crate::core::index::{BLOCK, STRIPE, SparseIndex};
use crate::core::pos::Pos;
use crate::core::walk::{Step, StoreWalk, Walk};

/// Lines that nobody saw.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unseen {
    /// All of them.
    pub lines: u64,
    /// Those that say they are errors, or worse.
    pub errors: u64,
    /// Those that say they are warnings; of a pane with a filter they are not counted.
    pub warnings: u64,
}

impl Unseen {
    /// `+128, 3 errors`; where there is little room `+128 3E`. Empty when there is none.
    pub fn text(&self, brief: bool) -> String {
        if self.lines == 0 {
            return String::new();
        }
        let lines = format!("+{}", thousands(self.lines));
        match (self.errors, self.warnings, brief) {
            (0, 0, _) => lines,
            (0, warnings, true) => format!("{lines} {}W", thousands(warnings)),
            (errors, _, true) => format!("{lines} {}E", thousands(errors)),
            (0, warnings, false) => format!("{lines}, {}", counted(warnings, "warning")),
            (errors, _, false) => format!("{lines}, {}", counted(errors, "error")),
        }
    }
}

impl Unseen {
    /// `128 lines (3 errors, 2 warnings)`.
    pub fn sentence(&self) -> String {
        let lines = counted(self.lines, "line");
        match (self.errors, self.warnings) {
            (0, 0) => lines,
            (errors, 0) => format!("{lines} ({})", counted(errors, "error")),
            (0, warnings) => format!("{lines} ({})", counted(warnings, "warning")),
            (errors, warnings) => {
                format!("{lines} ({}, {})", counted(errors, "error"), counted(warnings, "warning"))
            }
        }
    }
}

impl std::iter::Sum for Unseen {
    fn sum<I: Iterator<Item = Unseen>>(all: I) -> Unseen {
        all.fold(Unseen::default(), |sum, more| Unseen {
            lines: sum.lines + more.lines,
            errors: sum.errors + more.errors,
            warnings: sum.warnings + more.warnings,
        })
    }
}

/// A count of selected lines between a position and another one behind it, kept because it is asked for with every
/// frame.
#[derive(Clone, Copy, Debug)]
struct Base {
    scan: ScanId,
    from: Pos,
    seen: Pos,
    lines: u64,
}

/// Lines that counts by block must leave out.
#[derive(Clone, Debug, Default)]
pub struct Bases {
    lines: Cell<Option<Base>>,
    errors: Cell<Option<Base>>,
    warnings: Cell<Option<Base>>,
}

/// Lines of a log that its pane would show (context lines aside) and that came behind what was seen.
pub fn unseen(strand: &Strand, feed: &Feed) -> Unseen {
    if feed.end() <= strand.seen {
        return Unseen::default();
    }
    let seen = strand.seen;
    let tally = strand.kept.as_ref().map_or(&feed.appended, |kept| &kept.tally);
    let lines = Count::of(tally, seen).behind(&strand.base.lines, |from| match &strand.kept {
        Some(kept) => selected_between(feed, kept, from, seen),
        None => numbers::starts_between(&*feed.source.store, from, seen).unwrap_or(Some(0)),
    });
    let (errors, warnings) = match (&strand.kept, &strand.errors) {
        (None, _) => by_level(strand, feed),
        (_, None) => (0, 0),
        (_, Some(kept)) => {
            let count = Count::of(&kept.tally, seen);
            let before = |from| selected_between(feed, kept, from, seen);
            (count.behind(&strand.base.errors, before), 0)
        }
    };
    // They are counted one after the other.
    let errors = errors.min(lines);
    Unseen { lines, errors, warnings: warnings.min(lines - errors) }
}

/// Errors and warnings behind what was seen, of all lines.
fn by_level(strand: &Strand, feed: &Feed) -> (u64, u64) {
    let (levels, seen) = (&feed.levels, strand.seen);
    let count = |index, sought, base| {
        let from = first_counted(index, levels.index.appended().0, seen);
        let count = Count { index, scan: levels.id, from, seen };
        count.behind(base, |from| kept_between(feed, &levels.filter(&sought), from, seen))
    };
    let errors = count(levels.index.errors(), Sought::Errors, &strand.base.errors);
    (errors, count(levels.index.warnings(), Sought::Warnings, &strand.base.warnings))
}

fn block_of(pos: Pos) -> Pos {
    Pos(pos.0 / BLOCK * BLOCK)
}

/// From where on lines are counted in the block that `seen` lies in.
fn first_counted(index: &SparseIndex, appended: Pos, seen: Pos) -> Pos {
    let block = block_of(seen);
    let first = if index.is_unknown(block.0 / STRIPE) { appended } else { index.covered().start };
    block.max(first)
}

/// Selected lines behind `seen`, of which blocks are counted only.
struct Count<'a> {
    index: &'a SparseIndex,
    scan: ScanId,
    /// Where the count of the block begins that `seen` lies in.
    from: Pos,
    seen: Pos,
}

impl<'a> Count<'a> {
    fn of(tally: &'a Tally, seen: Pos) -> Count<'a> {
        let from = block_of(seen).max(tally.index.covered().start);
        Count { index: &tally.index, scan: tally.id, from, seen }
    }

    /// `before` says how many of the lines lie between a position and `seen`; `None` while that is not known.
    fn behind(&self, base: &Cell<Option<Base>>, before: impl FnOnce(Pos) -> Option<u64>) -> u64 {
        let block = block_of(self.seen);
        let counted = self.index.count_in(block..Pos::MAX);
        if counted == 0 || self.index.count_in(block..block + BLOCK) == 0 {
            return counted;
        }
        let same = |base: &Base| (base.scan, base.from, base.seen) == (self.scan, self.from, self.seen);
        let known = base.get().filter(same).map(|base| base.lines);
        let lines = known.or_else(|| if self.from >= self.seen { Some(0) } else { before(self.from) });
        let Count { scan, from, seen, .. } = *self;
        base.set(lines.map(|lines| Base { scan, from, seen, lines }));
        match lines {
            Some(lines) => counted.saturating_sub(lines),
            // Rather too few than some that were seen.
            None => self.index.count_in(block + BLOCK..Pos::MAX),
        }
    }
}

/// Lines between two positions in one block that a scan has selected; `None` while that is not known.
fn selected_between(feed: &Feed, kept: &Kept, from: Pos, to: Pos) -> Option<u64> {
    count(&mut StoreWalk::new(&*feed.source.store, feed.end(), Some(kept.selection(0))), from, to)
}

/// Lines between two positions in one block that `filter` keeps; `None` while that is not known.
fn kept_between(feed: &Feed, filter: &Filter, from: Pos, seen: Pos) -> Option<u64> {
    let mut walk = StoreWalk::new(&*feed.source.store, feed.end(), None);
    let (mut kept, mut at) = (0, from);
    loop {
        match walk.at_or_after(at) {
            Ok(Step::Line(line, _)) if line.start < seen && line.end > at => {
                kept += u64::from(filter.keeps(&line.text));
                at = line.end;
            }
            Ok(Step::Pending(pos)) if pos < seen => return None,
            _ => return Some(kept),
        }
    }
}

/// Lines `walk` gives that start in `from..to`, as far as they can be read; `None` while that is not known.
pub fn count(walk: &mut StoreWalk<'_>, from: Pos, to: Pos) -> Option<u64> {
    let (mut lines, mut at) = (0, from);
    loop {
        match walk.at_or_after(at) {
            Ok(Step::Line(line, _)) if line.start < to && line.end > at => at = line.end,
            Ok(Step::Pending(pos)) if pos < to => return None,
            _ => return Some(lines),
        }
        lines += 1;
    }
}
