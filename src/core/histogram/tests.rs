use proptest::prelude::*;

use super::*;
use crate::core::index::BLOCK;
use crate::core::levels::tests::{counted, lines, reading};

fn at(clock: &str) -> Time {
    let stamp: jiff::Timestamp = format!("2026-11-21T{clock}Z").parse().unwrap();
    Time(i64::try_from(stamp.as_nanosecond()).unwrap())
}

fn line(clock: &str, level: &str, n: usize) -> String {
    format!("2026-11-21 {clock},000 {level} [main] a.B - line {n}\n")
}

/// The lines of a log one by one, in the columns of a histogram.
fn naive(log: &Vec<u8>, histogram: &Histogram) -> Vec<Column> {
    let mut columns = vec![Column::default(); histogram.columns.len()];
    let lines = lines(log);
    // Lines before the first time count with the earliest of its block.
    let block = |line: &Noted| line.start.0 / BLOCK;
    let first = lines.iter().find(|line| line.time.is_some()).map(block);
    let mut time = lines.iter().filter(|line| Some(block(line)) == first).filter_map(|line| line.time).min();
    for line in &lines {
        time = line.time.or(time);
        let number = histogram.grid.column(time.unwrap()) - histogram.first;
        if let Some(column) = usize::try_from(number).ok().and_then(|at| columns.get_mut(at)) {
            column.count(line);
        }
    }
    columns
}

fn histogram(log: &Vec<u8>, span: Option<Range<Time>>, columns: usize) -> Histogram {
    let index = counted(log, log.len() as u64, &[], false);
    let reading = reading(log);
    let whole = super::span(&index).unwrap();
    let log = Log { index: &index, store: log, reading: &reading };
    log.histogram(&span.unwrap_or(whole), columns, 0, &mut Looked::default())
}

#[test]
fn a_grid_begins_at_round_times_and_fits() {
    let day = at("00:00:00")..at("23:59:59");
    let grid = Grid::fitting(&day, 80, 0);
    assert_eq!(grid.step, 20 * MINUTE);
    assert_eq!(grid.span(grid.column(at("14:05:00"))), at("14:00:00")..at("14:20:00"));
    // In a zone whose midnight is another one.
    let grid = Grid::fitting(&day, 4, HOUR);
    assert_eq!((grid.step, grid.span(grid.column(at("14:05:00"))).start), (8 * HOUR, at("07:00:00")));
    // The whole of time in one column, and a moment in any number.
    let all = Time(i64::MIN)..Time(i64::MAX);
    for columns in [10, 80, COLUMNS, usize::MAX] {
        let grid = Grid::fitting(&all, columns, 14 * HOUR);
        let used = grid.column(all.end) - grid.column(all.start);
        assert!(used <= columns.min(COLUMNS) as i64, "{used} of {columns}");
        Grid::fitting(&(all.end..all.end), columns, -12 * HOUR);
    }
}

#[test]
fn lines_without_a_time_count_with_the_one_before() {
    let mut log = line("14:00:00", "INFO", 1);
    log += &line("14:00:59", "ERROR", 2);
    log += &"    at a.B.c(B.java:1)\n".repeat(5);
    log += &line("14:01:00", "WARN", 3);
    let histogram = histogram(&log.into_bytes(), None, 2);
    let column = |lines, warnings, errors| Column { lines, warnings, errors };
    assert_eq!((histogram.grid.step, histogram.exact), (MINUTE, true));
    assert_eq!(histogram.columns, [column(7, 0, 1), column(1, 1, 0)]);
}

#[test]
fn the_first_line_of_a_span_is_found_or_the_next_behind_it() {
    let mut log = String::new();
    for minute in (0..60).filter(|minute| !(20..30).contains(minute)) {
        for n in 0..200 {
            log += &line(&format!("14:{minute:02}:{:02}", n / 4), "INFO", n);
        }
    }
    let bytes = log.clone().into_bytes();
    let index = counted(&bytes, bytes.len() as u64, &[], false);
    let reading = reading(&bytes);
    let view = Log { index: &index, store: &bytes, reading: &reading };
    let line_of = |span: Range<Time>| {
        let pos = view.first_in(&span)?.unwrap().0 as usize;
        Some(log[pos..].split_once(',').unwrap().0.to_owned())
    };
    assert_eq!(line_of(at("14:10:00")..at("14:11:00")).as_deref(), Some("2026-11-21 14:10:00"));
    assert_eq!(line_of(at("14:10:30")..at("14:11:00")).as_deref(), Some("2026-11-21 14:10:30"));
    assert_eq!(line_of(at("14:22:00")..at("14:23:00")).as_deref(), Some("2026-11-21 14:30:00"));
    assert_eq!(line_of(at("15:22:00")..at("15:23:00")), None);
}

#[test]
fn beyond_the_budget_lines_are_spread_and_none_is_lost() {
    // Every block spans the whole hour: a clock that jumps to and fro.
    let log: String = (0..2000).map(|n| line(&format!("14:{:02}:00", n * 7 % 60), "INFO", n)).collect();
    let log = log.into_bytes();
    let index = counted(&log, log.len() as u64, &[], false);
    let reading = reading(&log);
    let view = Log { index: &index, store: &log, reading: &reading };
    let span = super::span(&index).unwrap();
    let grid = Grid::fitting(&span, 60, 0);
    let first = grid.column(span.start);
    let mut histogram = Histogram { grid, first, columns: vec![Column::default(); 60], exact: true };
    for block in index.blocks() {
        let all = Column { lines: block.lines, warnings: 0, errors: 0 };
        let times = block.times.unwrap();
        spread(&mut histogram, all, grid.column(times.first), grid.column(times.latest));
    }
    assert_eq!(histogram.columns.iter().map(|column| column.lines).sum::<u64>(), 2000);
    assert!(histogram.columns.iter().all(|column| column.lines > 0));
    assert_eq!(view.look(grid, &index.blocks().next().unwrap(), None, &mut Looked::default(), &mut 0), None);
}

#[test]
fn what_was_looked_at_is_not_read_again_until_more_came() {
    let log: String = (0..2000).map(|n| line(&format!("14:{:02}:00", n / 40), "INFO", n)).collect();
    let log = log.into_bytes();
    let index = counted(&log, log.len() as u64, &[], false);
    let reading = reading(&log);
    let span = super::span(&index).unwrap();
    let mut looked = Looked::default();
    let view = Log { index: &index, store: &log, reading: &reading };
    let first = view.histogram(&span, 60, 0, &mut looked);
    // Its bytes have gone, and nobody notices.
    let gone: Vec<u8> = Vec::new();
    let view = Log { index: &index, store: &gone, reading: &reading };
    assert_eq!(view.histogram(&span, 60, 0, &mut looked), first);
    assert!(!view.histogram(&span, 30, 0, &mut looked).exact, "another grid is another histogram");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    /// A histogram equals one made of the lines one by one, whatever the clock does.
    #[test]
    fn columns_are_those_of_the_lines_one_by_one(
        moves in prop::collection::vec((-400i64..900, 0..6u8, 0..4u8), 5..200),
        columns in 1..120usize,
        zoom in prop::option::of((0.0..1.0f64, 0.0..1.0f64)),
    ) {
        let mut log = String::new();
        let mut time = 40_000i64;
        for (n, (by, level, kind)) in moves.iter().enumerate() {
            time = (time + by).clamp(0, 86_399);
            let clock = format!("{:02}:{:02}:{:02}", time / 3600, time / 60 % 60, time % 60);
            match kind {
                0 => log += "    at a.B.c(B.java:1)\n",
                1 => log += &format!("{}\n", "x".repeat(9_000)),
                _ => log += &line(&clock, ["INFO", "ERROR", "WARN", "INFO", "DEBUG", "INFO"][*level as usize], n),
            }
        }
        let log = log.into_bytes();
        let index = counted(&log, log.len() as u64, &[], true);
        let Some(whole) = super::span(&index) else { return Ok(()) };
        let width = (whole.end.0 - whole.start.0) as f64;
        let span = zoom.map_or(whole.clone(), |(from, wide)| {
            let from = whole.start.0 + (width * from) as i64;
            Time(from)..Time(from + (width * wide) as i64 + 1)
        });
        let histogram = histogram(&log, Some(span), columns);
        prop_assert!(histogram.exact && histogram.columns.len() <= columns);
        prop_assert_eq!(&histogram.columns, &naive(&log, &histogram));
    }
}
