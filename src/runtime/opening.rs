//! What was named and is opened bit by bit: hundreds of files keep neither the first frame waiting nor keys.

use std::collections::VecDeque;
use std::fs::File;
use std::time::{Duration, Instant};

use super::spec::Spec;

/// How long opening what was named may keep the first frame waiting, and each that comes while there is more to open.
const SLICE: Duration = Duration::from_millis(5);
/// Keys wait until all that was named is open, but not longer than this.
const DEAF: Duration = Duration::from_millis(500);

/// What is still to be opened.
#[derive(Default)]
pub struct Opening {
    named: VecDeque<Spec>,
    /// Standard input, for whoever names it first.
    stdin: Option<File>,
    /// Until when it goes before keys.
    first: Option<Instant>,
}

impl Opening {
    /// All that was named, beginning now.
    pub fn new(named: Vec<Spec>, stdin: Option<File>) -> Opening {
        Opening { named: named.into(), stdin, first: Some(Instant::now() + DEAF) }
    }

    /// When a frame that begins to wait now has waited long enough.
    pub fn slice() -> Instant {
        Instant::now() + SLICE
    }

    /// What is to be opened next, unless it is time for a frame.
    pub fn next(&mut self, until: Instant) -> Option<(Spec, Option<File>)> {
        if Instant::now() > until {
            return None;
        }
        let spec = self.named.pop_front()?;
        let stdin = if spec == Spec::Stdin { self.stdin.take() } else { None };
        Some((spec, stdin))
    }

    /// All of it was opened.
    pub fn is_done(&self) -> bool {
        self.named.is_empty()
    }

    /// There is more, and it goes before keys.
    pub fn is_before_keys(&self) -> bool {
        !self.is_done() && self.first.is_some_and(|first| Instant::now() < first)
    }
}
