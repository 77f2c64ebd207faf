//! Which bytes of a log somebody waits for, and what to fetch next.

use std::ops::Range;
use std::time::{Duration, Instant};

use super::held::Held;
use super::ranges::Ranges;

/// How long bytes are fetched for somebody who has not asked again since some of them came.
const PATIENCE: Duration = Duration::from_secs(5);
/// Wants of one kind that are remembered; the oldest go. Few of those for much: what comes has to fit into memory.
const FEW: usize = 4;
const MANY: usize = 16;

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Haste {
    /// Somebody reads much in one go.
    Bulk,
    /// Somebody looks at what is beside it.
    Near,
    /// Somebody looks at just this.
    Now,
}

/// What is wanted, the most urgent and the newest first.
#[derive(Debug, Default)]
pub struct Wants {
    wants: Vec<Want>,
    /// What is being fetched.
    flying: Vec<Range<u64>>,
    /// What of that nobody waited for any more when somebody had enough.
    vain: Vec<Range<u64>>,
    /// Bytes that came since nothing was wanted.
    came: u64,
}

#[derive(Clone, Debug)]
struct Want {
    range: Range<u64>,
    haste: Haste,
    /// Since when some of it is there that was not asked for again.
    idle: Option<Instant>,
}

impl Want {
    fn is_alive(&self, now: Instant) -> bool {
        self.idle.is_none_or(|since| now.saturating_duration_since(since) < PATIENCE)
    }
}

impl Wants {
    /// Somebody asks for `range`.
    pub fn ask(&mut self, range: Range<u64>, haste: Haste) {
        let covers = |a: &Range<u64>, b: &Range<u64>| a.start <= b.start && b.end <= a.end;
        let known = self.wants.iter().position(|want| want.haste == haste && covers(&want.range, &range));
        let want = match known {
            Some(at) => Want { idle: None, ..self.wants.remove(at) },
            None => Want { range, haste, idle: None },
        };
        self.wants.retain(|old| old.haste != haste || !covers(&want.range, &old.range));
        let at = self.wants.iter().position(|old| old.haste <= haste).unwrap_or(self.wants.len());
        self.wants.insert(at, want);
        let most = if haste == Haste::Bulk { FEW } else { MANY };
        let mut kept = 0;
        self.wants.retain(|want| {
            kept += usize::from(want.haste == haste);
            want.haste != haste || kept <= most
        });
    }

    /// The next bytes to fetch, and who asked for them: nothing that is held, gone or on its way.
    pub fn next(&mut self, held: &Held, gone: &Ranges, now: Instant) -> Option<(Range<u64>, Haste)> {
        self.wants.retain(|want| want.is_alive(now) && open(held, gone, &[], want.range.clone()).is_some());
        if self.wants.is_empty() && self.flying.is_empty() {
            self.came = 0;
        }
        self.wants
            .iter()
            .find_map(|want| Some((open(held, gone, &self.flying, want.range.clone())?, want.haste)))
    }

    /// Who waits for some of `range` has to ask again.
    pub fn forget(&mut self, range: &Range<u64>) {
        self.wants.retain(|want| want.range.end <= range.start || range.end <= want.range.start);
    }

    /// Nobody reads much in one go any more.
    pub fn enough(&mut self) {
        self.wants.retain(|want| want.haste != Haste::Bulk);
        self.vain = self.flying.iter().filter(|flying| !self.is_wanted(flying)).cloned().collect();
    }

    /// Whether what is being fetched at `range` is fetched for nobody.
    pub fn is_vain(&self, range: &Range<u64>) -> bool {
        self.vain.contains(range) && !self.is_wanted(range)
    }

    fn is_wanted(&self, range: &Range<u64>) -> bool {
        self.wants.iter().any(|want| want.range.start < range.end && range.start < want.range.end)
    }

    /// `range` is being fetched.
    pub fn take_off(&mut self, range: Range<u64>) {
        self.flying.push(range);
    }

    /// `range` is not being fetched any more.
    pub fn land(&mut self, range: &Range<u64>) {
        self.flying.retain(|flying| flying != range);
        self.vain.retain(|vain| vain != range);
    }

    /// These bytes came.
    pub fn came(&mut self, range: &Range<u64>, now: Instant) {
        self.came += range.end - range.start;
        for want in &mut self.wants {
            if want.range.start < range.end && range.start < want.range.end {
                want.idle.get_or_insert(now);
                if want.haste == Haste::Near {
                    // It is fetched once: where there is no room for it, it would drive out itself.
                    want.range.start = range.end.min(want.range.end);
                }
            }
        }
    }

    /// Nothing before `pos` is wanted any more.
    pub fn forget_before(&mut self, pos: u64) {
        self.wants.retain_mut(|want| {
            want.range.start = want.range.start.max(pos);
            want.range.start < want.range.end
        });
    }

    /// How many bytes came and how many are wanted in all, while any are.
    pub fn progress(&self, held: &Held, gone: &Ranges, now: Instant) -> Option<(u64, u64)> {
        let mut wanted = Ranges::default();
        self.wants.iter().filter(|want| want.is_alive(now)).for_each(|want| wanted.add(want.range.clone()));
        let mut left = 0;
        let mut at = 0;
        while let Some(start) = if wanted.end_at(at).is_some() { Some(at) } else { wanted.next_start(at) } {
            let end = wanted.end_at(start)?;
            let mut from = start;
            while let Some(open) = open(held, gone, &[], from..end) {
                left += open.end - open.start;
                from = open.end;
            }
            at = end;
        }
        (left > 0).then_some((self.came, self.came + left))
    }
}

/// The first bytes of `range` that are neither held nor gone nor on their way.
pub fn open(held: &Held, gone: &Ranges, flying: &[Range<u64>], range: Range<u64>) -> Option<Range<u64>> {
    let mut at = range.start;
    while at < range.end {
        let hole = held.hole(at..range.end)?;
        let on_its_way = flying.iter().find(|flying| flying.contains(&hole.start)).map(|flying| flying.end);
        if let Some(end) = gone.end_at(hole.start).or(on_its_way) {
            at = end;
            continue;
        }
        let starts = flying.iter().map(|flying| flying.start).filter(|&start| start > hole.start);
        let end = starts.chain(gone.next_start(hole.start)).fold(hole.end, u64::min);
        return Some(hole.start..end);
    }
    None
}
