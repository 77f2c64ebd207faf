//! The help page: made of the command table and the keymap, with the pane's present state on top.

use super::App;
use super::command::{self, Args, Command, Group, Run};
use super::layer::piece;
use super::screen::{Piece, Tone};
use super::title;
use crate::config::keymap::Keymap;

/// The page.
pub fn rows(app: &App) -> Vec<Vec<Piece>> {
    let mut rows = Vec::new();
    if let Some((id, _, _)) = app.focused() {
        rows.push(vec![piece("This pane", Tone::Focused)]);
        rows.extend(title::sentences(app, id).into_iter().map(|row| vec![piece(row, Tone::Plain)]));
        rows.push(Vec::new());
    }
    let entries: Vec<Entry> = command::all().flat_map(|command| entries(&app.keymap, &command)).collect();
    let keys = entries.iter().map(|entry| entry.keys.chars().count()).max().unwrap_or(0).min(22);
    let mut group: Option<Group> = None;
    for entry in entries {
        if group != Some(entry.group) {
            if group.is_some() {
                rows.push(Vec::new());
            }
            rows.push(vec![piece(entry.group.title(), Tone::Focused)]);
            group = Some(entry.group);
        }
        rows.push(vec![
            piece(format!("{:keys$}  ", entry.keys), Tone::Key),
            piece(entry.doc, Tone::Plain),
            piece(format!("  {}", entry.line), Tone::Faint),
        ]);
    }
    rows.push(Vec::new());
    for line in NOTES {
        rows.push(vec![piece(*line, Tone::Faint)]);
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
            Run::Panel(_) => String::new(),
        },
    };
    let mut rows = Vec::new();
    let choices: &[&str] = if let Args::OneOf(choices) = command.args { choices } else { &[] };
    let plain = keymap.keys_of(command.name, "");
    let usage = match command.args {
        Args::None => String::new(),
        Args::Text(what) => what.to_owned(),
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
    if let Args::Text(_) = command.args {
        let with = keymap.bindings().iter().filter(|b| b.command == command.name && !b.args.is_empty());
        rows.extend(
            with.map(|b| entry(vec![b.keys_text()], format!("{}: {}", command.doc, b.args), &b.args)),
        );
    }
    rows
}
