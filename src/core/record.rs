//! Records: a line that begins one, and the lines behind it that continue it (a stack trace, an indented block,
//! lines without a time among lines with one).
//!
//! What continues a record is said by the line alone ([`Reader::begins`]); which record it continues, by where it
//! stands:
//!
//! ```text
//!   2026-11-21 07:25:34 ERROR it broke        the head ┐
//!       at shop.Cart.add(Cart.java:17)                 │ one record
//!   Caused by: nothing                                 ┘
//!   2026-11-21 07:25:35 INFO up               the next head
//! ```
//!
//! A line that starts [`RECORD_MAX`] or further behind the last line that begins a record is a record of its own, and
//! so is the first line of a log and of what follows a hole. So records are the same whichever way a log is walked and
//! wherever a look at it begins, and no look for a head or an end goes further than that.

use std::cell::OnceCell;
use std::io;
use std::ops::Range;

use memchr::{memchr, memchr_iter, memrchr};

use super::lines::{Bytes, content, fill, find_newline, read_line};
use super::pattern::seen;
use super::pos::Pos;
use super::query::Reader;
use super::store::Store;

/// How far behind its head a line of a record may start, in bytes.
pub const RECORD_MAX: u64 = 128 << 10;

/// Bytes before a line that are read first for its record's head.
const NEAR: u64 = 4 << 10;

/// The record that the line at `start` is of: where it begins, and where it ends as far as is known. Nothing before
/// the store's range nor at or behind `end` is looked at.
///
/// # Errors
/// As [`Store::read_at`].
pub fn record_at(store: &dyn Store, reader: &dyn Reader, start: Pos, end: Pos) -> io::Result<Range<Pos>> {
    let bytes = &mut { store };
    let Some(line) = read_line(bytes, start, end)? else { return Ok(start..start) };
    let begins = reader.begins(&seen(&line.text));
    let head = if begins { Some(start) } else { look_back(bytes, reader, start)? };
    let Some(head) = head else { return Ok(start..line.end) };
    Ok(head..look_ahead(bytes, reader, head, line.end, end)?)
}

/// The head of the record that the line before `start` is of, `start` itself where that line is a record of its own or
/// there is none: what comes at `start` may belong to the record, and to no earlier one.
///
/// # Errors
/// As [`Store::read_at`].
pub fn open_head(store: &dyn Store, reader: &dyn Reader, start: Pos) -> io::Result<Pos> {
    look_back(&mut { store }, reader, start).map(|head| head.unwrap_or(start))
}

/// The records that the lines starting in `bounds` are of, as a range that begins where one does and ends where one
/// does, or at `end`; `None` when no line starts in `bounds`. A line starts at `line`.
///
/// # Errors
/// As [`Store::read_at`].
pub(super) fn records_in(
    bytes: &mut impl Bytes,
    reader: &dyn Reader,
    bounds: Range<Pos>,
    line: Pos,
    end: Pos,
) -> io::Result<Option<Range<Pos>>> {
    let Some(first) = first_line(bytes, bounds.start, line, bounds.end)? else { return Ok(None) };
    let Some(text) = read_line(bytes, first, end)? else { return Ok(None) };
    let head = match reader.begins(&seen(&text.text)) {
        true => first,
        false => look_back(bytes, reader, first)?.unwrap_or(first),
    };
    // Wherever the last record in the bounds begins, it does not go on behind this.
    let far = (bounds.end + RECORD_MAX).min(end);
    let behind = if bounds.end < far { first_line(bytes, bounds.end, line, far)? } else { None };
    let stop = match behind {
        Some(next) => look_ahead(bytes, reader, bounds.end, next, end)?,
        None => bounds.end,
    };
    Ok(Some(head..stop))
}

/// The first line that starts at or behind `from` and before `to`.
pub(super) fn first_line(bytes: &mut impl Bytes, from: Pos, line: Pos, to: Pos) -> io::Result<Option<Pos>> {
    let first = bytes.range().start;
    let at = from.max(first);
    if at == first || at == line {
        return Ok((at < to).then_some(at));
    }
    if let Some(hole) = bytes.hole(at).or_else(|| bytes.hole(at.back(1))) {
        let at = at.max(hole.end);
        return Ok((at < to).then_some(at));
    }
    let next = find_newline(bytes, at.back(1)..to)?;
    Ok(next.filter(|&next| next < to))
}

/// The last line before the one at `start` that begins a record, if the line at `start` may be of it.
fn look_back(bytes: &mut impl Bytes, reader: &dyn Reader, start: Pos) -> io::Result<Option<Pos>> {
    let first = bytes.range().start;
    let lowest = Pos((start.0 + 1).saturating_sub(RECORD_MAX)).max(first);
    // Whether a line starts at a byte is said by the byte before.
    let floor = lowest.back(1).max(first);
    let (mut buf, mut known, mut reach) = (Vec::new(), start, NEAR);
    loop {
        let lo = start.back(reach).max(floor);
        let (from, bare) = read_before(bytes, lo, start, &mut buf)?;
        if buf.len() as u64 != start - from {
            return Ok(None); // the bytes have gone meanwhile
        }
        let edge = bare || from == first;
        let mut end = usize::try_from(known - from).unwrap_or(0).min(buf.len());
        while end > 0 {
            let before = memrchr(b'\n', &buf[..end - 1]).map(|i| i + 1);
            let Some(at) = before.or(edge.then_some(0)) else { break };
            if from + (at as u64) < lowest {
                return Ok(None);
            }
            if reader.begins(&seen(content(&buf[at..end]))) {
                return Ok(Some(from + at as u64));
            }
            end = at;
        }
        if edge || lo == floor {
            return Ok(None);
        }
        known = from + end as u64;
        reach *= 8;
    }
}

/// Reads the bytes from `lo` to `to`, as far as no hole lies between, and says where they begin and whether that is
/// behind a hole.
fn read_before(bytes: &mut impl Bytes, lo: Pos, to: Pos, buf: &mut Vec<u8>) -> io::Result<(Pos, bool)> {
    let (mut from, mut bare) = (lo, false);
    while from < to {
        buf.resize(usize::try_from(to - from).unwrap_or(0), 0);
        let got = fill(bytes, from, buf)? as u64;
        match bytes.hole(from + got).filter(|_| from + got < to) {
            Some(hole) => (from, bare) = (hole.end, true),
            None => {
                buf.truncate(got as usize);
                break;
            }
        }
    }
    if from >= to {
        buf.clear();
    }
    Ok((from.min(to), bare))
}

/// Where the record ends that begins at `head`, of which everything before `at`, a line's end, is known.
fn look_ahead(
    bytes: &mut impl Bytes,
    reader: &dyn Reader,
    head: Pos,
    mut at: Pos,
    end: Pos,
) -> io::Result<Pos> {
    let (mut buf, mut reach) = (Vec::new(), NEAR);
    while at < end && at - head < RECORD_MAX && bytes.hole(at).is_none() {
        let held = bytes.held(at);
        // What has to be fetched is not touched before what is there was looked at.
        let here = if held.contains(&at) { held.end - at } else { reach };
        buf.resize(usize::try_from(reach.min(here).min(end - at)).unwrap_or(0), 0);
        let got = fill(bytes, at, &mut buf)?;
        let mut from = 0;
        while let Some(i) = memchr(b'\n', &buf[from..got]) {
            let start = at + from as u64;
            if start - head >= RECORD_MAX || reader.begins(&seen(content(&buf[from..=from + i]))) {
                return Ok(start);
            }
            from += i + 1;
        }
        if from == 0 {
            match read_line(bytes, at, end)? {
                Some(line) if !reader.begins(&seen(&line.text)) => from = (line.end - at) as usize,
                _ => break,
            }
        }
        at += from as u64;
        reach = (reach * 4).min(64 << 10);
    }
    Ok(at)
}

/// The head of the last record of `lines`, if more lines may come to it. They are whole lines as they are stored, the
/// first of which begins a record or is one of its own.
pub fn open_record(reader: &dyn Reader, lines: &[u8]) -> Option<usize> {
    let mut end = lines.len();
    let mut last = None;
    while end > 0 {
        let head = memrchr(b'\n', &lines[..end - 1]).map_or(0, |i| i + 1);
        if (*last.get_or_insert(head) - head) as u64 >= RECORD_MAX {
            return None;
        }
        if reader.begins(&seen(content(&lines[head..end]))) {
            return Some(head);
        }
        end = head;
    }
    None
}

/// Bytes of the first record of `lines`, which are whole lines as they are stored.
pub(super) fn record_length(reader: &dyn Reader, lines: &[u8]) -> usize {
    let mut at = 0;
    while at < lines.len() && (at as u64) < RECORD_MAX {
        let behind = memchr(b'\n', &lines[at..]).map_or(lines.len(), |i| at + i + 1);
        let begins = reader.begins(&seen(content(&lines[at..behind])));
        match (at, begins) {
            (0, false) => return behind,
            (1.., true) => break,
            _ => at = behind,
        }
    }
    at
}

/// Where the records of a text are: whole lines as they are seen, the first of which begins a record or is one of its
/// own.
pub(super) struct Records<'t> {
    text: &'t [u8],
    /// The lines as they are stored, where they are stored otherwise: distances are measured there.
    stored: Option<&'t [u8]>,
    /// Where each line starts, as seen and as stored.
    starts: OnceCell<Vec<(usize, usize)>>,
    reader: &'t dyn Reader,
    /// A line that is known to begin a record.
    begins: usize,
}

impl<'t> Records<'t> {
    pub fn new(text: &'t [u8], stored: Option<&'t [u8]>, reader: &'t dyn Reader) -> Records<'t> {
        Records { text, stored, starts: OnceCell::new(), reader, begins: usize::MAX }
    }

    /// Just behind the line at `at`, with its newline.
    fn behind(&self, at: usize) -> usize {
        memchr(b'\n', &self.text[at..]).map_or(self.text.len(), |i| at + i + 1)
    }

    fn begins(&mut self, at: usize, end: usize) -> bool {
        if at == self.begins {
            return true;
        }
        let begins = self.reader.begins(content(&self.text[at..end]));
        if begins {
            self.begins = at;
        }
        begins
    }

    /// Whether the line at `at` is too far behind the one at `head` to be of its record.
    fn is_far(&self, head: usize, at: usize) -> bool {
        let seen = (at - head) as u64;
        let Some(stored) = self.stored else { return seen >= RECORD_MAX };
        if seen + (stored.len().saturating_sub(self.text.len()) as u64) < RECORD_MAX {
            return false;
        }
        let starts = self.starts.get_or_init(|| line_starts(self.text).zip(line_starts(stored)).collect());
        let place =
            |at: usize| starts.get(starts.partition_point(|&(seen, _)| seen < at)).map_or(0, |&(_, at)| at);
        (place(at) - place(head)) as u64 >= RECORD_MAX
    }

    /// The record that the line at `at` is of, none of whose lines stands before `floor`, where a record begins.
    pub fn around(&mut self, at: usize, floor: usize) -> Range<usize> {
        let behind = self.behind(at);
        let (mut head, mut end) = (at, behind);
        while !self.begins(head, end) {
            if head <= floor {
                return at..behind;
            }
            end = head;
            head = memrchr(b'\n', &self.text[..head - 1]).map_or(0, |i| i + 1);
            if self.is_far(head, at) {
                return at..behind;
            }
        }
        head..self.end_of(head, behind)
    }

    /// The record that begins at `at`, or the line there that is one of its own.
    pub fn at(&mut self, at: usize) -> Range<usize> {
        let behind = self.behind(at);
        if self.begins(at, behind) { at..self.end_of(at, behind) } else { at..behind }
    }

    fn end_of(&mut self, head: usize, mut at: usize) -> usize {
        while at < self.text.len() && !self.is_far(head, at) {
            let behind = self.behind(at);
            if self.begins(at, behind) {
                break;
            }
            at = behind;
        }
        at
    }
}

/// Where each line starts.
fn line_starts(lines: &[u8]) -> impl Iterator<Item = usize> {
    let behind = memchr_iter(b'\n', &lines[..lines.len().saturating_sub(1)]).map(|i| i + 1);
    std::iter::once(0).chain(behind)
}

/// Whole records of lines that come in pieces: the last record of a piece is held back until it is known to be over.
pub(super) struct Gather<'r> {
    reader: &'r dyn Reader,
    /// The record that is held back: its lines, where each stands in `held` and in the log.
    held: Vec<u8>,
    places: Vec<(usize, Pos)>,
    /// What comes next to it in the log starts here.
    next: Pos,
}

/// Takes whole records: their text, and where a line of it stands in the log.
pub(super) type Take<'t> = dyn FnMut(&[u8], &dyn Fn(usize) -> Pos) + 't;

impl<'r> Gather<'r> {
    pub fn new(reader: &'r dyn Reader) -> Gather<'r> {
        Gather { reader, held: Vec::new(), places: Vec::new(), next: Pos(0) }
    }

    /// Lines that stand at `pos`; `end` is just behind them in the log.
    pub fn add(&mut self, pos: Pos, lines: &[u8], end: Pos, take: &mut Take<'_>) {
        if pos != self.next {
            self.flush(take); // a hole lies between
        }
        self.next = end;
        let mut at = 0;
        while let Some(&(_, head)) = self.places.first() {
            let Some(line) = lines.get(at..).filter(|rest| !rest.is_empty()) else { return };
            let len = memchr(b'\n', line).map_or(line.len(), |i| i + 1);
            let start = pos + at as u64;
            if start - head >= RECORD_MAX || self.reader.begins(&seen(content(&line[..len]))) {
                self.flush(take);
                break;
            }
            self.hold(&line[..len], start);
            at += len;
        }
        let rest = &lines[at..];
        let open = open_record(self.reader, rest).unwrap_or(rest.len());
        if open > 0 {
            take(&rest[..open], &|offset| pos + (at + offset) as u64);
        }
        let mut from = open;
        while from < rest.len() {
            let len = memchr(b'\n', &rest[from..]).map_or(rest.len() - from, |i| i + 1);
            self.hold(&rest[from..from + len], pos + (at + from) as u64);
            from += len;
        }
    }

    fn hold(&mut self, line: &[u8], pos: Pos) {
        self.places.push((self.held.len(), pos));
        self.held.extend_from_slice(line);
        // A line that was cut has lost its newline.
        if self.held.last() != Some(&b'\n') {
            self.held.push(b'\n');
        }
    }

    /// Where the record begins that is held back.
    pub fn head(&self) -> Option<Pos> {
        self.places.first().map(|&(_, pos)| pos)
    }

    /// No more lines come to what is held back.
    pub fn flush(&mut self, take: &mut Take<'_>) {
        if self.places.is_empty() {
            return;
        }
        let places = &self.places;
        take(&self.held, &|offset| {
            let at = places.partition_point(|&(at, _)| at <= offset);
            places[at.saturating_sub(1)].1
        });
        self.held.clear();
        self.places.clear();
    }
}
