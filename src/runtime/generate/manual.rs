//! The manual page: what the command line says of itself, then the commands with their keys, the environment and the
//! files.

use clap::{Arg, ArgAction};
use clap_mangen::Man;
use clap_mangen::roff::{Inline, Roff, bold, italic, roman};

use crate::app::command;
use crate::app::help;
use crate::config::environ::OTHERS;
use crate::config::keymap::Keymap;
use crate::config::schema;
use crate::runtime::cli;

/// Variables that are not ours by name.
const SHARED: [(&str, &str); 4] = [
    ("NO_COLOR", "set to anything, nothing is coloured"),
    ("COLORTERM", "truecolor or 24bit: the terminal has more than its 16 colours"),
    ("SSH_AUTH_SOCK", "the ssh agent"),
    ("XDG_CONFIG_HOME", "where the folder with config.toml lies, in place of ~/.config"),
];

const FILES: [(&str, &str); 6] = [
    ("/etc/tailpane/config.toml", "everybody's settings"),
    ("~/.config/tailpane/config.toml", "your own, laid over them"),
    ("config.NAME.toml", "beside either: laid over both with --profile NAME"),
    ("keymap.toml", "beside either: keys, as --generate keys prints them"),
    ("workspaces/NAME.toml", "beside either: what -w NAME opens"),
    ("~/.ssh/config, ~/.ssh/known_hosts", "how hosts are reached, as for ssh"),
];

/// The page, in the language of man pages.
pub fn page(keymap: &Keymap) -> String {
    let man = Man::new(cli::command())
        .manual("User Commands")
        .source(concat!("tailpane ", env!("CARGO_PKG_VERSION")));
    let mut page = Vec::new();
    // Memory takes every byte.
    let _ = man.render_title(&mut page);
    let _ = man.render_name_section(&mut page);
    let _ = synopsis().to_writer(&mut page);
    let _ = man.render_description_section(&mut page);
    let _ = man.render_options_section(&mut page);
    for section in [commands(keymap), environment(), files()] {
        let _ = section.to_writer(&mut page);
    }
    let _ = man.render_extra_section(&mut page);
    String::from_utf8_lossy(&page).into_owned()
}

/// What a command line may have. The one that is made for us says neither what stands behind an option nor what may be
/// said again.
fn synopsis() -> Roff {
    let mut command = cli::command();
    command.build();
    let mut roff = Roff::new();
    roff.control("SH", ["SYNOPSIS"]);
    let mut line = vec![bold(command.get_name())];
    let (named, options): (Vec<&Arg>, Vec<&Arg>) = command
        .get_arguments()
        .filter(|option| !option.is_hide_set())
        .partition(|option| option.is_positional());
    options.into_iter().chain(named).for_each(|option| may_be_said(option, &mut line));
    roff.text(line);
    roff
}

/// An option with what stands behind it, or names alone: `[-c COMMAND]...`.
fn may_be_said(option: &Arg, line: &mut Vec<Inline>) {
    let short = option.get_short().map(|short| format!("-{short}"));
    let flag = short.or_else(|| option.get_long().map(|long| format!("--{long}")));
    let names = option.get_value_names().filter(|_| option.get_action().takes_values()).unwrap_or_default();
    let several = option.get_num_args().is_some_and(|number| number.max_values() > 1);
    let again = several || matches!(option.get_action(), ArgAction::Append | ArgAction::Count);
    line.push(roman(" ["));
    let gap = if flag.is_some() && !names.is_empty() { " " } else { "" };
    line.extend(flag.map(bold));
    line.push(roman(gap));
    line.extend(names.iter().map(|name| italic(name.as_str())));
    line.push(roman(if again { "]..." } else { "]" }));
}

fn entry(roff: &mut Roff, head: Vec<Inline>, said: &str) {
    roff.control("TP", []);
    roff.text(head);
    roff.text([roman(said)]);
}

fn commands(keymap: &Keymap) -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["COMMANDS AND KEYS"]);
    roff.text([
        roman("On the screen a key runs a command, and "),
        bold(":"),
        roman(" followed by its name does too. Digits before a key are its count. "),
        bold("F1"),
        roman(" shows this list, "),
        bold("Ctrl-P"),
        roman(" searches it."),
    ]);
    let mut group = None;
    for command in command::all() {
        if group != Some(command.group) {
            roff.control("SS", [command.group.title()]);
            group = Some(command.group);
        }
        for row in help::entries(keymap, &command) {
            let gap = if row.keys.is_empty() || row.line.is_empty() { "" } else { "  " };
            entry(&mut roff, vec![bold(row.keys), roman(gap), roman(row.line)], &row.doc);
        }
    }
    roff
}

fn environment() -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["ENVIRONMENT"]);
    for (name, said) in OTHERS.into_iter().chain(SHARED) {
        entry(&mut roff, vec![bold(name)], said);
    }
    roff.text([roman("These say what settings of config.toml say, and count more:")]);
    for setting in schema::settings() {
        entry(&mut roff, vec![bold(setting.variable())], setting.row.doc);
    }
    roff
}

fn files() -> Roff {
    let mut roff = Roff::new();
    roff.control("SH", ["FILES"]);
    for (name, said) in FILES {
        entry(&mut roff, vec![bold(name)], said);
    }
    roff
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manual_has_every_command_option_and_setting() {
        let page = page(&Keymap::shipped().unwrap());
        // Hyphens that are no line breaks are written so.
        let plain = page.replace("\\-", "-").replace("\\fB", "").replace("\\fR", "").replace("\\*(Aq", "'");
        for command in command::all() {
            assert!(plain.contains(command.doc), "{}", command.name);
        }
        for option in cli::command().get_arguments().filter_map(|option| option.get_long()) {
            assert!(plain.contains(&format!("--{option}")), "{option}");
        }
        for setting in schema::settings() {
            assert!(plain.contains(&setting.variable()), "{}", setting.variable());
        }
        for said in ["[-c COMMAND]...", " [--mouse]", "[--theme NAME]", " [FILE]...\n"] {
            let plain = plain.replace("\\fI", "");
            assert!(plain.contains(said), "{said}: {}", &plain[..3000]);
        }
        assert!(page.starts_with(".ie") || page.contains(".TH tailpane 1"), "{}", &page[..200]);
    }
}
