//! The UTF-8 mark that a file may begin with: it is no text, and not given out.

use super::{Generation, Remote, Step};
use crate::core::follow::UTF8_MARK;

/// How much of a mark was withheld, for as long as it is not sure to be one.
#[derive(Clone, Copy, Default)]
pub(super) struct Withheld(usize);

impl Generation {
    /// Takes bytes off the front that are a mark, or may become one. What turns out to be none comes in front of the
    /// rest.
    pub(super) fn unmark<'a>(&mut self, bytes: &'a [u8]) -> (&'static [u8], &'a [u8]) {
        let Withheld(held) = self.withheld;
        if self.read != held as u64 || held == UTF8_MARK.len() {
            return (&[], bytes);
        }
        let same = bytes.iter().zip(&UTF8_MARK[held..]).take_while(|(came, due)| came == due).count();
        if same < bytes.len() && held + same < UTF8_MARK.len() {
            return (self.give_up_mark(), bytes);
        }
        self.withheld = Withheld(held + same);
        self.read += same as u64;
        (&[], &bytes[same..])
    }

    /// It was no mark: what was withheld.
    fn give_up_mark(&mut self) -> &'static [u8] {
        let Withheld(held) = std::mem::take(&mut self.withheld);
        if self.read != held as u64 || held == UTF8_MARK.len() {
            return &[];
        }
        self.read = 0;
        &UTF8_MARK[..held]
    }
}

impl Remote {
    /// The followed file goes no further: what looked like the beginning of a mark was none.
    pub(super) fn end_mark(&mut self, step: &mut dyn FnMut(Step<'_>)) {
        let Some(current) = self.generations.back_mut() else { return };
        let bytes = current.give_up_mark();
        self.push_bytes(self.generations.len() - 1, bytes, step);
    }
}
