//! What our own config file says of the formats of lines.
//!
//! ```toml
//! [[format]]
//! name = "till"              # as --format takes it
//! sources = ["till*.log"]    # as for --format; without it all sources
//! pattern = '^(?<time>\S+ \S+) #(?<till>\d+) (?<level>\w+) (?<message>.*)'
//! time = "%d.%m.%Y %H.%M.%S" # only where tailpane does not know the times by itself
//! zone = "Europe/Berlin"     # of times that have none; without it the zone of the source
//! ```

use std::sync::Arc;

use jiff::tz::TimeZone;

use super::mistake::{Mistake, taken};
use super::toml::{Entry, Table};
use crate::core::near::{listed, nearest};
use crate::core::read::{Format, check_layout, formats};
use crate::core::text::printable;

/// A format of the user's own.
#[derive(Clone, Debug)]
pub struct OwnFormat {
    /// Of which sources; none are all of them.
    pub sources: Vec<String>,
    /// The format.
    pub format: Arc<Format>,
    /// What is said of it, name and text, by which two of them are the same.
    pub written: Vec<(String, String)>,
}

/// Reads all formats of a config; `zone` looks up zones by name. What is wrong is added to `wrong`.
pub fn read(
    config: &Table,
    zone: &dyn Fn(&str) -> Option<TimeZone>,
    wrong: &mut Vec<Mistake>,
) -> Vec<OwnFormat> {
    let Some(entry) = config.get("format") else { return Vec::new() };
    let mut names: Vec<&str> = Vec::new();
    let mut own = Vec::new();
    for table in entry.tables().unwrap_or_default() {
        if let Some(name) = table.get("name") {
            wrong.extend(check_new(&name, &names).err());
            names.extend(name.text());
        }
        own.extend(read_one(&table, zone, wrong));
    }
    own
}

/// Reads one; that something is missing, or of another kind, is told by the table of settings.
fn read_one(
    table: &Table<'_>,
    zone: &dyn Fn(&str) -> Option<TimeZone>,
    wrong: &mut Vec<Mistake>,
) -> Option<OwnFormat> {
    let said = |name: &str| table.get(name);
    let text = |name: &str| Some((said(name)?, said(name)?.text().ok()?));
    let name = text("name").map_or("", |(_, name)| name);
    let sources = said("sources").and_then(|entry| taken(entry.patterns(), wrong)).unwrap_or_default();
    let zone = said("zone").and_then(|entry| taken(read_zone(&entry, zone), wrong));
    let format = text("pattern").and_then(|(entry, pattern)| {
        let read = Format::from_regex(name, pattern);
        taken(read.map_err(|error| entry.wrong_within(error.at, &error.message)), wrong)
    });
    let format = match (text("time"), format) {
        (None, format) => format?,
        (Some((entry, layout)), Some(format)) => {
            taken(format.with_layout(layout).map_err(|error| entry.wrong(&error.message)), wrong)?
        }
        (Some((entry, layout)), None) => {
            wrong.extend(check_layout(layout).err().map(|error| entry.wrong(&error.message)));
            return None;
        }
    };
    let format = match zone {
        Some(zone) => format.with_zone(zone),
        None => format,
    };
    let text = |entry: &Entry| Some((entry.name().to_owned(), entry.text().ok()?.to_owned()));
    let written = table.entries().iter().filter_map(text).collect();
    Some(OwnFormat { sources, format: Arc::new(format), written })
}

/// Whether a format can be called so, beside those before it.
fn check_new(name: &Entry, others: &[&str]) -> Result<(), Mistake> {
    let called = name.filled()?;
    if formats().iter().any(|known| &*known.name == called) || others.contains(&called) {
        return Err(name.wrong(&format!("there is a format {called} already; another name is wanted")));
    }
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    match called.chars().all(plain) {
        true => Ok(()),
        false => Err(name.wrong("a name of letters, digits, `-`, `_` and `.` is wanted for a format")),
    }
}

/// Whether there is a format of a name; `own` are those of the user's config.
///
/// # Errors
/// A sentence that names those that may have been meant.
pub fn check_name(name: &str, own: &[&str]) -> Result<(), String> {
    let names: Vec<&str> = own.iter().copied().chain(formats().iter().map(|format| &*format.name)).collect();
    if names.contains(&name) {
        return Ok(());
    }
    let lower = name.to_lowercase();
    let like = |known: &&&str| lower.len() > 1 && (known.contains(&lower) || lower.contains(**known));
    let mut near: Vec<&str> = names.iter().filter(like).copied().collect();
    near.extend(nearest(name, &names).filter(|meant| !near.contains(meant)));
    let hint = match &near[..] {
        [] => format!("the formats are {}", listed(&names)),
        [near] => format!("did you mean {near}?"),
        near => format!("near it are {}", listed(near)),
    };
    Err(format!("there is no format {}; {hint}", printable(name)))
}

/// Reads the name of a zone.
///
/// # Errors
/// A mistake with its place, when `zone` knows none of that name.
pub fn read_zone(entry: &Entry<'_>, zone: &dyn Fn(&str) -> Option<TimeZone>) -> Result<TimeZone, Mistake> {
    let name = entry.filled()?;
    zone(name).ok_or_else(|| entry.wrong(&format!("no zone is called {name} (Europe/Berlin, UTC)")))
}

impl PartialEq for OwnFormat {
    fn eq(&self, other: &OwnFormat) -> bool {
        self.sources == other.sources && self.written == other.written
    }
}

impl Eq for OwnFormat {}

#[cfg(test)]
mod tests {
    use crate::config::tests::{example, read};

    fn wrong(text: &str) -> String {
        let wrong = read(&[text]).expect_err(text);
        assert_eq!(wrong.len(), 1, "{wrong:?}");
        wrong.concat().replace("0.toml", "config.toml")
    }

    #[test]
    fn the_example_above_is_one() {
        let formats = read(&[&example(include_str!("formats.rs"))]).unwrap().settings.own_formats;
        assert_eq!((formats.len(), &*formats[0].format.name), (1, "till"));
        assert_eq!(formats[0].sources, ["till*.log"]);
    }

    #[test]
    fn mistakes_are_named_with_their_place() {
        let with = |rest: &str| wrong(&format!("[[format]]\nname = \"a\"\n{rest}"));
        let text = with("pattren = 'x'\n");
        assert!(text.starts_with("config.toml:3:1: ") && text.contains("did you mean pattern?"), "{text}");
        let text = with("pattern = '(?<time>'\n");
        assert!(text.starts_with("config.toml:3:12: ") && text.contains("no regular expression"), "{text}");
        assert!(!text.contains("at its character"), "the place says where: {text}");
        assert!(!text.contains('\n'), "{text}");
        assert!(with("pattern = 'no groups'").contains("names no group"));
        assert!(with("pattern = 7").starts_with("config.toml:3:11: a text is wanted for pattern"));
        let text = with("pattern = '(?<time>.*)'\ntime = \"%K\"\n");
        assert!(text.starts_with("config.toml:4:8: ") && text.contains("%K"), "{text}");
        assert!(with("pattern = '(?<a>.*)'\ntime = \"%H\"\n").contains("no group (?<time>"));
        let text = with("pattern = '(?<a>.*)'\nzone = \"Mars/Olympus\"\n");
        assert!(text.starts_with("config.toml:4:8: no zone is called Mars/Olympus"), "{text}");
        assert!(
            with("pattern = '(?<a>.*)'\nsources = \"x\"\n").contains("a list of texts is wanted for sources")
        );
        assert!(with("").contains("a pattern is missing in format"));
        assert!(read(&["[[format]]\n"]).unwrap_err()[0].contains("a name is missing in format"));
        assert!(wrong("[format]\nname = 'a'\n").contains("[[format]] is wanted"));
        let twice = "[[format]]\nname = 'a'\npattern = '(?<a>.)'\n";
        assert!(wrong(&twice.repeat(2)).starts_with("config.toml:5:8: there is a format a already"));
        assert!(wrong("[[format]]\nname = 'json'\npattern = '(?<a>.)'").contains("a format json already"));
        assert!(wrong("[[format]]\nname = 'a=b'\npattern = '(?<a>.)'").contains("a name of letters"));
    }
}
