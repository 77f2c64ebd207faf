use super::*;
use crate::core::filter::{Chain, Kind, Term};
use crate::core::pattern::Pattern;

fn keep(pattern: &str) -> Option<Filter> {
    let term = Term::new(Kind::Keep, Pattern::new(pattern).unwrap());
    Chain { terms: vec![term], off: false }.filter()
}

/// Everything that comes out when `bytes` go in `step` at a time.
fn sift(filter: Option<Filter>, bytes: &[u8], step: usize) -> Vec<u8> {
    let mut kept = Vec::new();
    let mut take = |piece: Piece<'_>| {
        let (Piece::Lines(bytes) | Piece::Begin(bytes) | Piece::More(bytes) | Piece::End(bytes)) = piece;
        kept.extend_from_slice(bytes);
        Ok(())
    };
    let mut sieve = Sieve::new(filter);
    let mut rest = bytes;
    while !rest.is_empty() {
        let (buf, room) = sieve.space();
        let (now, later) = rest.split_at(step.min(room).min(rest.len()));
        buf.extend_from_slice(now);
        rest = later;
        sieve.pour(&mut take).unwrap();
    }
    sieve.finish(&mut take).unwrap();
    kept
}

#[test]
fn without_a_filter_every_byte_passes() {
    let bytes = b"one\n\ntwo\r\nthree\n\xff\x00 no end";
    for step in [1, 2, 5, 100] {
        assert_eq!(sift(None, bytes, step), bytes);
    }
}

#[test]
fn only_kept_lines_pass_however_the_bytes_come() {
    let bytes = b"an apple\nbread\napples\n\nthe last apple";
    for step in [1, 3, 7, 100] {
        assert_eq!(sift(keep("apple"), bytes, step), b"an apple\napples\nthe last apple");
    }
}

#[test]
fn a_line_longer_than_what_is_looked_at_passes_whole_or_not_at_all() {
    let mut bytes = b"first\nfind me ".to_vec();
    bytes.extend(std::iter::repeat_n(b'x', 3 * LINE_MAX));
    bytes.extend(b" hidden\nlast find me\n");
    assert_eq!(sift(keep("find me"), &bytes, CHUNK), bytes[6..]);
    assert_eq!(sift(keep("hidden"), &bytes, CHUNK), b"");
    assert_eq!(sift(None, &bytes, CHUNK), bytes);
}

#[test]
fn memory_stays_bounded() {
    let mut sieve = Sieve::new(None);
    for _ in 0..200 {
        let (buf, room) = sieve.space();
        assert!(room > 0);
        buf.extend(std::iter::repeat_n(b'x', room));
        assert!(buf.len() <= LINE_MAX);
        sieve.pour(|_| Ok(())).unwrap();
    }
}

const TRACE: &[u8] = b"up\nit broke\n\tat one\n\tat two\nnext\n\tmore\nlast\n";

fn records(terms: &[(Kind, &str)]) -> Option<Filter> {
    let term = |(kind, source): &(Kind, &str)| Term::new(*kind, Pattern::new(source).unwrap());
    let chain = Chain { terms: terms.iter().map(term).collect(), off: false };
    Some(chain.filter().unwrap().folded(Grain::Record, false))
}

#[test]
fn whole_records_pass_however_the_bytes_come() {
    for step in [1, 2, 5, 13, 100] {
        let trace: &[u8] = b"it broke\n\tat one\n\tat two\n";
        assert_eq!(sift(records(&[(Kind::Keep, "two")]), TRACE, step), trace, "{step}");
        assert_eq!(sift(records(&[(Kind::Keep, "broke")]), TRACE, step), trace, "{step}");
        assert_eq!(sift(records(&[(Kind::Drop, "two")]), TRACE, step), b"up\nnext\n\tmore\nlast\n", "{step}");
        let both = [(Kind::Keep, "broke"), (Kind::Drop, "one"), (Kind::Or, "more")];
        assert_eq!(sift(records(&both), TRACE, step), b"next\n\tmore\n", "{step}");
    }
}

#[test]
fn a_record_passes_as_soon_as_it_is_known_that_it_does() {
    let poured = |sieve: &mut Sieve, bytes: &[u8]| {
        let mut kept = Vec::new();
        sieve.space().0.extend_from_slice(bytes);
        let mut take = |piece: Piece<'_>| {
            if let Piece::Lines(lines) = piece {
                kept.extend_from_slice(lines);
            }
            Ok(())
        };
        sieve.pour(&mut take).unwrap();
        String::from_utf8(kept).unwrap()
    };
    let mut keeps = Sieve::new(records(&[(Kind::Keep, "two")]));
    assert_eq!(poured(&mut keeps, b"it broke\n\tat one\n"), "");
    assert_eq!(poured(&mut keeps, b"\tat two\n"), "it broke\n\tat one\n\tat two\n");
    assert_eq!(poured(&mut keeps, b"\tat three\n"), "\tat three\n", "the rest does not wait");
    assert!(!keeps.waits());

    let mut drops = Sieve::new(records(&[(Kind::Drop, "two")]));
    assert_eq!(poured(&mut drops, b"up\nit broke\n"), "up\n");
    assert!(drops.waits(), "the next line may be the one");
    let mut pieces = 0;
    let mut take = |_: Piece<'_>| {
        pieces += 1;
        Ok(())
    };
    drops.settle(&mut take).unwrap();
    assert_eq!((pieces, drops.waits()), (1, false));
    assert_eq!(poured(&mut drops, b"\tat two\nlast\nend\n"), "\tat two\nlast\n", "as was decided");
}

#[test]
fn a_long_line_goes_with_the_record_it_is_of() {
    let mut bytes = b"head find me\n\t".to_vec();
    bytes.extend(std::iter::repeat_n(b'x', 2 * LINE_MAX));
    bytes.extend(b"\n\tfar behind\nnext\n\t");
    let kept = bytes.len() - b"\tfar behind\nnext\n\t".len();
    bytes.extend(std::iter::repeat_n(b'y', 2 * LINE_MAX));
    bytes.extend(b"\nfind me");
    for step in [1000, CHUNK] {
        let expected = [&bytes[..kept], b"find me"].concat();
        assert!(sift(records(&[(Kind::Keep, "find me")]), &bytes, step) == expected, "{step}");
    }
}

proptest::proptest! {
    #[test]
    fn what_passes_is_what_a_scan_keeps(
        lines in proptest::collection::vec((0usize..4, 0usize..5), 0..30),
        terms in proptest::collection::vec((0usize..3, 0usize..5), 1..4),
        step in 1usize..60,
    ) {
        let words = ["ab", "cd", "ef", "abcd", "x"];
        let mut bytes = Vec::new();
        for (indent, word) in lines {
            bytes.extend_from_slice(["", "y", " ", "\t"][indent].as_bytes());
            bytes.extend_from_slice(words[word].as_bytes());
            bytes.push(b'\n');
        }
        let kinds = [Kind::Keep, Kind::Drop, Kind::Or];
        let terms: Vec<(Kind, &str)> = terms.iter().map(|&(kind, word)| (kinds[kind], words[word])).collect();
        let filter = records(&terms);
        let mut kept = Vec::new();
        filter.as_ref().unwrap().scan(&bytes, &mut |at| {
            let end = memchr::memchr(b'\n', &bytes[at..]).unwrap();
            kept.extend_from_slice(&bytes[at..=at + end]);
        });
        proptest::prop_assert_eq!(sift(filter, &bytes, step), kept);
    }
}
