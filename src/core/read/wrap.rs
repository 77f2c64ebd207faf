//! What containers wrap around a line: the line itself is unwrapped, so that it can be read like any other.

use std::borrow::Cow;

use super::json::{self, members};
use super::members::moment;
use super::when::{self, Order};
use super::zone::Written;
use crate::core::text::without_sgr;

/// A line without what was wrapped around it.
#[derive(Clone, Debug)]
pub(super) struct Unwrapped<'a> {
    pub(super) line: Cow<'a, [u8]>,
    /// Where the line stands in what it was taken from, unless it is a copy.
    pub(super) start: Option<usize>,
    /// What the wrapper says: its time, and a name and value.
    pub(super) time: Option<Written>,
    pub(super) outer: Option<(&'static str, Cow<'a, str>)>,
}

/// Bytes of a service's name in Compose's output.
const SERVICE: usize = 64;

/// A raw line without line ending, colours, and what a container's log adds to it.
pub(super) fn unwrap(raw: &[u8], order: Order) -> Unwrapped<'_> {
    let line = ending(raw);
    let mut whole = docker(line, order).unwrap_or(Unwrapped {
        line: Cow::Borrowed(line),
        start: Some(0),
        time: None,
        outer: None,
    });
    if memchr::memchr(0x1b, &whole.line).is_some() {
        let plain = match &whole.line {
            Cow::Borrowed(line) => without_sgr(line),
            Cow::Owned(line) => Cow::Owned(without_sgr(line).into_owned()),
        };
        if let Cow::Owned(plain) = plain {
            (whole.line, whole.start) = (Cow::Owned(plain), None);
        }
    }
    if let Some((from, time, outer)) = cri(&whole.line, order).or_else(|| compose(&whole.line)) {
        let (name, value) = outer;
        let value = match &whole.line {
            Cow::Borrowed(line) => String::from_utf8_lossy(&line[value]),
            Cow::Owned(line) => Cow::Owned(String::from_utf8_lossy(&line[value]).into_owned()),
        };
        whole.from(from);
        (whole.time, whole.outer) = (whole.time.or(time), Some((name, value)));
    }
    // Text set to the right, or in columns; tabs stand before stack traces only.
    let blanks = whole.line.iter().take(16).take_while(|byte| **byte == b' ').count();
    if blanks > 0 && heads(&whole.line[blanks..], order) {
        whole.from(blanks);
    }
    whole
}

/// Whether something may be wrapped around a line that begins with `{` or a time; not for sure.
pub(super) fn is_wrapped(line: &[u8]) -> bool {
    let stream = |line: &[u8]| memchr::memmem::find(&line[..line.len().min(64)], b" std").is_some();
    line.starts_with(b"{\"log\":\"") || (line.get(10) == Some(&b'T') && stream(line))
}

impl Unwrapped<'_> {
    /// Drops what stands before `from`.
    fn from(&mut self, from: usize) {
        match &mut self.line {
            Cow::Borrowed(line) => *line = &line[from..],
            Cow::Owned(line) => drop(line.drain(..from)),
        }
        self.start = self.start.map(|start| start + from);
    }
}

/// Without its line ending and, at the beginning of a file, without the mark of UTF-8.
fn ending(raw: &[u8]) -> &[u8] {
    let line = raw.strip_suffix(b"\n").unwrap_or(raw);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// Whether a time or a level begins `text`, so that the blanks before it mean nothing.
fn heads(text: &[u8], order: Order) -> bool {
    let timed = when::time(text, usize::from(text.first() == Some(&b'[')), order).is_some();
    let len = text.iter().take(16).take_while(|byte| byte.is_ascii_uppercase()).count();
    timed || (len > 2 && super::level::plain(&text[..len]).is_some())
}

/// The line within a line of Docker's `json-file`.
fn docker(line: &[u8], order: Order) -> Option<Unwrapped<'_>> {
    let rest = line.strip_prefix(b"{\"log\":\"")?;
    let (mut inner, mut outer, mut time) = (None, None, None);
    for member in members(line, 0) {
        match (member.raw_key(), member.text()) {
            (b"log", Some(text)) => inner = Some(text),
            (b"stream", Some(text)) => outer = Some(("stream", json::unescaped(&line[text]))),
            (b"time", Some(text)) => time = moment(&line[text], order),
            _ => {}
        }
    }
    let (inner, outer, time) = (inner?, outer?, time?);
    let start = line.len() - rest.len();
    let text = &line[inner];
    let text = text.strip_suffix(b"\\n").unwrap_or(text);
    let text = text.strip_suffix(b"\\r").unwrap_or(text);
    let (text, start) = match memchr::memchr(b'\\', text) {
        None => (Cow::Borrowed(text), Some(start)),
        Some(_) => (Cow::Owned(json::unescaped_bytes(text)), None),
    };
    Some(Unwrapped { line: text, start, time: Some(time), outer: Some(outer) })
}

type Prefix = (usize, Option<Written>, (&'static str, std::ops::Range<usize>));

/// The prefix of a line of Kubernetes (CRI): `2026-11-21T07:25:34.123456789Z stdout F `.
fn cri(line: &[u8], order: Order) -> Option<Prefix> {
    // The blank before `stdout` and before the flag behind it; times here have a fraction and a zone.
    if line.get(10) != Some(&b'T') {
        return None;
    }
    let (time, end) = when::time(line, 0, order)?;
    let rest = &line[end..];
    let known = rest.starts_with(b" stdout ") || rest.starts_with(b" stderr ");
    let flag = matches!(rest.get(8..10), Some(b"F " | b"P ")) || matches!(rest.get(8..), Some(b"F" | b"P"));
    (known && flag).then(|| ((end + 10).min(line.len()), Some(time), ("stream", end + 1..end + 7)))
}

/// The prefix of a line of Compose: `web-1  | `.
fn compose(line: &[u8]) -> Option<Prefix> {
    let word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let len = line.iter().take(SERVICE).take_while(|byte| word(byte)).count();
    let blanks = line[len..].iter().take(SERVICE).take_while(|byte| **byte == b' ').count();
    let bar = len + blanks;
    let service = len > 0
        && blanks > 0
        && line[0].is_ascii_alphabetic()
        && line[..len].iter().any(|byte| *byte == b'-' || *byte == b'_');
    let numbered = line[..len].last().is_some_and(u8::is_ascii_digit);
    let bars = line.get(bar) == Some(&b'|') && matches!(line.get(bar + 1), None | Some(b' '));
    (service && numbered && bars).then(|| ((bar + 2).min(line.len()), None, ("service", 0..len)))
}
