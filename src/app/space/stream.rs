//! Tabs of a plan that are one stream: merged once all their logs are there, and taken apart where another one is to
//! join.

use crate::app::App;
use crate::app::pane::{Pane, PaneId};

impl App {
    /// Takes the stream of a planned tab apart that another log is to join.
    pub(super) fn part_planned(&mut self, tab: usize) {
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

    /// Makes one stream of a tab that is planned as one, once all its sources are there. The stream, where it is not one
    /// that has only grown: it has yet to be dressed.
    pub(super) fn merge_planned(&mut self, tab: usize) -> Option<PaneId> {
        let plan = self.space.plan.tabs.get(tab);
        if !plan.is_some_and(|plan| plan.merged) || !self.space.complete(tab) {
            return None;
        }
        let place = self.place_of(tab)?;
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
        stream.into_iter().for_each(|stream| stream.planned = Some(tab));
        self.desk.front = front;
        merged.filter(|_| !grows)
    }
}
