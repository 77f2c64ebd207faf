//! A new key, written behind what is known already.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, FileExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use ring::rand::{SecureRandom as _, SystemRandom};
use russh::keys::PublicKey;

use super::lines::{Marker, lines};
use super::names::{Names, SALT, hashed};
use crate::core::text::printable;
use crate::source::ssh::config::HostConfig;

static SAVING: Mutex<()> = Mutex::new(());

/// The file a new key is written to.
///
/// # Errors
/// A sentence, where it cannot be.
pub fn place(host: &HostConfig) -> Result<&Path, String> {
    let name = Names::of(host).own;
    let Some(file) = host.user_known_hosts.first() else {
        return Err(format!(
            "the host key of {} is not saved: UserKnownHostsFile names no file",
            printable(&name)
        ));
    };
    // Such a name would mean something else when it is read again.
    let odd = |char: char| char.is_whitespace() || char.is_control() || "*?!,#|@\\".contains(char);
    if name.is_empty() || name.contains(odd) {
        return Err(format!(
            "the host key of {} is not saved: there is no writing such a name",
            printable(&name)
        ));
    }
    if file.metadata().is_ok_and(|is| !is.is_file()) {
        return Err(format!("{} is no file: the host key is not saved", printable(&file.to_string_lossy())));
    }
    Ok(file)
}

/// See [`super::save`].
pub fn save(host: &HostConfig, key: &PublicKey) -> Result<PathBuf, String> {
    let file = place(host)?;
    append(file, &Names::of(host), host.hash_known_hosts, key).map_err(|error| {
        format!(
            "{} cannot be written, the host key is not saved: {error}",
            printable(&file.to_string_lossy())
        )
    })?;
    Ok(file.to_owned())
}

fn append(file: &Path, names: &Names, hash: bool, key: &PublicKey) -> std::io::Result<()> {
    if let Some(folder) = file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    // What another link saves is seen whole, or not at all.
    let _one = SAVING.lock().unwrap_or_else(PoisonError::into_inner);
    let mut opened = OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(file)?;
    // Two links to one host may have been asked about at once.
    let there = lines(&std::fs::read(file)?, file, names);
    let same = |key: &PublicKey, other: &PublicKey| key.key_data() == other.key_data();
    if there.iter().any(|line| line.own && line.marker == Marker::None && same(&line.key, key)) {
        return Ok(());
    }
    let name = match hash {
        true => hashed(&names.own, &salt()?),
        false => names.own.clone(),
    };
    let key = PublicKey::new(key.key_data().clone(), "").to_openssh().map_err(std::io::Error::other)?;
    let line = format!("{}{name} {}\n", if unfinished(&opened)? { "\n" } else { "" }, key.trim_end());
    // One write, so that whoever appends at the same time does so before or behind it.
    match opened.write(line.as_bytes())? {
        written if written == line.len() => Ok(()),
        _ => Err(std::io::ErrorKind::StorageFull.into()),
    }
}

/// Whether the last line has no end yet.
fn unfinished(file: &File) -> std::io::Result<bool> {
    let Some(last) = file.metadata()?.len().checked_sub(1) else { return Ok(false) };
    let mut byte = [0];
    file.read_exact_at(&mut byte, last)?;
    Ok(byte != *b"\n")
}

fn salt() -> std::io::Result<[u8; SALT]> {
    let mut salt = [0; SALT];
    let filled = SystemRandom::new().fill(&mut salt);
    filled.map_err(|_| std::io::Error::other("the system gives no random numbers"))?;
    Ok(salt)
}
