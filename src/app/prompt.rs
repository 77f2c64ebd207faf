//! The prompt in the last row: a search, a filter term, a command, a path. A mistake in a regex is shown
//! below it, by its place, and whatever was in effect stays so.

use std::collections::BTreeSet;

use super::App;
use super::chain::sign;
use super::complete::{self, Turn, Wanted};
use super::compose;
use super::copy::What;
use super::edit::{Did, Edit};
use super::fold::fold;
use super::folder::{Listing, LookId};
use super::key::{Code, Key};
use super::layer::{Flow, Layer, piece};
use super::pane::PaneId;
use super::paths::Paths;
use super::screen::{Area, Bar, Piece, Popup, Screen, Size, Tone};
use super::search::Before;
use crate::core::filter::Kind;
use crate::core::pattern::{Pattern, PatternError};
use crate::core::query::Query;
use crate::core::text;

/// What the text is for.
pub enum Purpose {
    /// A search, tried with every key.
    Search(Box<Before>),
    /// A term of a filter: a new one, or another text for the one at `at`.
    #[allow(missing_docs)]
    Term { pane: PaneId, kind: Kind, at: Option<usize> },
    /// A query in the place of the part of one at `at`.
    #[allow(missing_docs)]
    Query { pane: PaneId, at: usize },
    /// A time to go to.
    Time(PaneId),
    /// A command by its name.
    Command,
    /// A file to save to.
    #[allow(missing_docs)]
    Save { pane: PaneId, what: What },
}

/// The prompt.
pub struct Prompt {
    purpose: Purpose,
    edit: Edit,
    error: Option<PatternError>,
    /// How far back in the history, and what was typed before going there.
    back: Option<(usize, String)>,
    /// What Tab goes round.
    turn: Option<Turn>,
    /// Files that may be typed.
    paths: Paths,
    /// Words of logs that nobody has typed: Tab took them from lines, or a line that was brought back has them.
    foreign: BTreeSet<String>,
    /// What it began with: as long as it reads so, nothing was typed that a line of the history has to go on from.
    began: String,
}

impl Prompt {
    /// A prompt that begins with `text`.
    pub fn new(purpose: Purpose, text: &str) -> Prompt {
        let (edit, began) = (Edit::new(text), text.to_owned());
        let (paths, foreign) = (Paths::default(), BTreeSet::new());
        Prompt { purpose, edit, error: None, back: None, turn: None, paths, foreign, began }
    }

    /// The same as if the text had been typed: what it can become is asked for.
    pub fn typed(purpose: Purpose, text: &str, app: &mut App) -> Prompt {
        let mut prompt = Prompt::new(purpose, text);
        prompt.ask(app);
        prompt
    }

    fn label(&self) -> String {
        match &self.purpose {
            Purpose::Search(before) if before.everywhere => "g/".into(),
            Purpose::Search(before) if before.back => "?".into(),
            Purpose::Search(_) => "/".into(),
            Purpose::Term { kind, .. } => sign(*kind).into(),
            Purpose::Query { .. } => "filter: ".into(),
            Purpose::Time(_) => "time: ".into(),
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
            Purpose::Query { .. } => "filter",
            Purpose::Time(_) => "t",
            Purpose::Command => ":",
            Purpose::Save { .. } => "save",
        }
    }

    /// The text is another one now.
    fn changed(&mut self, app: &mut App) {
        self.ask(app);
        self.try_theme(app);
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

    /// Shows the theme that the command would take, as long as it is typed.
    fn try_theme(&self, app: &mut App) {
        let text = self.edit.text();
        let named = complete::theme(&text).filter(|_| matches!(self.purpose, Purpose::Command));
        let named = named.filter(|name| app.settings.themes.has(name)).map(str::to_owned);
        app.try_theme(named);
    }

    fn accept(&mut self, app: &mut App) -> Flow {
        let text = self.edit.text();
        if self.error.is_none() {
            self.error = self.mistake_in_query(&text);
        }
        if self.error.is_some() {
            return Flow::Taken;
        }
        self.remember(&text, app);
        match &self.purpose {
            Purpose::Search(before) if text.is_empty() => before.repeat(app),
            Purpose::Search(before) => before.keep(app),
            Purpose::Term { pane, kind, at } if !text.is_empty() => {
                self.error = app.put_term(*pane, *kind, *at, &text).err();
            }
            Purpose::Term { .. } => {}
            Purpose::Query { pane, at } if !text.trim().is_empty() => {
                self.error = app.put_query(*pane, Some(*at), &text).err();
            }
            Purpose::Query { .. } => {}
            Purpose::Time(pane) if !text.trim().is_empty() => {
                let went = app.go_to_time(*pane, &text);
                self.error = went.err().map(|message| PatternError { message, at: None });
            }
            Purpose::Time(_) => {}
            Purpose::Command => {
                complete::run(app, &text);
                app.try_theme(None);
            }
            Purpose::Save { pane, what } if !text.trim().is_empty() => {
                app.save_to(*pane, what.clone(), text.trim())
            }
            Purpose::Save { .. } => {}
        }
        if self.error.is_some() { Flow::Taken } else { Flow::Close }
    }

    /// Remembers what was typed. What has words of a log in it that nobody has typed is never kept.
    fn remember(&self, text: &str, app: &mut App) {
        if text.trim().is_empty() {
            return;
        }
        let mut words = app.histories.words_of_logs(&self.began);
        words.extend(self.foreign.iter().cloned());
        words.retain(|word| text.contains(&**word));
        match words.is_empty() {
            true => app.histories.add(self.history(), text),
            false => app.histories.take(self.history(), text, words),
        }
    }

    /// The text is what it can become, which may end in a name, or the beginning of one, that only lines of the log say.
    fn turn_into(&mut self, text: &str, turn: Option<Turn>, app: &mut App) {
        if let Some(Wanted::Fields | Wanted::Shown | Wanted::Hidden) = complete::wanted(text) {
            let word = complete::last_field(text);
            let names = self.names(app);
            let mut begin = names.iter().filter(|name| name.starts_with(word)).peekable();
            if begin.peek().is_some() && !begin.any(|name| app.is_known_field(name)) {
                self.foreign.insert(word.to_owned());
            }
        }
        (self.edit, self.turn, self.error) = (Edit::new(text), turn, None);
        self.ask(app);
        self.try_theme(app);
    }

    /// What is wrong with a query. It is looked for when the query is done: half of one is wrong most of the time.
    fn mistake_in_query(&self, typed: &str) -> Option<PatternError> {
        let (before, query) = match self.purpose {
            Purpose::Query { .. } => (0, typed),
            Purpose::Command => complete::query(typed)?,
            _ => return None,
        };
        let error = Query::parse(query).err().filter(|_| !query.trim().is_empty())?;
        let before = typed[..before].chars().count();
        Some(PatternError {
            message: error.message,
            at: Some(before + error.at.start..before + error.at.end),
        })
    }

    /// Names that may be typed now: of fields, zones, themes.
    fn names(&self, app: &App) -> Vec<String> {
        // What Tab goes round was found for what was typed.
        let typed = self.turn.as_ref().map_or_else(|| self.edit.text(), |turn| turn.typed.clone());
        let path = complete::argument(&typed);
        let Some(wanted) = complete::wanted(&typed) else { return Vec::new() };
        let of = |names: fn(&App, PaneId) -> Vec<String>| {
            app.desk.focused().map(|id| names(app, id)).unwrap_or_default()
        };
        match wanted {
            Wanted::Fields => of(App::fields_in_sight),
            Wanted::Shown => of(App::columns_in_sight),
            Wanted::Hidden => of(App::hidden_columns),
            Wanted::Zones => app.zone_names(),
            Wanted::Paths => self.paths.names(path),
            Wanted::Sources => self.paths.names(path).into_iter().chain(app.hosts_typed(path)).collect(),
            Wanted::Themes => app.theme_names(),
            Wanted::Panes => app.merge_names(),
            Wanted::Workspaces => app.workspace_names.names().to_vec(),
        }
    }

    /// What may be typed next must be asked for outside.
    fn ask(&mut self, app: &mut App) {
        let text = self.edit.text();
        let wanted = complete::wanted(&text).filter(|_| matches!(self.purpose, Purpose::Command));
        match wanted {
            Some(Wanted::Zones) => app.ask_for_zones(),
            Some(Wanted::Workspaces) => app.ask_for_workspaces(),
            Some(Wanted::Paths | Wanted::Sources) => {
                if wanted == Some(Wanted::Sources) {
                    app.ask_for_hosts();
                }
                // What Tab goes round lies in one folder, whichever folder is among it.
                if self.turn.is_none() {
                    self.paths.ask(complete::argument(&text), app);
                }
            }
            Some(Wanted::Fields | Wanted::Shown | Wanted::Hidden | Wanted::Themes | Wanted::Panes) | None => {
            }
        }
    }

    fn tab(&mut self, back: bool, app: &mut App) {
        match &mut self.purpose {
            Purpose::Save { what, .. } => {
                *what = match what.clone() {
                    What::Shown => What::Whole,
                    What::Whole => What::Shown,
                    selected @ What::Selected(_) => selected,
                };
            }
            Purpose::Command => {
                let names = self.names(app);
                if let Some((text, turn)) = complete::tab(&self.edit.text(), self.turn.take(), back, &names) {
                    self.turn_into(&text, turn, app);
                }
            }
            Purpose::Search(_) | Purpose::Term { .. } | Purpose::Query { .. } | Purpose::Time(_) => {}
        }
    }

    /// Goes to an older or newer line that goes on from what was typed.
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
                let untouched = typed == self.began && !matches!(self.purpose, Purpose::Command);
                let start = if untouched { "" } else { &typed };
                let Some(line) = app.histories.nth(self.history(), start, next) else { return false };
                if app.histories.is_taken(&line) {
                    self.foreign.extend(app.histories.words_of_logs(&line));
                }
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
            Code::Tab | Code::BackTab => self.tab(key.code == Code::BackTab, app),
            Code::Up | Code::Down => {
                self.turn = None;
                if self.browse(app, key.code == Code::Up) {
                    self.changed(app);
                }
            }
            _ => {
                self.turn = None;
                if self.edit.key(key) == Did::Changed {
                    self.back = None;
                    self.changed(app);
                }
            }
        }
        Flow::Taken
    }

    fn paste(&mut self, text: &str, app: &mut App) {
        self.turn = None;
        self.edit.insert(text);
        self.changed(app);
    }

    fn press(&mut self, row: usize, _: usize, app: &mut App) -> Flow {
        let known = self.names(app);
        let chosen = complete::chosen(&self.edit.text(), self.turn.as_ref(), &known, app.size, row);
        if let Some(text) = chosen.filter(|_| matches!(self.purpose, Purpose::Command)) {
            // A command may go on.
            let text = if text.contains(' ') { text } else { text + " " };
            self.turn_into(&text, None, app);
        }
        Flow::Taken
    }

    fn listed(&mut self, id: LookId, listing: &Result<Listing, String>, _: &mut App) {
        self.paths.listed(id, listing);
    }

    fn cancel(&mut self, app: &mut App) {
        app.try_theme(None);
        if let Purpose::Search(before) = &self.purpose {
            before.restore(app);
        }
    }

    fn draw(&self, app: &App, screen: &mut Screen) {
        let size = screen.size;
        if size.width == 0 || size.height == 0 {
            return;
        }
        let why = self.error.as_ref().filter(|_| size.height >= 4);
        let why = why.map(|error| self::why(error, size)).unwrap_or_default();
        let below = if why.is_empty() { 0 } else { 1 + compose::cells(why.len()) };
        let y = size.height - 1 - below;
        let drawn = self.pieces(usize::from(size.width));
        let area = Area { x: 0, y, width: size.width, height: 1 };
        give_way(screen, y);
        let mut right = Vec::new();
        match &self.error {
            Some(_) if below > 0 => screen.popups.extend(mistake(&why, &drawn, area)),
            Some(error) => right.push(piece(error.message.clone(), Tone::Bad)),
            None if matches!(self.purpose, Purpose::Search(_)) => right = app.search_pieces(),
            None => {}
        }
        screen.bottom = Some(Bar { area, left: drawn.pieces, right });
        screen.cursor = Some((compose::cells(drawn.cursor).min(size.width - 1), y));
        if matches!(self.purpose, Purpose::Command) {
            complete::draw(&self.edit.text(), self.turn.as_ref(), &self.names(app), screen);
        }
    }

    fn hints(&self, _: &App) -> Vec<(String, String)> {
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
        let label_width = text::width(&label);
        let (first, shown) = self.edit.window(width.saturating_sub(label_width + 1));
        let column = |at: usize| {
            let before = shown.iter().take(at.saturating_sub(first));
            label_width + before.map(|c| text::width(c)).sum::<usize>()
        };
        let mut pieces = vec![piece(label, Tone::Key)];
        for (n, c) in shown.iter().enumerate() {
            let wrong = bad.as_ref().is_some_and(|bad| bad.contains(&(first + n)));
            let tone = if wrong { Tone::Bad } else { Tone::Plain };
            match pieces.last_mut() {
                Some(last) if last.tone == tone => last.text.push_str(c),
                _ => pieces.push(piece(c.clone(), tone)),
            }
        }
        let bad = bad.map(|bad| {
            let end = first + shown.len();
            let (from, to) = (bad.start.min(end), bad.end.min(end));
            (column(from), column(to).saturating_sub(column(from)).max(1))
        });
        Drawn { pieces, cursor: column(self.edit.cursor()), bad }
    }
}

/// Popups that are there already end above a row.
fn give_way(screen: &mut Screen, row: u16) {
    for popup in &mut screen.popups {
        popup.area.height = popup.area.height.min(row);
        popup.area.y = popup.area.y.min(row - popup.area.height);
        popup.rows.truncate(usize::from(popup.inner().height));
    }
    screen.popups.retain(|popup| popup.area.height > 0);
}

/// What is wrong, in as many rows as it needs and there are.
fn why(error: &PatternError, size: Size) -> Vec<String> {
    let mut rows = fold(&error.message, usize::from(size.width));
    rows.truncate(usize::from(size.height).saturating_sub(3).max(1));
    rows
}

/// The rows below the prompt: marks under what is wrong, and why.
fn mistake(why: &[String], drawn: &Drawn, prompt: Area) -> Vec<Popup> {
    let marks = drawn.bad.map(|(from, width)| {
        let from = from.min(usize::from(prompt.width).saturating_sub(1));
        format!("{}{}", " ".repeat(from), "^".repeat(width.min(usize::from(prompt.width) - from)))
    });
    let rows = std::iter::once(marks.unwrap_or_default()).chain(why.iter().cloned());
    let popup = |(y, row): (u16, String)| {
        let rows = vec![vec![piece(row, Tone::Bad)]];
        Popup { area: Area { y, height: 1, ..prompt }, rows, ..Popup::default() }
    };
    (prompt.y + 1..).zip(rows).map(popup).collect()
}
