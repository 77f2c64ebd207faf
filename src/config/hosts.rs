//! What our own config file says of other hosts: plain data, read from TOML.

use std::collections::BTreeMap;

/// Who speaks SSH.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Transport {
    /// We do.
    #[default]
    Russh,
    /// The system's `ssh`.
    OpenSsh,
}

/// How files are followed on a host.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum FollowMode {
    /// Exactly, and with `tail -F` where that cannot be.
    #[default]
    Auto,
    /// Exactly or not at all.
    Exact,
    /// With `tail -F`.
    Tail,
}

/// Everything that is said of other hosts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hosts {
    /// Connections that are being made at the same time, at most.
    pub connects: usize,
    /// Bytes held of each remote file, at most.
    pub scrollback: u64,
    /// Names for several hosts.
    pub groups: BTreeMap<String, Vec<String>>,
    /// What is said of hosts by name, in the order of the file: for each setting the first that matches counts.
    pub rules: Vec<Rule>,
}

/// What is said of the hosts a pattern matches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rule {
    /// A name as given on the command line, with `*` and `?`.
    pub pattern: String,
    /// Who speaks SSH, if that is said.
    pub transport: Option<Transport>,
    /// How files are followed, if that is said.
    pub follow: Option<FollowMode>,
}

impl Default for Hosts {
    fn default() -> Hosts {
        Hosts { connects: 16, scrollback: 64 << 20, groups: BTreeMap::new(), rules: Vec::new() }
    }
}
