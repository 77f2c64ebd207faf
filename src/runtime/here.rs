//! What names mean on this machine and to this user.

use std::ffi::OsString;
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
