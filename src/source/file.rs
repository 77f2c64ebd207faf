//! Following one path: the impure half of [`crate::core::follow`].

use std::collections::VecDeque;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use jiff::Zoned;

use super::Keep;
use super::backing::{Backing, HEAD, words};
use super::disk::LocalDisk;
use super::notices::Notices;
use super::spool::Spool;
use super::store::FileStore;
use crate::app::source::{NoticeKind, SourceId, State, Status, Watch};
use crate::core::follow::{self, Encoding, FileId, Follow, Look, Missing, Moment, Step};
use crate::core::pos::Pos;
use crate::core::store::Store;
use crate::core::template::Template;
use crate::core::text::printable;

/// Last bytes of a file that are remembered when it is opened: a screenful, so that what is shown stays
/// when the file is cut.
const SCREENFUL: u64 = 64 * 1024;
/// Bytes of a file of the kernel's that are shown.
const SNAPSHOT: u64 = 1 << 20;
/// How often old generations are looked at.
const TIDY: Duration = Duration::from_secs(4);
/// Bytes that are decoded in one go.
const DECODE: u64 = 4 << 20;

/// One followed path: its log, and what is known of it.
pub(super) struct Tailed {
    pub id: SourceId,
    pub store: Arc<FileStore>,
    pub notices: Notices,
    engine: Mutex<Engine>,
    known: Mutex<Known>,
    /// Set when a change was told and nobody has asked what it was yet.
    told: AtomicBool,
}

/// What others may ask for at any time, while a look goes on.
#[derive(Clone)]
struct Known {
    state: State,
    grew: Option<Instant>,
    watch: Watch,
    facts: Vec<(&'static str, String)>,
}

struct Engine {
    disk: LocalDisk,
    follow: Follow<LocalDisk>,
    /// Steps that were decided and not taken yet: all of a large UTF-16 file is not decoded in one go.
    steps: VecDeque<Step<Arc<Backing>>>,
    spool: Option<Spool>,
    /// The path whose file was taken last.
    shown: PathBuf,
    began: Instant,
    tidied: Instant,
    /// A file of the kernel's was shown; it is not looked at again.
    snapshot: bool,
}

/// What a look brought.
pub(super) struct Looked {
    /// Whether anything changed that somebody may want to know.
    pub changed: bool,
    /// Whether bytes came.
    pub grew: bool,
    /// Whether the path leads elsewhere, or somewhere at all, since then.
    pub moved: bool,
    /// When another look is needed even if nothing seems to happen.
    pub again: Option<Duration>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Tailed {
    pub fn new(id: SourceId, path: &Path, keep: Keep, bound: u64) -> Tailed {
        let store = Arc::new(FileStore::new(keep, bound));
        Tailed::on(id, LocalDisk::new(path, store.clone()), store)
    }

    /// The same for a path that is another one at another time.
    pub fn dated(id: SourceId, name: &Template, keep: Keep, bound: u64) -> Tailed {
        let store = Arc::new(FileStore::new(keep, bound));
        Tailed::on(id, LocalDisk::dated(name, store.clone()), store)
    }

    fn on(id: SourceId, mut disk: LocalDisk, store: Arc<FileStore>) -> Tailed {
        let mut follow = Follow::default();
        follow.know_siblings(&mut disk);
        let engine = Engine {
            shown: disk.path().to_owned(),
            disk,
            follow,
            steps: VecDeque::new(),
            spool: None,
            began: Instant::now(),
            tidied: Instant::now(),
            snapshot: false,
        };
        let known = Known { state: State::Opening, grew: None, watch: Watch::Events, facts: Vec::new() };
        Tailed {
            id,
            store,
            notices: Notices::default(),
            engine: Mutex::new(engine),
            known: Mutex::new(known),
            told: AtomicBool::new(false),
        }
    }

    /// Looks at everything once, and takes into the log what came.
    pub fn look(&self) -> Looked {
        let mut engine = lock(&self.engine);
        let before = self.store.range().end;
        let notices = self.notices.count();
        let turned = engine.steps.is_empty() && engine.disk.turn();
        let again = engine.look(&self.store, &self.notices);
        engine.tidy(&self.store);
        let state = engine.state();
        let grew = self.store.range().end != before;
        let mut known = lock(&self.known);
        if grew {
            // What is there already when a file is opened did not come just now.
            known.grew = if before == Pos(0) { engine.written() } else { Some(Instant::now()) };
        }
        let moved = turned || known.state != state || self.notices.count() != notices;
        let changed = grew || moved;
        if moved {
            known.facts = engine.facts();
        }
        known.state = state;
        Looked { changed, grew, moved, again }
    }

    /// The path that is followed now, of one that is another at another time.
    pub fn dated_path(&self) -> Option<PathBuf> {
        let engine = lock(&self.engine);
        engine.disk.date().map(|_| engine.disk.path().to_owned())
    }

    /// All paths at which the file, or the one that comes next, may be.
    pub fn paths(&self) -> Vec<PathBuf> {
        lock(&self.engine).disk.paths()
    }

    /// Whether a file is part of its log, whatever it is called by now.
    pub fn knows(&self, id: FileId) -> bool {
        lock(&self.engine).follow.knows(id)
    }

    /// How growth is noticed from now on; says whether that is news.
    pub fn set_watch(&self, watch: Watch) -> bool {
        let mut known = lock(&self.known);
        let news = known.watch != watch;
        known.watch = watch;
        news
    }

    /// Changes are told again, also where nobody asked what the last one was.
    pub fn rearm(&self) {
        self.told.store(false, Ordering::Release);
    }

    /// Whether somebody is to be told of a change: once, until he asked.
    pub fn tell(&self) -> bool {
        !self.told.swap(true, Ordering::AcqRel)
    }

    /// What is known now.
    pub fn status(&self) -> Status {
        self.told.store(false, Ordering::Release);
        let mut known = lock(&self.known).clone();
        let (files, remembered) = self.store.holdings();
        known.facts.push(("files held", files.to_string()));
        known.facts.push(("remembered", format!("{} KiB", remembered.div_ceil(1024))));
        Status {
            state: known.state,
            end: self.store.range().end,
            grew: known.grew,
            watch: known.watch,
            notices: self.notices.all(),
            facts: known.facts,
            file: self.store.newest(),
            remote: None,
        }
    }
}

impl Engine {
    fn look(&mut self, store: &FileStore, notices: &Notices) -> Option<Duration> {
        if self.snapshot {
            return None;
        }
        let mut again = None;
        if self.follow.current().is_none() {
            self.show(store, notices);
        }
        if self.steps.is_empty() {
            let now = self.now();
            let Look { steps, again: soon } = self.follow.look(&mut self.disk, now);
            self.steps.extend(steps);
            again = soon;
        }
        let mut budget = DECODE;
        while let Some(step) = self.steps.pop_front() {
            if let Some(rest) = self.take(step, store, notices, &mut budget) {
                self.steps.push_front(rest);
                return Some(Duration::ZERO);
            }
        }
        if let Some(file) = self.disk.kernel.take() {
            self.show_kernel_file(file, store);
        }
        again.into_iter().chain(self.turns_in()).min()
    }

    /// When the path leads elsewhere, or at once where the file after this one is there too.
    fn turns_in(&self) -> Option<Duration> {
        let dated = self.disk.date()?;
        let next = dated.upcoming().any(|path| path.is_file());
        if next { Some(Duration::ZERO) } else { dated.left(&Zoned::now()) }
    }

    /// From time to time, gives back the room that removed files take.
    fn tidy(&mut self, store: &FileStore) {
        if self.tidied.elapsed() >= TIDY {
            self.tidied = Instant::now();
            store.let_go_of_removed();
        }
    }

    fn now(&self) -> Moment {
        let wall = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Moment { uptime: self.began.elapsed(), wall }
    }

    /// Takes one step; gives back what is left of it when the budget is used up.
    fn take(
        &mut self,
        step: Step<Arc<Backing>>,
        store: &FileStore,
        notices: &Notices,
        budget: &mut u64,
    ) -> Option<Step<Arc<Backing>>> {
        let end = store.range().end;
        match step {
            Step::Read { from, range, encoding: Encoding::Bytes, head, last } => {
                if range.start < HEAD as u64 {
                    from.remember_head(&head);
                }
                let recent = self.recent(&from, &range, &last, store);
                store.push_file(&from, range, &recent);
            }
            Step::Read { from, range, encoding, .. } => {
                return self.decode(from, range, encoding, store, budget);
            }
            Step::EndLine => {
                if store.has_open_line() {
                    store.push_text(b"\n");
                }
            }
            Step::Copied { of, copy } => {
                store.replace(&of, &copy);
                of.forget_head();
            }
            Step::Lost { of, from } => {
                store.lose(&of, from);
                if from == 0 {
                    of.forget_head();
                }
            }
            Step::Missing(what) => notices.push(end, NoticeKind::Gap, text_of(&what)),
            Step::Rotated { missed } => {
                store.next_generation();
                let text = match missed {
                    Some(name) => format!("rotated; {} was read late", printable(&name)),
                    None => self.rotated(store, notices),
                };
                notices.push(end, NoticeKind::Rotated, text);
            }
            Step::CopyTruncated { copy } => {
                let name = printable(&copy);
                notices.push(
                    end,
                    NoticeKind::Truncated,
                    format!("truncated; its copy {name} was read to the end"),
                );
            }
            Step::Truncated { at: 0 } => {
                notices.push(
                    end,
                    NoticeKind::Gap,
                    "truncated; lines written just before may be missing".to_owned(),
                );
            }
            Step::Truncated { .. } => {
                notices.push(
                    end,
                    NoticeKind::Gap,
                    "cut to its middle; lines written just before may be missing".to_owned(),
                );
            }
        }
        None
    }

    /// What going over to another file is called.
    fn rotated(&mut self, store: &FileStore, notices: &Notices) -> String {
        if self.disk.path() == self.shown {
            return "rotated".to_owned();
        }
        self.show(store, notices);
        self.disk.date().map_or_else(String::new, |dated| printable(&dated.rule(&self.shown)))
    }

    /// The path's file is taken next.
    fn show(&mut self, store: &FileStore, notices: &Notices) {
        self.shown = self.disk.path().to_owned();
        if self.disk.date().is_some() {
            notices.name(store.range().end, printable(&self.shown.to_string_lossy()));
        }
    }

    /// The last new bytes, to be remembered; none when they are not what they were at the look.
    fn recent(&self, from: &Arc<Backing>, range: &Range<u64>, last: &[u8], store: &FileStore) -> Vec<u8> {
        let bound = if range.start == 0 && self.follow.is_first_look() { SCREENFUL } else { store.bound() };
        let start = range.start.max(range.end.saturating_sub(bound));
        let mut buf = vec![0; (range.end - start) as usize];
        let n = from.read_at(start, &mut buf).unwrap_or(0);
        let last = &last[last.len().saturating_sub(n)..];
        if n < buf.len() || !buf.ends_with(last) {
            return Vec::new();
        }
        if start > range.start {
            // What is remembered begins with a whole line.
            let line = memchr::memchr(b'\n', &buf).map_or(0, |at| at + 1);
            buf.drain(..line);
        }
        buf
    }

    /// Decodes UTF-16 into a temporary file that takes the file's place in the log.
    fn decode(
        &mut self,
        from: Arc<Backing>,
        range: Range<u64>,
        encoding: Encoding,
        store: &FileStore,
        budget: &mut u64,
    ) -> Option<Step<Arc<Backing>>> {
        let to = range.end.min(range.start + *budget);
        *budget -= to - range.start;
        if !self.spool.as_ref().is_some_and(|spool| spool.is_for(&from)) {
            match Spool::new(&from, encoding) {
                Ok(spool) => self.spool = Some(spool),
                Err(error) => {
                    self.follow.fail(format!("a temporary file is needed to decode it: {}", words(&error)));
                    return None;
                }
            }
        }
        let Some(spool) = &mut self.spool else { return None };
        match spool.decode(range.start..to) {
            Ok(decoded) => store.push_file(spool.backing(), decoded.range, &decoded.bytes),
            Err(error) => self.follow.fail(format!("it cannot be decoded: {}", words(&error))),
        }
        (to < range.end).then_some(Step::Read {
            from,
            range: to..range.end,
            encoding,
            head: Vec::new(),
            last: Vec::new(),
        })
    }

    fn show_kernel_file(&mut self, file: std::fs::File, store: &FileStore) {
        let backing = Backing::new(file);
        let mut text = vec![0; SNAPSHOT as usize];
        let n = backing.read_at(0, &mut text).unwrap_or(0);
        store.push_text(&text[..n]);
        self.snapshot = true;
    }

    fn state(&self) -> State {
        if self.snapshot {
            return State::Ended("read once, as files of the kernel's are".to_owned());
        }
        match self.follow.path() {
            follow::Path::Followed => State::Live,
            follow::Path::Away(None) => State::Waiting("not there; it is shown when it comes".to_owned()),
            follow::Path::Away(Some(what)) => State::Waiting(format!("{what}, not a file; looked at again")),
            follow::Path::Failed(why) => State::Failed(format!("{why}; tried again")),
        }
    }

    /// When the file was written to last, by its own account; `None` where that cannot be told.
    fn written(&self) -> Option<Instant> {
        let stat = self.follow.current()?.stat().ok()?;
        let now = self.now();
        Instant::now().checked_sub(now.wall.checked_sub(stat.mtime)?)
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        let mut facts = vec![("path", printable(&self.disk.real().to_string_lossy()))];
        if let Some(next) = self.disk.date().and_then(|dated| dated.said(&Zoned::now())) {
            facts.push(("goes on in", printable(&next)));
        }
        if self.snapshot {
            facts.push(("kind", "a file of the kernel's: shown as it was when opened".to_owned()));
        }
        if let Some(stat) = self.follow.current().and_then(|backing| backing.stat().ok()) {
            facts.push(("inode", format!("{} on device {}", stat.id.ino, stat.id.dev)));
        }
        if self.follow.retired() > 0 {
            let text = format!("looked for in {} older file(s)", self.follow.retired());
            facts.push(("late lines", text));
        }
        facts
    }
}

fn text_of(missing: &Missing) -> String {
    match missing {
        Missing::Compressed(name) => {
            format!("{} was compressed before it was read; its lines are missing here", printable(name))
        }
        Missing::Unreadable(name) => {
            format!("{} cannot be read; if it is a generation its lines are missing here", printable(name))
        }
        Missing::Left => {
            "the file before was cut after it was left; its last lines may be missing".to_owned()
        }
        Missing::Restless => {
            "files were renamed or cut faster than they could be looked at; lines may be missing".to_owned()
        }
    }
}
