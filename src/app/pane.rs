//! One pane: which log it shows, where it looks, and through what.

use std::collections::BTreeMap;

use jiff::Zoned;

use super::eye::Eye;
use super::feed::Feed;
use super::lens::Lens;
use super::news::Bases;
use super::source::SourceId;
use super::tally::Tally;
use crate::core::filter::{Chain, Filter, Test};
use crate::core::lines::LINE_MAX;
use crate::core::pattern::Pattern;
use crate::core::pos::Pos;
use crate::core::query::{Asked, Op, Query};
use crate::core::read::Level;
use crate::core::text::TextOptions;
use crate::core::walk::{Selection, StoreWalk};

/// Columns of text without which a gutter is only in the way.
const LEAST_TEXT: usize = 12;

/// Which pane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PaneId(pub u32);

/// Lines a filter keeps, and the scan that finds them.
#[derive(Clone)]
pub struct Kept {
    /// Which lines.
    pub filter: Filter,
    /// Where they are.
    pub tally: Tally,
}

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
    /// Its hits among the lines the pane shows.
    pub kept: Kept,
}

/// A jump that waits until a scan has come far enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Jump {
    /// To a hit before or behind a position, this many hits away.
    Hit {
        /// From here.
        from: Pos,
        /// Towards the start.
        back: bool,
        /// How many hits on, at least 1.
        count: usize,
        /// When there is none in this direction, the first in the other one will do.
        either: bool,
    },
    /// To a line by number.
    Line(u64),
    /// To the line a byte is in. The eye is there already, but it is not known yet where the line begins.
    Byte(Pos),
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
    /// The first column shown, when nothing is wrapped.
    pub left: usize,
}

/// Selected lines: from where the selection began to where it was extended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Selected {
    /// The line where it began.
    pub from: Pos,
    /// The line it was extended to.
    pub to: Pos,
    /// The pane followed before, and will again.
    pub followed: bool,
}

impl Selected {
    /// Whether the line at `pos` is in it.
    pub fn holds(&self, pos: Pos) -> bool {
        (self.first()..=self.last()).contains(&pos)
    }

    /// Its first line.
    pub fn first(&self) -> Pos {
        self.from.min(self.to)
    }

    /// Its last line.
    pub fn last(&self) -> Pos {
        self.from.max(self.to)
    }
}

/// One pane.
pub struct Pane {
    /// Whose log.
    pub source: SourceId,
    /// Where it looks.
    pub eye: Eye,
    /// The end of the log as it was when the picture was frozen.
    pub frozen: Option<Pos>,
    /// The filter as the user sees it.
    pub chain: Chain,
    /// Earlier chains, the newest last.
    pub undo: Vec<Chain>,
    /// The filter in effect.
    pub kept: Option<Kept>,
    /// Of the lines it keeps, the errors among those that come.
    pub troubles: Option<Kept>,
    /// Lines shown around each kept line.
    pub context: usize,
    /// The search, if there is one.
    pub search: Option<Search>,
    /// A jump that waits.
    pub jump: Option<Jump>,
    /// The line jumped to last; it is marked while it is on the screen.
    pub current: Option<Pos>,
    /// The selection, while lines are being selected.
    pub selected: Option<Selected>,
    /// Marks by letter.
    pub marks: BTreeMap<char, Pos>,
    /// Where the eye was before jumps, the newest last.
    pub trail: Vec<Eye>,
    /// How lines are laid out.
    pub look: Look,
    /// What lies before this was on the screen, or is older than the pane.
    pub seen: Pos,
    /// Lines before `seen` that a count must leave out.
    pub base: Bases,
}

impl Pane {
    /// What is looked for in it.
    pub fn tallies(&self) -> impl Iterator<Item = &Tally> {
        let search = self.search.as_ref().map(|search| &search.kept.tally);
        self.kept.as_ref().map(|kept| &kept.tally).into_iter().chain(search)
    }

    /// A pane that follows a source whose log ends at `end` now.
    pub fn new(source: SourceId, end: Pos, context: usize) -> Pane {
        Pane {
            source,
            eye: Eye::Bottom,
            frozen: None,
            chain: Chain::default(),
            undo: Vec::new(),
            kept: None,
            troubles: None,
            context,
            search: None,
            jump: None,
            current: None,
            selected: None,
            marks: BTreeMap::new(),
            trail: Vec::new(),
            look: Look::default(),
            seen: end,
            base: Bases::default(),
        }
    }

    /// The end of what it shows.
    pub fn end(&self, feed: &Feed) -> Pos {
        self.frozen.unwrap_or(feed.end())
    }

    /// Whether new lines come into sight by themselves.
    pub fn follows(&self) -> bool {
        self.eye == Eye::Bottom && self.frozen.is_none()
    }

    /// Walks the lines it shows.
    pub fn walk<'a>(&'a self, feed: &'a Feed) -> StoreWalk<'a> {
        let selection = self.kept.as_ref().map(|kept| kept.selection(self.context));
        StoreWalk::new(&*feed.source.store, self.end(feed), selection).eager(feed.is_far())
    }

    /// Walks the hits of its search.
    pub fn hits<'a>(&'a self, feed: &'a Feed) -> Option<StoreWalk<'a>> {
        let selection = self.search.as_ref()?.kept.selection(0);
        Some(StoreWalk::new(&*feed.source.store, self.end(feed), Some(selection)).eager(feed.is_far()))
    }

    /// Looks at its log; `width` columns are left for text.
    pub fn lens<'a>(&'a self, feed: &'a Feed, width: usize, sgr: bool) -> Lens<'a> {
        let wrap = self.look.wrap.then_some(width.max(1));
        Lens::new(self.walk(feed), &feed.source.status.notices, self.end(feed), text_options(sgr), wrap)
    }

    /// Remembers where the eye is, before it jumps.
    pub fn leave(&mut self) {
        if self.trail.last() != Some(&self.eye) {
            self.trail.push(self.eye);
        }
        if self.trail.len() > 100 {
            self.trail.remove(0);
        }
    }

    /// Columns for marks and for numbers before the text of each row, in a pane this wide. Where they would
    /// leave too little for the text there are none.
    pub fn gutter(&self, feed: &Feed, width: usize) -> (usize, usize) {
        let marks = if self.marks.is_empty() { 0 } else { 2 };
        let numbers = if self.look.numbers { number_width(feed) + 1 } else { 0 };
        if marks + numbers + LEAST_TEXT <= width { (marks, numbers) } else { (0, 0) }
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

impl Kept {
    /// What a walker needs to know of it.
    pub fn selection(&self, context: usize) -> Selection<'_> {
        Selection { filter: &self.filter, index: &self.tally.index, context }
    }
}

/// How text is shown everywhere.
pub fn text_options(sgr: bool) -> TextOptions {
    TextOptions { tab: 8, sgr, limit: LINE_MAX }
}
