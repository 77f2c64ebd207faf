//! What a plan of the desk has for which source. It is asked for each source that is opened, perhaps hundreds at once, so
//! everything in it is looked up.

use std::collections::HashMap;

use crate::config::workspace::{Origins, View, Workspace};

/// The leaves of a plan, numbered in order.
#[derive(Default)]
pub struct Planned {
    /// What they say, and on which tab they stand.
    leaves: Vec<(usize, View)>,
    origins: Origins,
    /// Leaves by what they name.
    named: HashMap<String, Vec<usize>>,
    /// Leaves by the origin that they mean.
    of: HashMap<usize, Vec<usize>>,
}

impl Planned {
    /// What a plan has.
    pub fn new(plan: &Workspace) -> Planned {
        let mut new = Planned { origins: Origins::new(plan, &plan.sources), ..Planned::default() };
        for (tab, planned) in plan.tabs.iter().enumerate() {
            for view in planned.root.views() {
                let leaf = new.leaves.len();
                new.named.entry(view.source.clone()).or_default().push(leaf);
                if let Some(origin) = new.origins.named(&view.source) {
                    new.of.entry(origin).or_default().push(leaf);
                }
                new.leaves.push((tab, view.clone()));
            }
        }
        new
    }

    /// The leaves that stand for a source: those that name it in full, or else what it comes from.
    pub fn leaves_of(&self, source: &str) -> &[usize] {
        let of = || self.of.get(&self.origins.of(source)?);
        self.named.get(source).or_else(of).map_or(&[], Vec::as_slice)
    }

    /// What a leaf says.
    pub fn view(&self, leaf: usize) -> Option<&View> {
        self.leaves.get(leaf).map(|(_, view)| view)
    }

    /// The tab on which a leaf stands.
    pub fn tab(&self, leaf: usize) -> Option<usize> {
        self.leaves.get(leaf).map(|(tab, _)| *tab)
    }

    /// The leaves of a tab.
    pub fn of_tab(&self, tab: usize) -> std::ops::Range<usize> {
        let before = |tab: usize| self.leaves.partition_point(|(own, _)| *own < tab);
        before(tab)..before(tab + 1)
    }
}
