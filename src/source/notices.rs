//! What happened to a log, kept in order and bounded.

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
