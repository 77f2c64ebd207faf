//! How many lines a pane has that nobody saw yet.

use super::event::ScanId;
use super::feed::Feed;
use super::numbers;
use super::strand::Strand;
use super::tally::Tally;
use crate::core::index::BLOCK;
use crate::core::pos::Pos;
use crate::core::walk::{Step, StoreWalk, Walk};

/// A count of selected lines between a block's start and a position in it, kept because it is asked for
/// with every frame.
#[derive(Clone, Copy, Debug)]
pub struct Base {
    scan: ScanId,
    seen: Pos,
    lines: u64,
}

/// Lines of a log that its pane would show (context lines aside) and that came behind what was seen.
pub fn unseen(strand: &Strand, feed: &Feed) -> u64 {
    let tally = strand.kept.as_ref().map_or(&feed.appended, |kept| &kept.tally);
    if feed.end() <= strand.seen {
        return 0;
    }
    let block = Pos(strand.seen.0 / BLOCK * BLOCK);
    let counted = tally.index.count_in(block..Pos::MAX);
    if counted == 0 {
        return 0;
    }
    let known = strand.base.get().filter(|base| base.scan == tally.id && base.seen == strand.seen);
    let lines = known.map(|base| base.lines).or_else(|| lines_before_seen(strand, feed, tally, block));
    strand.base.set(lines.map(|lines| Base { scan: tally.id, seen: strand.seen, lines }));
    match lines {
        Some(lines) => counted.saturating_sub(lines),
        // Rather too few than some that were seen.
        None => tally.index.count_in(block + BLOCK..Pos::MAX),
    }
}

/// `None` while that is not known.
fn lines_before_seen(strand: &Strand, feed: &Feed, tally: &Tally, block: Pos) -> Option<u64> {
    let store = &*feed.source.store;
    let from = block.max(tally.index.covered().start);
    if from >= strand.seen {
        return Some(0);
    }
    let Some(kept) = &strand.kept else {
        return numbers::starts_between(store, from, strand.seen).unwrap_or(Some(0));
    };
    count(&mut StoreWalk::new(store, feed.end(), Some(kept.selection(0))), from, strand.seen)
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
