//! Logs in whose midst bytes are missing: everything that reads lines steps over the holes.

use proptest::prelude::*;

use super::tests::{backwards, filter, forwards, index};
use super::*;
use crate::core::lines::{content, line_at, line_start, next_line_start};
use crate::core::scan::{Appended, Scanner, Select};
use crate::core::sparse::Sparse;

/// Every line with its place, the slow way: none goes over a hole.
fn naive(bytes: &[u8], holes: &[Range<u64>]) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut from = 0;
    for upto in holes.iter().map(|hole| hole.start).chain([bytes.len() as u64]) {
        let mut start = from;
        for piece in bytes[from as usize..upto as usize].split_inclusive(|&b| b == b'\n') {
            let end = start + piece.len() as u64;
            let finished = piece.ends_with(b"\n") || upto < bytes.len() as u64;
            lines.push(Line { start: Pos(start), end: Pos(end), text: content(piece).to_vec(), finished });
            start = end;
        }
        from = holes.iter().find(|hole| hole.start == upto).map_or(upto, |hole| hole.end);
    }
    lines
}

/// Apart from each other, and neither at the beginning of the log nor at its end.
fn holes(wanted: &[(u64, u64)], len: u64) -> Vec<Range<u64>> {
    let mut holes = Vec::new();
    let mut from = 1;
    for &(skip, size) in wanted {
        let hole = from + skip..from + skip + size;
        if hole.end >= len {
            break;
        }
        from = hole.end + 1;
        holes.push(hole);
    }
    holes
}

fn starts(lines: &[Line], kept: impl Fn(&[u8]) -> bool) -> Vec<(u64, Role)> {
    lines.iter().filter(|line| kept(&line.text)).map(|line| (line.start.0, Role::Kept)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn a_line_begins_behind_every_hole_and_none_goes_over_one(
        bytes in prop::collection::vec(prop::sample::select(&b"ab\n"[..]), 0..300),
        wanted in prop::collection::vec((0u64..40, 1u64..60), 0..6),
        // The small log as it is, or each of its bytes many times: then reads and blocks are smaller than lines.
        (size, counted) in (prop::sample::select(vec![1usize, 1, 1_500]), any::<bool>()),
    ) {
        let wide = |byte: &u8| -> Vec<u8> {
            let mut wide = vec![if *byte == b'\n' { b'x' } else { *byte }; size];
            wide[size - 1] = *byte;
            wide
        };
        let bytes: Vec<u8> = bytes.iter().flat_map(wide).collect();
        let wanted: Vec<_> = wanted.iter().map(|&(skip, len)| (skip * size as u64, len * size as u64)).collect();
        let holes = holes(&wanted, bytes.len() as u64);
        let lines = naive(&bytes, &holes);
        let end = Pos(bytes.len() as u64);
        let log = Sparse::with_holes(bytes, holes.clone());

        for line in &lines {
            let same = line_at(&log, line.start, end).unwrap().unwrap();
            prop_assert_eq!(&same, line);
            for pos in [line.start, Pos((line.start.0 + line.end.0) / 2), line.end.back(1)] {
                prop_assert_eq!(line_start(&log, pos, end).unwrap(), line.start);
            }
        }
        for (line, next) in lines.iter().zip(&lines[1.min(lines.len())..]) {
            prop_assert_eq!(next_line_start(&log, line.start..end).unwrap(), Some(next.start));
            prop_assert_eq!(line_at(&log, line.end, end).unwrap().unwrap(), next.clone());
        }

        let all = starts(&lines, |_| true);
        prop_assert_eq!(forwards(&mut StoreWalk::new(&log, end, None)), all.clone());
        prop_assert_eq!(backwards(&mut StoreWalk::new(&log, end, None)), all.clone());

        let filter = filter("a");
        let kept = starts(&lines, |text| filter.keeps(text));
        let index = index(&log, &filter, if counted { end.0 } else { 0 });
        let selection = Some(Selection { filter: &filter, index: &index, context: 0, memory: None });
        prop_assert_eq!(forwards(&mut StoreWalk::new(&log, end, selection)), kept.clone());
        prop_assert_eq!(backwards(&mut StoreWalk::new(&log, end, selection)), kept.clone());

        for (select, expected) in [(Select::All, &all), (Select::Kept(filter.clone()), &kept)] {
            let Appended { starts: found, counted: read, .. } =
                Scanner::new(&select).appended(&log, Pos(0)..end).unwrap();
            let finished = |&&(start, _): &&(u64, Role)| lines.iter().any(|line| line.start.0 == start && line.finished);
            let expected: Vec<Pos> = expected.iter().filter(finished).map(|(start, _)| Pos(*start)).collect();
            prop_assert_eq!(found, expected);
            let open = lines.last().filter(|line| !line.finished).map_or(end, |line| line.start);
            prop_assert_eq!(read, open);
        }
        let mut counted = SparseIndex::unknown(Pos(0)..end);
        for number in counted.unknown_stripes().collect::<Vec<_>>() {
            let stripe = Scanner::new(&Select::All).stripe(&log, number, Pos(0)..end, &|| false).unwrap().unwrap();
            counted.set(number, stripe);
        }
        let mut pos = Pos(0);
        while pos < end {
            let expected = all.iter().filter(|(start, _)| (pos.0..pos.0 + BLOCK).contains(start)).count();
            prop_assert_eq!(counted.count_in(pos..pos + 1), expected as u64, "lines that start in the block at {:?}", pos);
            pos += BLOCK;
        }
    }
}
