//! Time limits that stand still while somebody is asked.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

/// Whether somebody is being asked, or a key waits to be touched.
#[derive(Clone, Default)]
pub(super) struct Patience(Arc<Asked>);

#[derive(Default)]
struct Asked {
    now: AtomicUsize,
    since: AtomicBool,
}

/// Somebody is asked until this is dropped.
pub(super) struct Asking(Arc<Asked>);

impl Patience {
    /// Limits stand still from now on.
    pub(super) fn asking(&self) -> Asking {
        self.0.now.fetch_add(1, Ordering::Relaxed);
        Asking(Arc::clone(&self.0))
    }

    /// What `work` gives, or `None` when it took longer than `limit`; after a question the limit begins anew.
    pub(super) async fn within<T>(&self, limit: Duration, work: impl Future<Output = T>) -> Option<T> {
        tokio::pin!(work);
        loop {
            tokio::select! {
                biased;
                result = &mut work => return Some(result),
                () = tokio::time::sleep(limit) => {
                    let asked = self.0.since.swap(false, Ordering::Relaxed);
                    if !asked && self.0.now.load(Ordering::Relaxed) == 0 {
                        return None;
                    }
                }
            }
        }
    }
}

impl Drop for Asking {
    fn drop(&mut self) {
        self.0.since.store(true, Ordering::Relaxed);
        self.0.now.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_question_holds_the_limit_and_nothing_else_does() {
        let patience = Patience::default();
        let limit = Duration::from_millis(20);
        assert_eq!(patience.within(limit, std::future::pending::<()>()).await, None);
        let slow = async {
            let _asking = patience.asking();
            tokio::time::sleep(limit * 10).await;
        };
        assert_eq!(patience.within(limit, slow).await, Some(()));
        assert_eq!(patience.within(limit, std::future::pending::<()>()).await, None);
    }
}
