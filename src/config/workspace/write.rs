//! A workspace as a file that a person would have written.

use super::{Direction, Kept, Origin, Part, TERMS, TabPlan, TermKind, TermPlan, View, Workspace};
use crate::config::logs::LogRule;
use crate::config::settings::{FORMS, LAYOUTS, LayoutKind, TIMES};
use crate::config::show::{key, text as quoted};
use crate::core::template::escaped;

/// Columns that a line should not pass where it can be broken.
const WIDE: usize = 100;

/// The text of a workspace file; `heading` is said on top, `layout` where nothing is said of tabs and it is not the
/// usual one, `kept` what the file and the command line say besides.
pub fn write(workspace: &Workspace, heading: &str, layout: LayoutKind, kept: &Kept) -> String {
    let mut text: String = heading.lines().map(|line| format!("# {line}\n")).collect();
    let mut variables = kept.variables();
    let lacking = workspace.variables.iter().any(|(name, value)| variables.get(name) != Some(value));
    variables.extend(workspace.variables.clone());
    let own_layout = workspace.tabs.is_empty() && (layout != LayoutKind::Grid || kept.says("layout"));
    let given = kept.settings_anew();
    let (rules, rules_instead) = kept.rules_anew();
    let anew = |name: &str| match name {
        "layout" => own_layout,
        "variables" => lacking,
        "highlight" => rules_instead,
        name => given.iter().any(|setting| setting.name == name),
    };
    let (settings, tables) = kept.without(&anew);
    if own_layout {
        let name = word(&LAYOUTS, &layout);
        text += &format!("\nlayout = \"{name}\"\n");
    }
    if !given.is_empty() || !settings.is_empty() {
        text.push('\n');
    }
    text.extend(given.iter().map(|setting| format!("{} = {}\n", key(&setting.name), setting.value)));
    text += &settings;
    let sources: Vec<String> = workspace.sources.iter().map(origin).collect();
    text += "\n# What is followed: paths (with ${…}, *, or a host in front) and commands.\nsources = [\n";
    text.extend(sources.iter().map(|source| format!("  {source},\n")));
    text += "]\n";
    if lacking {
        text += "\n# What ${NAME} stands for in paths.\n[variables]\n";
        text.extend(
            variables.iter().map(|(name, value)| format!("{} = {}\n", key(name), quoted(&escaped(value)))),
        );
    }
    if !tables.is_empty() {
        text += &format!("\n{tables}");
    }
    text.extend(rules.iter().map(|rule| format!("\n{}", rule.text())));
    if !workspace.tabs.is_empty() {
        text += "\n# Tabs from the left. Rows stand below each other, columns side by side; weights share the space.\n";
    }
    for (n, plan) in workspace.tabs.iter().enumerate() {
        if n > 0 {
            text.push('\n');
        }
        text += &tab(plan);
    }
    text
}

fn origin(origin: &Origin) -> String {
    let Origin { written, command, name, log, folder: _ } = origin;
    // All of them by name: one that is added to the rule is written too.
    let LogRule { pattern: _, label, color, group, format, zone, filters, highlights, scrollback } = log;
    let text = |said: &Option<String>| said.as_deref().map(quoted);
    let list = |texts: Vec<String>| format!("[{}]", texts.join(", "));
    let zone = zone.as_ref().and_then(|zone| zone.iana_name());
    let filters = filters.as_ref().map(|all| all.iter().map(|query| quoted(&query.to_string())).collect());
    let highlights = highlights.as_ref().map(|all| all.iter().map(|name| quoted(name)).collect());
    let named = [
        (if *command { "command" } else { "path" }, Some(quoted(written))),
        ("name", text(name)),
        ("label", text(label)),
        ("color", color.as_ref().map(|look| quoted(&look.words))),
        ("group", text(group)),
        ("format", text(format)),
        ("zone", zone.map(quoted)),
        ("filters", filters.map(list)),
        ("highlights", highlights.map(list)),
        ("scrollback", scrollback.map(|bytes| bytes.to_string())),
    ];
    let said = named.into_iter().filter_map(|(name, said)| Some(format!("{name} = {}", said?)));
    let said: Vec<String> = said.collect();
    match (&said[..], command) {
        ([_], false) => quoted(written),
        _ => format!("{{ {} }}", said.join(", ")),
    }
}

fn tab(plan: &TabPlan) -> String {
    let mut text = "[[tabs]]\n".to_owned();
    if let Some(name) = &plan.name {
        text += &format!("name = {}\n", quoted(name));
    }
    for (name, on) in [("front", plan.front), ("zoom", plan.zoom), ("locked", plan.locked)] {
        if on {
            text += &format!("{name} = true\n");
        }
    }
    let (name, parts): (&str, Vec<(u32, &Part)>) = match &plan.root {
        Part::Split(_, parts) if plan.merged => ("merged", borrowed(parts)),
        Part::Split(Direction::Columns, parts) => ("columns", borrowed(parts)),
        Part::Split(Direction::Rows, parts) => ("rows", borrowed(parts)),
        pane => ("rows", vec![(1, pane)]),
    };
    text + &format!("{name} = {}\n", list(&parts, 0, name.len() + 3))
}

fn borrowed(parts: &[(u32, Part)]) -> Vec<(u32, &Part)> {
    parts.iter().map(|(weight, part)| (*weight, part)).collect()
}

/// A list of parts, on one line where there is room behind so many columns.
fn list(parts: &[(u32, &Part)], depth: usize, before: usize) -> String {
    let flat: Vec<String> = parts.iter().map(|(weight, part)| self::part(*weight, part, depth + 1)).collect();
    let one = format!("[{}]", flat.join(", "));
    if !one.contains('\n') && before + one.chars().count() <= WIDE {
        return one;
    }
    let indent = "  ".repeat(depth + 1);
    let rows: String = flat.iter().map(|part| format!("{indent}{part},\n")).collect();
    format!("[\n{rows}{}]", "  ".repeat(depth))
}

fn part(weight: u32, part: &Part, depth: usize) -> String {
    let mut said = Vec::new();
    match part {
        Part::Pane(view) => {
            let settings = view_settings(view);
            if settings.is_empty() && weight == 1 {
                return quoted(&view.source);
            }
            said.push(format!("pane = {}", quoted(&view.source)));
            if weight != 1 {
                said.push(format!("weight = {weight}"));
            }
            said.extend(settings);
        }
        Part::Split(direction, parts) => {
            if weight != 1 {
                said.push(format!("weight = {weight}"));
            }
            let name = if *direction == Direction::Rows { "rows" } else { "columns" };
            said.push(format!("{name} = {}", list(&borrowed(parts), depth, 2 * depth + 24)));
        }
    }
    format!("{{ {} }}", said.join(", "))
}

fn view_settings(view: &View) -> Vec<String> {
    let mut said = Vec::new();
    let mut say = |name: &str, value: Option<String>| {
        said.extend(value.map(|value| format!("{name} = {value}")));
    };
    let on = |on: bool| on.then(|| "true".to_owned());
    let switch = |switch: Option<bool>| switch.map(|switch| switch.to_string());
    say("focus", on(view.focus));
    let terms =
        |terms: &Vec<TermPlan>| format!("[{}]", terms.iter().map(term).collect::<Vec<_>>().join(", "));
    say("filters", view.filters.as_ref().map(terms));
    say("filters-off", on(view.filters_off));
    say("context", view.context.map(|lines| lines.to_string()));
    say("by-line", switch(view.by_line));
    say("fold-tails", on(view.fold_tails));
    say("fold-repeats", on(view.fold_repeats));
    say("wrap", switch(view.wrap));
    say("numbers", switch(view.numbers));
    say("histogram", on(view.histogram));
    say("form", view.form.map(|way| quoted(word(&FORMS, &way))));
    say("times", view.times.map(|times| quoted(word(&TIMES, &times))));
    let names = || view.hide.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", ");
    say("hide", (!view.hide.is_empty()).then(|| format!("[{}]", names())));
    said
}

/// The word for a value.
fn word<T: PartialEq>(words: &[(&'static str, T)], value: &T) -> &'static str {
    words.iter().find(|(_, known)| known == value).map_or("", |(word, _)| word)
}

fn term(term: &TermPlan) -> String {
    let text = quoted(&term.text);
    if term.on && term.kind == TermKind::Query {
        return text;
    }
    let name = word(&TERMS, &term.kind);
    let off = if term.on { "" } else { ", on = false" };
    format!("{{ {name} = {text}{off} }}")
}
