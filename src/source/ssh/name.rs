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

/// Hosts as the user named them: one, or a glob, a brace list or a group that stands for several.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HostPattern {
    /// `web1`, `web*`, `{web,db}1`, `@group`; an address without brackets.
    pub hosts: String,
    /// Who to be there, where that was said.
    pub user: Option<String>,
    /// The port, where that was said.
    pub port: Option<u16>,
}

/// A path on one or more hosts, as the user named it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Named {
    /// Where.
    pub hosts: HostPattern,
    /// The path there, as in [`RemotePath`].
    pub path: Vec<u8>,
}

impl Named {
    /// Reads a name from the command line. `None`: it names something here.
    ///
    /// # Errors
    /// A sentence with the place, when it names something elsewhere that cannot be.
    pub fn parse(name: &[u8]) -> Result<Option<Named>, String> {
        let _ = name;
        todo!()
    }
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

impl fmt::Display for RemotePath {
    /// As it can be named again: `ada@web1:/var/log/app.log`, `ssh://ada@web1:2222/var/log/app.log`. Bytes that are
    /// no text become U+FFFD; nothing is made printable.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = String::from_utf8_lossy(&self.path);
        match self.target.port {
            None => write!(f, "{}:{path}", self.target),
            Some(_) => {
                write!(f, "ssh://{}{}{path}", self.target, if path.starts_with('/') { "" } else { "/" })
            }
        }
    }
}
