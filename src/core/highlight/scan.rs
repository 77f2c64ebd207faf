//! The pass over a line: finds where tokens begin, asks who knows them, and remembers what the place of a
//! word means (behind a key, in brackets, in JSON).

mod quote;

use super::level::{self, Place};
use super::time::time;
use super::{address, http, number};
use crate::core::span::{Class, Level, Span};

/// The spans of a line, and the level it claims.
pub(super) fn read(text: &str) -> (Vec<Span>, Option<Level>) {
    let mut scan = Scan::new(text.as_bytes());
    while scan.at < scan.bytes.len() {
        scan.token();
    }
    (scan.spans, scan.level)
}

/// What the value of a key is expected to say.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Value {
    Any,
    Level,
    Status,
    Method,
}

struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
    spans: Vec<Span>,
    level: Option<Level>,
    /// Depth of JSON's braces and brackets; zero outside of it.
    json: usize,
    /// A key stands before this place, and what it says of the value here.
    value: Option<(usize, Value)>,
    /// A status stands here, if a number does.
    status: Option<usize>,
    /// Ordinary words so far.
    words: usize,
    /// Where the last ordinary word in capitals ended.
    shouted: usize,
    /// A time has been seen.
    timed: bool,
    /// Before this place everything stands in brackets.
    brackets: usize,
    /// Quotes (double, single) of which no closing one is left on the line.
    unclosed: [bool; 2],
}

impl<'a> Scan<'a> {
    fn new(bytes: &'a [u8]) -> Scan<'a> {
        Scan {
            bytes,
            at: 0,
            // As many as most lines have.
            spans: Vec::with_capacity(16),
            level: None,
            json: 0,
            value: None,
            status: None,
            words: 0,
            shouted: usize::MAX,
            timed: false,
            brackets: 0,
            unclosed: [false; 2],
        }
    }

    fn get(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(b' ')
    }

    fn before(&self, back: usize) -> u8 {
        self.at.checked_sub(back).map_or(b' ', |at| self.bytes[at])
    }

    /// Moves to `end`, behind a stretch of `class`.
    fn push(&mut self, end: usize, class: Class) {
        self.spans.push(Span { range: self.at..end, class });
        self.at = end;
    }

    /// What a value here is expected to say, if a key stands before it.
    fn expected(&self) -> Option<Value> {
        self.value.filter(|(at, _)| *at == self.at).map(|(_, value)| value)
    }

    /// Reads the token or the single byte that begins here.
    fn token(&mut self) {
        match self.bytes[self.at] {
            b'0'..=b'9' => self.digit(),
            byte if is_word(byte) => self.word(),
            b'"' => self.double_quote(),
            b'\'' => self.single_quote(),
            b'/' | b'.' | b'~' => self.path(),
            b'\\' => self.reader(address::windows_path, Class::Path),
            b'{' | b'}' | b'[' | b']' | b',' | b':' => self.bracket(),
            _ => self.skip(),
        }
    }

    /// Passes over a byte that says nothing by itself. Only blanks and signs stand between the parts of
    /// JSON that are read elsewhere.
    fn skip(&mut self) {
        let byte = self.bytes[self.at];
        if !matches!(byte, b' ' | b'-') {
            self.json = 0;
        }
        let key = self.value.is_some_and(|(at, _)| at == self.at);
        self.at += 1;
        if key && matches!(byte, b' ' | b'-') && self.json > 0 {
            self.value = self.value.map(|(_, value)| (self.at, value));
        }
    }

    /// Asks `read` for the end of what begins here.
    fn reader(&mut self, read: impl FnOnce(&[u8], usize) -> Option<usize>, class: Class) {
        match read(self.bytes, self.at) {
            Some(end) => self.push(end, class),
            None => self.skip(),
        }
    }

    fn path(&mut self) {
        let before = self.before(1);
        if is_word(before) || matches!(before, b'/' | b'<' | b')' | b'.' | b'~') {
            self.skip();
        } else {
            self.reader(address::path, Class::Path);
        }
    }

    fn digit(&mut self) {
        let (bytes, at) = (self.bytes, self.at);
        if let Some(time) = time(bytes, at) {
            self.timed = true;
            return self.push(time.end, Class::Time);
        }
        let status = self.status == Some(at) || self.expected() == Some(Value::Status);
        if status && let Some(first) = http::status(bytes, at) {
            return self.push(at + 3, Class::Status(first));
        }
        if self.named(at) {
            return;
        }
        let level = self.expected() == Some(Value::Level) && self.json > 0;
        match number::number(bytes, at, &mut self.spans) {
            Some(end) => {
                if level {
                    self.level = self.level.or(level::numbered(&bytes[at..end]));
                }
                self.at = end;
            }
            None => self.plain(),
        }
    }

    /// An address, a UUID or a hexadecimal number at `at`; true when there was one.
    fn named(&mut self, at: usize) -> bool {
        let bytes = self.bytes;
        let run = bytes[at..].iter().take(129).take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let behind = self.get(at + run);
        let found = match behind {
            b'-' if run == 8 => address::uuid(bytes, at).map(|end| (end, Class::Uuid)),
            b'.' if run <= 3 => address::ipv4(bytes, at).map(|end| (end, Class::Ip)),
            b':' if run <= 4 => {
                let mac = || address::mac(bytes, at).map(|end| (end, Class::Hex));
                address::ipv6(bytes, at).map(|end| (end, Class::Ip)).or_else(mac)
            }
            _ => None,
        };
        let joined = matches!(behind, b'_' | b'-' | 0x80..) && is_word(self.get(at + run + 1));
        let hex = || (!joined && behind != b'_' && address::is_hex(&bytes[at..at + run])).then_some(at + run);
        match found.or_else(|| hex().map(|end| (end, Class::Hex))) {
            Some((end, class)) => self.push(end, class),
            None => return false,
        }
        true
    }

    /// The end of the word at `at`: letters, digits, and signs that join them.
    fn word_end(&self, at: usize) -> usize {
        let mut end = at;
        loop {
            end += self.bytes[end..].iter().take_while(|byte| is_word(**byte)).count();
            let joint = matches!(self.get(end), b'-' | b'.' | b'/' | b'@');
            if !joint || end == at || !is_word(self.get(end + 1)) {
                return end;
            }
            end += 1;
        }
    }

    /// A word that is nothing else.
    fn plain(&mut self) {
        let end = self.word_end(self.at).max(self.at + 1);
        let word = &self.bytes[self.at..end];
        if self.at >= self.brackets && self.expected().is_none() {
            self.words += 1;
            let capitals = word.iter().all(|byte| !byte.is_ascii_lowercase()) && word.len() > 1;
            self.shouted = if capitals { end } else { usize::MAX };
        }
        self.json = 0;
        self.at = end;
    }

    fn word(&mut self) {
        let (bytes, at) = (self.bytes, self.at);
        if let Some(end) = self.scheme(at) {
            return self.push(end, Class::Url);
        }
        if let Some(end) = address::windows_path(bytes, at) {
            return self.push(end, Class::Path);
        }
        if let Some(time) = time(bytes, at) {
            self.timed = true;
            return self.push(time.end, Class::Time);
        }
        if bytes[at].is_ascii_hexdigit() && self.named(at) {
            return;
        }
        let end = self.word_end(at);
        let word = &bytes[at..end];
        if self.get(end) == b'=' && !matches!(self.get(end + 1), b'=' | b'>' | b'~') && self.json == 0 {
            return self.key(end);
        }
        if http::is_method(word) && self.is_method(end) {
            return self.push(end, Class::Method);
        }
        if let Some(level) = level::named(word)
            && self.claim(level, end)
        {
            return self.push(end, Class::Level(level));
        }
        if word.starts_with(b"HTTP/") && word.len() > 5 {
            self.status = Some(end + 1 + usize::from(self.get(end) == b'"'));
        }
        let value = self.json > 0 || self.expected().is_some();
        if value && matches!(word, b"true" | b"false" | b"null" | b"nil" | b"none" | b"None") {
            return self.push(end, Class::Constant);
        }
        self.plain();
    }

    /// The end of the URL whose scheme begins at `at`.
    fn scheme(&self, at: usize) -> Option<usize> {
        const LONGEST: usize = 16;
        let inside = |b: &&u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.');
        let len = self.bytes[at..].iter().take(LONGEST).take_while(inside).count();
        if self.get(at + len) != b':' || len < 2 {
            return None;
        }
        address::url(self.bytes, at + len)
    }

    fn is_method(&self, end: usize) -> bool {
        let target = matches!(self.get(end + 1), b'/' | b'*' | b'h' | b'"') && self.get(end) == b' ';
        target || self.expected() == Some(Value::Method)
    }

    /// Whether the level's word up to `end` is to be seen as one; the line takes the first that speaks for
    /// it.
    fn claim(&mut self, level: Level, end: usize) -> bool {
        let bytes = self.bytes;
        let word = &bytes[self.at..end];
        let place = Place {
            before: [self.before(2), self.before(1)],
            after: self.get(end),
            next: bytes[end..].iter().take(16).find(|byte| **byte != b' ').copied().unwrap_or(b' '),
            bracketed: self.at < self.brackets,
            capitals: word.iter().all(u8::is_ascii_uppercase),
            words: self.words,
            shouted: self.at.checked_sub(self.shouted).is_some_and(|gap| gap <= 1),
            timed: self.timed,
        };
        let value = self.expected();
        let claims = match value {
            Some(Value::Level) => true,
            Some(_) => false,
            None => place.claims(),
        };
        if claims {
            self.level = self.level.or(Some(level));
        }
        claims || (value.is_none() && place.capitals && !is_joint(place.after))
    }

    /// `key=`, with the key up to `end`.
    fn key(&mut self, end: usize) {
        let value = expectation(&self.bytes[self.at..end]);
        self.push(end, Class::Key);
        self.push(end + 1, Class::Punctuation);
        self.value = Some((self.at, value));
    }

    /// Brackets, and the signs of JSON.
    fn bracket(&mut self) {
        let byte = self.bytes[self.at];
        if matches!(byte, b'{' | b'[') && self.opens_json() {
            self.json += 1;
            return self.push(self.at + 1, Class::Punctuation);
        }
        if self.json > 0 {
            if matches!(byte, b'}' | b']') {
                self.json -= 1;
            }
            let key = self.value.filter(|(at, _)| *at == self.at && byte == b':');
            self.push(self.at + 1, Class::Punctuation);
            self.value = key.map(|(_, value)| (self.at, value));
            return;
        }
        match byte {
            b':' if self.get(self.at + 1) == b':' && !is_word(self.before(1)) => {
                self.reader(address::ipv6, Class::Ip);
            }
            b'[' => {
                if let Some(end) = address::bracketed_ipv6(self.bytes, self.at) {
                    return self.push(end, Class::Ip);
                }
                self.at += 1;
                let close = self.bytes[self.at..].iter().take(64).position(|byte| *byte == b']');
                self.brackets = self.brackets.max(close.map_or(0, |len| self.at + len));
            }
            _ => self.at += 1,
        }
    }

    /// Whether JSON begins (or goes on) with the brace or bracket here.
    fn opens_json(&self) -> bool {
        let behind = &self.bytes[self.at + 1..];
        let mut next = behind.iter().take(64).filter(|byte| **byte != b' ');
        match (self.bytes[self.at], next.next()) {
            _ if self.json > 0 => true,
            (b'{', Some(b'"')) => true,
            (b'[', Some(b'{')) => next.next() == Some(&b'"'),
            _ => false,
        }
    }
}

/// What a key says of its value.
fn expectation(key: &[u8]) -> Value {
    const LEVELS: [&[u8]; 10] = [
        b"level",
        b"lvl",
        b"severity",
        b"log.level",
        b"loglevel",
        b"log_level",
        b"levelname",
        b"level_name",
        b"@level",
        b"severity_text",
    ];
    let is = |name: &[u8]| key.eq_ignore_ascii_case(name);
    let ends =
        |name: &[u8]| key.len() >= name.len() && key[key.len() - name.len()..].eq_ignore_ascii_case(name);
    if LEVELS.iter().any(|name| is(name)) {
        Value::Level
    } else if ends(b"status") || ends(b"status_code") || ends(b"statusCode") {
        Value::Status
    } else if is(b"verb") || ends(b"method") {
        Value::Method
    } else {
        Value::Any
    }
}

/// Part of a word.
fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

/// Joins words to a longer one.
fn is_joint(byte: u8) -> bool {
    matches!(byte, b'-' | b'.' | b'/' | b'@' | b'=')
}
