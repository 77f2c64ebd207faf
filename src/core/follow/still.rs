//! Whether everything stood still during a look.
//!
//! A look that other files have to do with asks the disk many questions, and between any two of them files
//! may be renamed, copied and cut. What follows from a listing is true only if nothing of that happened
//! between the listing and the last question. So whoever listed anything asks again in the end, and where
//! the answers differ the look is undone as if it had not been made. What a look decides is thus true of
//! one moment, and what happens is between two looks. Growth alone changes no decision.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::tail::Tail;
use super::{Disk, FileId, Follow, Found, Sibling};

impl<D: Disk> Follow<D> {
    /// The files beside the path, as this look saw them first.
    pub(super) fn siblings(&mut self, disk: &mut D) -> Arc<[Sibling]> {
        match &self.listing {
            Some(listing) => listing.clone(),
            None => self.siblings_anew(disk),
        }
    }

    /// The files beside the path as they are now: what was just found out had a cause among them.
    pub(super) fn siblings_anew(&mut self, disk: &mut D) -> Arc<[Sibling]> {
        let now: Arc<[Sibling]> = disk.siblings().into();
        self.moved |= self.listing.as_ref().is_some_and(|before| names(before) != names(&now));
        self.listing = Some(now.clone());
        now
    }

    /// Whether what this look decided is true: at its end all is where it was when it was listed.
    pub(super) fn stood_still(&mut self, disk: &mut D, at_path: &Found) -> bool {
        if self.moved {
            return false;
        }
        let Some(before) = self.listing.take() else { return true };
        names(&before) == names(&disk.siblings())
            && is_same(at_path, &disk.stat())
            && self.current.as_ref().is_none_or(|tail| Tail::stands(tail, disk).unwrap_or(true))
    }
}

/// What may be a generation, by name, and whether it is empty: nothing can be said of an empty file, so that
/// its first bytes are news.
fn names(siblings: &[Sibling]) -> BTreeSet<(&str, FileId, bool)> {
    let generations = siblings.iter().filter(|sibling| sibling.extra.is_rotation());
    generations.map(|sibling| (sibling.name.as_str(), sibling.stat.id, sibling.stat.len == 0)).collect()
}

fn is_same(before: &Found, now: &Found) -> bool {
    match (before, now) {
        (Found::File(before), Found::File(now)) => before.id == now.id,
        _ => before == now,
    }
}
