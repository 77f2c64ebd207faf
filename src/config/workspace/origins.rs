//! Which of a workspace's sources an open one comes from, looked up: with hundreds of them each is asked for often.

use std::collections::HashMap;

use regex::Regex;

use super::meant::Meant;
use super::{Origin, Workspace};
use crate::core::text::printable;

/// The sources of a workspace by the names that they give. They are known by their places in its list; where several
/// give one name, the first counts.
#[derive(Clone, Debug, Default)]
pub struct Origins {
    /// What the layout calls them.
    called: HashMap<String, usize>,
    labels: HashMap<String, usize>,
    written: HashMap<String, usize>,
    /// Paths as they are opened.
    typed: HashMap<String, usize>,
    /// Names that are no path's: what is run, standard input.
    single: HashMap<String, Vec<usize>>,
    /// Names of files and of folders, all below which comes from them; which of both they are is not known.
    names: HashMap<String, Vec<usize>>,
    /// Forms of names.
    forms: Vec<(Regex, usize)>,
}

impl Origins {
    /// Those of a list, with variables and the user's own folder as a workspace knows them.
    pub fn new<'a>(plan: &Workspace, origins: impl IntoIterator<Item = &'a Origin>) -> Origins {
        let mut all = Origins::default();
        for (n, origin) in origins.into_iter().enumerate() {
            all.add(origin, &plan.opened(origin).typed(), n);
        }
        all
    }

    fn add(&mut self, origin: &Origin, opened: &str, n: usize) {
        let first = |names: &mut HashMap<String, usize>, name: &str| {
            names.entry(name.to_owned()).or_insert(n);
        };
        first(&mut self.called, origin.name());
        origin.log.label.iter().for_each(|label| first(&mut self.labels, label));
        first(&mut self.written, &origin.written);
        if origin.command {
            return self.single.entry(printable(&origin.written)).or_default().push(n);
        }
        // A file may have the name that could be read as another.
        first(&mut self.typed, &origin.typed());
        first(&mut self.typed, opened);
        // Where a name cannot be shown as it is, sources are known by what is shown, too.
        let shown = Some(printable(opened)).filter(|shown| shown != opened);
        for name in [opened].into_iter().chain(shown.as_deref()) {
            match Meant::by(name) {
                Meant::Only(name) => self.single.entry(name).or_default().push(n),
                Meant::Name(name) => self.names.entry(name).or_default().push(n),
                Meant::Like(form) => self.forms.push((form, n)),
            }
        }
    }

    /// The one that a source of this full name comes from: that which names just it, or else the first that means it.
    pub fn of(&self, source: &str) -> Option<usize> {
        if let Some(exact) = self.typed.get(source) {
            return Some(*exact);
        }
        let named = self.naming(source).min();
        let mut forms = self.forms.iter().filter(|(_, n)| named.is_none_or(|named| *n < named));
        forms.find(|(form, _)| form.is_match(source)).map(|(_, n)| *n).or(named)
    }

    /// All that mean a source of this full name: first the one it comes from, then the others in their order.
    pub fn meaning(&self, source: &str) -> Vec<usize> {
        let Some(first) = self.of(source) else { return Vec::new() };
        let forms = self.forms.iter().filter(|(form, _)| form.is_match(source)).map(|(_, n)| *n);
        let mut all: Vec<usize> = self.naming(source).chain(forms).filter(|n| *n != first).collect();
        all.sort_unstable();
        all.dedup();
        all.insert(0, first);
        all
    }

    /// Those that say the name of a source, or of a folder that it is below.
    fn naming(&self, source: &str) -> impl Iterator<Item = usize> {
        let folders = source.match_indices('/').map(|(at, _)| &source[..at]);
        let names = folders.chain([source]).filter_map(|name| self.names.get(name));
        self.single.get(source).into_iter().chain(names).flatten().copied()
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
            let means = |origin: &Origin| match origin.command {
                true => origin.written == source,
                false => Meant::by(&origin.typed()).means(&source),
            };
            let exact = origins.iter().position(|origin| !origin.command && origin.typed() == source);
            let found = exact.or_else(|| origins.iter().position(means));
            let all = (0..origins.len()).filter(|n| Some(*n) != found && means(&origins[*n]));
            let all: Vec<usize> = found.into_iter().chain(all).collect();
            let looked_up = Origins::new(&Workspace::default(), &origins);
            prop_assert_eq!(looked_up.of(&source), found, "{:?} {}", written, source);
            prop_assert_eq!(looked_up.meaning(&source), all, "{:?} {}", written, source);
        }
    }
}
