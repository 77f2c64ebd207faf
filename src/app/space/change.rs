//! Another plan in the place of the one before: what it does not name any more is closed, what is new is opened, and what
//! stays stands where the plan has it now.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::app::App;
use crate::app::desk::Tab;
use crate::app::event::Effect;
use crate::app::feed::Feed;
use crate::app::pane::{Pane, PaneId};
use crate::app::source::SourceId;
use crate::app::strand::Strand;
use crate::config::workspace::{Origin, Origins, Workspace};

impl App {
    /// Uses another plan in the place of the one before. What stays open keeps its place in its log. Panes have yet to go
    /// with what it says of them.
    pub(in crate::app) fn plan(&mut self, plan: Arc<Workspace>) {
        if plan == self.space.plan {
            return;
        }
        let before = self.space.use_plan(plan);
        let plan = Arc::clone(&self.space.plan);
        let (open, wanted) = (self.wanted_by(&before), self.wanted_by(&plan));
        let there: BTreeSet<(bool, String)> = open.iter().map(|origin| self.whole(origin)).collect();
        let new = wanted.iter().filter(|origin| !there.contains(&self.whole(origin)));
        let new: Vec<Effect> = new.map(|origin| Effect::Open(origin.typed())).collect();
        self.effects.extend(new);
        let (open, wanted) = (Origins::new(&plan, &open), Origins::new(&plan, &wanted));
        let gone = |feed: &Feed| {
            let (name, whole) = (feed.planned_name(), self.whole_name(feed.planned_name()));
            let given = |by: &Origins| by.of(name).or_else(|| by.of(&whole)).is_some();
            given(&open) && !given(&wanted)
        };
        let gone: Vec<SourceId> =
            self.feeds.iter().filter(|(_, feed)| gone(feed)).map(|(id, _)| *id).collect();
        let others = self.feeds.len() > gone.len();
        self.space.leaving = gone;
        if others {
            self.leave_at_last();
        }
        if before.tabs != plan.tabs {
            self.lay_anew();
        }
    }

    /// All that is to be open where this is the plan, with the variables written out.
    fn wanted_by(&self, plan: &Workspace) -> Vec<Origin> {
        plan.sources.iter().chain(&self.space.named).map(|origin| plan.opened(origin)).collect()
    }

    /// What an origin stands for, the same from whatever folder it is meant; and whether that is a command.
    fn whole(&self, origin: &Origin) -> (bool, String) {
        match origin.command {
            true => (true, origin.typed()),
            false => (false, self.whole_name(&origin.typed())),
        }
    }

    /// Closes what went out of the plan, now that other panes stand on the desk.
    pub(super) fn leave_at_last(&mut self) {
        for source in std::mem::take(&mut self.space.leaving) {
            self.superseded(source);
        }
        // What the plan takes away itself is no change by hand.
        let (stays, gone): (BTreeMap<_, _>, BTreeMap<_, _>) = std::mem::take(&mut self.space.leaves)
            .into_iter()
            .partition(|(pane, _)| self.desk.panes.contains_key(pane));
        self.space.leaves = stays;
        for pane in gone.into_keys() {
            for made in &mut self.space.made {
                *made = made.take().and_then(|root| root.without(pane));
            }
        }
    }

    /// Lays the panes out as the plan has them now; what it says nothing of stands behind.
    fn lay_anew(&mut self) {
        let held_before = self.held();
        let apart = self.take_apart();
        let order = self.desk.order();
        let planned = std::mem::take(&mut self.space.leaves);
        self.space.made = vec![None; self.space.plan.tabs.len()];
        self.space.parted.clear();
        let tabs = std::mem::take(&mut self.desk.tabs);
        let held: Vec<PaneId> = tabs.iter().map(|tab| tab.focus).collect();
        self.desk.front = 0;
        let mut rest = order;
        rest.retain(|id| !self.stand_again(*id));
        self.show_again();
        // What the plan before showed once more than this one goes with it.
        let (spare, rest): (Vec<PaneId>, Vec<PaneId>) =
            rest.into_iter().partition(|id| planned.contains_key(id) && self.has_a_leaf(*id));
        for pane in spare {
            self.unpair();
            let pane = self.desk.panes.remove(&pane);
            pane.iter().flat_map(Pane::tallies).for_each(|tally| self.stop(tally));
        }
        for id in rest {
            let name =
                tabs.iter().find(|tab| tab.root.panes().contains(&id)).and_then(|tab| tab.name.clone());
            // They come together on as few tabs as they need when the desk is settled.
            let tab = Tab::new(self.settings.layout, &[id]);
            self.desk.tabs.extend(tab.map(|tab| Tab { name, ..tab }));
        }
        for tab in 0..self.space.plan.tabs.len() {
            self.merge_planned(tab);
        }
        for tab in &mut self.desk.tabs {
            let panes = tab.root.panes();
            tab.focus = held.iter().copied().find(|held| panes.contains(held)).unwrap_or(tab.focus);
        }
        self.merge_again(apart);
        held_before.iter().for_each(|held| self.hold_again(held));
        self.resize(self.size);
    }

    /// Gives a pane the place that the plan has for it now. `false` where the plan has none.
    fn stand_again(&mut self, id: PaneId) -> bool {
        let Some(pane) = self.desk.panes.get(&id) else { return true };
        let Some(feed) = self.feeds.get(&pane.strand.source) else { return true };
        let wanted = self.leaves_of(feed.planned_name());
        // A leaf that stands for several sources takes them all, but each of them once.
        let free = wanted.iter().find(|leaf| !self.has_its_pane(pane.strand.source, **leaf));
        let Some(leaf) = free.copied() else { return false };
        self.space.leaves.insert(id, leaf);
        self.lay_planned(leaf, id);
        true
    }

    /// Whether the plan has a place for the source of a pane.
    fn has_a_leaf(&self, id: PaneId) -> bool {
        let feed = self.desk.panes.get(&id).and_then(|pane| self.feeds.get(&pane.strand.source));
        feed.is_some_and(|feed| !self.leaves_of(feed.planned_name()).is_empty())
    }

    /// Whether a pane stands for a source on a leaf.
    fn has_its_pane(&self, source: SourceId, leaf: usize) -> bool {
        let own = |(pane, own): (&PaneId, &usize)| {
            *own == leaf && self.desk.panes.get(pane).is_some_and(|pane| pane.shows(source))
        };
        self.space.leaves.iter().any(own)
    }

    /// Makes the panes that the plan has of open sources and that are not there yet.
    fn show_again(&mut self) {
        let open = self.feeds.iter().map(|(id, feed)| (*id, feed.planned_name().to_owned(), feed.end()));
        for (source, name, end) in open.collect::<Vec<_>>() {
            for leaf in self.leaves_of(&name) {
                if self.has_its_pane(source, leaf) {
                    continue;
                }
                let id = self.desk.number(Pane::new(Strand::new(source, end), 0));
                self.space.leaves.insert(id, leaf);
                self.lay_planned(leaf, id);
            }
        }
    }
}
