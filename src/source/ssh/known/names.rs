//! The names a host is looked for under, and the lists of patterns they are held against.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::hmac::{self, HMAC_SHA1_FOR_LEGACY_USE_ONLY, Key};

use crate::source::ssh::config::HostConfig;

/// What begins a name that is not written but hashed.
const HASHED: &str = "|1|";

/// The salt of a hashed name is as long as its hash.
pub const SALT: usize = 20;

/// The names a host is known by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Names {
    /// `web1`, `[web1]:2222`, or what `HostKeyAlias` says (without a port, then). In small letters.
    pub own: String,
    /// Where the port is another than 22 and nothing is known of `own`: a key of the host at large counts too.
    pub plain: Option<String>,
    /// What has to be among the names in a host certificate.
    pub principal: String,
}

impl Names {
    /// The names of a host.
    pub fn of(host: &HostConfig) -> Names {
        if let Some(alias) = &host.host_key_alias {
            return Names { own: alias.to_lowercase(), plain: None, principal: alias.clone() };
        }
        let name = host.hostname.to_lowercase();
        match host.port {
            22 => Names { own: name.clone(), plain: None, principal: name },
            port => Names { own: format!("[{name}]:{port}"), plain: Some(name.clone()), principal: name },
        }
    }
}

/// Whether a list as it stands in a known hosts file (`web?,!web9,*.example.org`, or one hashed name) means
/// `name`, which is in small letters.
pub fn means(list: &str, name: &str) -> bool {
    if list.starts_with('|') {
        return is_hash_of(list, name).unwrap_or(false);
    }
    let mut found = false;
    for item in list.split(',') {
        match item.strip_prefix('!') {
            Some(not) if matches(&not.to_lowercase(), name) => return false,
            Some(_) => {}
            None => found |= matches(&item.to_lowercase(), name),
        }
    }
    found
}

/// Whether `|1|salt|hash` is the hash of `name`; `None` where it is no hash at all.
fn is_hash_of(hashed: &str, name: &str) -> Option<bool> {
    let (salt, hash) = hashed.strip_prefix(HASHED)?.split_once('|')?;
    let (salt, hash) = (STANDARD.decode(salt).ok()?, STANDARD.decode(hash).ok()?);
    let key = Key::new(HMAC_SHA1_FOR_LEGACY_USE_ONLY, &salt);
    Some(salt.len() == SALT && hmac::verify(&key, name.as_bytes(), &hash).is_ok())
}

/// A name as it is written where nobody shall read which it is.
pub fn hashed(name: &str, salt: &[u8; SALT]) -> String {
    let hash = hmac::sign(&Key::new(HMAC_SHA1_FOR_LEGACY_USE_ONLY, salt), name.as_bytes());
    format!("{HASHED}{}|{}", STANDARD.encode(salt), STANDARD.encode(hash))
}

/// Whether a pattern, in which `*` is anything and `?` any one byte, is the whole of `name`. In time of the one
/// times the other at worst, whatever the pattern.
pub fn matches(pattern: &str, name: &str) -> bool {
    let (pattern, name) = (pattern.as_bytes(), name.as_bytes());
    let (mut at, mut next) = (0, 0);
    // Where the last `*` stands and what it was tried up to: it takes one byte more when the rest fails.
    let mut star = None;
    while next < name.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, next));
                at += 1;
            }
            Some(&byte) if byte == b'?' || byte == name[next] => {
                at += 1;
                next += 1;
            }
            _ => {
                let Some((place, taken)) = star else { return false };
                star = Some((place, taken + 1));
                at = place + 1;
                next = taken + 1;
            }
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What the two signs mean, said as plainly as possible.
    fn naive(pattern: &[u8], name: &[u8]) -> bool {
        match pattern {
            [] => name.is_empty(),
            [b'*', rest @ ..] => (0..=name.len()).any(|taken| naive(rest, &name[taken..])),
            [byte, rest @ ..] => {
                name.first().is_some_and(|first| *byte == b'?' || byte == first) && naive(rest, &name[1..])
            }
        }
    }

    #[test]
    fn a_list_means_what_it_says() {
        for (list, name, expected) in [
            ("web1", "web1", true),
            ("WEB1", "web1", true),
            ("web1", "web12", false),
            ("db1,web1", "web1", true),
            ("web?", "web1", true),
            ("web?", "web", false),
            ("*", "[web1]:2222", true),
            ("*.example.org", "a.b.example.org", true),
            ("*.example.org", "[a.example.org]:2222", false),
            ("[*.example.org]:2222", "[a.example.org]:2222", true),
            ("web*,!web9", "web1", true),
            ("web*,!web9", "web9", false),
            ("!web9,web*", "web9", false),
            ("!web9", "web1", false),
            ("2001:db8::1", "2001:db8::1", true),
            ("", "web1", false),
            ("|1|", "web1", false),
            ("|1|AAAA|AAAA", "web1", false),
            ("|2|x|y", "web1", false),
            ("|1|not base64|at all", "web1", false),
        ] {
            assert_eq!(means(list, name), expected, "{list:?} for {name:?}");
        }
    }

    #[test]
    fn a_pattern_of_many_stars_is_answered_at_once() {
        let pattern = "*a".repeat(400);
        assert!(!matches(&pattern, &format!("{}b", "a".repeat(4000))));
    }

    proptest! {
        #[test]
        fn a_pattern_matches_as_it_would_by_trying_everything(pattern in "[ab*?]{0,8}", name in "[ab]{0,8}") {
            prop_assert_eq!(matches(&pattern, &name), naive(pattern.as_bytes(), name.as_bytes()));
        }

        #[test]
        fn a_hashed_name_means_itself_alone(name in "[a-z0-9.:\\[\\]-]{1,20}", other in "[a-z0-9.]{1,20}",
            salt in prop::array::uniform20(any::<u8>())) {
            let written = hashed(&name, &salt);
            prop_assert!(means(&written, &name));
            prop_assert_eq!(means(&written, &other), name == other);
        }

        #[test]
        fn no_list_is_too_odd(list in any::<String>(), name in "[a-z]{0,9}") {
            means(&list, &name);
        }
    }
}
