//! Hearing of changes in folders, and of nothing else.
//!
//! What `notify` makes of inotify also hears of every file that is opened. Each program that starts opens
//! files in `/etc`, so where that is listened to nobody would sleep. On Linux inotify is asked here; elsewhere
//! the system's own way, as `notify` knows it, is quiet enough.

#[cfg(not(target_os = "linux"))]
use notify::RecommendedWatcher as Quiet;
use notify::Watcher;

#[cfg(target_os = "linux")]
use self::linux::Inotify as Quiet;

/// Begins to listen; folders are added then. `hear` is called from a thread of its own.
///
/// # Errors
/// What the system says.
pub fn listen(
    hear: impl FnMut(notify::Result<notify::Event>) + Send + 'static,
) -> notify::Result<Box<dyn Watcher + Send>> {
    Ok(Box::new(Quiet::new(hear, notify::Config::default())?))
}

#[cfg(target_os = "linux")]
mod linux {
    use std::collections::HashMap;
    use std::ffi::OsStr;
    use std::mem::MaybeUninit;
    use std::os::fd::{AsFd, OwnedFd};
    use std::os::unix::ffi::OsStrExt as _;
    use std::path::{Path, PathBuf};
    use std::sync::{Arc, Mutex, PoisonError};

    use notify::event::{CreateKind, DataChange, Flag, MetadataKind, ModifyKind, RemoveKind, RenameMode};
    use notify::{
        Config, Error, ErrorKind, Event, EventHandler, EventKind, RecursiveMode, Watcher, WatcherKind,
    };
    use rustix::event::{EventfdFlags, PollFd, PollFlags, eventfd, poll};
    use rustix::fs::inotify::{self, CreateFlags, ReadFlags, Reader, WatchFlags};
    use rustix::io::Errno;

    /// Room for the events that are read at once: for one with the longest name at least.
    const ROOM: usize = 16 << 10;

    /// Listens in folders until it is dropped.
    pub(super) struct Inotify {
        inner: Arc<Inner>,
        /// Wakes the thread, which ends.
        end: Arc<OwnedFd>,
    }

    struct Inner {
        inotify: OwnedFd,
        folders: Mutex<Folders>,
    }

    /// Folders and the numbers they have here. One folder may have several paths.
    #[derive(Default)]
    struct Folders {
        paths: HashMap<i32, Vec<PathBuf>>,
        numbers: HashMap<PathBuf, i32>,
    }

    impl Folders {
        /// Forgets a path; its number if no other path has it.
        fn forget(&mut self, path: &Path) -> Option<i32> {
            let number = self.numbers.remove(path)?;
            let paths = self.paths.get_mut(&number)?;
            paths.retain(|known| known != path);
            paths.is_empty().then(|| self.paths.remove(&number)).map(|_| number)
        }

        /// Forgets a number, which the system may give to another folder.
        fn forget_number(&mut self, number: i32) {
            for path in self.paths.remove(&number).unwrap_or_default() {
                self.numbers.remove(&path);
            }
        }

        /// The paths at which something happened.
        fn at(&self, number: i32, name: Option<&OsStr>) -> Vec<PathBuf> {
            let folders = self.paths.get(&number).into_iter().flatten();
            folders.map(|folder| name.map_or_else(|| folder.clone(), |name| folder.join(name))).collect()
        }
    }

    fn failed(error: Errno) -> Error {
        match error {
            Errno::NOSPC => Error::new(ErrorKind::MaxFilesWatch),
            Errno::NOENT => Error::path_not_found(),
            error => Error::io(error.into()),
        }
    }

    impl Watcher for Inotify {
        fn new<F: EventHandler>(hear: F, _: Config) -> notify::Result<Inotify> {
            let inotify = inotify::init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK).map_err(failed)?;
            let inner = Arc::new(Inner { inotify, folders: Mutex::default() });
            let end = Arc::new(eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK).map_err(failed)?);
            let (ours, ended) = (Arc::clone(&inner), Arc::clone(&end));
            let thread = std::thread::Builder::new().name("listener".to_owned());
            thread.spawn(move || ours.run(&ended, hear)).map_err(Error::io)?;
            Ok(Inotify { inner, end })
        }

        /// Listens in one folder, which may be another than before at the same path.
        fn watch(&mut self, path: &Path, _: RecursiveMode) -> notify::Result<()> {
            let changes = WatchFlags::ATTRIB
                | WatchFlags::CREATE
                | WatchFlags::DELETE
                | WatchFlags::MODIFY
                | WatchFlags::MOVED_FROM
                | WatchFlags::MOVED_TO
                | WatchFlags::DELETE_SELF
                | WatchFlags::MOVE_SELF;
            // Events of the new number wait until its path is known.
            let mut folders = self.inner.folders.lock().unwrap_or_else(PoisonError::into_inner);
            let number = inotify::add_watch(&self.inner.inotify, path, changes)
                .map_err(|error| failed(error).add_path(path.to_owned()))?;
            if folders.numbers.get(path) != Some(&number) {
                if let Some(old) = folders.forget(path) {
                    // It is gone by itself where the folder is.
                    let _ = inotify::remove_watch(&self.inner.inotify, old);
                }
                folders.paths.entry(number).or_default().push(path.to_owned());
                folders.numbers.insert(path.to_owned(), number);
            }
            Ok(())
        }

        fn unwatch(&mut self, path: &Path) -> notify::Result<()> {
            let mut folders = self.inner.folders.lock().unwrap_or_else(PoisonError::into_inner);
            if !folders.numbers.contains_key(path) {
                return Err(Error::watch_not_found().add_path(path.to_owned()));
            }
            match folders.forget(path) {
                Some(number) => inotify::remove_watch(&self.inner.inotify, number).map_err(failed),
                None => Ok(()),
            }
        }

        fn kind() -> WatcherKind {
            WatcherKind::Inotify
        }
    }

    impl Drop for Inotify {
        fn drop(&mut self) {
            // It cannot be full.
            let _ = rustix::io::write(&self.end, &1u64.to_ne_bytes());
        }
    }

    impl Inner {
        /// Hands on what happens until the end.
        fn run(&self, end: &OwnedFd, mut hear: impl EventHandler) {
            let mut room = [MaybeUninit::uninit(); ROOM];
            let mut reader = Reader::new(self.inotify.as_fd(), &mut room);
            loop {
                match reader.next() {
                    Ok(event) => {
                        let name = event.file_name().map(|name| OsStr::from_bytes(name.to_bytes()));
                        for event in self.told(event.wd(), event.events(), name) {
                            hear.handle_event(Ok(event));
                        }
                    }
                    Err(Errno::INTR) => {}
                    Err(Errno::AGAIN) if !self.wait(end) => return,
                    Err(Errno::AGAIN) => {}
                    Err(error) => return hear.handle_event(Err(failed(error))),
                }
            }
        }

        /// Waits until something happens; false when this is the end.
        fn wait(&self, end: &OwnedFd) -> bool {
            let mut fds = [
                PollFd::new(&self.inotify, PollFlags::IN),
                PollFd::from_borrowed_fd(end.as_fd(), PollFlags::IN),
            ];
            match poll(&mut fds, None) {
                Ok(_) => fds[1].revents().is_empty(),
                Err(error) => error == Errno::INTR,
            }
        }

        /// What an event of the system's says.
        fn told(&self, number: i32, flags: ReadFlags, name: Option<&OsStr>) -> Vec<Event> {
            if flags.contains(ReadFlags::QUEUE_OVERFLOW) {
                return vec![Event::new(EventKind::Other).set_flag(Flag::Rescan)];
            }
            let mut folders = self.folders.lock().unwrap_or_else(PoisonError::into_inner);
            let paths = folders.at(number, name);
            if flags.contains(ReadFlags::IGNORED) {
                folders.forget_number(number);
                return Vec::new();
            }
            let kind = kind(flags);
            paths.into_iter().map(|path| Event::new(kind).add_path(path)).collect()
        }
    }

    fn kind(flags: ReadFlags) -> EventKind {
        let folder = flags.contains(ReadFlags::ISDIR);
        let is = |flag: ReadFlags| flags.intersects(flag);
        if is(ReadFlags::CREATE) {
            EventKind::Create(if folder { CreateKind::Folder } else { CreateKind::File })
        } else if is(ReadFlags::DELETE | ReadFlags::DELETE_SELF | ReadFlags::UNMOUNT) {
            EventKind::Remove(if folder { RemoveKind::Folder } else { RemoveKind::File })
        } else if is(ReadFlags::MOVED_FROM | ReadFlags::MOVE_SELF) {
            EventKind::Modify(ModifyKind::Name(RenameMode::From))
        } else if is(ReadFlags::MOVED_TO) {
            EventKind::Modify(ModifyKind::Name(RenameMode::To))
        } else if is(ReadFlags::ATTRIB) {
            EventKind::Modify(ModifyKind::Metadata(MetadataKind::Any))
        } else {
            EventKind::Modify(ModifyKind::Data(DataChange::Any))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use notify::{EventKind, RecursiveMode};
    use std::path::{Path, PathBuf};
    use std::sync::mpsc::{Receiver, channel};
    use std::time::Duration;

    type Heard = Receiver<(EventKind, PathBuf)>;

    fn listening(folders: &[&Path]) -> (Box<dyn Watcher + Send>, Heard) {
        let (told, heard) = channel();
        let mut watcher = listen(move |event| {
            let event = event.unwrap();
            let _ = told.send((event.kind, event.paths.into_iter().next().unwrap()));
        })
        .unwrap();
        folders.iter().for_each(|folder| watcher.watch(folder, RecursiveMode::NonRecursive).unwrap());
        (watcher, heard)
    }

    /// What is heard until a file of this name is made.
    fn until(heard: &Heard, made: &Path) -> Vec<(EventKind, PathBuf)> {
        std::fs::write(made, "").unwrap();
        let mut all = Vec::new();
        loop {
            match heard.recv_timeout(Duration::from_secs(20)).unwrap() {
                (EventKind::Create(_), path) if path == made => return all,
                event => all.push(event),
            }
        }
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn that_a_file_is_opened_and_read_wakes_nobody() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::fs::write(path("a"), "text").unwrap();
        let (_watcher, heard) = listening(&[folder.path()]);
        for _ in 0..100 {
            std::fs::read(path("a")).unwrap();
            std::fs::read_dir(folder.path()).unwrap().count();
        }
        assert_eq!(until(&heard, &path("b")), []);
    }

    #[test]
    fn what_changes_is_heard_with_its_path() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let path = |name: &str| root.join(name);
        std::fs::write(path("a"), "").unwrap();
        let (_watcher, heard) = listening(&[&root]);
        let changed = |change: &dyn Fn(), name: &str, made: &str| {
            change();
            let told = until(&heard, &path(made));
            assert!(told.iter().any(|(_, told)| *told == path(name)), "{name}: {told:?}");
        };
        changed(&|| std::fs::write(path("a"), "text").unwrap(), "a", "1");
        changed(&|| std::fs::rename(path("a"), path("b")).unwrap(), "a", "2");
        changed(&|| std::fs::rename(path("b"), path("c")).unwrap(), "c", "3");
        changed(&|| std::fs::remove_file(path("c")).unwrap(), "c", "4");
    }

    #[test]
    fn a_folder_that_is_made_again_is_listened_to_again() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let inner = root.join("inner");
        std::fs::create_dir(&inner).unwrap();
        let (mut watcher, heard) = listening(&[&root, &inner]);
        std::fs::rename(&inner, root.join("old")).unwrap();
        std::fs::create_dir(&inner).unwrap();
        until(&heard, &root.join("1"));
        watcher.watch(&inner, RecursiveMode::NonRecursive).unwrap();
        until(&heard, &inner.join("2"));
        std::fs::remove_dir_all(&inner).unwrap();
        std::fs::create_dir(&inner).unwrap();
        until(&heard, &root.join("3"));
        watcher.watch(&inner, RecursiveMode::NonRecursive).unwrap();
        until(&heard, &inner.join("4"));
    }

    #[test]
    fn a_folder_with_two_names_is_heard_by_both_and_left_by_each() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let [one, two] = ["one", "two"].map(|name| root.join(name));
        std::fs::create_dir(&one).unwrap();
        std::os::unix::fs::symlink(&one, &two).unwrap();
        let (mut watcher, heard) = listening(&[&one, &two]);
        let made = until(&heard, &two.join("a"));
        assert!(made.iter().all(|(_, path)| *path == one.join("a")), "{made:?}");
        watcher.unwatch(&one).unwrap();
        assert!(watcher.unwatch(&one).is_err());
        until(&heard, &two.join("b"));
        watcher.unwatch(&two).unwrap();
        std::fs::write(one.join("c"), "").unwrap();
        watcher.watch(&root, RecursiveMode::NonRecursive).unwrap();
        assert_eq!(until(&heard, &root.join("d")), [], "nobody listens there any more");
    }

    #[test]
    fn what_cannot_be_listened_to_says_why() {
        let (mut watcher, _heard) = listening(&[]);
        let error = watcher.watch(Path::new("/no/such/folder"), RecursiveMode::NonRecursive).unwrap_err();
        assert!(matches!(error.kind, notify::ErrorKind::PathNotFound), "{error}");
        assert!(watcher.unwatch(Path::new("/")).is_err());
    }
}
