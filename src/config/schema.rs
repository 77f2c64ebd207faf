//! Every setting there is, in one table: what is checked, completed by editors (the JSON schema), named in the
//! environment and listed in the documentation is made of it. How a value is understood is known where it is read.

mod json;

use std::collections::BTreeMap;
use std::collections::btree_map::Entry as Slot;
use std::ops::RangeInclusive;

use super::themes;
use super::toml::{Entry, Table};
use super::tree::{Branch, Place, Value};

pub use json::json;

/// A setting: its name, what it may be, and what it does.
pub struct Row {
    /// Its name.
    pub name: &'static str,
    /// What it may be.
    pub kind: Kind,
    /// What it does, in a line.
    pub doc: &'static str,
    /// What is missing in a table that has neither it nor another of the table with the same words; empty where nothing is.
    pub need: &'static str,
}

impl Row {
    /// The same as one that a table needs, or one of several with the same words.
    const fn needed(self, need: &'static str) -> Row {
        let Row { name, kind, doc, .. } = self;
        Row { name, kind, doc, need }
    }
}

/// What names of the user's own may be.
pub struct Names {
    /// What they are.
    pub what: &'static str,
    /// Which there may be: a regular expression.
    pub are: &'static str,
}

/// Any but the empty name.
const fn any(what: &'static str) -> Names {
    Names { what, are: "." }
}

/// Names of settings of the user's own.
pub(super) const fn small(what: &'static str) -> Names {
    Names { what, are: "^[a-z0-9-]+$" }
}

/// What a setting may be.
pub enum Kind {
    /// `true` or `false`.
    Switch,
    /// A whole number.
    Number(RangeInclusive<u64>),
    /// A number of bytes: `"64 MiB"`, or a number.
    Size(RangeInclusive<u64>),
    /// One of these.
    Word(&'static [&'static str]),
    /// A text that is not empty; what it says.
    Text(&'static str),
    /// The same, of which some are known.
    Named(&'static [&'static str], &'static str),
    /// A text that may be empty; what it says.
    Any(&'static str),
    /// A text that others read; what it says.
    Others(&'static str),
    /// A name, or a number; what it says.
    Called(&'static str),
    /// A list of texts; what each says.
    Texts(&'static str),
    /// A number with or without a unit: `500`, `"1.5s"`, `"20 MiB"`.
    Amount,
    /// A table of settings.
    Table(&'static [Row]),
    /// A table whose names are the user's own, each of one kind.
    Each(&'static Kind, Names),
    /// `[[name]]`: tables, one behind the other.
    Tables(&'static [Row]),
    /// A list of texts and of such tables; what the texts say.
    Mixed(&'static [Row], &'static str),
    /// A list whose items are known where it is read.
    List,
}

pub(super) const fn row(name: &'static str, kind: Kind, doc: &'static str) -> Row {
    Row { name, kind, doc, need: "" }
}

/// What [`super::hosts::Hosts::connects`] may be.
pub const CONNECTS: RangeInclusive<u64> = 1..=256;
/// How much may be held of a log that cannot be read again.
pub const SCROLLBACK: RangeInclusive<u64> = (1 << 20)..=(1 << 40);
/// How much may be held of a file on another host.
pub const FAR_SCROLLBACK: RangeInclusive<u64> = (32 << 20)..=(1 << 40);
/// How many lines of context there may be.
pub const CONTEXT: RangeInclusive<u64> = 0..=1000;
/// What priorities highlight rules may have.
pub const PRIORITIES: RangeInclusive<u64> = 0..=1000;

const ALERT: Row = row("alert", Kind::List, "kept free: this version raises no alerts");

const SOURCES: Row = row("sources", Kind::Texts("GLOB"), "of which sources; without it all");

/// The settings at the top of a file.
#[rustfmt::skip] // a table is read by its columns
pub const ROOT: &[Row] = &[
    row("layout", Kind::Word(&["grid", "rows", "columns", "main"]), "how panes are laid out at first"),
    row("chrome", Kind::Word(&["none", "min", "full"]), "how much of the screen is frame: nothing, titles, scrollbars and hints too"),
    row("hints", Kind::Switch, "the keys that matter now in the last row"),
    row("sparkline", Kind::Switch, "in titles what came in the last seconds"),
    row("mouse", Kind::Switch, "tailpane has the mouse"),
    row("log-colors", Kind::Switch, "show the colours that are already in the logs"),
    row("keymap", Kind::Word(&["less", "vim", "lnav"]), "which keys there are before your keymap.toml"),
    row("restore", Kind::Switch, "take up the last session with the same sources"),
    row("sessions", Kind::Switch, "remember what is open, and where panes look, to be taken up again"),
    row("wrap", Kind::Switch, "long lines go on in the next row"),
    row("numbers", Kind::Switch, "show line numbers"),
    row("form", Kind::Word(&["line", "pretty", "raw"]), "how JSON and logfmt are shown"),
    row("times", Kind::Word(&["off", "clock", "age", "delta"]), "what the column of times tells"),
    row("zone", Kind::Text("ZONE"), "the zone in which times are shown; without it that of this machine"),
    row("context", Kind::Number(CONTEXT), "lines shown around each kept line"),
    row("by-line", Kind::Switch, "filters keep and drop single lines, not whole records"),
    row("recursive", Kind::Switch, "a folder stands for the files in the folders below too"),
    row("hidden", Kind::Switch, "folders and globs stand for names with a dot in front too"),
    row("no-ignore", Kind::Switch, "files that ignore files name are followed too"),
    row("close-vanished", Kind::Switch, "the pane of a file that a folder or a glob stood for closes when the file is gone"),
    row("variables", Kind::Each(&Kind::Any("TEXT"), Names { what: "NAME", are: r"^[\p{L}\p{N}_.-]+$" }), "what ${NAME} stands for in names"),
    row("logs", Kind::Each(&Kind::Table(LOG), any("GLOB")), "what is said of sources by name; for each setting the first that fits counts"),
    row("filter", Kind::Tables(FILTER), "filters that panes begin with"),
    row("theme", Kind::Named(&themes::SHIPPED_NAMES, "THEME"), "how everything looks: terminal, dark, light, ansi16, contrast, colour-blind, or one of [themes]"),
    row("themes", Kind::Each(&Kind::Table(themes::ROWS), small("NAME")), "themes of your own; one named like a shipped one changes that"),
    row("highlight", Kind::Tables(HIGHLIGHT), "what gets a look of its own"),
    row("format", Kind::Tables(FORMAT), "formats of your own"),
    row("groups", Kind::Each(&Kind::Texts("HOST"), any("GROUP")), "names for several hosts"),
    row("hosts", Kind::Each(&Kind::Table(HOST), any("HOST")), "what is said of hosts by name; for each setting the first that fits counts"),
    row("ssh", Kind::Table(SSH), "how other hosts are reached"),
    row("sources", Kind::Mixed(SOURCE, "PATH"), "in a workspace: what is followed"),
    row("tabs", Kind::Tables(TAB), "in a workspace: how panes stand, a table for each tab"),
    ALERT,
    row("$schema", Kind::Others("URL"), "where editors find the JSON schema; tailpane does nothing of it"),
];

/// What a source needs.
const ORIGIN: &str = "a path or a command";
/// What a highlight rule needs.
const STYLE: &str = "a style, or styles of groups,";
/// What a threshold needs.
const LIMIT: &str = "a limit (above, at-least, below or at-most)";

/// What a workspace may say of a source.
#[rustfmt::skip]
const SOURCE: &[Row] = &[
    row("path", Kind::Text("PATH"), "a path, a glob or a folder, here or with a host in front").needed(ORIGIN),
    row("host", Kind::Text("HOST"), "the host it is on, as it may stand in front of the path"),
    row("command", Kind::Text("COMMAND"), "a command whose output is followed, for a shell").needed(ORIGIN),
    row("name", Kind::Text("NAME"), "what it is called, in tabs and on the screen"),
    LABEL, COLORED, GROUP, READ_AS, READ_ZONE, KEPT, MARKED, HELD,
];

#[rustfmt::skip]
const TAB: &[Row] = &[
    row("name", Kind::Text("NAME"), "what it is called"),
    row("rows", Kind::List, "panes and parts below each other"),
    row("columns", Kind::List, "panes and parts side by side"),
    row("merged", Kind::List, "panes as one stream by time"),
    row("front", Kind::Switch, "it is seen first"),
    row("zoom", Kind::Switch, "its focused pane has the whole space"),
    row("locked", Kind::Switch, "its panes show one instant"),
];

/// What may be said of a part of a tab.
#[rustfmt::skip]
pub const PART: &[Row] = &[
    row("pane", Kind::Text("NAME"), "the source it shows"),
    row("rows", Kind::List, "parts below each other"),
    row("columns", Kind::List, "parts side by side"),
    row("weight", Kind::Number(super::workspace::WEIGHT), "its share of the space"),
    row("focus", Kind::Switch, "the keys go to it"),
    row("filters", Kind::List, "what it keeps"),
    row("filters-off", Kind::Switch, "all of that is switched off"),
    row("context", Kind::Number(CONTEXT), "lines shown around each kept line"),
    row("by-line", Kind::Switch, "the filter keeps and drops single lines"),
    row("fold-tails", Kind::Switch, "only the first line of each record is shown"),
    row("fold-repeats", Kind::Switch, "repeated lines are shown once"),
    row("wrap", Kind::Switch, "long lines go on in the next row"),
    row("numbers", Kind::Switch, "show line numbers"),
    row("histogram", Kind::Switch, "a histogram stands above the text"),
    row("form", Kind::Word(&["line", "pretty", "raw"]), "how JSON and logfmt are shown"),
    row("times", Kind::Word(&["off", "clock", "age", "delta"]), "what the column of times tells"),
    row("hide", Kind::Texts("FIELD"), "fields that are not shown"),
];

// What may be said of a source, by its name in [logs] or where a workspace names it.
const LABEL: Row = row("label", Kind::Text("NAME"), "what it is called on the screen");
const COLORED: Row = row(
    "color",
    Kind::Text("STYLE"),
    "how its name looks: red, bold orange, #ff8800, or a style of the theme",
);
const GROUP: Row =
    row("group", Kind::Text("NAME"), "its group: the panes of one stand on a tab of their own");
const READ_AS: Row = row("format", Kind::Text("FORMAT"), "how its lines are read, as --format takes it");
const READ_ZONE: Row = row("zone", Kind::Text("ZONE"), "the zone of its times that name none");
const KEPT: Row = row("filters", Kind::Texts("QUERY"), "what its panes keep at first");
const MARKED: Row = row("highlights", Kind::Texts("NAME"), "the highlight rules with names that are for it");
const HELD: Row = row("scrollback", Kind::Size(SCROLLBACK), "how much is held of what cannot be read again");

const LOG: &[Row] = &[LABEL, COLORED, GROUP, READ_AS, READ_ZONE, KEPT, MARKED, HELD];

#[rustfmt::skip]
const FILTER: &[Row] = &[
    row("name", Kind::Text("NAME"), "a later layer's filter of the same name takes its place"),
    SOURCES,
    row("query", Kind::Text("QUERY"), "what is kept").needed("a query"),
];

#[rustfmt::skip]
const HIGHLIGHT: &[Row] = &[
    row("name", Kind::Text("NAME"), "as `highlights` of [logs] takes it; a later layer's rule of the same name takes its place"),
    SOURCES,
    row("pattern", Kind::Text("REGEX"), "what it looks for").needed("a pattern"),
    row("style", Kind::Text("STYLE"), "how what matches looks: `bold red on white`, or the name of a style of the theme").needed(STYLE),
    row("line", Kind::Switch, "the style is for the whole line"),
    row("groups", Kind::Each(&Kind::Text("STYLE"), any("GROUP")), "how groups of the pattern look, by name or number").needed(STYLE),
    row("when", Kind::Table(WHEN), "only where a group is such a number"),
    row("priority", Kind::Number(PRIORITIES), "higher ones hide lower ones, and of equal ones the later the earlier"),
];

#[rustfmt::skip]
const WHEN: &[Row] = &[
    row("group", Kind::Called("GROUP"), "the group, by name or number; without it the only one, or the whole match"),
    row("above", Kind::Amount, "it is more").needed(LIMIT),
    row("at-least", Kind::Amount, "it is as much or more").needed(LIMIT),
    row("below", Kind::Amount, "it is less").needed(LIMIT),
    row("at-most", Kind::Amount, "it is as much or less").needed(LIMIT),
];

#[rustfmt::skip]
const FORMAT: &[Row] = &[
    row("name", Kind::Text("NAME"), "as --format takes it").needed("a name"),
    SOURCES,
    row("pattern", Kind::Text("REGEX"), "its lines, with groups named time, level, message and as you like").needed("a pattern"),
    row("time", Kind::Text("LAYOUT"), "how times are written, where that is not known"),
    row("zone", Kind::Text("ZONE"), "the zone of times that name none"),
];

#[rustfmt::skip]
const HOST: &[Row] = &[
    row("transport", Kind::Word(&["russh", "openssh"]), "who speaks SSH: tailpane, or the system's ssh"),
    row("follow", Kind::Word(&["auto", "exact", "tail"]), "how files are followed there"),
];

#[rustfmt::skip]
const SSH: &[Row] = &[
    row("connects", Kind::Number(CONNECTS), "connections being made at the same time"),
    row("scrollback", Kind::Size(FAR_SCROLLBACK), "held of each file on another host, at most"),
];

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

/// A setting with the names that lead to it from the top of a file.
pub struct Setting {
    /// `["ssh", "connects"]`.
    pub path: Vec<&'static str>,
    /// What it is.
    pub row: &'static Row,
}

/// Every setting whose whole name is known: those that the environment and the command line can say.
pub fn settings() -> Vec<Setting> {
    let mut settings = Vec::new();
    for row in ROOT {
        match row.kind {
            Kind::Table(rows) => settings
                .extend(rows.iter().map(|inner| Setting { path: vec![row.name, inner.name], row: inner })),
            Kind::Each(..) | Kind::Tables(_) | Kind::Mixed(..) | Kind::List | Kind::Others(_) => {}
            _ => settings.push(Setting { path: vec![row.name], row }),
        }
    }
    settings
}

impl Kind {
    /// The value that a text says where nothing but texts can be written: in the environment. What is no such value stays
    /// a text, and is refused like one in a file.
    pub fn value_of(&self, text: &str) -> Value {
        match (self, text.to_ascii_lowercase().as_str()) {
            (Kind::Switch, "true" | "1" | "yes" | "on") => Value::Switch(true),
            (Kind::Switch, "false" | "0" | "no" | "off") => Value::Switch(false),
            (Kind::Number(_), _) => text.parse().map_or(Value::Text(text.to_owned()), Value::Whole),
            _ => Value::Text(text.to_owned()),
        }
    }

    /// What it may be, in words.
    pub fn words(&self) -> String {
        match self {
            Kind::Switch => "`true`, `false`".to_owned(),
            Kind::Number(allowed) => format!("{} to {}", allowed.start(), allowed.end()),
            Kind::Size(_) => "a size: `\"64 MiB\"`".to_owned(),
            Kind::Word(words) => {
                words.iter().map(|word| format!("`\"{word}\"`")).collect::<Vec<_>>().join(", ")
            }
            Kind::Text(what)
            | Kind::Named(_, what)
            | Kind::Any(what)
            | Kind::Others(what)
            | Kind::Called(what) => (*what).to_owned(),
            Kind::Texts(what) => format!("a list of {what}"),
            Kind::Amount => "a number, with or without a unit".to_owned(),
            Kind::Table(_) => "a table".to_owned(),
            Kind::Each(_, names) => format!("a table by {}", names.what),
            Kind::Tables(_) => "tables".to_owned(),
            Kind::Mixed(_, what) => format!("a list of {what} and tables"),
            Kind::List => "a list".to_owned(),
        }
    }
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
    fn names_are_those_that_may_stand_in_a_file_and_no_two_are_the_same() {
        fn names(rows: &[Row]) {
            for (n, row) in rows.iter().enumerate() {
                assert!(
                    row.name
                        .trim_start_matches('$')
                        .bytes()
                        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'),
                    "{}",
                    row.name
                );
                assert!(rows[..n].iter().all(|other| other.name != row.name), "{} twice", row.name);
                match &row.kind {
                    Kind::Table(rows) | Kind::Tables(rows) | Kind::Each(Kind::Table(rows), _) => names(rows),
                    _ => {}
                }
            }
        }
        names(ROOT);
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
