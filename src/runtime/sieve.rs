//! Lets through the lines a filter keeps, of bytes that come in pieces of any size, in bounded memory
//! however long a line is.

use std::io;
use std::sync::Arc;

use crate::core::filter::Filter;
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

/// Whole lines wait here for their newline; of a longer line only as much as decides.
pub struct Sieve {
    filter: Option<Filter>,
    buf: Vec<u8>,
    /// In the middle of a line longer than [`LINE_MAX`], and whether it is kept.
    long: Option<bool>,
}

impl Sieve {
    /// Keeps every line without a filter.
    pub fn new(filter: Option<Filter>) -> Sieve {
        Sieve { filter, buf: Vec::new(), long: None }
    }

    /// Where to append the next bytes, and how many at most. They count once [`Sieve::pour`] was called.
    pub fn space(&mut self) -> (&mut Vec<u8>, usize) {
        let room = if self.long.is_some() { CHUNK } else { CHUNK.min(LINE_MAX - self.buf.len()) };
        (&mut self.buf, room)
    }

    /// The whole lines that [`Sieve::pour`] is about to decide on.
    pub fn whole(&self) -> &[u8] {
        let lines = self.long.is_none().then(|| memchr::memrchr(b'\n', &self.buf)).flatten();
        lines.map_or(&[], |last| &self.buf[..=last])
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
                None => match memchr::memrchr(b'\n', rest) {
                    Some(last) => {
                        kept_runs(self.filter.as_ref(), &rest[..=last], &mut out)?;
                        done += last + 1;
                    }
                    None if rest.len() >= LINE_MAX => {
                        let kept = self.filter.as_ref().is_none_or(|filter| filter.keeps(rest));
                        if kept {
                            out(Piece::Begin(rest))?;
                        }
                        self.long = Some(kept);
                        done += rest.len();
                    }
                    None => break,
                },
            }
        }
        self.buf.drain(..done);
        Ok(())
    }

    /// Gives out the unfinished line at the end of a log, if there is one.
    ///
    /// # Errors
    /// As `out`.
    pub fn finish(&mut self, mut out: impl FnMut(Piece<'_>) -> io::Result<()>) -> io::Result<()> {
        match self.long.take() {
            Some(true) => out(Piece::End(&self.buf))?,
            Some(false) => {}
            None if self.buf.is_empty() => {}
            None => kept_runs(self.filter.as_ref(), &self.buf, &mut out)?,
        }
        self.buf.clear();
        Ok(())
    }
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
}
