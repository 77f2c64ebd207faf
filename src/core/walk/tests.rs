use proptest::prelude::*;

use super::*;
use crate::core::filter::{Chain, Kind, Term};
use crate::core::index::STRIPE;
use crate::core::lines::LINE_MAX;
use crate::core::pattern::Pattern;
use crate::core::scan::{Scanner, Select};
use crate::core::sparse::Sparse;

pub(super) fn filter(source: &str) -> Filter {
    let pattern = Pattern::new(source).unwrap();
    Chain { terms: vec![Term::new(Kind::Keep, pattern)], off: false }.filter().unwrap()
}

/// A log in parts, as after rotations: no read goes over the end of a part.
struct Parts {
    bytes: Vec<u8>,
    part: u64,
}

impl Store for Parts {
    fn range(&self) -> Range<Pos> {
        self.bytes.range()
    }
    fn read_at(&self, pos: Pos, buf: &mut [u8]) -> io::Result<usize> {
        let n = buf.len().min(usize::try_from(self.part - pos.0 % self.part).unwrap());
        self.bytes.read_at(pos, &mut buf[..n])
    }
}

/// Counts everything before `counted`, which is a line's start.
pub(super) fn index(log: &dyn Store, filter: &Filter, counted: u64) -> SparseIndex {
    let mut index = SparseIndex::unknown(Pos(0)..Pos(counted));
    let mut scanner = Scanner::new(&Select::Kept(filter.clone()));
    for number in index.unknown_stripes().collect::<Vec<_>>() {
        let stripe = scanner.stripe(log, number, index.covered(), &|| false).unwrap().unwrap();
        index.set(number, stripe);
    }
    index
}

/// What is to be shown, the slow way.
fn naive(log: &[u8], kept: impl Fn(&[u8]) -> bool, context: usize) -> Vec<(u64, Role)> {
    let mut at = 0;
    let mut lines = Vec::new();
    for line in log.split_inclusive(|&b| b == b'\n') {
        lines.push((at, kept(crate::core::lines::content(line))));
        at += line.len() as u64;
    }
    let near =
        |i: usize| lines[i.saturating_sub(context)..(i + context + 1).min(lines.len())].iter().any(|l| l.1);
    (0..lines.len())
        .filter(|&i| near(i))
        .map(|i| (lines[i].0, if lines[i].1 { Role::Kept } else { Role::Context }))
        .collect()
}

pub(super) fn forwards(walk: &mut dyn Walk) -> Vec<(u64, Role)> {
    let mut pos = Pos(0);
    std::iter::from_fn(|| match walk.at_or_after(pos).unwrap() {
        Step::Line(line, role) => {
            pos = line.start + 1;
            Some((line.start.0, role))
        }
        Step::Edge => None,
        Step::Pending(pos) => panic!("pending at {pos:?}"),
    })
    .collect()
}

pub(super) fn backwards(walk: &mut dyn Walk) -> Vec<(u64, Role)> {
    let mut pos = Pos::MAX;
    let mut lines: Vec<_> = std::iter::from_fn(|| match walk.before(pos).unwrap() {
        Step::Line(line, role) => {
            pos = line.start;
            Some((line.start.0, role))
        }
        Step::Edge => None,
        Step::Pending(pos) => panic!("pending at {pos:?}"),
    })
    .collect();
    lines.reverse();
    lines
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn both_ways_lead_past_the_same_lines(
        lines in prop::collection::vec((0u8..12, prop_oneof![4 => 0usize..60, 1 => 0usize..70_000]), 0..40),
        repeat in 1usize..6,
        context in 0usize..4,
        counted in 0usize..3,
        last in 0usize..3,
        part in prop::sample::select(vec![3_001, 65_537, 1 << 40]),
    ) {
        let mut log = Vec::new();
        for (i, &(word, length)) in lines.repeat(repeat).iter().enumerate() {
            // Every repetition is a little different, so a line is not selected in each of them.
            log.extend_from_slice(if word == 0 && i % 3 == 0 { b"needle " } else { b"" });
            log.resize(log.len() + length, b'x');
            log.extend_from_slice(if word == 3 { b"\r\n" } else { b"\n" });
        }
        log.extend_from_slice([&b""[..], b"unfinished", b"unfinished needle"][last]);
        let filter = filter("needle");
        let ends: Vec<u64> = memchr::memchr_iter(b'\n', &log).map(|i| i as u64 + 1).collect();
        // Everything finished is counted, or all but the last few lines, or nothing.
        let counted = match counted {
            0 => ends.last().copied().unwrap_or(0),
            1 => ends.iter().rev().nth(5).copied().unwrap_or(0),
            _ => 0,
        };
        if log.len() as u64 - counted > u64::from(ALLOWANCE - 2) * BLOCK {
            return Ok(()); // more than is matched on the spot
        }
        let expected = naive(&log, |line| filter.keeps(line), context);
        let all = naive(&log, |_| true, 0);
        let log = Parts { bytes: log, part };
        let index = index(&log, &filter, counted);
        let selection = Selection { filter: &filter, index: &index, context, memory: None };
        let end = log.range().end;
        prop_assert_eq!(&forwards(&mut StoreWalk::new(&log, end, Some(selection))), &expected);
        prop_assert_eq!(&backwards(&mut StoreWalk::new(&log, end, Some(selection))), &expected);
        prop_assert_eq!(&forwards(&mut StoreWalk::new(&log, end, None)), &all);
        prop_assert_eq!(&backwards(&mut StoreWalk::new(&log, end, None)), &all);
    }

    #[test]
    fn any_place_is_a_place_to_begin(places in prop::collection::vec(0u64..400, 12), context in 0usize..3) {
        let log: Vec<u8> = (0..40).flat_map(|i| format!("line {i}{}\n", if i % 7 == 2 { " needle" } else { "" }).into_bytes()).collect();
        let filter = filter("needle");
        let index = index(&log, &filter, log.len() as u64);
        let expected = naive(&log, |line| filter.keeps(line), context);
        let mut walk = StoreWalk::new(&log, Pos::MAX, Some(Selection { filter: &filter, index: &index, context, memory: None }));
        let start = |step: Step| match step {
            Step::Line(line, role) => Some((line.start.0, role)),
            _ => None,
        };
        for place in places {
            let at_or_after = expected.iter().find(|line| line.0 >= place).copied();
            let before = expected.iter().rev().find(|line| line.0 < place).copied();
            prop_assert_eq!(start(walk.at_or_after(Pos(place)).unwrap()), at_or_after);
            prop_assert_eq!(start(walk.before(Pos(place)).unwrap()), before);
        }
    }

    #[test]
    fn what_has_to_be_fetched_is_waited_for_and_never_guessed(
        held in prop::collection::vec((0u64..9_000, 0u64..3_000), 0..6),
        places in prop::collection::vec(0u64..9_500, 8),
        context in 0usize..3,
        filtered: bool,
        counted: bool,
        eager: bool,
    ) {
        let log: Vec<u8> = (0..700).flat_map(|i| format!("line {i}{}\n", if i % 7 == 2 { " needle" } else { "" }).into_bytes()).collect();
        let filter = filter("needle");
        let end = Pos(log.len() as u64);
        let index = if counted { index(&log, &filter, end.0) } else { SparseIndex::unknown(Pos(0)..end) };
        let expected = naive(&log, |line| !filtered || filter.keeps(line), if filtered { context } else { 0 });
        let sparse = Sparse::new(log, u64::MAX);
        for (from, length) in held {
            sparse.hold(from..from + length);
        }
        let selection = filtered.then_some(Selection { filter: &filter, index: &index, context, memory: None });
        for place in places {
            for back in [false, true] {
                let right = match back {
                    false => expected.iter().find(|line| line.0 >= place),
                    true => expected.iter().rev().find(|line| line.0 < place),
                };
                // Each try either knows or has asked for bytes; when they come it gets further.
                let found = loop {
                    let mut walk = StoreWalk::new(&sparse, end, selection).eager(eager);
                    match if back { walk.before(Pos(place)) } else { walk.at_or_after(Pos(place)) }.unwrap() {
                        Step::Line(line, role) => break Some((line.start.0, role)),
                        Step::Edge => break None,
                        // What nobody has counted, a scan will.
                        Step::Pending(_) if filtered && !counted && sparse.wanted().is_empty() => break right.copied(),
                        Step::Pending(_) => prop_assert!(sparse.fetch(), "nothing was asked for"),
                    }
                };
                prop_assert_eq!(found.as_ref(), right);
            }
        }
    }
}

#[test]
fn what_a_filter_keeps_of_the_bytes_that_are_there_shows_before_the_others_came() {
    let mut log = b"needle far away\n".to_vec();
    log.resize(STRIPE as usize, b'.');
    log.extend_from_slice(b"\nnot this\nneedle\nnor this\n");
    let (filter, end) = (filter("needle"), Pos(log.len() as u64));
    let index = SparseIndex::unknown(Pos(0)..end);
    let sparse = Sparse::new(log, STRIPE - 10);
    let mut walk = StoreWalk::new(
        &sparse,
        end,
        Some(Selection { filter: &filter, index: &index, context: 0, memory: None }),
    )
    .eager(true);
    let Step::Line(line, Role::Kept) = walk.before(end).unwrap() else { panic!("nothing is known") };
    assert_eq!(line.text, b"needle");
    assert!(matches!(walk.before(line.start).unwrap(), Step::Pending(_)));
    assert_eq!(walk.at_or_after(line.end).unwrap(), Step::Edge);
    assert_eq!(sparse.wanted(), []);
}

#[test]
fn what_is_not_scanned_yet_is_pending_and_what_is_shows() {
    let mut log = Vec::new();
    while log.len() < 2 * STRIPE as usize + 1000 {
        log.extend_from_slice(format!("needle {}\n", log.len()).as_bytes());
    }
    let filter = filter("needle");
    let end = Pos(log.len() as u64);
    let mut index = SparseIndex::unknown(Pos(0)..end);
    let mut scanner = Scanner::new(&Select::Kept(filter.clone()));
    index.set(2, scanner.stripe(&log, 2, index.covered(), &|| false).unwrap().unwrap());
    let mut walk = StoreWalk::new(
        &log,
        end,
        Some(Selection { filter: &filter, index: &index, context: 0, memory: None }),
    );
    assert_eq!(walk.at_or_after(Pos(77)).unwrap(), Step::Pending(Pos(77)));
    let Step::Line(last, Role::Kept) = walk.before(end).unwrap() else { panic!("no last line") };
    assert_eq!(last.end, end);
    let mut pos = end;
    let stopped = loop {
        match walk.before(pos).unwrap() {
            Step::Line(line, _) => pos = line.start,
            other => break other,
        }
    };
    assert_eq!(stopped, Step::Pending(Pos(2 * STRIPE - 1)));
}

#[test]
fn much_that_is_not_counted_is_not_matched_at_once() {
    let log = b"nothing of interest\n".repeat(1 << 20);
    let filter = filter("needle");
    let index = SparseIndex::default();
    let selection = Selection { filter: &filter, index: &index, context: 0, memory: None };
    let mut walk = StoreWalk::new(&log, Pos::MAX, Some(selection));
    assert_eq!(walk.at_or_after(Pos(0)).unwrap(), Step::Pending(Pos(u64::from(ALLOWANCE) * BLOCK)));
    let mut walk = StoreWalk::new(&log, Pos::MAX, Some(selection));
    assert!(matches!(walk.before(Pos::MAX).unwrap(), Step::Pending(pos) if pos.0 > 15 << 20));
}

#[test]
fn counts_that_are_wrong_do_no_harm() {
    let log = b"needle\nother\nneedle\n".repeat(20_000);
    let filter = filter("needle");
    let mut promised = SparseIndex::unknown(Pos(0)..Pos(0));
    let everywhere: Vec<Pos> = (0..40).map(|i| Pos(i * BLOCK)).collect();
    promised.append(&everywhere, Pos(40 * BLOCK));
    let short = log[..100_000].to_vec();
    for log in [&log, &short] {
        let selection = Selection { filter: &filter, index: &promised, context: 1, memory: None };
        let end = Pos(log.len() as u64);
        let lines = forwards(&mut StoreWalk::new(log, end, Some(selection)));
        assert_eq!(lines, naive(log, |line| filter.keeps(line), 1));
        assert_eq!(backwards(&mut StoreWalk::new(log, Pos::MAX, Some(selection))), lines);
    }
}

#[test]
fn a_hundred_megabytes_without_a_newline_are_walked_past() {
    let mut log = b"before\n".to_vec();
    log.resize(100 << 20, 0);
    log.extend_from_slice(b"\nafter needle\n");
    let end = Pos(log.len() as u64);
    let expected = [(0, Role::Kept), (7, Role::Kept), ((100 << 20) + 1, Role::Kept)];
    assert_eq!(forwards(&mut StoreWalk::new(&log, end, None)), expected);
    assert_eq!(backwards(&mut StoreWalk::new(&log, end, None)), expected);
    let mut walk = StoreWalk::new(&log, end, None);
    let Step::Line(line, _) = walk.at_or_after(Pos(1)).unwrap() else { panic!("no line") };
    assert_eq!((line.text.len(), line.finished), (LINE_MAX, true));
    let filter = filter("needle");
    let index = index(&log, &filter, end.0);
    let selection = Selection { filter: &filter, index: &index, context: 1, memory: None };
    let expected = [(7, Role::Context), ((100 << 20) + 1, Role::Kept)];
    assert_eq!(forwards(&mut StoreWalk::new(&log, end, Some(selection))), expected);
}
