//! The settings, a row each, in the order in which they are listed.

use std::ops::RangeInclusive;

use super::{Items, Kind, Names, Row, row, small};
use crate::config::themes;
use crate::config::workspace::WEIGHT;

/// Any but the empty name.
const fn any(what: &'static str) -> Names {
    Names { what, are: "." }
}

/// Letters, digits, `-`, `_` and `.`, as far as every implementation of JSON schemas can say it: of the signs that are not
/// ASCII all.
const PLAIN: &str = r"^[^\x00-,/:-@\[-^`{-\x7f]+$";

/// What [`crate::config::hosts::Hosts::connects`] may be.
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
pub static ROOT: &[Row] = &[
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
    row("zone", Kind::Text("ZONE"), "the zone in which times are shown; without it, or with local, that of this machine"),
    row("context", Kind::Number(CONTEXT), "lines shown around each kept line"),
    row("by-line", Kind::Switch, "filters keep and drop single lines, not whole records"),
    row("recursive", Kind::Switch, "a folder stands for the files in the folders below too"),
    row("hidden", Kind::Switch, "folders and globs stand for names with a dot in front too"),
    row("no-ignore", Kind::Switch, "files that ignore files name are followed too"),
    row("close-vanished", Kind::Switch, "the pane of a file that a folder or a glob stood for closes when the file is gone"),
    row("variables", Kind::Each(&Kind::Any("TEXT"), Names { what: "NAME", are: PLAIN }), "what ${NAME} stands for in names"),
    row("logs", Kind::Each(&Kind::Table(LOG), any("GLOB")), "what is said of sources by name; for each setting the first that fits counts"),
    row("filter", Kind::Tables(FILTER), "filters that panes begin with"),
    row("theme", Kind::Named(&themes::SHIPPED_NAMES, "THEME"), "how everything looks: terminal, dark, light, ansi16, contrast, colour-blind, or one of [themes]"),
    row("themes", Kind::Each(&Kind::Table(themes::ROWS), small("NAME")), "themes of your own; one named like a shipped one changes that"),
    row("highlight", Kind::Tables(HIGHLIGHT), "what gets a look of its own"),
    row("format", Kind::Tables(FORMAT), "formats of your own"),
    row("groups", Kind::Each(&Kind::Texts("HOST"), any("GROUP")), "names for several hosts"),
    row("hosts", Kind::Each(&Kind::Table(HOST), any("HOST")), "what is said of hosts by name; for each setting the first that fits counts"),
    row("ssh", Kind::Table(SSH), "how other hosts are reached"),
    row("sources", Kind::Mixed(&SOURCE, 0), "in a workspace: what is followed"),
    row("tabs", Kind::Tables(TAB), "in a workspace: how panes stand, a table for each tab"),
    ALERT,
    row("$schema", Kind::Others("URL"), "where editors find the JSON schema; tailpane does nothing of it"),
];

/// What a source needs.
const ORIGIN: &str = "a source needs a path or a command, one of the two";
/// What a tab needs.
const PANES: &str = "a tab needs one of rows, columns and merged: the panes on it";
/// What a part of a tab needs.
const KIND: &str = "one of pane, rows and columns is wanted for a part of a tab";
/// What is wrong with what is said of a part that is no pane.
const OF_PANES: &str = "can be said of a pane only";
/// What a term of a filter needs.
const WHAT: &str = "one of query, keep, drop and or is wanted for a term of a filter";
/// What a highlight rule needs.
const STYLE: &str = "a style, or styles of groups,";
/// What a threshold needs.
const LIMIT: &str = "a limit (above, at-least, below or at-most)";

/// What a workspace may say of a source.
#[rustfmt::skip]
static SOURCE: Items = Items { name: "source", texts: "PATH", rows: &[
    row("path", Kind::Text("PATH"), "a path, a glob or a folder, here or with a host in front").one_of(ORIGIN),
    row("host", Kind::Text("HOST"), "the host it is on, as it may stand in front of the path")
        .beside("path", "can be said of a path only: a command runs here, and `ssh HOST …` runs one on a host"),
    row("command", Kind::Text("COMMAND"), "a command whose output is followed, for a shell").one_of(ORIGIN),
    row("name", Kind::Text("NAME"), "what it is called, in tabs and on the screen"),
    LABEL, COLORED, GROUP, READ_AS, READ_ZONE, KEPT, MARKED, HELD,
] };

#[rustfmt::skip]
static TAB: &[Row] = &[
    row("name", Kind::Text("NAME"), "what it is called"),
    row("rows", Kind::Mixed(&PART, 1), "panes and parts below each other").one_of(PANES),
    row("columns", Kind::Mixed(&PART, 1), "panes and parts side by side").one_of(PANES),
    row("merged", Kind::Mixed(&PART, 2), "panes as one stream by time").one_of(PANES),
    row("front", Kind::Switch, "it is seen first"),
    row("zoom", Kind::Switch, "its focused pane has the whole space"),
    row("locked", Kind::Switch, "its panes show one instant"),
];

/// What may be said of a part of a tab.
#[rustfmt::skip]
static PART: Items = Items { name: "part", texts: "NAME", rows: &[
    row("pane", Kind::Text("NAME"), "the source it shows").one_of(KIND),
    row("rows", Kind::Mixed(&PART, 1), "parts below each other").one_of(KIND),
    row("columns", Kind::Mixed(&PART, 1), "parts side by side").one_of(KIND),
    row("weight", Kind::Number(WEIGHT), "its share of the space"),
    of_pane("focus", Kind::Switch, "the keys go to it"),
    of_pane("filters", Kind::Mixed(&TERM, 0), "what it keeps"),
    of_pane("filters-off", Kind::Switch, "all of that is switched off"),
    of_pane("context", Kind::Number(CONTEXT), "lines shown around each kept line"),
    of_pane("by-line", Kind::Switch, "the filter keeps and drops single lines"),
    of_pane("fold-tails", Kind::Switch, "only the first line of each record is shown"),
    of_pane("fold-repeats", Kind::Switch, "repeated lines are shown once"),
    of_pane("wrap", Kind::Switch, "long lines go on in the next row"),
    of_pane("numbers", Kind::Switch, "show line numbers"),
    of_pane("histogram", Kind::Switch, "a histogram stands above the text"),
    of_pane("form", Kind::Word(&["line", "pretty", "raw"]), "how JSON and logfmt are shown"),
    of_pane("times", Kind::Word(&["off", "clock", "age", "delta"]), "what the column of times tells"),
    of_pane("hide", Kind::Texts("FIELD"), "fields that are not shown"),
] };

/// What can be said of a pane, and of no other part.
const fn of_pane(name: &'static str, kind: Kind, doc: &'static str) -> Row {
    row(name, kind, doc).beside("pane", OF_PANES)
}

/// What may be said of a term of a filter.
#[rustfmt::skip]
static TERM: Items = Items { name: "term", texts: "QUERY", rows: &[
    row("query", Kind::Text("QUERY"), "it keeps what is asked for").one_of(WHAT),
    row("keep", Kind::Any("REGEX"), "it keeps what matches").one_of(WHAT),
    row("drop", Kind::Any("REGEX"), "it drops what matches").one_of(WHAT),
    row("or", Kind::Any("REGEX"), "it keeps what matches too").one_of(WHAT),
    row("on", Kind::Switch, "false: it is switched off"),
] };

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

#[cfg(test)]
mod tests {
    use super::*;

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
                    // A part may hold parts again.
                    Kind::Mixed(items, _) if !std::ptr::eq(items.rows, rows) => names(items.rows),
                    _ => {}
                }
            }
        }
        names(ROOT);
    }
}
