//! The histograms on the screen: asking for them, and again when more came.

use std::collections::BTreeMap;
use std::ops::Range;
use std::time::{Duration, Instant};

use super::App;
use super::event::{ChartId, ChartRequest, Effect, ScanId};
use super::pane::PaneId;
use super::source::SourceId;
use crate::core::histogram::{Histogram, Looked};
use crate::core::pos::Pos;
use crate::core::read::Time;

/// While a log grows its histogram is made anew no more often.
const PAUSE: Duration = Duration::from_millis(200);

/// Where a histogram stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// Above the text of its pane.
    Band,
    /// Over the panes.
    Layer,
}

/// What a histogram is made of: another one is made when this is another.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Of {
    levels: ScanId,
    covered: Range<Pos>,
    lines: u64,
    span: Option<Range<Time>>,
    columns: usize,
    offset: i64,
}

#[derive(Default)]
struct Chart {
    source: Option<SourceId>,
    /// The one that is being made, and of what.
    asked: Option<(ChartId, Of)>,
    /// What there is, and of what it was made.
    made: Option<(Option<Histogram>, Of)>,
    looked: Looked,
    /// When it may be made anew because more came.
    again: Option<Instant>,
    /// More came than it shows.
    stale: bool,
    /// It was on the last screen.
    shown: bool,
}

/// All histograms on the screen.
#[derive(Default)]
pub struct Charts {
    charts: BTreeMap<(PaneId, Place), Chart>,
    /// The number of the newest.
    last: u64,
}

/// What is known of a histogram.
pub enum Known<'a> {
    /// It is being made for the first time.
    Nothing,
    /// No line says a time.
    Timeless,
    /// It.
    Made(&'a Histogram),
}

impl Charts {
    /// What is known of the histogram of a pane.
    pub fn known(&self, pane: PaneId, place: Place) -> Known<'_> {
        let chart = self.charts.get(&(pane, place));
        let stale = chart.is_some_and(|chart| chart.stale);
        match chart.and_then(|chart| chart.made.as_ref()) {
            None => Known::Nothing,
            Some((None, _)) if stale => Known::Nothing,
            Some((None, _)) => Known::Timeless,
            Some((Some(histogram), _)) => Known::Made(histogram),
        }
    }

    /// A screen was made: histograms that are not on it are forgotten.
    pub fn settle(&mut self) {
        self.charts.retain(|_, chart| std::mem::take(&mut chart.shown));
    }
}

impl App {
    /// A histogram is on the screen: it is asked for where it is not there, or another one.
    pub(super) fn show_chart(
        &mut self,
        now: Instant,
        pane: PaneId,
        place: Place,
        span: Option<Range<Time>>,
        columns: usize,
    ) {
        let source = self.desk.panes.get(&pane).map(|pane| pane.strand.source);
        let Some(feed) = source.and_then(|source| self.feeds.get(&source)) else { return };
        let (index, offset) = (feed.levels.index.clone(), self.offset());
        let lines = index.lines();
        let (covered, total) = (lines.covered(), lines.total());
        let of = Of { levels: feed.levels.id, covered, lines: total, span: span.clone(), columns, offset };
        let chart = self.charts.charts.entry((pane, place)).or_default();
        (chart.shown, chart.source) = (true, source);
        let made = chart.made.as_ref().map(|(_, of)| of);
        chart.stale = made != Some(&of);
        // What the user changed does not wait, nor what nothing was known of yet.
        let empty = matches!(chart.made, Some((None, _)));
        let same = made
            .is_some_and(|made| (&made.span, made.columns, made.offset) == (&of.span, of.columns, of.offset));
        let same = same && !empty;
        let waits = same && chart.again.is_some_and(|again| now < again);
        if !chart.stale || waits || chart.asked.is_some() {
            return;
        }
        self.charts.last += 1;
        let id = ChartId(self.charts.last);
        chart.asked = Some((id, of));
        // What was read otherwise is to be read again.
        let same_lines = chart.made.as_ref().is_some_and(|(_, of)| of.levels == feed.levels.id);
        let looked = Some(std::mem::take(&mut chart.looked)).filter(|_| same_lines).unwrap_or_default();
        let (store, reading) = (feed.source.store.clone(), feed.levels.reading.clone());
        let source = feed.source.id;
        let request = ChartRequest { id, source, index, store, reading, span, columns, offset, looked };
        self.effects.push(Effect::Chart(Box::new(request)));
    }

    /// Nanoseconds that the zone in which times are shown is ahead of Greenwich now.
    fn offset(&self) -> i64 {
        let now = self.now.map(|now| self.wall.at(now)).unwrap_or_default();
        i64::from(self.zone().to_offset(now.timestamp()).seconds()) * 1_000_000_000
    }

    /// A histogram was made; one that nobody sees any more is dropped.
    pub(super) fn charted(
        &mut self,
        now: Instant,
        id: ChartId,
        histogram: Option<Histogram>,
        looked: Looked,
    ) {
        let asked = |chart: &&mut Chart| chart.asked.as_ref().is_some_and(|(asked, _)| *asked == id);
        let Some(chart) = self.charts.charts.values_mut().find(asked) else { return };
        if let Some((_, of)) = chart.asked.take() {
            chart.made = Some((histogram, of));
        }
        (chart.looked, chart.again) = (looked, Some(now + PAUSE));
        self.dirty = true;
    }

    /// Whether a histogram of a source is to be made anew now that more came.
    pub(super) fn charts_are_due(&mut self, source: SourceId, now: Instant) -> bool {
        let charts = self.charts.charts.values_mut().filter(|chart| chart.source == Some(source));
        charts.fold(false, |due, chart| {
            chart.stale = true;
            due || (chart.asked.is_none() && chart.again.is_none_or(|again| again <= now))
        })
    }

    /// When a histogram is to be made anew of what came since.
    pub(super) fn chart_due(&self) -> Option<Instant> {
        let charts = self.charts.charts.values().filter(|chart| chart.stale && chart.asked.is_none());
        charts.filter_map(|chart| chart.again).min()
    }
}
