//! What a line says. It knows the text of a line and where things stand in it, not how they were found.

use std::borrow::Cow;
use std::ops::Range;

use super::{json, pairs};
pub use crate::core::span::Level;

/// A moment: nanoseconds since 1970-01-01 00:00 UTC. The range of an `i64` reaches from the year 1677 to 2262;
/// what lies outside has no time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub i64);

/// The value of a field.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// Text, without quotes and escapes; bytes that are no UTF-8 are replaced.
    Text(Cow<'a, str>),
    /// A JSON number, as it is written.
    Number(Cow<'a, str>),
    /// JSON's `true` or `false`.
    Bool(bool),
    /// JSON's `null`.
    Null,
    /// A JSON object or array, as it is written.
    Nested(Cow<'a, str>),
}

impl<'a> Value<'a> {
    /// The value as text: what a user compares with.
    pub fn text(self) -> Cow<'a, str> {
        match self {
            Value::Text(text) | Value::Number(text) | Value::Nested(text) => text,
            Value::Bool(true) => "true".into(),
            Value::Bool(false) => "false".into(),
            Value::Null => "null".into(),
        }
    }
}

/// Most named parts of a line that a shape finds.
pub(super) const PARTS: usize = 14;

/// Where the named parts of a line stand in its text.
pub(super) type Parts = [(u32, u32); PARTS];

/// Where the fields behind the named parts are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Tail {
    /// The object that begins at this byte; its members that begin at the others are time, level, message.
    Json(usize, [u32; 3]),
    /// `key=value` from this byte on; the pairs that begin at the others are time, level, message.
    Pairs(usize, [u32; 3]),
}

/// Marks a member that was not found.
pub(super) const NOWHERE: u32 = u32::MAX;

/// What a line says.
///
/// Ranges are byte ranges of [`Said::line`], which is the raw line without its line ending; only where
/// colours had to be dropped, or where a container's log holds the line as an escaped string, is it a copy.
#[derive(Clone, Debug)]
pub struct Said<'a> {
    /// When it was written, as far as it says.
    pub time: Option<Time>,
    /// How serious it claims to be. Never taken from a word in the middle of a sentence.
    pub level: Option<Level>,
    /// Where the message stands: what is left when time, level and named parts are taken off. In a JSON line
    /// the text between the quotes, escapes included; [`Said::message`] gives it as text.
    pub message: Range<usize>,
    /// Whether it begins a record, or continues the one before.
    pub begins: bool,
    /// The name of the format it was read in, as `--format` takes it; empty when it was read in none.
    pub format: &'a str,
    /// Where it begins in the raw line, unless it is a copy.
    pub(super) start: Option<usize>,
    pub(super) line: Cow<'a, [u8]>,
    pub(super) names: &'a [Box<str>],
    pub(super) parts: Parts,
    pub(super) tail: Option<Tail>,
    /// What the wrapper around the line says of it.
    pub(super) outer: Option<(&'static str, Cow<'a, str>)>,
}

impl Said<'_> {
    /// The text that the ranges belong to.
    pub fn line(&self) -> &[u8] {
        &self.line
    }

    /// The message as text.
    pub fn message(&self) -> Cow<'_, str> {
        let bytes = self.line.get(self.message.clone()).unwrap_or_default();
        let inside_json = matches!(self.tail, Some(Tail::Json(at, _)) if at < self.message.start);
        let inside_quotes = matches!(self.tail, Some(Tail::Pairs(at, [_, _, used])) if used != NOWHERE && at <= self.message.start);
        if inside_json || inside_quotes { json::unescaped(bytes) } else { String::from_utf8_lossy(bytes) }
    }

    /// The field of this name as text. `a.b.c` walks into nested JSON (a number walks into an array), where no
    /// member is called `a.b.c`. The first of several fields with one name counts.
    pub fn field(&self, name: &str) -> Option<Cow<'_, str>> {
        if let Some((_, value)) = self.outer.as_ref().filter(|(outer, _)| *outer == name) {
            return Some(Cow::Borrowed(value));
        }
        if let Some((_, range)) = self.named().find(|(part, _)| *part == name) {
            return Some(String::from_utf8_lossy(&self.line[range]));
        }
        match self.tail {
            Some(Tail::Json(at, _)) => json::find(&self.line, at, name).map(Value::text),
            Some(Tail::Pairs(at, _)) => pairs::find(&self.line, at, name),
            None => None,
        }
    }

    /// All fields in the order they stand in the line, without those that are its time, level and message.
    pub fn fields(&self) -> impl Iterator<Item = (Cow<'_, str>, Value<'_>)> {
        let outer =
            self.outer.iter().map(|(name, value)| (Cow::Borrowed(*name), Value::Text(Cow::Borrowed(value))));
        let parts = self.named().map(|(name, range)| {
            (Cow::Borrowed(name), Value::Text(String::from_utf8_lossy(&self.line[range])))
        });
        let members = match self.tail {
            Some(Tail::Json(at, used)) => Some(json::members(&self.line, at).without(used)),
            _ => None,
        };
        let pairs = match self.tail {
            Some(Tail::Pairs(at, used)) => Some(pairs::pairs(&self.line, at).without(used)),
            _ => None,
        };
        let members = members.into_iter().flatten().map(|member| (member.key(), member.value()));
        let pairs = pairs.into_iter().flatten().map(|pair| (pair.key(), Value::Text(pair.value())));
        outer.chain(parts).chain(members).chain(pairs)
    }

    /// The named parts that were found.
    fn named(&self) -> impl Iterator<Item = (&str, Range<usize>)> {
        let ranges = self.parts.iter().map(|(start, end)| *start as usize..*end as usize);
        self.names.iter().map(|name| &**name).zip(ranges).filter(|(_, range)| !range.is_empty())
    }
}
