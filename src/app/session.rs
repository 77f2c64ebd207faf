//! The session: what is remembered of it, and how it is taken up again. A place in a log is taken up only where it is
//! certain to be in the same file.

use std::collections::BTreeMap;
use std::sync::Arc;

use ring::digest::{SHA256, digest};

use super::App;
use super::command::Call;
use super::event::Effect;
use super::eye::{Anchor, Eye};
use super::feed::Feed;
use super::pane::{Pane, PaneId, Sought};
use super::source::Lies;
use super::word::Words;
use crate::config::session::{FileMark, HEAD, PaneMark, Session};
use crate::config::workspace::{Origin, Workspace};
use crate::core::pattern::Pattern;
use crate::core::pos::Pos;
use crate::core::text::printable;

/// A session that is being taken up.
#[derive(Default)]
pub struct Resumed {
    files: BTreeMap<String, FileMark>,
    /// The panes for which nothing was opened yet.
    panes: Vec<PaneMark>,
}

pub(super) fn restore(app: &mut App, _: &Call) {
    let names = app.session_names();
    match names.is_empty() {
        true => app.messages.note("nothing is open whose session could be taken up"),
        false => app.effects.push(Effect::Recall(names)),
    }
}

impl App {
    /// The same, taking a session up: what is opened finds its place by it.
    #[must_use]
    pub fn resuming(mut self, session: Session) -> App {
        let desk = self.resumed(session);
        self.space.use_plan(Arc::new(desk));
        self
    }

    /// Keeps what a session says until panes need it; its desk.
    fn resumed(&mut self, session: Session) -> Workspace {
        let Session { desk, files, panes, typed, .. } = session;
        self.histories.recall(typed);
        self.space.resumed = Resumed { files, panes };
        desk
    }

    /// What is remembered of the sources that are open, if anything is.
    pub(super) fn recalled(&mut self, found: Result<Option<Session>, String>) {
        match found {
            Ok(Some(session)) => {
                let desk = self.resumed(session);
                self.plan(Arc::new(desk));
                // That is asked for: nothing stays as it was by hand.
                self.go_with_words(&Words::default());
                let panes: Vec<PaneId> = self.desk.order();
                panes.into_iter().for_each(|id| self.resume(id));
                let left_out = self.origins("").left_out().map(|left_out| format!("; {left_out}"));
                self.messages
                    .note(format!("the last session is taken up again{}", left_out.unwrap_or_default()));
            }
            Ok(None) => self.messages.note("nothing is remembered of these sources"),
            Err(sentence) => self.messages.error(sentence),
        }
    }

    /// The names by which a session of what is open is known.
    pub fn session_names(&self) -> Vec<String> {
        let sources = self.origins("").origins;
        self.names_of(&self.space.plan.with(sources))
    }

    /// The names by which a session with this desk is known.
    pub fn names_of(&self, desk: &Workspace) -> Vec<String> {
        names(desk, &self.space.folder)
    }

    /// What is to be remembered; nothing where nothing is open that can be opened again, or nothing is to be.
    pub fn session(&self) -> Option<Session> {
        let desk = Some(self.settings.sessions).filter(|on| *on).map(|_| self.snapshot())?;
        if self.names_of(&desk).is_empty() {
            return None;
        }
        let feeds = self.feeds.values();
        let mark = |feed: &Feed| {
            let lies = feed.status().file?;
            let size = size(feed, lies);
            let mark =
                FileMark { device: lies.device, inode: lies.inode, size, head: head(feed, lies, size)? };
            Some((self.whole_name(feed.opens()?), mark))
        };
        let plain = self.desk.order().into_iter().filter_map(|id| self.desk.panes.get(&id));
        Some(Session {
            desk,
            layout: self.desk.tab().and_then(|tab| tab.kind).unwrap_or_default(),
            files: feeds.filter_map(mark).collect(),
            panes: plain
                .filter(|pane| pane.merged.is_none())
                .filter_map(|pane| self.pane_mark(pane))
                .collect(),
            typed: self.histories.kept(),
        })
    }

    fn pane_mark(&self, pane: &Pane) -> Option<PaneMark> {
        let feed = self.feeds.get(&pane.strand.source)?;
        let lies = feed.status().file;
        let inside = |pos: Pos| lies.and_then(|lies| lies.inside(pos));
        let (at, row) = match &pane.eye {
            Eye::At(anchor) => (inside(anchor.place.pos), anchor.at),
            Eye::Bottom => (None, 0),
        };
        let row = if at.is_some() { row.min(1000) as u64 } else { 0 };
        let marks = pane.marks.iter().filter_map(|(letter, place)| Some((*letter, inside(place.pos)?)));
        let search = pane.search.as_ref().and_then(|search| Some((search.sought.pattern()?, search.back)));
        // A word that was taken from the log is no business of a file's.
        let search = search.filter(|(pattern, _)| !self.histories.is_taken(pattern.source()));
        let search = search.map(|(pattern, back)| (pattern.source().to_owned(), back));
        Some(PaneMark { log: self.whole_name(feed.opens()?), at, row, marks: marks.collect(), search })
    }

    /// Takes up where a pane looked in a session, if the session has such a pane.
    pub(super) fn resume(&mut self, id: PaneId) {
        let Some(pane) = self.desk.panes.get(&id).filter(|pane| pane.merged.is_none()) else { return };
        let Some(feed) = self.feeds.get(&pane.strand.source) else { return };
        let Some(name) = feed.opens().map(|name| self.whole_name(name)) else { return };
        let Some(at) = self.space.resumed.panes.iter().position(|mark| mark.log == name) else { return };
        let mark = self.space.resumed.panes.remove(at);
        let placed = mark.at.is_some() || !mark.marks.is_empty();
        let same = self.space.resumed.files.get(&name).is_some_and(|file| is_same(feed, file));
        let lies = feed.status().file.filter(|_| same);
        let line =
            |offset: u64| lies.and_then(|lies| lies.outside(offset)).filter(|pos| begins_line(feed, *pos));
        let eye = mark.at.map(line);
        let marks: Vec<(char, Pos)> =
            mark.marks.iter().filter_map(|(letter, offset)| Some((*letter, line(*offset)?))).collect();
        let lost = placed && (eye == Some(None) || marks.len() < mark.marks.len());
        if let Some(pane) = self.desk.panes.get_mut(&id) {
            if let Some(Some(pos)) = eye {
                let at = usize::try_from(mark.row).unwrap_or(0);
                pane.eye = Eye::At(Anchor::new(pos, 0, at));
            }
            pane.marks.extend(marks.into_iter().map(|(letter, pos)| (letter, pos.into())));
        }
        if lost {
            let name = printable(&self.short_name(id));
            self.messages.note(format!(
                "{name} is another file than in the last session: its places are not taken up"
            ));
        }
        if let Some((pattern, back)) = mark.search
            && let Ok(pattern) = Pattern::new(&pattern)
        {
            self.start_search(id, Sought::Pattern(Box::new(pattern)), back);
        }
    }
}

/// The names by which a session with the sources of a workspace is known, which are the same however these are written:
/// from the root on (or from `folder`, in which the program runs), with what is known of them written out. A file is
/// remembered by its own name, whether that could be taken for one with variables or not.
pub fn names(plan: &Workspace, folder: &str) -> Vec<String> {
    let named = plan.sources.iter().filter(|origin| origin.written != "-");
    let whole = |origin: &Origin| match origin.command {
        true => origin.typed(),
        false => Origin::path(&plan.opened(origin).typed(), folder).typed(),
    };
    named.map(|origin| whole(origin).replace("$${", "${")).collect()
}

/// Whether a log lies in the file that is remembered, which has only grown since.
fn is_same(feed: &Feed, file: &FileMark) -> bool {
    feed.status().file.is_some_and(|lies| {
        (lies.device, lies.inode) == (file.device, file.inode)
            && size(feed, lies) >= file.size
            && head(feed, lies, file.size) == Some(file.head)
    })
}

/// The bytes of the file in which a log ends.
fn size(feed: &Feed, lies: Lies) -> u64 {
    lies.offset + feed.end().0.saturating_sub(lies.from.0)
}

/// A digest of the beginning of the file in which a log ends, as it was when it had so many bytes; none where the log
/// does not have that beginning.
fn head(feed: &Feed, lies: Lies, size: u64) -> Option<u64> {
    let begin = lies.outside(0)?;
    let mut bytes = [0; HEAD];
    let bytes = &mut bytes[..usize::try_from(size).unwrap_or(HEAD).min(HEAD)];
    let mut read = 0;
    while read < bytes.len() {
        let at = Pos(begin.0 + read as u64);
        read += feed.source.store.read_at(at, &mut bytes[read..]).ok().filter(|more| *more > 0)?;
    }
    let digest = digest(&SHA256, bytes);
    digest.as_ref().first_chunk().map(|first| u64::from_be_bytes(*first))
}

/// Whether a line begins at a position: a file that was written anew has other lines.
fn begins_line(feed: &Feed, pos: Pos) -> bool {
    let mut before = [0];
    let first = pos <= feed.source.store.range().start;
    first
        || (pos < feed.end()
            && matches!(feed.source.store.read_at(pos.back(1), &mut before), Ok(1))
            && before == *b"\n")
}

impl Lies {
    /// The byte of the file at a position of the log, if it lies in it.
    fn inside(self, pos: Pos) -> Option<u64> {
        Some(pos.0.checked_sub(self.from.0)? + self.offset)
    }

    /// The position in the log of a byte of the file, if it is one of the log's.
    fn outside(self, offset: u64) -> Option<Pos> {
        Some(self.from + offset.checked_sub(self.offset)?)
    }
}
