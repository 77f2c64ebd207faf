//! A set of positions, as ranges that lie apart from each other, in order.

use std::ops::Range;

/// Which positions are in it.
#[derive(Debug, Default)]
pub struct Ranges(Vec<Range<u64>>);

impl Ranges {
    /// Takes a range in.
    pub fn add(&mut self, range: Range<u64>) {
        if range.is_empty() {
            return;
        }
        let from = self.0.partition_point(|old| old.end < range.start);
        let to = self.0.partition_point(|old| old.start <= range.end);
        let touched = &self.0[from..to];
        let start = touched.first().map_or(range.start, |old| old.start.min(range.start));
        let end = touched.last().map_or(range.end, |old| old.end.max(range.end));
        self.0.splice(from..to, std::iter::once(start..end));
    }

    /// The range that holds `pos`, if one does.
    pub fn at(&self, pos: u64) -> Option<Range<u64>> {
        let at = self.0.partition_point(|range| range.end <= pos);
        self.0.get(at).filter(|range| range.start <= pos).cloned()
    }

    /// The end of the range that holds `pos`, if one does.
    pub fn end_at(&self, pos: u64) -> Option<u64> {
        self.at(pos).map(|range| range.end)
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Range<u64>> {
        self.0.iter()
    }

    /// Where the first range behind `pos` begins.
    pub fn next_start(&self, pos: u64) -> Option<u64> {
        let at = self.0.partition_point(|range| range.start <= pos);
        self.0.get(at).map(|range| range.start)
    }

    /// Forgets what lies before `pos`.
    pub fn forget_before(&mut self, pos: u64) {
        let gone = self.0.partition_point(|range| range.end <= pos);
        self.0.drain(..gone);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn holds_what_was_added(added in prop::collection::vec((0u64..60, 0u64..9), 0..20), cut in 0u64..70) {
            let mut ranges = Ranges::default();
            let mut naive = [false; 80];
            for (start, len) in added {
                ranges.add(start..start + len);
                (start..start + len).for_each(|at| naive[at as usize] = true);
            }
            prop_assert!(ranges.0.windows(2).all(|pair| pair[0].end < pair[1].start));
            for at in 0..79u64 {
                let end = (at..80).find(|&at| !naive[at as usize]).unwrap_or(80);
                prop_assert_eq!(ranges.end_at(at), (end > at).then_some(end));
                let next = (at + 1..80).find(|&at| naive[at as usize] && !naive[at as usize - 1]);
                prop_assert_eq!(ranges.next_start(at), next);
            }
            ranges.forget_before(cut);
            for at in cut..79 {
                prop_assert_eq!(ranges.end_at(at).is_some(), naive[at as usize]);
            }
        }
    }
}
