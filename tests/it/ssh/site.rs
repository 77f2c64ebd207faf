//! A server, and the real program that follows files on it.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use portable_pty::CommandBuilder;

use super::sshd::{Options, Sshd, make_key};
use crate::headless::{Running, tailpane, text};
use crate::tty::Tty;

/// How long anything may take.
const DEADLINE: Duration = Duration::from_secs(60);

/// A server, and how the program is told to reach it.
pub struct Site {
    pub sshd: Sshd,
    config: PathBuf,
}

impl Site {
    /// `web1`, `web2` and `db1` are the server, and at `dead` nobody listens.
    pub fn new() -> Site {
        Site::with(
            |_| {},
            |sshd| ["web1", "web2", "db1"].map(|name| sshd.host_entry(name, sshd.port())).concat(),
        )
    }

    pub fn with(server: impl FnOnce(&mut Options), hosts: impl FnOnce(&Sshd) -> String) -> Site {
        let sshd = Sshd::start(server);
        let hosts = hosts(&sshd);
        Site::of(sshd, &hosts)
    }

    /// A server that runs.
    pub fn of(sshd: Sshd, hosts: &str) -> Site {
        let dead = sshd.host_entry("dead", 1);
        let config = sshd.ssh_config_with(&(hosts.to_owned() + &dead));
        std::fs::create_dir(sshd.file("logs")).unwrap();
        Site { sshd, config }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.sshd.file("logs").join(name)
    }

    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        std::fs::write(self.path(name), text).unwrap();
        self.on("web1", name)
    }

    pub fn on(&self, host: &str, name: &str) -> String {
        format!("{host}:{}", text(&self.path(name)))
    }

    pub fn tailpane<S: AsRef<OsStr>>(&self, args: &[S]) -> Command {
        // Nothing of the user's own says anything here.
        let own = self.sshd.file("config.toml");
        if !own.exists() {
            std::fs::write(&own, "").unwrap();
        }
        let mut command = tailpane(&["--ssh-config", text(&self.config), "--config", text(&own)]);
        command.args(args).env_remove("SSH_AUTH_SOCK");
        command
    }

    pub fn start(&self, args: &[&str]) -> Running {
        Running::spawn(&mut self.tailpane(args))
    }

    /// A host that runs this line of shell, whatever it is asked for; that is in `$SSH_ORIGINAL_COMMAND`.
    pub fn forced(sshd: &Sshd, name: &str, command: &str) -> String {
        let key = sshd.file(&format!("id_{name}"));
        make_key(&key, "ed25519", "");
        let public = std::fs::read_to_string(key.with_extension("pub")).unwrap();
        let line = format!("command=\"{}\" {public}", command.replace('"', "\\\""));
        let keys = std::fs::read_to_string(sshd.file("authorized_keys")).unwrap() + &line;
        std::fs::write(sshd.file("authorized_keys"), keys).unwrap();
        sshd.host_entry(name, sshd.port()).replace("id_ed25519", &format!("id_{name}"))
    }

    /// On a terminal.
    pub fn tty<S: AsRef<OsStr>>(&self, args: &[S], cols: u16, rows: u16) -> Tty {
        let command = self.tailpane(args);
        let mut line = CommandBuilder::new(command.get_program());
        line.args(command.get_args());
        line.env_remove("SSH_AUTH_SOCK");
        Tty::command(line, cols, rows)
    }

    /// Runs to the end: exit code, standard output, standard error.
    pub fn run(&self, args: &[&str]) -> (i32, String, String) {
        let output = assert_cmd::Command::from_std(self.tailpane(args)).timeout(DEADLINE).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap_or(-1), text(output.stdout), text(output.stderr))
    }

    #[track_caller]
    pub fn prints(&self, args: &[&str], wanted: &str) {
        let (code, out, err) = self.run(&[&["--no-follow"], args].concat());
        assert!(out == wanted, "{args:?}: {} bytes for {}: {err}", out.len(), wanted.len());
        assert_eq!((code, err.as_str()), (0, ""), "{args:?}");
    }
}
