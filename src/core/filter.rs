//! A chain of terms that decides which lines are kept.

use std::sync::Arc;

use super::pattern::Pattern;

/// What a term does with the lines that match it. Terms are applied from left to right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `&re`: of the lines kept so far, keep those that match.
    Keep,
    /// `!re`: of the lines kept so far, drop those that match.
    Drop,
    /// `+re`: keep the lines that match too, whatever came before. As the first term in effect it keeps
    /// only what matches, like `&re`.
    Or,
}

/// One term of a chain.
#[derive(Clone, Debug)]
pub struct Term {
    /// What it does.
    pub kind: Kind,
    /// What it looks for.
    pub pattern: Pattern,
    /// False when it is switched off by itself.
    pub on: bool,
}

/// A chain of terms as the user sees and edits it.
#[derive(Clone, Debug, Default)]
pub struct Chain {
    /// Applied from left to right.
    pub terms: Vec<Term>,
    /// The whole chain switched off, its terms kept.
    pub off: bool,
}

/// The compiled decision: the terms that are on, and (for a search) patterns that must match besides.
/// Cheap to clone for a worker of its own.
#[derive(Clone, Debug)]
pub struct Filter {
    terms: Arc<[Term]>,
}

impl Chain {
    /// The decision this chain stands for, `None` when every line is kept.
    pub fn filter(&self) -> Option<Filter> {
        todo!()
    }
}

impl Filter {
    /// Keeps only lines that match `pattern` as well as what `chain` keeps: a search within a filter.
    pub fn search(chain: &Chain, pattern: &Pattern) -> Filter {
        let _ = (chain, pattern);
        todo!()
    }

    /// Whether the line is kept; `line` is without its ending.
    pub fn keeps(&self, line: &[u8]) -> bool {
        let _ = line;
        todo!()
    }

    /// Calls `found` with the offset of the start of every kept line in `lines`, in order. `lines` begins
    /// at a line's start and holds whole lines (the last may lack its newline).
    pub fn scan(&self, lines: &[u8], found: &mut dyn FnMut(usize)) {
        let _ = (lines, found);
        todo!()
    }
}
