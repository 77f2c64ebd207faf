//! Whether a host is who it claims to be: its key held against the known hosts, as OpenSSH does it.
//!
//! ```text
//!   key, HostConfig ──check──▶ Verdict ──decide──▶ Decision: take, ask, refuse ──▶ save
//! ```
//!
//! The matching is our own; the library parses keys and verifies signatures.
//! Nothing here asks anybody or speaks to the host.

use std::path::PathBuf;
use std::time::SystemTime;

use russh::keys::{PublicKey, PublicKeyOrCertificate};

use super::config::{HostConfig, Strict};
use crate::app::question::Ask;

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

/// What is done about a verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Go on.
    Take {
        /// The key is to be saved (see [`save`]) first.
        save: bool,
        /// Whether secrets that the host could misuse may be sent: a password, answers to its questions.
        /// Not to a host whose key is wrong and was taken all the same.
        secrets: bool,
        /// What the pane says as long as the link stands.
        caveat: Option<String>,
    },
    /// The user decides.
    Ask {
        /// The question.
        ask: Ask,
        /// The sentence when nobody can be asked.
        unasked: String,
    },
    /// No. A sentence that says what to do.
    Refuse(String),
}

/// Holds a host's key against the known hosts' files, which are read anew each time. `now` is what
/// certificates are valid at.
pub fn check(host: &HostConfig, key: &PublicKeyOrCertificate, now: SystemTime) -> Verdict {
    let _ = (host, key, now);
    todo!()
}

/// What `strict` makes of a verdict. `name` is the host as the user named it.
pub fn decide(strict: Strict, name: &str, verdict: &Verdict) -> Decision {
    let _ = (strict, name, verdict);
    todo!()
}

/// Appends a key (that of a certificate: the plain one inside) to the first of the user's files and says
/// which that was. What is written there already is not touched.
///
/// # Errors
/// A sentence, when there is no such file, the name cannot be written to one, or it cannot be written.
pub fn save(host: &HostConfig, key: &PublicKey) -> Result<PathBuf, String> {
    let _ = (host, key);
    todo!()
}

/// The algorithms for host keys by their SSH names (those of certificates too), the best first, where those
/// for which a key of the host is known come before all others. Only those of `HostKeyAlgorithms` where that
/// was said, and never SHA-1.
pub fn preferred_types(host: &HostConfig) -> Vec<String> {
    let _ = host;
    todo!()
}
