//! Keys that are not a command yet: a count, a prefix.

use super::eye::Eye;
use super::key::{Code, Key};
use super::pane::PaneId;

/// The largest count; more digits change nothing.
const MOST: u64 = 1_000_000_000_000;

/// What was typed and waits for more.
#[derive(Clone, Debug, Default)]
pub struct Input {
    /// The digits typed before a command.
    pub count: Option<u64>,
    /// The keys of a sequence so far.
    pub typed: Vec<Key>,
    /// The keys so far were a command that moved, and began a longer sequence too: where the eye was
    /// before, to take the move back when the sequence goes on.
    pub moved: Option<(PaneId, Eye)>,
}

impl Input {
    /// Takes a key that is a digit of a count; a count does not begin with zero.
    pub fn digit(&mut self, key: Key) -> bool {
        let Key { code: Code::Char(c), ctrl: false, alt: false, .. } = key else { return false };
        let Some(digit) = c.to_digit(10) else { return false };
        if !self.typed.is_empty() || (digit == 0 && self.count.is_none()) {
            return false;
        }
        self.count = Some((self.count.unwrap_or(0) * 10 + u64::from(digit)).min(MOST));
        true
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        *self = Input::default();
    }

    /// Whether anything waits for more keys, and the user should see it.
    pub fn waits(&self) -> bool {
        self.moved.is_none() && (self.count.is_some() || !self.typed.is_empty())
    }

    /// What was typed, as it is shown.
    pub fn text(&self) -> String {
        let count = self.count.map(|count| count.to_string());
        let keys = self.typed.iter().map(Key::to_string);
        count.into_iter().chain(keys).collect::<Vec<_>>().join(" ")
    }
}
