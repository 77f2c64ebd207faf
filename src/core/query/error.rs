//! Why a query cannot be used.

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
