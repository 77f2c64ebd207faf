//! What a line's first look tells of the shapes it may have: how it begins, and which signs stand in it.

use super::when::{self, Order};
use super::zone::Written;

/// The time at a line's beginning, or behind the bracket there, read once for all shapes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head {
    pub(super) at: usize,
    pub(super) time: Option<(Written, usize)>,
    pub(super) order: Order,
}

impl Head {
    /// Of a line.
    pub(super) fn of(line: &[u8], order: Order) -> Head {
        let at = usize::from(line.first() == Some(&b'['));
        Head { at, time: when::time(line, at, order), order }
    }

    /// No time is known of the line.
    pub(super) fn none(order: Order) -> Head {
        Head { at: usize::MAX, time: None, order }
    }

    /// Whether what begins the line is a time for sure, and not only digits that may be one.
    pub(super) fn is_time(&self, line: &[u8]) -> bool {
        self.time.is_some_and(|(_, end)| !line[self.at..end].iter().all(u8::is_ascii_digit))
    }

    /// How the line begins.
    #[inline]
    pub(super) fn beginning(&self) -> Beginnings {
        match (self.time, self.at) {
            (None, _) => Beginnings::OTHER,
            (_, 0) => Beginnings::TIME,
            _ => Beginnings::BRACKET,
        }
    }

    /// The time at `at`.
    #[inline]
    pub(super) fn time(&self, line: &[u8], at: usize) -> Option<(Written, usize)> {
        if at == self.at { self.time } else { when::time(line, at, self.order) }
    }
}

/// How a line begins, as far as shapes care; of a shape or a format, in which of these it may be tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Beginnings(u8);

impl Beginnings {
    pub(super) const NONE: Beginnings = Beginnings(0);
    pub(super) const ALL: Beginnings = Beginnings(7);
    pub(super) const TIME: Beginnings = Beginnings(1);
    pub(super) const BRACKET: Beginnings = Beginnings(2);
    pub(super) const OTHER: Beginnings = Beginnings(4);

    pub(super) fn and(self, other: Beginnings) -> Beginnings {
        Beginnings(self.0 | other.0)
    }

    #[inline]
    pub(super) fn meet(self, other: Beginnings) -> bool {
        self.0 & other.0 != 0
    }
}

/// What bytes stand for in [`holds`]: every sign for itself, digits for one another, capitals as well.
const SIGNS: [u64; 256] = {
    let mut signs = [0; 256];
    let mut byte = 0;
    while byte < 128 {
        let value = byte as u8;
        let bit = if value.is_ascii_digit() {
            b'0'
        } else if value.is_ascii_uppercase() {
            1
        } else {
            value & 63
        };
        if !value.is_ascii_lowercase() {
            signs[byte] = 1 << bit;
        }
        byte += 1;
    }
    signs
};

/// Which signs stand in a line, as a set; all of them in a long one.
pub(super) fn holds(line: &[u8]) -> u64 {
    const LONG: usize = 1024;
    if line.len() > LONG {
        return u64::MAX;
    }
    line.iter().fold(0, |signs, byte| signs | SIGNS[usize::from(*byte)])
}
