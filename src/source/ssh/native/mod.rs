//! SSH spoken by ourselves. The library that does it changes often: nothing outside of this folder knows it (but for
//! [`super::known`], which judges its keys).
//!
//! ```text
//!   stream (TCP, ProxyCommand, a jump host's channel) ── session (host key, output) ── auth (keys) ── Link, Channel
//! ```

mod algorithms;
mod auth;
mod keys;
mod patience;
mod refusal;
mod secrets;
mod session;
mod stream;

pub(super) use algorithms::unspeakable;

use std::borrow::Cow;
use std::sync::Arc;
use std::time::{Duration, Instant};

use russh::client::{Config, Handle, Msg, connect_stream};
use russh::{ChannelId, ChannelWriteHalf, Disconnect, Error, SshId};
use tokio::sync::{oneshot, watch};

use self::patience::Patience;
use self::session::{Events, Inlet, Shared};
use self::stream::{Both, Hold, Line, Piped};
use super::ask::Asker;
use super::config::{HostConfig, Proxy};
use super::link::{ExecError, Output, Refusal};

/// How long a connection may take where the config says nothing (`ConnectTimeout`), and how long the handshake may.
const CONNECT: Duration = Duration::from_secs(30);
/// How long a host may take to open a channel.
const OPEN: Duration = Duration::from_secs(30);
/// How long a last word may take.
const GOODBYE: Duration = Duration::from_millis(500);
/// What a host may send on a channel ahead of our word: enough for 600 MiB/s over a line of 25 ms.
const WINDOW: u32 = 16 << 20;
/// Jump hosts have jump hosts; more than so many are a circle.
const HOPS: usize = 16;

/// A connection that stands and is logged in.
pub(super) struct NativeLink {
    hop: Hop,
    login: String,
    /// The jump hosts it goes through, the nearest first. They are let go of after it.
    via: Vec<Hop>,
}

/// A connection to one host, be it only on the way.
struct Hop {
    handle: Handle<Events>,
    shared: Arc<Shared>,
    _hold: Hold,
    _wanted: oneshot::Sender<()>,
}

/// A command that runs on the host.
pub(super) struct NativeChannel {
    id: ChannelId,
    write: Arc<ChannelWriteHalf<Msg>>,
    inlet: Inlet,
    shared: Arc<Shared>,
    closed: bool,
}

impl NativeLink {
    /// See [`super::link::Link::connect`].
    pub(super) async fn connect(host: &HostConfig, asker: &Asker) -> Result<NativeLink, Refusal> {
        let mut trip = Trip { asker, patience: Patience::default(), via: Vec::new() };
        let (hop, login) = trip.reach(host, Way::Own, true).await?;
        Ok(NativeLink { hop, login, via: trip.via })
    }

    /// See [`super::link::Link::exec`].
    pub(super) async fn exec(&self, command: &str) -> Result<NativeChannel, ExecError> {
        let Hop { handle, shared, .. } = &self.hop;
        let refused = |why: &str| ExecError::Refused(format!("{} {why}", shared.name()));
        let channel = match tokio::time::timeout(OPEN, handle.channel_open_session()).await {
            Ok(Ok(channel)) => channel,
            Ok(Err(Error::ChannelOpenFailure(_))) if shared.opens_channels() => {
                return Err(ExecError::NoMoreChannels);
            }
            Ok(Err(Error::ChannelOpenFailure(why))) => {
                return Err(refused(&format!(
                    "does not run commands: {}",
                    stream::clean(why.description(), 200)
                )));
            }
            Ok(Err(_)) => return Err(ExecError::Gone),
            Err(_) => return Err(refused(&format!("did not open a channel within {} s", OPEN.as_secs()))),
        };
        let id = channel.id();
        let inlet = shared.inlet(id).ok_or(ExecError::Gone)?;
        let (_, write) = channel.split(); // what comes in is taken by `Events`
        let channel =
            NativeChannel { id, write: Arc::new(write), inlet, shared: Arc::clone(shared), closed: false };
        // The answer is not waited for: that would cost a round trip. A refusal ends the channel.
        channel.write.exec(true, command).await.map_err(|_| ExecError::Gone)?;
        Ok(channel)
    }

    /// See [`super::link::Link::ping`].
    pub(super) async fn ping(&self) -> Result<Duration, ExecError> {
        let sent = Instant::now();
        let answer = self.hop.handle.send_ping().await;
        let gone = answer.is_err() || self.hop.shared.end.borrow().is_some();
        if gone { Err(ExecError::Gone) } else { Ok(sent.elapsed()) }
    }

    /// See [`super::link::Link::gone`].
    pub(super) async fn gone(&self) -> String {
        let mut end = self.hop.shared.end.subscribe();
        let why = end.wait_for(Option::is_some).await.map(|why| why.clone()).unwrap_or_default();
        // A jump host that went away took this one with it.
        let hop = self.via.iter().find_map(|hop| hop.shared.end.borrow().clone());
        hop.or(why).unwrap_or_default()
    }

    /// See [`super::link::Link::facts`].
    pub(super) fn facts(&self) -> Vec<(&'static str, String)> {
        let mut facts = vec![("login", self.login.clone())];
        facts.extend(self.hop.shared.facts());
        let via: Vec<String> = self.via.iter().map(|hop| hop.shared.name()).collect();
        if !via.is_empty() {
            facts.push(("via", via.join(", ")));
        }
        facts
    }

    /// See [`super::link::Link::caveats`].
    pub(super) fn caveats(&self) -> Vec<String> {
        let mut caveats = self.hop.shared.caveats();
        for hop in &self.via {
            caveats.extend(
                hop.shared.caveats().into_iter().map(|text| format!("{}: {text}", hop.shared.name())),
            );
        }
        caveats
    }

    /// See [`super::link::Link::close`].
    pub(super) async fn close(self) {
        let end = self.hop.shared.end.subscribe();
        if self.hop.handle.disconnect(Disconnect::ByApplication, "", "").await.is_ok() {
            let _ = tokio::time::timeout(GOODBYE, ended(end)).await; // it is cut anyway
        }
    }
}

async fn ended(mut end: watch::Receiver<Option<String>>) {
    let _ = end.wait_for(Option::is_some).await; // or nobody is there to end it
}

impl NativeChannel {
    /// See [`super::link::Channel::write`].
    pub(super) async fn write(&mut self, bytes: &[u8]) -> Result<(), ExecError> {
        tokio::select! {
            written = self.write.data_bytes(bytes.to_vec()) => written.map_err(|_| ExecError::Gone),
            // The library would wait for room in the window of a channel that is no more.
            _ = self.inlet.alive.changed() => Err(ExecError::Gone),
        }
    }

    /// See [`super::link::Channel::end_input`].
    pub(super) async fn end_input(&mut self) {
        let _ = self.write.eof().await; // it may be gone
    }

    /// See [`super::link::Channel::next`].
    pub(super) async fn next(&mut self) -> Option<Output> {
        self.inlet.next().await
    }

    /// See [`super::link::Channel::close`].
    pub(super) async fn close(mut self) {
        self.closed = true;
        self.shared.let_go(self.id);
        let _ = hang_up(&self.write).await; // it may be gone
    }
}

/// Ends a command and closes its channel. Some servers keep the channel's place for as long as the command runs;
/// OpenSSH ends one that is told to, but for root's, which ends when it next writes.
async fn hang_up(write: &ChannelWriteHalf<Msg>) -> Result<(), Error> {
    write.signal(russh::Sig::TERM).await?;
    write.close().await
}

impl Drop for NativeChannel {
    fn drop(&mut self) {
        if self.closed {
            return;
        }
        self.shared.let_go(self.id);
        // The library forgets a channel without telling the host.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            let write = Arc::clone(&self.write);
            runtime.spawn(async move { hang_up(&write).await });
        }
    }
}

/// How a host is reached.
#[derive(Clone, Copy)]
enum Way {
    /// As its config says.
    Own,
    /// From the jump host that was reached last.
    Through,
}

/// What all hops of a connection share.
struct Trip<'a> {
    asker: &'a Asker,
    patience: Patience,
    /// The jump hosts so far, the nearest first.
    via: Vec<Hop>,
}

impl Trip<'_> {
    /// Connects to a host and logs in, by way of its jump hosts.
    async fn reach(&mut self, host: &HostConfig, way: Way, commands: bool) -> Result<(Hop, String), Refusal> {
        let asker = if host.batch { self.asker.silenced() } else { self.asker.clone() };
        let shared = Shared::new(host, asker, &self.patience);
        let preferred = algorithms::preferred(host).map_err(Refusal::Final)?;
        let limit = host.connect_timeout.unwrap_or(CONNECT);
        let both = Box::pin(self.open(&shared, way, limit)).await?;
        let (line, hold) = Line::new(both, shared.trace.clone());
        let (wanted, abandoned) = oneshot::channel();
        let config = Config {
            client_id: SshId::Standard(Cow::Borrowed(concat!(
                "SSH-2.0-tailpane_",
                env!("CARGO_PKG_VERSION")
            ))),
            window_size: WINDOW,
            preferred,
            ..Config::default()
        };
        let events = Events::new(Arc::clone(&shared), commands, abandoned);
        let handshake = self.patience.within(limit, connect_stream(Arc::new(config), line, events)).await;
        let mut handle = match handshake {
            None => return Err(refusal::too_slow(&shared, limit)),
            Some(Err(error)) => {
                shared.trace.settled().await;
                return Err(refusal::no_handshake(&shared, &error));
            }
            Some(Ok(handle)) => handle,
        };
        let login = auth::login(&mut handle, &shared).await?;
        Ok((Hop { handle, shared, _hold: hold, _wanted: wanted }, login))
    }

    /// Opens what SSH is spoken over.
    async fn open(&mut self, shared: &Shared, way: Way, limit: Duration) -> Result<Box<dyn Both>, Refusal> {
        let host = &shared.host;
        match (way, &host.proxy) {
            (Way::Own, Proxy::None) => match stream::tcp(host, limit).await {
                Ok(stream) => Ok(Box::new(stream)),
                Err(why) => Err(refusal::no_tcp(shared, why, limit)),
            },
            (Way::Own, Proxy::Command(command)) => match Piped::start(command, &shared.trace) {
                Ok(piped) => Ok(Box::new(piped)),
                Err(error) => Err(refusal::no_command(shared, command, &error)),
            },
            (Way::Own, Proxy::Jump(hops)) => {
                let mut way = Way::Own;
                for hop in hops {
                    if self.via.len() >= HOPS {
                        let name = shared.name();
                        return Err(Refusal::Final(format!(
                            "{name}: its ProxyJump has more than {HOPS} hosts"
                        )));
                    }
                    let (hop, _) = self.reach(hop, way, false).await?;
                    self.via.push(hop);
                    way = Way::Through;
                }
                self.through(shared, limit).await
            }
            (Way::Through, _) => self.through(shared, limit).await,
        }
    }

    /// A channel of the last jump host that leads to the host.
    async fn through(&self, shared: &Shared, limit: Duration) -> Result<Box<dyn Both>, Refusal> {
        let name = shared.name();
        let Some(last) = self.via.last() else {
            return Err(Refusal::Final(format!("{name}: its ProxyJump names no host")));
        };
        let (to, port) = (shared.host.hostname.clone(), u32::from(shared.host.port));
        let opened = last.handle.channel_open_direct_tcpip(to, port, "127.0.0.1", 0);
        match tokio::time::timeout(limit, opened).await {
            Ok(Ok(channel)) => Ok(Box::new(channel.into_stream())),
            Ok(Err(error)) => Err(refusal::no_jump(shared, &last.shared, &error)),
            Err(_) => Err(refusal::too_slow(shared, limit)),
        }
    }
}
