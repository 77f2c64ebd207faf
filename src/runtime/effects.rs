//! The hands of the app: opens and closes sources, begins and ends scans, saves. What they find out later
//! comes back through the event loop.

use std::collections::{BTreeSet, HashMap, VecDeque};
use std::ffi::OsStr;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use directories::UserDirs;
use jiff::Zoned;
use jiff::tz::TimeZone;
use tokio::sync::mpsc::UnboundedSender;

use super::clipboard;
use super::config::Asked as Places;
use super::folders::{self, Folders};
use super::keys;
use super::live::Happening;
use super::recent::Recent;
use super::save::Saving;
use super::scan::Pool;
use super::session::Sessions;
use super::spec::{self, Names, Spec};
use super::workspace;
use crate::app::event::{Effect, Event, SaveRequest, Saved, ScanId, ScanRequest};
use crate::app::hosts;
use crate::app::source::{Source, SourceId};
use crate::config::hosts::Hosts;
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

/// Everything that works besides the loop.
pub struct Hands {
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
    /// Started with the first scan: the first frame needs none.
    pool: Option<Pool>,
    /// What scans read.
    logs: HashMap<SourceId, Log>,
    /// The number of the next source.
    next: u32,
    saving: Option<Saving>,
    looking: Folders,
    /// Where what is ours is.
    places: Places,
}

struct Log {
    store: Arc<dyn Store>,
    end: Pos,
}

impl Hands {
    /// Hands that report to `happened`.
    ///
    /// # Errors
    /// When the follower cannot be started.
    pub fn new(
        happened: UnboundedSender<Happening>,
        settings: Settings,
        resolver: Arc<Resolver>,
    ) -> anyhow::Result<Hands> {
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
        let (folders, logs, looking) = (BTreeSet::new(), HashMap::new(), Folders::default());
        let (found, pool, next, saving) = (HashMap::new(), None, 0, None);
        Ok(Hands {
            happened,
            settings,
            follower,
            resolver,
            found,
            paths: HashMap::new(),
            folders,
            pool,
            logs,
            next,
            saving,
            looking,
            places: Places::default(),
        })
    }

    /// Saves workspaces in these places.
    pub fn use_places(&mut self, places: Places) {
        self.places = places;
    }

    /// What our own config says now, of what is opened from now on and of other hosts.
    pub fn use_config(&mut self, settings: Settings, hosts: Hosts) {
        self.settings = settings;
        self.resolver.use_hosts(hosts);
    }

    /// Begins to read keys.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn listen_to_keys(&self) -> std::io::Result<()> {
        let happened = self.happened.clone();
        keys::start(move |input| happened.send(Happening::Input(input)).is_ok())
    }

    /// Follows a path.
    fn open(&mut self, path: &Path) -> Event {
        let id = self.number();
        let source = self.follower.open(id, path);
        self.paths.insert(id, whole(path));
        self.opened(source)
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

    /// Follows a path that is another one at another time.
    fn open_dated(&mut self, name: &Template) -> Event {
        let id = self.number();
        let source = self.follower.open_dated(id, name);
        self.opened(source)
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

    /// Follows what a name on another host stands for: a file, or all that are found for a pattern or in a folder,
    /// as they appear.
    fn open_remote(&mut self, path: &RemotePath) -> Option<Event> {
        if !stands_for_several(&path.path) {
            return Some(self.open_remote_file(path));
        }
        self.search_remote(&Sought::Path(path.clone()));
        None
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

    /// What a source is called now, where that may change.
    pub fn renamed(&self, id: SourceId) -> Option<Event> {
        self.follower.name(id).map(|(name, exact)| Event::Renamed(id, name, exact))
    }

    /// What is known of a source now; `None` when it was closed.
    pub fn status(&mut self, id: SourceId) -> Option<Event> {
        let status = self.follower.status(id)?;
        if let Some(folder) = self.follower.folder(id)
            && self.folders.insert(id)
        {
            self.look_into(id, &folder);
        }
        if let Some(log) = self.logs.get_mut(&id) {
            log.end = status.end;
        }
        if let Some(pool) = &self.pool {
            pool.grow(id, status.end);
            pool.arrived(id);
        }
        if let Some(saving) = &self.saving {
            saving.arrived();
        }
        Some(Event::Source(id, status))
    }

    /// What a scan that was stopped had asked for is not fetched any more: who else waits for it asks again.
    fn ask_again(&self) {
        if let Some(saving) = &self.saving {
            saving.arrived();
        }
    }

    /// What scans have found since it was last asked.
    pub fn counts(&self) -> Vec<Event> {
        self.pool.as_ref().map(Pool::take).unwrap_or_default()
    }

    /// Does what the app wants done outside the terminal, and says what it can say at once.
    ///
    /// # Errors
    /// When a thread cannot be started.
    pub fn perform(&mut self, effect: Effect) -> std::io::Result<Vec<Event>> {
        match effect {
            Effect::Scan(request) => self.scan(request)?,
            Effect::StopScan(id) => {
                if let Some(pool) = &self.pool {
                    pool.stop(id);
                }
                self.ask_again();
            }
            Effect::Rest(id) => {
                if let Some(pool) = &self.pool {
                    pool.rest(id);
                }
                self.ask_again();
            }
            Effect::Chart(request) => self.pool()?.chart(*request),
            Effect::LookBack(id) => {
                if let Some(pool) = &self.pool {
                    pool.look_back(id);
                }
            }
            Effect::Open(text) => return Ok(self.open_typed(&text)),
            Effect::OpenPath(path) => {
                let named = self.names().expand(path.as_os_str());
                return Ok(self.open_named(named));
            }
            Effect::List(id, folder) => self.look(move || Event::Listed(id, folders::list(&folder)))?,
            Effect::Peek(id, path, lines) => {
                self.look(move || Event::Peeked(id, folders::peek(&path, lines)))?;
            }
            Effect::Hosts => {
                let resolver = Arc::clone(&self.resolver);
                self.look(move || Event::Hosts(resolver.names()))?;
            }
            Effect::Recent => {
                self.look(|| Event::Recent(Recent::here().map(|recent| recent.names()).unwrap_or_default()))?
            }
            Effect::Workspaces => {
                let places = self.places.clone();
                self.look(move || Event::Workspaces(places.workspaces()))?;
            }
            Effect::Close(id) => self.close(id),
            Effect::Save(request) => return self.save(request),
            Effect::SaveWorkspace { name, text, overwrite } => self.save_workspace(&name, text, overwrite)?,
            Effect::Recall(names) => {
                self.look(move || {
                    let found = Sessions::here().map_or(Ok(None), |sessions| sessions.of(&names));
                    Event::Recalled(found.map(|found| found.map(Box::new)))
                })?;
            }
            Effect::StopSave => self.saving = None,
            Effect::Answer(id, answer) => self.follower.answer(id, answer),
            Effect::Reconnect(id) => self.follower.reconnect(id),
            Effect::Zone(name) => {
                let zone = TimeZone::get(&name).ok();
                return Ok(vec![Event::Zone(name, zone)]);
            }
            Effect::Zones => {
                let names = jiff::tz::db().available().map(|name| name.as_str().to_owned());
                return Ok(vec![Event::Zones(names.collect())]);
            }
            // These are for the loop, which has the terminal.
            Effect::Mouse(_)
            | Effect::Copy(_)
            | Effect::Dump(_)
            | Effect::Looks(_)
            | Effect::Redraw
            | Effect::Suspend
            | Effect::Quit => {}
        }
        Ok(Vec::new())
    }

    fn scan(&mut self, request: ScanRequest) -> std::io::Result<()> {
        let Some((store, end)) = self.logs.get(&request.source).map(|log| (Arc::clone(&log.store), log.end))
        else {
            return Ok(());
        };
        self.pool()?.begin(request, store, end);
        Ok(())
    }

    fn pool(&mut self) -> std::io::Result<&Pool> {
        Ok(match &mut self.pool {
            Some(pool) => pool,
            none => {
                let counted = self.happened.clone();
                // Nobody listens any more at the very end.
                none.insert(Pool::start(move || drop(counted.send(Happening::Counted)))?)
            }
        })
    }

    fn open_typed(&mut self, text: &str) -> Vec<Event> {
        let home = UserDirs::new();
        let named = spec::typed(text, home.as_ref().map(UserDirs::home_dir), &self.names());
        // A workspace that changed while the program runs has its names opened this way.
        let placed = |sentence: String| match self.settings.place_of(text) {
            Some(place) => self.places.briefly([&format!("{place}: {sentence}")]).concat(),
            None => sentence,
        };
        let named = named.map_err(placed);
        self.open_named(named)
    }

    /// Begins a look into files that may take for ever.
    fn look(&self, look: impl FnOnce() -> Event + Send + 'static) -> std::io::Result<()> {
        let happened = self.happened.clone();
        // Nobody listens any more at the very end.
        self.looking.begin(move || drop(happened.send(Happening::Answer(Box::new(look())))))
    }

    fn names(&self) -> Names<'_> {
        Names { resolver: &self.resolver, sources: &self.settings.sources }
    }

    fn open_named(&mut self, named: Result<Vec<Spec>, String>) -> Vec<Event> {
        match named {
            Ok(specs) => specs.iter().flat_map(|spec| self.open_later(spec)).collect(),
            Err(sentence) => vec![Event::NotOpened(sentence)],
        }
    }

    /// As [`Hands::open_spec`], with the looking for files left to others; a file that is followed is not followed twice.
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

    fn close(&mut self, id: SourceId) {
        self.follower.close(id);
        self.found.retain(|_, known| *known != id);
        self.paths.remove(&id);
        self.logs.remove(&id);
        if let Some(pool) = &self.pool {
            pool.close(id);
        }
    }

    fn save(&mut self, mut request: SaveRequest) -> std::io::Result<Vec<Event>> {
        if self.saving.as_ref().is_some_and(|saving| !saving.is_over()) {
            let sentence = "the file before is still being written: wait for it".to_string();
            return Ok(vec![Event::Saved(Saved::Failed(sentence))]);
        }
        request.path = at_home(&request.path);
        let happened = self.happened.clone();
        // Nobody listens any more at the very end.
        self.saving = Some(Saving::start(request, move |event| {
            drop(happened.send(Happening::Answer(Box::new(event))))
        })?);
        Ok(Vec::new())
    }

    fn save_workspace(&mut self, name: &str, text: String, overwrite: bool) -> std::io::Result<()> {
        let path = self.places.saved_workspace(name).map(|path| at_home(&path));
        let happened = self.happened.clone();
        std::thread::Builder::new().name("workspace".into()).spawn(move || {
            let saved = match path {
                Some(path) => workspace::save(&path, &text, overwrite),
                None => {
                    Saved::Failed("there is no config folder to save a workspace in; name a file".to_owned())
                }
            };
            // Nobody listens any more at the very end.
            drop(happened.send(Happening::Answer(Box::new(Event::WorkspaceSaved(saved)))));
        })?;
        Ok(())
    }

    /// Gives a text to tmux, without waiting for it.
    ///
    /// # Errors
    /// When no thread can be started.
    pub fn copy_through_tmux(&self, text: String) -> std::io::Result<()> {
        let happened = self.happened.clone();
        std::thread::Builder::new().name("tmux".into()).spawn(move || {
            let _ = happened.send(match clipboard::through_tmux(&text) {
                Some(sentence) => Happening::Answer(Box::new(Event::Copied(sentence))),
                None => Happening::TmuxRefused(text),
            });
        })?;
        Ok(())
    }
}

/// What a search is called.
fn name_of(wanted: &Wanted) -> String {
    printable(&wanted.name.at(&Zoned::now()))
}

/// Takes out the scans that are to end before they have begun: a word typed at once is one search.
pub fn leave_out_superseded(effects: &mut VecDeque<Effect>) {
    let ended = |effect: &Effect| match effect {
        Effect::StopScan(id) => Some(*id),
        _ => None,
    };
    let ended: BTreeSet<ScanId> = effects.iter().filter_map(ended).collect();
    effects.retain(|effect| !matches!(effect, Effect::Scan(request) if ended.contains(&request.id)));
}

/// A path with a leading `~/` or `$HOME/` read as a shell reads it.
pub fn at_home(path: &Path) -> std::path::PathBuf {
    match (path.strip_prefix("~").or_else(|_| path.strip_prefix("$HOME")), UserDirs::new()) {
        (Ok(rest), Some(dirs)) if rest.as_os_str() != OsStr::new("") => dirs.home_dir().join(rest),
        _ => path.to_path_buf(),
    }
}

/// A path from the root on.
fn whole(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}
