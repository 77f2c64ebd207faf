//! What names mean on this machine and to this user.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use directories::UserDirs;

use crate::config::workspace::Here;

/// It, as far as it is text.
pub fn here() -> Arc<Here> {
    let home = UserDirs::new().and_then(|dirs| dirs.home_dir().to_str().map(str::to_owned));
    let text =
        |(name, value): (OsString, OsString)| Some((name.into_string().ok()?, value.into_string().ok()?));
    Arc::new(Here { home, host: Some(host()), environment: std::env::vars_os().filter_map(text).collect() })
}

/// What this machine is called.
pub fn host() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

/// A path with a leading `~/` or `$HOME/` read as a shell reads it.
pub fn at_home(path: &Path) -> PathBuf {
    match (path.strip_prefix("~").or_else(|_| path.strip_prefix("$HOME")), UserDirs::new()) {
        (Ok(rest), Some(dirs)) if rest.as_os_str() != OsStr::new("") => dirs.home_dir().join(rest),
        _ => path.to_path_buf(),
    }
}
