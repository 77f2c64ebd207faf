//! A workspace on the desk: where the panes of sources stand that a file has planned, and the present desk as such a
//! plan.
//!
//! ```text
//! plan: tabs ─▶ parts ─▶ leaves (views, numbered)      opened source ─▶ its leaves ─▶ panes
//!                                                       the tab is laid out anew by the plan, unless somebody has
//!                                                       changed it by hand meanwhile
//! ```

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::App;
use super::desk::Tab;
use super::event::Effect;
use super::feed::Feed;
use super::layout::{Node, Split};
use super::pane::{Pane, PaneId};
use super::planned::Planned;
use super::session::Resumed;
use super::share::{Saving, Unsaid};
use super::source::SourceId;
use crate::config::settings::LayoutKind;
use crate::config::workspace::{Direction, Origin, Origins, Part, TermKind, TermPlan, View, Workspace};
use crate::core::filter::{Chain, Kind, Term};
use crate::core::pattern::Pattern;
use crate::core::query::Query;

/// What is planned, and what has come of it.
#[derive(Default)]
pub struct Space {
    /// The plan in effect.
    pub(super) plan: Workspace,
    /// What it has for which source.
    pub(super) planned: Planned,
    /// What was named besides, on the command line or by `:open`.
    pub(super) named: Vec<Origin>,
    /// What somebody has closed, by its full name.
    pub(super) closed: HashSet<String>,
    /// The folder in which the program runs.
    pub(super) folder: String,
    /// Which leaf of the plan a pane stands for.
    pub(super) leaves: BTreeMap<PaneId, usize>,
    /// The panes that a leaf of the plan has yet to furnish.
    bare: Vec<PaneId>,
    /// How the tabs of the plan were laid out last; `None` while nothing stands on them.
    pub(super) made: Vec<Option<Node>>,
    /// Sources that went out of the plan, to be closed as soon as others have come.
    leaving: Vec<SourceId>,
    /// The tabs of which a stream was taken apart because another log is to join it.
    parted: BTreeSet<usize>,
    /// A session that is being taken up.
    pub(super) resumed: Resumed,
    /// The workspace the program was started with.
    pub(super) name: Option<String>,
    /// A workspace that is being saved, in case there is one already.
    pub(super) saving: Option<Saving>,
    /// What the command does not say that is being copied.
    pub(super) unsaid: Unsaid,
    /// Somebody has pressed a key: what is in front is no longer the plan's matter.
    pub(super) touched: bool,
}

impl Space {
    /// A plan of which nothing has come yet.
    pub fn new(plan: Workspace) -> Space {
        Space { planned: Planned::new(&plan), plan, ..Space::default() }
    }

    /// Another plan from now on; the one before.
    pub(super) fn use_plan(&mut self, plan: Workspace) -> Workspace {
        self.planned = Planned::new(&plan);
        std::mem::replace(&mut self.plan, plan)
    }

    /// A tab of the plan as far as there are panes for it.
    fn lay(&self, tab: usize) -> Option<Node> {
        let mut panes: BTreeMap<usize, Vec<PaneId>> = BTreeMap::new();
        for (pane, leaf) in &self.leaves {
            panes.entry(*leaf).or_default().push(*pane);
        }
        let mut leaf = self.planned.of_tab(tab).start;
        lay_part(&self.plan.tabs.get(tab)?.root, &panes, &mut leaf)
    }

    /// Whether every leaf of a tab has its pane.
    fn complete(&self, tab: usize) -> bool {
        let there: BTreeSet<usize> = self.leaves.values().copied().collect();
        self.planned.of_tab(tab).all(|leaf| there.contains(&leaf))
    }
}

/// A part of a tab as far as there are panes for its leaves, the first of which is `leaf`; that goes on behind the last.
fn lay_part(part: &Part, panes: &BTreeMap<usize, Vec<PaneId>>, leaf: &mut usize) -> Option<Node> {
    match part {
        Part::Pane(_) => {
            *leaf += 1;
            Node::arrange(LayoutKind::Grid, panes.get(&(*leaf - 1))?)
        }
        Part::Split(direction, parts) => {
            let mut laid: Vec<(u32, Node)> = parts
                .iter()
                .filter_map(|(weight, part)| Some((*weight, lay_part(part, panes, leaf)?)))
                .collect();
            match laid.len() {
                0 | 1 => laid.pop().map(|(_, node)| node),
                _ => Some(Node::Split(split(*direction), laid)),
            }
        }
    }
}

fn split(direction: Direction) -> Split {
    match direction {
        Direction::Rows => Split::Below,
        Direction::Columns => Split::Beside,
    }
}

impl App {
    /// The same, of which some sources were named by the user, in a folder that relative paths are meant from; perhaps
    /// besides a workspace.
    #[must_use]
    pub fn named(mut self, origins: Vec<Origin>, folder: String, workspace: Option<String>) -> App {
        self.space.named = origins;
        (self.space.folder, self.space.name) = (folder, workspace);
        self
    }

    /// Opens what somebody typed, a path, a glob or a command, and gives it the focus. It is saved under that name.
    pub(super) fn open_named(&mut self, text: &str) {
        let origin = Origin::of_typed(text, &self.space.folder);
        let given = Origins::new(&self.space.plan, [&origin]);
        self.space.closed.retain(|name| given.of(name).is_none());
        if !self.space.named.contains(&origin) {
            self.space.named.push(origin);
        }
        self.opening = true;
        self.effects.push(Effect::Open(text.to_owned()));
    }

    /// The name by which it is known where a source comes from; none where that is no text.
    pub(super) fn full_name(&self, feed: &Feed) -> Option<String> {
        let name = feed.opens()?;
        Some(if feed.is_command() { name.to_owned() } else { self.whole_name(name) })
    }

    /// The full name of a source from whatever folder it is looked at.
    pub(super) fn whole_name(&self, source: &str) -> String {
        match source {
            "stdin" => source.to_owned(),
            name => Origin::path(name, &self.space.folder).typed(),
        }
    }

    /// The leaves of the plan that stand for a source.
    fn leaves_of(&self, source: &str) -> Vec<usize> {
        let leaves = self.space.planned.leaves_of(source);
        let leaves =
            if leaves.is_empty() { self.space.planned.leaves_of(&self.whole_name(source)) } else { leaves };
        leaves.to_vec()
    }

    /// Gives a new pane of a source its place: where the plan has one for it, otherwise as panes come.
    pub(super) fn stand(&mut self, pane: Pane, source: &str) -> PaneId {
        let leaves = self.leaves_of(source);
        let Some(leaf) = leaves.first() else {
            let (group, area) = (self.settings.log(source).group, self.panes_area());
            return self.desk.add(pane, group.as_deref(), self.settings.layout, area);
        };
        let id = self.desk.number(pane);
        self.space.leaves.insert(id, *leaf);
        self.space.bare.push(id);
        self.lay_planned(*leaf, id);
        id
    }

    /// Lays the tab of a leaf out anew, where a pane has come for it.
    fn lay_planned(&mut self, leaf: usize, id: PaneId) {
        let Some(tab) = self.space.planned.tab(leaf) else { return };
        self.space.made.resize(self.space.plan.tabs.len(), None);
        self.part_planned(tab);
        let at = |desk: &super::desk::Desk, made: &Option<Node>| {
            desk.tabs.iter().position(|own| Some(&own.root) == made.as_ref())
        };
        let known = self.space.made[tab].is_some();
        let place = at(&self.desk, &self.space.made[tab]);
        let Some(root) = self.space.lay(tab) else { return };
        match place {
            Some(place) => self.desk.tabs[place].root = root.clone(),
            // Somebody has laid it out by hand: what comes late stands on a tab of its own.
            None if known => {
                self.desk.tabs.extend(Tab::of(Node::Leaf(id)));
                return;
            }
            None => {
                let before = self.space.made[..tab].iter().rev().find_map(|made| at(&self.desk, made));
                let place = before.map_or(0, |before| before + 1);
                let first = self.desk.tabs.is_empty();
                self.desk.tabs.splice(place..place, Tab::of(root.clone()));
                self.desk.front += usize::from(place <= self.desk.front && !first);
            }
        }
        self.space.made[tab] = Some(root);
        self.dress_tab(tab);
    }

    /// Gives a tab of the plan its name, its focus, and whether it is in front.
    fn dress_tab(&mut self, tab: usize) {
        let Some(place) =
            self.desk.tabs.iter().position(|own| Some(&own.root) == self.space.made[tab].as_ref())
        else {
            return;
        };
        let planned = &self.space.planned;
        let has_focus =
            |leaf: usize| planned.tab(leaf) == Some(tab) && planned.view(leaf).is_some_and(|view| view.focus);
        let focus = self.space.leaves.iter().find(|(_, leaf)| has_focus(**leaf));
        let focus = focus.map(|(pane, _)| *pane);
        let Some(plan) = self.space.plan.tabs.get(tab) else { return };
        let (name, zoom, locked) = (plan.name.clone(), plan.zoom, plan.locked);
        let own = &mut self.desk.tabs[place];
        let panes = own.root.panes();
        own.name = name;
        own.focus = focus.or(panes.first().copied()).unwrap_or(own.focus);
        (own.zoom, own.locked) = (zoom && panes.len() > 1, locked && panes.len() > 1);
        if self.space.touched {
            return;
        }
        let planned = self.space.plan.tabs.iter().position(|tab| tab.front);
        let first = self.space.made.iter().position(Option::is_some);
        if planned.is_none_or(|planned| self.space.made[planned].is_none()) && first == Some(tab)
            || planned == Some(tab)
        {
            self.desk.front = place;
        }
    }

    /// Puts on a pane that came for the plan what its leaf says, and what else the plan wants once it is there.
    pub(super) fn furnish_planned(&mut self, id: PaneId) {
        self.leave_at_last();
        if !self.space.bare.contains(&id) {
            return self.resume(id);
        }
        self.space.bare.retain(|bare| *bare != id);
        let Some(source) = self.desk.panes.get(&id).map(|pane| pane.strand.source) else { return };
        let Some(name) = self.feeds.get(&source).map(|feed| feed.planned_name().to_owned()) else { return };
        let leaves = self.leaves_of(&name);
        let mut ids = vec![id];
        for leaf in leaves.iter().skip(1) {
            let Some(twin) = self.twin(id) else { continue };
            let twin = self.desk.number(twin);
            self.space.leaves.insert(twin, *leaf);
            self.lay_planned(*leaf, twin);
            ids.push(twin);
        }
        for (id, leaf) in ids.into_iter().zip(&leaves) {
            if let Some(view) = self.space.planned.view(*leaf).cloned() {
                self.furnish(id, &view);
            }
            self.resume(id);
        }
        let tabs: Vec<usize> = leaves.iter().filter_map(|leaf| self.space.planned.tab(*leaf)).collect();
        tabs.into_iter().for_each(|tab| self.merge_planned(tab));
    }

    /// Puts on a pane what a view says.
    pub(super) fn furnish(&mut self, id: PaneId, view: &View) {
        let Some(pane) = self.desk.panes.get_mut(&id) else { return };
        let (source, merged) = (pane.strand.source, pane.merged.is_some());
        let folding = pane.folding;
        pane.context = view.context.unwrap_or(pane.context);
        pane.folding.by_line = view.by_line.unwrap_or(pane.folding.by_line);
        (pane.folding.tails, pane.folding.repeats) = (view.fold_tails, view.fold_repeats);
        let refold = folding != pane.folding;
        let look = &mut pane.look;
        look.wrap = view.wrap.unwrap_or(look.wrap);
        look.way = view.form.unwrap_or(look.way);
        look.times = view.times.unwrap_or(look.times);
        look.histogram = view.histogram && !merged;
        look.numbers = view.numbers.unwrap_or(look.numbers) && !merged;
        let numbers = look.numbers;
        pane.hidden = view.hide.iter().cloned().collect();
        pane.relaid();
        let chain = pane.chain.clone();
        match &view.filters {
            Some(terms) => {
                let mut chain = self.planned_chain(terms, view.filters_off);
                if !merged {
                    self.recognise(source, &mut chain);
                }
                self.desk.panes.entry(id).and_modify(|pane| pane.own_filter = true);
                self.use_chain(id, chain);
            }
            None if refold => self.use_chain(id, chain),
            None => {}
        }
        if numbers {
            let near = self.near(id, 0);
            self.number_lines(source, near);
        }
    }

    /// A filter of which terms are planned. What is none was told when the plan was read.
    fn planned_chain(&self, terms: &[TermPlan], off: bool) -> Chain {
        let now = self.now.map(|now| self.wall.at(now)).unwrap_or_default();
        let mut chain = Chain { terms: Vec::new(), off };
        for TermPlan { kind, text, on } in terms {
            let regex = |kind: Kind| Pattern::new(text).ok().map(|pattern| Term::new(kind, pattern));
            let made: Vec<Term> = match kind {
                TermKind::Keep => regex(Kind::Keep).into_iter().collect(),
                TermKind::Drop => regex(Kind::Drop).into_iter().collect(),
                TermKind::Or => regex(Kind::Or).into_iter().collect(),
                TermKind::Query => match Query::parse(text) {
                    Ok(query) => query.parts().iter().map(|part| Term::of_part(part, &now)).collect(),
                    Err(_) => Vec::new(),
                },
            };
            chain.terms.extend(made.into_iter().map(|term| Term { on: *on, ..term }));
        }
        chain
    }

    /// Takes the stream of a planned tab apart that another log is to join.
    fn part_planned(&mut self, tab: usize) {
        let made = self.space.made.get(tab).and_then(Option::as_ref);
        let of = |pane: &Pane| {
            let tabs = pane.merged.as_ref().map(|merged| &merged.tabs[..]);
            made.is_some() && tabs.is_some_and(|tabs| tabs.iter().any(|own| Some(&own.root) == made))
        };
        let stream = self.desk.panes.iter().find(|(_, pane)| of(pane)).map(|(id, _)| *id);
        let Some(id) = stream.filter(|_| self.space.plan.tabs.get(tab).is_some_and(|plan| plan.merged))
        else {
            return;
        };
        let focused = self.desk.focused().filter(|focused| *focused != id);
        self.unmerge(id);
        if let Some(focused) = focused {
            self.desk.focus(focused);
        }
        self.space.parted.insert(tab);
    }

    /// Makes one stream of a tab that is planned as one, once all its sources are there.
    fn merge_planned(&mut self, tab: usize) {
        let plan = self.space.plan.tabs.get(tab);
        if !plan.is_some_and(|plan| plan.merged) || !self.space.complete(tab) {
            return;
        }
        let made = self.space.made.get(tab).cloned().flatten();
        let Some(place) = self.desk.tabs.iter().position(|own| Some(&own.root) == made.as_ref()) else {
            return;
        };
        let front = std::mem::replace(&mut self.desk.front, place);
        let panes = self.desk.tabs[place].root.panes();
        // A stream that grows keeps what was put on it since.
        let grows = self.space.parted.remove(&tab);
        if grows {
            self.leave_for(&panes);
        }
        self.merge(&panes);
        self.messages.unsay();
        let merged = self.desk.tabs.get(place).map(|tab| tab.focus);
        let stream = merged.and_then(|id| self.desk.panes.get_mut(&id)?.merged.as_mut());
        stream.into_iter().for_each(|stream| stream.planned = true);
        let view = self.space.planned.view(self.space.planned.of_tab(tab).start).cloned();
        if let (Some(id), Some(view)) = (merged.filter(|_| !grows), view) {
            self.furnish(id, &view);
        }
        self.desk.front = front;
    }

    /// Closes what went out of the plan, now that other panes stand on the desk.
    fn leave_at_last(&mut self) {
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

    /// Whether a pane stands where the plan has it.
    pub(super) fn is_planned(&self, pane: PaneId) -> bool {
        self.space.leaves.contains_key(&pane)
    }

    /// Uses another plan in the place of the one before. What stays open keeps its place in its log; a
    /// filter of the plan is put on where the plan's own has changed.
    pub(super) fn plan(&mut self, plan: Workspace) {
        if plan == self.space.plan {
            return;
        }
        let before = self.space.use_plan(plan);
        let old_views: Vec<View> = before.tabs.iter().flat_map(|tab| tab.root.views()).cloned().collect();
        let plan = self.space.plan.clone();
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
            self.lay_anew(&old_views);
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

    /// Makes the panes that the plan has of open sources and that are not there yet.
    fn show_again(&mut self) {
        let open = self.feeds.iter().map(|(id, feed)| (*id, feed.planned_name().to_owned(), feed.end()));
        for (source, name, end) in open.collect::<Vec<_>>() {
            for leaf in self.leaves_of(&name) {
                let own = |(id, own): (&PaneId, &usize)| {
                    *own == leaf && self.desk.panes.get(id).is_some_and(|pane| pane.shows(source))
                };
                if self.space.leaves.iter().any(own) {
                    continue;
                }
                let id = self.desk.number(self.fresh_pane(source, end));
                self.space.leaves.insert(id, leaf);
                self.lay_planned(leaf, id);
                let chain = self.first_chain(&name);
                if !chain.terms.is_empty() {
                    self.use_chain(id, chain);
                }
                if let Some(view) = self.space.planned.view(leaf).cloned() {
                    self.furnish(id, &view);
                }
            }
        }
    }

    /// Lays the panes out as the plan has them now; what it says nothing of stands behind.
    fn lay_anew(&mut self, before: &[View]) {
        let held_before = self.held();
        let apart = self.take_apart();
        let order = self.desk.order();
        let leaves = std::mem::take(&mut self.space.leaves);
        self.space.made = vec![None; self.space.plan.tabs.len()];
        self.space.parted.clear();
        let tabs = std::mem::take(&mut self.desk.tabs);
        let held: Vec<PaneId> = tabs.iter().map(|tab| tab.focus).collect();
        self.desk.front = 0;
        let mut rest: Vec<PaneId> = Vec::new();
        for id in order {
            let Some(pane) = self.desk.panes.get(&id) else { continue };
            let Some(feed) = self.feeds.get(&pane.strand.source) else { continue };
            let wanted = self.leaves_of(feed.planned_name());
            // A leaf that stands for several sources takes them all, but each of them once.
            let free = wanted.iter().find(|leaf| {
                let same = |(other, own): (&PaneId, &usize)| {
                    own == *leaf
                        && self.desk.panes.get(other).is_some_and(|other| other.shows(pane.strand.source))
                };
                !self.space.leaves.iter().any(same)
            });
            let Some(leaf) = free.copied() else {
                rest.push(id);
                continue;
            };
            self.space.leaves.insert(id, leaf);
            self.lay_planned(leaf, id);
            let old = leaves.get(&id).and_then(|leaf| before.get(*leaf));
            if let Some(view) = self.space.planned.view(leaf).filter(|view| old != Some(view)) {
                let unchanged =
                    old.is_some_and(|old| old.filters == view.filters && old.filters_off == view.filters_off);
                let view = if unchanged { View { filters: None, ..view.clone() } } else { view.clone() };
                self.furnish(id, &view);
            }
        }
        self.show_again();
        for id in rest {
            let name =
                tabs.iter().find(|tab| tab.root.panes().contains(&id)).and_then(|tab| tab.name.clone());
            // They come together on as few tabs as they need when the desk is settled.
            let tab = Tab::new(self.settings.layout, &[id]);
            self.desk.tabs.extend(tab.map(|tab| Tab { name, ..tab }));
        }
        (0..self.space.plan.tabs.len()).for_each(|tab| self.merge_planned(tab));
        for tab in &mut self.desk.tabs {
            let panes = tab.root.panes();
            tab.focus = held.iter().copied().find(|held| panes.contains(held)).unwrap_or(tab.focus);
        }
        self.merge_again(apart);
        held_before.iter().for_each(|held| self.hold_again(held));
        self.resize(self.size);
    }
}
