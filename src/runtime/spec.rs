//! What a user named on the command line, after `:open` or in a workspace, and the sources it stands for.

use std::collections::HashSet;
use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use directories::UserDirs;
use jiff::Zoned;

use super::here::host;
use crate::config::sources::Sources;
use crate::config::workspace::Origin;
use crate::core::host::{Named, RemotePath, Target};
use crate::core::template::{self, Known, Template};
use crate::core::text::printable;
use crate::source::ssh::config::Resolver;
use crate::source::ssh::search::stands_for_several;
use crate::source::walk::{self, Walk, Wanted};

/// One source to open.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Spec {
    /// Standard input.
    Stdin,
    /// A path, whether something is there or not.
    Path(PathBuf),
    /// A path that is another one at another time.
    Dated(Template),
    /// The files in a folder or of a pattern.
    Several(Wanted),
    /// A path on another host.
    Remote(RemotePath),
    /// The same with a date in it: another file at another time.
    DatedThere(Target, Template),
    /// The files in a folder there or of a pattern, with a date in it.
    SeveralDatedThere(Target, Template),
    /// A command, run by `sh -c`.
    Command(String),
}

/// What names are understood by.
pub struct Names<'a> {
    /// What names of hosts stand for.
    pub resolver: &'a Resolver,
    /// How folders are walked, and the user's variables.
    pub sources: &'a Sources,
}

/// The sources that `names` stand for, each once and in the order given, and a sentence for every name
/// that stands for nothing.
pub fn expand(names: &[OsString], by: &Names) -> (Vec<Spec>, Vec<String>) {
    let (mut specs, mut complaints, mut known) = (Vec::new(), Vec::new(), HashSet::new());
    for name in names {
        match by.expand(name) {
            Ok(found) => {
                specs.extend(found.into_iter().filter(|spec| known.insert(spec.clone())));
            }
            Err(sentence) => complaints.push(sentence),
        }
    }
    (specs, complaints)
}

/// The sources that a workspace names, each once and in its order, and a sentence for every one that stands for nothing;
/// `places` are where the workspace's file says them.
pub fn planned(origins: &[Origin], places: &[String], by: &Names) -> (Vec<Spec>, Vec<String>) {
    let home = UserDirs::new();
    let home = home.as_ref().map(UserDirs::home_dir);
    let (mut specs, mut complaints, mut known) = (Vec::new(), Vec::new(), HashSet::new());
    for (n, origin) in origins.iter().enumerate() {
        match typed(&origin.typed(), home, by) {
            Ok(found) => specs.extend(found.into_iter().filter(|spec| known.insert(spec.clone()))),
            Err(sentence) => complaints.push(match places.get(n) {
                Some(place) => format!("{place}: {sentence}"),
                None => sentence,
            }),
        }
    }
    (specs, complaints)
}

/// The sources that text typed after `:open` stands for: as on the command line, and a leading `~/` or
/// `$HOME/` is the home directory, because no shell has seen the text. What follows `-- ` is a command.
///
/// # Errors
/// A sentence, when it stands for nothing.
pub fn typed(text: &str, home: Option<&Path>, by: &Names) -> Result<Vec<Spec>, String> {
    if let Some(command) = text.strip_prefix("--").filter(|rest| rest.starts_with([' ', '\t'])) {
        return Ok(vec![Spec::Command(command.trim().to_owned())]);
    }
    match (text.strip_prefix("~/").or_else(|| text.strip_prefix("$HOME/")), home) {
        (Some(rest), Some(home)) => by.expand(home.join(rest).as_os_str()),
        _ => by.expand(OsStr::new(text)),
    }
}

impl Names<'_> {
    /// The sources that a name stands for. One that exists here is itself, whatever characters it is made of; a folder
    /// is the files in it, and so is what matches a pattern here now. Otherwise a name with a host in front is on
    /// that host.
    ///
    /// # Errors
    /// A sentence, when it stands for nothing.
    pub fn expand(&self, name: &OsStr) -> Result<Vec<Spec>, String> {
        if name == "-" {
            return Ok(vec![Spec::Stdin]);
        }
        let path = PathBuf::from(name);
        match path.metadata() {
            Ok(meta) if meta.is_dir() => return Ok(vec![self.several(Template::plain(&text(name)?))]),
            _ if path.symlink_metadata().is_ok() => return Ok(vec![Spec::Path(path)]),
            _ => {}
        }
        let Some(name) = name.to_str() else {
            let named = Named::parse(name.as_bytes())?;
            let there = |named: Named| self.elsewhere(&named, |_| named.path.clone());
            return named.map_or(Ok(vec![Spec::Path(path)]), there);
        };
        if !template::is_template(name) {
            return self.expand_text(Template::plain(name));
        }
        let environment = |name: &str| std::env::var(name).ok();
        let known = Known { variables: &self.sources.variables, environment: &environment };
        let template = Template::parse(name, &known).map_err(|why| format!("{}: {why}", printable(name)))?;
        self.expand_text(template)
    }

    fn expand_text(&self, template: Template) -> Result<Vec<Spec>, String> {
        let masked = template.masked();
        let here = || template.clone().on(&host());
        let now = here().at(&Zoned::now());
        let path = PathBuf::from(&now);
        if path.is_dir() {
            return Ok(vec![self.several(here())]);
        }
        if path.symlink_metadata().is_ok() {
            return Ok(vec![one(here(), now)]);
        }
        let pattern = walk::is_pattern(&masked);
        let remote = Named::parse(masked.as_bytes());
        if pattern && matches!(remote, Ok(Some(_)) | Err(_)) && walk::matches_something(&now) {
            return Ok(vec![self.several(here())]);
        }
        match remote.map_err(|why| template.unmasked(&why).at(&Zoned::now()))? {
            Some(named) => self.variable_elsewhere(&template, &named),
            None if pattern => {
                walk::check(&now)?;
                Ok(vec![self.several(here())])
            }
            None if now.ends_with('/') => Ok(vec![self.several(here())]),
            None => Ok(vec![one(here(), now)]),
        }
    }

    fn several(&self, name: Template) -> Spec {
        let Sources { recursive, hidden, no_ignore, .. } = *self.sources;
        Spec::Several(Wanted { name, walk: Walk { recursive, hidden, no_ignore } })
    }

    /// A path with variables on every host that is named.
    fn variable_elsewhere(&self, template: &Template, named: &Named) -> Result<Vec<Spec>, String> {
        let Ok(path) = str::from_utf8(&named.path) else { return Ok(Vec::new()) };
        let path = template.unmasked(path);
        if !path.is_dated() {
            return self.elsewhere(named, |host| path.clone().on(host).at(&Zoned::now()).into_bytes());
        }
        let several = stands_for_several(named.path.as_slice());
        let on = |target: Target| {
            let path = path.clone().on(&target.host);
            match several {
                true => Spec::SeveralDatedThere(target, path),
                false => Spec::DatedThere(target, path),
            }
        };
        Ok(self.targets(named)?.into_iter().map(on).collect())
    }

    /// A path on every host that is named. Whether it is a glob is the host's matter.
    fn elsewhere(&self, named: &Named, path: impl Fn(&str) -> Vec<u8>) -> Result<Vec<Spec>, String> {
        let on = |target: Target| Spec::Remote(RemotePath { path: path(&target.host), target });
        Ok(self.targets(named)?.into_iter().map(on).collect())
    }

    fn targets(&self, named: &Named) -> Result<Vec<Target>, String> {
        let targets = self.resolver.expand(&named.hosts);
        targets.map_err(|why| format!("{}: {why}", printable(&named.to_string())))
    }
}

/// One file here, which may be another one at another time.
fn one(template: Template, now: String) -> Spec {
    if template.is_dated() { Spec::Dated(template) } else { Spec::Path(now.into()) }
}

fn text(name: &OsStr) -> Result<String, String> {
    let sentence = || {
        let name = printable(&name.to_string_lossy());
        format!("{name}: the name of this folder is no UTF-8; name the files in it")
    };
    name.to_str().map(str::to_owned).ok_or_else(sentence)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::hosts::Hosts;

    fn resolver() -> Resolver {
        let web = ("web".to_owned(), vec!["web1".to_owned(), "ada@web2".to_owned()]);
        let ours = Hosts { groups: [web].into(), ..Hosts::default() };
        Resolver::new(Some("/dev/null".into()), ours)
    }

    fn expand(names: &[OsString]) -> (Vec<String>, Vec<String>) {
        let variables = [("env".to_owned(), "prod".to_owned())].into();
        let sources = Sources { variables, ..Sources::default() };
        let (specs, complaints) = super::expand(names, &Names { resolver: &resolver(), sources: &sources });
        (specs.iter().map(said).collect(), complaints)
    }

    fn typed(text: &str, home: Option<&Path>) -> Result<Vec<Spec>, String> {
        super::typed(text, home, &Names { resolver: &resolver(), sources: &Sources::default() })
    }

    fn said(spec: &Spec) -> String {
        let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
        match spec {
            Spec::Stdin => "-".to_owned(),
            Spec::Path(path) => name(path),
            Spec::Dated(template) => format!("dated {}", name(Path::new(&template.at(&Zoned::now())))),
            Spec::Several(wanted) => format!("several {}", name(Path::new(&wanted.name.at(&Zoned::now())))),
            Spec::Remote(remote) => remote.to_string(),
            Spec::DatedThere(target, name) => format!("dated {target}:{}", name.written()),
            Spec::SeveralDatedThere(target, name) => format!("several {target}:{}", name.written()),
            Spec::Command(command) => format!("command {command}"),
        }
    }

    #[test]
    fn folders_and_globs_stand_for_several_files_also_while_there_is_none() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("d.log")).unwrap();
        std::fs::write(dir.path().join("a.log"), "").unwrap();
        let name = |name: &str| dir.path().join(name).into();
        let (specs, complaints) =
            expand(&[name("*.log"), name("d.log"), name("a.log"), name("*.none"), name("new/")]);
        assert_eq!(specs, ["several *.log", "several d.log", "a.log", "several *.none", "several new"]);
        assert!(complaints.is_empty(), "{complaints:?}");
        let (_, complaints) = expand(&[name("a[")]);
        assert!(complaints[0].contains("is no glob"), "{complaints:?}");
    }

    #[test]
    fn a_file_whose_name_looks_like_a_glob_or_a_variable_is_that_file() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["[a].log", "a.log", "${x}", "$${x}"] {
            std::fs::write(dir.path().join(name), "").unwrap();
            assert_eq!(expand(&[dir.path().join(name).into()]).0, [name]);
        }
    }

    #[test]
    fn variables_are_read_here_and_elsewhere() {
        let (specs, complaints) = expand(&[
            "/x/${env}.log".into(),
            "/x/$${env}.log".into(),
            "/x/app-${date:%Y}.log".into(),
            "/x/${date:%Y}-*.log".into(),
            "@web:/x/${env}-${host}.log".into(),
            "/x/${enf}.log".into(),
            "web1:/x/${host}/${date:%Y:%m}".into(),
            "web1:/x/${date:%Y}-*.log".into(),
            "web1:/x/${date:%Y}/".into(),
        ]);
        let year = Zoned::now().year();
        assert_eq!(
            specs,
            [
                "prod.log".to_owned(),
                "${env}.log".to_owned(),
                format!("dated app-{year}.log"),
                format!("several {year}-*.log"),
                "web1:/x/prod-web1.log".to_owned(),
                "ada@web2:/x/prod-web2.log".to_owned(),
                "dated web1:/x/web1/${date:%Y:%m}".to_owned(),
                "several web1:/x/${date:%Y}-*.log".to_owned(),
                "several web1:/x/${date:%Y}/".to_owned(),
            ]
        );
        assert!(
            complaints[0].starts_with("/x/${enf}.log: ${enf}: there is no such variable"),
            "{complaints:?}"
        );
        assert_eq!(complaints.len(), 1);
    }

    #[test]
    fn typed_text_knows_the_home_directory_and_commands() {
        let home = Path::new("/home/ada");
        let one = |text, home| typed(text, home).unwrap().remove(0);
        assert_eq!(one("~/x.log", Some(home)), Spec::Path("/home/ada/x.log".into()));
        assert_eq!(one("$HOME/x.log", Some(home)), Spec::Path("/home/ada/x.log".into()));
        assert_eq!(one("~/x.log", None), Spec::Path("~/x.log".into()));
        assert_eq!(one("-- dmesg -w", None), Spec::Command("dmesg -w".into()));
        assert_eq!(one("--x", None), Spec::Path("--x".into()));
    }

    #[test]
    fn a_host_in_front_makes_it_a_file_elsewhere() {
        let (specs, complaints) = expand(&[
            "web1:/x/*.log".into(),
            "@web:/x/*.log".into(),
            "{a,b}:~/y".into(),
            "nope*:/x".into(),
            "w b:x".into(),
        ]);
        assert_eq!(specs, ["web1:/x/*.log", "ada@web2:/x/*.log", "a:y", "b:y"]);
        assert!(complaints[0].starts_with("nope*:/x: no host matches nope*"), "{complaints:?}");
        assert!(complaints[1].contains("a space"), "{complaints:?}");
        assert_eq!(said(&typed("web1:x", None).unwrap()[0]), "web1:x");
    }
}
