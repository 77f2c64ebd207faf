//! The sources that are followed: opened by their names, found by the searches for files that a name stands for, and
//! closed. What a search finds comes back through the event loop; which pane shows a source is not known here.

use std::collections::{BTreeSet, HashMap};
use std::ffi::OsStr;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use directories::UserDirs;
use jiff::Zoned;
use tokio::sync::mpsc::UnboundedSender;

use super::config::Asked as Places;
use super::happening::Happening;
use super::spec::{self, Names, Spec};
use crate::app::event::Event;
use crate::app::hosts;
use crate::app::question::{Answer, QuestionId};
use crate::app::source::{Source, SourceId, Status};
use crate::config::settings::Settings;
use crate::core::host::{RemotePath, Target};
use crate::core::pos::Pos;
use crate::core::store::Store;
use crate::core::template::Template;
use crate::core::text::printable;
use crate::source::search::{Found, Place};
use crate::source::ssh::ask::{Asked, Asker};
use crate::source::ssh::config::Resolver;
use crate::source::ssh::reach::Reach;
use crate::source::ssh::reading::Reading;
use crate::source::ssh::search::{Sought, stands_for_several};
use crate::source::walk::Wanted;
use crate::source::{Follower, Keep};

/// All that is followed.
pub struct Sources {
    happened: UnboundedSender<Happening>,
    /// What sources are opened by.
    settings: Settings,
    follower: Follower,
    /// What names of hosts stand for.
    resolver: Arc<Resolver>,
    /// The files that were found, while they are followed.
    found: HashMap<Place, SourceId>,
    /// The files here that are followed, from the root on.
    paths: HashMap<SourceId, PathBuf>,
    /// Folders on other hosts that were opened as files, and are looked into.
    folders: BTreeSet<SourceId>,
    /// What scans read.
    logs: HashMap<SourceId, Log>,
    /// The number of the next source.
    next: u32,
}

struct Log {
    store: Arc<dyn Store>,
    end: Pos,
}

impl Sources {
    /// None yet; what becomes of them is reported to `happened`.
    ///
    /// # Errors
    /// When the follower cannot be started.
    pub fn new(
        happened: UnboundedSender<Happening>,
        settings: Settings,
        resolver: Arc<Resolver>,
    ) -> anyhow::Result<Sources> {
        let changed = happened.clone();
        let follower = Follower::start(Keep::Generations, move |id| {
            // Nobody listens any more at the very end.
            let _ = changed.send(Happening::Changed(id));
        })?;
        let asked = happened.clone();
        let asker = Asker::new(move |what| {
            let event = match what {
                Asked::Question(question) => Event::Asked(question),
                Asked::Withdrawn(id) => Event::Unasked(id),
            };
            let _ = asked.send(Happening::Answer(Box::new(event)));
        });
        let follower = follower.reaching(Reach::new(Arc::clone(&resolver), asker));
        Ok(Sources {
            happened,
            settings,
            follower,
            resolver,
            found: HashMap::new(),
            paths: HashMap::new(),
            folders: BTreeSet::new(),
            logs: HashMap::new(),
            next: 0,
        })
    }

    /// Opens sources by these settings from now on.
    pub fn use_settings(&mut self, settings: Settings) {
        self.settings = settings;
    }

    /// Follows what a name stands for, as far as that can be said at once; the rest is told when it is found.
    pub fn open_spec(&mut self, spec: &Spec, stdin: Option<File>) -> Vec<Event> {
        match spec {
            Spec::Path(path) => vec![self.open(path)],
            Spec::Dated(name) => vec![self.open_dated(name)],
            Spec::Several(wanted) => self.open_several(wanted),
            Spec::Remote(remote) => self.open_remote(remote).into_iter().collect(),
            Spec::DatedThere(target, name) => vec![self.open_remote_dated(target, name)],
            Spec::SeveralDatedThere(target, name) => {
                self.search_remote(&Sought::Dated { target: target.clone(), name: name.clone() });
                Vec::new()
            }
            Spec::Stdin => vec![self.open_stdin(stdin)],
            Spec::Command(line) => vec![self.open_command(line)],
        }
    }

    /// Follows what somebody typed.
    pub fn open_typed(&mut self, text: &str, places: &Places) -> Vec<Event> {
        let home = UserDirs::new();
        let named = spec::typed(text, home.as_ref().map(UserDirs::home_dir), &self.names());
        // A workspace that changed while the program runs has its names opened this way.
        let placed = |sentence: String| match self.settings.place_of(text) {
            Some(place) => places.briefly([&format!("{place}: {sentence}")]).concat(),
            None => sentence,
        };
        let named = named.map_err(placed);
        self.open_named(named)
    }

    /// Follows what a path on the disk stands for.
    pub fn open_path(&mut self, path: &OsStr) -> Vec<Event> {
        let named = self.names().expand(path);
        self.open_named(named)
    }

    fn open_named(&mut self, named: Result<Vec<Spec>, String>) -> Vec<Event> {
        match named {
            Ok(specs) => specs.iter().flat_map(|spec| self.open_later(spec)).collect(),
            Err(sentence) => vec![Event::NotOpened(sentence)],
        }
    }

    fn names(&self) -> Names<'_> {
        Names { resolver: &self.resolver, sources: &self.settings.sources }
    }

    /// As [`Sources::open_spec`], with the looking for files left to others; a file that is followed is not followed twice.
    fn open_later(&mut self, spec: &Spec) -> Vec<Event> {
        match spec {
            Spec::Several(wanted) => {
                let tell = self.tell_found(wanted);
                self.follower.search(wanted, tell);
                Vec::new()
            }
            Spec::Path(path) => match self.followed(path) {
                Some(id) => vec![Event::Followed(id)],
                None => vec![self.open(path)],
            },
            _ => self.open_spec(spec, None),
        }
    }

    /// The source that follows a file already, however it was named. Only names are looked at: a look at the files may
    /// take for ever.
    fn followed(&self, path: &Path) -> Option<SourceId> {
        let path = whole(path);
        self.paths.iter().filter(|(_, known)| **known == path).map(|(id, _)| *id).min()
    }

    /// Follows a path.
    fn open(&mut self, path: &Path) -> Event {
        let id = self.number();
        let source = self.follower.open(id, path);
        self.paths.insert(id, whole(path));
        self.opened(source)
    }

    /// Follows a path that is another one at another time.
    fn open_dated(&mut self, name: &Template) -> Event {
        let id = self.number();
        let source = self.follower.open_dated(id, name);
        self.opened(source)
    }

    /// Follows what a name on another host stands for: a file, or all that are found for a pattern or in a folder,
    /// as they appear.
    fn open_remote(&mut self, path: &RemotePath) -> Option<Event> {
        if !stands_for_several(&path.path) {
            return Some(self.open_remote_file(path));
        }
        self.search_remote(&Sought::Path(path.clone()));
        None
    }

    /// Follows a file on another host.
    fn open_remote_file(&mut self, path: &RemotePath) -> Event {
        let id = self.number();
        let source = self.follower.open_remote(id, path, self.reading(&path.to_string()));
        self.opened(source)
    }

    /// Follows a path on another host that is another one at another time.
    fn open_remote_dated(&mut self, target: &Target, name: &Template) -> Event {
        let id = self.number();
        let reading = self.reading(&format!("{target}:{}", name.at(&Zoned::now())));
        let source = self.follower.open_remote_dated(id, target, name, reading);
        self.opened(source)
    }

    /// How what is called so on another host is read.
    fn reading(&self, name: &str) -> Reading {
        let own = self.settings.log(&printable(name)).scrollback;
        let scrollback = own.unwrap_or_else(|| self.resolver.scrollback());
        Reading { scrollback: Some(scrollback), ..Reading::default() }
    }

    /// Reads standard input, if it is not a terminal.
    fn open_stdin(&mut self, stdin: Option<File>) -> Event {
        let Some(file) = stdin else {
            return Event::NotOpened(
                "standard input is a terminal, or is read already: pipe something into tailpane".to_string(),
            );
        };
        let id = self.number();
        let source = self.follower.open_stdin(id, file);
        self.opened(source)
    }

    /// Runs a command and follows what it says.
    fn open_command(&mut self, line: &str) -> Event {
        let id = self.number();
        let source = self.follower.open_command(id, line);
        self.opened(source)
    }

    fn number(&mut self) -> SourceId {
        let id = SourceId(self.next);
        self.next += 1;
        id
    }

    fn opened(&mut self, source: Source) -> Event {
        self.logs.insert(source.id, Log { store: Arc::clone(&source.store), end: source.status.end });
        if let Some(bytes) = self.settings.log(&source.name).scrollback {
            self.follower.hold(source.id, bytes);
        }
        Event::Opened(source)
    }

    /// Follows the files that a folder or a pattern here stands for, and those that come later. What is there is
    /// looked for at once.
    fn open_several(&mut self, wanted: &Wanted) -> Vec<Event> {
        let tell = self.tell_found(wanted);
        let (_, found) = self.follower.search_now(wanted, tell);
        let name = name_of(wanted);
        found.into_iter().flat_map(|found| self.found(&name, found)).collect()
    }

    /// What is found comes back through the loop.
    fn tell_found(&self, wanted: &Wanted) -> impl Fn(Found) + Send + Sync + 'static {
        let (happened, name) = (self.happened.clone(), name_of(wanted));
        // Nobody listens any more at the very end.
        move |found| drop(happened.send(Happening::Found(name.clone(), found)))
    }

    /// What has become of a search, for the app.
    pub fn found(&mut self, name: &str, found: Found) -> Vec<Event> {
        match found {
            Found::Files(places) | Found::Later(places) => {
                let new = places.into_iter().filter_map(|place| self.open_found(place));
                new.collect()
            }
            Found::Gone(places) => {
                let known = places.iter().filter_map(|place| self.found.get(place));
                known.map(|id| Event::Vanished(*id)).collect()
            }
            Found::Nothing(why) => vec![Event::Sought(format!("{name}: {why}"))],
            Found::Short(why) => vec![Event::NotOpened(format!("{name}: {why}"))],
            Found::Host(_) => Vec::new(),
        }
    }

    /// Follows a file that was found, unless that is done.
    fn open_found(&mut self, place: Place) -> Option<Event> {
        if self.found.contains_key(&place) {
            return None;
        }
        let event = match &place {
            Place::Here(path) => self.open(path),
            Place::There(path) => self.open_remote_file(path),
        };
        if let Event::Opened(source) = &event {
            self.found.insert(place, source.id);
        }
        Some(event)
    }

    /// Follows what is found on another host, as it appears.
    fn search_remote(&self, sought: &Sought) {
        let name = printable(&sought.to_string());
        let (happened, said) = (self.happened.clone(), Mutex::new(String::new()));
        self.follower.search_remote(sought, move |found| {
            let why = match found {
                Found::Nothing(why) | Found::Short(why) => why,
                Found::Files(_) | Found::Later(_) | Found::Gone(_) => {
                    return drop(happened.send(Happening::Found(name.clone(), found)));
                }
                Found::Host(host) => match hosts::unlinked(&host) {
                    Some(why) => why,
                    None => return,
                },
            };
            let mut said = said.lock().unwrap_or_else(PoisonError::into_inner);
            if *said != why {
                let _ =
                    happened.send(Happening::Answer(Box::new(Event::NotOpened(format!("{name}: {why}")))));
                *said = why;
            }
        });
    }

    /// Follows the files in a folder that was opened as if it were a file, in its place.
    fn look_into(&mut self, id: SourceId, folder: &Sought) {
        let happened = self.happened.clone();
        let name = printable(&folder.to_string());
        self.follower.search_remote(folder, move |found| {
            let event = match found {
                Found::Files(_) | Found::Later(_) => {
                    let _ = happened.send(Happening::Found(name.clone(), found));
                    Event::Superseded(id)
                }
                Found::Gone(_) => return drop(happened.send(Happening::Found(name.clone(), found))),
                Found::Short(why) => Event::NotOpened(format!("{name}: {why}")),
                // That stands in the folder's pane.
                Found::Nothing(_) | Found::Host(_) => return,
            };
            let _ = happened.send(Happening::Answer(Box::new(event)));
        });
    }

    /// What a source is called now, where that may change.
    pub fn renamed(&self, id: SourceId) -> Option<Event> {
        self.follower.name(id).map(|(name, exact)| Event::Renamed(id, name, exact))
    }

    /// What is known of a source now; `None` when it was closed.
    pub fn status(&mut self, id: SourceId) -> Option<Status> {
        let status = self.follower.status(id)?;
        if let Some(folder) = self.follower.folder(id)
            && self.folders.insert(id)
        {
            self.look_into(id, &folder);
        }
        if let Some(log) = self.logs.get_mut(&id) {
            log.end = status.end;
        }
        Some(status)
    }

    /// What can be read of a source, and up to where.
    pub fn log(&self, id: SourceId) -> Option<(Arc<dyn Store>, Pos)> {
        self.logs.get(&id).map(|log| (Arc::clone(&log.store), log.end))
    }

    /// Tells a host what it asked for.
    pub fn answer(&self, id: QuestionId, answer: Answer) {
        self.follower.answer(id, answer);
    }

    /// Tries the host of a source again at once.
    pub fn reconnect(&self, id: SourceId) {
        self.follower.reconnect(id);
    }

    /// Follows a source no longer.
    pub fn close(&mut self, id: SourceId) {
        self.follower.close(id);
        self.found.retain(|_, known| *known != id);
        self.paths.remove(&id);
        self.logs.remove(&id);
    }
}

/// What a search is called.
fn name_of(wanted: &Wanted) -> String {
    printable(&wanted.name.at(&Zoned::now()))
}

/// A path from the root on.
fn whole(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}
