//! Reading the current file to its end, and what to do when it was cut or rewritten.

use std::io;

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
            let growth =
                tail.grow(
                    disk,
                    looked,
                    |disk, tail, len| {
                        if whole_lines { whole_lines_end(disk, tail, len) } else { Ok(len) }
                    },
                );
            match growth {
                Ok(Growth::None) => return,
                Ok(Growth::More(range)) => {
                    steps.push(tail.step(range));
                    return;
                }
                Ok(Growth::Rewritten(stat)) => {
                    if let Err(error) = self.begin_again(disk, stat.len, steps) {
                        self.fault = Some(error.to_string());
                        return;
                    }
                }
                Err(error) => {
                    self.fault = Some(error.to_string());
                    return;
                }
            }
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
            let past = Past::read(disk, &copy, sibling.stat.id, end)?;
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
            if len < tail.offset && tail.was_cut_at(disk, len)? {
                at = len;
            }
            if !tail.ends_line() {
                steps.push(Step::EndLine);
            }
            steps.push(Step::Lost { of, from: at });
            steps.push(Step::Truncated { at });
        }
        for next in self.missed(disk, &siblings, copied.as_ref()) {
            self.read_whole(disk, next, steps)?;
        }
        self.seen = siblings.iter().map(|sibling| sibling.stat.id).collect();
        self.current.as_mut().map_or(Ok(()), |tail| tail.restart(disk, at))
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
