//! Where our own config file is, and what is read from it.

use std::io;
use std::path::{Path, PathBuf};

use directories::ProjectDirs;
use jiff::tz::TimeZone;

use crate::config::filters::{self, SourceFilter};
use crate::config::formats::{self, OwnFormat};
use crate::config::hosts::Hosts;
use crate::core::text::printable;

/// What our own config says.
#[derive(Debug, Default)]
pub struct Config {
    /// Of other hosts.
    pub hosts: Hosts,
    /// Of the formats of lines.
    pub formats: Vec<OwnFormat>,
    /// Of the filters that panes begin with.
    pub filters: Vec<SourceFilter>,
}

/// What is said in the file that was `named`, or in `config.toml` in the user's config folder, which need not be there.
///
/// # Errors
/// A sentence, with file, line and column for a mistake in it.
pub fn read(named: Option<&Path>) -> Result<Config, String> {
    let Some(path) = named.map(Path::to_owned).or_else(default_path) else { return Ok(Config::default()) };
    let shown = printable(&path.to_string_lossy());
    match std::fs::read_to_string(&path) {
        Ok(text) => {
            let zone = |name: &str| TimeZone::get(name).ok();
            let formats = formats::parse(&text, &shown, &zone)?;
            let filters = filters::parse(&text, &shown)?;
            Ok(Config { hosts: Hosts::parse(&text, &shown)?, formats, filters })
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound && named.is_none() => Ok(Config::default()),
        Err(error) => Err(format!("{shown}: the config cannot be read: {error}")),
    }
}

fn default_path() -> Option<PathBuf> {
    Some(ProjectDirs::from("", "", "tailpane")?.config_dir().join("config.toml"))
}
