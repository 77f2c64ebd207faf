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

    /// What comes next does not go on with the record that came last: lines may be missing between the two.
    ///
    /// # Errors
    /// As `out`.
    pub fn part(&mut self, out: impl FnMut(Piece<'_>) -> io::Result<()>) -> io::Result<()> {
        let result = self.settle(out);
        self.going = None;
        result
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
mod tests;
