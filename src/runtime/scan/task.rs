//! One piece of work, and what came of it: everything a worker needs to do it without the lock.

use std::io;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::app::event::ScanId;
use crate::app::source::SourceId;
use crate::core::count::{Fresh, Part as Counted};
use crate::core::index::STRIPE;
use crate::core::lines::next_line_start;
use crate::core::pos::Pos;
use crate::core::scan::{Appended, Scanner};
use crate::core::store::Store;

/// Appended bytes that are counted before they are published.
const PIECE: u64 = 1 << 20;
/// Bytes of a stripe that are asked for ahead of what has come; a scan that is stopped leaves no more than these
/// to be fetched in vain.
pub(super) const AHEAD: u64 = 4 << 20;

/// What a worker does next.
pub(super) struct Task {
    pub(super) id: ScanId,
    pub(super) source: SourceId,
    pub(super) store: Arc<dyn Store>,
    pub(super) cancelled: Arc<AtomicBool>,
    /// It is for nobody in particular.
    pub(super) idle: bool,
    /// How often something had arrived when it was handed out.
    pub(super) arrivals: u64,
    pub(super) what: What,
}

pub(super) enum What {
    Start { scanner: Scanner, end: Pos },
    Tail { scanner: Scanner, from: Pos, searched: Pos, end: Pos },
    Stripe { number: u64, range: Range<Pos> },
}

/// What came of it.
pub(super) enum Done {
    Started {
        first: Pos,
        end: Pos,
    },
    Tail {
        scanner: Scanner,
        fresh: Fresh,
        searched: Pos,
        seen: Pos,
    },
    /// No line was finished by what was appended.
    Unfinished {
        scanner: Scanner,
        searched: Pos,
    },
    Stripe {
        number: u64,
        stripe: Counted,
    },
    /// The stripe with this number is counted when nobody else waits.
    GaveWay(u64),
    /// Bytes have to be fetched first.
    Later(Part),
    Cancelled,
}

/// What a task was about.
#[derive(Clone, Copy)]
pub(super) enum Part {
    Start,
    Tail,
    Stripe(u64),
}

impl Task {
    pub(super) fn run(self, stripes: Option<&mut Scanner>, urgent: &AtomicBool) -> io::Result<Done> {
        let part = match &self.what {
            What::Start { .. } => Part::Start,
            What::Tail { .. } => Part::Tail,
            What::Stripe { number, .. } => Part::Stripe(*number),
        };
        match self.count(stripes, urgent) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(Done::Later(part)),
            done => done,
        }
    }

    fn count(self, stripes: Option<&mut Scanner>, urgent: &AtomicBool) -> io::Result<Done> {
        match self.what {
            What::Start { scanner, end } => {
                let end = scanner.begin(&*self.store, end)?;
                let first = if self.idle { first_held(&*self.store, end)? } else { self.store.range().start };
                Ok(Done::Started { first, end })
            }
            What::Tail { scanner, from, searched, end } => {
                count_tail(&*self.store, scanner, from, searched, end)
            }
            What::Stripe { number, range } => {
                let Some(scanner) = stripes else { return Ok(Done::Cancelled) };
                if !is_here(&*self.store, number, &range, !self.idle) {
                    return Ok(Done::Later(Part::Stripe(number)));
                }
                let gives_way = || self.idle && urgent.load(Ordering::Relaxed);
                let cancelled = || self.cancelled.load(Ordering::Relaxed) || gives_way();
                let part = scanner.part(&*self.store, number, range, &cancelled)?;
                let without = if self.idle { Done::GaveWay(number) } else { Done::Cancelled };
                Ok(part.map_or(without, |part| Done::Stripe { number, stripe: part }))
            }
        }
    }
}

/// Where the first line starts from which on all is here up to `end`, a line's start.
fn first_held(store: &dyn Store, end: Pos) -> io::Result<Pos> {
    let (whole, held) = (store.range(), store.held(end.back(1)));
    if !held.contains(&end.back(1)) {
        return Ok(end);
    }
    let known = held.start <= whole.start || store.hole(held.start.back(1)).is_some();
    let first =
        if known { Some(held.start.max(whole.start)) } else { next_line_start(store, held.start..end)? };
    Ok(first.unwrap_or(end))
}

/// Whether a stripe can be counted without waiting; where not, the first that is missing is asked for if `ask`.
fn is_here(store: &dyn Store, number: u64, range: &Range<Pos>, ask: bool) -> bool {
    let whole = store.range();
    let stripe = Pos(number * STRIPE)..Pos((number + 1) * STRIPE);
    // Whether a line starts at its first byte is said by the byte before.
    let mut at = stripe.start.back(1).max(range.start).max(whole.start);
    let end = stripe.end.min(range.end).min(whole.end);
    while at < end {
        if let Some(hole) = store.hole(at) {
            at = hole.end;
            continue;
        }
        let held = store.held(at);
        if !held.contains(&at) {
            return ask && store.ready(at..end.min(at + AHEAD));
        }
        at = held.end;
    }
    true
}

/// Counts one piece of what was appended: the lines from `from` on that are finished before `end`.
fn count_tail(
    store: &dyn Store,
    mut scanner: Scanner,
    from: Pos,
    searched: Pos,
    end: Pos,
) -> io::Result<Done> {
    let gone = store.range().start.min(end);
    if gone > from {
        let appended = Appended { counted: gone, read: gone, ..Appended::default() };
        return Ok(Done::Tail { scanner, fresh: Fresh::Lines(appended), searched: gone, seen: gone });
    }
    // A long line that grows is searched for its end once, and read again only when that has come.
    let Some(first) = next_line_start(store, searched.max(from)..end)? else {
        scanner.rest();
        return Ok(Done::Unfinished { scanner, searched: end });
    };
    let piece = first.max(end.min(from + PIECE));
    let fresh = scanner.fresh(store, from..piece)?;
    if piece == end {
        scanner.rest();
    }
    let searched = fresh.read();
    Ok(Done::Tail { scanner, fresh, searched, seen: piece })
}
