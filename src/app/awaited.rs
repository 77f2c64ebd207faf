//! Where the plan has panes of which nothing has come yet, so that a desk that is saved keeps their places. It knows
//! nothing of what is open but which panes stand where.

use std::collections::BTreeMap;

use super::pane::PaneId;
use super::space::Space;
use crate::config::workspace::{Direction, Part, TabPlan, View};

/// The leaves of a plan that stand for globs and folders without a file.
pub(super) struct Awaited<'a> {
    space: &'a Space,
    /// By their numbers.
    leaves: BTreeMap<usize, View>,
}

/// What stands for the panes of a leaf on the screen.
pub(super) type Stand<'a> = &'a dyn Fn(&[PaneId]) -> Option<Part>;

impl<'a> Awaited<'a> {
    /// Those of the sources of the plan that are called so, by their places.
    pub fn new(space: &'a Space, called: &BTreeMap<usize, String>) -> Awaited<'a> {
        let (plan, planned) = (&space.plan, &space.planned);
        let leaf = |leaf: usize| {
            let (view, place) = (planned.view(leaf)?, planned.origin(leaf)?);
            let (name, origin) = (called.get(&place)?, plan.sources.get(place)?);
            // One file of a glob is named as it is.
            let by = [Some(origin.name()), origin.log.label.as_deref(), Some(&*origin.written)];
            let whole = by.contains(&Some(&*view.source));
            let source = if whole { name } else { &view.source };
            Some((leaf, View { source: source.clone(), focus: false, ..view.clone() }))
        };
        let all = planned.of_tab(plan.tabs.len().saturating_sub(1)).end;
        Awaited { space, leaves: (0..all).filter_map(leaf).collect() }
    }

    /// The tabs of the plan that lack something.
    pub fn tabs(&self) -> impl Iterator<Item = usize> {
        (0..self.space.plan.tabs.len()).filter(|tab| self.lacks(*tab))
    }

    /// Whether there was anything of a tab on the screen.
    pub fn was_made(&self, tab: usize) -> bool {
        self.space.made.get(tab).is_some_and(Option::is_some)
    }

    fn lacks(&self, tab: usize) -> bool {
        self.leaves.range(self.space.planned.of_tab(tab)).next().is_some()
    }

    /// A tab of the plan with what it lacks; what is there of it stands as it is said.
    pub fn plan(&self, tab: usize, stand: Stand) -> Option<TabPlan> {
        let plan = self.space.plan.tabs.get(tab)?;
        let mut leaf = self.space.planned.of_tab(tab).start;
        let root = self.part(&plan.root, &mut leaf, stand)?;
        if !plan.merged {
            return Some(TabPlan { root, front: false, ..plan.clone() });
        }
        // A stream has one look for all: that of its first pane in the plan.
        let first = plan.root.views().first().map(|view| View { focus: false, ..(*view).clone() });
        let part = |(n, view): (usize, &View)| {
            let look = first.clone().filter(|_| n == 0).unwrap_or_default();
            (1, Part::Pane(View { source: view.source.clone(), ..look }))
        };
        let parts: Vec<(u32, Part)> = root.views().into_iter().enumerate().map(part).collect();
        let merged = parts.len() > 1;
        let root = if merged { Part::Split(Direction::Rows, parts) } else { root };
        Some(TabPlan { root, merged, front: false, ..plan.clone() })
    }

    fn part(&self, part: &Part, leaf: &mut usize, stand: Stand) -> Option<Part> {
        let Part::Split(direction, parts) = part else {
            let own = *leaf;
            *leaf += 1;
            if let Some(view) = self.leaves.get(&own) {
                return Some(Part::Pane(view.clone()));
            }
            let panes: Vec<PaneId> =
                self.space.leaves.iter().filter(|(_, leaf)| **leaf == own).map(|(pane, _)| *pane).collect();
            return stand(&panes);
        };
        let parts = parts.iter().filter_map(|(weight, part)| Some((*weight, self.part(part, leaf, stand)?)));
        let mut parts: Vec<(u32, Part)> = parts.collect();
        match parts.len() {
            0 | 1 => parts.pop().map(|(_, part)| part),
            _ => Some(Part::Split(*direction, parts)),
        }
    }
}
