//! What happened to a log and what it was called from where on, kept in order and bounded.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::app::source::{Notice, NoticeKind};
use crate::core::pos::Pos;

/// Notices kept; the oldest go.
const KEPT: usize = 1000;

/// The notices of one log.
#[derive(Default)]
pub(super) struct Notices {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    kept: VecDeque<Notice>,
    /// How many there were before the kept ones.
    gone: u64,
    shared: Option<Arc<[Notice]>>,
    /// What it is called from where on, where that changes.
    names: VecDeque<(Pos, String)>,
}

impl Notices {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Something happened at the log's end `pos`.
    pub fn push(&self, pos: Pos, kind: NoticeKind, text: String) {
        let mut inner = self.lock();
        if inner.kept.len() == KEPT {
            inner.kept.pop_front();
            inner.gone += 1;
        }
        inner.kept.push_back(Notice { pos, kind, text });
        inner.shared = None;
    }

    /// The log is called so from `pos` on.
    pub fn name(&self, pos: Pos, name: String) {
        let names = &mut self.lock().names;
        names.retain(|(from, _)| *from < pos);
        if names.back().is_some_and(|(_, last)| *last == name) {
            return;
        }
        if names.len() == KEPT {
            names.pop_front();
        }
        names.push_back((pos, name));
    }

    /// What the log is called at `pos`; `None` where that does not change.
    pub fn name_at(&self, pos: Pos) -> Option<String> {
        let inner = self.lock();
        let after = inner.names.partition_point(|(from, _)| *from <= pos);
        inner.names.get(after.saturating_sub(1)).map(|(_, name)| name.clone())
    }

    /// All that are kept, oldest first.
    pub fn all(&self) -> Arc<[Notice]> {
        let inner = &mut *self.lock();
        inner.shared.get_or_insert_with(|| inner.kept.iter().cloned().collect()).clone()
    }

    /// How many there have ever been.
    pub fn count(&self) -> u64 {
        let inner = self.lock();
        inner.gone + inner.kept.len() as u64
    }

    /// The number of the first notice that is not before `pos`.
    pub fn first_from(&self, pos: Pos) -> u64 {
        let inner = self.lock();
        inner.gone + inner.kept.iter().take_while(|notice| notice.pos < pos).count() as u64
    }

    /// The first notice that is the `at`th or later, and the number of the one behind it.
    pub fn from(&self, at: u64) -> Option<(Notice, u64)> {
        let inner = self.lock();
        let at = at.max(inner.gone);
        let notice = inner.kept.get((at - inner.gone) as usize)?.clone();
        Some((notice, at + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_is_called_what_it_was_called_then() {
        let notices = Notices::default();
        assert_eq!(notices.name_at(Pos(0)), None);
        notices.name(Pos(0), "not there".to_owned());
        for (pos, name) in [(0, "21"), (100, "22"), (100, "23"), (200, "23"), (300, "24")] {
            notices.name(Pos(pos), name.to_owned());
        }
        let at = |pos| notices.name_at(Pos(pos)).unwrap();
        assert_eq!([at(0), at(99), at(100), at(250), at(300), at(900)], ["21", "21", "23", "23", "24", "24"]);
    }
}
