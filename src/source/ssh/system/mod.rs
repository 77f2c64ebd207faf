//! The other transport: the system's `ssh`, for what ours cannot do (smart cards by PKCS#11, GSSAPI, a connection of the
//! user's that stands already). It reads its own config and verifies host keys itself.
//!
//! ```text
//!   connect ──▶ master: ssh -M -N, ends when we do ◀─socket─ ssh, one a command (channel) ──pipes──▶ the caller
//!                 │ $SSH_ASKPASS: ourselves (askpass) ──socket──▶ questions ──▶ Asker
//!                 └ what it says: facts, reasons (said)
//! ```
//!
//! All sockets lie in a folder that only the user may enter, and that goes with the link (folder).

pub mod askpass;
mod channel;
mod command;
mod folder;
mod master;
mod questions;
mod said;

use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::sync::Mutex;

use super::ask::Asker;
use super::config::{HostConfig, Strict};
use super::link::{ExecError, Output, Refusal};
use crate::core::text::printable;
pub use channel::SystemChannel;
use command::Ssh;
use folder::Folder;
use master::Master;
use questions::Questions;

/// How long `ssh` may do nothing while it connects; its own limit for the network is shorter.
const PATIENCE: Duration = Duration::from_secs(60);

/// How often is looked whether it is logged in.
const LOOK: Duration = Duration::from_millis(20);

/// How often is looked whether a connection of the user's stands still.
const LOOK_AGAIN: Duration = Duration::from_secs(3);

/// The answers of the host to our signs of life are looked for in so many bytes.
const ECHO: usize = 4096;

/// A connection that stands and is logged in.
pub struct System {
    ssh: Ssh,
    /// `None`: the user's own connection is used.
    master: Option<Master>,
    folder: Folder,
    _questions: Option<Questions>,
    channels: AtomicU64,
    pulse: Mutex<Pulse>,
}

/// A `cat` on the host, which gives back what it is sent: the cheapest answer that comes from there. (That `ssh` says
/// its connection stands comes from here, and what it asks the server by itself it tells nobody.)
#[derive(Default)]
struct Pulse {
    channel: Option<SystemChannel>,
    beats: u64,
}

impl System {
    /// See [`super::link::Link::connect`].
    ///
    /// # Errors
    /// See [`Refusal`].
    pub async fn connect(host: &HostConfig, asker: &Asker) -> Result<System, Refusal> {
        let own = std::env::current_exe();
        System::connect_with(host, asker, own.ok().as_deref()).await
    }

    /// The same, with the program that is this one when it is started by `ssh` (see [`askpass`]).
    ///
    /// # Errors
    /// See [`Refusal`].
    pub async fn connect_with(
        host: &HostConfig,
        asker: &Asker,
        own: Option<&Path>,
    ) -> Result<System, Refusal> {
        let name = host.target.to_string();
        let cannot =
            |error: io::Error| Refusal::Final(format!("{name}: the system's ssh cannot be used: {error}"));
        let ssh = Ssh::find(host).await.map_err(cannot)?;
        let folder = Folder::make().map_err(cannot)?;
        let system = |master, folder, questions| System {
            ssh: ssh.clone(),
            master,
            folder,
            _questions: questions,
            channels: AtomicU64::new(0),
            pulse: Mutex::default(),
        };
        if stands(&ssh, None).await {
            return Ok(system(None, folder, None));
        }
        let own = own.filter(|_| ssh.asks_through_us() && !asker.is_silent() && !host.batch);
        let questions = match own {
            Some(_) => Some(Questions::listen(&folder.path().join("ask"), host, asker).map_err(cannot)?),
            None => None,
        };
        let start = |apart| Master::start(&login(&ssh, folder.path(), own, apart)).map_err(cannot);
        let mut master = start(false)?;
        let mut in_time = ready(&master, folder.path(), questions.as_ref()).await;
        if in_time == Ready::Ended && questions.as_ref().is_some_and(Questions::again) {
            master = start(true)?;
            in_time = ready(&master, folder.path(), questions.as_ref()).await;
        }
        match in_time {
            Ready::Yes => Ok(system(Some(master), folder, questions)),
            Ready::Cancelled => {
                Err(Refusal::Final(format!("{name}: not logged in, because the question was cancelled")))
            }
            Ready::Late => {
                Err(Refusal::Temporary(format!("{name}: the system's ssh does not get any further")))
            }
            Ready::Ended => Err(refusal(&name, &master, own.is_some(), ssh.asks_through_us())),
        }
    }

    /// See [`super::link::Link::exec`].
    ///
    /// # Errors
    /// See [`ExecError`].
    pub async fn exec(&self, command: &str) -> Result<SystemChannel, ExecError> {
        if self.has_ended() {
            return Err(ExecError::Gone);
        }
        let number = self.channels.fetch_add(1, Ordering::Relaxed);
        let log = self.folder.path().join(number.to_string());
        let mut args = self.ssh.client(self.socket().as_deref());
        args.extend(["-v".into(), "-E".into(), log.clone().into()]);
        args.extend(self.ssh.target());
        args.push(command.into());
        match SystemChannel::open(command::quiet(args), &log).await {
            Err(ExecError::Refused(_)) if self.has_ended() || !self.stands().await => Err(ExecError::Gone),
            Err(ExecError::Refused(why)) => Err(ExecError::Refused(format!(
                "{}: the command was not started: {why}",
                self.ssh.host.target
            ))),
            opened => opened,
        }
    }

    /// See [`super::link::Link::ping`]. What is sent is given back by a `cat` on the host; where none can be had, that the
    /// host says so is the sign of life.
    ///
    /// # Errors
    /// When the link is gone.
    pub async fn ping(&self) -> Result<Duration, ExecError> {
        let mut pulse = self.pulse.lock().await;
        if pulse.channel.is_none() {
            let start = Instant::now();
            match self.exec("exec cat").await {
                Ok(channel) => pulse.channel = Some(channel),
                Err(ExecError::Gone) => return Err(ExecError::Gone),
                Err(ExecError::NoMoreChannels | ExecError::Refused(_)) => return Ok(start.elapsed()),
            }
        }
        let start = Instant::now();
        if pulse.beat().await.is_none() {
            pulse.channel = None;
            if self.has_ended() || !self.stands().await {
                return Err(ExecError::Gone);
            }
        }
        Ok(start.elapsed())
    }

    /// See [`super::link::Link::gone`].
    pub async fn gone(&self) -> String {
        let name = &self.ssh.host.target;
        match &self.master {
            Some(master) => {
                master.ended().await;
                let reason = master.said().reason();
                reason.unwrap_or_else(|| format!("the ssh that was connected to {name} has ended"))
            }
            None => {
                while self.stands().await {
                    tokio::time::sleep(LOOK_AGAIN).await;
                }
                format!("your own connection to {name} (ControlMaster) has ended")
            }
        }
    }

    /// See [`super::link::Link::facts`].
    pub fn facts(&self) -> Vec<(&'static str, String)> {
        match &self.master {
            Some(master) => {
                let mut facts = master.said().facts();
                facts.push(("transport", "the system's ssh".to_owned()));
                facts
            }
            None => vec![("transport", "the system's ssh, over a connection that stood already".to_owned())],
        }
    }

    /// See [`super::link::Link::caveats`].
    pub fn caveats(&self) -> Vec<String> {
        match self.ssh.host.strict {
            Strict::Off => vec!["host key not checked (StrictHostKeyChecking no)".to_owned()],
            _ => Vec::new(),
        }
    }

    /// See [`super::link::Link::close`]. A connection of the user's stays.
    pub async fn close(self) {
        if let Some(channel) = self.pulse.into_inner().channel {
            channel.close().await;
        }
        if let Some(master) = self.master {
            master.end().await;
        }
    }

    fn socket(&self) -> Option<PathBuf> {
        self.master.as_ref().map(|_| socket(self.folder.path()))
    }

    fn has_ended(&self) -> bool {
        self.master.as_ref().is_some_and(Master::has_ended)
    }

    async fn stands(&self) -> bool {
        stands(&self.ssh, self.socket().as_deref()).await
    }
}

impl Pulse {
    /// Sends a number and waits for it; `None` when nothing more will come.
    async fn beat(&mut self) -> Option<()> {
        let channel = self.channel.as_mut()?;
        self.beats += 1;
        let number = format!("{}\n", self.beats);
        channel.write(number.as_bytes()).await.ok()?;
        let mut text = Vec::new();
        // What comes late is the answer to an earlier one; who says a lot is no `cat`, but alive.
        while !text.windows(number.len()).any(|part| part == number.as_bytes()) && text.len() < ECHO {
            match channel.next().await? {
                Output::Out(bytes) => text.extend(bytes),
                Output::Err(_) => {}
                Output::Exit(_) => return None,
            }
        }
        Some(())
    }
}

fn socket(folder: &Path) -> PathBuf {
    folder.join("s")
}

/// Whether a connection stands: ours on `socket`, or one of the user's own.
async fn stands(ssh: &Ssh, socket: Option<&Path>) -> bool {
    let mut args = ssh.client(socket);
    args.extend(["-O".into(), "check".into()]);
    args.extend(ssh.target());
    let mut check = command::quiet(args);
    check.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    check.status().await.is_ok_and(|status| status.success())
}

/// The `ssh` that logs in. Where `own` is given it asks through that, and otherwise nobody. `apart`: new keys are not
/// written to the user's file.
fn login(call: &Ssh, folder: &Path, own: Option<&Path>, apart: bool) -> std::process::Command {
    let mut ssh = std::process::Command::new("ssh");
    ssh.args(call.master(&socket(folder)));
    match own {
        Some(own) => {
            ssh.env("SSH_ASKPASS", own).env("SSH_ASKPASS_REQUIRE", "force");
            ssh.env(askpass::SOCKET, folder.join("ask"));
        }
        None => {
            ssh.args(["-o", "BatchMode=yes"]).env("SSH_ASKPASS_REQUIRE", "never");
        }
    }
    if apart {
        ssh.arg("-o").arg(call.known_hosts(&folder.join("known_hosts")));
    }
    ssh.args(call.target());
    ssh
}

/// How logging in ended.
#[derive(PartialEq, Eq)]
enum Ready {
    Yes,
    Ended,
    Cancelled,
    Late,
}

/// Waits until `ssh` is logged in, which is when its socket is there.
async fn ready(master: &Master, folder: &Path, questions: Option<&Questions>) -> Ready {
    let mut progress = (master.said().lines, Instant::now());
    loop {
        let cancelled = async {
            match questions {
                Some(questions) => questions.cancelled().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = master.ended() => return Ready::Ended,
            () = cancelled => return Ready::Cancelled,
            () = tokio::time::sleep(LOOK) => {}
        }
        if socket(folder).exists() {
            return Ready::Yes;
        }
        let lines = master.said().lines;
        if lines != progress.0 || questions.is_some_and(Questions::waiting) {
            progress = (lines, Instant::now());
        } else if progress.1.elapsed() > PATIENCE {
            return Ready::Late;
        }
    }
}

/// Why `ssh` ended before it was logged in.
fn refusal(name: &str, master: &Master, asked: bool, asks: bool) -> Refusal {
    let said = master.said();
    let why = said.reason().unwrap_or_else(|| "it says nothing about it".to_owned());
    let sentence = format!("{}: the system's ssh does not connect: {why}", printable(name));
    match (said.hopeless(), asked) {
        (false, _) => Refusal::Temporary(sentence),
        (true, true) => Refusal::Final(sentence),
        (true, false) if !asks => Refusal::Final(format!(
            "{sentence}. Nobody was asked, because this ssh is older than 8.4: connect once with it in a terminal"
        )),
        (true, false) => Refusal::Final(format!(
            "{sentence}. Nobody was asked: use an agent, a key without a passphrase, or connect once with ssh"
        )),
    }
}
