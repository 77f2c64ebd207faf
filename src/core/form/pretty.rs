//! A line's values folded out: a row for what it says, then one for each value, what is nested indented.

use std::borrow::Cow;

use super::line::{self, is_shown};
use super::sheet::Sheet;
use crate::core::read::json::{members, unescaped};
use crate::core::read::{Made, Said};
use crate::core::span::Class;

/// Blanks a level is indented by.
const INDENT: usize = 2;
/// Bytes of an array of plain values that stays on one row.
const SHORT: usize = 60;
/// What is nested deeper stays on one row.
const LEVELS: usize = 16;

/// Writes a line that is made of values.
pub(super) fn write(said: &Said<'_>, made: Made, sheet: &mut Sheet<'_>) {
    let shape = sheet.shape;
    sheet.head(said, |sheet, text| {
        let mut lines = text.split('\n');
        sheet.say_on_one_row(lines.next().unwrap_or_default());
        for line in lines {
            sheet.end_row();
            sheet.put(&" ".repeat(INDENT), None);
            sheet.say_on_one_row(line);
        }
    });
    if !sheet.at_begin() {
        sheet.end_row();
    }
    for value in said.values().filter(|value| is_shown(value, said, shape)) {
        if sheet.is_told(value.raw) {
            continue;
        }
        let text = Value { raw: value.raw, made, name: &value.key };
        text.write(&value.key, INDENT, sheet);
    }
    if let Some((name, value)) = said.wrapper().filter(|(name, _)| !sheet.shape.hides(name)) {
        label(name, INDENT, sheet);
        sheet.put(" ", None);
        sheet.say_on_one_row(value);
        sheet.end_row();
    }
}

/// A value as it is written, and what it is called by those who ask for it.
struct Value<'a> {
    raw: &'a [u8],
    made: Made,
    name: &'a str,
}

impl Value<'_> {
    fn write(&self, key: &str, indent: usize, sheet: &mut Sheet<'_>) {
        label(key, indent, sheet);
        match self.raw.first() {
            Some(b'{' | b'[') if self.made == Made::Object && !self.stays(indent, sheet) => {
                sheet.end_row();
                self.members(indent + INDENT, sheet);
            }
            Some(b'{' | b'[') => {
                sheet.put(" ", None);
                line::value(self.raw, self.name, sheet);
                sheet.end_row();
            }
            _ => self.plain(indent, sheet),
        }
    }

    /// Whether an object or array stays on one row.
    fn stays(&self, indent: usize, sheet: &Sheet<'_>) -> bool {
        let mut inner = members(self.raw, 0);
        let Some(first) = inner.step() else { return true };
        let nested = |raw: &[u8]| matches!(raw.first(), Some(b'{' | b'['));
        let short = self.raw.first() == Some(&b'[')
            && self.raw.len() <= SHORT
            && !sheet.shape.hides_within(self.name)
            && !nested(first.raw())
            && !std::iter::from_fn(|| inner.step()).any(|element| nested(element.raw()));
        short || indent > LEVELS * INDENT
    }

    fn members(&self, indent: usize, sheet: &mut Sheet<'_>) {
        let array = self.raw.first() == Some(&b'[');
        let mut inner = members(self.raw, 0);
        let mut number = 0;
        while let Some(member) = inner.step() {
            let key: Cow<'_, str> = if array { number.to_string().into() } else { member.key() };
            let name = format!("{}.{key}", self.name);
            number += 1;
            if !sheet.shape.hides(&name) && !sheet.is_told(member.raw()) {
                let value = Value { raw: member.raw(), made: self.made, name: &name };
                value.write(if array { "-" } else { &key }, indent, sheet);
            }
        }
    }

    /// A string, a number, a word. A string of several lines stands below its name.
    fn plain(&self, indent: usize, sheet: &mut Sheet<'_>) {
        let inner = self.raw.strip_prefix(b"\"").and_then(|rest| rest.strip_suffix(b"\""));
        let Some(text) = inner.map(unescaped) else {
            sheet.put(" ", None);
            sheet.say(self.raw, None);
            return sheet.end_row();
        };
        if !text.contains('\n') {
            sheet.put(" ", None);
            let odd = text.is_empty() || text.trim() != text || text.starts_with(['{', '[', '"']);
            if odd {
                sheet.say(&line::bare(self.raw, b"{["), None);
            } else {
                sheet.say(text.as_bytes(), None);
            }
            return sheet.end_row();
        }
        sheet.end_row();
        for line in text.trim_end_matches('\n').split('\n') {
            sheet.put(&" ".repeat(indent + INDENT), None);
            sheet.say_on_one_row(line);
            sheet.end_row();
        }
    }
}

fn label(key: &str, indent: usize, sheet: &mut Sheet<'_>) {
    sheet.put(&" ".repeat(indent), None);
    match key {
        "-" => sheet.put("-", Some(Class::Punctuation)),
        key => sheet.key(key, ":"),
    }
}
