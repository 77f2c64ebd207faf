use std::ops::Range;

use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::*;
use crate::core::count::{Counts, Fresh, Part};
use crate::core::filter::Filter;
use crate::core::lines::{line_at, line_start};
use crate::core::query::{Asked, Op, Query, Reader};
use crate::core::read::{Clock, Learner, Reading};
use crate::core::scan::{Scanner, Select};
use crate::core::store::Store;

/// How the lines of these tests are read.
pub(in crate::core) fn reading(log: &[u8]) -> Arc<Reading> {
    let mut learner = Learner::new(Clock::new(TimeZone::UTC, Time(1_795_300_000_000_000_000)), &[], None);
    learner.look(log);
    Arc::clone(learner.reading())
}

/// A log counted as a pool does it: what lies before `opened` by stripes, in this order, the rest as it came.
pub(in crate::core) fn counted(log: &Vec<u8>, opened: u64, cuts: &[u64], last_first: bool) -> LevelIndex {
    let select = Select::Levels(reading(log));
    let mut scanner = Scanner::new(&select);
    let end = line_start(log, Pos(opened), Pos(opened)).unwrap();
    let Counts::Levels(mut index) = select.unknown(Pos(0)..end) else { unreachable!() };
    let tail = |index: &mut LevelIndex, scanner: &mut Scanner, end: Pos| {
        let from = index.lines().covered().end;
        let Fresh::Levels(lines, counted) = scanner.fresh(log, from..end).unwrap() else { unreachable!() };
        index.append(&lines, counted);
    };
    for cut in cuts {
        tail(&mut index, &mut scanner, Pos(*cut));
    }
    let mut todo: Vec<u64> = index.lines().unknown_stripes().collect();
    if last_first {
        todo.reverse();
    }
    for number in todo {
        let Some(Part::Levels(part)) = scanner.part(log, number, Pos(0)..end, &|| false).unwrap() else {
            unreachable!()
        };
        index.set(number, *part);
    }
    tail(&mut index, &mut scanner, log.range().end);
    index
}

/// The lines of a log, one by one.
pub(in crate::core) fn lines(log: &Vec<u8>) -> Vec<Noted> {
    let (reading, mut at, mut lines) = (reading(log), Pos(0), Vec::new());
    while let Some(line) = line_at(log, at, log.range().end).unwrap().filter(|line| line.finished) {
        let said = reading.read(&line.text);
        lines.push(Noted { start: line.start, level: said.level, time: said.time });
        at = line.end;
    }
    lines
}

fn naive(lines: &[Noted], range: &Range<Pos>) -> BlockSum {
    let mut sum = BlockSum { number: range.start.0 / BLOCK, ..BlockSum::default() };
    for line in lines.iter().filter(|line| range.contains(&line.start)) {
        sum.lines += 1;
        sum.errors += u64::from(line.level >= Some(Level::Error));
        sum.warnings += u64::from(line.level == Some(Level::Warn));
        if let Some(time) = line.time {
            let now = Times { first: time, latest: time, last: time };
            sum.times = Some(sum.times.map_or(now, |times| Times {
                first: times.first.min(time),
                latest: times.latest.max(time),
                last: time,
            }));
        }
    }
    sum
}

fn line() -> impl Strategy<Value = String> {
    let level = prop_oneof!["INFO", "WARN", "ERROR", "DEBUG"];
    let timed = (0..3600u32, level).prop_map(|(second, level)| {
        format!("2026-11-21 14:{:02}:{:02},000 {level} [main] a.B - done", second / 60, second % 60)
    });
    // Long ones, so that few lines make several blocks.
    let long = (1..3usize).prop_map(|n| "x".repeat(n * 30_000));
    prop_oneof![6 => timed, 2 => Just("    at a.B.c(B.java:1)".to_owned()), 1 => long, 1 => Just(String::new())]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    /// However a log is chopped and in whatever order its stripes are counted, each block says what its lines say.
    #[test]
    fn blocks_say_what_their_lines_say(
        lines_of in prop::collection::vec(line(), 1..60),
        opened in 0.0..1.0f64,
        cuts in prop::collection::vec(0.0..1.0f64, 0..4),
        last_first: bool,
        finished: bool,
    ) {
        let mut log = lines_of.join("\n").into_bytes();
        if finished { log.push(b'\n'); }
        let at = |part: f64| (log.len() as f64 * part) as u64;
        let mut cuts: Vec<u64> = cuts.iter().map(|cut| at(*cut)).filter(|cut| *cut >= at(opened)).collect();
        cuts.sort_unstable();
        let index = counted(&log, at(opened), &cuts, last_first);
        let lines = lines(&log);
        for block in index.blocks() {
            prop_assert_eq!(block, naive(&lines, &block.range()));
        }
        prop_assert_eq!(index.lines().total(), lines.len() as u64);
        prop_assert!(index.lines().complete());
    }
}

#[test]
fn the_index_of_errors_is_that_of_a_filter_by_level() {
    let mut log = Vec::new();
    for n in 0..40_000 {
        let level = if n % 997 == 0 { "ERROR" } else { "INFO" };
        let colour = if n % 500 == 0 { "\x1b[31m" } else { "" };
        log.extend(format!("{colour}2026-11-21 14:05:30,123 {level} [main] a.B - {n}\r\n").bytes());
    }
    let index = counted(&log, log.len() as u64, &[], false);
    let reader: Arc<dyn Reader> = reading(&log);
    let asked = Asked::new(Query::of_level(Op::AtLeast, Level::Error), &jiff::Zoned::default());
    let filter = Filter::search(&Default::default(), asked).read_by(&reader);
    let mut stripe = Scanner::new(&Select::Kept(filter));
    let expected = stripe.stripe(&log, 0, log.range(), &|| false).unwrap().unwrap();
    assert!(expected.total > 40);
    for number in 0..BLOCKS as u64 {
        assert_eq!(index.errors().in_stripe(0)[number as usize], expected.counts[number as usize]);
    }
}

#[test]
fn a_line_of_ten_megabytes_and_absurd_dates_are_lines_like_others() {
    let mut log = b"2026-11-21 14:05:30,123 INFO [main] a.B - up\n".repeat(50);
    for time in ["0000-01-01 00:00:00,000", "9999-12-31 23:59:59,999", "2026-02-31 25:61:61,000"] {
        log.extend(format!("{time} ERROR [main] a.B - absurd\n").bytes());
    }
    log.extend(vec![b'x'; 10 << 20]);
    log.push(b'\n');
    log.extend(b"2026-11-21 14:05:31,000 INFO [main] a.B - up\n");
    let index = counted(&log, log.len() as u64, &[], false);
    assert_eq!(index.lines().total(), 55);
    let times: Vec<Times> = index.blocks().filter_map(|block| block.times).collect();
    assert!(times.iter().all(|times| times.first <= times.last && times.last <= times.latest));
}

#[test]
fn what_is_known_of_a_gigabyte_takes_600_kilobytes() {
    let times = size_of::<[Times; BLOCKS]>();
    let stripes = (1u64 << 30) / STRIPE;
    assert!(stripes as usize * (times + 3 * size_of::<Stripe>()) <= 600 << 10);
}
