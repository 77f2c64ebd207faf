//! What the program tells of itself on standard output, for packagers, shells and editors: its manual, completions, the
//! schema of its config, its keys. Everything is made of the tables that the program itself runs by.

mod completion;
mod manual;
mod powershell;

use clap::ValueEnum;
use clap_complete::Shell;

use super::cli::Options;
use crate::app::{command, written};
use crate::config::keymap::{Keymap, PRESETS, layered};
use crate::config::schema;
use crate::source::ssh::config::Resolver;

/// What can be generated.
#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// The manual page
    Man,
    /// A script for bash that completes the command line
    CompleteBash,
    /// The same for zsh
    CompleteZsh,
    /// The same for fish
    CompleteFish,
    /// The same for PowerShell
    CompletePowershell,
    /// The JSON schema of config.toml
    Schema,
    /// The keys in effect, as a keymap that can be edited
    Keys,
    /// The hosts and groups that the configs name, one a line
    Hosts,
    /// The names of the workspaces, one a line
    Workspaces,
}

/// What was asked for, as text.
///
/// # Errors
/// What is wrong in the config that it depends on, a sentence each.
pub fn text(what: What, options: &Options) -> Result<String, Vec<String>> {
    Ok(match what {
        What::Man => manual::page(&Keymap::shipped().map_err(|error| vec![error.to_string()])?),
        What::CompleteBash => completion::script(Shell::Bash),
        What::CompleteZsh => completion::script(Shell::Zsh),
        What::CompleteFish => completion::script(Shell::Fish),
        What::CompletePowershell => completion::script(Shell::PowerShell),
        What::Schema => schema::json(),
        What::Keys => keys(options)?,
        What::Hosts => lines(hosts(options)),
        What::Workspaces => lines(options.asked().workspaces()),
    })
}

/// The keys in effect, as they are to stand in the user's file.
fn keys(options: &Options) -> Result<String, Vec<String>> {
    let asked = options.asked();
    let settings = asked.read()?.config.settings;
    let presets: Result<Vec<Keymap>, _> =
        PRESETS.iter().map(|(name, _)| layered(name, &[], &command::judge)).collect();
    Ok(written::keymap(&asked.keymap(&settings.keymap, Some(&settings.themes))?, &presets?))
}

/// Names, one a line; a name with a line break in it is nobody's to complete.
fn lines(names: impl IntoIterator<Item = String>) -> String {
    names.into_iter().filter(|name| !name.contains(char::is_control)).map(|name| name + "\n").collect()
}

/// Hosts of the ssh config and of ours. A mistake in ours is told when the program runs, not while a name is typed.
fn hosts(options: &Options) -> Vec<String> {
    let ours = options.asked().read().map(|read| read.config.hosts).unwrap_or_default();
    Resolver::new(options.ssh_config.clone(), ours).names()
}
