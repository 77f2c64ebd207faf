//! Which panes share a tab. Those that a layout has laid out are spread over as many tabs as they need to have room; what
//! was laid out by hand or by a workspace stays as it is, between the others.

use std::collections::BTreeMap;

use super::{Desk, Tab};
use crate::app::layout::Node;
use crate::app::pane::PaneId;
use crate::app::screen::Area;
use crate::config::settings::LayoutKind;

/// The least a pane gets before another tab is begun.
const COMFORT: (u16, u16) = (38, 7);

/// Whether the panes of a tab that a layout has arranged stay together on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// They go on further tabs where there is no room, and others come where there is.
    Free,
    /// They stay although they get less room than is comfortable: the layout was asked for so.
    Crowded,
    /// The tab was laid out by hand or by a workspace before, beside others: its panes stay apart from theirs.
    Apart,
}

impl Tab {
    /// Whether its panes go on further tabs where there is no room, and others come where there is.
    fn flows(&self) -> bool {
        self.kind.is_some() && self.hold == Hold::Free
    }

    /// Lays it out by another layout, if one has laid it out.
    fn follow(&mut self, kind: LayoutKind) {
        let root = self.kind.and_then(|_| Node::arrange(kind, &self.root.panes()));
        if let Some(root) = root {
            (self.root, self.kind) = (root, Some(kind));
            self.hold = if self.hold == Hold::Apart { Hold::Apart } else { Hold::Free };
        }
    }
}

impl Desk {
    /// Lays out the panes of the tab in front by a layout that was asked for. They stay together where they would get less
    /// room than is comfortable, and where they were set apart by hand.
    pub fn arrange(&mut self, kind: LayoutKind, area: Area) {
        let several = self.tabs.len() > 1;
        let Some(tab) = self.tab_mut() else { return };
        let panes = tab.root.panes();
        if let Some(root) = Node::arrange(kind, &panes) {
            tab.root = root;
        }
        tab.hold = match capacity(kind, panes.len(), area) < panes.len() {
            _ if several && (tab.kind.is_none() || tab.hold == Hold::Apart) => Hold::Apart,
            true => Hold::Crowded,
            false => Hold::Free,
        };
        (tab.kind, tab.zoom) = (Some(kind), false);
    }

    /// The layout of the settings is another one: all that a layout has laid out goes with it, also what a merged stream
    /// stands for. [`Desk::settle`] spreads it anew.
    pub fn follow(&mut self, kind: LayoutKind) {
        let merged = self.panes.values_mut().filter_map(|pane| pane.merged.as_mut());
        let folded = merged.flat_map(|merged| &mut merged.tabs);
        self.tabs.iter_mut().chain(folded).for_each(|tab| tab.follow(kind));
    }

    /// Spreads panes over tabs again, those of a group together, as many on each tab as have room.
    pub fn settle(&mut self, area: Area) {
        if area.width == 0 || area.height == 0 {
            return;
        }
        let spread = self.spread(area);
        if spread.is_empty() {
            return;
        }
        let focused = self.focused();
        let mut places: Vec<Vec<Tab>> = self.tabs.iter().cloned().map(|tab| vec![tab]).collect();
        for Spread { at, tabs } in spread {
            at.iter().for_each(|at| places[*at].clear());
            // Each goes where one of the group stood, and what there are more of behind the last.
            let last = at.len().saturating_sub(1);
            for (n, tab) in tabs.into_iter().enumerate() {
                places[at[n.min(last)]].push(tab);
            }
        }
        self.tabs = places.into_iter().flatten().collect();
        self.front = self.front.min(self.tabs.len().saturating_sub(1));
        focused.into_iter().for_each(|focused| self.focus(focused));
    }

    /// The groups whose panes are to stand on other tabs than they do.
    fn spread(&self, area: Area) -> Vec<Spread> {
        let mut groups: BTreeMap<Option<&str>, Vec<usize>> = BTreeMap::new();
        for (at, tab) in self.tabs.iter().enumerate().filter(|(_, tab)| tab.flows()) {
            groups.entry(tab.name.as_deref()).or_default().push(at);
        }
        groups.into_values().filter_map(|at| self.spread_group(at, area)).collect()
    }

    /// The same for the tabs of one group.
    fn spread_group(&self, at: Vec<usize>, area: Area) -> Option<Spread> {
        // What is in front counts most where they differ.
        let first = at.iter().find(|at| **at == self.front).or(at.first())?;
        let kind = self.tabs[*first].kind?;
        let before: Vec<Vec<PaneId>> = at.iter().map(|at| self.tabs[*at].root.panes()).collect();
        let panes = before.concat();
        let room = capacity(kind, panes.len(), area).max(1);
        let chunks: Vec<&[PaneId]> = panes.chunks(room).collect();
        if chunks == before {
            return None;
        }
        let tabs = chunks.into_iter().filter_map(|chunk| self.tab_of(kind, chunk, &at)).collect();
        Some(Spread { at, tabs })
    }

    /// A tab of some panes of the tabs at `at`. It goes on from the one whose focus is among them, first of all from the one
    /// in front.
    fn tab_of(&self, kind: LayoutKind, panes: &[PaneId], at: &[usize]) -> Option<Tab> {
        let tab = Tab::new(kind, panes)?;
        let name = at.first().and_then(|at| self.tabs[*at].name.clone());
        let goes_on = |at: &&usize| panes.contains(&self.tabs[**at].focus);
        let front = at.iter().find(|at| **at == self.front).filter(goes_on);
        let Some(old) = front.or_else(|| at.iter().find(goes_on)).map(|at| &self.tabs[*at]) else {
            return Some(Tab { name, ..tab });
        };
        let last = old.last.filter(|last| panes.contains(last));
        Some(Tab { name, focus: old.focus, last, zoom: old.zoom, locked: old.locked, ..tab })
    }
}

/// The tabs on which a group is to stand, and where it stood.
struct Spread {
    at: Vec<usize>,
    tabs: Vec<Tab>,
}

/// How many of `n` panes have room on one tab.
pub(super) fn capacity(kind: LayoutKind, n: usize, area: Area) -> usize {
    let ids: Vec<PaneId> = (0..u32::try_from(n).unwrap_or(u32::MAX)).map(PaneId).collect();
    let most = usize::from(area.width / COMFORT.0 + 1) * usize::from(area.height / COMFORT.1 + 1);
    let fits = |n: &usize| {
        let placed = Node::arrange(kind, &ids[..*n]).map(|node| node.place(area)).unwrap_or_default();
        placed.panes.iter().all(|(_, area)| area.width >= COMFORT.0 && area.height >= COMFORT.1)
    };
    (1..=n.min(most)).rev().find(fits).unwrap_or(1)
}
