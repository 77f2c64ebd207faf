//! What a workspace's file says besides sources and tabs, as it was written: it is written so again, with what the command
//! line says in its place.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::LAYER;
use super::given::{Given, Rule, Said, Setting, rules};
use super::open::Open;
use crate::config::show::value;
use crate::config::sources::text_of;
use crate::config::toml::{Table, parse};
use crate::config::tree::{Branch, Value};

/// What is written anew.
const ANEW: [&str; 2] = ["sources", "tabs"];
/// How the first line of a file begins that was written by the program.
pub const SAVED: &str = "Saved by :save-workspace";

/// What a file says besides sources and tabs. It is taken apart when a workspace is saved, not when one is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    text: Arc<str>,
    /// What the command line says over it.
    pub given: Given,
    /// Of which settings the environment says something else.
    overruled: Vec<String>,
}

/// A setting or the head of a table, with the comments above it; or what is said at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Statement {
    text: String,
    /// Of which setting, by the first of its names; empty at the end.
    name: String,
    /// It stands in a table of its own.
    tabled: bool,
}

impl Kept {
    /// What the workspace's file among the layers of a config says, and the command line.
    pub fn of(tree: &Branch) -> Kept {
        let file = tree.members().iter().map(|member| &member.named.source).find(|file| file.layer == LAYER);
        let text = file.map(|file| file.text.as_str()).unwrap_or_default().into();
        let over = tree.members().iter().filter(|member| member.node.place.source.layer > LAYER);
        Kept { text, given: Given::of(tree), overruled: over.map(|member| member.name.clone()).collect() }
    }

    /// Whether the file is this one.
    pub fn is_from(&self, text: &str) -> bool {
        *self.text == *text
    }

    /// The same with what was chosen since, in place of what the command line says of it.
    #[must_use]
    pub fn with(&self, chosen: Vec<Setting>) -> Kept {
        let mut kept = self.clone();
        kept.given.settings.retain(|given| chosen.iter().all(|chosen| chosen.name != given.name));
        kept.given.settings.extend(chosen);
        kept
    }

    /// Takes the file apart, which is known to be TOML.
    fn statements(&self) -> Vec<Statement> {
        let (mut statements, mut table) = (Vec::new(), None);
        let (mut above, mut begun) = (String::new(), String::new());
        let mut open = Open::default();
        for line in self.text.lines() {
            begun.push_str(line);
            begun.push('\n');
            open.read(line);
            if !open.is_closed() {
                continue;
            }
            let Ok(said) = parse(&begun, "", LAYER) else { continue };
            let begun = std::mem::take(&mut begun);
            let Some(first) = said.members().first() else {
                if !line.trim_start_matches(['#', ' ']).starts_with(SAVED) {
                    above += &begun;
                }
                continue;
            };
            if line.trim_start().starts_with('[') && begun.lines().count() == 1 {
                table = Some(first.name.clone());
            }
            let name = table.clone().unwrap_or_else(|| first.name.clone());
            let text = std::mem::take(&mut above) + &begun;
            statements.push(Statement { text, name, tabled: table.is_some() });
        }
        statements.push(Statement { text: above, name: String::new(), tabled: true });
        statements.retain(|statement: &Statement| !ANEW.contains(&statement.name.as_str()));
        statements
    }

    /// Whether it says something of a setting.
    pub fn says(&self, name: &str) -> bool {
        self.statements().iter().any(|statement| statement.name == name)
    }

    /// What the file says, understood.
    fn tree(&self) -> Branch {
        let text: String = self.statements().into_iter().map(|statement| statement.text).collect();
        parse(&text, "", LAYER).unwrap_or_default()
    }

    /// What is said for everything that is shown: by the file, unless the environment says something else, and by the
    /// command line over it.
    pub fn said(&self) -> Said {
        let mut said = Said::of(&self.tree());
        said.settings.retain(|setting| !self.overruled.contains(&setting.name));
        // A theme of the file's own is none without it.
        let own = |name: &str| {
            self.tree().get("themes").is_some_and(|themes| match &themes.node.value {
                Value::Table(themes) => themes.get(name).is_some(),
                _ => false,
            })
        };
        let mut said = said.under(&self.given);
        for theme in said.settings.iter_mut().filter(|setting| setting.name == "theme") {
            theme.flag = theme.flag.take().filter(|_| !theme.word.as_deref().is_some_and(own));
        }
        said
    }

    /// The settings that the command line gives and of which the file does not say the same.
    pub fn settings_anew(&self) -> Vec<&Setting> {
        let tree = self.tree();
        let says = |setting: &Setting| {
            tree.get(&setting.name).is_some_and(|member| value(&member.node) == setting.value)
        };
        self.given.settings.iter().filter(|setting| !says(setting)).collect()
    }

    /// The highlight rules to be written behind those of the file, and whether they are written in their place: a list on
    /// one line takes no more of them.
    pub fn rules_anew(&self) -> (Vec<Rule>, bool) {
        let own = rules(&self.tree(), &|_| true);
        let mut all = own.clone();
        for rule in &self.given.rules {
            if !all.iter().any(|known| known.is_like(rule)) {
                all.push(rule.clone());
            }
        }
        let listed = |one: &Statement| one.name == "highlight" && !one.tabled;
        let instead = all.len() > own.len() && self.statements().iter().any(listed);
        if !instead {
            all.drain(..own.len());
        }
        (all, instead)
    }

    /// What it says of variables.
    pub fn variables(&self) -> BTreeMap<String, String> {
        let tree = self.tree();
        let table = Table::of(&tree).get("variables").and_then(|entry| entry.table().ok());
        let said = table.iter().flat_map(Table::entries);
        said.filter_map(|entry| Some((entry.name().to_owned(), text_of(&entry).ok()?))).collect()
    }

    /// The text of all settings but some: those that stand before all tables, and the tables.
    pub fn without(&self, left_out: &dyn Fn(&str) -> bool) -> (String, String) {
        let statements = self.statements();
        let of = |tabled: bool| {
            let those = statements.iter().filter(|one| one.tabled == tabled && !left_out(&one.name));
            let text: String = those.map(|one| one.text.as_str()).collect();
            let text = text.trim_matches('\n');
            if text.is_empty() { String::new() } else { format!("{text}\n") }
        };
        (of(false), of(true))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_but_sources_and_tabs_is_kept_as_it_is_written() {
        let text = "# Saved by :save-workspace on a day.\n# The shop.\ntimes = 'clock' # short\n\n# Files.\nsources = [\n  \
                    'a.log', # one\n]\n\n# Ours.\n[variables]\nlogs = '''\n[tabs]\n'''\n\n# Tabs.\n[[tabs]]\n# one\nrows = \
                    [\n  'a.log',\n]\n[[highlight]]\npattern = 'x'\n";
        let kept = |text: &str| Kept { text: text.into(), ..Kept::default() };
        let (settings, tables) = kept(text).without(&|_| false);
        assert_eq!(settings, "# The shop.\ntimes = 'clock' # short\n");
        assert_eq!(tables, "# Ours.\n[variables]\nlogs = '''\n[tabs]\n'''\n[[highlight]]\npattern = 'x'\n");
        assert_eq!(kept(text).variables()["logs"], "[tabs]\n");
        assert_eq!(kept("").without(&|_| false), (String::new(), String::new()));
    }
}
