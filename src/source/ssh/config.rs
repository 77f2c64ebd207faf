//! What the user's ssh config and our own say of a host, after everything was resolved.

use std::path::PathBuf;
use std::time::Duration;

use super::name::Target;

/// A host, ready to be connected to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostConfig {
    /// As the user named it: labels, questions and messages say this.
    pub target: Target,
    /// `HostName`: what is looked up and connected to.
    pub hostname: String,
    /// `User`.
    pub user: String,
    /// `Port`.
    pub port: u16,
    /// `IdentityFile`, in this order, `~` and tokens expanded; files need not exist.
    pub identity_files: Vec<PathBuf>,
    /// `IdentitiesOnly`.
    pub identities_only: bool,
    /// `IdentityAgent` or `SSH_AUTH_SOCK`: the agent's socket.
    pub agent: Option<PathBuf>,
    /// `CertificateFile`.
    pub certificate_files: Vec<PathBuf>,
    /// `ProxyJump`, `ProxyCommand`.
    pub proxy: Proxy,
    /// `UserKnownHostsFile`; a new key is saved to the first.
    pub user_known_hosts: Vec<PathBuf>,
    /// `GlobalKnownHostsFile`.
    pub global_known_hosts: Vec<PathBuf>,
    /// `HashKnownHosts`: how a new key is saved.
    pub hash_known_hosts: bool,
    /// `HostKeyAlias`: the name looked for in the known hosts.
    pub host_key_alias: Option<String>,
    /// `StrictHostKeyChecking`.
    pub strict: Strict,
    /// `ServerAliveInterval`; `None` for our default.
    pub alive_interval: Option<Duration>,
    /// `ServerAliveCountMax`; `None` for our default.
    pub alive_count: Option<u32>,
    /// `ConnectTimeout`.
    pub connect_timeout: Option<Duration>,
    /// `Compression`.
    pub compression: bool,
    /// `PreferredAuthentications`, `PubkeyAuthentication`, …: the methods that may be used, in this order.
    pub methods: Vec<Method>,
    /// `NumberOfPasswordPrompts`.
    pub password_prompts: u32,
    /// `KexAlgorithms`, `HostKeyAlgorithms`, `Ciphers`, `MACs`, `PubkeyAcceptedAlgorithms`: as `ssh -G` prints them,
    /// `None` where nothing was said.
    pub algorithms: Algorithms,
    /// Which transport, by our own config.
    pub transport: Transport,
    /// How files are followed, by our own config.
    pub follow: FollowMode,
}

/// How the host is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proxy {
    /// Directly.
    None,
    /// Through these hosts, the nearest first, each resolved itself.
    Jump(Vec<HostConfig>),
    /// Through the input and output of this command, tokens expanded, for `sh -c`.
    Command(String),
}

/// What is done about a host key that is not known. One that has changed is refused by all but `Off`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strict {
    /// Refused.
    Yes,
    /// Asked about.
    Ask,
    /// Saved without asking.
    AcceptNew,
    /// Taken whatever it is; the pane says so.
    Off,
}

/// A way to prove who one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// Agent, keys and certificates.
    PublicKey,
    /// Questions and answers, as many rounds as the server likes.
    KeyboardInteractive,
    /// A password.
    Password,
    /// For the system's ssh only.
    Gssapi,
    /// For the system's ssh only.
    HostBased,
}

/// Lists of algorithms by their SSH names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Algorithms {
    pub kex: Option<Vec<String>>,
    pub host_key: Option<Vec<String>>,
    pub ciphers: Option<Vec<String>>,
    pub macs: Option<Vec<String>>,
    pub pubkey: Option<Vec<String>>,
}

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
