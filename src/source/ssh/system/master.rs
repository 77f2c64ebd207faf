//! A connection of our own: an `ssh` that logs in, lets others use its connection through a socket, and ends with us.

use std::process::Stdio;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};
use tokio::process::{Child, ChildStdin, Command};
use tokio::sync::watch;

use super::said::Said;

/// Runs its arguments and ends them when its input ends, which it does however we end.
const WATCHED: &str = r#"
exec 3<&0 </dev/null
"$@" 3<&- &
master=$!
{ read -r end <&3; kill "$master"; } >/dev/null 2>&1 &
watch=$!
wait "$master"
status=$?
kill "$watch" 2>/dev/null
exit "$status"
"#;

/// How long it may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(2);

/// The process.
pub struct Master {
    /// Ends it when it is dropped.
    input: ChildStdin,
    said: Arc<Mutex<Said>>,
    ended: watch::Receiver<bool>,
}

impl Master {
    /// Starts `ssh`, set up by `command`, which holds its arguments and environment.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start(ssh: &std::process::Command) -> std::io::Result<Master> {
        let mut command = Command::new("sh");
        command.args(["-c", WATCHED, "sh"]).arg(ssh.get_program()).args(ssh.get_args());
        for (name, value) in ssh.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
        // Keys pressed on the terminal are for us.
        let mut child = command.process_group(0).kill_on_drop(true).spawn()?;
        let gone = || std::io::Error::from(std::io::ErrorKind::BrokenPipe);
        let input = child.stdin.take().ok_or_else(gone)?;
        let errors = child.stderr.take().ok_or_else(gone)?;
        let said = Arc::new(Mutex::new(Said::default()));
        let (sender, ended) = watch::channel(false);
        tokio::spawn(listen(child, errors, said.clone(), sender));
        Ok(Master { input, said, ended })
    }

    /// What it said so far.
    pub fn said(&self) -> MutexGuard<'_, Said> {
        self.said.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until it has ended.
    pub async fn ended(&self) {
        let mut ended = self.ended.clone();
        let _ = ended.wait_for(|ended| *ended).await; // no sender: it is gone, too
    }

    /// Whether it has ended.
    pub fn has_ended(&self) -> bool {
        *self.ended.borrow() || self.ended.has_changed().is_err()
    }

    /// Ends it.
    pub async fn end(self) {
        let Master { input, mut ended, .. } = self;
        drop(input);
        let _ = tokio::time::timeout(GOODBYE, ended.wait_for(|ended| *ended)).await; // it is not waited for
    }
}

async fn listen(
    mut child: Child,
    errors: impl AsyncRead + Unpin,
    said: Arc<Mutex<Said>>,
    ended: watch::Sender<bool>,
) {
    let mut errors = BufReader::new(errors);
    let listening = async {
        let mut line = Vec::new();
        while let Ok(part) = errors.fill_buf().await
            && !part.is_empty()
        {
            let (length, end) = match part.iter().position(|byte| *byte == b'\n') {
                Some(at) => (at + 1, true),
                None => (part.len(), false),
            };
            // However long a line is (a server's banner comes this way), its beginning is enough.
            line.extend_from_slice(&part[..length.min(4096_usize.saturating_sub(line.len()))]);
            errors.consume(length);
            if end {
                said.lock().unwrap_or_else(PoisonError::into_inner).line(&line);
                line.clear();
            }
        }
    };
    tokio::pin!(listening);
    let ended_first = tokio::select! {
        () = &mut listening => false,
        _ = child.wait() => true,
    };
    if ended_first {
        // Its last words are still to be read; what it left running may hold its standard error open for ever.
        let _ = tokio::time::timeout(GOODBYE, listening).await;
    } else {
        let _ = child.wait().await; // how it ended is in what it said
    }
    ended.send_replace(true);
}
