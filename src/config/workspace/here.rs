//! What names mean on one machine and to one user. Plain data: whoever reads a config brings it.

use std::collections::BTreeMap;
use std::fmt;

use crate::core::template;

/// What a path may say without writing it out.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Here {
    /// The user's own folder, which `~/` stands for.
    pub home: Option<String>,
    /// What the machine is called: `${host}` in paths that lie on it.
    pub host: Option<String>,
    /// What `${env:NAME}` stands for.
    pub environment: BTreeMap<String, String>,
}

impl fmt::Debug for Here {
    /// Without the environment, which may have passwords in it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Here").field("home", &self.home).field("host", &self.host).finish_non_exhaustive()
    }
}

impl Here {
    /// A path with the user's own folder written out, where it begins there.
    pub(super) fn at_home(&self, path: &str) -> String {
        let below = path.strip_prefix("~/").or_else(|| path.strip_prefix("$HOME/"));
        match (below, &self.home) {
            (Some(below), Some(home)) => {
                format!("{}/{below}", template::escaped(home.trim_end_matches('/')))
            }
            _ => path.to_owned(),
        }
    }
}
