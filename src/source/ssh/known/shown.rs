//! A key as people see it: its kind, its fingerprint, its picture.

use russh::keys::ssh_key::public::KeyData;
use russh::keys::{Algorithm, HashAlg, PublicKey};

use super::Shown;

/// The picture's field. A walker starts in its middle.
const WIDTH: usize = 17;
const HEIGHT: usize = 9;

/// What a place looks like that was visited so many times.
const VISITS: &[u8] = b" .o+=*BOX@%&#/^";

impl Shown {
    /// How a key is shown.
    pub fn of(key: &PublicKey) -> Shown {
        let kind = match (name(key), bits(key.key_data())) {
            (name, Some(bits)) if !fixed(key) => format!("{name} {bits}"),
            (name, _) => name.to_owned(),
        };
        Shown { kind, fingerprint: key.fingerprint(HashAlg::Sha256).to_string() }
    }
}

fn name(key: &PublicKey) -> &'static str {
    match key.algorithm() {
        Algorithm::Dsa => "DSA",
        Algorithm::Ecdsa { .. } => "ECDSA",
        Algorithm::Ed25519 => "ED25519",
        Algorithm::Rsa { .. } => "RSA",
        Algorithm::SkEcdsaSha2NistP256 => "ECDSA-SK",
        Algorithm::SkEd25519 => "ED25519-SK",
        _ => "unknown",
    }
}

/// Whether all keys of the kind have the same length.
fn fixed(key: &PublicKey) -> bool {
    !matches!(key.algorithm(), Algorithm::Dsa | Algorithm::Ecdsa { .. } | Algorithm::Rsa { .. })
}

/// A key's length; `None` where nobody knows.
fn bits(key: &KeyData) -> Option<usize> {
    use russh::keys::EcdsaCurve::{NistP256, NistP384, NistP521};
    let long = |bytes: Option<&[u8]>| {
        let bytes = bytes?;
        Some(bytes.len() * 8 - bytes.first()?.leading_zeros() as usize)
    };
    match key {
        KeyData::Dsa(key) => long(key.p().as_positive_bytes()),
        KeyData::Rsa(key) => long(key.n().as_positive_bytes()),
        KeyData::Ecdsa(key) => Some(match key.curve() {
            NistP256 => 256,
            NistP384 => 384,
            NistP521 => 521,
        }),
        KeyData::Ed25519(_) | KeyData::SkEd25519(_) | KeyData::SkEcdsaSha2NistP256(_) => Some(256),
        _ => None,
    }
}

/// The picture OpenSSH draws of a key, in a frame: a walker goes diagonally, two bits of the fingerprint a step,
/// the lowest first, and leaves his traces.
pub fn picture(key: &PublicKey) -> Vec<String> {
    let title = bits(key.key_data()).map_or_else(String::new, |bits| format!("{} {bits}", name(key)));
    let mut rows = vec![border(&title)];
    for row in field(key.fingerprint(HashAlg::Sha256).as_bytes()) {
        rows.push(format!("|{}|", row.iter().map(|byte| char::from(*byte)).collect::<String>()));
    }
    rows.push(border("SHA256"));
    rows
}

fn field(fingerprint: &[u8]) -> [[u8; WIDTH]; HEIGHT] {
    let (mut x, mut y) = (WIDTH / 2, HEIGHT / 2);
    let mut visits = [[0; WIDTH]; HEIGHT];
    for step in fingerprint.iter().flat_map(|byte| (0..8).step_by(2).map(move |shift| byte >> shift)) {
        x = if step & 1 == 1 { (x + 1).min(WIDTH - 1) } else { x.saturating_sub(1) };
        y = if step & 2 == 2 { (y + 1).min(HEIGHT - 1) } else { y.saturating_sub(1) };
        visits[y][x] = (visits[y][x] + 1).min(VISITS.len() - 1);
    }
    let mut field = visits.map(|row| row.map(|visits| VISITS[visits]));
    field[HEIGHT / 2][WIDTH / 2] = b'S';
    field[y][x] = b'E';
    field
}

/// `+---[RSA 3072]----+`
fn border(title: &str) -> String {
    let title = format!("[{title}]");
    let before = WIDTH.saturating_sub(title.len()) / 2;
    let after = WIDTH.saturating_sub(before + title.len());
    format!("+{}{title}{}+", "-".repeat(before), "-".repeat(after))
}
