//! Looking into folders and at the ends of files, each look on a thread of its own: one on a dead file system never
//! comes back, and nobody waits for it.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::io;
use std::os::unix::fs::{FileExt, MetadataExt as _};
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use directories::UserDirs;

use super::here::at_home;
use crate::app::folder::{Folder, Found, Listing, Peek};
use crate::core::text::printable;

/// Looks at the same time; further ones wait, and of those the newest goes first.
const AT_ONCE: usize = 16;
/// Looks that may wait; what is older was asked for by somebody who has gone on since.
const WAITING: usize = 32;
/// Names of a folder that are looked at.
const NAMES: usize = 500_000;
/// Names that are told of.
const TOLD: usize = 20_000;
/// How long a folder's files are asked when they were written.
const ASKING: Duration = Duration::from_secs(1);
/// Bytes of a file's end that are read.
const END: u64 = 64 << 10;

type Look = Box<dyn FnOnce() + Send>;

/// The looks that are under way.
#[derive(Clone, Default)]
pub struct Folders(Arc<Mutex<Looks>>);

#[derive(Default)]
struct Looks {
    running: usize,
    waiting: VecDeque<Look>,
}

impl Folders {
    /// Begins a look, or has it wait.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn begin(&self, look: impl FnOnce() + Send + 'static) -> io::Result<()> {
        let mut looks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if looks.running >= AT_ONCE {
            looks.waiting.push_back(Box::new(look));
            let old = looks.waiting.len().saturating_sub(WAITING);
            looks.waiting.drain(..old);
            return Ok(());
        }
        let own = self.clone();
        std::thread::Builder::new().name("folder".into()).spawn(move || {
            look();
            while let Some(next) = own.next() {
                next();
            }
        })?;
        looks.running += 1;
        Ok(())
    }

    fn next(&self) -> Option<Look> {
        let mut looks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let next = looks.waiting.pop_back();
        looks.running -= usize::from(next.is_none());
        next
    }
}

/// What lies in a folder. Blocks for as long as the file system likes.
///
/// # Errors
/// A sentence, when it cannot be read.
pub fn list(folder: &Folder) -> Result<Listing, String> {
    let path = path(folder)?;
    let unread = |error: io::Error| {
        format!("{}: the folder cannot be read: {error}", printable(&path.to_string_lossy()))
    };
    let (now, until) = (SystemTime::now(), Instant::now() + ASKING);
    let entries = fs::read_dir(&path).map_err(unread)?;
    let mut found: Vec<Found> = Vec::new();
    for entry in entries.take(NAMES) {
        // What is there already is worth more than nothing.
        let Ok(entry) = entry else { break };
        let kind = entry.file_type();
        let plain = kind.as_ref().is_ok_and(|kind| kind.is_file() || kind.is_dir());
        // What a link leads to has to be asked for even in a hurry: it may be a folder.
        let asked = (Instant::now() < until || !plain).then(|| fs::metadata(entry.path()).ok()).flatten();
        let folder = match &asked {
            Some(asked) => asked.is_dir(),
            None => kind.is_ok_and(|kind| kind.is_dir()),
        };
        let age = asked.as_ref().and_then(|asked| asked.modified().ok());
        found.push(Found {
            name: entry.file_name(),
            folder,
            size: asked.as_ref().map(fs::Metadata::len),
            file: asked.as_ref().map(|asked| (asked.dev(), asked.ino())),
            // What was written in the future was written now.
            age: age.map(|age| now.duration_since(age).unwrap_or_default()),
        });
    }
    found.sort_by(|a, b| {
        let age = |found: &Found| found.age.unwrap_or(Duration::MAX);
        age(a).cmp(&age(b)).then_with(|| a.name.cmp(&b.name))
    });
    let left_out = found.len().saturating_sub(TOLD);
    found.truncate(TOLD);
    Ok(Listing { path, found, left_out })
}

fn path(folder: &Folder) -> Result<PathBuf, String> {
    let current = || std::env::current_dir().map_err(|error| format!("the current folder is gone: {error}"));
    let path = match folder {
        Folder::Current => PathBuf::new(),
        Folder::Home => match UserDirs::new() {
            Some(dirs) => dirs.home_dir().to_path_buf(),
            None => return Err("you have no home folder here".to_owned()),
        },
        Folder::Typed(typed) if typed == "~/" => return path(&Folder::Home),
        Folder::Typed(typed) => at_home(Path::new(typed)),
        Folder::At(path) => path.clone(),
    };
    // The current folder itself has no dot in its name.
    let path = if path.is_absolute() { path } else { current()?.join(path).components().collect() };
    Ok(without_ups(path))
}

/// A path whose `..` are written out as the file system has them, where it says so: behind a link that leads elsewhere the
/// folder above is not the one that is named before it. Blocks for as long as the file system likes.
pub fn without_ups(path: PathBuf) -> PathBuf {
    let ups = path.components().any(|part| part == Component::ParentDir);
    if ups { path.canonicalize().unwrap_or(path) } else { path }
}

/// The last lines of a file, so many. Blocks for as long as the file system likes.
pub fn peek(path: &Path, lines: usize) -> Peek {
    let failed = |error: io::Error| Peek::Failed(format!("it cannot be read: {error}"));
    match fs::metadata(path) {
        // A pipe would wait for somebody to write.
        Ok(known) if !known.is_file() => Peek::Other,
        Ok(known) => end(path, known.len()).map_or_else(failed, |(bytes, whole)| shown(&bytes, whole, lines)),
        Err(error) => failed(error),
    }
}

/// The end of a file, and whether that is all of it.
fn end(path: &Path, len: u64) -> io::Result<(Vec<u8>, bool)> {
    let file = File::open(path)?;
    let from = len.saturating_sub(END);
    let mut bytes = vec![0; usize::try_from(len - from).unwrap_or(0)];
    let mut read = 0;
    while read < bytes.len() {
        match file.read_at(&mut bytes[read..], from + read as u64) {
            Ok(0) => break,
            Ok(n) => read += n,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    bytes.truncate(read);
    Ok((bytes, from == 0))
}

fn shown(bytes: &[u8], whole: bool, lines: usize) -> Peek {
    let controls = bytes.iter().filter(|byte| matches!(byte, 0..=0x08 | 0x0e..=0x1a | 0x1c..=0x1f)).count();
    if bytes.contains(&0) || controls > bytes.len() / 20 {
        return Peek::Binary;
    }
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let split = bytes.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let mut found: Vec<Vec<u8>> = split.map(<[u8]>::to_vec).collect();
    if !whole && found.len() > 1 {
        // The first is a part of a line.
        found.remove(0);
    }
    if bytes.is_empty() {
        found.clear();
    }
    Peek::Lines(found.split_off(found.len().saturating_sub(lines)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::sync::mpsc;

    const PATIENCE: Duration = Duration::from_secs(60);

    fn write(folder: &Path, name: &[u8], age: u64, bytes: &[u8]) {
        let path = folder.join(OsStr::from_bytes(name));
        fs::write(&path, bytes).unwrap();
        let file = File::options().write(true).open(&path).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(age)).unwrap();
    }

    #[test]
    fn what_was_written_last_comes_first_whatever_its_name() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), b"old.log", 3000, b"x\n");
        write(folder.path(), b"new\n\x1b[31m\xff.log", 10, b"12345");
        fs::create_dir(folder.path().join("sub")).unwrap();
        let listing = list(&Folder::At(folder.path().into())).unwrap();
        let found: Vec<(&[u8], bool)> =
            listing.found.iter().map(|found| (found.name.as_bytes(), found.folder)).collect();
        assert_eq!(found, [(&b"sub"[..], true), (b"new\n\x1b[31m\xff.log", false), (b"old.log", false)]);
        assert_eq!((listing.found[1].size, listing.left_out), (Some(5), 0));
    }

    #[test]
    fn the_folder_above_is_the_one_that_the_file_system_has_above() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        fs::create_dir_all(root.join("far/away")).unwrap();
        fs::create_dir_all(root.join("pick")).unwrap();
        std::os::unix::fs::symlink(root.join("far/away"), root.join("link")).unwrap();
        let path = |name: &str| list(&Folder::At(root.join(name))).unwrap().path;
        assert_eq!(path("pick/../far"), root.join("far"), "no way up leads down");
        assert_eq!(path("link/.."), root.join("far"));
        assert_eq!(path("link"), root.join("link"), "a link has the folder above that it is shown in");
    }

    #[test]
    fn a_folder_that_is_too_large_is_told_of_in_part() {
        let folder = tempfile::tempdir().unwrap();
        for n in 0..TOLD + 7 {
            File::create(folder.path().join(format!("{n}.log"))).unwrap();
        }
        let listing = list(&Folder::At(folder.path().into())).unwrap();
        assert_eq!((listing.found.len(), listing.left_out), (TOLD, 7));
    }

    #[test]
    fn what_cannot_be_read_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let error = list(&Folder::At(folder.path().join("none"))).unwrap_err();
        assert!(error.contains("none: the folder cannot be read"), "{error}");
        assert!(matches!(peek(&folder.path().join("none"), 10), Peek::Failed(_)));
        assert_eq!(peek(folder.path(), 10), Peek::Other);
    }

    #[test]
    fn the_last_lines_of_a_text_and_no_others() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.log");
        let text: String = (1..=20_000).map(|n| format!("line {n}\r\n")).collect();
        fs::write(&path, text).unwrap();
        assert_eq!(peek(&path, 2), Peek::Lines(vec![b"line 19999".to_vec(), b"line 20000".to_vec()]));
        let Peek::Lines(lines) = peek(&path, 100_000) else { panic!("it is text") };
        assert!(lines.len() > 1000 && lines[0].starts_with(b"line 1"), "{:?}", lines[0]);
        fs::write(&path, b"\x1b[31mred\x1b[m\n\xe9t\xe9").unwrap();
        assert_eq!(peek(&path, 9), Peek::Lines(vec![b"\x1b[31mred\x1b[m".to_vec(), b"\xe9t\xe9".to_vec()]));
        fs::write(&path, b"\x1f\x8b\x08\x00gzip").unwrap();
        assert_eq!(peek(&path, 9), Peek::Binary);
        fs::write(&path, b"").unwrap();
        assert_eq!(peek(&path, 9), Peek::Lines(Vec::new()));
    }

    #[test]
    fn looks_that_never_end_hold_up_no_others() {
        let (folders, (done, came)) = (Folders::default(), mpsc::channel());
        let (hold, held) = mpsc::channel::<()>();
        let held = Arc::new(Mutex::new(held));
        for _ in 0..AT_ONCE - 1 {
            let held = Arc::clone(&held);
            folders.begin(move || assert!(held.lock().unwrap().recv().is_err())).unwrap();
        }
        for n in 0..3 {
            let done = done.clone();
            folders.begin(move || done.send(n).unwrap()).unwrap();
        }
        let mut all: Vec<i32> = (0..3).map(|_| came.recv_timeout(PATIENCE).unwrap()).collect();
        all.sort_unstable();
        assert_eq!(all, [0, 1, 2]);
        drop(hold);
    }
}
