//! A workspace as it is read from a config: its sources, and the tabs with their parts. Everything that is wrong is told
//! with its place.

use std::collections::HashSet;

use super::name::{Variables, check_host, check_path};
use super::{
    Direction, LAYER, OWN, Origin, Origins, Part, TERMS, TabPlan, TermKind, TermPlan, View, WEIGHT, Workspace,
};
use crate::config::filters::read_query;
use crate::config::logs::{Known, LogRule};
use crate::config::mistake::{Mistake, taken};
use crate::config::schema::CONTEXT;
use crate::config::settings::{FORMS, TIMES};
use crate::config::sources::text_of;
use crate::config::toml::{Entry, Table};
use crate::config::tree::{Node, Place, Value};
use crate::core::near::nearest;
use crate::core::pattern::Pattern;
use crate::core::text::printable;

/// Reads what a config says of sources and tabs; where its sources are looked up; and where it says each:
/// `shop.toml:3:1`. What is wrong is added to `wrong`, whatever is wrong beside it.
pub fn read(config: &Table, known: &Known, wrong: &mut Vec<Mistake>) -> (Workspace, Origins, Vec<String>) {
    let here = known.here.clone();
    let (mut workspace, mut places) = (Workspace { here, ..Workspace::default() }, Vec::new());
    let own = |name: &str| config.get(name);
    // What is wrong in it is told by those who read the settings.
    let variables = own("variables").and_then(|entry| entry.table().ok());
    let said = variables.iter().flat_map(Table::entries);
    workspace.variables =
        said.map(|entry| (entry.name().to_owned(), text_of(&entry).unwrap_or_default())).collect();
    let elsewhere = |entry: &Entry| entry.node().place.source.layer != LAYER;
    let astray: Vec<Entry> = OWN.iter().filter_map(|name| own(name)).filter(elsewhere).collect();
    if !astray.is_empty() {
        let said = "belongs into a workspace, which is started with -w NAME";
        wrong.extend(astray.iter().map(|entry| entry.misnamed(&format!("{} {said}", entry.name()))));
        return (workspace, Origins::default(), places);
    }
    if let Some(Value::List(list)) = own("sources").map(|entry| &entry.node().value) {
        let mut names = Names::default();
        for node in list {
            if let Some(origin) = origin(node, known, &workspace.variables, wrong) {
                wrong.extend(names.add(&origin, node).err());
                workspace.sources.push(origin);
                places.push(node.place.point());
            }
        }
    }
    let origins = Origins::new(&workspace, &workspace.sources);
    let tabs = own("tabs").and_then(|entry| entry.tables().ok()).unwrap_or_default();
    let unread = workspace.sources.is_empty() && own("sources").is_some();
    let mut reader = Tabs { sources: &workspace.sources, origins: &origins, unread, wrong };
    let plans: Vec<TabPlan> = tabs.iter().filter_map(|table| reader.tab(table)).collect();
    workspace.tabs = plans;
    let fronts = tabs.iter().filter_map(|table| table.get("front"));
    for more in fronts.filter(|entry| entry.switch() == Ok(true)).skip(1) {
        wrong.push(more.misnamed("one tab can be in front, and another one says already that it is"));
    }
    (workspace, origins, places)
}

/// What a workspace says that this version does nothing of: a sentence each, with the place.
pub fn unheeded(config: &Table) -> Vec<String> {
    let alert = config.get("alert").filter(|entry| entry.node().place.source.layer == LAYER);
    let sentence = "[[alert]] does nothing: this version raises no alerts";
    alert.map(|entry| entry.misnamed(sentence).into()).into_iter().collect()
}

/// The names of the sources before one.
#[derive(Default)]
struct Names {
    all: HashSet<String>,
}

impl Names {
    /// Adds what a source is called.
    ///
    /// # Errors
    /// A sentence when it was given a name that another one has.
    fn add(&mut self, origin: &Origin, node: &Node) -> Result<(), Mistake> {
        let new = self.all.insert(origin.name().to_owned());
        if origin.name.is_none() || new {
            return Ok(());
        }
        let name = printable(origin.name());
        Err(node.place.say(&format!("another source is called {name} already")))
    }
}

/// The folder of the file in which something is said.
fn folder(place: &Place) -> String {
    let folder = place.source.name.rsplit_once('/').map(|(folder, _)| folder);
    match folder {
        Some("") => "/".to_owned(),
        folder => folder.unwrap_or_default().to_owned(),
    }
}

/// Reads a source. What is wrong with it is added to `wrong`; it has its name all the same, so that those who name it are
/// not wrong too. What is missing, or of another kind, is told by the table of settings.
fn origin(node: &Node, known: &Known, variables: &Variables, wrong: &mut Vec<Mistake>) -> Option<Origin> {
    let folder = folder(&node.place);
    let table = match &node.value {
        Value::Text(path) if path.is_empty() => {
            wrong.push(node.place.say("a path is wanted, and this is empty"));
            return None;
        }
        Value::Text(path) => {
            wrong.extend(said_of(&node.place, check_path(path, variables)).err());
            return Some(Origin::path(path, &folder));
        }
        Value::Table(branch) => Table::of(branch),
        _ => return None,
    };
    let mut log = LogRule::default();
    table.entries().iter().for_each(|entry| log.read(entry, known, wrong));
    let said = |name: &str| {
        let entry = table.get(name)?;
        Some((entry.node(), entry.text().ok().filter(|text| !text.is_empty())?))
    };
    let name = said("name").map(|(_, name)| name.to_owned());
    let mut origin = Origin { folder, name, log, ..Origin::default() };
    let sound =
        said("host").map(|(host, text)| taken(said_of(&host.place, check_host(text, variables)), wrong));
    match (said("path"), said("host"), said("command")) {
        (Some((path, text)), host, _) => {
            let host = host.map(|(_, host)| format!("{host}:")).unwrap_or_default();
            origin.written = format!("{host}{text}");
            if sound != Some(None) {
                wrong.extend(said_of(&path.place, check_path(&origin.written, variables)).err());
            }
        }
        (None, _, Some((_, command))) => (origin.written, origin.command) = (command.to_owned(), true),
        _ => {}
    }
    (!origin.name().is_empty()).then_some(origin)
}

/// What was found of something at a place.
fn said_of(place: &Place, check: Result<(), String>) -> Result<(), Mistake> {
    check.map_err(|why| place.say(&printable(&why)))
}

/// Reads tabs, whose panes are of the sources of a workspace. What is missing in them, or of another kind, is told by the
/// table of settings.
struct Tabs<'a> {
    sources: &'a [Origin],
    origins: &'a Origins,
    /// Nothing could be read of the sources: which there are is not known.
    unread: bool,
    wrong: &'a mut Vec<Mistake>,
}

impl Tabs<'_> {
    fn tab(&mut self, table: &Table) -> Option<TabPlan> {
        let mut root = None;
        for parts in ["rows", "columns", "merged"].iter().filter_map(|name| table.get(name)) {
            root = self.root(&parts);
        }
        let on = |name: &str| switch(table, name).unwrap_or(false);
        let name = table.get("name").and_then(|entry| entry.text().ok()).map(str::to_owned);
        let (front, zoom, locked) = (on("front"), on("zoom"), on("locked"));
        Some(TabPlan { name, root: root?, merged: table.get("merged").is_some(), front, zoom, locked })
    }

    /// All parts of a tab as one.
    fn root(&mut self, parts: &Entry) -> Option<Part> {
        let merged = parts.name() == "merged";
        let mut read = self.parts(parts)?;
        if merged {
            self.check_stream(parts, &read);
        }
        let focused = read.iter().flat_map(|(_, part)| part.views()).filter(|view| view.focus).count();
        if focused > 1 {
            self.wrong
                .push(parts.wrong("one pane of a tab has the focus, and several say that they have it"));
        }
        match (read.len(), merged) {
            (0, _) => None,
            (1, false) => read.pop().map(|(_, part)| part),
            _ => Some(Part::Split(direction(parts), read)),
        }
    }

    fn check_stream(&mut self, parts: &Entry, read: &[(u32, Part)]) {
        if read.len() < 2 || read.iter().any(|(_, part)| !matches!(part, Part::Pane(_))) {
            let sentence = "a stream is merged of two panes or more, and of nothing but panes";
            self.wrong.push(parts.wrong(sentence));
        }
        for odd in said_of_others(parts) {
            let name = odd.name();
            self.wrong.push(odd.misnamed(&format!(
                "a stream has one filter and one look, which are said with its first pane: {name} goes there"
            )));
        }
    }

    /// Parts that share a space; none where one of them could not be read, so that nothing is wrong with the rest alone.
    fn parts(&mut self, entry: &Entry) -> Option<Vec<(u32, Part)>> {
        let Value::List(list) = &entry.node().value else { return None };
        if list.is_empty() {
            self.wrong.push(entry.wrong(&format!("{} names no pane", entry.name())));
            return None;
        }
        let read: Vec<Option<(u32, Part)>> = list.iter().map(|node| self.part(node)).collect();
        read.into_iter().collect()
    }

    fn part(&mut self, node: &Node) -> Option<(u32, Part)> {
        let table = match &node.value {
            Value::Text(name) => {
                let source = self.source(name, &node.place);
                return Some((1, Part::Pane(View { source, ..View::default() })));
            }
            Value::Table(branch) => Table::of(branch),
            _ => return None,
        };
        let weight = table.get("weight").and_then(|entry| entry.number(WEIGHT).ok()).unwrap_or(1);
        let weight = u32::try_from(weight).unwrap_or(1);
        let mut read = None;
        for inner in ["rows", "columns"].iter().filter_map(|name| table.get(name)) {
            let mut parts = self.parts(&inner)?;
            read = match parts.len() {
                1 => parts.pop().map(|(_, part)| part),
                _ => Some(Part::Split(direction(&inner), parts)),
            };
        }
        if let Some(pane) = table.get("pane") {
            read = Some(Part::Pane(self.view(&pane, &table)));
        }
        Some((weight, read?))
    }

    /// The name of a source; that it means none is told.
    fn source(&mut self, name: &str, place: &Place) -> String {
        if self.origins.named(name).is_none() && !self.unread {
            let called = |origin: &'_ Origin| [Some(origin.name().to_owned()), origin.log.label.clone()];
            let names: Vec<String> = self.sources.iter().flat_map(called).flatten().collect();
            let mut once = HashSet::new();
            let names: Vec<&str> =
                names.iter().map(String::as_str).filter(|name| once.insert(*name)).collect();
            let near = nearest(name, &names).map(|near| format!("; did you mean {}?", printable(near)));
            let all = || match &names[..] {
                [] => "; there are no sources".to_owned(),
                names => format!("; there are {}", printable(&names.join(", "))),
            };
            let near = near.unwrap_or_else(all);
            self.wrong.push(place.say(&format!("no source is called {}{near}", printable(name))));
        }
        name.to_owned()
    }

    fn view(&mut self, pane: &Entry, table: &Table) -> View {
        let said = |name: &str| table.get(name);
        let on = |name: &str| switch(table, name).unwrap_or(false);
        // An empty name is told by the table of settings.
        let source = pane.filled().map(|name| self.source(name, &pane.node().place));
        let context = said("context").and_then(|entry| entry.number(CONTEXT).ok());
        View {
            source: source.unwrap_or_default(),
            focus: on("focus"),
            filters: said("filters").and_then(|entry| terms(&entry, self.wrong)),
            filters_off: on("filters-off"),
            context: context.and_then(|lines| usize::try_from(lines).ok()),
            by_line: switch(table, "by-line"),
            fold_tails: on("fold-tails"),
            fold_repeats: on("fold-repeats"),
            wrap: switch(table, "wrap"),
            numbers: switch(table, "numbers"),
            histogram: on("histogram"),
            form: said("form").and_then(|entry| entry.one_of(&FORMS).ok()),
            times: said("times").and_then(|entry| entry.one_of(&TIMES).ok()),
            hide: said("hide").and_then(|entry| entry.strings().ok()).unwrap_or_default(),
        }
    }
}

fn switch(table: &Table, name: &str) -> Option<bool> {
    table.get(name).and_then(|entry| entry.switch().ok())
}

fn direction(parts: &Entry) -> Direction {
    if parts.name() == "columns" { Direction::Columns } else { Direction::Rows }
}

/// What is said of panes that are not the first of a list, the first thing of each.
fn said_of_others<'a>(parts: &Entry<'a>) -> Vec<Entry<'a>> {
    let Value::List(list) = &parts.node().value else { return Vec::new() };
    let odd = |node: &'a Node| match &node.value {
        Value::Table(branch) => Table::of(branch).entries().into_iter().find(|entry| of_a_pane(entry.name())),
        _ => None,
    };
    list.iter().skip(1).filter_map(odd).collect()
}

/// Whether something is said of a pane, and not which it is.
fn of_a_pane(name: &str) -> bool {
    !["pane", "rows", "columns"].contains(&name)
}

fn terms(entry: &Entry, wrong: &mut Vec<Mistake>) -> Option<Vec<TermPlan>> {
    let Value::List(list) = &entry.node().value else { return None };
    Some(list.iter().filter_map(|node| term(node, wrong)).collect())
}

fn term(node: &Node, wrong: &mut Vec<Mistake>) -> Option<TermPlan> {
    let table = match &node.value {
        Value::Text(text) => {
            taken(read_query(text, node), wrong)?;
            return Some(TermPlan { kind: TermKind::Query, text: text.clone(), on: true });
        }
        Value::Table(branch) => Table::of(branch),
        _ => return None,
    };
    let on = switch(&table, "on").unwrap_or(true);
    let mut read = None;
    for (name, kind) in TERMS {
        let Some(entry) = table.get(name) else { continue };
        let Ok(text) = entry.text() else { continue };
        let check = match kind {
            TermKind::Query if text.trim().is_empty() => continue,
            TermKind::Query => read_query(text, entry.node()).map(drop),
            _ => Pattern::new(text)
                .map(drop)
                .map_err(|error| entry.wrong_within(error.at.map_or(0, |at| at.start), &error.message)),
        };
        wrong.extend(check.err());
        read = Some(TermPlan { kind, text: text.to_owned(), on });
    }
    read
}
