//! Everything that our own files come to, at the start and when they are read again: all that is wrong is told at once.

use super::cli::Options;
use super::config::{Asked, Read};
use crate::config::keymap::Keymap;
use crate::config::settings::Settings;

/// What all files come to.
pub struct Whole {
    /// What the config says.
    pub read: Read,
    /// The same with what only the command line can say.
    pub settings: Settings,
    /// The keys.
    pub keymap: Keymap,
}

impl Whole {
    /// Reads the config and the keys.
    ///
    /// # Errors
    /// All that is wrong, a sentence each.
    pub fn read(options: &Options, asked: &Asked) -> Result<Whole, Vec<String>> {
        let read = asked.read();
        // As long as it is not known which keys are wanted it is told what is wrong with the usual ones beneath.
        let own = read.as_ref().ok().map(|read| &read.config.settings);
        let keymap = asked.keymap(own.map_or("less", |own| &own.keymap), own.map(|own| &own.themes));
        let settings =
            read.as_ref().map_or_else(|_| Ok(None), |read| options.settings_of(&read.config).map(Some));
        match (read, settings, keymap) {
            (Ok(read), Ok(Some(settings)), Ok(keymap)) => Ok(Whole { read, settings, keymap }),
            (read, settings, keymap) => {
                let wrong = [read.err(), settings.err(), keymap.err()];
                Err(wrong.into_iter().flatten().flatten().collect())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::cli::parse;

    #[test]
    fn what_is_wrong_with_config_command_line_and_keys_is_told_together() {
        let folder = tempfile::tempdir().unwrap();
        let system = folder.path().to_owned();
        let write = |name: &str, text: &str| std::fs::write(system.join(name), text).unwrap();
        let asked = Asked { system: system.clone(), ..Asked::default() };
        let options = parse(["tailpane", "--format=jsno", "x"].map(Into::into)).unwrap();
        let wrong = || Whole::read(&options, &asked).err().unwrap();
        write("keymap.toml", "[normal]\nu = \"dwon\"\n[norml]\n");
        write("config.toml", "context = 'x'\n");
        let told = wrong();
        assert_eq!(told.len(), 3, "{told:?}");
        assert!(told[0].contains("config.toml:1:11: ") && told[2].contains("keymap.toml:3:2: "), "{told:?}");
        write("config.toml", "");
        let told = wrong();
        assert_eq!(told.len(), 3, "{told:?}");
        assert!(told[0].contains("jsno"), "{told:?}");
    }
}
