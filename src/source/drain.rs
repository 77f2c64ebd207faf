//! Reading a log in order, each byte exactly once, at the reader's own pace.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};

use super::backing::Backing;
use super::file::Tailed;
use super::pipe::Pipe;
use super::ssh::{self, RemoteFile};
use super::store::Place;
use crate::app::source::{Notice, NoticeKind};
use crate::core::pos::Pos;
use crate::core::store::Store;

/// Bytes before the place of reading that must still be there.
const LAST: usize = 64;
/// Files whose last bytes are remembered: late writers take turns with the new file.
const FILES: usize = 8;

/// Reads a source's bytes in order, each exactly once, at the reader's own pace.
pub struct Drain {
    of: Of,
    at: Pos,
    /// How far it was read, for the store: nothing behind it may be given up.
    mark: Arc<AtomicU64>,
    /// The number of the notice that comes next.
    notice: u64,
    given: Vec<Given>,
    /// The last byte that was given leaves a line unfinished.
    open_line: bool,
    /// Where it begins is not known yet.
    unbegun: bool,
}

enum Of {
    File(Arc<Tailed>),
    Pipe(Arc<Pipe>),
    Remote(Arc<RemoteFile>),
}

/// The last bytes that were given of a file.
struct Given {
    file: Weak<Backing>,
    offset: u64,
    last: Vec<u8>,
}

/// What a drain gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Drained {
    /// Bytes were appended to the caller's buffer. Files never run into each other: the last line of a
    /// file that ended without a newline is given one.
    Bytes,
    /// Something happened at this place; a gap among them says what is missing.
    Notice(Notice),
    /// Nothing now; `changed` will be called when there is.
    Idle,
    /// Nothing will come any more (stdin ended, or a file that is not followed, and all of it was given).
    Ended,
}

/// What became of reading a file's bytes.
enum Piece {
    Good,
    /// The file was cut or rewritten since it was looked at.
    Suspect,
}

impl Drain {
    pub(super) fn of_file(file: Arc<Tailed>, from: Pos) -> Drain {
        let mark = file.store.enlist(from);
        let notice = file.notices.first_from(from);
        Drain {
            of: Of::File(file),
            at: from,
            mark,
            notice,
            given: Vec::new(),
            open_line: false,
            unbegun: false,
        }
    }

    pub(super) fn of_pipe(pipe: Arc<Pipe>, from: Pos) -> Drain {
        let mark = pipe.enlist(from);
        let notice = pipe.notices.first_from(from);
        Drain {
            of: Of::Pipe(pipe),
            at: from,
            mark,
            notice,
            given: Vec::new(),
            open_line: false,
            unbegun: false,
        }
    }

    /// From where the log is begun to be read, if nothing is said.
    pub(super) fn of_remote(file: Arc<RemoteFile>, from: Option<Pos>) -> Drain {
        let (at, unbegun) = (from.unwrap_or(Pos(0)), from.is_none());
        let mark = file.store.enlist(at);
        let notice = file.notices.first_from(at);
        Drain { of: Of::Remote(file), at, mark, notice, given: Vec::new(), open_line: false, unbegun }
    }

    /// Everything before this position was given.
    pub fn position(&self) -> Pos {
        self.at
    }

    /// Appends at most `max` bytes to `buf`, or says why there are none. A line that a gap cuts is given a
    /// newline before the gap is told.
    ///
    /// # Errors
    /// When the file cannot be read now (a disk fault); it is worth trying again later.
    pub fn read(&mut self, buf: &mut Vec<u8>, max: usize) -> io::Result<Drained> {
        let before = buf.len();
        let drained = match &self.of {
            Of::File(file) => self.read_file(&file.clone(), buf, max.max(1)),
            Of::Pipe(pipe) => Ok(self.read_pipe(&pipe.clone(), buf, max.max(1))),
            Of::Remote(file) => Ok(self.read_remote(&file.clone(), buf, max.max(1))),
        };
        if buf.len() > before {
            self.open_line = !buf.ends_with(b"\n");
        }
        drained
    }

    fn read_file(&mut self, file: &Arc<Tailed>, buf: &mut Vec<u8>, max: usize) -> io::Result<Drained> {
        let mut rearmed = false;
        let mut looked = false;
        loop {
            let mut max = max;
            if let Some((notice, next)) = file.notices.from(self.notice) {
                if notice.pos <= self.at {
                    self.notice = next;
                    return Ok(Drained::Notice(notice));
                }
                max = max.min(usize::try_from(notice.pos - self.at).unwrap_or(max));
            }
            match file.store.place(self.at, max) {
                Place::End if rearmed => return Ok(Drained::Idle),
                Place::End => {
                    // What comes from now on is told; what came until now is seen at the second try.
                    file.rearm();
                    rearmed = true;
                }
                Place::Lost(_) if self.open_line => {
                    buf.push(b'\n');
                    return Ok(Drained::Bytes);
                }
                Place::Lost(to) => return Ok(Drained::Notice(self.skip(file, to))),
                Place::Memory(bytes) => {
                    buf.extend_from_slice(&bytes);
                    self.advance(bytes.len() as u64);
                    file.store.release();
                    return Ok(Drained::Bytes);
                }
                Place::File { backing, offset, len } => {
                    let before = buf.len();
                    match self.take(&backing, offset, len, buf, max)? {
                        Piece::Good => {
                            self.advance((buf.len() - before) as u64);
                            if buf.len() - before == len as usize {
                                file.store.release();
                            }
                            return Ok(Drained::Bytes);
                        }
                        Piece::Suspect if !looked => {
                            looked = true;
                            file.look();
                        }
                        Piece::Suspect => {
                            return Ok(Drained::Notice(self.give_up(file, &backing, offset, len)?));
                        }
                    }
                }
            }
        }
    }

    fn advance(&mut self, bytes: u64) {
        self.at += bytes;
        self.mark.store(self.at.0, Ordering::Release);
    }

    fn skip(&mut self, file: &Tailed, to: Pos) -> Notice {
        let bytes = to - self.at;
        self.at = to.max(self.at);
        self.mark.store(self.at.0, Ordering::Release);
        file.store.release();
        Notice {
            pos: self.at,
            kind: NoticeKind::Gap,
            text: format!("{bytes} bytes are lost: the file was cut before they were read"),
        }
    }

    /// Reads bytes and makes sure of them: those before them must still be the ones that were given, and
    /// the file must still reach as far as it is known to. Looked at afterwards, so that nothing can
    /// have happened in between.
    fn take(
        &mut self,
        backing: &Arc<Backing>,
        offset: u64,
        len: u64,
        buf: &mut Vec<u8>,
        max: usize,
    ) -> io::Result<Piece> {
        let want = usize::try_from(len).map_or(max, |len| len.min(max));
        let from = buf.len();
        buf.resize(from + want, 0);
        let n = match backing.read_at(offset, &mut buf[from..]) {
            Ok(n) => n,
            Err(error) => {
                buf.truncate(from);
                return Err(error);
            }
        };
        buf.truncate(from + n);
        let whole = n == want && backing.stat()?.len >= offset + len;
        if !whole || !self.stands(backing, offset)? {
            buf.truncate(from);
            return Ok(Piece::Suspect);
        }
        let weak = Arc::downgrade(backing);
        let mut last = match self.given.iter().position(|given| given.is(backing, offset)) {
            Some(at) => self.given.remove(at).last,
            None => Vec::new(),
        };
        last.extend_from_slice(&buf[from + n.saturating_sub(LAST)..]);
        last.drain(..last.len().saturating_sub(LAST));
        self.given.retain(|given| !given.file.ptr_eq(&weak));
        self.given.truncate(FILES - 1);
        self.given.insert(0, Given { file: weak, offset: offset + n as u64, last });
        Ok(Piece::Good)
    }

    /// Whether the bytes before `offset` are those that were given, if any were.
    fn stands(&self, backing: &Arc<Backing>, offset: u64) -> io::Result<bool> {
        if let Some(given) = self.given.iter().find(|given| given.is(backing, offset)) {
            let mut now = vec![0; given.last.len()];
            let n = backing.read_at(offset - now.len() as u64, &mut now)?;
            if n < now.len() || now != given.last {
                return Ok(false);
            }
        }
        backing.has_its_head()
    }

    /// The follower sees nothing wrong with a file that the drain finds changed: one that was left long
    /// ago, or one that was changed in its middle.
    fn give_up(
        &mut self,
        file: &Tailed,
        backing: &Arc<Backing>,
        offset: u64,
        len: u64,
    ) -> io::Result<Notice> {
        self.given.retain(|given| !given.is(backing, offset));
        let stat = backing.stat()?;
        if stat.len < offset + len {
            file.store.lose(backing, stat.len.max(offset));
        } else {
            backing.accept_head(offset + len)?;
        }
        let text = "the file was changed where it had been read; lines may be missing or broken".to_owned();
        Ok(Notice { pos: self.at, kind: NoticeKind::Gap, text })
    }

    fn read_pipe(&mut self, pipe: &Pipe, buf: &mut Vec<u8>, max: usize) -> Drained {
        let start = pipe.range().start;
        if start > self.at && self.open_line {
            buf.push(b'\n');
            return Drained::Bytes;
        }
        if start > self.at {
            let bytes = start - self.at;
            self.at = start;
            let text = format!("{bytes} bytes are lost: they came faster than they were read");
            return Drained::Notice(Notice { pos: start, kind: NoticeKind::Gap, text });
        }
        let mut max = max;
        if let Some((notice, next)) = pipe.notices.from(self.notice) {
            if notice.pos <= self.at {
                self.notice = next;
                return Drained::Notice(notice);
            }
            max = max.min(usize::try_from(notice.pos - self.at).unwrap_or(max));
        }
        let n = pipe.take(self.at, buf, max);
        if n > 0 {
            self.advance(n as u64);
            pipe.release();
            return Drained::Bytes;
        }
        let ended = pipe.rearm();
        match pipe.range().end > self.at {
            true => self.read_pipe(pipe, buf, max),
            false if ended => Drained::Ended,
            false => Drained::Idle,
        }
    }
}

impl Drain {
    /// What has to be fetched first is asked for; it is nothing now.
    fn read_remote(&mut self, file: &RemoteFile, buf: &mut Vec<u8>, max: usize) -> Drained {
        let mut rearmed = false;
        loop {
            let finished = file.is_finished();
            if self.unbegun
                && let Some(begun) = file.store.begun()
            {
                self.unbegun = false;
                self.advance(begun - self.at);
            }
            let mut max = max;
            if let Some((notice, next)) = file.notices.from(self.notice) {
                if notice.pos <= self.at {
                    self.notice = next;
                    return Drained::Notice(notice);
                }
                max = max.min(usize::try_from(notice.pos - self.at).unwrap_or(max));
            }
            let place = if self.unbegun { ssh::Place::End } else { file.store.place(self.at, max, buf) };
            match place {
                ssh::Place::Memory(bytes) => {
                    self.advance(bytes as u64);
                    file.store.release();
                    return Drained::Bytes;
                }
                ssh::Place::Lost(_) if self.open_line => {
                    buf.push(b'\n');
                    return Drained::Bytes;
                }
                ssh::Place::Lost(to) => {
                    let bytes = to - self.at;
                    self.advance(bytes);
                    file.store.release();
                    if file.store.lost() == 0 && to == file.store.range().start {
                        continue; // a mark
                    }
                    let text = format!("{bytes} bytes are lost: the file was gone before they were read");
                    return Drained::Notice(Notice { pos: to, kind: NoticeKind::Gap, text });
                }
                ssh::Place::End if finished => return Drained::Ended,
                ssh::Place::End | ssh::Place::Away if rearmed => return Drained::Idle,
                ssh::Place::End | ssh::Place::Away => {
                    // What comes from now on is told; what came until now is seen at the second try.
                    file.rearm();
                    rearmed = true;
                }
            }
        }
    }
}

impl Given {
    fn is(&self, backing: &Arc<Backing>, offset: u64) -> bool {
        self.offset == offset && std::ptr::eq(self.file.as_ptr(), Arc::as_ptr(backing))
    }
}
