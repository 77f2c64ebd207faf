//! Which algorithms are offered, in which order.

use std::borrow::Cow;

use russh::keys::{Algorithm, HashAlg};
use russh::{Preferred, cipher, compression, kex, mac};

use super::super::config::HostConfig;
use super::super::known;

const KEX: &[kex::Name] = &[
    kex::MLKEM768X25519_SHA256,
    kex::CURVE25519,
    kex::CURVE25519_PRE_RFC_8731,
    kex::ECDH_SHA2_NISTP256,
    kex::ECDH_SHA2_NISTP384,
    kex::ECDH_SHA2_NISTP521,
    kex::DH_GEX_SHA256,
    kex::DH_G16_SHA512,
    kex::DH_G18_SHA512,
    kex::DH_G14_SHA256,
];

/// Marks in the list of key exchanges that are none.
const MARKS: &[kex::Name] = &[kex::EXTENSION_SUPPORT_AS_CLIENT, kex::EXTENSION_OPENSSH_STRICT_KEX_AS_CLIENT];

const MACS: &[mac::Name] = &[
    mac::HMAC_SHA256_ETM,
    mac::HMAC_SHA512_ETM,
    mac::HMAC_SHA1_ETM,
    mac::HMAC_SHA256,
    mac::HMAC_SHA512,
    mac::HMAC_SHA1,
];

/// The fastest first, where the processor has instructions for AES: over loopback aes128-gcm is nearly twice
/// as fast as the two others.
const CIPHERS: &[cipher::Name] = &[
    cipher::AES_128_GCM,
    cipher::AES_256_GCM,
    cipher::CHACHA20_POLY1305,
    cipher::AES_128_CTR,
    cipher::AES_192_CTR,
    cipher::AES_256_CTR,
];

/// The same where it has none.
const CIPHERS_WITHOUT_AES: &[cipher::Name] = &[
    cipher::CHACHA20_POLY1305,
    cipher::AES_128_GCM,
    cipher::AES_256_GCM,
    cipher::AES_128_CTR,
    cipher::AES_192_CTR,
    cipher::AES_256_CTR,
];

/// What every name of a host key's certificate ends with.
const CERTIFICATE: &str = "-cert-v01@openssh.com";

/// A list in the ssh config of which nothing can be spoken here: its keyword, and itself.
pub type Unspeakable = (&'static str, String);

/// The first such list.
pub fn unspeakable(host: &HostConfig) -> Option<Unspeakable> {
    let speaks = |name: &String| host_key(name.strip_suffix(CERTIFICATE).unwrap_or(name)).is_some();
    let keys = host.algorithms.host_key.as_deref().filter(|names| !names.iter().any(speaks));
    lists(host).err().or(keys.map(|names| ("HostKeyAlgorithms", names.join(","))))
}

/// What is offered to a host.
///
/// # Errors
/// A sentence, when nothing of a list in the ssh config can be spoken.
pub(super) fn preferred(host: &HostConfig) -> Result<Preferred, String> {
    let (mut kex, cipher, mac) = lists(host).map_err(|list| none_left(host, &list))?;
    kex.extend_from_slice(MARKS);
    let (key, host_key_certificates) = host_keys(host)?;
    let compression: &[compression::Name] = match host.compression {
        true => &[compression::ZLIB_LEGACY, compression::ZLIB, compression::NONE],
        false => &[compression::NONE, compression::ZLIB_LEGACY, compression::ZLIB],
    };
    Ok(Preferred {
        kex: kex.into(),
        key: key.into(),
        host_key_certificates: host_key_certificates.into(),
        cipher: cipher.into(),
        mac: mac.into(),
        compression: Cow::Borrowed(compression),
    })
}

type Lists = (Vec<kex::Name>, Vec<cipher::Name>, Vec<mac::Name>);

/// What is offered of the config's lists.
fn lists(host: &HostConfig) -> Result<Lists, Unspeakable> {
    let lists = &host.algorithms;
    let is_kex = |name: &kex::Name| !MARKS.contains(name) && !name.as_ref().starts_with("none");
    let kex = named("KexAlgorithms", lists.kex.as_deref(), KEX, |name| {
        kex::Name::try_from(name).ok().filter(is_kex)
    })?;
    let ciphers = named("Ciphers", lists.ciphers.as_deref(), ciphers(), |name| {
        cipher::Name::try_from(name).ok().filter(|name| ![cipher::CLEAR, cipher::NONE].contains(name))
    })?;
    let macs = named("MACs", lists.macs.as_deref(), MACS, |name| {
        mac::Name::try_from(name).ok().filter(|name| *name != mac::NONE)
    })?;
    Ok((kex, ciphers, macs))
}

/// The algorithms of a list that we can speak; ours, where the config has none.
fn named<T: Clone>(
    keyword: &'static str,
    list: Option<&[String]>,
    ours: &[T],
    find: impl Fn(&str) -> Option<T>,
) -> Result<Vec<T>, Unspeakable> {
    let Some(list) = list else { return Ok(ours.to_vec()) };
    let found: Vec<T> = list.iter().filter_map(|name| find(name)).collect();
    if found.is_empty() { Err((keyword, list.join(","))) } else { Ok(found) }
}

fn none_left(host: &HostConfig, (keyword, list): &Unspeakable) -> String {
    format!(
        "{}: of {keyword} {list} in the ssh config nothing can be spoken here: add another one, or use the system's ssh \
         for this host",
        host.target
    )
}

fn ciphers() -> &'static [cipher::Name] {
    #[cfg(target_arch = "x86_64")]
    let aes = std::arch::is_x86_feature_detected!("aes");
    #[cfg(target_arch = "aarch64")]
    let aes = std::arch::is_aarch64_feature_detected!("aes");
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    let aes = false;
    if aes { CIPHERS } else { CIPHERS_WITHOUT_AES }
}

/// Plain host keys, and those whose certificates are asked for. The library offers all certificates before all
/// plain keys, so they are left out where a plain key is known: the host would show another one than that.
fn host_keys(host: &HostConfig) -> Result<(Vec<Algorithm>, Vec<Algorithm>), String> {
    let names = known::preferred_types(host);
    let certificates_first = names.first().is_some_and(|name| name.contains("-cert-"));
    let mut plain = Vec::new();
    let mut certificates = Vec::new();
    for name in &names {
        match name.strip_suffix(CERTIFICATE) {
            None => plain.extend(host_key(name)),
            Some(name) if certificates_first => certificates.extend(host_key(name)),
            Some(_) => {}
        }
    }
    if plain.is_empty() && certificates.is_empty() {
        let names = host.algorithms.host_key.as_deref().unwrap_or(&names);
        return Err(none_left(host, &("HostKeyAlgorithms", names.join(","))));
    }
    Ok((plain, certificates))
}

fn host_key(name: &str) -> Option<Algorithm> {
    match name {
        "rsa-sha2-512" => Some(Algorithm::Rsa { hash: Some(HashAlg::Sha512) }),
        "rsa-sha2-256" => Some(Algorithm::Rsa { hash: Some(HashAlg::Sha256) }),
        _ => name
            .parse()
            .ok()
            .filter(|algorithm| matches!(algorithm, Algorithm::Ed25519 | Algorithm::Ecdsa { .. })),
    }
}
