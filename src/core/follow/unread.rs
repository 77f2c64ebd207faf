//! Generations that were compressed before anybody saw them: nothing of them can be read, which is said.
//!
//! Most compressed files beside a log are generations that have been read. Whoever compresses keeps the
//! time of the last write, so these are told by it; where he does not, each generation that is gone from
//! its folder excuses one.

use std::time::Duration;

use super::name::before_compression;
use super::sibling::is_compressed;
use super::{Disk, FileId, Follow, Missing, SLACK, Sibling};

impl<D: Disk> Follow<D> {
    /// The names of compressed siblings that are new and hold none of the generations that are known;
    /// `excused` of them were accounted for otherwise.
    pub(super) fn unread(
        &self,
        disk: &mut D,
        siblings: &[Sibling],
        newest: Option<FileId>,
        excused: usize,
    ) -> Vec<Missing> {
        let Some(looked) = self.looked else { return Vec::new() };
        let since = looked.wall.saturating_sub(SLACK);
        let named = |name: &str| siblings.iter().any(|sibling| sibling.name == name);
        let mut new: Vec<&Sibling> = siblings
            .iter()
            .filter(|sibling| {
                is_compressed(&sibling.name, b"")
                    && sibling.extra.is_rotation()
                    && !self.seen.contains_key(&sibling.listed())
                    && sibling.stat.mtime >= since
                    // Being compressed at this moment.
                    && !before_compression(&sibling.name).is_some_and(named)
            })
            .collect();
        if new.is_empty() {
            return Vec::new();
        }
        let mut excused = excused;
        for (id, mtime) in self.known_times(disk) {
            let is_it = |sibling: &&Sibling| is_same_time(sibling.stat.mtime, mtime);
            if let Some(at) = new.iter().position(is_it) {
                new.remove(at);
            } else if newest != Some(id)
                && self.is_generation(id)
                && !siblings.iter().any(|sibling| sibling.stat.id == id)
            {
                excused += 1;
            }
        }
        new.sort_by_key(|sibling| sibling.age_key());
        new.into_iter().skip(excused).map(|sibling| Missing::Compressed(sibling.name.clone())).collect()
    }

    /// All generations that are known, and when each was written last.
    fn known_times(&self, disk: &mut D) -> Vec<(FileId, Duration)> {
        let tails = self.current.iter().chain(self.retired.iter().map(|late| &late.tail));
        let tails = tails.chain(self.queue.iter().map(|next| &next.tail));
        let past = self.past.iter().map(|past| (past.id, past.mtime));
        tails
            .map(|tail| {
                let mtime = disk.stat_of(&tail.handle).map_or(tail.mtime, |stat| stat.mtime);
                (tail.id, mtime)
            })
            .chain(past)
            .collect()
    }
}

/// Whether a compressed file's time is that of the original; some keep whole seconds only.
fn is_same_time(compressed: Duration, original: Duration) -> bool {
    compressed == original || (compressed.subsec_nanos() == 0 && compressed.as_secs() == original.as_secs())
}
