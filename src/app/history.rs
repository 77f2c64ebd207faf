//! What was typed before, kind by kind: bounded, each line once, the newest last.

use std::collections::BTreeMap;

/// Most lines of a kind.
const MOST: usize = 200;

/// What was typed into prompts (by their sign: `:`, `/`, `&`, `filter`, `t`, `save`), what was opened (`open`) and
/// chosen in the palette (`palette`). Plain data, to be kept and brought back by whoever keeps sessions; answers to
/// questions of hosts are never in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Histories {
    lines: BTreeMap<String, Vec<String>>,
}

impl Histories {
    /// Remembers a line.
    pub fn add(&mut self, kind: &str, line: &str) {
        let lines = self.lines.entry(kind.to_owned()).or_default();
        lines.retain(|old| old != line);
        lines.push(line.to_owned());
        if lines.len() > MOST {
            lines.remove(0);
        }
    }

    /// The lines of a kind, the newest first.
    pub fn newest(&self, kind: &str) -> impl Iterator<Item = &str> {
        self.lines.get(kind).into_iter().flat_map(|lines| lines.iter().rev().map(String::as_str))
    }

    /// The newest line.
    pub fn last(&self, kind: &str) -> Option<String> {
        self.newest(kind).next().map(str::to_owned)
    }

    /// Of the lines that go on from `start`, the one `back` before the newest.
    pub fn nth(&self, kind: &str, start: &str, back: usize) -> Option<String> {
        let mut lines = self.newest(kind).filter(|line| line.starts_with(start) && *line != start);
        lines.nth(back).map(str::to_owned)
    }

    /// Everything, kind by kind, the newest last.
    pub fn lines(&self) -> &BTreeMap<String, Vec<String>> {
        &self.lines
    }

    /// Puts what was kept before in front of what there is.
    pub fn recall(&mut self, kept: BTreeMap<String, Vec<String>>) {
        let own = std::mem::take(&mut self.lines);
        for (kind, lines) in kept.into_iter().chain(own) {
            lines.iter().for_each(|line| self.add(&kind, line));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_kept_once_and_bounded_and_go_on_from_what_was_typed() {
        let mut histories = Histories::default();
        for n in 0..300 {
            histories.add(":", &format!("line {n}"));
        }
        histories.add(":", "wrap");
        histories.add(":", "line 290");
        assert_eq!(histories.lines()[":"].len(), MOST);
        assert_eq!(histories.nth(":", "", 0).as_deref(), Some("line 290"));
        assert_eq!(histories.nth(":", "w", 0).as_deref(), Some("wrap"));
        assert_eq!(histories.nth(":", "line 29", 1).as_deref(), Some("line 299"));
        assert_eq!(histories.nth(":", "wrap", 0), None);
    }

    #[test]
    fn what_was_kept_stands_before_what_is_new() {
        let mut histories = Histories::default();
        histories.add("/", "new");
        histories.recall(BTreeMap::from([("/".to_owned(), vec!["old".to_owned(), "new".to_owned()])]));
        assert_eq!(histories.newest("/").collect::<Vec<_>>(), ["new", "old"]);
    }
}
