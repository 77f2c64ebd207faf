//! What a folder or a pattern stands for now: the files, and the folders in which that may change. Knows nothing of what
//! was there before.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Component, Path, PathBuf};
use std::time::Duration;

use glob::{MatchOptions, Pattern};
use ignore::WalkBuilder;

use super::backing::{stat_of, words};
use crate::core::follow::FileId;
use crate::core::template::Template;
use crate::core::text::printable;

/// Names that are looked at for one folder or pattern.
const LOOKED_AT: usize = 200_000;

/// Several files here, by a folder or a pattern.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Wanted {
    /// The folder or the pattern; with a date in it, another one at another time.
    pub name: Template,
    /// How folders are walked.
    pub walk: Walk,
}

/// How folders are walked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Walk {
    /// Into the folders below.
    pub recursive: bool,
    /// Names with a dot in front too.
    pub hidden: bool,
    /// Whatever `.gitignore`, `.ignore` and `.fdignore` say.
    pub no_ignore: bool,
}

/// What there is.
#[derive(Debug, Default)]
pub(super) struct Listing {
    pub files: Vec<Entry>,
    /// The folders in which more may appear.
    pub folders: Vec<PathBuf>,
    /// The files were not named, only the folder they are in.
    pub unnamed: bool,
    /// What could not be looked at: a sentence.
    pub trouble: Option<String>,
    looked_at: usize,
}

/// A file.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub path: PathBuf,
    pub id: FileId,
    pub written: Duration,
}

/// Whether a name is a pattern: it stands for whatever matches it.
pub fn is_pattern(name: &str) -> bool {
    name.contains(['*', '?', '['])
}

/// Whether a pattern is one.
///
/// # Errors
/// A sentence with the place.
pub fn check(pattern: &str) -> Result<(), String> {
    pieces(pattern).map(drop)
}

/// Whether a pattern stands for some file now.
pub fn matches_something(pattern: &str) -> bool {
    list(pattern, Walk::default()).is_ok_and(|listing| !listing.files.is_empty())
}

/// What a folder or a pattern stands for now.
///
/// # Errors
/// A sentence, when it is no pattern.
pub(super) fn list(name: &str, walk: Walk) -> Result<Listing, String> {
    let mut listing = Listing::default();
    let path = Path::new(name);
    if is_pattern(name) && path.symlink_metadata().is_err() {
        let pieces = pieces(name)?;
        listing.unnamed = matches!(pieces.last(), Some(Piece::Any | Piece::Deep));
        let start = if path.is_absolute() { PathBuf::from("/") } else { PathBuf::new() };
        listing.descend(&start, &pieces, walk);
    } else {
        listing.unnamed = true;
        listing.folder(path, walk);
    }
    listing.settle();
    Ok(listing)
}

/// How many files a folder would have if nothing were ignored; a few of them are enough.
pub(super) fn ignored(name: &str, walk: Walk) -> usize {
    if !walk.recursive || walk.no_ignore || is_pattern(name) {
        return 0;
    }
    let mut listing = Listing::default();
    listing.folder(Path::new(name), Walk { no_ignore: true, ..walk });
    listing.files.len()
}

/// A part of a pattern between two slashes.
enum Piece {
    /// A name.
    Name(OsString),
    /// `*`.
    Any,
    /// Another pattern.
    Like(Pattern),
    /// `**`: any folders or none.
    Deep,
}

fn pieces(pattern: &str) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    for part in pattern.split('/').filter(|part| !part.is_empty()) {
        pieces.push(match part {
            "**" => Piece::Deep,
            "*" => Piece::Any,
            part if is_pattern(part) => Piece::Like(Pattern::new(part).map_err(|error| {
                format!(
                    "{} is no glob: {} at character {} of {}",
                    printable(pattern),
                    error.msg,
                    error.pos + 1,
                    printable(part)
                )
            })?),
            name => Piece::Name(name.into()),
        });
    }
    if pattern.ends_with('/') {
        pieces.push(Piece::Any);
    }
    Ok(pieces)
}

impl Piece {
    fn fits(&self, name: &OsStr, hidden: bool) -> bool {
        let options = MatchOptions { require_literal_leading_dot: !hidden, ..MatchOptions::new() };
        match self {
            Piece::Name(own) => own == name,
            Piece::Any | Piece::Deep => hidden || !name.as_bytes().starts_with(b"."),
            Piece::Like(pattern) => name.to_str().is_some_and(|name| pattern.matches_with(name, options)),
        }
    }
}

impl Listing {
    fn folder(&mut self, path: &Path, walk: Walk) {
        match path.metadata() {
            Ok(meta) if !meta.is_dir() => return self.file(path),
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
                self.unreadable(path, &words(&error));
                return self.folders.push(nearest(path));
            }
            Err(_) => return self.folders.push(nearest(path)),
        }
        let heeds = walk.recursive && !walk.no_ignore;
        let mut builder = WalkBuilder::new(path);
        builder.max_depth((!walk.recursive).then_some(1)).hidden(!walk.hidden).follow_links(false);
        builder.ignore(heeds).git_ignore(heeds).git_exclude(heeds).git_global(heeds).parents(heeds);
        if heeds {
            builder.add_custom_ignore_filename(".fdignore");
        }
        for entry in builder.build() {
            if self.is_enough(path) {
                return;
            }
            let entry = match entry {
                Ok(entry) => entry,
                Err(error) => {
                    self.trouble.get_or_insert_with(|| {
                        let error = error.to_string();
                        format!(
                            "not all can be looked at: {}",
                            printable(error.split(" (os error").next().unwrap_or(""))
                        )
                    });
                    continue;
                }
            };
            match entry.file_type() {
                Some(kind) if kind.is_dir() && (walk.recursive || entry.depth() == 0) => {
                    self.folders.push(entry.into_path());
                }
                Some(kind) if kind.is_file() || kind.is_symlink() => self.file(entry.path()),
                _ => {}
            }
        }
    }

    /// Takes a file, or what a link leads to if that is one.
    fn file(&mut self, path: &Path) {
        if let Ok(meta) = path.metadata()
            && meta.is_file()
        {
            let stat = stat_of(&meta);
            self.files.push(Entry { path: path.to_owned(), id: stat.id, written: stat.mtime });
        }
    }

    fn descend(&mut self, at: &Path, pieces: &[Piece], walk: Walk) {
        let Some((piece, rest)) = pieces.split_first() else { return };
        match piece {
            Piece::Name(name) => {
                let next = at.join(name);
                match next.metadata() {
                    Ok(_) if rest.is_empty() => self.file(&next),
                    Ok(meta) if meta.is_dir() => self.descend(&next, rest, walk),
                    _ => {}
                }
                // It may come, or lead elsewhere; that a folder goes is told in it.
                if next.is_symlink() || rest.is_empty() || !next.is_dir() {
                    self.folders.push(nearest(&next));
                }
            }
            Piece::Deep => {
                let rest_or_all = if rest.is_empty() { &[Piece::Any] } else { rest };
                self.descend(at, rest_or_all, walk);
                for (name, path) in self.names(at) {
                    let below = !path.is_symlink() && path.is_dir();
                    if below && piece.fits(&name, walk.hidden) {
                        self.descend(&path, pieces, walk);
                    }
                }
            }
            Piece::Any | Piece::Like(_) => {
                for (name, path) in self.names(at) {
                    if !piece.fits(&name, walk.hidden) {
                        continue;
                    }
                    if rest.is_empty() {
                        self.file(&path);
                    } else if path.is_dir() {
                        self.descend(&path, rest, walk);
                    }
                }
            }
        }
    }

    /// What is in a folder, which is one to be watched.
    fn names(&mut self, folder: &Path) -> Vec<(OsString, PathBuf)> {
        let read = if folder == Path::new("") { Path::new(".") } else { folder };
        self.folders.push(read.to_owned());
        if self.is_enough(folder) {
            return Vec::new();
        }
        let entries = match std::fs::read_dir(read) {
            Ok(entries) => entries,
            Err(error) => {
                self.unreadable(read, &words(&error));
                return Vec::new();
            }
        };
        let names: Vec<OsString> = entries.flatten().map(|entry| entry.file_name()).collect();
        self.looked_at += names.len();
        names.into_iter().map(|name| (name.clone(), folder.join(name))).collect()
    }

    fn unreadable(&mut self, folder: &Path, why: &str) {
        self.trouble.get_or_insert_with(|| {
            format!("not all can be looked at: {}: {why}", printable(&folder.to_string_lossy()))
        });
    }

    fn is_enough(&mut self, name: &Path) -> bool {
        self.looked_at += 1;
        let enough = self.looked_at > LOOKED_AT;
        if enough {
            let name = printable(&name.to_string_lossy());
            self.trouble =
                Some(format!("more than {LOOKED_AT} names are there ({name}): name a folder further down"));
        }
        enough
    }

    /// In order, each once: of a file and links to it that are all there the file itself.
    fn settle(&mut self) {
        self.files.sort_by(|a, b| a.path.cmp(&b.path));
        self.files.dedup_by(|a, b| a.path == b.path);
        let mut first: Vec<Entry> =
            self.files.iter().filter(|file| !file.path.is_symlink()).cloned().collect();
        let seen: std::collections::HashSet<FileId> = first.iter().map(|file| file.id).collect();
        let mut links: Vec<Entry> = std::mem::take(&mut self.files);
        links.retain(|file| !seen.contains(&file.id));
        links.sort_by_key(|file| file.id);
        links.dedup_by_key(|file| file.id);
        first.extend(links);
        first.sort_by(|a, b| a.path.cmp(&b.path));
        self.files = first;
        for folder in &mut self.folders {
            if let Ok(real) = std::fs::canonicalize(&*folder) {
                *folder = real;
            }
        }
        self.folders.sort();
        self.folders.dedup();
    }
}

/// The nearest folder above a path that is there.
fn nearest(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let above = path.ancestors().skip(1).find(|folder| folder.is_dir());
    above.map_or_else(|| Component::RootDir.as_os_str().into(), Path::to_path_buf)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with these files in it.
    fn folder(files: &[&str]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for file in files {
            let path = dir.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "x\n").unwrap();
        }
        dir
    }

    fn names(dir: &tempfile::TempDir, name: &str, walk: Walk) -> Vec<String> {
        let listing = list(&format!("{}/{name}", dir.path().display()), walk).unwrap();
        let short = |file: Entry| file.path.strip_prefix(dir.path()).unwrap().to_string_lossy().into_owned();
        listing.files.into_iter().map(short).collect()
    }

    const PLAIN: Walk = Walk { recursive: false, hidden: false, no_ignore: false };
    const DEEP: Walk = Walk { recursive: true, ..PLAIN };

    #[test]
    fn a_folder_is_its_files_and_with_recursive_those_below() {
        let dir = folder(&["a.log", "b", ".hidden", "x/c.log", "x/y/d.log", ".z/e"]);
        assert_eq!(names(&dir, "", PLAIN), ["a.log", "b"]);
        assert_eq!(names(&dir, "", DEEP), ["a.log", "b", "x/c.log", "x/y/d.log"]);
        let hidden = Walk { hidden: true, ..DEEP };
        assert_eq!(names(&dir, "", hidden), [".hidden", ".z/e", "a.log", "b", "x/c.log", "x/y/d.log"]);
        assert!(names(&dir, "none/", DEEP).is_empty());
    }

    #[test]
    fn ignore_files_are_heeded_below_and_not_in_a_folder_that_was_named() {
        let dir = folder(&["a.log", "x/b.log", "x/c.txt", "y/d.log", "y/e.log"]);
        std::fs::write(dir.path().join(".ignore"), "*.txt\n").unwrap();
        std::fs::write(dir.path().join("y/.fdignore"), "e.*\n").unwrap();
        assert_eq!(names(&dir, "", DEEP), ["a.log", "x/b.log", "y/d.log"]);
        assert_eq!(names(&dir, "x", PLAIN), ["x/b.log", "x/c.txt"].map(|name| name.to_owned()));
        let all = Walk { no_ignore: true, ..DEEP };
        assert_eq!(names(&dir, "", all).len(), 5);
        std::fs::write(dir.path().join(".ignore"), "*\n").unwrap();
        assert!(names(&dir, "", DEEP).is_empty());
        assert_eq!(ignored(&dir.path().to_string_lossy(), DEEP), 5);
    }

    #[test]
    fn patterns_go_through_folders_and_leave_them_out() {
        let dir = folder(&["a.log", ".b.log", "x/a.log", "x/y/a.log", "z/b.log", "c.log/in"]);
        assert_eq!(names(&dir, "*.log", PLAIN), ["a.log"]);
        assert_eq!(names(&dir, ".*.log", PLAIN), [".b.log"]);
        assert_eq!(names(&dir, "*/a.log", PLAIN), ["x/a.log"]);
        assert_eq!(names(&dir, "**/a.log", PLAIN), ["a.log", "x/a.log", "x/y/a.log"]);
        assert_eq!(names(&dir, "[xz]/?.log", PLAIN), ["x/a.log", "z/b.log"]);
        assert_eq!(names(&dir, "z*/", PLAIN), ["z/b.log"]);
        assert_eq!(names(&dir, "*", Walk { hidden: true, ..PLAIN }), [".b.log", "a.log"]);
        assert!(check("a[").unwrap_err().contains("is no glob"));
    }

    #[test]
    fn links_are_followed_to_files_and_go_round_in_no_circle() {
        let dir = folder(&["a.log", "x/b.log"]);
        let link = |to: &str, name: &str| std::os::unix::fs::symlink(to, dir.path().join(name)).unwrap();
        link("a.log", "current");
        link("..", "x/up");
        link("nowhere", "dangling");
        let other = folder(&["far.log"]);
        link(other.path().join("far.log").to_str().unwrap(), "near.log");
        assert_eq!(names(&dir, "", DEEP), ["a.log", "near.log", "x/b.log"]);
        assert_eq!(names(&dir, "**/*", PLAIN), ["a.log", "near.log", "x/b.log"]);
    }

    #[test]
    fn the_folders_to_be_watched_are_those_in_which_something_may_come() {
        let dir = folder(&["x/a.log"]);
        let root = dir.path().canonicalize().unwrap();
        let watched = |name: &str, walk| list(&format!("{}/{name}", root.display()), walk).unwrap().folders;
        assert_eq!(watched("*/b.log", PLAIN), [root.clone(), root.join("x")]);
        assert_eq!(watched("", DEEP), [root.clone(), root.join("x")]);
        assert_eq!(watched("none/there", DEEP), std::slice::from_ref(&root));
        assert!(watched("new/*.log", PLAIN).contains(&root));
    }
}
