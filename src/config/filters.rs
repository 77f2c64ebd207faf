//! What our own config file says of the filters that panes begin with.
//!
//! ```toml
//! [[filter]]
//! sources = ["api*.json"]    # as for --format; without it all sources
//! query = 'level>=warn !path=/health'
//! ```

use super::schema;
use super::toml::{Entry, Table};
use super::tree::Node;
use crate::core::query::Query;

/// A filter that the panes of some sources begin with.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceFilter {
    /// What it is called, by which it is known again.
    pub name: Option<String>,
    /// Of which sources; none are all of them.
    pub sources: Vec<String>,
    /// What is kept.
    pub query: Query,
}

// A query is what it says; it holds no number that differs from itself.
impl Eq for SourceFilter {}

/// Reads all filters of a config; what is wrong is added to `wrong`, a sentence each.
pub fn read(config: &Table, wrong: &mut Vec<String>) -> Vec<SourceFilter> {
    let Some(entry) = config.get("filter") else { return Vec::new() };
    let mut filters = Vec::new();
    for table in schema::sound(config, "filter") {
        match read_one(&entry, &table) {
            Ok(filter) => filters.push(filter),
            Err(sentence) => wrong.push(sentence),
        }
    }
    filters
}

fn read_one(whole: &Entry<'_>, table: &Table<'_>) -> Result<SourceFilter, String> {
    let entry = table.needed("query", whole)?;
    let query = read_query(entry.text()?, entry.node())?;
    let sources = table.get("sources").map(|entry| entry.patterns()).transpose()?.unwrap_or_default();
    let name = table.get("name").map(|entry| entry.text().map(str::to_owned)).transpose()?;
    Ok(SourceFilter { name, sources, query })
}

/// Reads a query that is written at a node.
///
/// # Errors
/// A sentence with the place, within the query too.
pub fn read_query(text: &str, node: &Node) -> Result<Query, String> {
    Query::parse(text).map_err(|error| node.wrong_within(error.at.start, &error.message))
}

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
        let filters = read(&[&example(include_str!("filters.rs"))]).unwrap().settings.filters;
        assert_eq!(filters[0].sources, ["api*.json"]);
        assert_eq!(filters[0].query.to_string(), "level>=warn !path=/health");
    }

    #[test]
    fn mistakes_are_named_with_their_place() {
        let text = wrong("[[filter]]\nquery = 'level>=warn took>'\n");
        assert!(text.starts_with("config.toml:2:26: "), "{text}");
        let text = wrong("[[filter]]\nquery = \"\\u0061b level>=wrn\"\n");
        assert!(text.starts_with("config.toml:2:9: "), "what is not written out has no columns: {text}");
        let text = wrong("[[filter]]\nqeury = 'x'\n");
        assert!(text.starts_with("config.toml:2:1: ") && text.contains("did you mean query?"), "{text}");
        assert!(wrong("[[filter]]\nsources = ['x']\n").contains("a query is missing in filter"));
        assert!(wrong("[filter]\nquery = 'x'\n").contains("[[filter]] is wanted"));
        assert!(wrong("[[filter]]\nquery = 'x'\nsources = 'y'\n").contains("a list of texts is wanted"));
    }
}
