//! Logging in: the methods of the config that the host takes, in OpenSSH's order.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use russh::client::{AuthResult, Handle, KeyboardInteractiveAuthResponse as Reply, Prompt};
use russh::keys::{Algorithm, HashAlg};
use russh::{MethodKind, MethodSet};

use super::super::ask::NoAnswer;
use super::super::config::{HostConfig, Method};
use super::super::link::Refusal;
use super::keys::{self, Agent, Identity, Signer, Unsigned};
use super::session::{Events, Shared, who};
use super::stream::clean;
use crate::app::question::{Answer, Ask, Secret};

/// How long a host may take to answer one step.
const STEP: Duration = Duration::from_secs(30);
/// How long answers to a host's own questions are waited for; it hangs up then anyway (`LoginGraceTime`).
const ANSWER: Duration = Duration::from_secs(120);
/// No honest host asks more often, or more at once.
const ROUNDS: usize = 20;
const PROMPTS: usize = 20;

/// What one attempt came to.
enum Step {
    Done,
    /// A host that wants more than one proof took this one, and takes these next.
    Partly(MethodSet),
    Refused(MethodSet),
    /// Nothing was tried.
    Skipped,
}

struct Login<'a> {
    handle: &'a mut Handle<Events>,
    shared: &'a Arc<Shared>,
    /// The methods the host takes now.
    takes: MethodSet,
    /// Those that have nothing more to offer.
    spent: HashSet<&'static str>,
    identities: Option<Vec<Identity>>,
    tried: HashSet<usize>,
    agent: Option<Agent>,
    passwords: u32,
    rounds: u32,
    /// What was proved so far, in words.
    proved: Vec<String>,
    /// What was tried in vain, in words.
    notes: Vec<String>,
}

/// Logs in, and says how.
pub(super) async fn login(handle: &mut Handle<Events>, shared: &Arc<Shared>) -> Result<String, Refusal> {
    let user = shared.host.user.clone();
    let first = shared.patience.within(STEP, handle.authenticate_none(user)).await;
    let mut login = Login {
        handle,
        shared,
        takes: MethodSet::empty(),
        spent: HashSet::new(),
        identities: None,
        tried: HashSet::new(),
        agent: None,
        passwords: 0,
        rounds: 0,
        proved: Vec::new(),
        notes: Vec::new(),
    };
    match login.step(first)? {
        Step::Done => return Ok("none".to_string()),
        Step::Partly(takes) | Step::Refused(takes) => login.takes = takes,
        Step::Skipped => {}
    }
    login.run().await
}

fn word(method: Method) -> &'static str {
    match method {
        Method::PublicKey => "publickey",
        Method::KeyboardInteractive => "keyboard-interactive",
        Method::Password => "password",
        Method::Gssapi => "gssapi-with-mic",
        Method::HostBased => "hostbased",
    }
}

fn kind(method: Method) -> MethodKind {
    match method {
        Method::PublicKey => MethodKind::PublicKey,
        Method::KeyboardInteractive => MethodKind::KeyboardInteractive,
        Method::Password => MethodKind::Password,
        Method::Gssapi => MethodKind::GssapiWithMic,
        Method::HostBased => MethodKind::HostBased,
    }
}

/// Whether a host's question is for the account's password, which stays the same, and not for a code, which does not.
fn is_password(prompts: &[Prompt]) -> bool {
    let [Prompt { prompt, echo: false }] = prompts else { return false };
    let prompt = prompt.to_lowercase();
    let code = ["one-time", "one time", "otp", "code", "token", "passcode", "verification", "new password"];
    prompt.contains("password") && !code.iter().any(|word| prompt.contains(word))
}

fn password_id(host: &HostConfig) -> String {
    format!("password {}@{}:{}", host.user, host.hostname, host.port)
}

impl Login<'_> {
    fn host(&self) -> &HostConfig {
        &self.shared.host
    }

    async fn run(mut self) -> Result<String, Refusal> {
        loop {
            let open = |method: &&Method| {
                self.takes.contains(&kind(**method)) && !self.spent.contains(word(**method))
            };
            let Some(method) = self.host().methods.iter().find(open).copied() else {
                return Err(self.refusal());
            };
            let step = match method {
                Method::PublicKey => self.public_key().await?,
                Method::KeyboardInteractive => self.keyboard_interactive().await?,
                Method::Password => self.password().await?,
                Method::Gssapi | Method::HostBased => {
                    self.notes.push(format!("{} needs the system's ssh for this host", word(method)));
                    self.spent.insert(word(method));
                    Step::Skipped
                }
            };
            match step {
                Step::Done => return Ok(self.proved.join(", then ")),
                Step::Partly(takes) => {
                    self.takes = takes;
                    self.spent.clear();
                    self.tried.clear();
                }
                Step::Refused(takes) => self.takes = takes,
                Step::Skipped => {}
            }
        }
    }

    /// What the library gave for a step, or why the connection is over.
    fn step(&self, result: Option<Result<AuthResult, russh::Error>>) -> Result<Step, Refusal> {
        match result {
            None => Err(self.silence()),
            Some(Ok(AuthResult::Success)) => Ok(Step::Done),
            Some(Ok(AuthResult::Failure { .. })) if self.handle.is_closed() => Err(self.hung_up()),
            Some(Ok(AuthResult::Failure { remaining_methods, .. })) if remaining_methods.is_empty() => {
                Err(self.hung_up())
            }
            Some(Ok(AuthResult::Failure { remaining_methods, partial_success: true })) => {
                Ok(Step::Partly(remaining_methods))
            }
            Some(Ok(AuthResult::Failure { remaining_methods, .. })) => Ok(Step::Refused(remaining_methods)),
            Some(Err(_)) => Err(self.hung_up()),
        }
    }

    fn silence(&self) -> Refusal {
        let name = self.shared.name();
        let limit = STEP.as_secs();
        Refusal::Temporary(format!(
            "{name} did not go on with the login for {limit} s; it may want its password changed"
        ))
    }

    /// The host ended the connection during the login.
    fn hung_up(&self) -> Refusal {
        if self.shared.barred.load(Ordering::Relaxed) {
            return self.refusal();
        }
        let why = self.shared.end.borrow().clone();
        let why = why.unwrap_or_else(|| format!("{} ended the login", self.shared.name()));
        if !why.contains("Too many authentication failures") {
            return Refusal::Temporary(why);
        }
        let keys = self.tried.len();
        Refusal::Final(format!(
            "{why} ({keys} keys were offered: name the right one with IdentityFile and IdentitiesOnly yes)"
        ))
    }

    fn refusal(&self) -> Refusal {
        let name = self.shared.name();
        let takes: Vec<&str> = self.takes.iter().map(<&str>::from).collect();
        let asks = |method: Method| {
            self.takes.contains(&kind(method))
                && self.host().methods.contains(&method)
                && self.shared.asker.is_silent()
        };
        let mut why = if self.shared.barred.load(Ordering::Relaxed) {
            format!("{name} does not let {} in, and takes no further proof", self.host().user)
        } else if asks(Method::Password) || asks(Method::KeyboardInteractive) {
            format!("{name} asks for a password, and nobody can be asked here: use a key or an agent")
        } else {
            format!("{name} does not let {} in: it takes {}", self.host().user, takes.join(", "))
        };
        for note in &self.notes {
            why.push_str("; ");
            why.push_str(note);
        }
        Refusal::Final(why)
    }

    /// The next key that was not shown yet.
    async fn public_key(&mut self) -> Result<Step, Refusal> {
        if self.identities.is_none() {
            let shared = Arc::clone(self.shared);
            self.agent = keys::agent(&shared, &mut self.notes).await;
            if let (Some(agent), Some(binding)) = (&mut self.agent, self.handle.agent_session_binding()) {
                // Keys that may be used for some hosts only want to know the host; older agents don't.
                let _ = tokio::time::timeout(STEP, agent.bind_session(binding, false)).await;
            }
            self.identities = Some(keys::identities(&shared, self.agent.as_mut(), &mut self.notes).await);
        }
        let identities = self.identities.take().unwrap_or_default();
        let step = self.show_next(&identities).await;
        self.identities = Some(identities);
        step
    }

    async fn show_next(&mut self, identities: &[Identity]) -> Result<Step, Refusal> {
        let next = (0..identities.len()).find(|n| !self.tried.contains(n));
        let Some((n, identity)) = next.and_then(|n| Some((n, identities.get(n)?))) else {
            if identities.is_empty() {
                self.notes.push("there is no key to show".to_string());
            }
            self.spent.insert(word(Method::PublicKey));
            return Ok(Step::Skipped);
        };
        self.tried.insert(n);
        let Some(hash) = self.hash(identity).await? else {
            self.notes.push(format!("{}: its kind of key may not be used", identity.label));
            return Ok(Step::Skipped);
        };
        let shared = Arc::clone(self.shared);
        let user = shared.host.user.clone();
        let mut signer = Signer { shared: &shared, identity, agent: self.agent.as_mut() };
        let shown = async {
            match &identity.certificate {
                Some(certificate) => {
                    let certificate = certificate.clone();
                    self.handle.authenticate_certificate_with(user, certificate, hash, &mut signer).await
                }
                None => {
                    self.handle
                        .authenticate_publickey_with(user, identity.public.clone(), hash, &mut signer)
                        .await
                }
            }
        };
        let result = match shared.patience.within(STEP, shown).await {
            None => None,
            Some(Ok(result)) => Some(Ok(result)),
            Some(Err(Unsigned::Refused(refusal))) => return Err(refusal),
            Some(Err(Unsigned::Gone)) => return Err(self.hung_up()),
            Some(Err(Unsigned::Unusable(why))) => {
                self.notes.push(why);
                return Ok(Step::Skipped);
            }
        };
        let step = self.step(result)?;
        match step {
            Step::Done | Step::Partly(_) => {
                self.proved.push(format!("publickey, {}", clean(&identity.label, 200)))
            }
            _ => self.notes.push(format!("it refused {}", clean(&identity.label, 200))),
        }
        Ok(step)
    }

    /// The hash to sign with; `None` when the config or the host does not take this kind of key.
    async fn hash(&self, identity: &Identity) -> Result<Option<Option<HashAlg>>, Refusal> {
        let mut algorithm = identity.public.algorithm();
        let mut hash = None;
        if matches!(algorithm, Algorithm::Rsa { .. }) {
            let best = self.shared.patience.within(STEP, self.handle.best_supported_rsa_hash()).await;
            hash = match best {
                None => return Err(self.silence()),
                Some(Err(_)) => return Err(self.hung_up()),
                Some(Ok(Some(None))) => return Ok(None), // SHA-1 only
                Some(Ok(Some(best))) => best,
                Some(Ok(None)) => Some(HashAlg::Sha512),
            };
            algorithm = Algorithm::Rsa { hash };
        }
        let name = match identity.certificate {
            Some(_) => algorithm.to_certificate_type(),
            None => algorithm.to_string(),
        };
        let taken = self.host().algorithms.pubkey.as_ref().is_none_or(|list| list.contains(&name));
        Ok(taken.then_some(hash))
    }

    /// Whether a secret may be sent at all; where not, the method is spent.
    fn may_tell(&mut self, method: Method) -> bool {
        if !self.shared.secrets.load(Ordering::Relaxed) {
            self.notes.push(format!("no {} is sent to a host whose key is wrong", word(method)));
            self.spent.insert(word(method));
            return false;
        }
        true
    }

    async fn password(&mut self) -> Result<Step, Refusal> {
        let id = password_id(self.host());
        let known = self.shared.asker.remembered(&id).is_some();
        let over = self.passwords >= self.host().password_prompts || self.shared.asker.is_silent() && !known;
        if over {
            self.spent.insert(word(Method::Password));
            return Ok(Step::Skipped);
        }
        if !self.may_tell(Method::Password) {
            return Ok(Step::Skipped);
        }
        let shared = Arc::clone(self.shared);
        let _asking = shared.patience.asking();
        let turn = shared.asker.turn(&id).await.map_err(|_| self.cancelled("password"))?;
        let remembered = shared.asker.remembered(&id);
        let fresh = remembered.is_none();
        let secret = match remembered {
            Some(secret) => secret,
            None => {
                self.passwords += 1;
                let note = if self.passwords > 1 { "this password was refused" } else { "" };
                let ask = Ask::Text { prompt: "password".to_string(), note: note.to_string(), echo: false };
                match shared.asker.ask(&who(&shared.host), ask).await {
                    Ok(Answer::Text(secret)) => secret,
                    Err(NoAnswer::Nobody) => {
                        self.spent.insert(word(Method::Password));
                        return Ok(Step::Skipped);
                    }
                    _ => {
                        turn.cancel();
                        return Err(self.cancelled("password"));
                    }
                }
            }
        };
        drop(_asking);
        if fresh {
            // The host may have hung up while nobody answered: the answer is good for the next connection.
            shared.asker.remember(&id, secret.clone());
        }
        let sent = self.handle.authenticate_password(shared.host.user.clone(), secret.expose());
        let result = shared.patience.within(STEP, sent).await;
        let step = self.step(result)?;
        match step {
            Step::Refused(_) => shared.asker.forget(&id),
            _ => self.proved.push("password".to_string()),
        }
        Ok(step)
    }

    fn cancelled(&self, what: &str) -> Refusal {
        Refusal::Final(format!("{}: the question for the {what} was cancelled", self.shared.name()))
    }

    async fn keyboard_interactive(&mut self) -> Result<Step, Refusal> {
        let id = password_id(self.host());
        let known = self.shared.asker.remembered(&id).is_some();
        if self.rounds >= self.host().password_prompts || self.shared.asker.is_silent() && !known {
            self.spent.insert(word(Method::KeyboardInteractive));
            return Ok(Step::Skipped);
        }
        if !self.may_tell(Method::KeyboardInteractive) {
            return Ok(Step::Skipped);
        }
        self.rounds += 1;
        let shared = Arc::clone(self.shared);
        let turn = {
            let _asking = shared.patience.asking();
            shared.asker.turn(&id).await.map_err(|_| self.cancelled("answers it wants"))?
        };
        let start = self.handle.authenticate_keyboard_interactive_start(shared.host.user.clone(), None);
        let mut reply = shared.patience.within(STEP, start).await;
        let mut note = String::new();
        let (mut asked, mut told) = (false, false);
        for _ in 0..ROUNDS {
            let (name, instructions, prompts) = match reply {
                Some(Ok(Reply::InfoRequest { name, instructions, prompts })) => (name, instructions, prompts),
                other => return self.end_of_rounds(other, asked, told, &id),
            };
            for text in [name, instructions] {
                // An empty round only says something: that is shown above the next question.
                if !text.trim().is_empty() {
                    note = format!("{note}\n{}", clean_lines(&text)).trim().to_string();
                }
            }
            if prompts.len() > PROMPTS {
                return Err(Refusal::Final(format!(
                    "{} asks {} things at once",
                    shared.name(),
                    prompts.len()
                )));
            }
            let answers = match shared.asker.remembered(&id).filter(|_| is_password(&prompts)) {
                Some(secret) => {
                    told = true;
                    vec![secret]
                }
                None => match self.answers(&prompts, &note).await {
                    Ok(answers) => answers,
                    Err(NoAnswer::Nobody) => {
                        self.spent.insert(word(Method::KeyboardInteractive));
                        Vec::new()
                    }
                    Err(NoAnswer::Cancelled) => {
                        turn.cancel();
                        return Err(self.cancelled("answers it wants"));
                    }
                },
            };
            if let [secret] = &answers[..]
                && is_password(&prompts)
            {
                shared.asker.remember(&id, secret.clone());
                told = true;
            }
            asked |= !prompts.is_empty();
            if !prompts.is_empty() {
                note.clear();
            }
            let answers = answers.iter().map(|secret| secret.expose().to_string()).collect();
            let respond = self.handle.authenticate_keyboard_interactive_respond(answers);
            reply = shared.patience.within(STEP, respond).await;
        }
        Err(Refusal::Final(format!("{} asks without an end", shared.name())))
    }

    /// Asks what a host wants to know. What is not answered in time is withdrawn: the host has hung up by then, and
    /// its questions are of no use to the next connection.
    async fn answers(&self, prompts: &[Prompt], note: &str) -> Result<Vec<Secret>, NoAnswer> {
        let _asking = self.shared.patience.asking();
        let mut answers = Vec::new();
        for Prompt { prompt, echo } in prompts {
            let prompt = clean(prompt.trim().trim_end_matches(':'), 300);
            let ask = Ask::Text { prompt, note: note.to_string(), echo: *echo };
            let who = who(&self.shared.host);
            match tokio::time::timeout(ANSWER, self.shared.asker.ask(&who, ask)).await {
                Ok(Ok(Answer::Text(secret))) => answers.push(secret),
                Ok(Err(NoAnswer::Nobody)) => return Err(NoAnswer::Nobody),
                _ => return Err(NoAnswer::Cancelled),
            }
        }
        Ok(answers)
    }

    fn end_of_rounds(
        &mut self,
        reply: Option<Result<Reply, russh::Error>>,
        asked: bool,
        told: bool,
        id: &str,
    ) -> Result<Step, Refusal> {
        let step = match reply {
            None => return Err(self.silence()),
            Some(Err(_)) => return Err(self.hung_up()),
            Some(Ok(Reply::Success)) => Step::Done,
            Some(Ok(Reply::Failure { remaining_methods, partial_success: true })) => {
                Step::Partly(remaining_methods)
            }
            Some(Ok(Reply::Failure { remaining_methods, .. })) => Step::Refused(remaining_methods),
            Some(Ok(Reply::InfoRequest { .. })) => return Ok(Step::Skipped),
        };
        match &step {
            Step::Refused(takes) if takes.is_empty() => return Err(self.hung_up()),
            Step::Refused(_) => {
                if told {
                    self.shared.asker.forget(id);
                }
                if !asked {
                    self.spent.insert(word(Method::KeyboardInteractive));
                }
            }
            _ => self.proved.push("keyboard-interactive".to_string()),
        }
        Ok(step)
    }
}

/// A text of several lines from a host, bounded, with nothing a terminal would obey.
fn clean_lines(text: &str) -> String {
    text.lines().take(20).map(|line| clean(line, 300)).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prompt(text: &str, echo: bool) -> Vec<Prompt> {
        vec![Prompt { prompt: text.to_string(), echo }]
    }

    #[test]
    fn only_a_password_is_kept_for_the_next_connection() {
        for text in ["Password: ", "(ada@web1) Password:", "ada@web1's password: "] {
            assert!(is_password(&prompt(text, false)), "{text}");
        }
        for text in [
            "Verification code: ",
            "One-time password (OATH) for ada: ",
            "Token: ",
            "New password:",
            "OTP password",
        ] {
            assert!(!is_password(&prompt(text, false)), "{text}");
        }
        assert!(!is_password(&prompt("Password: ", true)));
        assert!(!is_password(&[prompt("Password: ", false), prompt("Code: ", false)].concat()));
    }
}
