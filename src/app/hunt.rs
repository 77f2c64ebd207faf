//! A search in all panes: the hits of all of them in one list, newest first.
//!
//! ```text
//!   pane 1 ── hits, backwards from the end ─┐
//!   pane 2 ── hits, backwards from the end ─┼─▶ by time ─▶ the rows in sight
//!   pane 3 ── hits, backwards from the end ─┘
//! ```
//!
//! Of each pane only as many hits are looked up as the rows in sight may need, and a bounded number at a time, so a
//! screen costs the same whatever the logs hold.

use std::collections::{BTreeMap, VecDeque};

use super::App;
use super::event::ScanId;
use super::pane::{Pane, PaneId, Sought};
use crate::core::lines::Line;
use crate::core::pattern::Pattern;
use crate::core::place::Place;
use crate::core::read::Time;
use crate::core::stream::{Next, Stream};
use crate::core::text;

/// Hits of a pane that are listed at most: the newest.
pub const MOST: usize = 1000;
/// Hits that are looked up for one screen.
const AT_ONCE: usize = 64;
/// Bytes of a line that are kept around its first hit.
const KEPT: usize = 400;
/// Bytes of a line that are read for its time.
const READ: usize = 16 << 10;

/// A line that matches.
#[derive(Clone, Debug)]
pub struct Hit {
    /// In which pane.
    pub pane: PaneId,
    /// Where.
    pub place: Place,
    /// When it was written, or the one before it that says so.
    pub time: Option<Time>,
    /// Its text around the first match, printable.
    pub text: String,
}

/// What was found in one pane.
#[derive(Default)]
struct Found {
    /// The scans that found it.
    scans: Vec<ScanId>,
    /// The newest last.
    hits: VecDeque<Hit>,
    /// Behind this nothing was looked for yet.
    end: Option<Place>,
    /// There is nothing before the first.
    whole: bool,
    /// The first is not the first there is, and no more are listed.
    cut: bool,
}

/// The hits of a search in all panes.
pub struct Hunt {
    /// What is looked for.
    pub pattern: Pattern,
    /// Where the list was left: the hit that is selected, by its pane and place.
    pub selected: Option<(PaneId, Place)>,
    found: BTreeMap<PaneId, Found>,
    /// More is to be looked up, and can be.
    pub due: bool,
}

impl Hunt {
    /// A search for a pattern of which nothing is known yet.
    pub fn new(pattern: Pattern) -> Hunt {
        Hunt { pattern, selected: None, found: BTreeMap::new(), due: true }
    }

    /// What is known of the hits, the newest first; those of one time by pane, as they stand on the tabs.
    pub fn list(&self, order: &[PaneId]) -> Vec<&Hit> {
        let rank = |pane: PaneId| order.iter().position(|other| *other == pane);
        let mut all: Vec<(Option<Time>, Option<usize>, usize, &Hit)> = Vec::new();
        for found in self.found.values() {
            // A line without a time goes with the one before it, however far that is.
            let mut last = None;
            for (at, hit) in found.hits.iter().enumerate() {
                last = hit.time.or(last);
                all.push((last, rank(hit.pane), at, hit));
            }
        }
        all.sort_by(|a, b| (b.0, a.1, b.2).cmp(&(a.0, b.1, a.2)));
        all.into_iter().map(|(.., hit)| hit).collect()
    }

    /// Whether there are older hits in a pane than it lists.
    pub fn is_cut(&self) -> bool {
        self.found.values().any(|found| found.cut)
    }
}

impl Found {
    /// Looks up hits that came, and as many old ones as are wanted; says how many, up to `most`, and whether there
    /// may be more at once.
    fn gather(
        &mut self,
        stream: &mut Stream<'_>,
        wanted: usize,
        most: usize,
        hit: &dyn Fn(Place, &Line) -> Hit,
    ) -> (usize, bool) {
        let mut looked = 0;
        let first = self.end.get_or_insert_with(|| stream.end()).clone();
        let mut end = first.clone();
        while looked < most {
            let Ok(Next::Line(place, line, _)) = stream.at_or_after(&end) else { break };
            end = place.behind(line.end);
            self.hits.push_back(hit(place, &line));
            looked += 1;
        }
        self.end = Some(end);
        while self.hits.len() > MOST {
            self.hits.pop_front();
            self.cut = true;
        }
        let wanted = wanted.min(MOST);
        while looked < most && !self.whole && !self.cut && self.hits.len() < wanted {
            let before = self.hits.front().map_or_else(|| first.clone(), |hit| hit.place.clone());
            match stream.before(&before) {
                Ok(Next::Line(place, line, _)) => {
                    self.hits.push_front(hit(place, &line));
                    looked += 1;
                }
                Ok(Next::Edge) => self.whole = true,
                Ok(Next::Pending) | Err(_) => break,
            }
        }
        self.cut |= self.hits.len() >= MOST && !self.whole;
        (looked, looked == most)
    }
}

/// The text of a line around the first match, without what is around it in a long line.
fn excerpt(line: &Line, pattern: &Pattern) -> String {
    let bare = text::without_sgr(&line.text);
    let first = pattern.find_all(&bare, 1).into_iter().next().map_or(0, |hit| hit.start);
    let from = if first + KEPT / 2 > KEPT { first - KEPT / 4 } else { 0 };
    let part = &bare[from.min(bare.len())..bare.len().min(from + KEPT)];
    let part = text::printable(&String::from_utf8_lossy(part));
    if from > 0 { format!("…{part}") } else { part }
}

impl App {
    /// Looks for a pattern in all panes.
    pub(super) fn hunt(&mut self, pattern: Pattern) {
        let focused = self.desk.focused();
        for id in self.desk.order().into_iter().filter(|id| Some(*id) != focused) {
            self.stop_search(id);
            self.start_search(id, Sought::Pattern(Box::new(pattern.clone())), false);
        }
        self.hunt = Some(Hunt::new(pattern));
    }

    /// Looks up hits for the list: as many as `wanted` rows need.
    pub(super) fn gather(&mut self, wanted: usize) {
        let Some(mut hunt) = self.hunt.take() else { return };
        hunt.due = false;
        let mut left = AT_ONCE;
        // Panes behind a merged one are on no tab.
        let order = self.desk.order();
        hunt.found.retain(|id, _| order.contains(id));
        for (id, pane) in self.desk.panes.iter().filter(|(id, _)| order.contains(id)) {
            let sought = pane.search.as_ref().and_then(|search| search.sought.pattern());
            if sought.is_none_or(|sought| sought.source() != hunt.pattern.source()) {
                hunt.found.remove(id);
                continue;
            }
            let scans: Vec<ScanId> = pane.searching().map(|tally| tally.id).collect();
            let found = hunt.found.entry(*id).or_default();
            if found.scans != scans {
                *found = Found { scans, ..Found::default() };
            }
            let Some(mut stream) = pane.hits(&self.feeds) else { continue };
            let hit = |place: Place, line: &Line| self.hit(*id, pane, place, line, &hunt.pattern);
            let (looked, more) = found.gather(&mut stream, wanted, left, &hit);
            left -= looked;
            hunt.due |= more;
        }
        self.hunt = Some(hunt);
    }

    fn hit(&self, id: PaneId, pane: &Pane, place: Place, line: &Line, pattern: &Pattern) -> Hit {
        let feed = pane.strands().nth(place.log).and_then(|strand| self.feeds.get(&strand.source));
        let head = &line.text[..line.text.len().min(READ)];
        let time = feed.and_then(|feed| feed.learner.reading().gist(&text::without_sgr(head)).1);
        Hit { pane: id, place, time, text: excerpt(line, pattern) }
    }

    /// Hits that are known in all panes, and how far the scans have come that find them, in percent.
    pub(super) fn hunted(&self) -> (u64, usize) {
        let Some(hunt) = &self.hunt else { return (0, 100) };
        let searched = |pane: &&Pane| {
            let sought = pane.search.as_ref().and_then(|search| search.sought.pattern());
            sought.is_some_and(|sought| sought.source() == hunt.pattern.source())
        };
        let tallies = self.desk.panes.values().filter(searched).flat_map(Pane::searching);
        tallies.fold((0, 100), |(hits, way), tally| (hits + tally.index.total(), way.min(tally.percent())))
    }
}
