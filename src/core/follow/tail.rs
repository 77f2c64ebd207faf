//! One open generation of a followed path: how far it was read, and how it is recognised.

use std::io;
use std::ops::Range;
use std::time::Duration;

use super::{Beginning, Disk, Encoding, FileId, Stat, Step, beginning};

/// First bytes that are remembered.
const HEAD: u64 = 256;
/// Bytes before the offset that are remembered.
const LAST: u64 = 64;
/// Bytes that are compared when a file was touched but has not grown.
const DEEP: u64 = 64 * 1024;
/// What files that have nothing to do with each other may have in common at their beginnings.
const BANNER: u64 = 4096;
/// NULs that are skipped in one look.
const HOLE: u64 = 64 << 20;

/// An open file, read up to `offset`.
#[derive(Clone)]
pub(super) struct Tail<H> {
    pub handle: H,
    pub id: FileId,
    /// Every byte before this has become part of the log.
    pub offset: u64,
    /// Where the line began that would be unfinished now, at the latest: no byte before belongs to it.
    pub start: u64,
    /// Bytes at the beginning that are no content: a byte order mark, a hole.
    skip: u64,
    pub encoding: Encoding,
    pub mtime: Duration,
    begun: bool,
    /// It begins after a truncation: NULs at its start are the hole of a writer that kept its offset.
    hole: bool,
    /// Stamped so shortly before it was looked at that a later write may carry the same time.
    racy: bool,
    print: Print,
}

/// The bytes by which a file is recognised.
#[derive(Clone, Default, PartialEq, Eq)]
struct Print {
    /// The first ones, at most [`HEAD`], none at or behind the offset.
    head: Vec<u8>,
    /// The ones before the offset, at most [`LAST`].
    last: Vec<u8>,
}

/// A file that was left, by what it can be recognised.
#[derive(Clone)]
pub(super) struct Past {
    pub id: FileId,
    pub mtime: Duration,
    offset: u64,
    print: Print,
}

/// What became of a file since it was last looked at.
pub(super) enum Growth {
    /// Nothing that matters.
    None,
    /// It has grown.
    More(Range<u64>),
    /// It is shorter than it was, or its bytes are others.
    Rewritten(Stat),
    /// It was cut or rewritten while it was read for the first time: it has to be looked at anew.
    Unsettled,
}

/// The file's bytes in `range`, fewer when it is shorter.
fn bytes<D: Disk>(disk: &mut D, handle: &D::Handle, range: Range<u64>) -> io::Result<Vec<u8>> {
    let mut buf = vec![0; (range.end.saturating_sub(range.start)) as usize];
    let n = disk.read(handle, range.start, &mut buf)?;
    buf.truncate(n);
    Ok(buf)
}

impl Print {
    fn take<D: Disk>(disk: &mut D, handle: &D::Handle, offset: u64) -> io::Result<Print> {
        let head = bytes(disk, handle, 0..offset.min(HEAD))?;
        let last = bytes(disk, handle, offset.saturating_sub(LAST)..offset)?;
        Ok(Print { head, last })
    }

    /// The print of the same file at a later offset; a whole head stays what it is.
    fn take_on<D: Disk>(&self, disk: &mut D, handle: &D::Handle, offset: u64) -> io::Result<Print> {
        if (self.head.len() as u64) < HEAD {
            return Print::take(disk, handle, offset);
        }
        let last = bytes(disk, handle, offset.saturating_sub(LAST)..offset)?;
        Ok(Print { head: self.head.clone(), last })
    }

    /// Whether it is of a file that reached to `offset` when it was read: of one that was cut meanwhile it
    /// has less, and would be like others.
    fn is_whole(&self, offset: u64) -> bool {
        self.head.len() as u64 == offset.min(HEAD) && self.last.len() as u64 == offset.min(LAST)
    }

    /// Whether it is of a hole only: one hole is like the other.
    fn is_blank(&self) -> bool {
        self.head.iter().chain(&self.last).all(|byte| *byte == 0)
    }

    /// Whether a file has these bytes at its start and before `offset`.
    fn is_of<D: Disk>(&self, disk: &mut D, handle: &D::Handle, offset: u64) -> io::Result<bool> {
        let before = offset.saturating_sub(self.last.len() as u64);
        Ok(self.is_whole(offset)
            && bytes(disk, handle, before..offset)? == self.last
            && bytes(disk, handle, 0..self.head.len() as u64)? == self.head)
    }
}

impl<H: Clone> Tail<H> {
    pub fn new(handle: H, id: FileId) -> Tail<H> {
        Tail {
            handle,
            id,
            offset: 0,
            start: 0,
            skip: 0,
            encoding: Encoding::Bytes,
            mtime: Duration::ZERO,
            begun: false,
            hole: false,
            racy: true,
            print: Print::default(),
        }
    }

    /// The step that takes a range of it that ends at its offset.
    pub fn step(&self, range: Range<u64>) -> Step<H> {
        let Print { head, last } = self.print.clone();
        Step::Read { from: self.handle.clone(), range, encoding: self.encoding, head, last }
    }

    /// Whether any of its bytes were taken.
    pub fn has_content(&self) -> bool {
        self.offset > self.skip
    }

    /// Whether the log's last byte, if it is of this file, ends a line.
    pub fn ends_line(&self) -> bool {
        self.offset <= self.start || self.print.last.ends_with(self.encoding.newline())
    }

    /// The unfinished line was ended in the log; what comes next of it is a line of its own.
    pub fn line_was_ended(&mut self) {
        if !self.ends_line() {
            self.start = self.offset;
        }
    }

    /// The same file from `offset` on, behind a truncation.
    pub fn restarted<D: Disk<Handle = H>>(&self, disk: &mut D, mut offset: u64) -> io::Result<Tail<H>> {
        let mut print = Print::take(disk, &self.handle, offset)?;
        if !print.is_whole(offset) || !self.print.head.starts_with(&print.head) {
            // Cut or rewritten since that was found out.
            (offset, print) = (0, Print::default());
        }
        let begun = offset > 0;
        let (encoding, skip) = if begun { (self.encoding, self.skip) } else { (Encoding::Bytes, 0) };
        Ok(Tail {
            offset,
            start: offset,
            skip,
            encoding,
            begun,
            hole: true,
            print,
            ..Tail::new(self.handle.clone(), self.id)
        })
    }

    /// Looks at the open file; growth is taken up to `limit` at most, which may depend on the bytes.
    ///
    /// The new fingerprint is read before the old one is compared: what a file held before it was
    /// rewritten is never mistaken for what it holds now.
    pub fn grow<D: Disk<Handle = H>>(
        &mut self,
        disk: &mut D,
        looked: Option<Duration>,
        limit: impl FnOnce(&mut D, &Self, u64) -> io::Result<u64>,
    ) -> io::Result<Growth> {
        let stat = disk.stat_of(&self.handle)?;
        if stat.len < self.offset {
            return Ok(Growth::Rewritten(stat));
        }
        let touched = stat.mtime != self.mtime;
        if stat.len == self.offset && !touched && !self.racy {
            return Ok(Growth::None);
        }
        self.begin(disk, stat.len)?;
        if !self.print.is_whole(self.offset) {
            return Ok(Growth::Unsettled);
        }
        let to =
            if self.begun { limit(disk, self, stat.len)?.clamp(self.offset, stat.len) } else { self.offset };
        let print = self.print.take_on(disk, &self.handle, to)?;
        let same = self.print.is_of(disk, &self.handle, self.offset)?
            && (!touched || stat.len > self.offset || self.is_as_recalled(disk)?);
        let whole = print.is_whole(to);
        let sure = self.has_content() || (same && whole && print.is_of(disk, &self.handle, to)?);
        if !sure {
            return Ok(Growth::Unsettled);
        }
        if !same || !whole {
            return Ok(Growth::Rewritten(disk.stat_of(&self.handle)?));
        }
        self.mtime = stat.mtime;
        self.racy = looked.is_none_or(|wall| stat.mtime + super::SLACK >= wall);
        let range = self.offset..to;
        self.offset = to;
        self.print = print;
        Ok(if range.is_empty() { Growth::None } else { Growth::More(range) })
    }

    /// Decides where the content begins and how it is to be read, once there are bytes enough to tell.
    fn begin<D: Disk<Handle = H>>(&mut self, disk: &mut D, len: u64) -> io::Result<()> {
        if self.hole {
            self.skip_hole(disk, len)?;
        }
        if self.begun || len == 0 || self.hole {
            return Ok(());
        }
        let head = bytes(disk, &self.handle, 0..len.min(HEAD))?;
        if let Beginning::Known { skip, encoding } = beginning(&head) {
            self.begun = true;
            self.encoding = encoding;
            self.pass(disk, skip)?;
        }
        Ok(())
    }

    /// The file may begin with a hole.
    pub fn expect_hole(&mut self) {
        self.hole = true;
    }

    /// Takes a file as plain bytes that was too short to be judged and will not grow any more.
    pub fn begin_anyway(&mut self) {
        self.begun = true;
    }

    /// Goes past the NULs that a writer without O_APPEND leaves in front of its next line.
    fn skip_hole<D: Disk<Handle = H>>(&mut self, disk: &mut D, len: u64) -> io::Result<()> {
        let mut at = disk.skip_hole(&self.handle, self.offset).min(len);
        let stop = at.saturating_add(HOLE).min(len);
        let mut buf = vec![0; 64 * 1024];
        while at < stop {
            let n = disk.read(&self.handle, at, &mut buf)?;
            let nuls = buf[..n].iter().take_while(|&&byte| byte == 0).count();
            at += nuls as u64;
            if nuls < n || n == 0 {
                self.hole = n == 0;
                break;
            }
        }
        if at > self.offset {
            self.begun = true;
            self.pass(disk, at)?;
        }
        Ok(())
    }

    /// Goes past bytes that are not part of the log.
    fn pass<D: Disk<Handle = H>>(&mut self, disk: &mut D, to: u64) -> io::Result<()> {
        if !self.has_content() {
            self.skip = to;
        }
        self.offset = to;
        self.start = to;
        self.print = Print::take(disk, &self.handle, to)?;
        Ok(())
    }

    /// Whether a later write would carry another time than the one that is known.
    pub fn is_settled(&self) -> bool {
        !self.racy
    }

    /// Compares more than the fingerprint with what was remembered when it came.
    fn is_as_recalled<D: Disk<Handle = H>>(&self, disk: &mut D) -> io::Result<bool> {
        let Some(from) = self.recalled_from(disk, self.offset, self.offset.min(DEEP)) else {
            return Ok(true);
        };
        Ok(self.same_until(disk, from, self.offset)? == self.offset)
    }

    /// A place before `len`, `back` bytes at most, from which on it is remembered.
    fn recalled_from<D: Disk<Handle = H>>(&self, disk: &mut D, len: u64, mut back: u64) -> Option<u64> {
        while back > 0 {
            if disk.recall(&self.handle, len - back, &mut [0]) > 0 {
                return Some(len - back);
            }
            back /= 2;
        }
        None
    }

    /// Up to where, `to` at most, the file holds what is remembered from `from` on.
    fn same_until<D: Disk<Handle = H>>(&self, disk: &mut D, from: u64, to: u64) -> io::Result<u64> {
        let (mut at, mut known, mut now) = (from, vec![0; DEEP as usize], vec![0; DEEP as usize]);
        while at < to {
            let want = (to - at).min(DEEP) as usize;
            let known_len = disk.recall(&self.handle, at, &mut known[..want]);
            let now_len = disk.read(&self.handle, at, &mut now[..want])?;
            let both = known[..known_len].iter().zip(&now[..now_len]);
            let same = both.take_while(|(known, now)| known == now).count();
            at += same as u64;
            if same < want {
                break;
            }
        }
        Ok(at)
    }

    /// Where following goes on in a file that was cut or rewritten and has `len` bytes now: behind what is
    /// left of its old content when it was cut to its middle, whether or not it has grown since; else at
    /// its beginning.
    ///
    /// A file that was written anew may begin like the old one, with a banner: what is left must be all
    /// there is, or longer than any banner.
    pub fn was_cut_at<D: Disk<Handle = H>>(&self, disk: &mut D, len: u64) -> io::Result<u64> {
        if len <= self.skip || self.encoding != Encoding::Bytes {
            return Ok(0);
        }
        let head = (self.print.head.len() as u64).min(len);
        if bytes(disk, &self.handle, 0..head)? != self.print.head[..head as usize] {
            return Ok(0);
        }
        let to = len.min(self.offset);
        if head == len {
            return Ok(len);
        }
        let Some(from) = self.recalled_from(disk, to, to) else {
            // Too far back to be remembered. The same beginning in a file that long is the same file.
            let is_cut = len < self.offset && to >= BANNER && !self.print.is_blank();
            return Ok(if is_cut { len } else { 0 });
        };
        let same = self.same_until(disk, from, to)?;
        if same == len && len < self.offset && len - from >= LAST.min(len) {
            return Ok(len);
        }
        if same < BANNER || same - from < LAST {
            return Ok(0);
        }
        // The line that was cut is given whole.
        let tail = bytes(disk, &self.handle, from.max(same.saturating_sub(DEEP))..same)?;
        Ok(memchr::memrchr(b'\n', &tail).map_or(0, |at| same - (tail.len() - at - 1) as u64))
    }

    /// Whether so little of it is known that another log may begin alike.
    pub fn is_weak(&self) -> bool {
        self.has_content() && self.offset < BANNER
    }

    /// Whether another file holds the same, as far as both reach.
    pub fn agrees_with<D: Disk<Handle = H>>(&self, disk: &mut D, other: &H) -> io::Result<bool> {
        let both = disk.stat_of(other)?.len.min(self.offset);
        Print::take(disk, &self.handle, both)?.is_of(disk, other, both)
    }

    /// Whether it still holds what was read of it.
    pub fn stands<D: Disk<Handle = H>>(&self, disk: &mut D) -> io::Result<bool> {
        Ok(disk.stat_of(&self.handle)?.len >= self.offset
            && self.print.is_of(disk, &self.handle, self.offset)?)
    }

    /// Whether another file is a copy of this one that reaches at least as far as this one was read.
    pub fn is_copied_in<D: Disk<Handle = H>>(&self, disk: &mut D, copy: &H) -> io::Result<bool> {
        self.print.is_of(disk, copy, self.offset)
    }

    /// Whether another file holds what this one held when it was read, as far as the other reaches.
    pub fn held<D: Disk<Handle = H>>(&self, disk: &mut D, other: &H) -> io::Result<bool> {
        let len = disk.stat_of(other)?.len;
        if len == 0 || len > self.offset {
            return Ok(false);
        }
        let print = Print::take(disk, other, len)?;
        let head = print.head.len().min(self.print.head.len());
        let begins_alike = print.head[..head] == self.print.head[..head];
        if print.is_blank() || !print.is_whole(len) || !begins_alike {
            return Ok(false);
        }
        let mut last = vec![0; print.last.len()];
        let n = disk.recall(&self.handle, len - last.len() as u64, &mut last);
        // What is not remembered is compared with the file itself while that is what was read.
        if n == last.len() {
            Ok(last == print.last)
        } else {
            Ok(self.stands(disk)? && print.is_of(disk, &self.handle, len)?)
        }
    }

    /// Whether another file is a copy of this one as it is now, or as it was before it grew to that.
    pub fn is_same_as<D: Disk<Handle = H>>(&self, disk: &mut D, other: &H) -> io::Result<bool> {
        let len = disk.stat_of(other)?.len;
        if len == 0 || len > disk.stat_of(&self.handle)?.len {
            return Ok(false);
        }
        let print = Print::take(disk, other, len)?;
        Ok(!print.is_blank() && print.is_of(disk, &self.handle, len)?)
    }

    pub fn to_past(&self) -> Past {
        Past { id: self.id, mtime: self.mtime, offset: self.offset, print: self.print.clone() }
    }
}

impl Past {
    /// A file that was read to its end already, under another handle.
    pub fn read<D: Disk>(disk: &mut D, handle: &D::Handle, stat: &Stat, offset: u64) -> io::Result<Past> {
        Ok(Past { id: stat.id, mtime: stat.mtime, offset, print: Print::take(disk, handle, offset)? })
    }

    /// The step that takes a range of it that ends where it was left.
    pub fn step<H>(&self, from: H, range: Range<u64>, encoding: Encoding) -> Step<H> {
        let Print { head, last } = self.print.clone();
        Step::Read { from, range, encoding, head, last }
    }

    /// Whether it was left at the end of a line.
    pub fn ends_line(&self, encoding: Encoding) -> bool {
        self.print.last.is_empty() || self.print.last.ends_with(encoding.newline())
    }

    /// Whether another file holds the same to where it was left.
    pub fn is_in<D: Disk>(&self, disk: &mut D, other: &D::Handle) -> io::Result<bool> {
        self.print.is_of(disk, other, self.offset)
    }

    /// Whether another file holds the same, no more and no less.
    pub fn is_copied_in<D: Disk>(&self, disk: &mut D, copy: &D::Handle) -> io::Result<bool> {
        Ok(self.offset > 0
            && disk.stat_of(copy)?.len == self.offset
            && !self.print.is_blank()
            && self.print.is_of(disk, copy, self.offset)?)
    }

    /// Whether a file of this number is still the same: it was not removed and its number used again.
    pub fn is_of<D: Disk>(&self, disk: &mut D, handle: &D::Handle) -> bool {
        let Ok(stat) = disk.stat_of(handle) else { return false };
        let begun = self.offset > 0 || stat.len == 0;
        begun && stat.len >= self.offset && self.print.is_of(disk, handle, self.offset).unwrap_or(false)
    }

    /// Goes on in a file that came back, if it is still the same one.
    pub fn resume<D: Disk>(&self, disk: &mut D, handle: &D::Handle) -> Option<Tail<D::Handle>> {
        self.is_of(disk, handle).then(|| Tail {
            offset: self.offset,
            start: self.offset,
            begun: self.offset > 0,
            print: self.print.clone(),
            ..Tail::new(handle.clone(), self.id)
        })
    }
}
