//! Finds what is worth a colour in a shown line, without configuration.

use super::pattern::Pattern;
use super::span::{Level, Span};

/// Spans of what is recognised in `text` (times, levels, numbers and units, addresses, UUIDs, hex, URLs,
/// paths, quotes, keys, JSON, HTTP method and status), in order, not overlapping.
pub fn recognise(text: &str) -> Vec<Span> {
    let _ = text;
    todo!()
}

/// The level a line claims for itself, if it does so clearly: a wrong level is worse than none.
pub fn level(text: &str) -> Option<Level> {
    let _ = text;
    todo!()
}

/// Lays spans over each other: where several cover the same text the later layer wins. The result is in
/// order and does not overlap.
pub fn merge(layers: &[&[Span]]) -> Vec<Span> {
    let _ = layers;
    todo!()
}

/// Spans of the user's own rules, numbered in the order given; later rules win.
pub fn rules(text: &str, rules: &[Pattern]) -> Vec<Span> {
    let _ = (text, rules);
    todo!()
}

/// Spans of a search's hits.
pub fn hits(text: &str, search: &Pattern) -> Vec<Span> {
    let _ = (text, search);
    todo!()
}
