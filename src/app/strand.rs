//! One of the logs a pane shows: which, how much of it, and what is looked for in it.

use super::feed::Feed;
use super::news::Bases;
use super::source::SourceId;
use super::tally::Tally;
use crate::core::dates::Dates;
use crate::core::filter::Filter;
use crate::core::pos::Pos;
use crate::core::walk::{Memory, Selection, StoreWalk};

/// Lines a filter keeps, and the scan that finds them.
#[derive(Clone)]
pub struct Kept {
    /// Which lines.
    pub filter: Filter,
    /// Where they are.
    pub tally: Tally,
    /// What was found when pictures were made of them.
    pub memory: Memory,
}

/// One log of a pane.
pub struct Strand {
    /// Whose log.
    pub source: SourceId,
    /// The end of the log as it was when the picture was frozen.
    pub frozen: Option<Pos>,
    /// The pane's filter, in effect on this log.
    pub kept: Option<Kept>,
    /// While repeated lines are folded, the lines that are there without that: the repetitions are counted by it.
    pub all: Option<Kept>,
    /// The hits of the pane's search among the lines of this log that it shows.
    pub hits: Option<Kept>,
    /// Of the lines the filter keeps, the errors among those that come.
    pub errors: Option<Kept>,
    /// What lies before this was on the screen, or is older than the pane.
    pub seen: Pos,
    /// Lines before `seen` that a count must leave out.
    pub base: Bases,
}

impl Strand {
    /// A log that ends at `end` now.
    pub fn new(source: SourceId, end: Pos) -> Strand {
        let base = Bases::default();
        Strand { source, frozen: None, kept: None, all: None, hits: None, errors: None, seen: end, base }
    }

    /// The same log up to the same end, seen as far. Nothing is looked for in it yet.
    pub fn twin(&self) -> Strand {
        Strand { frozen: self.frozen, ..Strand::new(self.source, self.seen) }
    }

    /// What is looked for in it.
    pub fn tallies(&self) -> impl Iterator<Item = &Tally> {
        self.kept.iter().chain(&self.all).chain(&self.hits).chain(&self.errors).map(|kept| &kept.tally)
    }

    /// What is looked for in it.
    pub fn tallies_mut(&mut self) -> impl Iterator<Item = &mut Tally> {
        let found = self.kept.iter_mut().chain(&mut self.all).chain(&mut self.hits).chain(&mut self.errors);
        found.map(|kept| &mut kept.tally)
    }

    /// The end of what is shown of it.
    pub fn end(&self, feed: &Feed) -> Pos {
        self.frozen.unwrap_or(feed.end())
    }

    /// Walks the lines that are shown.
    pub fn walk<'a>(&'a self, feed: &'a Feed, context: usize) -> StoreWalk<'a> {
        self.walk_of(feed, self.kept.as_ref().map(|kept| kept.selection(context)))
    }

    /// Walks the hits of the search.
    pub fn walk_hits<'a>(&'a self, feed: &'a Feed) -> Option<StoreWalk<'a>> {
        Some(self.walk_of(feed, Some(self.hits.as_ref()?.selection(0))))
    }

    /// When its lines were written; `None` while none is known to say so.
    pub fn dates<'a>(&'a self, feed: &'a Feed) -> Option<Dates<'a>> {
        let reading = feed.learner.zone().map(|_| &**feed.learner.reading())?;
        Some(Dates::new(&*feed.source.store, self.end(feed), reading))
    }

    fn walk_of<'a>(&'a self, feed: &'a Feed, selection: Option<Selection<'a>>) -> StoreWalk<'a> {
        StoreWalk::new(&*feed.source.store, self.end(feed), selection).eager(feed.is_far())
    }
}

impl Kept {
    /// What a walker needs to know of it.
    pub fn selection(&self, context: usize) -> Selection<'_> {
        Selection { filter: &self.filter, index: &self.tally.index, context, memory: Some(&self.memory) }
    }
}
