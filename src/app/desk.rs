//! All panes, the tabs they are on, and which of them the keys go to.

use std::collections::BTreeMap;

use super::layout::{Node, Placed, Split, Toward, neighbour};
use super::pane::{Pane, PaneId};
use super::screen::Area;
use crate::config::settings::LayoutKind;

/// The least a pane gets before another tab is begun.
const COMFORT: (u16, u16) = (38, 7);
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
    /// The layout it was arranged by, `None` once parts were split or moved by hand.
    pub kind: Option<LayoutKind>,
    /// It was asked for although its panes get less room than is comfortable.
    pub crowded: bool,
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
    fn new(kind: LayoutKind, panes: &[PaneId]) -> Option<Tab> {
        Some(Tab { kind: Some(kind), ..Tab::of(Node::arrange(kind, panes)?)? })
    }

    /// A tab laid out by hand.
    pub fn of(root: Node) -> Option<Tab> {
        let focus = *root.panes().first()?;
        let (zoom, crowded, locked) = (false, false, false);
        Some(Tab { name: None, root, focus, last: None, zoom, kind: None, crowded, locked })
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
        self.settle(kind, area);
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
        // As if arranged by hand: nothing is spread over tabs anew while panes are on none.
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

    /// Lays out the panes of the tab in front by a layout that was asked for. They stay together.
    pub fn arrange(&mut self, kind: LayoutKind, area: Area) {
        let Some(tab) = self.tab_mut() else { return };
        let panes = tab.root.panes();
        if let Some(root) = Node::arrange(kind, &panes) {
            tab.root = root;
        }
        (tab.kind, tab.zoom) = (Some(kind), false);
        tab.crowded = capacity(kind, panes.len(), area) < panes.len();
    }

    /// Spreads the panes over tabs again, as many on each as have room, unless one was arranged by hand or
    /// is crowded because somebody wants it so.
    pub fn settle(&mut self, kind: LayoutKind, area: Area) {
        let wanted = |tab: &Tab| tab.kind.is_none() || tab.crowded;
        if area.width == 0 || area.height == 0 || self.tabs.iter().any(wanted) {
            return;
        }
        let kind = self.tab().and_then(|tab| tab.kind).unwrap_or(kind);
        let chunks: Vec<(Option<String>, Vec<PaneId>)> = self.chunks(kind, area);
        let same = chunks.len() == self.tabs.len()
            && chunks
                .iter()
                .zip(&self.tabs)
                .all(|((name, chunk), tab)| tab.root.panes() == *chunk && tab.name == *name);
        if same {
            return;
        }
        let (focused, zoomed) = (self.focused(), self.tab().is_some_and(|tab| tab.zoom));
        let locked = self.tab().is_some_and(|tab| tab.locked);
        let tab =
            |(name, chunk): (Option<String>, Vec<PaneId>)| Some(Tab { name, ..Tab::new(kind, &chunk)? });
        self.tabs = chunks.into_iter().filter_map(tab).collect();
        self.front = 0;
        if let Some(focused) = focused {
            self.focus(focused);
        }
        if let Some(tab) = self.tab_mut() {
            tab.last = None;
            tab.zoom = zoomed;
            tab.locked = locked;
        }
    }
}

impl Desk {
    /// The panes as they are spread over tabs: those of a group together, as many on each tab as have room.
    fn chunks(&self, kind: LayoutKind, area: Area) -> Vec<(Option<String>, Vec<PaneId>)> {
        let mut groups: Vec<(Option<String>, Vec<PaneId>)> = Vec::new();
        for tab in &self.tabs {
            match groups.iter_mut().find(|(name, _)| *name == tab.name) {
                Some((_, panes)) => panes.extend(tab.root.panes()),
                None => groups.push((tab.name.clone(), tab.root.panes())),
            }
        }
        let spread = |(name, panes): (Option<String>, Vec<PaneId>)| {
            let room = capacity(kind, panes.len(), area).max(1);
            panes.chunks(room).map(|chunk| (name.clone(), chunk.to_vec())).collect::<Vec<_>>()
        };
        groups.into_iter().flat_map(spread).collect()
    }
}

/// Whether one of several panes has too little room to show anything of use.
fn tight(placed: &Placed) -> bool {
    let small = |(_, area): &(PaneId, Area)| area.width < LEAST.0 || area.height < LEAST.1;
    placed.panes.len() > 1 && placed.panes.iter().any(small)
}

/// How many of `n` panes have room on one tab.
fn capacity(kind: LayoutKind, n: usize, area: Area) -> usize {
    let ids: Vec<PaneId> = (0..u32::try_from(n).unwrap_or(u32::MAX)).map(PaneId).collect();
    let most = usize::from(area.width / COMFORT.0 + 1) * usize::from(area.height / COMFORT.1 + 1);
    let fits = |n: &usize| {
        let placed = Node::arrange(kind, &ids[..*n]).map(|node| node.place(area)).unwrap_or_default();
        placed.panes.iter().all(|(_, area)| area.width >= COMFORT.0 && area.height >= COMFORT.1)
    };
    (1..=n.min(most)).rev().find(fits).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::source::SourceId;
    use crate::app::strand::Strand;
    use crate::core::pos::Pos;

    fn pane(n: u32) -> Pane {
        Pane::new(Strand::new(SourceId(n), Pos(0)), 0)
    }

    fn desk(panes: u32, area: Area) -> Desk {
        let mut desk = Desk::default();
        for n in 0..panes {
            desk.add(pane(n), None, LayoutKind::Grid, area);
        }
        desk
    }

    #[test]
    fn the_panes_of_a_group_stand_on_a_tab_of_their_own() {
        let mut desk = Desk::default();
        for (n, group) in [(0, None), (1, Some("web")), (2, None), (3, Some("web")), (4, Some("db"))] {
            desk.add(pane(n), group, LayoutKind::Grid, LARGE);
        }
        let names = |desk: &Desk| -> Vec<(Option<String>, usize)> {
            desk.tabs.iter().map(|tab| (tab.name.clone(), tab.root.panes().len())).collect()
        };
        let web = || Some("web".to_owned());
        assert_eq!(names(&desk), [(None, 2), (web(), 2), (Some("db".to_owned()), 1)]);
        desk.focus(PaneId(3));
        desk.settle(LayoutKind::Grid, TILE);
        assert_eq!(names(&desk).len(), 5);
        assert_eq!((desk.tabs[2].name.clone(), desk.focused()), (web(), Some(PaneId(3))));
        desk.settle(LayoutKind::Grid, LARGE);
        assert_eq!((names(&desk).len(), desk.focused()), (3, Some(PaneId(3))));
    }

    fn sizes(desk: &Desk) -> Vec<usize> {
        desk.tabs.iter().map(|tab| tab.root.panes().len()).collect()
    }

    const LARGE: Area = Area { x: 0, y: 0, width: 200, height: 50 };
    const USUAL: Area = Area { x: 0, y: 0, width: 81, height: 23 };
    const TILE: Area = Area { x: 0, y: 0, width: 20, height: 5 };

    #[test]
    fn panes_that_find_no_room_go_on_the_next_tab() {
        assert_eq!(sizes(&desk(6, USUAL)), [6]);
        assert_eq!(sizes(&desk(7, USUAL)), [6, 1]);
        assert_eq!(sizes(&desk(3, TILE)), [1, 1, 1]);
        assert_eq!(sizes(&desk(12, LARGE)), [12]);
    }

    #[test]
    fn a_new_size_spreads_them_anew_and_keeps_the_focus() {
        let mut desk = desk(7, USUAL);
        desk.focus(PaneId(6));
        desk.settle(LayoutKind::Grid, LARGE);
        assert_eq!((sizes(&desk), desk.focused()), (vec![7], Some(PaneId(6))));
        desk.settle(LayoutKind::Grid, TILE);
        assert_eq!((desk.tabs.len(), desk.focused()), (7, Some(PaneId(6))));
    }

    #[test]
    fn what_was_split_by_hand_stays() {
        let mut desk = desk(2, LARGE);
        desk.split(pane(0), Split::Beside);
        desk.settle(LayoutKind::Grid, USUAL);
        assert_eq!((sizes(&desk), desk.focused()), (vec![3], Some(PaneId(2))));
    }

    #[test]
    fn closing_goes_back_to_the_pane_before_and_keeps_the_last_one() {
        let mut desk = desk(3, LARGE);
        desk.focus(PaneId(2));
        desk.focus(PaneId(1));
        assert!(desk.close().is_some());
        assert_eq!(desk.focused(), Some(PaneId(2)));
        assert!(desk.close().is_some() && desk.close().is_none());
        assert_eq!(sizes(&desk), [1]);
    }
}
