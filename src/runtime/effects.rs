//! The hands of the app: has sources opened and closed, begins and ends scans, looks around, saves. What they find out
//! later comes back through the event loop. How a source is opened is the matter of [`Sources`].

use std::collections::{BTreeSet, VecDeque};
use std::fs::File;
use std::sync::Arc;

use jiff::tz::TimeZone;
use tokio::sync::mpsc::UnboundedSender;

use super::clipboard;
use super::config::Asked as Places;
use super::folders::{self, Folders};
use super::happening::Happening;
use super::here::at_home;
use super::keys;
use super::recent::Recent;
use super::save::Saving;
use super::scan::Pool;
use super::session::Sessions;
use super::sources::Sources;
use super::spec::Spec;
use super::workspace;
use crate::app::event::{Effect, Event, SaveRequest, Saved, ScanId, ScanRequest};
use crate::app::source::SourceId;
use crate::config::hosts::Hosts;
use crate::config::settings::Settings;
use crate::source::search::Found;
use crate::source::ssh::config::Resolver;

/// Everything that works besides the loop.
pub struct Hands {
    happened: UnboundedSender<Happening>,
    sources: Sources,
    /// What names of hosts stand for.
    resolver: Arc<Resolver>,
    /// Started with the first scan: the first frame needs none.
    pool: Option<Pool>,
    saving: Option<Saving>,
    looking: Folders,
    /// Where what is ours is.
    places: Places,
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
        let sources = Sources::new(happened.clone(), settings, Arc::clone(&resolver))?;
        let (looking, places) = (Folders::default(), Places::default());
        Ok(Hands { happened, sources, resolver, pool: None, saving: None, looking, places })
    }

    /// Saves workspaces in these places.
    pub fn use_places(&mut self, places: Places) {
        self.places = places;
    }

    /// What our own config says now, of what is opened from now on and of other hosts.
    pub fn use_config(&mut self, settings: Settings, hosts: Hosts) {
        self.sources.use_settings(settings);
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

    /// Follows what a name stands for, as far as that can be said at once; the rest is told when it is found.
    pub fn open_spec(&mut self, spec: &Spec, stdin: Option<File>) -> Vec<Event> {
        self.sources.open_spec(spec, stdin)
    }

    /// What has become of a search, for the app.
    pub fn found(&mut self, name: &str, found: Found) -> Vec<Event> {
        self.sources.found(name, found)
    }

    /// What a source is called now, where that may change.
    pub fn renamed(&self, id: SourceId) -> Option<Event> {
        self.sources.renamed(id)
    }

    /// What is known of a source now; `None` when it was closed.
    pub fn status(&mut self, id: SourceId) -> Option<Event> {
        let status = self.sources.status(id)?;
        if let Some(pool) = &self.pool {
            pool.grow(id, status.end);
            pool.arrived(id);
        }
        if let Some(saving) = &self.saving {
            saving.arrived();
        }
        Some(Event::Source(id, status))
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
            Effect::Open(text) => return Ok(self.sources.open_typed(&text, &self.places)),
            Effect::OpenPath(path) => return Ok(self.sources.open_path(path.as_os_str())),
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
            Effect::Answer(id, answer) => self.sources.answer(id, answer),
            Effect::Reconnect(id) => self.sources.reconnect(id),
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
        let Some((store, end)) = self.sources.log(request.source) else { return Ok(()) };
        self.pool()?.begin(request, store, end);
        Ok(())
    }

    /// What a scan that was stopped had asked for is not fetched any more: who else waits for it asks again.
    fn ask_again(&self) {
        if let Some(saving) = &self.saving {
            saving.arrived();
        }
    }

    fn close(&mut self, id: SourceId) {
        self.sources.close(id);
        if let Some(pool) = &self.pool {
            pool.close(id);
        }
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

    /// Begins a look into files that may take for ever.
    fn look(&self, look: impl FnOnce() -> Event + Send + 'static) -> std::io::Result<()> {
        let happened = self.happened.clone();
        // Nobody listens any more at the very end.
        self.looking.begin(move || drop(happened.send(Happening::Answer(Box::new(look())))))
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

/// Takes out the scans that are to end before they have begun: a word typed at once is one search.
pub fn leave_out_superseded(effects: &mut VecDeque<Effect>) {
    let ended = |effect: &Effect| match effect {
        Effect::StopScan(id) => Some(*id),
        _ => None,
    };
    let ended: BTreeSet<ScanId> = effects.iter().filter_map(ended).collect();
    effects.retain(|effect| !matches!(effect, Effect::Scan(request) if ended.contains(&request.id)));
}
