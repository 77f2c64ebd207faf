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
                Mode::Hot { until, ours } if now >= *until => {
                    folder.strikes = if *ours { 0 } else { folder.strikes + 1 };
                    let pause = BUSY.0 * 2u32.pow(folder.strikes.clamp(1, 5) - 1);
                    // Busy with files that are not ours: left alone for longer.
                    if folder.strikes > 0 && now < *until + pause.min(BUSY.1) {
                        folder.strikes -= 1;
                        continue;
                    }
                    due.push(path.clone());
                }
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
            Mode::Hot { until, ours: true } => Some(until),
            _ => folder.unheard.filter(|_| !folder.silent).map(|at| at + COOL + Duration::from_millis(50)),
        });
        times.min()
    }

    /// How files in this folder are to be looked at now.
    pub fn pace(&self, path: &Path, now: Instant) -> Pace {
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
            Mode::Hot { until, ours } if *ours || now < *until => Pace::Hot,
            Mode::Hot { .. } => Pace::Busy,
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
