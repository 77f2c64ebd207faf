//! The files of an ssh config: read into lines, and found through `Include`.

use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::here::Here;
use super::line::{Line, Place};
use crate::core::text::printable;

/// Files that include one another, at most.
const DEEPEST: usize = 16;

/// A file to read, and whose it is: that decides where its `Include`s are looked for.
#[derive(Clone, Debug)]
pub struct Root {
    /// The file.
    pub path: PathBuf,
    /// The user's, not the system's.
    pub own: bool,
    /// Named with `-F`: it has to be there.
    pub named: bool,
}

/// The files that are read, the first first.
pub fn roots(here: &Here, named: Option<&Path>) -> Vec<Root> {
    match named {
        Some(path) => vec![Root { path: path.to_owned(), own: true, named: true }],
        None => vec![
            Root { path: here.home.join(".ssh/config"), own: true, named: false },
            Root { path: here.system.clone(), own: false, named: false },
        ],
    }
}

impl Root {
    /// Its lines; none when it need not be there and is not.
    ///
    /// # Errors
    /// A sentence, when it cannot be read, or others may write to it.
    pub fn lines(&self, here: &Here) -> Result<Vec<Line>, String> {
        let shown = printable(&self.path.to_string_lossy());
        let meta = self.path.metadata().ok().filter(|_| self.own && !self.named);
        let safe = |meta: &std::fs::Metadata| {
            (meta.uid() == 0 || meta.uid() == here.uid) && meta.mode() & 0o022 == 0
        };
        if meta.is_some_and(|meta| !safe(&meta)) {
            return Err(format!("{shown}: others may write to it, so it is not read; chmod 600 it"));
        }
        match lines(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound && !self.named => Ok(Vec::new()),
            read => read.map_err(|error| format!("{shown}: the ssh config cannot be read: {error}")),
        }
    }

    /// The files an `Include` stands for, in the order they are read.
    ///
    /// # Errors
    /// A sentence.
    pub fn included(&self, here: &Here, line: &Line, among: &[PathBuf]) -> Result<Vec<PathBuf>, String> {
        let wrong = |why: &str| format!("{}: {why}", line.place);
        if among.len() >= DEEPEST {
            return Err(wrong("files include one another too deeply"));
        }
        let mut found = Vec::new();
        for word in line.words()? {
            let word = if self.own { here.tilde(&word).map_err(|why| wrong(&why))? } else { word };
            let folder = if self.own { here.home.join(".ssh") } else { PathBuf::from("/etc/ssh") };
            let pattern = folder.join(word);
            let options =
                glob::MatchOptions { require_literal_leading_dot: true, ..glob::MatchOptions::new() };
            let paths = glob::glob_with(&pattern.to_string_lossy(), options)
                .map_err(|error| wrong(&format!("Include has no glob there: {}", error.msg)))?;
            for path in paths.flatten().filter(|path| path.is_file()) {
                if among.iter().any(|open| same(open, &path)) {
                    let shown = printable(&path.to_string_lossy());
                    return Err(wrong(&format!("{shown} includes itself")));
                }
                found.push(path);
            }
        }
        Ok(found)
    }
}

fn same(one: &Path, other: &Path) -> bool {
    one.canonicalize().ok().is_some_and(|one| other.canonicalize().is_ok_and(|other| one == other))
}

/// The lines of a file that say something. Bytes that are no text become U+FFFD.
///
/// # Errors
/// As for reading.
pub fn lines(path: &Path) -> io::Result<Vec<Line>> {
    let bytes = std::fs::read(path)?;
    let file = Arc::new(path.to_owned());
    let place = |n| Place { file: Arc::clone(&file), line: n };
    Ok(String::from_utf8_lossy(&bytes)
        .split('\n')
        .zip(1..)
        .filter_map(|(text, n)| Line::read(text, place(n)))
        .collect())
}
