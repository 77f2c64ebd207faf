//! The sources on other hosts, as the facade holds them: who is open, which hosts that takes, the thread behind it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::mpsc::UnboundedSender;

use super::Keep;
use super::search::{Found, SearchId, Tell};
use super::ssh::file::Changed;
use super::ssh::reach::Reach;
use super::ssh::reading::Reading;
use super::ssh::remotes::{self, Message};
use super::ssh::search::Sought;
use super::ssh::standing::Standing;
use super::ssh::{Allowance, Names, RemoteFile};
use crate::app::link::HostStatus;
use crate::app::source::{SourceId, State};
use crate::core::host::Target;

/// Everything that is open on other hosts.
pub struct Abroad {
    allowance: Allowance,
    reach: Reach,
    changed: Changed,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    /// The thread, once something was opened.
    thread: Option<UnboundedSender<Message>>,
    /// The hosts, and how many sources and searches each has; in the order they came.
    hosts: Vec<(Target, Arc<Standing>, usize)>,
    searches: HashMap<SearchId, Target>,
}

impl Inner {
    fn standing(&mut self, target: &Target) -> Arc<Standing> {
        if let Some((_, standing, uses)) = self.hosts.iter_mut().find(|(known, ..)| known == target) {
            *uses += 1;
            return standing.clone();
        }
        let standing = Arc::new(Standing::new(&target.to_string()));
        self.hosts.push((target.clone(), standing.clone(), 1));
        standing
    }

    fn let_go(&mut self, target: &Target) {
        if let Some((.., uses)) = self.hosts.iter_mut().find(|(known, ..)| known == target) {
            *uses -= 1;
        }
        self.hosts.retain(|(.., uses)| *uses > 0);
    }

    /// Tells the thread, which is started when it is needed.
    fn send(&mut self, reach: &Reach, message: Message) -> anyhow::Result<()> {
        let thread = match self.thread.take() {
            Some(thread) => thread,
            None => remotes::start(reach.clone())?,
        };
        // The thread lives as long as the sender does.
        let _ = self.thread.insert(thread).send(message);
        Ok(())
    }
}

impl Abroad {
    /// Nothing is open, and nothing runs yet.
    pub fn new(keep: Keep, reach: Reach, changed: Changed) -> Abroad {
        let allowance = Allowance::new(keep, reach.scrollback);
        Abroad { allowance, reach, changed, inner: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The same hosts, reached in another way.
    pub fn reached_by(&self, reach: Reach) -> Abroad {
        Abroad::new(self.allowance.keep(), reach, self.changed.clone())
    }

    /// How hosts are reached.
    pub fn reach(&self) -> &Reach {
        &self.reach
    }

    /// Reads a file in this way from now on.
    pub fn open(&self, id: SourceId, names: Names, reading: Reading) -> Arc<RemoteFile> {
        let mut inner = self.lock();
        let standing = inner.standing(&names.now().target);
        let (allowance, changed) = (self.allowance.of(reading.scrollback), self.changed.clone());
        let file = Arc::new(RemoteFile::new(id, names, reading, allowance, standing, changed));
        if let Err(error) = inner.send(&self.reach, Message::Open(file.clone())) {
            file.know(|known| known.state = State::Failed(format!("{error:#}")));
        }
        file
    }

    /// Follows it no more.
    pub fn close(&self, file: &RemoteFile) {
        let mut inner = self.lock();
        inner.let_go(&file.target);
        let _ = inner.send(&self.reach, Message::Close(file.id)); // what cannot start has nothing to end
    }

    /// Looks for the files that a name stands for.
    pub fn search(&self, id: SearchId, sought: &Sought, tell: Tell) {
        let mut inner = self.lock();
        let standing = inner.standing(sought.target());
        inner.searches.insert(id, sought.target().clone());
        let message = Message::Search(id, sought.clone(), standing, tell.clone());
        if let Err(error) = inner.send(&self.reach, message) {
            tell(Found::Nothing(format!("{error:#}")));
        }
    }

    /// Looks no more.
    pub fn end_search(&self, id: SearchId) {
        let mut inner = self.lock();
        if let Some(target) = inner.searches.remove(&id) {
            inner.let_go(&target);
            let _ = inner.send(&self.reach, Message::EndSearch(id)); // what cannot start has nothing to end
        }
    }

    /// Tries a host at once.
    pub fn reconnect(&self, target: &Target) {
        let _ = self.lock().send(&self.reach, Message::Reconnect(target.clone())); // nothing runs otherwise
    }

    /// How all hosts stand.
    pub fn hosts(&self) -> Vec<Arc<HostStatus>> {
        self.lock().hosts.iter().map(|(_, standing, _)| standing.status()).collect()
    }
}
