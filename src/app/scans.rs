//! Sources coming in, and scans: which are running, whose answers they are, and what they set in motion.

use std::cell::OnceCell;
use std::sync::Arc;
use std::time::Instant;

use super::App;
use super::event::{Effect, ScanId, ScanRequest};
use super::eye::Eye;
use super::feed::Feed;
use super::news::Unseen;
use super::pane::{Jump, Pane, PaneId, Sought};
use super::rate::Rate;
use super::source::{Exact, Source, SourceId, State, Status};
use super::strand::{Kept, Strand};
use super::tally::Tally;
use crate::core::filter::Filter;
use crate::core::index::SparseIndex;
use crate::core::pos::Pos;
use crate::core::query::Reader;
use crate::core::scan::Select;
use crate::core::walk::Memory;

/// Whether nothing is known yet of what is in a log.
pub(super) fn is_unread(status: &Status) -> bool {
    match status.state {
        State::Opening => true,
        State::Failed(_) => status.end == Pos(0),
        _ => false,
    }
}

impl App {
    pub(super) fn opened(&mut self, source: Source) {
        let (id, end) = (source.id, source.status.end);
        let appended = self.scan(&source, Select::All, end, false);
        let said = self.settings.log(&source.name);
        let learner = self.learner(&source, &said);
        let levels = self.count_levels(&source, learner.reading());
        let rate = Rate::default();
        let choice = OnceCell::new();
        let feed = Feed { source, said, appended, lines: None, levels, learner, rate, choice };
        let name = feed.planned_name().to_owned();
        if let Some(name) = self.full_name(&feed) {
            self.space.closed.remove(&name);
        }
        self.feeds.insert(id, feed);
        let pane = self.stand(Pane::new(Strand::new(id, end), 0), &name);
        if std::mem::take(&mut self.opening) {
            self.desk.focus(pane);
        }
        self.furnish_planned(pane);
    }

    /// A source is called otherwise from now on.
    pub(super) fn renamed(&mut self, id: SourceId, name: String, exact: Exact) {
        if let Some(feed) = self.feeds.get_mut(&id).filter(|feed| feed.source.name != name) {
            (feed.source.name, feed.source.exact) = (name, exact);
            self.dirty = true;
        }
    }

    pub(super) fn source_changed(&mut self, id: SourceId, status: Status) {
        let Some(feed) = self.feeds.get_mut(&id) else { return };
        let link =
            |status: &Status| status.remote.as_ref().map(|remote| std::mem::discriminant(&remote.host.state));
        let turned = link(&feed.source.status) != link(&status);
        let before = std::mem::replace(&mut feed.source.status, status);
        let known = is_unread(&before) && !is_unread(feed.status());
        let learned = self.learn(id);
        if known {
            self.known(id);
        } else if learned {
            self.count_levels_anew(id);
            self.read_anew(id);
        }
        if turned {
            self.down_read = self.down_read.min(self.hosts_down().len());
        }
        // A link that is lost is told even where none of its panes is in sight.
        self.dirty = self.dirty || turned || self.is_shown(id);
        // What a jump waits for may have been fetched.
        self.go_on_in(id);
    }

    /// It is known now how long a log was when it was opened: what comes from now on is new, and what was to be
    /// looked for is looked for in what is there.
    fn known(&mut self, id: SourceId) {
        let Some(source) = self.feeds.get(&id).map(|feed| feed.source.clone()) else { return };
        let end = source.status.end;
        let appended = self.scan(&source, Select::All, end, false);
        let lines = self.feeds.get_mut(&id).and_then(|feed| {
            feed.appended = appended;
            feed.lines.take()
        });
        let panes: Vec<(PaneId, bool)> = self
            .desk
            .panes
            .iter()
            .filter(|(_, pane)| pane.shows(id))
            .map(|(id, pane)| (*id, pane.tallies().next().is_some()))
            .collect();
        for (pane, looks) in panes {
            let strands = self.desk.panes.get_mut(&pane).into_iter().flat_map(Pane::strands_mut);
            for strand in strands.filter(|strand| strand.source == id) {
                (strand.seen, strand.frozen) = (end, strand.frozen.map(|_| end));
            }
            if looks {
                self.look_anew(pane);
            }
        }
        if lines.is_some() {
            self.number_lines(id, end);
        }
        self.count_levels_anew(id);
    }

    /// Goes on with the jumps that wait in the panes of a source.
    pub(super) fn go_on_in(&mut self, source: SourceId) {
        let waits = |pane: &Pane| pane.shows(source) && pane.jump.is_some();
        let waiting: Vec<PaneId> =
            self.desk.panes.iter().filter(|(_, pane)| waits(pane)).map(|(id, _)| *id).collect();
        self.dirty |= !waiting.is_empty();
        for pane in waiting {
            self.go_on(pane);
            self.awaited |= self.desk.panes.get(&pane).is_some_and(|pane| pane.jump.is_none());
        }
    }

    /// Whether a pane that is seen now shows a source.
    pub(super) fn is_shown(&self, id: SourceId) -> bool {
        self.shown_feeds().any(|feed| feed.source.id == id)
    }

    /// What is shown of the lines nobody saw in the panes of a source: how many where the pane is seen, and whether
    /// there are any where its tab is behind.
    pub(super) fn news_of(&self, id: SourceId) -> Vec<Unseen> {
        let shown = self.is_shown(id);
        let some = |n: u64| n.min(1);
        let panes = self.desk.panes.iter().filter(|(_, pane)| pane.shows(id));
        let unseen = panes.map(|(pane, _)| self.unseen(*pane));
        let brief = |Unseen { lines, errors, warnings }| Unseen {
            lines: some(lines),
            errors: some(errors),
            warnings: some(warnings),
        };
        unseen.map(|unseen| if shown { unseen } else { brief(unseen) }).collect()
    }

    fn scan(&mut self, source: &Source, select: Select, near: Pos, history: bool) -> Tally {
        self.scans += 1;
        let id = ScanId(self.scans);
        let end = source.status.end;
        let from = if history { source.store.range().start.min(end) } else { end };
        // While it is not known how long the log is, all of it would seem to be new.
        if !is_unread(&source.status) {
            self.effects.push(Effect::Scan(ScanRequest { id, source: source.id, select, near, history }));
        }
        Tally { id, index: SparseIndex::unknown(from..end), stopped: false, failed: None }
    }

    pub(super) fn stop(&mut self, tally: &Tally) {
        if self.is_for_all(tally.id) {
            return;
        }
        self.effects.push(Effect::StopScan(tally.id));
    }

    /// Has nothing more fetched from another host for what a pane looks for; whether anything was.
    pub(super) fn rest(&mut self, id: PaneId) -> bool {
        let Some(pane) = self.desk.panes.get_mut(&id) else { return false };
        let mut rested = false;
        let mut uncounted = Vec::new();
        for strand in pane.strands_mut() {
            let Some(feed) = self.feeds.get_mut(&strand.source).filter(|feed| feed.is_far()) else {
                continue;
            };
            for tally in strand.tallies_mut().filter(|tally| tally.runs()) {
                (tally.stopped, rested) = (true, true);
                self.effects.push(Effect::Rest(tally.id));
            }
            // Line numbers are counted anew when they are asked for again.
            if let Some(lines) = feed.lines.take_if(|lines| !lines.complete()) {
                rested = true;
                self.effects.push(Effect::StopScan(lines.id));
                uncounted.push(strand.source);
            }
        }
        for source in uncounted {
            let others = self.desk.panes.values_mut().filter(|pane| pane.shows(source));
            others.for_each(|pane| {
                pane.jump.take_if(|jump| matches!(jump, Jump::Line(_)));
            });
        }
        if rested {
            self.messages.note("stopped: what is not here yet is not fetched");
        }
        rested
    }

    /// Begins to look for the lines a filter keeps, which are read as those of their source.
    pub(super) fn look_for(&mut self, source: SourceId, filter: Filter, near: Pos) -> Option<Kept> {
        let feed = self.feeds.get(&source)?;
        let reading: Arc<dyn Reader> = feed.learner.reading().clone();
        let (source, filter) = (feed.source.clone(), filter.read_by(&reading));
        let tally = self.scan(&source, Select::Kept(filter.clone()), near, true);
        Some(Kept { filter, tally, memory: Memory::default() })
    }

    /// Begins to count the errors that come in each log of a pane among the lines it keeps; for nothing where it
    /// shows every line.
    pub(super) fn errors_in(&mut self, id: PaneId) -> Vec<Option<Kept>> {
        let Some(pane) = self.desk.panes.get(&id) else { return Vec::new() };
        let filtered = pane.keeping().next().is_some();
        let filter = pane.folding.search(&pane.chain, Sought::Errors.test());
        let sources: Vec<SourceId> =
            pane.strands().map(|strand| strand.source).filter(|_| filtered).collect();
        let errors = sources.into_iter().map(|source| {
            let feed = self.feeds.get(&source)?;
            let reading: Arc<dyn Reader> = feed.learner.reading().clone();
            let source = feed.source.clone();
            let filter = filter.read_by(&reading);
            let end = source.status.end;
            let tally = self.scan(&source, Select::Kept(filter.clone()), end, false);
            Some(Kept { filter, tally, memory: Memory::default() })
        });
        errors.collect()
    }

    /// Begins to count all lines of a source, if that has not begun yet.
    pub(super) fn number_lines(&mut self, id: SourceId, near: Pos) {
        let Some(source) =
            self.feeds.get(&id).filter(|feed| feed.lines.is_none()).map(|feed| feed.source.clone())
        else {
            return;
        };
        let tally = self.scan(&source, Select::All, near, true);
        if let Some(feed) = self.feeds.get_mut(&id) {
            feed.lines = Some(tally);
        }
    }

    /// Where a pane looks in one of its logs, as a place to begin a scan.
    pub(super) fn near(&self, id: PaneId, log: usize) -> Pos {
        let Some(pane) = self.desk.panes.get(&id) else { return Pos(0) };
        let strand = pane.strands().nth(log);
        let end = strand.and_then(|strand| self.feeds.get(&strand.source)).map(Feed::end);
        match &pane.eye {
            Eye::At(anchor) => anchor.place.above(log),
            Eye::Bottom => end.unwrap_or_default(),
        }
    }

    /// Begins to look for the lines of each log of a pane that a filter keeps; where no filter is, for nothing.
    pub(super) fn look_in(&mut self, id: PaneId, filter: Option<&Filter>) -> Vec<Option<Kept>> {
        let Some(pane) = self.desk.panes.get(&id) else { return Vec::new() };
        let sources: Vec<SourceId> = pane.strands().map(|strand| strand.source).collect();
        let looks = sources.into_iter().enumerate().map(|(log, source)| {
            let near = self.near(id, log);
            self.look_for(source, filter?.clone(), near)
        });
        looks.collect()
    }

    /// How far the scans have come for which much of a log is fetched, in percent: what is asked for at a time is only a
    /// part of that. `None` where none runs.
    pub(super) fn looked_through(&self, id: SourceId) -> Option<usize> {
        let lines = self.feeds.get(&id).and_then(|feed| feed.lines.as_ref());
        let strands = self.desk.panes.values().flat_map(Pane::strands);
        let tallies = strands.filter(|strand| strand.source == id).flat_map(Strand::tallies).chain(lines);
        tallies.filter(|tally| tally.runs()).map(Tally::percent).min()
    }

    /// The scans that run, and of which source.
    fn tallies(&mut self) -> impl Iterator<Item = (SourceId, &mut Tally)> {
        let counts = self.feeds.iter_mut().flat_map(|(id, feed)| {
            let tallies = std::iter::once(&mut feed.appended).chain(&mut feed.lines);
            tallies.map(|tally| (*id, tally))
        });
        let strands = self.desk.panes.values_mut().flat_map(Pane::strands_mut).flat_map(|strand| {
            let source = strand.source;
            strand.tallies_mut().map(move |tally| (source, tally))
        });
        counts.chain(strands)
    }

    /// A snapshot came; one of a scan that was stopped is nobody's.
    pub(super) fn scanned(&mut self, now: Instant, id: ScanId, index: SparseIndex) {
        let Some(source) = self.tallies().find(|(_, tally)| tally.id == id).map(|(source, _)| source) else {
            return;
        };
        let news = self.news_of(source);
        let mut ended = false;
        if let Some((_, tally)) = self.tallies().find(|(_, tally)| tally.id == id) {
            ended = index.complete() && !tally.index.complete();
            tally.index = index;
        }
        self.awaited |= ended;
        if let Some(feed) = self.feeds.get_mut(&source).filter(|feed| feed.appended.id == id) {
            feed.rate.count(now, feed.appended.index.total());
        }
        // Of a source that is on a tab behind only the first news shows, beside the tab's name.
        self.dirty |= self.is_shown(source) || self.news_of(source) != news;
        self.go_on_in(source);
    }

    /// A scan stopped because its log cannot be read: nothing waits for it any longer.
    pub(super) fn scan_failed(&mut self, id: ScanId, sentence: String) {
        // Who looks at levels is told where they are shown.
        let levels = self.feeds.values_mut().find(|feed| feed.levels.id == id);
        if let Some(feed) = levels {
            feed.levels.failed = Some(sentence.clone());
        }
        let Some((_, tally)) = self.tallies().find(|(_, tally)| tally.id == id) else { return };
        tally.failed = Some(sentence.clone());
        self.messages.error(sentence);
        for pane in self.desk.panes.values_mut() {
            let lines =
                |strand: &Strand| self.feeds.get(&strand.source)?.lines.as_ref().map(|lines| lines.id);
            let hits = |strand: &Strand| strand.hits.as_ref().map(|hits| hits.tally.id);
            let waits = |strand: &Strand| [lines(strand), hits(strand)].contains(&Some(id));
            if pane.strands().any(waits) {
                pane.jump = None;
            }
        }
        // Line numbers are counted anew when they are asked for again.
        for feed in self.feeds.values_mut() {
            feed.lines.take_if(|lines| lines.id == id);
        }
    }
}
