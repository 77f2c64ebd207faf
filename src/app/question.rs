//! What a host asks before it lets us in, and what is answered. Secrets live in memory only and are wiped.

use std::fmt;

use zeroize::Zeroizing;

/// Which question.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct QuestionId(pub u64);

/// A question, asked once per host or key however many panes wait for the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Which.
    pub id: QuestionId,
    /// Who is to be let in where: `ada@web1`, as the user knows the host.
    pub host: String,
    /// What is asked.
    pub ask: Ask,
}

/// What is asked. Texts that came from the remote are untrusted and shown printable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// A password, a passphrase, a one-time code.
    Text {
        /// What for: `password`, `passphrase of /home/ada/.ssh/id_ed25519`, or the server's own prompt.
        prompt: String,
        /// What stands above it: the server's instruction, or why the answer before was no good. May be empty.
        note: String,
        /// Whether what is typed may be seen (a server can say so for a user name or a code).
        echo: bool,
    },
    /// Whether this unknown host key is the host's.
    HostKey {
        /// `ED25519`, `RSA 3072`.
        kind: String,
        /// `SHA256:…`.
        fingerprint: String,
        /// The key as a picture, row by row.
        art: Vec<String>,
        /// The file an accepted key is saved to; `None` where it cannot be saved.
        file: Option<String>,
    },
}

/// What was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// To [`Ask::Text`].
    Text(Secret),
    /// To [`Ask::HostKey`]: this time.
    Once,
    /// To [`Ask::HostKey`]: from now on.
    Save,
    /// No answer: the host stays unconnected.
    Cancel,
}

/// A text that is wiped from memory when it is let go of, and never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Takes a text over.
    pub fn new(text: Zeroizing<String>) -> Secret {
        Secret(text)
    }

    /// The text.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}
