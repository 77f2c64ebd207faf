//! Files beside a followed path: which of them may be older generations of it, by name and first bytes.

use std::time::Duration;

use super::name::{Extra, before_compression};
use super::{FileId, Stat};

/// A regular file whose name begins like the path's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sibling {
    /// Its name, without the folder.
    pub name: String,
    /// What its name has more than the path's.
    pub extra: Extra,
    /// As it was listed.
    pub stat: Stat,
    /// When it was made, since the epoch; where that is known it tells a file from an earlier one that had
    /// the same number.
    pub born: Option<Duration>,
}

/// A listed file, told from all others there ever were as well as can be.
pub(super) type Listed = (FileId, Option<Duration>);

/// Whether a name or the first bytes say that a file is compressed: it is never read as text.
pub fn is_compressed(name: &str, head: &[u8]) -> bool {
    const MAGIC: [&[u8]; 6] =
        [b"\x1f\x8b", b"BZh", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd", b"\x04\x22\x4d\x18", b"PK\x03\x04"];
    before_compression(name).is_some() || MAGIC.iter().any(|magic| head.starts_with(magic))
}

/// The siblings that came before a file: all, unless it has been renamed and is one of them itself.
pub(super) fn older_than(id: FileId, siblings: &[Sibling]) -> Vec<Sibling> {
    let itself = siblings.iter().find(|sibling| sibling.stat.id == id);
    let is_older = |sibling: &&Sibling| itself.is_none_or(|itself| !sibling.is_younger_than(itself));
    siblings.iter().filter(is_older).cloned().collect()
}

impl Sibling {
    /// Sorts generations oldest first: by the time of the last write; where that is the same, the
    /// higher number is older (`a.3`, `a.2`, `a.1`).
    pub fn age_key(&self) -> (Duration, std::cmp::Reverse<u64>) {
        (self.stat.mtime, std::cmp::Reverse(self.extra.number()))
    }

    /// Whether it was rotated after another; what has no number is younger by its time only.
    pub(super) fn is_younger_than(&self, other: &Sibling) -> bool {
        self.stat.mtime > other.stat.mtime
            || (self.stat.mtime == other.stat.mtime
                && (1..other.extra.number()).contains(&self.extra.number()))
    }

    pub(super) fn listed(&self) -> Listed {
        (self.stat.id, self.born)
    }
}

#[cfg(test)]
mod tests {
    use super::super::name::extra;
    use super::*;

    fn sibling(suffix: &str, mtime: u64) -> Sibling {
        let stat = Stat { id: FileId { dev: 1, ino: 1 }, len: 0, mtime: Duration::from_secs(mtime) };
        let name = format!("a{suffix}");
        let extra = extra("a", &name).unwrap();
        Sibling { name, extra, stat, born: None }
    }

    #[test]
    fn older_generations_come_first() {
        let mut all = [sibling(".1", 7), sibling(".3", 7), sibling(".2", 7), sibling(".4", 5)];
        all.sort_by_key(Sibling::age_key);
        assert_eq!(all.map(|s| s.name), ["a.4", "a.3", "a.2", "a.1"]);
    }

    #[test]
    fn compressed_files_are_known_by_name_or_by_their_first_bytes() {
        assert!(is_compressed("a.1.gz", b""));
        assert!(is_compressed("a.1.ZST", b""));
        assert!(is_compressed("a.1", b"\x1f\x8b\x08"));
        assert!(!is_compressed("a.1", b"text"));
    }
}
