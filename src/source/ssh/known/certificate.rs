//! Whether a certificate, signed by an authority that is known for the host, makes its key the host's.

use std::time::{SystemTime, UNIX_EPOCH};

use russh::keys::ssh_key::certificate::CertType;
use russh::keys::{Algorithm, Certificate, HashAlg};

use super::names::matches;
use crate::source::ssh::config::HostConfig;

/// Why it does not, as the end of a sentence that begins with `its certificate`; `None` when it does. `name`
/// is what has to be among the names in it. Whether the authority is known is the caller's to ask.
pub fn flaw(
    certificate: &Certificate,
    host: &HostConfig,
    name: &str,
    now: SystemTime,
) -> Option<&'static str> {
    let now = now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let names = certificate.valid_principals();
    if certificate.cert_type() != CertType::Host {
        return Some("is one for users, not for hosts");
    }
    if now < certificate.valid_after() {
        return Some("is not valid yet");
    }
    if now >= certificate.valid_before() {
        return Some("has expired");
    }
    // A certificate without names is for all hosts.
    if !names.is_empty() && !names.iter().any(|pattern| matches(pattern, name)) {
        return Some("is for other hosts");
    }
    if !certificate.critical_options().is_empty() {
        return Some("has restrictions that we do not know");
    }
    let signed = certificate.signature().algorithm();
    if matches!(signed, Algorithm::Rsa { hash: None } | Algorithm::Dsa) {
        return Some("is signed with SHA-1");
    }
    let wanted = host.algorithms.ca_signatures.as_ref();
    if wanted.is_some_and(|wanted| !wanted.iter().any(|name| name == signed.as_str())) {
        return Some("is signed in a way that CASignatureAlgorithms does not name");
    }
    let authority = certificate.signature_key().fingerprint(HashAlg::Sha256);
    certificate.validate_at(now, [&authority]).err().map(|_| "is not signed properly")
}
