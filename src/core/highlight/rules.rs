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
                patterns.push(Known { source, compiled: OnceLock::new(), ranks: Vec::new() });
            }
            patterns[at].ranks.push(rank);
        }
        let net = Net::new(&outlines);
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

    /// Adds what the rules of a pattern find.
    fn apply(&self, known: &Known, text: &str, choice: &Choice, applied: &mut Vec<(usize, Vec<Span>)>) {
        let mut matches: Option<Vec<Match>> = None;
        for rank in &known.ranks {
            let (number, rule) = &self.rules[*rank];
            let Some(pattern) = choice.takes(*number).then(|| known.pattern()).flatten() else { continue };
            if rule.groups.is_empty() && rule.when.is_none() {
                if pattern.is_match(text.as_bytes()) {
                    applied.push((*rank, Vec::new()));
                }
                continue;
            }
            let found =
                matches.get_or_insert_with(|| match known.ranks.iter().any(|rank| self.asks_groups(*rank)) {
                    true => pattern.find_groups(text.as_bytes(), HITS),
                    false => {
                        let whole = pattern.find_all(text.as_bytes(), HITS).into_iter();
                        whole.map(|range| vec![Some(range)]).collect()
                    }
                });
            let fits = |found: &&Match| rule.when.as_ref().is_none_or(|when| fits(when, text, found));
            let mut fitting = found.iter().filter(fits).peekable();
            if fitting.peek().is_some() {
                applied.push((*rank, spans(rule, text, fitting)));
            }
        }
    }

    fn asks_groups(&self, rank: usize) -> bool {
        let rule = &self.rules[rank].1;
        rule.groups.iter().any(|(group, _)| *group > 0)
            || rule.when.as_ref().is_some_and(|when| when.group > 0)
    }
}

fn fits(when: &When, text: &str, found: &Match) -> bool {
    let captured = found.get(when.group).cloned().flatten().and_then(|range| text.get(range));
    captured.is_some_and(|captured| when.holds(captured))
}

/// The stretches of a rule's groups, later groups over earlier ones; those that cut a character in two are
/// left out.
fn spans<'m>(rule: &Rule, text: &str, matches: impl Iterator<Item = &'m Match>) -> Vec<Span> {
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
