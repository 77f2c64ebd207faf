//! The one coordinate: where a line begins, in bytes, in its log.

use std::ops::{Add, AddAssign, Sub};

/// The byte position of a line's first byte in its log, counted from where the log began.
///
/// A log outlives its files: after a rotation positions go on counting, and they need not begin at
/// zero. Views, marks and search hits hold positions, so nothing moves when a filter changes; line
/// numbers are derived for display only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pos(pub u64);

impl Pos {
    /// Behind every position a log can have.
    pub const MAX: Pos = Pos(u64::MAX);

    /// The position `bytes` before this one, zero at the least.
    pub fn back(self, bytes: u64) -> Pos {
        Pos(self.0.saturating_sub(bytes))
    }
}

impl Add<u64> for Pos {
    type Output = Pos;
    fn add(self, bytes: u64) -> Pos {
        Pos(self.0.saturating_add(bytes))
    }
}

impl AddAssign<u64> for Pos {
    fn add_assign(&mut self, bytes: u64) {
        *self = *self + bytes;
    }
}

impl Sub<Pos> for Pos {
    type Output = u64;
    /// Bytes from `other` to here, zero if `other` is behind.
    fn sub(self, other: Pos) -> u64 {
        self.0.saturating_sub(other.0)
    }
}
