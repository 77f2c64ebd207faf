//! What our own config file says of sources by name.
//!
//! ```toml
//! [logs."api*.json"]         # for each setting the first table that fits counts, as in an ssh config
//! label = "api"              # what it is called on the screen
//! color = "orange"           # its name: a style as in a highlight rule
//! group = "backend"          # the panes of one group stand on a tab of their own
//! format = "json"            # as --format takes it
//! zone = "Europe/Berlin"     # of times that name none
//! filters = ["level>=info", "!path=/health"]
//! highlights = []            # names of [[highlight]] rules for these sources; here none
//! scrollback = "256 MiB"     # held of what cannot be read again
//! ```

use std::sync::Arc;

use jiff::tz::TimeZone;

use super::filters::read_query;
use super::formats::read_zone;
use super::highlights::Words;
use super::mistake::{Mistake, taken};
use super::patterns::Patterns;
use super::schema::SCROLLBACK;
use super::toml::{Entry, Table};
use super::tree::{Node, Value};
use super::workspace::{Here, Origins, Workspace};
use crate::core::near::nearest;
use crate::core::query::Query;
use crate::core::text::printable;

/// What is said of the sources a pattern means, or of one source.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LogRule {
    /// For the last part of a source's name or, with a `/` or `:` in it, for all of it; `*` and `?` stand for others. Of a
    /// workspace's source it is the path, or what is run.
    pub pattern: String,
    /// What it is called on the screen.
    pub label: Option<String>,
    /// How its name looks.
    pub color: Option<Words>,
    /// Its group.
    pub group: Option<String>,
    /// The name of the format of its lines.
    pub format: Option<String>,
    /// The zone of its times that name none.
    pub zone: Option<TimeZone>,
    /// What its panes keep at first.
    pub filters: Option<Vec<Query>>,
    /// The names of the highlight rules that are for it.
    pub highlights: Option<Vec<String>>,
    /// Bytes held of what cannot be read again.
    pub scrollback: Option<u64>,
}

// A query is what it says; it holds no number that differs from itself.
impl Eq for LogRule {}

/// All that is said of sources, by a workspace and by patterns; for each setting the first that fits counts.
#[derive(Clone, Debug, Default)]
pub struct Logs {
    /// First those of the workspace's sources.
    rules: Vec<LogRule>,
    /// How many these are.
    planned: usize,
    origins: Arc<Origins>,
    patterns: Patterns,
}

impl PartialEq for Logs {
    fn eq(&self, other: &Logs) -> bool {
        // Everything else is made of these.
        (&self.rules, self.planned) == (&other.rules, other.planned)
    }
}

impl Eq for Logs {}

impl Logs {
    /// What a workspace says of its sources, which are looked up in `origins`, and what is said by patterns, in this
    /// order.
    pub fn new(workspace: &Workspace, origins: Origins, said: Vec<LogRule>) -> Logs {
        let patterns = Patterns::new(said.iter().map(|rule| rule.pattern.as_str()));
        let mut rules: Vec<LogRule> = workspace.sources.iter().map(|origin| workspace.rule(origin)).collect();
        let planned = rules.len();
        rules.extend(said);
        Logs { rules, planned, origins: Arc::new(origins), patterns }
    }

    /// Where the sources of the workspace are looked up.
    pub fn origins(&self) -> &Arc<Origins> {
        &self.origins
    }

    /// All of them.
    pub fn rules(&self) -> &[LogRule] {
        &self.rules
    }

    /// Those that are for a source.
    pub fn of(&self, source: &str) -> impl Iterator<Item = &LogRule> {
        let said = self.patterns.of(source).into_iter().map(|n| n + self.planned);
        self.origins.meaning(source).into_iter().chain(said).filter_map(|n| self.rules.get(n))
    }
}

/// What may be looked up while a config is read.
pub struct Known<'a> {
    /// Zones by name.
    pub zone: &'a dyn Fn(&str) -> Option<TimeZone>,
    /// Whether there is a format of a name; otherwise a sentence.
    pub format: &'a dyn Fn(&str) -> Result<(), String>,
    /// Whether words are a style; otherwise a sentence.
    pub style: &'a dyn Fn(&str) -> Result<(), String>,
    /// The names of highlight rules.
    pub highlights: &'a [&'a str],
    /// What paths mean on this machine.
    pub here: &'a Arc<Here>,
}

/// Reads what is said of sources; what is wrong is added to `wrong`.
pub fn read(config: &Table, known: &Known, wrong: &mut Vec<Mistake>) -> Vec<LogRule> {
    let mut rules = Vec::new();
    let table = config.get("logs").and_then(|entry| entry.table().ok());
    for entry in table.iter().flat_map(Table::entries_by_weight) {
        let Ok(table) = entry.table() else { continue };
        wrong.extend(entry.pattern().err());
        let mut rule = LogRule { pattern: entry.name().to_owned(), ..LogRule::default() };
        for said in table.entries() {
            rule.read(&said, known, wrong);
        }
        rules.push(rule);
    }
    rules
}

impl LogRule {
    /// Reads what is said of one thing; names that are none of its own are somebody else's. What is wrong is added to
    /// `wrong`.
    pub(super) fn read(&mut self, entry: &Entry, known: &Known, wrong: &mut Vec<Mistake>) {
        match entry.name() {
            "filters" => {
                let query = |text: &str, node: &Node| read_query(text, node);
                self.filters = Some(each(entry, query, wrong));
            }
            "highlights" => {
                let name = |name: &str, node: &Node| highlight(name, node, known.highlights);
                self.highlights = Some(each(entry, name, wrong));
            }
            _ => wrong.extend(self.read_value(entry, known).err()),
        }
    }

    fn read_value(&mut self, entry: &Entry, known: &Known) -> Result<(), Mistake> {
        let text = || entry.filled().map(str::to_owned).map(Some);
        match entry.name() {
            "label" => self.label = text()?,
            "color" => self.color = Some(Words::read(entry, known.style)?),
            "group" => self.group = text()?,
            "format" => {
                (known.format)(entry.filled()?).map_err(|sentence| entry.wrong(&sentence))?;
                self.format = text()?;
            }
            "zone" => self.zone = Some(read_zone(entry, known.zone)?),
            "scrollback" => self.scrollback = Some(entry.size(SCROLLBACK)?),
            _ => {}
        }
        Ok(())
    }

    /// Takes from another rule what is not said yet.
    pub(super) fn fill(&mut self, other: &LogRule) {
        fn fill<T: Clone>(own: &mut Option<T>, other: &Option<T>) {
            if own.is_none() {
                own.clone_from(other);
            }
        }
        fill(&mut self.label, &other.label);
        fill(&mut self.color, &other.color);
        fill(&mut self.group, &other.group);
        fill(&mut self.format, &other.format);
        fill(&mut self.zone, &other.zone);
        fill(&mut self.filters, &other.filters);
        fill(&mut self.highlights, &other.highlights);
        fill(&mut self.scrollback, &other.scrollback);
    }
}

/// Reads each text of a list; what is wrong with one is added to `wrong` beside what is wrong with the others.
fn each<T>(
    entry: &Entry,
    read: impl Fn(&str, &Node) -> Result<T, Mistake>,
    wrong: &mut Vec<Mistake>,
) -> Vec<T> {
    let Value::List(list) = &entry.node().value else {
        wrong.push(entry.wanted("a list of texts"));
        return Vec::new();
    };
    let mut all = Vec::new();
    for node in list {
        let one = match &node.value {
            Value::Text(text) => read(text, node),
            _ => Err(entry.wanted("a list of texts")),
        };
        all.extend(taken(one, wrong));
    }
    all
}

/// The name of a highlight rule, of which there must be one.
fn highlight(name: &str, node: &Node, known: &[&str]) -> Result<String, Mistake> {
    if known.contains(&name) {
        return Ok(name.to_owned());
    }
    let near = nearest(name, known).map(|near| format!("; did you mean {near}?")).unwrap_or_default();
    Err(node.place.say(&format!("no [[highlight]] has the name {}{near}", printable(name))))
}

#[cfg(test)]
mod tests {
    use crate::config::look::{Look, look};
    use crate::config::tests::{example, read};
    use crate::config::themes::Name;

    #[test]
    fn the_example_above_is_one() {
        let settings = read(&[&example(include_str!("logs.rs"))]).unwrap().settings;
        let log = settings.log("web1:/srv/api-2.json");
        assert_eq!((log.label.as_deref(), log.group.as_deref()), (Some("api"), Some("backend")));
        assert_eq!(settings.look_of(log.color.as_ref().unwrap()), look("orange").unwrap());
        assert_eq!((log.format.as_deref(), log.scrollback), (Some("json"), Some(256 << 20)));
        assert_eq!(log.filters.unwrap().len(), 2);
        assert_eq!(settings.log("/srv/web.json").label, None);
    }

    #[test]
    fn a_colour_may_be_a_style_of_the_theme_and_follows_it() {
        let config = "[logs.a]\ncolor = 'level-error'\n[logs.b]\ncolor = 'underline mine'\n[themes.dark.styles]\nmine = 'bold 208'\n";
        let mut settings = read(&[config]).unwrap().settings;
        let of = |settings: &crate::config::settings::Settings, name: &str| -> Look {
            settings.look_of(settings.log(name).color.as_ref().unwrap())
        };
        let before = of(&settings, "a");
        assert_eq!(before, settings.looks().named(Name::LevelError));
        settings.theme = "dark".to_owned();
        assert_eq!(of(&settings, "a"), settings.looks().named(Name::LevelError));
        assert_ne!(of(&settings, "a"), before, "another theme has another look for it");
        assert_eq!(of(&settings, "b"), look("underline bold 208").unwrap());
        let wrong = read(&["[logs.a]\ncolor = 'level-eror'"]).unwrap_err();
        assert!(
            wrong[0].starts_with("0.toml:2:9: ") && wrong[0].contains("did you mean `level-error`"),
            "{wrong:?}"
        );
        assert_eq!(wrong.len(), 1, "{wrong:?}");
    }

    #[test]
    fn the_first_that_fits_counts_and_later_layers_before_earlier_ones() {
        let settings = read(&[
            "[logs.'a.log']\nlabel = 'one'\ngroup = 'g'\n[logs.'*.log']\nlabel = 'two'\nscrollback = '2 MiB'",
            "[logs.'/srv/*']\ngroup = 'srv'",
        ]);
        let settings = settings.unwrap().settings;
        let log = settings.log("/srv/a.log");
        assert_eq!((log.label.as_deref(), log.group.as_deref()), (Some("one"), Some("srv")));
        assert_eq!(log.scrollback, Some(2 << 20));
        assert_eq!(settings.log("/x/b.log").label.as_deref(), Some("two"));
    }

    #[test]
    fn mistakes_are_named_with_their_place() {
        let wrong = read(&["[logs.x]\nformat = 'jsno'\nzone = 'Mars'\nfilters = ['a', 'level>=wran']"]);
        let wrong = wrong.unwrap_err();
        assert!(wrong[0].starts_with("0.toml:2:10: ") && wrong[0].contains("json"), "{wrong:?}");
        assert!(wrong[1].starts_with("0.toml:3:8: no zone is called Mars"), "{wrong:?}");
        assert!(wrong[2].starts_with("0.toml:4:25: "), "{wrong:?}");
    }

    #[test]
    fn every_item_of_a_list_that_is_wrong_is_told() {
        let text = "[logs.x]\nfilters = ['(', 'level>=wran', 'ok']\nhighlights = ['one', 'two']";
        let wrong = read(&[text]).unwrap_err();
        let places: Vec<&str> = wrong.iter().map(|told| told.split(": ").next().unwrap()).collect();
        assert_eq!(places.len(), 4, "{wrong:?}");
        assert!(places[..2].iter().all(|place| place.starts_with("0.toml:2:")), "{wrong:?}");
        assert_eq!(places[2..], ["0.toml:3:15", "0.toml:3:22"], "{wrong:?}");
    }

    #[test]
    fn what_is_empty_is_a_mistake_with_its_place() {
        for (text, place) in [
            ("[logs.x]\nlabel = ''", "0.toml:2:9: "),
            ("[logs.x]\nlabel = '  '", "0.toml:2:9: "),
            ("[logs.x]\ngroup = ''", "0.toml:2:9: "),
            ("[logs.'']\nlabel = 'x'", "0.toml:1:7: "),
            ("[hosts.'']\nfollow = 'tail'", "0.toml:1:8: "),
            ("[[filter]]\nquery = 'x'\nsources = ['']", "0.toml:3:12: "),
            ("[[filter]]\nquery = ''", "0.toml:2:9: "),
            ("[logs.x]\nfilters = ['a', '']", "0.toml:2:17: "),
            ("[logs.x]\nfilters = ['  ']", "0.toml:2:13: "),
        ] {
            let wrong = read(&[text]).expect_err(text);
            assert!(wrong.len() == 1 && wrong[0].starts_with(place), "{text}: {wrong:?}");
        }
        assert!(read(&["[logs.'[a']\nlabel = 'x'"]).is_ok(), "only * and ? mean more than themselves");
    }
}
