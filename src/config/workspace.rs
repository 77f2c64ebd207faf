//! What a workspace file says besides settings: its sources, and the tabs on which they stand. Plain data; how it is
//! read from a file is known in [`read`], how it is written in [`write()`].
//!
//! ```toml
//! sources = [
//!   "/var/log/syslog",
//!   { path = "web1:/var/log/nginx/access.log", name = "web", filters = ["status>=500"] },
//!   { command = "journalctl -fu db", name = "db", group = "data" },
//! ]
//!
//! [[tabs]]
//! rows = ["web", { columns = ["db", "/var/log/syslog"], weight = 2 }]
//! ```

mod given;
mod here;
mod kept;
mod meant;
mod name;
mod open;
mod origins;
mod pattern;
mod read;
mod rooted;
mod write;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::logs::LogRule;
use super::settings::Times;
use crate::core::form::Way;
use crate::core::template;

pub use given::{Said, Setting, flag_of};
pub use here::Here;
pub use kept::{Kept, SAVED};
pub use origins::Origins;
pub use read::{read, unheeded};
pub use rooted::{is_one, rooted};
pub use write::write;

/// The layer of the config that a workspace is: over all other files, below the environment.
pub const LAYER: usize = 90;
/// What only a workspace may say.
const OWN: [&str; 3] = ["sources", "tabs", "alert"];
/// What a weight may be.
pub const WEIGHT: std::ops::RangeInclusive<u64> = 1..=1_048_576;

/// What a workspace says besides settings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Workspace {
    /// What is followed, in this order.
    pub sources: Vec<Origin>,
    /// From the left.
    pub tabs: Vec<TabPlan>,
    /// What variables in the paths stand for.
    pub variables: BTreeMap<String, String>,
    /// What else they may say on this machine.
    pub here: Arc<Here>,
}

/// Sources as somebody named them: one, or all that a pattern stands for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// As it was written: a path with whatever is in it, or what a shell runs.
    pub written: String,
    /// It is a command.
    pub command: bool,
    /// What it is called: by the layout and, where it is one source and nothing else is said, on the screen.
    pub name: Option<String>,
    /// What is said of them besides; the pattern is empty.
    pub log: LogRule,
    /// The folder that a relative path is meant from; empty where it is that in which the program runs.
    pub folder: String,
}

/// Panes that are seen together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TabPlan {
    /// What it is called.
    pub name: Option<String>,
    /// How the panes stand.
    pub root: Part,
    /// They are one stream by time.
    pub merged: bool,
    /// It is the one that is seen.
    pub front: bool,
    /// The focused pane has the whole space.
    pub zoom: bool,
    /// The panes show one instant.
    pub locked: bool,
}

/// A part of a tab.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// The panes of what a name stands for.
    Pane(View),
    /// Parts that share the space by their weights.
    Split(Direction, Vec<(u32, Part)>),
}

/// How the parts of a split stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Below each other.
    Rows,
    /// Side by side.
    Columns,
}

/// A pane, and what is said of it; what is not said is as the settings have it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// Of which source: the name of an [`Origin`], its label, its path, or the path of one of several files it stands for.
    pub source: String,
    /// The keys go to it.
    pub focus: bool,
    /// What is kept.
    pub filters: Option<Vec<TermPlan>>,
    /// All of that is switched off.
    pub filters_off: bool,
    /// Lines shown around each kept line.
    pub context: Option<usize>,
    /// The filter keeps and drops single lines.
    pub by_line: Option<bool>,
    /// Only the first line of each record is shown.
    pub fold_tails: bool,
    /// Repeated lines are shown once.
    pub fold_repeats: bool,
    /// Long lines go on in the next row.
    pub wrap: Option<bool>,
    /// Line numbers are shown.
    pub numbers: Option<bool>,
    /// A histogram stands above the text.
    pub histogram: bool,
    /// In which form lines are shown.
    pub form: Option<Way>,
    /// What the column of times tells.
    pub times: Option<Times>,
    /// Names of values that are not shown.
    pub hide: Vec<String>,
}

/// A term of a filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TermPlan {
    /// What it does.
    pub kind: TermKind,
    /// A regular expression or a query, as it was typed.
    pub text: String,
    /// False where it is switched off.
    pub on: bool,
}

/// What a term of a filter does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TermKind {
    /// Keeps what a query asks for.
    Query,
    /// Keeps what matches.
    Keep,
    /// Drops what matches.
    Drop,
    /// Keeps what matches too.
    Or,
}

/// The words for what terms do.
pub const TERMS: [(&str, TermKind); 4] =
    [("query", TermKind::Query), ("keep", TermKind::Keep), ("drop", TermKind::Drop), ("or", TermKind::Or)];

impl Origin {
    /// A path as it was written, meant from a folder.
    pub fn path(written: &str, folder: &str) -> Origin {
        Origin { written: written.to_owned(), folder: folder.to_owned(), ..Origin::default() }
    }

    /// What was typed behind `:open` in a folder; no shell has seen it.
    pub fn of_typed(text: &str, folder: &str) -> Origin {
        match text.strip_prefix("--").filter(|rest| rest.starts_with([' ', '\t'])) {
            Some(line) => Origin { written: line.trim().to_owned(), command: true, ..Origin::default() },
            None => Origin::path(text, folder),
        }
    }

    /// What the layout calls it.
    pub fn name(&self) -> &str {
        self.name.as_deref().unwrap_or(&self.written)
    }

    /// How it is opened: as it would be typed behind `:open`, a relative path made one from its folder.
    pub fn typed(&self) -> String {
        match self.command {
            true => format!("-- {}", self.written),
            false => pattern::within(&self.folder, &self.written),
        }
    }

    /// Whether what was written says more than the path of one file: it holds variables, or stands for several.
    pub fn is_pattern(&self) -> bool {
        !self.command && pattern::is_pattern(&self.written)
    }
}

impl Origin {
    /// Whether it may stand for no file yet although it was opened: a glob, or a folder, which a path here can be.
    pub fn may_be_empty(&self, variables: &BTreeMap<String, String>) -> bool {
        let typed = self.typed();
        let here = typed.starts_with('/') && !typed.contains("${");
        !self.command
            && (here || pattern::is_several(&self.written))
            && name::check_path(&self.written, variables).is_ok()
    }
}

impl Part {
    /// Its panes in order.
    pub fn views(&self) -> Vec<&View> {
        match self {
            Part::Pane(view) => vec![view],
            Part::Split(_, parts) => parts.iter().flat_map(|(_, part)| part.views()).collect(),
        }
    }
}

impl Workspace {
    /// Other sources with what variables stand for in this one, on no tabs.
    #[must_use]
    pub fn with(&self, sources: Vec<Origin>) -> Workspace {
        let (variables, here) = (self.variables.clone(), Arc::clone(&self.here));
        Workspace { sources, tabs: Vec::new(), variables, here }
    }

    /// A path with the variables written out that it uses.
    pub fn filled(&self, written: &str) -> String {
        template::filled(written, &mut |name| self.variables.get(name).cloned())
    }

    /// An origin whose path has written out what is known of it: its variables, the user's own folder.
    #[must_use]
    pub fn opened(&self, origin: &Origin) -> Origin {
        if origin.command {
            return origin.clone();
        }
        let mut known = |name: &str| match name.strip_prefix("env:") {
            Some(name) => self.here.environment.get(name).cloned(),
            None => self.variables.get(name).cloned(),
        };
        let mut written = template::filled(&self.here.at_home(&origin.typed()), &mut known);
        // Elsewhere it is another one.
        if !pattern::is_remote(&written) {
            let mut host = |name: &str| self.here.host.clone().filter(|_| name == "host");
            written = template::filled(&written, &mut host);
        }
        Origin { written, folder: String::new(), ..origin.clone() }
    }

    /// What is said of the sources of an origin, with the path they are opened by. What it is called is their label,
    /// unless it stands for several, which would all be called alike.
    pub fn rule(&self, origin: &Origin) -> LogRule {
        let pattern = self.opened(origin).typed();
        let several = !origin.command && pattern::is_several(&pattern);
        let name = origin.name.clone().filter(|_| !several);
        LogRule { pattern, label: origin.log.label.clone().or(name), ..origin.log.clone() }
    }

    /// The variables that the paths of some origins use.
    pub fn used(&self, origins: &[Origin]) -> BTreeMap<String, String> {
        let mut used = BTreeMap::new();
        for origin in origins.iter().filter(|origin| !origin.command) {
            template::filled(&origin.written, &mut |name| {
                let value = self.variables.get(name).cloned()?;
                used.insert(name.to_owned(), value.clone());
                Some(value)
            });
        }
        used
    }
}

#[cfg(test)]
mod tests;
