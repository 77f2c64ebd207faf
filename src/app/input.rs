//! Keys: to whom one goes, and those that are not a command yet: a count, a prefix.

use super::App;
use super::command::{self, Call};
use super::edit::Edit;
use super::eye::Eye;
use super::key::{Code, Key};
use super::layer::Flow;
use super::pane::PaneId;
use crate::config::keymap::{Context, Found, Stroke};

/// The largest count; more digits change nothing.
const MOST: u64 = 1_000_000_000_000;

/// What was typed and waits for more.
#[derive(Clone, Debug, Default)]
pub struct Input {
    /// The digits typed before a command.
    pub count: Option<u64>,
    /// The keys of a sequence so far.
    pub typed: Vec<Key>,
    /// The keys so far were a command that moved, and began a longer sequence too: where the eye was
    /// before, to take the move back when the sequence goes on.
    pub moved: Option<(PaneId, Eye)>,
}

impl Input {
    /// Takes a key that is a digit of a count; a count does not begin with zero.
    pub fn digit(&mut self, key: Key) -> bool {
        let Key { code: Code::Char(c), ctrl: false, alt: false, .. } = key else { return false };
        let Some(digit) = c.to_digit(10) else { return false };
        if !self.typed.is_empty() || (digit == 0 && self.count.is_none()) {
            return false;
        }
        self.count = Some((self.count.unwrap_or(0) * 10 + u64::from(digit)).min(MOST));
        true
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        *self = Input::default();
    }

    /// Whether anything waits for more keys, and the user should see it.
    pub fn waits(&self) -> bool {
        self.moved.is_none() && (self.count.is_some() || !self.typed.is_empty())
    }

    /// What was typed, as it is shown.
    pub fn text(&self) -> String {
        let count = self.count.map(|count| count.to_string());
        let keys = self.typed.iter().map(Key::to_string);
        count.into_iter().chain(keys).collect::<Vec<_>>().join(" ")
    }
}

impl App {
    /// A key was pressed: it goes to what lies over the panes, the topmost first, or else to the focused pane.
    pub(super) fn key(&mut self, key: Key) {
        if self.is_escape_and(key) {
            self.key(Code::Esc.into());
            return self.key(Key { alt: false, ..key });
        }
        if !self.answers() {
            self.note_typing();
            self.down_read = self.hosts_down().len();
        }
        self.messages.read();
        self.found = false;
        self.space.touched = true;
        if self.is_interrupt(key) {
            return self.interrupt();
        }
        for n in (0..self.layers.len()).rev() {
            let mut layer = self.layers.remove(n);
            let flow = layer.key(key, self);
            if flow != Flow::Close {
                self.layers.insert(n.min(self.layers.len()), layer);
            }
            if flow != Flow::Passed {
                return;
            }
        }
        self.pane_key(key);
    }

    /// Whether a key with Alt that nobody uses is rather Esc and the key behind it: a terminal sends the
    /// same for both when they are typed fast or arrive together.
    fn is_escape_and(&self, key: Key) -> bool {
        let bound = || self.keymap.bindings().iter().any(|binding| binding.keys.contains(&Stroke::Key(key)));
        key.alt && !self.answers() && !bound() && (self.layers.is_empty() || !Edit::takes(key.code))
    }

    /// The tables of the keymap in which keys are looked up, the first before the others.
    pub(super) fn contexts(&self) -> &'static [Context] {
        match self.pane().is_some_and(|pane| pane.selected.is_some()) {
            true => &[Context::Select, Context::Normal],
            false => &[Context::Normal],
        }
    }

    /// A key for the focused pane: a digit, a part of a sequence, or a command.
    fn pane_key(&mut self, key: Key) {
        if self.input.digit(key) {
            return;
        }
        if self.input.waits() && key == Code::Esc.into() {
            return self.input.clear();
        }
        let mut typed = self.input.typed.clone();
        typed.push(key);
        let found = match self.keymap.find(self.contexts(), &typed) {
            Found::Binding { binding, typed, more } => {
                let arg = typed.map_or_else(|| binding.args.clone(), String::from);
                Some((binding.command.clone(), arg, more))
            }
            Found::Prefix => None,
            Found::Nothing => return self.no_command(key),
        };
        let moved = self.input.moved.take();
        if let Some((pane, eye)) = moved.filter(|_| typed.len() > 1)
            && let Some(pane) = self.desk.panes.get_mut(&pane)
        {
            pane.eye = eye;
        }
        self.input.typed = typed;
        let Some((name, arg, more)) = found else { return };
        if more && self.input.count.is_some() {
            // `3g` is a line and `3gt` a tab: too far apart to try the one and take it back.
            return;
        }
        if more {
            self.input.moved = self.focused().map(|(id, pane, _)| (id, pane.eye.clone()));
        }
        let call = Call { count: self.input.count, arg };
        if !more {
            self.input.clear();
        }
        command::run(self, &name, &call);
    }

    /// A key that does not go on from those before it. If they were a command, it begins anew behind that.
    fn no_command(&mut self, key: Key) {
        let Input { count, typed, moved } = std::mem::take(&mut self.input);
        if moved.is_some() {
            return self.pane_key(key);
        }
        if let Found::Binding { binding, .. } = self.keymap.find(self.contexts(), &typed) {
            let (name, call) = (binding.command.clone(), Call { count, arg: binding.args.clone() });
            command::run(self, &name, &call);
            return self.pane_key(key);
        }
        let names: Vec<String> = typed.iter().chain([&key]).map(Key::to_string).collect();
        let help = self.pressed("help");
        self.messages.note(format!("{} does nothing; {help} lists the keys", names.join(" ")));
    }

    /// Text was pasted: it goes to what lies on top.
    pub(super) fn paste(&mut self, text: &str) {
        let Some(mut layer) = self.layers.pop() else { return };
        layer.paste(text, self);
        self.layers.push(layer);
    }
}
