//! What can be set of where lines come from: how folders are walked, what becomes of panes whose files are gone, and the
//! variables in names.

use std::collections::BTreeMap;

use super::toml::Entry;

/// Where lines come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources {
    /// A folder stands for the files in the folders below too.
    pub recursive: bool,
    /// Folders and patterns stand for names with a dot in front too.
    pub hidden: bool,
    /// Files that `.gitignore`, `.ignore` and `.fdignore` name are not left out of folders.
    pub no_ignore: bool,
    /// The pane of a file that a folder or a pattern stood for closes when the file is gone.
    pub close_vanished: bool,
    /// What `${name}` stands for in names.
    pub variables: BTreeMap<String, String>,
}

/// Names that stand for something already.
const TAKEN: [&str; 2] = ["host", "date"];

impl Sources {
    /// Reads what of a config is said of sources, and leaves the rest.
    ///
    /// # Errors
    /// A sentence, with the place.
    pub fn read(&mut self, entry: &Entry) -> Result<(), String> {
        match entry.name() {
            "recursive" => self.recursive = entry.switch()?,
            "hidden" => self.hidden = entry.switch()?,
            "no-ignore" => self.no_ignore = entry.switch()?,
            "close-vanished" => self.close_vanished = entry.switch()?,
            "variables" => {
                for variable in entry.table()?.entries() {
                    self.variables.insert(name_of(&variable)?, variable.text()?.to_owned());
                }
            }
            _ => {}
        }
        Ok(())
    }
}

fn name_of(variable: &Entry) -> Result<String, String> {
    let name = variable.name();
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    if name.is_empty() || !name.chars().all(plain) {
        return Err(variable.wrong("a name of letters, digits, `-`, `_` and `.` is wanted for a variable"));
    }
    if TAKEN.contains(&name) {
        return Err(variable.wrong(&format!("${{{name}}} stands for something already")));
    }
    Ok(name.to_owned())
}
