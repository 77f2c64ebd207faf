//! A command on the host: an `ssh` that uses the connection, and its pipes.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};

use super::said::Said;
use crate::source::ssh::link::{ExecError, Output};

/// What is read at once, in bytes.
const AT_ONCE: usize = 64 << 10;

/// How often is looked whether the channel stands.
const LOOK: Duration = Duration::from_millis(5);

/// What `ssh` ends with when it is not the command's own code.
const OWN_CODE: i32 = 255;

/// A command that runs on the host.
pub struct SystemChannel {
    child: Child,
    input: Option<ChildStdin>,
    output: Option<ChildStdout>,
    errors: Option<ChildStderr>,
    exited: bool,
}

impl SystemChannel {
    /// Starts `ssh`, set up by `command`, and waits until the host has opened the channel. What `ssh` itself says goes
    /// to the file `log` until then, so that its standard error is the command's alone.
    ///
    /// # Errors
    /// See [`ExecError`]; that the link is gone is the caller's to know.
    pub async fn open(mut command: Command, log: &Path) -> Result<SystemChannel, ExecError> {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let spawned = command.spawn();
        let mut child =
            spawned.map_err(|error| ExecError::Refused(format!("ssh cannot be started: {error}")))?;
        let opened = opened(&mut child, log).await;
        let _ = std::fs::remove_file(log); // it lies in a folder of ours that goes too
        opened?;
        let (input, output, errors) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        Ok(SystemChannel { child, input, output, errors, exited: false })
    }

    /// See [`crate::source::ssh::link::Channel::write`].
    pub async fn write(&mut self, bytes: &[u8]) -> Result<(), ExecError> {
        let input = self.input.as_mut().ok_or(ExecError::Gone)?;
        input.write_all(bytes).await.map_err(|_| ExecError::Gone)?;
        input.flush().await.map_err(|_| ExecError::Gone)
    }

    /// See [`crate::source::ssh::link::Channel::end_input`].
    pub async fn end_input(&mut self) {
        self.input = None;
    }

    /// See [`crate::source::ssh::link::Channel::next`]. When its future is dropped nothing is lost.
    pub async fn next(&mut self) -> Option<Output> {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        while self.output.is_some() || self.errors.is_some() {
            tokio::select! {
                read = read(&mut self.output, &mut out), if self.output.is_some() => match read {
                    true => return Some(Output::Out(out)),
                    false => self.output = None,
                },
                read = read(&mut self.errors, &mut err), if self.errors.is_some() => match read {
                    true => return Some(Output::Err(err)),
                    false => self.errors = None,
                },
            }
        }
        if self.exited {
            return None;
        }
        let code = self.child.wait().await.ok().and_then(|status| status.code());
        self.exited = true;
        // It says the same of a signal, of a lost link, and of a command that ended so.
        let code = code.filter(|code| *code != OWN_CODE).and_then(|code| u32::try_from(code).ok());
        Some(Output::Exit(code))
    }

    /// See [`crate::source::ssh::link::Channel::close`].
    pub async fn close(mut self) {
        let _ = self.child.kill().await; // it may have ended by itself
    }
}

/// Reads what there is; `false` at the end.
async fn read(pipe: &mut Option<impl tokio::io::AsyncRead + Unpin>, bytes: &mut Vec<u8>) -> bool {
    let Some(pipe) = pipe else { return false };
    bytes.reserve(AT_ONCE);
    pipe.read_buf(bytes).await.is_ok_and(|length| length > 0)
}

async fn opened(child: &mut Child, log: &Path) -> Result<(), ExecError> {
    loop {
        let ended = child.try_wait().map_or(true, |status| status.is_some());
        let text = std::fs::read(log).unwrap_or_default();
        let has = |words: &[u8]| text.windows(words.len()).any(|part| part == words);
        if has(b"master session id: ") {
            return Ok(());
        }
        if has(b"Session open refused by peer") {
            return Err(ExecError::NoMoreChannels);
        }
        if ended {
            let mut said = Said::default();
            text.split(|byte| *byte == b'\n').for_each(|line| said.line(line));
            return Err(ExecError::Refused(said.reason().unwrap_or_else(|| "ssh ended".to_owned())));
        }
        tokio::time::sleep(LOOK).await;
    }
}
