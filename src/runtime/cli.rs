//! The command line: what can be asked for, and what it says when it cannot be understood.

mod args;
mod layer;

use std::ffi::OsString;
use std::ops::Range;
use std::path::PathBuf;

use clap::{ArgMatches, CommandFactory, FromArgMatches};
use jiff::Zoned;

use super::config::Asked;
use super::own;
use crate::config::Config;
use crate::config::formats::check_name;
use crate::config::settings::{FormatRule, Settings};
use crate::config::tree::Branch;
use crate::config::workspace::Origin;
use crate::core::filter::{Chain, Filter, Grain, Kind, Term};
use crate::core::pattern::{Pattern, PatternError};
use crate::core::query::Query;
use crate::core::text::{printable, width};
use crate::runtime::generate::What;
use args::Args;
pub use args::{Lines, When};

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
    let flags = layer::flags(&args).map_err(Refusal::Sentence)?;
    let formats = args.format.iter().map(|given| format_rule(given)).collect();
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
        beside: layer::beside(&matches, &flags),
        flags,
        show_config: args.show_config,
        check_config: args.check_config,
        generate: args.generate,
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
