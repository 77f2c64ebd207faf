//! What is open, as it is to be named again: in a workspace, in a session, on a command line. A thousand sources may be
//! open, so everything is looked up.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::App;
use super::feed::Feed;
use super::pane::Pane;
use super::source::SourceId;
use crate::config::settings::Settings;
use crate::config::workspace::{Origin, Origins};
use crate::core::template;

/// The sources of all panes by the names that they have elsewhere.
#[derive(Default)]
pub(super) struct Named {
    /// What they come from, each once, and what nothing has come of yet.
    pub origins: Vec<Origin>,
    /// Of what nothing has come yet: its place in the plan, or behind that among what was named besides, and what the
    /// layout calls it.
    pub awaited: BTreeMap<usize, String>,
    /// What the layout calls them.
    pub names: BTreeMap<SourceId, String>,
    /// Commands that run more than once, each as often as it does besides. A workspace runs what it names once.
    pub repeated: Vec<Origin>,
    /// How many can be named nowhere.
    pub nameless: usize,
    /// What the file will say by itself into which they are written; none where only this machine will read it.
    pub file: Option<Settings>,
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

    /// What is said of commands that run more than once, if there are some.
    pub fn run_once(&self) -> Option<String> {
        let once = "a workspace runs equal commands once";
        match self.repeated.len() {
            0 => None,
            1 => Some(format!("{once}: 1 pane will show what another one does")),
            n => Some(format!("{once}: {n} panes will show what others do")),
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
        let origins = Origins::new(&self.space.plan, known.iter().copied());
        let open = self.open_sources(&origins);
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
        let mut places: Vec<Option<usize>> = Vec::new();
        let mut named = Named::default();
        for Open { id, feed, full, from: own } in &open {
            let known = own.and_then(|own| known.get(own).copied());
            // What was named is what is written: a glob, a folder, a name with a date.
            let pattern = known.filter(|origin| full.as_ref() != Some(&self.absolute(origin)));
            let several = own.is_some_and(|own| from.get(&own).is_some_and(|count| *count > 1));
            let mut origin = match (pattern, full) {
                // The files of a pattern are named in the layout one by one, as they are called here.
                (Some(origin), _) => self.by_its_pattern(origin, if several { "" } else { folder }),
                (None, Some(full)) => self.by_itself(feed, full, known, folder),
                (None, None) => {
                    named.nameless += 1;
                    continue;
                }
            };
            if pattern.is_none() && origin.name.as_ref().is_some_and(|name| !given.insert(name.clone())) {
                // A name is that of one.
                origin.name = None;
            }
            if origin.name.is_none() && pattern.is_none() && !origin.is_pattern() {
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
                places.push(*own);
            } else if feed.is_command() {
                named.repeated.push(origin);
            }
        }
        for place in self.awaited_places(&known, &origins, &from) {
            let origin = self.by_its_pattern(known[place], folder);
            named.awaited.insert(place, origin.name().to_owned());
            let before = places.iter().rposition(|own| own.is_some_and(|own| own < place));
            let at = before.map_or(0, |before| before + 1);
            named.origins.insert(at, origin);
            places.insert(at, Some(place));
        }
        named
    }

    /// The sources of all panes, and what each of them comes from.
    fn open_sources(&self, origins: &Origins) -> Vec<Open<'_>> {
        let panes = self.desk.panes.values();
        let ids: BTreeSet<SourceId> = panes.flat_map(Pane::strands).map(|strand| strand.source).collect();
        let feeds = ids.into_iter().filter_map(|id| Some((id, self.feeds.get(&id)?)));
        let open = feeds.map(|(id, feed)| {
            let full = self.full_name(feed);
            let from =
                full.as_deref().and_then(|full| origins.of(full)).or_else(|| origins.of(&feed.source.name));
            Open { id, feed, full, from }
        });
        open.collect()
    }

    /// Those of what is known of which nothing is open although nobody has closed it, by their places: folders and
    /// globs without a file. What is known under the same name elsewhere is left to that.
    fn awaited_places(
        &self,
        known: &[&Origin],
        origins: &Origins,
        from: &HashMap<usize, usize>,
    ) -> Vec<usize> {
        let closed = self.space.closed.iter().filter_map(|name| origins.of(name));
        let mut told: HashSet<String> =
            from.keys().copied().chain(closed).map(|place| self.absolute(known[place])).collect();
        let variables = &self.settings.sources.variables;
        let awaits = |place: &usize| {
            known[*place].may_be_empty(variables) && told.insert(self.absolute(known[*place]))
        };
        (0..known.len()).filter(awaits).collect()
    }

    /// What stands for others, named as it was.
    fn by_its_pattern(&self, origin: &Origin, folder: &str) -> Origin {
        let whole = self.absolute(origin);
        let (written, folder) = if origin.command { (whole, String::new()) } else { below(whole, folder) };
        Origin { written, folder, ..origin.clone() }
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

/// A whole path as one from a folder, where it lies below that and can mean the same there; with the folder. What would
/// be something else there (`-`, `~x`, a host, a variable) is the name of a file behind `./`.
fn below(whole: String, folder: &str) -> (String, String) {
    let rest =
        whole.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/')).filter(|_| !folder.is_empty());
    let rest = rest.filter(|rest| !rest.is_empty());
    let written = rest.into_iter().flat_map(|rest| [rest.to_owned(), format!("./{rest}")]);
    match written.into_iter().find(|written| Origin::path(written, folder).typed() == whole) {
        Some(written) => (written, folder.to_owned()),
        None => (whole, String::new()),
    }
}
