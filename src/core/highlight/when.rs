//! What a captured number must be for a rule to apply.

use std::cmp::Ordering;

use crate::core::query::amount::{Amount, Kind, Unit, unit_of_name};

/// How a number stands to a limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// It is more.
    Above,
    /// It is as much or more.
    AtLeast,
    /// It is less.
    Below,
    /// It is as much or less.
    AtMost,
}

impl Bound {
    fn holds(self, order: Ordering) -> bool {
        match self {
            Bound::Above => order.is_gt(),
            Bound::AtLeast => order.is_ge(),
            Bound::Below => order.is_lt(),
            Bound::AtMost => order.is_le(),
        }
    }
}

/// What the number in a group must be.
#[derive(Clone, Debug, PartialEq)]
pub struct When {
    /// The group; 0 is the whole match.
    pub group: usize,
    /// Of what a bare number is one, by what the group is called: `took_ms`.
    unit: Option<Unit>,
    bounds: Vec<(Bound, Amount<'static>)>,
}

/// What limits are given in; those of one scale are in one order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scale {
    /// Bare numbers.
    Digits,
    /// Sizes or durations.
    Measure(Kind),
}

// A limit is what was written; it holds no number that differs from itself.
impl Eq for When {}

impl When {
    /// A condition on a group without any bounds yet.
    pub fn new(group: usize, called: &str) -> When {
        When { group, unit: unit_of_name(called), bounds: Vec::new() }
    }

    /// Whether a text is a limit: `500`, `1.5s`, `20 MiB`.
    pub fn is_limit(text: &str) -> bool {
        let finite = |amount: Amount<'_>| match amount {
            Amount::Plain(_) => true,
            Amount::Measured(_, value) => value.is_finite(),
        };
        // What is beyond all numbers has digits and an exponent.
        let plain = text.trim().parse::<f64>().map_or(true, f64::is_finite);
        plain && Amount::read(text.trim()).is_some_and(finite)
    }

    /// Why no number is within all limits, if that is so: a sentence.
    pub fn clash(&self) -> Option<&'static str> {
        let of = |wanted: [Bound; 2]| self.bounds.iter().filter(move |(bound, _)| wanted.contains(bound));
        for (lower, low) in of([Bound::Above, Bound::AtLeast]) {
            for (upper, high) in of([Bound::Below, Bound::AtMost]) {
                let strict = *lower == Bound::Above || *upper == Bound::Below;
                match low.compare(high, self.unit) {
                    None => return Some("one of the limits is a size and one a duration: no number is both"),
                    Some(Ordering::Greater) => return Some("no number is within these limits"),
                    Some(Ordering::Equal) if strict => return Some("no number is within these limits"),
                    Some(_) => {}
                }
            }
        }
        None
    }

    /// Adds a limit; what is none is left out.
    pub fn add(&mut self, bound: Bound, limit: &str) {
        self.bounds.extend(Amount::read(limit.trim()).map(|limit| (bound, limit.into_owned())));
    }

    /// Whether both judge the same number by limits of one scale, or both by limits of none.
    pub(super) fn alike(&self, other: &When) -> bool {
        (self.group, self.unit, self.scale()) == (other.group, other.unit, other.scale())
    }

    /// The scale of all limits; none when there are several, or no limits.
    pub(super) fn scale(&self) -> Option<Scale> {
        let mut scales = self.bounds.iter().map(|(_, limit)| match limit {
            Amount::Plain(_) => Scale::Digits,
            Amount::Measured(kind, _) => Scale::Measure(*kind),
        });
        let first = scales.next()?;
        scales.all(|scale| scale == first).then_some(first)
    }

    pub(super) fn unit(&self) -> Option<Unit> {
        self.unit
    }

    pub(super) fn bounds(&self) -> &[(Bound, Amount<'static>)] {
        &self.bounds
    }

    /// Whether a number is within the limits.
    pub(super) fn holds(&self, amount: &Amount<'_>) -> bool {
        let within = |(bound, limit): &(Bound, Amount<'_>)| {
            amount.compare(limit, self.unit).is_some_and(|order| bound.holds(order))
        };
        self.bounds.iter().all(within)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(called: &str, bound: Bound, limit: &str, captured: &str) -> bool {
        let mut when = When::new(1, called);
        when.add(bound, limit);
        Amount::read(captured.trim()).is_some_and(|captured| when.holds(&captured))
    }

    #[test]
    fn numbers_are_compared_with_their_units() {
        assert!(holds("n", Bound::Above, "500", "501") && !holds("n", Bound::Above, "500", "500"));
        assert!(holds("n", Bound::AtLeast, "500", "500.0") && holds("n", Bound::AtMost, "500", "5e2"));
        assert!(holds("n", Bound::Below, "500", "-1") && !holds("n", Bound::Below, "500", "500"));
        assert!(
            holds("took", Bound::Above, "500ms", "1.5s") && !holds("took", Bound::Above, "500ms", "20 us")
        );
        assert!(holds("size", Bound::AtLeast, "20 MiB", "0.02 GiB"));
        assert!(holds("took_ms", Bound::Above, "1s", "1001") && !holds("took_ms", Bound::Above, "1s", "999"));
        assert!(holds("ms", Bound::Above, "500", "1s") && !holds("ms", Bound::Above, "500", "0.1s"));
        assert!(!holds("n", Bound::Above, "5", "many") && !holds("n", Bound::Above, "5s", "6 MiB"));
        assert!(When::is_limit(" 20 MiB ") && !When::is_limit("much"));
        assert!(!When::is_limit("1e400") && !When::is_limit("1e400ms") && !When::is_limit("-1e999"));
    }

    #[test]
    fn limits_that_no_number_meets_are_known() {
        let clash = |called: &str, low: &str, high: &str| {
            let mut when = When::new(1, called);
            when.add(Bound::AtLeast, low);
            when.add(Bound::Below, high);
            when.clash().is_some()
        };
        assert!(clash("n", "5", "5") && clash("n", "500ms", "0.1s") && clash("n", "5ms", "5 MiB"));
        assert!(!clash("n", "5", "6") && !clash("n", "500ms", "1s"));
        assert!(clash("took_ms", "2000", "1s") && !clash("took_ms", "500", "1s"));
    }
}
