//! Formats a user describes: a regular expression with named groups, or a shape.

use jiff::Zoned;
use jiff::fmt::strtime;
use jiff::tz::TimeZone;
use regex::bytes::{Regex, RegexBuilder};

use super::format::{Format, Kind};
use super::head::Beginnings;
use super::level;
use super::line::{Level, PARTS};
use super::members::moment;
use super::shape::{Match, Shape};
use super::when::{self, Order};
use super::zone::{Date, Written, Zone, day};
use crate::core::pattern::Pattern;

/// Bytes a compiled expression may take.
const SIZE_LIMIT: usize = 1 << 20;

/// Bytes of a line that are matched; a message that goes on behind them goes on to the line's end.
const FAR: usize = 64 << 10;

/// Nanoseconds of a day.
const DAY: i64 = 86_400_000_000_000;

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
    /// How its times are written, when they must be told.
    layout: Option<Box<str>>,
}

/// Why a format of the user's own cannot be used: a sentence, and where the mistake is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct FormatError {
    /// What is wrong.
    pub message: String,
    /// The first character of the expression that is wrong, from 0; that is the first of all where nothing nearer is known.
    pub at: usize,
}

impl FormatError {
    /// Something is wrong with all of it.
    fn whole(message: String) -> FormatError {
        FormatError { message, at: 0 }
    }
}

/// Whether `layout` says how a time is written (`%d.%m.%Y %H:%M:%S`).
///
/// # Errors
/// When it does not.
pub fn check_layout(layout: &str) -> Result<(), FormatError> {
    let written = strtime::format(layout, &Zoned::default()).map(drop);
    written.map_err(|error| FormatError::whole(format!("`{layout}` is no way to write a time: {error}")))
}

impl Format {
    /// A format called `name` whose lines match a regular expression. The groups `time`, `level` and `message`
    /// are what they are called, all other named groups are fields.
    ///
    /// # Errors
    /// When it is no regular expression, would exceed its size (1 MiB), or names no group or too many.
    pub fn from_regex(name: &str, expression: &str) -> Result<Format, FormatError> {
        let regex = RegexBuilder::new(expression).size_limit(SIZE_LIMIT).dfa_size_limit(SIZE_LIMIT).build();
        let regex = regex.map_err(|error| {
            let FormatError { message, at } = mistake(expression, &error);
            FormatError { message: format!("the format {name} is no regular expression: {message}"), at }
        })?;
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
            return Err(FormatError::whole(format!(
                "the format {name} names no group; write (?<time>…), (?<level>…)"
            )));
        }
        if names.len() > PARTS {
            return Err(FormatError::whole(format!("the format {name} has more than {PARTS} fields")));
        }
        let own = Own { regex, names, fields, time, level, message, layout: None };
        Ok(Format {
            name: name.into(),
            about: expression.into(),
            kind: Kind::Own(own),
            shy: false,
            utc: false,
            zone: None,
            beginnings: Beginnings::ALL,
        })
    }

    /// The same format with times that are written as `layout` says (`%d.%m.%Y %H:%M:%S`).
    ///
    /// # Errors
    /// When it is no layout, or the format has no group `time`.
    pub fn with_layout(mut self, layout: &str) -> Result<Format, FormatError> {
        check_layout(layout)?;
        match &mut self.kind {
            Kind::Own(own) if own.time.is_some() => own.layout = Some(layout.into()),
            _ => return Err(FormatError::whole(format!("the format {} has no group (?<time>…)", self.name))),
        }
        Ok(self)
    }

    /// The same format with times that are of `zone` where they have none.
    #[must_use]
    pub fn with_zone(self, zone: TimeZone) -> Format {
        Format { zone: Some(Zone::new(zone)), ..self }
    }

    /// What the zone of its times is called, where it was told.
    pub fn zone_name(&self) -> Option<&str> {
        self.zone.as_ref().map(|zone| zone.name().unwrap_or("UTC"))
    }

    /// A format called `name` whose lines have a shape, like `{time} [{level}] {logger}: {message}`.
    ///
    /// # Errors
    /// When it is no shape, or names too many values.
    pub fn from_shape(name: &str, shape: &str) -> Result<Format, FormatError> {
        let read = Shape::new(shape)
            .map_err(|error| FormatError::whole(format!("the format {name} is no shape: {error}")))?;
        let kind = Kind::Shapes(vec![read]);
        Ok(Format {
            name: name.into(),
            about: shape.into(),
            kind,
            shy: false,
            utc: false,
            zone: None,
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
        found.time = group(self.time).and_then(|range| match &self.layout {
            Some(layout) => laid_out(layout, line[range].trim_ascii()),
            None => whole(&line[range], order),
        });
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

/// The time that `text` is in a layout; a year or a day may be left out.
fn laid_out(layout: &str, text: &[u8]) -> Option<Written> {
    let parsed = strtime::BrokenDownTime::parse(layout, text).ok()?;
    if let Ok(moment) = parsed.to_timestamp() {
        let nanos = i64::try_from(moment.as_nanosecond()).ok()?;
        let date = Date::Day(i32::try_from(nanos.div_euclid(DAY)).ok()?);
        return Some(Written { date, nanos: nanos.rem_euclid(DAY), offset: Some(0) });
    }
    let part = |part: Option<i8>| part.and_then(|part| u8::try_from(part).ok());
    let date = match (parsed.to_date(), part(parsed.month()), part(parsed.day())) {
        (Ok(date), ..) => {
            let (month, of_month) = (u8::try_from(date.month()).ok()?, u8::try_from(date.day()).ok()?);
            Date::Day(day(date.year().into(), month, of_month)?)
        }
        (Err(_), Some(month), Some(of_month)) => Date::InYear(month, of_month),
        _ => Date::Clock,
    };
    let time = parsed.to_time().unwrap_or_default();
    let seconds = i64::from(time.hour()) * 3600 + i64::from(time.minute()) * 60 + i64::from(time.second());
    let nanos = seconds * 1_000_000_000 + i64::from(time.subsec_nanosecond());
    Some(Written { date, nanos, offset: parsed.offset().map(|offset| offset.seconds()) })
}

/// What is wrong with an expression, in a sentence and with its place.
fn mistake(expression: &str, error: &regex::Error) -> FormatError {
    match Pattern::new(expression) {
        Err(error) => FormatError { message: error.message, at: error.at.map_or(0, |at| at.start) },
        Ok(_) if matches!(error, regex::Error::CompiledTooBig(_)) => {
            FormatError::whole("it is too large".to_owned())
        }
        Ok(_) => FormatError::whole(error.to_string().replace('\n', " ")),
    }
}

/// A word, a letter or a number that names a level.
fn word(text: &[u8]) -> Option<Level> {
    let text = text.trim_ascii();
    let number = || std::str::from_utf8(text).ok()?.parse().ok();
    let letter = || (text.len() == 1).then(|| level::lettered(text[0].to_ascii_uppercase())).flatten();
    level::named(text).or_else(letter).or_else(|| number().and_then(level::counted))
}
