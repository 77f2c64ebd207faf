//! Moments held against their definition, and bisecting against looking at every line.

use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::*;
use crate::core::read::{Clock, Reader};
use crate::core::sparse::Sparse;

const SECOND: i64 = 1_000_000_000;
/// 2026-11-21 00:00 UTC.
const DAY: i64 = 1_795_219_200;

pub fn reading() -> Reading {
    let mut reader = Reader::new(Clock::new(TimeZone::UTC, Time((DAY + 86_400) * SECOND)), Vec::new());
    for n in 0..20 {
        reader.learn(line(Some(n), 1).as_bytes());
    }
    reader.reading().clone()
}

/// A line written so many seconds after midnight, or one without a time.
pub fn line(second: Option<i64>, words: usize) -> String {
    let words = "x".repeat(words);
    match second {
        Some(s) => format!("2026-11-21T{:02}:{:02}:{:02}Z up {words}\n", s / 3600, s / 60 % 60, s % 60),
        None => format!("    at {words}\n"),
    }
}

fn at(second: i64) -> Time {
    Time((DAY + second) * SECOND)
}

/// The start of every line and its moment, the slow way.
fn naive(lines: &[(Option<i64>, usize)]) -> Vec<(Pos, Option<Time>)> {
    let mut start = 0;
    let mut found = Vec::new();
    for n in 0..lines.len() {
        let timed = lines[..=n].iter().rev().filter_map(|(time, _)| *time).take(DISORDER).max();
        let behind = || lines[n..].iter().find_map(|(time, _)| *time);
        found.push((Pos(start), timed.or_else(behind).map(at)));
        start += line(lines[n].0, lines[n].1).len() as u64;
    }
    found
}

fn text(lines: &[(Option<i64>, usize)]) -> Vec<u8> {
    lines.iter().flat_map(|(time, words)| line(*time, *words).into_bytes()).collect()
}

/// Lines in order but for a few that are a little late, and some without a time.
fn in_order() -> impl Strategy<Value = Vec<(Option<i64>, usize)>> {
    let step = (
        0..4_i64,
        prop::option::weighted(0.7, 0..3_i64),
        prop_oneof![8 => 0..60_usize, 1 => 3000..9000_usize],
    );
    prop::collection::vec(step, 0..120).prop_map(|steps| {
        let mut now = 100;
        let line = |(n, (step, late, words)): (usize, (i64, Option<i64>, usize))| {
            now += step;
            (late.map(|late| if n % 3 == 0 { now } else { now - late }), words)
        };
        steps.into_iter().enumerate().map(line).collect()
    })
}

/// Lines of a clock that does as it likes.
fn wild() -> impl Strategy<Value = Vec<(Option<i64>, usize)>> {
    prop::collection::vec((prop::option::weighted(0.6, 0..2000_i64), 0..1000_usize), 0..120)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn a_moment_is_the_greatest_of_the_last_few(lines in wild()) {
        let (store, reading) = (text(&lines), reading());
        let mut dates = Dates::new(&store, Pos::MAX, &reading);
        for (start, moment) in naive(&lines) {
            prop_assert_eq!(dates.moment(start).unwrap(), moment);
        }
    }

    #[test]
    fn bisecting_finds_what_looking_at_every_line_finds(lines in in_order(), second in 90..500_i64) {
        let (store, reading) = (text(&lines), reading());
        let end = Pos(store.len() as u64);
        let first = naive(&lines).into_iter().find(|(_, moment)| moment.is_some_and(|moment| moment >= at(second)));
        let found = Dates::new(&store, end, &reading).first_since(Pos(0)..end, at(second)).unwrap();
        prop_assert_eq!(found, first.map_or(end, |(start, _)| start));
    }

    #[test]
    fn where_clocks_jump_time_passes_the_instant_where_it_ends(lines in wild(), second in 0..2000_i64) {
        let (store, reading) = (text(&lines), reading());
        let end = Pos(store.len() as u64);
        let found = Dates::new(&store, end, &reading).first_since(Pos(0)..end, at(second)).unwrap();
        let moments = naive(&lines);
        let place = moments.iter().position(|(start, _)| *start == found).unwrap_or(moments.len());
        prop_assert!(place < moments.len() || found == end);
        if let Some((_, moment)) = moments.get(place) {
            prop_assert!(*moment >= Some(at(second)));
        }
        if let Some((_, before)) = place.checked_sub(1).and_then(|before| moments.get(before)) {
            prop_assert!(*before < Some(at(second)));
        }
    }

    #[test]
    fn bytes_that_are_elsewhere_are_fetched_bit_by_bit(lines in in_order(), second in 90..500_i64) {
        let (bytes, reading) = (text(&lines), reading());
        let end = Pos(bytes.len() as u64);
        let here = Dates::new(&bytes, end, &reading).first_since(Pos(0)..end, at(second)).unwrap();
        let far = Sparse::new(bytes, end.0);
        let mut asked = 0;
        let there = loop {
            match Dates::new(&far, end, &reading).first_since(Pos(0)..end, at(second)) {
                Ok(found) => break found,
                Err(error) => prop_assert_eq!(error.kind(), io::ErrorKind::WouldBlock),
            }
            prop_assert!(far.fetch(), "it waits for something that was asked for");
            asked += 1;
            prop_assert!(asked < 1000);
        };
        prop_assert_eq!(here, there);
    }
}

#[test]
fn what_has_no_time_at_all_has_no_moment_and_costs_little() {
    let reading = reading();
    let store = b"nothing here\n".repeat(200_000);
    let mut dates = Dates::new(&store, Pos::MAX, &reading);
    let end = Pos(store.len() as u64);
    assert_eq!(dates.moment(Pos(13 * 100_000)).unwrap(), None);
    assert_eq!(dates.first_since(Pos(0)..end, at(0)).unwrap(), end);
    assert!(dates.own.len() < 60_000, "{} lines were read", dates.own.len());
    assert_eq!(Dates::new(&Vec::new(), Pos(0), &reading).first_since(Pos(0)..Pos(0), at(0)).unwrap(), Pos(0));
}

#[test]
fn a_long_trace_belongs_to_the_line_before_it_and_a_longer_one_to_nobody() {
    let reading = reading();
    let mut store = line(Some(5), 3).into_bytes();
    let trace = store.len() as u64;
    store.extend(line(None, 20).repeat(400).into_bytes());
    let last = Pos(trace + 399 * line(None, 20).len() as u64);
    assert_eq!(Dates::new(&store, Pos::MAX, &reading).moment(last).unwrap(), Some(at(5)));
    let dump = store.len() as u64;
    store.extend(line(None, 20).repeat(4000).into_bytes());
    let far = Pos(dump + 3999 * line(None, 20).len() as u64);
    let mut dates = Dates::new(&store, Pos::MAX, &reading);
    assert_eq!((dates.moment(far).unwrap(), dates.about(far).unwrap()), (None, Some(at(5))));
}

#[test]
fn lines_of_ten_megabytes_are_passed_over() {
    let reading = reading();
    let mut store = Vec::new();
    for second in 0..6 {
        store.extend(line(Some(second), 10 << 20).into_bytes());
    }
    let end = Pos(store.len() as u64);
    let one = line(Some(0), 10 << 20).len() as u64;
    let mut dates = Dates::new(&store, end, &reading);
    for second in 0..6 {
        assert_eq!(dates.first_since(Pos(0)..end, at(second)).unwrap(), Pos(one * second as u64));
    }
}

#[test]
fn absurd_times_are_no_times() {
    let reading = reading();
    let lines = [
        "0000-00-00T00:00:00Z a",
        "9999-12-31T23:59:59Z b",
        "2026-11-21T00:00:09Z c",
        "0001-01-01T00:00:00Z d",
    ];
    let store = (lines.join("\n") + "\n").into_bytes();
    let mut dates = Dates::new(&store, Pos::MAX, &reading);
    for start in [0, 23, 46, 69] {
        assert_eq!(dates.moment(Pos(start)).unwrap(), Some(at(9)), "{start}");
    }
}
