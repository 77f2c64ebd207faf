//! However what comes is chopped, the same pieces come out, and no content is taken for a header.

use proptest::prelude::*;

use super::*;

const NONCE: u64 = 0x0123_4567_89ab_cdef;

/// A piece that owns its bytes; neighbouring bytes are one.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Owned {
    Bytes(Vec<u8>),
    Header(Header),
}

fn pieces<'a>(chunks: impl IntoIterator<Item = &'a [u8]>) -> (Vec<Owned>, Vec<u8>, u64) {
    let mut parser = Parser::new(Nonce::new(NONCE));
    let mut out = Vec::new();
    let mut each = |piece: Piece<'_>| match (piece, out.last_mut()) {
        (Piece::Bytes(bytes), Some(Owned::Bytes(last))) => last.extend_from_slice(bytes),
        (Piece::Bytes(bytes), _) => out.push(Owned::Bytes(bytes.to_vec())),
        (Piece::Header(header), _) => out.push(Owned::Header(header)),
    };
    for chunk in chunks {
        parser.feed(chunk, &mut each);
    }
    parser.finish(&mut each);
    (out, parser.noise().to_vec(), parser.noisy())
}

fn header(words: &str) -> Vec<u8> {
    let mut line = Nonce::new(NONCE).mark().to_vec();
    line.extend_from_slice(words.as_bytes());
    line.push(b'\n');
    line
}

/// Content that likes to look like headers.
fn content() -> impl Strategy<Value = Vec<u8>> {
    let near = prop_oneof![
        Just(vec![RS]),
        Just(b"\x1e0123456789abcdef".to_vec()),
        Just(b"\x1e0123456789abcdeF B\n".to_vec()),
        Just(b"\x1e\x1e0123".to_vec()),
        Just(b"0123456789abcdef B\n".to_vec()),
        Just(b"\n".to_vec()),
        proptest::collection::vec(any::<u8>(), 0..20),
    ];
    proptest::collection::vec(near, 0..12).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn any_chopping_gives_the_same_pieces(
        parts in proptest::collection::vec((content(), 0u64..9), 0..8),
        noise in content(),
        cuts in proptest::collection::vec(0usize..400, 0..30),
    ) {
        // What ends with half a mark would make a whole one with what follows; the nonce rules that out.
        let mut wire = noise.clone();
        let mut wanted = Vec::new();
        for (bytes, ino) in &parts {
            wire.extend(header(&format!("C {ino} 7")));
            wanted.push(Owned::Header(Header::CaughtUp { ino: *ino, offset: Some(7) }));
            if !bytes.is_empty() {
                wire.extend_from_slice(bytes);
                wanted.push(Owned::Bytes(bytes.clone()));
            }
        }
        prop_assume!(memchr::memmem::find_iter(&wire, &Nonce::new(NONCE).mark()).count() == parts.len());
        let mut cuts: Vec<usize> = cuts.into_iter().map(|at| at.min(wire.len())).collect();
        cuts.extend([0, wire.len()]);
        cuts.sort_unstable();
        let chunks = cuts.windows(2).map(|two| &wire[two[0]..two[1]]);
        let (out, kept, noisy) = pieces(chunks);
        prop_assert_eq!(out, wanted);
        prop_assert_eq!(noisy, noise.len() as u64);
        prop_assert_eq!(kept, &noise[..noise.len().min(NOISE)]);
    }

    #[test]
    fn no_line_breaks_the_reading_of_headers(line in content()) {
        let _ = Header::parse(&line);
    }
}

#[test]
fn a_byte_at_a_time_gives_the_same() {
    let wire = [
        b"Welcome!\n".to_vec(),
        header("H 1 poll 250 -0330"),
        header("D 5 0 3"),
        b"a\x1eb".to_vec(),
        header("B"),
    ];
    let wire = wire.concat();
    let (out, noise, _) = pieces(wire.chunks(1));
    let hello = Header::Hello { version: 1, wake: Wake::Poll(250), zone: Some(-12_600) };
    let data = Header::Data { ino: 5, offset: 0, size: 3 };
    let wanted = [
        Owned::Header(hello),
        Owned::Header(data),
        Owned::Bytes(b"a\x1eb".to_vec()),
        Owned::Header(Header::Beat),
    ];
    assert_eq!(out, wanted);
    assert_eq!(noise, b"Welcome!\n");
}

#[test]
fn noise_is_kept_in_part_and_counted_in_full() {
    let noise = vec![b'x'; 1 << 20];
    let (out, kept, noisy) = pieces([&noise[..]]);
    assert_eq!((out.len(), kept.len(), noisy), (0, NOISE, 1 << 20));
}

#[test]
fn a_header_without_an_end_is_not_waited_for_for_ever() {
    let mut wire = header("B");
    wire.extend_from_slice(&Nonce::new(NONCE).mark());
    wire.extend(std::iter::repeat_n(b'x', 3 * HEADER));
    for size in [1, 100, wire.len()] {
        let (out, _, _) = pieces(wire.chunks(size));
        let Owned::Bytes(bytes) = &out[1] else { panic!("{out:?}") };
        assert_eq!(bytes.len(), MARK + 3 * HEADER, "in chunks of {size}");
    }
}

#[test]
fn what_a_host_says_is_checked() {
    assert_eq!(Header::parse(b"F 5 256 12'; rm"), Header::Unknown);
    assert_eq!(Header::parse(b"F 5 257 12"), Header::Unknown);
    assert_eq!(Header::parse(b"O 5 -1 12"), Header::Unknown);
    assert_eq!(Header::parse(b"O +5 1 12"), Header::Unknown);
    assert_eq!(Header::parse(b"Q"), Header::Unknown);
    assert_eq!(Header::parse(b"S 1:2 3:4"), Header::Siblings(vec![(1, 2), (3, 4)]));
    assert_eq!(Header::parse(b"C 5 -"), Header::CaughtUp { ino: 5, offset: None });
    let escape = Header::Trouble(Trouble::Read("Permission[31m denied".to_owned()));
    assert_eq!(Header::parse(b"E read Permission\x1b[31m denied"), escape);
    let end = Header::End { id: 3, end: End::Failed("no gzip here".to_owned()) };
    assert_eq!(Header::parse(b"Z 3 failed no gzip here"), end);
}

#[test]
fn no_file_is_so_long_that_counting_its_bytes_ends() {
    let most = (1u64 << 62) - 1;
    assert_eq!(
        Header::parse(format!("O {} {most} {most}", u64::MAX).as_bytes()),
        Header::Open { ino: u64::MAX, offset: most, size: most, cut: false, on: None }
    );
    for line in ["O 1 4611686018427387904 1", "D 1 0 18446744073709551615", "T 1 9223372036854775808"] {
        assert_eq!(Header::parse(line.as_bytes()), Header::Unknown, "{line}");
    }
    let gap = Header::parse(b"G 1 0 18446744073709551615");
    assert_eq!(gap, Header::Gap { ino: 1, offset: 0, bytes: None });
}

#[test]
fn the_zone_of_a_host_is_one_or_none() {
    let zone = |word: &str| match Header::parse(format!("H 1 events {word}").as_bytes()) {
        Header::Hello { zone, .. } => zone,
        other => panic!("{word}: {other:?}"),
    };
    assert_eq!(
        ["+0000", "+0130", "-1200", "+1400"].map(zone),
        [Some(0), Some(5400), Some(-43_200), Some(50_400)]
    );
    for none in ["", "CET", "%z", "+9900", "+0160", "+01", "+01000", "+-100", "0100", "+é00", "\u{ff0b}0100"]
    {
        assert_eq!(zone(none), None, "{none}");
    }
}
