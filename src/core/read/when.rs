//! Times as logs write them, read by hand: which layout it is, the number of digits and the sign behind them
//! tell. Every reader looks at a bounded number of bytes.
//!
//! ```text
//! 2026-11-21T07:25:34.123+01:00   2026-11-21 07:25:34,123 UTC   2026/11/21 07:25:34   20261121T072534Z
//! 2026-11-21-07.25.34.675872      20261121-7:25:34:606          261121 072534         1121 07:25:34.123
//! 21/Nov/2026:07:25:34 +0000      21-Nov-2026 07:25:34.123      21 Nov 2026 07:25:34  11-21 07:25:34.123
//! 11/21/2026 7:25:34 PM           26/11/21 07:25:34             21.11.2026 07:25:34   11.21 07:25:34
//! Nov 21 07:25:34                 Nov 21, 2026 7:25:34 AM       Sat Nov 21 07:25:34 UTC 2026
//! 1795245934.123                  1795245934123                 07:25:34.123
//! ```

use super::daytime::{SECOND, clock, fraction, loose, of_day, short_clock, six};
use super::digits::{byte, exactly, run, small, two};
use super::offset::offset;
use super::zone::{Date, Written, day};

/// What the numbers of a date between slashes or dots are, which the date alone does not always say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Order {
    /// `21/11/2026` rather than `11/21/2026`.
    pub(super) day_first: bool,
    /// Of `26/11/21`.
    pub(super) short: Short,
}

/// The order of a date whose year has two digits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) enum Short {
    /// Year, month, day.
    #[default]
    Year,
    /// Month, day, year.
    Month,
    /// Day, month, year.
    Day,
}

/// The time that begins at `at`, and where it ends; its zone is part of it.
pub(super) fn time(bytes: &[u8], at: usize, order: Order) -> Option<(Written, usize)> {
    let first = *bytes.get(at)?;
    let (mut written, mut end) = match first {
        b'0'..=b'9' => numeric(bytes, at, order)?,
        b'A'..=b'Z' | b'a'..=b'z' => named(bytes, at)?,
        _ => return None,
    };
    if written.offset.is_none()
        && let Some((offset, behind)) = offset(bytes, end)
    {
        written.offset = Some(offset);
        end = behind;
    }
    let glued = bytes.get(end).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    (!glued).then_some((written, end))
}

fn numeric(bytes: &[u8], at: usize, order: Order) -> Option<(Written, usize)> {
    let run = run(bytes, at);
    let sign = byte(bytes, at + run);
    match (run, sign) {
        (4, b'-' | b'/' | b'.') => {
            year_first(bytes, at, sign).or_else(|| if sign == b'/' { month_day(bytes, at) } else { None })
        }
        (4, b' ') => month_day(bytes, at),
        (6, b' ') => compact(bytes, at, 2),
        (8, b'T' | b' ' | b'-' | b'_') => compact(bytes, at, 4),
        (14 | 17, _) => glued(bytes, at, run),
        (10 | 13 | 16 | 19, _) => epoch(bytes, at, run),
        (1 | 2, b':') => {
            let (nanos, end) = clock(bytes, at, b':')?;
            Some((Written { date: Date::Clock, nanos, offset: None }, end))
        }
        (1 | 2, b'/' | b'-' | b'.' | b' ') => day_first(bytes, at, sign, order),
        _ => None,
    }
}

/// `2026-11-21T07:25:34`, `2026/11/21 07:25:34`, `2026-11-21-07.25.34.675872`.
fn year_first(bytes: &[u8], at: usize, sign: u8) -> Option<(Written, usize)> {
    let year = exactly(bytes, at, 4)?;
    let (month, behind) = small(bytes, at + 5)?;
    if byte(bytes, behind) != sign {
        return None;
    }
    let (of_month, behind) = small(bytes, behind + 1)?;
    let date = Date::Day(day(year as i32, month, of_month)?);
    let (nanos, end) = match byte(bytes, behind) {
        b'-' => clock(bytes, behind + 1, b'.').or_else(|| clock(bytes, behind + 1, b':')),
        b' ' => {
            let dash = if bytes[behind..].starts_with(b" - ") { 2 } else { 0 };
            let from = behind + 1 + dash + usize::from(byte(bytes, behind + 1) == b' ');
            clock(bytes, from, b':').or_else(|| short_clock(bytes, from))
        }
        b'T' | b't' | b'_' | b':' | b'\t' => {
            clock(bytes, behind + 1, b':').or_else(|| short_clock(bytes, behind + 1))
        }
        _ => None,
    }?;
    Some((Written { date, nanos, offset: None }, end))
}

/// `1121 07:25:34.123`, `1121/072534.123`.
fn month_day(bytes: &[u8], at: usize) -> Option<(Written, usize)> {
    let date = in_year(two(bytes, at)?, two(bytes, at + 2)?)?;
    let (nanos, end) = match byte(bytes, at + 4) {
        b'/' => six(bytes, at + 5),
        _ => clock(bytes, at + 5, b':'),
    }?;
    Some((Written { date, nanos, offset: None }, end))
}

/// `20261121T072534`, `20261121 07:25:34`, `20261121-7:25:34:606`, `261121 072534`: the year has `len` digits.
fn compact(bytes: &[u8], at: usize, len: usize) -> Option<(Written, usize)> {
    let year = match len {
        2 => century(two(bytes, at)?),
        _ => exactly(bytes, at, 4).filter(|year| (1970..2200).contains(year))? as i32,
    };
    let date = Date::Day(day(year, two(bytes, at + len)?, two(bytes, at + len + 2)?)?);
    // A short hour is set in two columns.
    let from = at + len + 5 + usize::from(byte(bytes, at + len + 5) == b' ');
    let (nanos, mut end) =
        clock(bytes, from, b':').or_else(|| six(bytes, from)).or_else(|| loose(bytes, from))?;
    let mut nanos = nanos;
    if byte(bytes, end) == b':' && byte(bytes, end + 1).is_ascii_digit() {
        let digits = run(bytes, end + 1).min(3);
        nanos += exactly(bytes, end + 1, digits)? * 1_000_000;
        end += 1 + digits;
    }
    Some((Written { date, nanos, offset: None }, end))
}

/// `20261121072534`, with or without milliseconds.
fn glued(bytes: &[u8], at: usize, run: usize) -> Option<(Written, usize)> {
    let year = exactly(bytes, at, 4).filter(|year| (1970..2200).contains(year))? as i32;
    let date = Date::Day(day(year, two(bytes, at + 4)?, two(bytes, at + 6)?)?);
    let of_day = of_day(two(bytes, at + 8)?, two(bytes, at + 10)?, two(bytes, at + 12)?)?;
    if run == 17 {
        let millis = exactly(bytes, at + 14, 3)?;
        return Some((Written { date, nanos: of_day + millis * 1_000_000, offset: None }, at + 17));
    }
    let (fraction, end) = fraction(bytes, at + 14);
    Some((Written { date, nanos: of_day + fraction, offset: None }, end))
}

/// Seconds, milliseconds, microseconds or nanoseconds since 1970, between the years 2001 and 2100.
fn epoch(bytes: &[u8], at: usize, run: usize) -> Option<(Written, usize)> {
    let value = exactly(bytes, at, run)?;
    let unit = 10_i64.pow(19 - run as u32);
    let mut nanos = value.checked_mul(unit)?;
    let mut end = at + run;
    if run < 19 && matches!(byte(bytes, end), b'.' | b',') && byte(bytes, end + 1).is_ascii_digit() {
        let (fraction, behind) = fraction(bytes, end);
        nanos = nanos.checked_add(fraction / (SECOND / unit))?;
        end = behind;
    }
    since_1970(nanos).map(|written| (written, end))
}

/// A moment in nanoseconds since 1970, if it is one that a log may have been written at.
pub(super) fn since_1970(nanos: i64) -> Option<Written> {
    const FROM: i64 = 1_000_000_000 * SECOND;
    const TO: i64 = 4_102_444_800 * SECOND;
    const DAY: i64 = 86_400 * SECOND;
    let date = Date::Day(nanos.div_euclid(DAY) as i32);
    (FROM..TO).contains(&nanos).then_some(Written { date, nanos: nanos.rem_euclid(DAY), offset: Some(0) })
}

/// A date that begins with one or two digits.
fn day_first(bytes: &[u8], at: usize, sign: u8, order: Order) -> Option<(Written, usize)> {
    let (first, behind) = small(bytes, at)?;
    let from = behind + 1;
    if byte(bytes, from).is_ascii_alphabetic() {
        return with_name(bytes, first, from, sign);
    }
    let (second, behind) = small(bytes, from)?;
    let (date, from) = match (sign, byte(bytes, behind)) {
        (b'/' | b'-' | b'.', next) if next == sign => {
            let digits = run(bytes, behind + 1);
            let date = match (digits, sign) {
                (4, _) => {
                    let year = exactly(bytes, behind + 1, 4)? as i32;
                    let day_first = sign != b'/' || order.day_first;
                    // One that is no month decides for itself.
                    let turned = if day_first { second > 12 } else { first > 12 };
                    let (month, of_month) =
                        if day_first != turned { (second, first) } else { (first, second) };
                    day(year, month, of_month)
                }
                (2, b'/' | b'.') => short(first, second, two(bytes, behind + 1)?, order.short),
                _ => None,
            }?;
            (Date::Day(date), behind + 1 + digits)
        }
        (b'-' | b'/' | b'.', b' ') => (in_year(first, second)?, behind),
        _ => return None,
    };
    let gap = match (byte(bytes, from), byte(bytes, from + 1)) {
        (b',', b' ') | (b' ', b' ') => 2,
        (b' ' | b'-' | b'_' | b'T', _) => 1,
        _ => return None,
    };
    let (nanos, end) = clock(bytes, from + gap, b':').or_else(|| short_clock(bytes, from + gap))?;
    Some((Written { date, nanos, offset: None }, end))
}

/// Behind the day and its sign: `Nov/2026:07:25:34`, `Nov-2026 07:25:34`, `Nov 2026 07:25:34`, `Nov 07:25:34`.
fn with_name(bytes: &[u8], of_month: u8, at: usize, sign: u8) -> Option<(Written, usize)> {
    let (month, behind) = month(bytes, at)?;
    if byte(bytes, behind) != sign {
        return None;
    }
    let from = behind + 1;
    if run(bytes, from) != 4 {
        let (nanos, end) = clock(bytes, from, b':')?;
        return Some((Written { date: in_year(month, of_month)?, nanos, offset: None }, end));
    }
    let date = Date::Day(day(exactly(bytes, from, 4)? as i32, month, of_month)?);
    let gap = match (byte(bytes, from + 4), byte(bytes, from + 5)) {
        (b',', b' ') => 2,
        (b':' | b' ', _) => 1,
        _ => return None,
    };
    let (nanos, end) = clock(bytes, from + 4 + gap, b':')?;
    Some((Written { date, nanos, offset: None }, end))
}

/// A date whose year has two digits, in the order it has most likely: the one that holds for the source, or
/// one that is possible.
fn short(a: u8, b: u8, c: u8, order: Short) -> Option<i32> {
    let as_it_is = |order| match order {
        Short::Year => day(century(a), b, c),
        Short::Month => day(century(c), a, b),
        Short::Day => day(century(c), b, a),
    };
    [order, Short::Year, Short::Month, Short::Day].into_iter().find_map(as_it_is)
}

/// Which orders `bytes` leaves open, when a date between slashes or dots begins it: those that are possible
/// for `21/11/2026` (month first, day first) and those for `26/11/21` (year, month, day first).
pub(super) fn orders(bytes: &[u8]) -> Option<Orders> {
    let (first, behind) = small(bytes, 0)?;
    let sign = byte(bytes, behind);
    let (second, end) = small(bytes, behind + 1)?;
    if !matches!(sign, b'/' | b'.') || byte(bytes, end) != sign {
        return None;
    }
    match run(bytes, end + 1) {
        4 => Some(Orders { long: true, possible: [false, first <= 12, second <= 12], years: [0; 3] }),
        2 => {
            let third = two(bytes, end + 1)?;
            let is = |year, month, of_month| day(century(year), month, of_month).is_some();
            let possible = [is(first, second, third), is(third, first, second), is(third, second, first)];
            Some(Orders { long: false, possible, years: [first, third, third].map(century) })
        }
        _ => None,
    }
}

/// What a date says of the order of its numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Orders {
    /// Its year has four digits.
    pub(super) long: bool,
    /// Whether it may begin with the year, the month, the day.
    pub(super) possible: [bool; 3],
    /// Its year then, when that has two digits.
    pub(super) years: [i32; 3],
}

/// The year of two digits.
fn century(year: u8) -> i32 {
    i32::from(year) + if year < 70 { 2000 } else { 1900 }
}

fn in_year(month: u8, of_month: u8) -> Option<Date> {
    // Of a leap year: whether it is one, nobody knows here.
    day(2000, month, of_month).map(|_| Date::InYear(month, of_month))
}

/// `Nov 21 07:25:34` and the like, with the name of the day or without.
fn named(bytes: &[u8], at: usize) -> Option<(Written, usize)> {
    let mut at = at;
    let mut dated = false;
    if let Some(behind) = weekday(bytes, at) {
        at = behind + usize::from(byte(bytes, behind) == b',');
        if byte(bytes, at) != b' ' {
            return None;
        }
        at += 1;
        dated = true;
        if byte(bytes, at).is_ascii_digit() {
            return match run(bytes, at) {
                4 => year_first(bytes, at, byte(bytes, at + 4)),
                1 | 2 => day_first(bytes, at, byte(bytes, at + run(bytes, at)), Order::default()),
                _ => None,
            };
        }
    }
    let (month, behind) = month(bytes, at)?;
    // A day of one digit is set in two columns.
    let from = behind + 1 + usize::from(byte(bytes, behind + 1) == b' ');
    if byte(bytes, behind) != b' ' {
        return None;
    }
    let (of_month, mut behind) = small(bytes, from)?;
    behind += usize::from(byte(bytes, behind) == b',');
    if byte(bytes, behind) != b' ' {
        return None;
    }
    behind += 1;
    if run(bytes, behind) == 4 && byte(bytes, behind + 4) == b' ' {
        let date = Date::Day(day(exactly(bytes, behind, 4)? as i32, month, of_month)?);
        let (nanos, end) = clock(bytes, behind + 5, b':')?;
        return Some((Written { date, nanos, offset: None }, end));
    }
    let (nanos, end) = clock(bytes, behind, b':')?;
    // The year of `ctime`, behind the zone of `date`.
    let zoned = offset(bytes, end).filter(|_| dated);
    let from = zoned.map_or(end, |(_, behind)| behind);
    if dated && byte(bytes, from) == b' ' && run(bytes, from + 1) == 4 {
        let date = Date::Day(day(exactly(bytes, from + 1, 4)? as i32, month, of_month)?);
        return Some((Written { date, nanos, offset: zoned.map(|(offset, _)| offset) }, from + 5));
    }
    Some((Written { date: in_year(month, of_month)?, nanos, offset: None }, end))
}

/// Three letters in lower case.
fn three(bytes: &[u8], at: usize) -> Option<[u8; 3]> {
    let word: [u8; 3] = bytes.get(at..at + 3)?.try_into().ok()?;
    Some(word.map(|letter| letter | 0x20))
}

/// The month that is named at `at`, short or whole.
fn month(bytes: &[u8], at: usize) -> Option<(u8, usize)> {
    let (month, rest): (u8, &[u8]) = match &three(bytes, at)? {
        b"jan" => (1, b"uary"),
        b"feb" => (2, b"ruary"),
        b"mar" => (3, b"ch"),
        b"apr" => (4, b"il"),
        b"may" => (5, b""),
        b"jun" => (6, b"e"),
        b"jul" => (7, b"y"),
        b"aug" => (8, b"ust"),
        b"sep" => (9, b"tember"),
        b"oct" => (10, b"ober"),
        b"nov" => (11, b"ember"),
        b"dec" => (12, b"ember"),
        _ => return None,
    };
    let end = at + 3;
    let whole = bytes[end..].len() >= rest.len() && bytes[end..end + rest.len()].eq_ignore_ascii_case(rest);
    let end = if whole { end + rest.len() } else { end };
    (!byte(bytes, end).is_ascii_alphabetic()).then_some((month, end))
}

/// Behind the day of the week that is named at `at`.
fn weekday(bytes: &[u8], at: usize) -> Option<usize> {
    let rest: &[u8] = match &three(bytes, at)? {
        b"mon" | b"fri" | b"sun" => b"day",
        b"tue" => b"sday",
        b"wed" => b"nesday",
        b"thu" => b"rsday",
        b"sat" => b"urday",
        _ => return None,
    };
    let end = at + 3;
    let whole = bytes[end..].starts_with(rest);
    let end = if whole { end + rest.len() } else { end };
    (!byte(bytes, end).is_ascii_alphabetic()).then_some(end)
}
