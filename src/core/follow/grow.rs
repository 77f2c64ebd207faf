//! Reading the current file to its end, and what to do when it was cut or rewritten.

use std::io;

use super::late::Late;
use super::sibling::older_than;
use super::tail::{Growth, Past, Tail};
use super::{Disk, Follow, Missing, Next, SLACK, Sibling, Step};

/// How far back from the end of new bytes a newline is looked for.
const BACK: u64 = 8 << 20;
/// Times a file may be rewritten within one look before the rest is left to the next.
const TRIES: usize = 4;

impl<D: Disk> Follow<D> {
    /// Takes what the current file has grown by, up to its last newline only if `whole_lines`. Says
    /// whether that is all: a file that is cut again and again must not be left.
    pub(super) fn read_current(
        &mut self,
        disk: &mut D,
        whole_lines: bool,
        steps: &mut Vec<Step<D::Handle>>,
    ) -> bool {
        for _ in 0..TRIES {
            let looked = self.looked.map(|moment| moment.wall);
            let Some(tail) = &mut self.current else { return true };
            let was_empty = !tail.has_content();
            let before = tail.is_weak().then(|| tail.clone());
            let growth =
                tail.grow(
                    disk,
                    looked,
                    |disk, tail, len| {
                        if whole_lines { whole_lines_end(disk, tail, len) } else { Ok(len) }
                    },
                );
            let step = match growth {
                Ok(Growth::None) => None,
                Ok(Growth::More(range)) => {
                    let step = tail.step(range);
                    if let Some(before) = before
                        && self.was_cut_and_is_alike(disk, &before)
                    {
                        let len = before.offset;
                        self.current = Some(before);
                        if let Err(error) = self.begin_again(disk, len, steps) {
                            self.fault = Some(error.to_string());
                            return true;
                        }
                        continue;
                    }
                    Some(step)
                }
                Ok(Growth::Rewritten(stat)) => {
                    if let Err(error) = self.begin_again(disk, stat.len, steps) {
                        self.fault = Some(error.to_string());
                        return true;
                    }
                    continue;
                }
                Ok(Growth::Unsettled) => break,
                Err(error) => {
                    self.fault = Some(error.to_string());
                    return true;
                }
            };
            if was_empty {
                self.read_what_passed(disk, steps);
            }
            steps.extend(step);
            return true;
        }
        self.moved = true;
        false
    }

    /// The current file was cut or rewritten: what can still be had of its old bytes comes first, then
    /// what other copies hold of the time between two looks, then the file from where its new bytes begin.
    fn begin_again(&mut self, disk: &mut D, len: u64, steps: &mut Vec<Step<D::Handle>>) -> io::Result<()> {
        let siblings = self.siblings_anew(disk);
        let copy = self.find_copy(disk, &siblings);
        let Some(tail) = &self.current else { return Ok(()) };
        let of = tail.handle.clone();
        let at = if copy.is_some() { 0 } else { tail.was_cut_at(disk, len)? };
        let anew = tail.restarted(disk, at)?;
        let mut copied = None;
        if let Some((copy, sibling)) = copy {
            copied = Some(Tail::new(copy.clone(), sibling.stat.id));
            let end = disk.stat_of(&copy)?.len.max(tail.offset);
            let past = Past::read(disk, &copy, &sibling.stat, end)?;
            steps.push(Step::Copied { of, copy: copy.clone() });
            let mut ended = tail.ends_line();
            if end > tail.offset {
                steps.push(past.step(copy, tail.offset..end, tail.encoding));
                ended = past.ends_line(tail.encoding);
            }
            if !ended {
                steps.push(Step::EndLine);
            }
            steps.push(Step::CopyTruncated { copy: sibling.name });
            self.remember(past);
        } else {
            let at = anew.offset;
            if !tail.ends_line() {
                steps.push(Step::EndLine);
            }
            steps.push(Step::Lost { of, from: at });
            steps.push(Step::Truncated { at });
        }
        // Where no copy was found, one that has been compressed since is most likely it.
        let told = usize::from(copied.is_none());
        self.read_copies(disk, &siblings, copied.as_ref(), told, steps);
        self.current = Some(anew);
        Ok(())
    }

    /// Of a file that was empty nothing tells that it was filled, copied and cut since the last look: its
    /// copies are looked for as long as its time does not rule that out.
    fn read_what_passed(&mut self, disk: &mut D, steps: &mut Vec<Step<D::Handle>>) {
        let quiet = self.current.as_ref().is_none_or(|tail| !tail.has_content() && tail.is_settled());
        if quiet || self.looked.is_none() {
            return;
        }
        let siblings = self.siblings_anew(disk);
        self.read_copies(disk, &siblings, None, 0, steps);
    }

    /// Reads the copies of the current file that were made between two looks; `told` of the compressed ones
    /// need no word. What is younger than the current file is its successor and comes later.
    fn read_copies(
        &mut self,
        disk: &mut D,
        siblings: &[Sibling],
        copied: Option<&Tail<D::Handle>>,
        told: usize,
        steps: &mut Vec<Step<D::Handle>>,
    ) {
        let Some(id) = self.current.as_ref().map(|tail| tail.id) else { return };
        let older = older_than(id, siblings);
        let missed = self.missed(disk, &older, copied);
        let unread = self.unread(disk, &older, Some(id), told);
        let unreadable = missed.unreadable.into_iter().skip(told);
        steps.extend(unread.into_iter().chain(unreadable).map(Step::Missing));
        for next in missed.files {
            self.read_whole(disk, next, steps);
        }
        self.note_seen(disk, siblings, &older, &missed.open, missed.judged);
    }

    /// Reads a file that came before: most likely a copy of what the current one held for a while. Where it
    /// is a generation after all, late lines are looked for in it as in any other.
    fn read_whole(&mut self, disk: &mut D, next: Next<D::Handle>, steps: &mut Vec<Step<D::Handle>>) {
        let Next { mut tail, missed, .. } = next;
        tail.begin_anyway();
        tail.expect_hole();
        match tail.grow(disk, None, |_, _, len| Ok(len)) {
            Ok(Growth::More(range)) => {
                steps.push(Step::Rotated { missed });
                steps.push(tail.step(range));
                if !tail.ends_line() {
                    steps.push(Step::EndLine);
                }
            }
            Ok(Growth::None) => {}
            Ok(Growth::Rewritten(_) | Growth::Unsettled) => self.moved = true,
            Err(_) => steps.push(Step::Missing(Missing::Unreadable(missed.unwrap_or_default()))),
        }
        self.retired.push(Late::new(tail, self.uptime));
    }

    /// Whether the current file was copied and cut though it begins with the few bytes that were known of it
    /// `before`: there is a copy that begins with them as well, and goes on differently.
    fn was_cut_and_is_alike(&mut self, disk: &mut D, before: &Tail<D::Handle>) -> bool {
        let siblings = self.siblings_anew(disk);
        let Some(tail) = &self.current else { return false };
        let is_somewhere = self.path_id == Some(tail.id) || siblings.iter().any(|it| it.stat.id == tail.id);
        is_somewhere
            && self.copies_of(disk, before, &siblings).iter().any(|(handle, sibling)| {
                !self.was_dealt_with(disk, sibling) && !tail.agrees_with(disk, handle).unwrap_or(true)
            })
    }

    /// The files that hold what is known of a tail, the oldest first. What was listed before is none unless
    /// it ends there, nor is what was written last before the tail was, or after it was renamed: logs may
    /// begin alike.
    fn copies_of(
        &self,
        disk: &mut D,
        tail: &Tail<D::Handle>,
        siblings: &[Sibling],
    ) -> Vec<(D::Handle, Sibling)> {
        let mut copies = older_than(tail.id, siblings);
        copies.retain(|sibling| {
            let (id, len) = (sibling.stat.id, sibling.stat.len);
            len >= tail.offset
                && sibling.stat.mtime + SLACK >= tail.mtime
                && !self.is_generation(id)
                && (len == tail.offset
                    || self.seen.get(&sibling.listed()).is_none_or(|seen| seen.len != len)
                    || !self.was_dealt_with(disk, sibling))
        });
        copies.sort_by_key(Sibling::age_key);
        let mut opened = Vec::new();
        for sibling in copies {
            let Some(handle) = disk.open_sibling(&sibling) else { continue };
            let was_read =
                self.past.iter().any(|past| past.id == sibling.stat.id && past.is_of(disk, &handle));
            if !was_read && tail.is_copied_in(disk, &handle).unwrap_or(false) {
                opened.push((handle, sibling));
            }
        }
        opened
    }

    /// The file that the current one was copied to before it was cut: the oldest, or the longest that begins
    /// with it.
    fn find_copy(&self, disk: &mut D, siblings: &[Sibling]) -> Option<(D::Handle, Sibling)> {
        let tail = self.current.as_ref().filter(|tail| tail.has_content())?;
        let copies = self.copies_of(disk, tail, siblings);
        let (handle, first) = copies.first()?.clone();
        let oldest = Past::read(disk, &handle, &first.stat, first.stat.len).ok()?;
        let longer = copies.into_iter().filter(|(handle, sibling)| {
            sibling.stat.len >= first.stat.len && oldest.is_in(disk, handle).unwrap_or(false)
        });
        longer.max_by_key(|(_, sibling)| (sibling.stat.len, sibling.stat.mtime)).or(Some((handle, first)))
    }
}

/// The end of the last whole line before `to`, the tail's offset if there is none.
pub(super) fn whole_lines_end<D: Disk>(disk: &mut D, tail: &Tail<D::Handle>, to: u64) -> io::Result<u64> {
    if tail.encoding != super::Encoding::Bytes {
        return Ok(to);
    }
    let mut buf = vec![0; 64 * 1024];
    let first = tail.offset.max(to.saturating_sub(BACK));
    let mut end = to;
    while end > first {
        let from = end.saturating_sub(buf.len() as u64).max(first);
        let n = disk.read(&tail.handle, from, &mut buf[..(end - from) as usize])?;
        if let Some(at) = memchr::memrchr(b'\n', &buf[..n]) {
            return Ok(from + at as u64 + 1);
        }
        end = from;
    }
    // A line longer than that is given as it comes.
    Ok(if first > tail.offset { to } else { tail.offset })
}
