//! The filter chain of a pane: growing it, taking back, switching it off.

use super::App;
use super::command::Call;
use super::eye::Eye;
use super::pane::PaneId;
use super::panel::Panel;
use super::prompt::{Prompt, Purpose};
use super::reader::Reader;
use crate::core::filter::{Chain, Kind, Term};
use crate::core::pattern::{Pattern, PatternError};

/// How a kind of term is written.
pub fn sign(kind: Kind) -> &'static str {
    match kind {
        Kind::Keep => "&",
        Kind::Drop => "!",
        Kind::Or => "+",
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
        return app.messages.note("there is no filter; & keeps lines, ! drops lines");
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
            Some(term) => term.pattern = pattern,
            None => {
                chain.terms.push(Term { kind, pattern, on: true });
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
        let near = self.near(id);
        let Some(pane) = self.desk.panes.get_mut(&id) else { return };
        pane.jump = None;
        pane.chain = chain;
        let (source, filter, old) = (pane.source, pane.chain.filter(), pane.kept.take());
        let search = pane.search.as_ref().map(|search| (search.pattern.clone(), search.back));
        if let Some(old) = old {
            self.stop(&old.tally);
        }
        let kept = filter.and_then(|filter| self.look_for(source, filter, near));
        if let Some(pane) = self.desk.panes.get_mut(&id) {
            pane.kept = kept;
        }
        if let Some((pattern, back)) = search {
            self.stop_search(id);
            self.start_search(id, pattern, back);
        }
    }

    /// Holds the eye by the current line while that is in sight, so that it is the one that stays.
    fn hold_current(&mut self, id: PaneId) {
        let Some(pane) = self.desk.panes.get(&id) else { return };
        let (Some(pos), Eye::At(anchor)) = (pane.current, pane.eye) else { return };
        if anchor.pos == pos {
            return;
        }
        self.move_eye(id, |lens, eye, height| lens.picture(eye, height).holding(pos).map_or(*eye, Eye::At));
    }
}
