//! Which of a line's named values are its time, its level and its message: for JSON, logfmt and the journal.

use std::ops::Range;

use super::json::{self, Member};
use super::level;
use super::line::{Level, NOWHERE};
use super::when::{self, Order};
use super::zone::Written;

/// What a name stands for. The number is its rank: a lower one wins over a higher one, the first of two with
/// the same rank wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Time(u8),
    Level(u8),
    Message(u8),
    /// An object that may hold the message.
    Fields,
    /// A word on whose lines a small number is a severity of syslog.
    Gelf,
    /// A message of Serilog's compact JSON, where no level means information.
    Compact,
}

/// What `key` stands for, in any case.
#[inline]
pub(super) fn role(key: &[u8]) -> Option<Role> {
    let mut lower = [0; 20];
    let lower = lower.get_mut(..key.len())?;
    for (to, from) in lower.iter_mut().zip(key) {
        *to = from.to_ascii_lowercase();
    }
    // By the first letter first: most names of a line are none of these.
    let (first, rest) = lower.split_first()?;
    Some(match first {
        b't' => match rest {
            b"ime" | b"s" | b"imestamp" | b"" | b"imemillis" | b"ime_iso8601" | b"ime_local" => Role::Time(0),
            b"extpayload" => Role::Message(0),
            b"ext" => Role::Message(1),
            _ => return None,
        },
        b'l' => match rest {
            b"evel" | b"vl" | b"oglevel" | b"og_level" | b"og.level" | b"evelname" | b"evel_name" => {
                Role::Level(0)
            }
            b"og" | b"evelno" => Role::Level(1),
            b"og_time" => Role::Time(0),
            _ => return None,
        },
        b'm' if matches!(rest, b"sg" | b"essage") => Role::Message(0),
        b'm' if rest == b"essagetemplate" => Role::Message(1),
        b's' => match rest {
            b"everity" | b"everitytext" | b"everity_text" => Role::Level(0),
            b"" | b"everitynumber" | b"everity_number" => Role::Level(1),
            b"tart_time" | b"tarttime" => Role::Time(1),
            b"hort_message" => Role::Gelf,
            _ => return None,
        },
        b'@' => match rest {
            b"timestamp" | b"t" | b"ts" => Role::Time(0),
            b"level" | b"l" => Role::Level(0),
            b"message" | b"m" => Role::Message(0),
            b"mt" => Role::Compact,
            _ => return None,
        },
        b'_' if matches!(rest, b"time" | b"_realtime_timestamp") => Role::Time(0),
        b'd' if rest == b"atetime" => Role::Time(0),
        b'd' if rest == b"ate" => Role::Time(1),
        b'e' => match rest {
            b"venttime" | b"vent_time" => Role::Time(0),
            b"rror_severity" => Role::Level(0),
            b"vent" => Role::Message(1),
            _ => return None,
        },
        b'a' if rest == b"sctime" => Role::Time(0),
        b'i' if rest == b"nstant" => Role::Time(0),
        b'r' if rest == b"enderedmessage" => Role::Message(0),
        b'f' if rest == b"ields" => Role::Fields,
        b'c' if rest == b"reated" => Role::Time(1),
        b'w' if rest == b"hen" => Role::Time(1),
        b'p' if rest == b"riority" => Role::Level(1),
        b'b' if rest == b"ody" => Role::Message(1),
        _ => return None,
    })
}

/// What was found so far.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) time: Option<Written>,
    pub(super) level: Option<Level>,
    pub(super) message: Option<Range<usize>>,
    /// Where the members that were taken begin: time, level, message.
    pub(super) used: [u32; 3],
    ranks: [u8; 3],
    order: Order,
    small: Option<u32>,
    gelf: bool,
    compact: bool,
}

impl Found {
    pub(super) fn new(order: Order) -> Found {
        let (ranks, used) = ([u8::MAX; 3], [NOWHERE; 3]);
        Found {
            time: None,
            level: None,
            message: None,
            used,
            ranks,
            order,
            small: None,
            gelf: false,
            compact: false,
        }
    }

    /// Whether nothing better can come.
    #[inline]
    pub(super) fn complete(&self) -> bool {
        self.ranks == [0; 3]
    }

    fn take_time(&mut self, rank: u8, start: usize, time: Option<Written>) {
        if rank < self.ranks[0] && time.is_some() {
            (self.time, self.ranks[0], self.used[0]) = (time, rank, start as u32);
        }
    }

    fn take_level(&mut self, rank: u8, start: usize, level: Option<Level>) {
        if rank < self.ranks[1] && level.is_some() {
            (self.level, self.ranks[1], self.used[1]) = (level, rank, start as u32);
        }
    }

    fn take_message(&mut self, rank: u8, start: usize, message: Range<usize>) {
        if rank < self.ranks[2] {
            (self.message, self.ranks[2], self.used[2]) = (Some(message), rank, start as u32);
        }
    }

    /// A member of a JSON object.
    #[inline]
    pub(super) fn member(&mut self, bytes: &[u8], member: &Member<'_>) {
        let Some(role) = role(member.raw_key()) else { return };
        let start = member.start;
        let nested = member.raw().first() == Some(&b'{');
        match (role, member.text()) {
            (Role::Time(rank), _) if nested => {
                let time = self.nested_time(bytes, member.range.start);
                self.take_time(rank, start, time);
            }
            // One letter is too little for a time that is no more than a number.
            (Role::Time(rank), text) if text.is_some() || member.raw_key().len() > 1 => {
                let value = &bytes[text.unwrap_or(member.range.clone())];
                self.take_time(rank, start, moment(value, self.order));
            }
            (Role::Fields, None) if nested => {
                let mut inner = json::members(bytes, member.range.start);
                if let Some(text) =
                    inner.find(|inner| inner.raw_key() == b"message").and_then(|inner| inner.text())
                {
                    self.take_message(1, start, text);
                    // The object holds more than the message.
                    self.used[2] = NOWHERE;
                }
            }
            (Role::Level(rank), _) if nested => {
                let level = json::find(bytes, member.range.start, "level").map(|value| value.text());
                self.take_level(rank, start, level.and_then(|word| level::named(word.as_bytes())));
                // The object holds more than the level.
                if self.used[1] == start as u32 {
                    self.used[1] = NOWHERE;
                }
            }
            (Role::Level(rank), Some(text)) => {
                let found = self.word(member.raw_key(), &bytes[text.clone()]);
                self.take_level(rank, start, found);
                if found.is_none() && member.raw_key() == b"log" {
                    self.take_message(1, start, text);
                }
            }
            (Role::Level(rank), None) => {
                let found = self.number(member.raw_key(), member.raw());
                self.take_level(rank, start, found);
            }
            (Role::Message(rank), Some(text)) => self.take_message(rank, start, text),
            (Role::Gelf, Some(text)) => {
                self.gelf = true;
                self.take_message(0, start, text);
            }
            (Role::Compact, Some(text)) => {
                self.compact = true;
                self.take_message(1, start, text);
            }
            _ => {}
        }
    }

    /// A pair of logfmt or of the journal's export; its value is at `range`.
    #[inline]
    pub(super) fn pair(&mut self, bytes: &[u8], start: usize, key: &[u8], range: Range<usize>) {
        let value = &bytes[range.clone()];
        match role(key) {
            Some(Role::Time(rank)) => self.take_time(rank, start, moment(value, self.order)),
            Some(Role::Level(rank)) => {
                let found = self.word(key, value).or_else(|| self.number(key, value));
                self.take_level(rank, start, found);
            }
            Some(Role::Message(rank)) => self.take_message(rank, start, range),
            _ => {}
        }
    }

    /// The level that a word is.
    fn word(&mut self, key: &[u8], value: &[u8]) -> Option<Level> {
        match key {
            // MongoDB: one letter, and how fine a debug is.
            b"s" => (value.len() == 1 || (value.len() == 2 && value[0] == b'D'))
                .then(|| level::lettered(value[0]))
                .flatten(),
            b"log" | b"LOG" | b"Log" => None,
            _ if value.eq_ignore_ascii_case(b"default") => None,
            _ => level::named(stem(value.trim_ascii())).or_else(|| match value {
                [letter] if letter.is_ascii_alphabetic() => level::lettered(letter.to_ascii_uppercase()),
                _ => self.number(key, value),
            }),
        }
    }

    /// The level that a number is.
    fn number(&mut self, key: &[u8], digits: &[u8]) -> Option<Level> {
        let number =
            (digits.len() <= 3).then(|| std::str::from_utf8(digits).ok()?.parse::<u32>().ok()).flatten()?;
        let (first, last) = (key.first()? | 0x20, key.last()? | 0x20);
        match (first, last) {
            (b'p', b'y') => level::severity(number),
            (b'l', b'o') => level::python(number),
            (b's', b'r') => level::telemetry(number),
            (b'l', b'l' | b'e') if number >= 10 => level::counted(number),
            (b'l', b'l') => {
                self.small = Some(number);
                None
            }
            _ => None,
        }
    }

    /// MongoDB's `{"$date": …}`, log4j's `{"epochSecond": …, "nanoOfSecond": …}` and Google's
    /// `{"seconds": …, "nanos": …}`.
    fn nested_time(&self, bytes: &[u8], at: usize) -> Option<Written> {
        if let Some(date) = json::find(bytes, at, "$date") {
            return moment(date.text().as_bytes(), self.order);
        }
        let whole = |name: &str| json::find(bytes, at, name)?.text().parse::<i64>().ok();
        let (seconds, nanos) = match whole("epochSecond") {
            Some(seconds) => (seconds, whole("nanoOfSecond")),
            None => (whole("seconds")?, whole("nanos")),
        };
        when::since_1970(seconds.checked_mul(1_000_000_000)?.checked_add(nanos.unwrap_or(0))?)
    }

    /// What only the whole object tells.
    pub(super) fn finished(mut self) -> Found {
        if let Some(small) = self.small.filter(|_| self.gelf && self.level.is_none()) {
            self.level = level::severity(small);
        }
        if self.compact && self.level.is_none() && self.time.is_some() {
            self.level = Some(Level::Info);
        }
        self
    }
}

/// A level without what lies between it and the next: Go's slog writes `DEBUG+1`.
fn stem(word: &[u8]) -> &[u8] {
    let sign = word.iter().position(|byte| matches!(byte, b'+' | b'-'));
    let digit = sign.and_then(|sign| word.get(sign + 1)).is_some_and(u8::is_ascii_digit);
    &word[..sign.filter(|_| digit).unwrap_or(word.len())]
}

/// The time a value is, whole.
pub(super) fn moment(value: &[u8], order: Order) -> Option<Written> {
    let value = value.trim_ascii();
    if let Some((time, end)) = when::time(value, 0, order) {
        // A time of day alone may as well be how long something took.
        let dated = !matches!(time.date, super::zone::Date::Clock);
        return (end == value.len() && dated).then_some(time);
    }
    let exponent = value.len() <= 32 && memchr::memchr2(b'e', b'E', value).is_some();
    let number: f64 = exponent.then(|| std::str::from_utf8(value).ok()?.parse().ok()).flatten()?;
    // A double holds microseconds at today's date, and no more.
    (number.is_finite() && number.abs() < 9e9)
        .then(|| when::since_1970((number * 1e6) as i64 * 1000))
        .flatten()
}
