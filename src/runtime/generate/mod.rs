//! What the program tells of itself on standard output, for packagers, shells and editors: its manual, completions, the
//! schema of its config, its keys. Everything is made of the tables that the program itself runs by.

mod completion;
mod manual;

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::PathBuf;

use clap::ValueEnum;
use clap_complete::Shell;

use super::cli::Options;
use crate::app::written;
use crate::config::keymap::Keymap;
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
/// A sentence, when the config that it depends on cannot be used.
pub fn text(what: What, options: &Options) -> Result<String, String> {
    Ok(match what {
        What::Man => manual::page(&keymap()?),
        What::CompleteBash => completion::script(Shell::Bash),
        What::CompleteZsh => completion::script(Shell::Zsh),
        What::CompleteFish => completion::script(Shell::Fish),
        What::CompletePowershell => completion::script(Shell::PowerShell),
        What::Schema => schema::json(),
        What::Keys => written::keymap(&keymap()?),
        What::Hosts => lines(hosts(options)),
        What::Workspaces => lines(workspaces(options)),
    })
}

fn keymap() -> Result<Keymap, String> {
    Keymap::shipped().map_err(|error| error.to_string())
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

/// The files in the folders of workspaces beside the config files.
fn workspaces(options: &Options) -> BTreeSet<String> {
    let folders =
        options.asked().files().into_iter().filter_map(|file| Some(file.parent()?.join("workspaces")));
    let entries = folders.filter_map(|folder| std::fs::read_dir(folder).ok()).flatten().flatten();
    let paths = entries.map(|entry| PathBuf::from(entry.file_name()));
    let ours = paths.filter(|path| path.extension() == Some(OsStr::new("toml")));
    ours.filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::cli;

    #[test]
    fn names_of_workspaces_are_those_of_their_files() {
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("config.toml");
        std::fs::write(&config, "").unwrap();
        std::fs::create_dir(folder.path().join("workspaces")).unwrap();
        for name in ["shop.toml", "api.toml", "notes.txt", "bad\nname.toml"] {
            std::fs::write(folder.path().join("workspaces").join(name), "").unwrap();
        }
        let args = ["tailpane".into(), "--config".into(), config.into_os_string()];
        let options = cli::parse(args).unwrap();
        let names = text(What::Workspaces, &options).unwrap();
        assert!(
            names.contains("api\nshop\n") && !names.contains("notes") && !names.contains("bad"),
            "{names}"
        );
    }
}
