//! The user's highlight rules: what of a line gets which look.
//!
//! A rule knows its look by a number only; which look that is, is the theme's affair. Rules are in order of
//! rank: by priority, then those for whole lines before those for what matches, then as they were given. A
//! rule of higher rank hides those of lower rank where it applies.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::OnceLock;

use super::ladder::Ladder;
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

impl Rule {
    /// It needs more than the stretches of whole matches that have text.
    fn asks_groups(&self) -> bool {
        let colours = self.groups.iter().any(|(group, _)| *group > 0 || self.line.is_some());
        colours || self.when.as_ref().is_some_and(|when| when.group > 0)
    }

    /// Whether, of this and another rule for the same pattern, one is not seen where both apply to a match,
    /// and what they ask of its number is comparable.
    fn shadows(&self, other: &Rule) -> bool {
        let coloured = self.groups.iter().map(|(group, _)| group);
        self.line.is_some() == other.line.is_some()
            && coloured.eq(other.groups.iter().map(|(group, _)| group))
            && match (&self.when, &other.when) {
                (None, None) => true,
                (Some(one), Some(two)) => one.alike(two),
                _ => false,
            }
    }
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
    /// In order of rank.
    rules: Vec<Rule>,
    /// The number each rank was given; beside each other, since a source that chose few of many rules has
    /// them all asked for each line.
    numbers: Vec<usize>,
    patterns: Vec<Known>,
    net: Net,
}

/// A pattern, and the rules that look for it.
#[derive(Debug)]
struct Known {
    source: String,
    compiled: OnceLock<Option<Pattern>>,
    /// Rules that colour the same parts of a match and, if at all, judge the same number: of two of them that
    /// apply to a match one is not seen.
    ladders: Vec<Ladder>,
    /// Some of the rules ask for groups, or for matches that have no text.
    grouped: bool,
}

impl Known {
    fn new(source: &str) -> Known {
        Known { source: source.to_owned(), compiled: OnceLock::new(), ladders: Vec::new(), grouped: false }
    }

    /// Takes the rule of a rank that is higher than all before.
    fn add(&mut self, rank: usize, rules: &[Rule]) {
        let rule = &rules[rank];
        self.grouped |= rule.asks_groups();
        let its = |ladder: &Ladder| ladder.any().is_some_and(|any| rules[any].shadows(rule));
        let at = self.ladders.iter().position(its).unwrap_or_else(|| {
            self.ladders.push(Ladder::default());
            self.ladders.len() - 1
        });
        self.ladders[at].push(rank);
    }

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
        let mut numbered: Vec<(usize, Rule)> = rules.into_iter().enumerate().collect();
        numbered.sort_by_key(|(_, rule)| (rule.priority, rule.line.is_none()));
        let (numbers, rules): (Vec<usize>, Vec<Rule>) = numbered.into_iter().unzip();
        let mut known: BTreeMap<&str, usize> = BTreeMap::new();
        let (mut outlines, mut patterns): (Vec<&Outline>, Vec<Known>) = (Vec::new(), Vec::new());
        for (rank, rule) in rules.iter().enumerate() {
            let source = rule.pattern.source();
            let at = *known.entry(source).or_insert(patterns.len());
            if at == patterns.len() {
                outlines.push(&rule.pattern);
                patterns.push(Known::new(source));
            }
            patterns[at].add(rank, &rules);
        }
        let net = Net::new(&outlines);
        Rules { rules, numbers, patterns, net }
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
        let last_line = applied.iter().rposition(|(rank, _)| self.rules[*rank].line.is_some());
        let line = last_line.and_then(|at| self.rules[applied[at].0].line);
        let seen = &applied[last_line.unwrap_or(0)..];
        let layers: Vec<&[Span]> = seen.iter().map(|(_, spans)| spans.as_slice()).collect();
        Marks { line, spans: merge(&layers) }
    }

    /// Adds what the rules of a pattern find.
    fn apply(&self, known: &Known, text: &str, choice: &Choice, applied: &mut Vec<(usize, Vec<Span>)>) {
        let chosen = |rank: usize| choice.takes(self.numbers[rank]);
        let mut found: Option<Vec<Found>> = None;
        for ladder in &known.ladders {
            let Some(top) = ladder.top(chosen) else { continue };
            let Some(pattern) = known.pattern() else { return };
            let Rule { groups, when, .. } = &self.rules[top];
            if groups.is_empty() && when.is_none() {
                if pattern.is_match(text.as_bytes()) {
                    applied.push((top, Vec::new()));
                }
                continue;
            }
            let mut fitting: Vec<(usize, &Match)> = Vec::new();
            for found in found.get_or_insert_with(|| known.find(pattern, text)) {
                let rank = match when {
                    None => Some(top),
                    Some(when) => found.number(when.group, text).and_then(|number| {
                        ladder.meeting(number, |rank| self.rules[rank].when.as_ref(), chosen)
                    }),
                };
                fitting.extend(rank.map(|rank| (rank, &found.groups)));
            }
            fitting.sort_by_key(|(rank, _)| *rank);
            for fitting in fitting.chunk_by(|one, next| one.0 == next.0) {
                let (rank, _) = fitting[0];
                applied.push((rank, spans(&self.rules[rank], text, fitting.iter().map(|(_, found)| *found))));
            }
        }
    }
}

impl Known {
    fn find<'t>(&self, pattern: &Pattern, text: &'t str) -> Vec<Found<'t>> {
        let found = |groups: Match| Found { groups, read: None };
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
    /// The number in the group that was asked for last; most rules ask for the same.
    read: Option<(usize, Option<Amount<'t>>)>,
}

impl<'t> Found<'t> {
    /// The number in a group, if there is one.
    fn number(&mut self, group: usize, text: &'t str) -> Option<&Amount<'t>> {
        if self.read.as_ref().is_none_or(|(read, _)| *read != group) {
            let captured = self.groups.get(group).cloned().flatten().and_then(|range| text.get(range));
            self.read = Some((group, captured.and_then(|captured| Amount::read(captured.trim()))));
        }
        self.read.as_ref().and_then(|(_, read)| read.as_ref())
    }
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
