//! The command line: what can be asked for, and what it says when it cannot be understood.

use std::ffi::OsString;
use std::path::PathBuf;
use std::str::FromStr;

use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser, ValueEnum};
use ratatui::style::Style;

use crate::config::settings::{Chrome, Highlight, LayoutKind, Settings};
use crate::core::filter::{Chain, Kind, Term};
use crate::core::pattern::{Pattern, PatternError};
use crate::core::text::{printable, width};
use crate::ui::theme;

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
  tailpane --keep 'error|warn' app.log          only lines that match; lower case matches both cases
  tailpane web1:/var/log/app.log 'web*:log/*'   files on other hosts, over SSH
  make 2>&1 | tailpane                          a program's output
  tailpane --json app.log | jq -r .line         without a screen
  tailpane --demo                               living logs made up on the spot")]
struct Args {
    /// Files to follow; `-` is standard input, and quoted globs ('*.log') are expanded. On other hosts:
    /// [USER@]HOST:PATH or ssh://[USER@]HOST[:PORT]/PATH, where PATH may be a folder (a/) or a glob, and HOST a glob
    /// over the ssh config ('web*:a.log'), a list ('{web,db}1:a.log') or a group of config.toml (@web:a.log)
    #[arg(value_name = "FILE")]
    files: Vec<OsString>,

    /// Keep only lines that match (the filters are applied in the order given)
    #[arg(short = 'k', long, value_name = "REGEX")]
    keep: Vec<String>,

    /// Drop lines that match
    #[arg(short = 'd', long, value_name = "REGEX")]
    drop: Vec<String>,

    /// Keep lines that match too, whatever came before
    #[arg(long = "or", value_name = "REGEX")]
    or: Vec<String>,

    /// Give what matches a look of your own: 'timeout=bold red', 'id=\d+=black on yellow'
    #[arg(short = 'H', long, value_name = "REGEX=STYLE")]
    highlight: Vec<String>,

    /// How the panes are laid out at first
    #[arg(long, value_enum, value_name = "LAYOUT", default_value_t = Layout::Grid)]
    layout: Layout,

    /// How much of the screen is frame: none, min (titles), full (scrollbars and hints too)
    #[arg(long, value_enum, value_name = "HOW", default_value_t = Frame::Full)]
    chrome: Frame,

    /// Let tailpane have the mouse: wheel, click to focus, drag a border
    #[arg(long)]
    mouse: bool,

    /// Drop the colours that are already in the logs
    #[arg(long)]
    no_log_colors: bool,

    /// Print lines instead of taking the screen
    #[arg(long)]
    plain: bool,

    /// Print one JSON object a line: source, time, level, line
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
    #[arg(long, conflicts_with = "files")]
    demo: bool,

    /// Reach other hosts by this ssh config in place of ~/.ssh/config and the system's (as ssh -F)
    #[arg(long, value_name = "FILE")]
    ssh_config: Option<PathBuf>,

    /// Read this in place of config.toml in your config folder: groups of hosts, how they are followed and reached
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Write tailpane's own doings to a file (how much: TAILPANE_LOG=trace|debug|info|warn|error)
    #[arg(long, value_name = "FILE")]
    log_file: Option<PathBuf>,
}

#[derive(ValueEnum, Clone, Copy, Debug)]
enum Layout {
    Grid,
    Rows,
    Columns,
    Main,
}

#[derive(ValueEnum, Clone, Copy, Debug)]
enum Frame {
    None,
    Min,
    Full,
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
#[derive(Debug)]
pub struct Options {
    /// What to follow, as named; empty when nothing was.
    pub files: Vec<OsString>,
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
    /// Everything that concerns the screen and highlighting.
    pub settings: Settings,
    /// The patterns of the user's highlight rules, in the order of `settings.highlights`.
    pub rules: Vec<Pattern>,
    /// Their styles.
    pub styles: Vec<Style>,
    /// Follow made-up logs.
    pub demo: bool,
    /// The ssh config, if another than the user's is to be read.
    pub ssh_config: Option<PathBuf>,
    /// Our own config, if another than the user's is to be read.
    pub config: Option<PathBuf>,
    /// Where to write the program's own doings.
    pub log_file: Option<PathBuf>,
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
    let Looks { highlights, rules, styles } = looks(&args.highlight).map_err(Refusal::Sentence)?;
    let settings = Settings {
        chrome: match args.chrome {
            Frame::None => Chrome::None,
            Frame::Min => Chrome::Min,
            Frame::Full => Chrome::Full,
        },
        layout: match args.layout {
            Layout::Grid => LayoutKind::Grid,
            Layout::Rows => LayoutKind::Rows,
            Layout::Columns => LayoutKind::Columns,
            Layout::Main => LayoutKind::Main,
        },
        mouse: args.mouse,
        sgr: !args.no_log_colors,
        highlights,
        ..Settings::default()
    };
    Ok(Options {
        files: args.files,
        plain: args.plain,
        json: args.json,
        lines: args.lines,
        follow: !args.no_follow,
        color: args.color,
        chain,
        settings,
        rules,
        styles,
        demo: args.demo,
        ssh_config: args.ssh_config,
        config: args.config,
        log_file: args.log_file,
    })
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
                Pattern::new(value).map_err(|error| wrong(&format!("--{option}"), value, &error))?;
            terms.push((place, Term { kind, pattern, on: true }));
        }
    }
    terms.sort_by_key(|(place, _)| *place);
    Ok(Chain { terms: terms.into_iter().map(|(_, term)| term).collect(), off: false })
}

/// The user's own highlight rules.
#[derive(Default)]
struct Looks {
    highlights: Vec<Highlight>,
    rules: Vec<Pattern>,
    styles: Vec<Style>,
}

/// Reads highlight rules. A style has no `=` in it, so the last one separates.
fn looks(given: &[String]) -> Result<Looks, String> {
    let mut looks = Looks::default();
    for text in given {
        let Some((pattern, style)) = text.rsplit_once('=').filter(|(pattern, _)| !pattern.is_empty()) else {
            return Err(format!(
                "--highlight {}: REGEX=STYLE is wanted, for example 'timeout=bold red'",
                printable(text)
            ));
        };
        looks.rules.push(Pattern::new(pattern).map_err(|error| wrong("--highlight", pattern, &error))?);
        let look =
            theme::style(style).map_err(|error| format!("--highlight {}: {error}", printable(text)))?;
        looks.styles.push(look);
        looks.highlights.push(Highlight { pattern: pattern.to_string(), style: style.trim().to_string() });
    }
    Ok(looks)
}

/// The sentence for a pattern that cannot be used, with carets under the mistake.
fn wrong(option: &str, pattern: &str, error: &PatternError) -> String {
    let mut text = format!("{option}: {error}\n\n    {}", printable(pattern));
    if let Some(at) = &error.at {
        let part = |range: std::ops::Range<usize>| -> usize {
            let chars: String = pattern.chars().skip(range.start).take(range.len()).collect();
            width(&printable(&chars))
        };
        let carets = part(at.clone()).max(1);
        text += &format!("\n    {}{}", " ".repeat(part(0..at.start)), "^".repeat(carets));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_words(words: &[&str]) -> Result<Options, Refusal> {
        parse(std::iter::once("tailpane").chain(words.iter().copied()).map(OsString::from))
    }

    fn sentence(words: &[&str]) -> String {
        match parse_words(words) {
            Err(Refusal::Sentence(text)) => text,
            other => panic!("expected a sentence, got {other:?}"),
        }
    }

    #[test]
    fn the_definition_is_sound() {
        command().debug_assert();
    }

    #[test]
    fn filters_keep_the_order_of_the_command_line() {
        let options =
            parse_words(&["--or", "c", "--keep", "a", "x.log", "--drop", "b", "--keep", "d"]).unwrap();
        let chain: Vec<(Kind, &str)> =
            options.chain.terms.iter().map(|term| (term.kind, term.pattern.source())).collect();
        assert_eq!(chain, [(Kind::Or, "c"), (Kind::Keep, "a"), (Kind::Drop, "b"), (Kind::Keep, "d")]);
    }

    #[test]
    fn numbers_of_lines() {
        assert_eq!("10".parse(), Ok(Lines::Last(10)));
        assert_eq!("-10".parse(), Ok(Lines::Last(10)));
        assert_eq!("+1".parse(), Ok(Lines::From(1)));
        assert_eq!("99999999999999999999999".parse(), Ok(Lines::Last(u64::MAX)));
        for wrong in ["", "+", "ten", "1k", "--1", "1.5"] {
            assert!(wrong.parse::<Lines>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_highlight_is_split_at_its_last_equals_sign() {
        let options = parse_words(&["-H", r"id=\d+=black on yellow"]).unwrap();
        assert_eq!(
            options.settings.highlights,
            [Highlight { pattern: r"id=\d+".into(), style: "black on yellow".into() }]
        );
        assert!(sentence(&["-H", "red"]).contains("REGEX=STYLE"));
        assert!(sentence(&["-H", "=red"]).contains("REGEX=STYLE"));
    }

    #[test]
    fn a_wrong_pattern_is_shown_with_the_place_of_the_mistake() {
        let text = sentence(&["--keep", "ok|(never"]);
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[0].starts_with("--keep: "), "{text}");
        assert_eq!(lines[2], "    ok|(never");
        assert_eq!(lines[3].find('^'), Some("    ok|".len()), "{text}");
    }

    #[test]
    fn an_unknown_option_suggests_the_near_one() {
        let Err(Refusal::Clap(error)) = parse_words(&["--kepe", "x"]) else { panic!("accepted") };
        assert!(error.to_string().contains("--keep"), "{error}");
        assert_eq!(error.exit_code(), 2);
    }
}
