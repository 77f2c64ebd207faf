//! Files that were left, and the lines that a writer still holding them adds to them.
//!
//! Positions in a log only go forward, so such lines come behind what the newer file has given already.
//! They come as whole lines, and only where the newer file stands at the end of a line: neither cuts
//! the other's lines in two. What a late writer leaves unfinished is held until it is finished or the
//! file has been quiet for so long that nobody is expected to finish it. Where the newer file leaves a
//! line unfinished for as long, it is ended, rather than holding late lines for ever.

use std::time::Duration;

use super::grow::whole_lines_end;
use super::tail::{Growth, Tail};
use super::{Disk, Follow, Missing, Moment, QUIET, Sibling, Step};

/// A file that was left.
#[derive(Clone)]
pub(super) struct Late<H> {
    pub tail: Tail<H>,
    /// Length at the last look, and since when.
    len: u64,
    since: Duration,
    /// Since when whole lines wait for the newer file to end its line.
    waiting: Option<Duration>,
}

impl<H> Late<H> {
    pub fn new(tail: Tail<H>, now: Duration) -> Late<H> {
        Late { len: tail.offset, tail, since: now, waiting: None }
    }

    /// Whether lines are there that could not be placed yet.
    pub fn is_waiting(&self) -> bool {
        self.waiting.is_some()
    }
}

impl<D: Disk> Follow<D> {
    /// Looks at the files that were empty when they were found: what is written to one that has been
    /// renamed already comes late.
    pub(super) fn look_at_young(&mut self, disk: &mut D) {
        let now = self.uptime;
        self.young.retain(|(_, since)| now.saturating_sub(*since) < QUIET);
        if self.young.is_empty() {
            return;
        }
        let siblings = self.siblings(disk);
        let is_young = |it: &&Sibling| self.young.iter().any(|(young, _)| *young == it.listed());
        let grown: Vec<Sibling> =
            siblings.iter().filter(is_young).filter(|it| it.stat.len > 0).cloned().collect();
        let missed = self.missed(disk, &grown, None);
        self.retired.extend(missed.files.into_iter().map(|next| Late::new(next.tail, now)));
        self.note_seen(disk, &siblings, &grown, &missed.open, missed.judged);
        self.young.retain(|(young, _)| !self.seen.contains_key(young));
    }

    /// Notes which of the retired files have grown; says whether whole lines wait in any.
    pub(super) fn look_at_retired(&mut self, disk: &mut D, now: Moment) -> bool {
        let mut waiting = false;
        for late in &mut self.retired {
            let Ok(stat) = disk.stat_of(&late.tail.handle) else { continue };
            if stat.len != late.len {
                late.len = stat.len;
                late.since = now.uptime;
            }
            if stat.len > late.tail.offset {
                let end = whole_lines_end(disk, &late.tail, stat.len).unwrap_or(late.tail.offset);
                if end > late.tail.offset {
                    late.waiting.get_or_insert(now.uptime);
                    waiting = true;
                }
            }
        }
        waiting
    }

    /// Puts late lines behind the current file's last whole line, and lets go of files that are quiet: of
    /// those that can be read to their end without a word, of others with a gap.
    pub(super) fn take_late_lines(&mut self, disk: &mut D, now: Moment, steps: &mut Vec<Step<D::Handle>>) {
        let looked = self.looked.map(|moment| moment.wall);
        let mut finished = self.current.as_ref().is_none_or(Tail::ends_line);
        let mut left = Vec::new();
        for mut late in std::mem::take(&mut self.retired) {
            let over = now.uptime.saturating_sub(late.since) >= QUIET;
            let overdue = late.waiting.is_some_and(|since| now.uptime.saturating_sub(since) >= QUIET);
            if (late.waiting.is_some() || over) && (finished || overdue || over) {
                late.waiting = None;
                let growth = late.tail.grow(disk, looked, |disk, tail, len| {
                    if over { Ok(len) } else { whole_lines_end(disk, tail, len) }
                });
                match growth {
                    Ok(Growth::More(range)) => {
                        if !finished {
                            steps.push(Step::EndLine);
                            finished = true;
                        }
                        steps.push(late.tail.step(range));
                        if !late.tail.ends_line() {
                            steps.push(Step::EndLine);
                        }
                    }
                    Ok(Growth::None) => {}
                    Err(_) if !over => {}
                    Ok(Growth::Unsettled) => {
                        self.moved = true;
                        self.retired.push(late);
                        continue;
                    }
                    Ok(Growth::Rewritten(_)) | Err(_) => {
                        let of = late.tail.handle.clone();
                        steps.push(Step::Lost { of, from: 0 });
                        steps.push(Step::Missing(Missing::Left));
                        continue;
                    }
                }
            }
            if over {
                left.push(late.tail.to_past());
            } else {
                self.retired.push(late);
            }
        }
        if finished && let Some(tail) = &mut self.current {
            tail.line_was_ended();
        }
        for past in left {
            self.remember(past);
        }
    }
}
