//! The filters that panes have because the config says so, and what becomes of them when it says something else. A term
//! knows which of the config's filters it is of, whatever has become of it since.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Zoned;

use super::App;
use super::chain::written;
use super::pane::PaneId;
use super::source::SourceId;
use crate::config::settings::Settings;
use crate::core::filter::{Chain, Term};
use crate::core::query::Query;

/// What one of the config's filters comes to for a source.
#[derive(Clone)]
pub(super) struct Said {
    /// Which one it is, the same when the config is read again.
    by: Arc<str>,
    terms: Vec<Term>,
}

impl Said {
    fn same(&self, other: &Said) -> bool {
        self.terms.iter().map(written).eq(other.terms.iter().map(written))
    }
}

/// What the settings say of the filter of a source.
fn said(settings: &Settings, source: &str, now: &Zoned) -> Vec<Said> {
    let filters = settings.filters_of(source).into_iter();
    let said = filters.map(|(by, queries)| {
        let by: Arc<str> = by.into();
        let parts = queries.into_iter().flat_map(Query::parts);
        let term = |part| Term { said_by: Some(by.clone()), ..Term::of_part(&part, now) };
        Said { terms: parts.map(term).collect(), by: by.clone() }
    });
    said.collect()
}

/// The terms of a chain where what was said `before` is said otherwise now; none where that changes nothing in them.
/// What is said newly comes in only where `open`.
fn exchange(own: &[Term], before: &[Said], after: &[Said], open: bool) -> Option<Vec<Term>> {
    let of = |by: &Arc<str>| {
        let by = by.clone();
        move |term: &Term| term.said_by.as_ref() == Some(&by)
    };
    let find = |all: &[Said], by: &Arc<str>| all.iter().position(|said| said.by == *by);
    let (mut terms, mut changed) = (own.to_vec(), false);
    for (n, said) in after.iter().enumerate() {
        if find(before, &said.by).is_some_and(|at| before[at].same(said)) {
            continue;
        }
        let at = terms.iter().position(of(&said.by));
        if at.is_none() && !open {
            continue;
        }
        terms.retain(|term| !of(&said.by)(term));
        // Where it stood, or behind what is said before it.
        let behind = |said: &Said| Some(terms.iter().rposition(of(&said.by))? + 1);
        let at = at.or_else(|| after[..n].iter().rev().find_map(behind)).unwrap_or(0);
        terms.splice(at..at, said.terms.iter().cloned());
        changed = true;
    }
    for said in before.iter().filter(|said| find(after, &said.by).is_none()) {
        changed |= terms.iter().any(of(&said.by));
        terms.retain(|term| !of(&said.by)(term));
    }
    changed.then_some(terms)
}

impl App {
    fn said_of(&self, source: &str) -> Vec<Said> {
        let now = self.now.map(|now| self.wall.at(now)).unwrap_or_default();
        said(&self.settings, source, &now)
    }

    /// What a pane of a source keeps at first: what the settings say of the source, and then what was asked for at the
    /// start.
    pub(super) fn first_chain(&self, source: &str) -> Chain {
        let said = self.said_of(source).into_iter().flat_map(|said| said.terms);
        Chain { terms: said.chain(self.chain.terms.iter().cloned()).collect(), off: self.chain.off }
    }

    /// A chain whose terms were remembered: those that the settings say of the source too are of them.
    pub(super) fn recognise(&self, source: SourceId, chain: &mut Chain) {
        let Some(feed) = self.feeds.get(&source) else { return };
        for said in self.said_of(&feed.source.name).into_iter().flat_map(|said| said.terms) {
            let same = |term: &&mut Term| term.said_by.is_none() && written(term) == written(&said);
            if let Some(term) = chain.terms.iter_mut().find(same) {
                term.said_by = said.said_by;
            }
        }
    }

    /// What the settings say of the filter of each source.
    pub(super) fn said(&self) -> BTreeMap<SourceId, Vec<Said>> {
        self.feeds.iter().map(|(id, feed)| (*id, self.said_of(&feed.source.name))).collect()
    }

    /// Puts the filters that the config says now in the place of those that it said before.
    pub(super) fn keep_by(&mut self, before: &BTreeMap<SourceId, Vec<Said>>) {
        let after = self.said();
        let mut changed: Vec<(PaneId, Chain)> = Vec::new();
        for (id, pane) in self.desk.panes.iter().filter(|(_, pane)| pane.merged.is_none()) {
            let source = pane.strand.source;
            let (Some(before), Some(after)) = (before.get(&source), after.get(&source)) else { continue };
            if let Some(terms) = exchange(&pane.chain.terms, before, after, !pane.own_filter) {
                changed.push((*id, Chain { terms, off: pane.chain.off }));
            }
        }
        for (id, chain) in changed {
            self.change_chain(id, chain);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::tests::harness::settings;
    use crate::core::filter::Kind;
    use crate::core::pattern::Pattern;

    fn of(config: &str) -> Vec<Said> {
        said(&settings(config), "app.log", &Zoned::default())
    }

    /// The chain, as written, of a pane with a term of its own that began with `first` when the config goes from `before`
    /// to `after`; nothing where it stays.
    fn goes(first: &str, before: &str, after: &str, open: bool) -> Option<String> {
        let own = Term::new(Kind::Keep, Pattern::new("own").unwrap());
        let chain: Vec<Term> = of(first).into_iter().flat_map(|said| said.terms).chain([own]).collect();
        let terms = exchange(&chain, &of(before), &of(after), open)?;
        Some(terms.iter().map(written).collect::<Vec<_>>().join(" "))
    }

    const A: &str = "[[filter]]\nname = 'a'\nquery = 'a=1'\n";
    const A2: &str = "[[filter]]\nname = 'a'\nquery = 'a=2 x'\n";
    const B: &str = "[[filter]]\nname = 'b'\nquery = 'b=1'\n";
    const LOG: &str = "[logs.'*']\nfilters = ['c=1', 'd=1']\n";

    #[test]
    fn each_filter_is_exchanged_by_itself() {
        let (both, other) = (&format!("{A}{B}"), &format!("{A2}{B}"));
        assert_eq!(goes(both, both, other, true).as_deref(), Some("a=2 x b=1 &own"));
        assert_eq!(goes(both, both, B, true).as_deref(), Some("b=1 &own"));
        assert_eq!(goes(B, both, other, true).as_deref(), Some("a=2 x b=1 &own"), "it was taken out by hand");
        assert_eq!(goes(A, A, &format!("{A}{LOG}"), true).as_deref(), Some("a=1 c=1 d=1 &own"));
        assert_eq!(goes(LOG, LOG, "", true).as_deref(), Some("&own"));
        assert_eq!(goes("", both, &format!("wrap = true\n{both}"), true), None, "it was taken out by hand");
    }

    #[test]
    fn what_was_said_long_ago_goes_when_the_same_filter_changes() {
        assert_eq!(goes(A, A2, "", true).as_deref(), Some("&own"));
        assert_eq!(goes(A, B, A2, true).as_deref(), Some("a=2 x &own"));
        assert_eq!(goes(A, B, "", true), None, "another one says nothing of it");
    }

    #[test]
    fn a_filter_of_the_pane_s_own_takes_nothing_new_in() {
        assert_eq!(goes("", "", A, false), None);
        assert_eq!(goes(A, A, A2, false).as_deref(), Some("a=2 x &own"));
    }
}
