//! Times of the day, from midnight on, and fractions of a second: `07:25:34.123`, `7:25:34 PM`, `072534`, `07:25`.

use super::digits::{byte, small, two};

/// In nanoseconds.
pub(super) const SECOND: i64 = 1_000_000_000;

/// Nanoseconds since midnight. A leap second is the last one there is.
#[inline]
pub(super) fn of_day(hour: u8, minute: u8, second: u8) -> Option<i64> {
    let real = hour < 24 && minute < 60 && second <= 60;
    let seconds = i64::from(hour) * 3600 + i64::from(minute) * 60 + i64::from(second.min(59));
    real.then_some(seconds * SECOND)
}

/// `07:25:34` with a fraction and half of the day; `sign` stands between its numbers.
#[inline]
pub(super) fn clock(bytes: &[u8], at: usize, sign: u8) -> Option<(i64, usize)> {
    let (mut hour, behind) = small(bytes, at)?;
    if byte(bytes, behind) != sign || byte(bytes, behind + 3) != sign {
        return None;
    }
    let (minute, second) = (two(bytes, behind + 1)?, two(bytes, behind + 4)?);
    let (fraction, mut end) = fraction(bytes, behind + 6);
    if byte(bytes, end) == b' '
        && (1..=12).contains(&hour)
        && let Some(half) = half(bytes, end + 1)
    {
        hour = hour % 12 + half;
        end += 3;
    }
    Some((of_day(hour, minute, second)? + fraction, end))
}

/// `AM` is 0, `PM` is 12.
fn half(bytes: &[u8], at: usize) -> Option<u8> {
    let whole = byte(bytes, at + 1) | 0x20 == b'm' && !byte(bytes, at + 2).is_ascii_alphanumeric();
    match byte(bytes, at) | 0x20 {
        b'a' if whole => Some(0),
        b'p' if whole => Some(12),
        _ => None,
    }
}

/// `07:25`, with half of the day.
pub(super) fn short_clock(bytes: &[u8], at: usize) -> Option<(i64, usize)> {
    let (mut hour, behind) = small(bytes, at)?;
    let minute = two(bytes, behind + 1).filter(|_| byte(bytes, behind) == b':')?;
    let mut end = behind + 3;
    if byte(bytes, end) == b' '
        && (1..=12).contains(&hour)
        && let Some(half) = half(bytes, end + 1)
    {
        hour = hour % 12 + half;
        end += 3;
    }
    (byte(bytes, end) != b':').then_some((of_day(hour, minute, 0)?, end))
}

/// `072534`, with a fraction.
pub(super) fn six(bytes: &[u8], at: usize) -> Option<(i64, usize)> {
    if byte(bytes, at + 6).is_ascii_digit() {
        return None;
    }
    let of_day = of_day(two(bytes, at)?, two(bytes, at + 2)?, two(bytes, at + 4)?)?;
    let (fraction, end) = fraction(bytes, at + 6);
    Some((of_day + fraction, end))
}

/// `7:5:3`, without leading zeros.
pub(super) fn loose(bytes: &[u8], at: usize) -> Option<(i64, usize)> {
    let (hour, behind) = small(bytes, at)?;
    let (minute, behind) = small(bytes, behind + 1).filter(|_| byte(bytes, behind) == b':')?;
    let (second, behind) = small(bytes, behind + 1).filter(|_| byte(bytes, behind) == b':')?;
    Some((of_day(hour, minute, second)?, behind))
}

/// A fraction of a second in nanoseconds, 0 when there is none; digits beyond nine are passed over.
#[inline]
pub(super) fn fraction(bytes: &[u8], at: usize) -> (i64, usize) {
    if !matches!(byte(bytes, at), b'.' | b',') || !byte(bytes, at + 1).is_ascii_digit() {
        return (0, at);
    }
    let (mut value, mut unit, mut end) = (0, SECOND, at + 1);
    while end < at + 19 && byte(bytes, end).is_ascii_digit() {
        unit /= 10;
        value += i64::from(bytes[end] - b'0') * unit;
        end += 1;
    }
    (value, end)
}
