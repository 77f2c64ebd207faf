//! How far a place is along the logs of a pane, in bytes of all of them: the percent in its title, its scrollbar.

use super::compose::cells;
use super::feed::Feed;
use super::lens::{Picture, Side};
use super::pane::Pane;
use super::screen::Scrollbar;
use crate::core::place::Place;
use crate::core::pos::Pos;

/// Where the logs of a pane begin and end.
pub struct Extent {
    logs: Vec<std::ops::Range<Pos>>,
}

impl Extent {
    /// Of a pane and the sources of its logs.
    pub fn of(pane: &Pane, feeds: &[&Feed]) -> Extent {
        let logs = pane.strands().zip(feeds);
        let range = |(strand, feed): (&super::strand::Strand, &&Feed)| {
            feed.source.store.range().start..strand.end(feed)
        };
        Extent { logs: logs.map(range).collect() }
    }

    fn whole(&self) -> u128 {
        self.logs.iter().map(|log| u128::from(log.end - log.start)).sum::<u128>().max(1)
    }

    /// Bytes above a place.
    fn above(&self, place: &Place) -> u128 {
        let logs = self.logs.iter().enumerate();
        logs.map(|(log, range)| u128::from(place.above(log).min(range.end) - range.start)).sum()
    }

    /// How much lies above the last row of a picture, in percent.
    pub fn percent(&self, picture: &Picture) -> Option<u64> {
        let last = picture.entries().next_back()?;
        let above = self.above(&last.place.behind(last.line.end));
        u64::try_from(above * 100 / self.whole()).ok().map(|percent| percent.min(100))
    }

    /// The scrollbar beside a picture of so many rows.
    pub fn scrollbar(&self, pane: &Pane, picture: &Picture, height: usize) -> Scrollbar {
        let whole = self.whole();
        let row = |above: u128| {
            let row = above * height as u128 / whole;
            usize::try_from(row).unwrap_or(0).min(height.saturating_sub(1))
        };
        let first = picture.entries().next().map_or(whole, |entry| self.above(&entry.place));
        let last = picture.entries().next_back();
        let last = last.map_or(whole, |entry| self.above(&entry.place.behind(entry.line.end)));
        let (top, bottom) = (row(first), row(last.saturating_sub(1)));
        let within = |place: &&Place| self.logs.get(place.log).is_some_and(|log| log.contains(&place.pos));
        let marks = pane.marks.values().filter(within).map(|place| cells(row(self.above(place))));
        let whole_in_sight = picture.above == Side::Edge && picture.below == Side::Edge;
        let thumb = if whole_in_sight { 0 } else { (bottom + 1).saturating_sub(top).max(1) };
        Scrollbar {
            thumb: (cells(top), cells(thumb)),
            ticks: self.ticks(pane, height),
            marks: marks.collect(),
        }
    }

    /// The rows beside which hits lie. Where those of several logs are in time nobody has counted.
    fn ticks(&self, pane: &Pane, height: usize) -> Vec<u16> {
        (0..height).filter(|row| self.tick(pane, *row, height).is_some()).map(cells).collect()
    }

    /// Where in the log a row begins, if hits lie beside it.
    pub fn tick(&self, pane: &Pane, row: usize, height: usize) -> Option<Pos> {
        let (Some(hits), [log]) = (&pane.strand.hits, &self.logs[..]) else { return None };
        let at = |row: usize| {
            log.start + u64::try_from(self.whole() * row as u128 / height.max(1) as u128).unwrap_or(0)
        };
        let lines = at(row)..at(row + 1).max(at(row) + 1);
        (hits.tally.index.count_in(lines.clone()) > 0).then_some(lines.start)
    }
}
