//! Where our own config file is, and what is read from it.

use std::io;
use std::path::{Path, PathBuf};

use directories::ProjectDirs;

use crate::config::hosts::Hosts;
use crate::core::text::printable;

/// What is said of other hosts: in the file that was `named`, or in `config.toml` in the user's config folder, which
/// need not be there.
///
/// # Errors
/// A sentence, with file, line and column for a mistake in it.
pub fn hosts(named: Option<&Path>) -> Result<Hosts, String> {
    let Some(path) = named.map(Path::to_owned).or_else(default_path) else { return Ok(Hosts::default()) };
    let shown = printable(&path.to_string_lossy());
    match std::fs::read_to_string(&path) {
        Ok(text) => Hosts::parse(&text, &shown),
        Err(error) if error.kind() == io::ErrorKind::NotFound && named.is_none() => Ok(Hosts::default()),
        Err(error) => Err(format!("{shown}: the config cannot be read: {error}")),
    }
}

fn default_path() -> Option<PathBuf> {
    Some(ProjectDirs::from("", "", "tailpane")?.config_dir().join("config.toml"))
}
