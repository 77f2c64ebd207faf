//! Taking lines out: the selection, the clipboard, the plain dump, saving to a file.

use std::io;
use std::ops::Range;

use super::App;
use super::command::Call;
use super::confirm::Confirm;
use super::event::{Effect, SaveRequest, Saved};
use super::eye::Eye;
use super::pane::{Pane, PaneId, Selected};
use super::prompt::{Prompt, Purpose};
use crate::core::filter::Grain;
use crate::core::index::SparseIndex;
use crate::core::lines;
use crate::core::pick;
use crate::core::place::Place;
use crate::core::pos::Pos;
use crate::core::stream::Next;
use crate::core::text::{self, TextOptions};
use crate::core::walk::{Step, Walk};

/// The most that is put on the clipboard; terminals take less rather than more.
const MOST: usize = 1 << 20;

/// Why lines cannot be taken out now.
pub const NOT_YET: &str = "the lines are not all here yet; try again in a moment";

/// Which lines to save.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// The lines the pane shows: those the filter keeps.
    Shown,
    /// Every line of the log.
    Whole,
    /// The selected lines, of those the pane shows.
    Selected(Selected),
}

pub(super) fn select(app: &mut App, _: &Call) {
    let Some((id, at)) = app.current_line() else { return app.messages.note("there is no line to select") };
    let followed = app.pane().is_some_and(|pane| pane.eye == Eye::Bottom);
    app.move_eye(id, |lens, eye, height| lens.hold(eye, height));
    if let Some(pane) = app.desk.panes.get_mut(&id) {
        pane.selected = Some(Selected { from: at.clone(), to: at, followed });
    }
}

pub(super) fn copy(app: &mut App, _: &Call) {
    let Some((id, at)) = app.current_line() else { return app.messages.note("there is no line to copy") };
    let Some((_, pane, _)) = app.focused() else { return };
    let text = match &pane.selected {
        Some(selected) => app.text_of(id, selected),
        None => app.text_of_record(id, &at),
    };
    match text {
        Ok(text) => {
            app.effects.push(Effect::Copy(text));
            if let Some(pane) = app.desk.panes.get_mut(&id) {
                pane.leave_selection();
            }
        }
        Err(sentence) => app.messages.error(sentence),
    }
}

pub(super) fn dump(app: &mut App, _: &Call) {
    let Some((id, pane, _)) = app.focused() else { return };
    let Some((mut lens, height)) = app.lens(id) else { return };
    let picture = lens.picture(&pane.eye, height);
    // As they are stored, like all that is taken out.
    let lines = picture.entries().map(|entry| lens.raw(entry).text).collect();
    drop(lens);
    app.effects.push(Effect::Dump(lines));
}

pub(super) fn save(app: &mut App, call: &Call) {
    let Some((id, pane, _)) = app.focused() else { return };
    if pane.merged.is_some() {
        let copy = app.pressed("copy");
        return app.not_of_streams(&format!("a merged stream cannot be saved; {copy} copies its lines"));
    }
    let what = pane.selected.clone().map_or(What::Shown, What::Selected);
    match call.arg.trim() {
        "" => app.open(Prompt::new(Purpose::Save { pane: id, what }, "")),
        path => app.save_to(id, what, path),
    }
}

impl Pane {
    /// Ends the selection; a pane that followed before follows again.
    pub(super) fn leave_selection(&mut self) {
        if self.selected.take().is_some_and(|selected| selected.followed) {
            self.eye = Eye::Bottom;
        }
    }
}

impl App {
    /// The text of selected lines as it is shown, with the tabs kept and without colours.
    fn text_of(&self, id: PaneId, selected: &Selected) -> Result<String, String> {
        let nothing = || "there is nothing to copy".to_owned();
        let pane = self.desk.panes.get(&id).ok_or_else(nothing)?;
        let mut stream = pane.stream(&self.feeds).ok_or_else(nothing)?;
        let (mut at, last) = (selected.first().clone(), selected.last());
        let (mut text, mut lines) = (String::new(), 0u64);
        loop {
            match stream.at_or_after(&at) {
                Ok(Next::Line(place, line, _)) if !last.precedes(&place) => {
                    if lines > 0 {
                        text.push('\n');
                    }
                    push_plain(&mut text, &line.text);
                    lines += 1;
                    at = place.behind(line.end);
                }
                Ok(Next::Pending) => return Err(NOT_YET.into()),
                Ok(_) => break,
                Err(err) => return Err(unread(&err)),
            }
            if text.len() > MOST {
                let save = self.pressed("save");
                return Err(format!(
                    "the selection is larger than the 1 MiB that can be copied; {save} saves it to a file"
                ));
            }
        }
        if lines == 0 { Err(nothing()) } else { Ok(text) }
    }

    /// The text of the record that a line is of, every line of it, whatever is kept or folded.
    pub(super) fn text_of_record(&self, id: PaneId, place: &Place) -> Result<String, String> {
        let (feed, record) = self.record_of(id, place)?;
        let (mut text, mut at) = (String::new(), record.start);
        while let Some(line) =
            lines::line_at(&*feed.source.store, at, record.end).map_err(|err| unread(&err))?
        {
            if at > record.start {
                text.push('\n');
            }
            push_plain(&mut text, &line.text);
            if text.len() > MOST {
                return Err("the record is larger than the 1 MiB that can be copied".into());
            }
            at = line.end;
        }
        Ok(text)
    }

    /// Asks for lines to be written to a file.
    pub(super) fn save_to(&mut self, id: PaneId, what: What, path: &str) {
        let interrupt = self.pressed("interrupt");
        if self.saving.is_some() {
            let sentence = format!("the file before is still being written; {interrupt} gives it up");
            return self.messages.error(sentence);
        }
        let Some(request) = self.save_request(id, &what, path) else {
            return self.messages.error(NOT_YET);
        };
        self.messages.note(format!("saving to {}; {interrupt} gives it up", text::printable(path)));
        self.effects.push(Effect::Save(request));
        self.saving = Some((id, what));
    }

    /// `None` while it is not known where the lines end.
    fn save_request(&self, id: PaneId, what: &What, path: &str) -> Option<SaveRequest> {
        let pane = self.desk.panes.get(&id)?;
        let feed = self.feeds.get(&pane.strand.source)?;
        let (whole, end) = (feed.source.store.range().start, pane.strand.end(feed));
        let (from, to) = match what {
            What::Selected(selected) => (selected.first().pos, line_end(pane, feed, selected.last().pos)?),
            What::Shown | What::Whole => (whole, end),
        };
        let kept = pane.strand.kept.as_ref().filter(|_| *what != What::Whole);
        let filter = kept.and_then(|kept| kept.filter.unfolded());
        let store = feed.source.store.clone();
        let (path, judged) = (path.into(), from..to);
        let request = SaveRequest { store, from, to, filter, judged, path, overwrite: false };
        match what {
            What::Selected(selected) => self.cut_records(id, selected, request),
            What::Shown | What::Whole => Some(request),
        }
    }

    /// Records that are selected in part are not judged by that part: what is kept of them is known. `None` while they
    /// cannot be read.
    fn cut_records(&self, id: PaneId, selected: &Selected, mut request: SaveRequest) -> Option<SaveRequest> {
        let Some(filter) = request.filter.as_ref().filter(|filter| filter.grain() != Grain::Line) else {
            return Some(request);
        };
        let (first, last) =
            (self.record_of(id, selected.first()).ok()?.1, self.record_of(id, selected.last()).ok()?.1);
        let kept = |record: &Range<Pos>| {
            let (none, start) = (SparseIndex::default(), record.start);
            let kept = pick::count(filter, &none, &*request.store, start..start + 1, record.end);
            Some(kept.ok()?? > 0)
        };
        let mut judged = request.judged.clone();
        if request.from > first.start {
            judged.start = first.end.min(request.to);
            request.from = if kept(&first)? { request.from } else { judged.start };
        }
        if request.to < last.end && last.start >= judged.start {
            judged.end = last.start;
            request.to = if kept(&last)? { request.to } else { judged.end };
        }
        judged.end = judged.end.max(judged.start);
        Some(SaveRequest { judged, ..request })
    }

    /// Gives up what is being saved, and says whether anything was: its bytes may be on a host that is away.
    pub(super) fn give_up_saving(&mut self) -> bool {
        let any = self.saving.take().is_some();
        if any {
            self.effects.push(Effect::StopSave);
        }
        any
    }

    /// What became of saving.
    pub(super) fn saved(&mut self, saved: Saved) {
        let saving = self.saving.take();
        match saved {
            Saved::Done(sentence) => self.messages.note(sentence),
            Saved::Failed(sentence) => {
                // Nothing is being saved any more.
                self.messages.unsay();
                self.messages.error(sentence);
            }
            Saved::Exists(path) => {
                let Some((id, what)) = saving else { return };
                self.messages.unsay();
                let name = text::printable(&path.to_string_lossy());
                let request = self.save_request(id, &what, &path.to_string_lossy());
                let Some(request) = request.map(|request| SaveRequest { path, overwrite: true, ..request })
                else {
                    return;
                };
                self.open(Confirm::new(
                    format!("{name} is there already"),
                    "replace it".into(),
                    Box::new(move |app| {
                        app.saving = Some((id, what.clone()));
                        app.effects.push(Effect::Save(request.clone()));
                    }),
                ));
            }
        }
    }
}

/// Why lines that are to be taken out cannot be read: a sentence.
pub fn unread(err: &io::Error) -> String {
    match err.kind() {
        io::ErrorKind::WouldBlock => NOT_YET.into(),
        _ => format!("the lines cannot be read: {err}"),
    }
}

fn line_end(pane: &Pane, feed: &super::feed::Feed, start: Pos) -> Option<Pos> {
    match pane.strand.walk(feed, pane.context).at_or_after(start) {
        Ok(Step::Line(line, _)) => Some(line.end),
        Ok(Step::Pending(_)) => None,
        _ => Some(start),
    }
}

/// Adds a line as it is shown, but with its tabs.
fn push_plain(out: &mut String, line: &[u8]) {
    let options = TextOptions { tab: 1, sgr: false, limit: line.len() };
    for (n, part) in text::without_sgr(line).split(|byte| *byte == b'\t').enumerate() {
        if n > 0 {
            out.push('\t');
        }
        out.push_str(&text::show(part, options).text);
    }
}
