//! Streams while the panes are laid out anew: they are taken apart for that, and what was merged by hand is merged again.

use std::collections::BTreeSet;

use super::App;
use super::merge::Left;
use super::pane::{Pane, PaneId};
use super::source::SourceId;

/// A stream that was taken apart.
pub struct Apart {
    /// What was put on it.
    left: Left,
    /// The pane of the line it was looked at by.
    lead: Option<PaneId>,
    /// Somebody has merged it by hand.
    by_hand: bool,
}

/// What has the keys, to be found again.
pub struct Held {
    pane: PaneId,
    shows: BTreeSet<SourceId>,
}

/// The logs that a pane shows.
fn shown(pane: &Pane) -> BTreeSet<SourceId> {
    pane.strands().map(|strand| strand.source).collect()
}

impl App {
    /// What has the keys now.
    pub(super) fn held(&self) -> Option<Held> {
        let pane = self.desk.focused()?;
        Some(Held { pane, shows: shown(self.desk.panes.get(&pane)?) })
    }

    /// Gives the keys back: to the same pane or, where that is gone or stands nowhere, to one that shows the same, or at
    /// least some of it.
    pub(super) fn hold_again(&mut self, held: &Held) {
        let order = self.desk.order();
        let of = |id: &PaneId| self.desk.panes.get(id).map(shown).unwrap_or_default();
        let same = || order.iter().find(|id| of(id) == held.shows);
        let some = || order.iter().find(|id| !of(id).is_disjoint(&held.shows));
        let pane = order.iter().find(|id| **id == held.pane).or_else(same).or_else(some).copied();
        if let Some(pane) = pane {
            self.desk.focus(pane);
        }
    }

    /// Takes all streams apart.
    pub(super) fn take_apart(&mut self) -> Vec<Apart> {
        let streams: Vec<PaneId> =
            self.desk.panes.iter().filter(|(_, pane)| pane.merged.is_some()).map(|(id, _)| *id).collect();
        let mut apart = Vec::new();
        for id in streams {
            let merged = self.desk.panes.get(&id).and_then(|pane| pane.merged.as_ref());
            let by_hand = merged.is_some_and(|merged| merged.planned.is_none());
            self.unmerge(id);
            let lead = self.desk.focused();
            apart.extend(self.left.clone().map(|left| Apart { left, lead, by_hand }));
        }
        apart
    }

    /// Merges again what was merged by hand: on the tab that has just these logs or else, as when panes of several tabs
    /// are merged, in the place of all tabs.
    pub(super) fn merge_again(&mut self, apart: Vec<Apart>) {
        for Apart { left, lead, .. } in apart.into_iter().filter(|apart| apart.by_hand) {
            let of = |id: &PaneId| self.desk.panes.get(id).map(shown).unwrap_or_default();
            let of_tab = |panes: &[PaneId]| panes.iter().flat_map(of).collect::<BTreeSet<SourceId>>();
            let mut tabs = self.desk.tabs.iter().map(|tab| tab.root.panes());
            let tab = tabs.find(|panes| panes.len() > 1 && of_tab(panes) == *left.sources());
            let plain = |id: &PaneId| {
                let pane = self.desk.panes.get(id).filter(|pane| pane.merged.is_none());
                pane.is_some_and(|pane| left.sources().contains(&pane.strand.source))
            };
            let panes = tab.unwrap_or_else(|| self.desk.order().into_iter().filter(plain).collect());
            if of_tab(&panes).len() < 2 {
                continue;
            }
            let lead = lead.filter(|lead| panes.contains(lead)).or(panes.first().copied());
            lead.into_iter().for_each(|lead| self.desk.focus(lead));
            self.left = Some(left);
            self.merge(&panes);
            self.messages.unsay();
        }
    }
}
