//! A line's values on one line: `time level message key=value…`.

use std::borrow::Cow;

use super::sheet::Sheet;
use super::{Shape, time};
use crate::core::read::json::{lettered, members};
use crate::core::read::{Named, Part, Said};
use crate::core::span::Class;

/// Writes a line that is made of values.
pub(super) fn write(said: &Said<'_>, sheet: &mut Sheet<'_>) {
    let shape = sheet.shape;
    sheet.head(said, |sheet, text| sheet.say_on_one_row(text));
    for value in said.values().filter(|value| is_shown(value, said, shape)) {
        if sheet.is_told(value.raw) {
            continue;
        }
        sheet.apart();
        sheet.key(&value.key, "=");
        self::value(value.raw, &value.key, sheet);
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

/// Whether a value stands among the others: time, level and message stand before them, but a time that is none, and a
/// message that says nothing, are shown as they are written.
pub(super) fn is_shown(value: &Named<'_>, said: &Said<'_>, shape: &Shape<'_>) -> bool {
    let part = match value.part {
        Part::Time if said.time.is_some() => return false,
        Part::Time => "time",
        Part::Level => return false,
        Part::Message if !said.message().is_empty() => return false,
        Part::Message => "message",
        Part::Field => "",
    };
    !shape.hides(&value.key) && !shape.hides(part)
}

/// Writes a value called `name`: objects and arrays with as few signs as tell what is in them. It goes as deep as a form
/// may be.
pub(super) fn value(raw: &[u8], name: &str, sheet: &mut Sheet<'_>) {
    let array = match raw.first() {
        Some(b'[') => true,
        Some(b'{') => false,
        _ => return sheet.say(&bare(raw, b""), None),
    };
    sheet.put(if array { "[" } else { "{" }, Some(Class::Punctuation));
    let mut members = members(raw, 0);
    let (mut number, mut first) = (0, true);
    let named = sheet.shape.hides_within(name);
    while let Some(member) = members.step() {
        let key = if array { number.to_string().into() } else { member.key() };
        // Names are for what is hidden alone.
        let name = if named { format!("{name}.{key}") } else { String::new() };
        number += 1;
        if named && sheet.shape.hides(&name) || sheet.is_told(member.raw()) {
            continue;
        }
        if !std::mem::take(&mut first) {
            sheet.put(" ", None);
        }
        if !array {
            sheet.key(&key, ":");
        }
        match member.raw().first() {
            Some(b'{' | b'[') => value(member.raw(), &name, sheet),
            _ => sheet.say(&bare(member.raw(), b"{}[],"), None),
        }
    }
    sheet.put(if array { "]" } else { "}" }, Some(Class::Punctuation));
}

/// A string as it is written, with the letters that its escapes stand for; without its quotes, where it is the same
/// without them: it holds no blank and none of `signs`.
pub(super) fn bare<'a>(raw: &'a [u8], signs: &[u8]) -> Cow<'a, [u8]> {
    let Some(inner) = raw.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\"")) else {
        return raw.into();
    };
    let sign = |byte: &u8| matches!(byte, b'"' | b'\\') || signs.contains(byte);
    let plain = |byte: &u8| byte.is_ascii_graphic() && !sign(byte) || *byte >= 0x80;
    let is_bare = |inner: &[u8]| !inner.is_empty() && inner.iter().all(plain);
    match lettered(inner) {
        Cow::Borrowed(inner) => Cow::Borrowed(if is_bare(inner) { inner } else { raw }),
        Cow::Owned(inner) if is_bare(&inner) => Cow::Owned(inner),
        Cow::Owned(inner) => Cow::Owned([b"\"", &inner[..], b"\""].concat()),
    }
}
