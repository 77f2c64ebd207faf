//! Marks, the way back, and jumps that wait until a scan knows where they lead.

use std::io;

use super::App;
use super::command::Call;
use super::eye::{Anchor, Eye};
use super::lens::{Found, Slot};
use super::numbers::{self, Numbered};
use super::pane::{Jump, PaneId};
use super::tally::Tally;
use crate::core::highlight;
use crate::core::lines;
use crate::core::place::Place;
use crate::core::pos::Pos;
use crate::core::stream::Next;
use crate::core::text;

pub(super) fn mark(app: &mut App, call: &Call) {
    let Some(letter) = letter(call) else {
        let mark = app.pressed_with("mark", 'a');
        return app.messages.note(format!("a mark is a letter: {mark}"));
    };
    let Some((id, place)) = app.current_line() else { return app.messages.note("there is no line to mark") };
    if let Some(pane) = app.desk.panes.get_mut(&id) {
        pane.marks.insert(letter, place);
        let back = app.pressed_with("to-mark", letter);
        app.messages.note(format!("marked {letter}; {back} comes back here"));
    }
}

pub(super) fn to_mark(app: &mut App, call: &Call) {
    let Some(letter) = letter(call) else {
        let back = app.pressed_with("to-mark", 'a');
        return app.messages.note(format!("a mark is a letter: {back}"));
    };
    let mark = app.pane().and_then(|pane| pane.marks.get(&letter).cloned());
    match (mark, app.desk.focused()) {
        (Some(place), Some(id)) => {
            // Another filter may be on, and logs may have grown, since it was marked.
            let place = app.locate(id, place.log, place.pos).unwrap_or(place);
            app.show_line(id, &place);
        }
        _ => app.messages.note(format!("there is no mark {letter} in this pane")),
    }
}

fn letter(call: &Call) -> Option<char> {
    let mut chars = call.arg.chars();
    chars.next().filter(|c| c.is_alphabetic() && chars.next().is_none())
}

pub(super) fn back(app: &mut App, _: &Call) {
    let Some(pane) = app.pane_mut() else { return };
    match pane.trail.pop() {
        Some(eye) => {
            pane.eye = eye;
            pane.jump = None;
            pane.current = None;
        }
        None => app.messages.note("there is nowhere to go back to"),
    }
}

impl App {
    /// The line the focused pane's commands mean: the end of a selection, the line jumped to last while it
    /// is in sight, else the last line while following and the first one otherwise.
    pub(super) fn current_line(&self) -> Option<(PaneId, Place)> {
        let (id, pane, _) = self.focused()?;
        if let Some(selected) = &pane.selected {
            return Some((id, selected.to.clone()));
        }
        let (mut lens, height) = self.lens(id)?;
        let picture = lens.picture(&pane.eye, height);
        let current = pane.current.clone().filter(|place| picture.row_of(place).is_some());
        let mut entries = picture.entries();
        let entry = if pane.eye == Eye::Bottom { entries.next_back() } else { entries.next() };
        Some((id, current.or(entry.map(|entry| entry.place.clone()))?))
    }

    /// Jumps to a line: it becomes the current one and comes into sight if it is not; a selection is extended
    /// to it.
    pub(super) fn show_line(&mut self, id: PaneId, place: &Place) {
        let place = &self.shown_for(id, place);
        if let Some(pane) = self.desk.panes.get_mut(&id) {
            pane.leave();
            pane.current = Some(place.clone());
            if let Some(selected) = &mut pane.selected {
                selected.to = place.clone();
            }
        }
        self.move_eye(id, |lens, eye, height| {
            let held = lens.hold(eye, height);
            match lens.picture(&held, height).row_of(place) {
                Some(_) => held,
                None => Eye::At(Anchor::new(place.clone(), 0, height / 3)),
            }
        });
    }

    /// Brings the first hit of a line into sight: sideways, or down within a line that is wrapped.
    fn show_hit(&mut self, id: PaneId, place: &Place) {
        let width = self.text_width(id);
        let Some(pane) = self.desk.panes.get(&id) else { return };
        let Some((mut lens, height)) = self.lens(id) else { return };
        let Found::Entry(entry) = lens.at_or_after(place) else { return };
        let cut = lens.cut(&entry);
        let pattern = pane.search.as_ref().and_then(|search| search.sought.pattern());
        let pattern = pattern.filter(|_| !cut.told.no_hit);
        let hits = pattern.map(|pattern| highlight::hits(&cut.shown.text, pattern));
        let Some(hit) = hits.and_then(|hits| hits.first().map(|span| span.range.clone())) else { return };
        let (mut left, mut eye) = (pane.look.left, pane.eye.clone());
        let row = cut.rows.iter().position(|row| row.contains(&hit.start)).unwrap_or(0);
        let begin = cut.rows.get(row).map_or(0, |row| row.start);
        if cut.rows.len() > 1 {
            let row = entry.rules.len() + row;
            let seen = |slot: &Slot| matches!(slot, Slot::Entry(e, r) if e.place == *place && *r == row);
            if !lens.picture(&eye, height).slots.iter().any(seen) {
                eye = Eye::At(Anchor::new(place.clone(), row, height / 3));
            }
        }
        if !pane.look.wrap {
            let before = |end: usize| text::width(&cut.shown.text[begin..end]);
            let (from, to) = (before(hit.start), before(hit.end));
            if to <= width {
                left = 0;
            } else if from < left || to > left + width {
                left = from.saturating_sub(width / 3);
            }
        }
        drop(lens);
        if let Some(pane) = self.desk.panes.get_mut(&id) {
            (pane.look.left, pane.eye) = (left, eye);
        }
    }

    /// Goes on with a pane's jump as far as the scans allow.
    pub(super) fn go_on(&mut self, id: PaneId) {
        let Some(pane) = self.desk.panes.get(&id) else { return };
        let Some(feed) = self.feeds.get(&pane.strand.source) else { return };
        match pane.jump.clone() {
            Some(Jump::Hit { from, back, count, either }) => self.go_on_to_hit(id, from, back, count, either),
            Some(Jump::Line(number)) => {
                let Some(lines) = &feed.lines else { return };
                let store = &*feed.source.store;
                match numbers::position_of(&lines.index, store, pane.strand.end(feed), number) {
                    Ok(Numbered::At(pos)) => self.show_line(id, &pos.into()),
                    Ok(Numbered::Beyond) => {
                        self.messages.note(format!("there is no line {number}: this is the end"));
                        self.jump_to(id, Eye::Bottom);
                    }
                    Ok(Numbered::Unknown) => {}
                    Err(err) => self.give_up(id, format!("line {number} cannot be found: {err}")),
                }
            }
            Some(Jump::Byte(log, pos)) => self.go_on_to_byte(id, log, pos),
            Some(Jump::Found(log, pos)) => self.go_on_to_found(id, log, pos),
            Some(Jump::Time(goal)) => self.go_on_to_time(id, &goal),
            None => {}
        }
    }

    /// Goes to a byte of one of a pane's logs, and has it looked for where that is not possible at once.
    pub(super) fn look_at(&mut self, id: PaneId, jump: Jump) {
        self.wait_for(id, jump);
        self.go_on(id);
    }

    fn go_on_to_byte(&mut self, id: PaneId, log: usize, pos: Pos) {
        let Some(pane) = self.desk.panes.get(&id) else { return };
        let Some(strand) = pane.strands().nth(log) else { return };
        let Some(feed) = self.feeds.get(&strand.source) else { return };
        let start = lines::line_start(&*feed.source.store, pos, strand.end(feed));
        let place = start.and_then(|start| self.locate(id, log, start));
        match place {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(err) => self.give_up(id, format!("the log cannot be read: {err}")),
            Ok(place) => {
                if let Some(pane) = self.desk.panes.get_mut(&id) {
                    (pane.eye, pane.jump) = (Eye::top(place), None);
                }
            }
        }
    }

    fn go_on_to_found(&mut self, id: PaneId, log: usize, pos: Pos) {
        match self.locate(id, log, pos) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(err) => self.give_up(id, format!("the search cannot go on: {err}")),
            Ok(place) => {
                self.show_line(id, &place);
                self.show_hit(id, &place);
                self.say_which(id);
            }
        }
    }

    /// The place of a line of one of a pane's logs among those of all.
    pub(super) fn locate(&self, id: PaneId, log: usize, pos: Pos) -> io::Result<Place> {
        let stream = self.desk.panes.get(&id).and_then(|pane| pane.stream(&self.feeds));
        stream.map_or(Ok(pos.into()), |mut stream| stream.locate(log, pos))
    }

    fn go_on_to_hit(&mut self, id: PaneId, from: Place, back: bool, count: usize, either: bool) {
        let Some(pane) = self.desk.panes.get(&id) else { return };
        let Some(mut hits) = pane.hits(&self.feeds) else { return };
        let (mut at, mut left) = (from.clone(), count);
        let next = loop {
            match if back { hits.before(&at) } else { hits.at_or_after(&at) } {
                Ok(Next::Line(place, line, _)) if left > 1 => {
                    left -= 1;
                    at = if back { place } else { place.behind(line.end) };
                }
                next => break next,
            }
        };
        drop(hits);
        match next {
            Ok(Next::Line(place, ..)) => {
                self.wait_for(id, Jump::Found(place.log, place.pos));
                self.go_on(id);
            }
            // The jump waits where it got to, so nothing is walked twice.
            Ok(Next::Pending) => self.wait_for(id, Jump::Hit { from: at, back, count: left, either }),
            Ok(Next::Edge) if either => {
                self.wait_for(id, Jump::Hit { from, back: !back, count: 1, either: false });
                self.go_on(id);
            }
            Ok(Next::Edge) => {
                let none = self.hits_known(id) == Some(0);
                let way = if back { "above" } else { "below" };
                let sought = self.desk.panes.get(&id).and_then(|pane| pane.search.as_ref());
                let (pattern, hit) = sought
                    .map_or((true, "hit"), |search| (search.sought.pattern().is_some(), search.sought.hit()));
                self.give_up(
                    id,
                    match (none, pattern) {
                        (true, true) => "no line matches".into(),
                        (true, false) => format!("no {hit}s, as far as lines say a level"),
                        (false, _) => format!("no more {hit}s {way}"),
                    },
                );
            }
            Err(err) => self.give_up(id, format!("the search cannot go on: {err}")),
        }
    }

    /// Has it said which hit the current line is, unless that line is on the last row: what is said may lie
    /// over it.
    pub(super) fn say_which(&mut self, id: PaneId) {
        let Some((pane, (mut lens, height))) = self.desk.panes.get(&id).zip(self.lens(id)) else { return };
        let Some(place) = pane.current.clone() else { return };
        let row = lens.picture(&pane.eye, height).row_of(&place);
        drop(lens);
        self.found = row.is_some_and(|row| row + 1 < height);
    }

    fn wait_for(&mut self, id: PaneId, jump: Jump) {
        if let Some(pane) = self.desk.panes.get_mut(&id) {
            pane.jump = Some(jump);
        }
    }

    pub(super) fn give_up(&mut self, id: PaneId, sentence: String) {
        if let Some(pane) = self.desk.panes.get_mut(&id) {
            pane.jump = None;
        }
        self.messages.note(sentence);
    }

    fn hits_known(&self, id: PaneId) -> Option<u64> {
        let mut tallies = self.desk.panes.get(&id)?.searching();
        let counted = |tally: &Tally| tally.complete().then(|| tally.index.total());
        tallies.try_fold(0, |sum, tally| Some(sum + counted(tally)?))
    }
}
