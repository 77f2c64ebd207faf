//! Where workspaces are. One is only ever used because it was named: it can start commands.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::beside::{beside, folder_of, refused};
use super::config::Asked;
use super::save::target;
use crate::app::event::Saved;
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

    /// The names of all workspaces there are, sorted; those that could not be typed aside.
    pub fn workspaces(&self) -> Vec<String> {
        let files = self.workspace_folders().filter_map(|folder| std::fs::read_dir(folder).ok()).flatten();
        let name = |path: &Path| {
            let toml = path.extension().is_some_and(|end| end == "toml");
            toml.then(|| path.file_stem()?.to_str().map(str::to_owned))?
                .filter(|name| printable(name) == *name)
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

/// Writes a workspace, whole or not at all.
pub fn save(path: &Path, text: &str, overwrite: bool) -> Saved {
    // A link stays one: the file it leads to is replaced.
    let path = match target(path) {
        Ok(target) => target.path,
        Err(sentence) => return Saved::Failed(sentence),
    };
    let shown = printable(&path.to_string_lossy());
    if !overwrite && path.symlink_metadata().is_ok() {
        return Saved::Exists(path);
    }
    match write(&path, text) {
        Ok(()) => Saved::Done(format!("saved as {shown}")),
        Err(error) => Saved::Failed(format!("{shown}: the workspace cannot be saved: {}", refused(&error))),
    }
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    let folder = folder_of(path);
    if folder.file_name().is_some_and(|name| name == FOLDER) {
        std::fs::create_dir_all(folder)?;
    }
    // As any new file.
    let mut file = beside(path, 0o666)?;
    file.as_file_mut().write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    if let Ok(old) = path.metadata() {
        file.as_file().set_permissions(old.permissions())?;
    }
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workspace_is_written_whole_and_replaces_nothing_unasked() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new").join(FOLDER).join("shop.toml");
        assert!(matches!(save(&path, "a", false), Saved::Done(_)));
        assert_eq!(save(&path, "b", false), Saved::Exists(path.canonicalize().unwrap()));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "a");
        assert!(matches!(save(&path, "b", true), Saved::Done(_)));
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "b");
        assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
        let refused = save(folder.path(), "a", false);
        assert!(
            matches!(&refused, Saved::Failed(text) if text.ends_with("is a folder: name a file in it")),
            "{refused:?}"
        );
        let nowhere = folder.path().join("none/x.toml");
        assert!(
            matches!(save(&nowhere, "a", false), Saved::Failed(text) if text.ends_with("none/x.toml: the workspace cannot be saved: the folder is not there"))
        );
    }

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
