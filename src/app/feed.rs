//! A source as the app knows it: its status, what was appended, and its line index once asked for.

use std::time::Instant;

use super::age;
use super::rate::Rate;
use super::source::{Source, State, Status};
use super::tally::Tally;
use crate::core::label::Name;
use crate::core::pos::Pos;

/// An opened source and what is counted of it for everyone.
pub struct Feed {
    /// The source.
    pub source: Source,
    /// Lines appended since it was opened.
    pub appended: Tally,
    /// All its lines: only when somebody asked for a line number.
    pub lines: Option<Tally>,
    /// Lines a second.
    pub rate: Rate,
}

impl Feed {
    /// The end of what may be shown.
    pub fn end(&self) -> Pos {
        self.source.status.end
    }

    /// What is known of it.
    pub fn status(&self) -> &Status {
        &self.source.status
    }

    /// Its full name, taken apart.
    pub fn label(&self) -> Name<'_> {
        let host = self.source.status.remote.as_ref().map(|remote| &*remote.host.name);
        Name::new(&self.source.name, host)
    }

    /// In words since when nothing has come, `None` while it is fresh; `Some("")` when nothing ever came.
    pub fn quiet(&self, now: Instant) -> Option<String> {
        match self.source.status.grew {
            Some(grew) => age::text(now.saturating_duration_since(grew)),
            None => Some(String::new()),
        }
    }

    /// When its title changes by time alone.
    pub fn wake_at(&self, now: Instant) -> Option<Instant> {
        let live = self.source.status.state == State::Live;
        let grew = self.source.status.grew.filter(|_| live);
        let aged = grew.map(|grew| grew + age::next(now.saturating_duration_since(grew)));
        aged.into_iter().chain(self.rate.wake_at()).min()
    }
}
