//! What the system's `ssh -v` says while it works, read line by line: facts of the link, and reasons. Pure.

use crate::core::text::printable;

/// Lines and their parts beyond this are cut: a server's banner comes this way too.
const LONGEST: usize = 300;

/// A reason is told by so many last lines.
const LINES: usize = 3;

/// What was said so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// Facts in the order in which they are shown.
    login: Option<String>,
    server: Option<String>,
    key: Option<String>,
    kex: Option<String>,
    cipher: Option<String>,
    mac: Option<String>,
    compression: Option<String>,
    /// The last lines that were meant for people.
    last: Vec<String>,
    /// Whether one of all lines says that trying again is of no use.
    hopeless: bool,
    /// How many lines there were.
    pub lines: u64,
}

/// What `ssh` says when it will say the same the next time.
const HOPELESS: &[&str] = &[
    "Host key verification failed",
    "Permission denied (",
    "Too many authentication failures",
    "No supported authentication methods",
    "Bad configuration option",
    "terminating, ",
    "no matching host key type found",
    "no matching key exchange method found",
    "no matching cipher found",
    "no matching MAC found",
    "Bad owner or permissions",
];

/// Lines for people that give no reason.
const CHATTER: &[&str] =
    &["OpenSSH_", "Authenticated to ", "Transferred: ", "Bytes per second: ", "Warning: Permanently added "];

impl Said {
    /// Takes a line in.
    pub fn line(&mut self, bytes: &[u8]) {
        self.lines += 1;
        let text = String::from_utf8_lossy(&bytes[..bytes.len().min(LONGEST)]);
        let text = text.trim();
        match text.strip_prefix("debug1: ") {
            Some(fact) => self.fact(fact),
            None => self.words(text),
        }
    }

    fn fact(&mut self, text: &str) {
        if let Some(key) =
            text.strip_prefix("Server host key: ").or(text.strip_prefix("Server host certificate: "))
        {
            let mut words = key.split([' ', ',']);
            let (kind, fingerprint) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
            self.key = Some(printable(&format!("{} {fingerprint}", short(kind))));
        } else if let Some(kex) = text.strip_prefix("kex: algorithm: ") {
            self.kex = Some(printable(kex));
        } else if let Some((_, version)) = text.split_once("remote software version ") {
            self.server = Some(printable(version));
        } else if let Some(names) = text.strip_prefix("kex: server->client cipher: ") {
            let words: Vec<&str> = names.split(' ').collect();
            let [cipher, "MAC:", mac, "compression:", compression] = words[..] else { return };
            self.cipher = Some(printable(cipher));
            self.mac = (mac != "<implicit>").then(|| printable(mac));
            self.compression = Some(if compression == "none" { "none" } else { "zlib" }.to_owned());
        }
    }

    fn words(&mut self, text: &str) {
        if let Some((_, method)) =
            text.strip_prefix("Authenticated to ").and_then(|text| text.split_once("using \""))
        {
            self.login = Some(printable(method.trim_end_matches(['"', '.'])));
        }
        self.hopeless |= HOPELESS.iter().any(|part| text.contains(part));
        let chatter =
            text.is_empty() || text.starts_with('@') || CHATTER.iter().any(|begin| text.starts_with(begin));
        if !chatter {
            self.last.push(printable(text));
            let many = self.last.len().saturating_sub(LINES);
            self.last.drain(..many);
        }
    }

    /// What is known of the link: what, value.
    pub fn facts(&self) -> Vec<(&'static str, String)> {
        let all = [
            ("login", &self.login),
            ("server", &self.server),
            ("host key", &self.key),
            ("key exchange", &self.kex),
            ("cipher", &self.cipher),
            ("mac", &self.mac),
            ("compression", &self.compression),
        ];
        all.into_iter().filter_map(|(what, value)| Some((what, value.clone()?))).collect()
    }

    /// The last words, as one sentence; `None` where there were none.
    pub fn reason(&self) -> Option<String> {
        let trimmed: Vec<&str> = self.last.iter().map(|line| line.trim_end_matches('.')).collect();
        (!trimmed.is_empty()).then(|| trimmed.join("; "))
    }

    /// Whether it will be the same the next time.
    pub fn hopeless(&self) -> bool {
        self.hopeless
    }
}

/// `ED25519` for `ssh-ed25519-cert-v01@openssh.com`.
fn short(kind: &str) -> String {
    let kind = kind.trim_end_matches("-cert-v01@openssh.com");
    kind.strip_prefix("ssh-").unwrap_or(kind.split('-').next().unwrap_or(kind)).to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Said {
        let mut said = Said::default();
        text.lines().for_each(|line| said.line(line.as_bytes()));
        said
    }

    #[test]
    fn facts_are_those_of_the_last_hop() {
        let said = said(
            "debug1: Remote protocol version 2.0, remote software version OpenSSH_9.2p1 Debian-2\r\n\
             debug1: kex: algorithm: sntrup761x25519-sha512@openssh.com\r\n\
             debug1: kex: server->client cipher: chacha20-poly1305@openssh.com MAC: <implicit> compression: none\r\n\
             debug1: Server host key: ssh-ed25519 SHA256:first\r\n\
             Authenticated to jump ([127.0.0.1]:22) using \"publickey\".\r\n\
             debug1: kex: algorithm: curve25519-sha256\r\n\
             debug1: kex: server->client cipher: aes128-ctr MAC: hmac-sha2-256 compression: zlib@openssh.com\r\n\
             debug1: Server host certificate: ssh-ed25519-cert-v01@openssh.com SHA256:second, serial 0 ID \"x\"\r\n\
             Authenticated to web1 (via proxy) using \"password\".\r\n",
        );
        let facts: Vec<String> = said.facts().iter().map(|(what, value)| format!("{what}={value}")).collect();
        assert_eq!(
            facts.join(" "),
            "login=password server=OpenSSH_9.2p1 Debian-2 host key=ED25519 SHA256:second \
             key exchange=curve25519-sha256 cipher=aes128-ctr mac=hmac-sha2-256 compression=zlib"
        );
        assert_eq!((said.reason(), said.hopeless()), (None, false));
    }

    #[test]
    fn a_reason_is_what_was_said_last_to_people_and_shown_safely() {
        let said = said(
            "debug1: Connecting to web1\n@@@@@@@@@\nfirst\nada@web1: Permission denied (publickey,pass\u{1b}word).\n\
             second\nthird\ndebug1: Exit\n",
        );
        assert!(said.hopeless());
        let reason = said.reason().unwrap_or_default();
        assert!(
            reason.starts_with("ada@web1: Permission denied (publickey,pass") && !reason.contains('\u{1b}')
        );
        assert!(reason.ends_with("; second; third"), "{reason}");
    }
}
