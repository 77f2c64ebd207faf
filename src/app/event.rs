//! What happened ([`Event`]) and what a shell must do ([`Effect`]). What a user can name is a command.

use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Zoned;
use jiff::tz::TimeZone;

use super::configure::Configured;
use super::folder::{Folder, Listing, LookId, Peek};
use super::key::{Key, Mouse};
use super::question::{Answer, Question, QuestionId};
use super::screen::Size;
use super::source::{Exact, Source, SourceId, Status};
use crate::config::session::Session;
use crate::config::themes::Looks;
use crate::core::filter::Filter;
use crate::core::histogram::{self, Histogram, Looked};
use crate::core::index::SparseIndex;
use crate::core::levels::LevelIndex;
use crate::core::pos::Pos;
use crate::core::read::{Reading, Time};
use crate::core::scan::Select;
use crate::core::store::Store;

/// Which scan. A new number for every scan, so an answer to an old question is recognised and dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScanId(pub u64);

/// It happened.
pub enum Event {
    /// A key was pressed.
    Key(Key),
    /// Text was pasted.
    Paste(String),
    /// The mouse did something (only with `--mouse`).
    Mouse(Mouse),
    /// The terminal has this size now.
    Resize(Size),
    /// A source was opened: at start-up, or because of [`Effect::Open`].
    Opened(Source),
    /// What was to be opened is this source already.
    Followed(SourceId),
    /// A source could not be opened at all (a bad glob, stdin is a terminal): a sentence.
    NotOpened(String),
    /// Others were opened in the place of a source: it was a folder.
    Superseded(SourceId),
    /// Files are looked for and none is there yet: a sentence.
    Sought(String),
    /// The file of a source that a folder or a pattern stood for is gone, and has not come back for some seconds.
    Vanished(SourceId),
    /// A source is called so now: its path has a date in it.
    Renamed(SourceId, String, Exact),
    /// Something about a source changed.
    Source(SourceId, Status),
    /// A scan has come further; the snapshot replaces the one before.
    Scanned(ScanId, SparseIndex),
    /// As [`Event::Scanned`], for a scan of what lines say.
    Levelled(ScanId, LevelIndex),
    /// What became of [`Effect::Chart`]; none where no line says a time.
    Charted(ChartId, Option<Histogram>, Looked),
    /// A scan's file could not be read: a sentence. The scan has stopped.
    ScanFailed(ScanId, String),
    /// What became of [`Effect::Copy`]: a sentence that says which way it went.
    Copied(String),
    /// It was more than can be copied: a sentence.
    NotCopied(String),
    /// Saving goes on: bytes written so far.
    Saving(u64),
    /// What became of [`Effect::Save`].
    Saved(Saved),
    /// What became of [`Effect::SaveWorkspace`].
    WorkspaceSaved(Saved),
    /// What is remembered of the sources of [`Effect::Recall`], if anything is; otherwise why it cannot be read.
    Recalled(Result<Option<Box<Session>>, String>),
    /// A host asks something before it lets us in.
    Asked(Question),
    /// A question needs no answer any more: the host has hung up.
    Unasked(QuestionId),
    /// What a zone of this name is, if there is one.
    Zone(String, Option<TimeZone>),
    /// The names of all zones there are.
    Zones(Vec<String>),
    /// What became of [`Effect::List`]; a sentence where the folder cannot be read.
    Listed(LookId, Result<Listing, String>),
    /// What became of [`Effect::Peek`].
    Peeked(LookId, Peek),
    /// The names of files that earlier runs opened, the newest first.
    Recent(Vec<String>),
    /// The names of hosts and groups that configs name.
    Hosts(Vec<String>),
    /// The names of the workspaces there are.
    Workspaces(Vec<String>),
    /// The config was read again.
    Configured(Box<Configured>),
    /// The config was to be read again, and something is wrong in it: a sentence each.
    NotConfigured(Vec<String>),
    /// Only time has passed.
    Tick,
    /// What time it is on the wall, and where. Told at first and whenever it may matter.
    Wall(Zoned),
}

/// What became of saving.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Saved {
    /// Written: a sentence.
    Done(String),
    /// The file is there already and `overwrite` was not set; nothing was written.
    Exists(PathBuf),
    /// Not written: a sentence.
    Failed(String),
}

/// What a shell must do.
pub enum Effect {
    /// Begin a scan; it goes on by itself as the log grows until it is stopped.
    Scan(ScanRequest),
    /// End a scan.
    StopScan(ScanId),
    /// Leave out of a scan what was there when it began and has not been counted; what is appended is counted on.
    Rest(ScanId),
    /// Count what was there when a scan of what lines say began, too; until then only what is appended is counted.
    LookBack(ScanId),
    /// Make a histogram in the background; answered by [`Event::Charted`].
    Chart(Box<ChartRequest>),
    /// Open a path, a glob, or a command behind `-- `, as typed.
    Open(String),
    /// Open what lies at a path, whatever its name looks like.
    OpenPath(PathBuf),
    /// Look into a folder in the background; answered by [`Event::Listed`], or never.
    List(LookId, Folder),
    /// Read the last lines of a file in the background, so many; answered by [`Event::Peeked`], or never.
    Peek(LookId, PathBuf, usize),
    /// Read the names of files that earlier runs opened in the background; answered by [`Event::Recent`], or never.
    Recent,
    /// List the names of hosts; answered by [`Event::Hosts`].
    Hosts,
    /// List the names of workspaces; answered by [`Event::Workspaces`].
    Workspaces,
    /// Stop following a source and forget it.
    Close(SourceId),
    /// Put text on the clipboard (OSC 52); answered by [`Event::Copied`].
    Copy(String),
    /// Write lines to a file in the background; answered by [`Event::Saved`].
    Save(SaveRequest),
    /// Write a workspace; answered by [`Event::WorkspaceSaved`].
    SaveWorkspace {
        /// Its name, or its file.
        name: String,
        /// The file's text.
        text: String,
        /// Replace what is there.
        overwrite: bool,
    },
    /// Look up what is remembered of sources by these names; answered by [`Event::Recalled`].
    Recall(Vec<String>),
    /// Give up what is being saved, if anything is; answered by [`Event::Saved`] where it came in time.
    StopSave,
    /// The answer to [`Event::Asked`].
    Answer(QuestionId, Answer),
    /// Look a zone up; answered by [`Event::Zone`].
    Zone(String),
    /// List the names of zones; answered by [`Event::Zones`].
    Zones,
    /// Try the host of a source again now, or run its command again.
    Reconnect(SourceId),
    /// Leave the screen, print these lines plainly so that the mouse can select them, come back on a key.
    Dump(Vec<String>),
    /// Everything looks so from now on.
    Looks(Box<Looks>),
    /// Take the mouse, or leave it to the terminal.
    Mouse(bool),
    /// Draw everything anew.
    Redraw,
    /// Give the terminal back and stop (Ctrl-Z).
    Suspend,
    /// End the program.
    Quit,
}

/// What to count, and where first.
#[derive(Clone)]
pub struct ScanRequest {
    /// Its number.
    pub id: ScanId,
    /// Whose log.
    pub source: SourceId,
    /// Which lines.
    pub select: Select,
    /// Where the reader looks: stripes near it are taken first.
    pub near: Pos,
    /// Count what is there already; otherwise only what is appended from now on (of what lines say: until
    /// [`Effect::LookBack`]).
    pub history: bool,
}

/// Which histogram. A new number for every one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChartId(pub u64);

/// A histogram to be made of what is counted.
#[derive(Clone)]
pub struct ChartRequest {
    /// Its number.
    pub id: ChartId,
    /// Whose lines.
    pub source: SourceId,
    /// What is counted of them.
    pub index: LevelIndex,
    /// Their bytes.
    pub store: Arc<dyn Store>,
    /// How they are read.
    pub reading: Arc<Reading>,
    /// The lines of this span only.
    pub span: Option<Range<Time>>,
    /// In at most so many columns.
    pub columns: usize,
    /// Nanoseconds that the zone is ahead of Greenwich in which columns begin at round times.
    pub offset: i64,
    /// What was read for the last one.
    pub looked: Looked,
}

impl ChartRequest {
    /// Makes it.
    pub fn made(mut self) -> Event {
        let span = self.span.take().or_else(|| histogram::span(&self.index));
        let log = histogram::Log { index: &self.index, store: &*self.store, reading: &self.reading };
        let made = span.map(|span| log.histogram(&span, self.columns, self.offset, &mut self.looked));
        Event::Charted(self.id, made, self.looked)
    }
}

/// What to save where.
#[derive(Clone)]
pub struct SaveRequest {
    /// The log.
    pub store: Arc<dyn Store>,
    /// From the line that starts here …
    pub from: Pos,
    /// … up to this position.
    pub to: Pos,
    /// Only the lines this keeps, of those that start here; the others are saved all.
    pub filter: Option<Filter>,
    /// Where the filter decides: it is whole records there, where it keeps those.
    pub judged: Range<Pos>,
    /// Where to.
    pub path: PathBuf,
    /// Replace what is there.
    pub overwrite: bool,
}
