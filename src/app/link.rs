//! What is known of the link to a host: shown in the titles of its panes and in the source panel.

use std::sync::Arc;
use std::time::{Duration, Instant};

/// A host's link, sent whole whenever something in it that is shown changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostStatus {
    /// The host as the user named it: `web1`, `ada@web1`.
    pub name: Arc<str>,
    /// Whether it stands.
    pub state: LinkState,
    /// How long the last keep-alive took to be answered.
    pub latency: Option<Duration>,
    /// Bytes of logs received.
    pub bytes: u64,
    /// How many times the link came back after it was lost.
    pub reconnects: u32,
    /// What else can be said, in this order: auth method, host key fingerprint, kex, cipher, …: what, value.
    pub facts: Vec<(&'static str, String)>,
    /// What the user should know as long as it is so: `host key not checked (StrictHostKeyChecking no)`.
    pub caveats: Vec<String>,
}

/// Whether a link stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkState {
    /// Being made for the first time: what is waited for (`connecting`, `asking`, `waiting for its turn`).
    Connecting(&'static str),
    /// Answered within the interval.
    Up,
    /// Never stood so far: why the last try failed. `retry` is when it is tried again, `None` while it is being tried.
    #[allow(missing_docs)]
    Failed { why: String, retry: Option<Instant> },
    /// Lost; what is shown stays. `retry` is when it is tried again, `None` while it is being tried.
    #[allow(missing_docs)]
    Lost { why: String, since: Instant, retry: Option<Instant> },
    /// Refused, and not tried again by itself: a wrong host key, a cancelled question. A sentence that says
    /// what to do.
    Refused(String),
}
