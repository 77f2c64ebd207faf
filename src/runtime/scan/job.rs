//! A scan: what of a log it has counted, what waits to be counted, and what has to be fetched first. It counts nothing
//! itself.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::task::{Done, Part, Task, What};
use crate::app::event::ScanRequest;
use crate::core::count::{Counts, Fresh};
use crate::core::index::STRIPE;
use crate::core::pos::Pos;
use crate::core::scan::{Appended, Scanner, Select};
use crate::core::store::Store;

pub(super) struct Job {
    pub(super) request: ScanRequest,
    pub(super) store: Arc<dyn Store>,
    /// Where the log ended when the scan was asked for, and where it ends as far as is known now.
    pub(super) opened: Pos,
    pub(super) end: Pos,
    pub(super) stage: Stage,
    /// How often something has arrived.
    pub(super) arrivals: u64,
    /// The start cannot be looked for before something has arrived.
    pub(super) waits: bool,
    /// What was there at first and is not counted yet is left out.
    pub(super) rests: bool,
    /// Something was counted that nobody has taken yet.
    pub(super) fresh: bool,
    pub(super) cancelled: Arc<AtomicBool>,
}

pub(super) enum Stage {
    /// It is not known yet where the unfinished last line starts.
    New,
    /// A worker is looking for it.
    Starting,
    Counting(Box<Counting>),
}

pub(super) struct Counting {
    pub(super) index: Counts,
    /// What was there when the scan began: the lines that stripes are counted for.
    pub(super) history: Range<Pos>,
    /// Stripes to be counted, the nearest to the reader last.
    pub(super) pending: Vec<u64>,
    /// Stripes whose bytes were asked for; taken up again when something has arrived. No other is asked for
    /// meanwhile.
    pub(super) parked: Vec<u64>,
    pub(super) tail: Tail,
    /// Of what is finished behind the index: the lines selected as it is now, and its end.
    pub(super) open: (Vec<Pos>, Pos),
}

pub(super) struct Tail {
    /// `None` while a worker has it.
    pub(super) scanner: Option<Scanner>,
    /// All finished lines before this have been counted.
    pub(super) seen: Pos,
    /// From the end of what is covered up to here there is no newline.
    pub(super) searched: Pos,
    /// It cannot be read before something has arrived.
    pub(super) waits: bool,
    pub(super) turn: u64,
}

/// Stripes in the order they are taken from the end of the list.
pub(super) fn nearest_last(stripes: impl Iterator<Item = u64>, near: u64) -> Vec<u64> {
    let mut pending: Vec<u64> = stripes.collect();
    pending.sort_by_key(|number| std::cmp::Reverse(number.abs_diff(near)));
    pending
}

impl Job {
    pub(super) fn new(request: ScanRequest, store: Arc<dyn Store>, end: Pos) -> Job {
        Job {
            request,
            store,
            opened: end,
            end,
            stage: Stage::New,
            arrivals: 0,
            waits: false,
            rests: false,
            fresh: false,
            cancelled: Arc::default(),
        }
    }

    pub(super) fn task(&self, what: What) -> Task {
        let (store, cancelled) = (Arc::clone(&self.store), Arc::clone(&self.cancelled));
        Task {
            id: self.request.id,
            source: self.request.source,
            store,
            cancelled,
            idle: self.is_idle(),
            arrivals: self.arrivals,
            what,
        }
    }

    /// Whether it is for nobody in particular.
    pub(super) fn is_idle(&self) -> bool {
        matches!(self.request.select, Select::Levels(_))
    }

    /// The stripe the reader looks at.
    pub(super) fn near(&self) -> u64 {
        self.request.near.min(self.end).0 / STRIPE
    }

    pub(super) fn is_new(&self) -> bool {
        matches!(self.stage, Stage::New) && !self.waits
    }

    /// Leaves something until bytes have arrived.
    pub(super) fn put_aside(&mut self, part: Part) {
        let scanner = Scanner::new(&self.request.select);
        let rests = self.rests;
        match (part, self.counting()) {
            (Part::Tail, Some(counting)) => {
                counting.tail.scanner = Some(scanner);
                counting.tail.waits = true;
            }
            (Part::Stripe(number), Some(counting)) if !rests => counting.parked.push(number),
            (Part::Start, None) => (self.stage, self.waits) = (Stage::New, true),
            _ => {}
        }
    }

    /// Something has arrived; whether anything waited for that.
    pub(super) fn arrived(&mut self) -> bool {
        self.arrivals += 1;
        let mut waited = std::mem::take(&mut self.waits);
        if let Some(counting) = self.counting() {
            waited |= std::mem::take(&mut counting.tail.waits) || !counting.parked.is_empty();
            // The one that was put aside first is the nearest.
            let parked = std::mem::take(&mut counting.parked);
            counting.pending.extend(parked.into_iter().rev());
        }
        waited
    }

    /// Whether something was asked for that has to be fetched.
    pub(super) fn waits_for_bytes(&self) -> bool {
        match &self.stage {
            Stage::Counting(counting) => !counting.parked.is_empty() || counting.tail.waits,
            Stage::New | Stage::Starting => self.waits,
        }
    }

    pub(super) fn counting(&mut self) -> Option<&mut Counting> {
        match &mut self.stage {
            Stage::Counting(counting) => Some(counting),
            Stage::New | Stage::Starting => None,
        }
    }

    /// Whether appended bytes wait to be counted, and when it had its last turn.
    pub(super) fn tail_due(&self) -> Option<u64> {
        match &self.stage {
            Stage::Counting(counting) => {
                let tail = &counting.tail;
                (tail.scanner.is_some() && !tail.waits && tail.seen < self.end).then_some(tail.turn)
            }
            Stage::New | Stage::Starting => None,
        }
    }

    /// Whether there is something new to take.
    pub(super) fn put(&mut self, done: Done) -> bool {
        match done {
            Done::Started { first, end } => {
                self.stage = Stage::Counting(Box::new(self.start_at(first, end)));
                true
            }
            Done::Tail { scanner, fresh, searched, seen } => {
                let Some(counting) = self.counting() else { return false };
                let turn = counting.tail.turn;
                counting.tail = Tail { scanner: Some(scanner), seen, searched, waits: false, turn };
                let before = counting.index.covered().end;
                counting.index.append(&fresh);
                let open = match fresh {
                    Fresh::Lines(Appended { open, read, .. }) => (open, read),
                    Fresh::Levels(_, read) => (Vec::new(), read),
                };
                let further = counting.index.covered().end > before || counting.open != open;
                counting.open = open;
                further
            }
            Done::Unfinished { scanner, searched } => {
                let Some(counting) = self.counting() else { return false };
                let turn = counting.tail.turn;
                counting.tail = Tail { scanner: Some(scanner), seen: searched, searched, waits: false, turn };
                false
            }
            Done::Stripe { number, stripe } => {
                let Some(counting) = self.counting() else { return false };
                counting.index.set(number, stripe);
                true
            }
            Done::GaveWay(number) => {
                self.counting().into_iter().for_each(|counting| counting.pending.push(number));
                false
            }
            Done::Later(_) | Done::Cancelled => false,
        }
    }

    /// The scan's beginning, when the first unfinished line starts at `end`.
    pub(super) fn start_at(&self, first: Pos, end: Pos) -> Counting {
        // Levels are counted on when somebody wants to look back, so they speak of all from the beginning.
        let all = self.request.history || self.is_idle();
        let first = if all { first.min(end) } else { end };
        let index = self.request.select.unknown(first..end);
        let due = |_: &u64| self.request.history && !self.rests;
        let pending = nearest_last(index.index().unknown_stripes().filter(due), self.near());
        let scanner = Some(Scanner::new(&self.request.select));
        let tail = Tail { scanner, seen: end, searched: end, waits: false, turn: 0 };
        let open = (Vec::new(), end);
        Counting { history: index.covered(), index, pending, parked: Vec::new(), tail, open }
    }
}

impl Counting {
    /// What is known by now.
    pub(super) fn snapshot(&self) -> Counts {
        let (starts, end) = &self.open;
        self.index.with_open(starts, *end)
    }
}
