//! A server for what a real `sshd` cannot offer without accounts and passwords of the machine: logging in with a
//! password or by questions, several proofs in a row, and a host that talks too much, or lies.

use std::borrow::Cow;
use std::collections::HashMap;
use std::net::TcpListener;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use russh::keys::{Algorithm, PrivateKey};
use russh::server::{Auth, Config, Handle, Handler, Msg, Response, Session, VerifiedPublicKey, run_stream};
use russh::{Channel, ChannelId, MethodKind, MethodSet, server::ChannelOpenHandle};
use tailpane::source::ssh::config::{HostConfig, Strict};

/// What the server wants.
#[derive(Clone)]
pub struct Wants {
    /// The methods it takes at first.
    pub methods: Vec<MethodKind>,
    /// The password, and the answer to `Password:` where it asks.
    pub password: &'static str,
    /// Rounds of questions: instruction, prompts with echo, and the answers.
    pub rounds: Vec<Round>,
    /// Takes a key as the first of two proofs.
    pub key_then: Option<MethodKind>,
    /// What it says before the login.
    pub banner: usize,
    /// Hangs up in the middle of the login.
    pub hangs_up: bool,
    /// Takes no second try.
    pub done_at_once: bool,
    /// Lets everybody in, and says this to a script that it is sent.
    pub lie: Option<Lie>,
}

/// What a host says that was sent a script, one thing after the other; behind the last it closes the channel.
pub type Lie = Arc<dyn Fn(&Told, u64) -> Option<Say> + Send + Sync>;

/// What a host was sent.
pub struct Told {
    /// What headers begin with: RS and the nonce.
    pub mark: String,
    /// The script follows a file; otherwise it answers questions.
    pub follows: bool,
}

/// What a host says.
pub enum Say {
    /// On standard output.
    Out(Vec<u8>),
    /// On standard error.
    Err(Vec<u8>),
    /// It opens a channel to us.
    Open,
    /// Nothing, for so long.
    Nothing(Duration),
}

impl Told {
    /// Headers, one a line, as the script would say them; what is behind a line's `|` are bytes of a file, with `⏎`
    /// for a newline.
    pub fn says(&self, lines: &str) -> Say {
        let header = |line: &str| {
            let (header, bytes) = line.split_once('|').unwrap_or((line, ""));
            format!("{} {header}\n{}", self.mark, bytes.replace('⏎', "\n"))
        };
        Say::Out(lines.lines().map(header).collect::<String>().into_bytes())
    }
}

/// A round of questions.
pub type Round = (&'static str, Vec<(&'static str, bool)>, Vec<&'static str>);

impl Default for Wants {
    fn default() -> Wants {
        let methods = vec![MethodKind::Password];
        Wants {
            methods,
            password: "swordfish",
            rounds: Vec::new(),
            key_then: None,
            banner: 0,
            hangs_up: false,
            done_at_once: false,
            lie: None,
        }
    }
}

/// A server on a thread of its own; it ends with this value.
pub struct Fake {
    port: u16,
    _stop: tokio::sync::oneshot::Sender<()>,
    attempts: Arc<Mutex<Vec<&'static str>>>,
    counts: Arc<Counts>,
}

/// What came of lying.
#[derive(Default)]
struct Counts {
    bytes: AtomicU64,
    commands: AtomicU64,
    opened: AtomicU64,
}

struct Login {
    wants: Wants,
    round: usize,
    attempts: Arc<Mutex<Vec<&'static str>>>,
    counts: Arc<Counts>,
    /// Channels whose script has not come yet, and what has come of it.
    scripts: HashMap<ChannelId, (Channel<Msg>, Vec<u8>)>,
}

impl Fake {
    /// Starts it.
    pub fn start(wants: Wants) -> Fake {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let port = listener.local_addr().unwrap().port();
        let (stop, mut stopped) = tokio::sync::oneshot::channel();
        let attempts = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&attempts);
        let counts = Arc::new(Counts::default());
        let counted = Arc::clone(&counts);
        let config = Config {
            methods: MethodSet::from(&wants.methods[..]),
            auth_rejection_time: Duration::from_millis(1),
            keys: vec![key()],
            ..Config::default()
        };
        let config = Arc::new(config);
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener).unwrap();
                loop {
                    let stream = tokio::select! {
                        stream = listener.accept() => stream.unwrap().0,
                        _ = &mut stopped => return,
                    };
                    let login = Login {
                        wants: wants.clone(),
                        round: 0,
                        attempts: Arc::clone(&seen),
                        counts: Arc::clone(&counted),
                        scripts: HashMap::new(),
                    };
                    let config = Arc::clone(&config);
                    tokio::spawn(async move {
                        if let Ok(session) = run_stream(config, stream, login).await {
                            let _ = session.await;
                        }
                    });
                }
            });
        });
        Fake { port, _stop: stop, attempts, counts }
    }

    /// A host that lies.
    pub fn lying(lie: impl Fn(&Told, u64) -> Option<Say> + Send + Sync + 'static) -> Fake {
        Fake::start(Wants { lie: Some(Arc::new(lie)), ..Wants::default() })
    }

    /// What is needed to get there as lines of an ssh config, whatever its key is.
    pub fn host_entry(&self, name: &str) -> String {
        format!(
            "Host {name}\n  HostName 127.0.0.1\n  Port {}\n  User ada\n  IdentityFile none\n  IdentityAgent none\n  \
             StrictHostKeyChecking no\n  UserKnownHostsFile /dev/null\n  GlobalKnownHostsFile /dev/null\n",
            self.port
        )
    }

    /// How many bytes of its lies were taken.
    pub fn bytes(&self) -> u64 {
        self.counts.bytes.load(Ordering::Relaxed)
    }

    /// How many commands it was to run.
    pub fn commands(&self) -> u64 {
        self.counts.commands.load(Ordering::Relaxed)
    }

    /// How many channels it could open to us.
    pub fn opened(&self) -> u64 {
        self.counts.opened.load(Ordering::Relaxed)
    }

    /// What is needed to get there, whatever its key is.
    pub fn host_config(&self, like: &HostConfig) -> HostConfig {
        HostConfig {
            port: self.port,
            user: "ada".to_string(),
            strict: Strict::Off,
            identity_files: Vec::new(),
            user_known_hosts: Vec::new(),
            ..like.clone()
        }
    }

    /// The methods that were tried.
    pub fn attempts(&self) -> Vec<&'static str> {
        self.attempts.lock().unwrap().clone()
    }
}

fn key() -> PrivateKey {
    let file = tempfile::tempdir().unwrap();
    let path = file.path().join("key");
    super::sshd::make_key(&path, "ed25519", "");
    let key = russh::keys::load_secret_key(path, None).unwrap();
    assert_eq!(key.algorithm(), Algorithm::Ed25519);
    key
}

impl Login {
    fn saw(&self, method: &'static str) {
        self.attempts.lock().unwrap().push(method);
    }

    /// No, and another try; a server that is done with one says nothing more.
    fn no(&self) -> Auth {
        if self.wants.done_at_once {
            return Auth::reject();
        }
        let methods = MethodSet::from(&self.wants.methods[..]);
        Auth::Reject { proceed_with_methods: Some(methods), partial_success: false }
    }

    /// Begins to lie, once it is clear what was sent.
    fn listen(&mut self, id: ChannelId, data: &[u8], handle: Handle) {
        let Some((_, script)) = self.scripts.get_mut(&id) else { return };
        script.extend_from_slice(data);
        // The first line is `h='RS nonce'`; a follower's second one names the file.
        let (true, Some(lie)) = (script.len() > 32, self.wants.lie.clone()) else { return };
        let mark = String::from_utf8_lossy(&script[3..20]).into_owned();
        let told = Told { mark, follows: script[22..].starts_with(b"f=") };
        let (channel, _) = self.scripts.remove(&id).unwrap();
        let counts = Arc::clone(&self.counts);
        tokio::spawn(async move {
            let mut n = 0;
            while let Some(say) = lie(&told, n) {
                n += 1;
                let (said, bytes) = match say {
                    Say::Out(bytes) => (bytes.len(), channel.data_bytes(bytes).await),
                    Say::Err(bytes) => (bytes.len(), channel.extended_data_bytes(1, bytes).await),
                    Say::Open => {
                        let opened = handle.channel_open_forwarded_tcpip("127.0.0.1", 22, "127.0.0.1", 22);
                        counts.opened.fetch_add(u64::from(opened.await.is_ok()), Ordering::Relaxed);
                        continue;
                    }
                    Say::Nothing(long) => {
                        tokio::time::sleep(long).await;
                        continue;
                    }
                };
                if bytes.is_err() {
                    return;
                }
                counts.bytes.fetch_add(said as u64, Ordering::Relaxed);
            }
            let _ = channel.close().await; // it may be gone
        });
    }

    fn question(&self) -> Auth {
        let (instructions, prompts, _) = &self.wants.rounds[self.round];
        Auth::Partial {
            name: Cow::Borrowed(""),
            instructions: Cow::Borrowed(instructions),
            prompts: prompts
                .iter()
                .map(|(prompt, echo)| (Cow::Borrowed(*prompt), *echo))
                .collect::<Vec<_>>()
                .into(),
        }
    }
}

impl Handler for Login {
    type Error = russh::Error;

    async fn authentication_banner(&mut self) -> Result<Option<String>, russh::Error> {
        Ok((self.wants.banner > 0).then(|| "\x1b[2Jwelcome ".repeat(self.wants.banner / 12)))
    }

    async fn auth_none(&mut self, _user: &str) -> Result<Auth, russh::Error> {
        Ok(if self.wants.lie.is_some() { Auth::Accept } else { Auth::reject() })
    }

    async fn auth_password(&mut self, _user: &str, password: &str) -> Result<Auth, russh::Error> {
        self.saw("password");
        if self.wants.hangs_up {
            return Err(russh::Error::Disconnect);
        }
        Ok(if password == self.wants.password { Auth::Accept } else { self.no() })
    }

    async fn auth_publickey(
        &mut self,
        _user: &str,
        _key: VerifiedPublicKey<'_>,
    ) -> Result<Auth, russh::Error> {
        self.saw("publickey");
        Ok(match self.wants.key_then {
            Some(next) => {
                let next = MethodSet::from(&[next][..]);
                Auth::Reject { proceed_with_methods: Some(next), partial_success: true }
            }
            None => self.no(),
        })
    }

    async fn auth_keyboard_interactive<'a>(
        &'a mut self,
        _user: &str,
        _methods: &str,
        response: Option<Response<'a>>,
    ) -> Result<Auth, russh::Error> {
        let Some(response) = response else {
            self.saw("keyboard-interactive");
            self.round = 0;
            return Ok(self.question());
        };
        let answers: Vec<Vec<u8>> = response.map(|bytes| bytes.to_vec()).collect();
        let wanted: Vec<Vec<u8>> =
            self.wants.rounds[self.round].2.iter().map(|answer| answer.as_bytes().to_vec()).collect();
        if answers != wanted {
            return Ok(self.no());
        }
        self.round += 1;
        Ok(if self.round == self.wants.rounds.len() { Auth::Accept } else { self.question() })
    }

    async fn channel_open_session(
        &mut self,
        channel: Channel<Msg>,
        reply: ChannelOpenHandle,
        _session: &mut Session,
    ) -> Result<(), russh::Error> {
        self.scripts.insert(channel.id(), (channel, Vec::new()));
        reply.accept().await;
        Ok(())
    }

    async fn exec_request(
        &mut self,
        id: ChannelId,
        _command: &[u8],
        session: &mut Session,
    ) -> Result<(), russh::Error> {
        self.counts.commands.fetch_add(1, Ordering::Relaxed);
        if self.wants.lie.is_some() { session.channel_success(id) } else { session.channel_failure(id) }
    }

    async fn data(&mut self, id: ChannelId, data: &[u8], session: &mut Session) -> Result<(), russh::Error> {
        self.listen(id, data, session.handle());
        Ok(())
    }
}
