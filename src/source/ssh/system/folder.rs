//! A folder that only the user may enter, and that goes with us, however we end.

use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tempfile::TempDir;
use tokio::process::{ChildStdin, Command};

/// A path of a socket cannot be longer than about a hundred bytes, and `ssh` adds some for a while.
const LONGEST: usize = 60;

/// Removes its argument when its input ends, as it does when we are killed.
const KEEPER: &str = r#"read -r end; rm -rf -- "$1""#;

/// The folder; it is removed when this is dropped.
pub struct Folder {
    folder: TempDir,
    _keeper: ChildStdin,
}

impl Folder {
    /// Makes one where the user has such things. Must be called within the runtime.
    ///
    /// # Errors
    /// When there is no place for it, or no shell.
    pub fn make() -> io::Result<Folder> {
        let folder = find_place()?;
        let mut keeper = Command::new("sh");
        keeper.args(["-c", KEEPER, "sh"]).arg(folder.path());
        // Keys pressed on the terminal are not for it.
        keeper.process_group(0).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let input = keeper.spawn()?.stdin.take();
        let keeper = input.ok_or_else(|| io::Error::from(io::ErrorKind::BrokenPipe))?;
        Ok(Folder { folder, _keeper: keeper })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

fn find_place() -> io::Result<TempDir> {
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    let fits = |folder: &PathBuf| folder.is_absolute() && folder.as_os_str().len() <= LONGEST;
    // What comes from `tempfile` may be entered by its owner alone.
    let make = |folder: &Path| tempfile::Builder::new().prefix("tailpane-").tempdir_in(folder);
    for folder in [runtime, Some(std::env::temp_dir())].into_iter().flatten().filter(fits) {
        if let Ok(made) = make(&folder) {
            return Ok(made);
        }
    }
    make(Path::new("/tmp"))
}
