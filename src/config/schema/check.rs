//! Whether what a file says is what settings may be: a sentence for each mistake, with its place.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry as Slot;

use super::{Kind, PART, ROOT, Row};
use crate::config::toml::{Entry, Table};
use crate::config::tree::{Branch, Place, Value};

/// What is wrong in a tree: names that nothing reads, and values of another kind than is wanted; a sentence each, with
/// the place.
pub fn check(branch: &Branch) -> Vec<String> {
    let mut wrong = Vec::new();
    let table = Table::of(branch);
    check_table(&table, ROOT, &mut wrong);
    ["highlight", "filter"].iter().for_each(|name| check_names(&table, name, &mut wrong));
    wrong
}

/// Of tables `[[of]]` in one file no two may have one name; those of another file take each other's place.
fn check_names(config: &Table, of: &str, wrong: &mut Vec<String>) {
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

/// The tables `[[name]]` of a config in which nothing is wrong so far: what is missing beside a misspelt name need not
/// be told too.
pub fn sound<'a>(config: &Table<'a>, name: &str) -> Vec<Table<'a>> {
    let row = ROOT.iter().find(|row| row.name == name);
    let Some(Row { kind: Kind::Tables(rows), .. }) = row else { return Vec::new() };
    let Some(entry) = config.get(name) else { return Vec::new() };
    let is_sound = |table: &Table| {
        let mut wrong = Vec::new();
        check_whole(&entry, table, rows, &mut wrong);
        wrong.is_empty()
    };
    entry.tables().unwrap_or_default().into_iter().filter(is_sound).collect()
}

/// What is wrong in a table of a setting, and where nothing else is, what is missing in it.
fn check_whole(of: &Entry, table: &Table, rows: &[Row], wrong: &mut Vec<String>) {
    let before = wrong.len();
    check_table(table, rows, wrong);
    if wrong.len() > before {
        return;
    }
    let mut told = "";
    for row in rows.iter().filter(|row| !row.need.is_empty()) {
        let mut alike = rows.iter().filter(|other| other.need == row.need);
        if told != row.need && !alike.any(|row| table.get(row.name).is_some()) {
            told = row.need;
            wrong.push(table.entries().first().unwrap_or(of).wrong(&missing(of.name(), row.need)));
        }
    }
}

/// The sentence for what a table needs and does not have.
fn missing(name: &str, need: &str) -> String {
    format!("{need} is missing in {name}")
}

fn check_table(table: &Table, rows: &[Row], wrong: &mut Vec<String>) {
    for entry in table.entries() {
        match rows.iter().find(|row| row.name == entry.name()) {
            Some(row) => check_entry(&entry, &row.kind, wrong),
            None => {
                let known: Vec<&str> = rows.iter().map(|row| row.name).collect();
                wrong.push(entry.unknown(&known));
            }
        }
    }
}

fn check_entry(entry: &Entry, kind: &Kind, wrong: &mut Vec<String>) {
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
        Kind::Table(rows) => entry.table().map(|table| check_whole(entry, &table, rows, wrong)),
        Kind::Each(kind, _) => entry.table().map(|table| {
            table.entries().iter().for_each(|entry| check_entry(entry, kind, wrong));
        }),
        Kind::Tables(rows) => entry.tables().map(|tables| {
            tables.iter().for_each(|table| check_whole(entry, table, rows, wrong));
        }),
        Kind::Mixed(rows, what) => check_mixed(entry, rows, what, wrong),
        Kind::List => match &entry.node().value {
            Value::List(_) => Ok(()),
            _ => Err(entry.wanted("a list")),
        },
    };
    wrong.extend(checked.err());
}

fn check_mixed(entry: &Entry, rows: &[Row], what: &str, wrong: &mut Vec<String>) -> Result<(), String> {
    let Value::List(list) = &entry.node().value else {
        return Err(entry.wanted(&format!("a list of {what}")));
    };
    for node in list {
        match &node.value {
            Value::Text(_) => {}
            Value::Table(branch) => check_table(&Table::of(branch), rows, wrong),
            _ => wrong.push(node.place.say(&format!("a text or a table is wanted in {}", entry.name()))),
        }
    }
    Ok(())
}

/// What is wrong in one table beside the names it may hold.
pub fn check_part(table: &Table, wrong: &mut Vec<String>) {
    check_table(table, PART, wrong);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::toml::parse;

    fn wrong(text: &str) -> Vec<String> {
        check(&parse(text, "config.toml", 0).unwrap())
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
    fn what_a_table_needs_is_told_once_and_only_where_nothing_else_is_wrong() {
        let text = "[[filter]]\n[[highlight]]\npattern = 'x'\n[[highlight]]\npatern = 'x'\n[[highlight]]\npattern = 'x'\n\
                    style = 'red'\nwhen = { group = 1 }\n[[format]]\nzone = 'UTC'\n";
        assert_eq!(
            wrong(text),
            [
                "config.toml:1:1: a query is missing in filter",
                "config.toml:3:11: a style, or styles of groups, is missing in highlight",
                "config.toml:5:1: nothing is called patern; did you mean pattern?",
                "config.toml:9:18: a limit (above, at-least, below or at-most) is missing in when",
                "config.toml:11:8: a name is missing in format",
                "config.toml:11:8: a pattern is missing in format",
            ]
        );
    }
}
