//! A keymap as a file that can be edited: the keys in the order of help, each with what it does.

use super::command::{self, Group};
use crate::config::keymap::{Binding, Context, Keymap, Stroke};

/// The keymap as TOML that reads back as the same keymap.
pub fn keymap(keymap: &Keymap) -> String {
    let mut text = String::from(
        "# Which keys run which command. <char> stands for any character, which is handed to the command.\n",
    );
    for context in Context::ALL {
        let own: Vec<&Binding> = keymap.bindings().iter().filter(|own| own.context == context).collect();
        if own.is_empty() {
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
    }
    text
}

fn row(binding: &Binding) -> String {
    let stroke = |stroke: &Stroke| match stroke {
        Stroke::Key(key) => key.to_string(),
        Stroke::Any => "<char>".to_owned(),
    };
    let keys: Vec<String> = binding.keys.iter().map(stroke).collect();
    let command = format!("{} {}", binding.command, binding.args);
    format!("{} = {}", quoted(&keys.join(" ")), quoted(command.trim_end()))
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

    fn same(map: &Keymap) {
        let text = keymap(map);
        let read = Keymap::parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        let all = |map: &Keymap| {
            let mut all: Vec<String> = map.bindings().iter().map(|own| format!("{own:?}")).collect();
            all.sort();
            all
        };
        assert_eq!(all(&read), all(map), "{text}");
    }

    #[test]
    fn what_is_written_reads_back_as_it_was() {
        same(&Keymap::shipped().unwrap());
        let odd = "[normal]\n'\"' = 'search a\"b\\c'\n'\\' = \"wrap\"\n\"m <char>\" = \"mark\"\n[hits]\nä = \"hits-go\"";
        same(&Keymap::parse(odd).unwrap());
    }

    #[test]
    fn each_key_says_what_it_does() {
        let text = keymap(&Keymap::shipped().unwrap());
        assert!(text.contains("\"m <char>\" = \"mark\"  # mark the current line with a letter\n"), "{text}");
        assert!(text.contains("\n[panel]\n"), "{text}");
    }
}
