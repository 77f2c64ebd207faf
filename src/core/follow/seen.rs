//! Files beside the path that have been dealt with, and how it is noticed that they hold something else now.
//!
//! A name and an inode say little: `cp a a.1` fills a file that has long been there. So of each file its
//! first and last bytes are remembered as they were. Where they still stand, what was added is a late
//! writer's, and no news; but what is added to a copy may be bytes that nobody has read. Whoever judges a
//! file remembers it first: what is copied over it while it is judged is news at the next look.

use std::collections::{HashMap, HashSet};

use super::sibling::{Listed, is_compressed};
use super::tail::Past;
use super::{Disk, Follow, Sibling};

/// A sibling that has been dealt with.
#[derive(Clone)]
pub(super) struct Seen {
    /// Its length.
    pub len: u64,
    /// By what it is recognised; nothing where it is not read as text, or could not be read.
    past: Option<Past>,
    /// It was passed over because it is a copy, and is one at this length.
    pub copy: bool,
}

impl Seen {
    /// A sibling as it is now.
    pub fn note<D: Disk>(disk: &mut D, sibling: &Sibling) -> Seen {
        let text = !is_compressed(&sibling.name, b"");
        let handle = if text { disk.open_sibling(sibling) } else { None };
        let past = handle.and_then(|handle| Past::read(disk, &handle, &sibling.stat, sibling.stat.len).ok());
        Seen { len: sibling.stat.len, past, copy: false }
    }

    /// Whether a sibling still holds what it held, and nothing that may be news.
    fn holds<D: Disk>(&self, disk: &mut D, sibling: &Sibling) -> bool {
        if self.copy && self.len != sibling.stat.len {
            return false;
        }
        let Some(past) = &self.past else { return true };
        disk.open_sibling(sibling).is_none_or(|handle| past.is_of(disk, &handle))
    }
}

impl<D: Disk> Follow<D> {
    /// Whether a sibling was there before and is what it was: nothing was copied over it since.
    pub(super) fn was_dealt_with(&self, disk: &mut D, sibling: &Sibling) -> bool {
        self.seen.get(&sibling.listed()).is_some_and(|seen| seen.holds(disk, sibling))
    }

    /// Of the siblings there are now, these have been dealt with, but for those that are `open`; those that
    /// were `judged` are remembered as they were then.
    pub(super) fn note_seen(
        &mut self,
        disk: &mut D,
        siblings: &[Sibling],
        dealt_with: &[Sibling],
        open: &HashSet<Listed>,
        mut judged: HashMap<Listed, Seen>,
    ) {
        let mut before = std::mem::take(&mut self.seen);
        let dealt_with: HashSet<Listed> = dealt_with.iter().map(Sibling::listed).collect();
        for sibling in siblings {
            let it = sibling.listed();
            let known = before.remove(&it);
            let now = if open.contains(&it) { None } else { judged.remove(&it) };
            let known = match now.or(known) {
                None if dealt_with.contains(&it) && !open.contains(&it) => Some(Seen::note(disk, sibling)),
                known => known,
            };
            self.seen.extend(known.map(|known| (it, known)));
        }
        for sibling in siblings.iter().filter(|it| it.stat.len == 0 && open.contains(&it.listed())) {
            if !self.young.iter().any(|(known, _)| *known == sibling.listed()) {
                self.young.push((sibling.listed(), self.uptime));
            }
        }
    }
}
