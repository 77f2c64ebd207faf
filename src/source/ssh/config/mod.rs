//! What the user's ssh config and our own say of a host, after everything was resolved.

mod algorithm;
mod condition;
mod expand;
mod file;
mod fill;
mod here;
mod keyword;
mod line;
mod printed;
mod reading;
mod refusal;
mod resolver;
mod settings;
mod token;

use std::path::PathBuf;
use std::time::Duration;

pub use crate::config::hosts::{FollowMode, Transport};
use crate::core::host::Target;
pub use here::Here;
pub use resolver::Resolver;

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
    /// `AddressFamily`: which addresses are tried.
    pub family: Family,
    /// `BindAddress`: where connections come from here; a name counts for the addresses it has.
    pub bind_address: Option<String>,
    /// `BatchMode`: no passphrase is asked for, though somebody is there. What else it forbids is left out of
    /// `methods` and `strict` already.
    pub batch: bool,
    /// `RequiredRSASize`: shorter RSA keys are refused, the host's and our own.
    pub required_rsa_bits: u32,
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
    /// `KexAlgorithms`, `HostKeyAlgorithms`, `Ciphers`, `MACs`, `PubkeyAcceptedAlgorithms`, `CASignatureAlgorithms`: as
    /// `ssh -G` prints them, `None` where nothing was said.
    pub algorithms: Algorithms,
    /// Which transport, by our own config.
    pub transport: Transport,
    /// How files are followed, by our own config.
    pub follow: FollowMode,
    /// `--ssh-config`: what the system's `ssh` is given with `-F`.
    pub ssh_config: Option<PathBuf>,
}

impl HostConfig {
    /// A host of which no config file says anything: OpenSSH's defaults, no agent, no keys, no known hosts.
    pub fn new(target: Target, user: &str) -> HostConfig {
        HostConfig {
            hostname: target.host.clone(),
            user: target.user.clone().unwrap_or_else(|| user.to_owned()),
            port: target.port.unwrap_or(22),
            target,
            identity_files: Vec::new(),
            identities_only: false,
            agent: None,
            certificate_files: Vec::new(),
            proxy: Proxy::None,
            user_known_hosts: Vec::new(),
            global_known_hosts: Vec::new(),
            hash_known_hosts: false,
            host_key_alias: None,
            strict: Strict::Ask,
            family: Family::Any,
            bind_address: None,
            batch: false,
            required_rsa_bits: 1024,
            alive_interval: None,
            alive_count: None,
            connect_timeout: None,
            compression: false,
            methods: vec![Method::PublicKey, Method::KeyboardInteractive, Method::Password],
            password_prompts: 3,
            algorithms: Algorithms::default(),
            transport: Transport::default(),
            follow: FollowMode::default(),
            ssh_config: None,
        }
    }
}

/// Which addresses of a host are tried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Family {
    /// All.
    #[default]
    Any,
    /// IPv4 only.
    V4,
    /// IPv6 only.
    V6,
}

/// How the host is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proxy {
    /// Directly.
    None,
    /// Through these hosts, the nearest first, each resolved itself. Never empty. Only the first may have a
    /// proxy of its own, and that is a command: jumps of jumps are in the list already.
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
    pub ca_signatures: Option<Vec<String>>,
}
