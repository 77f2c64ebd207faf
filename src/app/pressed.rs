//! What somebody presses for a command, or types where no key runs it: every sentence that names a key asks here, so that
//! it names the one in effect.

use super::App;
use super::command;
use crate::config::keymap::{Context, Keymap};

/// What runs a command in a pane: `T`, or `:merge` where no key does.
pub fn pressed(keymap: &Keymap, name: &str) -> String {
    debug_assert!(command::named(name).is_some(), "there is no command {name}");
    keymap.key_in(Context::Normal, name).unwrap_or_else(|| format!(":{name}"))
}

impl App {
    /// What runs a command in a pane.
    pub(super) fn pressed(&self, name: &str) -> String {
        pressed(&self.keymap, name)
    }

    /// What runs a command in a pane that takes a letter: `ma`, or `:mark a`.
    pub(super) fn pressed_with(&self, name: &str, letter: char) -> String {
        let key = self.keymap.key_with(Context::Normal, name, letter);
        key.unwrap_or_else(|| format!(":{name} {letter}"))
    }

    /// What cannot be done with a merged stream, and what leaves it.
    pub(super) fn not_of_streams(&mut self, sentence: &str) {
        let merge = self.pressed("merge");
        self.messages.note(format!("{sentence}; {merge} goes back to the panes"));
    }
}
