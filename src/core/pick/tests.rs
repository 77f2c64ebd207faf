//! Whole records and repeated lines, against the plainest model, however a log is cut.

use proptest::prelude::*;

use super::*;
use crate::core::filter::{Chain, Kind, Term};
use crate::core::index::{BLOCK, SparseIndex};
use crate::core::pattern::Pattern;
use crate::core::record::{RECORD_MAX, record_at};
use crate::core::scan::{Scanner, Select};
use crate::core::walk::{Memory, Selection, Step, StoreWalk, Walk};

/// Lines with their starts and the heads of their records, the slow way.
struct Naive {
    lines: Vec<Line>,
}

/// Where it starts, what it says, and where its record begins.
type Line = (u64, Vec<u8>, u64);

impl Naive {
    fn of(log: &[u8]) -> Naive {
        let (mut at, mut head) = (0, None);
        let mut lines = Vec::new();
        for line in log.split_inclusive(|&b| b == b'\n') {
            let text = seen(content(line)).into_owned();
            if !text.first().is_none_or(|byte| matches!(byte, b' ' | b'\t')) {
                head = Some(at);
            }
            lines.push((at, text, head.filter(|head| at - head < RECORD_MAX).unwrap_or(at)));
            at += line.len() as u64;
        }
        Naive { lines }
    }

    /// The starts that are selected.
    fn selected(
        &self,
        terms: &[(Kind, &str)],
        sought: Option<&str>,
        grain: Grain,
        repeats: bool,
    ) -> Vec<u64> {
        let record = |head: u64| self.lines.iter().filter(move |line| line.2 == head);
        let unit = |line: &Line, word: &str| match grain {
            Grain::Line => holds(&line.1, word),
            Grain::Record | Grain::Head => record(line.2).any(|line| holds(&line.1, word)),
        };
        let kept = |line: &Line| {
            let mut kept = true;
            for (i, (kind, word)) in terms.iter().enumerate() {
                kept = match kind {
                    Kind::Keep => kept && unit(line, word),
                    Kind::Drop => kept && !unit(line, word),
                    Kind::Or => (kept && i > 0) || unit(line, word),
                };
            }
            kept && (grain != Grain::Head || line.0 == line.2)
        };
        let mut last: Option<(u64, Vec<u8>)> = None;
        let mut selected = Vec::new();
        for line in self.lines.iter().filter(|line| kept(line)) {
            let mut masked = Vec::new();
            mask(&line.1, &mut masked);
            let again = last.as_ref().is_some_and(|(at, text)| line.0 - at <= REPEAT_MAX && *text == masked);
            last = Some((line.0, masked));
            let shown = !repeats || !again;
            let found = sought.is_none_or(|word| match grain {
                Grain::Head => record(line.2).any(|line| holds(&line.1, word)),
                _ => holds(&line.1, word),
            });
            if shown && found {
                selected.push(line.0);
            }
        }
        selected
    }
}

fn holds(text: &[u8], word: &str) -> bool {
    memchr::memmem::find(text, word.as_bytes()).is_some()
}

fn filter(terms: &[(Kind, &str)], sought: Option<&str>, grain: Grain, repeats: bool) -> Filter {
    let term = |(kind, word): &(Kind, &str)| Term::new(*kind, Pattern::new(word).unwrap());
    let chain = Chain { terms: terms.iter().map(term).collect(), off: false };
    let filter = match sought {
        Some(word) => Filter::search(&chain, Pattern::new(word).unwrap()),
        None => chain.filter().unwrap_or_else(Filter::all),
    };
    filter.folded(grain, repeats)
}

fn picked(filter: &Filter, log: &Vec<u8>, bounds: Range<u64>) -> Vec<u64> {
    let (mut buf, mut found) = (Vec::new(), Vec::new());
    let end = Pos(log.len() as u64);
    let places = (Pos(bounds.start)..Pos(bounds.end), Pos(0), end);
    pick(filter, log, &mut buf, places, &mut || true, &mut |start| found.push(start.0)).unwrap();
    found
}

fn walked(walk: &mut dyn Walk, back: bool) -> Vec<u64> {
    let mut pos = if back { Pos::MAX } else { Pos(0) };
    let mut starts = Vec::new();
    while let Step::Line(line, _) =
        if back { walk.before(pos).unwrap() } else { walk.at_or_after(pos).unwrap() }
    {
        pos = if back { line.start } else { line.start + 1 };
        starts.push(line.start.0);
    }
    if back {
        starts.reverse();
    }
    starts
}

/// Counts what is appended piece by piece, as the program does, and says what is selected after each.
fn appended(filter: &Filter, log: &[u8], ends: &[usize]) -> Vec<(usize, Vec<u64>)> {
    let mut scanner = Scanner::new(&Select::Kept(filter.clone()));
    let (mut counted, mut from) = (Vec::new(), Pos(0));
    let mut said = Vec::new();
    for &end in ends {
        let part = log[..end].to_vec();
        let piece = scanner.appended(&part, from..Pos(end as u64)).unwrap();
        counted.extend(piece.starts.iter().map(|start| start.0));
        from = piece.counted;
        let all = counted.iter().copied().chain(piece.open.iter().map(|start| start.0)).collect();
        said.push((piece.read.0 as usize, all));
    }
    said
}

const WORDS: [&str; 5] = ["ab", "cd", "ef", "7", "8"];

fn log() -> impl Strategy<Value = Vec<u8>> {
    let length = prop_oneof![8 => 0usize..20, 1 => 0usize..3_000, 1 => 30_000usize..70_000];
    let line = (
        0u8..6,
        prop::collection::vec(0usize..5, 0..3),
        length,
        prop::sample::select(vec!["\n", "\n", "\r\n"]),
    );
    (prop::collection::vec(line, 0..30), 1usize..4, 0usize..3).prop_map(|(lines, times, last)| {
        let mut log = Vec::new();
        for (indent, words, length, ending) in std::iter::repeat_n(lines, times).flatten() {
            log.extend_from_slice(
                [&b"x"[..], b"x", b" ", b"\t", b"", b"\x1b[1mx\x1b[0m"][usize::from(indent)],
            );
            words.iter().for_each(|&word| log.extend_from_slice(WORDS[word].as_bytes()));
            log.resize(log.len() + length, b'.');
            log.extend_from_slice(ending.as_bytes());
        }
        log.extend_from_slice([&b""[..], b"x unfinished ab", b"\tunfinished ab"][last]);
        log
    })
}

fn terms() -> impl Strategy<Value = Vec<(Kind, &'static str)>> {
    let kind = prop::sample::select(vec![Kind::Keep, Kind::Drop, Kind::Or]);
    prop::collection::vec((kind, prop::sample::select(&WORDS[..])), 0..4)
}

fn grain() -> impl Strategy<Value = Grain> {
    prop::sample::select(vec![Grain::Record, Grain::Record, Grain::Head, Grain::Line])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn records_are_the_same_however_a_log_is_cut(
        log in log(),
        terms in terms(),
        sought in prop::option::of(prop::sample::select(&WORDS[..])),
        (grain, repeats) in (grain(), any::<bool>()),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
    ) {
        let filter = filter(&terms, sought, grain, repeats);
        let naive = Naive::of(&log);
        let expected = naive.selected(&terms, sought, grain, repeats);
        let len = log.len() as u64;
        prop_assert_eq!(picked(&filter, &log, 0..len), expected.clone());

        let mut bounds: Vec<u64> = cuts.iter().map(|cut| cut.index(log.len() + 1) as u64).chain([0, len]).collect();
        bounds.sort_unstable();
        let pieces = bounds.windows(2).flat_map(|cut| picked(&filter, &log, cut[0]..cut[1]));
        prop_assert_eq!(pieces.collect::<Vec<_>>(), expected.clone(), "cut at {:?}", bounds);

        let index = SparseIndex::default();
        let selection = Some(Selection { filter: &filter, index: &index, context: 0, memory: None });
        if len < 8 * BLOCK {
            prop_assert_eq!(walked(&mut StoreWalk::new(&log, Pos(len), selection), false), expected.clone());
            prop_assert_eq!(walked(&mut StoreWalk::new(&log, Pos(len), selection), true), expected.clone());
        }
        for line in &naive.lines {
            let record = record_at(&log, filter.reader(), Pos(line.0), Pos(len)).unwrap();
            let lines: Vec<u64> = naive.lines.iter().filter(|other| other.2 == line.2).map(|line| line.0).collect();
            prop_assert_eq!(record.start.0, lines[0]);
            let behind = naive.lines.iter().map(|line| line.0).find(|&start| start > *lines.last().unwrap());
            prop_assert_eq!(record.end.0, behind.unwrap_or(len));
        }
    }

    #[test]
    fn records_are_the_same_however_a_log_grows(
        log in log(),
        terms in terms(),
        (grain, repeats) in (grain(), any::<bool>()),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..8),
    ) {
        let filter = filter(&terms, None, grain, repeats);
        let mut ends: Vec<usize> = cuts.iter().map(|cut| cut.index(log.len() + 1)).chain([log.len()]).collect();
        ends.sort_unstable();
        for (finished, said) in appended(&filter, &log, &ends) {
            prop_assert_eq!(said, Naive::of(&log[..finished]).selected(&terms, None, grain, repeats), "of {} bytes", finished);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn what_is_remembered_is_what_is_there(
        log in log(),
        terms in terms(),
        (grain, repeats) in (grain(), any::<bool>()),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 1..5),
        changes in prop::collection::vec((any::<prop::sample::Index>(), prop::sample::select(&b"a \n"[..])), 0..4),
    ) {
        let filter = filter(&terms, None, grain, repeats);
        let (index, memory) = (SparseIndex::default(), Memory::default());
        let selection = Some(Selection { filter: &filter, index: &index, context: 0, memory: Some(&memory) });
        let mut ends: Vec<usize> = cuts.iter().map(|cut| cut.index(log.len() + 1)).collect();
        ends.sort_unstable();
        let mut logs: Vec<Vec<u8>> = ends.iter().map(|end| log[..*end].to_vec()).collect();
        for (at, byte) in changes.into_iter().filter(|_| !log.is_empty()) {
            let mut changed = logs.last().cloned().unwrap_or_default();
            changed.resize(log.len(), b'x');
            changed[at.index(log.len())] = byte;
            logs.push(changed);
        }
        for log in logs.iter().flat_map(|log| [log, log]).filter(|log| (log.len() as u64) < 8 * BLOCK) {
            let expected = Naive::of(log).selected(&terms, None, grain, repeats);
            let end = Pos(log.len() as u64);
            prop_assert_eq!(walked(&mut StoreWalk::new(log, end, selection), false), expected.clone());
            prop_assert_eq!(walked(&mut StoreWalk::new(log, end, selection), true), expected);
        }
    }
}

#[test]
fn a_hundred_thousand_lines_of_one_record_are_no_trouble() {
    let mut log = b"it broke\n".to_vec();
    for n in 0..100_000 {
        log.extend_from_slice(format!("\tat frame {n}\n").as_bytes());
    }
    log.extend_from_slice(b"up again\n");
    let filter = filter(&[(Kind::Keep, "broke|again")], None, Grain::Record, false);
    let end = Pos(log.len() as u64);
    let began = std::time::Instant::now();
    let mut scanner = Scanner::new(&Select::Kept(filter.clone()));
    let stripe = scanner.stripe(&log, 0, Pos(0)..end, &|| false).unwrap().unwrap();
    let orphan = crate::core::lines::line_start(&log, end.back(40), end).unwrap();
    let last = record_at(&log, filter.reader(), orphan, end).unwrap();
    assert!(began.elapsed() < std::time::Duration::from_secs(20), "{:?}", began.elapsed());
    // As many lines as a record may have, and the one behind.
    let lines = (9..log.len()).filter(|&at| log[at] == b'\t' && (at as u64) < RECORD_MAX).count() as u64;
    assert_eq!(stripe.total, 1 + lines + 1);
    assert_eq!(last.start, orphan);
    assert!(last.end - last.start < 40, "it is one line: {last:?}");
}

#[test]
fn a_long_line_ends_its_record_and_is_looked_at_no_further() {
    let mut log = b"head ab\n\t".to_vec();
    log.resize(10 << 20, b'.');
    log.extend_from_slice(b" cd\n\tfar behind ab\nnext\n\tcd\n");
    let far = log.len() as u64 - 24;
    let filter = filter(&[(Kind::Keep, "ab")], None, Grain::Record, false);
    let end = log.len() as u64;
    assert_eq!(picked(&filter, &log, 0..end), [0, 8, far]);
    assert_eq!(picked(&filter, &log, far - 3..end), [far]);
    assert_eq!(record_at(&log, filter.reader(), Pos(far), Pos(end)).unwrap(), Pos(far)..Pos(far + 15));
}
