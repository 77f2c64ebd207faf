//! Looking for the files that folders and patterns here stand for: a thread that looks again when something came or went
//! in one of their folders, and now and then where nobody tells.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::{Timestamp, Zoned};
use notify::{Event, EventKind, event::ModifyKind};

use super::Shared;
use super::listen::listen;
use super::search::{Found, NAMES, SearchId, Tell, Told};
use super::walk::{self, Entry, Listing, Wanted};
use super::watch::{Change, Folders, Make, Pace, change};
use crate::core::follow::{FileId, is_compressed, is_generation};

/// Between looks where the system tells what comes and goes, and where it does not.
const SLOW: Duration = Duration::from_secs(10);
const POLL: Duration = Duration::from_secs(2);
/// How long more is waited for when something came: seldom one file comes alone.
const MORE: Duration = Duration::from_millis(50);
/// Time that is spent on looking is this part of all, at most.
const SHARE: u32 = 20;
/// Folders that are listened in for one name; those beyond are looked at by the clock.
const LISTENED: usize = 1024;
/// First bytes by which a file of no text is known.
const HEAD: usize = 1024;

/// Looks for files here; its thread is started by the first search.
pub(super) struct Finder {
    shared: Arc<Shared>,
    thread: Mutex<Option<Sender<Message>>>,
}

enum Message {
    Begin(SearchId, Box<Search>),
    End(SearchId),
    /// The watcher saw something; whether a name came or went.
    Changed(Change, bool),
    /// End.
    Stop,
}

impl Finder {
    pub fn new(shared: Arc<Shared>) -> Finder {
        Finder { shared, thread: Mutex::default() }
    }

    fn thread(&self) -> MutexGuard<'_, Option<Sender<Message>>> {
        self.thread.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a search; with `now` it has looked once before this returns. What was found so is not told but returned.
    pub fn begin(&self, id: SearchId, wanted: &Wanted, tell: Tell, now: bool) -> Vec<Found> {
        let mut search = Box::new(Search::new(wanted.clone(), tell));
        let mut found = if now { search.look(&self.shared, Instant::now()) } else { Vec::new() };
        let mut thread = self.thread();
        if thread.is_none() {
            match start(self.shared.clone()) {
                Ok(sender) => *thread = Some(sender),
                Err(error) => found.push(Found::Short(format!("no thread to look for more files: {error}"))),
            }
        }
        if let Some(thread) = &*thread {
            let _ = thread.send(Message::Begin(id, search)); // it lives as long as the sender does
        }
        found
    }

    /// Looks no more.
    pub fn end(&self, id: SearchId) {
        if let Some(thread) = &*self.thread() {
            let _ = thread.send(Message::End(id)); // as above
        }
    }
}

impl Drop for Finder {
    fn drop(&mut self) {
        if let Some(thread) = self.thread().take() {
            let _ = thread.send(Message::Stop); // as above
        }
    }
}

fn start(shared: Arc<Shared>) -> std::io::Result<Sender<Message>> {
    let (sender, messages) = channel();
    let folders = Folders::new(watcher(sender.clone()));
    let rounds = Rounds { shared, folders, searches: HashMap::new() };
    std::thread::Builder::new().name("finder".to_owned()).spawn(move || rounds.run(&messages))?;
    Ok(sender)
}

fn watcher(thread: Sender<Message>) -> Make {
    Box::new(move || {
        let thread = thread.clone();
        listen(move |event: notify::Result<Event>| {
            let names = event.as_ref().map_or(true, |event| comes_or_goes(event.kind));
            if let Some(change) = change(event) {
                let _ = thread.send(Message::Changed(change, names)); // the thread may have ended
            }
        })
    })
}

/// Whether a name may have come or gone. That a file has grown is the most frequent news and none here.
fn comes_or_goes(kind: EventKind) -> bool {
    match kind {
        EventKind::Modify(ModifyKind::Data(_)) | EventKind::Access(_) => false,
        EventKind::Modify(_) | EventKind::Create(_) | EventKind::Remove(_) => true,
        EventKind::Any | EventKind::Other => true,
    }
}

/// The thread's own state.
struct Rounds {
    shared: Arc<Shared>,
    folders: Folders,
    searches: HashMap<SearchId, Search>,
}

impl Rounds {
    fn run(mut self, messages: &Receiver<Message>) {
        loop {
            let wait = self.next().map(|at| at.saturating_duration_since(Instant::now()));
            let message = match wait {
                Some(wait) => messages.recv_timeout(wait),
                None => messages.recv().map_err(|_| RecvTimeoutError::Disconnected),
            };
            let first = match message {
                Ok(message) => Some(message),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => return,
            };
            for message in first.into_iter().chain(messages.try_iter()) {
                match message {
                    Message::Begin(id, mut search) => {
                        search.due = Instant::now();
                        self.searches.insert(id, *search);
                    }
                    Message::End(id) => drop(self.searches.remove(&id)),
                    Message::Changed(Change::Anything, _) => {
                        self.searches.values_mut().for_each(|search| search.due = Instant::now());
                    }
                    Message::Changed(Change::At(path), names) => self.hear(&path, names),
                    Message::Stop => return,
                }
            }
            self.go_round();
        }
    }

    fn next(&self) -> Option<Instant> {
        let due = self.searches.values().map(|search| search.due).min()?;
        Some(self.folders.next().map_or(due, |at| at.min(due)))
    }

    fn hear(&mut self, path: &Path, names: bool) {
        let now = Instant::now();
        for (folder, name) in self.folders.hear(path, now) {
            if name.is_none() && names {
                self.folders.renew(&folder, now);
            }
            if names {
                let minds = self.searches.values_mut().filter(|search| search.folders.contains(&folder));
                minds.for_each(|search| search.due = search.due.min(now + MORE.max(search.pause)));
            }
        }
    }

    fn go_round(&mut self) {
        let now = Instant::now();
        for folder in self.folders.cool(now) {
            let minds = self.searches.values_mut().filter(|search| search.folders.contains(&folder));
            minds.for_each(|search| search.due = now);
        }
        let mut looked = false;
        for search in self.searches.values_mut().filter(|search| search.due <= now) {
            let found = search.look(&self.shared, now);
            found.into_iter().for_each(|found| (search.tell)(found));
            looked = true;
        }
        if !looked {
            return;
        }
        self.folders.renew_replaced(now);
        let searches = &self.searches;
        self.folders.keep(|folder| searches.values().any(|search| search.folders.contains(folder)));
        for search in self.searches.values_mut() {
            search.listen(&mut self.folders, now);
        }
    }
}

/// A name that is looked for.
struct Search {
    wanted: Wanted,
    tell: Tell,
    told: Told<PathBuf>,
    /// Files that are no text, by name and number.
    no_text: HashSet<(PathBuf, FileId)>,
    /// Where something may come.
    folders: HashSet<PathBuf>,
    /// Where it was listened before the last look.
    listened: HashSet<PathBuf>,
    /// What could not be looked at, as it was told.
    trouble: Option<String>,
    due: Instant,
    /// How long looking must rest because it takes so long.
    pause: Duration,
    /// When the name stands for something else.
    turns: Option<Timestamp>,
}

impl Search {
    fn new(wanted: Wanted, tell: Tell) -> Search {
        Search {
            wanted,
            tell,
            told: Told::default(),
            no_text: HashSet::new(),
            folders: HashSet::new(),
            listened: HashSet::new(),
            trouble: None,
            due: Instant::now(),
            pause: Duration::ZERO,
            turns: None,
        }
    }

    /// Looks at everything; what is to be told.
    fn look(&mut self, shared: &Shared, now: Instant) -> Vec<Found> {
        let time = Zoned::now();
        self.turns = self.wanted.name.next_change(&time);
        let name = self.wanted.name.at(&time);
        let listing = match walk::list(&name, self.wanted.walk) {
            Ok(listing) => listing,
            Err(why) => return self.told.say(why).map(Found::Short).into_iter().collect(),
        };
        self.folders = listing.folders.iter().take(LISTENED).cloned().collect();
        let (files, many) = self.chosen(&listing, shared);
        let mut files = files;
        if self.wanted.name.is_dated() {
            // What another day's name stood for is not gone because the name is another one.
            files.extend(self.told.all().filter(|path| path.exists()).cloned());
        }
        let nothing = files.is_empty() && self.told.is_empty();
        let mut found = if nothing { self.nothing(&name) } else { self.told.files(files, now) };
        let trouble = listing.trouble.or(many);
        if trouble != self.trouble {
            found.extend(trouble.clone().map(Found::Short));
            self.trouble = trouble;
        }
        self.pause = now.elapsed() * SHARE;
        self.rest(now, &time, listing.folders.len());
        found
    }

    /// When to look next if nothing happens.
    fn rest(&mut self, now: Instant, time: &Zoned, folders: usize) {
        let wait = if folders > LISTENED { POLL } else { SLOW };
        self.due = now + wait.max(self.pause);
        if let Some(due) = self.told.due() {
            self.due = self.due.min(due.max(now + self.pause));
        }
        if let Some(turns) = self.turns {
            let left = turns.as_nanosecond() - time.timestamp().as_nanosecond();
            let left = Duration::from_nanos(u64::try_from(left).unwrap_or(0));
            self.due = self.due.min(now + left);
        }
    }

    /// Nothing is there that is wanted.
    fn nothing(&mut self, name: &str) -> Vec<Found> {
        let ignored = if self.told.has_looked() { 0 } else { walk::ignored(name, self.wanted.walk) };
        let found = self.told.files(Vec::new(), Instant::now());
        if ignored == 0 {
            return found;
        }
        let why = format!(
            "no file there that is not ignored ({ignored} are, --no-ignore takes them); looked for again"
        );
        self.told.say(why).map(Found::Nothing).into_iter().collect()
    }

    /// The files that are wanted, those among them that were told before; and what is to be said where there are too
    /// many.
    fn chosen(&mut self, listing: &Listing, shared: &Shared) -> (Vec<PathBuf>, Option<String>) {
        let paths: HashSet<&Path> = listing.files.iter().map(|file| &*file.path).collect();
        let (told, mut new): (Vec<&Entry>, Vec<&Entry>) =
            listing.files.iter().partition(|file| self.told.has(&file.path));
        let room = NAMES.saturating_sub(told.len());
        if new.len() > room {
            new.sort_by_key(|file| std::cmp::Reverse(file.written));
        }
        let wanted = new.into_iter().filter(|file| self.is_wanted(file, listing.unnamed, &paths, shared));
        // One more than there is room for tells that there are too many.
        let mut new: Vec<&Entry> = wanted.take(room + 1).collect();
        let many = (new.len() > room).then(|| {
            format!("more than {NAMES} files are there: those that were written last are followed; say which")
        });
        new.truncate(room);
        (told.into_iter().chain(new).map(|file| file.path.clone()).collect(), many)
    }

    fn is_wanted(&mut self, file: &Entry, unnamed: bool, paths: &HashSet<&Path>, shared: &Shared) -> bool {
        // The tail of a rotation, or the same file by another name.
        if shared.knows(file.id) {
            return false;
        }
        // Who names generations gets those that are there. One that comes later is read as what it was before.
        let beside = |name: &str| {
            let path = file.path.with_file_name(name);
            paths.contains(&*path) || self.told.has(&path)
        };
        let name = file.path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if (unnamed || self.told.has_looked()) && is_generation(name, beside) {
            return false;
        }
        !unnamed || self.is_text(file, name)
    }

    /// Whether a file may be text, by its name and its first bytes. What cannot be read says so in its pane.
    fn is_text(&mut self, file: &Entry, name: &str) -> bool {
        let key = (file.path.clone(), file.id);
        if self.no_text.contains(&key) {
            return false;
        }
        let mut head = Vec::new();
        if let Ok(file) = super::disk::open(&file.path) {
            let _ = File::take(file, HEAD as u64).read_to_end(&mut head); // as above
        }
        let wide = head.starts_with(b"\xFF\xFE") || head.starts_with(b"\xFE\xFF");
        let text = !is_compressed(name, &head) && (wide || !head.contains(&0));
        if !text {
            self.no_text.insert(key);
        }
        text
    }

    /// Listens where something may come; where nobody tells it is looked more often.
    fn listen(&mut self, folders: &mut Folders, now: Instant) {
        for folder in &self.folders {
            folders.add(folder, now);
        }
        if self.folders.iter().any(|folder| folders.pace(folder) != Pace::Told) {
            self.due = self.due.min(now + POLL.max(self.pause));
        }
        // What came before listening began is seen by another look.
        if !self.folders.is_subset(&self.listened) {
            self.due = self.due.min(now + self.pause);
        }
        self.listened.clone_from(&self.folders);
    }
}
