//! Sentences for the last row. They go with the next key, never by themselves, and none is lost: those
//! that came at once are shown one after the other, what went wrong before what is in vain, and that before what is worth
//! knowing.

use std::collections::VecDeque;

use super::screen::Tone;

/// What waits to be read.
#[derive(Debug, Default)]
pub struct Messages {
    waiting: VecDeque<(String, Rank)>,
}

/// What is read first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Wrong,
    Vain,
    Noted,
}

/// How many are kept; beyond it something repeats itself and the oldest goes.
const MOST: usize = 20;

impl Messages {
    /// Something worth knowing. It takes the place of an earlier one of its kind.
    pub fn note(&mut self, text: impl Into<String>) {
        self.unsay();
        self.say(text.into(), Rank::Noted);
    }

    /// Something that was said in vain: it gives way to no note.
    pub fn in_vain(&mut self, text: impl Into<String>) {
        self.say(text.into(), Rank::Vain);
    }

    /// Something that went wrong; what was noted waits behind it.
    pub fn error(&mut self, text: impl Into<String>) {
        self.say(text.into(), Rank::Wrong);
    }

    /// Has a sentence wait behind those of its rank.
    fn say(&mut self, text: String, rank: Rank) {
        if self.waiting.iter().all(|(old, _)| *old != text) {
            let behind = self.waiting.iter().position(|(_, other)| *other > rank);
            self.waiting.insert(behind.unwrap_or(self.waiting.len()), (text, rank));
        }
        if self.waiting.len() > MOST {
            self.waiting.pop_front();
        }
    }

    /// What was noted is not so any longer.
    pub fn unsay(&mut self) {
        self.waiting.retain(|(_, rank)| *rank != Rank::Noted);
    }

    /// Something that went wrong is in order again, or is not in vain any longer.
    pub fn withdraw(&mut self, text: &str) {
        self.waiting.retain(|(old, _)| old != text);
    }

    /// The one to show, and how many wait behind it.
    pub fn front(&self) -> Option<(&str, Tone, usize)> {
        let (text, rank) = self.waiting.front()?;
        let tone = if *rank == Rank::Wrong { Tone::Bad } else { Tone::Note };
        Some((text.as_str(), tone, self.waiting.len() - 1))
    }

    /// A key was pressed: the one shown was read.
    pub fn read(&mut self) {
        self.waiting.pop_front();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_wait_for_their_turn_and_notes_give_way() {
        let mut messages = Messages::default();
        messages.error("one");
        messages.error("two");
        messages.error("two");
        messages.note("old");
        messages.in_vain("odd");
        messages.note("new");
        messages.error("three");
        let mut seen = Vec::new();
        while let Some((text, _, _)) = messages.front() {
            seen.push(text.to_owned());
            messages.read();
        }
        assert_eq!(seen, ["one", "two", "three", "odd", "new"]);
    }
}
