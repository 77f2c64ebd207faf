//! In which form a pane shows its lines: on one line, folded out or raw, and which of their values are hidden.

use std::collections::BTreeSet;

use super::App;
use super::command::Call;
use super::eye::Eye;
use super::pane::Pane;
use crate::core::form::{self, Form, LONG, Shape, Way};
use crate::core::lines::Line;
use crate::core::pattern::Pattern;
use crate::core::read::{Level, Reading, Time};
use crate::core::text;

/// In which form lines are shown, how they are read, and what must be seen of them.
pub struct Showing<'a> {
    /// How the lines of each log are read.
    pub readings: Vec<&'a Reading>,
    /// In which form.
    pub shape: Shape<'a>,
    /// What is searched. A line with a hit that its form does not show is shown as it is written.
    pub sought: Option<&'a Pattern>,
}

/// What a line says, as far as it must be known to draw it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// When it was written.
    pub time: Option<Time>,
    /// How serious it is: `None` when its words must tell, because it is in no format or is too long to be read.
    pub level: Option<Option<Level>>,
    /// It is shown in a form, and what is searched does not match it as it is written: hits in the form are none.
    pub no_hit: bool,
}

impl Showing<'_> {
    /// Whether a line may take several rows.
    pub fn folds(&self) -> bool {
        self.shape.way == Way::Pretty
    }

    /// What a line of a log says, and its form if it has one. The line is read once.
    pub fn read(&self, line: &Line, log: usize) -> (Told, Option<Form>) {
        let Some(reading) = self.readings.get(log).filter(|_| line.text.len() <= LONG) else {
            return (Told::default(), None);
        };
        let said = reading.read(&line.text);
        let level = (!said.format.is_empty()).then_some(said.level);
        let mut told = Told { time: said.time, level, no_hit: false };
        let mut form = form::form(&line.text, &said, &self.shape);
        if let Some(pattern) = self.sought.filter(|_| form.is_some()) {
            told.no_hit = !pattern.is_match(&line.text);
            form = form.filter(|form| told.no_hit || pattern.is_match(form.text.as_bytes()));
        }
        (told, form)
    }
}

impl Pane {
    /// In which form it shows lines; `timed`: their times stand before them already.
    pub(super) fn shape(&self, app: &App, timed: bool) -> Shape<'_> {
        let text = super::pane::text_options(app.settings.sgr);
        Shape { way: self.look.way, hidden: &self.hidden, zone: app.zone(), timed, text }
    }

    /// Lines take other rows now: a row within a line means another one.
    pub(super) fn relaid(&mut self) {
        if let Eye::At(anchor) = &mut self.eye {
            anchor.row = 0;
        }
    }
}

/// The form of the key's next turn.
fn next(way: Way) -> Way {
    match way {
        Way::Line => Way::Pretty,
        Way::Pretty => Way::Raw,
        Way::Raw => Way::Line,
    }
}

pub(super) fn form(app: &mut App, call: &Call) {
    let Some(pane) = app.pane_mut() else { return };
    pane.look.way = match call.arg.as_str() {
        "line" => Way::Line,
        "pretty" => Way::Pretty,
        "raw" => Way::Raw,
        _ => next(pane.look.way),
    };
    pane.look.left = 0;
    pane.relaid();
    let said = match pane.look.way {
        Way::Line => "JSON and logfmt on one line: time, level, message, fields",
        Way::Pretty => "JSON and logfmt folded out",
        Way::Raw => "JSON and logfmt raw, as written",
    };
    app.messages.note(said);
}

/// The names in what follows a command.
fn names(arg: &str) -> impl Iterator<Item = &str> {
    arg.split([' ', ',']).filter(|name| !name.is_empty())
}

pub(super) fn hide(app: &mut App, call: &Call) {
    let Some(pane) = app.pane_mut() else { return };
    pane.hidden.extend(names(&call.arg).map(str::to_owned));
    pane.relaid();
    let said = match hidden_names(&pane.hidden) {
        said if said.is_empty() => {
            "which fields? `:hide FIELD…`; time, level and message are names too".to_owned()
        }
        said => format!("hidden: {said}; `:show all` shows all again"),
    };
    app.messages.note(said);
}

pub(super) fn show(app: &mut App, call: &Call) {
    let Some(pane) = app.pane_mut() else { return };
    let unknown: Vec<&str> =
        names(&call.arg).filter(|name| *name != "all" && !pane.hidden.contains(*name)).collect();
    let said = match (pane.hidden.is_empty(), &unknown[..]) {
        (true, _) => Some("nothing is hidden".to_owned()),
        (false, [name, ..]) => Some(format!("{} is not hidden", text::printable(name))),
        (false, []) if call.arg.is_empty() => Some(format!("hidden: {}", hidden_names(&pane.hidden))),
        (false, []) => None,
    };
    for name in names(&call.arg) {
        match name {
            "all" => pane.hidden.clear(),
            name => drop(pane.hidden.remove(name)),
        }
    }
    pane.relaid();
    if let Some(said) = said {
        app.messages.note(said);
    }
}

/// Names of what is hidden, to be read.
pub fn hidden_names(hidden: &BTreeSet<String>) -> String {
    let names: Vec<String> = hidden.iter().map(|name| text::printable(name)).collect();
    names.join(", ")
}
