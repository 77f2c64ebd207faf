//! A line's values on one line: `time level message key=value…`.

use std::borrow::Cow;

use super::sheet::Sheet;
use super::{Shape, time};
use crate::core::read::json::members;
use crate::core::read::{Named, Part, Said};
use crate::core::span::Class;

/// Writes a line that is made of values.
pub(super) fn write(said: &Said<'_>, sheet: &mut Sheet<'_>) {
    let shape = sheet.shape;
    sheet.head(said, |sheet, text| sheet.say_on_one_row(text));
    for value in said.values().filter(|value| is_shown(value, said, shape)) {
        sheet.apart();
        sheet.key(&value.key, "=");
        let (bytes, clean) = compact(value.raw, &value.key, sheet);
        sheet.say(if clean { bare(&bytes) } else { &bytes }, None);
    }
    wrapper(said, sheet);
}

/// Writes text that Docker wrapped: as it is, with the wrapper's time where it has none.
pub(super) fn wrapped(said: &Said<'_>, sheet: &mut Sheet<'_>) {
    let text = String::from_utf8_lossy(said.line());
    let timed = sheet.shape.timed || sheet.shape.hides("time");
    if said.format.is_empty()
        && let Some(time) = said.time.filter(|_| !timed)
    {
        sheet.put(&time::clock(time, &sheet.shape.zone), Some(Class::Time));
        sheet.apart();
    }
    sheet.say_on_one_row(&text);
    wrapper(said, sheet);
}

/// Writes what the wrapper says besides.
pub(super) fn wrapper(said: &Said<'_>, sheet: &mut Sheet<'_>) {
    let Some((name, value)) = said.wrapper().filter(|(name, _)| !sheet.shape.hides(name)) else { return };
    sheet.apart();
    sheet.key(name, "=");
    sheet.say_on_one_row(value);
}

/// Whether a value stands among the others: time, level and message stand before them, but a time that is none is
/// shown as it is written.
pub(super) fn is_shown(value: &Named<'_>, said: &Said<'_>, shape: &Shape<'_>) -> bool {
    let part = match value.part {
        Part::Time if said.time.is_some() => return false,
        Part::Time => "time",
        Part::Level | Part::Message => return false,
        Part::Field => "",
    };
    !shape.hides(&value.key) && !shape.hides(part)
}

/// A value as it is written, without the blanks JSON may have between its signs and without what is hidden in it; and
/// whether it is a string or a word, and no object or array.
pub(super) fn compact<'a>(raw: &'a [u8], name: &str, sheet: &Sheet<'_>) -> (Cow<'a, [u8]>, bool) {
    let nested = matches!(raw.first(), Some(b'{' | b'['));
    if !nested {
        return (raw.into(), true);
    }
    let mut out = Vec::with_capacity(raw.len());
    if sheet.shape.hides_within(name) {
        without_hidden(raw, name, sheet, &mut out);
    } else {
        without_blanks(raw, &mut out);
    }
    (out.into(), false)
}

fn without_blanks(raw: &[u8], out: &mut Vec<u8>) {
    let mut at = 0;
    while let Some(byte) = raw.get(at) {
        let from = at;
        at += 1;
        if *byte == b'"' {
            while let Some(inner) = raw.get(at).filter(|inner| **inner != b'"') {
                at += 1 + usize::from(*inner == b'\\');
            }
            at = (at + 1).min(raw.len());
        } else if matches!(byte, b' ' | b'\t' | b'\r' | b'\n') {
            continue;
        }
        out.extend_from_slice(&raw[from..at]);
    }
}

/// The same, member by member. It goes as deep as a form may be.
fn without_hidden(raw: &[u8], name: &str, sheet: &Sheet<'_>, out: &mut Vec<u8>) {
    let array = raw.first() == Some(&b'[');
    out.push(if array { b'[' } else { b'{' });
    let mut members = members(raw, 0);
    let (mut number, mut first) = (0, true);
    while let Some(member) = members.step() {
        let key = if array { number.to_string() } else { member.key().into_owned() };
        let name = format!("{name}.{key}");
        number += 1;
        if sheet.shape.hides(&name) {
            continue;
        }
        if !first {
            out.push(b',');
        }
        first = false;
        if !array {
            out.push(b'"');
            out.extend_from_slice(member.raw_key());
            out.extend_from_slice(b"\":");
        }
        match member.raw().first() {
            Some(b'{' | b'[') if sheet.shape.hides_within(&name) => {
                without_hidden(member.raw(), &name, sheet, out);
            }
            _ => without_blanks(member.raw(), out),
        }
    }
    out.push(if array { b']' } else { b'}' });
}

/// A string without its quotes, where it is the same without them.
fn bare(raw: &[u8]) -> &[u8] {
    let Some(inner) = raw.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\"")) else { return raw };
    let plain = |byte: &u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\\' | b'=') || *byte >= 0x80;
    if !inner.is_empty() && inner.iter().all(plain) { inner } else { raw }
}
