//! The shape of a line, written as a line of its format with names where values stand:
//! `{time} [{thread:text}] {level} {logger} - {message}`. Compiled once, then matched over bytes from left to
//! right, without ever going back.
//!
//! ```text
//! {time}           a time in any layout            {name}       one word, up to what stands behind it
//! {level}          a word that names a level       {name:text}  the same, and blanks may be in it
//! {level:caps}     the same, in capitals           {name:int}   digits
//! {level:plain}    the same, without words that    {name:data}  structured data of RFC 5424
//!                  are rarely one                  {>}          here the message begins, and is read on
//! {level:letter}   one letter                      {message}    the rest
//! {level:pri}      a priority of syslog            a blank      one or more blanks
//! {level:severity} a severity of syslog, 0 to 7    all else     itself
//! {level:sign}     one of Redis's signs
//! ```

use std::ops::Range;

use memchr::memchr;

use super::head::{Beginnings, Head, holds};
use super::level;
use super::line::{Level, PARTS, Parts};
use super::zone::{Date, Written};

/// How far a word or a text is looked for its end.
const FAR: usize = 4096;

/// What names a level in a shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Name {
    Any,
    Plain,
    Caps,
    Letter,
    Sign,
    Priority,
    Severity,
}

/// What is next in a shape.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Blank,
    Literal(Box<[u8]>),
    /// A time; only as syslog writes it.
    Time(bool),
    Level(Name),
    /// A word up to what must stand behind it (nothing: up to a blank); the number of its part.
    Word(Box<[u8]>, usize),
    Text(Box<[u8]>, usize),
    Digits(usize),
    Data(usize),
    Message,
}

/// A compiled shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Shape {
    steps: Box<[Step]>,
    /// Of its parts, in order.
    pub(super) names: Box<[Box<str>]>,
    opening: Opening,
    /// What a line must hold somewhere, in the terms of [`holds`].
    needs: u64,
}

/// What a line must begin with, to be tried at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Opening {
    Time,
    TimeInBracket,
    Byte(u8),
    Digit,
    Capital,
    Any,
}

/// What was found in a line. It is filled in place: lines are many, and this is large.
#[derive(Clone, Debug)]
pub(super) struct Match {
    pub(super) time: Option<Written>,
    pub(super) level: Option<Level>,
    pub(super) parts: Parts,
    pub(super) message: Range<usize>,
}

/// Why a shape cannot be used: a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ShapeError(String);

impl Shape {
    /// Compiles a shape.
    ///
    /// # Errors
    /// When a brace is not closed, a kind is unknown, two values stand side by side, or there are too many.
    pub(super) fn new(source: &str) -> Result<Shape, ShapeError> {
        let (mut steps, mut names) = (Vec::new(), Vec::<Box<str>>::new());
        let mut rest = source;
        while !rest.is_empty() {
            let Some(token) = rest.strip_prefix('{') else {
                let end = rest.find('{').unwrap_or(rest.len());
                literal(&rest[..end], &mut steps);
                rest = &rest[end..];
                continue;
            };
            let end =
                token.find('}').ok_or_else(|| ShapeError(format!("`{{{token}` has no closing brace")))?;
            rest = &token[end + 1..];
            let until: Box<[u8]> = rest.as_bytes()[..rest.find('{').unwrap_or(rest.len())].into();
            let (name, kind) = token[..end].split_once(':').unwrap_or((&token[..end], ""));
            let step = match (name, kind) {
                (">" | "message", "") => Step::Message,
                ("time", "" | "syslog") => Step::Time(kind == "syslog"),
                ("level", kind) => Step::Level(named(kind)?),
                (_, "" | "text" | "int" | "data") => {
                    names.push(name.into());
                    let number = names.len() - 1;
                    match kind {
                        "text" => Step::Text(until, number),
                        "int" => Step::Digits(number),
                        "data" => Step::Data(number),
                        _ => Step::Word(until, number),
                    }
                }
                (_, kind) => {
                    return Err(ShapeError(format!("`{kind}` is no kind of value; use text, int or none")));
                }
            };
            steps.push(step);
        }
        if names.len() > PARTS {
            return Err(ShapeError(format!("a shape names at most {PARTS} values")));
        }
        let (opening, needs) = (opening(&steps), needs(&steps));
        Ok(Shape { steps: steps.into(), names: names.into(), opening, needs })
    }

    /// In which lines it may be tried.
    pub(super) fn beginnings(&self) -> Beginnings {
        match self.opening {
            Opening::Time => Beginnings::TIME,
            Opening::TimeInBracket => Beginnings::BRACKET,
            _ => Beginnings::OTHER,
        }
    }

    /// Whether a line that holds these signs may have this shape.
    #[inline]
    pub(super) fn possible(&self, signs: u64) -> bool {
        self.needs & !signs == 0
    }

    /// Says what the line says, if it has this shape; else what `found` holds means nothing.
    #[inline]
    pub(super) fn read(&self, line: &[u8], head: &Head, found: &mut Match) -> bool {
        let first = line.first().copied().unwrap_or(0);
        let may = match self.opening {
            Opening::Time => head.at == 0 && head.time.is_some(),
            Opening::TimeInBracket => head.at == 1 && head.time.is_some(),
            Opening::Byte(byte) => byte == first,
            Opening::Digit => first.is_ascii_digit(),
            Opening::Capital => first.is_ascii_uppercase(),
            Opening::Any => true,
        };
        may && self.walk(line, head, found).is_some()
    }

    fn walk(&self, line: &[u8], head: &Head, found: &mut Match) -> Option<()> {
        (found.time, found.level) = (None, None);
        let (mut at, mut message) = (0, None);
        for (number, step) in self.steps.iter().enumerate() {
            match step {
                // Where the line ends, there may be no message.
                Step::Blank if at == line.len() && self.steps.get(number + 1) == Some(&Step::Message) => {}
                Step::Blank => at = Some(blanks(line, at)).filter(|behind| *behind > at)?,
                Step::Literal(text) => {
                    if !starts(&line[at..], text) {
                        return None;
                    }
                    at += text.len();
                }
                Step::Time(syslog) => {
                    let (time, end) = head.time(line, at)?;
                    if *syslog && !(line[at].is_ascii_alphabetic() || line.get(at + 10) == Some(&b'T')) {
                        return None;
                    }
                    // The first time counts, unless it leaves out its year.
                    let yearless = |time: &Written| matches!(time.date, Date::InYear(..));
                    found.time = found.time.filter(|first| !yearless(first)).or(Some(time));
                    at = end;
                }
                Step::Level(name) => {
                    let tight = matches!(self.steps.get(number + 1), Some(Step::Literal(_)));
                    let (level, end) = level_at(line, at, *name)?;
                    found.level = Some(level);
                    // A level may be padded within its brackets.
                    at = if tight { blanks(line, end) } else { end };
                }
                Step::Word(until, part) | Step::Text(until, part) => {
                    let (range, end) = word(line, at, until, matches!(step, Step::Text(..)))?;
                    found.parts[*part] = (range.start as u32, range.end as u32);
                    at = end;
                }
                Step::Digits(part) => {
                    let len = line[at..].iter().take(24).take_while(|byte| byte.is_ascii_digit()).count();
                    if len == 0 {
                        return None;
                    }
                    found.parts[*part] = (at as u32, (at + len) as u32);
                    at += len;
                }
                Step::Data(part) => {
                    let end = data(line, at)?;
                    found.parts[*part] = (at as u32, end as u32);
                    at = end;
                }
                Step::Message => message = Some(at),
            }
        }
        found.message = message.unwrap_or(at)..line.len();
        Some(())
    }
}

/// Whether `line` starts with `text`, which is a few bytes and mostly one.
#[inline]
fn starts(line: &[u8], text: &[u8]) -> bool {
    line.len() >= text.len() && line.iter().zip(text).all(|(byte, expected)| byte == expected)
}

fn named(kind: &str) -> Result<Name, ShapeError> {
    Ok(match kind {
        "" => Name::Any,
        "plain" => Name::Plain,
        "caps" => Name::Caps,
        "letter" => Name::Letter,
        "sign" => Name::Sign,
        "pri" => Name::Priority,
        "severity" => Name::Severity,
        _ => return Err(ShapeError(format!("`{kind}` is no kind of level; use caps, letter or none"))),
    })
}

/// Text between values: blanks apart, as they may be more.
fn literal(text: &str, steps: &mut Vec<Step>) {
    for part in text.split_inclusive(' ') {
        let word = part.trim_end_matches(' ');
        if !word.is_empty() {
            steps.push(Step::Literal(word.as_bytes().into()));
        }
        if word.len() < part.len() && steps.last() != Some(&Step::Blank) {
            steps.push(Step::Blank);
        }
    }
}

fn opening(steps: &[Step]) -> Opening {
    match steps {
        [Step::Time(_), ..] => Opening::Time,
        [Step::Literal(bracket), Step::Time(_), ..] if **bracket == *b"[" => Opening::TimeInBracket,
        [Step::Literal(text), ..] => Opening::Byte(text[0]),
        [Step::Digits(_), ..] => Opening::Digit,
        [Step::Level(Name::Caps | Name::Letter), ..] => Opening::Capital,
        _ => Opening::Any,
    }
}

/// What a line must hold to have these steps.
fn needs(steps: &[Step]) -> u64 {
    let needs = |step: &Step| match step {
        Step::Literal(text) => holds(text),
        Step::Time(_) | Step::Digits(_) | Step::Level(Name::Priority | Name::Severity) => holds(b"0"),
        Step::Level(Name::Caps | Name::Letter) => holds(b"A"),
        _ => 0,
    };
    steps.iter().fold(0, |all, step| all | needs(step))
}

/// Behind the blanks at `at`, if there are any.
#[inline]
fn blanks(line: &[u8], at: usize) -> usize {
    // Mostly there is one, or none.
    if !matches!(line.get(at + 1), Some(b' ' | b'\t')) {
        return at + usize::from(matches!(line.get(at), Some(b' ' | b'\t')));
    }
    at + line[at..].iter().take(FAR).take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

/// The word or text at `at`, without blanks around it, and where what stands behind it begins.
#[inline]
fn word(line: &[u8], at: usize, until: &[u8], text: bool) -> Option<(Range<usize>, usize)> {
    let far = &line[at..line.len().min(at + FAR)];
    if !text && matches!(until, [] | [b' ']) {
        let len = far.iter().position(|byte| matches!(byte, b' ' | b'\t')).unwrap_or(far.len());
        return (len > 0).then_some((at..at + len, at + len));
    }
    padded(line, at, far, until, text)
}

/// The same where blanks may stand around it.
fn padded(line: &[u8], at: usize, far: &[u8], until: &[u8], text: bool) -> Option<(Range<usize>, usize)> {
    let len = if until.is_empty() { far.len() } else { position(far, until)? };
    let value = &far[..len];
    let start = at + (len - value.trim_ascii_start().len());
    let range = start..start + value.trim_ascii().len();
    let blank = !text && line[range.clone()].iter().any(|byte| matches!(byte, b' ' | b'\t'));
    // Blanks before `until` belong to it, if it begins with one.
    let end = if until.first() == Some(&b' ') { range.end } else { at + len };
    (!range.is_empty() && !blank).then_some((range, end))
}

/// Where `needle` is for the first time; a blank at its end is also a tab or the end of the text.
fn position(text: &[u8], needle: &[u8]) -> Option<usize> {
    let (needle, blank) = match needle {
        [needle @ .., b' '] if !needle.is_empty() => (needle, true),
        _ => (needle, false),
    };
    let mut from = 0;
    loop {
        let found = from + memchr(needle[0], &text[from..])?;
        let behind = found + needle.len();
        if starts(&text[found..], needle)
            && (!blank || text.get(behind).is_none_or(|byte| matches!(byte, b' ' | b'\t')))
        {
            return Some(found);
        }
        from = found + 1;
    }
}

/// The level at `at` and where it ends.
fn level_at(line: &[u8], at: usize, name: Name) -> Option<(Level, usize)> {
    let at = blanks(line, at);
    let first = *line.get(at)?;
    match name {
        Name::Letter => level::lettered(first).map(|level| (level, at + 1)),
        Name::Sign => level::signed(first).map(|level| (level, at + 1)),
        Name::Priority | Name::Severity => {
            let len = line[at..].iter().take(4).take_while(|byte| byte.is_ascii_digit()).count();
            let digits = line[at..at + len].iter();
            let number = digits.fold(0, |number, digit| number * 10 + u32::from(digit - b'0'));
            let (most, severity) = if name == Name::Priority { (191, number % 8) } else { (7, number) };
            let level = level::severity(severity).filter(|_| len > 0 && number <= most)?;
            Some((level, at + len))
        }
        Name::Any | Name::Plain | Name::Caps => {
            let len = line[at..].iter().take(16).take_while(|byte| byte.is_ascii_alphanumeric()).count();
            let word = &line[at..at + len];
            if name == Name::Caps && word.iter().any(u8::is_ascii_lowercase) {
                return None;
            }
            let level = if name == Name::Plain { level::plain(word) } else { level::named(word) };
            level.map(|level| (level, at + len))
        }
    }
}

/// Behind the structured data at `at`: `-`, or elements in brackets with quoted values in them.
fn data(line: &[u8], mut at: usize) -> Option<usize> {
    if line.get(at) == Some(&b'-') {
        return Some(at + 1);
    }
    if line.get(at) != Some(&b'[') {
        return None;
    }
    let (mut open, mut quoted) = (false, false);
    loop {
        match line.get(at) {
            Some(b'\\') if quoted => at += 1,
            Some(b'"') if open => quoted = !quoted,
            Some(b'[') if !quoted => open = true,
            Some(b']') if !quoted => open = false,
            Some(_) if open => {}
            _ if !open => return Some(at),
            _ => return None,
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::read::when::Order;

    /// Level, values and message.
    type Found = (Option<Level>, Vec<String>, String);

    fn read(shape: &str, line: &str) -> Option<Found> {
        let shape = Shape::new(shape).unwrap();
        let mut found = Match { time: None, level: None, parts: [(0, 0); PARTS], message: 0..0 };
        let head = Head::of(line.as_bytes(), Order::default());
        if !shape.read(line.as_bytes(), &head, &mut found) {
            return None;
        }
        let parts = found.parts[..shape.names.len()].iter();
        let parts = parts.map(|(from, to)| line[*from as usize..*to as usize].to_owned());
        Some((found.level, parts.collect(), line[found.message].to_owned()))
    }

    #[test]
    fn a_shape_reads_a_line_like_it() {
        let shape = "{time} {level} [{thread:text}] {logger} - {message}";
        let line = "2026-11-21 07:25:34,123 WARN  [main thread [1]] a.b.C  - slow - very";
        let (level, parts, message) = read(shape, line).unwrap();
        assert_eq!(level, Some(Level::Warn));
        assert_eq!(parts[0], "main thread [1]");
        assert_eq!(parts[1], "a.b.C");
        assert_eq!(message, "slow - very");
        assert_eq!(read(shape, "2026-11-21 07:25:34,123 WAR  [main] a.b.C - slow"), None);
        assert_eq!(read(shape, "2026-11-21 07:25:34,123 WARN [main] a b.C - slow"), None);
        assert_eq!(read(shape, ""), None);
    }

    #[test]
    fn padding_within_brackets_is_no_part_of_a_value() {
        let (level, parts, message) =
            read("[{time}][{level}][{logger}] {message}", "[2026-11-21T07:25:34,123][INFO ][o.e.Node   ] up")
                .unwrap();
        assert_eq!((level, parts[0].as_str(), message.as_str()), (Some(Level::Info), "o.e.Node", "up"));
    }

    #[test]
    fn structured_data_ends_where_it_ends() {
        for (line, end) in [("- x", 1), (r#"[a b="]"][c] x"#, 12), (r#"[a b="\"]"] x"#, 11)] {
            assert_eq!(data(line.as_bytes(), 0), Some(end), "{line}");
        }
        assert_eq!(data(b"[a b", 0), None);
        assert_eq!(data(b"x", 0), None);
    }

    #[test]
    fn a_wrong_shape_says_what_is_wrong() {
        assert_eq!(Shape::new("{time").unwrap_err().to_string(), "`{time` has no closing brace");
        assert!(Shape::new("{level:loud}").is_err());
        assert!(Shape::new("{a:number}").is_err());
    }
}
