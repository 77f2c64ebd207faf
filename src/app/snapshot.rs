//! The present desk as a workspace: what is followed, and how it stands on the screen.

use std::collections::{BTreeMap, BTreeSet};

use super::App;
use super::desk::Tab;
use super::layout::{Node, Split};
use super::pane::{Pane, PaneId};
use super::source::SourceId;
use crate::config::settings::Times;
use crate::config::workspace::{Direction, Origin, Part, TabPlan, TermKind, TermPlan, View, Workspace};
use crate::core::filter::{Chain, Kind, Term, Test};
use crate::core::form::Way;

impl App {
    /// The present desk as a plan: what is followed, and how it stands on the screen.
    pub fn snapshot(&self) -> Workspace {
        self.snapshot_in("")
    }

    /// The same with the paths of what lies below a folder meant from there; an empty one is none.
    pub(super) fn snapshot_in(&self, folder: &str) -> Workspace {
        let (sources, names) = self.origins(folder);
        let mut tabs = Vec::new();
        for (n, tab) in self.desk.tabs.iter().enumerate() {
            let front = n == self.desk.front && self.desk.tabs.len() > 1;
            tabs.extend(self.plan_of(tab, front, &names));
        }
        let usual = self.is_usual(&sources);
        let variables = self.space.plan.used(&sources);
        Workspace { sources, tabs: if usual { Vec::new() } else { tabs }, variables }
    }

    /// Whether the desk is one that comes by itself when the sources are opened.
    fn is_usual(&self, sources: &[Origin]) -> bool {
        let [tab] = &self.desk.tabs[..] else { return false };
        let panes = tab.root.panes();
        let plain = |id: &PaneId| {
            self.desk.panes.get(id).is_some_and(|pane| {
                let first =
                    self.feeds.get(&pane.strand.source).map(|feed| self.first_chain(&feed.source.name));
                let kept = first
                    .is_some_and(|first| terms(&first) == terms(&pane.chain) && first.off == pane.chain.off);
                kept && pane.merged.is_none()
                    && self.view_of(pane, "") == View { filters: self.filters_of(pane), ..View::default() }
            })
        };
        let order = panes.first() == Some(&tab.focus) && panes.windows(2).all(|pair| pair[0] < pair[1]);
        let single = sources.len() == panes.len();
        tab.kind.is_some()
            && tab.name.is_none()
            && !tab.zoom
            && !tab.locked
            && order
            && single
            && panes.iter().all(plain)
    }

    /// What is open, as it is to be named, and what the layout calls each source.
    pub(super) fn origins(&self, folder: &str) -> (Vec<Origin>, BTreeMap<SourceId, String>) {
        let mut origins: Vec<Origin> = Vec::new();
        let mut names = BTreeMap::new();
        let panes = self.desk.panes.values();
        let ids: BTreeSet<SourceId> = panes.flat_map(Pane::strands).map(|strand| strand.source).collect();
        let known = || self.space.plan.sources.iter().chain(&self.space.named);
        let from = |name: &str| -> Option<&Origin> {
            let exact = |origin: &&Origin| !origin.command && origin.typed() == name;
            known().find(exact).or_else(|| known().find(|origin| origin.gives(name)))
        };
        let names_of = |id: &SourceId| self.feeds.get(id).map(|feed| self.whole_name(&feed.source.name));
        for id in &ids {
            let Some(full) = names_of(id) else { continue };
            let mut origin = match from(&full).or_else(|| from(&self.feeds.get(id)?.source.name)) {
                Some(origin) if origin.is_pattern() || origin.command => {
                    let whole = absolute(origin, &self.space.folder);
                    // The files of a pattern are named in the layout one by one, as they are called here.
                    let all = Origin { written: whole.clone(), folder: String::new(), ..origin.clone() };
                    let several = ids.iter().filter_map(names_of).filter(|name| all.gives(name)).count() > 1;
                    let (written, folder) = match origin.command || several {
                        true => (whole, String::new()),
                        false => below(whole, folder),
                    };
                    Origin { written, folder, ..origin.clone() }
                }
                known => {
                    let written = if full == "stdin" { "-".to_owned() } else { full.clone() };
                    let (written, folder) = below(written, folder);
                    Origin { written, folder, ..known.cloned().unwrap_or_default() }
                }
            };
            let alone = ids.iter().filter_map(names_of).filter(|name| origin.gives(name)).count() <= 1;
            if origin.name.is_none() && !origin.is_pattern() {
                // Several sources may have one label; a name is that of one.
                let taken = |name: &str| {
                    origins.iter().chain(known()).any(|other| other.name.as_deref() == Some(name))
                };
                let name = Some(self.name_of(*id)).filter(|name| *name != origin.written && !taken(name));
                origin.name = name;
            }
            let name = if alone { origin.name().to_owned() } else { full };
            names.insert(*id, name);
            if !origins.iter().any(|known| known.written == origin.written && known.command == origin.command)
            {
                origins.push(origin);
            }
        }
        (origins, names)
    }

    fn plan_of(&self, tab: &Tab, front: bool, names: &BTreeMap<SourceId, String>) -> Vec<TabPlan> {
        let panes = tab.root.panes();
        let merged: Vec<&Pane> = panes
            .iter()
            .filter_map(|id| self.desk.panes.get(id))
            .filter(|pane| pane.merged.is_some())
            .collect();
        let plain = TabPlan {
            name: tab.name.clone(),
            root: Part::Split(Direction::Rows, Vec::new()),
            merged: false,
            front,
            zoom: tab.zoom,
            locked: tab.locked,
        };
        let mut plans: Vec<TabPlan> = Vec::new();
        for (n, pane) in merged.iter().enumerate() {
            let views = pane.strands().map(|strand| names.get(&strand.source).cloned().unwrap_or_default());
            let view = |(n, name): (usize, String)| match n {
                0 => self.view_of(pane, &name),
                _ => View { source: name, ..View::default() },
            };
            let parts = views.enumerate().map(view).map(|view| (1, Part::Pane(view))).collect();
            let root = Part::Split(Direction::Rows, parts);
            let front = front && n == 0 && merged.len() == panes.len();
            plans.push(TabPlan { root, merged: true, front, zoom: false, locked: false, ..plain.clone() });
        }
        let mut root = Some(tab.root.clone());
        for id in panes.iter().filter(|id| self.desk.panes.get(id).is_some_and(|pane| pane.merged.is_some()))
        {
            root = root.and_then(|root| root.without(*id));
        }
        if let Some(root) = root {
            let several = root.panes().len() > 1;
            let part = self.part_of(&root, tab.focus, several, names);
            plans.push(TabPlan { root: part, ..plain });
        }
        plans
    }

    fn part_of(&self, node: &Node, focus: PaneId, several: bool, names: &BTreeMap<SourceId, String>) -> Part {
        match node {
            Node::Leaf(id) => {
                let pane = self.desk.panes.get(id);
                let name = pane.and_then(|pane| names.get(&pane.strand.source)).cloned().unwrap_or_default();
                let view = pane.map(|pane| self.view_of(pane, &name)).unwrap_or_default();
                Part::Pane(View { source: name, focus: several && *id == focus, ..view })
            }
            Node::Split(way, parts) => {
                let direction = if *way == Split::Below { Direction::Rows } else { Direction::Columns };
                let part =
                    |(weight, node): &(u32, Node)| (*weight, self.part_of(node, focus, several, names));
                Part::Split(direction, parts.iter().map(part).collect())
            }
        }
    }

    /// What is to be said of a pane: what is not as it is by itself, or as the settings have it.
    pub(super) fn view_of(&self, pane: &Pane, name: &str) -> View {
        let (look, folding, settings) = (&pane.look, &pane.folding, &self.settings);
        let switch = |on: bool, set: bool| (on || set).then_some(on);
        View {
            source: name.to_owned(),
            focus: false,
            filters: self.filters_of(pane),
            filters_off: pane.chain.off,
            context: (pane.context != 0 || settings.context != 0).then_some(pane.context),
            by_line: switch(folding.by_line, settings.by_line),
            fold_tails: folding.tails,
            fold_repeats: folding.repeats,
            wrap: switch(look.wrap, settings.wrap),
            numbers: switch(look.numbers, settings.numbers),
            histogram: look.histogram,
            form: (look.way != Way::default() || settings.form != Way::default()).then_some(look.way),
            times: (look.times != Times::Off || settings.times != Times::Off).then_some(look.times),
            hide: pane.hidden.iter().cloned().collect(),
        }
    }

    /// The filter of a pane as it would be planned; none where there is none and none comes by itself.
    fn filters_of(&self, pane: &Pane) -> Option<Vec<TermPlan>> {
        let first = self.feeds.get(&pane.strand.source).map(|feed| self.first_chain(&feed.source.name));
        let comes = first.is_some_and(|first| !first.terms.is_empty()) && pane.merged.is_none();
        (comes || !pane.chain.terms.is_empty()).then(|| terms(&pane.chain))
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

/// A path of an origin as one that is the same from every folder; `here` is where the program runs.
fn absolute(origin: &Origin, here: &str) -> String {
    match origin.command {
        true => origin.written.clone(),
        false => Origin::path(&origin.typed(), here).typed(),
    }
}

/// The terms of a filter as they are planned.
pub(super) fn terms(chain: &Chain) -> Vec<TermPlan> {
    let plan = |term: &Term| {
        let (kind, text) = match (&term.test, term.kind) {
            (Test::Pattern(pattern), Kind::Keep) => (TermKind::Keep, pattern.source().to_owned()),
            (Test::Pattern(pattern), Kind::Drop) => (TermKind::Drop, pattern.source().to_owned()),
            (Test::Pattern(pattern), Kind::Or) => (TermKind::Or, pattern.source().to_owned()),
            (Test::Query(asked), kind) => (TermKind::Query, asked.query().written(kind != Kind::Drop)),
        };
        TermPlan { kind, text, on: term.on }
    };
    chain.terms.iter().map(plan).collect()
}
