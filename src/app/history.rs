//! What was typed before, kind by kind: bounded, each line once, the newest last.

use std::collections::{BTreeMap, BTreeSet};

/// Most lines of a kind.
const MOST: usize = 200;

/// What was typed into prompts (by their sign: `:`, `/`, `&`, `filter`, `t`, `save`), what was opened (`open`) and
/// chosen in the palette (`palette`). Plain data, to be kept and brought back by whoever keeps sessions; answers to
/// questions of hosts are never in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Histories {
    lines: BTreeMap<String, Vec<String>>,
    /// Those that nobody has typed as they are, with the words of logs in them. They are not kept.
    taken: BTreeMap<String, BTreeSet<String>>,
}

impl Histories {
    /// Remembers a line, unless it has a password in it.
    pub fn add(&mut self, kind: &str, line: &str) {
        if has_password(line) {
            return;
        }
        let lines = self.lines.entry(kind.to_owned()).or_default();
        lines.retain(|old| old != line);
        lines.push(line.to_owned());
        if lines.len() > MOST {
            lines.remove(0);
        }
    }

    /// Remembers a line with words of a log in it as if it had been typed, but only here: it is never kept.
    pub fn take(&mut self, kind: &str, line: &str, words: BTreeSet<String>) {
        if self.is_taken(line) || !self.newest(kind).any(|old| old == line) {
            self.taken.entry(line.to_owned()).or_default().extend(words);
        }
        self.add(kind, line);
    }

    /// Whether a line has words of a log in it that nobody has typed.
    pub fn is_taken(&self, line: &str) -> bool {
        self.taken.contains_key(line)
    }

    /// The words of logs that came into a text with lines that are remembered.
    pub fn words_of_logs(&self, text: &str) -> BTreeSet<String> {
        let words = self.taken.values().flatten().filter(|word| text.contains(&***word));
        words.cloned().collect()
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

    /// What is to be kept, kind by kind, the newest last: everything that was typed.
    pub fn kept(&self) -> BTreeMap<String, Vec<String>> {
        let typed = |lines: &Vec<String>| lines.iter().filter(|line| !self.is_taken(line)).cloned().collect();
        self.lines.iter().map(|(kind, lines)| (kind.clone(), typed(lines))).collect()
    }

    /// Puts what was kept before in front of what there is.
    pub fn recall(&mut self, kept: BTreeMap<String, Vec<String>>) {
        let own = std::mem::take(&mut self.lines);
        for (kind, lines) in kept.into_iter().chain(own) {
            lines.iter().for_each(|line| self.add(&kind, line));
        }
    }
}

/// Whether there is a `user:password@` in a line.
fn has_password(line: &str) -> bool {
    let words = line.split(|c: char| c.is_whitespace() || matches!(c, '/' | '"' | '\'' | '='));
    let password = |word: &str| {
        let user = word.rsplit_once('@').and_then(|(user, _)| user.split_once(':'));
        user.is_some_and(|(user, password)| !user.is_empty() && !password.is_empty())
    };
    words.into_iter().any(password)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_with_a_password_are_not_kept() {
        let mut histories = Histories::default();
        let secret =
            ["open ssh://bob:s3cret@127.0.0.1:1/x", "bob:s3cret@web1:/x", "open -- curl 'http://a:b@c/d'"];
        secret.iter().for_each(|line| histories.add(":", line));
        let kept =
            BTreeMap::from([(":".to_owned(), vec![secret[0].to_owned(), "open bob@web1:/x@y".to_owned()])]);
        histories.recall(kept);
        for line in ["10:15", "a@b", "web1:/var/a@b", "ssh://bob@web1:22/x"] {
            histories.add(":", line);
        }
        let lines: Vec<&str> = histories.newest(":").collect();
        assert_eq!(lines, ["ssh://bob@web1:22/x", "web1:/var/a@b", "a@b", "10:15", "open bob@web1:/x@y"]);
    }

    #[test]
    fn lines_are_kept_once_and_bounded_and_go_on_from_what_was_typed() {
        let mut histories = Histories::default();
        for n in 0..300 {
            histories.add(":", &format!("line {n}"));
        }
        histories.add(":", "wrap");
        histories.add(":", "line 290");
        assert_eq!(histories.kept()[":"].len(), MOST);
        assert_eq!(histories.nth(":", "", 0).as_deref(), Some("line 290"));
        assert_eq!(histories.nth(":", "w", 0).as_deref(), Some("wrap"));
        assert_eq!(histories.nth(":", "line 29", 1).as_deref(), Some("line 299"));
        assert_eq!(histories.nth(":", "wrap", 0), None);
    }

    #[test]
    fn words_of_a_log_are_there_but_not_kept_unless_somebody_has_typed_them_before() {
        let mut histories = Histories::default();
        histories.add("/", "mine");
        let word = |word: &str| BTreeSet::from([word.to_owned()]);
        histories.take("/", "mine", word("mine"));
        histories.take("/", "secret", word("secret"));
        // Brought back, it is still no text of the user's own.
        histories.add("/", "secret");
        histories.take("/", "no secret", word("secret"));
        assert_eq!(histories.newest("/").collect::<Vec<_>>(), ["no secret", "secret", "mine"]);
        assert_eq!(histories.kept()["/"], ["mine"]);
        assert!(histories.is_taken("secret") && !histories.is_taken("mine"));
        assert_eq!(histories.words_of_logs("!secret|mine"), word("secret"));
    }

    #[test]
    fn what_was_kept_stands_before_what_is_new() {
        let mut histories = Histories::default();
        histories.add("/", "new");
        histories.recall(BTreeMap::from([("/".to_owned(), vec!["old".to_owned(), "new".to_owned()])]));
        assert_eq!(histories.newest("/").collect::<Vec<_>>(), ["new", "old"]);
    }
}
