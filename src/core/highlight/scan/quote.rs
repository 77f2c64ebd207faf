//! Texts in quotes: where one ends, and what it is as a whole.

use std::ops::Range;

use super::{Scan, Value, expectation, is_word};
use crate::core::highlight::time::time;
use crate::core::highlight::{address, http, level};
use crate::core::span::Class;

impl Scan<'_> {
    /// A double quote: that of a key or a value of JSON, of a request, or of any text.
    pub(super) fn double_quote(&mut self) {
        let Some(close) = self.close(b'"', 0, usize::MAX) else { return self.skip() };
        let (open, end) = (self.at, close + 1);
        let colon = self.bytes[end..].iter().take(8).position(|byte| *byte != b' ').map(|len| end + len);
        if self.json > 0
            && let Some(colon) = colon.filter(|at| self.bytes[*at] == b':')
        {
            let value = expectation(&self.bytes[open + 1..close]);
            self.push(end, Class::Key);
            self.at = colon;
            self.value = Some((colon, value));
            return;
        }
        if let Some((method, target, rest)) = http::request(self.bytes, open + 1, close) {
            self.push(open + 1, Class::Quoted);
            self.push(method, Class::Method);
            self.push(target, Class::Quoted);
            if rest > target {
                self.push(rest, Class::Path);
            }
            self.push(end, Class::Quoted);
            self.status = Some(end + 1);
            return;
        }
        self.quoted(open + 1..close);
    }

    /// A single quote, where it opens a text and is no apostrophe.
    pub(super) fn single_quote(&mut self) {
        const LONGEST: usize = 1024;
        let opens = matches!(self.before(1), b' ' | b'=' | b'(' | b'[' | b'{' | b',' | b':' | b'<');
        if !opens || matches!(self.get(self.at + 1), b' ' | b'\'') {
            return self.skip();
        }
        match self.close(b'\'', 1, LONGEST) {
            Some(close) if !is_word(self.get(close + 1)) && self.bytes[close - 1] != b' ' => {
                self.quoted(self.at + 1..close);
            }
            _ => self.skip(),
        }
    }

    /// The quote that closes the one here, at most `longest` bytes on. A quote behind a backslash closes
    /// nothing. A line on which one was missed is not searched again.
    fn close(&mut self, quote: u8, kind: usize, longest: usize) -> Option<usize> {
        if self.unclosed[kind] || (is_word(self.before(1)) && self.json == 0) {
            return None;
        }
        let from = self.at + 1;
        let limit = self.bytes.len().min(from.saturating_add(longest));
        let mut at = from;
        while let Some(found) = memchr::memchr2(quote, b'\\', &self.bytes[at..limit]) {
            if self.bytes[at + found] == quote {
                return Some(at + found);
            }
            at = (at + found + 2).min(limit);
        }
        self.unclosed[kind] = limit == self.bytes.len();
        None
    }

    /// Text in quotes; what it is as a whole has its own look, and the quotes keep theirs.
    fn quoted(&mut self, inside: Range<usize>) {
        let end = inside.end + 1;
        let class = self.class_of(&inside);
        if class == Class::Quoted {
            return self.push(end, class);
        }
        self.push(inside.start, Class::Quoted);
        self.push(inside.end, class);
        self.push(end, Class::Quoted);
    }

    /// What a text in quotes is as a whole.
    fn class_of(&mut self, inside: &Range<usize>) -> Class {
        let bytes = &self.bytes[..inside.end];
        let whole = |end: Option<usize>| end == Some(inside.end);
        let from = inside.start;
        let word = &bytes[from..];
        match self.expected() {
            Some(Value::Level) => {
                if let Some(level) = level::named(word) {
                    self.level = self.level.or(Some(level));
                    return Class::Level(level);
                }
            }
            Some(Value::Method) if http::is_method(word) => return Class::Method,
            Some(Value::Status) if word.len() == 3 => {
                return http::status(bytes, from).map_or(Class::Quoted, Class::Status);
            }
            _ => {}
        }
        let colon = memchr::memchr(b':', &word[..word.len().min(16)]);
        let url = colon.and_then(|len| address::url(bytes, from + len));
        match word.first() {
            Some(_) if whole(url) => Class::Url,
            Some(b'/' | b'.' | b'~') if whole(address::path(bytes, from)) => Class::Path,
            Some(_) if whole(time(bytes, from).map(|time| time.end)) => Class::Time,
            Some(_) if whole(address::uuid(bytes, from)) => Class::Uuid,
            Some(_) if whole(address::ipv4(bytes, from)) || whole(address::ipv6(bytes, from)) => Class::Ip,
            _ => Class::Quoted,
        }
    }
}
