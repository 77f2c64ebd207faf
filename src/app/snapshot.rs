//! The present desk as a workspace: what is followed, and how it stands on the screen.

use std::collections::BTreeSet;

use super::App;
use super::awaited::Awaited;
use super::desk::Tab;
use super::layout::{Node, Split};
use super::origins::Named;
use super::pane::{Pane, PaneId};
use crate::config::settings::LayoutKind;
use crate::config::workspace::{Direction, Part, TabPlan, View, Workspace};

impl App {
    /// The present desk as a plan: what is followed, and how it stands on the screen.
    pub fn snapshot(&self) -> Workspace {
        self.snapshot_in("")
    }

    /// The same with the paths of what lies below a folder meant from there; an empty one is none.
    pub(super) fn snapshot_in(&self, folder: &str) -> Workspace {
        self.snapshot_of(self.origins(folder))
    }

    /// The same with its sources named so; panes of sources that have no name are left out.
    pub(super) fn snapshot_of(&self, named: Named) -> Workspace {
        let variables = self.space.plan.used(&named.origins);
        let all = Awaited::new(&self.space, &named.awaited);
        let usual = all.tabs().next().is_none() && self.is_usual(&named);
        let tabs = if usual { Vec::new() } else { self.plans(&all, &named) };
        let (here, sources) = (self.space.plan.here.clone(), named.origins);
        Workspace { sources, tabs, variables, here }
    }

    /// The tabs as they would be planned, with what is awaited on them in its place.
    fn plans(&self, awaited: &Awaited, named: &Named) -> Vec<TabPlan> {
        let mut plans: Vec<(Option<usize>, TabPlan)> = Vec::new();
        let lacking: Vec<usize> = awaited.tabs().collect();
        let several = self.desk.tabs.len() + lacking.len() > 1;
        let mut stands: BTreeSet<usize> = BTreeSet::new();
        for (n, tab) in self.desk.tabs.iter().enumerate() {
            let front = n == self.desk.front && several;
            let made = self.space.made.iter().position(|made| made.as_ref() == Some(&tab.root));
            let lacks = made.filter(|made| lacking.contains(made));
            let stand = |panes: &[PaneId]| {
                let node = Node::arrange(LayoutKind::Grid, panes)?;
                Some(self.part_of(&node, tab.focus, true, named))
            };
            match lacks.and_then(|made| awaited.plan(made, &stand)) {
                Some(plan) => plans.push((made, TabPlan { front, name: tab.name.clone(), ..plan })),
                None => plans.extend(self.plan_of(tab, front, named).into_iter().map(|plan| (made, plan))),
            }
            stands.extend(made);
        }
        for tab in lacking.into_iter().filter(|tab| !stands.contains(tab)) {
            let Some(plan) = awaited.plan(tab, &|_| None) else { continue };
            // What was laid out by hand meanwhile is left alone: what comes late stands on a tab of its own.
            let after = if awaited.was_made(tab) { usize::MAX } else { tab };
            let before = plans.iter().rposition(|(own, _)| own.is_some_and(|own| own < after));
            plans.insert(before.map_or(0, |before| before + 1), (Some(tab), plan));
        }
        plans.into_iter().map(|(_, plan)| plan).collect()
    }

    /// Whether the desk is one that comes by itself when the sources are opened.
    fn is_usual(&self, named: &Named) -> bool {
        let [tab] = &self.desk.tabs[..] else { return false };
        let panes = tab.root.panes();
        let plain = |id: &PaneId| {
            self.desk.panes.get(id).is_some_and(|pane| {
                let view = self.view_of(pane, "", named.file.as_ref());
                // Here its filter comes by itself; elsewhere only where the file says it.
                let here = named.file.is_none();
                let filters = view.filters.clone().filter(|_| here);
                pane.chain.is_like(&self.first_chain(pane.strand.source))
                    && pane.merged.is_none()
                    && view == View { filters, ..View::default() }
            })
        };
        let order = panes.first() == Some(&tab.focus) && panes.windows(2).all(|pair| pair[0] < pair[1]);
        let single = named.origins.len() - named.awaited.len() == panes.len();
        tab.kind.is_some()
            && tab.name.is_none()
            && !tab.zoom
            && !tab.locked
            && order
            && single
            && panes.iter().all(plain)
    }

    fn plan_of(&self, tab: &Tab, front: bool, named: &Named) -> Vec<TabPlan> {
        let nameless = |id: &PaneId| {
            let pane = self.desk.panes.get(id).filter(|pane| pane.merged.is_none());
            pane.is_some_and(|pane| !named.names.contains_key(&pane.strand.source))
        };
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
            let views = pane.strands().filter_map(|strand| named.names.get(&strand.source).cloned());
            let view = |(n, name): (usize, String)| match n {
                0 => self.view_of(pane, &name, named.file.as_ref()),
                _ => View { source: name, ..View::default() },
            };
            let parts: Vec<(u32, Part)> =
                views.enumerate().map(view).map(|view| (1, Part::Pane(view))).collect();
            let stream = parts.len() > 1;
            let Some((_, first)) = parts.first().cloned() else { continue };
            let root = if stream { Part::Split(Direction::Rows, parts) } else { first };
            let front = front && n == 0 && merged.len() == panes.len();
            plans.push(TabPlan { root, merged: stream, front, zoom: false, locked: false, ..plain.clone() });
        }
        let mut root = Some(tab.root.clone());
        let merged = |id: &PaneId| self.desk.panes.get(id).is_some_and(|pane| pane.merged.is_some());
        for id in panes.iter().filter(|id| merged(id) || nameless(id)) {
            root = root.and_then(|root| root.without(*id));
        }
        if let Some(root) = root {
            let several = root.panes().len() > 1;
            let part = self.part_of(&root, tab.focus, several, named);
            plans.push(TabPlan { root: part, ..plain });
        }
        plans
    }

    fn part_of(&self, node: &Node, focus: PaneId, several: bool, named: &Named) -> Part {
        match node {
            Node::Leaf(id) => {
                let pane = self.desk.panes.get(id);
                let name =
                    pane.and_then(|pane| named.names.get(&pane.strand.source)).cloned().unwrap_or_default();
                let view =
                    pane.map(|pane| self.view_of(pane, &name, named.file.as_ref())).unwrap_or_default();
                Part::Pane(View { source: name, focus: several && *id == focus, ..view })
            }
            Node::Split(way, parts) => {
                let direction = if *way == Split::Below { Direction::Rows } else { Direction::Columns };
                let part =
                    |(weight, node): &(u32, Node)| (*weight, self.part_of(node, focus, several, named));
                Part::Split(direction, parts.iter().map(part).collect())
            }
        }
    }
}
