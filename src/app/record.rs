//! Records in a pane: walking from one to the next, and looking at one by itself.

use std::ops::Range;

use super::App;
use super::command::Call;
use super::copy::{NOT_YET, unread};
use super::details::Details;
use super::feed::Feed;
use super::pane::PaneId;
use crate::core::place::Place;
use crate::core::pos::Pos;
use crate::core::record::record_at;
use crate::core::stream::Next;

/// More records than anybody walks by one key.
const MOST: usize = 10_000;

pub(super) fn next(app: &mut App, call: &Call) {
    step(app, call, false);
}

pub(super) fn previous(app: &mut App, call: &Call) {
    step(app, call, true);
}

fn step(app: &mut App, call: &Call, back: bool) {
    let Some((id, from)) = app.current_line() else { return };
    app.go_to_record(id, &from, call.times(), back);
}

pub(super) fn details(app: &mut App, _: &Call) {
    match app.current_line() {
        Some((id, place)) => app.open(Details::new(id, place)),
        None => app.messages.note("there is no record to show"),
    }
}

impl App {
    /// The log of a line and the bytes of its record, as far as they are known; a sentence when they cannot be read.
    pub(super) fn record_of(&self, id: PaneId, place: &Place) -> Result<(&Feed, Range<Pos>), String> {
        let nothing = || "there is no such line any more".to_owned();
        let pane = self.desk.panes.get(&id).ok_or_else(nothing)?;
        let strand = pane.strands().nth(place.log).ok_or_else(nothing)?;
        let feed = self.feeds.get(&strand.source).ok_or_else(nothing)?;
        let reading = &**feed.learner.reading();
        let record = record_at(&*feed.source.store, reading, place.pos, strand.end(feed));
        record.map(|record| (feed, record)).map_err(|err| unread(&err))
    }

    /// Goes to the first line shown of a record so many further on from the one `from` is of, or back; back from the
    /// midst of one leads to its own first line. As far as there are any; the place that was found.
    pub(super) fn go_to_record(
        &mut self,
        id: PaneId,
        from: &Place,
        count: usize,
        back: bool,
    ) -> Option<Place> {
        let (mut at, mut failed) = (from.clone(), None);
        for _ in 0..count.min(MOST) {
            match self.record_beside(id, &at, back) {
                Ok(Some(place)) => at = place,
                Ok(None) => break,
                Err(sentence) => {
                    failed = Some(sentence);
                    break;
                }
            }
        }
        if at == *from {
            let none = if back { "no record above" } else { "no record below" };
            self.messages.note(failed.unwrap_or_else(|| none.to_owned()));
            return None;
        }
        self.show_line(id, &at);
        Some(at)
    }

    /// The first line shown of the next record, or of the one before.
    fn record_beside(&self, id: PaneId, at: &Place, back: bool) -> Result<Option<Place>, String> {
        let Some(mut stream) = self.desk.panes.get(&id).and_then(|pane| pane.stream(&self.feeds)) else {
            return Ok(None);
        };
        let (_, record) = self.record_of(id, at)?;
        if !back {
            let next = stream.at_or_after(&at.behind(record.end)).map_err(|err| unread(&err))?;
            return line(next);
        }
        let own = line(stream.at_or_after(&at.behind(record.start)).map_err(|err| unread(&err))?)?;
        if let Some(own) = own.filter(|own| own.precedes(at)) {
            return Ok(Some(own));
        }
        let Some(before) = line(stream.before(at).map_err(|err| unread(&err))?)? else { return Ok(None) };
        let (_, record) = self.record_of(id, &before)?;
        let first = line(stream.at_or_after(&before.behind(record.start)).map_err(|err| unread(&err))?)?;
        Ok(first.filter(|first| first.precedes(&before)).or(Some(before)))
    }
}

/// Where a line stands that was found.
fn line(next: Next) -> Result<Option<Place>, String> {
    match next {
        Next::Line(place, ..) => Ok(Some(place)),
        Next::Edge => Ok(None),
        Next::Pending => Err(NOT_YET.to_owned()),
    }
}
