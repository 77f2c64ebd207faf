//! Going by time: to a time that is typed, and panes that are kept at one instant.

use std::io;

use jiff::Timestamp;

use super::App;
use super::command::Call;
use super::eye::{Anchor, Eye};
use super::pane::{Jump, Pane, PaneId};
use super::prompt::{Prompt, Purpose};
use crate::core::place::Place;
use crate::core::query::When;
use crate::core::read::Time;
use crate::core::stream::Next;

/// A time that a pane goes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Goal {
    /// One that was typed.
    Typed(When),
    /// The one at which another pane looks: the line goes to this row.
    Shared(Time, usize),
}

pub(super) fn go(app: &mut App, call: &Call) {
    let Some(id) = app.desk.focused() else { return };
    if call.arg.trim().is_empty() {
        return app.open(Prompt::new(Purpose::Time(id), ""));
    }
    match app.go_to_time(id, &call.arg) {
        Ok(()) => app.histories.add("t", call.arg.trim()),
        Err(sentence) => app.messages.error(sentence),
    }
}

pub(super) fn lock(app: &mut App, _: &Call) {
    let Some(tab) = app.desk.tab_mut() else { return };
    let panes = tab.root.panes();
    if panes.len() < 2 {
        return app.messages.note("there is one pane on this tab: nothing to keep step with");
    }
    tab.locked = !tab.locked;
    if !tab.locked {
        for pane in panes {
            app.desk.panes.entry(pane).and_modify(|pane| pane.instant = None);
        }
        return app.messages.note("panes scroll by themselves again");
    }
    let stays = |pane: &PaneId| {
        let strands = app.desk.panes.get(pane)?.strands();
        let timeless = strands.clone().all(|strand| app.is_timeless(strand.source));
        timeless.then(|| app.short_name(*pane))
    };
    let stay: Vec<String> = panes.iter().filter_map(stays).collect();
    app.led = None;
    app.messages.note(match &stay[..] {
        [] => "the panes of this tab show one instant: what moves one moves all".to_owned(),
        stay => format!("the panes show one instant; no times in {}: it stays", stay.join(", ")),
    });
}

impl App {
    /// Goes to a time as it was typed.
    ///
    /// # Errors
    /// A sentence when it is no time.
    pub(super) fn go_to_time(&mut self, id: PaneId, typed: &str) -> Result<(), String> {
        let when = When::typed(typed)?;
        let Some(pane) = self.desk.panes.get_mut(&id) else { return Ok(()) };
        pane.jump = Some(Jump::Time(Goal::Typed(when)));
        self.go_on(id);
        Ok(())
    }

    /// Goes on to a time, as far as the bytes are there to find it by.
    pub(super) fn go_on_to_time(&mut self, id: PaneId, goal: &Goal) {
        match self.find_time(id, goal) {
            Err(err) if err.kind() == io::ErrorKind::WouldBlock => {}
            Err(err) => self.give_up(id, format!("the time cannot be looked for: {err}")),
            Ok(found) => {
                if let Some(pane) = self.desk.panes.get_mut(&id) {
                    pane.jump = None;
                }
                match goal {
                    Goal::Typed(_) => self.show_time(id, found),
                    Goal::Shared(_, at) => self.share_time(id, found, *at),
                }
            }
        }
    }

    fn find_time(&self, id: PaneId, goal: &Goal) -> io::Result<Found> {
        let waits = || io::Error::from(io::ErrorKind::WouldBlock);
        let stream = self.desk.panes.get(&id).and_then(|pane| pane.dated(&self.feeds));
        let Some(mut stream) = stream else { return Ok(Found::NoTimes) };
        let Some(last) = stream.last_moment()? else { return Ok(Found::NoTimes) };
        let time = match goal {
            Goal::Shared(time, _) => *time,
            Goal::Typed(when) => {
                let now = self.now.map(|now| self.wall.at(now)).unwrap_or_default();
                let end = Timestamp::from_nanosecond(last.0.into()).unwrap_or_default();
                Time(when.sought(&now, &end.to_zoned(now.time_zone().clone())))
            }
        };
        let place = stream.locate_time(time)?;
        let first = (0..stream.logs()).all(|log| place.above(log) <= stream.start().above(log));
        match stream.at_or_after(&place)? {
            Next::Pending => Err(waits()),
            Next::Edge if time <= last => Ok(Found::Hidden(time)),
            Next::Edge => Ok(Found::Behind(last)),
            Next::Line(place, ..) => {
                let moment = stream.moment_of(&place)?;
                let begins = moment.filter(|moment| first && *moment > time);
                Ok(Found::At(place, begins))
            }
        }
    }

    fn show_time(&mut self, id: PaneId, found: Found) {
        match found {
            Found::At(place, begins) => {
                self.show_line(id, &place);
                if let Some(begins) = begins {
                    let begins = self.written(begins);
                    self.messages.note(format!("nothing is so old: this is the beginning, {begins}"));
                }
            }
            Found::Behind(last) => {
                self.jump_to(id, Eye::Bottom);
                let last = self.written(last);
                self.messages.note(format!("nothing is so late: this is the end, {last}"));
            }
            Found::Hidden(time) => {
                self.jump_to(id, Eye::Bottom);
                let time = self.written(time);
                self.messages.note(format!("the filter keeps nothing from {time} on: this is the end"));
            }
            Found::NoTimes => {
                let name = self.short_name(id);
                self.messages.note(format!("no line of {name} is known to say when it was written"));
            }
        }
    }

    fn share_time(&mut self, id: PaneId, found: Found, at: usize) {
        let Some(pane) = self.desk.panes.get_mut(&id) else { return };
        match found {
            Found::At(place, _) => {
                pane.instant = Some(place.clone());
                pane.eye = Eye::At(Anchor::new(place, 0, at));
            }
            Found::Behind(_) | Found::Hidden(_) => (pane.instant, pane.eye) = (None, Eye::Bottom),
            Found::NoTimes => pane.instant = None,
        }
    }

    /// A moment as people write it, on the clock here.
    fn written(&self, time: Time) -> String {
        let at = Timestamp::from_nanosecond(time.0.into()).unwrap_or_default();
        at.to_zoned(self.wall.zone()).strftime("%Y-%m-%d %H:%M:%S").to_string()
    }

    /// Keeps the panes of a tab at the instant at which the focused one looks, when that has moved.
    pub(super) fn keep_step(&mut self) {
        let Some(tab) = self.desk.tab().filter(|tab| tab.locked) else { return };
        let (leader, panes) = (tab.focus, tab.root.panes());
        let Some(pane) = self.desk.panes.get(&leader) else { return };
        let now = (leader, pane.eye.clone());
        let moved = self.led.as_ref().is_none_or(|(led, eye)| *led == now.0 && *eye != now.1);
        if self.led.as_ref() == Some(&now) {
            return;
        }
        self.led = Some(now);
        if moved {
            self.lead(leader, panes);
        }
    }

    fn lead(&mut self, leader: PaneId, panes: Vec<PaneId>) {
        let Some(pane) = self.desk.panes.get(&leader) else { return };
        let goal = match &pane.eye {
            Eye::Bottom => None,
            Eye::At(anchor) => match self.moment_at(pane, &anchor.place) {
                Some(time) => Some((Goal::Shared(time, anchor.at), anchor.place.clone())),
                None => return,
            },
        };
        self.dirty = true;
        for id in panes {
            let Some(pane) = self.desk.panes.get_mut(&id) else { continue };
            if id != leader && pane.dated(&self.feeds).is_none() {
                continue;
            }
            match &goal {
                None => pane.instant = None,
                Some((_, place)) if id == leader => pane.instant = Some(place.clone()),
                Some((goal, _)) => pane.jump = Some(Jump::Time(goal.clone())),
            }
            match &goal {
                None => pane.eye = Eye::Bottom,
                Some(_) if id != leader => self.go_on(id),
                _ => {}
            }
        }
    }

    /// When the line at a place was written, if that can be known now.
    fn moment_at(&self, pane: &Pane, place: &Place) -> Option<Time> {
        pane.dated(&self.feeds)?.moment_of(place).ok().flatten()
    }
}

/// Where a time leads.
enum Found {
    /// To a line; if all lines are later, with the moment at which they begin.
    At(Place, Option<Time>),
    /// Behind the last line, which is of this moment.
    Behind(Time),
    /// There are lines of this time or later, but the filter keeps none of them.
    Hidden(Time),
    /// No line says a time.
    NoTimes,
}
