//! Line numbers, derived for display from the index over all lines.

use std::io;

use crate::core::index::{BLOCK, Block, SparseIndex};
use crate::core::lines;
use crate::core::pos::Pos;
use crate::core::store::Store;

/// The number, from 1, of the line that starts at `pos`; `None` while the lines before it are not
/// counted, or have to be fetched.
///
/// # Errors
/// As [`Store::read_at`].
pub fn number_at(index: &SparseIndex, store: &dyn Store, pos: Pos) -> io::Result<Option<u64>> {
    let covered = index.covered();
    let known_upto = Pos(pos.0.min(covered.end.0));
    let (before, known) = index.count_before_block(known_upto);
    if !known || pos < covered.start {
        return Ok(None);
    }
    let block = Pos((known_upto.0 / BLOCK * BLOCK).max(covered.start.0));
    Ok(starts_between(store, block, pos)?.map(|between| before + between + 1))
}

/// Lines that start at or after `from` and before `to`, where a line starts at `to`; `None` while bytes
/// between have to be fetched.
///
/// # Errors
/// As [`Store::read_at`].
pub fn starts_between(store: &dyn Store, from: Pos, to: Pos) -> io::Result<Option<u64>> {
    let start = store.range().start;
    let hole = store.hole(from).or_else(|| store.hole(from.back(1)));
    let (mut count, mut at) = match hole {
        _ if from <= start => (u64::from(to > start), start),
        Some(hole) => (u64::from(to > hole.end.max(from)), hole.end.max(from)),
        None => (0, from.back(1)),
    };
    let upto = to.back(1);
    let mut buf = vec![0; 64 << 10];
    while at < upto {
        let want = usize::try_from(upto - at).unwrap_or(usize::MAX).min(buf.len());
        let Some(n) = fetched(store.read_at(at, &mut buf[..want]))? else { return Ok(None) };
        let hole = store.hole(at + n as u64);
        let newlines = memchr::memchr_iter(b'\n', &buf[..n]).count() as u64;
        // What starts behind a newline before a hole starts behind the hole.
        count += newlines - u64::from(hole.is_some() && buf[..n].ends_with(b"\n"));
        at = match hole {
            Some(hole) => {
                count += u64::from(hole.end < to);
                hole.end
            }
            None if n == 0 => break,
            None => at + n as u64,
        };
    }
    Ok(Some(count))
}

/// What was read, `None` when it has to be fetched first.
fn fetched<T>(read: io::Result<T>) -> io::Result<Option<T>> {
    match read {
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(None),
        read => read.map(Some),
    }
}

/// Where a numbered line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Numbered {
    /// It starts here.
    At(Pos),
    /// There are fewer lines.
    Beyond,
    /// The lines before it are not counted yet, or have to be fetched.
    Unknown,
}

/// Where line `number`, from 1, starts.
///
/// # Errors
/// As [`Store::read_at`].
pub fn position_of(index: &SparseIndex, store: &dyn Store, end: Pos, number: u64) -> io::Result<Numbered> {
    Ok(fetched(look_up(index, store, end, number))?.unwrap_or(Numbered::Unknown))
}

fn look_up(index: &SparseIndex, store: &dyn Store, end: Pos, number: u64) -> io::Result<Numbered> {
    let covered = index.covered();
    let (mut left, mut at) = (number.saturating_sub(1), covered.start);
    let mut pos = loop {
        match index.next_block(at) {
            Block::Selected(range, count) if left < u64::from(count) => break range.start,
            Block::Selected(range, count) => {
                left -= u64::from(count);
                at = range.end;
            }
            Block::Unknown(_) => return Ok(Numbered::Unknown),
            Block::End if covered.end >= end => return Ok(Numbered::Beyond),
            Block::End => break covered.end,
        }
    };
    // From the block's first byte to the first line that starts in it.
    if pos > store.range().start && pos != covered.end && store.hole(pos).is_none() {
        pos = match lines::line_start(store, pos, end)? {
            start if start == pos => pos,
            start => match lines::line_at(store, start, end)? {
                Some(line) => line.end,
                None => return Ok(Numbered::Beyond),
            },
        };
    }
    while let Some(line) = lines::line_at(store, pos, end)? {
        if left == 0 {
            return Ok(Numbered::At(line.start));
        }
        left -= 1;
        pos = line.end;
    }
    Ok(Numbered::Beyond)
}
