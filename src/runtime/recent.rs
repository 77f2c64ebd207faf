//! The names of files that were opened, over all runs: a short file in the state folder, a name a line, the newest
//! first. Nothing else is in it.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::beside::folder_of;
use super::folders;
use super::state;
use crate::app::recent::MOST;

/// The file's name.
const NAME: &str = "recent";
/// What is read of it at most: names as long as can be.
const LARGEST: u64 = 1 << 20;

/// What a user opened.
pub struct Recent {
    file: PathBuf,
}

impl Recent {
    /// That of this user; none where there is no place for it.
    pub fn here() -> Option<Recent> {
        state::folder().map(|folder| Recent::in_folder(&folder))
    }

    /// That which a folder has.
    pub fn in_folder(folder: &Path) -> Recent {
        Recent { file: folder.join(NAME) }
    }

    /// The folder that it lies in.
    pub fn folder(&self) -> &Path {
        folder_of(&self.file)
    }

    /// The names, the newest first; none where nothing can be read. Blocks for as long as the file system likes.
    pub fn names(&self) -> Vec<String> {
        let mut text = Vec::new();
        let read = File::open(&self.file).and_then(|file| file.take(LARGEST).read_to_end(&mut text));
        // Bytes that are no text are a line that is no name.
        let lines = text.split(|byte| *byte == b'\n').filter_map(|line| std::str::from_utf8(line).ok());
        let names = lines.filter(|line| is_name(line)).map(str::to_owned);
        if read.is_ok() { names.take(MOST).collect() } else { Vec::new() }
    }

    /// Puts names, the newest last, before those that are there, each once; the oldest go.
    ///
    /// # Errors
    /// What the system says.
    pub fn add(&self, opened: &[String]) -> io::Result<()> {
        let before = self.names();
        let opened: Vec<String> = opened.iter().map(|name| without_ups(name)).collect();
        let mut names: Vec<String> = opened.iter().rev().filter(|name| is_name(name)).cloned().collect();
        let earlier: Vec<String> = before.iter().filter(|name| !names.contains(name)).cloned().collect();
        names.extend(earlier);
        names.truncate(MOST);
        if names == before {
            return Ok(());
        }
        state::write(&self.file, (names.join("\n") + "\n").as_bytes())
    }
}

/// The name of a file here without `..` in it, so that it has one name wherever it was opened from. A link in its last
/// place stays one. Blocks for as long as the file system likes.
fn without_ups(name: &str) -> String {
    let path = Path::new(name);
    let (Some(folder), Some(file), true) = (path.parent(), path.file_name(), path.is_absolute()) else {
        return name.to_owned();
    };
    let whole = folders::without_ups(folder.to_owned()).join(file);
    whole.to_str().map_or_else(|| name.to_owned(), str::to_owned)
}

/// Whether a line is the name of a file here or on a host, and can be one line.
fn is_name(line: &str) -> bool {
    line.contains('/') && !line.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    fn names(range: std::ops::Range<usize>) -> Vec<String> {
        range.map(|n| format!("/var/log/{n}.log")).collect()
    }

    #[test]
    fn names_are_kept_once_and_bounded_and_read_by_nobody_else() {
        let folder = tempfile::tempdir().unwrap();
        let recent = Recent { file: folder.path().join("state/recent") };
        assert!(recent.names().is_empty());
        recent.add(&names(0..3)).unwrap();
        recent.add(&["/var/log/1.log".into(), "web1:/a b.log".into(), "/two\nlines".into()]).unwrap();
        assert_eq!(recent.names(), ["web1:/a b.log", "/var/log/1.log", "/var/log/2.log", "/var/log/0.log"]);
        recent.add(&names(10..150)).unwrap();
        assert_eq!((recent.names().len(), &*recent.names()[0]), (MOST, "/var/log/149.log"));
        let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&recent.file), mode(recent.file.parent().unwrap())), (0o600, 0o700));
        assert_eq!(std::fs::read_dir(folder.path().join("state")).unwrap().count(), 1);
    }

    #[test]
    fn a_file_has_one_name_wherever_it_was_opened_from() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        std::fs::create_dir_all(root.join("far/away")).unwrap();
        std::fs::create_dir(root.join("logs")).unwrap();
        std::os::unix::fs::symlink(root.join("far/away"), root.join("here")).unwrap();
        let recent = Recent { file: root.join("recent") };
        let opened = ["logs/../logs/a.log", "here/../b.log", "none/../c.log"];
        recent.add(&opened.map(|name| format!("{}/{name}", root.display()))).unwrap();
        let names: Vec<String> =
            recent.names().iter().map(|name| name.replace(root.to_str().unwrap(), "")).collect();
        assert_eq!(names, ["/none/../c.log", "/far/b.log", "/logs/a.log"]);
    }

    #[test]
    fn what_is_broken_is_left_out() {
        let folder = tempfile::tempdir().unwrap();
        let recent = Recent { file: folder.path().join("recent") };
        std::fs::write(&recent.file, b"/a\n\xff/\n\n/b\x1b[2J\nword\n/c").unwrap();
        assert_eq!(recent.names(), ["/a", "/c"]);
    }
}
