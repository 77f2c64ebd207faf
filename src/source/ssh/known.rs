//! Whether a host is who it claims to be: its key held against the known hosts, as OpenSSH does it.
//!
//! ```text
//!   key, HostConfig ──check──▶ Verdict ──decide──▶ Decision: take, ask, refuse ──▶ save
//! ```
//!
//! The matching is our own; the library parses keys and verifies signatures.
//! Nothing here asks anybody or speaks to the host.

mod certificate;
mod decision;
mod lines;
mod names;
mod save;
mod shown;
#[cfg(test)]
mod tests;
mod types;

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use russh::keys::{Certificate, PublicKey, PublicKeyOrCertificate};

use super::config::HostConfig;
pub use decision::{Decision, decide};
use lines::{Line, Lines, Marker};
pub(super) use names::Names;

/// A key as people compare it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// `ED25519`, `RSA 3072`.
    pub kind: String,
    /// `SHA256:…`.
    pub fingerprint: String,
}

/// Where a key is known from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The known hosts file.
    pub file: PathBuf,
    /// The line in it, from 1.
    pub line: usize,
}

/// What the known hosts say of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is the host's, or the host's certificate was signed by an authority that is known for it.
    Trusted(Shown),
    /// Nothing is known of the host.
    Unknown {
        /// The key.
        shown: Shown,
        /// The key as a picture, row by row.
        art: Vec<String>,
        /// The file an accepted key is saved to; `None` where it cannot be saved.
        file: Option<PathBuf>,
        /// Why more could not be said: a certificate that does not count, a file that cannot be read.
        notes: Vec<String>,
        /// A file of known hosts is there and cannot be read, so the host may be known after all.
        blind: bool,
    },
    /// The host is known by other keys, of this or another type.
    Changed {
        /// The key it showed.
        shown: Shown,
        /// The one it is known by.
        known: Shown,
        /// Where that is written.
        place: Place,
        /// The name that is written there, for `ssh-keygen -R`.
        name: String,
    },
    /// The key, or the authority that signed it, is marked as revoked.
    Revoked {
        /// The key it showed.
        shown: Shown,
        /// Where that is written.
        place: Place,
    },
}

/// Holds a host's key against the known hosts' files, which are read anew each time. `now` is what
/// certificates are valid at.
pub fn check(host: &HostConfig, key: &PublicKeyOrCertificate, now: SystemTime) -> Verdict {
    let names = Names::of(host);
    let known = Lines::read(host, &names);
    let plain = key.public_key();
    let shown = Shown::of(&plain);
    if let Some(line) = revoked(&known, key) {
        return Verdict::Revoked { shown, place: line.place.clone() };
    }
    let mut notes = Vec::new();
    match key.certificate().map(|certificate| certified(&known, certificate, host, &names, now)) {
        Some(Ok(())) => return Verdict::Trusted(shown),
        Some(Err(why)) => notes.push(why),
        None => {}
    }
    let keys: Vec<&Line> = known.keys().collect();
    if keys.iter().any(|line| line.key.key_data() == plain.key_data()) {
        return Verdict::Trusted(shown);
    }
    // Another key of the host at large says nothing of what listens on this port.
    let own = || keys.iter().filter(|line| line.own);
    let alike = own().find(|line| line.key.algorithm() == plain.algorithm());
    if let Some(line) = alike.or_else(|| own().next()) {
        let (known, place) = (Shown::of(&line.key), line.place.clone());
        return Verdict::Changed { shown, known, place, name: names.own };
    }
    let blind = !known.unread.is_empty();
    notes.extend(known.unread);
    let file = save::place(host).ok().map(Path::to_owned);
    Verdict::Unknown { shown, art: shown::picture(&plain), file, notes, blind }
}

/// The line that revokes the key, or the authority that signed its certificate.
fn revoked<'a>(known: &'a Lines, key: &PublicKeyOrCertificate) -> Option<&'a Line> {
    let plain = key.public_key();
    let authority = key.certificate().map(Certificate::signature_key);
    known.marked(Marker::Revoked).find(|line| {
        let revoked = line.key.key_data();
        revoked == plain.key_data() || Some(revoked) == authority
    })
}

/// Whether a certificate makes the key the host's, or why not.
fn certified(
    known: &Lines,
    certificate: &Certificate,
    host: &HostConfig,
    names: &Names,
    now: SystemTime,
) -> Result<(), String> {
    let authority = certificate.signature_key();
    if !known.marked(Marker::Authority).any(|line| line.key.key_data() == authority) {
        let Shown { kind, fingerprint } = Shown::of(&PublicKey::from(authority.clone()));
        return Err(format!("its certificate is signed by {kind} {fingerprint}, which is not known for it"));
    }
    match certificate::flaw(certificate, host, &names.principal, now) {
        None => Ok(()),
        Some(flaw) => Err(format!("its certificate {flaw}")),
    }
}

/// Appends a key (that of a certificate: the plain one inside) to the first of the user's files and says
/// which that was. What is written there already is not touched, and nothing is written twice.
///
/// # Errors
/// A sentence, when there is no such file, the name cannot be written to one, or it cannot be written.
pub fn save(host: &HostConfig, key: &PublicKey) -> Result<PathBuf, String> {
    save::save(host, key)
}

/// The algorithms for host keys by their SSH names, the best first, where those for which a key of the host is
/// known come before all others. Certificates come first of all, and only where an authority is known for the
/// host. Only those of `HostKeyAlgorithms` where that was said, and never SHA-1.
pub fn preferred_types(host: &HostConfig) -> Vec<String> {
    types::preferred(host)
}
