//! What our own config file says of the filters that panes begin with.
//!
//! ```toml
//! [[filter]]
//! sources = ["api*.json"]    # as for --format; without it all sources
//! query = 'level>=warn !path=/health'
//! ```

use super::toml::{Document, Entry, Table};
use crate::core::query::Query;

/// What a table may say.
const NAMES: [&str; 2] = ["sources", "query"];

/// A filter that the panes of some sources begin with.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceFilter {
    /// Of which sources; none are all of them.
    pub sources: Vec<String>,
    /// What is kept.
    pub query: Query,
}

// A query is what it says; it holds no number that differs from itself.
impl Eq for SourceFilter {}

/// Reads a config file; `place` is what messages call it.
///
/// # Errors
/// A sentence with file, line and column, within the query too: what is there, and what was perhaps meant.
pub fn parse(text: &str, place: &str) -> Result<Vec<SourceFilter>, String> {
    let mut filters = Vec::new();
    for entry in Document::parse(text, place)?.table().entries() {
        // What else the file may say is for others to read.
        if entry.name() == "filter" {
            for table in entry.tables()? {
                filters.push(read(&entry, &table)?);
            }
        }
    }
    Ok(filters)
}

fn read(whole: &Entry<'_>, table: &Table<'_>) -> Result<SourceFilter, String> {
    let entries = table.entries();
    if let Some(unknown) = entries.iter().find(|entry| !NAMES.contains(&entry.name())) {
        return Err(unknown.unknown(&NAMES));
    }
    let said = |name: &str| entries.iter().find(|entry| entry.name() == name);
    let query =
        said("query").ok_or_else(|| entries.first().unwrap_or(whole).wrong("a filter needs a query"))?;
    let asked =
        Query::parse(query.text()?).map_err(|error| query.wrong_within(error.at.start, &error.message))?;
    let sources = said("sources").map(Entry::strings).transpose()?.unwrap_or_default();
    Ok(SourceFilter { sources, query: asked })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(text: &str) -> String {
        parse(text, "config.toml").expect_err(text)
    }

    #[test]
    fn the_example_above_is_one() {
        let own = include_str!("filters.rs");
        let lines = own.lines().skip_while(|line| !line.ends_with("```toml")).skip(1);
        let example: Vec<&str> = lines
            .map_while(|line| line.strip_prefix("//! ").filter(|line| !line.starts_with("```")))
            .collect();
        let filters = parse(&example.join("\n"), "x").unwrap();
        assert_eq!(filters[0].sources, ["api*.json"]);
        assert_eq!(filters[0].query.to_string(), "level>=warn !path=/health");
        assert_eq!(parse("[ssh]\nconnects = 4\n", "x"), Ok(Vec::new()));
    }

    #[test]
    fn mistakes_are_named_with_their_place() {
        let text = wrong("[[filter]]\nquery = 'level>=warn took>'\n");
        assert!(text.starts_with("config.toml:2:26: "), "{text}");
        let text = wrong("[[filter]]\nquery = \"\\u0061b level>=wrn\"\n");
        assert!(text.starts_with("config.toml:2:9: "), "what is not written out has no columns: {text}");
        let text = wrong("[[filter]]\nqeury = 'x'\n");
        assert!(text.starts_with("config.toml:2:1: ") && text.contains("did you mean query?"), "{text}");
        assert!(wrong("[[filter]]\nsources = ['x']\n").contains("a filter needs a query"));
        assert!(wrong("[filter]\nquery = 'x'\n").contains("[[filter]] is wanted"));
        assert!(wrong("[[filter]]\nquery = 'x'\nsources = 'y'\n").contains("a list of texts is wanted"));
    }
}
