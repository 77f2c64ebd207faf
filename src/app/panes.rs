//! Panes and tabs: focus, splits, layouts, opening and closing.

use super::App;
use super::command::Call;
use super::event::Effect;
use super::layout::{Split, Toward};
use super::pane::{Pane, PaneId};
use super::source::SourceId;
use crate::config::settings::LayoutKind;

/// Why a merged stream has no second pane.
pub(super) const OF_STREAM: &str = "a merged stream cannot be split";

pub(super) fn focus(app: &mut App, call: &Call) {
    let area = app.panes_area();
    let to = match call.arg.as_str() {
        "left" => app.desk.toward(Toward::Left, area),
        "right" => app.desk.toward(Toward::Right, area),
        "up" => app.desk.toward(Toward::Up, area),
        "down" => app.desk.toward(Toward::Down, area),
        "last" => app.desk.tab().and_then(|tab| tab.last),
        "news" => match app.news() {
            None => return app.messages.note("no other pane has news"),
            pane => pane,
        },
        _ => next(app),
    };
    if let Some(pane) = to {
        app.desk.focus(pane);
    }
}

/// The next pane of the tab in front, in turn.
fn next(app: &App) -> Option<PaneId> {
    let tab = app.desk.tab()?;
    let panes = tab.root.panes();
    let own = panes.iter().position(|pane| *pane == tab.focus)?;
    panes.get((own + 1) % panes.len()).copied()
}

pub(super) fn split(app: &mut App, call: &Call) {
    let way = if call.arg == "beside" { Split::Beside } else { Split::Below };
    let Some((id, pane, _)) = app.focused() else { return };
    if pane.merged.is_some() {
        return app.not_of_streams(OF_STREAM);
    }
    if !app.desk.can_split(way, app.panes_area()) {
        return app.messages.note("there is no room for another pane");
    }
    if let Some(new) = app.twin(id) {
        app.desk.split(new, way);
    }
}

pub(super) fn close(app: &mut App, _: &Call) {
    if let Some((id, _, _)) = app.focused().filter(|(_, pane, _)| pane.merged.is_some()) {
        return app.unmerge(id);
    }
    let Some(pane) = app.desk.close() else {
        let quit = app.pressed("quit");
        return app.messages.note(format!("this is the last pane; {quit} quits"));
    };
    app.unpair();
    for tally in pane.tallies() {
        app.stop(tally);
    }
    for source in pane.strands().map(|strand| strand.source) {
        app.forget(source);
    }
    app.desk.settle(app.panes_area());
}

impl App {
    /// Another pane that shows the same as one.
    pub(super) fn twin(&mut self, id: PaneId) -> Option<Pane> {
        let mut new = self.desk.panes.get(&id)?.twin();
        let (filter, all) = new.folding.filters(&new.chain);
        let (kept, all) = (self.look_in(id, filter.as_ref()), self.look_in(id, all.as_ref()));
        let found = kept.into_iter().zip(all);
        new.strands_mut().zip(found).for_each(|(strand, found)| (strand.kept, strand.all) = found);
        let errors = self.errors_in(id);
        new.strands_mut().zip(errors).for_each(|(strand, errors)| strand.errors = errors);
        Some(new)
    }

    /// Stops following a source that no pane shows any longer.
    fn forget(&mut self, source: SourceId) {
        if self.desk.panes.values().any(|other| other.shows(source)) {
            return;
        }
        let Some(feed) = self.feeds.remove(&source) else { return };
        self.note_closed(&feed);
        self.space.closed.extend(self.full_name(&feed));
        self.stop(&feed.appended);
        self.effects.push(Effect::StopScan(feed.levels.id));
        if let Some(lines) = &feed.lines {
            self.stop(lines);
        }
        self.effects.push(Effect::Close(source));
    }

    /// What was to be opened is followed already: its pane gets the focus.
    pub(super) fn followed(&mut self, source: SourceId) {
        self.opening = false;
        let shows = |id: &PaneId| self.desk.panes.get(id).is_some_and(|pane| pane.shows(source));
        if let Some(pane) = self.desk.order().into_iter().find(shows) {
            self.desk.focus(pane);
        }
    }

    /// Nothing is there yet of what is looked for.
    pub(super) fn sought(&mut self, sentence: String) {
        self.opening = false;
        self.messages.note(sentence.clone());
        self.sought = Some(sentence);
    }

    /// The file of a source is gone for good: its panes close where that is wanted. The last one stays.
    pub(super) fn vanished(&mut self, source: SourceId) {
        if !self.settings.sources.close_vanished || !self.feeds.contains_key(&source) {
            return;
        }
        let (name, panes) = (self.name_of(source), self.desk.panes.len());
        self.superseded(source);
        if self.desk.panes.len() < panes {
            self.messages.note(format!("{name} is gone: its pane is closed"));
        }
    }

    /// Takes away the panes of a source in whose place others were opened.
    pub(super) fn superseded(&mut self, source: SourceId) {
        self.part_with(source);
        let name = self.feeds.get(&source).and_then(|feed| self.full_name(feed));
        let focused = self.desk.focused();
        let panes = self.desk.panes.iter().filter(|(_, pane)| pane.shows(source));
        let panes: Vec<PaneId> = panes.map(|(id, _)| *id).collect();
        for id in &panes {
            self.desk.focus(*id);
            close(self, &Call { count: None, arg: String::new() });
        }
        // Nobody has closed it.
        if let Some(name) = name {
            self.space.closed.remove(&name);
        }
        if let Some(focused) = focused.filter(|id| !panes.contains(id)) {
            self.desk.focus(focused);
        }
    }
}

pub(super) fn zoom(app: &mut App, _: &Call) {
    if let Some(tab) = app.desk.tab_mut() {
        tab.zoom = !tab.zoom && tab.root.panes().len() > 1;
    }
}

pub(super) fn swap(app: &mut App, _: &Call) {
    let Some(other) = next(app) else { return };
    if let Some(tab) = app.desk.tab_mut() {
        tab.root.swap(tab.focus, other);
        tab.kind = None;
    }
}

pub(super) fn taller(app: &mut App, call: &Call) {
    resize(app, call, Split::Below, 1);
}

pub(super) fn shorter(app: &mut App, call: &Call) {
    resize(app, call, Split::Below, -1);
}

pub(super) fn wider(app: &mut App, call: &Call) {
    resize(app, call, Split::Beside, 4);
}

pub(super) fn narrower(app: &mut App, call: &Call) {
    resize(app, call, Split::Beside, -4);
}

fn resize(app: &mut App, call: &Call, way: Split, by: i32) {
    let (area, times) = (app.panes_area(), i32::try_from(call.times()).unwrap_or(1000).min(1000));
    if let Some(tab) = app.desk.tab_mut() {
        tab.root.resize(tab.focus, way, by * times, area);
        tab.kind = None;
        tab.zoom = false;
    }
}

pub(super) fn equal(app: &mut App, _: &Call) {
    if let Some(tab) = app.desk.tab_mut() {
        tab.root.even();
    }
}

/// The layouts in turn.
const KINDS: [(&str, LayoutKind); 4] = [
    ("grid", LayoutKind::Grid),
    ("rows", LayoutKind::Rows),
    ("columns", LayoutKind::Columns),
    ("main", LayoutKind::Main),
];

pub(super) fn layout(app: &mut App, call: &Call) {
    let Some(tab) = app.desk.tab() else { return };
    let now = KINDS.iter().position(|(_, kind)| Some(*kind) == tab.kind);
    let asked = KINDS.iter().position(|(name, _)| *name == call.arg);
    let (name, kind) = KINDS[asked.unwrap_or(now.map_or(0, |now| (now + 1) % KINDS.len()))];
    app.settings.layout = kind;
    app.desk.arrange(kind, app.panes_area());
    app.messages.note(format!("layout: {name}"));
}

pub(super) fn next_tab(app: &mut App, call: &Call) {
    let tabs = app.desk.tabs.len().max(1);
    app.desk.front = match call.count.and_then(|count| usize::try_from(count).ok()) {
        Some(count) => count.clamp(1, tabs) - 1,
        None => (app.desk.front + 1) % tabs,
    };
}

pub(super) fn previous_tab(app: &mut App, _: &Call) {
    let tabs = app.desk.tabs.len().max(1);
    app.desk.front = (app.desk.front + tabs - 1) % tabs;
}

pub(super) fn open(app: &mut App, call: &Call) {
    match call.arg.trim() {
        "" => app.messages.note("what? `:open /var/log/syslog`"),
        path => {
            app.open_named(path);
        }
    }
}

impl App {
    /// The next pane, in the order of the tabs, that has errors nobody saw; where none has, the next that has lines.
    fn news(&self) -> Option<PaneId> {
        let order = self.desk.order();
        let own = order.iter().position(|pane| Some(*pane) == self.desk.focused())?;
        let others = || order[own + 1..].iter().chain(&order[..own]).copied();
        let errors = others().find(|pane| self.unseen(*pane).errors > 0);
        errors.or_else(|| others().find(|pane| self.unseen(*pane).lines > 0))
    }
}
