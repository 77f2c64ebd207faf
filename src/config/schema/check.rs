//! Whether what a file says is what settings may be: a sentence for each mistake, with its place.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry as Slot;

use super::{Items, Kind, Need, ROOT, Row};
use crate::config::mistake::Mistake;
use crate::config::toml::{Entry, Table};
use crate::config::tree::{Branch, Place, Value};
use crate::core::near::nearest;

/// What is wrong in a tree: names that nothing reads, values of another kind than is wanted, and what is missing. What is
/// of the right kind is understood where it is read.
pub fn check(branch: &Branch) -> Vec<Mistake> {
    let mut wrong = Vec::new();
    let table = Table::of(branch);
    for entry in table.entries() {
        check_row(&entry, ROOT, &mut wrong);
    }
    ["highlight", "filter"].iter().for_each(|name| check_names(&table, name, &mut wrong));
    wrong
}

/// The same of some settings alone; all else is somebody else's.
pub fn check_of(table: &Table, names: &[&str]) -> Vec<Mistake> {
    let mut wrong = Vec::new();
    for entry in names.iter().filter_map(|name| table.get(name)) {
        check_row(&entry, ROOT, &mut wrong);
    }
    wrong
}

/// Of tables `[[of]]` in one file no two may have one name; those of another file take each other's place.
fn check_names(config: &Table, of: &str, wrong: &mut Vec<Mistake>) {
    let mut seen: BTreeMap<(usize, &str), &Place> = BTreeMap::new();
    for table in config.get(of).and_then(|entry| entry.tables().ok()).unwrap_or_default() {
        let Some(named) = table.get("name") else { continue };
        let (Ok(name), place) = (named.text(), &named.node().place) else { continue };
        match seen.entry((place.source.layer, name)) {
            Slot::Occupied(first) => {
                let line = first.get().line();
                let sentence = format!("there is a {of} {name} already, in line {line}");
                wrong.push(named.wrong(&sentence));
            }
            Slot::Vacant(free) => drop(free.insert(place)),
        }
    }
}

/// A table of settings.
struct Whole<'a> {
    /// What messages call it.
    name: &'a str,
    /// Where it is.
    place: &'a Place,
    table: Table<'a>,
}

impl<'a> Whole<'a> {
    /// A table that is said of an entry, or one of several: it is where the first is that it says.
    fn new(of: &Entry<'a>, table: Table<'a>) -> Whole<'a> {
        let first = table.entries().first().map(|entry| &entry.node().place);
        Whole { name: of.name(), place: first.unwrap_or(&of.node().place), table }
    }

    fn check(&self, rows: &[Row], wrong: &mut Vec<Mistake>) {
        let mut unknown = Vec::new();
        for entry in self.table.entries() {
            if !check_row(&entry, rows, wrong) {
                unknown.push(entry.name());
            }
        }
        if self.check_needs(rows, &unknown, wrong) && unknown.is_empty() {
            self.check_beside(rows, wrong);
        }
    }

    /// Adds to `wrong` what is missing, and what cannot be said twice; whether there is nothing of that. What may be
    /// meant by a name that is `unknown` is not missing too.
    fn check_needs(&self, rows: &[Row], unknown: &[&str], wrong: &mut Vec<Mistake>) -> bool {
        let before = wrong.len();
        let mut told = None;
        for need in rows.iter().filter_map(|row| row.need) {
            if told.replace(need) == Some(need) {
                continue;
            }
            let alike = || rows.iter().filter(|row| row.need == Some(need));
            let mut said = alike().filter_map(|row| self.table.get(row.name));
            match (need, said.next(), said.next()) {
                (Need::Some(what), None, _) if !may_mean(unknown, rows, need) => {
                    wrong.push(self.place.say(&format!("{what} is missing in {}", self.name)));
                }
                (Need::One(sentence), None, _) if !may_mean(unknown, rows, need) => {
                    wrong.push(self.place.say(sentence));
                }
                (Need::One(sentence), Some(one), Some(other)) => {
                    let later = if one.named().span.start < other.named().span.start { other } else { one };
                    wrong.push(later.misnamed(sentence));
                }
                _ => {}
            }
        }
        wrong.len() == before
    }

    /// Adds to `wrong` what goes with something else than what is said.
    fn check_beside(&self, rows: &[Row], wrong: &mut Vec<Mistake>) {
        for row in rows {
            if let Some((other, why)) = row.beside
                && self.table.get(other).is_none()
                && let Some(entry) = self.table.get(row.name)
            {
                wrong.push(entry.misnamed(&format!("{} {why}", row.name)));
            }
        }
    }
}

/// Whether one of some names that nothing reads may be a slip for what a table needs.
fn may_mean(unknown: &[&str], rows: &[Row], need: Need) -> bool {
    let known: Vec<&str> = rows.iter().map(|row| row.name).collect();
    let needed = |name: &str| rows.iter().any(|row| row.name == name && row.need == Some(need));
    unknown.iter().any(|name| nearest(name, &known).is_none_or(needed))
}

/// Checks what is said of a name; whether there is a row for it.
fn check_row(entry: &Entry, rows: &[Row], wrong: &mut Vec<Mistake>) -> bool {
    match rows.iter().find(|row| row.name == entry.name()) {
        Some(row) => {
            check_entry(entry, &row.kind, wrong);
            true
        }
        None => {
            let known: Vec<&str> = rows.iter().map(|row| row.name).collect();
            wrong.push(entry.unknown(&known));
            false
        }
    }
}

fn check_entry(entry: &Entry, kind: &Kind, wrong: &mut Vec<Mistake>) {
    let checked = match kind {
        Kind::Switch => entry.switch().map(drop),
        Kind::Number(allowed) => entry.number(allowed.clone()).map(drop),
        Kind::Size(allowed) => entry.size(allowed.clone()).map(drop),
        Kind::Word(words) => {
            let words: Vec<(&str, ())> = words.iter().map(|word| (*word, ())).collect();
            entry.one_of(&words)
        }
        Kind::Text(_) | Kind::Named(..) => entry.filled().map(drop),
        Kind::Any(_) | Kind::Others(_) => entry.text().map(drop),
        Kind::Called(_) => entry.called().map(drop),
        Kind::Texts(_) => entry.strings().map(drop),
        Kind::Amount => entry.amount().map(drop),
        Kind::Table(rows) => entry.table().map(|table| Whole::new(entry, table).check(rows, wrong)),
        Kind::Each(kind, _) => entry.table().map(|table| {
            table.entries().iter().for_each(|entry| check_entry(entry, kind, wrong));
        }),
        Kind::Tables(rows) => entry.tables().map(|tables| {
            tables.into_iter().for_each(|table| Whole::new(entry, table).check(rows, wrong));
        }),
        Kind::Mixed(items, _) => check_mixed(entry, items, wrong),
        Kind::List => match &entry.node().value {
            Value::List(_) => Ok(()),
            _ => Err(entry.wanted("a list")),
        },
    };
    wrong.extend(checked.err());
}

fn check_mixed(entry: &Entry, items: &Items, wrong: &mut Vec<Mistake>) -> Result<(), Mistake> {
    let Value::List(list) = &entry.node().value else {
        return Err(entry.wanted(&format!("a list of {}", items.texts)));
    };
    for node in list {
        match &node.value {
            Value::Text(_) => {}
            Value::Table(branch) => {
                let table = Table::of(branch);
                Whole { name: items.name, place: &node.place, table }.check(items.rows, wrong);
            }
            _ => wrong.push(node.place.say(&format!("a text or a table is wanted in {}", entry.name()))),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::mistake::told;
    use crate::config::toml::parse;

    fn wrong(text: &str) -> Vec<String> {
        told(check(&parse(text, "config.toml", 0).unwrap()))
    }

    #[test]
    fn every_mistake_is_told_with_its_place() {
        let text = "layuot = 'grid'\nchrome = 'ful'\nmouse = 1\n[ssh]\nconnects = 0\nfoo = 1\n[hosts.x]\nfollow = 'tial'\n\
                    [[filter]]\nqury = ''\n[groups]\nweb = 'x'\n[logs.x]\nlabel = 1\n[zzzzzzzzzz]";
        let wrong = wrong(text);
        for (sentence, said) in wrong.iter().zip([
            "config.toml:1:1: nothing is called layuot; did you mean layout?",
            "config.toml:2:10: none or min or full is wanted for chrome; did you mean full?",
            "config.toml:3:9: true or false is wanted for mouse",
            "config.toml:5:12: a whole number from 1 to 256 is wanted for connects",
            "config.toml:6:1: nothing is called foo; there are connects, scrollback",
            "config.toml:8:10: auto or exact or tail is wanted for follow; did you mean tail?",
            "config.toml:10:1: nothing is called qury; did you mean query?",
            "config.toml:12:7: a list of texts is wanted for web",
            "config.toml:14:9: a text is wanted for label",
            "config.toml:15:2: nothing is called zzzzzzzzzz; there are layout, ",
        ]) {
            assert!(sentence.starts_with(said), "{sentence}\n{said}");
        }
        assert_eq!(wrong.len(), 10);
    }

    #[test]
    fn what_a_table_needs_is_told_once_unless_a_slip_may_mean_it() {
        let text = "[[filter]]\n[[highlight]]\npattern = 'x'\n[[highlight]]\npatern = 'x'\n[[highlight]]\npattern = 'x'\n\
                    style = 'red'\nwhen = { group = 1 }\n[[format]]\nzone = 'UTC'\n[[filter]]\nsources = 3\n\
                    [[highlight]]\npattern = 'x'\nlien = true\n";
        assert_eq!(
            wrong(text),
            [
                "config.toml:1:1: a query is missing in filter",
                "config.toml:3:11: a style, or styles of groups, is missing in highlight",
                "config.toml:5:1: nothing is called patern; did you mean pattern?",
                "config.toml:5:10: a style, or styles of groups, is missing in highlight",
                "config.toml:9:18: a limit (above, at-least, below or at-most) is missing in when",
                "config.toml:11:8: a name is missing in format",
                "config.toml:11:8: a pattern is missing in format",
                "config.toml:13:11: a list of texts is wanted for sources",
                "config.toml:13:11: a query is missing in filter",
                "config.toml:15:11: a style, or styles of groups, is missing in highlight",
                "config.toml:16:1: nothing is called lien; did you mean line?",
            ]
        );
    }
}
