//! A workspace as it is read from a config: its sources, and the tabs with their parts. Everything that is wrong is told
//! with its place.

use std::collections::HashSet;

use super::name::{Variables, check_host, check_path};
use super::{
    Direction, LAYER, Origin, Origins, Part, TERMS, TabPlan, TermKind, TermPlan, View, WEIGHT, Workspace,
};
use crate::config::filters::read_query;
use crate::config::logs::{Known, LogRule};
use crate::config::schema::{self, CONTEXT};
use crate::config::settings::{FORMS, TIMES};
use crate::config::toml::{Entry, Table};
use crate::config::tree::{Node, Place, Value};
use crate::core::near::nearest;
use crate::core::pattern::Pattern;
use crate::core::text::printable;

/// What only a workspace may say.
const OWN: [&str; 3] = ["sources", "tabs", "alert"];
/// What a term of a filter may say.
const TERM: [&str; 5] = ["query", "keep", "drop", "or", "on"];

/// Reads what a config says of sources and tabs; where its sources are looked up; and where it says each:
/// `shop.toml:3:1`. What is wrong is added to `wrong`, a sentence each.
pub fn read(config: &Table, known: &Known, wrong: &mut Vec<String>) -> (Workspace, Origins, Vec<String>) {
    let here = known.here.clone();
    let (mut workspace, mut places) = (Workspace { here, ..Workspace::default() }, Vec::new());
    let own = |name: &str| config.get(name);
    // What is wrong in it is told by those who read the settings.
    let variables = own("variables").and_then(|entry| entry.table().ok());
    let said = variables.iter().flat_map(Table::entries);
    workspace.variables =
        said.filter_map(|entry| Some((entry.name().to_owned(), entry.text().ok()?.to_owned()))).collect();
    for entry in OWN.iter().filter_map(|name| own(name)) {
        if entry.node().place.source.layer != LAYER {
            let said = "belongs into a workspace, which is started with -w NAME";
            wrong.push(entry.misnamed(&format!("{} {said}", entry.name())));
            return (workspace, Origins::default(), places);
        }
    }
    if let Some(Value::List(list)) = own("sources").map(|entry| &entry.node().value) {
        let mut names = Names::default();
        for node in list {
            match origin(node, known, &workspace.variables) {
                Ok(origin) => {
                    wrong.extend(names.add(&origin, node).err());
                    workspace.sources.push(origin);
                    places.push(node.place.point());
                }
                Err(sentences) => wrong.extend(sentences),
            }
        }
    }
    let origins = Origins::new(&workspace, &workspace.sources);
    let tabs = own("tabs").and_then(|entry| Some((entry, entry.tables().ok()?)));
    for (whole, table) in
        tabs.iter().flat_map(|(entry, tables)| tables.iter().map(move |table| (entry, table)))
    {
        let tab = Tabs { sources: &workspace.sources, origins: &origins }.tab(whole, table);
        match tab {
            Ok(tab) => workspace.tabs.push(tab),
            Err(sentences) => wrong.extend(sentences),
        }
    }
    let fronts = workspace.tabs.iter().filter(|tab| tab.front).count();
    if let (2.., Some(entry)) = (fronts, own("tabs")) {
        wrong.push(entry.wrong("one tab can be in front, and several say that they are"));
    }
    (workspace, origins, places)
}

/// What a workspace says that this version does nothing of: a sentence each, with the place.
pub fn unheeded(config: &Table) -> Vec<String> {
    let alert = config.get("alert").filter(|entry| entry.node().place.source.layer == LAYER);
    let sentence = "[[alert]] does nothing: this version raises no alerts";
    alert.map(|entry| entry.misnamed(sentence)).into_iter().collect()
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
    fn add(&mut self, origin: &Origin, node: &Node) -> Result<(), String> {
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

fn origin(node: &Node, known: &Known, variables: &Variables) -> Result<Origin, Vec<String>> {
    let folder = folder(&node.place);
    let said = |place: &Place, check: Result<(), String>| check.map_err(|why| place.say(&printable(&why)));
    let branch = match &node.value {
        Value::Text(path) if !path.is_empty() => {
            let check = said(&node.place, check_path(path, variables));
            return check.map(|()| Origin::path(path, &folder)).map_err(|sentence| vec![sentence]);
        }
        Value::Table(branch) => branch,
        Value::Text(_) => return Err(vec![node.place.say("a path is wanted, and this is empty")]),
        // That is told by the table of settings.
        _ => return Err(Vec::new()),
    };
    let (mut origin, mut host, mut wrong) = (Origin { folder, ..Origin::default() }, None, Vec::new());
    let (mut path, mut command) = (None, None);
    let mut log = LogRule::default();
    for entry in Table::of(branch).entries() {
        match (entry.name(), entry.text()) {
            ("path", Ok(text)) => path = Some((entry, text)),
            ("command", Ok(text)) => command = Some(text),
            // That an empty one is none is told by the table of settings.
            ("host", Ok("")) => {}
            ("host", Ok(text)) => host = Some((entry, text)),
            ("name", Ok(text)) => origin.name = Some(text.to_owned()),
            _ => log.read(&entry, known, &mut wrong),
        }
    }
    origin.log = log;
    match (path, command) {
        (Some((_, path)), None) if !path.is_empty() => origin.written = path.to_owned(),
        (None, Some(command)) if !command.is_empty() => {
            (origin.written, origin.command) = (command.to_owned(), true);
        }
        _ => wrong.push(node.place.say("a source needs a path or a command, one of the two")),
    }
    match host {
        Some((entry, _)) if origin.command => {
            wrong.push(entry.misnamed("a command runs here: `ssh HOST …` runs one on a host"));
        }
        Some((entry, host)) => {
            wrong.extend(said(&entry.node().place, check_host(host, variables)).err());
            origin.written = format!("{host}:{}", origin.written);
        }
        None => {}
    }
    if let (Some((entry, _)), true) = (path, wrong.is_empty()) {
        wrong.extend(said(&entry.node().place, check_path(&origin.written, variables)).err());
    }
    if wrong.is_empty() { Ok(origin) } else { Err(wrong) }
}

/// Reads tabs, whose panes are of the sources of a workspace.
struct Tabs<'a> {
    sources: &'a [Origin],
    origins: &'a Origins,
}

impl Tabs<'_> {
    fn tab(&self, whole: &Entry, table: &Table) -> Result<TabPlan, Vec<String>> {
        let on = |name: &str| table.get(name).and_then(|entry| entry.switch().ok()).unwrap_or(false);
        let kinds = ["rows", "columns", "merged"].map(|name| table.get(name));
        let said: Vec<&Entry> = kinds.iter().flatten().collect();
        let [parts] = said[..] else {
            let place = said.get(1).map_or_else(|| table.entries().first().copied(), |entry| Some(**entry));
            let sentence = "a tab needs one of rows, columns and merged: the panes on it";
            return Err(vec![place.map_or_else(|| whole.wrong(sentence), |entry| entry.misnamed(sentence))]);
        };
        let merged = parts.name() == "merged";
        let direction = if parts.name() == "columns" { Direction::Columns } else { Direction::Rows };
        let mut read = self.parts(parts)?;
        if merged && (read.len() < 2 || read.iter().any(|(_, part)| !matches!(part, Part::Pane(_)))) {
            return Err(vec![
                parts.wrong("a stream is merged of two panes or more, and of nothing but panes"),
            ]);
        }
        if let Some(odd) = Some(parts).filter(|_| merged).and_then(said_of_others) {
            let name = odd.name();
            return Err(vec![odd.misnamed(&format!(
                "a stream has one filter and one look, which are said with its first pane: {name} goes there"
            ))]);
        }
        let root = match (read.len(), merged) {
            (1, false) => read.remove(0).1,
            _ => Part::Split(direction, read),
        };
        let focused = root.views().iter().filter(|view| view.focus).count();
        if focused > 1 {
            return Err(vec![
                parts.wrong("one pane of a tab has the focus, and several say that they have it"),
            ]);
        }
        let name = table.get("name").and_then(|entry| entry.text().ok()).map(str::to_owned);
        let (front, zoom, locked) = (on("front"), on("zoom"), on("locked"));
        Ok(TabPlan { name, root, merged, front, zoom, locked })
    }

    /// Parts that share a space.
    fn parts(&self, entry: &Entry) -> Result<Vec<(u32, Part)>, Vec<String>> {
        let Value::List(list) = &entry.node().value else { return Err(Vec::new()) };
        if list.is_empty() {
            return Err(vec![entry.wrong(&format!("{} names no pane", entry.name()))]);
        }
        let (mut parts, mut wrong) = (Vec::new(), Vec::new());
        for node in list {
            match self.part(node) {
                Ok(part) => parts.push(part),
                Err(sentences) => wrong.extend(sentences),
            }
        }
        if wrong.is_empty() { Ok(parts) } else { Err(wrong) }
    }

    fn part(&self, node: &Node) -> Result<(u32, Part), Vec<String>> {
        let branch = match &node.value {
            Value::Text(name) => {
                let source = self.source(name, &node.place).map_err(|sentence| vec![sentence])?;
                return Ok((1, Part::Pane(View { source, ..View::default() })));
            }
            Value::Table(branch) => branch,
            _ => return Err(vec![node.place.say("the name of a source or a table is wanted")]),
        };
        let table = Table::of(branch);
        let mut wrong = Vec::new();
        schema::check_part(&table, &mut wrong);
        if !wrong.is_empty() {
            return Err(wrong);
        }
        let weight = table.get("weight").and_then(|entry| entry.number(WEIGHT).ok()).unwrap_or(1);
        let weight = u32::try_from(weight).unwrap_or(1);
        let kinds = ["pane", "rows", "columns"].map(|name| table.get(name));
        let said: Vec<&Entry> = kinds.iter().flatten().collect();
        let [what] = said[..] else {
            return Err(vec![node.place.say("one of pane, rows and columns is wanted for a part of a tab")]);
        };
        if what.name() == "pane" {
            return Ok((weight, Part::Pane(self.view(what, &table)?)));
        }
        let odd =
            table.entries().into_iter().find(|entry| !["rows", "columns", "weight"].contains(&entry.name()));
        if let Some(odd) = odd {
            return Err(vec![odd.misnamed(&format!("{} can be said of a pane only", odd.name()))]);
        }
        let direction = if what.name() == "columns" { Direction::Columns } else { Direction::Rows };
        let mut parts = self.parts(what)?;
        match parts.len() {
            1 => Ok((weight, parts.remove(0).1)),
            _ => Ok((weight, Part::Split(direction, parts))),
        }
    }

    /// The name of a source, if it means one.
    fn source(&self, name: &str, place: &Place) -> Result<String, String> {
        if self.origins.named(name).is_some() {
            return Ok(name.to_owned());
        }
        let called = |origin: &'_ Origin| [Some(origin.name().to_owned()), origin.log.label.clone()];
        let names: Vec<String> = self.sources.iter().flat_map(called).flatten().collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let near = nearest(name, &names).map(|near| format!("; did you mean {}?", printable(near)));
        let all = || match &names[..] {
            [] => "; there are no sources".to_owned(),
            names => format!("; there are {}", printable(&names.join(", "))),
        };
        Err(place.say(&format!("no source is called {}{}", printable(name), near.unwrap_or_else(all))))
    }

    fn view(&self, pane: &Entry, table: &Table) -> Result<View, Vec<String>> {
        let said = |name: &str| table.get(name);
        let switch = |name: &str| said(name).and_then(|entry| entry.switch().ok());
        let on = |name: &str| switch(name).unwrap_or(false);
        let source = pane.text().and_then(|name| self.source(name, &pane.node().place));
        let context = said("context").and_then(|entry| entry.number(CONTEXT).ok());
        Ok(View {
            source: source.map_err(|sentence| vec![sentence])?,
            focus: on("focus"),
            filters: said("filters").map(|entry| terms(&entry)).transpose()?,
            filters_off: on("filters-off"),
            context: context.and_then(|lines| usize::try_from(lines).ok()),
            by_line: switch("by-line"),
            fold_tails: on("fold-tails"),
            fold_repeats: on("fold-repeats"),
            wrap: switch("wrap"),
            numbers: switch("numbers"),
            histogram: on("histogram"),
            form: said("form").and_then(|entry| entry.one_of(&FORMS).ok()),
            times: said("times").and_then(|entry| entry.one_of(&TIMES).ok()),
            hide: said("hide").and_then(|entry| entry.strings().ok()).unwrap_or_default(),
        })
    }
}

/// What is said of a pane that is not the first of a list, if something is.
fn said_of_others<'a>(parts: &Entry<'a>) -> Option<Entry<'a>> {
    let Value::List(list) = &parts.node().value else { return None };
    let tables = list.iter().skip(1).filter_map(|node| match &node.value {
        Value::Table(branch) => Some(Table::of(branch)),
        _ => None,
    });
    tables.flat_map(|table| table.entries()).find(|entry| entry.name() != "pane")
}

fn terms(entry: &Entry) -> Result<Vec<TermPlan>, Vec<String>> {
    let Value::List(list) = &entry.node().value else { return Err(Vec::new()) };
    let (mut terms, mut wrong) = (Vec::new(), Vec::new());
    for node in list {
        match term(node) {
            Ok(term) => terms.push(term),
            Err(sentence) => wrong.push(sentence),
        }
    }
    if wrong.is_empty() { Ok(terms) } else { Err(wrong) }
}

fn term(node: &Node) -> Result<TermPlan, String> {
    let branch = match &node.value {
        Value::Text(text) => {
            read_query(text, node)?;
            return Ok(TermPlan { kind: TermKind::Query, text: text.clone(), on: true });
        }
        Value::Table(branch) => branch,
        _ => {
            return Err(node
                .place
                .say("a query, or a table with query, keep, drop or or, is wanted in filters"));
        }
    };
    let table = Table::of(branch);
    if let Some(odd) = table.entries().into_iter().find(|entry| !TERM.contains(&entry.name())) {
        return Err(odd.unknown(&TERM));
    }
    let on = table.get("on").map_or(Ok(true), |entry| entry.switch())?;
    let said: Vec<(Entry, TermKind)> =
        TERMS.iter().filter_map(|(name, kind)| Some((table.get(name)?, *kind))).collect();
    let [(entry, kind)] = said[..] else {
        return Err(node.place.say("one of query, keep, drop and or is wanted for a term of a filter"));
    };
    let text = entry.text()?;
    match kind {
        TermKind::Query => drop(read_query(text, entry.node())?),
        _ => drop(Pattern::new(text).map_err(|error| entry.wrong(&error.to_string()))?),
    }
    Ok(TermPlan { kind, text: text.to_owned(), on })
}
