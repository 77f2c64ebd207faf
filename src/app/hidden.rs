//! A text typed in secret: no history, no cursor to move, and wiped from memory whatever becomes of it.

use zeroize::{Zeroize, Zeroizing};

use super::key::{Code, Key};
use super::question::Secret;

/// The most characters that are taken; no password is longer.
const MOST: usize = 1000;

/// What was typed so far.
pub struct Hidden {
    /// Never grows beyond the room it begins with: what is moved leaves a copy behind.
    text: Zeroizing<String>,
    chars: usize,
}

impl Default for Hidden {
    fn default() -> Hidden {
        Hidden { text: Zeroizing::new(String::with_capacity(MOST * 4)), chars: 0 }
    }
}

impl Hidden {
    /// How many characters were typed.
    pub fn len(&self) -> usize {
        self.chars
    }

    /// Whether nothing was typed.
    pub fn is_empty(&self) -> bool {
        self.chars == 0
    }

    /// The text, for what need not be hidden.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Types text; line breaks and other controls are left out.
    pub fn insert(&mut self, text: &str) {
        let room = MOST - self.chars;
        for c in text.chars().filter(|c| !c.is_control()).take(room) {
            self.text.push(c);
            self.chars += 1;
        }
    }

    /// A key was pressed.
    pub fn key(&mut self, key: Key) {
        match (key.ctrl, key.code) {
            (false, Code::Char(c)) if !key.alt => {
                let mut bytes = [0; 4];
                self.insert(c.encode_utf8(&mut bytes));
                bytes.zeroize();
            }
            (_, Code::Backspace) | (true, Code::Char('h')) => {
                self.chars -= usize::from(self.text.pop().is_some());
            }
            (true, Code::Char('u' | 'w')) => self.clear(),
            _ => {}
        }
    }

    /// Wipes it.
    pub fn clear(&mut self) {
        self.text.zeroize();
        self.chars = 0;
    }

    /// Hands the text over and begins anew.
    pub fn take(&mut self) -> Secret {
        Secret::new(std::mem::take(self).text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_handed_over_whole_and_never_moves_in_memory() {
        let mut hidden = Hidden::default();
        let place = hidden.text().as_ptr();
        hidden.insert("pass\nwort€");
        for key in [Key::from('x'), Code::Backspace.into(), 'd'.into(), Code::Left.into(), Key::ctrl('z')] {
            hidden.key(key);
        }
        assert_eq!((hidden.text(), hidden.len()), ("passwort€d", 10));
        hidden.insert(&"€".repeat(5000));
        assert_eq!((hidden.len(), hidden.text().as_ptr()), (MOST, place));
        hidden.key(Key::ctrl('u'));
        hidden.insert("again");
        assert_eq!(hidden.text().as_ptr(), place);
        assert_eq!(hidden.take().expose(), "again");
        assert!(hidden.is_empty() && hidden.text().is_empty());
    }
}
