//! Which of many rules a number calls for, when the rules differ by their limits.
//!
//! It knows rules by their ranks and conditions only. The limits of all of them, each once and in order,
//! part the numbers into cells: what is between two limits is one cell, each limit is one.
//!
//! ```text
//!             10       20            above = 10     cells 2 to 4
//!    ─────────┼────────┼─────────    at-least = 20  cells 3 to 4
//!    cell 0   1   2    3    4        below = 20     cells 0 to 2
//! ```
//!
//! All numbers of a cell are within the limits of the same rules, and the cells of a rule are neighbours. So
//! the rules lie in a tree over the cells, each at the few nodes that make up its cells; those a number is
//! within are found on the way from its cell to the root, and neither their number nor that of the others
//! counts for much.

use std::cmp::Ordering;
use std::ops::Range;
use std::sync::OnceLock;

use super::when::{Bound, When};
use crate::core::query::amount::{Amount, Unit};

/// Rules of which one at most is seen where several apply: the one of the highest rank.
#[derive(Debug, Default)]
pub(super) struct Ladder {
    /// Their ranks, the lowest first.
    ranks: Vec<usize>,
    /// Made when the first number comes; none where the limits are in no common order.
    steps: OnceLock<Option<Steps>>,
}

impl Ladder {
    /// Adds a rule of higher rank than all before, whose condition is [alike](When::alike) theirs.
    pub fn push(&mut self, rank: usize) {
        self.ranks.push(rank);
    }

    /// The rank of any of its rules; in what makes them a ladder they are equal.
    pub fn any(&self) -> Option<usize> {
        self.ranks.first().copied()
    }

    /// The highest of the chosen ranks.
    pub fn top(&self, chosen: impl Fn(usize) -> bool) -> Option<usize> {
        self.ranks.iter().rev().copied().find(|rank| chosen(*rank))
    }

    /// The highest of the chosen ranks whose condition a number meets; `when` tells the conditions.
    pub fn meeting<'w>(
        &self,
        amount: &Amount<'_>,
        when: impl Fn(usize) -> Option<&'w When>,
        chosen: impl Fn(usize) -> bool,
    ) -> Option<usize> {
        let conditions = || self.ranks.iter().rev().filter_map(|rank| Some((*rank, when(*rank)?)));
        let steps = self.steps.get_or_init(|| Steps::new(&conditions().collect::<Vec<_>>()));
        match steps.as_ref().map_or(Place::Several, |steps| steps.place(amount)) {
            Place::Cell(cell) => steps.as_ref().and_then(|steps| steps.highest(cell, chosen)),
            Place::Nowhere => None,
            Place::Several => {
                let mut meeting = conditions().filter(|(rank, when)| chosen(*rank) && when.holds(amount));
                meeting.next().map(|(rank, _)| rank)
            }
        }
    }
}

/// Where a number stands among limits.
enum Place {
    Cell(usize),
    /// It has no measure in common with them.
    Nowhere,
    /// At several limits, which differ by less than the measure is fine: `0.1` and `0.2` beside bytes. What
    /// it is above and below is told by the rules alone.
    Several,
}

/// The limits of rules, and which rules there are for each cell.
#[derive(Debug)]
struct Steps {
    /// Of what a bare number is one.
    unit: Option<Unit>,
    /// Each once, in order; there is one at least.
    limits: Vec<Amount<'static>>,
    /// The tree: the second node is the root, those below the node `n` are `2n` and `2n + 1`, the last half
    /// are the cells. Each has the ranks of rules that apply to all cells below it, the highest first.
    nodes: Vec<Vec<usize>>,
}

impl Steps {
    /// Takes conditions that are alike, with their ranks, the highest first.
    fn new(conditions: &[(usize, &When)]) -> Option<Steps> {
        let (_, first) = conditions.first()?;
        first.scale()?;
        let unit = first.unit();
        let mut bounds: Vec<(&Amount<'static>, Bound, usize)> = Vec::new();
        for (at, (_, when)) in conditions.iter().enumerate() {
            bounds.extend(when.bounds().iter().map(|(bound, limit)| (limit, *bound, at)));
        }
        let order = |one: &Amount<'_>, two: &Amount<'_>| one.compare(two, unit).unwrap_or(Ordering::Equal);
        bounds.sort_by(|(one, ..), (two, ..)| order(one, two));
        let mut limits: Vec<Amount<'static>> = Vec::new();
        let mut cells: Vec<Range<usize>> = vec![0..usize::MAX; conditions.len()];
        for (limit, bound, at) in bounds {
            if limits.last().is_none_or(|last| order(last, limit).is_ne()) {
                limits.push(limit.clone());
            }
            narrow(&mut cells[at], bound, limits.len() * 2 - 1);
        }
        let mut steps = Steps { unit, nodes: vec![Vec::new(); (limits.len() * 2 + 1) * 2], limits };
        for ((rank, _), cells) in conditions.iter().zip(cells) {
            steps.lay(*rank, cells);
        }
        Some(steps)
    }

    fn cells(&self) -> usize {
        self.nodes.len() / 2
    }

    /// Puts a rule at the nodes that make up its cells.
    fn lay(&mut self, rank: usize, cells: Range<usize>) {
        let (mut from, mut to) = (cells.start + self.cells(), cells.end.min(self.cells()) + self.cells());
        while from < to {
            if from % 2 == 1 {
                self.nodes[from].push(rank);
                from += 1;
            }
            if to % 2 == 1 {
                to -= 1;
                self.nodes[to].push(rank);
            }
            (from, to) = (from / 2, to / 2);
        }
    }

    fn place(&self, amount: &Amount<'_>) -> Place {
        let against = |limit: &Amount<'_>| amount.compare(limit, self.unit);
        if self.limits.first().and_then(against).is_none() {
            return Place::Nowhere;
        }
        let stands = |limit: &Amount<'_>| against(limit).map_or(Ordering::Equal, Ordering::reverse);
        let equal = |at: usize| self.limits.get(at).is_some_and(|limit| stands(limit).is_eq());
        match self.limits.binary_search_by(stands) {
            Ok(at) if equal(at + 1) || at.checked_sub(1).is_some_and(equal) => Place::Several,
            Ok(at) => Place::Cell(at * 2 + 1),
            Err(at) => Place::Cell(at * 2),
        }
    }

    /// The highest chosen rule for a cell.
    fn highest(&self, cell: usize, chosen: impl Fn(usize) -> bool) -> Option<usize> {
        let (mut highest, mut at) = (None, self.cells() + cell);
        while at > 0 {
            let higher = self.nodes[at].iter().copied().take_while(|rank| Some(*rank) > highest);
            highest = higher.into_iter().find(|rank| chosen(*rank)).or(highest);
            at /= 2;
        }
        highest
    }
}

/// Takes from the cells of a rule what a bound takes, whose limit is the cell `at`.
fn narrow(cells: &mut Range<usize>, bound: Bound, at: usize) {
    match bound {
        Bound::Above => cells.start = cells.start.max(at + 1),
        Bound::AtLeast => cells.start = cells.start.max(at),
        Bound::Below => cells.end = cells.end.min(at),
        Bound::AtMost => cells.end = cells.end.min(at + 1),
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use proptest::prelude::*;

    use super::*;

    fn when(called: &str, bounds: &[(Bound, String)]) -> When {
        let mut when = When::new(1, called);
        bounds.iter().for_each(|(bound, limit)| when.add(*bound, limit));
        when
    }

    fn ladder(whens: &[When]) -> Ladder {
        let mut ladder = Ladder::default();
        (0..whens.len()).for_each(|rank| ladder.push(rank));
        ladder
    }

    #[test]
    fn few_rules_are_looked_at_for_a_number_however_many_there_are() {
        let whens: Vec<When> = (0..500).map(|n| when("ms", &[(Bound::Above, (n * 2).to_string())])).collect();
        let ladder = ladder(&whens);
        for n in 0..1100_usize {
            let looked = Cell::new(0);
            let chosen = |_| looked.replace(looked.get() + 1) < 1000;
            let found =
                ladder.meeting(&Amount::read(&n.to_string()).unwrap(), |rank| whens.get(rank), chosen);
            let expected = n.div_ceil(2).min(500);
            assert_eq!(found.map_or(0, |rank| rank + 1), expected, "{n}");
            assert!(looked.get() <= 11, "{n} had {} rules looked at", looked.get());
        }
    }

    fn limit() -> impl Strategy<Value = String> {
        let digits = prop_oneof![
            (-40..40i32).prop_map(|n| n.to_string()),
            (-9..9i32, 0..100u32).prop_map(|(n, part)| format!("{n}.{part}")),
            (0..20u32).prop_map(|n| format!("0.00000000{n}")),
            (1..9u32, -12..12i32).prop_map(|(n, exponent)| format!("{n}e{exponent}")),
            prop::sample::select(vec!["0", "-0", "+5", "05.0", "1e300", "-1e300", "18446744073709551617"])
                .prop_map(str::to_owned),
        ];
        digits.prop_filter("a limit", |limit| When::is_limit(limit))
    }

    fn bound() -> impl Strategy<Value = Bound> {
        prop::sample::select(vec![Bound::Above, Bound::AtLeast, Bound::Below, Bound::AtMost])
    }

    /// Conditions on one number: of bare limits, of durations, of sizes, or of this and that.
    fn conditions() -> impl Strategy<Value = Vec<When>> {
        let called = prop::sample::select(vec!["n", "ms", "took_s", "size_kb"]);
        let units = prop::sample::select(vec![
            vec![""],
            vec!["ns", "ms", "s", "m"],
            vec!["B", "kB", "MiB"],
            vec!["", "us", "kB"],
        ]);
        (called, units).prop_flat_map(|(called, units)| {
            let bound = (bound(), limit(), prop::sample::select(units))
                .prop_map(|(bound, limit, unit)| (bound, format!("{limit}{unit}")));
            let one = prop::collection::vec(bound, 0..4).prop_map(move |bounds| when(called, &bounds));
            prop::collection::vec(one, 0..80)
        })
    }

    fn numbers() -> impl Strategy<Value = Vec<String>> {
        let beyond = prop::sample::select(vec!["1e400", "-1e400", "1e9999999999999", "1e-9999999999999"]);
        let digits = prop_oneof![8 => limit(), 1 => beyond.prop_map(str::to_owned)];
        let unit = prop::sample::select(vec!["", "", "", "ns", "us", "ms", "s", "1s", "B", "kB", "MiB"]);
        prop::collection::vec((digits, unit).prop_map(|(digits, unit)| format!("{digits}{unit}")), 1..40)
    }

    proptest! {
        #[test]
        fn it_finds_the_rule_that_trying_each_finds(
            whens in conditions(),
            numbers in numbers(),
            unchosen in prop::collection::vec(any::<bool>(), 80),
        ) {
            // Those that are alike are one ladder, whatever the others are.
            let whens: Vec<When> = match whens.first() {
                Some(first) => whens.iter().filter(|when| when.alike(first)).cloned().collect(),
                None => whens,
            };
            let ladder = ladder(&whens);
            for number in &numbers {
                let Some(amount) = Amount::read(number) else { continue };
                let chosen = |rank: usize| !unchosen[rank];
                let tried = (0..whens.len()).rev().find(|rank| chosen(*rank) && whens[*rank].holds(&amount));
                prop_assert_eq!(ladder.meeting(&amount, |rank| whens.get(rank), chosen), tried, "{}", number);
            }
        }
    }
}
