//! Another file is at the path: which generations lie between, and when to go over to them.

use std::collections::{HashMap, HashSet};

use super::late::Late;
use super::seen::Seen;
use super::sibling::{Listed, is_compressed, older_than};
use super::tail::{Growth, Past, Tail};
use super::{Disk, FileId, Follow, Found, GRACE, Missing, Moment, Next, Path, SLACK, Sibling, Step};

/// What was found beside the path.
pub(super) struct Missed<H> {
    /// Generations that nobody has seen yet, oldest first.
    pub files: Vec<Next<H>>,
    /// Files that are empty yet, or could not be opened: they may be generations when they are looked at
    /// again.
    pub open: HashSet<Listed>,
    /// Those that were judged, as they were before.
    pub judged: HashMap<Listed, Seen>,
    /// Those that cannot be opened: nobody knows what they hold.
    pub unreadable: Vec<Missing>,
}

/// What a file beside the path is to the ones that are known.
enum Kin {
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
    /// Opens what is at the path if it is another file than any that is known.
    pub(super) fn open_newest(&mut self, disk: &mut D, at_path: &Found) {
        self.path = Path::of(at_path.clone());
        self.path_id = None;
        let Found::File(stat) = at_path else { return };
        self.path_id = Some(stat.id);
        if self.is_generation(stat.id) {
            return;
        }
        match disk.open() {
            Ok((handle, opened)) if opened.id == stat.id => {
                let past = self.past.iter().find(|past| past.id == stat.id);
                let tail = past.and_then(|past| past.resume(disk, &handle));
                self.newest = Some(tail.unwrap_or_else(|| Tail::new(handle, stat.id)));
            }
            Ok(_) => self.moved = true,
            Err(found) => self.path = Path::of(found),
        }
    }

    /// A regular file is at the path; if it is another one than before, it and the generations that
    /// were never seen are queued.
    pub(super) fn arrive(&mut self, disk: &mut D, id: FileId, steps: &mut Vec<Step<D::Handle>>) {
        if let Some(at) = self.retired.iter().position(|late| late.tail.id == id) {
            self.newest = Some(self.retired.remove(at).tail);
        }
        if self.newest.is_some() {
            let siblings = self.siblings(disk);
            let older = older_than(id, &siblings);
            self.line_up(disk, &siblings, &older, steps);
            let newest = self.newest.take().map(|tail| Next { tail, missed: None, steps: Vec::new() });
            self.queue.extend(newest);
        }
    }

    /// Nothing is at the path: what was there between two looks may have been renamed already.
    pub(super) fn leave(&mut self, disk: &mut D, steps: &mut Vec<Step<D::Handle>>) {
        let siblings = self.siblings(disk);
        self.line_up(disk, &siblings, &siblings, steps);
    }

    /// Queues the generations among `older` that were never seen.
    fn line_up(
        &mut self,
        disk: &mut D,
        siblings: &[Sibling],
        older: &[Sibling],
        steps: &mut Vec<Step<D::Handle>>,
    ) {
        // What an empty file held before it was cut comes before what comes behind it.
        if self.current.as_ref().is_some_and(|tail| !tail.has_content()) {
            self.read_current(disk, false, steps);
        }
        self.read_waiting(disk);
        let missed = self.missed(disk, older, None);
        let unread = self.unread(disk, older, self.newest.as_ref().map(|tail| tail.id), 0);
        self.unread.extend(unread.into_iter().chain(missed.unreadable));
        for next in missed.files {
            let at = self.place_of(disk, siblings, next.tail.id);
            self.queue.insert(at, next);
        }
        self.note_seen(disk, siblings, older, &missed.open, missed.judged);
    }

    /// A generation's place in the queue: before those that nothing was read of yet and that are younger.
    fn place_of(&self, disk: &mut D, siblings: &[Sibling], id: FileId) -> usize {
        let sibling = |id| siblings.iter().find(|sibling| sibling.stat.id == id);
        let Some(itself) = sibling(id) else { return self.queue.len() };
        let is_younger = |next: &Next<D::Handle>| match sibling(next.tail.id) {
            Some(other) => other.is_younger_than(itself),
            // At the path, or removed.
            None => disk.stat_of(&next.tail.handle).is_ok_and(|other| other.mtime >= itself.stat.mtime),
        };
        let read = self.queue.iter().rposition(|next| next.tail.has_content()).map_or(0, |at| at + 1);
        let place = self.queue.iter().skip(read).position(is_younger);
        place.map_or(self.queue.len(), |at| read + at)
    }

    /// Reads the queued files as if it were their turn, and keeps what comes of it until it is: what is cut
    /// while it waits is known by its bytes then.
    pub(super) fn read_waiting(&mut self, disk: &mut D) {
        for at in 0..self.queue.len() {
            let mut steps = std::mem::take(&mut self.queue[at].steps);
            self.exchange(at);
            self.read_current(disk, false, &mut steps);
            self.exchange(at);
            self.queue[at].steps = steps;
        }
    }

    fn exchange(&mut self, at: usize) {
        if let Some(current) = &mut self.current {
            std::mem::swap(current, &mut self.queue[at].tail);
        }
    }

    /// Goes over to the queued files, each when the one before has been read to its end and its last
    /// line is finished, or was waited for long enough.
    pub(super) fn turn(&mut self, disk: &mut D, now: Moment, steps: &mut Vec<Step<D::Handle>>) {
        while !self.queue.is_empty() {
            if self.current.is_some() {
                // The old file to its end again: its writer may have gone on until just now.
                if !self.read_current(disk, false, steps) || !self.may_leave(disk, now) {
                    return;
                }
                if !self.retire(disk, now, steps) {
                    return;
                }
            }
            steps.extend(self.unread.drain(..).map(Step::Missing));
            let Some(next) = self.queue.pop_front() else { return };
            if self.looked.is_some() && self.left_one {
                steps.push(Step::Rotated { missed: next.missed });
            }
            self.left_one = true;
            steps.extend(next.steps);
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
        let more = self.queue.iter().any(|next| {
            !next.steps.is_empty() || disk.stat_of(&next.tail.handle).is_ok_and(|stat| stat.len > 0)
        });
        if !more {
            return false;
        }
        let until = *self.grace.get_or_insert(now.uptime + GRACE);
        now.uptime >= until
    }

    /// Leaves the current file, which has been read to its end; where it was cut since, it is not left.
    fn retire(&mut self, disk: &mut D, now: Moment, steps: &mut Vec<Step<D::Handle>>) -> bool {
        let Some(mut tail) = self.current.take() else { return true };
        tail.begin_anyway();
        match tail.grow(disk, None, |_, _, len| Ok(len)) {
            Ok(Growth::More(range)) => steps.push(tail.step(range)),
            Ok(Growth::None) => {}
            Ok(Growth::Rewritten(_) | Growth::Unsettled) => {
                self.moved = true;
                self.current = Some(tail);
                return false;
            }
            // It is tried again as long as late lines are looked for, and a gap told if that fails too.
            Err(error) => self.fault = Some(error.to_string()),
        }
        if !tail.ends_line() {
            steps.push(Step::EndLine);
            tail.line_was_ended();
        }
        self.retired.push(Late::new(tail, now.uptime));
        true
    }

    /// Generations that were at the path between two looks and have been renamed since, oldest first.
    /// What `copied` holds has come.
    pub(super) fn missed(
        &self,
        disk: &mut D,
        siblings: &[Sibling],
        copied: Option<&Tail<D::Handle>>,
    ) -> Missed<D::Handle> {
        let (mut open, mut judged, mut unreadable) = (HashSet::new(), HashMap::new(), Vec::new());
        let Some(looked) = self.looked else {
            return Missed { files: Vec::new(), open, judged, unreadable };
        };
        let since = looked.wall.saturating_sub(SLACK);
        let mut unseen: Vec<&Sibling> = siblings
            .iter()
            .filter(|sibling| {
                let id = sibling.stat.id;
                copied.is_none_or(|copied| copied.id != id)
                    && !self.is_generation(id)
                    && sibling.stat.mtime >= since
                    && sibling.extra.is_rotation()
                    && !self.was_dealt_with(disk, sibling)
            })
            .collect();
        unseen.retain(|sibling| sibling.stat.len > 0 || !open.insert(sibling.listed()));
        let copied_to = siblings.iter().filter(|it| copied.is_some_and(|copied| copied.id == it.stat.id));
        judged.extend(copied_to.map(|it| (it.listed(), Seen::note(disk, it))));
        // The longest first: of two copies of the same file the one that reaches farther is taken.
        unseen.sort_by_key(|sibling| std::cmp::Reverse(sibling.stat.len));
        let (mut missed, mut taken): (Vec<Next<D::Handle>>, Vec<&Sibling>) = (Vec::new(), Vec::new());
        for sibling in unseen {
            let seen = judged.entry(sibling.listed()).or_insert(Seen::note(disk, sibling));
            let Some(handle) = disk.open_sibling(sibling) else {
                if !is_compressed(&sibling.name, b"") {
                    unreadable.push(Missing::Unreadable(sibling.name.clone()));
                }
                continue;
            };
            let is_past = |past: &Past| {
                past.id == sibling.stat.id && past.is_of(disk, &handle)
                    || past.is_copied_in(disk, &handle).unwrap_or(false)
            };
            if self.past.iter().any(is_past) {
                continue;
            }
            let mut head = [0; 8];
            let n = disk.read(&handle, 0, &mut head).unwrap_or(0);
            match self.kin(disk, &handle, copied, &missed) {
                // Cut before it is read so far, the copy is all there is.
                Kin::Ahead | Kin::Growing => {
                    open.insert(sibling.listed());
                }
                Kin::Copy => seen.copy = true,
                Kin::None if is_compressed(&sibling.name, &head[..n]) => {}
                Kin::None => {
                    let tail = Tail::new(handle, sibling.stat.id);
                    missed.push(Next { tail, missed: Some(sibling.name.clone()), steps: Vec::new() });
                    taken.push(sibling);
                }
            }
        }
        let mut both: Vec<_> = taken.into_iter().zip(missed).collect();
        both.sort_by_key(|(sibling, _)| sibling.age_key());
        Missed { files: both.into_iter().map(|(_, next)| next).collect(), open, judged, unreadable }
    }

    /// What a file is to the ones that are known. A copy that grows while it is compared is compared
    /// again: what was cut meanwhile is told from what nobody has seen by the whole copy only.
    fn kin(
        &self,
        disk: &mut D,
        handle: &D::Handle,
        copied: Option<&Tail<D::Handle>>,
        missed: &[Next<D::Handle>],
    ) -> Kin {
        let mut len = disk.stat_of(handle).map_or(0, |stat| stat.len);
        for _ in 0..COMPARISONS {
            let kin = self.kin_now(disk, handle, copied, missed);
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
        copied: Option<&Tail<D::Handle>>,
        missed: &[Next<D::Handle>],
    ) -> Kin {
        if copied.is_some_and(|copied| copied.is_same_as(disk, handle).unwrap_or(false)) {
            return Kin::Copy;
        }
        // What has been missed itself is read now.
        if missed.iter().any(|next| next.tail.is_same_as(disk, handle).unwrap_or(false)) {
            return Kin::Copy;
        }
        let known = self.newest.iter().chain(&self.current);
        let known = known.chain(self.retired.iter().map(|late| &late.tail));
        for tail in known.chain(self.queue.iter().map(|next| &next.tail)) {
            if tail.held(disk, handle).unwrap_or(false) {
                return Kin::Copy;
            }
            if tail.is_same_as(disk, handle).unwrap_or(false) {
                return Kin::Ahead;
            }
            // Once it is that one's turn, its copies are looked for among all siblings.
            if tail.has_content()
                && !tail.stands(disk).unwrap_or(true)
                && tail.is_copied_in(disk, handle).unwrap_or(false)
            {
                return Kin::Copy;
            }
        }
        Kin::None
    }
}
