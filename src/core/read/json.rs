//! The members of a JSON object, found without reading more than is asked for: no tree is built, nothing is
//! copied that holds no escape, and depth is a number, so that nesting costs what its bytes cost.
//!
//! Broken JSON ends the walk where it is broken; what stood before is found all the same.

use std::borrow::Cow;
use std::ops::Range;

use memchr::{memchr, memchr2};

use super::line::Value;

/// One member of an object, or one element of an array (its key is empty then).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::core) struct Member<'a> {
    bytes: &'a [u8],
    /// Where it begins: the quote of its key.
    pub(super) start: usize,
    name: Range<usize>,
    /// Where its value stands, with the quotes of a string.
    pub(in crate::core) range: Range<usize>,
}

impl<'a> Member<'a> {
    /// The key as it is written, without its quotes.
    pub(in crate::core) fn raw_key(&self) -> &'a [u8] {
        &self.bytes[self.name.clone()]
    }

    /// The key as text.
    pub(in crate::core) fn key(&self) -> Cow<'a, str> {
        unescaped(self.raw_key())
    }

    /// The value as it is written.
    pub(in crate::core) fn raw(&self) -> &'a [u8] {
        &self.bytes[self.range.clone()]
    }

    /// Where the text of a string stands, without its quotes.
    pub(super) fn text(&self) -> Option<Range<usize>> {
        (self.raw().first() == Some(&b'"')).then(|| self.range.start + 1..self.range.end - 1)
    }

    /// The value.
    pub(super) fn value(&self) -> Value<'a> {
        let raw = self.raw();
        match raw.first() {
            Some(b'"') => Value::Text(unescaped(&raw[1..raw.len() - 1])),
            Some(b'{' | b'[') => Value::Nested(String::from_utf8_lossy(raw)),
            _ => match raw {
                b"true" => Value::Bool(true),
                b"false" => Value::Bool(false),
                b"null" => Value::Null,
                number => Value::Number(String::from_utf8_lossy(number)),
            },
        }
    }
}

/// Walks over the members of one object or the elements of one array.
#[derive(Clone, Debug)]
pub(in crate::core) struct Members<'a> {
    bytes: &'a [u8],
    at: usize,
    array: bool,
    first: bool,
    without: [u32; 3],
}

/// The members of the object (or the elements of the array) that begins at `at`.
pub(in crate::core) fn members(bytes: &[u8], at: usize) -> Members<'_> {
    let array = bytes.get(at) == Some(&b'[');
    let opens = array || bytes.get(at) == Some(&b'{');
    let at = if opens { at + 1 } else { bytes.len() };
    Members { bytes, at, array, first: true, without: [u32::MAX; 3] }
}

impl<'a> Members<'a> {
    /// Leaves out those that begin at these bytes.
    pub(super) fn without(mut self, starts: [u32; 3]) -> Members<'a> {
        self.without = starts;
        self
    }

    /// Whether it ends where the last of its members ends, once all were passed: it does not where one is broken.
    pub(in crate::core) fn closed(&self) -> bool {
        let end = if self.array { b']' } else { b'}' };
        self.bytes.get(self.at) == Some(&end)
    }

    /// Whether nothing but blanks stands behind the object, once all members were passed.
    pub(super) fn ends_with_the_line(&self) -> bool {
        self.closed() && blanks(self.bytes, self.at + 1) == self.bytes.len()
    }

    /// The next one, whether it is to be left out or not.
    #[inline]
    pub(in crate::core) fn step(&mut self) -> Option<Member<'a>> {
        self.at = blanks(self.bytes, self.at);
        let mut start = self.at;
        if !self.first {
            if self.bytes.get(start) != Some(&b',') {
                return None;
            }
            start = blanks(self.bytes, start + 1);
        }
        let mut name = start..start;
        let mut value = start;
        if !self.array {
            if self.bytes.get(start) != Some(&b'"') {
                return None;
            }
            let end = string_end(self.bytes, start)?;
            name = start + 1..end - 1;
            value = blanks(self.bytes, end);
            if self.bytes.get(value) != Some(&b':') {
                return None;
            }
            value = blanks(self.bytes, value + 1);
        }
        let end = value_end(self.bytes, value)?;
        (self.at, self.first) = (blanks(self.bytes, end), false);
        Some(Member { bytes: self.bytes, start, name, range: value..end })
    }
}

impl<'a> Iterator for Members<'a> {
    type Item = Member<'a>;

    fn next(&mut self) -> Option<Member<'a>> {
        loop {
            let member = self.step();
            match member {
                Some(member) if self.without.contains(&(member.start as u32)) => {}
                Some(member) => return Some(member),
                None => {
                    // What is broken, or behind the end, gives nothing more.
                    if !self.closed() {
                        self.at = self.bytes.len();
                    }
                    return None;
                }
            }
        }
    }
}

#[inline]
fn blanks(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b' ' | b'\t' | b'\r' | b'\n')) {
        at += 1;
    }
    at
}

/// Behind the string whose opening quote is at `at`.
#[inline]
fn string_end(bytes: &[u8], at: usize) -> Option<usize> {
    let mut from = at + 1;
    loop {
        let found = from + memchr2(b'"', b'\\', bytes.get(from..)?)?;
        if bytes[found] == b'"' {
            return Some(found + 1);
        }
        from = found + 2;
    }
}

/// Behind the value that begins at `at`.
#[inline]
fn value_end(bytes: &[u8], at: usize) -> Option<usize> {
    match bytes.get(at)? {
        b'"' => string_end(bytes, at),
        b'{' | b'[' => nested_end(bytes, at),
        b'-' | b'0'..=b'9' | b'a'..=b'z' | b'N' | b'I' => {
            let rest = &bytes[at..];
            let len = rest
                .iter()
                .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
            Some(at + len.count())
        }
        _ => None,
    }
}

/// Behind the object or array that begins at `at`. Brackets are counted, not matched: no kind is told apart.
fn nested_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    const QUOTE: i8 = 2;
    const DEPTHS: [i8; 256] = {
        let mut depths = [0; 256];
        (depths[b'{' as usize], depths[b'[' as usize]) = (1, 1);
        (depths[b'}' as usize], depths[b']' as usize]) = (-1, -1);
        depths[b'"' as usize] = QUOTE;
        depths
    };
    let mut depth = 0_isize;
    loop {
        let deeper = DEPTHS[usize::from(*bytes.get(at)?)];
        if deeper == QUOTE {
            at = string_end(bytes, at)?;
            continue;
        }
        depth += isize::from(deeper);
        at += 1;
        if depth == 0 {
            return Some(at);
        }
    }
}

/// The value at the path `name` in the object that begins at `at`: the member called so, or `a.b` member `b` of
/// the member `a`, which may be an array's element by its number from 0.
pub(super) fn find<'a>(bytes: &'a [u8], at: usize, name: &str) -> Option<Value<'a>> {
    let (mut at, mut rest) = (at, name);
    loop {
        let mut deeper = None;
        let array = bytes.get(at) == Some(&b'[');
        let wanted: Option<usize> = if array { rest.split('.').next()?.parse().ok() } else { None };
        for (number, member) in members(bytes, at).enumerate() {
            let key = if array { Cow::Owned(number.to_string()) } else { member.key() };
            if wanted.is_some_and(|wanted| wanted != number) {
                continue;
            }
            if key == rest {
                return Some(member.value());
            }
            let inner = rest.strip_prefix(&*key).and_then(|rest| rest.strip_prefix('.'));
            if let Some(inner) = inner.filter(|_| matches!(member.raw().first(), Some(b'{' | b'['))) {
                deeper = deeper.or(Some((member.range.start, inner)));
            }
        }
        (at, rest) = deeper?;
    }
}

/// Whether nothing is broken in the object or array `raw` nor within it. It goes as deep as `raw` does.
pub(in crate::core) fn is_whole(raw: &[u8]) -> bool {
    let mut inner = members(raw, 0);
    while let Some(member) = inner.step() {
        if matches!(member.raw().first(), Some(b'{' | b'[')) && !is_whole(member.raw()) {
            return false;
        }
    }
    inner.closed()
}

/// What stands between the quotes of a string, as text. An escape that is none is left as it is written.
pub(in crate::core) fn unescaped(raw: &[u8]) -> Cow<'_, str> {
    if memchr(b'\\', raw).is_none() {
        return String::from_utf8_lossy(raw);
    }
    Cow::Owned(String::from_utf8_lossy(&unescaped_bytes(raw)).into_owned())
}

/// The same in bytes.
pub(super) fn unescaped_bytes(raw: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(raw.len());
    let mut from = 0;
    while let Some(found) = memchr(b'\\', &raw[from..]) {
        let escape = from + found;
        out.extend_from_slice(&raw[from..escape]);
        let plain = match raw.get(escape + 1) {
            Some(b'n') => b'\n',
            Some(b't') => b'\t',
            Some(b'r') => b'\r',
            Some(b'b') => 8,
            Some(b'f') => 12,
            Some(byte @ (b'"' | b'\\' | b'/')) => *byte,
            Some(b'u') => {
                let (character, len) = unicode(&raw[escape..]).unwrap_or((Some('\\'), 1));
                let character = character.unwrap_or(char::REPLACEMENT_CHARACTER);
                out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
                from = escape + len;
                continue;
            }
            _ => {
                out.push(b'\\');
                from = escape + 1;
                continue;
            }
        };
        out.push(plain);
        from = escape + 2;
    }
    out.extend_from_slice(&raw[from..]);
    out
}

/// What stands between the quotes of a string, with the letters and signs that its escapes stand for; those that stand
/// for quotes, backslashes and what is not printed are left as they are written, so that it still says the same.
pub(in crate::core) fn lettered(raw: &[u8]) -> Cow<'_, [u8]> {
    let mut out = Vec::new();
    let mut from = 0;
    for (escape, len, character) in escapes(raw) {
        let Some(character) = character.flatten().filter(|c| !c.is_control() && !matches!(c, '"' | '\\'))
        else {
            continue;
        };
        out.extend_from_slice(&raw[from..escape]);
        out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
        from = escape + len;
    }
    if from == 0 {
        return Cow::Borrowed(raw);
    }
    out.extend_from_slice(&raw[from..]);
    Cow::Owned(out)
}

/// Whether an escape stands for half a character: what it says is lost in text.
pub(in crate::core) fn halved(raw: &[u8]) -> bool {
    escapes(raw).any(|(_, _, character)| character == Some(None))
}

/// The escapes of a string: where each begins, how many bytes it takes, and where it is `\/` or `\uXXXX` its character,
/// unless that is half a one.
fn escapes(raw: &[u8]) -> impl Iterator<Item = (usize, usize, Option<Option<char>>)> {
    let mut from = 0;
    std::iter::from_fn(move || {
        let at = from + memchr(b'\\', raw.get(from..)?)?;
        let (len, character) = match raw.get(at + 1) {
            Some(b'/') => (2, Some(Some('/'))),
            Some(b'u') => unicode(&raw[at..]).map_or((2, None), |(character, len)| (len, Some(character))),
            _ => (2, None),
        };
        from = at + len;
        Some((at, len, character))
    })
}

/// The character of `\uXXXX`, or of two of them that are one, and how many bytes it takes; no character where it is
/// half a one.
fn unicode(raw: &[u8]) -> Option<(Option<char>, usize)> {
    let unit = |at: usize| {
        let digits = raw.get(at..at + 6)?.strip_prefix(b"\\u")?;
        let digits = std::str::from_utf8(digits).ok().filter(|digits| !digits.starts_with('+'))?;
        u32::from_str_radix(digits, 16).ok()
    };
    let high = unit(0)?;
    if let Some(low @ 0xdc00..0xe000) = unit(6).filter(|_| (0xd800..0xdc00).contains(&high)) {
        return Some((char::from_u32(0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00)), 12));
    }
    Some((char::from_u32(high), 6))
}
