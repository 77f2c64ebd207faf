//! How a file on another host is named.

use std::fmt;

/// A host as the user named it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Target {
    /// The name, an address, or a `Host` of the ssh config.
    pub host: String,
    /// Who to be there, where that was said.
    pub user: Option<String>,
    /// The port, where that was said.
    pub port: Option<u16>,
}

/// A file, a folder or a glob on another host, as the user named it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RemotePath {
    /// Where.
    pub target: Target,
    /// The path there: bytes, because names need not be text. Relative to the home folder unless it begins
    /// with `/`.
    pub path: Vec<u8>,
}

impl fmt::Display for Target {
    /// `ada@web1:2222`; a v6 address in brackets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(user) = &self.user {
            write!(f, "{user}@")?;
        }
        match self.host.contains(':') {
            true => write!(f, "[{}]", self.host)?,
            false => f.write_str(&self.host)?,
        }
        self.port.map_or(Ok(()), |port| write!(f, ":{port}"))
    }
}
