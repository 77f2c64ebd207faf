//! One host's life: its links, which come and go, and the seats on them for commands.
//!
//! ```text
//!   who wants a seat ──▶ open ──free──▶ Link::exec ──▶ a seat (a channel)
//!                          │ none free                    ▲
//!                          ▼                              │
//!                       connect: one try after the other, with pauses
//! ```
//!
//! It knows no file and no log.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{Notify, Semaphore, watch};
use tokio::time::timeout;

use super::config::HostConfig;
use super::link::{Channel, ExecError, Link, Refusal};
use super::pulse::{Backoff, Pulse};
use super::reach::Reach;
use super::standing::Standing;
use crate::app::link::LinkState;
use crate::core::host::Target;

/// How long a host that opens no more channels is left alone: it may have to end commands first.
const CROWDED: Duration = Duration::from_millis(100);
/// Channels on one connection: servers allow ten where nobody said otherwise, and one is left for others.
const SEATS: usize = 9;
/// How long a connection that is being made counts among those that are made at once. Hosts that do not answer
/// take longer, and must not hold up the others.
const TURN: Duration = Duration::from_secs(2);

/// A host and its links.
pub struct Host {
    target: Target,
    pub standing: Arc<Standing>,
    reach: Arc<Reach>,
    /// Connections that are made at once, over all hosts.
    turns: Arc<Semaphore>,
    config: RefCell<Option<Rc<HostConfig>>>,
    conns: RefCell<Vec<Rc<Conn>>>,
    /// Seats somebody waits for.
    wanted: Cell<usize>,
    backoff: RefCell<Backoff>,
    /// There was a link.
    stood: Cell<bool>,
    /// Not tried again before.
    retry: Cell<Option<Instant>>,
    /// There is something new for those who wait for a seat.
    seats: Notify,
    /// Somebody began to wait.
    want: Notify,
    /// The user wants it tried now.
    again: Notify,
    /// How often the user wanted that.
    asked: Cell<u64>,
}

/// A link and what is used of it.
struct Conn {
    link: Link,
    config: Rc<HostConfig>,
    used: Cell<usize>,
    most: Cell<usize>,
    pulse: RefCell<Pulse>,
    over: watch::Sender<Option<Ended>>,
}

/// How a link ended.
#[derive(Clone, Debug)]
pub struct Ended {
    pub why: String,
    /// Since when nothing is known of it.
    pub since: Instant,
}

/// Waits until a link is over, and says since when.
pub async fn ended(over: &mut watch::Receiver<Option<Ended>>) -> Instant {
    let ended = over.wait_for(Option::is_some).await;
    ended.ok().and_then(|ended| ended.as_ref().map(|ended| ended.since)).unwrap_or_else(Instant::now)
}

/// A running command and its place on a connection.
pub struct Seat {
    pub channel: Channel,
    place: Taken,
    /// How the link ended, once it has.
    pub over: watch::Receiver<Option<Ended>>,
}

/// A place on a connection; free again when it is dropped.
struct Taken {
    host: Rc<Host>,
    conn: Rc<Conn>,
}

impl Drop for Taken {
    fn drop(&mut self) {
        self.conn.used.set(self.conn.used.get().saturating_sub(1));
        self.host.seats.notify_waiters();
        self.host.want.notify_one();
    }
}

impl Seat {
    /// Something came: the link is alive.
    pub fn hear(&self) {
        self.place.conn.pulse.borrow_mut().hear(Instant::now());
    }

    /// Since when the link itself says nothing, if an answer is missing.
    pub fn silent(&self) -> Option<Instant> {
        let pulse = self.place.conn.pulse.borrow();
        pulse.is_missed().then(|| pulse.since(Instant::now()))
    }

    /// The command works: what comes next time is no series of failures.
    pub fn works(&self) {
        self.place.host.backoff.borrow_mut().reset();
    }

    /// Ends the command and frees its place.
    pub async fn close(self) {
        // A dead link does not hold anybody up.
        let _ = timeout(Duration::from_secs(1), self.channel.close()).await;
        drop(self.place);
    }
}

impl Host {
    /// A host that is not connected to before somebody wants a seat.
    pub fn new(target: Target, standing: Arc<Standing>, reach: Arc<Reach>, turns: Arc<Semaphore>) -> Host {
        Host {
            target,
            standing,
            reach,
            turns,
            config: RefCell::default(),
            conns: RefCell::default(),
            wanted: Cell::new(0),
            backoff: RefCell::default(),
            stood: Cell::new(false),
            retry: Cell::new(None),
            seats: Notify::new(),
            want: Notify::new(),
            again: Notify::new(),
            asked: Cell::new(0),
        }
    }

    /// Tries at once, also what was refused; a link that stands is made anew.
    pub fn reconnect(&self) {
        self.asked.set(self.asked.get() + 1);
        self.backoff.borrow_mut().reset();
        self.config.borrow_mut().take(); // it may have been put right
        for conn in self.conns.borrow().iter() {
            conn.end("made anew".to_owned());
        }
        self.again.notify_one();
    }

    /// How often the user has asked for the host to be tried anew.
    pub fn asked(&self) -> u64 {
        self.asked.get()
    }

    /// Ends all links.
    pub fn close(&self) {
        self.conns.borrow_mut().drain(..).for_each(|conn| conn.end("closed".to_owned()));
    }

    /// Runs a command as soon as there is a seat for it, however long that takes; which one may depend on the host.
    ///
    /// # Errors
    /// A sentence, when the host does not want to run it.
    pub async fn open(self: &Rc<Self>, command: impl Fn(&HostConfig) -> String) -> Result<Seat, String> {
        loop {
            let Some(place) = self.take() else {
                self.wait().await;
                continue;
            };
            let over = place.conn.over.subscribe();
            match place.conn.link.exec(&command(&place.conn.config)).await {
                Ok(channel) => return Ok(Seat { channel, place, over }),
                Err(ExecError::NoMoreChannels) => {
                    // Ours is not among those it has.
                    let most = place.conn.used.get().saturating_sub(1);
                    place.conn.most.set(most.clamp(1, SEATS));
                    drop(place);
                    tokio::time::sleep(CROWDED).await;
                }
                Err(ExecError::Gone) => {
                    let why = tokio::select! {
                        why = place.conn.link.gone() => why,
                        () = tokio::time::sleep(Duration::from_secs(1)) => "the connection is gone".to_owned(),
                    };
                    self.drop_conn(&place.conn, why);
                }
                Err(ExecError::Refused(why)) => return Err(why),
            }
        }
    }

    fn take(self: &Rc<Self>) -> Option<Taken> {
        let conns = self.conns.borrow();
        let conn =
            conns.iter().find(|conn| conn.used.get() < conn.most.get() && conn.over.borrow().is_none())?;
        conn.used.set(conn.used.get() + 1);
        Some(Taken { host: self.clone(), conn: conn.clone() })
    }

    /// Waits until something changed that may give a seat.
    async fn wait(&self) {
        struct Waits<'a>(&'a Cell<usize>);
        impl Drop for Waits<'_> {
            fn drop(&mut self) {
                self.0.set(self.0.get() - 1);
            }
        }
        let changed = self.seats.notified();
        tokio::pin!(changed);
        changed.as_mut().enable();
        self.wanted.set(self.wanted.get() + 1);
        let _waits = Waits(&self.wanted);
        self.want.notify_one();
        changed.await;
    }

    fn needs_link(&self) -> bool {
        let free = |conn: &Rc<Conn>| conn.used.get() < conn.most.get() && conn.over.borrow().is_none();
        self.wanted.get() > 0 && !self.conns.borrow().iter().any(free)
    }

    /// Makes links as they are needed, for as long as the host is wanted.
    pub async fn run(self: Rc<Self>) {
        loop {
            if !self.needs_link() {
                self.want.notified().await;
                continue;
            }
            self.pause().await;
            match self.connect().await {
                Ok((link, config)) => self.add(link, config),
                Err(Refusal::Temporary(why)) => self.lost(why, Instant::now()),
                // With a link that stands it is one more that is refused.
                Err(Refusal::Final(why)) if !self.conns.borrow().is_empty() => {
                    self.lost(why, Instant::now());
                }
                Err(Refusal::Final(why)) => {
                    self.set_state(|_| LinkState::Refused(why));
                    self.again.notified().await;
                    self.set_state(|_| LinkState::Connecting("connecting"));
                }
            }
        }
    }

    async fn connect(&self) -> Result<(Link, Rc<HostConfig>), Refusal> {
        self.set_first("waiting for its turn");
        let turn = self.turns.clone().acquire_owned().await;
        let link = async {
            let config = self.resolve().await.map_err(Refusal::Final)?;
            self.set_first("connecting");
            Ok((Link::connect(&config, &self.reach.asker).await?, config))
        };
        tokio::pin!(link);
        if let Ok(linked) = timeout(TURN, &mut link).await {
            return linked;
        }
        drop(turn);
        link.await
    }

    /// Waits until it may be tried again.
    async fn pause(&self) {
        while let Some(at) = self.retry.get()
            && Instant::now() < at
        {
            tokio::select! {
                () = tokio::time::sleep_until(at.into()) => {}
                () = self.again.notified() => break,
                // It may have been put off or forward.
                () = self.want.notified() => {}
            }
        }
        self.retry.set(None);
    }

    async fn resolve(&self) -> Result<Rc<HostConfig>, String> {
        if let Some(config) = self.config.borrow().clone() {
            return Ok(config);
        }
        let (reach, target) = (self.reach.clone(), self.target.clone());
        let resolved = tokio::task::spawn_blocking(move || (reach.resolve)(&target)).await;
        let config = Rc::new(resolved.map_err(|error| format!("{}: {error}", self.target))??);
        self.config.replace(Some(config.clone()));
        Ok(config)
    }

    fn set_first(&self, what: &'static str) {
        self.set_state(|state| match state {
            LinkState::Connecting(_) => LinkState::Connecting(what),
            LinkState::Failed { why, .. } => LinkState::Failed { why, retry: None },
            LinkState::Lost { why, since, .. } => LinkState::Lost { why, since, retry: None },
            state => state,
        });
    }

    fn set_state(&self, change: impl FnOnce(LinkState) -> LinkState) {
        // With one link left the host is there, whatever becomes of the others.
        let stands = !self.conns.borrow().is_empty();
        self.standing.change(|status| {
            let next = change(status.state.clone());
            status.state = if stands { LinkState::Up } else { next };
        });
    }

    /// Says since when there is no link, and when the next try is.
    fn lost(&self, why: String, since: Instant) {
        let retry = Instant::now() + self.backoff.borrow_mut().fail();
        self.retry.set(Some(retry));
        let (stood, retry) = (self.stood.get(), Some(retry));
        self.set_state(|state| match state {
            LinkState::Lost { since, .. } => LinkState::Lost { why, since, retry },
            _ if stood => LinkState::Lost { why, since, retry },
            _ => LinkState::Failed { why, retry },
        });
    }

    fn add(self: &Rc<Self>, link: Link, config: Rc<HostConfig>) {
        let pulse = Pulse::new(config.alive_interval, config.alive_count, Instant::now());
        let conn = Rc::new(Conn {
            used: Cell::new(0),
            most: Cell::new(SEATS),
            pulse: RefCell::new(pulse),
            over: watch::Sender::new(None),
            config,
            link,
        });
        self.standing.change(|status| {
            status.facts = conn.link.facts();
            status.caveats = conn.link.caveats();
            status.reconnects += u32::from(matches!(status.state, LinkState::Lost { .. }));
        });
        self.conns.borrow_mut().push(conn.clone());
        self.stood.set(true);
        self.set_state(|_| LinkState::Up);
        self.seats.notify_waiters();
        let host = Rc::downgrade(self);
        tokio::task::spawn_local(async move {
            let mut over = conn.over.subscribe();
            let why = tokio::select! {
                why = conn.link.gone() => why,
                why = conn.watch(&host) => why,
                _ = over.wait_for(Option::is_some) => String::new(), // that is known
            };
            let Some(host) = host.upgrade() else { return };
            host.drop_conn(&conn, why);
        });
    }

    fn drop_conn(&self, conn: &Rc<Conn>, why: String) {
        conn.end(why);
        let before = self.conns.borrow().len();
        self.conns.borrow_mut().retain(|other| !Rc::ptr_eq(other, conn));
        if self.conns.borrow().len() == before {
            return;
        }
        if self.conns.borrow().is_empty() {
            self.standing.change(|status| status.latency = None);
            if let Some(Ended { why, since }) = conn.over.borrow().clone() {
                self.lost(why, since);
            }
        }
        self.seats.notify_waiters();
        self.want.notify_one();
    }
}

impl Conn {
    fn end(&self, why: String) {
        let since = self.pulse.borrow().since(Instant::now());
        self.over.send_if_modified(|over| {
            let first = over.is_none();
            if first {
                *over = Some(Ended { why, since });
            }
            first
        });
    }

    /// Asks for signs of life until there are none, and says so.
    async fn watch(&self, host: &std::rc::Weak<Host>) -> String {
        loop {
            let interval = self.pulse.borrow().interval();
            let asked = Instant::now();
            let answer = timeout(interval, self.link.ping()).await;
            let now = Instant::now();
            let (dead, silence) = {
                let mut pulse = self.pulse.borrow_mut();
                let dead = match &answer {
                    Ok(Ok(_)) => {
                        pulse.hear(now);
                        false
                    }
                    Ok(Err(_)) => true,
                    Err(_) => pulse.miss(now),
                };
                (dead, pulse.silence(now))
            };
            if dead {
                return match answer {
                    Ok(_) => "the connection is gone".to_owned(),
                    Err(_) => format!("no answer for {}", super::phrase::time(silence)),
                };
            }
            let Some(host) = host.upgrade() else { return String::new() };
            let latency = answer.ok().and_then(Result::ok);
            host.standing.measured(latency);
            drop(host);
            tokio::time::sleep(interval.saturating_sub(asked.elapsed())).await;
        }
    }
}
