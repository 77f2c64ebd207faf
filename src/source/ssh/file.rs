//! A file on another host as the rest of the program sees it: its log, and what is known of it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::Zoned;

use super::names::Names;
use super::phrase;
use super::reading::Reading;
use super::search::Sought;
use super::standing::Standing;
use super::store::{Allowance, RemoteStore};
use crate::app::source::{self, Notice, NoticeKind, SourceId, State, Status, Watch};
use crate::core::host::{RemotePath, Target};
use crate::core::pos::Pos;
use crate::core::remote::{Path, Remote};
use crate::core::store::Store;
use crate::core::text::printable;
use crate::core::wire::Missing;
use crate::source::Keep;
use crate::source::notices::Notices;

/// What is behind by less is not worth a word.
const BEHIND: Duration = Duration::from_secs(1);

/// Told of every change, by whoever changed something.
pub type Changed = Arc<dyn Fn(SourceId) + Send + Sync>;

/// One followed file on another host.
pub struct RemoteFile {
    pub id: SourceId,
    pub target: Target,
    pub reading: Reading,
    pub store: Arc<RemoteStore>,
    pub notices: Notices,
    pub standing: Arc<Standing>,
    remote: Mutex<Remote>,
    known: Mutex<Known>,
    names: Mutex<Names>,
    changed: Changed,
    /// Set when a change was told and nobody has asked what it was yet.
    told: AtomicBool,
}

/// What is known of it besides its bytes.
#[derive(Clone)]
pub struct Known {
    pub state: State,
    pub grew: Option<Instant>,
    /// Whether a lost link is resumed at the exact byte.
    pub exact: bool,
    /// Since when there is something on the host that has not come.
    pub behind: Option<Instant>,
    /// How growth is noticed on the host.
    pub wake: String,
    /// Seconds its clock is ahead of UTC.
    pub zone: Option<i32>,
    /// How long the file was when it was last looked at.
    pub size: Option<u64>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl RemoteFile {
    pub fn new(
        id: SourceId,
        names: Names,
        reading: Reading,
        allowance: Allowance,
        standing: Arc<Standing>,
        changed: Changed,
    ) -> RemoteFile {
        let known = Known {
            state: State::Opening,
            grew: None,
            exact: true,
            behind: None,
            wake: String::new(),
            zone: None,
            size: None,
        };
        RemoteFile {
            id,
            target: names.now().target,
            reading,
            store: Arc::new(RemoteStore::new(allowance, standing.asked.clone())),
            notices: Notices::default(),
            standing,
            remote: Mutex::default(),
            known: Mutex::new(known),
            names: Mutex::new(names),
            changed,
            told: AtomicBool::new(false),
        }
    }

    /// Where its bytes are on the host.
    pub fn remote(&self) -> MutexGuard<'_, Remote> {
        lock(&self.remote)
    }

    /// What it is called, now and at other times.
    pub fn names(&self) -> MutexGuard<'_, Names> {
        lock(&self.names)
    }

    /// What it is called now, where that changes.
    pub fn dated_path(&self) -> Option<RemotePath> {
        let names = self.names();
        names.template().map(|_| names.now())
    }

    /// What to look into, when it turned out to be a folder.
    pub fn folder(&self) -> Option<Sought> {
        let found = matches!(self.remote().path(), Path::Away(Missing::Folder));
        let names = self.names();
        found.then(|| match names.template() {
            Some(name) => Sought::Dated { target: self.target.clone(), name: name.clone() },
            None => {
                let path = [&names.now().path[..], b"/"].concat();
                Sought::Path(RemotePath { target: self.target.clone(), path })
            }
        })
    }

    /// Changes what is known.
    pub fn know(&self, change: impl FnOnce(&mut Known)) {
        change(&mut lock(&self.known));
    }

    /// Everything that is wanted has come.
    pub fn finish(&self) {
        if !self.is_finished() {
            self.know(|known| known.state = State::Ended("read to its end".to_owned()));
        }
        self.tell();
    }

    /// Whether everything that is wanted has come.
    pub fn is_finished(&self) -> bool {
        matches!(lock(&self.known).state, State::Ended(_))
    }

    /// Something happened at the end of what has come.
    pub fn notice(&self, kind: NoticeKind, text: String) {
        self.notices.push(self.store.range().end, kind, text);
    }

    /// Tells of a change: once, until somebody asked what it was.
    pub fn tell(&self) {
        if !self.told.swap(true, Ordering::AcqRel) {
            (self.changed)(self.id);
        }
    }

    /// Changes are told again, also where nobody asked what the last one was.
    pub fn rearm(&self) {
        self.told.store(false, Ordering::Release);
    }

    /// What is known now.
    pub fn status(&self) -> Status {
        self.rearm();
        let known = lock(&self.known).clone();
        let held = self.store.held_bytes();
        let mut facts = vec![("in memory", phrase::size(held))];
        facts.extend(known.size.map(|size| ("size there", phrase::size(size))));
        facts.extend(self.names().said(&Zoned::now()).map(|next| ("goes on in", printable(&next))));
        if !known.wake.is_empty() {
            facts.push(("looked at there", known.wake));
        }
        Status {
            state: known.state,
            end: self.store.range().end,
            grew: known.grew,
            watch: Watch::Events,
            notices: self.all_notices(),
            file: None,
            facts,
            remote: Some(source::Remote {
                host: self.standing.status(),
                behind: known.behind.map(|since| since.elapsed()).filter(|behind| *behind >= BEHIND),
                exact: known.exact,
                zone: known.zone,
                fetching: self.store.progress(),
            }),
        }
    }

    /// What happened, and where bytes have gone: before all that can be read, or in its midst.
    fn all_notices(&self) -> Arc<[Notice]> {
        let notices = self.notices.all();
        if self.store.keep() == Keep::Unread {
            return notices;
        }
        let lost = self.store.lost();
        let gap = |pos, text| Notice { pos, kind: NoticeKind::Gap, text };
        let mut all: Vec<Notice> = notices.iter().filter(|notice| notice.pos.0 >= lost).cloned().collect();
        for hole in self.store.holes() {
            let at = all.partition_point(|notice| notice.pos <= hole.end);
            let size = phrase::size(hole.end - hole.start);
            all.insert(at, gap(hole.end, format!("{size} missing here: they can no longer be read")));
        }
        if lost > 0 {
            all.insert(
                0,
                gap(Pos(lost), format!("{} before this can no longer be read", phrase::size(lost))),
            );
        }
        all.into()
    }
}
