//! What is done about a host's key, by what the known hosts say of it and how strict the user is.

use std::path::Path;

use super::{Place, Shown, Verdict};
use crate::app::question::Ask;
use crate::core::text::printable;
use crate::source::ssh::config::Strict;

/// What is done about a verdict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Go on.
    Take {
        /// The key is to be saved (see [`super::save`]) first.
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

/// What `strict` makes of a verdict. `name` is the host as the user named it.
pub fn decide(strict: Strict, name: &str, verdict: &Verdict) -> Decision {
    let name = printable(name);
    if strict == Strict::Off {
        return unchecked(verdict);
    }
    match verdict {
        Verdict::Trusted(_) => Decision::Take { save: false, secrets: true, caveat: None },
        // The host may well be known in the file that cannot be read.
        Verdict::Unknown { file, blind: false, .. } if strict == Strict::AcceptNew => {
            Decision::Take { save: file.is_some(), secrets: true, caveat: None }
        }
        Verdict::Unknown { shown, art, file, notes, .. } => {
            unknown(strict, &name, shown, art, file.as_deref(), notes)
        }
        Verdict::Changed { shown, known, place, name: written } => Decision::Refuse(format!(
            "the host key of {name} has changed: it shows {}, and {} says {}. Somebody may be in between: ask whoever \
             runs the host. If the new key is right, ssh-keygen -f {} -R {} takes the old one out",
            words(shown),
            at(place),
            words(known),
            quoted(&place.file.to_string_lossy()),
            quoted(written),
        )),
        Verdict::Revoked { shown, place } => Decision::Refuse(format!(
            "the host key of {name} is revoked: it shows {}, which {} says is not to be trusted. Ask whoever runs the \
             host for another",
            words(shown),
            at(place)
        )),
    }
}

/// Whatever it is, it is taken, and said.
fn unchecked(verdict: &Verdict) -> Decision {
    let (caveat, save, secrets) = match verdict {
        Verdict::Trusted(_) => ("a wrong host key would be taken too".to_owned(), false, true),
        Verdict::Unknown { file, .. } => ("host key not checked".to_owned(), file.is_some(), true),
        Verdict::Changed { place, .. } => (format!("host key is not that of {}", at(place)), false, false),
        Verdict::Revoked { place, .. } => (format!("host key is revoked by {}", at(place)), false, false),
    };
    Decision::Take { save, secrets, caveat: Some(format!("{caveat} (StrictHostKeyChecking no)")) }
}

fn unknown(
    strict: Strict,
    name: &str,
    shown: &Shown,
    art: &[String],
    file: Option<&Path>,
    notes: &[String],
) -> Decision {
    let notes: String = notes.iter().map(|note| format!("; {note}")).collect();
    let unknown = format!("the host key of {name} is not known: it shows {}{notes}", words(shown));
    if strict == Strict::Yes {
        return Decision::Refuse(format!(
            "{unknown}. StrictHostKeyChecking is yes, so it is not asked about: if it is right, add it to the known hosts"
        ));
    }
    let ask = Ask::HostKey {
        kind: shown.kind.clone(),
        fingerprint: shown.fingerprint.clone(),
        art: art.to_vec(),
        file: file.map(|file| printable(&file.to_string_lossy())),
    };
    let unasked = format!(
        "{unknown}. Nobody can be asked without a screen: connect once with one, or with ssh, and accept the key there"
    );
    Decision::Ask { ask, unasked }
}

/// `ED25519 SHA256:…`
fn words(shown: &Shown) -> String {
    format!("{} {}", shown.kind, shown.fingerprint)
}

/// `/home/ada/.ssh/known_hosts:12`
fn at(place: &Place) -> String {
    format!("{}:{}", printable(&place.file.to_string_lossy()), place.line)
}

/// A word for a shell.
fn quoted(word: &str) -> String {
    let plain = |char: char| char.is_ascii_alphanumeric() || "/._-:@%+".contains(char);
    match !word.is_empty() && word.chars().all(plain) {
        true => word.to_owned(),
        false => format!("'{}'", printable(word).replace('\'', r"'\''")),
    }
}
