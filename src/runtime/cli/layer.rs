//! What the command line says of settings, as a layer of the config over those of files; and what it says besides.

use std::sync::Arc;

use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory};

use super::args::Args;
use super::wrong_pattern;
use crate::app::share::quoted;
use crate::config::FLAGS;
use crate::config::highlights::Patterns;
use crate::config::tree::{Branch, Node, Place, Source, Value};
use crate::config::workspace::flag_of;
use crate::core::text::printable;

/// What the command line says of settings, as a layer of the config.
///
/// # Errors
/// A sentence for a highlight rule that is none.
pub fn flags(args: &Args) -> Result<Branch, String> {
    let on = |on: bool, value: bool| on.then_some(Value::Switch(value));
    let word = |word: &Option<String>| word.clone().map(Value::Text);
    let said = [
        ("layout", word(&args.layout)),
        ("keymap", word(&args.keymap)),
        ("restore", on(args.restore, true)),
        ("chrome", word(&args.chrome)),
        ("theme", word(&args.theme)),
        ("mouse", on(args.mouse, true)),
        ("log-colors", on(args.no_log_colors, false)),
        ("by-line", on(args.by_line, true)),
        ("recursive", on(args.recursive, true)),
        ("hidden", on(args.hidden, true)),
        ("no-ignore", on(args.no_ignore, true)),
        ("close-vanished", on(args.close_vanished, true)),
    ];
    let mut flags = Branch::default();
    for (setting, value) in said {
        let Some(value) = value else { continue };
        let place = place_of(flag_of(setting, &value).unwrap_or(setting));
        flags.put(&[setting], Node { place, value });
    }
    let highlights = highlights(&args.highlight)?;
    if !highlights.is_empty() {
        let place = place_of("--highlight");
        flags.put(&["highlight"], Node { place, value: Value::List(highlights) });
    }
    Ok(flags)
}

/// Reads highlight rules, as a config has them; they stand behind those of files. A style has no `=` in it, so the last
/// one separates.
fn highlights(given: &[String]) -> Result<Vec<Node>, String> {
    let (mut highlights, mut patterns) = (Vec::new(), Patterns::default());
    for text in given {
        let Some((pattern, style)) = text.rsplit_once('=').filter(|(pattern, _)| !pattern.is_empty()) else {
            return Err(format!(
                "--highlight {}: REGEX=STYLE is wanted, for example 'timeout=bold red'",
                printable(text)
            ));
        };
        // What is wrong is marked here, where all that was typed is known.
        patterns.read(pattern).map_err(|error| wrong_pattern("--highlight", pattern, error))?;
        let place = place_of(&format!("--highlight {}", printable(text)));
        let mut rule = Branch::default();
        for (name, said) in [("pattern", pattern), ("style", style)] {
            rule.put(&[name], Node { place: place.clone(), value: Value::Text(said.to_owned()) });
        }
        highlights.push(Node { place, value: Value::Table(rule) });
    }
    Ok(highlights)
}

/// What is said behind a flag, as a place.
fn place_of(flag: &str) -> Place {
    let source = Source::new(flag, "", false, FLAGS);
    Place { source: Arc::new(source), span: 0..0 }
}

/// Options that say nothing of what is shown, or name files of ours, which are seen in the places of what they say.
const NOT_SHOWN: [&str; 6] = ["config", "profile", "workspace", "show_config", "check_config", "generate"];

/// What was given that no setting says, in the order in which it was given: options, and what is followed.
pub fn beside(matches: &ArgMatches, flags: &Branch) -> Vec<String> {
    let mut said: Vec<(usize, String)> = Vec::new();
    for option in Args::command().get_arguments() {
        let name = option.get_id().as_str();
        let given = matches.value_source(name) == Some(ValueSource::CommandLine);
        if !given || NOT_SHOWN.contains(&name) {
            continue;
        }
        let flag = option.get_long().map(|long| format!("--{long}")).unwrap_or_default();
        if flags.members().iter().any(|setting| setting.named.source.name == flag) {
            continue;
        }
        let places = matches.indices_of(name).into_iter().flatten();
        let values =
            matches.get_raw(name).filter(|_| option.get_action().takes_values()).into_iter().flatten();
        let equals = if option.is_positional() { "" } else { "=" };
        let mut values = values.map(|value| format!("{equals}{}", quoted(&value.to_string_lossy())));
        said.extend(places.map(|place| (place, format!("{flag}{}", values.next().unwrap_or_default()))));
    }
    said.sort_by_key(|(place, _)| *place);
    said.into_iter().map(|(_, said)| said).collect()
}
