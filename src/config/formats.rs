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

use super::toml::{Document, Entry, Table};
use crate::core::read::{Format, formats};

/// What a table may say.
const NAMES: [&str; 5] = ["name", "sources", "pattern", "time", "zone"];

/// A format of the user's own.
#[derive(Clone, Debug)]
pub struct OwnFormat {
    /// Of which sources; none are all of them.
    pub sources: Vec<String>,
    /// The format.
    pub format: Arc<Format>,
}

/// Reads a config file; `place` is what messages call it, and `zone` looks up zones by name.
///
/// # Errors
/// A sentence with file, line and column: what is there, and what was perhaps meant.
pub fn parse(
    text: &str,
    place: &str,
    zone: &dyn Fn(&str) -> Option<TimeZone>,
) -> Result<Vec<OwnFormat>, String> {
    let mut own: Vec<OwnFormat> = Vec::new();
    for entry in Document::parse(text, place)?.table().entries() {
        // What else the file may say is for others to read.
        if entry.name() != "format" {
            continue;
        }
        for table in entry.tables()? {
            let format = read(&entry, &table, zone, &own)?;
            own.push(format);
        }
    }
    Ok(own)
}

fn read(
    whole: &Entry<'_>,
    table: &Table<'_>,
    zone: &dyn Fn(&str) -> Option<TimeZone>,
    others: &[OwnFormat],
) -> Result<OwnFormat, String> {
    let entries = table.entries();
    if let Some(unknown) = entries.iter().find(|entry| !NAMES.contains(&entry.name())) {
        return Err(unknown.unknown(&NAMES));
    }
    let said = |name: &str| entries.iter().find(|entry| entry.name() == name);
    let needed = |name: &str| {
        let near = entries.first().unwrap_or(whole);
        said(name).ok_or_else(|| near.wrong(&format!("a format needs a {name}")))
    };
    let (name, pattern) = (needed("name")?, needed("pattern")?);
    let called = name.text()?;
    let taken = formats().iter().any(|known| &*known.name == called)
        || others.iter().any(|other| &*other.format.name == called);
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    if taken {
        return Err(name.wrong(&format!("there is a format {called} already; another name is wanted")));
    }
    if called.is_empty() || !called.chars().all(plain) {
        return Err(name.wrong("a name of letters, digits, `-`, `_` and `.` is wanted for a format"));
    }
    let mut format =
        Format::from_regex(called, pattern.text()?).map_err(|error| pattern.wrong(&error.to_string()))?;
    if let Some(time) = said("time") {
        format = format.with_layout(time.text()?).map_err(|error| time.wrong(&error.to_string()))?;
    }
    if let Some(named) = said("zone") {
        let known = zone(named.text()?).ok_or_else(|| {
            named.wrong(&format!(
                "no zone is called {} (Europe/Berlin, UTC)",
                named.text().unwrap_or_default()
            ))
        })?;
        format = format.with_zone(known);
    }
    let sources = said("sources").map(Entry::strings).transpose()?.unwrap_or_default();
    Ok(OwnFormat { sources, format: Arc::new(format) })
}

impl PartialEq for OwnFormat {
    /// Names are unique among the formats of a config.
    fn eq(&self, other: &OwnFormat) -> bool {
        let told = |own: &OwnFormat| (own.format.name.clone(), own.format.about.clone());
        self.sources == other.sources && told(self) == told(other)
    }
}

impl Eq for OwnFormat {}

#[cfg(test)]
mod tests {
    use super::*;

    fn zone(name: &str) -> Option<TimeZone> {
        (name == "Europe/Berlin").then(|| TimeZone::fixed(jiff::tz::offset(1)))
    }

    fn wrong(text: &str) -> String {
        parse(text, "config.toml", &zone).expect_err(text)
    }

    #[test]
    fn the_example_above_is_one() {
        let own = include_str!("formats.rs");
        let lines = own.lines().skip_while(|line| !line.ends_with("```toml")).skip(1);
        let example: Vec<&str> = lines
            .map_while(|line| line.strip_prefix("//! ").filter(|line| !line.starts_with("```")))
            .collect();
        let formats = parse(&example.join("\n"), "x", &zone).unwrap();
        assert_eq!((formats.len(), &*formats[0].format.name), (1, "till"));
        assert_eq!(formats[0].sources, ["till*.log"]);
        assert_eq!(parse("[ssh]\nconnects = 4\n", "x", &zone), Ok(Vec::new()));
    }

    #[test]
    fn mistakes_are_named_with_their_place() {
        let with = |rest: &str| wrong(&format!("[[format]]\nname = \"a\"\n{rest}"));
        let text = with("pattren = 'x'\n");
        assert!(text.starts_with("config.toml:3:1: ") && text.contains("did you mean pattern?"), "{text}");
        let text = with("pattern = '(?<time>'\n");
        assert!(text.starts_with("config.toml:3:11: ") && text.contains("no regular expression"), "{text}");
        assert!(text.contains("character"), "{text}");
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
        assert!(with("").contains("a format needs a pattern"));
        assert!(wrong("[[format]]\n").contains("a format needs a name"));
        assert!(wrong("[format]\nname = 'a'\n").contains("[[format]] is wanted"));
        let twice = "[[format]]\nname = 'a'\npattern = '(?<a>.)'\n";
        assert!(wrong(&twice.repeat(2)).starts_with("config.toml:5:8: there is a format a already"));
        assert!(wrong("[[format]]\nname = 'json'\npattern = '(?<a>.)'").contains("a format json already"));
        assert!(wrong("[[format]]\nname = 'a=b'\npattern = '(?<a>.)'").contains("a name of letters"));
    }
}
