//! The real [`Disk`]: a path, the files beside it, and their bytes.

use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::UNIX_EPOCH;

use jiff::Zoned;
use rustix::fs::{Mode, OFlags, SeekFrom};

use super::backing::{Backing, failed, found, stat_of};
use super::dated::Dated;
use super::filesystem::is_kernel;
use super::names::{beginning, names};
use super::store::FileStore;
use crate::core::follow::{Disk, FileId, Found, Sibling, Stat, extra};
use crate::core::template::Template;

/// Siblings that are looked at; the ones written last are taken.
const SIBLINGS: usize = 256;

/// Times a folder is read again while files in it are being renamed.
const LISTINGS: usize = 8;

/// A path on this machine.
pub struct LocalDisk {
    path: PathBuf,
    /// Where the path comes from, if it is another one at another time.
    dated: Option<Dated>,
    /// Where the path led when it was last opened: symlinks resolved.
    real: PathBuf,
    store: Arc<FileStore>,
    /// A file of the kernel's that was at the path: it has no length and is not followed.
    pub(super) kernel: Option<File>,
}

impl LocalDisk {
    /// `store` is asked for what is remembered.
    pub fn new(path: &Path, store: Arc<FileStore>) -> LocalDisk {
        let real = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        LocalDisk { path: path.to_owned(), dated: None, real, store, kernel: None }
    }

    /// The same for a path that is another one at another time.
    pub(super) fn dated(name: &Template, store: Arc<FileStore>) -> LocalDisk {
        let now = Zoned::now();
        let dated = Some(Dated::new(name.clone(), &now));
        LocalDisk { dated, ..LocalDisk::new(Path::new(&name.at(&now)), store) }
    }

    /// The path that is followed now.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Where the path comes from, if it is another one at another time.
    pub(super) fn date(&self) -> Option<&Dated> {
        self.dated.as_ref()
    }

    /// Goes on to the next file of a path with a date in it, if it is time and the file is there; says whether anything
    /// is different.
    pub(super) fn turn(&mut self) -> bool {
        let Some(dated) = &mut self.dated else { return false };
        let passed = dated.pass(&Zoned::now());
        match dated.turn(|path| path.is_file()) {
            Some(path) => {
                self.path = path;
                true
            }
            None => passed,
        }
    }

    /// All paths at which the file, or the one that comes next, may be.
    pub(super) fn paths(&self) -> Vec<PathBuf> {
        let upcoming = self.dated.iter().flat_map(Dated::upcoming);
        std::iter::once(&self.path).chain(upcoming).cloned().collect()
    }

    /// Where the path led when it was last opened.
    pub fn real(&self) -> &Path {
        &self.real
    }

    fn list(&self) -> Vec<Sibling> {
        let (Some(folder), Some(own)) = (self.real.parent(), self.real.file_name()) else {
            return Vec::new();
        };
        let Some(own) = own.to_str() else { return Vec::new() };
        // Whatever is beside it begins at least with this.
        let stem = own.rsplit_once('.').map(|(stem, _)| stem).filter(|stem| !stem.is_empty());
        beginning(&names(folder), stem.unwrap_or(own))
            .filter_map(|name| {
                let extra = extra(own, name)?;
                let meta = std::fs::symlink_metadata(folder.join(name)).ok()?;
                let born = meta.created().ok().and_then(|at| at.duration_since(UNIX_EPOCH).ok());
                meta.is_file().then(|| Sibling { name: name.clone(), extra, stat: stat_of(&meta), born })
            })
            .collect()
    }
}

/// Opens for reading without waiting for a writer and without becoming anybody's terminal.
pub fn open(path: &Path) -> io::Result<File> {
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOCTTY;
    Ok(File::from(rustix::fs::open(path, flags, Mode::empty())?))
}

impl Disk for LocalDisk {
    type Handle = Arc<Backing>;

    fn stat(&mut self) -> Found {
        found(std::fs::metadata(&self.path))
    }

    fn open(&mut self) -> Result<(Arc<Backing>, Stat), Found> {
        // Opening a pipe or a device can do something to it: only regular files are opened at all.
        let before = self.stat();
        if !matches!(before, Found::File(_)) {
            return Err(before);
        }
        let file = open(&self.path).map_err(|error| failed(&error))?;
        match found(file.metadata()) {
            Found::File(stat) => {
                if is_kernel(&file) {
                    self.kernel = Some(file);
                    return Err(Found::Other("a file of the kernel's"));
                }
                self.real = std::fs::canonicalize(&self.path).unwrap_or_else(|_| self.path.clone());
                Ok((Arc::new(Backing::new(file)), stat))
            }
            other => Err(other),
        }
    }

    fn stat_of(&mut self, handle: &Arc<Backing>) -> io::Result<Stat> {
        handle.stat()
    }

    fn read(&mut self, handle: &Arc<Backing>, at: u64, buf: &mut [u8]) -> io::Result<usize> {
        handle.read_at(at, buf)
    }

    fn skip_hole(&mut self, handle: &Arc<Backing>, at: u64) -> u64 {
        rustix::fs::seek(handle.file(), SeekFrom::Data(at)).unwrap_or(at)
    }

    fn recall(&mut self, handle: &Arc<Backing>, at: u64, buf: &mut [u8]) -> usize {
        self.store.recall(handle, at, buf)
    }

    /// A folder is not read in one instant: what is renamed meanwhile may be missed or seen twice. It is
    /// read until nothing has moved.
    fn siblings(&mut self) -> Vec<Sibling> {
        let names = |list: &[Sibling]| -> BTreeSet<(FileId, String)> {
            list.iter().map(|sibling| (sibling.stat.id, sibling.name.clone())).collect()
        };
        let mut list = self.list();
        for _ in 0..LISTINGS {
            let again = self.list();
            let still = names(&list) == names(&again);
            list = again;
            if still {
                break;
            }
        }
        list.sort_by_key(|sibling| std::cmp::Reverse(sibling.stat.mtime));
        list.truncate(SIBLINGS);
        list
    }

    fn open_sibling(&mut self, sibling: &Sibling) -> Option<Arc<Backing>> {
        let mut name = sibling.name.clone();
        for _ in 0..LISTINGS {
            let file = open(&self.real.with_file_name(&name)).ok();
            if let Some(file) = file.filter(|file| is_file(file, sibling)) {
                return Some(Arc::new(Backing::new(file)));
            }
            // It has been renamed since it was listed.
            let list = self.list();
            name = list.into_iter().find(|now| now.stat.id == sibling.stat.id)?.name;
        }
        None
    }
}

fn is_file(file: &File, sibling: &Sibling) -> bool {
    file.metadata().is_ok_and(|meta| stat_of(&meta).id == sibling.stat.id)
}
