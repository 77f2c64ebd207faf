//! Lists of algorithms as an ssh config changes them: `+` behind, `-` out of, `^` in front of OpenSSH's own.

use crate::core::glob;

/// A list that can be changed.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// What OpenSSH offers of itself, in its order (9.2).
    offered: &'static [&'static str],
    /// What a pattern in a list may stand for, in its order; nothing where lists have no patterns.
    all: &'static [&'static str],
}

const KEYS: &[&str] = &[
    "ssh-ed25519-cert-v01@openssh.com",
    "ecdsa-sha2-nistp256-cert-v01@openssh.com",
    "ecdsa-sha2-nistp384-cert-v01@openssh.com",
    "ecdsa-sha2-nistp521-cert-v01@openssh.com",
    "sk-ssh-ed25519-cert-v01@openssh.com",
    "sk-ecdsa-sha2-nistp256-cert-v01@openssh.com",
    "rsa-sha2-512-cert-v01@openssh.com",
    "rsa-sha2-256-cert-v01@openssh.com",
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "sk-ssh-ed25519@openssh.com",
    "sk-ecdsa-sha2-nistp256@openssh.com",
    "rsa-sha2-512",
    "rsa-sha2-256",
];

const ALL_KEYS: &[&str] = &[
    "ssh-ed25519",
    "ssh-ed25519-cert-v01@openssh.com",
    "sk-ssh-ed25519@openssh.com",
    "sk-ssh-ed25519-cert-v01@openssh.com",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp256-cert-v01@openssh.com",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp384-cert-v01@openssh.com",
    "ecdsa-sha2-nistp521",
    "ecdsa-sha2-nistp521-cert-v01@openssh.com",
    "sk-ecdsa-sha2-nistp256@openssh.com",
    "sk-ecdsa-sha2-nistp256-cert-v01@openssh.com",
    "webauthn-sk-ecdsa-sha2-nistp256@openssh.com",
    "ssh-dss",
    "ssh-dss-cert-v01@openssh.com",
    "ssh-rsa",
    "ssh-rsa-cert-v01@openssh.com",
    "rsa-sha2-256",
    "rsa-sha2-256-cert-v01@openssh.com",
    "rsa-sha2-512",
    "rsa-sha2-512-cert-v01@openssh.com",
];

/// `HostKeyAlgorithms`, `PubkeyAcceptedAlgorithms`.
pub const KEY: Known = Known { offered: KEYS, all: ALL_KEYS };

/// `CASignatureAlgorithms`.
pub const CA: Known = Known {
    offered: &[
        "ssh-ed25519",
        "ecdsa-sha2-nistp256",
        "ecdsa-sha2-nistp384",
        "ecdsa-sha2-nistp521",
        "sk-ssh-ed25519@openssh.com",
        "sk-ecdsa-sha2-nistp256@openssh.com",
        "rsa-sha2-512",
        "rsa-sha2-256",
    ],
    all: ALL_KEYS,
};

/// `KexAlgorithms`.
pub const KEX: Known = Known {
    offered: &[
        "sntrup761x25519-sha512",
        "sntrup761x25519-sha512@openssh.com",
        "curve25519-sha256",
        "curve25519-sha256@libssh.org",
        "ecdh-sha2-nistp256",
        "ecdh-sha2-nistp384",
        "ecdh-sha2-nistp521",
        "diffie-hellman-group-exchange-sha256",
        "diffie-hellman-group16-sha512",
        "diffie-hellman-group18-sha512",
        "diffie-hellman-group14-sha256",
    ],
    all: &[],
};

/// `Ciphers`.
pub const CIPHER: Known = Known {
    offered: &[
        "chacha20-poly1305@openssh.com",
        "aes128-ctr",
        "aes192-ctr",
        "aes256-ctr",
        "aes128-gcm@openssh.com",
        "aes256-gcm@openssh.com",
    ],
    all: &[],
};

/// `MACs`.
pub const MAC: Known = Known {
    offered: &[
        "umac-64-etm@openssh.com",
        "umac-128-etm@openssh.com",
        "hmac-sha2-256-etm@openssh.com",
        "hmac-sha2-512-etm@openssh.com",
        "hmac-sha1-etm@openssh.com",
        "umac-64@openssh.com",
        "umac-128@openssh.com",
        "hmac-sha2-256",
        "hmac-sha2-512",
        "hmac-sha1",
    ],
    all: &[],
};

impl Known {
    /// The list that `said` makes of OpenSSH's own.
    pub fn list(self, said: &str) -> Vec<String> {
        let own = || self.offered.iter().map(|name| (*name).to_owned());
        let mut list: Vec<String> = match (said.get(..1), said.get(1..)) {
            (Some("+"), Some(more)) => own().chain(self.named(more)).collect(),
            (Some("^"), Some(first)) => self.named(first).into_iter().chain(own()).collect(),
            (Some("-"), Some(without)) => {
                let out = |name: &String| without.split(',').any(|pattern| glob::matches(pattern, name));
                own().filter(|name| !out(name)).collect()
            }
            _ => self.named(said),
        };
        let mut seen = std::collections::BTreeSet::new();
        list.retain(|name| seen.insert(name.clone()));
        list
    }

    /// The algorithms a list names; a pattern stands for all that are known and match.
    fn named(self, list: &str) -> Vec<String> {
        let one = |name: &str| match glob::is_pattern(name) {
            true => self
                .all
                .iter()
                .filter(|known| glob::matches(name, known))
                .map(|known| (*known).to_owned())
                .collect(),
            false => vec![name.to_owned()],
        };
        list.split(',').filter(|name| !name.is_empty()).flat_map(one).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_of_the_own_list() {
        assert_eq!(CIPHER.list("aes256-ctr,aes128-ctr"), ["aes256-ctr", "aes128-ctr"]);
        assert_eq!(CIPHER.list("-aes*,chacha*"), Vec::<String>::new());
        assert_eq!(CIPHER.list("^aes256-ctr")[..2], ["aes256-ctr", "chacha20-poly1305@openssh.com"]);
        assert_eq!(CIPHER.list("^aes256-ctr").len(), 6);
        assert_eq!(CIPHER.list("+aes128-cbc").last().unwrap(), "aes128-cbc");
        assert_eq!(KEY.list("ssh-rsa*"), ["ssh-rsa", "ssh-rsa-cert-v01@openssh.com"]);
        assert_eq!(KEY.list(""), Vec::<String>::new());
    }
}
