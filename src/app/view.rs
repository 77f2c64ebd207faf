//! A view: what a file is to say of one pane, read off the pane. How it is put on one is known in [`super::word`].

use super::App;
use super::pane::Pane;
use crate::config::settings::Times;
use crate::config::workspace::{TermKind, TermPlan, View};
use crate::core::filter::{Chain, Kind, Term, Test};
use crate::core::form::Way;

impl App {
    /// What is to be said of a pane: what is not as it is by itself, or as the settings have it.
    pub(super) fn view_of(&self, pane: &Pane, name: &str) -> View {
        let (look, folding, settings) = (&pane.look, &pane.folding, &self.settings);
        let switch = |on: bool, set: bool| (on || set).then_some(on);
        View {
            source: name.to_owned(),
            focus: false,
            filters: self.filters_of(pane),
            filters_off: pane.chain.off,
            context: (pane.context != 0 || settings.context != 0).then_some(pane.context),
            by_line: switch(folding.by_line, settings.by_line),
            fold_tails: folding.tails,
            fold_repeats: folding.repeats,
            wrap: switch(look.wrap, settings.wrap),
            numbers: switch(look.numbers, settings.numbers),
            histogram: look.histogram,
            form: (look.way != Way::default() || settings.form != Way::default()).then_some(look.way),
            times: (look.times != Times::Off || settings.times != Times::Off).then_some(look.times),
            hide: pane.hidden.iter().cloned().collect(),
        }
    }

    /// The filter of a pane as it would be planned; none where there is none and none comes by itself.
    pub(super) fn filters_of(&self, pane: &Pane) -> Option<Vec<TermPlan>> {
        let comes = pane.merged.is_none() && !self.first_chain(pane.strand.source).terms.is_empty();
        (comes || !pane.chain.terms.is_empty()).then(|| terms(&pane.chain))
    }
}

/// The terms of a filter as they are planned.
pub(super) fn terms(chain: &Chain) -> Vec<TermPlan> {
    let plan = |term: &Term| {
        let (kind, text) = match (&term.test, term.kind) {
            (Test::Pattern(pattern), Kind::Keep) => (TermKind::Keep, pattern.source().to_owned()),
            (Test::Pattern(pattern), Kind::Drop) => (TermKind::Drop, pattern.source().to_owned()),
            (Test::Pattern(pattern), Kind::Or) => (TermKind::Or, pattern.source().to_owned()),
            (Test::Query(asked), kind) => (TermKind::Query, asked.query().written(kind != Kind::Drop)),
        };
        TermPlan { kind, text, on: term.on }
    };
    chain.terms.iter().map(plan).collect()
}
