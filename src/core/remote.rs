//! What is known of one followed file on a host: its generations, how far each was read, and where their bytes
//! stand in the log. It is given what the follower script says and tells what to do with it. It knows no link,
//! no store and no clock.
//!
//! ```text
//!   log    0 ········ history ········│ generation 1 │LF│ generation 2 …        │ late │ …
//!   file   inode 7, from 0            │ inode 7      │  │ inode 9, from 0 …     │ 7    │
//! ```
//!
//! A log may go on under another name, as one with a date in it does: to the books that is a rotation, after which
//! generations are found under that name.
//!
//! The first generation's byte o is at `Pos(o)` where it is not read from its beginning, so history needs no place of
//! its own; what comes later is appended. A line that its file left unfinished is ended by a newline of ours, which takes one position.

mod late;
mod mark;
mod part;
mod seam;
mod step;
#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::fmt::Write as _;

use memchr::{memchr, memrchr};

use super::pos::Pos;
use super::wire::{Fingerprint, Header, Piece};
use mark::Withheld;
use part::{Parts, What};
use seam::Seam;
pub use step::{Path, Place, Step};

/// One followed file on a host.
pub struct Remote {
    end: Pos,
    /// Where the log begins; nothing was appended before that is known.
    start: Option<Pos>,
    path: Path,
    /// Oldest first; the last is the one that is followed.
    generations: VecDeque<Generation>,
    /// How many generations there have been.
    count: u64,
    /// How many names there have been before this one.
    name: u64,
    parts: Parts,
    seen: Vec<(u64, u64)>,
    /// Whether the log's last byte leaves a line unfinished.
    open: bool,
    /// Bytes that come are dropped up to a newline.
    cutting: bool,
    /// Which generation the bytes that come are of (its number), and how many of them are known already.
    target: Option<(u64, u64)>,
    /// The current generation's bytes were found in a copy.
    copied: bool,
    /// Where what comes is to be joined to what had come in another way.
    seam: Option<Seam>,
}

/// A file that was, or is, behind the path.
struct Generation {
    /// The how-manieth it is.
    number: u64,
    /// The how-manieth name it is found under.
    name: u64,
    ino: u64,
    /// Bytes of it that are in the log, or are no business of it: up to here it was read.
    read: u64,
    /// How long it was when it was last looked at.
    size: u64,
    print: Option<Fingerprint>,
    withheld: Withheld,
    /// What came of it after a newer one began, and has found no place yet.
    late: Vec<u8>,
    /// Beats since anything late came.
    beats: u32,
}

/// Generations that the script is told of, and those whose number is another file's by now.
const TOLD: usize = 8;
/// Generations whose bytes can be located.
const KNOWN: usize = 64;
impl Default for Remote {
    fn default() -> Self {
        Remote {
            end: Pos(0),
            start: None,
            path: Path::Unknown,
            generations: VecDeque::new(),
            count: 0,
            name: 0,
            parts: Parts::default(),
            seen: Vec::new(),
            open: false,
            cutting: false,
            target: None,
            copied: false,
            seam: None,
        }
    }
}

impl Remote {
    /// The script is started (again): what the start before left half said is forgotten. To be called before
    /// [`Remote::resume`] is asked.
    pub fn begin(&mut self) {
        self.target = None;
        self.copied = false;
        self.path = Path::Unknown;
        for generation in &mut self.generations {
            generation.late.clear();
        }
        if self.start.is_none() {
            self.generations.clear();
            self.cutting = false;
        }
        if let Some(seam) = &mut self.seam {
            seam.came.clear();
        }
    }

    /// What the next start of the script is told; `None` when nothing was read yet: start afresh.
    pub fn resume(&self) -> Option<Resume> {
        self.start?;
        let mut generations = String::new();
        let mut told: Vec<(u64, &Generation)> = Vec::new();
        for generation in self.generations.iter().rev() {
            // A number that was used again is the younger file's. What was given is known all the same, by how it
            // began: it may be there compressed.
            let is_gone = told.iter().any(|(ino, _)| *ino == generation.ino);
            let ino = if is_gone { 0 } else { generation.ino };
            let like = told.iter().filter(|(other, _)| (*other == 0) == is_gone).count();
            if like < TOLD && (generation.print.is_some() || !is_gone) {
                told.push((ino, generation));
            }
        }
        for (ino, Generation { read, print, .. }) in told.into_iter().rev() {
            let (len, sum) = print.as_ref().map_or((0, "0"), |print| (print.len, &*print.sum));
            let space = if generations.is_empty() { "" } else { " " };
            let _ = write!(generations, "{space}{ino}:{read}:{len}:{sum}");
        }
        let seen: Vec<String> = self.seen.iter().map(|(ino, size)| format!("{ino}:{size}")).collect();
        Some(Resume { generations, seen: seen.join(" ") })
    }

    /// Takes what came next and hands out what is to be done.
    pub fn take(&mut self, piece: Piece<'_>, mut step: impl FnMut(Step<'_>)) {
        match piece {
            Piece::Bytes(bytes) => self.bytes(bytes, &mut step),
            Piece::Header(header) => self.header(header, &mut step),
        }
    }

    fn header(&mut self, header: Header, step: &mut dyn FnMut(Step<'_>)) {
        match header {
            Header::Hello { wake, zone, .. } => step(Step::Hello(wake, zone)),
            Header::Siblings(seen) => self.seen = seen,
            Header::Open { ino, offset, size, cut, on } => self.opened((ino, offset, size), cut, on, step),
            Header::Data { ino, offset, size } => self.data(ino, offset, size, step),
            Header::CaughtUp { ino, offset } => self.caught_up(ino, offset, step),
            Header::Fingerprint { ino, print } => {
                if let Some(generation) = self.newest(ino) {
                    generation.print = Some(print);
                }
            }
            Header::Copy { ino, copy, .. } => {
                if let Some(generation) = self.newest(ino) {
                    generation.ino = copy;
                    self.copied = true;
                }
            }
            Header::Truncated { ino, at } => self.truncated(ino, at, step),
            Header::Gap { bytes, .. } => {
                self.end_line(step);
                step(Step::Gap(bytes));
            }
            Header::Missing(what) => self.stands(Path::Away(what), step),
            Header::Trouble(trouble) => self.stands(Path::Failed(trouble), step),
            Header::Beat => {
                self.beat(step);
                step(Step::Beat);
            }
            Header::Again => step(Step::Again),
            Header::Answer { .. } | Header::Entry { .. } | Header::End { .. } => {}
            Header::Looking | Header::Unknown => {}
        }
    }

    /// Behind the last byte of the log.
    pub fn end(&self) -> Pos {
        self.end
    }

    /// Where the log's first file was begun to be read; what is before it is history. `None` until then.
    pub fn start(&self) -> Option<Pos> {
        self.start
    }

    /// How the path stands, as far as was said since the script was started.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file that is followed now: its inode, how far it was read and how long it was when it was last looked at.
    pub fn current(&self) -> Option<(u64, u64, u64)> {
        self.generations.back().map(|current| (current.ino, current.read, current.size))
    }

    /// Where the bytes from `pos` on are on the host; `None` behind the end.
    pub fn locate(&self, pos: Pos) -> Option<Place> {
        let (what, len) = self.parts.at(pos)?;
        let (number, offset) = match what {
            What::File { number, offset } => (number, offset),
            What::Newline => return Some(Place::Newline),
            What::Lost => return Some(Place::Nowhere { len }),
        };
        let generation = self.generations.iter().find(|generation| generation.number == number);
        let Some(generation) = generation else { return Some(Place::Nowhere { len }) };
        let (name, ino, print) = (generation.name, generation.ino, generation.print.clone());
        Some(Place::File { name, ino, offset, len, print })
    }

    fn newest(&mut self, ino: u64) -> Option<&mut Generation> {
        self.generations.iter_mut().rev().find(|generation| generation.ino == ino)
    }

    fn stands(&mut self, path: Path, step: &mut dyn FnMut(Step<'_>)) {
        if self.path != path {
            self.path = path;
            step(Step::Path);
        }
    }

    /// A file is read now that may be new, go on, or have come back.
    fn opened(
        &mut self,
        (ino, offset, size): (u64, u64, u64),
        cut: bool,
        on: Option<u32>,
        step: &mut dyn FnMut(Step<'_>),
    ) {
        self.stands(Path::Followed, step);
        if let Some(on) = on {
            self.name += 1;
            step(Step::Named(on));
        }
        // Numbers are used again: what begins at zero is another file, unless nothing was read of it so far.
        let is_it = |generation: &Generation| generation.ino == ino && (offset > 0 || generation.read == 0);
        match self.generations.iter().rposition(is_it) {
            Some(at) if at + 1 == self.generations.len() && on.is_none() => {}
            Some(at) => {
                self.turn(step);
                if let Some(back) = self.generations.remove(at) {
                    self.generations.push_back(back);
                }
            }
            None => {
                if self.start.is_some() || !self.generations.is_empty() {
                    self.turn(step);
                }
                self.push(ino, offset, None);
                self.cutting = cut && self.start.is_none();
                self.start_uncut(offset, step);
            }
        }
        if let Some(current) = self.generations.back_mut() {
            (current.size, current.name) = (size, self.name);
        }
    }

    /// The log begins at the current file's `offset`, unless that may be in the midst of a line, or is yet to be joined.
    fn start_uncut(&mut self, offset: u64, step: &mut dyn FnMut(Step<'_>)) {
        if !self.cutting && self.seam.is_none() {
            self.start_at(Pos(offset), step);
        }
    }

    /// The log begins here, if it has not begun.
    fn start_at(&mut self, pos: Pos, step: &mut dyn FnMut(Step<'_>)) {
        if self.start.is_none() {
            (self.start, self.end) = (Some(pos), pos);
            let number = self.generations.back().map_or(0, |current| current.number);
            self.parts.push(Pos(0), pos.0, What::File { number, offset: 0 });
            step(Step::Begin { pos });
        }
    }

    /// What is left of the files before is ended: another begins.
    fn turn(&mut self, step: &mut dyn FnMut(Step<'_>)) {
        self.join(step);
        self.end_mark(step);
        self.end_line(step);
        self.place_late(true, step);
        step(Step::Rotated);
    }

    fn push(&mut self, ino: u64, read: u64, print: Option<Fingerprint>) {
        let number = self.count;
        self.count += 1;
        let (name, size, withheld, late) = (self.name, read, Withheld::default(), Vec::new());
        let generation = Generation { number, name, ino, read, size, print, withheld, late, beats: 0 };
        self.generations.push_back(generation);
        if self.generations.len() > KNOWN {
            self.generations.pop_front();
        }
    }

    /// Bytes of a file will follow.
    fn data(&mut self, ino: u64, offset: u64, size: u64, step: &mut dyn FnMut(Step<'_>)) {
        let Some(at) = self.generations.iter().rposition(|generation| generation.ino == ino) else {
            self.target = None;
            return;
        };
        let generation = &mut self.generations[at];
        generation.size = generation.size.max(size);
        let expected = generation.read + generation.late.len() as u64;
        let number = generation.number;
        if offset > expected {
            // Nothing that the script does leads here; no byte may be missing without a word all the same.
            self.join(step);
            self.end_line(step);
            self.generations[at].read = offset;
            self.generations[at].late.clear();
            step(Step::Gap(Some(offset - expected)));
        }
        self.target = Some((number, expected.saturating_sub(offset)));
    }

    fn caught_up(&mut self, ino: u64, offset: Option<u64>, step: &mut dyn FnMut(Step<'_>)) {
        let last = self.generations.len().wrapping_sub(1);
        let Some(at) = self.generations.iter().rposition(|generation| generation.ino == ino) else { return };
        let generation = &mut self.generations[at];
        let known = generation.read + generation.late.len() as u64;
        if offset.is_some_and(|offset| offset != known) {
            step(Step::Again);
            return;
        }
        generation.size = known;
        if at == last {
            self.join(step);
            if self.cutting {
                self.cutting = false;
                self.start_at(Pos(known), step);
            }
            step(Step::CaughtUp);
        }
    }

    fn truncated(&mut self, ino: u64, at: u64, step: &mut dyn FnMut(Step<'_>)) {
        self.join(step);
        self.end_mark(step);
        self.end_line(step);
        let mut print = None;
        // Where it was found in a copy, the generation goes by the copy's number now.
        if let Some(cut) = self.newest(ino) {
            let (number, read) = (cut.number, cut.read);
            if at > 0 && at < read {
                print = cut.print.clone();
            }
            self.parts.lose(number, at);
        }
        self.push(ino, at, print);
        self.cutting &= at > 0;
        self.start_uncut(at, step);
        let copied = std::mem::take(&mut self.copied);
        step(Step::Truncated { at, copied });
    }

    fn bytes(&mut self, mut bytes: &[u8], step: &mut dyn FnMut(Step<'_>)) {
        let Some((number, skip)) = &mut self.target else { return };
        let known = usize::try_from(*skip).unwrap_or(usize::MAX).min(bytes.len());
        *skip -= known as u64;
        bytes = &bytes[known..];
        let number = *number;
        let Some(at) = self.generations.iter().rposition(|generation| generation.number == number) else {
            return;
        };
        let is_current = at + 1 == self.generations.len();
        if !is_current {
            self.generations[at].late.extend_from_slice(bytes);
            self.generations[at].beats = 0;
            self.place_late(false, step);
            return;
        }
        if self.seam.is_some() {
            return self.wait_to_join(at, bytes, step);
        }
        if self.cutting {
            let dropped = memchr(b'\n', bytes).map_or(bytes.len(), |at| at + 1);
            let current = &mut self.generations[at];
            current.read += dropped as u64;
            let read = current.read;
            let found = dropped > 0 && bytes[dropped - 1] == b'\n';
            bytes = &bytes[dropped..];
            if !found {
                return;
            }
            self.cutting = false;
            self.start_at(Pos(read), step);
        }
        // Late lines find their place behind a whole line.
        if self.open
            && self.generations.iter().any(|generation| !generation.late.is_empty())
            && let Some(newline) = memrchr(b'\n', bytes)
        {
            self.append(at, &bytes[..=newline], step);
            self.place_late(false, step);
            bytes = &bytes[newline + 1..];
        }
        self.append(at, bytes, step);
    }

    /// Bytes of a generation come behind the log's end, but for the mark that it begins with.
    fn append(&mut self, at: usize, bytes: &[u8], step: &mut dyn FnMut(Step<'_>)) {
        let (before, bytes) = self.generations[at].unmark(bytes);
        self.push_bytes(at, before, step);
        self.push_bytes(at, bytes, step);
    }

    fn push_bytes(&mut self, at: usize, bytes: &[u8], step: &mut dyn FnMut(Step<'_>)) {
        let Some(last) = bytes.last() else { return };
        let generation = &mut self.generations[at];
        let (pos, ino, offset) = (self.end, generation.ino, generation.read);
        generation.read += bytes.len() as u64;
        self.parts.push(pos, bytes.len() as u64, What::File { number: generation.number, offset });
        self.end += bytes.len() as u64;
        self.open = *last != b'\n';
        step(Step::Append { pos, ino, offset, bytes });
    }

    fn end_line(&mut self, step: &mut dyn FnMut(Step<'_>)) {
        // What is to be joined goes on in the midst of a line, as like as not.
        if self.open && self.seam.is_none() {
            let pos = self.end;
            self.parts.push(pos, 1, What::Newline);
            self.end += 1;
            self.open = false;
            step(Step::EndLine { pos });
        }
    }
}

/// How far each generation was read, in words that the script understands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resume {
    /// `ino:offset:len:sum …`, oldest first; digits, letters, colons and spaces.
    pub generations: String,
    /// The files beside the path that are no news: `ino:size …`.
    pub seen: String,
}
