//! A workspace on the desk: where the panes of sources stand that a file has planned. What a file says of a single pane is
//! put on it by [`super::word`].
//!
//! ```text
//! plan: tabs ─▶ parts ─▶ leaves (views, numbered)      opened source ─▶ its leaves ─▶ panes
//!                                                       the tab is laid out anew by the plan, unless somebody has
//!                                                       changed it by hand meanwhile
//! ```

mod change;
mod stream;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

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
use crate::config::workspace::{Direction, Origin, Origins, Part, Workspace};

/// What is planned, and what has come of it.
#[derive(Default)]
pub struct Space {
    /// The plan in effect.
    pub(super) plan: Arc<Workspace>,
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
    /// The file that was saved last, until it is read again because it is the one that is open.
    pub(super) saved: Option<String>,
    /// What the command does not say that is being copied.
    pub(super) unsaid: Unsaid,
    /// Somebody has pressed a key: what is in front is no longer the plan's matter.
    pub(super) touched: bool,
}

impl Space {
    /// A plan of which nothing has come yet, with where its sources are looked up.
    pub fn new(plan: Arc<Workspace>, origins: Arc<Origins>) -> Space {
        Space { planned: Planned::new(&plan, origins), plan, ..Space::default() }
    }

    /// Another plan from now on; the one before.
    pub(super) fn use_plan(&mut self, plan: Arc<Workspace>) -> Arc<Workspace> {
        self.planned = Planned::new(&plan, Arc::new(Origins::new(&plan, &plan.sources)));
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
        self.hold_named(Origin::of_typed(text, &self.space.folder));
        self.opening = true;
        self.effects.push(Effect::Open(text.to_owned()));
    }

    /// What is opened now is saved under the name that it was given, whatever is named besides and means it too.
    pub(super) fn hold_named(&mut self, origin: Origin) {
        let given = Origins::new(&self.space.plan, [&origin]);
        self.space.closed.retain(|name| given.of(name).is_none());
        if !self.space.named.contains(&origin) {
            self.space.named.push(origin);
        }
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
        let known = self.space.made[tab].is_some();
        let place = self.place_of(tab);
        let Some(root) = self.space.lay(tab) else { return };
        match place {
            Some(place) => self.desk.tabs[place].root = root.clone(),
            // Somebody has laid it out by hand: what comes late stands on a tab of its own.
            None if known => {
                self.desk.tabs.extend(Tab::of(Node::Leaf(id)));
                return;
            }
            None => {
                let before =
                    (0..tab).rev().find_map(|tab| self.place_of(tab).or_else(|| self.place_of_stream(tab)));
                let place = before.map_or(0, |before| before + 1);
                let first = self.desk.tabs.is_empty();
                self.desk.tabs.splice(place..place, Tab::of(root.clone()));
                self.desk.front += usize::from(place <= self.desk.front && !first);
            }
        }
        self.space.made[tab] = Some(root);
        self.dress_tab(tab);
    }

    /// Where a tab of the plan stands on the desk, as long as it is as it was laid out last.
    fn place_of(&self, tab: usize) -> Option<usize> {
        let made = self.space.made.get(tab)?.as_ref()?;
        self.desk.tabs.iter().position(|own| own.root == *made)
    }

    /// Where the stream stands that was made of a tab of the plan.
    fn place_of_stream(&self, tab: usize) -> Option<usize> {
        let made = self.space.made.get(tab)?.as_ref()?;
        let of = |pane: &Pane| {
            let merged = pane.merged.as_ref();
            merged.is_some_and(|merged| merged.tabs.iter().any(|own| own.root == *made))
        };
        let stream = |id: &PaneId| self.desk.panes.get(id).is_some_and(of);
        self.desk.tabs.iter().position(|own| own.root.panes().iter().any(stream))
    }

    /// Gives a tab of the plan its name, its focus, and whether it is in front.
    fn dress_tab(&mut self, tab: usize) {
        let Some(place) = self.place_of(tab) else { return };
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
            self.dress(id);
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
        for id in ids {
            self.dress(id);
            self.resume(id);
        }
        let tabs: Vec<usize> = leaves.iter().filter_map(|leaf| self.space.planned.tab(*leaf)).collect();
        for tab in tabs {
            let stream = self.merge_planned(tab);
            stream.into_iter().for_each(|stream| self.dress(stream));
        }
    }

    /// Whether a pane stands where the plan has it.
    pub(super) fn is_planned(&self, pane: PaneId) -> bool {
        self.space.leaves.contains_key(&pane)
    }
}
