//! An open file whose bytes are part of a log.

use std::fs::File;
use std::io;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::sync::Mutex;
use std::time::Duration;

use crate::core::follow::{FileId, Found, Stat};

/// An open file, read by offset only. The log's parts share it, so a file that was renamed or removed
/// stays readable as long as a part of the log lies in it.
#[derive(Debug)]
pub struct Backing {
    file: File,
    /// Its first bytes as they were when they became part of the log.
    head: Mutex<Vec<u8>>,
}

/// First bytes that are remembered.
pub(super) const HEAD: usize = 64;

impl Backing {
    /// Takes an open file.
    pub fn new(file: File) -> Backing {
        Backing { file, head: Mutex::new(Vec::new()) }
    }

    /// Reads from `at` on until `buf` is full or the file ends, and says how many bytes.
    ///
    /// # Errors
    /// What the system says; a would-block or an interruption is none.
    pub fn read_at(&self, at: u64, buf: &mut [u8]) -> io::Result<usize> {
        let mut done = 0;
        while done < buf.len() {
            match self.file.read_at(&mut buf[done..], at + done as u64) {
                Ok(0) => break,
                Ok(n) => done += n,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) if done == 0 => return Err(error),
                Err(_) => break,
            }
        }
        Ok(done)
    }

    /// The open file itself.
    pub fn file(&self) -> &File {
        &self.file
    }

    /// Its stat now.
    ///
    /// # Errors
    /// What the system says.
    pub fn stat(&self) -> io::Result<Stat> {
        Ok(stat_of(&self.file.metadata()?))
    }

    /// Bytes on the disk that only we keep from being freed: none while the file has a name.
    pub fn removed_len(&self) -> u64 {
        self.file.metadata().map_or(0, |meta| if meta.nlink() == 0 { meta.blocks() * 512 } else { 0 })
    }

    /// Remembers the first bytes as they were when the file was looked at: it may have been rewritten since.
    pub fn remember_head(&self, bytes: &[u8]) {
        if let Ok(mut head) = self.head.lock() {
            *head = bytes[..bytes.len().min(HEAD)].to_vec();
        }
    }

    /// Takes the first bytes for good as they are now, `known` at most.
    ///
    /// # Errors
    /// What the system says.
    pub fn accept_head(&self, known: u64) -> io::Result<()> {
        let mut buf = [0; HEAD];
        let n = self.read_at(0, &mut buf[..known.min(HEAD as u64) as usize])?;
        self.remember_head(&buf[..n]);
        Ok(())
    }

    /// The first bytes are no longer part of the log.
    pub fn forget_head(&self) {
        if let Ok(mut head) = self.head.lock() {
            head.clear();
        }
    }

    /// Whether the first bytes are still those that became part of the log.
    ///
    /// # Errors
    /// What the system says.
    pub fn has_its_head(&self) -> io::Result<bool> {
        let Ok(head) = self.head.lock() else { return Ok(true) };
        let mut buf = [0; HEAD];
        let n = self.read_at(0, &mut buf[..head.len()])?;
        Ok(buf[..n] == head[..])
    }
}

/// What `stat` says, as core wants it.
pub fn stat_of(meta: &std::fs::Metadata) -> Stat {
    let secs = u64::try_from(meta.mtime()).unwrap_or(0);
    let nanos = u32::try_from(meta.mtime_nsec()).unwrap_or(0);
    let id = FileId { dev: meta.dev(), ino: meta.ino() };
    Stat { id, len: meta.len(), mtime: Duration::new(secs, nanos) }
}

/// What is at a path, by its metadata.
pub fn found(meta: io::Result<std::fs::Metadata>) -> Found {
    use std::os::unix::fs::FileTypeExt;
    let meta = match meta {
        Ok(meta) => meta,
        Err(error) => return failed(&error),
    };
    let kind = meta.file_type();
    if kind.is_file() {
        Found::File(stat_of(&meta))
    } else if kind.is_dir() {
        Found::Other("a folder")
    } else if kind.is_fifo() {
        Found::Other("a pipe")
    } else if kind.is_socket() {
        Found::Other("a socket")
    } else {
        Found::Other("a device")
    }
}

/// What an error of `stat` or `open` says about a path.
pub fn failed(error: &io::Error) -> Found {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Found::Missing,
        io::ErrorKind::PermissionDenied => Found::Failed("no permission to read it".to_owned()),
        _ => Found::Failed(words(error)),
    }
}

/// The system's words for an error, without Rust's number behind them.
pub fn words(error: &io::Error) -> String {
    let text = error.to_string();
    match text.find(" (os error") {
        Some(at) => text[..at].to_owned(),
        None => text,
    }
}
