//! The line behind `:`: what it runs, what it can become, and what was probably meant.

use super::App;
use super::command::{self, Args, Call, Run};
use super::layer::piece;
use super::popup;
use super::screen::{Piece, Screen, Size, Tone};
use super::suggest::suggestions;
use crate::core::near::nearest;
use crate::core::text;

/// Going round what a typed text can become, one at a time.
pub struct Turn {
    /// What was typed.
    pub typed: String,
    at: usize,
}

/// Runs what was typed behind `:`; a number is a line.
pub fn run(app: &mut App, typed: &str) {
    let typed = typed.trim();
    if let Ok(number) = typed.parse() {
        return super::motion::to_line(app, Some(number));
    }
    let (name, arg) = typed.split_once(char::is_whitespace).unwrap_or((typed, ""));
    if name.is_empty() {
        return;
    }
    let Some(command) = command::named(name).or_else(|| shortened(name)) else {
        let near = meant(name).map(|near| format!("; did you mean {near}?")).unwrap_or_default();
        return app.messages.error(format!("there is no command {}{near}", text::printable(name)));
    };
    let arg = arg.trim();
    let known = match command.args {
        Args::None => arg.is_empty(),
        Args::Text(..)
        | Args::Fields(_)
        | Args::Zone(_)
        | Args::Path(_)
        | Args::Source(_)
        | Args::Panes(_)
        | Args::Workspace(_)
        | Args::Theme(_) => true,
        Args::OneOf(choices) => arg.is_empty() || choices.contains(&arg),
    };
    if known {
        command::run(app, command.name, &Call { count: None, arg: arg.to_owned() });
    } else {
        app.messages.error(match command.args {
            Args::OneOf(choices) => format!("{} takes one of: {}", command.name, choices.join(", ")),
            _ => format!("{} takes nothing behind it", command.name),
        });
    }
}

/// The only command whose name begins with `name`.
fn shortened(name: &str) -> Option<command::Command> {
    let mut begin = typeable().filter(|command| command.name.starts_with(name));
    begin.next().filter(|_| begin.next().is_none())
}

/// The command that was probably meant by `name`: it begins so, or few letters are wrong.
fn meant(name: &str) -> Option<&'static str> {
    let names: Vec<&'static str> = typeable().map(|command| command.name).collect();
    names.iter().copied().find(|known| known.starts_with(name)).or_else(|| nearest(name, &names))
}

fn typeable() -> impl Iterator<Item = command::Command> {
    command::all().filter(|command| matches!(command.run, Run::App(_)))
}

/// The query in what was typed behind `:`, and how many bytes stand before it.
pub fn query(typed: &str) -> Option<(usize, &str)> {
    let rest = typed.trim_start();
    let (name, query) = rest.split_once(char::is_whitespace)?;
    let command = command::named(name).or_else(|| shortened(name))?;
    (command.name == "filter").then(|| (typed.len() - query.len(), query))
}

/// The theme that what was typed behind `:` would take, whether there is one of that name or not.
pub fn theme(typed: &str) -> Option<&str> {
    let (name, theme) = typed.trim().split_once(char::is_whitespace)?;
    let command = command::named(name).or_else(|| shortened(name))?;
    matches!(command.args, Args::Theme(_)).then(|| theme.trim())
}

/// Which names can stand behind a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// Fields that can be asked for.
    Fields,
    /// What can be hidden.
    Shown,
    /// What is hidden.
    Hidden,
    /// Zones.
    Zones,
    /// Themes.
    Themes,
    /// Panes and groups.
    Panes,
    /// Workspaces.
    Workspaces,
    /// Files and folders.
    Paths,
    /// Files and folders here, and hosts.
    Sources,
}

/// What stands behind the name of a command as typed.
pub fn argument(typed: &str) -> &str {
    typed.split_once(' ').map_or("", |(_, argument)| argument)
}

/// The field's name, or its beginning, that a text ends in which was completed.
pub fn last_field(completed: &str) -> &str {
    completed.rsplit([' ', ',', '(', '|', '!']).next().unwrap_or_default().trim_end_matches('=')
}

/// Which names what was typed behind `:` goes on with.
pub fn wanted(typed: &str) -> Option<Wanted> {
    if query(typed).is_some() {
        return Some(Wanted::Fields);
    }
    let (name, _) = typed.split_once(' ')?;
    match command::named(name)?.args {
        Args::Fields(_) if name == "show" => Some(Wanted::Hidden),
        Args::Fields(_) => Some(Wanted::Shown),
        Args::Zone(_) => Some(Wanted::Zones),
        Args::Path(_) => Some(Wanted::Paths),
        Args::Source(_) => Some(Wanted::Sources),
        Args::Theme(_) => Some(Wanted::Themes),
        Args::Panes(_) => Some(Wanted::Panes),
        Args::Workspace(_) => Some(Wanted::Workspaces),
        Args::None | Args::Text(..) | Args::OneOf(_) => None,
    }
}

/// What the typed text can become, with a word on each; `names` are those that are [`wanted`].
fn completions(typed: &str, names: &[String]) -> Vec<(String, &'static str)> {
    if let Some((at, query)) = query(typed) {
        let whole = |(text, doc)| (format!("{}{text}", &typed[..at]), doc);
        return suggestions(query, names).into_iter().map(whole).collect();
    }
    match typed.split_once(' ') {
        None => {
            let begins = typeable().filter(|command| command.name.starts_with(typed));
            begins.map(|command| (command.name.to_owned(), command.doc)).collect()
        }
        Some((name, arg)) => match command::named(name).map(|command| command.args) {
            Some(Args::OneOf(choices)) => {
                let begins = choices.iter().filter(|choice| choice.starts_with(arg));
                begins.map(|choice| (format!("{name} {choice}"), "")).collect()
            }
            Some(Args::Fields(_)) => {
                let (before, word) = arg.split_at(arg.rfind([' ', ',']).map_or(0, |at| at + 1));
                let given = |known: &str| before.split([' ', ',']).any(|given| given == known);
                let begins = names.iter().filter(|known| known.starts_with(word) && !given(known));
                begins.map(|known| (format!("{name} {before}{known}"), "")).collect()
            }
            Some(Args::Zone(_) | Args::Theme(_)) => {
                let same =
                    |known: &str| known.get(..arg.len()).is_some_and(|start| start.eq_ignore_ascii_case(arg));
                let begins = names.iter().filter(|known| same(known));
                begins.map(|known| (format!("{name} {known}"), "")).collect()
            }
            Some(Args::Panes(_)) => {
                let (before, word) = arg.split_at(arg.rfind(' ').map_or(0, |at| at + 1));
                let given = |known: &str| before.split(' ').any(|given| given == known);
                // What has spaces in it stands alone.
                let begins = |known: &&String| match known.contains(' ') {
                    true => known.starts_with(arg),
                    false => known.starts_with(word) && !given(known),
                };
                let begins = names.iter().filter(begins);
                let whole = |known: &String| match known.contains(' ') {
                    true => format!("{name} {known}"),
                    false => format!("{name} {before}{known}"),
                };
                begins.map(|known| (whole(known), "")).collect()
            }
            Some(Args::Path(_) | Args::Source(_) | Args::Workspace(_)) => {
                let begins = names.iter().filter(|known| known.starts_with(arg));
                begins.map(|known| (format!("{name} {known}"), "")).collect()
            }
            Some(Args::None | Args::Text(..)) | None => Vec::new(),
        },
    }
}

fn common_start(names: &[String]) -> Option<String> {
    let (first, rest) = names.split_first()?;
    let common = |name: &String| first.chars().zip(name.chars()).take_while(|(a, b)| a == b).count();
    let length = rest.iter().map(common).min().unwrap_or(first.chars().count());
    Some(first.chars().take(length).collect())
}

/// What a text becomes by Tab: longer while there is one way on, then each way in turn.
pub fn tab(typed: &str, turn: Option<Turn>, back: bool, known: &[String]) -> Option<(String, Option<Turn>)> {
    let names = |typed: &str| -> Vec<String> {
        completions(typed, known).into_iter().map(|(name, _)| name).collect()
    };
    if let Some(Turn { typed, at }) = turn {
        let names = names(&typed);
        let at = (at + if back { names.len().saturating_sub(1) } else { 1 }) % names.len().max(1);
        return names.get(at).cloned().map(|name| (name, Some(Turn { typed, at })));
    }
    let names = names(typed);
    let common = common_start(&names)?;
    if let [only] = &names[..] {
        return Some((if typed.contains(' ') { only.clone() } else { format!("{only} ") }, None));
    }
    if common.len() > typed.len() {
        return Some((common, None));
    }
    let at = if back { names.len() - 1 } else { 0 };
    Some((names[at].clone(), Some(Turn { typed: typed.to_owned(), at })))
}

/// Shows what the typed text can become, above the prompt.
pub fn draw(typed: &str, turn: Option<&Turn>, known: &[String], screen: &mut Screen) {
    let names = completions(turn.map_or(typed, |turn| &turn.typed), known);
    let (top, room) = sight(turn, screen.size);
    if names.is_empty() || room == 0 {
        return;
    }
    let width = names.iter().map(|(name, _)| text::width(name)).max().unwrap_or(0);
    let selected = turn.map(|turn| turn.at);
    let rows: Vec<Vec<Piece>> = names
        .iter()
        .skip(top)
        .take(room)
        .map(|(name, doc)| vec![piece(format!("{name:width$}  "), Tone::Key), piece(*doc, Tone::Faint)])
        .collect();
    let more = names.len().saturating_sub(top + room);
    let footer = if more > 0 { format!("{more} more") } else { String::new() };
    popup::above(screen, "", rows, selected.map(|at| at - top), &footer);
}

/// What the typed text becomes by choosing the completion on a row that [`draw`] drew.
pub fn chosen(typed: &str, turn: Option<&Turn>, known: &[String], size: Size, row: usize) -> Option<String> {
    let (top, _) = sight(turn, size);
    let names = completions(turn.map_or(typed, |turn| &turn.typed), known);
    names.into_iter().nth(top + row).map(|(name, _)| name)
}

/// The first completion that is seen, and how many there is room for.
fn sight(turn: Option<&Turn>, size: Size) -> (usize, usize) {
    let room = usize::from(size.height.saturating_sub(4)).min(10);
    (turn.map_or(0, |turn| (turn.at + 1).saturating_sub(room)), room)
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_was_probably_meant() {
        let meant = ["laoyut", "wrp", "hlep", "next-hti", "opne", "xyzzy"].map(super::meant);
        let known = [Some("layout"), Some("wrap"), Some("help"), Some("next-hit"), Some("open"), None];
        assert_eq!(meant, known);
    }
}
