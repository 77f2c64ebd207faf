//! Being woken when something changes in a folder: one watcher for all of them, and for each folder the
//! knowledge whether it can be relied on.
//!
//! The system sends one event a write. Where many come, listening costs more than looking: such a
//! folder is hot, nobody listens there for a while and its files are looked at by the clock.

use std::collections::HashMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use notify::{ErrorKind, Event, EventKind, RecursiveMode, Watcher};

use super::filesystem::remote;
use crate::core::follow::FileId;

/// Events within [`WINDOW`] that make a folder hot.
const MANY: u32 = 24;
const WINDOW: Duration = Duration::from_millis(250);
/// How long a hot folder stays so after its files have grown last.
const COOL: Duration = Duration::from_secs(1);
/// How long a folder is left alone in which others are busy: doubled each time, up to the second.
const BUSY: (Duration, Duration) = (Duration::from_secs(4), Duration::from_secs(64));
/// When to try again what the system's limits forbade.
const RETRY: Duration = Duration::from_secs(30);

/// Something changed in a folder.
#[derive(Debug)]
pub(super) enum Change {
    /// Of this path: a file in a watched folder, or the folder itself.
    At(PathBuf),
    /// Too much to tell.
    Anything,
}

/// Makes a watcher that calls back.
pub(super) type Make = Box<dyn FnMut() -> notify::Result<Box<dyn Watcher + Send>> + Send>;

/// What an event of the watcher's means to us. That somebody opened or closed a file means nothing: it
/// may have been ourselves.
pub(super) fn change(event: notify::Result<Event>) -> Option<Change> {
    match event {
        Ok(event) if event.need_rescan() => Some(Change::Anything),
        Ok(Event { kind: EventKind::Access(_), .. }) => None,
        Ok(event) => event.paths.into_iter().next().map(Change::At),
        Err(_) => Some(Change::Anything),
    }
}

/// The watched folders.
pub(super) struct Folders {
    make: Make,
    watcher: Option<Box<dyn Watcher + Send>>,
    /// Why there is no watcher, and when it was tried last.
    trouble: Option<(String, Instant)>,
    folders: HashMap<PathBuf, Folder>,
}

/// One folder.
struct Folder {
    mode: Mode,
    /// Which folder it was when listening began.
    id: Option<FileId>,
    remote: Option<&'static str>,
    /// Events since the window began.
    events: u32,
    window: Instant,
    /// When the last event came.
    heard: Option<Instant>,
    /// Growth was found by the clock of which no event had told: since when.
    unheard: Option<Instant>,
    /// Set once that has proved true: the system does not tell.
    silent: bool,
    /// Times in a row it became hot without any growth of ours.
    strikes: u32,
}

enum Mode {
    /// Listened to.
    Heard,
    /// Too busy to listen to; `until` rises while files of ours grow.
    Hot { until: Instant, ours: bool },
    /// Others are busy in it, and none of our files is: left alone until then.
    Busy { until: Instant },
    /// Cannot be listened to: why, and when it was tried last.
    Deaf(String, Instant),
}

/// How files in a folder are to be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Pace {
    /// When an event tells.
    Told,
    /// Very often for now.
    Hot,
    /// Now and then: others are busy in this folder.
    Busy,
    /// By the clock, and why.
    Polled(String),
}

impl Folders {
    pub fn new(make: Make) -> Folders {
        Folders { make, watcher: None, trouble: None, folders: HashMap::new() }
    }

    /// Listens in a folder, unless that is done or cannot be.
    pub fn add(&mut self, path: &Path, now: Instant) {
        if !self.folders.contains_key(path) {
            let mode = self.listen(path, now);
            let folder = Folder {
                mode,
                id: id(path),
                remote: remote(path),
                events: 0,
                window: now,
                heard: None,
                unheard: None,
                silent: false,
                strikes: 0,
            };
            self.folders.insert(path.to_owned(), folder);
        }
    }

    /// Listens anew: another folder may be at the path by now, called the same.
    pub fn renew(&mut self, path: &Path, now: Instant) {
        self.forget(path);
        self.add(path, now);
    }

    /// Listens anew where another folder is at the path by now, without a word from the system: a
    /// folder above it was renamed. Gives the paths.
    pub fn renew_replaced(&mut self, now: Instant) -> Vec<PathBuf> {
        let replaced = self.folders.iter().filter(|(path, folder)| id(path) != folder.id);
        let replaced: Vec<PathBuf> = replaced.map(|(path, _)| path.clone()).collect();
        replaced.iter().for_each(|path| self.renew(path, now));
        replaced
    }

    /// Stops listening in folders that nobody needs.
    pub fn keep(&mut self, needed: impl Fn(&Path) -> bool) {
        let gone: Vec<PathBuf> = self.folders.keys().filter(|path| !needed(path)).cloned().collect();
        gone.iter().for_each(|path| self.forget(path));
    }

    fn forget(&mut self, path: &Path) {
        if let (Some(_), Some(watcher)) = (self.folders.remove(path), &mut self.watcher) {
            // It is gone by itself when the folder is.
            let _ = watcher.unwatch(path);
        }
    }

    fn listen(&mut self, path: &Path, now: Instant) -> Mode {
        if self.watcher.is_none() && self.trouble.as_ref().is_none_or(|(_, at)| now - *at >= RETRY) {
            match (self.make)() {
                Ok(watcher) => (self.watcher, self.trouble) = (Some(watcher), None),
                Err(error) => self.trouble = Some((reason(&error), now)),
            }
        }
        let Some(watcher) = &mut self.watcher else {
            let why = self.trouble.as_ref().map(|(why, _)| why.clone());
            return Mode::Deaf(why.unwrap_or_default(), now);
        };
        match watcher.watch(path, RecursiveMode::NonRecursive) {
            Ok(()) => Mode::Heard,
            Err(error) => Mode::Deaf(reason(&error), now),
        }
    }

    /// An event came; gives the folder it happened in and the name, none for the folder itself.
    pub fn hear(&mut self, path: &Path, now: Instant) -> Vec<(PathBuf, Option<OsString>)> {
        let mut places = Vec::new();
        if self.folders.contains_key(path) {
            places.push((path.to_owned(), None));
        }
        if let (Some(parent), Some(name)) = (path.parent(), path.file_name())
            && self.folders.contains_key(parent)
        {
            places.push((parent.to_owned(), Some(name.to_owned())));
        }
        for (path, _) in &places {
            let Some(folder) = self.folders.get_mut(path) else { continue };
            folder.heard = Some(now);
            folder.unheard = None;
            if now - folder.window > WINDOW {
                (folder.window, folder.events) = (now, 0);
            }
            folder.events += 1;
            if folder.events > MANY && matches!(folder.mode, Mode::Heard) {
                folder.mode = Mode::Hot { until: now + COOL, ours: false };
                if let Some(watcher) = &mut self.watcher {
                    let _ = watcher.unwatch(path);
                }
            }
        }
        places
    }

    /// A file in this folder grew; `by_clock` when no event had led to the look.
    pub fn grew(&mut self, path: &Path, by_clock: bool, now: Instant) {
        let Some(folder) = self.folders.get_mut(path) else { return };
        match &mut folder.mode {
            Mode::Hot { until, ours } => (*until, *ours) = (now + COOL, true),
            Mode::Heard if by_clock && folder.heard.is_none_or(|heard| now - heard > COOL) => {
                folder.unheard.get_or_insert(now);
            }
            _ => {}
        }
    }

    /// Listens again where it is time; gives the folders in which everything must be looked at, since
    /// something may have changed before listening began.
    pub fn cool(&mut self, now: Instant) -> Vec<PathBuf> {
        let mut due = Vec::new();
        for (path, folder) in &mut self.folders {
            if folder.unheard.is_some_and(|since| now - since > COOL) {
                folder.silent = true;
            }
            match &folder.mode {
                Mode::Hot { until, ours: true } if now >= *until => {
                    folder.strikes = 0;
                    due.push(path.clone());
                }
                Mode::Hot { until, ours: false } if now >= *until => {
                    let pause = BUSY.0 * 2u32.pow(folder.strikes.min(4));
                    folder.strikes += 1;
                    folder.mode = Mode::Busy { until: now + pause.min(BUSY.1) };
                }
                Mode::Busy { until } if now >= *until => due.push(path.clone()),
                Mode::Deaf(_, at) if now - *at >= RETRY => due.push(path.clone()),
                _ => {}
            }
        }
        for path in &due {
            let mode = self.listen(path, now);
            if let Some(folder) = self.folders.get_mut(path) {
                (folder.mode, folder.events, folder.window) = (mode, 0, now);
            }
        }
        due
    }

    /// When [`Folders::cool`] has something to do next, if it is soon.
    pub fn next(&self) -> Option<Instant> {
        let times = self.folders.values().filter_map(|folder| match folder.mode {
            Mode::Hot { until, .. } => Some(until),
            _ => folder.unheard.filter(|_| !folder.silent).map(|at| at + COOL + Duration::from_millis(50)),
        });
        times.min()
    }

    /// How files in this folder are to be looked at now.
    pub fn pace(&self, path: &Path) -> Pace {
        let Some(folder) = self.folders.get(path) else {
            return Pace::Polled("its folder is not there".to_owned());
        };
        if let Some(name) = folder.remote {
            return Pace::Polled(format!("{name}: written from elsewhere too"));
        }
        if folder.silent {
            return Pace::Polled("it grew and the system did not tell".to_owned());
        }
        match &folder.mode {
            Mode::Heard => Pace::Told,
            Mode::Hot { .. } => Pace::Hot,
            Mode::Busy { .. } => Pace::Busy,
            Mode::Deaf(why, _) => Pace::Polled(why.clone()),
        }
    }
}

fn id(folder: &Path) -> Option<FileId> {
    let meta = std::fs::metadata(folder).ok()?;
    Some(super::backing::stat_of(&meta).id)
}

/// Why listening failed, in words a reader can act on.
fn reason(error: &notify::Error) -> String {
    match &error.kind {
        ErrorKind::MaxFilesWatch => "inotify watches are used up (fs.inotify.max_user_watches)".to_owned(),
        ErrorKind::Io(error) if error.raw_os_error() == Some(rustix::io::Errno::MFILE.raw_os_error()) => {
            "inotify instances or open files are used up (fs.inotify.max_user_instances)".to_owned()
        }
        ErrorKind::Io(error) => super::backing::words(error),
        ErrorKind::PathNotFound => "its folder is not there".to_owned(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use notify::event::{AccessKind, AccessMode, CreateKind, Flag};
    use std::sync::{Arc, Mutex};

    /// A watcher that only notes what it is asked for; `full` once it may watch no more.
    #[derive(Default)]
    struct Fake {
        watched: Arc<Mutex<Vec<PathBuf>>>,
        full: bool,
    }

    impl Watcher for Fake {
        fn new<F: notify::EventHandler>(_: F, _: notify::Config) -> notify::Result<Fake> {
            Ok(Fake::default())
        }
        fn watch(&mut self, path: &Path, _: RecursiveMode) -> notify::Result<()> {
            if self.full {
                return Err(notify::Error::new(ErrorKind::MaxFilesWatch));
            }
            self.watched.lock().unwrap().push(path.to_owned());
            Ok(())
        }
        fn unwatch(&mut self, path: &Path) -> notify::Result<()> {
            self.watched.lock().unwrap().retain(|known| known != path);
            Ok(())
        }
        fn kind() -> notify::WatcherKind {
            notify::WatcherKind::NullWatcher
        }
    }

    fn folders(full: bool) -> (Folders, Arc<Mutex<Vec<PathBuf>>>) {
        let watched: Arc<Mutex<Vec<PathBuf>>> = Arc::default();
        let shared = watched.clone();
        let make = move || Ok(Box::new(Fake { watched: shared.clone(), full }) as Box<dyn Watcher + Send>);
        (Folders::new(Box::new(make)), watched)
    }

    fn is_polled(pace: &Pace, part: &str) -> bool {
        matches!(pace, Pace::Polled(why) if why.contains(part))
    }

    #[test]
    fn used_up_watches_mean_polling_for_that_folder_and_are_tried_again() {
        let (mut folders, _) = folders(true);
        let (dir, now) = (std::env::temp_dir(), Instant::now());
        folders.add(&dir, now);
        assert!(is_polled(&folders.pace(&dir), "max_user_watches"));
        assert!(folders.cool(now).is_empty());
        assert_eq!(folders.cool(now + RETRY), [dir]);
    }

    #[test]
    fn used_up_instances_mean_polling_until_there_is_one() {
        let mut left = 1;
        let make = move || {
            left -= 1;
            if left == 0 {
                return Err(notify::Error::io(std::io::Error::from_raw_os_error(24)));
            }
            Ok(Box::new(Fake::default()) as Box<dyn Watcher + Send>)
        };
        let mut folders = Folders::new(Box::new(make));
        let (dir, now) = (std::env::temp_dir(), Instant::now());
        folders.add(&dir, now);
        assert!(is_polled(&folders.pace(&dir), "max_user_instances"));
        assert_eq!(folders.cool(now + RETRY), std::slice::from_ref(&dir));
        assert_eq!(folders.pace(&dir), Pace::Told);
    }

    #[test]
    fn a_hot_folder_is_not_listened_to_until_its_files_stand_still() {
        let (mut folders, watched) = folders(false);
        let (dir, now) = (std::env::temp_dir(), Instant::now());
        folders.add(&dir, now);
        for _ in 0..=MANY {
            folders.hear(&dir.join("a"), now);
        }
        assert_eq!(folders.pace(&dir), Pace::Hot);
        assert!(watched.lock().unwrap().is_empty());
        folders.grew(&dir, true, now + COOL / 2);
        assert!(folders.cool(now + COOL).is_empty());
        assert_eq!(folders.cool(now + COOL * 2), std::slice::from_ref(&dir));
        assert_eq!(folders.pace(&dir), Pace::Told);
        assert_eq!(*watched.lock().unwrap(), [dir]);
    }

    #[test]
    fn a_folder_that_strangers_keep_busy_is_left_alone_for_longer_each_time() {
        let (mut folders, _) = folders(false);
        let (dir, mut now) = (std::env::temp_dir(), Instant::now());
        folders.add(&dir, now);
        for round in 0..3 {
            for _ in 0..=MANY {
                folders.hear(&dir.join("stranger"), now);
            }
            now += COOL;
            assert!(folders.cool(now).is_empty());
            assert_eq!(folders.pace(&dir), Pace::Busy);
            let pause = BUSY.0 * 2u32.pow(round);
            assert!(folders.cool(now + pause - COOL).is_empty());
            now += pause;
            assert_eq!(folders.cool(now), std::slice::from_ref(&dir));
        }
    }

    #[test]
    fn a_folder_whose_growth_is_not_told_is_polled() {
        let (mut folders, _) = folders(false);
        let (dir, now) = (std::env::temp_dir(), Instant::now());
        folders.add(&dir, now);
        folders.grew(&dir, true, now);
        folders.hear(&dir.join("a"), now + COOL / 2);
        folders.cool(now + COOL * 3);
        assert_eq!(folders.pace(&dir), Pace::Told, "the event was only late");
        folders.grew(&dir, true, now + COOL * 4);
        folders.cool(now + COOL * 6);
        assert!(is_polled(&folders.pace(&dir), "did not tell"));
    }

    #[test]
    fn our_own_opening_is_no_news_and_an_overflow_is_all_news() {
        let close = EventKind::Access(AccessKind::Close(AccessMode::Write));
        assert!(change(Ok(Event::new(close).add_path("/x/a".into()))).is_none());
        let create = Event::new(EventKind::Create(CreateKind::File)).add_path("/x/a".into());
        assert!(matches!(change(Ok(create)), Some(Change::At(path)) if path == Path::new("/x/a")));
        let overflow = Event::new(EventKind::Other).set_flag(Flag::Rescan);
        assert!(matches!(change(Ok(overflow)), Some(Change::Anything)));
    }
}
