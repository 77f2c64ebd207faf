//! Searching: as it is typed, and from hit to hit.

use super::App;
use super::command::Call;
use super::eye::Eye;
use super::hits::Hits;
use super::pane::{Jump, Pane, PaneId, Search, Selected, Sought};
use super::prompt::{Prompt, Purpose};
use super::source::SourceId;
use super::strand::Kept;
use crate::core::filter::Filter;
use crate::core::pattern::{Pattern, PatternError};
use crate::core::place::Place;
use crate::core::pos::Pos;
use crate::core::text;

/// Characters of a word that is worth a search: a blob of a hundred thousand letters would make a pattern
/// that takes its time on every line.
const WORD: usize = 100;

pub(super) fn forward(app: &mut App, call: &Call) {
    begin(app, call, false);
}

pub(super) fn backward(app: &mut App, call: &Call) {
    begin(app, call, true);
}

pub(super) fn everywhere(app: &mut App, call: &Call) {
    let Some(before) = before(app, false) else { return };
    let before = Before { everywhere: true, ..before };
    if call.arg.is_empty() {
        return app.open(Prompt::new(Purpose::Search(Box::new(before)), ""));
    }
    match before.try_pattern(app, &call.arg) {
        Ok(()) => {
            app.histories.add("/", &call.arg);
            before.keep(app);
        }
        Err(err) => app.messages.error(format!("the search cannot be used: {err}")),
    }
}

fn before(app: &App, back: bool) -> Option<Before> {
    let (id, pane, _) = app.focused()?;
    Some(Before {
        id,
        eye: pane.eye.clone(),
        left: pane.look.left,
        selected: pane.selected.clone(),
        search: pane.search.clone(),
        current: pane.current.clone(),
        back,
        everywhere: false,
    })
}

fn begin(app: &mut App, call: &Call, back: bool) {
    let Some(before) = before(app, back) else { return };
    if call.arg.is_empty() {
        return app.open(Prompt::new(Purpose::Search(Box::new(before)), ""));
    }
    match before.try_pattern(app, &call.arg) {
        Ok(()) => app.histories.add("/", &call.arg),
        Err(err) => app.messages.error(format!("the search cannot be used: {err}")),
    }
}

/// The state of a pane before a search is typed, to go back to.
#[derive(Clone)]
pub struct Before {
    id: PaneId,
    eye: Eye,
    left: usize,
    selected: Option<Selected>,
    search: Option<Search>,
    current: Option<Place>,
    /// Whether the search goes towards the start.
    pub back: bool,
    /// Whether all panes are searched when it is done.
    pub everywhere: bool,
}

impl Before {
    /// Searches for what is typed so far, from where the search began.
    pub(super) fn try_pattern(&self, app: &mut App, typed: &str) -> Result<(), PatternError> {
        let pattern = Pattern::new(typed)?;
        app.stop_search(self.id);
        self.look_back(app);
        app.start_search(self.id, Sought::Pattern(Box::new(pattern)), self.back);
        let from = app.edge_of_sight(self.id, self.back);
        if let Some(pane) = app.desk.panes.get_mut(&self.id) {
            pane.jump = Some(Jump::Hit { from, back: self.back, count: 1, either: true });
        }
        app.go_on(self.id);
        Ok(())
    }

    /// Looks where the search began.
    fn look_back(&self, app: &mut App) {
        if let Some(pane) = app.desk.panes.get_mut(&self.id) {
            (pane.eye, pane.current) = (self.eye.clone(), self.current.clone());
            (pane.selected, pane.jump, pane.look.left) = (self.selected.clone(), None, self.left);
        }
    }

    /// Everything as it was before.
    pub(super) fn restore(&self, app: &mut App) {
        app.stop_search(self.id);
        self.look_back(app);
        if let Some(search) = &self.search {
            app.start_search(self.id, search.sought.clone(), search.back);
        }
    }

    /// What was typed is what is searched.
    pub(super) fn keep(&self, app: &mut App) {
        app.say_which(self.id);
        let search = app.desk.panes.get(&self.id).and_then(|pane| pane.search.as_ref());
        let pattern = search.and_then(|search| search.sought.pattern()).cloned();
        if let Some(pattern) = pattern.filter(|_| self.everywhere) {
            app.hunt(pattern);
            app.open(Hits);
        }
    }

    /// Repeats the search there was.
    pub(super) fn repeat(&self, app: &mut App) {
        self.restore(app);
        if self.everywhere && app.hunt.is_some() {
            return app.open(Hits);
        }
        let last = self.search.as_ref().and_then(|search| search.sought.pattern());
        let last = last.map(|pattern| pattern.source().to_owned());
        match last.or_else(|| app.histories.last("/")) {
            Some(last) => match self.try_pattern(app, &last) {
                Ok(()) => self.keep(app),
                Err(err) => app.messages.error(format!("the search cannot be used: {err}")),
            },
            None => app.messages.note("nothing was searched yet"),
        }
    }
}

pub(super) fn next(app: &mut App, call: &Call) {
    to_hit(app, call, false);
}

pub(super) fn previous(app: &mut App, call: &Call) {
    to_hit(app, call, true);
}

fn to_hit(app: &mut App, call: &Call, against: bool) {
    let Some(id) = app.desk.focused() else { return };
    app.go_on_searching(id);
    let Some((id, pane, _)) = app.focused() else { return };
    let Some(search) = &pane.search else {
        let search = app.pressed("search");
        return app.messages.note(format!("nothing is searched; {search} begins"));
    };
    let back = search.back != against;
    let current = pane.current.clone().filter(|place| app.in_sight(id, place));
    let from = match current {
        Some(place) if back => place,
        Some(place) => place.behind(place.pos + 1),
        None => app.edge_of_sight(id, back),
    };
    if let Some(pane) = app.desk.panes.get_mut(&id) {
        pane.jump = Some(match pane.jump.take() {
            // Typed before the first of them was found.
            Some(Jump::Hit { from, back: same, count, either }) if same == back => {
                Jump::Hit { from, back, count: count.saturating_add(call.times()), either }
            }
            _ => Jump::Hit { from, back, count: call.times(), either: false },
        });
    }
    app.go_on(id);
}

pub(super) fn next_error(app: &mut App, call: &Call) {
    to_trouble(app, call, Sought::Errors, false);
}

pub(super) fn previous_error(app: &mut App, call: &Call) {
    to_trouble(app, call, Sought::Errors, true);
}

pub(super) fn next_warning(app: &mut App, call: &Call) {
    to_trouble(app, call, Sought::Warnings, false);
}

pub(super) fn previous_warning(app: &mut App, call: &Call) {
    to_trouble(app, call, Sought::Warnings, true);
}

/// Goes to a line of a level, which is a search: it is begun if it is not on, and `n` goes on with it.
fn to_trouble(app: &mut App, call: &Call, sought: Sought, back: bool) {
    let Some((id, pane, _)) = app.focused() else { return };
    let on = pane.search.as_ref().is_some_and(|search| search.sought.hit() == sought.hit());
    if !on {
        app.stop_search(id);
        app.start_search(id, sought, back);
    }
    if let Some(pane) = app.desk.panes.get_mut(&id) {
        // A jump that waits for another search waits no longer.
        pane.jump.take_if(|_| !on);
        pane.search.iter_mut().for_each(|search| search.back = back);
    }
    to_hit(app, call, false);
}

pub(super) fn word(app: &mut App, _: &Call) {
    let Some(word) = word_of_current(app) else { return app.messages.note("the line has no word") };
    let Some((id, pane, _)) = app.focused() else { return };
    let (here, back) =
        (app.current_line().map(|(_, place)| place), pane.search.as_ref().is_some_and(|s| s.back));
    match Pattern::literal(&word) {
        Ok(pattern) => {
            app.stop_search(id);
            app.start_search(id, Sought::Pattern(Box::new(pattern)), back);
            app.histories.take("/", &word, [word.clone()].into());
            app.messages.note(format!("searching {word}"));
            if let Some(pane) = app.desk.panes.get_mut(&id) {
                (pane.current, pane.jump) = (here, None);
            }
            to_hit(app, &Call { count: None, arg: String::new() }, back);
        }
        Err(err) => app.messages.error(err.to_string()),
    }
}

/// The word of the search's first hit in the current line, else the line's first word of two letters.
fn word_of_current(app: &App) -> Option<String> {
    let (id, place) = app.current_line()?;
    let (mut lens, _) = app.lens(id)?;
    let super::lens::Found::Entry(entry) = lens.at_or_after(&place) else { return None };
    let line = text::without_sgr(&entry.line.text).into_owned();
    let text = String::from_utf8_lossy(&line);
    let pattern = app.pane()?.search.as_ref().and_then(|search| search.sought.pattern());
    let hit = pattern.and_then(|pattern| pattern.find_all(text.as_bytes(), 1).into_iter().next());
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let words = text.split(|c: char| !is_word(c)).filter(|word| word.chars().any(char::is_alphabetic));
    let mut words = words.filter(|word| (2..=WORD).contains(&word.chars().count()));
    let at = |word: &str| word.as_ptr() as usize - text.as_ptr() as usize;
    let found = match hit {
        Some(hit) => words.find(|word| at(word) + word.len() > hit.start),
        None => words.next(),
    };
    found.map(str::to_owned)
}

impl App {
    /// Leaves the search, if there is one.
    pub(super) fn end_search(&mut self, id: PaneId) {
        if let Some(pane) = self.desk.panes.get_mut(&id).filter(|pane| pane.search.is_some()) {
            pane.current = None;
            self.stop_search(id);
        }
    }

    /// A search that was stopped before it came to the end goes on.
    fn go_on_searching(&mut self, id: PaneId) {
        let stopped = |pane: &&Pane| pane.searching().any(|tally| tally.stopped);
        let pane = self.desk.panes.get(&id).filter(stopped);
        if let Some(search) = pane.and_then(|pane| pane.search.as_ref()) {
            let (sought, back) = (search.sought.clone(), search.back);
            self.stop_search(id);
            self.start_search(id, sought, back);
        }
    }

    pub(super) fn stop_search(&mut self, id: PaneId) {
        let Some(pane) = self.desk.panes.get_mut(&id) else { return };
        pane.search = None;
        let hits: Vec<Kept> = pane.strands_mut().filter_map(|strand| strand.hits.take()).collect();
        for hits in hits {
            self.stop(&hits.tally);
        }
    }

    /// Begins to look for the hits in each log of a pane; where they are counted anyway nothing has to be begun.
    fn hits_in(&mut self, id: PaneId, sought: &Sought, filter: &Filter) -> Vec<Option<Kept>> {
        let Some(pane) = self.desk.panes.get(&id) else { return Vec::new() };
        let sources: Vec<SourceId> = pane.strands().map(|strand| strand.source).collect();
        let hits = sources.into_iter().enumerate().map(|(log, source)| {
            let counted = self.counted_anyway(id, log, sought);
            let near = self.near(id, log);
            counted.or_else(|| self.look_for(source, filter.clone(), near))
        });
        hits.collect()
    }

    /// Begins to look for something among the lines a pane shows.
    pub(super) fn start_search(&mut self, id: PaneId, sought: Sought, back: bool) {
        let Some(pane) = self.desk.panes.get(&id) else { return };
        let filter = pane.folding.search(&pane.chain, sought.test());
        let hits = self.hits_in(id, &sought, &filter);
        if let Some(pane) = self.desk.panes.get_mut(&id) {
            pane.search = Some(Search { sought, back });
            pane.strands_mut().zip(hits).for_each(|(strand, hits)| strand.hits = hits);
        }
    }

    /// Where a jump from what is in sight begins: the first line, or behind the last one.
    pub(super) fn edge_of_sight(&self, id: PaneId, back: bool) -> Place {
        let start = || Place::from(Pos(0));
        let Some(pane) = self.desk.panes.get(&id) else { return start() };
        let Some((mut lens, height)) = self.lens(id) else { return start() };
        let picture = lens.picture(&pane.eye, height);
        let mut entries = picture.entries();
        let edge = match back {
            true => entries.next_back().map(|entry| entry.place.behind(entry.line.end)),
            false => entries.next().map(|entry| entry.place.clone()),
        };
        edge.unwrap_or_else(|| match &pane.eye {
            Eye::At(anchor) => anchor.place.clone(),
            Eye::Bottom => lens.end(),
        })
    }

    pub(super) fn in_sight(&self, id: PaneId, place: &Place) -> bool {
        let Some(pane) = self.desk.panes.get(&id) else { return false };
        let Some((mut lens, height)) = self.lens(id) else { return false };
        lens.picture(&pane.eye, height).row_of(place).is_some()
    }
}
