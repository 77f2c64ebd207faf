//! Short names for files that are printed side by side.

use std::path::{Component, Path};

/// For every path the fewest of its last components that no other path shares: `app.log`, or `a/app.log`
/// and `b/app.log`. Equal paths get equal names.
pub fn shortest(paths: &[&Path]) -> Vec<String> {
    paths.iter().map(|path| shortest_one(path, paths)).collect()
}

fn shortest_one(path: &Path, among: &[&Path]) -> String {
    let parts = parts(path);
    let enough = (1..=parts.len()).find(|&n| {
        let own = last(&parts, n);
        !among.iter().any(|other| *other != path && last(&self::parts(other), n) == own)
    });
    match enough {
        Some(n) if n < parts.len() => last(&parts, n).join("/"),
        _ => path.to_string_lossy().into_owned(),
    }
}

fn parts(path: &Path) -> Vec<String> {
    path.components()
        .filter(|part| *part != Component::CurDir)
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect()
}

fn last(parts: &[String], n: usize) -> &[String] {
    &parts[parts.len().saturating_sub(n)..]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(paths: &[&str]) -> Vec<String> {
        shortest(&paths.iter().map(Path::new).collect::<Vec<_>>())
    }

    #[test]
    fn as_much_as_tells_them_apart() {
        assert_eq!(names(&["/var/log/app.log", "/var/log/web.log"]), ["app.log", "web.log"]);
        assert_eq!(names(&["/srv/a/app.log", "/srv/b/app.log", "x"]), ["a/app.log", "b/app.log", "x"]);
        assert_eq!(names(&["app.log", "old/app.log"]), ["app.log", "old/app.log"]);
        assert_eq!(names(&["/a.log", "/x/a.log"]), ["/a.log", "x/a.log"]);
    }

    #[test]
    fn equal_paths_do_not_go_round_in_circles() {
        assert_eq!(names(&["/x/a.log", "/x/a.log"]), ["a.log", "a.log"]);
    }
}
