//! The names of files, folders and hosts that the line behind `:` can go on with. They are asked for; what was not
//! answered yet is not offered.

use super::App;
use super::event::Effect;
use super::folder::{Folder, Listing, LookId};

/// Names that are asked for once.
#[derive(Default)]
pub struct Names {
    asked: bool,
    names: Vec<String>,
}

impl Names {
    /// They came.
    pub fn came(&mut self, names: Vec<String>) {
        self.names = names;
    }

    /// Those that came.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// They may have become others: they are asked for again.
    pub fn forget(&mut self) {
        self.asked = false;
    }
}

/// What lies in the folder that is being typed.
#[derive(Default)]
pub struct Paths {
    /// What was asked for last: the folder as typed, with its slash.
    asked: Option<(LookId, String)>,
    /// What came: the folder, and what is in it, folders with a slash behind.
    known: Option<(String, Vec<String>)>,
}

/// The folder in a path as typed, up to its last slash.
fn folder(path: &str) -> &str {
    path.rfind('/').map_or("", |slash| &path[..=slash])
}

impl Paths {
    /// Asks for what lies in the folder of a path as typed, unless that was done.
    pub fn ask(&mut self, path: &str, app: &mut App) {
        let folder = folder(path);
        if self.asked.as_ref().is_none_or(|(_, asked)| asked != folder) {
            let id = app.look_into(Folder::Typed(folder.to_owned()));
            self.asked = Some((id, folder.to_owned()));
        }
    }

    /// An answer; what was asked for before is not waited for any more.
    pub fn listed(&mut self, id: LookId, listing: &Result<Listing, String>) {
        let Some((_, folder)) = self.asked.as_ref().filter(|(asked, _)| *asked == id) else { return };
        let found = listing.as_ref().map(|listing| listing.found.as_slice()).unwrap_or_default();
        // What cannot be typed is for the picker.
        let typeable = |name: &&str| !name.chars().any(char::is_control);
        let named = found.iter().filter_map(|found| {
            let name = found.name.to_str().filter(typeable)?;
            Some(format!("{name}{}", if found.folder { "/" } else { "" }))
        });
        let mut names: Vec<String> = named.collect();
        names.sort();
        self.known = Some((folder.clone(), names));
    }

    /// What a path as typed can become.
    pub fn names(&self, path: &str) -> Vec<String> {
        let begin = folder(path);
        let known = self.known.as_ref().filter(|(folder, _)| folder == begin);
        let hidden = path[begin.len()..].starts_with('.');
        let names = known.into_iter().flat_map(|(_, names)| names);
        names.filter(|name| hidden || !name.starts_with('.')).map(|name| format!("{begin}{name}")).collect()
    }
}

impl App {
    /// Asks for the names of hosts, unless that was done.
    pub(super) fn ask_for_hosts(&mut self) {
        if !std::mem::replace(&mut self.host_names.asked, true) {
            self.effects.push(Effect::Hosts);
        }
    }

    /// Asks for the names of workspaces, unless that was done.
    pub(super) fn ask_for_workspaces(&mut self) {
        if !std::mem::replace(&mut self.workspace_names.asked, true) {
            self.effects.push(Effect::Workspaces);
        }
    }

    /// What a path as typed can become when it is on another host: hosts and groups, with a colon.
    pub(super) fn hosts_typed(&self, path: &str) -> Vec<String> {
        if path.contains('/') {
            return Vec::new();
        }
        self.host_names.names().iter().map(|name| format!("{name}:")).collect()
    }
}
