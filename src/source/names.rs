//! The names in a folder, read once for all files in it that are opened together: with thousands of files reading the
//! folder for each would take minutes.
//!
//! A list is used again only while the folder's own time says that no name has come or gone since it was read. File
//! systems keep that time more or less coarsely, so a folder that changed lately is read anew.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use crate::core::follow::Stat;

use super::backing::stat_of;

/// Folders whose names are kept.
const KEPT: usize = 4;
/// How long a folder must have been left alone before it was read: the coarsest times there are go by two seconds.
const STILL: Duration = Duration::from_secs(3);

/// The lists that were read last, the newest in front.
static LISTS: Mutex<Vec<List>> = Mutex::new(Vec::new());

struct List {
    folder: PathBuf,
    /// The folder when it was read.
    stat: Stat,
    names: Arc<Vec<String>>,
}

/// The names in a folder, sorted; those that are no text are left out.
pub(super) fn names(folder: &Path) -> Arc<Vec<String>> {
    let began = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let stat = std::fs::metadata(folder).ok().map(|meta| stat_of(&meta));
    let lists = || LISTS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(list) = lists().iter().find(|list| list.folder == folder && Some(list.stat) == stat) {
        return list.names.clone();
    }
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort_unstable();
    let names = Arc::new(names);
    let mut lists = lists();
    lists.retain(|list| list.folder != folder);
    if let Some(stat) = stat.filter(|stat| stat.mtime + STILL < began) {
        lists.insert(0, List { folder: folder.to_owned(), stat, names: names.clone() });
        lists.truncate(KEPT);
    }
    names
}

/// Those of sorted names that begin so.
pub(super) fn beginning<'a>(names: &'a [String], start: &'a str) -> impl Iterator<Item = &'a String> {
    let from = names.partition_point(|name| name.as_str() < start);
    names[from..].iter().take_while(move |name| name.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_again_when_one_has_come_or_gone() {
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str| std::fs::write(dir.path().join(name), "").unwrap();
        let long_ago = || {
            let then = SystemTime::now() - Duration::from_secs(100);
            std::fs::File::open(dir.path()).unwrap().set_modified(then).unwrap();
        };
        write("b");
        long_ago();
        assert_eq!(*names(dir.path()), ["b"]);
        write("a");
        assert_eq!(*names(dir.path()), ["a", "b"]);
        std::fs::remove_file(dir.path().join("b")).unwrap();
        assert_eq!(*names(dir.path()), ["a"], "changed twice within the time's grain");
        long_ago();
        let first = names(dir.path());
        assert!(Arc::ptr_eq(&first, &names(dir.path())), "it is read once while nothing changes");
    }

    #[test]
    fn those_that_begin_so() {
        let names = ["a", "a.log", "a.log.1", "ab", "b"].map(str::to_owned);
        assert_eq!(beginning(&names, "a.").collect::<Vec<_>>(), ["a.log", "a.log.1"]);
        assert_eq!(beginning(&names, "").count(), 5);
    }
}
