//! One pane: which logs it shows, where it looks, and through what.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Zoned;

use super::eye::Eye;
use super::feed::Feed;
use super::folding::Folding;
use super::lens::Lens;
use super::merge::Merged;
use super::source::SourceId;
use super::strand::Strand;
use super::tally::Tally;
use super::time;
use crate::config::settings::Times;
use crate::core::filter::{Chain, Test};
use crate::core::form::Way;
use crate::core::lines::LINE_MAX;
use crate::core::pattern::Pattern;
use crate::core::place::Place;
use crate::core::pos::Pos;
use crate::core::query::{Asked, Op, Query};
use crate::core::read::Level;
use crate::core::stream::{Branch, Stream};
use crate::core::text::TextOptions;
use crate::core::walk::StoreWalk;

/// All sources, by number.
pub type Feeds = BTreeMap<SourceId, Feed>;

/// Columns of text without which a gutter is only in the way.
const LEAST_TEXT: usize = 12;

/// Which pane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PaneId(pub u32);

/// What a search looks for.
#[derive(Clone)]
pub enum Sought {
    /// Lines that match.
    Pattern(Box<Pattern>),
    /// Lines that say they are errors, or worse.
    Errors,
    /// Lines that say they are warnings.
    Warnings,
}

impl Sought {
    /// What a line must pass.
    pub fn test(&self) -> Test {
        let level = |op, level| Asked::new(Query::of_level(op, level), &Zoned::default()).into();
        match self {
            Sought::Pattern(pattern) => (**pattern).clone().into(),
            Sought::Errors => level(Op::AtLeast, Level::Error),
            Sought::Warnings => level(Op::Is, Level::Warn),
        }
    }

    /// The pattern, if it is one.
    pub fn pattern(&self) -> Option<&Pattern> {
        if let Sought::Pattern(pattern) = self { Some(pattern) } else { None }
    }

    /// What one of its hits is called.
    pub fn hit(&self) -> &'static str {
        match self {
            Sought::Pattern(_) => "hit",
            Sought::Errors => "error",
            Sought::Warnings => "warning",
        }
    }
}

/// A search in a pane.
#[derive(Clone)]
pub struct Search {
    /// What is looked for.
    pub sought: Sought,
    /// Whether `n` goes back.
    pub back: bool,
}

/// A jump that waits until a scan has come far enough.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Jump {
    /// To a hit before or behind a place, this many hits away.
    Hit {
        /// From here.
        from: Place,
        /// Towards the start.
        back: bool,
        /// How many hits on, at least 1.
        count: usize,
        /// When there is none in this direction, the first in the other one will do.
        either: bool,
    },
    /// To a line by number.
    Line(u64),
    /// To the line a byte of one of the logs is in. The eye is there already as far as may be, but it is not known
    /// yet where the line begins.
    Byte(usize, Pos),
    /// To a hit in one of the logs, of which it is not known yet what of the others stands above it.
    Found(usize, Pos),
    /// To the first line of a time or later, or rather of what is meant by it.
    Time(time::Goal),
}

/// How lines are laid out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// Long lines go on in the next row.
    pub wrap: bool,
    /// Line numbers are shown.
    pub numbers: bool,
    /// A histogram stands above the text.
    pub histogram: bool,
    /// In which form lines are shown.
    pub way: Way,
    /// What the column of times tells.
    pub times: Times,
    /// The first column shown, when nothing is wrapped.
    pub left: usize,
}

/// Selected lines: from where the selection began to where it was extended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selected {
    /// The line where it began.
    pub from: Place,
    /// The line it was extended to.
    pub to: Place,
    /// The pane followed before, and will again.
    pub followed: bool,
}

impl Selected {
    /// Whether a line is in it.
    pub fn holds(&self, place: &Place) -> bool {
        !place.precedes(self.first()) && !self.last().precedes(place)
    }

    /// Its first line.
    pub fn first(&self) -> &Place {
        if self.to.precedes(&self.from) { &self.to } else { &self.from }
    }

    /// Its last line.
    pub fn last(&self) -> &Place {
        if self.to.precedes(&self.from) { &self.from } else { &self.to }
    }
}

/// One pane.
pub struct Pane {
    /// Its log, or the first of several.
    pub strand: Strand,
    /// The others of a merged stream.
    pub others: Vec<Strand>,
    /// What a merged stream stands for.
    pub merged: Option<Merged>,
    /// Where it looks.
    pub eye: Eye,
    /// The filter as the user sees it.
    pub chain: Chain,
    /// The filter is the pane's own from the first, not that with which panes begin: no filter of the config comes in.
    pub own_filter: bool,
    /// Earlier chains, the newest last.
    pub undo: Vec<Chain>,
    /// Lines shown around each kept line.
    pub context: usize,
    /// What is kept as one, and what is folded.
    pub folding: Folding,
    /// The search, if there is one.
    pub search: Option<Search>,
    /// A jump that waits.
    pub jump: Option<Jump>,
    /// The pane that is kept at the same line of the same log.
    pub pair: Option<PaneId>,
    /// The line jumped to last; it is marked while it is on the screen.
    pub current: Option<Place>,
    /// The line of the instant it shares with other panes.
    pub instant: Option<Place>,
    /// The selection, while lines are being selected.
    pub selected: Option<Selected>,
    /// Marks by letter.
    pub marks: BTreeMap<char, Place>,
    /// Where the eye was before jumps, the newest last.
    pub trail: Vec<Eye>,
    /// How lines are laid out.
    pub look: Look,
    /// Names of values that are not shown.
    pub hidden: BTreeSet<String>,
}

impl Pane {
    /// A pane that follows a log.
    pub fn new(strand: Strand, context: usize) -> Pane {
        Pane {
            strand,
            others: Vec::new(),
            merged: None,
            eye: Eye::Bottom,
            chain: Chain::default(),
            own_filter: false,
            undo: Vec::new(),
            context,
            folding: Folding::default(),
            search: None,
            jump: None,
            pair: None,
            current: None,
            instant: None,
            selected: None,
            marks: BTreeMap::new(),
            trail: Vec::new(),
            look: Look::default(),
            hidden: BTreeSet::new(),
        }
    }

    /// Another pane that shows the same in the same way. What it keeps has yet to be looked for.
    pub fn twin(&self) -> Pane {
        Pane {
            eye: self.eye.clone(),
            chain: self.chain.clone(),
            own_filter: self.own_filter,
            marks: self.marks.clone(),
            hidden: self.hidden.clone(),
            look: self.look,
            folding: self.folding,
            ..Pane::new(self.strand.twin(), self.context)
        }
    }

    /// Its logs; the number of each is that of a [`Place`].
    pub fn strands(&self) -> impl DoubleEndedIterator<Item = &Strand> + Clone {
        std::iter::once(&self.strand).chain(&self.others)
    }

    /// Its logs.
    pub fn strands_mut(&mut self) -> impl Iterator<Item = &mut Strand> {
        std::iter::once(&mut self.strand).chain(&mut self.others)
    }

    /// Whether it shows the log of a source.
    pub fn shows(&self, source: SourceId) -> bool {
        self.strands().any(|strand| strand.source == source)
    }

    /// What is looked for in it.
    pub fn tallies(&self) -> impl Iterator<Item = &Tally> {
        self.strands().flat_map(Strand::tallies)
    }

    /// The scans for the lines its filter keeps; none without a filter.
    pub fn keeping(&self) -> impl Iterator<Item = &Tally> + Clone {
        self.strands().filter_map(|strand| Some(&strand.kept.as_ref()?.tally))
    }

    /// The scans for the hits of its search; none without a search.
    pub fn searching(&self) -> impl Iterator<Item = &Tally> + Clone {
        self.strands().filter_map(|strand| Some(&strand.hits.as_ref()?.tally))
    }

    /// Whether its picture is frozen.
    pub fn frozen(&self) -> bool {
        self.strand.frozen.is_some()
    }

    /// Whether new lines come into sight by themselves.
    pub fn follows(&self) -> bool {
        self.eye == Eye::Bottom && !self.frozen()
    }

    /// The lines it shows.
    pub fn stream<'a>(&'a self, feeds: &'a Feeds) -> Option<Stream<'a>> {
        let branch = |strand: &'a Strand| {
            let feed = feeds.get(&strand.source)?;
            Some((strand, feed, strand.walk(feed, self.context)))
        };
        self.merge(self.strands().map(branch))
    }

    /// The hits of its search.
    pub fn hits<'a>(&'a self, feeds: &'a Feeds) -> Option<Stream<'a>> {
        let branch = |strand: &'a Strand| {
            let feed = feeds.get(&strand.source)?;
            Some((strand, feed, strand.walk_hits(feed)?))
        };
        self.merge(self.strands().map(branch))
    }

    fn merge<'a>(
        &'a self,
        walks: impl Iterator<Item = Option<(&'a Strand, &'a Feed, StoreWalk<'a>)>>,
    ) -> Option<Stream<'a>> {
        let branch = |walk: Option<(&'a Strand, &'a Feed, StoreWalk<'a>)>| {
            let (strand, feed, walk) = walk?;
            Some(Branch::new(walk, strand.dates(feed)))
        };
        walks.map(branch).collect::<Option<Vec<_>>>().map(Stream::merged)
    }

    /// The lines it shows, and when they were written; `None` when none is known to say so.
    pub fn dated<'a>(&'a self, feeds: &'a Feeds) -> Option<Stream<'a>> {
        let timed = |strand: &Strand| Some(feeds.get(&strand.source)?.learner.zone().is_some());
        self.strands().any(|strand| timed(strand) == Some(true)).then(|| self.stream(feeds))?
    }

    /// Looks at its logs; `width` columns are left for text.
    pub fn lens<'a>(&'a self, feeds: &'a Feeds, width: usize, sgr: bool) -> Option<Lens<'a>> {
        let wrap = self.look.wrap.then_some(self.folding.text_columns(width).max(1));
        let notices = self.strands().filter_map(|strand| Some(&*feeds.get(&strand.source)?.status().notices));
        Some(Lens::new(self.stream(feeds)?, notices.collect(), text_options(sgr), wrap))
    }

    /// Remembers where the eye is, before it jumps.
    pub fn leave(&mut self) {
        if self.trail.last() != Some(&self.eye) {
            self.trail.push(self.eye.clone());
        }
        if self.trail.len() > 100 {
            self.trail.remove(0);
        }
    }

    /// What stands before the text of each row, in a pane this wide. What would leave too little for the text is
    /// not there: the times go first.
    pub fn gutter(&self, feed: &Feed, width: usize) -> Gutter {
        let marks = if self.marks.is_empty() { 0 } else { 2 };
        let numbers = if self.look.numbers { number_width(feed) + 1 } else { 0 };
        let names = self.merged.as_ref().map_or(0, |merged| merged.columns(width));
        let all = Gutter { names, marks, numbers, times: self.look.times.width() };
        let fits = |gutter: &Gutter| gutter.width() + LEAST_TEXT <= width;
        let least = Gutter { names, ..Gutter::default() };
        [all, Gutter { times: 0, ..all }].into_iter().find(fits).unwrap_or(least)
    }
}

/// Columns before the text of each row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gutter {
    /// For the names of sources, where there are several.
    pub names: usize,
    /// For marks.
    pub marks: usize,
    /// For line numbers.
    pub numbers: usize,
    /// For times.
    pub times: usize,
}

impl Gutter {
    /// All of it.
    pub fn width(self) -> usize {
        self.names + self.marks + self.numbers + self.times
    }
}

/// Digits that every line number of a log fits in. Before its lines are counted they are guessed from
/// its size, so that the text does not move sideways while the count goes on.
pub fn number_width(feed: &Feed) -> usize {
    let counted = feed.lines.as_ref().filter(|lines| lines.complete()).map(|lines| lines.index.total());
    let range = feed.source.store.range();
    let most = counted.unwrap_or((range.end - range.start) / 64).max(999);
    most.ilog10() as usize + 1
}

/// How text is shown everywhere.
pub fn text_options(sgr: bool) -> TextOptions {
    TextOptions { tab: 8, sgr, limit: LINE_MAX }
}
