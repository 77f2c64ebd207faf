//! Patterns of sources' names, as config files have them: whether one means a source, and which of many do. A pattern is
//! for the last part of a name or, with a `/` or `:` in it, for all of it; `*` and `?` stand for others.

use std::collections::HashMap;

use crate::core::glob;

/// Many patterns. Those that are names are looked up, so that a source is not held against each of hundreds.
#[derive(Clone, Debug, Default)]
pub struct Patterns {
    names: HashMap<String, Vec<usize>>,
    globs: Vec<(usize, String)>,
}

impl Patterns {
    /// These, which are known by their numbers from then on.
    pub fn new<'a>(patterns: impl IntoIterator<Item = &'a str>) -> Patterns {
        let mut new = Patterns::default();
        for (n, pattern) in patterns.into_iter().enumerate() {
            match glob::is_pattern(pattern) {
                true => new.globs.push((n, pattern.to_owned())),
                false => new.names.entry(pattern.to_owned()).or_default().push(n),
            }
        }
        new
    }

    /// Which of them mean a source: their numbers, rising.
    pub fn of(&self, source: &str) -> Vec<usize> {
        let named = |name: &str| self.names.get(name).into_iter().flatten().copied();
        let last = Some(last(source)).filter(|last| *last != source);
        let globs = self.globs.iter().filter(|(_, pattern)| means(pattern, source)).map(|(n, _)| *n);
        let mut all: Vec<usize> =
            named(source).chain(last.into_iter().flat_map(named)).chain(globs).collect();
        all.sort_unstable();
        all
    }
}

/// Whether one of some patterns means a source; none of them mean all.
pub fn any_means(patterns: &[String], source: &str) -> bool {
    patterns.is_empty() || patterns.iter().any(|pattern| means(pattern, source))
}

/// Whether a pattern means a source.
pub fn means(pattern: &str, source: &str) -> bool {
    glob::matches(pattern, source) || (!pattern.contains(['/', ':']) && glob::matches(pattern, last(source)))
}

/// The last part of a source's name.
fn last(source: &str) -> &str {
    source.rsplit(['/', ':']).next().unwrap_or(source)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn many_patterns_mean_what_each_of_them_does(
            patterns in proptest::collection::vec("[ab/:*?]{0,4}", 0..8),
            source in "[ab/:]{0,6}",
        ) {
            let each = patterns.iter().enumerate().filter(|(_, pattern)| means(pattern, &source));
            let each: Vec<usize> = each.map(|(n, _)| n).collect();
            prop_assert_eq!(Patterns::new(patterns.iter().map(String::as_str)).of(&source), each);
        }
    }
}
