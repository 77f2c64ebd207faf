//! Formats a user describes: a regular expression with named groups, or a shape.

use regex::bytes::{Regex, RegexBuilder};

use super::format::{Format, Kind};
use super::head::Beginnings;
use super::level;
use super::line::{Level, PARTS};
use super::members::moment;
use super::shape::{Match, Shape};
use super::when::{self, Order};
use super::zone::Written;

/// Bytes a compiled expression may take.
const SIZE_LIMIT: usize = 1 << 20;

/// Bytes of a line that are matched; a message that goes on behind them goes on to the line's end.
const FAR: usize = 64 << 10;

/// A regular expression whose groups name what a line says.
#[derive(Debug)]
pub(super) struct Own {
    regex: Regex,
    /// Of groups that are fields.
    pub(super) names: Vec<Box<str>>,
    /// Numbers of those groups.
    fields: Vec<usize>,
    time: Option<usize>,
    level: Option<usize>,
    message: Option<usize>,
}

/// Why a format of the user's own cannot be used: a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct FormatError(pub(super) String);

impl Format {
    /// A format called `name` whose lines match a regular expression. The groups `time`, `level` and `message`
    /// are what they are called, all other named groups are fields.
    ///
    /// # Errors
    /// When it is no regular expression, would exceed its size (1 MiB), or names no group or too many.
    pub fn from_regex(name: &str, expression: &str) -> Result<Format, FormatError> {
        let regex =
            RegexBuilder::new(expression).size_limit(SIZE_LIMIT).dfa_size_limit(SIZE_LIMIT).build().map_err(
                |error| FormatError(format!("the format {name} is no regular expression: {error}")),
            )?;
        let (mut names, mut fields) = (Vec::new(), Vec::new());
        let (mut time, mut level, mut message) = (None, None, None);
        for (number, group) in regex.capture_names().enumerate() {
            match group {
                Some("time") => time = Some(number),
                Some("level") => level = Some(number),
                Some("message") => message = Some(number),
                Some(other) => {
                    names.push(other.into());
                    fields.push(number);
                }
                None => {}
            }
        }
        if time.or(level).or(message).is_none() && names.is_empty() {
            return Err(FormatError(format!(
                "the format {name} names no group; write (?<time>…), (?<level>…)"
            )));
        }
        if names.len() > PARTS {
            return Err(FormatError(format!("the format {name} has more than {PARTS} fields")));
        }
        let own = Own { regex, names, fields, time, level, message };
        Ok(Format {
            name: name.into(),
            about: expression.into(),
            kind: Kind::Own(own),
            shy: false,
            utc: false,
            beginnings: Beginnings::ALL,
        })
    }

    /// A format called `name` whose lines have a shape, like `{time} [{level}] {logger}: {message}`.
    ///
    /// # Errors
    /// When it is no shape, or names too many values.
    pub fn from_shape(name: &str, shape: &str) -> Result<Format, FormatError> {
        let read = Shape::new(shape)
            .map_err(|error| FormatError(format!("the format {name} is no shape: {error}")))?;
        let kind = Kind::Shapes(vec![read]);
        Ok(Format {
            name: name.into(),
            about: shape.into(),
            kind,
            shy: false,
            utc: false,
            beginnings: Beginnings::ALL,
        })
    }
}

impl Own {
    /// What the line says, if it matches.
    pub(super) fn read(&self, line: &[u8], order: Order, found: &mut Match) -> bool {
        let seen = &line[..line.len().min(FAR)];
        let Some(groups) = self.regex.captures(seen) else { return false };
        let group = |number: Option<usize>| groups.get(number?).map(|group| group.range());
        for (part, number) in found.parts.iter_mut().zip(&self.fields) {
            let range = group(Some(*number)).unwrap_or(0..0);
            *part = (range.start as u32, range.end as u32);
        }
        found.time = group(self.time).and_then(|range| whole(&line[range], order));
        found.level = group(self.level).and_then(|range| word(&line[range]));
        let message = group(self.message).unwrap_or(0..seen.len());
        let end = if message.end == seen.len() { line.len() } else { message.end };
        found.message = message.start..end;
        true
    }
}

/// The time that all of `text` is; also one of the day alone, as the user says that it is one.
fn whole(text: &[u8], order: Order) -> Option<Written> {
    let text = text.trim_ascii();
    when::time(text, 0, order)
        .filter(|(_, end)| *end == text.len())
        .map(|(time, _)| time)
        .or_else(|| moment(text, order))
}

/// A word, a letter or a number that names a level.
fn word(text: &[u8]) -> Option<Level> {
    let text = text.trim_ascii();
    let number = || std::str::from_utf8(text).ok()?.parse().ok();
    let letter = || (text.len() == 1).then(|| level::lettered(text[0].to_ascii_uppercase())).flatten();
    level::named(text).or_else(letter).or_else(|| number().and_then(level::counted))
}
