//! How files on other hosts are named: `ada@web1:/var/log/app.log`, `ssh://ada@web1:2222/var/log/app.log`,
//! `[::1]:app.log`, and for several hosts `web*:`, `{web,db}1:`, `@group:`. Knows no file and no config: whether a name
//! exists here is asked before, and which hosts a pattern stands for is asked of `source::ssh::config::Resolver`.

use std::borrow::Cow;
use std::fmt;

use super::glob;
use super::text::printable;

/// A host as the user named it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Target {
    /// The name, an address, or a `Host` of the ssh config. Never begins with `-`; has no character that means
    /// something to a shell.
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
    /// with `/`; nothing in it has a meaning but the signs of a glob.
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
    /// Reads a name from the command line. `None`: it names something here, because it has no colon, or a slash or
    /// nothing before the first one (as for `scp`).
    ///
    /// # Errors
    /// A sentence with the place, when it names something elsewhere that cannot be.
    pub fn parse(name: &[u8]) -> Result<Option<Named>, String> {
        let wrong = |why: String| format!("{}: {why}", printable(&String::from_utf8_lossy(name)));
        if let Some(rest) = name.strip_prefix(b"ssh://") {
            return parse_url(rest).map(Some).map_err(wrong);
        }
        let Some(colon) = host_end(name) else { return Ok(None) };
        let (hosts, path) = (&name[..colon], &name[colon + 1..]);
        let hosts = text(hosts).and_then(|hosts| HostPattern::parse(hosts, false)).map_err(wrong)?;
        if path.is_empty() {
            return Err(wrong(format!(
                "no path follows the colon; {hosts}:/var/log/app.log is one, ./ in front makes it a file here"
            )));
        }
        let path = at_home(path).map_err(wrong)?;
        match path.contains(&0) {
            true => Err(wrong("a path cannot have a zero byte".to_owned())),
            false => Ok(Some(Named { hosts, path: path.into_owned() })),
        }
    }
}

/// A path without a `~/` in front: relative ones are in the home folder anyway.
fn at_home(path: &[u8]) -> Result<Cow<'_, [u8]>, String> {
    let rest = match path {
        b"~" => b"",
        [b'~', b'/', rest @ ..] => rest,
        [b'~', ..] => {
            return Err(
                "~ is your own home folder there: of another's say the whole path, and ./ in front makes it \
                        the name of a file"
                    .to_owned(),
            );
        }
        path => return Ok(path.into()),
    };
    let slashes = rest.iter().take_while(|byte| **byte == b'/').count();
    Ok(match &rest[slashes..] {
        b"" => b"."[..].into(),
        rest @ [b'~', ..] => [b"./", rest].concat().into(),
        rest => rest.into(),
    })
}

/// Where the host ends and the path begins, if there is a host.
fn host_end(name: &[u8]) -> Option<usize> {
    let slash = memchr::memchr(b'/', name).unwrap_or(name.len());
    let address = name.starts_with(b"[") || name[..slash].windows(2).any(|two| two == b"@[");
    let colon = match address {
        true => name[..slash].windows(2).position(|two| two == b"]:").map(|at| at + 1),
        false => None,
    };
    colon.or_else(|| memchr::memchr(b':', &name[..slash])).filter(|colon| *colon > 0)
}

/// `ada@web1:2222/var/log/app.log`: what follows `ssh://`.
fn parse_url(rest: &[u8]) -> Result<Named, String> {
    let slash = memchr::memchr(b'/', rest).unwrap_or(rest.len());
    let hosts = HostPattern::parse(text(&rest[..slash])?, true)?;
    let path = decoded(&rest[slash..])?;
    // `/~/x` begins in the home folder.
    let path = match path.strip_prefix(b"/") {
        Some(home) if home.starts_with(b"~") => at_home(home)?.into_owned(),
        _ => path,
    };
    match path.as_slice() {
        b"" | b"/" => Err(format!("no path follows the host; ssh://{hosts}/var/log/app.log has one")),
        _ if path.contains(&0) => Err("a path cannot have a zero byte".to_owned()),
        _ => Ok(Named { hosts, path }),
    }
}

/// A path with its `%20` and the like read.
fn decoded(path: &[u8]) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path;
    while let Some((first, behind)) = rest.split_first() {
        rest = behind;
        if *first != b'%' {
            bytes.push(*first);
            continue;
        }
        let digits = rest.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        let byte = digits
            .filter(|two| two.bytes().all(|b| b.is_ascii_hexdigit()))
            .and_then(|two| u8::from_str_radix(two, 16).ok());
        bytes.push(byte.ok_or("a % in an ssh:// name is followed by two digits; %25 is a % itself")?);
        rest = &rest[2..];
    }
    Ok(bytes)
}

fn text(bytes: &[u8]) -> Result<&str, String> {
    std::str::from_utf8(bytes).map_err(|_| "the host's name is no text".to_owned())
}

impl HostPattern {
    /// Reads `ada@web*`, and `ada@web*:2222` where a port may be.
    ///
    /// # Errors
    /// Half a sentence: what is wrong with it.
    pub fn parse(text: &str, port: bool) -> Result<HostPattern, String> {
        // `ada@@group`: the last @ belongs to the group. A user may have an @ in it.
        let at = text.rfind('@').map(|at| if text[..at].ends_with('@') { at - 1 } else { at });
        let (user, rest) = match at {
            Some(at) if at > 0 => (Some(&text[..at]), &text[at + 1..]),
            _ => (None, text),
        };
        let (hosts, digits) = match (rest.strip_prefix('['), rest.rfind(':')) {
            (Some(inside), _) => {
                let (address, behind) =
                    inside.split_once(']').ok_or("the [ of the address is never closed")?;
                if !address.contains(':') {
                    return Err(format!("[{}] is no address", printable(address)));
                }
                (address, behind.strip_prefix(':').or((behind.is_empty()).then_some("")))
            }
            (None, Some(colon)) if port => (&rest[..colon], Some(&rest[colon + 1..])),
            (None, _) => (rest, Some("")),
        };
        let digits = digits.ok_or("only :port may follow the address")?;
        let number = match digits {
            "" => None,
            _ if !port => return Err("a port needs the form ssh://host:port/path".to_owned()),
            digits => Some(port_number(digits)?),
        };
        if let Some(user) = user {
            valid_user(user)?;
        }
        let pattern = HostPattern { hosts: hosts.to_owned(), user: user.map(str::to_owned), port: number };
        for host in pattern.alternatives()? {
            match host.strip_prefix('@') {
                Some(group) => valid_host(group, false)?,
                None => valid_host(&host, true)?,
            }
        }
        Ok(pattern)
    }

    /// The one host it is, unless it may be several.
    pub fn single(&self) -> Option<Target> {
        let several =
            self.hosts.starts_with('@') || self.hosts.contains('{') || glob::is_pattern(&self.hosts);
        (!several).then(|| self.on(&self.hosts))
    }

    /// A host of this name, with this pattern's user and port.
    pub fn on(&self, host: &str) -> Target {
        Target { host: host.to_owned(), user: self.user.clone(), port: self.port }
    }

    /// The braces taken apart: `{web,db}1` is `web1` and `db1`.
    ///
    /// # Errors
    /// Half a sentence, when the braces don't fit or stand for too many.
    pub fn alternatives(&self) -> Result<Vec<String>, String> {
        let mut done = Vec::new();
        let mut left = vec![self.hosts.clone()];
        while let Some(text) = left.pop() {
            let Some(close) = text.find('}') else {
                match text.contains('{') {
                    true => return Err("a { is never closed".to_owned()),
                    false if done.contains(&text) => {}
                    false => done.push(text),
                }
                continue;
            };
            let open = text[..close].rfind('{').ok_or("a } closes nothing")?;
            let (before, inside, behind) = (&text[..open], &text[open + 1..close], &text[close + 1..]);
            if !inside.contains(',') {
                return Err(format!("{{{inside}}} has no comma: a brace list is {{a,b}}"));
            }
            left.extend(inside.split(',').rev().map(|one| format!("{before}{one}{behind}")));
            if done.len() + left.len() > MOST {
                return Err(format!("its braces stand for more than {MOST} hosts"));
            }
        }
        Ok(done)
    }
}

/// Hosts a brace list may stand for.
const MOST: usize = 10_000;

/// Reads a port.
///
/// # Errors
/// Half a sentence.
pub fn port_number(digits: &str) -> Result<u16, String> {
    let number = digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok()).flatten();
    number.filter(|port| *port > 0).ok_or_else(|| format!("{} is no port from 1 to 65535", printable(digits)))
}

/// Whether a name may be that of a host: it never begins an option, and a shell takes it as it is.
///
/// # Errors
/// Half a sentence.
pub fn valid_host(host: &str, pattern: bool) -> Result<(), String> {
    let fine = |c: char| c.is_alphanumeric() || "._-:%+".contains(c) || pattern && "*?".contains(c);
    valid(host, "host", fine)
}

/// Whether a name may be that of a user.
///
/// # Errors
/// Half a sentence.
pub fn valid_user(user: &str) -> Result<(), String> {
    match user.ends_with('\\') {
        true => Err("a user's name cannot end in \\".to_owned()),
        false => valid(user, "user", |c: char| c.is_alphanumeric() || "._-+@%=,\\".contains(c)),
    }
}

fn valid(name: &str, what: &str, fine: impl Fn(char) -> bool) -> Result<(), String> {
    if name.is_empty() {
        return Err(format!("the {what}'s name is missing"));
    }
    if name.starts_with('-') {
        return Err(format!("a {what}'s name cannot begin with -"));
    }
    match name.chars().find(|c| !fine(*c)) {
        Some(c) => Err(format!("a {what}'s name cannot have {} in it", shown(c))),
        None => Ok(()),
    }
}

fn shown(c: char) -> String {
    match c {
        ' ' => "a space".to_owned(),
        c => printable(&c.to_string()),
    }
}

fn write_host(f: &mut fmt::Formatter<'_>, user: Option<&str>, host: &str, port: Option<u16>) -> fmt::Result {
    if let Some(user) = user {
        write!(f, "{user}@")?;
    }
    match host.contains(':') {
        true => write!(f, "[{host}]")?,
        false => f.write_str(host)?,
    }
    port.map_or(Ok(()), |port| write!(f, ":{port}"))
}

impl fmt::Display for Target {
    /// `ada@web1:2222`; a v6 address in brackets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_host(f, self.user.as_deref(), &self.host, self.port)
    }
}

impl fmt::Display for HostPattern {
    /// As for a [`Target`].
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_host(f, self.user.as_deref(), &self.hosts, self.port)
    }
}

/// A path on hosts, as it can be named again.
fn write_path(f: &mut fmt::Formatter<'_>, hosts: &str, port: bool, path: &[u8]) -> fmt::Result {
    let path = String::from_utf8_lossy(path);
    if !port {
        let here = if path.starts_with('~') { "./" } else { "" };
        return write!(f, "{hosts}:{here}{path}");
    }
    let home = if path.starts_with('/') { "" } else { "/~/" };
    write!(f, "ssh://{hosts}{home}{}", path.replace('%', "%25"))
}

impl fmt::Display for RemotePath {
    /// As it can be named again: `ada@web1:/var/log/app.log`, `ssh://ada@web1:2222/var/log/app.log`. Bytes that are
    /// no text become U+FFFD; nothing is made printable.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_path(f, &self.target.to_string(), self.target.port.is_some(), &self.path)
    }
}

impl fmt::Display for Named {
    /// As for a [`RemotePath`].
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_path(f, &self.hosts.to_string(), self.hosts.port.is_some(), &self.path)
    }
}

#[cfg(test)]
mod tests;
