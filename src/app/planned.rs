//! What a plan of the desk has for which source. It is asked for each source that is opened, perhaps hundreds at once, so
//! everything in it is looked up.

use std::collections::HashMap;
use std::sync::Arc;

use crate::config::workspace::{Origins, View, Workspace};

/// A pane of a plan, or the panes of a glob.
struct Leaf {
    /// On which tab it stands.
    tab: usize,
    view: View,
    /// Which of the plan's sources it means.
    origin: Option<usize>,
}

/// The leaves of a plan, numbered in order.
#[derive(Default)]
pub struct Planned {
    leaves: Vec<Leaf>,
    origins: Arc<Origins>,
    /// Leaves by what they name.
    named: HashMap<String, Vec<usize>>,
    /// Leaves by the origin that they mean.
    of: HashMap<usize, Vec<usize>>,
}

impl Planned {
    /// What a plan has whose sources are looked up in `origins`.
    pub fn new(plan: &Workspace, origins: Arc<Origins>) -> Planned {
        let mut new = Planned { origins, ..Planned::default() };
        for (tab, planned) in plan.tabs.iter().enumerate() {
            for view in planned.root.views() {
                let leaf = new.leaves.len();
                new.named.entry(view.source.clone()).or_default().push(leaf);
                let origin = new.origins.named(&view.source);
                if let Some(origin) = origin {
                    new.of.entry(origin).or_default().push(leaf);
                }
                new.leaves.push(Leaf { tab, view: view.clone(), origin });
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
        self.leaves.get(leaf).map(|leaf| &leaf.view)
    }

    /// Which of the plan's sources a leaf means.
    pub fn origin(&self, leaf: usize) -> Option<usize> {
        self.leaves.get(leaf)?.origin
    }

    /// The tab on which a leaf stands.
    pub fn tab(&self, leaf: usize) -> Option<usize> {
        self.leaves.get(leaf).map(|leaf| leaf.tab)
    }

    /// The leaves of a tab.
    pub fn of_tab(&self, tab: usize) -> std::ops::Range<usize> {
        let before = |tab: usize| self.leaves.partition_point(|leaf| leaf.tab < tab);
        before(tab)..before(tab + 1)
    }
}
