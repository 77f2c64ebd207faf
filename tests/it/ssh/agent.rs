//! A real `ssh-agent` with a socket of its own.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::sshd::{program, until};

/// A running agent; ended when it is dropped.
pub struct Agent {
    folder: tempfile::TempDir,
    child: Child,
}

impl Agent {
    /// Starts one without keys.
    pub fn start() -> Agent {
        let folder = tempfile::Builder::new().prefix("tailpane-agent").tempdir().unwrap();
        let socket = folder.path().join("socket");
        let child = Command::new(program("ssh-agent"))
            .args(["-D", "-a"])
            .arg(&socket)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let agent = Agent { folder, child };
        until("the agent's socket is there", Duration::from_secs(20), || socket.exists());
        agent
    }

    /// Its socket, for `IdentityAgent`.
    pub fn socket(&self) -> PathBuf {
        self.folder.path().join("socket")
    }

    /// Hands it a private key without a passphrase, and the certificate beside it, if any.
    pub fn add(&self, key: &Path) {
        let output = Command::new(program("ssh-add"))
            .arg("-q")
            .arg(key)
            .env("SSH_AUTH_SOCK", self.socket())
            .output()
            .unwrap();
        assert!(output.status.success(), "ssh-add: {}", String::from_utf8_lossy(&output.stderr));
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
