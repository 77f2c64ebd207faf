//! When a line says it was written.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};

use super::highlight::time::{Time, time};

/// Members of a JSON line that hold its time, the first that does wins.
const MEMBERS: [&str; 6] = ["time", "ts", "timestamp", "@timestamp", "datetime", "t"];

/// Bytes a bracketed time may be behind the line's beginning: an address, an identity, a user.
const BRACKET: usize = 512;

/// The time `text` claims for itself: at its beginning (also in brackets or behind `time=`), in a JSON
/// line's `time` or the like, or in the bracket of an access log. A time without a zone is taken to be of
/// `zone`; a date or a time of day alone, or one without a year, is no answer.
pub fn stamp(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let bytes = text.trim_ascii_start().as_bytes();
    if bytes.first() == Some(&b'{') {
        return of_json(text, zone);
    }
    first(bytes).or_else(|| access(bytes)).and_then(|time| moment(&time, zone))
}

/// The time at the line's beginning.
fn first(bytes: &[u8]) -> Option<Time> {
    const OPENINGS: [&[u8]; 6] = [b"[", b"time=\"", b"time=", b"ts=\"", b"ts=", b"timestamp="];
    let opening = OPENINGS.iter().find(|opening| bytes.starts_with(opening));
    time(bytes, opening.map_or(0, |opening| opening.len())).filter(complete).or_else(|| syslog(bytes))
}

/// The time behind the priority and version of a syslog line (RFC 5424).
fn syslog(bytes: &[u8]) -> Option<Time> {
    const LONGEST: usize = 8;
    if bytes.first() != Some(&b'<') {
        return None;
    }
    let behind = bytes.iter().take(LONGEST).position(|byte| *byte == b'>')? + 1;
    let version = usize::from(bytes[behind..].starts_with(b"1 ")) * 2;
    time(bytes, behind + version).filter(complete)
}

/// The time in the first bracket of an access log's line.
fn access(bytes: &[u8]) -> Option<Time> {
    let bracket = memchr::memchr(b'[', &bytes[..bytes.len().min(BRACKET)])?;
    time(bytes, bracket + 1).filter(|time| complete(time) && time.offset.is_some())
}

/// Whether nothing is missing but the zone.
fn complete(time: &Time) -> bool {
    time.clock.is_some() && matches!(time.date, Some((Some(_), _, _)))
}

fn moment(time: &Time, zone: &TimeZone) -> Option<Timestamp> {
    let (Some((Some(year), month, day)), Some(clock)) = (time.date, time.clock) else { return None };
    // A leap second is the last one there is.
    let second = clock.second.min(59);
    let civil = DateTime::new(year, month, day, clock.hour, clock.minute, second, clock.nanosecond).ok()?;
    match time.offset {
        Some(seconds) => Offset::from_seconds(seconds).ok()?.to_timestamp(civil).ok(),
        None => zone.to_timestamp(civil).ok(),
    }
}

fn of_json(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(text).ok()?;
    MEMBERS.iter().filter_map(|name| object.get(*name)).find_map(|value| match value {
        serde_json::Value::String(text) => {
            let time = time(text.as_bytes(), 0).filter(|time| time.end == text.len());
            time.and_then(|time| moment(&time, zone))
        }
        serde_json::Value::Number(number) => epoch(number),
        _ => None,
    })
}

/// A number of seconds, milliseconds, microseconds or nanoseconds since 1970: which, its size tells, as
/// no log is from before 1973 or after 5138.
fn epoch(number: &serde_json::Number) -> Option<Timestamp> {
    const LEAST: i64 = 100_000_000;
    const MOST: i64 = 100_000_000_000;
    if let Some(whole) = number.as_i64() {
        return match whole {
            LEAST..MOST => Timestamp::from_second(whole).ok(),
            MOST..100_000_000_000_000 => Timestamp::from_millisecond(whole).ok(),
            100_000_000_000_000..100_000_000_000_000_000 => Timestamp::from_microsecond(whole).ok(),
            100_000_000_000_000_000.. => Timestamp::from_nanosecond(whole.into()).ok(),
            _ => None,
        };
    }
    let seconds = number.as_f64().filter(|seconds| (LEAST as f64..MOST as f64).contains(seconds))?;
    // A double holds microseconds at today's date, and no more.
    Timestamp::from_microsecond((seconds * 1e6) as i64).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Option<String> {
        let berlin = TimeZone::fixed(Offset::constant(1));
        stamp(text, &berlin).map(|time| time.to_string())
    }

    #[test]
    fn times_with_a_zone_are_moments() {
        for line in [
            "2026-11-21T07:25:34Z started",
            "2026-11-21T08:25:34+01:00 started",
            "  2026-11-21 02:25:34 -0500 started",
            "[2026-11-21 07:25:34 UTC] started",
            "2026-11-21 08:25:34 started",
            "2026/11/21 08:25:34 [error] nginx",
            "[Sat Nov 21 08:25:34 2026] [core:error] apache",
            r#"10.0.0.1 - bob [21/Nov/2026:07:25:34 +0000] "GET / HTTP/1.1" 200 5"#,
            "<34>1 2026-11-21T07:25:34Z host app",
            r#"time="2026-11-21T07:25:34Z" level=info"#,
            "ts=2026-11-21T07:25:34Z level=info",
            r#"{"level":"info","ts":"2026-11-21T07:25:34Z"}"#,
            r#"{"@timestamp":"2026-11-21T08:25:34"}"#,
            r#"{"time":1795245934}"#,
            r#"{"time":1795245934000}"#,
            r#"{"ts":1795245934.0}"#,
            r#"{"time":"soon","ts":1795245934000000000}"#,
        ] {
            assert_eq!(at(line).as_deref(), Some("2026-11-21T07:25:34Z"), "{line}");
        }
        assert_eq!(at("2026-11-21T07:25:34.120,x").as_deref(), Some("2026-11-21T06:25:34.12Z"));
        assert_eq!(at("2026-12-31T23:59:60Z leap").as_deref(), Some("2026-12-31T23:59:59Z"));
    }

    #[test]
    fn what_is_no_time_of_the_line_is_none() {
        for line in [
            "",
            "started at 2026-11-21T07:25:34Z",
            "Nov 21 07:25:34 host app: no year",
            "07:25:34 no date",
            "2026-11-21 no time",
            "2026-02-30T07:25:34Z no such day",
            "host [2026-11-21 07:25:34] no zone in a bracket behind",
            r#"{"msg":"2026-11-21T07:25:34Z"}"#,
            r#"{"time":"2026-11-21T07:25:34Z and more"}"#,
            r#"{"time":12}"#,
            r#"{"time":-1e300}"#,
            r#"{"time":"2026-11-21T07:25:34Z""#,
        ] {
            assert_eq!(at(line), None, "{line}");
        }
    }
}
