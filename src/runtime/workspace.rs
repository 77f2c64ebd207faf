//! Where workspaces are. One is only ever used because it was named: it can start commands.

use std::path::{Path, PathBuf};

use super::config::Asked;
use crate::core::near::nearest;
use crate::core::text::printable;

/// The folder of workspaces in a config folder.
const FOLDER: &str = "workspaces";

impl Asked {
    /// The file of the workspace that was asked for, if one was: as it was named, where that is a path or ends in
    /// `.toml`; otherwise `workspaces/NAME.toml` in the user's config folder or the system's.
    ///
    /// # Errors
    /// A sentence, when there is none of that name.
    pub fn workspace_file(&self) -> Result<Option<PathBuf>, String> {
        let Some(name) = &self.workspace else { return Ok(None) };
        if is_file(name) {
            return Ok(Some(PathBuf::from(name)));
        }
        let places = self.workspace_places(name);
        if let Some(found) = places.iter().find(|path| path.symlink_metadata().is_ok()) {
            return Ok(Some(found.clone()));
        }
        let known = self.workspaces();
        let names: Vec<&str> = known.iter().map(String::as_str).collect();
        let hint = match (nearest(name, &names), &names[..]) {
            (Some(near), _) => format!("; did you mean {near}?"),
            (None, []) => String::new(),
            (None, names) => format!("; there are {}", printable(&names.join(", "))),
        };
        let places: Vec<String> = places.iter().map(|path| printable(&path.to_string_lossy())).collect();
        Err(format!("there is no workspace {}: it would be {}{hint}", printable(name), places.join(" or ")))
    }

    /// Where a workspace is saved: in the user's config folder by a name, otherwise where a path says.
    pub fn saved_workspace(&self, name: &str) -> Option<PathBuf> {
        match is_file(name) {
            true => Some(PathBuf::from(name)),
            false => self.workspace_places(name).into_iter().next().filter(|_| self.user.is_some()),
        }
    }

    fn workspace_places(&self, name: &str) -> Vec<PathBuf> {
        self.workspace_folders().map(|folder| folder.join(format!("{name}.toml"))).collect()
    }

    fn workspace_folders(&self) -> impl Iterator<Item = PathBuf> {
        [self.user.as_ref(), Some(&self.system)].into_iter().flatten().map(|folder| folder.join(FOLDER))
    }

    /// The names of all workspaces there are, sorted.
    pub fn workspaces(&self) -> Vec<String> {
        let files = self.workspace_folders().filter_map(|folder| std::fs::read_dir(folder).ok()).flatten();
        let name = |path: &Path| {
            let toml = path.extension().is_some_and(|end| end == "toml");
            toml.then(|| path.file_stem()?.to_str().map(str::to_owned))?
        };
        let mut names: Vec<String> = files.filter_map(|file| name(&file.ok()?.path())).collect();
        names.sort();
        names.dedup();
        names
    }
}

/// Whether a workspace is named by its file.
fn is_file(name: &str) -> bool {
    name.contains('/') || name.ends_with(".toml")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_looked_for_in_the_config_folders_only() {
        let folder = tempfile::tempdir().unwrap();
        let (system, user) = (folder.path().join("etc"), folder.path().join("user"));
        std::fs::create_dir_all(system.join(FOLDER)).unwrap();
        std::fs::create_dir_all(user.join(FOLDER)).unwrap();
        std::fs::write(system.join(FOLDER).join("shop.toml"), "sources = ['a.log']").unwrap();
        let asked = |name: &str| Asked {
            system: system.clone(),
            user: Some(user.clone()),
            workspace: Some(name.to_owned()),
            ..Asked::default()
        };
        assert_eq!(asked("shop").workspace_file(), Ok(Some(system.join("workspaces/shop.toml"))));
        std::fs::write(user.join(FOLDER).join("shop.toml"), "sources = ['b.log']").unwrap();
        let found = asked("shop").workspace_file().unwrap().unwrap();
        assert_eq!(found, user.join("workspaces/shop.toml"));
        let of = asked("shop").read().unwrap().config.settings.workspace;
        assert_eq!(of.sources[0].typed(), user.join("workspaces/b.log").to_string_lossy());
        let told = asked("shpo").workspace_file().unwrap_err();
        assert!(told.ends_with("did you mean shop?"), "{told}");
        assert!(asked("shpo").read().unwrap_err()[0].starts_with("there is no workspace shpo: it would be "));
        assert_eq!(asked("./x.toml").workspace_file(), Ok(Some("./x.toml".into())));
        assert!(asked("./x.toml").read().unwrap_err()[0].starts_with("./x.toml: the config cannot be read"));
        assert_eq!(asked("new").saved_workspace("new"), Some(user.join("workspaces/new.toml")));
        assert_eq!(asked("x").workspaces(), ["shop"]);
    }
}
