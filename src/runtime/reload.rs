//! Noticing that config files change, and reading them again.
//!
//! One thread listens in the folders of all files that may say something, whether they are there or not, and of
//! all links on the way to them. What an event tells is not trusted: the files are looked at, and read again when one is
//! another than before.

use std::collections::BTreeSet;
use std::fs::Metadata;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Component, Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use notify::{EventKind, RecursiveMode, Watcher};

use crate::source::listen::listen;

/// How long nothing must happen before files are looked at: whoever writes one does so in several steps.
const QUIET: Duration = Duration::from_millis(60);
/// How often they are looked at where the system does not tell.
const POLL: Duration = Duration::from_secs(2);

/// Looks after some files until it is dropped.
pub struct Reload {
    stop: Sender<Told>,
}

enum Told {
    Look,
    Stop,
}

/// Links that are gone through on the way to a file, as many as the system does.
const LINKS: usize = 40;

/// What tells one state of a file from another: that of what has its name, which may be a link, and that of the file it
/// leads to, or why there is none.
type Mark = (Option<State>, Result<State, io::ErrorKind>);

/// Device, inode, size, and when it was changed last.
type State = (u64, u64, u64, (i64, i64));

/// Files, and the state they were in when they were noted.
pub struct Noted {
    files: Vec<PathBuf>,
    marks: Vec<Mark>,
}

impl Noted {
    /// As they are now.
    pub fn now(files: Vec<PathBuf>) -> Noted {
        let absolute = |file: PathBuf| std::path::absolute(&file).unwrap_or(file);
        let files: Vec<PathBuf> = files.into_iter().map(absolute).collect();
        Noted { marks: marks(&files), files }
    }
}

impl Reload {
    /// Calls `changed` from a thread of its own whenever one of some files is another than before, or than it was noted.
    ///
    /// Beginning to listen in a folder holds up whoever looks for a file below it, for 15 ms where it has thousands of
    /// names: not something to be done before the first frame.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn start(noted: Noted, changed: impl Fn() + Send + 'static) -> io::Result<Reload> {
        let (stop, told) = channel();
        let events = stop.clone();
        let Noted { files, marks: known } = noted;
        let awaited = Awaited::default();
        let ours = awaited.clone();
        std::thread::Builder::new().name("reload".into()).spawn(move || {
            // A watcher that cannot be had is no error: the files are looked at by the clock then.
            let watcher = listen(move |event: notify::Result<notify::Event>| {
                if ours.concerns(&event) {
                    // Nobody listens any more at the very end.
                    let _ = events.send(Told::Look);
                }
            });
            let (watcher, folders) = (watcher.ok(), BTreeSet::new());
            Watch { files, known, told, watcher, folders, awaited }.run(&changed);
        })?;
        Ok(Reload { stop })
    }
}

impl Drop for Reload {
    fn drop(&mut self) {
        let _ = self.stop.send(Told::Stop);
    }
}

/// The files of which events are to tell, with the links on the way to them: others may be written to all the time in the
/// same folders.
#[derive(Clone, Default)]
struct Awaited(Arc<Mutex<Vec<PathBuf>>>);

impl Awaited {
    fn set(&self, files: Vec<PathBuf>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = files;
    }

    /// Whether an event is of one of the files or of a folder above it. That somebody opened one means nothing: it may
    /// have been ourselves.
    fn concerns(&self, event: &notify::Result<notify::Event>) -> bool {
        let Ok(event) = event else { return true };
        let files = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let awaited = |path: &PathBuf| files.iter().any(|file| file.starts_with(path));
        event.need_rescan() || !matches!(event.kind, EventKind::Access(_)) && event.paths.iter().any(awaited)
    }
}

struct Watch {
    files: Vec<PathBuf>,
    known: Vec<Mark>,
    told: Receiver<Told>,
    watcher: Option<Box<dyn Watcher + Send>>,
    folders: BTreeSet<PathBuf>,
    awaited: Awaited,
}

impl Watch {
    fn run(mut self, changed: &impl Fn()) {
        let mut restless = true;
        loop {
            let heard = self.listen();
            // What changed before it was listened to is seen now.
            let now = marks(&self.files);
            if now != self.known {
                self.known = now;
                changed();
                restless = true;
            }
            let first = match heard && !restless {
                true => self.told.recv().map_err(|_| RecvTimeoutError::Disconnected),
                false => self.told.recv_timeout(POLL),
            };
            // A folder may be made between the look that finds where to listen and the listening itself, or while its
            // old self is still being forgotten: at first and after something happened that is done once more.
            restless = matches!(first, Ok(Told::Look));
            match first {
                Ok(Told::Stop) | Err(RecvTimeoutError::Disconnected) => return,
                Ok(Told::Look) if !self.settle() => return,
                Ok(Told::Look) | Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }

    /// Waits until nothing happens any more; whether to go on then.
    fn settle(&self) -> bool {
        loop {
            match self.told.recv_timeout(QUIET) {
                Ok(Told::Look) => {}
                Err(RecvTimeoutError::Timeout) => return true,
                Ok(Told::Stop) | Err(RecvTimeoutError::Disconnected) => return false,
            }
        }
    }

    /// Listens in the folders as they are now; whether all can be listened to.
    fn listen(&mut self) -> bool {
        let Some(watcher) = &mut self.watcher else { return false };
        let awaited: Vec<PathBuf> = self.files.iter().flat_map(|file| way(file)).collect();
        let folders = awaited.iter().flat_map(|file| folders(file));
        let wanted: BTreeSet<PathBuf> = folders.map(Path::to_owned).collect();
        self.awaited.set(awaited);
        for gone in self.folders.difference(&wanted) {
            // It is perhaps not there any more.
            let _ = watcher.unwatch(gone);
        }
        // Folders are listened to anew each time: one that was removed and made again is another one.
        let heard = |folder: &&PathBuf| watcher.watch(folder, RecursiveMode::NonRecursive).is_ok();
        self.folders = wanted.iter().filter(heard).cloned().collect();
        self.folders == wanted
    }
}

/// Where something happens when a file changes: in its folder or, as long as that is missing, in the nearest above; and in
/// the one that this is in, because a folder that is removed and made again tells nothing more by itself.
fn folders(file: &Path) -> impl Iterator<Item = &Path> {
    file.ancestors().skip(1).skip_while(|folder| !folder.is_dir()).take(2)
}

/// All that must stay as it is for a path to lead where it leads: the links on the way, and what is at the end. None of
/// these has a link above it, so that each has one name only.
fn way(file: &Path) -> Vec<PathBuf> {
    let (mut way, mut at) = (Vec::new(), PathBuf::new());
    let mut parts: Vec<PathBuf> = parts(file);
    while let Some(part) = parts.pop() {
        match part.components().next() {
            Some(Component::ParentDir) => {
                at.pop();
            }
            Some(Component::CurDir) => {}
            _ => at.push(part),
        }
        if way.len() == LINKS {
            continue;
        }
        if let Ok(to) = std::fs::read_link(&at) {
            way.push(at.clone());
            at.pop();
            parts.extend(self::parts(&to));
        }
    }
    way.push(at);
    way
}

/// The parts of a path, the last one first.
fn parts(path: &Path) -> Vec<PathBuf> {
    path.components().rev().map(|part| PathBuf::from(part.as_os_str())).collect()
}

fn marks(files: &[PathBuf]) -> Vec<Mark> {
    let state = |data: Metadata| (data.dev(), data.ino(), data.size(), (data.ctime(), data.ctime_nsec()));
    let mark = |path: &PathBuf| {
        let end = path.metadata().map(state).map_err(|error| error.kind());
        (path.symlink_metadata().map(state).ok(), end)
    };
    files.iter().map(mark).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How long a change may take to be noticed; far more than it ever takes.
    const DEADLINE: Duration = Duration::from_secs(20);

    fn watching(file: &Path) -> (Reload, Receiver<()>) {
        let (told, heard) = channel();
        (
            Reload::start(Noted::now(vec![file.to_owned()]), move || {
                let _ = told.send(());
            })
            .unwrap(),
            heard,
        )
    }

    #[test]
    fn a_file_that_is_written_replaced_removed_and_made_again_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("later/config.toml");
        let (_reload, heard) = watching(&file);
        std::fs::create_dir(folder.path().join("later")).unwrap();
        std::fs::write(&file, "a").unwrap();
        heard.recv_timeout(DEADLINE).unwrap();
        std::fs::write(folder.path().join("new"), "b").unwrap();
        std::fs::rename(folder.path().join("new"), &file).unwrap();
        heard.recv_timeout(DEADLINE).unwrap();
        std::fs::remove_file(&file).unwrap();
        heard.recv_timeout(DEADLINE).unwrap();
        std::fs::remove_dir(folder.path().join("later")).unwrap();
        std::fs::create_dir(folder.path().join("later")).unwrap();
        std::fs::write(&file, "c").unwrap();
        heard.recv_timeout(DEADLINE).unwrap();
    }

    #[test]
    fn other_files_of_the_same_folder_wake_nobody() {
        let awaited = Awaited::default();
        awaited.set(vec!["/a/b/config.toml".into()]);
        let event = |path: &str, kind| Ok(notify::Event::new(kind).add_path(path.into()));
        let written = EventKind::Modify(notify::event::ModifyKind::Any);
        let opened = EventKind::Access(notify::event::AccessKind::Any);
        assert!(awaited.concerns(&event("/a/b/config.toml", written)));
        assert!(awaited.concerns(&event("/a/b", written)));
        assert!(!awaited.concerns(&event("/a/b/app.log", written)));
        assert!(!awaited.concerns(&event("/a/b/config.toml", opened)));
    }

    #[test]
    fn where_a_link_leads_is_listened_to() {
        let folder = tempfile::tempdir().unwrap();
        let (dots, config) = (folder.path().join("dots"), folder.path().join("config"));
        std::fs::create_dir(&dots).unwrap();
        std::fs::create_dir(&config).unwrap();
        std::fs::write(dots.join("tailpane.toml"), "a").unwrap();
        std::os::unix::fs::symlink(dots.join("tailpane.toml"), config.join("config.toml")).unwrap();
        let (_reload, heard) = watching(&config.join("config.toml"));
        std::fs::write(dots.join("tailpane.toml"), "bc").unwrap();
        heard.recv_timeout(DEADLINE).unwrap();
    }

    #[test]
    fn a_link_in_the_middle_of_the_way_that_leads_elsewhere_is_noticed() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let mounted = folder.path().join("mounted");
        for version in ["..v1", "..v2"] {
            std::fs::create_dir_all(mounted.join(version)).unwrap();
            std::fs::write(mounted.join(version).join("config.toml"), version).unwrap();
        }
        symlink("..v1", mounted.join("..data")).unwrap();
        symlink("..data/config.toml", mounted.join("config.toml")).unwrap();
        symlink("../mounted/config.toml", mounted.join("far")).unwrap();
        let (mounted, file) = (mounted.canonicalize().unwrap(), mounted.join("far"));
        let names = ["far", "config.toml", "..data", "..v1/config.toml"].map(|name| mounted.join(name));
        assert_eq!(way(&file), names);
        let (_reload, heard) = watching(&file);
        // One look passes before anything is listened to, and only what is listened to tells of what comes later.
        for version in ["..v2", "..v1", "..v2"] {
            symlink(version, mounted.join("..data_tmp")).unwrap();
            std::fs::rename(mounted.join("..data_tmp"), mounted.join("..data")).unwrap();
            heard.recv_timeout(DEADLINE).unwrap();
        }
    }

    #[test]
    fn a_link_that_leads_nowhere_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("config.toml");
        let (_reload, heard) = watching(&file);
        for to in ["config.toml", "none"] {
            std::os::unix::fs::symlink(to, &file).unwrap();
            heard.recv_timeout(DEADLINE).unwrap();
            std::fs::remove_file(&file).unwrap();
            heard.recv_timeout(DEADLINE).unwrap();
        }
    }

    #[test]
    fn links_in_a_circle_end() {
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("a", folder.path().join("a")).unwrap();
        assert_eq!(way(&folder.path().join("a")).len(), LINKS + 1);
    }
}
