//! Lines in a store: where they begin and end, and what they say.

use std::io;
use std::ops::Range;

use memchr::{memchr, memrchr};

use super::pos::Pos;
use super::store::Store;

/// How much of a line is matched, highlighted and shown, in bytes. What lies behind it is stored and
/// saved like any other byte; it is not looked at.
pub const LINE_MAX: usize = 1 << 20;

/// A line as it stands in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its first byte that can be read.
    pub start: Pos,
    /// Just behind its newline; the end of the log for an unfinished line, the beginning of a hole for one that
    /// goes on in it.
    pub end: Pos,
    /// Its bytes without `\n` or `\r\n`, at most [`LINE_MAX`] of them.
    pub text: Vec<u8>,
    /// False while more of it may come.
    pub finished: bool,
}

/// The first read for a line: an ordinary one costs no second, and the room for it next to nothing.
const FIRST_READ: usize = 1 << 10;
/// Reads grow up to this while a line's end is looked for.
const LAST_READ: usize = 256 << 10;

/// Bytes by position: a store, or a walker's window on one.
pub(super) trait Bytes {
    /// As [`Store::range`].
    fn range(&self) -> Range<Pos>;
    /// As [`Store::held`].
    fn held(&self, pos: Pos) -> Range<Pos>;
    /// As [`Store::hole`].
    fn hole(&self, pos: Pos) -> Option<Range<Pos>>;
    /// As [`Store::read_at`].
    fn read_at(&mut self, pos: Pos, buf: &mut [u8]) -> io::Result<usize>;
}

impl Bytes for &dyn Store {
    fn range(&self) -> Range<Pos> {
        Store::range(*self)
    }
    fn held(&self, pos: Pos) -> Range<Pos> {
        Store::held(*self, pos)
    }
    fn hole(&self, pos: Pos) -> Option<Range<Pos>> {
        Store::hole(*self, pos)
    }
    fn read_at(&mut self, pos: Pos, buf: &mut [u8]) -> io::Result<usize> {
        Store::read_at(*self, pos, buf)
    }
}

/// The start of the line that holds `pos` (`pos` itself, if a line starts there). Only bytes in the
/// store's range and before `end` are looked at.
///
/// # Errors
/// As [`Store::read_at`].
pub fn line_start(store: &dyn Store, pos: Pos, end: Pos) -> io::Result<Pos> {
    find_start(&mut { store }, pos.min(end))
}

/// The line that starts at `start`, which must be a line's start, or behind the hole that it lies in; `None` at or
/// behind `end`.
///
/// # Errors
/// As [`Store::read_at`].
pub fn line_at(store: &dyn Store, start: Pos, end: Pos) -> io::Result<Option<Line>> {
    read_line(&mut { store }, start, end)
}

/// Just behind the first newline or hole in `range`, if there is one: where a line starts.
///
/// # Errors
/// As [`Store::read_at`].
pub fn next_line_start(store: &dyn Store, range: Range<Pos>) -> io::Result<Option<Pos>> {
    find_newline(&mut { store }, range)
}

/// A line's bytes without the `\n` or `\r\n` at their end, cut to [`LINE_MAX`].
pub(super) fn content(line: &[u8]) -> &[u8] {
    let line = match line {
        [rest @ .., b'\r', b'\n'] | [rest @ .., b'\n'] => rest,
        unfinished => unfinished,
    };
    &line[..line.len().min(LINE_MAX)]
}

/// [`line_start`] over any bytes.
pub(super) fn find_start(bytes: &mut impl Bytes, pos: Pos) -> io::Result<Pos> {
    let mut buf = vec![0; FIRST_READ];
    let mut hi = pos;
    loop {
        let first = bytes.range().start;
        if hi <= first {
            // The start of what can be read is the start of a line.
            return Ok(first.min(pos));
        }
        if bytes.hole(hi.back(1)).is_some() {
            return Ok(hi);
        }
        let held = bytes.held(hi.back(1));
        // What has to be fetched is not touched before what is there was looked at.
        let floor = if held.contains(&hi.back(1)) { held.start } else { first };
        let mut lo = hi.back(buf.len() as u64).max(first).max(floor);
        let mut got = fill(bytes, lo, &mut buf[..(hi - lo) as usize])?;
        while got < (hi - lo) as usize
            && let Some(hole) = bytes.hole(lo + got as u64).filter(|hole| hole.end < hi)
        {
            lo = hole.end;
            got = fill(bytes, lo, &mut buf[..(hi - lo) as usize])?;
        }
        if let Some(i) = memrchr(b'\n', &buf[..got]) {
            return Ok(lo + (i as u64 + 1));
        }
        hi = lo;
        let more = (buf.len() * 4).min(LAST_READ);
        buf.resize(more, 0);
    }
}

/// [`line_at`] over any bytes.
pub(super) fn read_line(bytes: &mut impl Bytes, start: Pos, end: Pos) -> io::Result<Option<Line>> {
    // One byte more than a line of full length with its ending: what is cut off is known to be no `\r`.
    const KEEP: usize = LINE_MAX + 2;
    let mut text = Vec::new();
    let mut buf = vec![0; FIRST_READ];
    let (mut start, mut pos, mut finished) = (start, start, false);
    while pos < end {
        let want = buf.len().min(usize::try_from(end - pos).unwrap_or(usize::MAX));
        let got = bytes.read_at(pos, &mut buf[..want])?;
        if got == 0 {
            match bytes.hole(pos) {
                Some(hole) if pos == start => (start, pos) = (hole.end, hole.end),
                hole => {
                    finished = hole.is_some();
                    break;
                }
            }
            continue;
        }
        let newline = memchr(b'\n', &buf[..got]);
        let used = newline.map_or(got, |i| i + 1);
        text.extend_from_slice(&buf[..used.min(KEEP - text.len())]);
        pos += used as u64;
        if newline.is_some() {
            let cut = text.len() as u64 != pos - start;
            text.truncate(if cut { LINE_MAX } else { content(&text).len() });
            return Ok(Some(Line { start, end: pos, text, finished: true }));
        }
        let more = (buf.len() * 4).min(LAST_READ);
        buf.resize(more, 0);
    }
    text.truncate(LINE_MAX);
    Ok((pos > start).then_some(Line { start, end: pos, text, finished }))
}

/// [`next_line_start`] over any bytes.
pub(super) fn find_newline(bytes: &mut impl Bytes, range: Range<Pos>) -> io::Result<Option<Pos>> {
    let mut buf = vec![0; FIRST_READ];
    let mut pos = range.start;
    while pos < range.end {
        let want = buf.len().min(usize::try_from(range.end - pos).unwrap_or(usize::MAX));
        let got = bytes.read_at(pos, &mut buf[..want])?;
        let newline = memchr(b'\n', &buf[..got]).map(|i| i + 1);
        // Only what ends a read may stand before a hole.
        let read = newline.unwrap_or(got);
        let hole = if read == got { bytes.hole(pos + read as u64) } else { None };
        if let Some(hole) = hole {
            return Ok(Some(hole.end).filter(|&end| end <= range.end));
        }
        if let Some(read) = newline {
            return Ok(Some(pos + read as u64));
        }
        if got == 0 {
            break;
        }
        pos += got as u64;
        let more = (buf.len() * 4).min(LAST_READ);
        buf.resize(more, 0);
    }
    Ok(None)
}

/// Reads until `buf` is full or there is nothing more, and says how many bytes came.
pub(super) fn fill(bytes: &mut impl Bytes, pos: Pos, buf: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buf.len() {
        match bytes.read_at(pos + filled as u64, &mut buf[filled..])? {
            0 => break,
            n => filled += n,
        }
    }
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Gives at most `step` bytes a read, and nothing before `gone`.
    struct Slow {
        bytes: Vec<u8>,
        step: usize,
        gone: u64,
    }

    impl Store for Slow {
        fn range(&self) -> Range<Pos> {
            Pos(self.gone)..Pos(self.bytes.len() as u64)
        }
        fn read_at(&self, pos: Pos, buf: &mut [u8]) -> io::Result<usize> {
            let n = buf.len().min(self.step);
            if pos.0 < self.gone { Ok(0) } else { self.bytes.read_at(pos, &mut buf[..n]) }
        }
    }

    /// Every line of `bytes` with its place, the slow way.
    fn naive(bytes: &[u8]) -> Vec<Line> {
        let mut start = 0;
        let mut lines = Vec::new();
        for piece in bytes.split_inclusive(|&b| b == b'\n') {
            let end = start + piece.len();
            lines.push(Line {
                start: Pos(start as u64),
                end: Pos(end as u64),
                text: content(piece).to_vec(),
                finished: piece.ends_with(b"\n"),
            });
            start = end;
        }
        lines
    }

    #[test]
    fn endings_are_not_text() {
        let log = b"unix\ndos\r\n\r\n\nold mac\r".to_vec();
        let texts: Vec<Vec<u8>> = naive(&log).into_iter().map(|line| line.text).collect();
        assert_eq!(texts, [&b"unix"[..], b"dos", b"", b"", b"old mac\r"]);
        for line in naive(&log) {
            assert_eq!(line_at(&log, line.start, Pos(99)).unwrap(), Some(line));
        }
    }

    #[test]
    fn a_huge_line_is_cut_and_the_next_one_is_whole() {
        let mut log = vec![b'x'; 40 << 20];
        log.extend_from_slice(b"\nafter it\n");
        let end = Pos(log.len() as u64);
        let line = line_at(&log, Pos(0), end).unwrap().unwrap();
        assert_eq!((line.text.len(), line.end, line.finished), (LINE_MAX, Pos((40 << 20) + 1), true));
        assert!(line.text.capacity() <= 2 * LINE_MAX + 4);
        assert_eq!(line_start(&log, Pos(39 << 20), end).unwrap(), Pos(0));
        assert_eq!(line_at(&log, line.end, end).unwrap().unwrap().text, b"after it");
    }

    #[test]
    fn a_line_of_exactly_the_greatest_length_loses_only_its_ending() {
        for ending in ["\n", "\r\n"] {
            for length in [LINE_MAX - 1, LINE_MAX, LINE_MAX + 1, LINE_MAX + 2] {
                let mut log = vec![b'x'; length];
                log.extend_from_slice(ending.as_bytes());
                let line = line_at(&log, Pos(0), Pos::MAX).unwrap().unwrap();
                assert_eq!(line.text.len(), length.min(LINE_MAX), "{length} {ending:?}");
                assert_eq!(line.text, content(&log));
            }
        }
    }

    #[test]
    fn bytes_that_have_gone_are_not_looked_for() {
        let log = Slow { bytes: b"gone\nhalf a line".to_vec(), step: 3, gone: 10 };
        assert_eq!(line_start(&log, Pos(14), Pos(99)).unwrap(), Pos(10));
        assert_eq!(line_start(&log, Pos(4), Pos(99)).unwrap(), Pos(4));
        assert_eq!(line_at(&log, Pos(5), Pos(99)).unwrap(), None);
        assert_eq!(next_line_start(&log, Pos(0)..Pos(99)).unwrap(), None);
    }

    proptest! {
        #[test]
        fn every_line_is_found_from_every_byte_of_it(
            bytes in prop::collection::vec(prop::sample::select(&b"ab\r\n\n"[..]), 0..200), step in 1usize..9,
        ) {
            let log = Slow { bytes, step, gone: 0 };
            for line in naive(&log.bytes) {
                prop_assert_eq!(&line_at(&log, line.start, Pos::MAX).unwrap().unwrap(), &line);
                for pos in line.start.0..line.end.0 {
                    prop_assert_eq!(line_start(&log, Pos(pos), Pos::MAX).unwrap(), line.start);
                    let next = next_line_start(&log, Pos(pos)..Pos::MAX).unwrap();
                    prop_assert_eq!(next, line.finished.then_some(line.end));
                }
            }
        }

        #[test]
        fn nothing_behind_the_end_is_seen(cut in 0u64..30) {
            let log = b"one\ntwo two\nthree three three\n".to_vec();
            let seen = &log[..cut as usize];
            for line in naive(seen) {
                prop_assert_eq!(line_at(&log, line.start, Pos(cut)).unwrap(), Some(line));
            }
            prop_assert_eq!(line_at(&log, Pos(cut), Pos(cut)).unwrap(), None);
        }
    }
}
