//! What a user named on the command line or after `:open`, and the sources it stands for.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use crate::core::text::printable;
use crate::source::ssh::config::Resolver;
use crate::source::ssh::name::{Named, RemotePath};

/// One source to open.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Spec {
    /// Standard input.
    Stdin,
    /// A path, whether something is there or not.
    Path(PathBuf),
    /// A path on another host.
    Remote(RemotePath),
}

/// The sources that `names` stand for, each once and in the order given, and a sentence for every name
/// that stands for nothing.
pub fn expand(names: &[OsString], resolver: &Resolver) -> (Vec<Spec>, Vec<String>) {
    let mut specs: Vec<Spec> = Vec::new();
    let mut complaints = Vec::new();
    for name in names {
        match expand_one(name, resolver) {
            Ok(found) => {
                for spec in found {
                    if !specs.contains(&spec) {
                        specs.push(spec);
                    }
                }
            }
            Err(sentence) => complaints.push(sentence),
        }
    }
    (specs, complaints)
}

/// The sources that text typed after `:open` stands for: as on the command line, and a leading `~/` or
/// `$HOME/` is the home directory, because no shell has seen the text.
///
/// # Errors
/// A sentence, when it stands for nothing.
pub fn typed(text: &str, home: Option<&Path>, resolver: &Resolver) -> Result<Vec<Spec>, String> {
    match (text.strip_prefix("~/").or_else(|| text.strip_prefix("$HOME/")), home) {
        (Some(rest), Some(home)) => expand_one(home.join(rest).as_os_str(), resolver),
        _ => expand_one(OsStr::new(text), resolver),
    }
}

/// A name that exists here is itself, whatever characters it is made of, and a glob that matches something here
/// stands for that. Otherwise a name with a host in front is on that host.
fn expand_one(name: &OsStr, resolver: &Resolver) -> Result<Vec<Spec>, String> {
    if name == "-" {
        return Ok(vec![Spec::Stdin]);
    }
    let path = PathBuf::from(name);
    if path.symlink_metadata().is_ok() {
        return Ok(vec![Spec::Path(path)]);
    }
    let glob = name.to_str().filter(|text| text.contains(['*', '?', '[']));
    let remote = Named::parse(name.as_bytes());
    match (glob, remote) {
        (None, Ok(None)) => Ok(vec![Spec::Path(path)]),
        (Some(pattern), Ok(None)) => found_here(pattern),
        (None, remote) => elsewhere(remote, resolver),
        (Some(pattern), remote) => found_here(pattern).or_else(|_| elsewhere(remote, resolver)),
    }
}

/// The files (no folders) that match a glob now.
fn found_here(pattern: &str) -> Result<Vec<Spec>, String> {
    let paths = glob::glob(pattern).map_err(|error| {
        format!("{} is no glob: {} at character {}", printable(pattern), error.msg, error.pos + 1)
    })?;
    let found: Vec<Spec> = paths.flatten().filter(|path| !path.is_dir()).map(Spec::Path).collect();
    if found.is_empty() {
        return Err(format!(
            "nothing matches {} now; a glob is looked at once, so open it again when there is something",
            printable(pattern)
        ));
    }
    Ok(found)
}

/// The same path on every host that is named. Whether it is a glob is the host's matter.
fn elsewhere(named: Result<Option<Named>, String>, resolver: &Resolver) -> Result<Vec<Spec>, String> {
    let Some(named) = named? else { return Ok(Vec::new()) };
    let targets =
        resolver.expand(&named.hosts).map_err(|why| format!("{}: {why}", printable(&named.to_string())))?;
    let on = |target| Spec::Remote(RemotePath { target, path: named.path.clone() });
    Ok(targets.into_iter().map(on).collect())
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

    fn paths(specs: &[Spec]) -> Vec<String> {
        specs
            .iter()
            .map(|spec| match spec {
                Spec::Stdin => "-".to_string(),
                Spec::Path(path) => path.file_name().unwrap().to_string_lossy().into_owned(),
                Spec::Remote(remote) => remote.to_string(),
            })
            .collect()
    }

    #[test]
    fn a_glob_is_expanded_in_order_and_leaves_folders_out() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["b.log", "a.log", "c.txt"] {
            std::fs::write(dir.path().join(name), "").unwrap();
        }
        std::fs::create_dir(dir.path().join("d.log")).unwrap();
        let (specs, complaints) =
            expand(&[dir.path().join("*.log").into(), dir.path().join("a.log").into()], &resolver());
        assert_eq!(paths(&specs), ["a.log", "b.log"]);
        assert!(complaints.is_empty());
    }

    #[test]
    fn a_file_whose_name_looks_like_a_glob_is_that_file() {
        let dir = tempfile::tempdir().unwrap();
        for name in ["[a].log", "a.log"] {
            std::fs::write(dir.path().join(name), "").unwrap();
        }
        let (specs, _) = expand(&[dir.path().join("[a].log").into()], &resolver());
        assert_eq!(paths(&specs), ["[a].log"]);
    }

    #[test]
    fn a_glob_without_a_match_is_said_and_a_plain_name_is_kept() {
        let dir = tempfile::tempdir().unwrap();
        let (specs, complaints) = expand(
            &[dir.path().join("*.none").into(), dir.path().join("later.log").into(), "-".into()],
            &resolver(),
        );
        assert_eq!(paths(&specs), ["later.log", "-"]);
        assert_eq!(complaints.len(), 1);
        assert!(complaints[0].starts_with("nothing matches "), "{}", complaints[0]);
    }

    #[test]
    fn typed_text_knows_the_home_directory() {
        let home = Path::new("/home/ada");
        assert_eq!(typed("~/x.log", Some(home), &resolver()), Ok(vec![Spec::Path("/home/ada/x.log".into())]));
        assert_eq!(
            typed("$HOME/x.log", Some(home), &resolver()),
            Ok(vec![Spec::Path("/home/ada/x.log".into())])
        );
        assert_eq!(typed("~/x.log", None, &resolver()), Ok(vec![Spec::Path("~/x.log".into())]));
    }

    #[test]
    fn a_host_in_front_makes_it_a_file_elsewhere() {
        let (specs, complaints) = expand(
            &[
                "web1:/x/*.log".into(),
                "@web:/x/*.log".into(),
                "{a,b}:~/y".into(),
                "nope*:/x".into(),
                "w b:x".into(),
            ],
            &resolver(),
        );
        assert_eq!(paths(&specs), ["web1:/x/*.log", "ada@web2:/x/*.log", "a:y", "b:y"]);
        assert!(complaints[0].starts_with("nope*:/x: no host matches nope*"), "{complaints:?}");
        assert!(complaints[1].contains("a space"), "{complaints:?}");
        assert_eq!(paths(&typed("web1:x", None, &resolver()).unwrap()), ["web1:x"]);
    }
}
