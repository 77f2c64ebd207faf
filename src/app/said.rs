//! The filters that panes have because files say so, and what becomes of them when these say something else. A term
//! knows which of these filters it is of, whatever has become of it since.

use std::sync::Arc;

use jiff::Zoned;

use super::App;
use super::chain::written;
use super::source::SourceId;
use crate::config::settings::Settings;
use crate::config::workspace::{TermKind, TermPlan};
use crate::core::filter::{Chain, Kind, Term};
use crate::core::pattern::Pattern;
use crate::core::query::Query;

/// By what the filter is known that a plan says of a pane.
const PLANNED: &str = "pane";
/// By what that is known which was asked for at the start.
const STARTED: &str = "start";

/// What one of the filters that files say comes to for a source.
#[derive(Clone)]
pub(super) struct Said {
    /// Which one it is, the same when the files are read again.
    by: Arc<str>,
    terms: Vec<Term>,
}

impl Said {
    fn new(by: &str, terms: impl IntoIterator<Item = Term>) -> Said {
        let by: Arc<str> = by.into();
        let own = |term| Term { said_by: Some(by.clone()), ..term };
        Said { terms: terms.into_iter().map(own).collect(), by }
    }

    /// Its terms.
    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    fn same(&self, other: &Said) -> bool {
        are_alike(&self.terms, &other.terms)
    }
}

/// How a term is written, and whether it is on.
fn as_said(term: &Term) -> (String, bool) {
    (written(term), term.on)
}

/// Whether terms say the same.
fn are_alike(some: &[Term], others: &[Term]) -> bool {
    some.iter().map(as_said).eq(others.iter().map(as_said))
}

impl Chain {
    /// Whether another one says the same.
    pub(super) fn is_like(&self, other: &Chain) -> bool {
        self.off == other.off && are_alike(&self.terms, &other.terms)
    }
}

/// What the settings say of the filter of a source.
fn said(settings: &Settings, source: &str, now: &Zoned) -> Vec<Said> {
    let filters = settings.filters_of(source).into_iter();
    let said = filters.map(|(by, queries)| {
        let parts = queries.into_iter().flat_map(Query::parts);
        Said::new(&by, parts.map(|part| Term::of_part(&part, now)))
    });
    said.collect()
}

impl Said {
    /// The terms of a chain where what was said `before` is said otherwise now; none where that changes nothing in them.
    /// What is said newly comes in only where `open`.
    pub fn exchange(own: &[Term], before: &[Said], after: &[Said], open: bool) -> Option<Vec<Term>> {
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
            // What was put there by hand and is said now is there already.
            let known = |term: &Term| said.terms.iter().map(as_said).any(|said| said == as_said(term));
            terms.retain(|term| term.said_by.is_some() || !known(term));
            let at = terms.iter().position(of(&said.by));
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
}

impl App {
    fn wall_now(&self) -> Zoned {
        self.now.map(|now| self.wall.at(now)).unwrap_or_default()
    }

    /// What a pane of a source keeps at first where no plan says it: what the settings say of the source, and then what
    /// was asked for at the start.
    pub(super) fn begins_with(&self, source: SourceId) -> Vec<Said> {
        let name = self.feeds.get(&source).map(|feed| &feed.source.name);
        let said = name.map(|name| said(&self.settings, name, &self.wall_now())).unwrap_or_default();
        let started = Said::new(STARTED, self.chain.terms.iter().cloned());
        said.into_iter().chain([started].into_iter().filter(|said| !said.terms.is_empty())).collect()
    }

    /// The same as a chain.
    pub(super) fn first_chain(&self, source: SourceId) -> Chain {
        let terms = self.begins_with(source).into_iter().flat_map(|said| said.terms).collect();
        Chain { terms, off: false }
    }

    /// What a file by itself says of the filter of a source.
    pub(super) fn begins_in(&self, file: &Settings, source: SourceId) -> Chain {
        let name = self.feeds.get(&source).map(|feed| feed.source.name.clone()).unwrap_or_default();
        let of = |name: &str| said(file, name, &self.wall_now());
        let said = Some(of(&name)).filter(|said| !said.is_empty());
        let said = said.unwrap_or_else(|| of(&self.whole_name(&name)));
        Chain { terms: said.into_iter().flat_map(|said| said.terms).collect(), off: false }
    }

    /// What a plan says of the filter of a pane. What is none was told when the plan was read.
    pub(super) fn said_by_plan(&self, terms: &[TermPlan]) -> Said {
        let now = self.wall_now();
        let terms = terms.iter().flat_map(|TermPlan { kind, text, on }| {
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
            made.into_iter().map(|term| Term { on: *on, ..term })
        });
        Said::new(PLANNED, terms)
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
        let terms = Said::exchange(&chain, &of(before), &of(after), open)?;
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
