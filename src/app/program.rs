//! What concerns the program as a whole, and how it looks.

use std::time::Duration;

use super::App;
use super::command::Call;
use super::event::Effect;
use super::help::saying;
use super::key::Key;
use super::prompt::{Prompt, Purpose};
use super::reader::Reader;
use crate::config::keymap::{Context, Found};
use crate::config::settings::Chrome;
use crate::core::text;

/// Two interrupts within this time end the program.
const TWICE: Duration = Duration::from_secs(1);

pub(super) fn wrap(app: &mut App, _: &Call) {
    let Some(pane) = app.pane_mut() else { return };
    pane.look.wrap = !pane.look.wrap;
    pane.look.left = 0;
    pane.relaid();
}

pub(super) fn numbers(app: &mut App, _: &Call) {
    let Some((id, pane, _)) = app.focused() else { return };
    if pane.merged.is_some() {
        return app.not_of_streams("a merged stream has no line numbers");
    }
    let source = pane.strand.source;
    let near = app.near(id, 0);
    app.number_lines(source, near);
    if let Some(pane) = app.pane_mut() {
        pane.look.numbers = !pane.look.numbers;
    }
}

pub(super) fn colours(app: &mut App, _: &Call) {
    app.settings.sgr = !app.settings.sgr;
    let text = if app.settings.sgr {
        "the log's own colours are shown"
    } else {
        "the log's own colours are dropped"
    };
    app.messages.note(text);
}

pub(super) fn config(app: &mut App, _: &Call) {
    app.list_mistakes();
}

pub(super) fn hints(app: &mut App, _: &Call) {
    app.settings.hints = !app.settings.hints;
    app.resize(app.size);
}

pub(super) fn sparkline(app: &mut App, _: &Call) {
    app.settings.sparkline = !app.settings.sparkline;
    app.messages.note(match app.settings.sparkline {
        true => "titles show what came in the last seconds",
        false => "titles show no more how much came in the last seconds",
    });
}

pub(super) fn chrome(app: &mut App, call: &Call) {
    app.settings.chrome = match call.arg.as_str() {
        "none" => Chrome::None,
        "min" => Chrome::Min,
        "full" => Chrome::Full,
        _ => return app.messages.note("how much? `:chrome none`, `min` or `full`"),
    };
    app.resize(app.size);
}

pub(super) fn info(app: &mut App, _: &Call) {
    if let Some(id) = app.desk.focused() {
        app.open(Reader::info(id));
    }
}

pub(super) fn command(app: &mut App, _: &Call) {
    app.open(Prompt::new(Purpose::Command, ""));
}

pub(super) fn help(app: &mut App, call: &Call) {
    let word = call.arg.trim();
    if !word.is_empty() && saying(app, word, usize::MAX).is_empty() {
        return app.messages.note(format!("nothing in help says {}", text::printable(word)));
    }
    app.open(Reader::help(word));
}

pub(super) fn redraw(app: &mut App, _: &Call) {
    app.effects.push(Effect::Redraw);
}

pub(super) fn suspend(app: &mut App, _: &Call) {
    app.effects.push(Effect::Suspend);
}

pub(super) fn quit(app: &mut App, _: &Call) {
    if app.layers.pop().is_some() {
        return;
    }
    match app.desk.tab_mut().filter(|tab| tab.zoom) {
        Some(tab) => tab.zoom = false,
        None => app.effects.push(Effect::Quit),
    }
}

pub(super) fn escape(app: &mut App, _: &Call) {
    let Some(id) = app.desk.focused() else { return };
    let Some(pane) = app.desk.panes.get_mut(&id) else { return };
    if pane.selected.is_some() {
        pane.leave_selection();
    } else if pane.jump.take().is_some() {
        app.rest(id);
    } else if app.give_up_saving() {
        // It says so itself.
    } else if !app.rest(id) {
        app.end_search(id);
    }
}

pub(super) fn interrupt(app: &mut App, _: &Call) {
    app.interrupt();
}

impl App {
    /// Whether a key by itself is the interrupt: it must work whatever lies over the panes.
    pub(super) fn is_interrupt(&self, key: Key) -> bool {
        let found = self.keymap.find(&[Context::Normal], &[key]);
        matches!(found, Found::Binding { binding, .. } if binding.command == "interrupt")
    }

    /// Leaves what is being typed or selected or waited for, else stops following.
    pub(super) fn interrupt(&mut self) {
        self.input.clear();
        let last = std::mem::replace(&mut self.interrupted, self.now);
        let age = self.now.zip(last).map(|(now, last)| now.saturating_duration_since(last));
        if age.is_some_and(|age| age < TWICE) {
            return self.effects.push(Effect::Quit);
        }
        if let Some(mut layer) = self.layers.pop() {
            return layer.cancel(self);
        }
        let Some(id) = self.desk.focused() else { return };
        let Some(pane) = self.desk.panes.get_mut(&id) else { return };
        if pane.selected.is_some() {
            pane.leave_selection();
        } else if pane.jump.take().is_some() {
            self.rest(id);
        } else if self.give_up_saving() {
            // It says so itself.
        } else if !self.rest(id) {
            self.move_eye(id, |lens, eye, height| lens.hold(eye, height));
            let (interrupt, follow) = (self.pressed("interrupt"), self.pressed("follow"));
            self.messages.note(format!("{interrupt} again quits; {follow} follows on"));
        }
    }
}
