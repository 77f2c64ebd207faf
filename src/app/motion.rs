//! Moving through a pane, and following. While lines are selected, what moves extends the selection.

use super::App;
use super::command::Call;
use super::eye::{Anchor, Eye};
use super::feed::Feed;
use super::lens::{Found, Lens, Side};
use super::pane::{Jump, Pane, PaneId, Selected};
use super::rows::text_width;
use super::shown::Showing;
use super::strand::Strand;
use crate::config::keymap::Context;
use crate::config::settings::Times;
use crate::core::place::Place;

/// How far a key moves.
#[derive(Clone, Copy)]
enum Step {
    Row,
    Half,
    Page,
}

impl Step {
    fn rows(self, call: &Call, height: usize) -> usize {
        let one = match self {
            Step::Row => 1,
            Step::Half => (height / 2).max(1),
            Step::Page => height.max(1),
        };
        one.saturating_mul(call.times()).min(1_000_000)
    }
}

pub(super) fn down(app: &mut App, call: &Call) {
    step(app, call, Step::Row, false);
}

pub(super) fn up(app: &mut App, call: &Call) {
    step(app, call, Step::Row, true);
}

pub(super) fn half_down(app: &mut App, call: &Call) {
    step(app, call, Step::Half, false);
}

pub(super) fn half_up(app: &mut App, call: &Call) {
    step(app, call, Step::Half, true);
}

pub(super) fn page_down(app: &mut App, call: &Call) {
    step(app, call, Step::Page, false);
}

pub(super) fn page_up(app: &mut App, call: &Call) {
    step(app, call, Step::Page, true);
}

fn step(app: &mut App, call: &Call, step: Step, up: bool) {
    let Some(id) = app.desk.focused() else { return };
    let rows = step.rows(call, app.body(id).1);
    if app.desk.panes.get(&id).is_some_and(|pane| pane.selected.is_some()) {
        return extend(app, id, |lens, from| walk_lines(lens, from, rows, up));
    }
    // Two panes are kept at one line: that is what moves.
    if app.desk.panes.get(&id).is_some_and(|pane| pane.pair.is_some()) {
        return to_current(app, id, |lens, from| walk_lines(lens, from, rows, up));
    }
    scroll(app, id, rows, up);
}

/// Moves the eye of a pane by rows.
pub(super) fn scroll(app: &mut App, id: PaneId, rows: usize, up: bool) {
    app.move_eye(id, |lens, eye, height| match up {
        true => lens.up(eye, height, rows),
        false => lens.down(eye, height, rows),
    });
}

fn walk_lines(lens: &mut Lens<'_>, from: Place, lines: usize, up: bool) -> Place {
    let mut at = from;
    for _ in 0..lines {
        let next = if up { lens.before(&at) } else { lens.at_or_after(&at.behind(at.pos + 1)) };
        match next {
            Found::Entry(entry) => at = entry.place.clone(),
            Found::Nothing(_) => break,
        }
    }
    at
}

/// Extends the selection to where `to` says, and brings that line into sight.
fn extend(app: &mut App, id: PaneId, to: impl FnOnce(&mut Lens<'_>, Place) -> Place) {
    let Some(selected) = app.desk.panes.get(&id).and_then(|pane| pane.selected.clone()) else { return };
    let Some((mut lens, _)) = app.lens(id) else { return };
    let to = to(&mut lens, selected.to.clone());
    drop(lens);
    if let Some(pane) = app.desk.panes.get_mut(&id) {
        pane.selected = Some(Selected { to: to.clone(), ..selected });
    }
    app.move_eye(id, |lens, eye, height| into_sight(lens, eye, height, &to));
}

/// Makes the line the current one that `to` says, and brings it into sight.
fn to_current(app: &mut App, id: PaneId, to: impl FnOnce(&mut Lens<'_>, Place) -> Place) {
    let Some((_, from)) = app.current_line() else { return };
    let Some((mut lens, _)) = app.lens(id) else { return };
    let to = to(&mut lens, from);
    drop(lens);
    if let Some(pane) = app.desk.panes.get_mut(&id) {
        pane.current = Some(to.clone());
    }
    app.move_eye(id, |lens, eye, height| {
        let held = lens.hold(eye, height);
        into_sight(lens, &held, height, &to)
    });
}

/// The eye moved as little as needed to see a line.
fn into_sight(lens: &mut Lens<'_>, eye: &Eye, height: usize, place: &Place) -> Eye {
    let picture = lens.picture(eye, height);
    if picture.row_of(place).is_some() {
        return eye.clone();
    }
    let first = picture.entries().next();
    if first.is_none_or(|first| !first.place.precedes(place)) {
        return Eye::top(place.clone());
    }
    let row = match lens.at_or_after(place) {
        Found::Entry(entry) => lens.rows(&entry) - 1,
        Found::Nothing(_) => 0,
    };
    Eye::At(Anchor::new(place.clone(), row, height.saturating_sub(1)))
}

pub(super) fn top(app: &mut App, call: &Call) {
    if call.count.is_some() {
        return to_line(app, call.count);
    }
    let Some((id, pane, _)) = app.focused() else { return };
    if pane.selected.is_some() {
        return extend(app, id, |lens, from| match lens.first() {
            Found::Entry(entry) => entry.place.clone(),
            Found::Nothing(_) => from,
        });
    }
    let paired = pane.pair.is_some();
    let Some((mut lens, _)) = app.lens(id) else { return };
    let (start, first) = (lens.start(), lens.first());
    drop(lens);
    // Of two panes that are kept at one line it is the line that goes there.
    if let (true, Found::Entry(first)) = (paired, first) {
        app.desk.panes.entry(id).and_modify(Pane::leave);
        return to_current(app, id, |_, _| first.place.clone());
    }
    app.jump_to(id, Eye::top(start));
    // What fits on the screen as a whole has its bottom in sight already.
    app.move_eye(id, |lens, eye, height| {
        let picture = lens.picture(eye, height);
        if picture.slots.len() < height && picture.below == Side::Edge { Eye::Bottom } else { eye.clone() }
    });
}

pub(super) fn bottom(app: &mut App, call: &Call) {
    if call.count.is_some() {
        return to_line(app, call.count);
    }
    let Some((id, pane, _)) = app.focused() else { return };
    if pane.selected.is_some() {
        return extend(app, id, |lens, from| match lens.last() {
            Found::Entry(entry) => entry.place.clone(),
            Found::Nothing(_) => from,
        });
    }
    app.jump_to(id, Eye::Bottom);
}

pub(super) fn percent(app: &mut App, call: &Call) {
    let Some(percent) = call.count.or_else(|| call.arg.trim_end_matches('%').parse().ok()) else {
        let key = app.keymap.key_in(Context::Normal, "percent");
        let how = key.map_or_else(|| ":percent 50".to_owned(), |key| format!("50{key}"));
        return app.messages.note(format!("a number comes first: {how}"));
    };
    if let Some(id) = app.desk.focused() {
        to_part(app, id, percent, 100);
    }
}

/// Goes so far into the log of a pane.
pub(super) fn to_part(app: &mut App, id: PaneId, part: u64, whole: u64) {
    let Some(pane) = app.desk.panes.get(&id) else { return };
    if part >= whole {
        return app.jump_to(id, Eye::Bottom);
    }
    // Of several logs the longest says where that is.
    let range = |strand: &Strand| {
        let feed = app.feeds.get(&strand.source)?;
        Some(feed.source.store.range().start..strand.end(feed))
    };
    let ranges = pane.strands().map(|strand| range(strand).unwrap_or_default()).enumerate();
    let Some((log, range)) = ranges.max_by_key(|(_, range)| range.end - range.start) else { return };
    let way = u128::from(range.end - range.start) * u128::from(part) / u128::from(whole);
    let to = range.start + u64::try_from(way).unwrap_or(u64::MAX);
    let eye = if pane.merged.is_some() { pane.eye.clone() } else { Eye::top(to) };
    app.jump_to(id, eye);
    app.look_at(id, Jump::Byte(log, to));
}

pub(super) fn line(app: &mut App, call: &Call) {
    match call.count.or_else(|| call.arg.trim().parse().ok()) {
        Some(number) => to_line(app, Some(number)),
        None => app.messages.note("which line? `:line 120`"),
    }
}

/// Goes to a line by its number, as soon as the lines before it are counted.
pub(super) fn to_line(app: &mut App, number: Option<u64>) {
    let Some((id, pane, feed)) = app.focused() else { return };
    if pane.merged.is_some() {
        let time = app.pressed("time");
        return app.not_of_streams(&format!("a merged stream has no line numbers; {time} goes to a time"));
    }
    let (source, start) = (pane.strand.source, feed.source.store.range().start);
    app.number_lines(source, start);
    if let Some(pane) = app.desk.panes.get_mut(&id) {
        pane.jump = Some(Jump::Line(number.unwrap_or(1).max(1)));
    }
    app.go_on(id);
}

pub(super) fn left(app: &mut App, call: &Call) {
    let columns = columns(call);
    if let Some(pane) = app.pane_mut() {
        pane.look.left = pane.look.left.saturating_sub(columns);
    }
}

pub(super) fn right(app: &mut App, call: &Call) {
    let (columns, last) = (columns(call), longest(app).saturating_sub(1));
    if let Some(pane) = app.pane_mut().filter(|pane| !pane.look.wrap) {
        // Never beyond what is shown, but never back either when shorter lines came into sight.
        let to = pane.look.left.saturating_add(columns).min(last);
        pane.look.left = pane.look.left.max(to);
    }
}

fn columns(call: &Call) -> usize {
    call.arg.trim().parse().unwrap_or(1usize).saturating_mul(call.times())
}

pub(super) fn line_start(app: &mut App, _: &Call) {
    if let Some(pane) = app.pane_mut() {
        pane.look.left = 0;
    }
}

pub(super) fn line_end(app: &mut App, _: &Call) {
    let Some(id) = app.desk.focused() else { return };
    let (longest, width) = (longest(app), app.text_width(id));
    if let Some(pane) = app.pane_mut().filter(|pane| !pane.look.wrap) {
        pane.look.left = longest.saturating_sub(width);
    }
}

/// Columns of the longest line in sight.
fn longest(app: &App) -> usize {
    let Some((id, pane, _)) = app.focused() else { return 0 };
    let Some((mut lens, height)) = app.lens(id) else { return 0 };
    let picture = lens.picture(&pane.eye, height);
    picture.entries().map(|entry| text_width(&lens, entry)).max().unwrap_or(0)
}

pub(super) fn follow(app: &mut App, _: &Call) {
    if let Some(pane) = app.pane_mut() {
        pane.strands_mut().for_each(|strand| strand.frozen = None);
        pane.jump = None;
        pane.selected = None;
        pane.eye = Eye::Bottom;
    }
}

pub(super) fn freeze(app: &mut App, _: &Call) {
    let Some(id) = app.desk.focused() else { return };
    let Some(pane) = app.desk.panes.get_mut(&id) else { return };
    let thaw = pane.frozen();
    for strand in pane.strands_mut() {
        let end = app.feeds.get(&strand.source).map(Feed::end);
        strand.frozen = end.filter(|_| !thaw);
    }
}

impl App {
    /// Looks through a pane: its lens, and the rows it has.
    pub(super) fn lens(&self, id: PaneId) -> Option<(Lens<'_>, usize)> {
        let pane = self.desk.panes.get(&id)?;
        let feed = self.feeds.get(&pane.strand.source)?;
        let (width, height) = self.body(id);
        let gutter = pane.gutter(feed, width);
        let sought = pane.search.as_ref().and_then(|search| search.sought.pattern());
        let timed = gutter.times > 0 && pane.look.times == Times::Clock;
        let feeds = self.feeds_of(pane)?;
        let readings = feeds.iter().map(|feed| &**feed.learner.reading()).collect();
        let showing = Showing { readings, shape: pane.shape(self, timed), sought };
        let lens = pane.lens(&self.feeds, width.saturating_sub(gutter.width()), self.settings.sgr)?;
        Some((lens.showing(showing), height))
    }

    /// Columns a pane has for text.
    pub(super) fn text_width(&self, id: PaneId) -> usize {
        let (width, _) = self.body(id);
        let Some(pane) = self.desk.panes.get(&id) else { return width };
        let Some(feed) = self.feeds.get(&pane.strand.source) else { return width };
        width.saturating_sub(pane.gutter(feed, width).width())
    }

    /// Moves the eye of a pane; a jump that waits is given up.
    pub(super) fn move_eye(&mut self, id: PaneId, to: impl FnOnce(&mut Lens<'_>, &Eye, usize) -> Eye) {
        let Some(eye) = self.desk.panes.get(&id).map(|pane| pane.eye.clone()) else { return };
        let Some((mut lens, height)) = self.lens(id) else { return };
        let to = to(&mut lens, &eye, height);
        drop(lens);
        if let Some(pane) = self.desk.panes.get_mut(&id) {
            pane.eye = to;
            pane.jump = None;
        }
    }

    /// Holds what stands on the first row of each pane where a line below it stood in for that, as soon as it is known.
    pub(super) fn settle_eyes(&mut self) {
        let stands_in = |pane: &Pane| matches!(&pane.eye, Eye::At(anchor) if anchor.stand_in);
        let panes = self.desk.panes.iter().filter(|(_, pane)| stands_in(pane));
        let settled = panes.filter_map(|(id, pane)| {
            let (mut lens, height) = self.lens(*id)?;
            Some((*id, lens.settled(&pane.eye, height)?))
        });
        let settled: Vec<(PaneId, Eye)> = settled.collect();
        for (id, eye) in settled {
            self.desk.panes.entry(id).and_modify(|pane| pane.eye = eye);
        }
    }

    /// Moves the eye far, remembering where it was.
    pub(super) fn jump_to(&mut self, id: PaneId, eye: Eye) {
        if let Some(pane) = self.desk.panes.get_mut(&id) {
            pane.leave();
            pane.eye = eye;
            pane.jump = None;
        }
    }
}
