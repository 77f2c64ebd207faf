//! What is known of a host's link, for everybody who shows it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use crate::app::link::{HostStatus, LinkState};

/// How a host stands.
pub struct Standing {
    status: Mutex<HostStatus>,
    bytes: AtomicU64,
    /// Something that is shown changed.
    pub changed: Notify,
    /// Somebody asked for bytes of one of its files that have to be fetched.
    pub asked: Arc<Notify>,
}

impl Standing {
    /// Of a host that nobody has tried yet.
    pub fn new(name: &str) -> Standing {
        let status = HostStatus {
            name: name.into(),
            state: LinkState::Connecting("connecting"),
            latency: None,
            bytes: 0,
            reconnects: 0,
            facts: Vec::new(),
            caveats: Vec::new(),
        };
        Standing {
            status: Mutex::new(status),
            bytes: AtomicU64::new(0),
            changed: Notify::new(),
            asked: Arc::new(Notify::new()),
        }
    }

    /// What is known now.
    pub fn status(&self) -> Arc<HostStatus> {
        let mut status = self.status.lock().unwrap_or_else(PoisonError::into_inner).clone();
        status.bytes = self.bytes.load(Ordering::Relaxed);
        Arc::new(status)
    }

    /// Bytes of logs came.
    pub fn count(&self, bytes: u64) {
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    /// How long the last sign of life took; `None` when there was none in time. Small changes are not told.
    pub fn measured(&self, latency: Option<Duration>) {
        let mut status = self.status.lock().unwrap_or_else(PoisonError::into_inner);
        let news = latency.is_some() != status.latency.is_some();
        status.latency = latency;
        drop(status);
        if news {
            self.changed.notify_one();
        }
    }

    /// Changes what is known, and says so where it is a change.
    pub fn change(&self, change: impl FnOnce(&mut HostStatus)) {
        let mut status = self.status.lock().unwrap_or_else(PoisonError::into_inner);
        let before = status.clone();
        change(&mut status);
        let news = *status != before;
        drop(status);
        if news {
            self.changed.notify_one();
        }
    }
}
