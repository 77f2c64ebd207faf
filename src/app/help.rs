//! The help page: made of the command table and the keymap, with the pane's present state on top.

use super::App;
use super::command::{self, Args, Command, Group, Run};
use super::fold::{self, fold};
use super::layer::piece;
use super::pane::PaneId;
use super::screen::{Piece, Tone};
use super::title;
use crate::config::keymap::Keymap;

/// The page.
pub fn rows(app: &App, width: usize) -> Vec<Vec<Piece>> {
    let mut rows = Vec::new();
    if let Some(mark) = app.mistakes.mark() {
        rows.extend(fold(&mark, width).into_iter().map(|row| vec![piece(row, Tone::Bad)]));
        rows.push(Vec::new());
    }
    if let Some((id, _, _)) = app.focused() {
        rows.push(vec![piece("This pane", Tone::Focused)]);
        rows.extend(sentences(app, id, width));
        rows.push(Vec::new());
    }
    rows.extend(listed(command::all().flat_map(|command| entries(&app.keymap, &command)).collect(), width));
    rows.push(Vec::new());
    let notes = NOTES.iter().flat_map(|line| fold(line, width));
    rows.extend(notes.map(|line| vec![piece(line, Tone::Faint)]));
    rows
}

/// The part of the page that says a word, in any case; empty when nothing does.
pub fn saying(app: &App, word: &str, width: usize) -> Vec<Vec<Piece>> {
    let word = word.to_lowercase();
    let all = command::all().flat_map(|command| entries(&app.keymap, &command));
    let says = |entry: &Entry| {
        let text = format!("{} {} {}", entry.keys, entry.doc, entry.line);
        text.to_lowercase().contains(&word)
    };
    listed(all.filter(says).collect(), width)
}

/// A pane's state in sentences.
pub fn sentences(app: &App, id: PaneId, width: usize) -> impl Iterator<Item = Vec<Piece>> {
    let rows = title::sentences(app, id).into_iter().flat_map(move |sentence| fold(&sentence, width));
    rows.map(|row| vec![piece(row, Tone::Plain)])
}

fn listed(entries: Vec<Entry>, width: usize) -> Vec<Vec<Piece>> {
    let mut rows = Vec::new();
    let keys = entries.iter().map(|entry| entry.keys.chars().count()).max().unwrap_or(0).min(22);
    let mut group: Option<Group> = None;
    for entry in entries {
        if group != Some(entry.group) {
            if group.is_some() {
                rows.push(Vec::new());
            }
            let title = fold(entry.group.title(), width).into_iter();
            rows.extend(title.map(|row| vec![piece(row, Tone::Focused)]));
            group = Some(entry.group);
        }
        let (head, body) = ((&*entry.keys, Tone::Key), (&*entry.doc, Tone::Plain));
        rows.extend(fold::entry(head, keys, body, &entry.line, width));
    }
    rows
}

/// What no single command says.
const NOTES: &[&str] = &[
    "Digits before a key are its count: 5j, 123G, 50%.",
    "Lower case in a regex matches both cases; one upper-case letter makes it exact.",
    "In a prompt: Up and Down recall, Tab completes or switches, Ctrl-W deletes a word,",
    "Ctrl-U all, Esc leaves.",
    "Behind : a name may be cut short while no other command begins so: :q quits.",
    "While lines are selected what moves extends the selection; y copies, s saves, v leaves.",
    "Scrolling up pauses a pane; its bottom resumes it. [+N] counts what came meanwhile.",
];

/// A row of help.
pub struct Entry {
    /// What the command is about.
    pub group: Group,
    /// Its keys.
    pub keys: String,
    /// What it does.
    pub doc: String,
    /// How it is typed.
    pub line: String,
}

/// A command's rows: one, or one for each choice that has keys of its own.
pub fn entries(keymap: &Keymap, command: &Command) -> Vec<Entry> {
    let entry = |keys: Vec<String>, doc: String, args: &str| Entry {
        group: command.group,
        keys: keys.join(", "),
        doc,
        line: match command.run {
            Run::App(_) => format!(":{} {args}", command.name).trim_end().to_owned(),
            Run::Panel(_) | Run::Overview(_) | Run::Hits(_) => String::new(),
        },
    };
    let mut rows = Vec::new();
    let choices: &[&str] = if let Args::OneOf(choices) = command.args { choices } else { &[] };
    let plain = keymap.keys_of(command.name, "");
    let usage = match command.args {
        Args::None => String::new(),
        Args::Text(what, _)
        | Args::Fields(what)
        | Args::Zone(what)
        | Args::Path(what)
        | Args::Source(what)
        | Args::Panes(what)
        | Args::Workspace(what)
        | Args::Theme(what) => what.to_owned(),
        Args::OneOf(choices) => choices.join("|"),
    };
    let keyed: Vec<&&str> =
        choices.iter().filter(|choice| !keymap.keys_of(command.name, choice).is_empty()).collect();
    if keyed.is_empty() || !plain.is_empty() {
        rows.push(entry(plain, command.doc.to_owned(), &usage));
    }
    for choice in keyed {
        rows.push(entry(keymap.keys_of(command.name, choice), format!("{}: {choice}", command.doc), choice));
    }
    if let Args::Text(..) = command.args {
        let with = keymap.bindings().iter().filter(|b| b.command == command.name && !b.args.is_empty());
        rows.extend(with.map(|b| entry(vec![b.keys_text()], format!("the same with {}", b.args), &b.args)));
    }
    rows
}
