//! Where the user's keys are, and what they come to.
//!
//! ```text
//! preset < /etc/tailpane/keymap.toml < the user's keymap.toml < keymap.PROFILE.toml beside each of the two
//! ```

use std::path::PathBuf;

use jiff::tz::TimeZone;

use super::config::{Asked, of_profile};
use super::own;
use crate::app::command::{Names, judge_by};
use crate::config::keymap::{Behind, File, Keymap, layered};
use crate::config::themes::Themes;
use crate::core::text::printable;

impl Asked {
    /// Every file that may bind keys, whether it is there or not, the lowest layer first.
    pub fn keymap_files(&self) -> Vec<PathBuf> {
        self.keymaps().chain(self.profile_keymaps()).collect()
    }

    /// Those of them that are a part of the profile.
    pub fn profile_keymaps(&self) -> Vec<PathBuf> {
        self.profile.iter().flat_map(|name| self.keymaps().map(move |file| of_profile(&file, name))).collect()
    }

    fn keymaps(&self) -> impl Iterator<Item = PathBuf> {
        [Some(&self.system), self.user.as_ref()]
            .into_iter()
            .flatten()
            .map(|folder| folder.join("keymap.toml"))
    }

    /// The keys that are in effect: those of a preset, with all files laid over them. Names of themes are checked where it
    /// is known which there are.
    ///
    /// # Errors
    /// All that is wrong, a sentence each, with file, line and column.
    pub fn keymap(&self, preset: &str, themes: Option<&Themes>) -> Result<Keymap, Vec<String>> {
        let theme = |name: &str| themes.map_or(Ok(()), |themes| themes.check(name));
        let names = Names { theme: &theme, zone: &|name| TimeZone::get(name).is_ok() };
        let judge = |context, name: &str, behind: Behind<'_>| judge_by(&names, context, name, behind);
        let (mut files, mut wrong) = (Vec::new(), Vec::new());
        for path in self.keymap_files() {
            let place = printable(&path.to_string_lossy());
            match own::read(&path, "the keymap") {
                Ok(text) => files.push(File { place, text }),
                Err(unread) if unread.missing => {}
                Err(unread) => wrong.push(unread.sentence),
            }
        }
        match layered(preset, &files, &judge) {
            Ok(keymap) if wrong.is_empty() => Ok(keymap),
            Ok(_) => Err(wrong),
            Err(more) => Err(wrong.into_iter().chain(more).collect()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_laid_over_the_preset_in_their_order() {
        let folder = tempfile::tempdir().unwrap();
        let (system, user) = (folder.path().join("etc"), folder.path().join("user"));
        std::fs::create_dir_all(&system).unwrap();
        std::fs::create_dir_all(&user).unwrap();
        let mut asked = Asked { system: system.clone(), user: Some(user.clone()), ..Asked::default() };
        let keys = |asked: &Asked, command: &str| asked.keymap("vim", None).unwrap().keys_of(command, "");
        assert_eq!(keys(&asked, "undo"), ["u", "U"]);
        std::fs::write(system.join("keymap.toml"), "[normal]\nu = \"half-up\"\n").unwrap();
        assert_eq!(keys(&asked, "undo"), ["U"]);
        std::fs::write(user.join("keymap.toml"), "[normal]\nu = \"undo\"\n").unwrap();
        assert_eq!(keys(&asked, "undo"), ["u", "U"]);
        std::fs::write(user.join("keymap.night.toml"), "[normal]\nU = \"none\"\n").unwrap();
        asked.profile = Some("night".into());
        assert_eq!(keys(&asked, "undo"), ["u"]);
        std::fs::write(user.join("keymap.toml"), "[normal]\nu = \"dwon\"\n[norml]\n").unwrap();
        let wrong = asked.keymap("less", None).unwrap_err();
        assert!(
            wrong[0].contains("user/keymap.toml:2:5: `dwon` is no command; did you mean down?"),
            "{wrong:?}"
        );
        assert!(wrong[1].contains("user/keymap.toml:3:2: nothing is called norml"), "{wrong:?}");
    }
    #[test]
    fn names_of_themes_and_zones_are_known_where_keys_are_bound() {
        let folder = tempfile::tempdir().unwrap();
        let asked = Asked { user: Some(folder.path().to_owned()), ..Asked::default() };
        let keys = "[normal]\n\"g o\" = \"theme mine\"\n\"g z\" = \"zone Mars\"\n";
        std::fs::write(folder.path().join("keymap.toml"), keys).unwrap();
        let wrong = asked.keymap("less", Some(&Themes::default())).unwrap_err();
        assert!(
            wrong[0].contains("keymap.toml:2:9: `theme mine` cannot run: no theme is called mine"),
            "{wrong:?}"
        );
        assert!(
            wrong[1].contains("keymap.toml:3:9: `zone Mars` cannot run: no zone is called Mars"),
            "{wrong:?}"
        );
        assert_eq!(
            asked.keymap("less", None).unwrap_err().len(),
            1,
            "which themes there are is not known then"
        );
    }
}
