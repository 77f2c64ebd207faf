//! The app's end of a scan: its number, and how far it has come.

use super::event::ScanId;
use crate::core::index::SparseIndex;

/// A scan that was begun, and its newest snapshot.
#[derive(Clone, Debug)]
pub struct Tally {
    /// Its number.
    pub id: ScanId,
    /// What is counted so far.
    pub index: SparseIndex,
    /// The user had it stopped: only what is appended is counted on.
    pub stopped: bool,
    /// Why it stopped, if it failed: a sentence.
    pub failed: Option<String>,
}

impl Tally {
    /// Counted stripes in percent, rounded down; 100 only when all are.
    pub fn percent(&self) -> usize {
        let (done, all) = self.index.progress();
        (done * 100).checked_div(all).unwrap_or(100)
    }

    /// Whether it goes on.
    pub fn runs(&self) -> bool {
        !(self.complete() || self.stopped || self.failed.is_some())
    }

    /// Whether everything there is has been counted.
    pub fn complete(&self) -> bool {
        self.index.complete()
    }
}
