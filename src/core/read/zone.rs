//! From a time as it is written to a moment: days of the calendar, the zone of the source, the year a log
//! leaves out. It knows no clock: what "now" is, is told.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};

use super::line::Time;

const SECOND: i64 = 1_000_000_000;
const DAY: i64 = 86_400;

/// How far in the future of the reference a time without a year or a day may lie before it is taken for one of
/// the year or the day before: clocks differ, and zones are guessed.
const SLACK: i64 = DAY;

/// The same for a time without a day.
const AHEAD: i64 = 3600;

/// The date of a time, as far as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Date {
    /// Days since 1970-01-01.
    Day(i32),
    /// Month and day of a year that the line leaves out.
    InYear(u8, u8),
    /// The time of day is all there is.
    Clock,
}

/// A time as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) date: Date,
    /// Since midnight, in nanoseconds; at most a leap second more than a day has.
    pub(super) nanos: i64,
    /// Seconds east of Greenwich, when the line says so.
    pub(super) offset: Option<i32>,
}

/// Days since 1970-01-01 of a day that exists.
///
/// The count of days is Howard Hinnant's `days_from_civil` (2013): years begin in March, so that the leap day
/// is the last of its year.
pub(super) fn day(year: i32, month: u8, day: u8) -> Option<i32> {
    if !(1..=12).contains(&month) || day == 0 || day > days_of(year, month) {
        return None;
    }
    let (month, day) = (i32::from(month), i32::from(day));
    let year = year - i32::from(month <= 2);
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

fn days_of(year: i32, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

/// The zone of a source, and the moment its log was last written: what turns a time that is written without
/// a zone, a year or a day into a moment. Cloning is cheap, and all clones go on together.
#[derive(Clone, Debug)]
pub struct Clock {
    zone: Arc<Zone>,
    /// Seconds since 1970 in the zone. A log that is followed for days must not be read as of its first.
    reference: Arc<AtomicI64>,
}

/// A zone with its changes laid out, so that no line pays for looking rules up.
#[derive(Debug)]
pub(super) struct Zone {
    zone: TimeZone,
    /// Seconds east of Greenwich before the first change.
    first: i32,
    /// From which second of the local clock on which offset holds, in order. Where a local time exists twice or
    /// not at all, the offset before the change holds.
    changes: Vec<(i64, i32)>,
}

/// Local seconds between which the changes are laid out: the years 1970 to 2100.
const LAID_OUT: std::ops::Range<i64> = 0..4_102_444_800;

impl Zone {
    pub(super) fn new(zone: TimeZone) -> Zone {
        let first = zone.to_offset(Timestamp::UNIX_EPOCH).seconds();
        let mut before = first;
        let mut changes = Vec::new();
        for change in zone.following(Timestamp::UNIX_EPOCH) {
            let at = change.timestamp().as_second();
            if at >= LAID_OUT.end {
                break;
            }
            let after = change.offset().seconds();
            if after != before {
                changes.push((at + i64::from(before.max(after)), after));
                before = after;
            }
        }
        Zone { zone, first, changes }
    }

    /// What it is called, as far as it has a name.
    pub(super) fn name(&self) -> Option<&str> {
        self.zone.iana_name()
    }

    /// The moment of `local` seconds on this zone's clock, in seconds since 1970.
    fn moment(&self, local: i64) -> Option<i64> {
        if !LAID_OUT.contains(&local) {
            let civil = Timestamp::from_second(local).ok()?;
            let civil: DateTime = TimeZone::UTC.to_datetime(civil);
            return Some(self.zone.to_timestamp(civil).ok()?.as_second());
        }
        let behind = self.changes.partition_point(|(from, _)| *from <= local);
        let offset = behind.checked_sub(1).map_or(self.first, |last| self.changes[last].1);
        Some(local - i64::from(offset))
    }
}

impl Clock {
    /// Times without a zone are of `zone`; times without a year or a day are the last ones that are not far in
    /// the future of `reference` (when the log was last written, or now).
    pub fn new(zone: TimeZone, reference: Time) -> Clock {
        let clock = Clock { zone: Arc::new(Zone::new(zone)), reference: Arc::default() };
        clock.advance(reference);
        clock
    }

    /// A clock of its own for another log, which was written at `reference`.
    #[must_use]
    pub fn at(&self, reference: Time) -> Clock {
        let clock = Clock { zone: Arc::clone(&self.zone), reference: Arc::default() };
        clock.advance(reference);
        clock
    }

    /// The same clock for a log whose times are `offset` seconds ahead of UTC where they have no zone.
    #[must_use]
    pub fn ahead(&self, offset: i32) -> Clock {
        let zone = Offset::from_seconds(offset).map_or(TimeZone::UTC, TimeZone::fixed);
        let now = self.zone.moment(self.reference.load(Ordering::Relaxed)).unwrap_or(0);
        Clock::new(zone, Time(now.saturating_mul(SECOND)))
    }

    /// Seconds its zone is ahead of UTC at a moment.
    pub fn offset(&self, moment: Time) -> i32 {
        let moment = Timestamp::from_nanosecond(moment.0.into()).unwrap_or(Timestamp::UNIX_EPOCH);
        self.zone.zone.to_offset(moment).seconds()
    }

    /// The log was written at `reference`: this clock and its clones go on to there.
    pub fn advance(&self, reference: Time) {
        let seconds = reference.0.div_euclid(SECOND);
        self.reference.store(seconds + i64::from(self.offset(reference)), Ordering::Relaxed);
    }

    fn reference(&self) -> (i64, i32) {
        let seconds = self.reference.load(Ordering::Relaxed);
        let local = Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH);
        (seconds, TimeZone::UTC.to_datetime(local).year().into())
    }

    /// The year of the reference.
    pub(super) fn year(&self) -> i32 {
        self.reference().1
    }

    /// What the zone is called, as far as it has a name.
    pub fn zone(&self) -> Option<&str> {
        self.zone.name()
    }

    /// The moment of a time as it is written, which is of `zone` where it has none and that is known; `None` when it
    /// lies outside of what [`Time`] holds.
    pub(super) fn moment(&self, written: Written, zone: Option<&Zone>) -> Option<Time> {
        let clock = written.nanos / SECOND;
        // Wherever a zone is written: the reference is a day wide at its edges anyway.
        let local = match written.date {
            Date::Day(day) => i64::from(day) * DAY + clock,
            // 29 February may be up to eight years back.
            Date::InYear(month, of_month) => {
                let (now, year) = self.reference();
                (0..=8).find_map(|back| {
                    let local = i64::from(day(year + 1 - back, month, of_month)?) * DAY + clock;
                    (local <= now + SLACK).then_some(local)
                })?
            }
            Date::Clock => {
                let now = self.reference.load(Ordering::Relaxed);
                let today = now.div_euclid(DAY) * DAY + clock;
                if today <= now + AHEAD { today } else { today - DAY }
            }
        };
        let seconds = match written.offset {
            Some(offset) => local - i64::from(offset),
            None => zone.unwrap_or(&self.zone).moment(local)?,
        };
        seconds.checked_mul(SECOND)?.checked_add(written.nanos % SECOND).map(Time)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{Date as Civil, date};
    use proptest::prelude::*;

    use super::*;

    fn clock(zone: &str, reference: &str) -> Clock {
        let reference: Timestamp = reference.parse().unwrap();
        Clock::new(TimeZone::get(zone).unwrap(), Time(reference.as_nanosecond() as i64))
    }

    fn read(clock: &Clock, date: Date, hms: (i64, i64, i64)) -> String {
        let nanos = (hms.0 * 3600 + hms.1 * 60 + hms.2) * SECOND;
        let time = clock.moment(Written { date, nanos, offset: None }, None).unwrap();
        Timestamp::from_nanosecond(time.0.into()).unwrap().to_string()
    }

    #[test]
    fn a_time_without_a_year_is_the_last_one_before_the_reference() {
        let january = clock("UTC", "2027-01-02T08:00:00Z");
        assert_eq!(read(&january, Date::InYear(12, 31), (23, 59, 59)), "2026-12-31T23:59:59Z");
        assert_eq!(read(&january, Date::InYear(1, 1), (0, 0, 0)), "2027-01-01T00:00:00Z");
        // A clock that runs ahead is not a year behind.
        assert_eq!(read(&january, Date::InYear(1, 2), (9, 0, 0)), "2027-01-02T09:00:00Z");
        assert_eq!(read(&january, Date::InYear(1, 4), (9, 0, 0)), "2026-01-04T09:00:00Z");
        assert_eq!(read(&january, Date::InYear(2, 29), (9, 0, 0)), "2024-02-29T09:00:00Z");
        // On new year's eve a clock ahead is already in the next year.
        let eve = clock("UTC", "2026-12-31T23:59:58Z");
        assert_eq!(read(&eve, Date::InYear(1, 1), (0, 0, 2)), "2027-01-01T00:00:02Z");
    }

    #[test]
    fn a_time_of_day_is_the_last_one_before_the_reference() {
        let morning = clock("UTC", "2026-11-21T00:10:00Z");
        assert_eq!(read(&morning, Date::Clock, (23, 59, 0)), "2026-11-20T23:59:00Z");
        assert_eq!(read(&morning, Date::Clock, (0, 5, 0)), "2026-11-21T00:05:00Z");
    }

    #[test]
    fn summer_time_comes_and_goes() {
        let berlin = clock("Europe/Berlin", "2026-11-21T00:00:00Z");
        let at = |month, of_month, hms| read(&berlin, Date::Day(day(2026, month, of_month).unwrap()), hms);
        assert_eq!(at(3, 29, (1, 59, 59)), "2026-03-29T00:59:59Z");
        assert_eq!(at(3, 29, (3, 0, 0)), "2026-03-29T01:00:00Z");
        assert_eq!(at(10, 25, (1, 0, 0)), "2026-10-24T23:00:00Z");
        assert_eq!(at(10, 25, (3, 0, 0)), "2026-10-25T02:00:00Z");
    }

    #[test]
    fn what_no_time_can_hold_is_none() {
        let clock = clock("UTC", "2026-11-21T00:00:00Z");
        for year in [0, 1, 1600, 2300, 9999] {
            let date = Date::Day(day(year, 1, 1).unwrap());
            assert_eq!(clock.moment(Written { date, nanos: 0, offset: None }, None), None, "{year}");
            assert_eq!(clock.moment(Written { date, nanos: 0, offset: Some(-3600) }, None), None, "{year}");
        }
    }

    proptest! {
        #[test]
        fn days_are_those_of_the_calendar(year in -100..10_000_i32, month in 0..14_u8, of_month in 0..33_u8) {
            let naive = Civil::new(year as i16, month as i8, of_month as i8).ok();
            let naive = naive.map(|day| date(1970, 1, 1).until(day).unwrap().get_days());
            prop_assert_eq!(day(year, month, of_month), naive);
        }

        #[test]
        fn a_zone_laid_out_says_what_the_zone_says(
            local in -3_000_000_000..6_000_000_000_i64,
            zone in prop::sample::select(vec!["Europe/Berlin", "America/New_York", "Asia/Kolkata", "UTC",
                "Australia/Lord_Howe", "America/Sao_Paulo", "Africa/Casablanca", "Asia/Shanghai"]),
        ) {
            let zone = TimeZone::get(zone).unwrap();
            let civil = Offset::UTC.to_datetime(Timestamp::from_second(local).unwrap());
            let expected = zone.to_timestamp(civil).unwrap().as_second();
            prop_assert_eq!(Zone::new(zone).moment(local), Some(expected));
        }
    }
}
