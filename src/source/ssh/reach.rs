//! How hosts are reached: what the facade is given before the first remote source is opened.

use std::sync::Arc;

use super::ask::Asker;
use super::config::{HostConfig, Resolver};
use crate::core::host::Target;

/// Finds out everything about a host before it is connected to. It may take its time.
pub type Resolve = dyn Fn(&Target) -> Result<HostConfig, String> + Send + Sync;

/// How hosts are reached.
#[derive(Clone)]
pub struct Reach {
    /// From a name to what is to be known of it, or a sentence.
    pub resolve: Arc<Resolve>,
    /// Who is asked for secrets and about host keys.
    pub asker: Asker,
    /// Connections that are being made at the same time, at most.
    pub connects: usize,
    /// Bytes held of each remote file, at most.
    pub scrollback: u64,
}

impl Reach {
    /// By the user's ssh config and our own.
    pub fn new(resolver: Arc<Resolver>, asker: Asker) -> Reach {
        let (connects, scrollback) = (resolver.connects(), resolver.scrollback());
        Reach { resolve: Arc::new(move |target| resolver.resolve(target)), asker, connects, scrollback }
    }
}
