//! Why a query cannot be used, and the nearest thing that could have been meant.

use std::ops::Range;

use crate::core::pattern::PatternError;

/// What is wrong with a query: a sentence that says what to do, and where the mistake is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct QueryError {
    /// What is wrong and what to do.
    pub message: String,
    /// The characters that are wrong (character columns, from 0); never behind the query's end, where it
    /// is empty when something is missing there.
    pub at: Range<usize>,
}

impl QueryError {
    pub(super) fn new(at: Range<usize>, message: impl Into<String>) -> QueryError {
        let one_line = |c: char| if c.is_control() { c.escape_default().to_string() } else { c.to_string() };
        QueryError { message: message.into().chars().map(one_line).collect(), at }
    }

    /// A mistake within a regex whose first character stands at `start`; `whole` is where it stands with
    /// what is around it.
    pub(super) fn regex(start: Option<usize>, whole: Range<usize>, error: PatternError) -> QueryError {
        let shifted = start.zip(error.at).map(|(start, at)| start + at.start..start + at.end);
        let within = |at: Range<usize>| at.start.min(whole.end)..at.end.min(whole.end);
        QueryError { message: error.message, at: shifted.map_or(whole.clone(), within) }
    }
}

/// As much of a word as an error can repeat.
pub(super) fn cited(word: &str) -> String {
    const LONGEST: usize = 30;
    match word.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &word[..end]),
        None => word.to_owned(),
    }
}

/// The one of `known` that differs from `word` least, if that is little.
pub(super) fn nearest<'k>(word: &str, known: &[&'k str]) -> Option<&'k str> {
    const LONGEST: usize = 20;
    let word: Vec<char> = word.chars().take(LONGEST + 1).flat_map(char::to_lowercase).collect();
    if word.len() > LONGEST {
        return None;
    }
    let near = |name: &&&str| {
        let steps = distance(&word, name);
        (steps <= name.len().div_ceil(3)).then_some(steps)
    };
    known.iter().filter(|name| near(name).is_some()).min_by_key(near).copied()
}

/// How many letters must be put in, left out or exchanged.
fn distance(word: &[char], name: &str) -> usize {
    let mut row: Vec<usize> = (0..=word.len()).collect();
    for (i, letter) in name.chars().enumerate() {
        let mut corner = std::mem::replace(&mut row[0], i + 1);
        for j in 0..word.len() {
            let exchange = corner + usize::from(word[j] != letter);
            corner = row[j + 1];
            row[j + 1] = exchange.min(corner + 1).min(row[j] + 1);
        }
    }
    row[word.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_recognised_and_another_word_is_not() {
        let known = ["trace", "debug", "info", "warn", "error", "fatal"];
        assert_eq!(nearest("eror", &known), Some("error"));
        assert_eq!(nearest("WRAN", &known), Some("warn"));
        assert_eq!(nearest("debgu", &known), Some("debug"));
        assert_eq!(nearest("purple", &known), None);
        assert_eq!(nearest(&"x".repeat(100_000), &known), None);
        assert_eq!(nearest("", &known), None);
    }
}
