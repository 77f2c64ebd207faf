//! A time as a query names it: a clock, a day, both, or so long ago. It knows no clock; what "now" is, is
//! told when it is resolved.

use std::fmt;
use std::ops::Range;

use jiff::Zoned;
use jiff::civil::{self, Date, DateTime};
use jiff::tz::{Offset, TimeZone};

use super::amount::{Amount, Kind};
use super::error::cited;
use crate::core::near::nearest;

/// A time as it was written. It lasts as long as its last unit: `14:05` a minute, a day a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum When {
    /// So long before now, as it was written: `10m`, `1h30m`.
    Ago(String),
    /// A clock on a day.
    At(Moment),
}

/// A clock, a day, or both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    day: Day,
    clock: Option<Clock>,
    /// Seconds east of UTC, when the zone is written.
    offset: Option<i32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Day {
    /// The last day on which it has been so late, or today.
    Latest,
    Now,
    Today,
    Yesterday,
    Date(Date),
}

/// A time of day: how precise it is shows how long it lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Clock {
    hour: i8,
    minute: i8,
    second: Option<i8>,
    /// Nanoseconds and how many digits of them are written.
    fraction: Option<(i32, u8)>,
}

const WORDS: [&str; 3] = ["now", "today", "yesterday"];
const FORMS: &str =
    "write a time as 14:05, 14:05:30, 2026-11-21, 2026-11-21T14:05, yesterday, or -10m for ten minutes ago";

impl When {
    /// Reads all of `text`, behind `since` also a duration without its minus.
    ///
    /// # Errors
    /// A sentence when it is no time.
    pub(super) fn read(text: &str, since: bool) -> Result<When, String> {
        let ago = text.strip_prefix('-').or(since.then_some(text));
        if let Some(ago) = ago.filter(|ago| duration(ago).is_some()) {
            return Ok(When::Ago(ago.to_owned()));
        }
        if duration(text).is_some() {
            return Err(format!("{0} is no time; write -{0} for so long ago", cited(text)));
        }
        if text.parse::<i64>().is_ok_and(|number| number < 0) || (since && text.parse::<u32>().is_ok()) {
            return Err(format!("{} lacks its unit: s, m, h or d", cited(text)));
        }
        Moment::read(text).map(When::At)
    }

    /// Reads a time that somebody wants to go to: more freely than in a query, where other words stand around it.
    ///
    /// # Errors
    /// A sentence when it is no time.
    pub fn typed(text: &str) -> Result<When, String> {
        let text = text.trim();
        let ago = text.strip_suffix("ago").map_or(text, str::trim_end);
        if ago.len() < text.len() || duration(ago).is_some() {
            return When::read(&format!("-{}", ago.trim_start_matches('-')), false);
        }
        // `9:00` is `09:00`.
        let digit = |part: &str| part.as_bytes().first().is_some_and(u8::is_ascii_digit);
        let short = |part: &str| digit(part) && part.as_bytes().get(1) == Some(&b':');
        let at = text.rfind([' ', 'T']).map_or(0, |at| at + 1);
        let (day, clock) = text.split_at(at);
        if short(clock) { When::read(&format!("{day}0{clock}"), false) } else { When::read(text, false) }
    }

    /// The moment that is meant in a log whose last line was written at `last`: a clock without a day is the last
    /// such time in the log, and so long ago is, in a log that ended before that, so long before its end.
    pub fn sought(&self, now: &Zoned, last: &Zoned) -> i64 {
        match self {
            When::Ago(_) => {
                let from_now = self.resolve(now, true).start;
                let end = clamp(last.timestamp().as_nanosecond());
                if from_now > end { self.resolve(last, true).start } else { from_now }
            }
            When::At(Moment { day: Day::Latest, .. }) => self.resolve(last, true).start,
            When::At(_) => self.resolve(now, true).start,
        }
    }

    /// Whether it is a day without a clock, which may follow.
    pub(super) fn is_day(&self) -> bool {
        matches!(
            self,
            When::At(Moment { day: Day::Date(_) | Day::Today | Day::Yesterday, clock: None, offset: None })
        )
    }

    /// The nanoseconds since the epoch that it lasts. A clock without a day is today's; if `past`, and if
    /// that is still to come, yesterday's. What lies outside the range of time is the nearest within.
    pub(super) fn resolve(&self, now: &Zoned, past: bool) -> Range<i64> {
        match self {
            When::Ago(text) => {
                let ago = duration(text).unwrap_or(0.0) as i128;
                let at = clamp(now.timestamp().as_nanosecond() - ago);
                at..at.saturating_add(1)
            }
            When::At(moment) => moment.resolve(now, past),
        }
    }
}

/// The nanoseconds of a duration without a sign.
fn duration(text: &str) -> Option<f64> {
    match Amount::read(text)? {
        Amount::Measured(Kind::Duration, value) if text.starts_with(|c: char| c.is_ascii_digit()) => {
            Some(value)
        }
        _ => None,
    }
}

fn clamp(nanoseconds: i128) -> i64 {
    nanoseconds.clamp(i64::MIN.into(), i64::MAX.into()) as i64
}

impl Moment {
    fn read(text: &str) -> Result<Moment, String> {
        let (first, rest) = text.split_once([' ', 'T']).unwrap_or((text, ""));
        let Some(day) = Day::read(first)? else { return Moment::clock(text) };
        let (clock, offset) = match (day, rest.trim_start()) {
            (_, "") => (None, None),
            (Day::Now, _) => return Err(format!("nothing can follow now; {FORMS}")),
            (_, clock) => {
                let (clock, offset) = Clock::read(clock).ok_or_else(|| no_clock(clock))?;
                (Some(clock), offset)
            }
        };
        Ok(Moment { day, clock, offset })
    }

    fn clock(text: &str) -> Result<Moment, String> {
        let (clock, offset) = Clock::read(text).ok_or_else(|| no_clock(text))?;
        Ok(Moment { day: Day::Latest, clock: Some(clock), offset })
    }

    fn resolve(&self, now: &Zoned, past: bool) -> Range<i64> {
        let zone = match self.offset.map(Offset::from_seconds) {
            Some(Ok(offset)) => TimeZone::fixed(offset),
            _ => now.time_zone().clone(),
        };
        let here = now.with_time_zone(zone.clone());
        let today = here.date();
        let before = today.yesterday().unwrap_or(today);
        let on = |date: Date| self.on(date, &zone);
        match self.day {
            Day::Now => When::Ago("0s".to_owned()).resolve(now, past),
            Day::Date(date) => on(date),
            Day::Today => on(today),
            Day::Yesterday => on(before),
            Day::Latest => {
                let range = on(today);
                let ahead = i128::from(range.start) > now.timestamp().as_nanosecond();
                if past && ahead { on(before) } else { range }
            }
        }
    }

    fn on(&self, date: Date, zone: &TimeZone) -> Range<i64> {
        let at = |moment: DateTime| zone.to_timestamp(moment).map(|at| clamp(at.as_nanosecond()));
        let outermost = |date: Date| if date.year() < 1970 { i64::MIN } else { i64::MAX };
        let from = |moment: DateTime| at(moment).unwrap_or(outermost(moment.date()));
        match &self.clock {
            Some(clock) => {
                let start = from(date.to_datetime(clock.time()));
                start..start.saturating_add(clock.lasts())
            }
            None => {
                let next =
                    date.tomorrow().map_or(i64::MAX, |next| from(next.to_datetime(civil::Time::midnight())));
                from(date.to_datetime(civil::Time::midnight()))..next
            }
        }
    }
}

impl Day {
    /// The day that is all of `text`; an error when it is a date that is not in the calendar.
    fn read(text: &str) -> Result<Option<Day>, String> {
        match text {
            "now" => return Ok(Some(Day::Now)),
            "today" => return Ok(Some(Day::Today)),
            "yesterday" => return Ok(Some(Day::Yesterday)),
            _ => {}
        }
        let parts: Vec<&str> = text.split('-').collect();
        let &[year, month, day] = &parts[..] else { return Ok(None) };
        if !parts.iter().all(|part| is_number(part)) {
            return Ok(None);
        }
        let date = || Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok();
        match date() {
            Some(date) if year.len() == 4 => Ok(Some(Day::Date(date))),
            _ => Err(format!("{} is no day of the calendar; write it as 2026-11-21", cited(text))),
        }
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.len() <= 9 && text.bytes().all(|b| b.is_ascii_digit())
}

impl Clock {
    /// Reads `14:05`, `14:05:30`, `14:05:30.250` and the zone behind it: `Z`, `+02:00`.
    fn read(text: &str) -> Option<(Clock, Option<i32>)> {
        let end = text.find(['Z', '+', '-']).unwrap_or(text.len());
        let (clock, zone) = text.split_at(end);
        let mut parts = clock.split(':');
        let (hour, minute) = (two(parts.next()?, 23)?, two(parts.next()?, 59)?);
        let (second, fraction) =
            match parts.next().map(|second| second.split_once('.').unwrap_or((second, ""))) {
                Some((second, "")) if clock.ends_with(second) => (Some(two(second, 59)?), None),
                Some((second, fraction)) => (Some(two(second, 59)?), Some(nanoseconds(fraction)?)),
                None => (None, None),
            };
        let clock = Clock { hour, minute, second, fraction };
        let offset = if zone.is_empty() { None } else { Some(offset(zone)?) };
        parts.next().is_none().then_some((clock, offset))
    }

    fn time(&self) -> civil::Time {
        let nanoseconds = self.fraction.map_or(0, |(nanoseconds, _)| nanoseconds);
        // All parts are within their bounds.
        civil::Time::new(self.hour, self.minute, self.second.unwrap_or(0), nanoseconds).unwrap_or_default()
    }

    /// Nanoseconds that its last written digit stands for.
    fn lasts(&self) -> i64 {
        match (self.second, self.fraction) {
            (None, _) => 60_000_000_000,
            (Some(_), None) => 1_000_000_000,
            (Some(_), Some((_, digits))) => 10i64.pow(9 - u32::from(digits)),
        }
    }
}

/// A number of two digits, at most `most`.
fn two(text: &str, most: i8) -> Option<i8> {
    let number = is_number(text).then(|| text.parse::<i8>().ok())??;
    (text.len() == 2 && number <= most).then_some(number)
}

/// One to nine digits behind a point, and how many they are.
fn nanoseconds(text: &str) -> Option<(i32, u8)> {
    let number: i32 = is_number(text).then(|| text.parse().ok())??;
    let digits = text.len() as u8; // at most nine
    Some((number * 10i32.pow(9 - u32::from(digits)), digits))
}

/// Seconds east of UTC.
fn offset(text: &str) -> Option<i32> {
    if text == "Z" {
        return Some(0);
    }
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let digits = text.get(1..)?;
    let (hours, minutes) = digits.split_once(':').or(digits.split_at_checked(2)).unwrap_or((digits, ""));
    let minutes = if minutes.is_empty() { 0 } else { two(minutes, 59)? };
    Some(sign * (i32::from(two(hours, 23)?) * 3600 + i32::from(minutes) * 60))
}

/// Whether `text` is a clock, which can follow a day.
pub(super) fn is_clock(text: &str) -> bool {
    Clock::read(text).is_some()
}

fn no_clock(text: &str) -> String {
    let meant = nearest(text, &WORDS).map_or(String::new(), |word| format!("did you mean {word}? "));
    format!("{} is no time; {meant}{FORMS}", cited(text))
}

impl When {
    /// As it is written behind an operator, or behind `since`.
    pub(super) fn write(&self, f: &mut fmt::Formatter<'_>, since: bool) -> fmt::Result {
        match self {
            When::Ago(ago) if since => f.write_str(ago),
            When::Ago(ago) => write!(f, "-{ago}"),
            When::At(moment) => write!(f, "{moment}"),
        }
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (day, quote) = match self.day {
            Day::Latest => return self.write_clock(f),
            Day::Now => ("now".to_owned(), ""),
            Day::Today => ("today".to_owned(), "\""),
            Day::Yesterday => ("yesterday".to_owned(), "\""),
            Day::Date(date) => (date.to_string(), ""),
        };
        if self.clock.is_none() {
            return f.write_str(&day);
        }
        write!(f, "{quote}{day}{}", if quote.is_empty() { "T" } else { " " })?;
        self.write_clock(f)?;
        f.write_str(quote)
    }
}

impl Moment {
    fn write_clock(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(clock) = &self.clock else { return Ok(()) };
        write!(f, "{:02}:{:02}", clock.hour, clock.minute)?;
        if let Some(second) = clock.second {
            write!(f, ":{second:02}")?;
        }
        if let Some((nanoseconds, digits)) = clock.fraction {
            write!(f, ".{:01$}", nanoseconds / 10i32.pow(9 - u32::from(digits)), usize::from(digits))?;
        }
        match self.offset {
            None => Ok(()),
            Some(0) => f.write_str("Z"),
            Some(offset) => {
                let (sign, size) = (if offset < 0 { '-' } else { '+' }, offset.abs());
                write!(f, "{sign}{:02}:{:02}", size / 3600, size / 60 % 60)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A Saturday, 15:00 in a zone two hours east of UTC.
    fn now() -> Zoned {
        "2026-11-21T15:00:00+02:00[+02:00]".parse().unwrap()
    }

    fn resolved(text: &str, past: bool) -> (String, i64) {
        let range = When::read(text, false).unwrap().resolve(&now(), past);
        let start = jiff::Timestamp::from_nanosecond(range.start.into()).unwrap();
        (start.to_zoned(now().time_zone().clone()).datetime().to_string(), range.end - range.start)
    }

    #[test]
    fn a_time_lasts_as_long_as_its_last_unit() {
        const SECOND: i64 = 1_000_000_000;
        for (text, start, seconds) in [
            ("14:05", "2026-11-21T14:05:00", 60),
            ("14:05:30", "2026-11-21T14:05:30", 1),
            ("2026-11-20", "2026-11-20T00:00:00", 86_400),
            ("2026-11-20T14:05", "2026-11-20T14:05:00", 60),
            ("2026-11-20 14:05", "2026-11-20T14:05:00", 60),
            ("2026-11-20T14:05Z", "2026-11-20T16:05:00", 60),
            ("2026-11-20T14:05-01:30", "2026-11-20T17:35:00", 60),
            ("14:05Z", "2026-11-20T16:05:00", 60),
            ("today", "2026-11-21T00:00:00", 86_400),
            ("yesterday 23:59:59", "2026-11-20T23:59:59", 1),
        ] {
            assert_eq!(resolved(text, true), (start.to_owned(), seconds * SECOND), "{text}");
        }
        assert_eq!(resolved("14:05:30.25", true).1, 10_000_000);
        assert_eq!(resolved("-1h30m", true).0, "2026-11-21T13:30:00");
        assert_eq!(resolved("now", true), ("2026-11-21T15:00:00".to_owned(), 1));
    }

    #[test]
    fn a_clock_still_to_come_was_yesterday_if_it_has_been() {
        assert_eq!(resolved("23:50", true).0, "2026-11-20T23:50:00");
        assert_eq!(resolved("23:50", false).0, "2026-11-21T23:50:00");
        assert_eq!(resolved("15:00", true).0, "2026-11-21T15:00:00");
    }

    #[test]
    fn a_day_on_which_clocks_change_is_as_long_as_it_is() {
        let now: Zoned = "2026-11-21T15:00[Europe/Berlin]".parse().unwrap();
        let range = When::read("2026-10-25", false).unwrap().resolve(&now, true);
        assert_eq!((range.end - range.start) / 3_600_000_000_000, 25);
    }

    #[test]
    fn absurd_dates_are_the_ends_of_time() {
        let range = |text| When::read(text, false).unwrap().resolve(&now(), true);
        assert_eq!(range("9999-12-31").end, i64::MAX);
        assert_eq!(range("0001-01-01").start, i64::MIN);
        assert_eq!(When::read("-9999999999d", false).unwrap().resolve(&now(), true).start, i64::MIN);
    }

    #[test]
    fn a_time_to_go_to_is_the_last_one_the_log_has() {
        let last: Zoned = "2026-11-20T09:30:00+02:00[+02:00]".parse().unwrap();
        let sought = |text: &str| {
            let at = When::typed(text).unwrap().sought(&now(), &last);
            let at = jiff::Timestamp::from_nanosecond(at.into()).unwrap();
            at.to_zoned(last.time_zone().clone()).datetime().to_string()
        };
        for (text, at) in [
            ("9:00", "2026-11-20T09:00:00"),
            ("14:05", "2026-11-19T14:05:00"),
            ("14:05:30.5", "2026-11-19T14:05:30.5"),
            ("2026-11-18 7:15", "2026-11-18T07:15:00"),
            ("2026-11-18T07:15:00Z", "2026-11-18T09:15:00"),
            ("2026-11-18 07:15:00+01:00", "2026-11-18T08:15:00"),
            ("yesterday 9:00", "2026-11-20T09:00:00"),
            ("today", "2026-11-21T00:00:00"),
            // The log ended long before.
            ("-10m", "2026-11-20T09:20:00"),
            ("10m ago", "2026-11-20T09:20:00"),
            ("10m", "2026-11-20T09:20:00"),
            ("-2d", "2026-11-19T15:00:00"),
        ] {
            assert_eq!(sought(text), at, "{text}");
        }
        for text in ["", "ago", "soon", "99:00", "1:2:3", "é:00", "9:é", "-1:00", "-"] {
            assert!(!When::typed(text).unwrap_err().contains('\n'), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_said_with_what_was_meant() {
        let error = |text, since| When::read(text, since).unwrap_err();
        assert!(error("yesterdy", false).contains("did you mean yesterday?"));
        assert!(error("2026-02-30", false).contains("calendar"));
        assert!(error("26-02-03", false).contains("calendar"));
        assert!(error("10m", false).contains("write -10m"));
        assert!(error("-10", false).contains("unit"));
        assert!(error("10", true).contains("unit"));
        for text in [
            "",
            "25:00",
            "14:60",
            "14:5",
            "1:05",
            "14:05:30.",
            "14:05+25:00",
            "now 14:05",
            "14:05:30.1234567890",
            "-é",
            "é",
        ] {
            assert!(!error(text, true).contains('\n'), "{text}");
        }
    }
}
