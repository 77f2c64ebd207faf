//! The desk for another time and for others: saved as a workspace, or copied as a command.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::Path;

use super::App;
use super::command::Call;
use super::confirm::Confirm;
use super::event::{Effect, Saved};
use super::pane::Pane;
use crate::config::settings::{FormatRule, LAYOUTS, LayoutKind};
use crate::config::workspace::{Origins, SAVED, Said, Setting, TermKind, TermPlan, View, Workspace, write};
use crate::core::text;

pub(super) fn save(app: &mut App, call: &Call) {
    let name = match (call.arg.trim(), &app.space.name) {
        ("", Some(name)) => name.clone(),
        ("", None) => {
            return app
                .messages
                .note("under which name? `:save-workspace NAME`, or a file: `:save-workspace ./NAME.toml`");
        }
        (name, _) => name.to_owned(),
    };
    let folder = app.folder_of(&name);
    let mut named = app.origins(&folder);
    named.file = Some(app.file_alone(&named, &folder));
    let (left_out, run_once) = (named.left_out(), named.run_once());
    let mut plan = app.snapshot_of(named);
    if plan.sources.is_empty() {
        return app.messages.note(with("nothing is open that could be saved", left_out));
    }
    let told = [left_out, run_once, app.say_formats(&mut plan)];
    let left_out = told.into_iter().flatten().reduce(|one, more| one + "; " + &more);
    let layout = app.desk.tab().and_then(|tab| tab.kind).unwrap_or_default();
    let text = write(&plan, &app.heading(&name), layout, &app.kept());
    let saving = Saving { name, text, left_out };
    app.write_workspace(saving, false);
}

/// A workspace that is being saved.
#[derive(Clone)]
pub struct Saving {
    name: String,
    text: String,
    /// What is left out of it, if something is: a sentence.
    left_out: Option<String>,
}

impl Saving {
    fn effect(&self, overwrite: bool) -> Effect {
        Effect::SaveWorkspace { name: self.name.clone(), text: self.text.clone(), overwrite }
    }
}

/// What of the desk is not in a command that is being copied.
#[derive(Default)]
pub struct Unsaid {
    /// What a workspace could say.
    besides: Vec<String>,
    /// What nothing could: a sentence.
    left_out: Option<String>,
}

/// A sentence, and perhaps another one behind it.
fn with(sentence: &str, more: Option<String>) -> String {
    more.into_iter().fold(sentence.to_owned(), |sentence, more| sentence + "; " + &more)
}

pub(super) fn share(app: &mut App, _: &Call) {
    let mut named = app.origins("");
    let left_out = named.left_out();
    let repeated = std::mem::take(&mut named.repeated);
    named.origins.extend(repeated);
    let plan = app.snapshot_of(named);
    if plan.sources.is_empty() {
        return app.messages.note(with("nothing is open that could be shared", left_out));
    }
    let kind = app.desk.tab().and_then(|tab| tab.kind);
    let said = app.kept().said();
    let views = app.views(said.settings.iter().any(|setting| setting.name == "by-line"));
    let (flags, unflagged) = app.flags(said);
    let (command, mut besides) = command(&plan, &views, kind, flags);
    besides.extend(unflagged);
    app.space.unsaid = Unsaid { besides, left_out };
    app.effects.push(Effect::Copy(command));
}

impl App {
    /// The folder that relative paths are meant from in a workspace that is saved; empty where that is not known.
    fn folder_of(&self, name: &str) -> String {
        let file = match self.space.name.as_deref() == Some(name) {
            true => self.settings.workspace.sources.first().map(|origin| format!("{}/", origin.folder)),
            false => Some(name.to_owned()),
        };
        // A name of one word is that of a file in the config folder.
        let file = file.filter(|file| file.contains('/') || file.ends_with(".toml"));
        let folder =
            file.map(|file| file.rsplit_once('/').map_or(String::new(), |(folder, _)| folder.to_owned()));
        let whole = folder.map(|folder| match folder.as_str() {
            "" | "." => self.space.folder.clone(),
            folder => self.whole_name(folder),
        });
        whole.unwrap_or_default()
    }

    /// What is said on top of a saved workspace.
    fn heading(&self, name: &str) -> String {
        let when = self.now.map(|now| self.wall.at(now).strftime("%Y-%m-%d %H:%M").to_string());
        let when = when.map(|when| format!(" on {when}")).unwrap_or_default();
        // Behind `-w` such a name would be another flag.
        let flag = if name.starts_with('-') { "--workspace=" } else { "-w " };
        format!("{SAVED}{when}. `tailpane {flag}{}` shows it again.", text::printable(&quoted(name)))
    }

    /// Says of the sources of a plan in which format they were chosen to be read. A sentence where that is none of all
    /// that one of them stands for.
    fn say_formats(&self, plan: &mut Workspace) -> Option<String> {
        if self.settings.formats.is_empty() {
            return None;
        }
        let origins = Origins::new(plan, &plan.sources);
        let mut chosen: Vec<BTreeSet<Option<&str>>> = vec![BTreeSet::new(); plan.sources.len()];
        for feed in self.feeds.values() {
            let name = feed.planned_name();
            let from = origins.of(name).or_else(|| origins.of(&self.whole_name(name)));
            if let Some(formats) = from.and_then(|from| chosen.get_mut(from)) {
                formats.insert(self.settings.chosen_format(&feed.source.name));
            }
        }
        let mut odd = Vec::new();
        for (n, formats) in chosen.into_iter().enumerate() {
            let opened = plan.sources.get(n).map(|origin| plan.opened(origin).typed()).unwrap_or_default();
            let Some(origin) = plan.sources.get_mut(n) else { continue };
            let format = match formats.len() {
                0 => self.settings.chosen_format(&opened),
                1 => formats.into_iter().flatten().next(),
                _ => {
                    odd.push(text::printable(&origin.written));
                    None
                }
            };
            origin.log.format = format.map(str::to_owned).or(origin.log.format.take());
        }
        let odd = odd.join(", ");
        (!odd.is_empty()).then(|| format!("what --format says of some files of {odd} is not saved"))
    }

    /// What is to be said of how files are found and read, and of what else is said for everything; and what of that no
    /// flag says.
    fn flags(&self, said: Said) -> (Vec<String>, Vec<String>) {
        let sources = &self.settings.sources;
        let switches = [
            ("--recursive", sources.recursive),
            ("--hidden", sources.hidden),
            ("--no-ignore", sources.no_ignore),
            ("--close-vanished", sources.close_vanished),
        ];
        let on = switches.into_iter().filter(|(_, on)| *on).map(|(flag, _)| flag.to_owned());
        let format = |rule: &FormatRule| {
            let of = rule.sources.iter().map(|sources| format!("{sources}=")).collect::<String>();
            format!("--format={}", quoted(&(of + &rule.name)))
        };
        let mut flags: Vec<String> = on.chain(self.settings.formats.iter().map(format)).collect();
        let Said { settings, rules, others } = said;
        let mut unflagged = Vec::new();
        // Whether filters judge lines is said of what the panes do.
        for Setting { flag, word, name, .. } in
            settings.into_iter().filter(|setting| setting.name != "by-line")
        {
            match flag {
                Some(flag) if flags.contains(&flag) => {}
                Some(flag) => {
                    let word = word.iter().map(|word| format!("={}", quoted(word)));
                    flags.push(flag + &word.collect::<String>());
                }
                None => unflagged.push(format!("the setting {name}")),
            }
        }
        unflagged.extend(others.into_iter().map(|name| format!("the setting {name}")));
        let words = rules.iter().filter_map(|rule| rule.word.as_deref());
        let (typed, odd): (Vec<&str>, Vec<&str>) = words.partition(|word| can_be_typed(word, false));
        flags.extend(typed.into_iter().map(|word| format!("--highlight={}", quoted(word))));
        if rules.iter().any(|rule| rule.word.is_none()) {
            unflagged.push("highlight rules that say more than a pattern and a style".to_owned());
        }
        if !odd.is_empty() {
            unflagged.push("highlight rules with characters that cannot be typed".to_owned());
        }
        (flags, unflagged)
    }

    /// All panes, as they would be planned, but with the grain that they have where something is `said` of that for all.
    fn views(&self, said: bool) -> Vec<View> {
        let merged = |id: &super::pane::PaneId| self.desk.panes.get(id);
        let view = |pane: &Pane| {
            let by_line =
                (pane.folding.by_line != self.settings.by_line || said).then_some(pane.folding.by_line);
            View { by_line, ..self.view_of(pane, "", None) }
        };
        self.desk.order().iter().filter_map(merged).map(view).collect()
    }

    /// Has a workspace written. The file may be read again before it is told that it was saved.
    fn write_workspace(&mut self, saving: Saving, overwrite: bool) {
        self.effects.push(saving.effect(overwrite));
        self.space.saved = Some(saving.text.clone());
        self.space.saving = Some(saving);
    }

    /// What became of saving a workspace.
    pub(super) fn workspace_saved(&mut self, saved: Saved) {
        let saving = self.space.saving.take();
        match saved {
            Saved::Done(sentence) => {
                self.workspace_names.forget();
                self.messages.note(with(&sentence, saving.and_then(|saving| saving.left_out)));
            }
            Saved::Failed(sentence) => self.messages.error(sentence),
            Saved::Exists(path) => {
                let Some(saving) = saving else { return };
                self.messages.unsay();
                let part =
                    |part: Option<&OsStr>| text::printable(&part.unwrap_or_default().to_string_lossy());
                let (file, folder) = (part(path.file_name()), part(path.parent().map(Path::as_os_str)));
                let goes = match self.space.name.as_deref() == Some(saving.name.as_str()) {
                    true => "its sources and tabs are written anew, without their comments",
                    false => "all that it says is replaced",
                };
                self.open(Confirm::new(
                    format!("{file} is there already; {goes} ({folder})"),
                    "replace it".into(),
                    Box::new(move |app| app.write_workspace(saving.clone(), true)),
                ));
            }
        }
    }

    /// Text was put on the clipboard, or not: a sentence.
    pub(super) fn copied(&mut self, sentence: String) {
        let Unsaid { besides, left_out } = std::mem::take(&mut self.space.unsaid);
        let besides = (!besides.is_empty())
            .then(|| format!("it does not say {}: :save-workspace does", besides.join(", ")));
        self.messages.note(with(&with(&sentence, besides), left_out));
    }
}

/// The command that shows the same again, as far as flags can say it, and what it does not say.
fn command(
    plan: &Workspace,
    views: &[View],
    kind: Option<LayoutKind>,
    flags: Vec<String>,
) -> (String, Vec<String>) {
    let mut words = vec!["tailpane".to_owned()];
    let (mut unsaid, mut odd) = (Vec::new(), 0);
    match kind {
        Some(kind) => {
            let name = LAYOUTS.iter().find(|(_, known)| *known == kind).map_or("grid", |(name, _)| name);
            words.extend((kind != LayoutKind::Grid).then(|| format!("--layout {name}")));
        }
        None => unsaid.push("how the panes stand"),
    }
    let names = plan.tabs.iter().any(|tab| tab.name.is_some() || tab.zoom || tab.locked);
    // The files of a glob have a pane each by themselves; a second one of the same file is somebody's doing.
    let shown: Vec<&str> =
        plan.tabs.iter().flat_map(|tab| tab.root.views()).map(|view| &*view.source).collect();
    let twins = shown.iter().collect::<BTreeSet<_>>().len() < shown.len();
    if plan.tabs.iter().any(|tab| tab.merged) {
        unsaid.push("what is merged");
    } else if (names || twins) && kind.is_some() {
        unsaid.push("how the panes stand");
    }
    match same_filter(views) {
        Some(terms) => words.extend(terms.iter().map(flag)),
        None => unsaid.push("filters that are not the same in all panes, or off"),
    }
    let by_line = |view: &View| view.by_line == Some(true);
    if views.iter().all(by_line) {
        words.push("--by-line".to_owned());
    }
    let plain = |view: &View| {
        let rest = View { filters: None, filters_off: false, by_line: None, focus: false, ..view.clone() };
        rest == View::default()
    };
    if !views.iter().all(plain) || (views.iter().any(by_line) && !views.iter().all(by_line)) {
        unsaid.push("how lines are shown");
    }
    words.extend(flags);
    for origin in &plan.sources {
        if !can_be_typed(&plan.filled(&origin.written), origin.command) {
            odd += 1;
            continue;
        }
        words.push(match origin.command {
            true => format!("--command {}", quoted(&origin.written)),
            false if origin.written.starts_with('-') && origin.written != "-" => {
                quoted(&format!("./{}", origin.written))
            }
            false => quoted(&plan.filled(&origin.written)),
        });
        if origin.log != Default::default() {
            unsaid.push("what the workspace says of sources");
        }
    }
    unsaid.dedup();
    let mut unsaid: Vec<String> = unsaid.into_iter().map(str::to_owned).collect();
    match odd {
        0 => {}
        1 => unsaid.push("1 source whose name has characters that cannot be typed".to_owned()),
        n => unsaid.push(format!("{n} sources whose names have characters that cannot be typed")),
    }
    (words.join(" "), unsaid)
}

/// Whether a name may stand on a command line: whoever gets that sees all of it. What a shell runs may have lines.
fn can_be_typed(name: &str, command: bool) -> bool {
    let line = |part: &str| text::printable(part) == part;
    if command { name.split(['\n', '\t']).all(line) } else { line(name) }
}

/// The filter that all panes have and that is in effect.
fn same_filter(views: &[View]) -> Option<Vec<TermPlan>> {
    let first = views.first()?;
    let terms = first.filters.clone().unwrap_or_default();
    let same = |view: &View| view.filters.clone().unwrap_or_default() == terms && !view.filters_off;
    (views.iter().all(same) && terms.iter().all(|term| term.on)).then_some(terms)
}

fn flag(term: &TermPlan) -> String {
    let name = match term.kind {
        TermKind::Query => "filter",
        TermKind::Keep => "keep",
        TermKind::Drop => "drop",
        TermKind::Or => "or",
    };
    format!("--{name}={}", quoted(&term.text))
}

/// A word as sh, bash, zsh and fish (from 3.4 on) all read it, on one line: fish takes a backslash between apostrophes for
/// more than itself, so it stands outside of them; a word of several lines is put together by `printf`, which all have,
/// and loses line breaks at its end.
pub fn quoted(word: &str) -> String {
    if word.contains('\n') {
        let lines: Vec<String> = word.trim_end_matches('\n').split('\n').map(quoted).collect();
        return format!("\"$(printf '%s\\n' {})\"", lines.join(" "));
    }
    let plain = |c: char| c.is_alphanumeric() || "/._-:,@%+".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    let mut quoted = String::from("'");
    for c in word.chars() {
        match c {
            '\'' => quoted.push_str("'\\''"),
            '\\' => quoted.push_str("'\\\\'"),
            c => quoted.push(c),
        }
    }
    quoted.push('\'');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_for_every_shell() {
        assert_eq!(quoted("/var/log/a-1.log"), "/var/log/a-1.log");
        assert_eq!(quoted("a b"), "'a b'");
        assert_eq!(quoted("it's"), "'it'\\''s'");
        assert_eq!(quoted("\\d"), "''\\\\'d'");
        assert_eq!(quoted("~/x"), "'~/x'");
        assert_eq!(quoted(""), "''");
        assert_eq!(quoted("a\n\n b\n"), "\"$(printf '%s\\n' a '' ' b')\"");
    }

    #[test]
    fn every_shell_that_is_here_reads_what_was_meant() {
        let word = "while :; do\n  echo \"it's \\n 100%\" $HOME `x`\n\n-e\ndone";
        let command = format!("printf %s {}", quoted(word));
        assert!(!command.contains('\n'), "{command}");
        for shell in ["sh", "dash", "bash", "zsh", "fish"] {
            let Ok(output) = std::process::Command::new(shell).args(["-c", &command]).output() else {
                continue;
            };
            assert_eq!(String::from_utf8_lossy(&output.stdout), word, "{shell}: {command}");
        }
    }
}
