//! Which types of host keys are asked for, and in which order: a server has several keys, and shows the one of the
//! type that we name first.

use russh::keys::Algorithm;

use super::lines::{Lines, Marker};
use super::names::Names;
use crate::source::ssh::config::HostConfig;

/// All that we take, the best first.
const PLAIN: [&str; 6] = [
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "rsa-sha2-512",
    "rsa-sha2-256",
];

/// What a type's name ends in where the key comes in a certificate.
const CERTIFICATE: &str = "-cert-v01@openssh.com";

/// See [`super::preferred_types`].
pub fn preferred(host: &HostConfig) -> Vec<String> {
    let known = Lines::read(host, &Names::of(host));
    let certified = PLAIN.map(|name| format!("{name}{CERTIFICATE}"));
    let all: Vec<String> = certified.into_iter().chain(PLAIN.map(str::to_owned)).collect();
    let wanted = match &host.algorithms.host_key {
        Some(wanted) => wanted.iter().filter(|name| all.contains(name)).cloned().collect(),
        None => all,
    };
    let (certified, mut plain): (Vec<String>, Vec<String>) =
        wanted.into_iter().partition(|name| name.ends_with(CERTIFICATE));
    let types: Vec<Algorithm> = known.keys().map(|line| line.key.algorithm()).collect();
    plain.sort_by_key(|name| !types.iter().any(|known| is(name, known)));
    // Without an authority a certificate is worth the key in it, and hides which keys are known.
    match known.marked(Marker::Authority).next().is_some() || plain.is_empty() {
        true => certified.into_iter().chain(plain).collect(),
        false => plain,
    }
}

/// Whether a key of this type is asked for by this name.
fn is(name: &str, known: &Algorithm) -> bool {
    match known {
        Algorithm::Rsa { .. } => name.starts_with("rsa-sha2-"),
        known => name == known.as_str(),
    }
}
