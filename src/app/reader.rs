//! A popup of rows to read and scroll through: help, a source's information, what is wrong in the config. It moves by the same keys as
//! a pane.

use super::App;
use super::help;
use super::info;
use super::key::{Code, Key};
use super::layer::{Flow, Layer};
use super::mistakes;
use super::pane::PaneId;
use super::popup;
use super::pressed::Does;
use super::screen::{Piece, Screen};
use crate::config::keymap::{Context, Found};

/// What is read; made anew with every frame, so it tells the present state.
enum Page {
    /// All of help, or what says a word.
    Help(String),
    Info(PaneId),
    Mistakes,
}

/// A popup to read.
pub struct Reader {
    page: Page,
    top: usize,
}

impl Reader {
    /// The page of all commands and their keys, or of those that say a word.
    pub fn help(word: &str) -> Reader {
        Reader { page: Page::Help(word.to_owned()), top: 0 }
    }

    /// What is known of a pane's source.
    pub fn info(pane: PaneId) -> Reader {
        Reader { page: Page::Info(pane), top: 0 }
    }

    /// What is wrong in the config.
    pub fn mistakes() -> Reader {
        Reader { page: Page::Mistakes, top: 0 }
    }

    fn rows(&self, app: &App) -> Vec<Vec<Piece>> {
        let width = popup::columns_in(app.size);
        match &self.page {
            Page::Help(word) if word.is_empty() => help::rows(app, width),
            Page::Help(word) => help::saying(app, word, width),
            Page::Info(pane) => info::rows(app, *pane, width),
            Page::Mistakes => mistakes::rows(app, width),
        }
    }
}

impl Layer for Reader {
    fn key(&mut self, key: Key, app: &mut App) -> Flow {
        let page = popup::rows_in(app.size).max(1);
        let name = match app.keymap.find(&[Context::Normal], &[key]) {
            Found::Binding { binding, .. } => binding.command.as_str(),
            _ => "",
        };
        match name {
            "quit" | "escape" | "help" | "info" => return Flow::Close,
            "filter-panel" if matches!(self.page, Page::Info(_)) => return Flow::Close,
            "reconnect" if matches!(self.page, Page::Info(_)) => return Flow::Passed,
            _ if key.code == Code::Esc => return Flow::Close,
            name => self.top = popup::scrolled(name, self.top, page, self.rows(app).len()),
        }
        Flow::Taken
    }

    fn wheel(&mut self, up: bool, app: &mut App) {
        let (page, rows) = (popup::rows_in(app.size).max(1), self.rows(app).len());
        self.top = popup::wheeled(up, self.top, page, rows);
    }

    fn draw(&self, app: &App, screen: &mut Screen) {
        let mut rows = self.rows(app);
        let page = popup::rows_in(screen.size);
        let top = self.top.min(rows.len().saturating_sub(page));
        let below = rows.len().saturating_sub(top + page);
        let rows = rows.drain(..).skip(top).take(page).collect();
        let title = match self.page {
            Page::Help(_) => "keys and commands".to_owned(),
            Page::Info(_) => "source and host".to_owned(),
            Page::Mistakes => mistakes::title(app),
        };
        let closes = app.keys_said(Context::Normal, &[(&["quit"], "closes")]);
        let footer = match (top, below) {
            (0, 0) => closes,
            (_, 0) => format!("the end; {closes}"),
            (_, below) => format!("{below} more rows; {closes}"),
        };
        popup::middle(screen, &title, rows, None, &footer);
    }

    fn hints(&self, app: &App) -> Vec<(String, String)> {
        let does: [Does; 3] =
            [(&["down", "up"], "scroll"), (&["page-down", "page-up"], "page"), (&["quit"], "close")];
        app.keys_in(Context::Normal, &does)
    }
}
