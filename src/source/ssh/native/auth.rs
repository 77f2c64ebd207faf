//! Logging in: the methods of the config that the host takes, in OpenSSH's order.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use russh::client::{AuthResult, Handle};
use russh::keys::{Algorithm, HashAlg};
use russh::{MethodKind, MethodSet};

use super::super::config::{HostConfig, Method};
use super::super::link::Refusal;
use super::keys::{self, Agent, Identity, Signer, Unsigned};
use super::session::{Events, Shared};
use super::stream::clean;

/// How long a host may take to answer one step.
pub(super) const STEP: Duration = Duration::from_secs(30);
/// Proofs that a host may want one after the other.
const PROOFS: usize = 8;

/// What one attempt came to.
pub(super) enum Step {
    Done,
    /// A host that wants more than one proof took this one, and takes these next.
    Partly(MethodSet),
    Refused(MethodSet),
    /// Nothing was tried.
    Skipped,
}

pub(super) struct Login<'a> {
    pub(super) handle: &'a mut Handle<Events>,
    pub(super) shared: &'a Arc<Shared>,
    /// The methods the host takes now.
    takes: MethodSet,
    /// Those that have nothing more to offer.
    pub(super) spent: HashSet<&'static str>,
    identities: Option<Vec<Identity>>,
    tried: HashSet<usize>,
    agent: Option<Agent>,
    /// How often a password was asked for, and how often questions were begun.
    pub(super) passwords: u32,
    pub(super) rounds: u32,
    /// What was proved so far, in words.
    pub(super) proved: Vec<String>,
    /// What was tried in vain, in words.
    pub(super) notes: Vec<String>,
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

/// The method's name in the protocol.
pub(super) fn word(method: Method) -> &'static str {
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

impl Login<'_> {
    pub(super) fn host(&self) -> &HostConfig {
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
                Step::Partly(_) if self.proved.len() >= PROOFS => {
                    let name = self.shared.name();
                    return Err(Refusal::Final(format!("{name} wants one more proof without an end")));
                }
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
    pub(super) fn step(&self, result: Option<Result<AuthResult, russh::Error>>) -> Result<Step, Refusal> {
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

    pub(super) fn silence(&self) -> Refusal {
        let name = self.shared.name();
        let limit = STEP.as_secs();
        Refusal::Temporary(format!(
            "{name} did not go on with the login for {limit} s; it may want its password changed"
        ))
    }

    /// The host ended the connection during the login.
    pub(super) fn hung_up(&self) -> Refusal {
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
        let mut hashes = [None, None];
        if let Some(rsa) = identity.public.key_data().rsa() {
            if rsa.key_size() < self.host().required_rsa_bits {
                return Ok(None);
            }
            let best = self.shared.patience.within(STEP, self.handle.best_supported_rsa_hash()).await;
            let best = match best {
                None => return Err(self.silence()),
                Some(Err(_)) => return Err(self.hung_up()),
                Some(Ok(Some(None))) => return Ok(None), // SHA-1 only
                Some(Ok(Some(Some(best)))) => best,
                Some(Ok(None)) => HashAlg::Sha512,
            };
            // A host that takes the longer one takes the other too; the config may not.
            hashes = [Some(best), Some(HashAlg::Sha256)];
        }
        let accepted = |hash: &Option<HashAlg>| {
            let algorithm = match hash {
                Some(hash) => Algorithm::Rsa { hash: Some(*hash) },
                None => identity.public.algorithm(),
            };
            let name = match identity.certificate {
                Some(_) => algorithm.to_certificate_type(),
                None => algorithm.to_string(),
            };
            self.host().algorithms.pubkey.as_ref().is_none_or(|list| list.contains(&name))
        };
        Ok(hashes.into_iter().find(accepted))
    }
}
