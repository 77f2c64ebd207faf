//! Secrets that a host asks for: a password, and answers to its own questions.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use russh::client::{KeyboardInteractiveAuthResponse as Reply, Prompt};

use super::super::ask::NoAnswer;
use super::super::config::{HostConfig, Method};
use super::super::link::Refusal;
use super::auth::{Login, STEP, Step, word};
use super::session::who;
use super::stream::clean;
use crate::app::question::{Answer, Ask, Secret};

/// How long answers to a host's own questions are waited for; it hangs up then anyway (`LoginGraceTime`).
const ANSWER: Duration = Duration::from_secs(120);
/// No honest host asks more often, or more at once.
const ROUNDS: usize = 20;
const PROMPTS: usize = 20;

/// Why a host's questions have no answers.
enum Unanswered {
    Cancelled,
    Nobody,
    /// Nobody answered while the host waited.
    Late,
}

/// What rounds of questions came to so far.
#[derive(Default)]
struct Rounds {
    /// What the host said since the last question; shown above the next one.
    note: String,
    /// Whether anything was asked, and whether the account's password was told.
    asked: bool,
    told: bool,
}

impl Rounds {
    fn hear(&mut self, texts: &[String]) {
        for text in texts.iter().filter(|text| !text.trim().is_empty()) {
            self.note = clean_lines(&format!("{}\n{text}", self.note)).trim().to_string();
        }
    }
}

/// Whether a host's question is for the account's password, which stays the same, and not for a code, which does not.
fn is_password(prompts: &[Prompt]) -> bool {
    let [Prompt { prompt, echo: false }] = prompts else { return false };
    let prompt = prompt.to_lowercase();
    let code = ["one-time", "one time", "otp", "code", "token", "passcode", "verification", "new password"];
    prompt.contains("password") && !code.iter().any(|word| prompt.contains(word))
}

/// What an account's password is remembered as: the same for all names of a host. An address that is reached another
/// way, or goes by another key's name, is another host's.
fn password_id(host: &HostConfig) -> String {
    let (alias, proxy) = (&host.host_key_alias, &host.proxy);
    format!("password {}@{}:{} {alias:?} {proxy:?}", host.user, host.hostname, host.port)
}

impl Login<'_> {
    /// Whether a secret may be sent at all; where not, the method is spent.
    fn may_tell(&mut self, method: Method) -> bool {
        if !self.shared.secrets.load(Ordering::Relaxed) {
            self.notes.push(format!("no {} is sent to a host whose key is wrong", word(method)));
            self.spent.insert(word(method));
            return false;
        }
        true
    }

    /// Sends the account's password, the one known or one that is asked for.
    pub(super) async fn password(&mut self) -> Result<Step, Refusal> {
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
        let asking = shared.patience.asking();
        let turn = shared.asker.turn(&id).await.map_err(|_| self.cancelled("password"))?;
        let remembered = shared.asker.remembered(&id);
        let fresh = remembered.is_none();
        let secret = match remembered {
            Some(secret) => secret,
            None => match self.ask_password().await {
                Ok(secret) => secret,
                Err(NoAnswer::Nobody) => {
                    self.spent.insert(word(Method::Password));
                    return Ok(Step::Skipped);
                }
                Err(NoAnswer::Cancelled) => {
                    turn.cancel();
                    return Err(self.cancelled("password"));
                }
            },
        };
        drop(asking);
        // The host may have hung up while nobody answered: then the answer is good for the next connection, once.
        shared.asker.remember(&id, secret.clone());
        let step = self.send_password(&secret).await;
        match &step {
            Ok(Step::Refused(_)) => shared.asker.forget(&id),
            Err(_) if !fresh => shared.asker.forget(&id),
            Err(Refusal::Final(_)) => shared.asker.forget(&id),
            Err(Refusal::Temporary(_)) => {}
            Ok(_) => self.proved.push("password".to_string()),
        }
        step
    }

    async fn ask_password(&mut self) -> Result<Secret, NoAnswer> {
        self.passwords += 1;
        let note = if self.passwords > 1 { "this password was refused" } else { "" };
        let ask = Ask::Text { prompt: "password".to_string(), note: note.to_string(), echo: false };
        match self.shared.asker.ask(&who(self.host()), ask).await? {
            Answer::Text(secret) => Ok(secret),
            _ => Err(NoAnswer::Cancelled),
        }
    }

    async fn send_password(&mut self, secret: &Secret) -> Result<Step, Refusal> {
        let shared = Arc::clone(self.shared);
        let heard = shared.trace.heard();
        // The library's copy of it is not wiped.
        let sent = self.handle.authenticate_password(shared.host.user.clone(), secret.expose());
        let result = shared.patience.within(STEP, sent).await;
        if result.is_none() && shared.trace.heard() > heard {
            // It said something that is no answer: the library passes over the demand for a new password.
            let why = "wants the password changed: log in with ssh once to do that";
            return Err(Refusal::Final(format!("{} {why}", shared.name())));
        }
        self.step(result)
    }

    fn cancelled(&self, what: &str) -> Refusal {
        Refusal::Final(format!("{}: the question for the {what} was cancelled", self.shared.name()))
    }

    /// Answers the host's questions, as many rounds as it likes.
    pub(super) async fn keyboard_interactive(&mut self) -> Result<Step, Refusal> {
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
        let mut rounds = Rounds::default();
        for _ in 0..ROUNDS {
            let (name, instructions, prompts) = match reply {
                Some(Ok(Reply::InfoRequest { name, instructions, prompts })) => (name, instructions, prompts),
                other => return self.end_of_rounds(other, &rounds, &id),
            };
            if prompts.len() > PROMPTS {
                let (name, n) = (shared.name(), prompts.len());
                return Err(Refusal::Final(format!("{name} asks {n} things at once")));
            }
            rounds.hear(&[name, instructions]);
            let answers = match self.round(&prompts, &mut rounds, &id).await {
                Ok(answers) => answers,
                Err(Unanswered::Nobody) => {
                    self.spent.insert(word(Method::KeyboardInteractive));
                    Vec::new()
                }
                Err(Unanswered::Cancelled) => {
                    turn.cancel();
                    return Err(self.cancelled("answers it wants"));
                }
                Err(Unanswered::Late) => {
                    turn.cancel();
                    let (name, limit) = (shared.name(), ANSWER.as_secs());
                    return Err(Refusal::Final(format!(
                        "{name} asked, and nobody answered within {limit} s"
                    )));
                }
            };
            // The library's copies of them are not wiped.
            let answers = answers.iter().map(|secret| secret.expose().to_string()).collect();
            let respond = self.handle.authenticate_keyboard_interactive_respond(answers);
            reply = shared.patience.within(STEP, respond).await;
        }
        Err(Refusal::Final(format!("{} asks without an end", shared.name())))
    }

    /// The answers to one round: the password that is known, where that is all that is asked, or what is typed now.
    async fn round(
        &self,
        prompts: &[Prompt],
        rounds: &mut Rounds,
        id: &str,
    ) -> Result<Vec<Secret>, Unanswered> {
        if prompts.is_empty() {
            return Ok(Vec::new());
        }
        rounds.asked = true;
        let note = std::mem::take(&mut rounds.note);
        if !is_password(prompts) {
            return self.answers(prompts, &note).await;
        }
        rounds.told = true;
        if let Some(secret) = self.shared.asker.remembered(id) {
            return Ok(vec![secret]);
        }
        let answers = self.answers(prompts, &note).await?;
        if let [secret] = &answers[..] {
            self.shared.asker.remember(id, secret.clone());
        }
        Ok(answers)
    }

    /// Asks what a host wants to know. What is not answered in time is withdrawn: the host has hung up by then, and
    /// its questions are of no use to the next connection.
    async fn answers(&self, prompts: &[Prompt], note: &str) -> Result<Vec<Secret>, Unanswered> {
        let _asking = self.shared.patience.asking();
        let mut answers = Vec::new();
        for Prompt { prompt, echo } in prompts {
            let prompt = clean(prompt.trim().trim_end_matches(':'), 300);
            let ask = Ask::Text { prompt, note: note.to_string(), echo: *echo };
            let who = who(&self.shared.host);
            match tokio::time::timeout(ANSWER, self.shared.asker.ask(&who, ask)).await {
                Ok(Ok(Answer::Text(secret))) => answers.push(secret),
                Ok(Err(NoAnswer::Nobody)) => return Err(Unanswered::Nobody),
                Ok(_) => return Err(Unanswered::Cancelled),
                Err(_) => return Err(Unanswered::Late),
            }
        }
        Ok(answers)
    }

    fn end_of_rounds(
        &mut self,
        reply: Option<Result<Reply, russh::Error>>,
        rounds: &Rounds,
        id: &str,
    ) -> Result<Step, Refusal> {
        let refused = !matches!(
            &reply,
            Some(Ok(Reply::Success
                | Reply::Failure { partial_success: true, .. }
                | Reply::InfoRequest { .. }))
        );
        if refused && rounds.told {
            self.shared.asker.forget(id);
        }
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
            Step::Refused(_) if rounds.asked => {}
            Step::Refused(_) => {
                self.spent.insert(word(Method::KeyboardInteractive));
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
    use super::super::super::config::Proxy;
    use super::*;
    use crate::core::host::Target;

    fn prompt(text: &str, echo: bool) -> Vec<Prompt> {
        vec![Prompt { prompt: text.to_string(), echo }]
    }

    #[test]
    fn a_password_is_that_of_an_address_and_the_way_to_it() {
        let host = |name: &str| {
            let target = Target { host: name.to_owned(), user: None, port: None };
            HostConfig { hostname: "10.0.0.1".to_owned(), ..HostConfig::new(target, "ada") }
        };
        assert_eq!(password_id(&host("web1")), password_id(&host("web2")));
        let behind = |jump: &str| HostConfig { proxy: Proxy::Jump(vec![host(jump)]), ..host("web1") };
        assert_ne!(password_id(&behind("east")), password_id(&behind("west")));
        assert_ne!(password_id(&behind("east")), password_id(&host("web1")));
        let alias = HostConfig { host_key_alias: Some("db1".to_owned()), ..host("web1") };
        assert_ne!(password_id(&alias), password_id(&host("web1")));
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
        let mut two = prompt("Password: ", false);
        two.extend(prompt("Code: ", false));
        assert!(!is_password(&two));
    }
}
