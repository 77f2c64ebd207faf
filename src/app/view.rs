//! A view: what a file is to say of one pane, read off the pane. How it is put on one is known in [`super::word`].

use jiff::tz::TimeZone;

use super::App;
use super::origins::Named;
use super::pane::Pane;
use crate::config::logs::Known;
use crate::config::read_alone;
use crate::config::settings::{LayoutKind, Settings};
use crate::config::workspace::{TermKind, TermPlan, View, write};
use crate::core::filter::{Chain, Kind, Term, Test};

impl App {
    /// What a workspace in a folder will say by itself that has these sources.
    pub(super) fn file_alone(&self, named: &Named, folder: &str) -> Settings {
        let plan = self.space.plan.with(named.origins.clone());
        let text = write(&plan, "", LayoutKind::default(), &self.kept());
        let rules: Vec<&str> =
            self.settings.highlights.iter().filter_map(|rule| rule.name.as_deref()).collect();
        // A zone, a format or a style of another file is as good as any.
        let (zone, sound) = (|_: &str| Some(TimeZone::UTC), |_: &str| Ok(()));
        let known =
            Known { zone: &zone, format: &sound, style: &sound, highlights: &rules, here: &plan.here };
        read_alone(&text, &format!("{folder}/workspace.toml"), &known)
    }

    /// What is to be said of a pane: what is not by itself as it is, neither where the `file` alone is read nor under the
    /// settings of this machine. Where there is no file that says something besides, it is what is shipped.
    pub(super) fn view_of(&self, pane: &Pane, name: &str, file: Option<&Settings>) -> View {
        let (look, folding, shipped) = (&pane.look, &pane.folding, Settings::default());
        let wherever = [file.unwrap_or(&shipped), &self.settings];
        View {
            source: name.to_owned(),
            focus: false,
            filters: self.filters_of(pane, file),
            filters_off: pane.chain.off,
            context: unless(wherever, pane.context, |set| set.context),
            by_line: unless(wherever, folding.by_line, |set| set.by_line),
            fold_tails: folding.tails,
            fold_repeats: folding.repeats,
            wrap: unless(wherever, look.wrap, |set| set.wrap),
            numbers: unless(wherever, look.numbers, |set| set.numbers).filter(|_| pane.merged.is_none()),
            histogram: look.histogram,
            form: unless(wherever, look.way, |set| set.form),
            times: unless(wherever, look.times, |set| set.times),
            hide: pane.hidden.iter().cloned().collect(),
        }
    }

    /// The filter of a pane as it would be planned; none where it comes by itself.
    fn filters_of(&self, pane: &Pane, file: Option<&Settings>) -> Option<Vec<TermPlan>> {
        let source = pane.strand.source;
        let wherever = match file {
            _ if pane.merged.is_some() => vec![Chain::default()],
            Some(file) => vec![self.begins_in(file, source), self.first_chain(source)],
            None => vec![Chain::default(), self.first_chain(source)],
        };
        let terms = terms(&pane.chain);
        wherever.iter().any(|begins| self::terms(begins) != terms).then_some(terms)
    }
}

/// What a pane has of its own, unless it is that wherever it is read.
fn unless<T: PartialEq>(wherever: [&Settings; 2], own: T, set: fn(&Settings) -> T) -> Option<T> {
    wherever.into_iter().any(|settings| set(settings) != own).then_some(own)
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
