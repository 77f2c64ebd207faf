//! Files beside a followed path: which of them may be older generations of it, by name and first bytes.

use std::time::Duration;

use super::{FileId, Stat};

/// A regular file whose name begins like the path's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sibling {
    /// Its name, without the folder.
    pub name: String,
    /// What comes in the name where the path's own name has nothing: `.1`, `-20260131`.
    pub suffix: String,
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
    name_before_compression(name).is_some() || MAGIC.iter().any(|magic| head.starts_with(magic))
}

/// What a file was called before it was compressed, if its name says that it is.
pub(super) fn name_before_compression(name: &str) -> Option<&str> {
    const ENDINGS: [&str; 11] = ["gz", "bz2", "xz", "zst", "zstd", "lz4", "lzma", "lzo", "z", "zip", "br"];
    let (before, ending) = name.rsplit_once('.')?;
    ENDINGS.contains(&ending.to_ascii_lowercase().as_str()).then_some(before)
}

/// The siblings that came before a file: all, unless it has been renamed and is one of them itself.
pub(super) fn older_than(id: FileId, siblings: &[Sibling]) -> Vec<Sibling> {
    let itself = siblings.iter().find(|sibling| sibling.stat.id == id);
    let is_older = |sibling: &&Sibling| itself.is_none_or(|itself| !sibling.is_younger_than(itself));
    siblings.iter().filter(is_older).cloned().collect()
}

impl Sibling {
    /// Whether it is called like something a rotation leaves behind. A log with a longer name that is
    /// followed for itself (`app` and `app-error.log`) is not.
    pub fn is_called_rotated(&self) -> bool {
        const WORDS: [&str; 8] = ["old", "bak", "prev", "previous", "last", "backup", "save", "rotated"];
        let suffix = self.suffix.to_ascii_lowercase();
        let mut words = suffix.split(|c: char| !c.is_ascii_alphanumeric());
        let first = suffix.chars().next();
        first.is_some_and(|c| !c.is_ascii_alphanumeric())
            && (suffix == "~"
                || suffix.contains(|c: char| c.is_ascii_digit())
                || words.any(|word| WORDS.contains(&word)))
    }

    /// Sorts generations oldest first: by the time of the last write; where that is the same, the
    /// higher number is older (`a.3`, `a.2`, `a.1`).
    pub fn age_key(&self) -> (Duration, std::cmp::Reverse<u64>) {
        (self.stat.mtime, std::cmp::Reverse(self.number()))
    }

    /// Whether it was rotated after another; what has no number is younger by its time only.
    fn is_younger_than(&self, other: &Sibling) -> bool {
        self.stat.mtime > other.stat.mtime
            || (self.stat.mtime == other.stat.mtime && (1..other.number()).contains(&self.number()))
    }

    pub(super) fn listed(&self) -> Listed {
        (self.stat.id, self.born)
    }

    fn number(&self) -> u64 {
        let digits = self.suffix.trim_start_matches(|c: char| !c.is_ascii_digit());
        let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        digits[..end].parse().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sibling(suffix: &str, mtime: u64) -> Sibling {
        let stat = Stat { id: FileId { dev: 1, ino: 1 }, len: 0, mtime: Duration::from_secs(mtime) };
        Sibling { name: format!("a{suffix}"), suffix: suffix.into(), stat, born: None }
    }

    #[test]
    fn rotations_are_told_from_logs_with_longer_names() {
        for suffix in [".1", "-20260131", ".2026-01-31.log", ".old", ".log.bak", "~", ".1.txt"] {
            assert!(sibling(suffix, 0).is_called_rotated(), "{suffix}");
        }
        for suffix in ["-error.log", ".json", "lication.log", ".swp", "0", "2.log.x"] {
            assert!(!sibling(suffix, 0).is_called_rotated(), "{suffix}");
        }
    }

    #[test]
    fn older_generations_come_first() {
        let mut all = [sibling(".1", 7), sibling(".3", 7), sibling(".2", 7), sibling(".4", 5)];
        all.sort_by_key(Sibling::age_key);
        assert_eq!(all.map(|s| s.suffix), [".4", ".3", ".2", ".1"]);
    }

    #[test]
    fn compressed_files_are_known_by_name_or_by_their_first_bytes() {
        assert!(is_compressed("a.1.gz", b""));
        assert!(is_compressed("a.1.ZST", b""));
        assert!(is_compressed("a.1", b"\x1f\x8b\x08"));
        assert!(!is_compressed("a.1", b"text"));
    }
}
