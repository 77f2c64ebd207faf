//! What somebody presses for a command, or types where no key runs it: every sentence that names a key asks here, so that
//! it names the one in effect.

use super::App;
use super::command;
use super::key::{Code, Key};
use crate::config::keymap::{Context, Keymap};

/// What runs a command in a pane: `T`, or `:merge` where no key does.
pub fn pressed(keymap: &Keymap, name: &str) -> String {
    debug_assert!(command::named(name).is_some(), "there is no command {name}");
    keymap.key_in(Context::Normal, name).unwrap_or_else(|| format!(":{name}"))
}

/// Commands, and in a word what they do in a layer.
pub(super) type Does<'a> = (&'a [&'a str], &'a str);

impl App {
    /// The keys in effect in a layer, for each of some things it does; `own` is its context. What no key does is left out.
    pub(super) fn keys_in(&self, own: Context, does: &[Does]) -> Vec<(String, String)> {
        let of = |context: Context, name: &str| self.keymap.key_in(context, name);
        // Esc leaves every layer.
        let leave = |name: &str| (name == "quit").then(|| Key::from(Code::Esc).to_string());
        let key = |name: &&str| {
            debug_assert!(command::named(name).is_some(), "there is no command {name}");
            of(own, name).or_else(|| of(Context::Normal, name)).or_else(|| leave(name))
        };
        let one = |(names, what): &Does| {
            let keys: Vec<String> = names.iter().filter_map(key).collect();
            (!keys.is_empty()).then(|| (keys.join(" "), (*what).to_owned()))
        };
        does.iter().filter_map(one).collect()
    }

    /// The same as one text: `j k move, q closes`.
    pub(super) fn keys_said(&self, own: Context, does: &[Does]) -> String {
        let said = self.keys_in(own, does).into_iter().map(|(keys, what)| format!("{keys} {what}"));
        said.collect::<Vec<_>>().join(", ")
    }

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
