//! The keys a user has: in files, with certificates beside them, and in an agent.

use std::path::{Path, PathBuf};
use std::time::Duration;

use russh::keys::agent::AgentIdentity;
use russh::keys::agent::client::AgentClient;
use russh::keys::signature::Signer as _;
use russh::keys::ssh_encoding::Encode;
use russh::keys::ssh_key::Signature;
use russh::keys::ssh_key::private::KeypairData;
use russh::keys::{Algorithm, Certificate, HashAlg, PrivateKey, PublicKey, decode_secret_key};
use tokio::net::UnixStream;
use zeroize::Zeroizing;

use super::super::ask::NoAnswer;
use super::super::config::HostConfig;
use super::super::link::Refusal;
use super::session::{Shared, who};
use crate::app::question::{Answer, Ask};

/// No key file is longer than that.
const KEY_FILE: u64 = 1 << 20;
/// How long an agent may take to say what it has.
const AGENT_LIMIT: Duration = Duration::from_secs(10);
/// How long it may take to sign; hosts do not wait longer (`LoginGraceTime`).
const SIGN_LIMIT: Duration = Duration::from_secs(120);
/// How often a passphrase is asked for, as OpenSSH does.
const PASSPHRASES: usize = 3;

/// An agent that answers.
pub(super) type Agent = AgentClient<UnixStream>;

/// A key that can be shown to a host.
pub(super) struct Identity {
    /// How it is called: the file, or the agent's comment.
    pub label: String,
    pub public: PublicKey,
    pub certificate: Option<Certificate>,
    holder: Holder,
}

#[derive(Clone)]
enum Holder {
    /// The agent, under the name of its certificate if it has that too.
    Agent { certified: bool },
    /// A private key's file and its text.
    File { path: PathBuf, text: Zeroizing<String> },
}

/// A key's file.
struct KeyFile {
    path: PathBuf,
    public: PublicKey,
    /// The text of the private key; `None` where there is only the public one, for a key in an agent.
    private: Option<Zeroizing<String>>,
    locked: bool,
    certificates: Vec<Certificate>,
}

/// Connects to the host's agent, if it has one.
pub(super) async fn agent(shared: &Shared, notes: &mut Vec<String>) -> Option<Agent> {
    let socket = shared.host.agent.as_ref()?;
    match tokio::time::timeout(AGENT_LIMIT, UnixStream::connect(socket)).await {
        Ok(Ok(stream)) => Some(AgentClient::connect(stream)),
        _ => {
            notes.push(format!("the agent at {} does not answer", socket.display()));
            None
        }
    }
}

/// All keys in the order they are tried: those of the agent that the config names, then the agent's others (unless
/// `IdentitiesOnly`), then the files the agent does not have. A certificate comes before its plain key.
pub(super) async fn identities(
    shared: &Shared,
    agent: Option<&mut Agent>,
    notes: &mut Vec<String>,
) -> Vec<Identity> {
    let host = &shared.host;
    let files = files(host, notes);
    let mut held = Vec::new();
    if let Some(agent) = agent {
        match tokio::time::timeout(AGENT_LIMIT, agent.request_identities()).await {
            Ok(Ok(identities)) => held = identities,
            _ => notes.push("the agent does not say what keys it has".to_string()),
        }
    }
    let named = |identity: &AgentIdentity| {
        let key = identity.public_key();
        files.iter().find(|file| file.public.key_data() == key.key_data())
    };
    let mut all = Vec::new();
    for identity in held.iter().filter(|identity| named(identity).is_some()) {
        if let (AgentIdentity::PublicKey { .. }, Some(file)) = (identity, named(identity)) {
            all.extend(certified(file, &Holder::Agent { certified: false }));
        }
        all.push(from_agent(identity));
    }
    if !host.identities_only {
        all.extend(held.iter().filter(|identity| named(identity).is_none()).map(from_agent));
    }
    for file in files.iter().filter(|file| {
        !held.iter().any(|identity| identity.public_key().key_data() == file.public.key_data())
    }) {
        let Some(text) = &file.private else { continue };
        let known = shared.asker.remembered(&secret_id(&file.path)).is_some();
        if file.locked && shared.asker.is_silent() && !known {
            notes.push(format!(
                "the key {0} has a passphrase, and nobody can be asked for it here (ssh-add {0} hands it to an agent)",
                file.path.display()
            ));
            continue;
        }
        let holder = Holder::File { path: file.path.clone(), text: text.clone() };
        all.extend(certified(file, &holder));
        let label = file.path.display().to_string();
        all.push(Identity { label, public: file.public.clone(), certificate: None, holder });
    }
    all
}

fn from_agent(identity: &AgentIdentity) -> Identity {
    let certificate = match identity {
        AgentIdentity::PublicKey { .. } => None,
        AgentIdentity::Certificate { certificate, .. } => Some(certificate.clone()),
    };
    Identity {
        label: format!("{} of the agent", identity.comment()),
        public: identity.public_key().into_owned(),
        holder: Holder::Agent { certified: certificate.is_some() },
        certificate,
    }
}

fn certified<'a>(file: &'a KeyFile, holder: &'a Holder) -> impl Iterator<Item = Identity> + 'a {
    let with = |certificate: &Certificate| {
        format!("{} with certificate {}", file.path.display(), certificate.key_id())
    };
    file.certificates.iter().map(move |certificate| Identity {
        label: match holder {
            Holder::Agent { .. } => format!("{} of the agent", with(certificate)),
            Holder::File { .. } => with(certificate),
        },
        public: file.public.clone(),
        certificate: Some(certificate.clone()),
        holder: holder.clone(),
    })
}

fn files(host: &HostConfig, notes: &mut Vec<String>) -> Vec<KeyFile> {
    let mut files: Vec<KeyFile> = Vec::new();
    for path in &host.identity_files {
        match key_file(path) {
            Ok(Some(file)) if files.iter().all(|other| other.public.key_data() != file.public.key_data()) => {
                files.push(file);
            }
            Ok(_) => {}
            Err(why) => notes.push(why),
        }
    }
    for path in &host.certificate_files {
        let certificate = read(path).and_then(|text| Certificate::from_openssh(&text).ok());
        let Some(certificate) = certificate else {
            notes.push(format!("{} cannot be read as a certificate", path.display()));
            continue;
        };
        match files.iter_mut().find(|file| file.public.key_data() == certificate.public_key()) {
            Some(file) => file.certificates.insert(0, certificate),
            None => notes.push(format!("no IdentityFile is the key of the certificate {}", path.display())),
        }
    }
    files
}

fn read(path: &Path) -> Option<Zeroizing<String>> {
    let short = std::fs::metadata(path).is_ok_and(|file| file.is_file() && file.len() <= KEY_FILE);
    short.then(|| std::fs::read_to_string(path).ok().map(Zeroizing::new)).flatten()
}

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    PathBuf::from(name)
}

/// Reads a key's file; `None` when there is none.
fn key_file(path: &Path) -> Result<Option<KeyFile>, String> {
    let public_beside = || read(&beside(path, ".pub")).and_then(|text| PublicKey::from_openssh(&text).ok());
    let certificates = [beside(path, "-cert.pub")];
    let certificates = certificates
        .iter()
        .filter_map(|path| Certificate::from_openssh(&read(path)?).ok())
        .collect::<Vec<_>>();
    let text = read(path);
    let unreadable = || format!("{} cannot be read as a private key", path.display());
    let (public, private, locked) = match text {
        None if path.exists() => return Err(unreadable()),
        None => match public_beside() {
            Some(public) => (public, None, false),
            None => return Ok(None),
        },
        Some(text) => match (PublicKey::from_openssh(&text), PrivateKey::from_openssh(text.as_bytes())) {
            (Ok(public), _) => (public, None, false),
            (_, Ok(key)) => (key.public_key().clone(), Some(text), key.is_encrypted()),
            _ => match decode_secret_key(&text, None) {
                Ok(key) => (key.public_key().clone(), Some(text), false),
                Err(_) => (public_beside().ok_or_else(unreadable)?, Some(text), true),
            },
        },
    };
    if private.is_some()
        && matches!(public.algorithm(), Algorithm::SkEd25519 | Algorithm::SkEcdsaSha2NistP256)
    {
        return Ok(Some(KeyFile { path: path.to_path_buf(), public, private: None, locked, certificates }));
    }
    Ok(Some(KeyFile { path: path.to_path_buf(), public, private, locked, certificates }))
}

fn secret_id(path: &Path) -> String {
    format!("key {}", path.display())
}

/// Why nothing was signed.
pub(super) enum Unsigned {
    /// The connection is refused: the question was cancelled.
    Refused(Refusal),
    /// This key cannot be used; the next one may do.
    Unusable(String),
    /// The connection is gone.
    Gone,
}

impl From<russh::SendError> for Unsigned {
    fn from(_: russh::SendError) -> Unsigned {
        Unsigned::Gone
    }
}

/// Signs with one key, asking for its passphrase when the host would take it.
pub(super) struct Signer<'a> {
    pub shared: &'a Shared,
    pub identity: &'a Identity,
    pub agent: Option<&'a mut Agent>,
}

impl russh::Signer for Signer<'_> {
    type Error = Unsigned;

    async fn auth_sign(
        &mut self,
        _key: &AgentIdentity,
        hash: Option<HashAlg>,
        mut data: Vec<u8>,
    ) -> Result<Vec<u8>, Unsigned> {
        let _asking = self.shared.patience.asking();
        let unusable = |why: &str| Unsigned::Unusable(format!("{}: {why}", self.identity.label));
        match (&self.identity.holder, &mut self.agent, &self.identity.certificate) {
            (Holder::Agent { certified }, Some(agent), certificate) => {
                let held = match certificate {
                    Some(certificate) if *certified => AgentIdentity::from(certificate.clone()),
                    _ => AgentIdentity::from(self.identity.public.clone()),
                };
                // It may ask its user, or want a key touched.
                match tokio::time::timeout(SIGN_LIMIT, agent.sign_request(&held, hash, data)).await {
                    Ok(Ok(signed)) => Ok(signed),
                    _ => Err(unusable("the agent does not sign with it")),
                }
            }
            (Holder::Agent { .. }, None, _) => Err(unusable("the agent is gone")),
            (Holder::File { path, text }, ..) => {
                let key = unlock(self.shared, path, text).await?;
                let signature = sign(&key, hash, &data).map_err(|_| unusable("it cannot sign"))?;
                signature.encode(&mut data).map_err(|_| unusable("it cannot sign"))?;
                Ok(data)
            }
        }
    }
}

fn sign(key: &PrivateKey, hash: Option<HashAlg>, data: &[u8]) -> Result<Vec<u8>, russh::Error> {
    let signature: Signature = match key.key_data() {
        KeypairData::Rsa(pair) => (pair, hash).try_sign(data)?,
        pair => pair.try_sign(data)?,
    };
    let mut encoded = Vec::new();
    signature.encode(&mut encoded)?;
    Ok(encoded)
}

/// The private key of a file, with the passphrase that is remembered or asked for.
async fn unlock(shared: &Shared, path: &Path, text: &Zeroizing<String>) -> Result<PrivateKey, Unsigned> {
    let unusable = |why: &str| Unsigned::Unusable(format!("{}: {why}", path.display()));
    if let Some(key) = decode(text, None).await {
        return Ok(key);
    }
    let id = secret_id(path);
    let remembered = async || {
        let secret = shared.asker.remembered(&id)?;
        decode(text, Some(Zeroizing::new(secret.expose().to_string()))).await
    };
    if let Some(key) = remembered().await {
        return Ok(key);
    }
    let cancelled = || {
        let why = "the question for the passphrase of";
        Unsigned::Refused(Refusal::Final(format!(
            "{}: {why} {} was cancelled",
            shared.name(),
            path.display()
        )))
    };
    let turn = shared.asker.turn(&id).await.map_err(|_| cancelled())?;
    if let Some(key) = remembered().await {
        return Ok(key); // somebody else was asked for it
    }
    let mut note = String::new();
    for _ in 0..PASSPHRASES {
        let prompt = format!("passphrase of {}", path.display());
        let secret = match shared.asker.ask(&who(&shared.host), Ask::Text { prompt, note, echo: false }).await
        {
            Ok(Answer::Text(secret)) => secret,
            Err(NoAnswer::Nobody) => {
                return Err(unusable("it has a passphrase, and nobody can be asked for it here"));
            }
            _ => {
                turn.cancel();
                return Err(cancelled());
            }
        };
        if let Some(key) = decode(text, Some(Zeroizing::new(secret.expose().to_string()))).await {
            shared.asker.remember(&id, secret);
            return Ok(key);
        }
        note = "this passphrase does not open the key".to_string();
    }
    Err(unusable("no passphrase was right"))
}

/// Decodes a key off the thread that serves all connections: a passphrase is slow to try by design.
async fn decode(text: &Zeroizing<String>, passphrase: Option<Zeroizing<String>>) -> Option<PrivateKey> {
    let text = text.clone();
    let work = move || {
        let key = decode_secret_key(&text, passphrase.as_ref().map(|passphrase| passphrase.as_str())).ok()?;
        (!key.is_encrypted()).then_some(key)
    };
    tokio::task::spawn_blocking(work).await.ok().flatten()
}
