//! Finds what is worth a colour in a shown line, without configuration.
//!
//! One pass over the bytes, written by hand: fifty lines are read again for every frame. At each place
//! where a token can begin, its first byte decides who is asked:
//!
//! ```text
//! scan     the pass: words, quotes, keys, JSON       level   which words name a level, and when they do
//! time     dates and times of day                    number  numbers and their units
//! address  IP, UUID, hex, URL, path                  http    request lines, methods, statuses
//! ```
//!
//! The user's own rules are another matter: `outline` is what a rule's pattern tells before it is compiled,
//! `net` says which of many may match a line, `when` compares captured numbers, `ladder` finds the condition
//! among many that a number meets, `rules` makes looks of them.
//!
//! Every reader looks at a bounded number of bytes or gives back how far it came, so the time is linear
//! in the length of the line, whatever is in it.

mod address;
mod http;
mod ladder;
mod level;
mod net;
mod number;
mod outline;
mod rules;
mod scan;
pub(super) mod time;
mod when;

#[cfg(test)]
mod tests;

use std::borrow::Cow;

pub use self::outline::{ALLOWANCE, Outline};
pub use self::rules::{Choice, Marks, Rule, Rules};
pub use self::when::{Bound, When};
use super::pattern::Pattern;
use super::span::{Class, Level, Span};

/// Most spans a pattern gives for one line; what lies behind them stays as it is.
const HITS: usize = 1 << 14;

/// What [`recognise`] and [`level`] say of `text`, at the price of one.
pub fn read(text: &str) -> (Vec<Span>, Option<Level>) {
    scan::read(text)
}

/// Spans of what is recognised in `text` (times, levels, numbers and units, addresses, UUIDs, hex, URLs,
/// paths, quotes, keys, JSON, HTTP method and status), in order, not overlapping.
pub fn recognise(text: &str) -> Vec<Span> {
    scan::read(text).0
}

/// The level a line claims for itself, if it does so clearly: a wrong level is worse than none.
pub fn level(text: &str) -> Option<Level> {
    scan::read(text).1
}

/// Lays spans over each other: where several cover the same text the later layer wins. The result is in
/// order and does not overlap.
pub fn merge(layers: &[&[Span]]) -> Vec<Span> {
    laid(layers).into_owned()
}

/// The same. Halves are laid over each other, not each layer over all below: of a line with thousands of
/// numbers hundreds of rules may each have some.
fn laid<'s>(layers: &[&'s [Span]]) -> Cow<'s, [Span]> {
    let (below, above) = match layers {
        [] => return Cow::default(),
        [only] => return Cow::Borrowed(only),
        _ => layers.split_at(layers.len() / 2),
    };
    match (laid(below), laid(above)) {
        (below, above) if above.is_empty() => below,
        (below, above) if below.is_empty() => above,
        (below, above) => Cow::Owned(overlay(&below, &above)),
    }
}

/// Spans of a search's hits.
pub fn hits(text: &str, search: &Pattern) -> Vec<Span> {
    found(text, search, Class::Hit)
}

/// Matches of a pattern; those that cut a character in two are left out.
fn found(text: &str, pattern: &Pattern, class: Class) -> Vec<Span> {
    let matches = pattern.find_all(text.as_bytes(), HITS).into_iter();
    matches.filter(|range| text.get(range.clone()).is_some()).map(|range| Span { range, class }).collect()
}

/// What is left of `below` beside `above`, and all of `above`.
fn overlay(below: &[Span], above: &[Span]) -> Vec<Span> {
    let mut all = Vec::with_capacity(below.len() + above.len());
    let mut tops = above.iter().peekable();
    for span in below {
        let mut from = span.range.start;
        while from < span.range.end {
            match tops.peek() {
                Some(top) if top.range.start < span.range.end => {
                    if from < top.range.start {
                        all.push(Span { range: from..top.range.start, class: span.class });
                    }
                    if top.range.end > span.range.end {
                        break;
                    }
                    from = from.max(top.range.end);
                    all.extend(tops.next().cloned());
                }
                _ => {
                    all.push(Span { range: from..span.range.end, class: span.class });
                    break;
                }
            }
        }
    }
    all.extend(tops.cloned());
    all
}
