//! All panes, the tabs they are on, and which of them the keys go to.

use std::collections::BTreeMap;

use super::layout::{Node, Placed, Split, Toward, neighbour};
use super::pane::{Pane, PaneId};
use super::screen::Area;
use crate::config::settings::LayoutKind;
use spread::capacity;

pub use spread::Hold;

mod spread;

/// Below this a pane shows nothing of use; the focused one is shown alone then.
const LEAST: (u16, u16) = (12, 2);

/// Panes that are seen together.
#[derive(Clone, Debug)]
pub struct Tab {
    /// What it is called: the group of its panes, or as a workspace calls it.
    pub name: Option<String>,
    /// How they are laid out.
    pub root: Node,
    /// The pane keys go to; always one of its own.
    pub focus: PaneId,
    /// The pane they went to before.
    pub last: Option<PaneId>,
    /// The focused pane has the whole space.
    pub zoom: bool,
    /// The layout it was arranged by; `None` where a workspace has laid it out, or parts were split or moved by hand.
    pub kind: Option<LayoutKind>,
    /// Whether those of a tab that a layout has arranged stay together.
    pub hold: Hold,
    /// Its panes show one instant.
    pub locked: bool,
}

/// All panes.
#[derive(Default)]
pub struct Desk {
    /// By number.
    pub panes: BTreeMap<PaneId, Pane>,
    /// From the left. Every pane is on exactly one.
    pub tabs: Vec<Tab>,
    /// The tab that is seen.
    pub front: usize,
    next: u32,
}

impl Tab {
    /// A tab laid out by a layout.
    pub fn new(kind: LayoutKind, panes: &[PaneId]) -> Option<Tab> {
        Some(Tab { kind: Some(kind), ..Tab::of(Node::arrange(kind, panes)?)? })
    }

    /// A tab laid out by hand.
    pub fn of(root: Node) -> Option<Tab> {
        let focus = *root.panes().first()?;
        let (zoom, locked, hold) = (false, false, Hold::Free);
        Some(Tab { name: None, root, focus, last: None, zoom, kind: None, hold, locked })
    }

    /// Gives the focus to one of its panes.
    pub fn focus(&mut self, pane: PaneId) {
        if pane != self.focus {
            self.last = Some(std::mem::replace(&mut self.focus, pane));
        }
    }

    /// Where its panes stand; only the focused one when it is zoomed or there is no room for all.
    pub fn place(&self, area: Area) -> Placed {
        let alone = || Placed { panes: vec![(self.focus, area)], borders: Vec::new() };
        if self.zoom {
            return alone();
        }
        let placed = self.root.place(area);
        if tight(&placed) { alone() } else { placed }
    }
}

impl Desk {
    /// The tab that is seen; none before the first pane.
    pub fn tab(&self) -> Option<&Tab> {
        self.tabs.get(self.front)
    }

    /// The tab that is seen.
    pub fn tab_mut(&mut self) -> Option<&mut Tab> {
        self.tabs.get_mut(self.front)
    }

    /// The pane keys go to.
    pub fn focused(&self) -> Option<PaneId> {
        self.tab().map(|tab| tab.focus)
    }

    /// All panes in the order of the tabs.
    pub fn order(&self) -> Vec<PaneId> {
        self.tabs.iter().flat_map(|tab| tab.root.panes()).collect()
    }

    /// Takes a pane in. It stands on no tab yet.
    pub fn number(&mut self, pane: Pane) -> PaneId {
        let id = PaneId(self.next);
        self.next += 1;
        self.panes.insert(id, pane);
        id
    }

    /// Adds a pane to the last tab of its group, or on a new one when that has no room or was arranged by hand.
    pub fn add(&mut self, pane: Pane, group: Option<&str>, kind: LayoutKind, area: Area) -> PaneId {
        let id = self.number(pane);
        self.stand(id, group, kind, area);
        id
    }

    /// Moves a pane from its tab to the last one of another group, as if it had just come.
    pub fn regroup(&mut self, id: PaneId, group: Option<&str>, kind: LayoutKind, area: Area) {
        let focused = self.focused();
        if let Some(at) = self.tabs.iter().position(|tab| tab.root.panes().contains(&id)) {
            let tab = &mut self.tabs[at];
            let rest: Vec<PaneId> = tab.root.panes().into_iter().filter(|pane| *pane != id).collect();
            let root = match tab.kind {
                Some(kind) => Node::arrange(kind, &rest),
                None => tab.root.clone().without(id),
            };
            match (root, rest.first()) {
                (Some(root), Some(first)) => {
                    tab.root = root;
                    tab.focus = if tab.focus == id { *first } else { tab.focus };
                    tab.last = tab.last.filter(|last| *last != id);
                    tab.zoom &= rest.len() > 1;
                    tab.locked &= rest.len() > 1;
                }
                _ => {
                    self.tabs.remove(at);
                    self.front -= usize::from(at < self.front);
                    self.front = self.front.min(self.tabs.len().saturating_sub(1));
                }
            }
        }
        self.stand(id, group, kind, area);
        focused.into_iter().for_each(|id| self.focus(id));
    }

    fn stand(&mut self, id: PaneId, group: Option<&str>, kind: LayoutKind, area: Area) {
        let at = self.tabs.iter().rposition(|tab| tab.name.as_deref() == group);
        let grown = at.and_then(|at| self.tabs.get(at)).and_then(|tab| {
            let mut panes = tab.root.panes();
            panes.push(id);
            let kind = tab.kind.filter(|kind| capacity(*kind, panes.len(), area) == panes.len())?;
            Node::arrange(kind, &panes)
        });
        match (grown, at.and_then(|at| self.tabs.get_mut(at))) {
            (Some(root), Some(tab)) => tab.root = root,
            _ => {
                let tab = Tab::new(kind, &[id]).map(|tab| Tab { name: group.map(str::to_owned), ..tab });
                let behind = at.map_or(self.tabs.len(), |at| at + 1);
                self.tabs.splice(behind..behind, tab);
                self.front += usize::from(behind <= self.front && self.tabs.len() > 1);
            }
        }
        self.settle(area);
    }

    /// Whether a pane beside or below the focused one would have room, as all others would.
    pub fn can_split(&self, way: Split, area: Area) -> bool {
        self.tab().is_some_and(|tab| {
            let mut root = tab.root.clone();
            root.split(tab.focus, PaneId(self.next), way);
            !tight(&root.place(area))
        })
    }

    /// Puts a new pane beside or below the focused one and gives it the focus.
    pub fn split(&mut self, pane: Pane, way: Split) -> PaneId {
        let id = self.number(pane);
        if let Some(tab) = self.tab_mut() {
            tab.locked &= tab.root.panes().len() > 1;
            tab.root.split(tab.focus, id, way);
            tab.kind = None;
            tab.zoom = false;
            tab.focus(id);
        }
        id
    }

    /// Removes the focused pane, if it is not the last of all.
    pub fn close(&mut self) -> Option<Pane> {
        if self.panes.len() < 2 {
            return None;
        }
        let tab = self.tabs.get_mut(self.front)?;
        let gone = tab.focus;
        let place = tab.root.panes().iter().position(|pane| *pane == gone).unwrap_or(0);
        let root = match tab.kind {
            Some(kind) => {
                let rest: Vec<PaneId> = tab.root.panes().into_iter().filter(|pane| *pane != gone).collect();
                Node::arrange(kind, &rest)
            }
            None => tab.root.clone().without(gone),
        };
        match root {
            Some(root) => {
                let panes = root.panes();
                let near = panes.get(place).or(panes.last()).copied().unwrap_or(gone);
                tab.focus = tab.last.take().filter(|last| panes.contains(last)).unwrap_or(near);
                tab.root = root;
                tab.zoom = false;
                // One pane alone keeps step with nobody, nor does it with the next that is split from it.
                if let (true, [alone]) = (tab.locked, &panes[..]) {
                    tab.locked = false;
                    self.panes.entry(*alone).and_modify(|pane| pane.instant = None);
                }
            }
            None => {
                self.tabs.remove(self.front);
                self.front = self.front.min(self.tabs.len().saturating_sub(1));
            }
        }
        self.panes.remove(&gone)
    }

    /// Takes the tab in front away, or all: with which of them was in front. Their panes stay, on no tab.
    pub fn fold(&mut self, whole: bool) -> (Vec<Tab>, usize) {
        if whole {
            return (std::mem::take(&mut self.tabs), std::mem::take(&mut self.front));
        }
        let front = self.front.min(self.tabs.len());
        (self.tabs.splice(front..(front + 1).min(self.tabs.len()), []).collect(), 0)
    }

    /// Puts a merged pane in front, where the tab was that was taken away; a single one's name stays.
    pub fn unite(&mut self, pane: Pane) -> PaneId {
        let name = match pane.merged.as_ref().map(|merged| &merged.tabs[..]) {
            Some([tab]) => tab.name.clone(),
            _ => None,
        };
        let id = self.number(pane);
        // As if arranged by hand: it stands for panes that are on no tab.
        let tab = Tab::of(Node::Leaf(id)).map(|tab| Tab { name, ..tab });
        self.front = self.front.min(self.tabs.len());
        self.tabs.splice(self.front..self.front, tab);
        id
    }

    /// Puts the tabs in the place of a merged pane that it had taken.
    pub fn part(&mut self, id: PaneId) -> Option<(Pane, Vec<PaneId>)> {
        self.panes.get(&id)?.merged.as_ref()?;
        let mut pane = self.panes.remove(&id)?;
        let merged = pane.merged.take()?;
        let shown = merged.tabs.iter().flat_map(|tab| tab.root.panes()).collect();
        let at = self.tabs.iter().position(|tab| tab.root.panes().contains(&id)).unwrap_or(self.front);
        // It may have got company meanwhile.
        let rest = self.tabs.get(at).and_then(|tab| tab.root.clone().without(id));
        let rest = rest.and_then(|root| {
            let (tab, panes) = (self.tabs.get(at)?.clone(), root.panes());
            Some(Tab {
                focus: *panes.first()?,
                last: None,
                locked: tab.locked && panes.len() > 1,
                root,
                ..tab
            })
        });
        self.front = at + merged.front;
        self.tabs.splice(at..(at + 1).min(self.tabs.len()), merged.tabs.into_iter().chain(rest));
        Some((pane, shown))
    }

    /// Gives the focus to a pane on whatever tab.
    pub fn focus(&mut self, pane: PaneId) {
        let front = self.tabs.iter().position(|tab| tab.root.panes().contains(&pane));
        if let Some(front) = front {
            self.front = front;
            self.tabs[front].focus(pane);
        }
    }

    /// Whether a pane is kept at one instant with others of its tab.
    pub fn keeps_step(&self, pane: PaneId) -> bool {
        let tab = self.tabs.iter().find(|tab| tab.root.panes().contains(&pane));
        tab.is_some_and(|tab| tab.locked && tab.root.panes().len() > 1)
    }

    /// The pane in a direction from the focused one.
    pub fn toward(&self, toward: Toward, area: Area) -> Option<PaneId> {
        let tab = self.tab()?;
        neighbour(&tab.place(area).panes, tab.focus, toward)
    }
}

/// Whether one of several panes has too little room to show anything of use.
fn tight(placed: &Placed) -> bool {
    let small = |(_, area): &(PaneId, Area)| area.width < LEAST.0 || area.height < LEAST.1;
    placed.panes.len() > 1 && placed.panes.iter().any(small)
}

#[cfg(test)]
mod tests;
