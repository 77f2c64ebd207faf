//! What is open, as it is to be named again: in a workspace, in a session, on a command line. A thousand sources may be
//! open, so everything is looked up.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::App;
use super::feed::Feed;
use super::pane::Pane;
use super::source::SourceId;
use crate::config::workspace::{Origin, Origins};
use crate::core::template;

/// The sources of all panes by the names that they have elsewhere.
#[derive(Default)]
pub(super) struct Named {
    /// What they come from, each once.
    pub origins: Vec<Origin>,
    /// What the layout calls them.
    pub names: BTreeMap<SourceId, String>,
    /// How many can be named nowhere.
    pub nameless: usize,
}

impl Named {
    /// What is said of those that can be named nowhere, if there are some.
    pub fn left_out(&self) -> Option<String> {
        match self.nameless {
            0 => None,
            1 => Some("1 file is left out: its name is no UTF-8".to_owned()),
            n => Some(format!("{n} files are left out: their names are no UTF-8")),
        }
    }
}

/// What a source comes from, and what it can be named by.
struct Open<'a> {
    id: SourceId,
    feed: &'a Feed,
    /// The name in full, from whatever folder it is looked at; none where it is no text.
    full: Option<String>,
    /// Which of what was named it comes from.
    from: Option<usize>,
}

impl App {
    /// What is open, as it is to be named where paths below a folder are meant from there; an empty one is none.
    pub(super) fn origins(&self, folder: &str) -> Named {
        let known: Vec<&Origin> = self.space.plan.sources.iter().chain(&self.space.named).collect();
        let open = self.open_sources(&known);
        let mut count: HashMap<&str, usize> = HashMap::new();
        let mut from: HashMap<usize, usize> = HashMap::new();
        for one in &open {
            *count.entry(one.full.as_deref().unwrap_or_default()).or_default() += 1;
            one.from.into_iter().for_each(|known| *from.entry(known).or_default() += 1);
        }
        let short = self.names_of_all();
        let mut taken: HashSet<String> = known.iter().filter_map(|origin| origin.name.clone()).collect();
        let mut given: HashSet<String> = HashSet::new();
        let mut written: HashSet<(bool, String)> = HashSet::new();
        let mut named = Named::default();
        for Open { id, feed, full, from: own } in &open {
            let known = own.and_then(|own| known.get(own).copied());
            let pattern = known.filter(|origin| origin.is_pattern() || origin.command);
            let pattern = pattern.filter(|origin| full.as_ref() != Some(&self.absolute(origin)));
            let several = own.is_some_and(|own| from.get(&own).is_some_and(|count| *count > 1));
            let mut origin = match (pattern, full) {
                (Some(origin), _) => {
                    let whole = self.absolute(origin);
                    // The files of a pattern are named in the layout one by one, as they are called here.
                    let (written, folder) = match origin.command || several {
                        true => (whole, String::new()),
                        false => below(whole, folder),
                    };
                    Origin { written, folder, ..origin.clone() }
                }
                (None, Some(full)) => self.by_itself(feed, full, known, folder),
                (None, None) => {
                    named.nameless += 1;
                    continue;
                }
            };
            if pattern.is_none() && origin.name.as_ref().is_some_and(|name| !given.insert(name.clone())) {
                // The files of a folder that has a name are not all called so.
                origin.name = None;
            }
            if origin.name.is_none() && !origin.is_pattern() {
                // Several sources may have one label; a name is that of one.
                let name = short.get(id).filter(|name| **name != origin.written && !taken.contains(*name));
                origin.name = name.cloned();
                taken.extend(origin.name.clone());
            }
            let alone = match pattern {
                Some(_) => !several,
                None => {
                    full.as_ref().is_none_or(|full| count.get(full.as_str()).is_none_or(|count| *count <= 1))
                }
            };
            let name = if alone { Some(origin.name().to_owned()) } else { full.clone() };
            named.names.extend(name.map(|name| (*id, name)));
            if written.insert((origin.command, origin.written.clone())) {
                named.origins.push(origin);
            }
        }
        named
    }

    /// The sources of all panes, and what each of them comes from.
    fn open_sources(&self, known: &[&Origin]) -> Vec<Open<'_>> {
        let origins = Origins::new(&self.space.plan, known.iter().copied());
        let panes = self.desk.panes.values();
        let ids: BTreeSet<SourceId> = panes.flat_map(Pane::strands).map(|strand| strand.source).collect();
        let feeds = ids.into_iter().filter_map(|id| Some((id, self.feeds.get(&id)?)));
        let open = feeds.map(|(id, feed)| {
            let full = feed
                .opens()
                .map(|name| if feed.is_command() { name.to_owned() } else { self.whole_name(name) });
            let from =
                full.as_deref().and_then(|full| origins.of(full)).or_else(|| origins.of(&feed.source.name));
            Open { id, feed, full, from }
        });
        open.collect()
    }

    /// A source that is named by its own name.
    fn by_itself(&self, feed: &Feed, full: &str, known: Option<&Origin>, folder: &str) -> Origin {
        let said = known.cloned().unwrap_or_default();
        if feed.is_command() {
            return Origin { written: full.to_owned(), command: true, folder: String::new(), ..said };
        }
        let whole = if full == "stdin" { "-".to_owned() } else { template::escaped(full) };
        let (written, folder) = below(whole, folder);
        Origin { written, folder, command: false, ..said }
    }

    /// What an origin is written as from every folder.
    fn absolute(&self, origin: &Origin) -> String {
        match origin.command {
            true => origin.written.clone(),
            false => Origin::path(&origin.typed(), &self.space.folder).typed(),
        }
    }
}

/// A whole path as one from a folder, where it lies below that and means the same there; with the folder.
fn below(whole: String, folder: &str) -> (String, String) {
    let rest =
        whole.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/')).filter(|_| !folder.is_empty());
    match rest.filter(|rest| !rest.is_empty() && Origin::path(rest, folder).typed() == whole) {
        Some(rest) => (rest.to_owned(), folder.to_owned()),
        None => (whole, String::new()),
    }
}
