//! The prompt in the last row: a search, a filter term, a command, a path. A mistake in a regex is shown
//! below it, by its place, and whatever was in effect stays so.

use std::collections::BTreeMap;

use super::App;
use super::chain::sign;
use super::command::{self, Args, Call, Run};
use super::compose;
use super::copy::What;
use super::edit::{Did, Edit};
use super::key::{Code, Key};
use super::layer::{Flow, Layer, piece};
use super::pane::PaneId;
use super::screen::{Area, Bar, Piece, Popup, Screen, Tone};
use super::search::Before;
use crate::core::filter::Kind;
use crate::core::pattern::{Pattern, PatternError};
use crate::core::text;

/// What the text is for.
pub enum Purpose {
    /// A search, tried with every key.
    Search(Box<Before>),
    /// A term of a filter: a new one, or another text for the one at `at`.
    #[allow(missing_docs)]
    Term { pane: PaneId, kind: Kind, at: Option<usize> },
    /// A command by its name.
    Command,
    /// A file to save to.
    #[allow(missing_docs)]
    Save { pane: PaneId, what: What },
}

/// What was typed before, by the sign of the prompt; the newest last.
#[derive(Debug, Default)]
pub struct Histories {
    lines: BTreeMap<&'static str, Vec<String>>,
}

impl Histories {
    /// Remembers a line.
    pub fn add(&mut self, sign: &'static str, line: &str) {
        let lines = self.lines.entry(sign).or_default();
        lines.retain(|old| old != line);
        lines.push(line.to_owned());
        if lines.len() > 200 {
            lines.remove(0);
        }
    }

    /// The newest line.
    pub fn last(&self, sign: &str) -> Option<String> {
        self.lines.get(sign)?.last().cloned()
    }

    /// The line `back` lines before the newest.
    fn nth(&self, sign: &str, back: usize) -> Option<String> {
        let lines = self.lines.get(sign)?;
        lines.len().checked_sub(back + 1).map(|at| lines[at].clone())
    }
}

/// The prompt.
pub struct Prompt {
    purpose: Purpose,
    edit: Edit,
    error: Option<PatternError>,
    /// How far back in the history, and what was typed before going there.
    back: Option<(usize, String)>,
}

impl Prompt {
    /// A prompt that begins with `text`.
    pub fn new(purpose: Purpose, text: &str) -> Prompt {
        Prompt { purpose, edit: Edit::new(text), error: None, back: None }
    }

    fn label(&self) -> String {
        match &self.purpose {
            Purpose::Search(before) if before.back => "?".into(),
            Purpose::Search(_) => "/".into(),
            Purpose::Term { kind, .. } => sign(*kind).into(),
            Purpose::Command => ":".into(),
            Purpose::Save { what: What::Shown, .. } => "save the lines shown to: ".into(),
            Purpose::Save { what: What::Whole, .. } => "save the whole log to: ".into(),
            Purpose::Save { what: What::Selected(_), .. } => "save the selection to: ".into(),
        }
    }

    fn history(&self) -> &'static str {
        match self.purpose {
            Purpose::Search(_) => "/",
            Purpose::Term { .. } => "&",
            Purpose::Command => ":",
            Purpose::Save { .. } => "save",
        }
    }

    /// The text is another one now.
    fn changed(&mut self, app: &mut App) {
        let text = self.edit.text();
        self.error = match &self.purpose {
            Purpose::Search(before) if text.is_empty() => {
                before.restore(app);
                None
            }
            Purpose::Search(before) => before.try_pattern(app, &text).err(),
            Purpose::Term { .. } if !text.is_empty() => Pattern::new(&text).err(),
            _ => None,
        };
    }

    fn accept(&mut self, app: &mut App) -> Flow {
        let text = self.edit.text();
        if self.error.is_some() {
            return Flow::Taken;
        }
        if !text.trim().is_empty() {
            app.histories.add(self.history(), &text);
        }
        match &self.purpose {
            Purpose::Search(before) if text.is_empty() => before.repeat(app),
            Purpose::Search(_) => {}
            Purpose::Term { pane, kind, at } if !text.is_empty() => {
                self.error = app.put_term(*pane, *kind, *at, &text).err();
            }
            Purpose::Term { .. } => {}
            Purpose::Command => run_line(app, &text),
            Purpose::Save { pane, what } if !text.trim().is_empty() => app.save_to(*pane, *what, text.trim()),
            Purpose::Save { .. } => {}
        }
        if self.error.is_some() { Flow::Taken } else { Flow::Close }
    }

    fn tab(&mut self) {
        match &mut self.purpose {
            Purpose::Save { what, .. } => {
                *what = match *what {
                    What::Shown => What::Whole,
                    What::Whole => What::Shown,
                    selected @ What::Selected(_) => selected,
                };
            }
            Purpose::Command => {
                let text = self.edit.text();
                let names: Vec<String> = completions(&text).into_iter().map(|(name, _)| name).collect();
                if let Some(common) = common_start(&names).filter(|common| common.len() >= text.len()) {
                    let space = if names.len() == 1 && !common.ends_with(' ') { " " } else { "" };
                    self.edit = Edit::new(&format!("{common}{space}"));
                }
            }
            Purpose::Search(_) | Purpose::Term { .. } => {}
        }
    }

    fn browse(&mut self, app: &App, older: bool) -> bool {
        let next = match (&self.back, older) {
            (None, true) => Some(0),
            (Some((back, _)), true) => Some(back + 1),
            (Some((0, _)) | None, false) => None,
            (Some((back, _)), false) => Some(back - 1),
        };
        let typed = self.back.as_ref().map_or_else(|| self.edit.text(), |(_, typed)| typed.clone());
        match next {
            Some(next) => {
                let Some(line) = app.histories.nth(self.history(), next) else { return false };
                self.edit = Edit::new(&line);
                self.back = Some((next, typed));
            }
            None => {
                self.edit = Edit::new(&typed);
                self.back = None;
            }
        }
        true
    }
}

impl Layer for Prompt {
    fn key(&mut self, key: Key, app: &mut App) -> Flow {
        let empty = self.edit.chars().is_empty();
        match key.code {
            Code::Enter => return self.accept(app),
            Code::Esc => {
                self.cancel(app);
                return Flow::Close;
            }
            Code::Backspace if empty => {
                self.cancel(app);
                return Flow::Close;
            }
            Code::Tab => self.tab(),
            Code::Up | Code::Down => {
                if self.browse(app, key.code == Code::Up) {
                    self.changed(app);
                }
            }
            _ => {
                if self.edit.key(key) == Did::Changed {
                    self.back = None;
                    self.changed(app);
                }
            }
        }
        Flow::Taken
    }

    fn paste(&mut self, text: &str, app: &mut App) {
        self.edit.insert(text);
        self.changed(app);
    }

    fn cancel(&mut self, app: &mut App) {
        if let Purpose::Search(before) = &self.purpose {
            before.restore(app);
        }
    }

    fn draw(&self, app: &App, screen: &mut Screen) {
        let size = screen.size;
        if size.width == 0 || size.height == 0 {
            return;
        }
        let below = if self.error.is_some() && size.height >= 6 { 2 } else { 0 };
        let y = size.height - 1 - below;
        let drawn = self.pieces(usize::from(size.width));
        let area = Area { x: 0, y, width: size.width, height: 1 };
        let mut right = Vec::new();
        match &self.error {
            Some(error) if below > 0 => screen.popups.push(mistake(error, &drawn, area)),
            Some(error) => right.push(piece(error.message.clone(), Tone::Bad)),
            None if matches!(self.purpose, Purpose::Search(_)) => right = app.search_pieces(),
            None => {}
        }
        screen.bottom = Some(Bar { area, left: drawn.pieces, right });
        screen.cursor = Some((compose::cells(drawn.cursor).min(size.width - 1), y));
        if matches!(self.purpose, Purpose::Command) {
            draw_completions(&self.edit.text(), screen);
        }
    }

    fn hints(&self) -> Vec<(String, String)> {
        Vec::new()
    }
}

/// The prompt's row, and which columns of it are what.
struct Drawn {
    pieces: Vec<Piece>,
    cursor: usize,
    /// First column and width of what is wrong.
    bad: Option<(usize, usize)>,
}

impl Prompt {
    /// The row cut so that the cursor is in sight.
    fn pieces(&self, width: usize) -> Drawn {
        let mut label = self.label();
        if text::width(&label) + 8 > width {
            label = label.chars().next().map(String::from).unwrap_or_default();
        }
        let bad = self.error.as_ref().and_then(|error| error.at.clone());
        let shown: Vec<String> = self.edit.chars().iter().map(|c| text::printable(&c.to_string())).collect();
        let widths: Vec<usize> = shown.iter().map(|c| text::width(c)).collect();
        let label_width = text::width(&label);
        let room = width.saturating_sub(label_width + 1);
        let mut first = 0;
        while first < self.edit.cursor() && widths[first..self.edit.cursor()].iter().sum::<usize>() > room {
            first += 1;
        }
        let column = |at: usize| label_width + widths[first.min(at)..at].iter().sum::<usize>();
        let mut pieces = vec![piece(label, Tone::Key)];
        for (n, c) in shown.iter().enumerate().skip(first) {
            let wrong = bad.as_ref().is_some_and(|bad| bad.contains(&n));
            let tone = if wrong { Tone::Bad } else { Tone::Plain };
            match pieces.last_mut() {
                Some(last) if last.tone == tone => last.text.push_str(c),
                _ => pieces.push(piece(c.clone(), tone)),
            }
        }
        let bad = bad.map(|bad| {
            let (from, to) = (bad.start.min(shown.len()), bad.end.min(shown.len()));
            (column(from), column(to).saturating_sub(column(from)).max(1))
        });
        Drawn { pieces, cursor: column(self.edit.cursor()), bad }
    }
}

/// Two rows below the prompt: marks under what is wrong, and why.
fn mistake(error: &PatternError, drawn: &Drawn, prompt: Area) -> Popup {
    let marks = drawn.bad.map(|(from, width)| {
        let from = from.min(usize::from(prompt.width).saturating_sub(1));
        format!("{}{}", " ".repeat(from), "^".repeat(width.min(usize::from(prompt.width) - from)))
    });
    let rows = vec![
        vec![piece(marks.unwrap_or_default(), Tone::Bad)],
        vec![piece(error.message.clone(), Tone::Bad)],
    ];
    Popup { area: Area { y: prompt.y + 1, height: 2, ..prompt }, rows, ..Popup::default() }
}

/// Runs what was typed behind `:`; a number is a line.
fn run_line(app: &mut App, typed: &str) {
    let typed = typed.trim();
    if let Ok(number) = typed.parse() {
        return super::motion::to_line(app, Some(number));
    }
    let (name, arg) = typed.split_once(char::is_whitespace).unwrap_or((typed, ""));
    if name.is_empty() {
        return;
    }
    let Some(command) = command::named(name).or_else(|| shortened(name)) else {
        let near = nearest(name).map(|near| format!("; did you mean {near}?")).unwrap_or_default();
        return app.messages.error(format!("there is no command {}{near}", text::printable(name)));
    };
    let arg = arg.trim();
    let known = match command.args {
        Args::None => arg.is_empty(),
        Args::Text(_) => true,
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

/// The command whose name is like `name`: it begins so, or one letter is wrong.
fn nearest(name: &str) -> Option<&'static str> {
    let typed: Vec<char> = name.chars().collect();
    let like = |known: &str| {
        let known: Vec<char> = known.chars().collect();
        let head = known.iter().zip(&typed).take_while(|(a, b)| a == b).count();
        let tail = known.iter().rev().zip(typed.iter().rev()).take_while(|(a, b)| a == b).count();
        known.starts_with(&typed) || head + tail + 1 >= known.len().max(typed.len())
    };
    typeable().map(|command| command.name).find(|known| like(known))
}

fn typeable() -> impl Iterator<Item = command::Command> {
    command::all().filter(|command| matches!(command.run, Run::App(_)))
}

/// What the typed text can become, with a word on each.
fn completions(typed: &str) -> Vec<(String, &'static str)> {
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
            _ => Vec::new(),
        },
    }
}

fn common_start(names: &[String]) -> Option<String> {
    let (first, rest) = names.split_first()?;
    let common = |name: &String| first.chars().zip(name.chars()).take_while(|(a, b)| a == b).count();
    let length = rest.iter().map(common).min().unwrap_or(first.chars().count());
    Some(first.chars().take(length).collect())
}

fn draw_completions(typed: &str, screen: &mut Screen) {
    let names = completions(typed);
    let room = usize::from(screen.size.height.saturating_sub(4)).min(10);
    if names.is_empty() || room == 0 {
        return;
    }
    let width = names.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let rows: Vec<Vec<Piece>> = names
        .iter()
        .take(room)
        .map(|(name, doc)| vec![piece(format!("{name:width$}  "), Tone::Key), piece(*doc, Tone::Faint)])
        .collect();
    let more = names.len().saturating_sub(room);
    let footer = if more > 0 { format!("{more} more") } else { String::new() };
    compose::popup_above(screen, "", rows, &footer);
}
