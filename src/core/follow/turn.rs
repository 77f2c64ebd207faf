//! Another file is at the path: which generations lie between, and when to go over to them.

use std::collections::HashSet;

use super::late::Late;
use super::sibling::{Listed, is_compressed, older_than};
use super::tail::{Growth, Tail};
use super::{Disk, FileId, Follow, GRACE, Moment, Next, Path, SLACK, Sibling, Stat, Step};

/// What was found beside the path.
pub(super) struct Missed<H> {
    /// Generations that nobody has seen yet, oldest first.
    pub files: Vec<Next<H>>,
    /// Files that are empty yet, or could not be opened: they may be generations when they are looked at
    /// again.
    pub open: HashSet<Listed>,
    /// Copies of the newest file: once that is cut before it was read, they are generations.
    pub copies: HashSet<Listed>,
}

/// What a file beside the path is to the ones that are known.
enum Kin {
    /// A copy of the newest file.
    OfNewest,
    /// A copy of bytes that were taken.
    Copy,
    /// A copy of bytes that were not taken yet.
    Ahead,
    /// Being written.
    Growing,
    /// Nothing.
    None,
}

/// Times a file is compared that grows meanwhile.
const COMPARISONS: usize = 4;

impl<D: Disk> Follow<D> {
    /// A regular file is at the path; if it is another one than before, it and the generations that
    /// were never seen are queued.
    pub(super) fn arrive(&mut self, disk: &mut D, stat: Stat) {
        if self.comes(stat.id) {
            self.path = Path::Followed;
            return;
        }
        if let Some(at) = self.retired.iter().position(|late| late.tail.id == stat.id) {
            let tail = self.retired.remove(at).tail;
            self.queue.push_back(Next { tail, missed: None });
            self.path = Path::Followed;
            return;
        }
        let (handle, stat) = match disk.open() {
            Ok(opened) => opened,
            Err(found) => {
                self.path = Path::of(found);
                return;
            }
        };
        self.path = Path::Followed;
        // Between the look at the path and the opening it may have been renamed back.
        if self.comes(stat.id) {
            return;
        }
        let siblings = disk.siblings();
        let past = self.past.iter().find(|past| past.id == stat.id);
        let tail = past.and_then(|past| past.resume(disk, &handle));
        let newest = tail.unwrap_or_else(|| Tail::new(handle, stat.id));
        // It may have been rotated in its turn just now: what came behind it is found at the next look.
        let older = older_than(stat.id, &siblings);
        let mut missed = self.missed(disk, &older, Some(&newest));
        missed.open.extend(missed.copies.drain());
        self.unread.extend(self.unread(disk, &older, Some(stat.id), 0));
        self.queue.extend(missed.files);
        self.note_seen(&siblings, &older, &missed.open);
        self.queue.push_back(Next { tail: newest, missed: None });
    }

    /// Nothing is at the path: what was there between two looks may have been renamed already.
    pub(super) fn leave(&mut self, disk: &mut D) {
        self.path = Path::Away(None);
        let siblings = disk.siblings();
        let missed = self.missed(disk, &siblings, None);
        let unread = self.unread(disk, &siblings, None, 0);
        if !unread.is_empty() {
            self.note_seen(&siblings, &siblings, &missed.open);
        }
        self.unread.extend(unread);
        self.queue.extend(missed.files);
    }

    /// Goes over to the queued files, each when the one before has been read to its end and its last
    /// line is finished, or was waited for long enough.
    pub(super) fn turn(&mut self, disk: &mut D, now: Moment, steps: &mut Vec<Step<D::Handle>>) {
        while !self.queue.is_empty() {
            if self.current.is_some() {
                // The old file to its end again: its writer may have gone on until just now.
                self.read_current(disk, false, steps);
                if !self.may_leave(disk, now) {
                    return;
                }
                self.retire(disk, now, steps);
            }
            steps.extend(self.unread.drain(..).map(|name| Step::Unread { name }));
            let Some(next) = self.queue.pop_front() else { return };
            if self.looked.is_some() && self.left_one {
                steps.push(Step::Rotated { missed: next.missed });
            }
            self.left_one = true;
            self.current = Some(next.tail);
            self.read_current(disk, false, steps);
        }
        self.grace = None;
    }

    /// Whether the current file's last line is finished, or has been waited for while newer bytes wait.
    fn may_leave(&mut self, disk: &mut D, now: Moment) -> bool {
        if self.current.as_ref().is_none_or(Tail::ends_line) {
            return true;
        }
        let more = self.queue.iter().any(|next| disk.stat_of(&next.tail.handle).is_ok_and(|s| s.len > 0));
        if !more {
            return false;
        }
        let until = *self.grace.get_or_insert(now.uptime + GRACE);
        now.uptime >= until
    }

    fn retire(&mut self, disk: &mut D, now: Moment, steps: &mut Vec<Step<D::Handle>>) {
        let Some(mut tail) = self.current.take() else { return };
        tail.begin_anyway();
        if let Ok(Growth::More(range)) = tail.grow(disk, None, |_, _, len| Ok(len)) {
            steps.push(tail.step(range));
        }
        if !tail.ends_line() {
            steps.push(Step::EndLine);
            tail.line_was_ended();
        }
        self.retired.push(Late::new(tail, now));
    }

    /// Generations that were at the path between two looks and have been renamed since, oldest first.
    pub(super) fn missed(
        &self,
        disk: &mut D,
        siblings: &[Sibling],
        newest: Option<&Tail<D::Handle>>,
    ) -> Missed<D::Handle> {
        let (mut open, mut copies) = (HashSet::new(), HashSet::new());
        let Some(looked) = self.looked else { return Missed { files: Vec::new(), open, copies } };
        let since = looked.wall.saturating_sub(SLACK);
        let mut unseen: Vec<&Sibling> = siblings
            .iter()
            .filter(|sibling| {
                let id = sibling.stat.id;
                newest.is_none_or(|newest| newest.id != id)
                    && !self.seen.contains(&sibling.listed())
                    && !self.is_generation(id)
                    && sibling.stat.mtime >= since
                    && sibling.extra.is_rotation()
            })
            .collect();
        unseen.retain(|sibling| sibling.stat.len > 0 || !open.insert(sibling.listed()));
        // The longest first: of two copies of the same file the one that reaches farther is taken.
        unseen.sort_by_key(|sibling| std::cmp::Reverse(sibling.stat.len));
        let (mut missed, mut taken): (Vec<Next<D::Handle>>, Vec<&Sibling>) = (Vec::new(), Vec::new());
        for sibling in unseen {
            let Some(handle) = disk.open_sibling(sibling) else {
                // Renamed since it was listed.
                open.insert(sibling.listed());
                continue;
            };
            if self.past.iter().any(|past| past.id == sibling.stat.id && past.is_of(disk, &handle)) {
                continue;
            }
            let mut head = [0; 8];
            let n = disk.read(&handle, 0, &mut head).unwrap_or(0);
            match self.kin(disk, &handle, newest, &missed) {
                Kin::OfNewest => {
                    copies.insert(sibling.listed());
                }
                // Cut before it is read so far, the copy is all there is.
                Kin::Ahead | Kin::Growing => {
                    open.insert(sibling.listed());
                }
                Kin::Copy => {}
                Kin::None if is_compressed(&sibling.name, &head[..n]) => {}
                Kin::None => {
                    let tail = Tail::new(handle, sibling.stat.id);
                    missed.push(Next { tail, missed: Some(sibling.name.clone()) });
                    taken.push(sibling);
                }
            }
        }
        let mut both: Vec<_> = taken.into_iter().zip(missed).collect();
        both.sort_by_key(|(sibling, _)| sibling.age_key());
        Missed { files: both.into_iter().map(|(_, next)| next).collect(), open, copies }
    }

    /// What a file is to the ones that are known. A copy that grows while it is compared is compared
    /// again: what was cut meanwhile is told from what nobody has seen by the whole copy only.
    fn kin(
        &self,
        disk: &mut D,
        handle: &D::Handle,
        newest: Option<&Tail<D::Handle>>,
        missed: &[Next<D::Handle>],
    ) -> Kin {
        let mut len = disk.stat_of(handle).map_or(0, |stat| stat.len);
        for _ in 0..COMPARISONS {
            let kin = self.kin_now(disk, handle, newest, missed);
            let now = disk.stat_of(handle).map_or(0, |stat| stat.len);
            if now == len {
                return kin;
            }
            len = now;
        }
        Kin::Growing
    }

    fn kin_now(
        &self,
        disk: &mut D,
        handle: &D::Handle,
        newest: Option<&Tail<D::Handle>>,
        missed: &[Next<D::Handle>],
    ) -> Kin {
        if newest.is_some_and(|newest| newest.is_same_as(disk, handle).unwrap_or(false)) {
            return Kin::OfNewest;
        }
        // Once the current file is cut, its copies are looked for among all siblings.
        let current = self.current.as_ref().filter(|tail| tail.has_content());
        if current.is_some_and(|tail| tail.is_copied_in(disk, handle).unwrap_or(false)) {
            return Kin::Copy;
        }
        // What has been missed itself is read now.
        if missed.iter().any(|next| next.tail.is_same_as(disk, handle).unwrap_or(false)) {
            return Kin::Copy;
        }
        let known = newest.into_iter().chain(&self.current);
        let known = known.chain(self.retired.iter().map(|late| &late.tail));
        for tail in known.chain(self.queue.iter().map(|next| &next.tail)) {
            if tail.held(disk, handle).unwrap_or(false) {
                return Kin::Copy;
            }
            if tail.is_same_as(disk, handle).unwrap_or(false) {
                return Kin::Ahead;
            }
        }
        Kin::None
    }

    /// Of the siblings there are now, these have been dealt with, but for those that are `open`.
    pub(super) fn note_seen(&mut self, siblings: &[Sibling], dealt_with: &[Sibling], open: &HashSet<Listed>) {
        let dealt_with = dealt_with.iter().map(Sibling::listed).filter(|it| !open.contains(it));
        let dealt_with: HashSet<Listed> = dealt_with.collect();
        let listed = siblings.iter().map(Sibling::listed);
        self.seen = listed.filter(|it| dealt_with.contains(it) || self.seen.contains(it)).collect();
    }

    /// Whether a file's turn is now or later. One that is back at the path while others wait behind it is
    /// taken back when they have been read.
    fn comes(&self, id: FileId) -> bool {
        self.current.as_ref().is_some_and(|tail| tail.id == id)
            || self.queue.iter().any(|next| next.tail.id == id)
    }
}
