//! The lines of known hosts files that mean a host. A line that makes no sense is passed over, as OpenSSH does:
//! it must not take the lines around it with it.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use russh::keys::PublicKey;
use russh::keys::ssh_key::public::KeyData;

use super::Place;
use super::names::{Names, means};
use crate::core::text::printable;
use crate::source::ssh::config::HostConfig;

/// What is said of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marker {
    /// It is the host's.
    None,
    /// It signs the certificates of such hosts.
    Authority,
    /// It is not to be trusted.
    Revoked,
}

/// A line that means the host.
#[derive(Clone, Debug)]
pub struct Line {
    /// What is said.
    pub marker: Marker,
    /// Of which key.
    pub key: PublicKey,
    /// Where.
    pub place: Place,
    /// It means the host under its own name, not just the host at large.
    pub own: bool,
}

/// All that is known of a host.
#[derive(Debug, Default)]
pub struct Lines {
    /// In the order of the files, the user's first.
    pub lines: Vec<Line>,
    /// Files that are there and cannot be read, each with the reason.
    pub unread: Vec<String>,
}

impl Lines {
    /// Reads the files of a host.
    pub fn read(host: &HostConfig, names: &Names) -> Lines {
        let mut all = Lines::default();
        for file in host.user_known_hosts.iter().chain(&host.global_known_hosts) {
            match text(file) {
                Ok(text) => all.lines.extend(lines(&text, file, names)),
                Err(error) => {
                    all.unread.push(format!("{} cannot be read: {error}", printable(&file.to_string_lossy())))
                }
            }
        }
        all
    }

    /// The lines with this marker, under either name.
    pub fn marked(&self, marker: Marker) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(move |line| line.marker == marker)
    }

    /// The host's own keys: those under its own name, or where there are none those of the host at large.
    pub fn keys(&self) -> impl Iterator<Item = &Line> {
        let own = self.marked(Marker::None).any(|line| line.own);
        self.marked(Marker::None).filter(move |line| line.own == own)
    }
}

/// What stands in a file; nothing where there is none, or where it is no file (`/dev/null`).
fn text(file: &Path) -> io::Result<Vec<u8>> {
    let absent = [io::ErrorKind::NotFound, io::ErrorKind::NotADirectory];
    match file.metadata() {
        Ok(is) if !is.is_file() => return Ok(Vec::new()),
        Err(error) if absent.contains(&error.kind()) => return Ok(Vec::new()),
        _ => {}
    }
    let mut text = Vec::new();
    File::open(file)?.read_to_end(&mut text)?;
    Ok(text)
}

/// The lines of a file that mean a host of these names.
pub fn lines(text: &[u8], file: &Path, names: &Names) -> Vec<Line> {
    let numbered = text.split(|byte| *byte == b'\n').zip(1..);
    numbered
        .filter_map(|(bytes, number)| {
            // What is no text is not a name of ours either, and a comment may be anything.
            let text = String::from_utf8_lossy(bytes);
            let (marker, list, key) = parts(&text)?;
            let own = means(list, &names.own);
            let plain = names.plain.as_ref().is_some_and(|plain| means(list, plain));
            if !own && !plain {
                return None;
            }
            let place = Place { file: file.to_owned(), line: number };
            Some(Line { marker, key: parse(key)?, place, own })
        })
        .collect()
}

/// Marker, names, and what stands behind them.
fn parts(line: &str) -> Option<(Marker, &str, &str)> {
    let line = line.trim_start_matches([' ', '\t']);
    let (marker, line) = match line.split_once([' ', '\t']) {
        Some(("@revoked", rest)) => (Marker::Revoked, rest.trim_start_matches([' ', '\t'])),
        Some(("@cert-authority", rest)) => (Marker::Authority, rest.trim_start_matches([' ', '\t'])),
        _ => (Marker::None, line),
    };
    if line.starts_with(['#', '@']) {
        return None;
    }
    let (list, key) = line.split_once([' ', '\t'])?;
    Some((marker, list, key))
}

/// The key on a line, of a type we know.
fn parse(key: &str) -> Option<PublicKey> {
    let mut words = key.split_ascii_whitespace();
    let key = PublicKey::from_openssh(&format!("{} {}", words.next()?, words.next()?)).ok()?;
    (!matches!(key.key_data(), KeyData::Other(_) | KeyData::Certificate(_))).then_some(key)
}
