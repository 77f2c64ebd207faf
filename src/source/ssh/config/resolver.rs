//! From the name of a host to everything that is to be known before it can be connected to.

use std::path::PathBuf;

use super::HostConfig;
use crate::config::hosts::Hosts;
use crate::source::ssh::name::{HostPattern, Target};

/// Knows the user's ssh config and our own. One for the whole program; shared by threads.
pub struct Resolver {
    #[allow(dead_code)]
    ssh_config: Option<PathBuf>,
    hosts: Hosts,
}

impl Resolver {
    /// A resolver that reads `ssh_config` in place of the user's and the system's (`ssh -F`), and `hosts` of ours.
    pub fn new(ssh_config: Option<PathBuf>, hosts: Hosts) -> Resolver {
        Resolver { ssh_config, hosts }
    }

    /// What is to be known of a host. Blocks: it may run `ssh -G`, which may run what the user's config says
    /// (`Match exec`), for up to half a minute. Answers are remembered, errors are not.
    ///
    /// # Errors
    /// A sentence, with file and line where there is one.
    pub fn resolve(&self, target: &Target) -> Result<HostConfig, String> {
        let _ = target;
        todo!()
    }

    /// The hosts a pattern stands for, each once: groups and braces in the order written, globs in the order of
    /// the config files. Reads files and runs nothing.
    ///
    /// # Errors
    /// A sentence, when it stands for none.
    pub fn expand(&self, pattern: &HostPattern) -> Result<Vec<Target>, String> {
        let _ = pattern;
        todo!()
    }

    /// Connections that are being made at the same time, at most.
    pub fn connects(&self) -> usize {
        self.hosts.connects
    }

    /// Bytes held of each remote file, at most.
    pub fn scrollback(&self) -> u64 {
        self.hosts.scrollback
    }
}
