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

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::App;
use super::chain::written;
use super::event::ScanId;
use super::pane::{Pane, PaneId, Sought};
use super::source::SourceId;
use super::strand::Strand;
use crate::core::lines::Line;
use crate::core::pattern::Pattern;
use crate::core::place::Place;
use crate::core::pos::Pos;
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
    /// In the log of which source.
    pub source: SourceId,
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

/// Logs that are shown in several panes, whose hits are listed once.
#[derive(Default)]
struct Twice {
    /// Logs of panes, by number, of which another pane shows all these lines too: their hits are listed there.
    elsewhere: BTreeSet<(PaneId, usize)>,
    /// Two panes show lines of one log, each some that the other does not, so the sum counts lines twice.
    overlap: bool,
}

/// The hits of a search in all panes.
pub struct Hunt {
    /// What is looked for.
    pub pattern: Pattern,
    /// Where the list was left: the hit that is selected, by its source and where it begins in the log.
    pub selected: Option<(SourceId, Pos)>,
    found: BTreeMap<PaneId, Found>,
    twice: Twice,
    /// More is to be looked up, and can be.
    pub due: bool,
}

impl Hunt {
    /// A search for a pattern of which nothing is known yet.
    pub fn new(pattern: Pattern) -> Hunt {
        Hunt { pattern, selected: None, found: BTreeMap::new(), twice: Twice::default(), due: true }
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
        let hits = all.into_iter().map(|(.., hit)| hit);
        let mut listed = BTreeSet::new();
        let here = |hit: &&Hit| !self.twice.elsewhere.contains(&(hit.pane, hit.place.log));
        hits.filter(here).filter(|hit| listed.insert((hit.source, hit.place.pos))).collect()
    }

    /// Whether the count of the hits counts some twice.
    pub fn overlaps(&self) -> bool {
        self.twice.overlap
    }

    /// Whether this is what a pane searches.
    fn is_in(&self, pane: &Pane) -> bool {
        let sought = pane.search.as_ref().and_then(|search| search.sought.pattern());
        sought.is_some_and(|sought| sought.source() == self.pattern.source())
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

/// Whether a pane shows all lines of a log that another one shows of the same log.
fn shows_all_of(pane: &Pane, own: &Strand, other: &Pane, theirs: &Strand) -> bool {
    let terms = |pane: &Pane| -> Vec<String> {
        let on = pane.chain.terms.iter().filter(|term| term.on && !pane.chain.off);
        on.map(written).collect()
    };
    let same = || (terms(pane), pane.folding, pane.context) == (terms(other), other.folding, other.context);
    let as_far = own.frozen.is_none() || own.frozen == theirs.frozen;
    as_far && (own.kept.is_none() || same())
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
        hunt.twice = self.twice(&hunt, &order);
        for (id, pane) in self.desk.panes.iter().filter(|(id, _)| order.contains(id)) {
            let elsewhere = hunt.twice.elsewhere.range((*id, 0)..=(*id, usize::MAX)).count();
            if !hunt.is_in(pane) || elsewhere == pane.strands().count() {
                hunt.found.remove(id);
                continue;
            }
            // How many of its hits are listed elsewhere is not known before they are looked up.
            let wanted = if elsewhere > 0 { MOST } else { wanted };
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

    /// Which logs are shown in several panes that are searched. A hit is listed where all of its log is shown, best in
    /// the pane that has the focus.
    fn twice(&self, hunt: &Hunt, order: &[PaneId]) -> Twice {
        let searched = order.iter().enumerate().filter_map(|(rank, id)| {
            let pane = self.desk.panes.get(id).filter(|pane| hunt.is_in(pane))?;
            Some(pane.strands().enumerate().map(move |(log, strand)| (rank, *id, pane, log, strand)))
        });
        let mut logs: Vec<_> = searched.flatten().collect();
        let focus = self.desk.focused();
        logs.sort_by_key(|(rank, id, _, log, strand)| {
            (strand.kept.is_some(), strand.frozen.is_some(), Some(*id) != focus, *rank, *log)
        });
        let mut twice = Twice::default();
        let mut listed: Vec<(&Pane, &Strand)> = Vec::new();
        for (_, id, pane, log, strand) in logs {
            let mut same = listed.iter().filter(|(_, other)| other.source == strand.source).peekable();
            let (known, elsewhere) =
                (same.peek().is_some(), same.any(|(other, own)| shows_all_of(other, own, pane, strand)));
            if elsewhere {
                twice.elsewhere.insert((id, log));
            } else {
                twice.overlap |= known;
                listed.push((pane, strand));
            }
        }
        twice
    }

    fn hit(&self, id: PaneId, pane: &Pane, place: Place, line: &Line, pattern: &Pattern) -> Hit {
        let source = pane.strands().nth(place.log).unwrap_or(&pane.strand).source;
        let feed = self.feeds.get(&source);
        let head = &line.text[..line.text.len().min(READ)];
        let time = feed.and_then(|feed| feed.learner.reading().gist(&text::without_sgr(head)).1);
        Hit { pane: id, source, place, time, text: excerpt(line, pattern) }
    }

    /// Hits that are known in all panes, and how far the scans have come that find them, in percent.
    pub(super) fn hunted(&self) -> (u64, usize) {
        let Some(hunt) = &self.hunt else { return (0, 100) };
        let order = self.desk.order();
        let searched = self.desk.panes.iter().filter(|(id, pane)| order.contains(id) && hunt.is_in(pane));
        let logs =
            searched.flat_map(|(id, pane)| pane.strands().enumerate().map(|(log, own)| (*id, log, own)));
        let listed = logs.filter(|(id, log, _)| !hunt.twice.elsewhere.contains(&(*id, *log)));
        let tallies = listed.filter_map(|(.., strand)| Some(&strand.hits.as_ref()?.tally));
        tallies.fold((0, 100), |(hits, way), tally| (hits + tally.index.total(), way.min(tally.percent())))
    }
}
