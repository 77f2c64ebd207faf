use proptest::prelude::*;

use super::*;
use crate::core::filter::{Chain, Kind, Term};
use crate::core::index::SparseIndex;
use crate::core::lines::LINE_MAX;
use crate::core::pattern::Pattern;

fn keep(source: &str) -> Select {
    let pattern = Pattern::new(source).unwrap();
    let chain = Chain { terms: vec![Term::new(Kind::Keep, pattern)], off: false };
    Select::Kept(chain.filter().unwrap())
}

/// A log at some distance from zero that gives at most `step` bytes a read.
struct Far {
    base: u64,
    gone: u64,
    step: usize,
    bytes: Vec<u8>,
}

impl Store for Far {
    fn range(&self) -> Range<Pos> {
        Pos(self.base + self.gone)..Pos(self.base + self.bytes.len() as u64)
    }
    fn read_at(&self, pos: Pos, buf: &mut [u8]) -> io::Result<usize> {
        let n = buf.len().min(self.step);
        if pos < self.range().start {
            Ok(0)
        } else {
            self.bytes.read_at(Pos(pos - Pos(self.base)), &mut buf[..n])
        }
    }
}

/// Starts of the selected lines, the slow way.
fn naive(log: &Far, select: &Select, end: Pos) -> Vec<Pos> {
    let bytes = &log.bytes[..(end - Pos(log.base)) as usize];
    let mut at = log.gone as usize;
    let mut starts = Vec::new();
    for line in bytes[at..].split_inclusive(|&b| b == b'\n') {
        let text = line.strip_suffix(b"\n").unwrap_or(line);
        let text = text.strip_suffix(b"\r").filter(|_| line.ends_with(b"\n")).unwrap_or(text);
        if matches!(select, Select::All) || matches!(select, Select::Kept(f) if f.keeps(text)) {
            starts.push(Pos(log.base + at as u64));
        }
        at += line.len();
    }
    starts
}

/// Lines from a few bytes to several blocks, some of them over the edges of stripes.
fn long_log(lines: &[(u8, usize)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for &(byte, length) in lines {
        bytes.resize(bytes.len() + length, byte);
        bytes.push(b'\n');
    }
    bytes
}

fn check(log: &Far, select: &Select, end: Pos, order: u64) -> Result<(), TestCaseError> {
    let starts = naive(log, select, end);
    let mut expected = SparseIndex::unknown(log.range().start..log.range().start);
    expected.append(&starts, end);
    let mut index = SparseIndex::unknown(log.range().start..end);
    let mut numbers: Vec<u64> = index.unknown_stripes().collect();
    numbers.sort_by_key(|n| n.wrapping_mul(order | 1).rotate_left(11));
    let mut scanner = Scanner::new(select);
    for number in numbers {
        let stripe = scanner.stripe(log, number, index.covered(), &|| false).unwrap().unwrap();
        index.set(number, stripe);
    }
    prop_assert_eq!(index.total(), expected.total());
    let mut pos = log.range().start;
    while pos < end {
        prop_assert_eq!(index.count_in(pos..pos + 1), expected.count_in(pos..pos + 1), "{:?}", pos);
        pos += BLOCK;
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn stripes_in_any_order_count_what_the_naive_model_counts(
        lines in prop::collection::vec((prop::sample::select(&b"abc"[..]), prop_oneof![0usize..200, 0usize..300_000]), 1..40),
        base in prop::sample::select(vec![0, STRIPE - 70_001, 5 * STRIPE + 3]),
        step in prop::sample::select(vec![77_777, 1 << 20]),
        gone in 0usize..3,
        cut in 0usize..3,
        order in any::<u64>(),
    ) {
        let bytes = long_log(&lines);
        let ends: Vec<usize> = memchr_iter(b'\n', &bytes).map(|i| i + 1).collect();
        let gone = if gone > 0 { ends[gone.min(ends.len()) - 1] as u64 } else { 0 };
        let log = Far { base, gone, step, bytes };
        let end = log.range().end.back(if cut == 0 { 0 } else { cut as u64 * 7 }).max(log.range().start);
        for select in [Select::All, keep("a"), keep("^$"), keep("[bc]$")] {
            check(&log, &select, end, order)?;
        }
    }

    #[test]
    fn what_was_appended_is_what_the_naive_model_finds(
        lines in prop::collection::vec((prop::sample::select(&b"ab"[..]), prop_oneof![0usize..9, 0usize..200_000]), 1..12),
        tail in prop::sample::select(vec![0, 1, 5, 300_000, LINE_MAX + 70_000]),
        step in prop::sample::select(vec![10_007, 1 << 20]),
    ) {
        let mut bytes = long_log(&lines);
        let finished = Pos(3 + bytes.len() as u64);
        bytes.resize(bytes.len() + tail, b'a');
        let log = Far { base: 3, gone: 0, step, bytes };
        for select in [Select::All, keep("a"), keep("^$")] {
            let found = Scanner::new(&select).appended(&log, log.range()).unwrap();
            prop_assert_eq!((found.starts, found.counted), (naive(&log, &select, finished), finished));
        }
    }
}

#[test]
fn a_line_longer_than_anything_is_counted_once() {
    let mut bytes = b"first\n".to_vec();
    bytes.resize(3 * STRIPE as usize, b'x');
    bytes.extend_from_slice(b"needle\nlast needle\n");
    let log = Far { base: 0, gone: 0, step: 1 << 20, bytes };
    for (select, count) in [(Select::All, 3), (keep("needle"), 1), (keep("x$"), 1)] {
        assert_eq!(naive(&log, &select, log.range().end).len(), count);
        check(&log, &select, log.range().end, 1).unwrap();
        let mut scanner = Scanner::new(&select);
        scanner.stripe(&log, 0, log.range(), &|| false).unwrap();
        assert!(scanner.buf.len() < LINE_MAX + READ, "{}", scanner.buf.len());
        let Appended { starts, counted: end, .. } = scanner.appended(&log, log.range()).unwrap();
        assert_eq!((starts.len(), end), (count, log.range().end));
    }
}

#[test]
fn a_scan_stops_when_it_is_told_to() {
    let log = Far { base: 0, gone: 0, step: 1 << 20, bytes: long_log(&[(b'a', 80); 100_000]) };
    for select in [Select::All, keep("a")] {
        let asked = std::cell::Cell::new(0);
        let stop = || asked.replace(asked.get() + 1) == 2;
        assert_eq!(Scanner::new(&select).stripe(&log, 0, log.range(), &stop).unwrap(), None);
        assert_eq!(asked.get(), 3);
    }
}

#[test]
fn bytes_that_vanish_in_between_are_passed_over() {
    use std::sync::atomic::{AtomicU64, Ordering};
    struct Vanishing(AtomicU64, Far);
    impl Store for Vanishing {
        fn range(&self) -> Range<Pos> {
            Pos(self.0.load(Ordering::Relaxed))..self.1.range().end
        }
        fn read_at(&self, pos: Pos, buf: &mut [u8]) -> io::Result<usize> {
            if pos >= Pos(100_000) {
                self.0.store(810_000, Ordering::Relaxed);
            }
            if pos < self.range().start { Ok(0) } else { self.1.read_at(pos, buf) }
        }
    }
    for select in [Select::All, keep("a")] {
        let log = Far { base: 0, gone: 0, step: 50_000, bytes: long_log(&[(b'a', 80); 20_000]) };
        let log = Vanishing(AtomicU64::new(0), log);
        let stripe = Scanner::new(&select).stripe(&log, 0, log.range(), &|| false).unwrap().unwrap();
        assert_eq!(stripe.counts[20], 809);
        assert!((10_000..11_500).contains(&stripe.total), "{}", stripe.total);
    }
}
