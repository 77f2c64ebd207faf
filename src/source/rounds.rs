//! The follower's thread: when each file is looked at.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use super::Shared;
use super::file::Tailed;
use super::listen::listen;
use super::trail::{Post, trail};
use super::watch::{Change, Folders, Make, Pace, change};
use crate::app::source::{SourceId, Watch};

/// Between looks at a file in a hot folder.
const HOT: Duration = Duration::from_millis(20);
/// The same for files that stand still while others in the folder grow, where there are many.
const HOT_IDLE: Duration = Duration::from_millis(100);
const MANY_FILES: usize = 32;
/// Between looks at a polled file: while it is active, later, and when nothing has come for long.
const POLL: [Duration; 3] = [Duration::from_millis(250), Duration::from_secs(1), Duration::from_secs(2)];
const ACTIVE: [Duration; 2] = [Duration::from_secs(30), Duration::from_secs(300)];
/// Between looks at everything where events can be relied on: one timer for all files.
const SLOW: Duration = Duration::from_secs(5);
/// Messages that are taken before the files are looked at again.
const AT_ONCE: usize = 4096;

/// What the thread is told.
pub(super) enum Message {
    /// Follow this file too.
    Open(Arc<Tailed>),
    /// Follow it no more.
    Close(SourceId),
    /// The watcher saw something.
    Changed(Change),
    /// End.
    Stop,
}

/// The thread's own state.
pub(super) struct Rounds {
    shared: Arc<Shared>,
    messages: Receiver<Message>,
    folders: Folders,
    files: HashMap<SourceId, Followed>,
    /// When everything is looked at next.
    slow: Instant,
}

/// A file and when it is looked at.
struct Followed {
    file: Arc<Tailed>,
    posts: Vec<Post>,
    pace: Pace,
    due: Instant,
    /// An event told of it.
    told: bool,
    /// A folder on the way to it changed.
    strayed: bool,
    grew: Instant,
}

/// Makes the system's watcher; what it sees is sent to the follower's thread.
pub(super) fn system_watcher(thread: Sender<Message>) -> Make {
    Box::new(move || {
        let thread = thread.clone();
        listen(move |event| {
            if let Some(change) = change(event) {
                // Nobody listens any more when the follower has ended.
                let _ = thread.send(Message::Changed(change));
            }
        })
    })
}

impl Rounds {
    pub fn new(shared: Arc<Shared>, make: Make, messages: Receiver<Message>) -> Rounds {
        let folders = Folders::new(make);
        Rounds { shared, messages, folders, files: HashMap::new(), slow: Instant::now() + SLOW }
    }

    /// Goes round until it is told to end.
    pub fn run(mut self) {
        loop {
            let wait = self.next().saturating_duration_since(Instant::now());
            let mut message = match self.messages.recv_timeout(wait) {
                Ok(message) => Some(message),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => return,
            };
            let mut taken = 0;
            while let Some(now) = message {
                if !self.take(now) {
                    return;
                }
                taken += 1;
                message = if taken < AT_ONCE { self.messages.try_recv().ok() } else { None };
            }
            self.go_round();
        }
    }

    /// When something is to be done next even if nothing happens.
    fn next(&self) -> Instant {
        let due = self.files.values().map(|followed| followed.due).chain(self.folders.next());
        due.min().map_or(self.slow, |due| due.min(self.slow))
    }

    fn take(&mut self, message: Message) -> bool {
        let now = Instant::now();
        match message {
            Message::Open(file) => {
                let followed = Followed {
                    file,
                    posts: Vec::new(),
                    pace: Pace::Told,
                    due: now,
                    told: true,
                    strayed: true,
                    grew: now,
                };
                self.files.insert(followed.file.id, followed);
            }
            Message::Close(id) => {
                self.files.remove(&id);
                self.forget_folders();
            }
            Message::Changed(Change::Anything) => {
                self.files.values_mut().for_each(|followed| followed.told = true);
            }
            Message::Changed(Change::At(path)) => self.hear(&path, now),
            Message::Stop => return false,
        }
        true
    }

    fn hear(&mut self, path: &std::path::Path, now: Instant) {
        for (folder, name) in self.folders.hear(path, now) {
            if name.is_none() {
                self.folders.renew(&folder, now);
            }
            for followed in self.files.values_mut() {
                for post in followed.posts.iter().filter(|post| post.folder == folder) {
                    followed.told |= post.minds(name.as_deref());
                    followed.strayed |= name.is_none() || (!post.last && post.minds(name.as_deref()));
                }
            }
        }
    }

    /// Listens where this file's path leads now.
    fn post(&mut self, id: SourceId, now: Instant) {
        let Some(followed) = self.files.get_mut(&id) else { return };
        let posts: Vec<Post> = followed.file.paths().iter().flat_map(|path| trail(path)).collect();
        if posts == followed.posts {
            return;
        }
        // What happened before listening began is seen by another look.
        followed.told = true;
        followed.posts = posts;
        for post in &followed.posts {
            self.folders.add(&post.folder, now);
        }
        self.forget_folders();
    }

    fn forget_folders(&mut self) {
        let posts = || self.files.values().flat_map(|followed| &followed.posts);
        self.folders.keep(|path| posts().any(|post| post.folder == path));
    }

    fn go_round(&mut self) {
        let now = Instant::now();
        let slow = now >= self.slow;
        let mut renewed = self.folders.cool(now);
        if slow {
            self.slow = now + SLOW;
            renewed.extend(self.folders.renew_replaced(now));
        }
        for folder in renewed {
            for followed in self.files.values_mut() {
                followed.told |= followed.posts.iter().any(|post| post.folder == folder);
            }
        }
        let due = |followed: &Followed| slow || followed.told || followed.due <= now;
        let due: Vec<SourceId> =
            self.files.iter().filter(|(_, followed)| due(followed)).map(|(id, _)| *id).collect();
        for id in due {
            self.look(id, slow, now);
        }
    }

    fn look(&mut self, id: SourceId, slow: bool, now: Instant) {
        let many = self.files.len() > MANY_FILES;
        let Some(followed) = self.files.get_mut(&id) else { return };
        let told = std::mem::take(&mut followed.told);
        if slow || std::mem::take(&mut followed.strayed) {
            self.post(id, now);
        }
        let Some(followed) = self.files.get_mut(&id) else { return };
        followed.told = false;
        let looked = followed.file.look();
        if looked.grew {
            followed.grew = now;
            for post in followed.posts.iter().filter(|post| post.last) {
                self.folders.grew(&post.folder, !told, now);
            }
        }
        let mut changed = looked.changed;
        if looked.moved {
            self.post(id, now);
        }
        let Some(followed) = self.files.get_mut(&id) else { return };
        followed.pace = followed.pace_of(&self.folders);
        changed |= followed.file.set_watch(match &followed.pace {
            Pace::Polled(why) => Watch::Polling(why.clone()),
            _ => Watch::Events,
        });
        let wait = followed.interval(many, now);
        let wait = looked.again.map_or(wait, |again| again.min(wait));
        // What is only looked at by the slow timer is due when that is: never by itself.
        followed.due = if wait >= SLOW { self.slow + SLOW } else { now + wait };
        if followed.told {
            followed.due = now;
        }
        if changed {
            self.shared.tell(&followed.file);
        }
    }
}

impl Followed {
    /// The most watchful of the paces of the folders it is looked for in.
    fn pace_of(&self, folders: &Folders) -> Pace {
        let mut paces: Vec<Pace> = self.posts.iter().map(|post| folders.pace(&post.folder)).collect();
        if paces.is_empty() {
            return Pace::Polled("its folder cannot be found".to_owned());
        }
        paces.sort_by_key(|pace| match pace {
            Pace::Hot => 0,
            Pace::Polled(_) => 1,
            Pace::Busy => 2,
            Pace::Told => 3,
        });
        paces.swap_remove(0)
    }

    fn interval(&self, many: bool, now: Instant) -> Duration {
        let still = now.saturating_duration_since(self.grew);
        match self.pace {
            Pace::Told => SLOW,
            Pace::Hot if many && still > HOT_IDLE * 10 => HOT_IDLE,
            Pace::Hot => HOT,
            Pace::Busy => POLL[0],
            Pace::Polled(_) => {
                let at = ACTIVE.iter().position(|active| still < *active).unwrap_or(ACTIVE.len());
                POLL[at]
            }
        }
    }
}
