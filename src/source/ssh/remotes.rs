//! The thread that speaks to all hosts, and what it is told.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use anyhow::Context as _;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::{AbortHandle, LocalSet, spawn_local};

use super::file::RemoteFile;
use super::following::Following;
use super::host::Host;
use super::reach::Reach;
use super::search::{Search, Sought};
use super::service::{Files, Look, Service};
use super::standing::Standing;
use crate::app::link::LinkState;
use crate::app::source::SourceId;
use crate::core::host::Target;
use crate::source::search::{Found, SearchId, Tell};

/// What the thread is told.
pub enum Message {
    /// Follow this.
    Open(Arc<RemoteFile>),
    /// Follow it no more.
    Close(SourceId),
    /// Look for files.
    Search(SearchId, Sought, Arc<Standing>, Tell),
    /// Look no more.
    EndSearch(SearchId),
    /// Try the hosts of this source at once, and those of no other.
    Reconnect(Target),
}

/// Starts the thread; it ends when the sender is dropped.
///
/// # Errors
/// When the system gives no thread, or nothing to wait with.
pub fn start(reach: Reach) -> anyhow::Result<mpsc::UnboundedSender<Message>> {
    let (sender, messages) = mpsc::unbounded_channel();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot wait for other hosts")?;
    let run = move || {
        LocalSet::new().block_on(&runtime, Remotes::new(reach).run(messages));
        // Questions to the system that hang (a name that is looked up) hold nobody up.
        runtime.shutdown_background();
    };
    std::thread::Builder::new()
        .name("remotes".to_owned())
        .spawn(run)
        .context("cannot start the thread that speaks to other hosts")?;
    Ok(sender)
}

struct Remotes {
    reach: Arc<Reach>,
    turns: Arc<Semaphore>,
    /// By the name the user gave, not by address: what the config says of keys, known hosts, transport and
    /// following goes by name, so two names of one machine are linked apart, as `ssh` would.
    hosts: HashMap<Target, Place>,
    files: HashMap<SourceId, (Target, Task)>,
    searches: HashMap<SearchId, (Target, Task)>,
}

/// A host and what runs for it.
struct Place {
    host: Rc<Host>,
    files: Files,
    tells: Rc<RefCell<Vec<(SearchId, Tell)>>>,
    looks: mpsc::UnboundedSender<Look>,
    _tasks: [Task; 3],
}

/// Something that runs until this is dropped.
struct Task(AbortHandle);

impl Task {
    fn start(future: impl Future<Output = ()> + 'static) -> Task {
        Task(spawn_local(future).abort_handle())
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Place {
    fn new(host: Host) -> Place {
        let host = Rc::new(host);
        let files = Files::default();
        let tells: Rc<RefCell<Vec<(SearchId, Tell)>>> = Rc::default();
        let (looks, asked) = mpsc::unbounded_channel();
        let tasks = [
            Task::start(host.clone().run()),
            Task::start(Service::new(host.clone(), files.clone(), asked).run()),
            Task::start(tell(host.standing.clone(), files.clone(), tells.clone())),
        ];
        Place { host, files, tells, looks, _tasks: tasks }
    }

    fn is_empty(&self) -> bool {
        self.files.borrow().is_empty() && self.tells.borrow().is_empty()
    }
}

/// Tells of every change of a host's link.
async fn tell(standing: Arc<Standing>, files: Files, tells: Rc<RefCell<Vec<(SearchId, Tell)>>>) {
    loop {
        standing.changed.notified().await;
        files.borrow().iter().for_each(|file| file.tell());
        if !tells.borrow().is_empty() {
            let status = standing.status();
            tells.borrow().iter().for_each(|(_, tell)| tell(Found::Host(status.clone())));
        }
    }
}

impl Remotes {
    fn new(reach: Reach) -> Remotes {
        Remotes {
            turns: Arc::new(Semaphore::new(reach.connects.max(1))),
            reach: Arc::new(reach),
            hosts: HashMap::new(),
            files: HashMap::new(),
            searches: HashMap::new(),
        }
    }

    async fn run(mut self, mut messages: mpsc::UnboundedReceiver<Message>) {
        while let Some(message) = messages.recv().await {
            self.take(message);
        }
        self.files.clear();
        self.searches.clear();
        self.hosts.values().for_each(|place| place.host.close());
        self.hosts.clear();
        // Those that were aborted get to say goodbye.
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }

    fn take(&mut self, message: Message) {
        match message {
            Message::Open(file) => {
                let target = file.target.clone();
                let place = self.place(&target, &file.standing);
                place.files.borrow_mut().push(file.clone());
                let task = Task::start(Following::new(place.host.clone(), file.clone()).run());
                self.files.insert(file.id, (target, task));
            }
            Message::Close(id) => {
                let Some((target, task)) = self.files.remove(&id) else { return };
                drop(task);
                if let Some(place) = self.hosts.get(&target) {
                    place.files.borrow_mut().retain(|file| file.id != id);
                }
                self.let_go(&target);
            }
            Message::Search(id, sought, standing, tell) => {
                let target = sought.target().clone();
                let place = self.place(&target, &standing);
                place.tells.borrow_mut().push((id, tell.clone()));
                // What became of the link before is no change.
                tell(Found::Host(standing.status()));
                let task = Task::start(Search { sought, tell, looks: place.looks.clone() }.run());
                self.searches.insert(id, (target, task));
            }
            Message::EndSearch(id) => {
                let Some((target, task)) = self.searches.remove(&id) else { return };
                drop(task);
                if let Some(place) = self.hosts.get(&target) {
                    place.tells.borrow_mut().retain(|(search, _)| *search != id);
                }
                self.let_go(&target);
            }
            Message::Reconnect(target) => {
                if let Some(place) = self.hosts.get(&target) {
                    place.host.reconnect();
                }
            }
        }
    }

    /// The place of a host that somebody wants something of: one that refused is tried again.
    fn place(&mut self, target: &Target, standing: &Arc<Standing>) -> &Place {
        if let Some(place) = self.hosts.get(target)
            && matches!(standing.status().state, LinkState::Refused(_))
        {
            place.host.reconnect();
        }
        self.hosts.entry(target.clone()).or_insert_with(|| {
            let (reach, turns) = (self.reach.clone(), self.turns.clone());
            Place::new(Host::new(target.clone(), standing.clone(), reach, turns))
        })
    }

    fn let_go(&mut self, target: &Target) {
        if let Some(place) = self.hosts.get(target)
            && place.is_empty()
        {
            place.host.close();
            self.hosts.remove(target);
        }
    }
}
