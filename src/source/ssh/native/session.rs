//! What comes from a host of its own accord: its key, what its commands say, its end.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use russh::client::{ChannelOpenHandle, DisconnectReason, Handler, Msg, Session};
use russh::keys::PublicKeyOrCertificate;
use russh::{Channel, ChannelId, Names, Sig};
use tokio::sync::{mpsc, oneshot, watch};

use super::super::ask::{Asker, NoAnswer};
use super::super::config::HostConfig;
use super::super::known::{self, Decision, Shown, Verdict};
use super::super::link::{Output, Refusal};
use super::patience::Patience;
use super::stream::{Trace, clean};
use crate::app::question::Answer;

/// How many bytes of a channel's output may wait to be taken. Whoever opens a channel promises to take them without
/// pause; a channel whose owner does not is closed at this bound, since holding them back instead would freeze all
/// channels of the connection, and holding them all would fill the memory.
pub(super) const HELD: usize = 32 << 20;

/// What a piece of output costs besides its bytes.
const PIECE: usize = 64;

/// What the connection's task and the link's owner both know.
pub(super) struct Shared {
    /// The host.
    pub host: HostConfig,
    /// Who asks.
    pub asker: Asker,
    /// Time limits.
    pub patience: Patience,
    /// What became of the line.
    pub trace: Trace,
    /// Whether the host's key is good enough for a password.
    pub secrets: AtomicBool,
    /// Whether the host takes no further proof of who one is.
    pub barred: AtomicBool,
    /// Why the connection ended.
    pub end: watch::Sender<Option<String>>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    channels: HashMap<ChannelId, Slot>,
    /// A channel was opened at some time.
    served: bool,
    refusal: Option<Refusal>,
    key: Option<Shown>,
    names: Option<Names>,
    caveats: Vec<String>,
}

/// The connection's end of a channel.
struct Slot {
    output: mpsc::UnboundedSender<Output>,
    held: Arc<AtomicUsize>,
    exited: bool,
    inlet: Option<Inlet>,
    _alive: watch::Sender<()>,
}

/// The owner's end of a channel.
pub(super) struct Inlet {
    /// What the command gave.
    pub output: mpsc::UnboundedReceiver<Output>,
    /// How many bytes of that were not taken yet.
    pub held: Arc<AtomicUsize>,
    /// Its sender is gone when the channel is.
    pub alive: watch::Receiver<()>,
}

impl Inlet {
    /// The next output.
    pub(super) async fn next(&mut self) -> Option<Output> {
        let output = self.output.recv().await;
        if let Some(output) = &output {
            self.held.fetch_sub(cost(output), Ordering::Relaxed);
        }
        output
    }
}

fn cost(output: &Output) -> usize {
    PIECE
        + match output {
            Output::Out(bytes) | Output::Err(bytes) => bytes.len(),
            Output::Exit(_) => 0,
        }
}

fn slot() -> Slot {
    let (sender, output) = mpsc::unbounded_channel();
    let (alive, watch) = watch::channel(());
    let held = Arc::new(AtomicUsize::new(0));
    let inlet = Inlet { output, held: Arc::clone(&held), alive: watch };
    Slot { output: sender, held, exited: false, inlet: Some(inlet), _alive: alive }
}

impl Shared {
    pub(super) fn new(host: &HostConfig, asker: Asker, patience: &Patience) -> Arc<Shared> {
        Arc::new(Shared {
            host: host.clone(),
            asker,
            patience: patience.clone(),
            trace: Trace::default(),
            secrets: AtomicBool::new(true),
            barred: AtomicBool::new(false),
            end: watch::Sender::new(None),
            state: Mutex::default(),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The host as the user named it.
    pub(super) fn name(&self) -> String {
        self.host.target.to_string()
    }

    /// Why the host's key was refused.
    pub(super) fn refusal(&self) -> Option<Refusal> {
        self.state().refusal.take()
    }

    /// The owner's end of a channel that was just opened.
    pub(super) fn inlet(&self, id: ChannelId) -> Option<Inlet> {
        let mut state = self.state();
        state.served = true;
        state.channels.get_mut(&id)?.inlet.take()
    }

    /// Whether the host opens channels: where it refuses one, there are too many, perhaps some that are closed already
    /// and whose commands it has yet to end.
    pub(super) fn opens_channels(&self) -> bool {
        let state = self.state();
        state.served || !state.channels.is_empty()
    }

    /// Nobody wants a channel's output any more.
    pub(super) fn let_go(&self, id: ChannelId) {
        self.state().channels.remove(&id);
    }

    /// What the user should know of the connection.
    pub(super) fn caveats(&self) -> Vec<String> {
        self.state().caveats.clone()
    }

    /// The host's key and the algorithms in use.
    pub(super) fn facts(&self) -> Vec<(&'static str, String)> {
        let state = self.state();
        let mut facts = Vec::new();
        if let Some(line) = self.trace.first_line() {
            facts.push(("server", line.trim_start_matches("SSH-2.0-").to_string()));
        }
        if let Some(key) = &state.key {
            facts.push(("host key", format!("{} {}", key.kind, key.fingerprint)));
        }
        if let Some(names) = &state.names {
            facts.push(("key exchange", names.kex.as_ref().to_string()));
            facts.push(("cipher", names.cipher.as_ref().to_string()));
            let in_cipher = ["gcm", "poly1305"].iter().any(|mode| names.cipher.as_ref().contains(mode));
            let mac = if in_cipher { "in the cipher" } else { names.server_mac.as_ref() };
            facts.push(("mac", mac.to_string()));
            let plain = matches!(names.server_compression, russh::compression::Compression::None);
            facts.push(("compression", if plain { "none" } else { "zlib" }.to_string()));
        }
        facts
    }

    /// Notes why the connection ended; the first word counts.
    fn ended(&self, why: impl FnOnce(&str) -> String) {
        self.end.send_if_modified(|end| {
            let first = end.is_none();
            if first {
                *end = Some(why(&self.name()));
            }
            first
        });
        self.state().channels.clear();
    }

    /// Hands output to a channel's owner; `false` when the owner does not take what is there.
    fn put(&self, id: ChannelId, output: Output) -> bool {
        let mut state = self.state();
        let Some(slot) = state.channels.get_mut(&id) else { return true };
        slot.exited |= matches!(output, Output::Exit(_));
        let cost = cost(&output);
        if slot.held.fetch_add(cost, Ordering::Relaxed) + cost > HELD {
            state.channels.remove(&id);
            return false;
        }
        let _ = slot.output.send(output); // its owner may have let go of it
        true
    }
}

/// Who is to be let in where, as the user knows it.
pub(super) fn who(host: &HostConfig) -> String {
    match host.target.user {
        Some(_) => host.target.to_string(),
        None => format!("{}@{}", host.user, host.target),
    }
}

/// Listens to a connection.
pub(super) struct Events {
    shared: Arc<Shared>,
    /// Whether it carries commands, or another connection (a jump host).
    commands: bool,
    /// Its sender is gone when nobody wants the connection any more.
    abandoned: oneshot::Receiver<()>,
}

impl Events {
    pub(super) fn new(shared: Arc<Shared>, commands: bool, abandoned: oneshot::Receiver<()>) -> Events {
        Events { shared, commands, abandoned }
    }

    fn pass(&self, id: ChannelId, output: Output, session: &mut Session) -> Result<(), russh::Error> {
        if self.shared.put(id, output) { Ok(()) } else { session.close(id) }
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        // Where the end came without a word: the library says nothing when a line cannot be shut down in order.
        let fault = self.shared.trace.fault();
        self.shared.ended(|name| lost(name, fault));
    }
}

fn lost(name: &str, fault: Option<String>) -> String {
    match fault {
        Some(fault) => format!("the connection to {name} broke: {fault}"),
        None => format!("{name} closed the connection"),
    }
}

/// Whether the host is who it claims to be.
async fn verify(shared: &Shared, key: &PublicKeyOrCertificate) -> Result<(), Refusal> {
    let look = || {
        let verdict = known::check(&shared.host, key, SystemTime::now());
        let decision = known::decide(shared.host.strict, &shared.name(), &verdict);
        let (Verdict::Trusted(shown)
        | Verdict::Unknown { shown, .. }
        | Verdict::Changed { shown, .. }
        | Verdict::Revoked { shown, .. }) = verdict;
        (shown, decision)
    };
    let (shown, mut decision) = look();
    if let Some(rsa) = key.public_key().key_data().rsa()
        && rsa.key_size() < shared.host.required_rsa_bits
    {
        let (name, wanted) = (shared.name(), shared.host.required_rsa_bits);
        return Err(Refusal::Final(format!(
            "{name}: its RSA key has only {} bits, and RequiredRSASize is {wanted}",
            rsa.key_size()
        )));
    }
    let id = format!("{} {} {}", shared.host.hostname, shared.host.port, shown.fingerprint);
    shared.state().key = Some(shown);
    if matches!(decision, Decision::Ask { .. }) {
        let _asking = shared.patience.asking();
        let unwanted = || Refusal::Final(format!("{}: its host key was not accepted", shared.name()));
        let turn = shared.asker.turn(&id).await.map_err(|_| unwanted())?;
        if shared.asker.accepted(&id) {
            return Ok(());
        }
        (_, decision) = look(); // it may have been saved while we waited
        if let Decision::Ask { ask, unasked } = decision {
            let save = match shared.asker.ask(&who(&shared.host), ask).await {
                Ok(answer) => answer == Answer::Save,
                Err(NoAnswer::Nobody) => return Err(Refusal::Final(unasked)),
                Err(NoAnswer::Cancelled) => {
                    turn.cancel();
                    return Err(unwanted());
                }
            };
            shared.asker.accept(&id);
            decision = Decision::Take { save, secrets: true, caveat: None };
        }
    }
    match decision {
        Decision::Take { save, secrets, caveat } => {
            shared.secrets.store(secrets, Ordering::Relaxed);
            let unsaved = if save { known::save(&shared.host, &key.public_key()).err() } else { None };
            shared.state().caveats.extend(caveat.into_iter().chain(unsaved));
            Ok(())
        }
        Decision::Refuse(why) | Decision::Ask { unasked: why, .. } => Err(Refusal::Final(why)),
    }
}

/// Nothing was asked for that a host would have to open a channel for. One that does is told no when the handle is
/// dropped; the library would take it, and as many as come.
macro_rules! refuse {
    ($($channel:ident($($about:ty),*))*) => {$(
        async fn $channel(
            &mut self,
            _: Channel<Msg>,
            $(_: $about,)*
            _: ChannelOpenHandle,
            _: &mut Session,
        ) -> Result<(), russh::Error> {
            Ok(())
        }
    )*};
}

impl Handler for Events {
    type Error = russh::Error;

    async fn check_server_key(&mut self, key: &PublicKeyOrCertificate) -> Result<bool, russh::Error> {
        let verified = tokio::select! {
            verified = verify(&self.shared, key) => verified,
            _ = &mut self.abandoned => return Ok(false),
        };
        match verified {
            Ok(()) => Ok(true),
            Err(refusal) => {
                self.shared.state().refusal = Some(refusal);
                Ok(false)
            }
        }
    }

    async fn kex_done(
        &mut self,
        _secret: Option<&[u8]>,
        names: &Names,
        _session: &mut Session,
    ) -> Result<(), russh::Error> {
        self.shared.state().names = Some(names.clone());
        Ok(())
    }

    async fn channel_open_confirmation(
        &mut self,
        id: ChannelId,
        _packet: u32,
        _window: u32,
        _session: &mut Session,
    ) -> Result<(), russh::Error> {
        if self.commands {
            self.shared.state().channels.insert(id, slot());
        }
        Ok(())
    }

    refuse! {
        server_channel_open_session()
        server_channel_open_agent_forward()
        server_channel_open_x11(&str, u32)
        server_channel_open_forwarded_tcpip(&str, u32, &str, u32)
        server_channel_open_forwarded_streamlocal(&str)
        server_channel_open_direct_tcpip(&str, u32, &str, u32)
        server_channel_open_direct_streamlocal(&str)
    }

    async fn data(&mut self, id: ChannelId, data: &[u8], session: &mut Session) -> Result<(), russh::Error> {
        if self.commands { self.pass(id, Output::Out(data.to_vec()), session) } else { Ok(()) }
    }

    async fn extended_data(
        &mut self,
        id: ChannelId,
        _kind: u32,
        data: &[u8],
        session: &mut Session,
    ) -> Result<(), russh::Error> {
        if self.commands { self.pass(id, Output::Err(data.to_vec()), session) } else { Ok(()) }
    }

    async fn channel_failure(&mut self, id: ChannelId, session: &mut Session) -> Result<(), russh::Error> {
        let why = format!("{} does not run commands", self.shared.name());
        self.pass(id, Output::Err(why.into_bytes()), session)?;
        self.shared.let_go(id); // the library does not tell of the end of what we close
        session.close(id)
    }

    async fn exit_status(
        &mut self,
        id: ChannelId,
        status: u32,
        session: &mut Session,
    ) -> Result<(), russh::Error> {
        self.pass(id, Output::Exit(Some(status)), session)
    }

    async fn exit_signal(
        &mut self,
        id: ChannelId,
        _signal: Sig,
        _core_dumped: bool,
        _message: &str,
        _language: &str,
        session: &mut Session,
    ) -> Result<(), russh::Error> {
        self.pass(id, Output::Exit(None), session)
    }

    async fn channel_close(&mut self, id: ChannelId, _session: &mut Session) -> Result<(), russh::Error> {
        let slot = self.shared.state().channels.remove(&id);
        if let Some(slot) = slot.filter(|slot| !slot.exited) {
            let _ = slot.output.send(Output::Exit(None)); // its owner may have let go of it
        }
        Ok(())
    }

    async fn disconnected(&mut self, reason: DisconnectReason<russh::Error>) -> Result<(), russh::Error> {
        let fault = self.shared.trace.fault();
        match reason {
            DisconnectReason::ReceivedDisconnect(info) => {
                self.shared
                    .ended(|name| format!("{name} ended the connection: {}", clean(&info.message, 300)));
                Ok(())
            }
            DisconnectReason::Error(error) => {
                self.shared.barred.store(matches!(error, russh::Error::NoAuthMethod), Ordering::Relaxed);
                let quiet =
                    matches!(error, russh::Error::HUP | russh::Error::Disconnect | russh::Error::IO(_));
                let fault = fault.or_else(|| (!quiet).then(|| clean(&error.to_string(), 300)));
                self.shared.ended(|name| lost(name, fault));
                Err(error)
            }
        }
    }
}
