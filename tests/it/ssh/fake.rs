//! A server for what a real `sshd` cannot offer without accounts and passwords of the machine: logging in with a
//! password or by questions, several proofs in a row, and a host that talks too much.

use std::borrow::Cow;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use russh::keys::{Algorithm, PrivateKey};
use russh::server::{Auth, Config, Handler, Msg, Response, Session, VerifiedPublicKey, run_stream};
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
        }
    }
}

/// A server on a thread of its own; it ends with this value.
pub struct Fake {
    port: u16,
    _stop: tokio::sync::oneshot::Sender<()>,
    attempts: Arc<Mutex<Vec<&'static str>>>,
}

struct Login {
    wants: Wants,
    round: usize,
    attempts: Arc<Mutex<Vec<&'static str>>>,
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
                    let login = Login { wants: wants.clone(), round: 0, attempts: Arc::clone(&seen) };
                    let config = Arc::clone(&config);
                    tokio::spawn(async move {
                        if let Ok(session) = run_stream(config, stream, login).await {
                            let _ = session.await;
                        }
                    });
                }
            });
        });
        Fake { port, _stop: stop, attempts }
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
        _channel: Channel<Msg>,
        reply: ChannelOpenHandle,
        _session: &mut Session,
    ) -> Result<(), russh::Error> {
        reply.accept().await;
        Ok(())
    }

    async fn exec_request(
        &mut self,
        id: ChannelId,
        _command: &[u8],
        session: &mut Session,
    ) -> Result<(), russh::Error> {
        session.channel_failure(id)
    }
}
