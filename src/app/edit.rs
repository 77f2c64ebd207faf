//! A line of text being typed: the keys every shell's prompt has. What it is for is not known here.

use super::key::{Code, Key};
use crate::core::text::{printable, width};

/// The most that is taken; a pasted novel is no regex.
const MOST: usize = 10_000;

/// A line being typed, and where the cursor is in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edit {
    chars: Vec<char>,
    cursor: usize,
}

/// What a key did to the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Did {
    /// The text is another one.
    Changed,
    /// At most the cursor moved.
    Moved,
    /// The key has no use here.
    Nothing,
}

impl Edit {
    /// A line that reads `text`, with the cursor at its end.
    pub fn new(text: &str) -> Edit {
        let mut edit = Edit::default();
        edit.insert(text);
        edit
    }

    /// The text.
    pub fn text(&self) -> String {
        self.chars.iter().collect()
    }

    /// The characters, one by one.
    pub fn chars(&self) -> &[char] {
        &self.chars
    }

    /// The cursor: before the character with this number.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// The line as it is printed in so many columns: the number of the first character that is shown, and each from
    /// that one on; the cursor is always in sight.
    pub fn window(&self, room: usize) -> (usize, Vec<String>) {
        let mut shown: Vec<String> =
            self.chars.iter().map(|c| printable(c.encode_utf8(&mut [0; 4]))).collect();
        let widths: Vec<usize> = shown[..self.cursor].iter().map(|c| width(c)).collect();
        let (mut first, mut before) = (0, widths.iter().sum::<usize>());
        while before > room && first < self.cursor {
            before -= widths[first];
            first += 1;
        }
        (first, shown.split_off(first))
    }

    /// Types text; line breaks and other controls are left out.
    pub fn insert(&mut self, text: &str) {
        for c in text.chars().filter(|c| !c.is_control()) {
            if self.chars.len() < MOST {
                self.chars.insert(self.cursor, c);
                self.cursor += 1;
            }
        }
    }

    /// A key was pressed.
    pub fn key(&mut self, key: Key) -> Did {
        let before = self.chars.len();
        match (key.ctrl, key.code) {
            (false, Code::Char(c)) if !key.alt => self.insert(c.encode_utf8(&mut [0; 4])),
            (_, Code::Left) | (true, Code::Char('b')) => self.cursor = self.cursor.saturating_sub(1),
            (_, Code::Right) | (true, Code::Char('f')) => self.cursor = (self.cursor + 1).min(before),
            (_, Code::Home) | (true, Code::Char('a')) => self.cursor = 0,
            (_, Code::End) | (true, Code::Char('e')) => self.cursor = before,
            (_, Code::Backspace) if key.alt => self.delete(self.word_start()),
            (_, Code::Backspace) | (true, Code::Char('h')) => self.delete(self.cursor.saturating_sub(1)),
            (_, Code::Delete) | (true, Code::Char('d')) if self.cursor < before => {
                self.chars.remove(self.cursor);
            }
            (true, Code::Char('w')) => self.delete(self.word_start()),
            (true, Code::Char('u')) => self.delete(0),
            (true, Code::Char('k')) => self.chars.truncate(self.cursor),
            _ if key.alt => return self.by_word(key.code),
            _ => return Did::Nothing,
        }
        if self.chars.len() == before { Did::Moved } else { Did::Changed }
    }

    /// Whether a key with Alt has a use in a line.
    pub fn takes(code: Code) -> bool {
        matches!(code, Code::Char('b' | 'f' | 'd') | Code::Backspace)
    }

    fn by_word(&mut self, code: Code) -> Did {
        match code {
            Code::Char('b') => self.cursor = self.word_start(),
            Code::Char('f') => self.cursor = self.word_end(),
            Code::Char('d') => {
                let end = self.word_end();
                self.chars.drain(self.cursor..end);
                return Did::Changed;
            }
            _ => return Did::Nothing,
        }
        Did::Moved
    }

    /// Deletes from a place to the cursor.
    fn delete(&mut self, from: usize) {
        self.chars.drain(from..self.cursor);
        self.cursor = from;
    }

    fn word_end(&self) -> usize {
        let behind = &self.chars[self.cursor..];
        let word = behind.iter().position(|c| !c.is_whitespace()).unwrap_or(behind.len());
        let end = behind[word..].iter().position(|c| c.is_whitespace());
        end.map_or(self.chars.len(), |end| self.cursor + word + end)
    }

    fn word_start(&self) -> usize {
        let before = &self.chars[..self.cursor];
        let end = before.iter().rposition(|c| !c.is_whitespace()).map_or(0, |last| last + 1);
        before[..end].iter().rposition(|c| c.is_whitespace()).map_or(0, |space| space + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(text: &str, keys: &[Key]) -> (String, usize) {
        let mut edit = Edit::new(text);
        for key in keys {
            edit.key(*key);
        }
        (edit.text(), edit.cursor())
    }

    #[test]
    fn shell_keys() {
        assert_eq!(typed("one two ", &[Key::ctrl('w')]), ("one ".into(), 4));
        assert_eq!(typed("one two", &[Key::ctrl('u')]), (String::new(), 0));
        assert_eq!(typed("ab", &[Code::Left.into(), 'x'.into()]), ("axb".into(), 2));
        assert_eq!(typed("ab", &[Code::Home.into(), Code::Delete.into()]), ("b".into(), 0));
        assert_eq!(typed("ab", &[Code::Left.into(), Key::ctrl('k')]), ("a".into(), 1));
        let alt = |c| Key { alt: true, ..Key::from(c) };
        assert_eq!(typed("one two", &[alt('b'), alt('b'), alt('f')]), ("one two".into(), 3));
        assert_eq!(typed("one two", &[Code::Home.into(), alt('d')]), (" two".into(), 0));
        assert_eq!(typed("", &[Code::Backspace.into(), Code::Delete.into()]), (String::new(), 0));
    }

    #[test]
    fn what_is_pasted_stays_on_one_line() {
        assert_eq!(Edit::new("a\nb\r\n\x1b[31mc").text(), "ab[31mc");
    }
}
