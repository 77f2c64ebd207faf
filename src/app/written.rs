//! A keymap as a file that can be edited: the keys in the order of help, each with what it does.

use super::command::{self, Group};
use crate::config::keymap::{Binding, Context, Keymap, Stroke};

/// The keymap as TOML: laid over any of the keymaps `beneath`, it comes to the same keymap again. What they bind beyond it
/// is taken away.
pub fn keymap(keymap: &Keymap, beneath: &[Keymap]) -> String {
    let mut text = String::from(
        "# Which keys run which command, whichever preset is beneath. <char> stands for any character, which is handed to\n\
         # the command.\n",
    );
    for context in Context::ALL {
        let own: Vec<&Binding> = keymap.bindings().iter().filter(|own| own.context == context).collect();
        let bound = |other: &Binding| own.iter().any(|own| own.keys == other.keys);
        let others = beneath.iter().flat_map(Keymap::bindings);
        let mut gone: Vec<String> = Vec::new();
        for other in others.filter(|other| other.context == context && !bound(other)) {
            let none = format!("{} = \"none\"\n", keys(other));
            if !gone.contains(&none) {
                gone.push(none);
            }
        }
        if own.is_empty() && gone.is_empty() {
            continue;
        }
        text += &format!("\n[{}]\n", context.name());
        let mut group: Option<Group> = None;
        for command in command::all() {
            for binding in own.iter().filter(|binding| binding.command == command.name) {
                if group != Some(command.group) {
                    text += &format!("# {}\n", command.group.title());
                    group = Some(command.group);
                }
                text += &format!("{}  # {}\n", row(binding), command.doc);
            }
        }
        if !gone.is_empty() {
            text += &format!("# Bound to nothing, whatever a preset binds them to\n{}", gone.concat());
        }
    }
    text
}

fn row(binding: &Binding) -> String {
    let command = format!("{} {}", binding.command, binding.args);
    format!("{} = {}", keys(binding), quoted(command.trim_end()))
}

/// Its keys as a file has them.
fn keys(binding: &Binding) -> String {
    let stroke = |stroke: &Stroke| match stroke {
        Stroke::Key(key) => key.to_string(),
        Stroke::Any => "<char>".to_owned(),
    };
    let keys: Vec<String> = binding.keys.iter().map(stroke).collect();
    quoted(&keys.join(" "))
}

fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => quoted += &format!("\\u{:04X}", u32::from(c)),
            c => quoted.push(c),
        }
    }
    quoted + "\""
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::keymap::{File, PRESETS, layered};

    fn of(preset: &str, text: &str) -> Keymap {
        let file = File { place: "keymap.toml".to_owned(), text: text.to_owned() };
        layered(preset, &[file], &command::judge).unwrap_or_else(|wrong| panic!("{wrong:?}\n{text}"))
    }

    /// It comes to the same over every preset.
    fn same(preset: &str, own: &str) -> String {
        let map = of(preset, own);
        let text = keymap(&map, &PRESETS.map(|(name, _)| of(name, "")));
        let all = |map: &Keymap| {
            let mut all: Vec<String> = map.bindings().iter().map(|own| format!("{own:?}")).collect();
            all.sort();
            all
        };
        for (beneath, _) in PRESETS {
            assert_eq!(all(&of(beneath, &text)), all(&map), "{preset} over {beneath}: {text}");
        }
        text
    }

    #[test]
    fn what_is_written_comes_to_the_same_keys() {
        for (preset, _) in PRESETS {
            same(preset, "");
        }
        let odd =
            "[normal]\n'\"' = 'search a\"b\\\\c'\n'\\' = 'wrap'\n'ä' = 'hints'\nU = 'none'\n\"m\" = 'none'";
        let text = same("vim", odd);
        assert!(text.contains("\n\"U\" = \"none\"\n"), "{text}");
    }

    #[test]
    fn each_key_says_what_it_does() {
        let text = same("less", "");
        assert!(text.contains("\"m <char>\" = \"mark\"  # mark the current line with a letter\n"), "{text}");
        assert!(text.contains("\n[panel]\n"), "{text}");
        assert!(
            text.contains("\"Z Z\" = \"none\"\n"),
            "vim binds it, should that come to be beneath: {text}"
        );
    }
}
