//! What may stand on the command line: it is parsed, completed and described in the manual by this alone.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;
use std::str::FromStr;

use clap::builder::{PossibleValue, PossibleValuesParser, StringValueParser, TypedValueParser};
use clap::{Arg, Command, Parser, ValueEnum};

use crate::config::keymap::PRESETS;
use crate::config::settings::{CHROMES, LAYOUTS};
use crate::config::themes;
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
pub struct Args {
    /// Files to follow; `-` is standard input. Of a folder and a quoted glob ('*.log') those that come later are
    /// followed too. A name may have variables: ${host}, ${env:HOME}, ${date:%Y-%m-%d}. On other hosts:
    /// [USER@]HOST:PATH or ssh://[USER@]HOST[:PORT]/PATH, where PATH may be a folder (a/) or a glob, and HOST a glob
    /// over the ssh config ('web*:a.log'), a list ('{web,db}1:a.log') or a group of config.toml (@web:a.log)
    #[arg(value_name = "FILE")]
    pub files: Vec<OsString>,

    /// Run a command (by `sh -c`) and follow what it says on both its outputs; it ends with tailpane
    #[arg(short = 'c', long, value_name = "COMMAND")]
    pub command: Vec<String>,

    /// Follow the files in the folders below a folder too, without those that ignore files name (.gitignore, .ignore,
    /// .fdignore)
    #[arg(short = 'r', long)]
    pub recursive: bool,

    /// Follow files of folders and globs whose names begin with a dot, too
    #[arg(long)]
    pub hidden: bool,

    /// Follow files that ignore files name, too
    #[arg(long)]
    pub no_ignore: bool,

    /// Close the pane of a file that a folder or a glob stood for when the file is gone
    #[arg(long)]
    pub close_vanished: bool,

    /// Keep only lines that match (the filters are applied in the order given)
    #[arg(short = 'k', long, value_name = "REGEX")]
    pub keep: Vec<String>,

    /// Drop lines that match
    #[arg(short = 'd', long, value_name = "REGEX")]
    pub drop: Vec<String>,

    /// Keep lines that match too, whatever came before
    #[arg(long = "or", value_name = "REGEX")]
    pub or: Vec<String>,

    /// Keep only lines that are what a query asks for: 'level>=warn since 1h', 'status=500 !path~^/health'
    #[arg(short = 'f', long, value_name = "QUERY")]
    pub filter: Vec<String>,

    /// Let the filters keep or drop single lines, not whole records (a line with those that continue it: stack traces,
    /// indented blocks)
    #[arg(long)]
    pub by_line: bool,

    /// Read all lines in a format, or those of sources whose name fits: 'json', '*.access=nginx' (time, level and
    /// fields are found without, as far as they can be)
    #[arg(long, value_name = "[GLOB=]NAME")]
    pub format: Vec<String>,

    /// Give what matches a look of your own: 'timeout=bold red', 'id=\d+=black on yellow'
    #[arg(short = 'H', long, value_name = "REGEX=STYLE")]
    pub highlight: Vec<String>,

    /// How everything looks: terminal, dark, light, ansi16, contrast, colour-blind, or a theme of your own
    #[arg(long, value_name = "NAME", value_parser = ThemeName, hide_possible_values = true)]
    pub theme: Option<String>,

    /// How the panes are laid out at first
    #[arg(long, value_name = "LAYOUT", value_parser = PossibleValuesParser::new(LAYOUTS.map(|(word, _)| word)))]
    pub layout: Option<String>,

    /// How much of the screen is frame: none, min (titles), full (scrollbars and hints too)
    #[arg(long, value_name = "HOW", value_parser = PossibleValuesParser::new(CHROMES.map(|(word, _)| word)))]
    pub chrome: Option<String>,

    /// Let tailpane have the mouse: wheel, click to focus, drag a border
    #[arg(long)]
    pub mouse: bool,

    /// Drop the colours that are already in the logs
    #[arg(long)]
    pub no_log_colors: bool,

    /// Print lines instead of taking the screen
    #[arg(long)]
    pub plain: bool,

    /// Print one JSON object a line: source, time, level, fields, line
    #[arg(long)]
    pub json: bool,

    /// When printing: begin with the last N lines of each file, counted before the filters, or at line N
    /// with +N [default: 10; of standard input all]
    #[arg(short = 'n', long, value_name = "N", allow_hyphen_values = true)]
    pub lines: Option<Lines>,

    /// When printing: end after what is there
    #[arg(long)]
    pub no_follow: bool,

    /// When printing: colour the lines (auto: on a terminal, unless NO_COLOR is set)
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = When::Auto)]
    pub color: When,

    /// Follow made-up logs in a temporary folder
    #[arg(long, conflicts_with_all = ["files", "command"])]
    pub demo: bool,

    /// Reach other hosts by this ssh config in place of ~/.ssh/config and the system's (as ssh -F)
    #[arg(long, value_name = "FILE")]
    pub ssh_config: Option<PathBuf>,

    /// Read this in place of config.toml in your config folder
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// Lay config.NAME.toml over config.toml, wherever there is one (as TAILPANE_PROFILE=NAME)
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,

    /// Open a workspace: NAME.toml in `workspaces` of your config folder (or /etc/tailpane), or a file (with a / or
    /// ending in .toml)
    #[arg(short = 'w', long, value_name = "NAME|FILE")]
    pub workspace: Option<String>,

    /// Which keys there are before those of your keymap.toml
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(PRESETS.map(|(name, _)| name)))]
    pub keymap: Option<String>,

    /// Take up the last session with the same sources: what was open, places, marks, filters; without FILE the newest
    #[arg(long)]
    pub restore: bool,

    /// Print all settings, with where each was said, and end
    #[arg(long)]
    pub show_config: bool,

    /// Say what is wrong in the config, and end: with 0 when nothing is
    #[arg(long)]
    pub check_config: bool,

    /// Print what the program knows of itself, and end
    #[arg(long, value_enum, value_name = "WHAT")]
    pub generate: Option<What>,

    /// Write tailpane's own doings to a file (how much: TAILPANE_LOG=trace|debug|info|warn|error)
    #[arg(long, value_name = "FILE")]
    pub log_file: Option<PathBuf>,
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
