//! What can be set of where lines come from: how folders are walked, what becomes of panes whose files are gone, and the
//! variables in names.

use std::collections::BTreeMap;

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
