//! The text of a form while it is written: pieces and what they are, row by row. Whatever is put on it is made
//! showable here.

use super::{Form, ROWS, Shape, word};
use crate::core::read::Said;
use crate::core::read::json::members;
use crate::core::span::{Class, Span};
use crate::core::text::{self, TextOptions};

/// A form being written.
pub(super) struct Sheet<'a> {
    pub(super) shape: &'a Shape<'a>,
    form: Form,
    /// Where the row begins that is being written.
    begin: usize,
    /// Rows that were left out.
    more: usize,
    /// Where the message stands in memory: it may be within a value, and is not to be told twice.
    message: usize,
}

impl<'a> Sheet<'a> {
    pub(super) fn new(shape: &'a Shape<'a>) -> Sheet<'a> {
        Sheet { shape, form: Form::default(), begin: 0, more: 0, message: 0 }
    }

    /// Whether a value is the line's message, or an object of nothing else: tracing writes `"fields":{"message":…}`.
    pub(super) fn is_told(&self, raw: &[u8]) -> bool {
        match raw.first() {
            Some(b'"') => raw.as_ptr() as usize + 1 == self.message,
            Some(b'{') => {
                let mut members = members(raw, 0);
                members.step().is_some_and(|only| self.is_told(only.raw())) && members.step().is_none()
            }
            _ => false,
        }
    }

    /// Whether nothing was written on this row yet.
    pub(super) fn at_begin(&self) -> bool {
        self.form.text.len() == self.begin
    }

    /// Whether nothing was written at all.
    pub(super) fn is_empty(&self) -> bool {
        self.form.text.is_empty()
    }

    /// A blank before the next thing on the row.
    pub(super) fn apart(&mut self) {
        if !self.at_begin() {
            self.form.text.push(' ');
        }
    }

    /// Writes text of ours.
    pub(super) fn put(&mut self, text: &str, class: Option<Class>) {
        let from = self.form.text.len();
        self.form.text.push_str(text);
        let range = from..self.form.text.len();
        if let Some(class) = class.filter(|_| !range.is_empty()) {
            self.form.spans.push(Span { range, class });
        }
    }

    /// Writes text of the log's.
    pub(super) fn say(&mut self, bytes: &[u8], class: Option<Class>) {
        // Most text needs nothing done.
        if let Some(plain) = printable_ascii(bytes) {
            return self.put(plain, class);
        }
        // The rest of the line moves anyway: a tab is as good as a blank.
        let options = TextOptions { tab: 1, ..self.shape.text };
        let shown = text::show(bytes, options);
        let from = self.form.text.len();
        match class {
            Some(_) if shown.spans.is_empty() => return self.put(&shown.text, class),
            _ => self.form.text.push_str(&shown.text),
        }
        let spans = shown.spans.into_iter();
        self.form.spans.extend(
            spans.map(|span| Span {
                range: span.range.start + from..span.range.end + from,
                class: span.class,
            }),
        );
    }

    /// Text of several lines on one row.
    pub(super) fn say_on_one_row(&mut self, text: &str) {
        for (number, line) in text.split('\n').enumerate() {
            if number > 0 {
                self.put("\\n", Some(Class::Control));
            }
            self.say(line.strip_suffix('\r').unwrap_or(line).as_bytes(), None);
        }
    }

    /// A name.
    pub(super) fn key(&mut self, key: &str, sign: &str) {
        let plain = |c: char| !c.is_whitespace() && !matches!(c, '"' | '=' | '\\') && !c.is_control();
        if !key.is_empty() && key.chars().all(plain) {
            self.say(key.as_bytes(), Some(Class::Key));
        } else {
            self.say(format!("{key:?}").as_bytes(), Some(Class::Key));
        }
        self.put(sign, Some(Class::Punctuation));
    }

    /// The time, the level and the message, as far as the line says them and they are shown.
    pub(super) fn head(&mut self, said: &Said<'_>, message: impl FnOnce(&mut Self, &str)) {
        if let Some(time) = said.time.filter(|_| !self.shape.timed && !self.shape.hides("time")) {
            self.put(&super::time::clock(time, &self.shape.zone), Some(Class::Time));
        }
        if let Some(level) = said.level.filter(|_| !self.shape.hides("level")) {
            self.apart();
            let word = word(level);
            self.put(word.trim_end(), Some(Class::Level(level)));
            self.put(&" ".repeat(word.len() - word.trim_end().len()), None);
        }
        let text = said.message();
        if said.message == (0..said.line().len()) || text.is_empty() {
            return;
        }
        self.message = said.line()[said.message.start..].as_ptr() as usize;
        if !self.shape.hides("message") {
            self.apart();
            message(self, &text);
        }
    }

    /// Ends the row.
    pub(super) fn end_row(&mut self) {
        if self.form.rows.len() + 1 < ROWS {
            self.form.rows.push(self.begin..self.form.text.len());
            self.begin = self.form.text.len();
            return;
        }
        self.more += 1;
        self.form.text.truncate(self.begin);
        let begin = self.begin;
        self.form.spans.retain(|span| span.range.end <= begin);
    }

    pub(super) fn finish(mut self) -> Form {
        if self.more > 0 {
            let rows = if self.more == 1 { "row" } else { "rows" };
            self.put(&format!("  … {} more {rows}", self.more), Some(Class::Punctuation));
        }
        if self.form.text.len() > self.begin || self.form.rows.is_empty() {
            self.form.rows.push(self.begin..self.form.text.len());
        }
        self.form
    }
}

/// `bytes` as text where each of them is a printable character.
fn printable_ascii(bytes: &[u8]) -> Option<&str> {
    let plain = bytes.iter().all(|byte| matches!(byte, b' '..=b'~'));
    std::str::from_utf8(bytes).ok().filter(|_| plain)
}
