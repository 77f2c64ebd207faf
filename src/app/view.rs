//! A view: what a file says of one pane. It is put on a pane, and read off it again. Where the pane stands is the plan's
//! matter.

use super::App;
use super::pane::{Pane, PaneId};
use crate::config::settings::Times;
use crate::config::workspace::{TermKind, TermPlan, View};
use crate::core::filter::{Chain, Kind, Term, Test};
use crate::core::form::Way;
use crate::core::pattern::Pattern;
use crate::core::query::Query;

impl App {
    /// Puts on a pane what a view says.
    pub(super) fn furnish(&mut self, id: PaneId, view: &View) {
        let Some(pane) = self.desk.panes.get_mut(&id) else { return };
        let (source, merged) = (pane.strand.source, pane.merged.is_some());
        let folding = pane.folding;
        pane.context = view.context.unwrap_or(pane.context);
        pane.folding.by_line = view.by_line.unwrap_or(pane.folding.by_line);
        (pane.folding.tails, pane.folding.repeats) = (view.fold_tails, view.fold_repeats);
        let refold = folding != pane.folding;
        let look = &mut pane.look;
        look.wrap = view.wrap.unwrap_or(look.wrap);
        look.way = view.form.unwrap_or(look.way);
        look.times = view.times.unwrap_or(look.times);
        look.histogram = view.histogram && !merged;
        look.numbers = view.numbers.unwrap_or(look.numbers) && !merged;
        let numbers = look.numbers;
        pane.hidden = view.hide.iter().cloned().collect();
        pane.relaid();
        let chain = pane.chain.clone();
        match &view.filters {
            Some(terms) => {
                let mut chain = self.planned_chain(terms, view.filters_off);
                if !merged {
                    self.recognise(source, &mut chain);
                }
                self.desk.panes.entry(id).and_modify(|pane| pane.own_filter = true);
                self.use_chain(id, chain);
            }
            None if refold => self.use_chain(id, chain),
            None => {}
        }
        if numbers {
            let near = self.near(id, 0);
            self.number_lines(source, near);
        }
    }

    /// A filter of which terms are planned. What is none was told when the plan was read.
    fn planned_chain(&self, terms: &[TermPlan], off: bool) -> Chain {
        let now = self.now.map(|now| self.wall.at(now)).unwrap_or_default();
        let mut chain = Chain { terms: Vec::new(), off };
        for TermPlan { kind, text, on } in terms {
            let regex = |kind: Kind| Pattern::new(text).ok().map(|pattern| Term::new(kind, pattern));
            let made: Vec<Term> = match kind {
                TermKind::Keep => regex(Kind::Keep).into_iter().collect(),
                TermKind::Drop => regex(Kind::Drop).into_iter().collect(),
                TermKind::Or => regex(Kind::Or).into_iter().collect(),
                TermKind::Query => match Query::parse(text) {
                    Ok(query) => query.parts().iter().map(|part| Term::of_part(part, &now)).collect(),
                    Err(_) => Vec::new(),
                },
            };
            chain.terms.extend(made.into_iter().map(|term| Term { on: *on, ..term }));
        }
        chain
    }

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
        let first = self.feeds.get(&pane.strand.source).map(|feed| self.first_chain(&feed.source.name));
        let comes = first.is_some_and(|first| !first.terms.is_empty()) && pane.merged.is_none();
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
