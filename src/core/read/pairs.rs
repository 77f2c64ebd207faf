//! `key=value` in text, as logfmt writes it and as many programs do in their messages.

use std::borrow::Cow;
use std::ops::Range;

use memchr::{memchr, memchr2};

use super::json;

/// Most bytes of a key.
const KEY: usize = 64;

/// One `key=value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pair<'a> {
    bytes: &'a [u8],
    /// Where its key begins.
    pub(super) start: usize,
    name: Range<usize>,
    /// Where its value stands, without quotes.
    pub(super) range: Range<usize>,
    /// Behind it, quotes included.
    pub(super) end: usize,
}

impl<'a> Pair<'a> {
    /// The key as it is written.
    pub(super) fn raw_key(&self) -> &'a [u8] {
        &self.bytes[self.name.clone()]
    }

    /// The key as text.
    pub(super) fn key(&self) -> Cow<'a, str> {
        String::from_utf8_lossy(self.raw_key())
    }

    /// The value as it is written.
    pub(super) fn raw(&self) -> &'a [u8] {
        &self.bytes[self.range.clone()]
    }

    /// The value as it is written, with its quotes.
    pub(super) fn quoted(&self) -> &'a [u8] {
        let quotes = usize::from(self.end > self.range.end);
        &self.bytes[self.range.start - quotes..self.end]
    }

    /// The value as text.
    pub(super) fn value(&self) -> Cow<'a, str> {
        if self.end > self.range.end {
            json::unescaped(self.raw())
        } else {
            String::from_utf8_lossy(self.raw())
        }
    }
}

/// Walks over the pairs in a text; what is no pair is passed over.
#[derive(Clone, Debug)]
pub(super) struct Pairs<'a> {
    bytes: &'a [u8],
    at: usize,
    without: [u32; 3],
}

/// The pairs from `at` on.
pub(super) fn pairs(bytes: &[u8], at: usize) -> Pairs<'_> {
    Pairs { bytes, at, without: [u32::MAX; 3] }
}

impl<'a> Pairs<'a> {
    /// Leaves out those that begin at these bytes.
    pub(super) fn without(mut self, starts: [u32; 3]) -> Pairs<'a> {
        self.without = starts;
        self
    }

    fn step(&mut self) -> Option<Pair<'a>> {
        loop {
            let sign = self.at + memchr(b'=', self.bytes.get(self.at..)?)?;
            let before = &self.bytes[self.at..sign];
            let len = before.iter().rev().take(KEY).take_while(|byte| in_key(**byte)).count();
            let start = sign - len;
            let apart = start.checked_sub(1).map_or(b' ', |at| self.bytes[at]);
            let begins = matches!(apart, b' ' | b'\t' | b',' | b';' | b'(' | b'[' | b'{' | b'|');
            let word = self
                .bytes
                .get(start)
                .is_some_and(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'@'));
            self.at = sign + 1;
            if len == 0 || !begins || !word || self.bytes.get(sign + 1) == Some(&b'=') {
                continue;
            }
            let (range, end) = value(self.bytes, sign + 1);
            self.at = end;
            return Some(Pair { bytes: self.bytes, start, name: start..sign, range, end });
        }
    }
}

impl<'a> Iterator for Pairs<'a> {
    type Item = Pair<'a>;

    fn next(&mut self) -> Option<Pair<'a>> {
        loop {
            let pair = self.step()?;
            if !self.without.contains(&(pair.start as u32)) {
                return Some(pair);
            }
        }
    }
}

#[inline]
fn in_key(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'@' | b'/')
}

/// Where the value that begins at `at` stands, and what is behind it. Without quotes it ends at a blank, and
/// the signs of the sentence around it are not part of it.
fn value(bytes: &[u8], at: usize) -> (Range<usize>, usize) {
    if bytes.get(at) == Some(&b'"') {
        let mut from = at + 1;
        while let Some(found) = bytes.get(from..).and_then(|rest| memchr2(b'"', b'\\', rest)) {
            if bytes[from + found] == b'"' {
                return (at + 1..from + found, from + found + 1);
            }
            from += found + 2;
        }
    }
    let end = memchr2(b' ', b'\t', &bytes[at..]).map_or(bytes.len(), |len| at + len);
    let tail = bytes[at..end]
        .iter()
        .rev()
        .take_while(|byte| matches!(byte, b',' | b';' | b')' | b']' | b'}'))
        .count();
    // What opens within the value also closes there.
    let opens = bytes[at..end].iter().any(|byte| matches!(byte, b'(' | b'[' | b'{'));
    let len =
        if opens { (end - at) - usize::from(matches!(bytes[end - 1], b',' | b';')) } else { end - at - tail };
    (at..at + len, at + len)
}

/// The value of the first pair called `name`.
pub(super) fn find<'a>(bytes: &'a [u8], at: usize, name: &str) -> Option<Cow<'a, str>> {
    pairs(bytes, at).find(|pair| pair.raw_key() == name.as_bytes()).map(|pair| pair.value())
}
