//! A file that is written beside the one whose place it takes, so that nothing half written ever has that name. Its own
//! name passes and is nobody's concern: what goes wrong is said without it.

use std::fs::OpenOptions;
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use tempfile::NamedTempFile;

use crate::source::words;

/// An empty file in the folder of `path`, with the permissions `mode` less what the user's mask takes away. It is removed
/// when it is dropped. What it is written through is its inner file: the outer one would tell its name in errors.
///
/// # Errors
/// What the system says, and nothing else.
pub fn beside(path: &Path, mode: u32) -> io::Result<NamedTempFile> {
    let open = |path: &Path| OpenOptions::new().read(true).write(true).create_new(true).mode(mode).open(path);
    tempfile::Builder::new().prefix(".tailpane-").make_in(folder_of(path), open)
}

/// The folder that a file lies in.
pub fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Why no file could be made or placed in a folder, in words.
pub fn refused(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "the folder is not there".to_owned(),
        _ => words(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_of_a_folder_names_no_passing_file() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("file"), "").unwrap();
        let said = |path: &str| refused(&beside(&folder.path().join(path), 0o600).unwrap_err());
        assert_eq!(said("none/x"), "the folder is not there");
        assert_eq!(said("file/x"), "Not a directory");
    }

    #[test]
    fn nothing_is_left_of_one_that_is_not_placed() {
        let folder = tempfile::tempdir().unwrap();
        let count = || std::fs::read_dir(folder.path()).unwrap().count();
        let file = beside(&folder.path().join("x"), 0o600).unwrap();
        assert_eq!(count(), 1);
        drop(file);
        assert_eq!(count(), 0);
    }
}
