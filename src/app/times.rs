//! The column of times before the lines: on a clock, as ages, or as the time since the line before.

use std::time::{Duration, Instant};

use jiff::tz::TimeZone;

use super::App;
use super::command::Call;
use super::feed::Feed;
use super::lens::{Found, Lens, Picture, Side};
use super::pane::Pane;
use super::screen::{Piece, Tone};
use crate::config::settings::Times;
use crate::core::form::time::{self, AGE, CLOCK, DELTA, Gap};
use crate::core::place::Place;
use crate::core::read::Time;

/// Lines before the first one in sight in which the time before it is looked for.
const BACK: usize = 32;
/// Bytes before a line that must be here for one of them to be looked at.
const LOOK: u64 = 80 << 10;

/// How the kinds of the column follow each other and how wide they are.
impl Times {
    /// Its columns, with the blank behind it; none while it is off.
    pub fn width(self) -> usize {
        match self {
            Times::Off => 0,
            Times::Clock => CLOCK + 1,
            Times::Age => AGE + 1,
            Times::Delta => DELTA + 1,
        }
    }

    /// The next kind, in the order of the key.
    pub fn next(self) -> Times {
        match self {
            Times::Off => Times::Clock,
            Times::Clock => Times::Age,
            Times::Age => Times::Delta,
            Times::Delta => Times::Off,
        }
    }
}

/// The column of one picture.
pub struct Column {
    kind: Times,
    zone: TimeZone,
    now: Time,
    /// By line: its time, and that of the last line before it that has one.
    lines: Vec<(Place, Time, Option<Time>)>,
    /// A line may stand for many that came after it: what looks like a gap behind it may be none.
    folded: bool,
}

impl Column {
    /// The column of the lines of a picture; `here` says whether the bytes before a place need not be fetched.
    pub fn of(
        kind: Times,
        lens: &mut Lens<'_>,
        picture: &Picture,
        here: &dyn Fn(&Place) -> bool,
        (zone, now): (TimeZone, Time),
    ) -> Column {
        let mut lines = Vec::new();
        if kind != Times::Off {
            let mut before = if kind == Times::Delta { before(lens, picture, here) } else { None };
            for entry in picture.entries() {
                let Some(time) = lens.cut(entry).told.time else { continue };
                lines.push((entry.place.clone(), time, before));
                before = Some(time);
            }
        }
        Column { kind, zone, now, lines, folded: false }
    }

    /// What stands before the first row of the line at a place, as wide as the column with the blank behind it; blanks
    /// for a line without a time.
    pub fn piece(&self, place: &Place) -> Piece {
        let (text, tone) = match self.lines.iter().find(|(at, ..)| at == place) {
            None => (String::new(), Tone::Faint),
            Some((_, time, before)) => self.told(*time, *before),
        };
        let width = self.kind.width().saturating_sub(1);
        Piece { text: format!("{text:>width$} "), tone }
    }

    fn told(&self, time: Time, before: Option<Time>) -> (String, Tone) {
        match (self.kind, before) {
            (Times::Clock, _) => (time::clock(time, &self.zone), Tone::Faint),
            (Times::Age, _) => (time::age(time, self.now), Tone::Faint),
            (Times::Delta, Some(before)) => {
                let tone = match time::gap(time, before) {
                    _ if self.folded => Tone::Faint,
                    Gap::None => Tone::Faint,
                    Gap::Slow => Tone::Note,
                    Gap::Long => Tone::Bad,
                };
                (time::delta(time, before), tone)
            }
            (Times::Delta, None) | (Times::Off, _) => (String::new(), Tone::Faint),
        }
    }

    /// When it tells something else by time alone.
    pub fn due(&self) -> Option<Time> {
        let ages = self.lines.iter().filter(|_| self.kind == Times::Age);
        ages.map(|(_, time, _)| time::next_age(*time, self.now)).min()
    }
}

/// The time of the last line above a picture that has one. Nothing is fetched for it, and no more than a few lines are
/// read.
fn before(lens: &mut Lens<'_>, picture: &Picture, here: &dyn Fn(&Place) -> bool) -> Option<Time> {
    let mut at = picture.entries().next()?.place.clone();
    if picture.above != Side::More {
        return None;
    }
    for _ in 0..BACK {
        if !here(&at) {
            return None;
        }
        let Found::Entry(entry) = lens.before(&at) else { return None };
        if let Some(time) = lens.cut(&entry).told.time {
            return Some(time);
        }
        at = entry.place.clone();
    }
    None
}

pub(super) fn times(app: &mut App, call: &Call) {
    let Some(pane) = app.pane_mut() else { return };
    pane.look.times = match call.arg.as_str() {
        "off" => Times::Off,
        "clock" => Times::Clock,
        "age" => Times::Age,
        "delta" => Times::Delta,
        _ => pane.look.times.next(),
    };
    if pane.look.wrap {
        pane.relaid();
    }
    let Some((id, pane, feed)) = app.focused() else { return };
    let room = pane.gutter(feed, app.body(id).0).times > 0;
    let said = match pane.look.times {
        Times::Off => "no column of times".to_owned(),
        _ if !room => "the pane is too narrow for a column of times".to_owned(),
        Times::Clock => format!("the time of each line, {}", super::zone::name(&app.zone())),
        Times::Age => "how long ago each line was written".to_owned(),
        Times::Delta => "the time since the line before; gaps of 1 s and of 10 s stand out".to_owned(),
    };
    app.messages.note(said);
}

impl App {
    /// The times before the lines of a picture.
    pub(super) fn times(
        &self,
        now: Instant,
        pane: &Pane,
        feeds: &[&Feed],
        lens: &mut Lens<'_>,
        picture: &Picture,
    ) -> Column {
        let here = |place: &Place| {
            feeds.iter().enumerate().all(|(log, feed)| {
                let (store, before) = (&*feed.source.store, place.above(log));
                let held = store.held(before.back(1));
                let reaches = held.start <= before.back(LOOK).max(store.range().start);
                before <= store.range().start || (held.contains(&before.back(1)) && reaches)
            })
        };
        let column = Column::of(pane.look.times, lens, picture, &here, (self.zone(), self.wall.time(now)));
        Column { folded: pane.folding.repeats, ..column }
    }

    /// When an age that is shown changes.
    pub(super) fn age_due(&self, now: Instant, column: &Column) -> Option<Instant> {
        let wall = self.wall.time(now);
        let left = column.due()?.0.saturating_sub(wall.0);
        Some(now + Duration::from_nanos(u64::try_from(left).unwrap_or(0)))
    }

    /// The zone in which times are shown: the user's choice, else that of the clock on the wall.
    pub(super) fn zone(&self) -> TimeZone {
        self.zone.clone().unwrap_or_else(|| self.wall.zone())
    }
}
