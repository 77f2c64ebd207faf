//! What a line says. It knows the text of a line and where things stand in it, not how they were found.

pub use crate::core::span::Level;

/// A moment: nanoseconds since 1970-01-01 00:00 UTC. The range of an `i64` reaches from the year 1677 to 2262;
/// what lies outside has no time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub i64);
