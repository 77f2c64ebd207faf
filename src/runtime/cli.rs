//! The command line: what can be asked for, and what it says when it cannot be understood.

use std::ffi::{OsStr, OsString};
use std::ops::Range;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use clap::builder::{PossibleValue, PossibleValuesParser, StringValueParser, TypedValueParser};
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command, CommandFactory, FromArgMatches, Parser, ValueEnum};
use jiff::Zoned;

use super::config::Asked;
use super::own;
use crate::app::share::quoted;
use crate::config::formats::check_name;
use crate::config::highlights::Patterns;
use crate::config::keymap::PRESETS;
use crate::config::settings::{CHROMES, FormatRule, LAYOUTS, Settings};
use crate::config::themes;
use crate::config::tree::{Branch, Node, Place, Source, Value};
use crate::config::workspace::Origin;
use crate::config::{Config, FLAGS};
use crate::core::filter::{Chain, Filter, Grain, Kind, Term};
use crate::core::pattern::{Pattern, PatternError};
use crate::core::query::Query;
use crate::core::text::{printable, width};
use crate::runtime::generate::What;

/// Follow many log files at once in one terminal: a pane per file, with highlighting, filters and search
/// that stay live.
///
/// On a terminal every file gets a pane; F1 shows the keys, q ends. When the output is no terminal, lines
/// are printed plainly as they come, each with its file's name when there are several. Files may be on other
/// hosts: they are followed over SSH, and nothing is installed there.
#[derive(Parser, Debug)]
#[command(name = "tailpane", version, max_term_width = 100)]
#[command(after_help = "Examples:
  tailpane /var/log/*.log                       a pane per file
  tailpane /var/log/app/                        a pane per file, also for those that come later
  tailpane --keep 'error|warn' app.log          only lines that match; lower case matches both cases
  tailpane web1:/var/log/app.log 'web*:log/*'   files on other hosts, over SSH
  tailpane --filter 'level>=warn' app.log       what lines say: levels, times, fields
  make 2>&1 | tailpane                          a program's output
  tailpane -c 'journalctl -fu app' app.log      a command's output in a pane
  tailpane --json app.log | jq -r .line         without a screen
  tailpane --demo                               living logs made up on the spot")]
struct Args {
    /// Files to follow; `-` is standard input. Of a folder and a quoted glob ('*.log') those that come later are
    /// followed too. A name may have variables: ${host}, ${env:HOME}, ${date:%Y-%m-%d}. On other hosts:
    /// [USER@]HOST:PATH or ssh://[USER@]HOST[:PORT]/PATH, where PATH may be a folder (a/) or a glob, and HOST a glob
    /// over the ssh config ('web*:a.log'), a list ('{web,db}1:a.log') or a group of config.toml (@web:a.log)
    #[arg(value_name = "FILE")]
    files: Vec<OsString>,

    /// Run a command (by `sh -c`) and follow what it says on both its outputs; it ends with tailpane
    #[arg(short = 'c', long, value_name = "COMMAND")]
    command: Vec<String>,

    /// Follow the files in the folders below a folder too, without those that ignore files name (.gitignore, .ignore,
    /// .fdignore)
    #[arg(short = 'r', long)]
    recursive: bool,

    /// Follow files of folders and globs whose names begin with a dot, too
    #[arg(long)]
    hidden: bool,

    /// Follow files that ignore files name, too
    #[arg(long)]
    no_ignore: bool,

    /// Close the pane of a file that a folder or a glob stood for when the file is gone
    #[arg(long)]
    close_vanished: bool,

    /// Keep only lines that match (the filters are applied in the order given)
    #[arg(short = 'k', long, value_name = "REGEX")]
    keep: Vec<String>,

    /// Drop lines that match
    #[arg(short = 'd', long, value_name = "REGEX")]
    drop: Vec<String>,

    /// Keep lines that match too, whatever came before
    #[arg(long = "or", value_name = "REGEX")]
    or: Vec<String>,

    /// Keep only lines that are what a query asks for: 'level>=warn since 1h', 'status=500 !path~^/health'
    #[arg(short = 'f', long, value_name = "QUERY")]
    filter: Vec<String>,

    /// Let the filters keep or drop single lines, not whole records (a line with those that continue it: stack traces,
    /// indented blocks)
    #[arg(long)]
    by_line: bool,

    /// Read all lines in a format, or those of sources whose name fits: 'json', '*.access=nginx' (time, level and
    /// fields are found without, as far as they can be)
    #[arg(long, value_name = "[GLOB=]NAME")]
    format: Vec<String>,

    /// Give what matches a look of your own: 'timeout=bold red', 'id=\d+=black on yellow'
    #[arg(short = 'H', long, value_name = "REGEX=STYLE")]
    highlight: Vec<String>,

    /// How everything looks: terminal, dark, light, ansi16, contrast, colour-blind, or a theme of your own
    #[arg(long, value_name = "NAME", value_parser = ThemeName, hide_possible_values = true)]
    theme: Option<String>,

    /// How the panes are laid out at first
    #[arg(long, value_name = "LAYOUT", value_parser = PossibleValuesParser::new(LAYOUTS.map(|(word, _)| word)))]
    layout: Option<String>,

    /// How much of the screen is frame: none, min (titles), full (scrollbars and hints too)
    #[arg(long, value_name = "HOW", value_parser = PossibleValuesParser::new(CHROMES.map(|(word, _)| word)))]
    chrome: Option<String>,

    /// Let tailpane have the mouse: wheel, click to focus, drag a border
    #[arg(long)]
    mouse: bool,

    /// Drop the colours that are already in the logs
    #[arg(long)]
    no_log_colors: bool,

    /// Print lines instead of taking the screen
    #[arg(long)]
    plain: bool,

    /// Print one JSON object a line: source, time, level, fields, line
    #[arg(long)]
    json: bool,

    /// When printing: begin with the last N lines of each file, counted before the filters, or at line N
    /// with +N [default: 10; of standard input all]
    #[arg(short = 'n', long, value_name = "N", allow_hyphen_values = true)]
    lines: Option<Lines>,

    /// When printing: end after what is there
    #[arg(long)]
    no_follow: bool,

    /// When printing: colour the lines (auto: on a terminal, unless NO_COLOR is set)
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = When::Auto)]
    color: When,

    /// Follow made-up logs in a temporary folder
    #[arg(long, conflicts_with_all = ["files", "command"])]
    demo: bool,

    /// Reach other hosts by this ssh config in place of ~/.ssh/config and the system's (as ssh -F)
    #[arg(long, value_name = "FILE")]
    ssh_config: Option<PathBuf>,

    /// Read this in place of config.toml in your config folder
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Lay config.NAME.toml over config.toml, wherever there is one (as TAILPANE_PROFILE=NAME)
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,

    /// Open a workspace: NAME.toml in `workspaces` of your config folder (or /etc/tailpane), or a file (with a / or
    /// ending in .toml)
    #[arg(short = 'w', long, value_name = "NAME|FILE")]
    workspace: Option<String>,

    /// Which keys there are before those of your keymap.toml
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(PRESETS.map(|(name, _)| name)))]
    keymap: Option<String>,

    /// Take up the last session with the same sources: what was open, places, marks, filters; without FILE the newest
    #[arg(long)]
    restore: bool,

    /// Print all settings, with where each was said, and end
    #[arg(long)]
    show_config: bool,

    /// Say what is wrong in the config, and end: with 0 when nothing is
    #[arg(long)]
    check_config: bool,

    /// Print what the program knows of itself, and end
    #[arg(long, value_enum, value_name = "WHAT")]
    generate: Option<What>,

    /// Write tailpane's own doings to a file (how much: TAILPANE_LOG=trace|debug|info|warn|error)
    #[arg(long, value_name = "FILE")]
    log_file: Option<PathBuf>,
}

/// The name of a theme: completions know those that are shipped, and the config may have others.
#[derive(Clone)]
struct ThemeName;

impl TypedValueParser for ThemeName {
    type Value = String;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<String, clap::Error> {
        StringValueParser::new().parse_ref(command, arg, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(themes::SHIPPED_NAMES.map(PossibleValue::new).into_iter()))
    }
}

/// When lines are coloured.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Into a pipe too.
    Always,
    /// Not at all.
    Never,
}

/// Which of the lines that are there already are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lines {
    /// The last ones.
    Last(u64),
    /// All from this one on, counted from 1.
    From(u64),
}

impl FromStr for Lines {
    type Err = String;

    fn from_str(text: &str) -> Result<Lines, String> {
        let (make, digits): (fn(u64) -> Lines, &str) = match text.strip_prefix('+') {
            Some(digits) => (Lines::From, digits),
            None => (Lines::Last, text.strip_prefix('-').unwrap_or(text)),
        };
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err("a number of lines is wanted (10), or +N to begin at line N".to_string());
        }
        Ok(make(digits.parse().unwrap_or(u64::MAX)))
    }
}

/// A command line that was understood.
#[derive(Clone, Debug)]
pub struct Options {
    /// What to follow, as named; empty when nothing was.
    pub files: Vec<OsString>,
    /// Commands to run and follow.
    pub commands: Vec<String>,
    /// Print lines instead of taking the screen.
    pub plain: bool,
    /// Print JSON.
    pub json: bool,
    /// Which earlier lines to print, if that was said.
    pub lines: Option<Lines>,
    /// Go on with what is appended.
    pub follow: bool,
    /// When to colour.
    pub color: When,
    /// The filters, in the order they were given.
    pub chain: Chain,
    /// Formats that were chosen on the command line.
    pub formats: Vec<FormatRule>,
    /// Everything that can be set, once the config was read.
    pub settings: Settings,
    /// Follow made-up logs.
    pub demo: bool,
    /// The ssh config, if another than the user's is to be read.
    pub ssh_config: Option<PathBuf>,
    /// Our own config, if another than the user's is to be read.
    pub config: Option<PathBuf>,
    /// What came out of that, where it can be read only once.
    pub piped: Option<Result<String, String>>,
    /// The profile, if one was named.
    pub profile: Option<String>,
    /// The workspace, if one was named.
    pub workspace: Option<String>,
    /// The newest session is to be taken up where nothing is named.
    pub restore: bool,
    /// What the command line says of settings.
    pub flags: Branch,
    /// What it says besides, of which there are no settings, as it may be written again.
    pub beside: Vec<String>,
    /// Print all settings and end.
    pub show_config: bool,
    /// Say what is wrong in the config and end.
    pub check_config: bool,
    /// Print this and end.
    pub generate: Option<What>,
    /// Where to write the program's own doings.
    pub log_file: Option<PathBuf>,
}

impl Options {
    /// Where the config is looked for.
    pub fn asked(&self) -> Asked {
        let asked = Asked::here(self.config.clone(), self.profile.clone(), self.flags.clone());
        Asked { workspace: self.workspace.clone(), piped: self.piped.clone(), ..asked }
    }

    /// Reads the config that was named if that is to be had only once: what is asked of it later is asked of this.
    pub fn read_piped(&mut self) {
        self.piped = self.config.as_deref().and_then(|path| own::once(path, "the config"));
    }

    /// What was named on the command line, as it was written.
    pub fn origins(&self) -> Vec<Origin> {
        let folder = self.folder();
        let files =
            self.files.iter().filter_map(|name| name.to_str()).map(|name| Origin::path(name, &folder));
        let command = |line: &String| Origin { written: line.clone(), command: true, ..Origin::default() };
        files.chain(self.commands.iter().map(command)).collect()
    }

    /// Whether the command line says nothing of what is to be followed.
    pub fn names_nothing(&self) -> bool {
        self.files.is_empty() && self.commands.is_empty()
    }

    /// The folder that relative names are meant from.
    pub fn folder(&self) -> String {
        std::env::current_dir().map(|folder| folder.to_string_lossy().into_owned()).unwrap_or_default()
    }

    /// What a config comes to together with what only the command line can say.
    ///
    /// # Errors
    /// A sentence for a format that was named and that there is not.
    pub fn settings_of(&self, config: &Config) -> Result<Settings, Vec<String>> {
        let own: Vec<&str> = config.settings.own_formats.iter().map(|own| &*own.format.name).collect();
        check_formats(&self.formats, &own).map_err(|sentence| vec![sentence])?;
        Ok(Settings { formats: self.formats.clone(), ..config.settings.clone() })
    }

    /// What is kept, without a screen.
    pub fn filter(&self) -> Option<Filter> {
        let grain = if self.settings.by_line { Grain::Line } else { Grain::Record };
        self.chain.filter().map(|filter| filter.folded(grain, false))
    }
}

/// Why a command line was not understood, or need not be: help and version come this way too.
#[derive(Debug)]
pub enum Refusal {
    /// clap has its words and its exit code.
    Clap(clap::Error),
    /// A pattern or a style is wrong: a sentence, with the place marked.
    Sentence(String),
}

/// Understands the command line; the first argument is the program's own name.
///
/// # Errors
/// With what to print, see [`Refusal`].
pub fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Options, Refusal> {
    let matches = Args::command().try_get_matches_from(args).map_err(Refusal::Clap)?;
    let args = Args::from_arg_matches(&matches).map_err(Refusal::Clap)?;
    let chain = chain(&matches).map_err(Refusal::Sentence)?;
    let highlights = highlights(&args.highlight).map_err(Refusal::Sentence)?;
    let formats = args.format.iter().map(|given| format_rule(given)).collect();
    let mut flags = flags(&args);
    if !highlights.is_empty() {
        let place = place_of("--highlight");
        flags.put(&["highlight"], Node { place, value: Value::List(highlights) });
    }
    Ok(Options {
        files: args.files,
        commands: args.command,
        plain: args.plain,
        json: args.json,
        lines: args.lines,
        follow: !args.no_follow,
        color: args.color,
        chain,
        formats,
        settings: Settings::default(),
        demo: args.demo,
        ssh_config: args.ssh_config,
        config: args.config,
        piped: None,
        profile: args.profile,
        workspace: args.workspace,
        restore: args.restore,
        beside: beside(&matches, &flags),
        flags,
        show_config: args.show_config,
        check_config: args.check_config,
        generate: args.generate,
        log_file: args.log_file,
    })
}

/// What the command line says of settings, as a layer of the config.
fn flags(args: &Args) -> Branch {
    let on = |on: bool, value: bool| on.then_some(Value::Switch(value));
    let word = |word: &Option<String>| word.clone().map(Value::Text);
    let said = [
        ("--layout", "layout", word(&args.layout)),
        ("--keymap", "keymap", word(&args.keymap)),
        ("--restore", "restore", on(args.restore, true)),
        ("--chrome", "chrome", word(&args.chrome)),
        ("--theme", "theme", word(&args.theme)),
        ("--mouse", "mouse", on(args.mouse, true)),
        ("--no-log-colors", "log-colors", on(args.no_log_colors, false)),
        ("--by-line", "by-line", on(args.by_line, true)),
        ("--recursive", "recursive", on(args.recursive, true)),
        ("--hidden", "hidden", on(args.hidden, true)),
        ("--no-ignore", "no-ignore", on(args.no_ignore, true)),
        ("--close-vanished", "close-vanished", on(args.close_vanished, true)),
    ];
    let mut flags = Branch::default();
    for (flag, setting, value) in said {
        let Some(value) = value else { continue };
        flags.put(&[setting], Node { place: place_of(flag), value });
    }
    flags
}

/// What is said behind a flag, as a place.
fn place_of(flag: &str) -> Place {
    let source = Source::new(flag, "", false, FLAGS);
    Place { source: Arc::new(source), span: 0..0 }
}

/// What it is and how it is called, for somebody who named nothing: it fits a terminal of 24 rows.
pub fn short_help() -> String {
    let template = "{about}\n\n{usage-heading} {usage}{after-help}\n\n\
                    `tailpane -h` lists the options; on the screen F1 shows the keys.\n";
    Args::command().help_template(template).render_help().to_string()
}

/// The command line's definition, for tests and generated pages.
pub fn command() -> clap::Command {
    Args::command()
}

/// The filters of all three kinds, in the order they stand on the command line.
fn chain(matches: &ArgMatches) -> Result<Chain, String> {
    let mut terms: Vec<(usize, Term)> = Vec::new();
    for (option, kind) in [("keep", Kind::Keep), ("drop", Kind::Drop), ("or", Kind::Or)] {
        let places = matches.indices_of(option).into_iter().flatten();
        let values = matches.get_many::<String>(option).into_iter().flatten();
        for (place, value) in places.zip(values) {
            let pattern =
                Pattern::new(value).map_err(|error| wrong_pattern(&format!("--{option}"), value, error))?;
            terms.push((place, Term::new(kind, pattern)));
        }
    }
    let places = matches.indices_of("filter").into_iter().flatten();
    let queries = matches.get_many::<String>("filter").into_iter().flatten();
    let now = Zoned::now();
    for (place, text) in places.zip(queries) {
        let query = Query::parse(text)
            .map_err(|error| wrong("--filter", text, &error.message, Some(error.at.clone())))?;
        terms.extend(query.parts().iter().map(|part| (place, Term::of_part(part, &now))));
    }
    terms.sort_by_key(|(place, _)| *place);
    Ok(Chain { terms: terms.into_iter().map(|(_, term)| term).collect(), off: false })
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

/// Options that say nothing of how lines are shown, or name files, which are seen in the places of what they say.
const NOT_SHOWN: [&str; 7] =
    ["command", "config", "profile", "workspace", "show_config", "check_config", "generate"];

/// The options given that no setting says, in the order in which they were given.
fn beside(matches: &ArgMatches, flags: &Branch) -> Vec<String> {
    let mut said: Vec<(usize, String)> = Vec::new();
    for option in Args::command().get_arguments() {
        let name = option.get_id().as_str();
        let given = matches.value_source(name) == Some(ValueSource::CommandLine);
        let Some(long) = option.get_long().filter(|_| given && !NOT_SHOWN.contains(&name)) else { continue };
        let flag = format!("--{long}");
        if flags.members().iter().any(|setting| setting.named.source.name == flag) {
            continue;
        }
        let places = matches.indices_of(name).into_iter().flatten();
        let values =
            matches.get_raw(name).filter(|_| option.get_action().takes_values()).into_iter().flatten();
        let mut values = values.map(|value| format!("={}", quoted(&value.to_string_lossy())));
        said.extend(places.map(|place| (place, format!("{flag}{}", values.next().unwrap_or_default()))));
    }
    said.sort_by_key(|(place, _)| *place);
    said.into_iter().map(|(_, said)| said).collect()
}

/// Reads the choice of a format. No format's name has an `=`, so the last one separates.
fn format_rule(given: &str) -> FormatRule {
    let (sources, name) = match given.rsplit_once('=') {
        Some((sources, name)) => (Some(sources.to_owned()), name),
        None => (None, given),
    };
    FormatRule { sources, name: name.to_owned() }
}

/// Whether all formats that were chosen exist; `own` are those of the user's config, which may be chosen too.
///
/// # Errors
/// A sentence that names those that may have been meant.
pub fn check_formats(chosen: &[FormatRule], own: &[&str]) -> Result<(), String> {
    let check =
        |rule: &FormatRule| check_name(&rule.name, own).map_err(|sentence| format!("--format: {sentence}"));
    chosen.iter().try_for_each(check)
}

/// [`wrong`] for a pattern.
fn wrong_pattern(option: &str, pattern: &str, error: PatternError) -> String {
    wrong(option, pattern, &error.to_string(), error.at)
}

/// The sentence for a pattern or a query that cannot be used, with carets under the mistake.
fn wrong(option: &str, given: &str, error: &str, at: Option<Range<usize>>) -> String {
    let mut text = format!("{option}: {error}\n\n    {}", printable(given));
    if let Some(at) = at {
        let part = |range: Range<usize>| -> usize {
            let chars: String = given.chars().skip(range.start).take(range.len()).collect();
            width(&printable(&chars))
        };
        let carets = part(at.clone()).max(1);
        text += &format!("\n    {}{}", " ".repeat(part(0..at.start)), "^".repeat(carets));
    }
    text
}

#[cfg(test)]
mod tests;
