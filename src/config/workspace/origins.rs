//! Which of a workspace's sources an open one comes from, looked up: with hundreds of them each is asked for often.

use std::collections::HashMap;

use super::{Origin, pattern};
use crate::core::glob;
use crate::core::text::printable;

/// The sources of a workspace by the names that they give. They are known by their places in its list; where several
/// give one name, the first counts.
#[derive(Default)]
pub struct Origins {
    /// What the layout calls them.
    called: HashMap<String, usize>,
    labels: HashMap<String, usize>,
    written: HashMap<String, usize>,
    /// Paths as they are opened.
    typed: HashMap<String, usize>,
    /// Names in full.
    names: HashMap<String, usize>,
    /// Folders, all below which comes from them; a file is one too.
    folders: HashMap<String, usize>,
    /// Patterns of names.
    globs: Vec<(String, usize)>,
}

impl Origins {
    /// Those of a list.
    pub fn new<'a>(origins: impl IntoIterator<Item = &'a Origin>) -> Origins {
        let mut all = Origins::default();
        for (n, origin) in origins.into_iter().enumerate() {
            all.add(origin, n);
        }
        all
    }

    fn add(&mut self, origin: &Origin, n: usize) {
        let first = |names: &mut HashMap<String, usize>, name: &str| {
            names.entry(name.to_owned()).or_insert(n);
        };
        first(&mut self.called, origin.name());
        origin.log.label.iter().for_each(|label| first(&mut self.labels, label));
        first(&mut self.written, &origin.written);
        if origin.command {
            return first(&mut self.names, &printable(&origin.written));
        }
        let typed = origin.typed();
        let pattern = pattern::pattern(&typed);
        first(&mut self.typed, &typed);
        match typed.as_str() {
            "-" => first(&mut self.names, "stdin"),
            _ if glob::is_pattern(&pattern) => self.globs.push((pattern, n)),
            _ => {
                first(&mut self.folders, pattern.trim_end_matches('/'));
                first(&mut self.names, &pattern);
            }
        }
    }

    /// The one that a source of this full name comes from: that which names just it, or else the first that stands for
    /// it.
    pub fn of(&self, source: &str) -> Option<usize> {
        if let Some(exact) = self.typed.get(source) {
            return Some(*exact);
        }
        let folders = source.match_indices('/').filter_map(|(at, _)| self.folders.get(&source[..at]));
        let named = self.names.get(source).into_iter().chain(folders).min();
        let before = |n: &usize| named.is_none_or(|named| n < named);
        let mut globs = self.globs.iter().filter(|(_, n)| before(n));
        globs.find(|(glob, _)| pattern::matches(glob, source)).map(|(_, n)| n).or(named).copied()
    }

    /// The one that a name in the layout means: by its name, by its label, by what was written, or as one of the files
    /// it stands for.
    pub fn named(&self, name: &str) -> Option<usize> {
        let by = |names: &HashMap<String, usize>| names.get(name).copied();
        by(&self.called).or_else(|| by(&self.labels)).or_else(|| by(&self.written)).or_else(|| self.of(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_looked_up_is_what_is_found_by_trying_all(
            written in proptest::collection::vec("-|(/|w:|~/)?[ab*]{1,2}(/[ab?]{0,2})?(/|/a)?|\\$\\{a\\}/b", 0..6),
            commands in proptest::collection::vec(any::<bool>(), 6),
            source in "stdin|(/|w:)?[ab]{1,2}(/[ab]{0,2}){0,3}",
        ) {
            let origins: Vec<Origin> = written
                .iter()
                .zip(commands)
                .map(|(written, command)| Origin { command, ..Origin::path(written, "") })
                .collect();
            let exact = origins.iter().position(|origin| !origin.command && origin.typed() == source);
            let found = exact.or_else(|| origins.iter().position(|origin| origin.gives(&source)));
            prop_assert_eq!(Origins::new(&origins).of(&source), found, "{:?} {}", written, source);
        }
    }
}
