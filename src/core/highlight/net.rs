//! Which of many patterns may match a line, at a cost that hardly grows with their number.
//!
//! What patterns need is looked for all at once, by one automaton for texts; patterns that need no text in
//! particular are matched all at once, by one automaton for patterns. A line is shown to those only that are
//! left. Both automata leave case aside, so they may let through too much but never too little.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::OnceLock;

use aho_corasick::{AhoCorasick, MatchKind};
use regex::bytes::{RegexSet, RegexSetBuilder};

use super::outline::{Outline, rarity};

/// Patterns in one automaton: with more of them the states it passes through become too many to be kept.
const TOGETHER: usize = 32;
/// Bytes such an automaton may take; what does not fit is shown every line.
const SIZE: usize = 8 << 20;

/// Says which patterns may match.
#[derive(Debug, Default)]
pub(super) struct Net {
    texts: Option<AhoCorasick>,
    /// For each text the patterns that are looked at when it is found.
    keyed: Vec<Vec<u32>>,
    /// For each pattern what else must be found, as lists of which one text must be.
    needs: Vec<Vec<Vec<u32>>>,
    /// Patterns that need no text, with the automata for them, made when the first line is seen.
    rest: Vec<u32>,
    sources: Vec<String>,
    sets: OnceLock<Vec<(usize, Option<RegexSet>)>>,
}

impl Net {
    pub fn new(patterns: &[&Outline]) -> Net {
        let mut numbers: BTreeMap<&str, u32> = BTreeMap::new();
        let mut net = Net::default();
        for (number, pattern) in (0..).zip(patterns) {
            let mut lists: Vec<Vec<u32>> = Vec::new();
            let mut key = (0, None);
            for list in pattern.needs() {
                let known = |text| {
                    let next = numbers.len() as u32;
                    *numbers.entry(text).or_insert(next)
                };
                let rare = rarity(list);
                lists.push(list.iter().map(String::as_str).map(known).collect());
                if key.1.is_none() || rare > key.0 {
                    key = (rare, Some(lists.len() - 1));
                }
            }
            net.keyed.resize(numbers.len(), Vec::new());
            match key.1 {
                Some(at) => lists.swap_remove(at).iter().for_each(|text| net.key(*text, number)),
                None => {
                    net.rest.push(number);
                    net.sources.push(pattern.source().to_owned());
                }
            }
            net.needs.push(lists);
        }
        let mut texts = vec![""; numbers.len()];
        numbers.into_iter().for_each(|(text, number)| texts[number as usize] = text);
        let mut searcher = AhoCorasick::builder();
        searcher.match_kind(MatchKind::Standard).ascii_case_insensitive(true);
        // Only more texts than there are numbers for states are refused; then each pattern sees each line.
        match searcher.build(&texts) {
            Ok(searcher) => net.texts = (!texts.is_empty()).then_some(searcher),
            Err(_) => {
                net.rest = (0..).zip(patterns).map(|(number, _)| number).collect();
                net.sources = patterns.iter().map(|pattern| pattern.source().to_owned()).collect();
            }
        }
        net
    }

    fn key(&mut self, text: u32, pattern: u32) {
        let keyed = &mut self.keyed[text as usize];
        if keyed.last() != Some(&pattern) {
            keyed.push(pattern);
        }
    }

    /// The numbers of the patterns that may match `line`, each once, in order.
    pub fn candidates(&self, line: &str) -> Vec<u32> {
        let mut found = self.holding(&folded(line));
        self.matching(line, &mut found);
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Of those that need texts, those that are served.
    fn holding(&self, line: &str) -> Vec<u32> {
        let Some(texts) = &self.texts else { return Vec::new() };
        let mut seen: Vec<u32> = Vec::new();
        let mut last = None;
        for found in texts.find_overlapping_iter(line) {
            let text = found.pattern().as_u32();
            // What repeats itself through a line is one.
            if last.replace(text) != Some(text) {
                seen.push(text);
            }
        }
        seen.sort_unstable();
        seen.dedup();
        let holds = |list: &Vec<u32>| list.iter().any(|text| seen.binary_search(text).is_ok());
        let served = |pattern: &u32| self.needs[*pattern as usize].iter().all(holds);
        seen.iter().flat_map(|text| &self.keyed[*text as usize]).copied().filter(served).collect()
    }

    /// Of the rest, those that match when case is left aside.
    fn matching(&self, line: &str, found: &mut Vec<u32>) {
        for (first, set) in self.sets.get_or_init(|| self.sets()) {
            match set {
                Some(set) => {
                    found.extend(set.matches(line.as_bytes()).iter().map(|at| self.rest[first + at]))
                }
                None => found.extend(self.rest.iter().skip(*first).take(TOGETHER)),
            }
        }
    }

    fn sets(&self) -> Vec<(usize, Option<RegexSet>)> {
        let set = |sources: &[String]| {
            let mut set = RegexSetBuilder::new(sources);
            set.multi_line(true).case_insensitive(true).size_limit(SIZE).dfa_size_limit(SIZE).build().ok()
        };
        let chunks = self.sources.chunks(TOGETHER).enumerate();
        chunks.map(|(at, sources)| (at * TOGETHER, set(sources))).collect()
    }
}

/// The line with the letters beyond ASCII that are `k` and `s` to who does not care for case written so.
fn folded(line: &str) -> Cow<'_, str> {
    const KELVIN: char = '\u{212a}';
    const LONG_S: char = '\u{17f}';
    if line.is_ascii() || !line.contains([KELVIN, LONG_S]) {
        return Cow::Borrowed(line);
    }
    let plain = |letter| match letter {
        KELVIN => 'k',
        LONG_S => 's',
        other => other,
    };
    Cow::Owned(line.chars().map(plain).collect())
}
