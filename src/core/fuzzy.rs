//! Finding names by some of their letters: which of many names a few typed letters mean, the best first.
//!
//! Each word that was typed must be in the name, its letters in their order but not side by side; a word that is
//! whole, begins a part of the name or keeps its letters together counts for more. What is said of a name is searched
//! too, for whole words only: letters strewn over a sentence mean nothing.

use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

/// Most characters of a typed text that count.
const LONGEST: usize = 200;

/// What was typed. Lower case means both cases, a letter without an accent the ones with it, too.
#[derive(Clone, Debug, Default)]
pub struct Needle {
    letters: Pattern,
    words: Pattern,
}

/// How well a name fits; the greater the better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// What is said of it has the words.
    Said(u32),
    /// Its letters fit the whole of it, not its end alone.
    Whole(u32),
    /// Its letters fit.
    Name(u32),
}

/// What names are matched with; it is made once for many of them.
pub struct Eye {
    matcher: Matcher,
    chars: Vec<char>,
}

impl Default for Eye {
    fn default() -> Eye {
        Eye { matcher: Matcher::new(Config::DEFAULT.match_paths()), chars: Vec::new() }
    }
}

impl Needle {
    /// What `typed` looks for.
    pub fn new(typed: &str) -> Needle {
        let typed: String = typed.chars().take(LONGEST).collect();
        let pattern = |kind| Pattern::new(&typed, CaseMatching::Smart, Normalization::Smart, kind);
        Needle { letters: pattern(AtomKind::Fuzzy), words: pattern(AtomKind::Substring) }
    }

    /// Whether it looks for nothing, so that everything fits.
    pub fn is_empty(&self) -> bool {
        self.letters.atoms.is_empty()
    }

    /// How well it fits a name, of which something is said besides; `None` when it does not.
    pub fn fit(&self, name: &str, said: &str, eye: &mut Eye) -> Option<Fit> {
        let own = self.letters.score(Utf32Str::new(name, &mut eye.chars), &mut eye.matcher);
        own.map(Fit::Name).or_else(|| {
            let said = (!said.is_empty()).then(|| Utf32Str::new(said, &mut eye.chars))?;
            self.words.score(said, &mut eye.matcher).map(Fit::Said)
        })
    }

    /// The same where the end of the name, from byte `end` on, is looked at first, and counts for more.
    pub fn fit_end(&self, name: &str, end: usize, said: &str, eye: &mut Eye) -> Option<Fit> {
        let Some(own) = name.get(end..).filter(|_| end > 0) else { return self.fit(name, said, eye) };
        self.fit(own, "", eye).or_else(|| match self.fit(name, said, eye) {
            Some(Fit::Name(score)) => Some(Fit::Whole(score)),
            other => other,
        })
    }

    /// The characters of a name that it found, by their number and in order: in its end, from byte `end` on, where that
    /// fits.
    pub fn letters(&self, name: &str, end: usize, eye: &mut Eye) -> Vec<usize> {
        let (front, own) = name.split_at_checked(end).unwrap_or(("", name));
        let mut found = Vec::new();
        let mut look = |part: &str, found: &mut Vec<u32>| {
            self.letters.indices(Utf32Str::new(part, &mut eye.chars), &mut eye.matcher, found).is_some()
        };
        let before = if look(own, &mut found) { front.chars().count() } else { 0 };
        if before == 0 && !front.is_empty() {
            found.clear();
            look(name, &mut found);
        }
        found.sort_unstable();
        found.dedup();
        found.into_iter().map(|at| before + at as usize).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn best<'a>(typed: &str, names: &[&'a str]) -> Vec<&'a str> {
        let (needle, mut eye) = (Needle::new(typed), Eye::default());
        let fits = |name: &&'a str| Some((needle.fit(name, "", &mut eye)?, *name));
        let mut found: Vec<_> = names.iter().filter_map(fits).collect();
        found.sort_by_key(|(fit, _)| std::cmp::Reverse(*fit));
        found.into_iter().map(|(_, name)| name).collect()
    }

    #[test]
    fn letters_together_and_at_the_beginning_of_parts_come_first() {
        assert_eq!(best("lr", &["slower", "layout rows", "rule"]), ["layout rows", "slower"]);
        assert_eq!(best("sys", &["/var/log/sudo/y/s", "/var/log/syslog"])[0], "/var/log/syslog");
        assert_eq!(best("app err", &["errors/app.log", "app.log"]), ["errors/app.log"]);
    }

    #[test]
    fn case_and_accents_count_where_they_were_typed() {
        assert_eq!(best("readme", &["README.md"]), ["README.md"]);
        assert!(best("readME", &["readme.md"]).is_empty());
        assert_eq!(best("uber", &["über.log"]), ["über.log"]);
        assert!(best("über", &["uber.log"]).is_empty());
    }

    #[test]
    fn a_sentence_is_searched_for_words_and_comes_behind_names() {
        let (needle, mut eye) = (Needle::new("line"), Eye::default());
        let said = needle.fit("numbers", "line numbers", &mut eye);
        assert!(matches!(said, Some(Fit::Said(_))));
        assert!(needle.fit("line-end", "", &mut eye) > said);
        assert_eq!(needle.fit("numbers", "long in eyes", &mut eye), None);
    }

    proptest! {
        #[test]
        fn what_is_found_has_the_letters_in_order(typed in "[abc ]{0,5}", name in "[abcdä /]{0,12}") {
            let (needle, mut eye) = (Needle::new(&typed), Eye::default());
            let words: Vec<&str> = typed.split_whitespace().collect();
            let within = |word: &&str| {
                let mut rest = name.chars().map(|c| if c == 'ä' { 'a' } else { c });
                word.chars().all(|c| rest.any(|other| other == c))
            };
            prop_assert_eq!(needle.fit(&name, "", &mut eye).is_some(), words.iter().all(within));
            for end in 0..=name.len() {
                let fit = needle.fit_end(&name, end, "", &mut eye);
                prop_assert_eq!(fit.is_some(), words.iter().all(within), "whatever its end is");
                let letters = needle.letters(&name, end, &mut eye);
                let count = |part: &str| part.chars().count();
                prop_assert!(letters.iter().all(|at| *at < count(&name)));
                let own = name.get(end..).filter(|_| matches!(fit, Some(Fit::Name(_))));
                prop_assert!(own.is_none_or(|own| letters.iter().all(|at| *at >= count(&name) - count(own))));
            }
        }
    }
}
