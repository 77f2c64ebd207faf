//! The filter panel: the terms of a chain as a list, to edit, reorder, switch and delete.

use super::App;
use super::chain::written;
use super::command::{self, Run};
use super::key::{Code, Key};
use super::layer::{Flow, Layer, piece};
use super::pane::PaneId;
use super::popup;
use super::pressed::Does;
use super::prompt::{Prompt, Purpose};
use super::reader::Reader;
use super::screen::{Piece, Screen, Tone};
use crate::config::keymap::{Context, Found};
use crate::core::filter::{Chain, Term, Test};

/// The terms of a pane's filter.
pub struct Panel {
    pane: PaneId,
    selected: usize,
}

impl Panel {
    /// The panel of a pane.
    pub fn new(pane: PaneId) -> Panel {
        Panel { pane, selected: 0 }
    }

    fn chain<'a>(&self, app: &'a App) -> Option<&'a Chain> {
        app.desk.panes.get(&self.pane).map(|pane| &pane.chain)
    }

    fn change(&self, app: &mut App, change: impl FnOnce(&mut Vec<Term>)) {
        let Some(mut chain) = self.chain(app).cloned() else { return };
        if self.selected < chain.terms.len() {
            change(&mut chain.terms);
            app.change_chain(self.pane, chain);
        }
    }

    pub(super) fn edit(&mut self, app: &mut App) {
        let Some(term) = self.chain(app).and_then(|chain| chain.terms.get(self.selected)) else { return };
        let purpose = Purpose::Term { pane: self.pane, kind: term.kind, at: Some(self.selected) };
        let prompt = match &term.test {
            Test::Pattern(pattern) => Prompt::new(purpose, pattern.source()),
            Test::Query(_) => {
                Prompt::new(Purpose::Query { pane: self.pane, at: self.selected }, &written(term))
            }
        };
        app.open(prompt);
    }

    pub(super) fn switch(&mut self, app: &mut App) {
        let at = self.selected;
        self.change(app, |terms| terms[at].on = !terms[at].on);
    }

    pub(super) fn delete(&mut self, app: &mut App) {
        let at = self.selected;
        self.change(app, |terms| {
            terms.remove(at);
        });
        let left = self.chain(app).map_or(0, |chain| chain.terms.len());
        self.selected = at.min(left.saturating_sub(1));
    }

    pub(super) fn later(&mut self, app: &mut App) {
        let at = self.selected;
        if self.chain(app).is_some_and(|chain| at + 1 < chain.terms.len()) {
            self.change(app, |terms| terms.swap(at, at + 1));
            self.selected += 1;
        }
    }

    pub(super) fn earlier(&mut self, app: &mut App) {
        let at = self.selected;
        if at > 0 {
            self.change(app, |terms| terms.swap(at, at - 1));
            self.selected -= 1;
        }
    }
}

/// What can be done in it.
const DOES: [Does; 6] = [
    (&["term-edit"], "edit"),
    (&["term-switch"], "on/off"),
    (&["term-later", "term-earlier"], "move"),
    (&["term-delete"], "delete"),
    (&["filter-panel"], "source"),
    (&["quit"], "close"),
];

impl Layer for Panel {
    fn key(&mut self, key: Key, app: &mut App) -> Flow {
        let name = match app.keymap.find(&[Context::Panel, Context::Normal], &[key]) {
            Found::Binding { binding, .. } => binding.command.clone(),
            _ => String::new(),
        };
        let last = self.chain(app).map_or(0, |chain| chain.terms.len()).saturating_sub(1);
        match name.as_str() {
            "down" => self.selected = (self.selected + 1).min(last),
            "up" => self.selected = self.selected.saturating_sub(1),
            "top" => self.selected = 0,
            "bottom" => self.selected = last,
            "quit" | "escape" => return Flow::Close,
            "filter-panel" => {
                app.open(Reader::info(self.pane));
                return Flow::Close;
            }
            // What changes the filter works here as it does in the pane.
            "keep" | "drop" | "or" | "undo" | "toggle-filter" => return Flow::Passed,
            _ if key.code == Code::Esc => return Flow::Close,
            _ => {
                if let Some(Run::Panel(run)) = command::named(&name).map(|command| command.run) {
                    run(self, app);
                }
            }
        }
        let empty = self.chain(app).is_none_or(|chain| chain.terms.is_empty());
        if empty { Flow::Close } else { Flow::Taken }
    }

    fn wheel(&mut self, up: bool, app: &mut App) {
        let last = self.chain(app).map_or(0, |chain| chain.terms.len()).saturating_sub(1);
        self.selected = if up { self.selected.saturating_sub(1) } else { (self.selected + 1).min(last) };
    }

    fn press(&mut self, row: usize, _: usize, app: &mut App) -> Flow {
        let terms = self.chain(app).map_or(0, |chain| chain.terms.len());
        let page = popup::rows_in(app.size).max(1);
        let at = (self.selected + 1).saturating_sub(page) + row;
        if at == self.selected {
            self.edit(app);
        } else if at < terms {
            self.selected = at;
        }
        Flow::Taken
    }

    fn draw(&self, app: &App, screen: &mut Screen) {
        let Some(chain) = self.chain(app) else { return };
        let page = popup::rows_in(screen.size).max(1);
        let selected = self.selected.min(chain.terms.len().saturating_sub(1));
        let top = (selected + 1).saturating_sub(page);
        let rows = chain.terms.iter().skip(top).take(page).map(|term| row(chain, term)).collect();
        let footer = app.keys_said(Context::Panel, &DOES);
        let by_line = app.desk.panes.get(&self.pane).is_some_and(|pane| pane.folding.judges_lines());
        let title = if by_line { "filter of single lines" } else { "filter of whole records" };
        popup::middle(screen, title, rows, Some(selected - top), &footer);
    }

    fn hints(&self, app: &App) -> Vec<(String, String)> {
        app.keys_in(Context::Panel, &DOES)
    }
}

fn row(chain: &Chain, term: &Term) -> Vec<Piece> {
    let on = term.on && !chain.off;
    let tone = if on { Tone::Filter } else { Tone::Off };
    let state = match (term.on, chain.off) {
        (false, _) => "  off",
        (true, true) => "  (all off)",
        (true, false) => "",
    };
    vec![piece(written(term), tone), piece(state, Tone::Faint)]
}
