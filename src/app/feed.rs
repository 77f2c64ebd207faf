//! A source as the app knows it: its status, what was appended, and its line index once asked for.

use std::cell::OnceCell;
use std::time::Instant;

use super::age;
use super::levels::Levels;
use super::link::LinkState;
use super::rate::Rate;
use super::source::{Exact, Source, State, Status, Watch};
use super::tally::Tally;
use crate::config::logs::LogRule;
use crate::core::highlight::Choice;
use crate::core::label::{self, Crowd, Name};
use crate::core::pos::Pos;
use crate::core::read::Learner;
use crate::core::text;

/// An opened source and what is counted of it for everyone.
pub struct Feed {
    /// The source.
    pub source: Source,
    /// What the config says of it.
    pub said: LogRule,
    /// Lines appended since it was opened.
    pub appended: Tally,
    /// All its lines: only when somebody asked for a line number.
    pub lines: Option<Tally>,
    /// What its lines say of themselves.
    pub levels: Levels,
    /// How its lines are read.
    pub learner: Learner,
    /// Lines a second.
    pub rate: Rate,
    /// Which highlight rules are for it, once it was shown.
    pub choice: OnceCell<Choice>,
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

    /// Whether it comes from another host, so that its bytes may have to be fetched.
    pub fn is_far(&self) -> bool {
        self.source.status.remote.is_some()
    }

    /// What it is called beside others: as the config says, or the shortest name that none of them has.
    pub fn short_name<'a>(&'a self, others: impl Iterator<Item = &'a Feed> + Clone) -> String {
        match &self.said.label {
            Some(label) => text::printable(label),
            None => text::printable(&label::shortest(self.name(), others.map(Feed::name))),
        }
    }

    /// The same among many, of which it is one.
    pub fn name_among<'a>(&'a self, all: &Crowd<'a>) -> String {
        match &self.said.label {
            Some(label) => text::printable(label),
            None => text::printable(&all.shortest(self.name())),
        }
    }

    /// Whether it is a file here.
    pub fn is_file(&self) -> bool {
        !self.is_far() && matches!(self.source.status.watch, Watch::Events | Watch::Polling(_))
    }

    /// The name by which it can be opened again, of a command what is run; none where that is no text.
    pub fn opens(&self) -> Option<&str> {
        match &self.source.exact {
            Exact::Shown => Some(&self.source.name),
            Exact::Text(name) => Some(name),
            Exact::Bytes => None,
        }
    }

    /// The name by which plans know it.
    pub fn planned_name(&self) -> &str {
        let exact = self.opens().filter(|_| !self.is_command());
        exact.unwrap_or(&self.source.name)
    }

    /// Whether a word is in its name, or in what the config calls it.
    pub fn is_called(&self, word: &str) -> bool {
        self.source.name.contains(word) || self.said.label.as_ref().is_some_and(|label| label.contains(word))
    }

    /// Whether a command says it.
    pub fn is_command(&self) -> bool {
        self.source.status.watch == Watch::Command
    }

    /// Its full name, taken apart.
    pub(super) fn name(&self) -> Name<'_> {
        if self.is_command() {
            return Name::whole(&self.source.name);
        }
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

    /// When its title changes by time alone; seconds are counted from `began`.
    pub fn wake_at(&self, now: Instant, began: Instant) -> Option<Instant> {
        let status = &self.source.status;
        let said = match status.remote.as_ref().map(|remote| &remote.host.state) {
            Some(LinkState::Failed { retry: Some(at), .. } | LinkState::Lost { retry: Some(at), .. }) => {
                age::next_left(*at, now, began)
            }
            Some(LinkState::Up) | None => {
                let grew = status.grew.filter(|_| status.state == State::Live);
                grew.map(|grew| grew + age::next(now.saturating_duration_since(grew)))
            }
            _ => None,
        };
        said.into_iter().chain(self.rate.wake_at()).min()
    }
}
