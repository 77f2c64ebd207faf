//! The program's state and its rules. Pure: no clock (time comes in with every event), no thread, no
//! file, no terminal. It turns events into effects, and itself into a [`screen::Screen`].
//!
//! ```text
//! Event ─▶ App::on ─▶ layers (top first) ─▶ keymap ─▶ command ─▶ Effect
//!                                                        │
//!              desk: tabs ─▶ panes (eye, filter, search) ◀┘ ◀─ feeds (sources, counts)
//! ```
//!
//! - a command: one row in [`command`]; what it does: [`motion`], [`search`], [`chain`], [`panes`], …
//! - to whom a key goes, and keys that wait for more: [`input`]
//! - where a pane looks: [`eye`]; what it sees from there: [`lens`]; how that is drawn: [`rows`]
//! - several logs in one pane: [`strand`], [`merge`]; going by time: [`time`]
//! - in which form it shows lines: [`shown`]; the column of times before them: [`times`]
//! - what a file plans, and where it stands: [`space`]; a pane as a file says it: [`view`]; the desk as a file: [`snapshot`]
//! - popups and prompts: each a [`layer::Layer`] in a file of its own; lists narrowed by typing: [`finder`]

pub mod age;
pub mod apart;
pub mod args;
pub mod ask;
mod awaited;
pub mod bars;
pub mod chain;
pub mod chart;
mod chosen;
pub mod command;
pub mod complete;
pub mod compose;
pub mod configure;
pub mod confirm;
pub mod copy;
pub mod desk;
pub mod details;
pub mod edit;
pub mod event;
pub mod extent;
pub mod eye;
pub mod feed;
pub mod finder;
pub mod fold;
pub mod folder;
pub mod folding;
pub mod help;
pub mod hidden;
pub mod history;
pub mod hits;
pub mod hosts;
pub mod hunt;
pub mod info;
pub mod input;
pub mod jump;
pub mod key;
pub mod layer;
pub mod layout;
pub mod learn;
pub mod lens;
pub mod levels;
pub mod link;
pub mod merge;
pub mod message;
pub mod mistakes;
pub mod motion;
pub mod mouse;
pub mod news;
pub mod numbers;
pub mod origins;
pub mod overview;
pub mod pair;
pub mod palette;
pub mod pane;
pub mod panel;
pub mod panes;
pub mod paths;
pub mod picker;
pub mod planned;
pub mod popup;
pub mod pressed;
pub mod preview;
pub mod program;
pub mod prompt;
pub mod question;
pub mod rate;
pub mod reader;
pub mod recent;
pub mod record;
pub mod rows;
mod said;
pub mod scans;
pub mod screen;
pub mod search;
pub mod session;
pub mod share;
pub mod shown;
pub mod snapshot;
pub mod source;
pub mod space;
pub mod strand;
pub mod suggest;
pub mod tally;
pub mod theme;
pub mod time;
pub mod times;
pub mod title;
pub mod view;
pub mod wall;
pub mod written;
pub mod zone;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use jiff::tz::TimeZone;
use zeroize::Zeroizing;

use desk::Desk;
use event::{Effect, Event};
use feed::Feed;
use input::Input;
use layer::Layer;
use message::Messages;
use pane::{Pane, PaneId};
use screen::Size;

use crate::config::highlights;
use crate::config::keymap::Keymap;
use crate::config::settings::Settings;
use crate::core::filter::Chain;
use crate::core::highlight::Rules;
use crate::core::read::Clock;

/// The program.
pub struct App {
    settings: Settings,
    /// The settings as the config has them, whatever the user has changed since.
    configured: Settings,
    /// What was wrong in the config when it was read last.
    mistakes: mistakes::Mistakes,
    keymap: Keymap,
    /// The filter every new pane begins with.
    chain: Chain,
    /// The user's highlight rules.
    rules: Rules,
    /// The theme that is shown because a command behind `:` names it; it is not chosen yet.
    tried_theme: Option<String>,
    feeds: pane::Feeds,
    desk: Desk,
    layers: Vec<Box<dyn Layer>>,
    input: Input,
    messages: Messages,
    /// What hosts ask.
    questions: ask::Questions,
    /// What was typed into prompts before.
    histories: history::Histories,
    /// What was opened before.
    recent: recent::Recent,
    /// Names of hosts, once somebody began to type one.
    host_names: paths::Names,
    /// Those of workspaces.
    workspace_names: paths::Names,
    /// The number of the newest look into a folder or a file.
    looks: u64,
    /// The number of the newest scan.
    scans: u64,
    /// The pane that leads its pair, and where it looked when it did last.
    paired: Option<pair::Led>,
    /// The search in all panes.
    hunt: Option<hunt::Hunt>,
    /// The histograms on the screen.
    charts: chart::Charts,
    size: Size,
    mouse: mouse::Grip,
    /// The user asked for a source to be opened: its pane gets the focus.
    opening: bool,
    /// What is looked for and was not there, while nothing is open.
    sought: Option<String>,
    /// The workspace: what is planned, and what has come of it.
    space: space::Space,
    /// What is being saved, in case the file is there already.
    saving: Option<(PaneId, copy::What)>,
    /// The time of the event at hand.
    now: Option<Instant>,
    /// What time that is for people.
    wall: wall::Wall,
    /// What reads times that have no zone, of which each source has its own.
    clock: Option<Clock>,
    /// The zone in which times are shown, when it is not that of the wall.
    zone: Option<TimeZone>,
    /// Names of zones, once somebody began to type one.
    zones: zone::Names,
    /// When an age in the column of times changes.
    ages_due: Option<Instant>,
    /// The time of the first event: seconds that are counted down are counted from it.
    began: Option<Instant>,
    /// Hosts that were not connected when a key was pressed last.
    down_read: usize,
    /// The pane that leads others by time, and where it looked when it did last.
    led: Option<(PaneId, eye::Eye)>,
    /// What was put on the merged stream that was left last.
    left: Option<merge::Left>,
    /// The last key led to a hit, and saying which one hides nothing of it: it is said until the next key.
    found: bool,
    /// When Ctrl-C was pressed last.
    interrupted: Option<Instant>,
    dirty: bool,
    /// What the user waits for has come.
    awaited: bool,
    effects: Vec<Effect>,
}

impl App {
    /// A program without sources; they come in as [`Event::Opened`].
    ///
    /// # Errors
    /// A sentence when the keymap names no command.
    pub fn new(settings: Settings, keymap: Keymap) -> Result<App, String> {
        command::check(&keymap)?;
        let rules = Rules::new(highlights::rules(&settings.highlights));
        let zone = settings.zone.clone();
        let space = space::Space::new(Arc::clone(&settings.workspace), Arc::clone(settings.logs.origins()));
        Ok(App {
            configured: settings.clone(),
            mistakes: mistakes::Mistakes::default(),
            settings,
            keymap,
            chain: Chain::default(),
            rules,
            tried_theme: None,
            feeds: BTreeMap::new(),
            desk: Desk::default(),
            layers: Vec::new(),
            input: Input::default(),
            messages: Messages::default(),
            questions: ask::Questions::default(),
            histories: history::Histories::default(),
            recent: recent::Recent::default(),
            host_names: paths::Names::default(),
            workspace_names: paths::Names::default(),
            looks: 0,
            scans: 0,
            paired: None,
            hunt: None,
            charts: chart::Charts::default(),
            size: Size::default(),
            mouse: mouse::Grip::default(),
            opening: false,
            sought: None,
            space,
            saving: None,
            now: None,
            wall: wall::Wall::default(),
            clock: None,
            zone,
            zones: zone::Names::default(),
            ages_due: None,
            began: None,
            down_read: 0,
            led: None,
            left: None,
            found: false,
            interrupted: None,
            dirty: true,
            awaited: false,
            effects: Vec::new(),
        })
    }

    /// The same, with a filter that every new pane begins with.
    #[must_use]
    pub fn filtered(self, chain: Chain) -> App {
        App { chain, ..self }
    }

    /// Something happened: what must be done about it, in this order.
    pub fn on(&mut self, now: Instant, event: Event) -> Vec<Effect> {
        self.now = Some(now);
        self.began.get_or_insert(now);
        match event {
            Event::Scanned(id, index) => self.scanned(now, id, index),
            Event::Levelled(id, index) => self.levelled(now, id, index),
            Event::Charted(id, histogram, looked) => self.charted(now, id, histogram, looked),
            Event::Source(id, status) => self.source_changed(id, status),
            Event::Renamed(id, name, exact) => self.renamed(id, name, exact),
            Event::Tick => self.tick(now),
            Event::Wall(time) => self.wall.tell(now, time),
            event => {
                self.dirty = true;
                self.always_seen(event);
            }
        }
        self.settle_eyes();
        self.keep_step();
        self.keep_pair();
        self.ask_next();
        std::mem::take(&mut self.effects)
    }

    /// Events that always change the screen.
    fn always_seen(&mut self, event: Event) {
        match event {
            Event::Key(key) => self.key(key),
            Event::Paste(text) => self.paste(&Zeroizing::new(text)),
            Event::Mouse(mouse) => self.mouse(mouse),
            Event::Resize(size) => self.resize(size),
            Event::Opened(source) => self.opened(source),
            Event::Followed(id) => self.followed(id),
            Event::NotOpened(sentence) => {
                self.opening = false;
                self.messages.error(sentence);
            }
            Event::Superseded(id) => self.superseded(id),
            Event::Sought(sentence) => self.sought(sentence),
            Event::Vanished(id) => self.vanished(id),
            Event::Copied(sentence) => self.copied(sentence),
            Event::NotCopied(sentence) => {
                let save = self.pressed("save");
                self.copied(format!("{sentence}; {save} saves lines to a file"));
            }
            Event::WorkspaceSaved(saved) => self.workspace_saved(saved),
            Event::Recalled(found) => self.recalled(found.map(|found| found.map(|found| *found))),
            Event::ScanFailed(id, sentence) => self.scan_failed(id, sentence),
            Event::Saving(bytes) => self.messages.note(format!("saving: {} written", info::bytes(bytes))),
            Event::Saved(saved) => self.saved(saved),
            Event::Asked(question) => self.asked(question),
            Event::Unasked(id) => self.unasked(id),
            Event::Zone(name, zone) => self.zone_found(&name, zone),
            Event::Zones(names) => self.zones.came(names),
            Event::Hosts(names) => self.host_names.came(names),
            Event::Workspaces(names) => self.workspace_names.came(names),
            Event::Recent(names) => self.recent_came(names),
            Event::Listed(id, listing) => self.tell_layers(|layer, app| layer.listed(id, &listing, app)),
            Event::Peeked(id, peek) => self.tell_layers(|layer, _| layer.peeked(id, &peek)),
            Event::Configured(configured) => self.configured(*configured),
            Event::NotConfigured(wrong) => self.not_configured(&wrong),
            Event::Scanned(..) | Event::Levelled(..) | Event::Charted(..) => {}
            Event::Source(..) | Event::Renamed(..) | Event::Tick | Event::Wall(_) => {}
        }
    }

    /// Whether the screen is another one than when [`App::screen`] was asked last.
    pub fn dirty(&self) -> bool {
        self.dirty
    }

    /// Whether the user waits for what the next screen shows: a key's answer, the end of a search. Such a
    /// screen is not to wait for the rhythm of frames.
    pub fn awaited(&self) -> bool {
        self.awaited
    }

    /// When something that is shown changes by time alone; [`Event::Tick`] is due then.
    pub fn wake_at(&self, now: Instant) -> Option<Instant> {
        let feeds = self.shown_feeds().filter_map(|feed| feed.wake_at(now, self.began.unwrap_or(now)));
        // What was found to be due while the screen was made.
        let hits_due = self.hunt.as_ref().is_some_and(|hunt| hunt.due);
        let due = (hits_due || !self.effects.is_empty()).then_some(now);
        feeds.chain(self.question_due()).chain(self.ages_due).chain(self.chart_due()).chain(due).min()
    }

    fn tick(&mut self, now: Instant) {
        for feed in self.feeds.values_mut() {
            feed.rate.tick(now);
        }
        // The next frame says when it is due again; a terminal that takes none is not to be woken for.
        self.ages_due = self.ages_due.filter(|due| *due > now);
        self.dirty = true;
    }

    fn resize(&mut self, size: Size) {
        self.size = size;
        self.desk.settle(self.panes_area());
    }

    fn shown_feeds(&self) -> impl Iterator<Item = &Feed> {
        let panes = self.desk.tab().map(|tab| tab.place(self.panes_area()).panes).unwrap_or_default();
        let panes = panes.into_iter().filter_map(|(id, _)| self.desk.panes.get(&id));
        panes.flat_map(Pane::strands).filter_map(|strand| self.feeds.get(&strand.source))
    }

    /// The sources of a pane's logs.
    fn feeds_of(&self, pane: &Pane) -> Option<Vec<&Feed>> {
        pane.strands().map(|strand| self.feeds.get(&strand.source)).collect()
    }

    fn pane(&self) -> Option<&Pane> {
        self.desk.panes.get(&self.desk.focused()?)
    }

    fn pane_mut(&mut self) -> Option<&mut Pane> {
        self.desk.panes.get_mut(&self.desk.focused()?)
    }

    fn focused(&self) -> Option<(PaneId, &Pane, &Feed)> {
        let id = self.desk.focused()?;
        let pane = self.desk.panes.get(&id)?;
        Some((id, pane, self.feeds.get(&pane.strand.source)?))
    }

    /// Lays something over the panes.
    fn open(&mut self, layer: impl Layer + 'static) {
        self.layers.push(Box::new(layer));
    }
}
