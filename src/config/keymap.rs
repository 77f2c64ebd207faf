//! Which keys run which command: plain data, read from TOML. What the commands do is not known here.

mod layer;

use std::collections::BTreeMap;

use crate::app::key::{Code, Key};
pub use layer::{Behind, File, Judge, PRESETS, Sort, layered};

const SHIPPED: &str = include_str!("../../config/keymap.toml");

/// Where a key means something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Context {
    /// In a pane.
    Normal,
    /// While lines are being selected; what is not bound here means what it means in a pane.
    Select,
    /// In the filter panel; moving is the same as in a pane.
    Panel,
    /// While a log is looked at over time; moving and jumping is the same as in a pane.
    Histogram,
    /// In the list of hits; moving is the same as in a pane.
    Hits,
}

/// One step of a sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stroke {
    /// This key.
    Key(Key),
    /// Any character; it becomes the command's argument. Written `<char>`.
    Any,
}

/// Keys that run a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// Where.
    pub context: Context,
    /// Pressed one after the other; never empty.
    pub keys: Vec<Stroke>,
    /// The command's name.
    pub command: String,
    /// What follows the name, as on the command line.
    pub args: String,
}

/// All bindings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keymap {
    bindings: Vec<Binding>,
}

/// What typed keys mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found<'a> {
    /// They run a command.
    Binding {
        /// Which.
        binding: &'a Binding,
        /// The character typed for [`Stroke::Any`].
        typed: Option<char>,
        /// They begin longer sequences besides.
        more: bool,
    },
    /// They begin one or more sequences.
    Prefix,
    /// Nothing.
    Nothing,
}

/// Why a keymap cannot be used: a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct KeymapError(String);

impl Context {
    /// All of them, in the order of the shipped file.
    pub const ALL: [Context; 5] =
        [Context::Normal, Context::Select, Context::Panel, Context::Histogram, Context::Hits];

    /// Its name in the file.
    pub fn name(self) -> &'static str {
        match self {
            Context::Normal => "normal",
            Context::Select => "select",
            Context::Panel => "panel",
            Context::Histogram => "histogram",
            Context::Hits => "hits",
        }
    }
}

impl Stroke {
    fn takes(self, key: Key) -> bool {
        match self {
            Stroke::Key(own) => own == key,
            Stroke::Any => matches!(key, Key { code: Code::Char(_), ctrl: false, alt: false, .. }),
        }
    }
}

impl std::fmt::Display for Stroke {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Stroke::Key(key) => key.fmt(f),
            Stroke::Any => f.write_str("a…z"),
        }
    }
}

impl Binding {
    /// What is handed to the command.
    pub fn behind(&self) -> Behind<'_> {
        Behind::of(&self.keys, &self.args)
    }

    /// The keys as they are shown: `Ctrl-W h`, `gt`.
    pub fn keys_text(&self) -> String {
        joined(self.keys.iter().map(Stroke::to_string).collect())
    }
}

/// Names of keys as one: those of single characters stand together.
fn joined(names: Vec<String>) -> String {
    let plain = names.iter().all(|name| name.chars().count() == 1);
    names.join(if plain { "" } else { " " })
}

impl Keymap {
    /// The keymap that is shipped.
    ///
    /// # Errors
    /// Never, as long as the tests pass: the file is part of the program.
    pub fn shipped() -> Result<Keymap, KeymapError> {
        Keymap::parse(SHIPPED)
    }

    /// Reads a keymap: tables named by context, `"keys" = "command arguments"`.
    ///
    /// # Errors
    /// When it is no TOML, or names an unknown context or key.
    pub fn parse(text: &str) -> Result<Keymap, KeymapError> {
        let tables: BTreeMap<String, BTreeMap<String, String>> =
            toml::from_str(text).map_err(|err| KeymapError(format!("the keymap cannot be read: {err}")))?;
        let mut map = Keymap::default();
        for (name, table) in tables {
            let context = Context::ALL
                .into_iter()
                .find(|context| context.name() == name)
                .ok_or_else(|| KeymapError(format!("the keymap has a table [{name}] that nothing reads")))?;
            for (keys, command) in table {
                map.bindings.push(binding(context, &keys, &command)?);
            }
        }
        Ok(map)
    }

    /// All bindings, sorted by context and keys as written.
    pub fn bindings(&self) -> &[Binding] {
        &self.bindings
    }

    /// What `typed` means where the first of `contexts` that knows it decides.
    pub fn find(&self, contexts: &[Context], typed: &[Key]) -> Found<'_> {
        for context in contexts {
            let own = |binding: &&Binding| binding.context == *context && binding.begins_with(typed);
            let (whole, longer): (Vec<&Binding>, Vec<&Binding>) =
                self.bindings.iter().filter(own).partition(|binding| binding.keys.len() == typed.len());
            // A key that is named wins over any character.
            let best = whole.into_iter().min_by_key(|binding| binding.char_typed(typed).is_some());
            match best {
                Some(binding) => {
                    return Found::Binding {
                        binding,
                        typed: binding.char_typed(typed),
                        more: !longer.is_empty(),
                    };
                }
                None if !longer.is_empty() => return Found::Prefix,
                None => {}
            }
        }
        Found::Nothing
    }

    /// The bindings that go on from `typed`.
    pub fn continuing(&self, contexts: &[Context], typed: &[Key]) -> Vec<&Binding> {
        let begins = |binding: &&Binding| {
            contexts.contains(&binding.context)
                && binding.keys.len() > typed.len()
                && binding.begins_with(typed)
        };
        self.bindings.iter().filter(begins).collect()
    }

    /// The keys of a command with these arguments, as shown, the simplest first: those that work without a
    /// selection, if there are any.
    pub fn keys_of(&self, command: &str, args: &str) -> Vec<String> {
        let keys = |select: bool| {
            let own = |binding: &&Binding| {
                let context = (binding.context == Context::Select) == select;
                context && binding.command == command && binding.args == args
            };
            let mut own: Vec<&Binding> = self.bindings.iter().filter(own).collect();
            own.sort_by_key(|binding| binding.effort());
            own.into_iter().map(Binding::keys_text).collect::<Vec<_>>()
        };
        let always = keys(false);
        if always.is_empty() { keys(true) } else { always }
    }

    /// Whether keys alone run a command in a pane: with nothing behind it, not even a character.
    pub fn runs_alone(&self, command: &str) -> bool {
        let alone = |binding: &Binding| {
            let plain = binding.args.is_empty() && !binding.keys.contains(&Stroke::Any);
            binding.context == Context::Normal && binding.command == command && plain
        };
        self.bindings.iter().any(alone)
    }

    /// The simplest keys that run a command in a context with nothing behind it, as shown.
    pub fn key_in(&self, context: Context, command: &str) -> Option<String> {
        self.simplest(context, command, false).map(Binding::keys_text)
    }

    /// The simplest keys that run a command in a context with a letter behind it, as shown.
    pub fn key_with(&self, context: Context, command: &str, letter: char) -> Option<String> {
        let binding = self.simplest(context, command, true)?;
        let name = |stroke: &Stroke| match stroke {
            Stroke::Any => letter.to_string(),
            Stroke::Key(key) => key.to_string(),
        };
        Some(joined(binding.keys.iter().map(name).collect()))
    }

    /// The simplest binding of a command in a context, of those that take a character or of those that do not.
    fn simplest(&self, context: Context, command: &str, takes: bool) -> Option<&Binding> {
        let own = |binding: &&Binding| {
            let plain = binding.args.is_empty() && binding.keys.contains(&Stroke::Any) == takes;
            binding.context == context && binding.command == command && plain
        };
        self.bindings.iter().filter(own).min_by_key(|binding| binding.effort())
    }

    /// Two bindings of one context of which the first begins the second (or is the same), if there are any.
    pub fn overlaps(&self) -> Vec<(&Binding, &Binding)> {
        let mut overlaps = Vec::new();
        for (n, short) in self.bindings.iter().enumerate() {
            for (m, long) in self.bindings.iter().enumerate() {
                if n != m && short.context == long.context && long.keys.starts_with(&short.keys) {
                    overlaps.push((short, long));
                }
            }
        }
        overlaps
    }
}

impl Binding {
    /// What sorts keys: fewer strokes first, then shorter names, then those without Shift.
    fn effort(&self) -> (usize, usize, bool) {
        let text = self.keys_text();
        (self.keys.len(), text.chars().count(), text.chars().any(char::is_uppercase))
    }

    fn begins_with(&self, typed: &[Key]) -> bool {
        typed.len() <= self.keys.len() && typed.iter().zip(&self.keys).all(|(key, stroke)| stroke.takes(*key))
    }

    fn char_typed(&self, typed: &[Key]) -> Option<char> {
        let at = self.keys.iter().position(|stroke| *stroke == Stroke::Any)?;
        match typed.get(at)?.code {
            Code::Char(c) => Some(c),
            _ => None,
        }
    }
}

fn binding(context: Context, keys: &str, command: &str) -> Result<Binding, KeymapError> {
    let stroke = |name: &str| match name {
        "<char>" => Some(Stroke::Any),
        name => Key::named(name).map(Stroke::Key),
    };
    let strokes: Option<Vec<Stroke>> = keys.split_whitespace().map(stroke).collect();
    let (name, args) = command.split_once(' ').unwrap_or((command, ""));
    match strokes {
        Some(strokes) if !strokes.is_empty() && !name.is_empty() => {
            Ok(Binding { context, keys: strokes, command: name.to_owned(), args: args.trim().to_owned() })
        }
        _ => Err(KeymapError(format!("the keymap binds `{keys}`, which names no keys or no command"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(map: &Keymap, keys: &str) -> String {
        let keys: Vec<Key> = keys.chars().map(Key::from).collect();
        match map.find(&[Context::Select, Context::Normal], &keys) {
            Found::Binding { binding, typed, .. } => {
                format!("{} {}{}", binding.command, binding.args, typed.unwrap_or(' '))
            }
            Found::Prefix => "prefix".into(),
            Found::Nothing => "nothing".into(),
        }
    }

    #[test]
    fn the_shipped_keymap_is_sound() {
        assert!(Keymap::shipped().is_ok_and(|map| map.bindings().len() > 50));
    }

    #[test]
    fn sequences_characters_and_contexts() {
        let map = Keymap::parse(
            "[normal]\n\"m <char>\" = \"mark\"\n\"' <char>\" = \"to-mark\"\n\"' '\" = \"back\"\n\
             j = \"down\"\ng = \"layout grid\"\n[select]\nj = \"more\"",
        )
        .unwrap();
        assert_eq!(typed(&map, "m"), "prefix");
        assert_eq!(typed(&map, "mx"), "mark x");
        assert_eq!(typed(&map, "''"), "back  ");
        assert_eq!(typed(&map, "'a"), "to-mark a");
        assert_eq!(typed(&map, "j"), "more  ");
        assert_eq!(typed(&map, "g"), "layout grid ");
        assert_eq!(typed(&map, "y"), "nothing");
    }

    #[test]
    fn mistakes_are_named() {
        let message = |text: &str| Keymap::parse(text).unwrap_err().to_string();
        assert!(message("[norml]\nj = \"down\"").contains("[norml]"));
        assert!(message("[normal]\n\"ctrl-ww\" = \"down\"").contains("ctrl-ww"));
        assert!(message("[normal").contains("cannot be read"));
    }
}
