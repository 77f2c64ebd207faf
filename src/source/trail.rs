//! The folders in which something must change before a path can lead elsewhere.

use std::ffi::{OsStr, OsString};
use std::path::{Component, Path, PathBuf};

/// Links that are followed before a path is taken for a circle.
const HOPS: usize = 16;

/// A folder to be watched for one path, and whose names matter in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Post {
    /// The folder, free of links where it exists.
    pub folder: PathBuf,
    /// The beginning of the names that matter: the file's own, which its rotated siblings share, or the
    /// next folder's on the way.
    pub name: OsString,
    /// Whether the file itself is looked for here, so that a change of bytes matters.
    pub last: bool,
}

/// Where to watch for `path`: its folder; where that is missing, the nearest one that is there; and the
/// folder of every link on the way.
pub(super) fn trail(path: &Path) -> Vec<Post> {
    let mut posts = Vec::new();
    let mut path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    for _ in 0..HOPS {
        posts_on_the_way(&path, &mut posts);
        match std::fs::read_link(&path) {
            Ok(to) => path = path.parent().unwrap_or(&path).join(to),
            Err(_) => break,
        }
    }
    posts.dedup();
    posts
}

fn posts_on_the_way(path: &Path, posts: &mut Vec<Post>) {
    let mut at = PathBuf::new();
    let mut parts = path.components();
    while let Some(part) = parts.next() {
        let Some(next) = parts.clone().next() else { break };
        at.push(part);
        let last = parts.clone().nth(1).is_none();
        let Component::Normal(name) = next else { continue };
        let below = at.join(name);
        let link = !last && below.is_symlink();
        let missing = !last && !below.is_dir();
        if last || link || missing {
            let Ok(folder) = std::fs::canonicalize(&at) else { return };
            posts.push(Post { folder, name: name.to_owned(), last });
        }
        if missing {
            return;
        }
    }
}

impl Post {
    /// Whether a change of `name` in this folder matters; no name is the folder itself.
    pub fn minds(&self, name: Option<&OsStr>) -> bool {
        let own = self.name.as_encoded_bytes();
        name.is_none_or(|name| name.as_encoded_bytes().starts_with(own))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn post(folder: &Path, name: &str, last: bool) -> Post {
        Post { folder: folder.canonicalize().unwrap(), name: name.into(), last }
    }

    #[test]
    fn a_file_is_watched_for_in_its_folder() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(trail(&dir.path().join("a.log")), [post(dir.path(), "a.log", true)]);
    }

    #[test]
    fn where_the_folder_is_missing_the_nearest_one_is_watched() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(trail(&dir.path().join("x/y/a.log")), [post(dir.path(), "x", false)]);
    }

    #[test]
    fn links_are_watched_where_they_stand_and_where_they_lead() {
        let dir = tempfile::tempdir().unwrap();
        let (v1, link) = (dir.path().join("v1"), dir.path().join("current"));
        std::fs::create_dir(&v1).unwrap();
        std::os::unix::fs::symlink("v1", &link).unwrap();
        std::os::unix::fs::symlink("../real.log", v1.join("a.log")).unwrap();
        let expected = [
            post(dir.path(), "current", false),
            post(&v1, "a.log", true),
            post(dir.path(), "real.log", true),
        ];
        let trail = trail(&link.join("a.log"));
        assert!(expected.iter().all(|post| trail.contains(post)), "{trail:?}");
    }

    #[test]
    fn siblings_matter_and_strangers_do_not() {
        let post = Post { folder: "/x".into(), name: "a.log".into(), last: true };
        assert!(post.minds(None) && post.minds(Some(OsStr::new("a.log.1"))));
        assert!(!post.minds(Some(OsStr::new("b.log"))));
    }
}
