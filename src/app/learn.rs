//! Learning how the lines of a source are read, and looking anew for what depends on it when that has changed.

use super::App;
use super::feed::Feed;
use super::pane::{Pane, PaneId};
use super::source::{Source, SourceId};
use super::strand::Kept;
use crate::config::logs::LogRule;
use crate::core::read::{Clock, Learner, Time};

/// Seconds that the clock of a source's host is ahead of UTC.
fn host_zone(source: &Source) -> Option<i32> {
    source.status.remote.as_ref().and_then(|remote| remote.zone)
}

impl App {
    /// How the lines of a source that was just opened are read, after a look at its end.
    pub(super) fn learner(&mut self, source: &Source, said: &LogRule) -> Learner {
        let now = self.now.map_or(Time(0), |moment| self.wall.time(moment));
        let written = source.status.grew.or(self.now).map_or(Time(0), |moment| self.wall.time(moment));
        let format = self.settings.format_of(&source.name);
        let own = self.settings.own_formats_of(&source.name);
        // Its zone is laid out once: there may be many sources.
        let clock = self.clock.get_or_insert_with(|| Clock::new(self.wall.zone(), written));
        let clock = match &said.zone {
            Some(zone) => Clock::new(zone.clone(), written),
            None => clock.at(written),
        };
        let mut learner = Learner::new(clock, &own, format.as_deref()).settled(said.zone.is_some());
        if let Some(offset) = host_zone(source) {
            learner.ahead(offset, now);
        }
        learner.look_at(&*source.store, source.status.end);
        learner
    }

    /// Learns from what has come to a source. True when its lines are read otherwise now.
    pub(super) fn learn(&mut self, id: SourceId) -> bool {
        let now = self.now.map_or(Time(0), |moment| self.wall.time(moment));
        let Some(feed) = self.feeds.get_mut(&id) else { return false };
        if let Some(grew) = feed.source.status.grew {
            feed.learner.at(self.wall.time(grew));
        }
        let Feed { source, learner, .. } = feed;
        let moved = host_zone(source).is_some_and(|offset| learner.ahead(offset, now));
        learner.look_at(&*source.store, source.status.end) || moved
    }

    /// Looks anew for what the panes of a source have found by reading its lines.
    pub(super) fn read_anew(&mut self, id: SourceId) {
        let reads = |kept: &Kept| kept.filter.reads();
        // What the user had stopped is not begun again behind their back.
        let stopped = |kept: &Kept| kept.tally.stopped;
        let panes = self.desk.panes.iter().filter(|(_, pane)| pane.shows(id));
        let due = |pane: &Pane| {
            let mut found = pane.strands().flat_map(|strand| strand.kept.iter().chain(&strand.hits));
            found.clone().any(reads) && !found.any(stopped)
        };
        let due: Vec<PaneId> = panes.filter(|(_, pane)| due(pane)).map(|(id, _)| *id).collect();
        for pane in due {
            self.look_anew(pane);
        }
    }

    /// Looks anew for what a pane keeps and searches; a jump that waits goes on waiting.
    pub(super) fn look_anew(&mut self, id: PaneId) {
        let Some(pane) = self.desk.panes.get(&id) else { return };
        let (chain, jump) = (pane.chain.clone(), pane.jump.clone());
        self.use_chain(id, chain);
        if let Some(pane) = self.desk.panes.get_mut(&id) {
            pane.jump = jump;
        }
    }
}
