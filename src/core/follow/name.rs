//! What the name of a file beside a followed one says about it.

/// What a name has more than the followed file's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extra {
    text: String,
    /// Before the ending (`a-20260131.log`), not behind the whole name (`a.log.1`).
    within: bool,
}

/// Compares a name with the followed one; `None` when it does not begin like it.
pub fn extra(followed: &str, other: &str) -> Option<Extra> {
    if let Some(text) = other.strip_prefix(followed) {
        return (!text.is_empty()).then(|| Extra { text: text.to_owned(), within: false });
    }
    let other = before_compression(other).unwrap_or(other);
    let (stem, ending) = followed.rsplit_once('.')?;
    let text = other.strip_prefix(stem)?.strip_suffix(ending)?.strip_suffix('.')?;
    (!stem.is_empty() && !text.is_empty()).then(|| Extra { text: text.to_owned(), within: true })
}

/// Whether a name is that of a generation beside its base, which `is_there` says of a name.
pub fn is_generation(name: &str, is_there: impl Fn(&str) -> bool) -> bool {
    let of = |base: &str| is_there(base) && extra(base, name).is_some_and(|extra| extra.is_rotation());
    let plain = before_compression(name).unwrap_or(name);
    let ending = plain.rsplit_once('.').map(|(_, ending)| ending);
    // What a rotation adds begins with one of these.
    name.char_indices().filter(|(at, c)| *at > 0 && ".-_~".contains(*c)).any(|(at, _)| {
        let stem = &name[..at];
        of(stem) || ending.is_some_and(|ending| of(&format!("{stem}.{ending}")))
    })
}

/// What a file was called before it was compressed, if its name says that it is.
pub(super) fn before_compression(name: &str) -> Option<&str> {
    const ENDINGS: [&str; 11] = ["gz", "bz2", "xz", "zst", "zstd", "lz4", "lzma", "lzo", "z", "zip", "br"];
    let (before, ending) = name.rsplit_once('.')?;
    ENDINGS.contains(&ending.to_ascii_lowercase().as_str()).then_some(before)
}

impl Extra {
    /// Whether it is what a rotation adds, and nothing else: a file that is taken for a generation
    /// because of its name must not be another log (`worker-3.log` beside `worker.log`).
    pub fn is_rotation(&self) -> bool {
        const WORDS: [&str; 4] = ["old", "bak", "prev", "orig"];
        let text = before_compression(&self.text).unwrap_or(&self.text);
        if text == "~" {
            return !self.within;
        }
        let Some(text) = text.strip_prefix(['.', '-', '_']) else { return false };
        let date = is_number_or_date(text) && is_date(text);
        date || !self.within
            && (is_number_or_date(text) || WORDS.contains(&text.to_ascii_lowercase().as_str()))
    }

    /// The generation's number or the beginning of its date; zero when there is none.
    pub fn number(&self) -> u64 {
        let digits = self.text.trim_start_matches(|c: char| !c.is_ascii_digit());
        let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        digits[..end].parse().unwrap_or(0)
    }
}

fn is_number_or_date(text: &str) -> bool {
    let sign = |c: char| c.is_ascii_digit() || "-_.:T".contains(c);
    text.starts_with(|c: char| c.is_ascii_digit()) && text.chars().all(sign)
}

/// Beginning with a year, with at least a month behind it.
fn is_date(text: &str) -> bool {
    let year = text.chars().take_while(char::is_ascii_digit).count();
    year >= 4 && text.chars().filter(char::is_ascii_digit).count() >= 6
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_rotation(followed: &str, other: &str) -> bool {
        extra(followed, other).is_some_and(|extra| extra.is_rotation())
    }

    #[test]
    fn generations_are_known_by_what_a_rotation_adds() {
        for other in [
            "a.log.1",
            "a.log-1",
            "a.log.12.gz",
            "a.log-20261121",
            "a.log_20261121",
            "a.log-20261121-1792576800",
            "a.log.2026-11-21.gz",
            "a.log.2026-11-21_10",
            "a.log.2026-11-21T10:00:00.zst",
            "a.log.old",
            "a.log.BAK",
            "a.log.prev.xz",
            "a.log.orig",
            "a.log~",
            "a-2026-11-21.log",
            "a-2026-11-21.log.gz",
            "a.2026-11-21.1.log",
            "a-20261121.log",
            "a-2026-11-21T10-00-00.000.log",
            "a_202611.log",
        ] {
            assert!(is_rotation("a.log", other), "{other}");
        }
        assert!(is_rotation("app", "app.1") && is_rotation("app", "app-20261121.gz"));
    }

    #[test]
    fn a_generation_is_one_beside_its_base() {
        let beside = |base: &str, name: &str| is_generation(name, |other| other == base);
        for name in [
            "a.log.1",
            "a.log.2.gz",
            "a.log-20261121",
            "a.log.old",
            "a.log.bak",
            "a.log~",
            "a-2026-11-21.log",
        ] {
            assert!(beside("a.log", name), "{name}");
            assert!(!beside("b.log", name), "{name}");
        }
        for name in ["a.log", "a-3.log", "a-error.log", "b.log.1", "a.log.lock", ".1"] {
            assert!(!beside("a.log", name), "{name}");
        }
    }

    #[test]
    fn other_logs_and_by_products_are_no_generations() {
        for other in [
            "a.log",
            "b.log",
            "a-3.log",
            "a.1.log",
            "a-2026.log",
            "a-error.log",
            "a-20261121-error.log",
            "a.log.lock",
            "a.log.swp",
            "a.log.gz",
            "a.log1",
            "a.log.1x",
            "a.log.json",
            "a.log.",
            "a.log-T1",
            "a.log.1.lock",
            "a.log.error.1",
            "a20261121.log",
            "a.log.offset-1",
            "a.old.log",
        ] {
            assert!(!is_rotation("a.log", other), "{other}");
        }
        for other in ["app-error.log", "application.log", "app-2.log", "app.2026-11-21.json", "app.log"] {
            assert!(!is_rotation("app", other), "{other}");
        }
    }
}
