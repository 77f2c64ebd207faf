//! What the lines of a source say of themselves, counted once for everyone: from when it is opened what is
//! appended, and all the rest too once it has been on the screen.

use std::ops::Range;
use std::sync::Arc;
use std::time::Instant;

use super::App;
use super::event::{Effect, ScanId, ScanRequest};
use super::feed::Feed;
use super::pane::{PaneId, Sought};
use super::scans::is_unread;
use super::source::{Source, SourceId};
use super::strand::Kept;
use super::tally::Tally;
use crate::core::filter::Filter;
use crate::core::levels::LevelIndex;
use crate::core::pos::Pos;
use crate::core::query;
use crate::core::read::Reading;
use crate::core::scan::Select;
use crate::core::walk::Memory;

/// The count of what the lines of a source say.
pub struct Levels {
    /// Its number.
    pub id: ScanId,
    /// What is counted so far.
    pub index: LevelIndex,
    /// How its lines are read.
    pub reading: Arc<Reading>,
    /// Keep the errors and the warnings, as they are counted.
    filters: [Filter; 2],
    /// What was there at first is counted too.
    pub whole: bool,
    /// Why it stopped, if it failed: a sentence.
    pub failed: Option<String>,
}

impl Levels {
    fn new(id: ScanId, reading: &Arc<Reading>, covered: Range<Pos>) -> Levels {
        let reader: Arc<dyn query::Reader> = Arc::<Reading>::clone(reading);
        let filter = |sought: Sought| Filter::search(&Default::default(), sought.test()).read_by(&reader);
        Levels {
            id,
            index: LevelIndex::unknown(covered),
            reading: Arc::clone(reading),
            filters: [filter(Sought::Errors), filter(Sought::Warnings)],
            whole: false,
            failed: None,
        }
    }

    /// Keeps the lines that a search by level looks for.
    pub fn filter(&self, sought: &Sought) -> Filter {
        let [errors, warnings] = &self.filters;
        if matches!(sought, Sought::Warnings) { warnings.clone() } else { errors.clone() }
    }

    /// As the count of what a search by level looks for.
    fn tally(&self, sought: &Sought) -> Option<Tally> {
        let index = match sought {
            Sought::Errors => self.index.errors(),
            Sought::Warnings => self.index.warnings(),
            Sought::Pattern(_) => return None,
        };
        Some(Tally { id: self.id, index: index.clone(), stopped: false, failed: None })
    }
}

impl App {
    /// Begins to count what the lines of a source say.
    pub(super) fn count_levels(&mut self, source: &Source, reading: &Arc<Reading>) -> Levels {
        self.scans += 1;
        let (id, end) = (ScanId(self.scans), source.status.end);
        if !is_unread(&source.status) {
            let select = Select::Levels(Arc::clone(reading));
            let request = ScanRequest { id, source: source.id, select, near: end, history: false };
            self.effects.push(Effect::Scan(request));
        }
        Levels::new(id, reading, source.store.held(end.back(1)).start.min(end)..end)
    }

    /// Counts anew what the lines of a source say: they are read otherwise now, or it is known only now how many
    /// there are.
    pub(super) fn count_levels_anew(&mut self, id: SourceId) {
        let Some(feed) = self.feeds.get(&id) else { return };
        let (source, reading) = (feed.source.clone(), Arc::clone(feed.learner.reading()));
        let (old, whole, came) = (feed.levels.id, feed.levels.whole, feed.appended.index.total() > 0);
        self.effects.push(Effect::StopScan(old));
        let levels = self.count_levels(&source, &reading);
        if let Some(feed) = self.feeds.get_mut(&id) {
            feed.levels = levels;
        }
        if whole || came {
            self.look_back(id);
        }
    }

    /// Counts all lines of a source.
    pub(super) fn look_back(&mut self, id: SourceId) {
        let Some(feed) = self.feeds.get_mut(&id).filter(|feed| !is_unread(feed.status())) else { return };
        if !std::mem::replace(&mut feed.levels.whole, true) {
            self.effects.push(Effect::LookBack(feed.levels.id));
        }
    }

    /// Sources that are on the screen are counted whole from now on. This is noted when the screen is made, and
    /// done with the next event, so that no first screen waits for it.
    pub(super) fn look_back_in_sight(&mut self) {
        let due = |feed: &&Feed| !feed.levels.whole && !is_unread(feed.status());
        let due: Vec<SourceId> = self.shown_feeds().filter(due).map(|feed| feed.source.id).collect();
        due.into_iter().for_each(|id| self.look_back(id));
    }

    /// The count of a search by level, where all lines are counted anyway.
    pub(super) fn counted_anyway(&self, id: PaneId, log: usize, sought: &Sought) -> Option<Kept> {
        let strand = self.desk.panes.get(&id)?.strands().nth(log)?;
        let feed = self.feeds.get(&strand.source)?;
        let levels = &feed.levels;
        let usable = !feed.is_far() && levels.whole && levels.failed.is_none() && strand.kept.is_none();
        // Until all is counted the end comes first, so who looks elsewhere is better off with a scan of their own.
        let near = levels.index.lines().complete() || self.near(id, log) == feed.end();
        let tally = levels.tally(sought).filter(|_| usable && near)?;
        Some(Kept { filter: levels.filter(sought), tally, memory: Memory::default() })
    }

    /// Whether a scan is for everyone, so that no search may stop it.
    pub(super) fn is_for_all(&self, id: ScanId) -> bool {
        self.feeds.values().any(|feed| feed.levels.id == id)
    }

    /// A snapshot of what lines say came; one of a scan that was stopped is nobody's.
    pub(super) fn levelled(&mut self, now: Instant, id: ScanId, index: LevelIndex) {
        let feed = self.feeds.values_mut().find(|feed| feed.levels.id == id);
        let Some(source) = feed.as_ref().map(|feed| feed.source.id) else { return };
        let before = self.news_of(source);
        let Some(feed) = self.feeds.get_mut(&source) else { return };
        feed.levels.index = index;
        feed.rate.errors(now, feed.levels.index.appended().1);
        let mut searched = false;
        for pane in self.desk.panes.values_mut() {
            let Some(sought) = pane.search.as_ref().map(|search| search.sought.clone()) else { continue };
            let hits = pane.strands_mut().filter_map(|strand| strand.hits.as_mut());
            for hits in hits.filter(|hits| hits.tally.id == id) {
                if let Some(tally) = feed.levels.tally(&sought) {
                    self.awaited |= tally.complete() && !hits.tally.complete();
                    (hits.tally, searched) = (tally, true);
                }
            }
        }
        let shown = (searched && self.is_shown(source)) || self.charts_are_due(source, now);
        self.dirty |= shown || self.news_of(source) != before;
        if searched {
            self.go_on_in(source);
        }
    }
}
