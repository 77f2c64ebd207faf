//! What our own config file says of the filters that panes begin with.
//!
//! ```toml
//! [[filter]]
//! sources = ["api*.json"]    # as for --format; without it all sources
//! query = 'level>=warn !path=/health'
//! ```

use super::mistake::{Mistake, taken};
use super::toml::Table;
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

/// Reads all filters of a config; what is wrong is added to `wrong`.
pub fn read(config: &Table, wrong: &mut Vec<Mistake>) -> Vec<SourceFilter> {
    let Some(entry) = config.get("filter") else { return Vec::new() };
    let tables = entry.tables().unwrap_or_default();
    tables.iter().filter_map(|table| read_one(table, wrong)).collect()
}

/// Reads one; that something is missing, or of another kind, is told by the table of settings.
fn read_one(table: &Table<'_>, wrong: &mut Vec<Mistake>) -> Option<SourceFilter> {
    let sources = table.get("sources").and_then(|entry| taken(entry.patterns(), wrong));
    let name = table.get("name").and_then(|entry| Some(entry.text().ok()?.to_owned()));
    let query = table.get("query")?;
    let query = taken(read_query(query.filled().ok()?, query.node()), wrong)?;
    Some(SourceFilter { name, sources: sources.unwrap_or_default(), query })
}

/// Reads a query that is written at a node.
///
/// # Errors
/// A mistake with its place, within the query too.
pub fn read_query(text: &str, node: &Node) -> Result<Query, Mistake> {
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
