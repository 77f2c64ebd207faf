//! Lets through the lines a filter keeps, of bytes that come in pieces of any size, in bounded memory
//! however long a line is.

use std::io;
use std::ops::Range;
use std::sync::Arc;

use crate::core::filter::{Filter, Grain};
use crate::core::lines::LINE_MAX;
use crate::core::query::Reader;

/// Most bytes that are asked for at once.
const CHUNK: usize = 256 << 10;

/// A part of what is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Whole lines that follow each other, with their newlines; the very last line of a log may lack its
    /// own.
    Lines(&'a [u8]),
    /// The first [`LINE_MAX`] bytes of a line that is longer.
    Begin(&'a [u8]),
    /// More of it.
    More(&'a [u8]),
    /// Its last bytes and its newline, which is lacking if the log ends there.
    End(&'a [u8]),
}

/// Whole lines wait here for their newline; of a longer line only as much as decides. Where records are kept or dropped
/// as one, the lines of the last record wait until it is known what becomes of it.
pub struct Sieve {
    filter: Option<Filter>,
    buf: Vec<u8>,
    /// In the middle of a line longer than [`LINE_MAX`], and whether it is kept.
    long: Option<bool>,
    /// Bytes at the front of `buf` that are the whole lines of a record not decided on yet.
    open: usize,
    /// What was decided on the record that the next lines may be of, and how many bytes of it have passed.
    going: Option<(bool, u64)>,
}

impl Sieve {
    /// Keeps every line without a filter.
    pub fn new(filter: Option<Filter>) -> Sieve {
        Sieve { filter, buf: Vec::new(), long: None, open: 0, going: None }
    }

    /// Where to append the next bytes, and how many at most. They count once [`Sieve::pour`] was called.
    pub fn space(&mut self) -> (&mut Vec<u8>, usize) {
        let room = if self.long.is_some() { CHUNK } else { CHUNK.min(LINE_MAX + self.open - self.buf.len()) };
        (&mut self.buf, room)
    }

    /// The whole lines that [`Sieve::pour`] is about to decide on, without those it has seen before.
    pub fn whole(&self) -> &[u8] {
        let fresh = &self.buf[self.open..];
        let lines = self.long.is_none().then(|| memchr::memrchr(b'\n', fresh)).flatten();
        lines.map_or(&[], |last| &fresh[..=last])
    }

    /// Lines are read so from now on.
    pub fn read_by(&mut self, reader: &Arc<dyn Reader>) {
        self.filter = self.filter.take().map(|filter| filter.read_by(reader));
    }

    /// Whether lines have to be read to be decided on.
    pub fn reads(&self) -> bool {
        self.filter.as_ref().is_some_and(Filter::reads)
    }

    /// Whether everything passes.
    pub fn is_open(&self) -> bool {
        self.filter.is_none()
    }

    /// Whether a record waits for what may come to it.
    pub fn waits(&self) -> bool {
        self.open > 0
    }

    /// Gives out what was appended as it is, without waiting for the ends of lines; only for a sieve that
    /// is open, and instead of [`Sieve::pour`].
    ///
    /// # Errors
    /// As `out`.
    pub fn pass(&mut self, out: impl FnOnce(&[u8]) -> io::Result<()>) -> io::Result<()> {
        let result = out(&self.buf);
        self.buf.clear();
        result
    }

    /// Gives out what can be decided of what was appended.
    ///
    /// # Errors
    /// As `out`; the pieces after the failed one are lost.
    pub fn pour(&mut self, mut out: impl FnMut(Piece<'_>) -> io::Result<()>) -> io::Result<()> {
        let mut done = 0;
        while done < self.buf.len() {
            let rest = &self.buf[done..];
            match self.long {
                Some(kept) => {
                    let end = memchr::memchr(b'\n', rest).map(|at| at + 1);
                    done += end.unwrap_or(rest.len());
                    if kept {
                        out(end.map_or(Piece::More(rest), |end| Piece::End(&rest[..end])))?;
                    }
                    if end.is_some() {
                        self.long = None;
                    }
                }
                None => match memchr::memrchr(b'\n', &rest[self.open..]).map(|last| self.open + last) {
                    Some(last) => {
                        let lines = last + 1;
                        let held = self.lines(done..done + lines, false, &mut out)?;
                        done += lines - held;
                        self.open = held;
                    }
                    None if rest.len() >= LINE_MAX + self.open => {
                        let kept = self.long_line(done, &mut out)?;
                        self.long = Some(kept);
                        done = self.buf.len();
                    }
                    None => break,
                },
            }
        }
        self.buf.drain(..done);
        Ok(())
    }

    /// Decides on the record that waits as it stands: nothing has come to it for a while. What comes to it later
    /// passes, or does not, as the rest of it.
    ///
    /// # Errors
    /// As `out`.
    pub fn settle(&mut self, mut out: impl FnMut(Piece<'_>) -> io::Result<()>) -> io::Result<()> {
        let open = std::mem::take(&mut self.open);
        let result = self.lines(0..open, true, &mut out);
        self.buf.drain(..open);
        result.map(|_| ())
    }

    /// Gives out the unfinished line at the end of a log, if there is one.
    ///
    /// # Errors
    /// As `out`.
    pub fn finish(&mut self, mut out: impl FnMut(Piece<'_>) -> io::Result<()>) -> io::Result<()> {
        self.open = 0;
        match self.long.take() {
            Some(true) => out(Piece::End(&self.buf))?,
            Some(false) => {}
            None if self.buf.is_empty() => {}
            None => _ = self.lines(0..self.buf.len(), true, &mut out)?,
        }
        self.buf.clear();
        Ok(())
    }

    /// Decides on the lines at `range` of what is there, as far as nothing can come any more that changes that (or, if
    /// `last`, on all of them), and says how many bytes at their end are left.
    fn lines(
        &mut self,
        range: Range<usize>,
        last: bool,
        out: &mut impl FnMut(Piece<'_>) -> io::Result<()>,
    ) -> io::Result<usize> {
        let mut lines = &self.buf[range];
        let filter = self.filter.as_ref();
        let Some(filter) = filter.filter(|filter| filter.grain() != Grain::Line) else {
            kept_runs(filter, lines, out)?;
            return Ok(0);
        };
        if let Some((kept, passed)) = self.going.take() {
            let more = filter.rest_of_record(lines, passed);
            if kept && more > 0 {
                out(Piece::Lines(&lines[..more]))?;
            }
            lines = &lines[more..];
            if lines.is_empty() {
                self.going = Some((kept, passed + more as u64));
                return Ok(0);
            }
        }
        let over = filter.open_record(lines).unwrap_or(lines.len());
        kept_runs(Some(filter), &lines[..over], out)?;
        let record = &lines[over..];
        if record.is_empty() {
            return Ok(0);
        }
        let kept = match filter.foresees(record) {
            None if !last => return Ok(record.len()),
            None => is_kept(filter, record),
            Some(kept) => kept,
        };
        if kept {
            out(Piece::Lines(record))?;
        }
        self.going = Some((kept, record.len() as u64));
        Ok(0)
    }

    /// Decides on the line longer than [`LINE_MAX`] whose beginning stands behind the record that waits, and on that
    /// record: no line comes to it behind such a one. Whether the line is kept.
    fn long_line(
        &mut self,
        from: usize,
        out: &mut impl FnMut(Piece<'_>) -> io::Result<()>,
    ) -> io::Result<bool> {
        let open = std::mem::take(&mut self.open);
        let (going, rest) = (self.going.take(), &self.buf[from..]);
        let (record, line) = rest.split_at(open);
        let Some(filter) = &self.filter else {
            out(Piece::Begin(line))?;
            return Ok(true);
        };
        let continues = filter.grain() != Grain::Line
            && match going {
                Some((_, passed)) => filter.rest_of_record(line, passed) > 0,
                None => open > 0 && filter.rest_of_record(line, open as u64) > 0,
            };
        let (before, kept) = match (continues, going) {
            (true, Some((kept, _))) => (false, kept),
            (true, None) => (is_kept(filter, rest), is_kept(filter, rest)),
            (false, _) => (open > 0 && is_kept(filter, record), is_kept(filter, line)),
        };
        if before {
            out(Piece::Lines(record))?;
        }
        if kept {
            out(Piece::Begin(line))?;
        }
        Ok(kept)
    }
}

/// Whether a record is kept, or a line by itself.
fn is_kept(filter: &Filter, lines: &[u8]) -> bool {
    let mut kept = false;
    filter.scan(lines, &mut |_| kept = true);
    kept
}

/// Gives out the kept lines of `lines` in as few pieces as possible.
fn kept_runs(
    filter: Option<&Filter>,
    lines: &[u8],
    out: &mut impl FnMut(Piece<'_>) -> io::Result<()>,
) -> io::Result<()> {
    let Some(filter) = filter else { return out(Piece::Lines(lines)) };
    let mut run = 0..0;
    let mut result = Ok(());
    filter.scan(lines, &mut |start| {
        if start != run.end {
            if result.is_ok() && !run.is_empty() {
                result = out(Piece::Lines(&lines[run.clone()]));
            }
            run.start = start;
        }
        run.end = memchr::memchr(b'\n', &lines[start..]).map_or(lines.len(), |at| start + at + 1);
    });
    result?;
    if run.is_empty() { Ok(()) } else { out(Piece::Lines(&lines[run])) }
}

#[cfg(test)]
mod tests {
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
            assert_eq!(
                sift(records(&[(Kind::Drop, "two")]), TRACE, step),
                b"up\nnext\n\tmore\nlast\n",
                "{step}"
            );
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
}
