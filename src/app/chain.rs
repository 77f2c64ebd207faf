//! The filter chain of a pane: growing it, taking back, switching it off.

use jiff::Zoned;

use super::App;
use super::command::Call;
use super::eye::Eye;
use super::pane::PaneId;
use super::panel::Panel;
use super::prompt::{Prompt, Purpose};
use super::reader::Reader;
use super::strand::Kept;
use crate::core::filter::{Chain, Kind, Term, Test};
use crate::core::pattern::{Pattern, PatternError};
use crate::core::query::{Asked, Expr, Op, Query};
use crate::core::read::Level;
use crate::core::text;

/// How a kind of term is written.
pub fn sign(kind: Kind) -> &'static str {
    match kind {
        Kind::Keep => "&",
        Kind::Drop => "!",
        Kind::Or => "+",
    }
}

/// How a term is written: a regex behind its sign, a part of a query as in the query.
pub fn written(term: &Term) -> String {
    match &term.test {
        Test::Pattern(pattern) => format!("{}{}", sign(term.kind), text::printable(pattern.source())),
        Test::Query(asked) => text::printable(&asked.query().written(term.kind != Kind::Drop)),
    }
}

pub(super) fn keep(app: &mut App, call: &Call) {
    ask(app, call, Kind::Keep);
}

pub(super) fn drop(app: &mut App, call: &Call) {
    ask(app, call, Kind::Drop);
}

pub(super) fn or(app: &mut App, call: &Call) {
    ask(app, call, Kind::Or);
}

fn ask(app: &mut App, call: &Call, kind: Kind) {
    let Some(id) = app.desk.focused() else { return };
    if call.arg.is_empty() {
        return app.open(Prompt::new(Purpose::Term { pane: id, kind, at: None }, ""));
    }
    match app.put_term(id, kind, None, &call.arg) {
        Ok(()) => app.histories.add("&", &call.arg),
        Err(err) => app.messages.error(format!("the filter stays as it was: {err}")),
    }
}

pub(super) fn filter(app: &mut App, call: &Call) {
    let Some(id) = app.desk.focused() else { return };
    if call.arg.is_empty() {
        return app.open(Prompt::new(Purpose::Command, "filter "));
    }
    if let Err(err) = app.put_query(id, None, &call.arg) {
        let column = err.at.map_or(0, |at| at.start) + 1;
        app.messages.error(format!("the filter stays as it was: {} (column {column})", err.message));
    }
}

pub(super) fn raise_level(app: &mut App, call: &Call) {
    threshold(app, call.times(), true);
}

pub(super) fn lower_level(app: &mut App, call: &Call) {
    threshold(app, call.times(), false);
}

/// The levels from which on lines are kept, one after the other; before the first all lines are.
const THRESHOLDS: [Level; 5] = [Level::Debug, Level::Info, Level::Warn, Level::Error, Level::Fatal];

/// The level from which on a term keeps lines, if it is such a term.
fn threshold_of(term: &Term) -> Option<Level> {
    match &term.test {
        Test::Query(asked) if term.kind == Kind::Keep => match asked.query().expr() {
            Expr::Level(Op::AtLeast, level) => Some(*level),
            _ => None,
        },
        _ => None,
    }
}

/// Moves the threshold of a pane's filter, which is the highest of its terms that are one, those that are in effect first.
/// Where it is switched off it is raised from where it was left, and is in effect then.
fn threshold(app: &mut App, steps: usize, up: bool) {
    let Some((id, pane, _)) = app.focused() else { return };
    let mut chain = pane.chain.clone();
    let thresholds = chain.terms.iter().enumerate();
    let thresholds = thresholds.filter_map(|(at, term)| Some((term.on, threshold_of(term)?, at)));
    let highest = thresholds.max();
    let place = highest.map(|(.., at)| at);
    let in_effect = highest.is_some_and(|(on, ..)| on && !chain.off);
    let now = highest.map(|(_, level, _)| level).filter(|_| in_effect || up);
    // How many of the thresholds are passed.
    let passed = now.map_or(0, |now| THRESHOLDS.iter().filter(|level| **level <= now).count());
    let wanted = if up { (passed + steps).min(THRESHOLDS.len()) } else { passed.saturating_sub(steps) };
    match (wanted, up) {
        (0, false) if now.is_none() => {
            let raise = app.pressed("raise-level");
            return app.messages.note(format!("lines of every level are kept; {raise} raises the level"));
        }
        _ if wanted == passed && up && in_effect => {
            return app.messages.note("only fatal errors are kept already");
        }
        _ => {}
    }
    let level = wanted.checked_sub(1).map(|at| THRESHOLDS[at]);
    let term = level.map(|level| {
        Term::new(Kind::Keep, Asked::new(Query::of_level(Op::AtLeast, level), &Zoned::default()))
    });
    chain.off &= term.is_none();
    match (place, term) {
        (Some(place), Some(term)) => {
            let said_by = chain.terms[place].said_by.take();
            chain.terms[place] = Term { said_by, ..term };
        }
        (Some(place), None) => std::mem::drop(chain.terms.remove(place)),
        (None, Some(term)) => chain.terms.push(term),
        (None, None) => {}
    }
    app.change_chain(id, chain);
    app.messages.note(match level {
        Some(_) => "lines that say no level are left out too",
        None => "lines of every level are kept",
    });
}

pub(super) fn undo(app: &mut App, _: &Call) {
    let Some(id) = app.desk.focused() else { return };
    match app.desk.panes.get_mut(&id).and_then(|pane| pane.undo.pop()) {
        Some(chain) => app.use_chain(id, chain),
        None => app.messages.note("the filter has no change to take back"),
    }
}

pub(super) fn toggle(app: &mut App, _: &Call) {
    let Some((id, pane, _)) = app.focused() else { return };
    if pane.chain.terms.is_empty() {
        let (keep, drop) = (app.pressed("keep"), app.pressed("drop"));
        return app.messages.note(format!("there is no filter; {keep} keeps lines, {drop} drops lines"));
    }
    let chain = Chain { off: !pane.chain.off, ..pane.chain.clone() };
    app.use_chain(id, chain);
}

pub(super) fn panel(app: &mut App, _: &Call) {
    match app.focused() {
        Some((id, pane, _)) if !pane.chain.terms.is_empty() => app.open(Panel::new(id)),
        Some((id, ..)) => app.open(Reader::info(id)),
        None => {}
    }
}

pub(super) fn more_context(app: &mut App, call: &Call) {
    let add = call.times().min(1000);
    context(app, |lines| (lines + add).min(1000));
}

pub(super) fn less_context(app: &mut App, call: &Call) {
    let less = call.times();
    context(app, |lines| lines.saturating_sub(less));
}

fn context(app: &mut App, change: impl Fn(usize) -> usize) {
    let Some(id) = app.desk.focused() else { return };
    app.hold_current(id);
    let Some(pane) = app.pane_mut() else { return };
    pane.context = change(pane.context);
    let text = match pane.context {
        0 => "no lines of context".to_owned(),
        1 => "one line of context around each kept line".to_owned(),
        n => format!("{n} lines of context around each kept line"),
    };
    app.messages.note(text);
}

impl App {
    /// Adds a term to a pane's chain, or puts it in the place of the one at `at`.
    pub(super) fn put_term(
        &mut self,
        id: PaneId,
        kind: Kind,
        at: Option<usize>,
        typed: &str,
    ) -> Result<(), PatternError> {
        let pattern = Pattern::new(typed)?;
        let Some(pane) = self.desk.panes.get(&id) else { return Ok(()) };
        let mut chain = pane.chain.clone();
        match at.and_then(|at| chain.terms.get_mut(at)) {
            Some(term) => term.test = pattern.into(),
            None => {
                chain.terms.push(Term::new(kind, pattern));
                chain.off = false;
            }
        }
        self.change_chain(id, chain);
        Ok(())
    }

    /// Adds the parts of a query to a pane's chain, each a term of its own, or puts them in the place of the term at
    /// `at`.
    pub(super) fn put_query(
        &mut self,
        id: PaneId,
        at: Option<usize>,
        typed: &str,
    ) -> Result<(), PatternError> {
        let query = Query::parse(typed)
            .map_err(|error| PatternError { message: error.message, at: Some(error.at) })?;
        let now = self.now.map(|now| self.wall.at(now)).unwrap_or_default();
        let terms = query.parts().into_iter().map(|part| Term::of_part(&part, &now));
        let Some(pane) = self.desk.panes.get(&id) else { return Ok(()) };
        let mut chain = pane.chain.clone();
        match at.filter(|at| *at < chain.terms.len()) {
            Some(at) => {
                let Term { on, said_by, .. } = chain.terms[at].clone();
                let terms = terms.map(|term| Term { on, said_by: said_by.clone(), ..term });
                chain.terms.splice(at..=at, terms);
            }
            None => {
                chain.terms.extend(terms);
                chain.off = false;
            }
        }
        self.change_chain(id, chain);
        Ok(())
    }

    /// Puts a chain in effect; the one before can be taken back.
    pub(super) fn change_chain(&mut self, id: PaneId, chain: Chain) {
        if let Some(pane) = self.desk.panes.get_mut(&id) {
            pane.undo.push(pane.chain.clone());
            if pane.undo.len() > 100 {
                pane.undo.remove(0);
            }
        }
        self.use_chain(id, chain);
    }

    /// Puts a chain in effect. The line that is looked at stays where it is.
    pub(super) fn use_chain(&mut self, id: PaneId, chain: Chain) {
        self.hold_current(id);
        let Some(pane) = self.desk.panes.get_mut(&id) else { return };
        pane.jump = None;
        pane.chain = chain;
        let (filter, all) = pane.folding.filters(&pane.chain);
        let search = pane.search.as_ref().map(|search| (search.sought.clone(), search.back));
        let old: Vec<Kept> = pane
            .strands_mut()
            .flat_map(|strand| [strand.kept.take(), strand.all.take(), strand.errors.take()])
            .flatten()
            .collect();
        for old in old {
            self.stop(&old.tally);
        }
        let (kept, all) = (self.look_in(id, filter.as_ref()), self.look_in(id, all.as_ref()));
        if let Some(pane) = self.desk.panes.get_mut(&id) {
            let found = kept.into_iter().zip(all);
            pane.strands_mut().zip(found).for_each(|(strand, found)| (strand.kept, strand.all) = found);
        }
        let errors = self.errors_in(id);
        if let Some(pane) = self.desk.panes.get_mut(&id) {
            pane.strands_mut().zip(errors).for_each(|(strand, errors)| strand.errors = errors);
        }
        if let Some((sought, back)) = search {
            self.stop_search(id);
            self.start_search(id, sought, back);
        }
        self.locate_eye(id);
    }

    /// Finds by its moment what of other logs stands above the line that is looked at: of lines that were not shown
    /// nobody knew. While that cannot be known it stays as it was.
    fn locate_eye(&mut self, id: PaneId) {
        let Some(Eye::At(anchor)) = self.desk.panes.get(&id).map(|pane| &pane.eye) else { return };
        let located = self.locate(id, anchor.place.log, anchor.place.pos);
        if let (Ok(located), Some(pane)) = (located, self.desk.panes.get_mut(&id))
            && let Eye::At(anchor) = &mut pane.eye
        {
            anchor.place = located;
        }
    }

    /// Holds the eye by the current line while that is in sight, so that it is the one that stays.
    fn hold_current(&mut self, id: PaneId) {
        let Some(pane) = self.desk.panes.get(&id) else { return };
        let (Some(place), Eye::At(anchor)) = (pane.current.clone(), &pane.eye) else { return };
        if anchor.place == place {
            return;
        }
        self.move_eye(id, |lens, eye, height| {
            lens.picture(eye, height).holding(&place).map_or(eye.clone(), Eye::At)
        });
    }
}
