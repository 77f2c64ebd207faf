//! Times as they are shown: on a clock in a zone, as an age, as the time since the line before. Knows no clock: what
//! "now" is, is told.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::core::read::Time;

const SECOND: i64 = 1_000_000_000;
const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const YEAR: i64 = 365 * DAY;

/// Columns of [`clock`].
pub const CLOCK: usize = 12;
/// Columns that every [`age`] fits in.
pub const AGE: usize = 5;
/// Columns that every [`delta`] fits in.
pub const DELTA: usize = 7;

/// The time of day with milliseconds, on a clock in `zone`: `07:25:34.123`.
pub fn clock(time: Time, zone: &TimeZone) -> String {
    let moment = Timestamp::from_nanosecond(time.0.into()).unwrap_or_default();
    let local = zone.to_datetime(moment);
    let millis = local.subsec_nanosecond() / 1_000_000;
    format!("{:02}:{:02}:{:02}.{millis:03}", local.hour(), local.minute(), local.second())
}

fn seconds(time: Time) -> i64 {
    time.0.div_euclid(SECOND)
}

/// How long ago `time` is, in whole seconds of both clocks: `3s`, `14m`, `2h`, `3d`, `5y`; with a minus when it is
/// ahead of `now`.
pub fn age(time: Time, now: Time) -> String {
    let age = seconds(now) - seconds(time);
    let (sign, length) = (if age < 0 { "-" } else { "" }, age.abs());
    let (unit, sign_of_unit) = unit(length);
    format!("{sign}{}{sign_of_unit}", length / unit)
}

/// The unit an age is told in.
fn unit(length: i64) -> (i64, char) {
    match length {
        ..MINUTE => (1, 's'),
        MINUTE..HOUR => (MINUTE, 'm'),
        HOUR..DAY => (HOUR, 'h'),
        length if length < 1000 * DAY => (DAY, 'd'),
        _ => (YEAR, 'y'),
    }
}

/// When [`age`] says something else than at `now`.
pub fn next_age(time: Time, now: Time) -> Time {
    let age = seconds(now) - seconds(time);
    let next = if age < 0 {
        // Towards nothing: -14m lasts until 14 minutes and no second are left, and one more goes by.
        let length = -age;
        let (unit, _) = unit(length);
        seconds(now) + length % unit + 1
    } else {
        let (unit, _) = unit(age);
        seconds(now) + unit - age % unit
    };
    Time(next.saturating_mul(SECOND))
}

/// How much later `time` is than the line before: `+12ms`, `+1.23s`, `+2m05s`, `+3h12m`; with a minus where clocks
/// jump back.
pub fn delta(time: Time, before: Time) -> String {
    let nanos = i128::from(time.0) - i128::from(before.0);
    let sign = if nanos < 0 { '-' } else { '+' };
    let millis = nanos.unsigned_abs() / 1_000_000;
    let (seconds, hour) = (millis / 1000, 3600);
    let text = match seconds {
        0 => format!("{millis}ms"),
        1..10 => format!("{seconds}.{:02}s", millis % 1000 / 10),
        10..60 => format!("{seconds}.{}s", millis % 1000 / 100),
        60..3600 => format!("{}m{:02}s", seconds / 60, seconds % 60),
        3600..86_400 => format!("{}h{:02}m", seconds / hour, seconds % hour / 60),
        86_400..8_640_000 => format!("{}d{:02}h", seconds / 86_400, seconds % 86_400 / hour),
        8_640_000..864_000_000 => format!("{}d", seconds / 86_400),
        _ => format!("{}y", seconds / 86_400 / 365),
    };
    format!("{sign}{text}")
}

/// How long a gap is that is worth a look: a second or more, ten or more. A clock that jumps back is worth one too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    /// Less than a second.
    None,
    /// From a second on, or a clock that jumps back.
    Slow,
    /// From ten seconds on.
    Long,
}

/// The gap between a line and the one before.
pub fn gap(time: Time, before: Time) -> Gap {
    match i128::from(time.0) - i128::from(before.0) {
        ..0 => Gap::Slow,
        nanos if nanos >= 10 * i128::from(SECOND) => Gap::Long,
        nanos if nanos >= i128::from(SECOND) => Gap::Slow,
        _ => Gap::None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(seconds: i64) -> Time {
        Time(seconds * SECOND)
    }

    #[test]
    fn ages_and_deltas_in_words() {
        let ages = [0, 3, 59, 60, 899, 7200, 3 * DAY, 4000 * DAY, -3, -61];
        let said = ages.map(|seconds| age(at(1000), at(1000 + seconds)));
        assert_eq!(said, ["0s", "3s", "59s", "1m", "14m", "2h", "3d", "10y", "-3s", "-1m"]);
        let deltas = [0, 12, 999, 1234, 12_345, 125_000, 11_520_000, -1500, 400 * 86_400_000];
        let said = deltas.map(|millis| delta(Time(millis * 1_000_000), at(0)));
        let known = ["+0ms", "+12ms", "+999ms", "+1.23s", "+12.3s", "+2m05s", "+3h12m", "-1.50s", "+400d"];
        assert_eq!(said, known);
        let gaps = [0, 999, 1000, 9999, 10_000, -1].map(|millis| gap(Time(millis * 1_000_000), at(0)));
        assert_eq!(gaps, [Gap::None, Gap::None, Gap::Slow, Gap::Slow, Gap::Long, Gap::Slow]);
    }

    #[test]
    fn a_clock_is_in_its_zone() {
        let zone = TimeZone::fixed(jiff::tz::offset(5));
        assert_eq!(clock(Time(SECOND / 2), &zone), "05:00:00.500");
        assert_eq!(clock(Time(-1), &TimeZone::UTC), "23:59:59.999");
    }

    proptest! {
        #[test]
        fn whatever_the_times_are_columns_hold_them(time: i64, now: i64) {
            let (time, now) = (Time(time), Time(now));
            prop_assert!(age(time, now).len() <= AGE, "{}", age(time, now));
            prop_assert!(delta(time, now).len() <= DELTA, "{}", delta(time, now));
            prop_assert_eq!(clock(time, &TimeZone::UTC).len(), CLOCK);
        }

        #[test]
        fn an_age_changes_exactly_when_said(time in -4_000_000_000..4_000_000_000_i64, past in -100_000..200_000_000_i64) {
            let (time, now) = (at(time), at(time + past));
            let next = next_age(time, now);
            prop_assert!(next > now);
            prop_assert_eq!(age(time, now), age(time, Time(next.0 - 1)));
            prop_assert_ne!(age(time, now), age(time, next));
        }
    }
}
