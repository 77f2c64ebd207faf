//! How the system's `ssh` is called. The host stands behind `--` as the user named it, so that `ssh` finds it in its own
//! config, and nothing a host or a path is called can be taken for an option.

use std::ffi::OsString;
use std::path::Path;
use std::process::Stdio;

use tokio::process::Command;

use crate::source::ssh::config::HostConfig;

/// The oldest version that can be told to ask through a program of ours even where there is a terminal.
const ASKS: (u32, u32) = (8, 4);

/// The version from which on the config can say what was said by `-f`, `-n` and `-N` alone before.
const MODES: (u32, u32) = (8, 7);

/// The system's `ssh` and a host to call it for.
#[derive(Clone, Debug)]
pub struct Ssh {
    /// The host.
    pub host: HostConfig,
    version: Option<(u32, u32)>,
}

impl Ssh {
    /// Asks `ssh` for its version.
    ///
    /// # Errors
    /// When there is none.
    pub async fn find(host: &HostConfig) -> std::io::Result<Ssh> {
        let output = Command::new("ssh").arg("-V").stdin(Stdio::null()).kill_on_drop(true).output().await?;
        let version = version(&String::from_utf8_lossy(&output.stderr));
        Ok(Ssh { host: host.clone(), version })
    }

    /// Whether it never asks on the terminal when it is told so. Other programs that call themselves `ssh` are taken
    /// at their word.
    pub fn asks_through_us(&self) -> bool {
        self.version.is_none_or(|version| version >= ASKS)
    }

    /// What every call begins with: which config, and that nothing is done that we did not ask for.
    fn options(&self) -> Vec<OsString> {
        let mut args: Vec<OsString> = Vec::new();
        if let Some(file) = &self.host.ssh_config {
            args.extend(["-F".into(), file.into()]);
        }
        for option in [
            "RequestTTY=no",
            "EscapeChar=none",
            "ClearAllForwardings=yes",
            "ForwardAgent=no",
            "ForwardX11=no",
            "PermitLocalCommand=no",
            "RemoteCommand=none",
            "ControlPersist=no",
        ] {
            args.extend(["-o".into(), option.into()]);
        }
        if self.version.is_some_and(|version| version >= MODES) {
            for option in ["ForkAfterAuthentication=no", "StdinNull=no"] {
                args.extend(["-o".into(), option.into()]);
            }
        }
        args
    }

    /// The host as it was named: user, port, and name.
    pub fn target(&self) -> Vec<OsString> {
        let mut args: Vec<OsString> = Vec::new();
        if let Some(user) = &self.host.target.user {
            args.extend(["-l".into(), user.into()]);
        }
        if let Some(port) = self.host.target.port {
            args.extend(["-p".into(), port.to_string().into()]);
        }
        args.extend(["--".into(), self.host.target.host.clone().into()]);
        args
    }

    /// The options of a connection of our own.
    pub fn master(&self, socket: &Path) -> Vec<OsString> {
        let mut args = self.options();
        args.extend(["-v", "-M", "-N", "-S"].map(OsString::from));
        args.push(socket.into());
        let mut option = |text: String| args.extend(["-o".into(), text.into()]);
        // Where the user said nothing it is as with our own transport.
        if self.host.alive_interval.is_none() {
            option("ServerAliveInterval=5".to_owned());
        }
        if self.host.alive_count.is_none() {
            option("ServerAliveCountMax=3".to_owned());
        }
        if self.host.connect_timeout.is_none() {
            option("ConnectTimeout=30".to_owned());
        }
        args
    }

    /// The options of whatever uses a connection that stands: ours on `socket`, or the user's own. It never makes one:
    /// where none stands, what would be the way to the host is a command that fails.
    pub fn client(&self, socket: Option<&Path>) -> Vec<OsString> {
        let mut args = self.options();
        for option in ["ControlMaster=no", "BatchMode=yes", "ProxyCommand=false"] {
            args.extend(["-o".into(), option.into()]);
        }
        if let Some(socket) = socket {
            args.extend(["-S".into(), socket.into()]);
        }
        args
    }

    /// The option that has new keys written to `first`, and the known ones found as before.
    pub fn known_hosts(&self, first: &Path) -> OsString {
        let files =
            std::iter::once(first).chain(self.host.user_known_hosts.iter().map(|file| file.as_path()));
        let quoted = files.map(|file| {
            let text = file.to_string_lossy().replace('\\', "\\\\").replace('"', "\\\"");
            format!("\"{}\"", text.replace('%', "%%"))
        });
        format!("UserKnownHostsFile={}", quoted.collect::<Vec<_>>().join(" ")).into()
    }
}

/// `OpenSSH_9.2p1 Debian-2, OpenSSL …`; other programs that call themselves `ssh` are taken at their word.
fn version(said: &str) -> Option<(u32, u32)> {
    let (_, number) = said.split_once("OpenSSH_")?;
    let (major, rest) = number.split_once('.')?;
    let minor = rest.split(|char: char| !char.is_ascii_digit()).next()?;
    Some((major.rsplit('_').next()?.parse().ok()?, minor.parse().ok()?))
}

/// A call of `ssh` that asks nobody.
pub fn quiet(args: Vec<OsString>) -> Command {
    let mut command = Command::new("ssh");
    command.args(args).env("SSH_ASKPASS_REQUIRE", "never").kill_on_drop(true).process_group(0);
    command
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::host::Target;

    #[test]
    fn versions_are_read() {
        assert_eq!(version("OpenSSH_9.2p1 Debian-2+deb12u10, OpenSSL 3.0.19"), Some((9, 2)));
        assert_eq!(version("OpenSSH_for_Windows_8.1p1, LibreSSL 3.0.2"), Some((8, 1)));
        assert_eq!(version("OpenSSH_10.0p2, OpenSSL"), Some((10, 0)));
        assert_eq!(version("Sun_SSH_1.1.5"), None);
    }

    #[test]
    fn a_host_is_a_host_whatever_it_is_called() {
        let hostile = Target {
            host: "-oProxyCommand=touch /tmp/x".to_owned(),
            user: Some("-v".to_owned()),
            port: Some(2222),
        };
        let args = Ssh { host: HostConfig::new(hostile, "ada"), version: None }.target();
        assert_eq!(args, ["-l", "-v", "-p", "2222", "--", "-oProxyCommand=touch /tmp/x"]);
    }
}
