//! Where our own config files are, and what they, the environment and the command line come to.
//!
//! ```text
//! shipped < /etc/tailpane/config.toml < the user's config.toml < config.PROFILE.toml beside each of the two
//!         < a workspace < the environment (TAILPANE_…) < the command line
//! ```

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use directories::{BaseDirs, ProjectDirs};
use jiff::tz::TimeZone;

use super::here::here;
use super::own;
use crate::config::mistake::{Mistake, told};
use crate::config::tree::Branch;
use crate::config::workspace::Here;
use crate::config::{Config, SHIPPED, environ, show, toml, workspace};
use crate::core::text::printable;

/// Where everybody's config is.
const SYSTEM: &str = "/etc/tailpane";
/// What is said above what is shown, where a file that says it is a workspace.
const WORKSPACE: &str =
    "# A workspace, and all settings that count with it: tailpane --config /dev/null -w ./FILE";
/// What messages call the settings that are shipped.
const SHIPPED_NAME: &str = "shipped config.toml";

/// The layers in their order; files stand between the first and the environment.
mod layer {
    pub const SHIPPED: usize = 0;
    pub const FILES: usize = 1;
    pub const ENVIRONMENT: usize = 100;
}

/// Where to look for a config.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// Everybody's folder.
    pub system: PathBuf,
    /// The user's folder, where there is one.
    pub user: Option<PathBuf>,
    /// A file in place of the one in the user's folder.
    pub named: Option<PathBuf>,
    /// What came out of that, where it can be read only once.
    pub piped: Option<Result<String, String>>,
    /// The profile that was asked for.
    pub profile: Option<String>,
    /// The workspace that was asked for: a name or a file.
    pub workspace: Option<String>,
    /// What paths mean here.
    pub here: Arc<Here>,
    /// What the environment says of us.
    pub environment: Vec<(String, String)>,
    /// What the command line says.
    pub flags: Branch,
}

/// A file that may say something.
struct Layer {
    path: PathBuf,
    /// It must be there.
    wanted: bool,
    /// What came out of it already.
    piped: Option<Result<String, String>>,
}

/// What was read.
#[derive(Debug)]
pub struct Read {
    /// What it comes to.
    pub config: Config,
    /// All that was said, and where.
    pub tree: Branch,
}

impl Asked {
    /// In the folders of this system and this user, by this environment.
    pub fn here(named: Option<PathBuf>, profile: Option<String>, flags: Branch) -> Asked {
        let user = ProjectDirs::from("", "", "tailpane").map(|dirs| dirs.config_dir().to_owned());
        let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok()?, value.to_string_lossy().into_owned()))
        };
        let environment: Vec<(String, String)> = std::env::vars_os().filter_map(text).collect();
        let said =
            |name: &str| environment.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone());
        let profile = profile.or_else(|| said("TAILPANE_PROFILE").filter(|name| !name.is_empty()));
        let (system, here) = (SYSTEM.into(), here());
        Asked { system, user, named, profile, here, environment, flags, ..Asked::default() }
    }

    /// Every file that may say something, whether it is there or not, the lowest layer first. What can be read only once
    /// is none.
    pub fn files(&self) -> Vec<PathBuf> {
        let workspace = self.workspace_file().ok().flatten();
        self.layers()
            .into_iter()
            .filter(|layer| layer.piped.is_none())
            .map(|layer| layer.path)
            .chain(workspace)
            .chain(self.keymap_files())
            .collect()
    }

    fn layers(&self) -> Vec<Layer> {
        let in_folder = |folder: &PathBuf| Layer::file(folder.join("config.toml"), false);
        let own = self.named.clone();
        let own = own.map(|path| Layer { piped: self.piped.clone(), ..Layer::file(path, true) });
        let own = own.or_else(|| self.user.as_ref().map(in_folder));
        let mut layers: Vec<Layer> = [in_folder(&self.system)].into_iter().chain(own).collect();
        if let Some(profile) = &self.profile {
            let beside = |layer: &Layer| Layer::file(of_profile(&layer.path, profile), false);
            let profiles: Vec<Layer> = layers.iter().map(beside).collect();
            layers.extend(profiles);
        }
        layers
    }

    /// Reads all layers.
    ///
    /// # Errors
    /// All that is wrong, a sentence each, with file, line and column.
    pub fn read(&self) -> Result<Read, Vec<String>> {
        let mut wrong = Vec::new();
        let mut tree =
            toml::parse(SHIPPED, SHIPPED_NAME, layer::SHIPPED).map_err(|wrong| told(vec![wrong]))?;
        wrong.extend(self.unknown_profile().map(|sentence| Mistake::new(layer::SHIPPED, 0, sentence)));
        for (n, file) in self.layers().iter().enumerate() {
            match file.read(layer::FILES + n) {
                Ok(branch) => tree.lay(branch),
                Err(mistake) => wrong.push(mistake),
            }
        }
        match self.workspace_layer() {
            Ok(branch) => tree.lay(branch),
            Err(mistake) => wrong.push(mistake),
        }
        let environment = self.environment.iter().cloned();
        tree.lay(environ::read(environment, layer::ENVIRONMENT, &mut wrong));
        tree.lay(self.flags.clone());
        let zone = |name: &str| TimeZone::get(name).ok();
        match crate::config::read(&tree, &zone, &self.here) {
            Ok(config) if wrong.is_empty() => Ok(Read { config, tree }),
            Ok(_) => Err(told(wrong)),
            Err(more) => Err(told(wrong.into_iter().chain(more).collect())),
        }
    }

    /// Sentences about places, for the screen: a file is called by its name alone where no other that may say something
    /// has that name, else by its path from the user's home.
    pub fn briefly<'s>(&self, sentences: impl IntoIterator<Item = &'s String>) -> Vec<String> {
        let files: Vec<PathBuf> = self.files().into_iter().filter(|path| path.exists()).collect();
        let name = |path: &PathBuf| {
            let alike = files.iter().filter(|other| *other != path && other.file_name() == path.file_name());
            match path.file_name() {
                Some(name) if alike.count() == 0 => name.to_string_lossy().into_owned(),
                _ => from_home(path),
            }
        };
        let names: Vec<(String, String)> = files
            .iter()
            .map(|path| (printable(&path.to_string_lossy()) + ":", printable(&name(path)) + ":"))
            .collect();
        let brief = |sentence: &String| {
            let known =
                names.iter().find_map(|(path, name)| Some((name, sentence.strip_prefix(path.as_str())?)));
            known.map_or_else(|| sentence.clone(), |(name, rest)| format!("{name}{rest}"))
        };
        sentences.into_iter().map(brief).collect()
    }

    fn workspace_layer(&self) -> Result<Branch, Mistake> {
        let unknown = |sentence| Mistake::new(workspace::LAYER, 0, sentence);
        match self.workspace_file().map_err(unknown)? {
            Some(path) => Layer::file(path, true).read(workspace::LAYER),
            None => Ok(Branch::default()),
        }
    }

    /// The sentence for a profile of which there is no file, or whose name is none.
    fn unknown_profile(&self) -> Option<String> {
        let profile = self.profile.as_ref()?;
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
        let shown = printable(profile);
        if profile.is_empty() || profile.starts_with('.') || !profile.chars().all(plain) {
            return Some(format!(
                "{shown}: a name of letters, digits, `-`, `_` and `.` is wanted for a profile"
            ));
        }
        let layers = self.layers();
        let configs: Vec<&Path> =
            layers[layers.len() / 2..].iter().map(|layer| layer.path.as_path()).collect();
        let keymaps = self.profile_keymaps();
        let mut files = configs.iter().copied().chain(keymaps.iter().map(PathBuf::as_path));
        if files.any(|path| path.symlink_metadata().is_ok()) {
            return None;
        }
        let looked: Vec<String> = configs.iter().map(|path| printable(&path.to_string_lossy())).collect();
        let looked = looked.join(" or ");
        Some(format!("there is no profile {shown}: it would be {looked}, or keymap.{shown}.toml for keys"))
    }
}

impl Layer {
    fn file(path: PathBuf, wanted: bool) -> Layer {
        Layer { path, wanted, piped: None }
    }

    fn read(&self, layer: usize) -> Result<Branch, Mistake> {
        let unread = |sentence| Mistake::new(layer, 0, sentence);
        let shown = printable(&self.path.to_string_lossy());
        if let Some(piped) = &self.piped {
            return toml::parse(piped.as_ref().map_err(|why| unread(why.clone()))?, &shown, layer);
        }
        match own::read(&self.path, "the config") {
            Ok(text) => toml::parse(&text, &shown, layer),
            Err(none) if none.missing && !self.wanted => Ok(Branch::default()),
            Err(none) => Err(unread(none.sentence)),
        }
    }
}

/// `~/.config/tailpane/config.toml`, where the path is within the user's home.
fn from_home(path: &Path) -> String {
    let home = BaseDirs::new().map(|dirs| dirs.home_dir().to_owned());
    let within = home.and_then(|home| path.strip_prefix(home).ok().map(Path::to_owned));
    within.map_or_else(|| path.to_string_lossy().into_owned(), |rest| format!("~/{}", rest.to_string_lossy()))
}

/// `config.prod.toml` beside `config.toml`.
pub(super) fn of_profile(path: &Path, profile: &str) -> PathBuf {
    let stem = path.file_stem().unwrap_or(OsStr::new("config")).to_string_lossy();
    path.with_file_name(format!("{stem}.{profile}.toml"))
}

impl Read {
    /// All values with where they were said, as `--show-config` prints them; `beside` is what no setting says.
    pub fn shown(&self, beside: &[String]) -> String {
        if !workspace::is_one(&self.tree) {
            return show::show(&self.tree, beside);
        }
        let root = |folder: &str| {
            // Of the empty path nothing is made.
            let folder = if folder.is_empty() { "." } else { folder };
            let whole = std::path::absolute(folder).ok();
            whole.map_or_else(|| folder.to_owned(), |path| path.to_string_lossy().into_owned())
        };
        let tree = workspace::rooted(&self.tree, &self.config.settings.workspace, &root);
        format!("{WORKSPACE}\n{}", show::show(&tree, beside))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::settings::{Chrome, LayoutKind};

    struct Rig {
        folder: tempfile::TempDir,
        asked: Asked,
    }

    impl Rig {
        fn new() -> Rig {
            let folder = tempfile::tempdir().unwrap();
            let (system, user) = (folder.path().join("etc"), folder.path().join("user"));
            std::fs::create_dir(&system).unwrap();
            std::fs::create_dir(&user).unwrap();
            Rig { folder, asked: Asked { system, user: Some(user), ..Asked::default() } }
        }

        fn write(&self, name: &str, text: &str) {
            std::fs::write(self.folder.path().join(name), text).unwrap();
        }

        fn config(&self) -> Config {
            self.asked.read().unwrap().config
        }

        fn wrong(&self) -> Vec<String> {
            let folder = format!("{}/", self.folder.path().display());
            self.asked.read().unwrap_err().iter().map(|text| text.replace(&folder, "")).collect()
        }
    }

    #[test]
    fn layers_are_laid_over_each_other_in_their_order() {
        let mut rig = Rig::new();
        assert_eq!(rig.config(), Config::default());
        rig.write(
            "etc/config.toml",
            "layout = 'rows'\nchrome = 'min'\ncontext = 1\nhints = false\n[ssh]\nconnects = 2",
        );
        rig.write("user/config.toml", "chrome = 'none'\n[ssh]\nscrollback = '1 GiB'");
        let config = rig.config();
        assert_eq!((config.settings.layout, config.settings.chrome), (LayoutKind::Rows, Chrome::None));
        assert_eq!((config.hosts.connects, config.hosts.scrollback), (2, 1 << 30));
        rig.write("etc/config.prod.toml", "chrome = 'full'\ncontext = 2");
        rig.asked.profile = Some("prod".into());
        assert_eq!((rig.config().settings.chrome, rig.config().settings.context), (Chrome::Full, 2));
        rig.write("user/config.prod.toml", "context = 3");
        assert_eq!(rig.config().settings.context, 3);
        rig.asked.environment = vec![("TAILPANE_CONTEXT".into(), "4".into())];
        assert_eq!(rig.config().settings.context, 4);
        assert!(!rig.config().settings.hints);
    }

    #[test]
    fn a_named_file_stands_in_for_the_user_s_and_has_its_own_profiles() {
        let mut rig = Rig::new();
        rig.write("user/config.toml", "context = 1");
        rig.write("mine.toml", "numbers = true");
        rig.write("mine.night.toml", "wrap = true");
        rig.asked.named = Some(rig.folder.path().join("mine.toml"));
        rig.asked.profile = Some("night".into());
        let settings = rig.config().settings;
        assert_eq!((settings.context, settings.numbers, settings.wrap), (0, true, true));
        rig.asked.named = Some(rig.folder.path().join("none.toml"));
        assert!(rig.wrong().concat().contains("none.toml: the config cannot be read"));
    }

    #[test]
    fn what_came_out_of_a_pipe_stays_and_nobody_listens_to_it() {
        let mut rig = Rig::new();
        rig.asked.named = Some("/dev/fd/63".into());
        rig.asked.piped = Some(Ok("context = 2".into()));
        assert_eq!(rig.config().settings.context, 2);
        assert!(!rig.asked.files().contains(&"/dev/fd/63".into()));
        rig.asked.piped = Some(Ok("context = x".into()));
        assert!(rig.wrong()[0].starts_with("/dev/fd/63:1:11: "), "{:?}", rig.wrong());
        rig.asked.piped = Some(Err("/dev/fd/63: no".into()));
        assert_eq!(rig.wrong(), ["/dev/fd/63: no"]);
    }

    #[test]
    fn all_mistakes_of_all_files_are_told() {
        let mut rig = Rig::new();
        rig.write("etc/config.toml", "layuot = 'rows'\n[[filter]]\nquery = 'level>=wran'");
        rig.write("user/config.toml", "[ssh\n");
        rig.asked.environment = vec![("TAILPANE_CHROME".into(), "ful".into())];
        let wrong = rig.wrong();
        let begins = [
            "user/config.toml:1:5: ",
            "etc/config.toml:1:1: ",
            "TAILPANE_CHROME: ",
            "etc/config.toml:3:17: ",
        ];
        for begin in begins {
            assert!(wrong.iter().any(|sentence| sentence.starts_with(begin)), "{begin} {wrong:#?}");
        }
        assert_eq!(wrong.len(), begins.len(), "{wrong:#?}");
    }

    #[test]
    fn on_the_screen_a_file_is_called_by_its_name_unless_another_has_it() {
        let rig = Rig::new();
        rig.write("user/config.toml", "layout = 'clumns'");
        let briefly = || rig.asked.briefly(&rig.asked.read().unwrap_err()).swap_remove(0);
        assert!(briefly().starts_with("config.toml:1:10: "), "{}", briefly());
        rig.write("etc/config.toml", "");
        assert!(briefly().contains("/user/config.toml:1:10: "), "{}", briefly());
        let other = ["TAILPANE_CHROME: no".to_owned()];
        assert_eq!(rig.asked.briefly(&other), other);
    }

    #[test]
    fn a_profile_without_a_file_is_told() {
        let mut rig = Rig::new();
        rig.asked.profile = Some("prod".into());
        assert_eq!(
            rig.wrong(),
            ["there is no profile prod: it would be etc/config.prod.toml or user/config.prod.toml, or \
              keymap.prod.toml for keys"]
        );
        rig.write("user/keymap.prod.toml", "");
        assert_eq!(rig.config(), Config::default(), "keys alone are a profile too");
        rig.asked.profile = Some("../x".into());
        assert!(rig.wrong()[0].contains("a name of letters"));
    }
}
