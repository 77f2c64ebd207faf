//! Our end of the questions of the system's `ssh`: each comes over the socket (see [`super::askpass`]) and goes to the
//! screen, in the words of `ssh` where they are not understood.

use std::collections::HashSet;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use zeroize::Zeroizing;

use super::askpass::LONGEST;
use crate::app::question::{Answer, Ask, Secret};
use crate::core::text::printable;
use crate::source::ssh::ask::{Asker, NoAnswer};
use crate::source::ssh::config::HostConfig;
use crate::source::ssh::known::Names;

/// Answers the questions of one connection while it exists.
pub struct Questions {
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

struct Shared {
    host: HostConfig,
    asker: Asker,
    /// How many questions wait for an answer.
    waiting: AtomicUsize,
    /// A question was cancelled.
    cancelled: watch::Sender<bool>,
    /// `ssh` writes new keys to a file of ours, not to the user's.
    apart: AtomicBool,
    /// A key is accepted for this time, so `ssh` has to be started again with `apart`.
    again: AtomicBool,
    /// What was asked for already: the answer that is remembered was no good when it is asked for again.
    asked: Mutex<HashSet<String>>,
}

impl Questions {
    /// Listens on `socket`.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn listen(socket: &Path, host: &HostConfig, asker: &Asker) -> io::Result<Questions> {
        let listener = UnixListener::bind(socket)?;
        let shared = Arc::new(Shared {
            host: host.clone(),
            asker: asker.clone(),
            waiting: AtomicUsize::new(0),
            cancelled: watch::Sender::new(false),
            apart: AtomicBool::new(false),
            again: AtomicBool::new(false),
            asked: Mutex::default(),
        });
        let task = tokio::spawn(serve(listener, shared.clone()));
        Ok(Questions { shared, task })
    }

    /// Whether somebody is being asked now.
    pub fn waiting(&self) -> bool {
        self.shared.waiting.load(Ordering::Relaxed) > 0
    }

    /// Waits until a question is cancelled.
    pub async fn cancelled(&self) {
        let mut cancelled = self.shared.cancelled.subscribe();
        let _ = cancelled.wait_for(|cancelled| *cancelled).await; // the sender lives as long as we do
    }

    /// Whether `ssh` ended only to be started again with new keys written apart; from now on it is.
    pub fn again(&self) -> bool {
        let again = self.shared.again.swap(false, Ordering::Relaxed);
        again && !self.shared.apart.swap(true, Ordering::Relaxed)
    }
}

impl Drop for Questions {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(listener: UnixListener, shared: Arc<Shared>) {
    let mut asking = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => drop(asking.spawn(answer(stream, shared.clone()))),
                Err(_) => return,
            },
            Some(_) = asking.join_next() => {}
        }
    }
}

/// Counts a question as long as it waits.
struct Waiting<'a>(&'a AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

async fn answer(mut stream: UnixStream, shared: Arc<Shared>) {
    shared.waiting.fetch_add(1, Ordering::Relaxed);
    let _waiting = Waiting(&shared.waiting);
    let (Ok(hint), Ok(prompt)) = (part(&mut stream).await, part(&mut stream).await) else { return };
    let (mut reader, mut writer) = stream.split();
    let mut nothing = [0];
    // `ssh` ends the program when it need not be asked any more: the question goes, too.
    let answer = tokio::select! {
        answer = shared.answer(&hint, &prompt) => answer,
        _ = reader.read(&mut nothing) => return,
    };
    match answer {
        Ok(answer) => {
            let bytes = answer.expose().as_bytes();
            let Ok(length) = u32::try_from(bytes.len()) else { return };
            let all = Zeroizing::new([&length.to_be_bytes(), bytes].concat());
            let _ = writer.write_all(&all).await; // whoever asked may just have gone
        }
        Err(_) => drop(shared.cancelled.send_replace(true)),
    }
}

async fn part(stream: &mut UnixStream) -> io::Result<String> {
    let length = stream.read_u32().await? as usize;
    if length > LONGEST {
        return Err(io::ErrorKind::InvalidData.into());
    }
    let mut bytes = vec![0; length];
    stream.read_exact(&mut bytes).await?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

impl Shared {
    async fn answer(&self, hint: &str, prompt: &str) -> Result<Secret, NoAnswer> {
        let prompt = prompt.trim();
        if let Some((kind, fingerprint)) = host_key(prompt, &Names::of(&self.host).own) {
            return self.host_key(kind, fingerprint).await;
        }
        if is_secret(prompt) && hint.is_empty() {
            return self.secret(prompt).await;
        }
        // Yes or no, something to be done, a code: those are never the same twice. A code is nobody's business.
        let yes_or_no = hint == "confirm" || hint == "none" || prompt.contains("(yes/no");
        self.text(prompt, yes_or_no).await
    }

    async fn text(&self, prompt: &str, echo: bool) -> Result<Secret, NoAnswer> {
        let (note, prompt) = prompt.rsplit_once('\n').unwrap_or(("", prompt));
        let note = note.lines().map(printable).collect::<Vec<_>>().join(" ");
        let ask = Ask::Text { prompt: printable(prompt.trim()), note, echo };
        match self.asker.ask(&self.host.target.to_string(), ask).await? {
            Answer::Text(secret) => Ok(secret),
            _ => Err(NoAnswer::Cancelled),
        }
    }

    /// What is remembered, or asked for once however many links of the host want it.
    async fn secret(&self, prompt: &str) -> Result<Secret, NoAnswer> {
        let id = format!("ssh {} {prompt}", self.host.target);
        let turn = self.asker.turn(&id).await?;
        let fresh = self.asked.lock().unwrap_or_else(PoisonError::into_inner).insert(id.clone());
        match self.asker.remembered(&id) {
            Some(secret) if fresh => return Ok(secret),
            _ => self.asker.forget(&id),
        }
        let secret = self.text(prompt, false).await.inspect_err(|_| turn.cancel())?;
        self.asker.remember(&id, secret.clone());
        Ok(secret)
    }

    async fn host_key(&self, kind: &str, fingerprint: &str) -> Result<Secret, NoAnswer> {
        let id = format!("ssh {} {fingerprint}", self.host.target);
        let turn = self.asker.turn(&id).await?;
        if !self.asker.accepted(&id) {
            let file = self.host.user_known_hosts.first().map(|file| printable(&file.to_string_lossy()));
            let ask = Ask::HostKey {
                kind: printable(kind),
                fingerprint: printable(fingerprint),
                art: Vec::new(),
                file,
            };
            let answer =
                self.asker.ask(&self.host.target.to_string(), ask).await.inspect_err(|_| turn.cancel())?;
            // Another link to the host may have asked the same, and waits for its turn.
            self.asker.accept(&id);
            if answer == Answer::Save {
                // The fingerprint says yes to this key and to no other.
                return Ok(secret(fingerprint));
            }
        }
        // `ssh` writes what it takes to a file: it may take it when that is one of ours.
        if self.apart.load(Ordering::Relaxed) {
            return Ok(secret(fingerprint));
        }
        self.again.store(true, Ordering::Relaxed);
        Ok(secret("no"))
    }
}

fn secret(text: &str) -> Secret {
    Secret::new(Zeroizing::new(text.to_owned()))
}

/// The kind of key and its fingerprint, where `ssh` asks about the key of the host of this name. About that of a jump
/// host it asks in its own words: what happens to the answer is not in our hands there.
fn host_key<'a>(prompt: &'a str, name: &str) -> Option<(&'a str, &'a str)> {
    let rest = prompt.strip_prefix("The authenticity of host '")?.strip_prefix(name)?;
    if !rest.starts_with([' ', '\'']) {
        return None;
    }
    let line = rest.lines().find(|line| line.contains(" key fingerprint is "))?;
    let (kind, fingerprint) = line.split_once(" key fingerprint is ")?;
    Some((kind.trim(), fingerprint.trim().trim_end_matches('.')))
}

/// Whether the same answer is right the next time, too. What asks for a code besides is none.
fn is_secret(prompt: &str) -> bool {
    let prompt = prompt.to_lowercase();
    let file = prompt.starts_with("enter passphrase for ") || prompt.starts_with("enter pin for ");
    let once = ["code", "otp", "token", "one-time", "challenge", "new "];
    file || prompt.contains("password") && !once.iter().any(|word| prompt.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_question_about_a_key_is_understood_for_the_host_itself_only() {
        let asked = "The authenticity of host '[127.0.0.1]:2222 ([127.0.0.1]:2222)' can't be established.\n\
                     ED25519 key fingerprint is SHA256:abc.\nThis key is not known by any other names.\n\
                     Are you sure you want to continue connecting (yes/no/[fingerprint])?";
        assert_eq!(host_key(asked, "[127.0.0.1]:2222"), Some(("ED25519", "SHA256:abc")));
        assert_eq!(host_key(asked, "[127.0.0.1]"), None);
        assert_eq!(host_key(asked, "web1"), None);
    }

    #[test]
    fn passwords_are_kept_and_codes_are_not() {
        for prompt in [
            "ada@web1's password:",
            "(ada@web1) Password:",
            "Enter passphrase for key '/home/ada/.ssh/id_code':",
            "Enter PIN for 'token':",
        ] {
            assert!(is_secret(prompt), "{prompt}");
        }
        for prompt in [
            "(ada@web1) Verification code:",
            "(ada@web1) One-time password (OTP) for `ada':",
            "Enter new password:",
            "PIN+token:",
        ] {
            assert!(!is_secret(prompt), "{prompt}");
        }
    }
}
