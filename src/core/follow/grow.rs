//! Reading the current file to its end, and what to do when it was cut or rewritten.

use std::io;

use super::sibling::older_than;
use super::tail::{Growth, Past, Tail};
use super::{Disk, Follow, Next, Sibling, Step};

/// How far back from the end of new bytes a newline is looked for.
const BACK: u64 = 8 << 20;
/// Times a file may be rewritten within one look before the rest is left to the next.
const TRIES: usize = 4;

impl<D: Disk> Follow<D> {
    /// Takes what the current file has grown by, up to its last newline only if `whole_lines`.
    pub(super) fn read_current(&mut self, disk: &mut D, whole_lines: bool, steps: &mut Vec<Step<D::Handle>>) {
        for _ in 0..TRIES {
            let looked = self.looked.map(|moment| moment.wall);
            let Some(tail) = &mut self.current else { return };
            let was_empty = !tail.has_content();
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
                Ok(Growth::More(range)) => Some(tail.step(range)),
                Ok(Growth::Rewritten(stat)) => {
                    if let Err(error) = self.begin_again(disk, stat.len, steps) {
                        self.fault = Some(error.to_string());
                        return;
                    }
                    continue;
                }
                Err(error) => {
                    self.fault = Some(error.to_string());
                    return;
                }
            };
            if was_empty && let Err(error) = self.read_what_passed(disk, steps) {
                self.fault = Some(error.to_string());
            }
            steps.extend(step);
            return;
        }
    }

    /// The current file was cut or rewritten: what can still be had of its old bytes comes first, then
    /// what other copies hold of the time between two looks, then the file from where its new bytes begin.
    fn begin_again(&mut self, disk: &mut D, len: u64, steps: &mut Vec<Step<D::Handle>>) -> io::Result<()> {
        let siblings = disk.siblings();
        let copy = self.find_copy(disk, &siblings);
        let Some(tail) = &self.current else { return Ok(()) };
        let of = tail.handle.clone();
        let (mut at, mut copied) = (0, None);
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
            at = tail.was_cut_at(disk, len)?;
            if !tail.ends_line() {
                steps.push(Step::EndLine);
            }
            steps.push(Step::Lost { of, from: at });
            steps.push(Step::Truncated { at });
        }
        // Where no copy was found, one that has been compressed since is most likely it.
        let told = usize::from(copied.is_none());
        self.read_copies(disk, &siblings, copied.as_ref(), told, steps)?;
        self.current.as_mut().map_or(Ok(()), |tail| tail.restart(disk, at))
    }

    /// Of a file that was empty nothing tells that it was filled, copied and cut since the last look: its
    /// copies are looked for as long as its time does not rule that out. It has been looked at before they
    /// are listed, so that whatever is cut after that is seen at the next look.
    fn read_what_passed(&mut self, disk: &mut D, steps: &mut Vec<Step<D::Handle>>) -> io::Result<()> {
        let quiet = self.current.as_ref().is_none_or(|tail| !tail.has_content() && tail.is_settled());
        if quiet || self.looked.is_none() || !self.queue.is_empty() {
            return Ok(());
        }
        let siblings = disk.siblings();
        self.read_copies(disk, &siblings, None, 0, steps)
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
    ) -> io::Result<()> {
        let Some(id) = self.current.as_ref().map(|tail| tail.id) else { return Ok(()) };
        let older = older_than(id, siblings);
        let missed = self.missed(disk, &older, copied);
        let unread = self.unread(disk, &older, Some(id), told);
        steps.extend(unread.into_iter().map(|name| Step::Unread { name }));
        for next in missed.files {
            self.read_whole(disk, next, steps)?;
        }
        self.note_seen(siblings, &older, &missed.open);
        Ok(())
    }

    /// Reads a file that nobody writes to: a copy of what the current one held for a while.
    fn read_whole(
        &mut self,
        disk: &mut D,
        next: Next<D::Handle>,
        steps: &mut Vec<Step<D::Handle>>,
    ) -> io::Result<()> {
        let mut tail = next.tail;
        tail.begin_anyway();
        tail.expect_hole();
        if let Growth::More(range) = tail.grow(disk, None, |_, _, len| Ok(len))? {
            steps.push(Step::Rotated { missed: next.missed });
            steps.push(tail.step(range));
            if !tail.ends_line() {
                steps.push(Step::EndLine);
            }
        }
        self.remember(tail.to_past());
        Ok(())
    }

    /// The file that the current one was copied to before it was cut: the one that reaches farthest.
    fn find_copy(&self, disk: &mut D, siblings: &[Sibling]) -> Option<(D::Handle, Sibling)> {
        let tail = self.current.as_ref().filter(|tail| tail.has_content())?;
        let mut candidates: Vec<&Sibling> = siblings
            .iter()
            .filter(|sibling| sibling.stat.len >= tail.offset && !self.is_generation(sibling.stat.id))
            .collect();
        candidates.sort_by_key(|sibling| std::cmp::Reverse((sibling.stat.len, sibling.stat.mtime)));
        candidates.into_iter().find_map(|sibling| {
            let handle = disk.open_sibling(sibling)?;
            let copied = tail.is_copied_in(disk, &handle).unwrap_or(false);
            copied.then(|| (handle, sibling.clone()))
        })
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
