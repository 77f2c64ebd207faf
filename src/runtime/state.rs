//! The state folder: where is kept what later runs are to know, for nobody's eyes but the user's.

use std::fs::Permissions;
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use directories::ProjectDirs;

use super::beside::{beside, folder_of};

/// The folder of this user; none where there is no place for it.
pub fn folder() -> Option<PathBuf> {
    let dirs = ProjectDirs::from("", "", "tailpane")?;
    Some(dirs.state_dir().unwrap_or_else(|| dirs.data_local_dir()).to_path_buf())
}

/// Writes a file in the state folder or in one of its own, whole or not at all.
///
/// # Errors
/// What the system says.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = folder_of(path);
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    // It may have been made by somebody else.
    std::fs::set_permissions(folder, Permissions::from_mode(0o700))?;
    let mut file = beside(path, 0o600)?;
    file.as_file_mut().write_all(bytes)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}
