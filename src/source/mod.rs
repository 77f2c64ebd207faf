//! Bytes in: files, their watchers, stdin, commands, files on other hosts. Knows core and [`crate::app::source`]; no keys, no
//! widgets.
//!
//! One thread follows all local files ([`Follower`]), another one all that are on other hosts ([`ssh`]); whoever must not miss a byte however slowly he
//! takes them (the mode without a screen) reads through a [`Drain`].
//!
//! ```text
//!   watch ──"look there"──▶ rounds ──look──▶ file ──stat, bytes──▶ core::follow
//!                              │              │ ◀──steps──────────────┘
//!                           changed        store ◀── pread ── a screen, a drain
//! ```

mod abroad;
mod backing;
mod command;
mod dated;
mod disk;
mod drain;
pub mod file;
mod filesystem;
mod find;
pub mod listen;
mod names;
mod notices;
mod pipe;
mod rounds;
pub mod search;
mod spool;
pub mod ssh;
mod store;
#[cfg(test)]
mod tests;
mod trail;
pub mod walk;
mod watch;

use std::collections::HashMap;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Context as _;
use jiff::Zoned;

use crate::app::link::HostStatus;
use crate::app::question::{Answer, QuestionId};
use crate::app::source::{Exact, Source, SourceId, State, Status, Watch};
use crate::config::hosts::Hosts;
use crate::core::follow::FileId;
use crate::core::host::{RemotePath, Target};
use crate::core::pos::Pos;
use crate::core::template::Template;
use crate::core::text::printable;
use abroad::Abroad;
pub use backing::words;
use command::Ran;
pub use command::end_all as end_commands;
pub use drain::{Drain, Drained};
use file::Tailed;
use find::Finder;
use pipe::Pipe;
use rounds::{Message, Rounds, system_watcher};
use search::{Found, SearchId, Tell};
use ssh::Names;
use ssh::RemoteFile;
use ssh::ask::Asker;
use ssh::config::Resolver;
use ssh::reach::Reach;
use ssh::reading::Reading;
use ssh::search::Sought;
use walk::Wanted;
use watch::Make;

/// What becomes of bytes that are no longer in the newest file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// A screen: the last few generations stay readable for scrolling back.
    Generations,
    /// A drain: nothing is given up before the drain has read it.
    Unread,
}

/// Memory for the live tails of all files together, and for one at most and at least.
const REMEMBERED: u64 = 8 << 20;
const REMEMBERED_ONE: std::ops::RangeInclusive<u64> = (64 << 10)..=(4 << 20);

/// Follows local files, stdin, commands, and files on other hosts.
pub struct Follower {
    shared: Arc<Shared>,
    abroad: Abroad,
    finder: Finder,
    /// How many searches there were.
    searches: AtomicU64,
    thread: Sender<Message>,
}

/// What the caller's threads and the follower's thread both see.
struct Shared {
    keep: Keep,
    sources: Mutex<HashMap<SourceId, Open>>,
    changed: Arc<dyn Fn(SourceId) + Send + Sync>,
}

/// A source that was opened.
#[derive(Clone)]
enum Open {
    File(Arc<Tailed>),
    Pipe(Arc<Pipe>),
    Command(Arc<Ran>),
    Remote(Arc<RemoteFile>),
}

impl Shared {
    fn sources(&self) -> MutexGuard<'_, HashMap<SourceId, Open>> {
        self.sources.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Shares the memory for live tails among the files that are open.
    fn share_memory(&self) {
        let sources = self.sources();
        let files = sources.values().filter_map(|open| match open {
            Open::File(file) => Some(file),
            Open::Pipe(_) | Open::Command(_) | Open::Remote(_) => None,
        });
        let each = (REMEMBERED / (files.clone().count() as u64).max(1))
            .clamp(*REMEMBERED_ONE.start(), *REMEMBERED_ONE.end());
        files.for_each(|file| file.store.set_bound(each));
    }

    /// Whether a file here is part of the log of some source, whatever it is called by now.
    fn knows(&self, id: FileId) -> bool {
        let sources: Vec<Open> = self.sources().values().cloned().collect();
        sources.iter().any(|open| matches!(open, Open::File(file) if file.knows(id)))
    }

    /// Says that a source changed, unless it was said and nobody has asked yet.
    fn tell(&self, file: &Tailed) {
        if file.tell() {
            (self.changed)(file.id);
        }
    }
}

impl Follower {
    /// Starts the follower's thread. `changed` is called from it when something about a source changed,
    /// and not again for that source until [`Follower::status`] was asked, or a [`Drain`] of it has
    /// answered [`Drained::Idle`].
    ///
    /// # Errors
    /// When no thread can be started. A missing or exhausted watcher is no error: files are polled then.
    pub fn start(keep: Keep, changed: impl Fn(SourceId) + Send + Sync + 'static) -> anyhow::Result<Follower> {
        Follower::start_with(keep, Box::new(changed), system_watcher)
    }

    fn start_with(
        keep: Keep,
        changed: Box<dyn Fn(SourceId) + Send + Sync>,
        watcher: impl FnOnce(Sender<Message>) -> Make,
    ) -> anyhow::Result<Follower> {
        let changed: Arc<dyn Fn(SourceId) + Send + Sync> = Arc::from(changed);
        let reach = Reach::new(Arc::new(Resolver::new(None, Hosts::default())), Asker::silent());
        let abroad = Abroad::new(keep, reach, changed.clone());
        let shared = Arc::new(Shared { keep, sources: Mutex::new(HashMap::new()), changed });
        let (thread, messages) = channel();
        let rounds = Rounds::new(shared.clone(), watcher(thread.clone()), messages);
        std::thread::Builder::new()
            .name("follower".to_owned())
            .spawn(move || rounds.run())
            .context("cannot start the thread that follows files")?;
        let finder = Finder::new(shared.clone());
        Ok(Follower { shared, abroad, finder, searches: AtomicU64::new(0), thread })
    }

    /// Reaches other hosts this way. To be said before the first source on another host is opened; otherwise they are
    /// reached as the user's ssh config says, and nobody is asked anything.
    pub fn reaching(mut self, reach: Reach) -> Follower {
        self.abroad = self.abroad.reached_by(reach);
        self
    }

    /// Opens a path, looks at it once before it returns, and follows it from then on. A file that is not
    /// there is a state of the source, not an error.
    pub fn open(&self, id: SourceId, path: &Path) -> Source {
        self.follow(Tailed::new(id, path, self.shared.keep, *REMEMBERED_ONE.start()), path)
    }

    /// The same for a path that is another one at another time: when its text changes and a file is there, that one is
    /// gone on to once the old one has been read to its end.
    pub fn open_dated(&self, id: SourceId, name: &Template) -> Source {
        let file = Tailed::dated(id, name, self.shared.keep, *REMEMBERED_ONE.start());
        let path = file.dated_path().unwrap_or_default();
        self.follow(file, &path)
    }

    /// What a source is called now that is another file at another time; `None` for all others.
    pub fn name(&self, id: SourceId) -> Option<(String, Exact)> {
        let open = self.shared.sources().get(&id).cloned()?;
        match open {
            Open::File(file) => {
                let path = file.dated_path()?;
                Some((printable(&path.to_string_lossy()), Exact::of(path.as_os_str().as_bytes())))
            }
            Open::Remote(file) => {
                let path = file.dated_path()?;
                Some((printable(&path.to_string()), exact(&path)))
            }
            Open::Pipe(_) | Open::Command(_) => None,
        }
    }

    /// What such a source was called at a position of its log.
    pub fn name_at(&self, id: SourceId, pos: Pos) -> Option<String> {
        match self.shared.sources().get(&id)? {
            Open::File(file) => file.notices.name_at(pos),
            Open::Remote(file) => file.notices.name_at(pos),
            Open::Pipe(_) | Open::Command(_) => None,
        }
    }

    fn follow(&self, file: Tailed, path: &Path) -> Source {
        let (id, file) = (file.id, Arc::new(file));
        file.look();
        self.shared.sources().insert(id, Open::File(file.clone()));
        self.shared.share_memory();
        let source = Source {
            id,
            name: printable(&path.to_string_lossy()),
            exact: Exact::of(path.as_os_str().as_bytes()),
            store: file.store.clone(),
            status: file.status(),
        };
        // The thread lives as long as the follower does.
        let _ = self.thread.send(Message::Open(file));
        source
    }

    /// Opens a path on another host and reads it in this way from now on; it is connected to in the background. A host
    /// that cannot be reached is a state of the source, not an error. The thread for it is started by the first of these.
    pub fn open_remote(&self, id: SourceId, path: &RemotePath, reading: Reading) -> Source {
        self.follow_remote(id, Names::single(path), reading)
    }

    /// The same for a path that is another one at another time, as with [`Follower::open_dated`].
    pub fn open_remote_dated(
        &self,
        id: SourceId,
        target: &Target,
        name: &Template,
        reading: Reading,
    ) -> Source {
        self.follow_remote(id, Names::dated(target, name, &Zoned::now()), reading)
    }

    fn follow_remote(&self, id: SourceId, names: Names, reading: Reading) -> Source {
        let now = names.now();
        let (name, exact) = (printable(&now.to_string()), exact(&now));
        let file = self.abroad.open(id, names, reading);
        self.shared.sources().insert(id, Open::Remote(file.clone()));
        Source { id, name, exact, store: file.store.clone(), status: file.status() }
    }

    /// Looks for the files that a name on another host stands for, again and again until [`Follower::end_search`];
    /// `found` is called from another thread.
    pub fn search_remote(&self, sought: &Sought, found: impl Fn(Found) + Send + Sync + 'static) -> SearchId {
        let id = self.next_search();
        self.abroad.search(id, sought, Arc::new(found));
        id
    }

    /// The same for a folder or a pattern here. It is looked for before this returns, and what there is comes back.
    pub fn search_now(
        &self,
        wanted: &Wanted,
        found: impl Fn(Found) + Send + Sync + 'static,
    ) -> (SearchId, Vec<Found>) {
        let id = self.next_search();
        (id, self.finder.begin(id, wanted, Arc::new(found), true))
    }

    /// The same, and all that is found is told, from another thread.
    pub fn search(&self, wanted: &Wanted, found: impl Fn(Found) + Send + Sync + 'static) -> SearchId {
        let id = self.next_search();
        let tell: Tell = Arc::new(found);
        self.finder.begin(id, wanted, tell.clone(), false).into_iter().for_each(|found| tell(found));
        id
    }

    fn next_search(&self) -> SearchId {
        SearchId(self.searches.fetch_add(1, Ordering::Relaxed))
    }

    /// The name with which a source's folder is looked into, where it is a folder on another host that was opened as
    /// a file.
    pub fn folder(&self, id: SourceId) -> Option<Sought> {
        match self.shared.sources().get(&id) {
            Some(Open::Remote(file)) => file.folder(),
            _ => None,
        }
    }

    /// Looks no more.
    pub fn end_search(&self, id: SearchId) {
        self.abroad.end_search(id);
        self.finder.end(id);
    }

    /// Tries the host of a source at once; a link that stands is made anew. A command is run again.
    pub fn reconnect(&self, id: SourceId) {
        let open = self.shared.sources().get(&id).cloned();
        match open {
            Some(Open::Remote(file)) => self.abroad.reconnect(&file.target),
            Some(Open::Command(ran)) => ran.again(),
            Some(Open::File(_) | Open::Pipe(_)) | None => {}
        }
    }

    /// Answers what a host asked.
    pub fn answer(&self, id: QuestionId, answer: Answer) {
        self.abroad.reach().asker.answer(id, answer);
    }

    /// How the hosts of all remote sources stand, in the order in which they were first needed.
    pub fn hosts(&self) -> Vec<Arc<HostStatus>> {
        self.abroad.hosts()
    }

    /// Reads the program's standard input (already taken from descriptor 0 by the caller) as a source.
    pub fn open_stdin(&self, id: SourceId, stdin: std::fs::File) -> Source {
        let shared = self.shared.clone();
        let pipe = Pipe::new(self.shared.keep, Watch::Pushed, move || (shared.changed)(id));
        pipe.read(stdin, || State::Ended("the end of the input was reached".to_owned()));
        self.shared.sources().insert(id, Open::Pipe(pipe.clone()));
        let status = pipe.status();
        Source { id, name: "stdin".to_owned(), exact: Exact::Shown, store: pipe, status }
    }

    /// Runs a command (by `sh -c`) and reads what it says, on both its outputs. It is ended when the source is closed
    /// and when the follower is dropped, with everything it has started in its process group.
    pub fn open_command(&self, id: SourceId, line: &str) -> Source {
        let shared = self.shared.clone();
        let ran = Ran::start(self.shared.keep, line, move || (shared.changed)(id));
        self.shared.sources().insert(id, Open::Command(ran.clone()));
        let status = ran.pipe.status();
        let exact = Exact::of(line.as_bytes());
        Source { id, name: printable(line), exact, store: ran.pipe.clone(), status }
    }

    /// Holds at most so many bytes of a source that cannot be read again: standard input, what a command says.
    pub fn hold(&self, id: SourceId, bytes: u64) {
        match self.shared.sources().get(&id) {
            Some(Open::Pipe(pipe)) => pipe.hold(bytes),
            Some(Open::Command(ran)) => ran.pipe.hold(bytes),
            Some(Open::File(_) | Open::Remote(_)) | None => {}
        }
    }

    /// Whether a source is a command whose last run ended otherwise than well.
    pub fn has_failed(&self, id: SourceId) -> bool {
        matches!(self.shared.sources().get(&id), Some(Open::Command(ran)) if ran.failed())
    }

    /// What is known of a source now, `None` once it was closed.
    pub fn status(&self, id: SourceId) -> Option<Status> {
        let open = self.shared.sources().get(&id).cloned()?;
        Some(match open {
            Open::File(file) => file.status(),
            Open::Pipe(pipe) => pipe.status(),
            Open::Command(ran) => ran.pipe.status(),
            Open::Remote(file) => file.status(),
        })
    }

    /// Stops following a source; its store stays readable while somebody holds it.
    pub fn close(&self, id: SourceId) {
        let open = self.shared.sources().remove(&id);
        match open {
            Some(Open::Pipe(pipe)) => pipe.close(),
            Some(Open::Command(ran)) => ran.close(),
            Some(Open::Remote(file)) => self.abroad.close(&file),
            _ => {}
        }
        self.shared.share_memory();
        let _ = self.thread.send(Message::Close(id));
    }

    /// A drain of a source from `from` on.
    pub fn drain(&self, id: SourceId, from: Pos) -> Option<Drain> {
        let open = self.shared.sources().get(&id).cloned()?;
        Some(match open {
            Open::File(file) => Drain::of_file(file, from),
            Open::Pipe(pipe) => Drain::of_pipe(pipe, from),
            Open::Command(ran) => Drain::of_pipe(ran.pipe.clone(), from),
            Open::Remote(file) => Drain::of_remote(file, Some(from)),
        })
    }

    /// A drain of a source on another host, from where its log is begun to be read; `None` for what is no such source.
    pub fn drain_remote(&self, id: SourceId) -> Option<Drain> {
        match self.shared.sources().get(&id) {
            Some(Open::Remote(file)) => Some(Drain::of_remote(file.clone(), None)),
            _ => None,
        }
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        let _ = self.thread.send(Message::Stop);
        let open: Vec<Open> = self.shared.sources().drain().map(|(_, open)| open).collect();
        let commands = open.iter().filter_map(|open| match open {
            Open::Command(ran) => Some(ran),
            _ => None,
        });
        command::end_now(commands);
        for open in open {
            match open {
                Open::Pipe(pipe) => pipe.close(),
                Open::Command(ran) => ran.close(),
                Open::File(_) | Open::Remote(_) => {}
            }
        }
    }
}

/// The name of a file on another host as it is.
fn exact(path: &RemotePath) -> Exact {
    let text = str::from_utf8(&path.path).is_ok();
    if text { Exact::of(path.to_string().as_bytes()) } else { Exact::Bytes }
}
