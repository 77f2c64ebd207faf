//! The user's highlight rules: what of a line gets which look.
//!
//! A rule knows its look by a number only; which look that is, is the theme's affair. Rules are in order of
//! rank: by priority, then those for whole lines before those for what matches, then as they were given. A
//! rule of higher rank hides those of lower rank where it applies.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::OnceLock;

use super::net::Net;
use super::outline::Outline;
use super::when::When;
use super::{HITS, merge};
use crate::core::pattern::Pattern;
use crate::core::query::amount::Amount;
use crate::core::span::{Class, Span};

/// A rule as it is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// What it looks for.
    pub pattern: Outline,
    /// The look of the whole line.
    pub line: Option<u16>,
    /// The looks of groups, 0 being the whole match; of two over one text the later one counts.
    pub groups: Vec<(usize, u16)>,
    /// It applies to such matches only.
    pub when: Option<When>,
    /// Higher ones hide lower ones.
    pub priority: u64,
}

/// Which rules apply to a source, by their numbers in the order given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Choice {
    /// All of them.
    #[default]
    All,
    /// Those that are set.
    Some(Box<[bool]>),
}

/// What rules make of a line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// The look of the whole line.
    pub line: Option<u16>,
    /// Stretches with looks of their own, in order, not overlapping.
    pub spans: Vec<Span>,
}

/// Rules ready to be used. Their patterns are compiled as lines come that they may match.
#[derive(Debug, Default)]
pub struct Rules {
    /// In order of rank, each with its number.
    rules: Vec<(usize, Rule)>,
    patterns: Vec<Known>,
    net: Net,
}

/// A pattern, and the ranks of the rules that look for it: those that differ by threshold share one.
#[derive(Debug)]
struct Known {
    source: String,
    compiled: OnceLock<Option<Pattern>>,
    ranks: Vec<usize>,
    /// Some of the rules ask for groups.
    grouped: bool,
    /// The rules colour the same groups and no whole lines: of two that apply to a match one is not seen.
    alike: bool,
}

impl Known {
    /// It was read, so it compiles.
    fn pattern(&self) -> Option<&Pattern> {
        self.compiled.get_or_init(|| Pattern::new(&self.source).ok()).as_ref()
    }
}

/// The groups of a match.
type Match = Vec<Option<Range<usize>>>;

impl Choice {
    fn takes(&self, rule: usize) -> bool {
        match self {
            Choice::All => true,
            Choice::Some(chosen) => chosen.get(rule).copied().unwrap_or(false),
        }
    }
}

impl Rules {
    /// Takes rules in the order given.
    pub fn new(rules: Vec<Rule>) -> Rules {
        let mut rules: Vec<(usize, Rule)> = rules.into_iter().enumerate().collect();
        rules.sort_by_key(|(_, rule)| (rule.priority, rule.line.is_none()));
        let mut known: BTreeMap<&str, usize> = BTreeMap::new();
        let (mut outlines, mut patterns): (Vec<&Outline>, Vec<Known>) = (Vec::new(), Vec::new());
        for (rank, (_, rule)) in rules.iter().enumerate() {
            let source = rule.pattern.source();
            let at = *known.entry(source).or_insert(patterns.len());
            if at == patterns.len() {
                outlines.push(&rule.pattern);
                let source = source.to_owned();
                let (grouped, alike) = (false, false);
                patterns.push(Known { source, compiled: OnceLock::new(), ranks: Vec::new(), grouped, alike });
            }
            patterns[at].ranks.push(rank);
        }
        let net = Net::new(&outlines);
        for known in &mut patterns {
            let own = || known.ranks.iter().map(|rank| &rules[*rank].1);
            let coloured = |rule: &Rule| rule.groups.iter().map(|(group, _)| *group).collect::<Vec<_>>();
            let first = own().next().map(coloured);
            known.grouped = own().any(asks_groups);
            known.alike = own().all(|rule| rule.line.is_none() && Some(coloured(rule)) == first);
        }
        Rules { rules, patterns, net }
    }

    /// What the chosen rules make of a shown line.
    pub fn marks(&self, text: &str, choice: &Choice) -> Marks {
        if self.rules.is_empty() {
            return Marks::default();
        }
        let mut applied: Vec<(usize, Vec<Span>)> = Vec::new();
        for at in self.net.candidates(text) {
            self.apply(&self.patterns[at as usize], text, choice, &mut applied);
        }
        applied.sort_by_key(|(rank, _)| *rank);
        let last_line = applied.iter().rposition(|(rank, _)| self.rules[*rank].1.line.is_some());
        let line = last_line.and_then(|at| self.rules[applied[at].0].1.line);
        let seen = &applied[last_line.unwrap_or(0)..];
        let layers: Vec<&[Span]> = seen.iter().map(|(_, spans)| spans.as_slice()).collect();
        Marks { line, spans: merge(&layers) }
    }

    /// Adds what the rules of a pattern find, those of the highest rank first.
    fn apply(&self, known: &Known, text: &str, choice: &Choice, applied: &mut Vec<(usize, Vec<Span>)>) {
        let mut found: Option<Vec<Found>> = None;
        for rank in known.ranks.iter().rev() {
            let (number, rule) = &self.rules[*rank];
            let Some(pattern) = choice.takes(*number).then(|| known.pattern()).flatten() else { continue };
            if rule.groups.is_empty() && rule.when.is_none() {
                if pattern.is_match(text.as_bytes()) {
                    applied.push((*rank, Vec::new()));
                }
                continue;
            }
            let found = found.get_or_insert_with(|| known.find(pattern, text));
            let mut fitting: Vec<&Match> = Vec::new();
            for found in found.iter_mut().filter(|found| !(found.taken && known.alike)) {
                if rule.when.as_ref().is_none_or(|when| found.fits(when, text)) {
                    found.taken = true;
                    fitting.push(&found.groups);
                }
            }
            if !fitting.is_empty() {
                applied.push((*rank, spans(rule, text, &fitting)));
            }
            if known.alike && found.iter().all(|found| found.taken) {
                return;
            }
        }
    }
}

impl Known {
    fn find<'t>(&self, pattern: &Pattern, text: &'t str) -> Vec<Found<'t>> {
        let found = |groups: Match| Found { groups, taken: false, read: None };
        if self.grouped {
            return pattern.find_groups(text.as_bytes(), HITS).into_iter().map(found).collect();
        }
        let whole = pattern.find_all(text.as_bytes(), HITS).into_iter();
        whole.map(|range| found(vec![Some(range)])).collect()
    }
}

/// What a pattern has found, while rules look at it.
struct Found<'t> {
    groups: Match,
    /// A rule applies to it.
    taken: bool,
    /// The number in the group that was asked for last; rules that differ by threshold ask for the same.
    read: Option<(usize, Option<Amount<'t>>)>,
}

impl<'t> Found<'t> {
    fn fits(&mut self, when: &When, text: &'t str) -> bool {
        if self.read.as_ref().is_none_or(|(group, _)| *group != when.group) {
            let captured = self.groups.get(when.group).cloned().flatten().and_then(|range| text.get(range));
            self.read = Some((when.group, captured.and_then(|captured| Amount::read(captured.trim()))));
        }
        self.read.as_ref().and_then(|(_, read)| read.as_ref()).is_some_and(|amount| when.holds(amount))
    }
}

fn asks_groups(rule: &Rule) -> bool {
    rule.groups.iter().any(|(group, _)| *group > 0) || rule.when.as_ref().is_some_and(|when| when.group > 0)
}

/// The stretches of a rule's groups, later groups over earlier ones; those that cut a character in two are
/// left out.
fn spans(rule: &Rule, text: &str, matches: &[&Match]) -> Vec<Span> {
    let mut layers: Vec<Vec<Span>> = vec![Vec::new(); rule.groups.len()];
    for found in matches {
        for ((group, look), layer) in rule.groups.iter().zip(&mut layers) {
            let range = found.get(*group).cloned().flatten().filter(|range| !range.is_empty());
            let range = range.filter(|range| text.get(range.clone()).is_some());
            layer.extend(range.map(|range| Span { range, class: Class::Rule(*look) }));
        }
    }
    merge(&layers.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests;
