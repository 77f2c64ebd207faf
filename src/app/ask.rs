//! The questions of hosts, one at a time: a password typed in secret, a key to be accepted or refused.
//!
//! A question never takes keys that were meant for something else. It waits until nothing lies over the panes and
//! the user has been still for a moment, and the last row says so meanwhile. While it is open, no key goes
//! anywhere else; when its host hangs up in the midst of a password, the rest of the password goes nowhere.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use super::App;
use super::event::Effect;
use super::fold::fold;
use super::hidden::Hidden;
use super::key::{Code, Key};
use super::layer::{Flow, Layer, piece};
use super::popup;
use super::question::{Answer, Ask, Question, QuestionId};
use super::screen::{Area, Piece, Popup, Screen, Size, Tone};
use crate::core::text;

/// Nobody is taken to be typing once this time has passed since the last key.
const STILL: Duration = Duration::from_secs(1);
/// Keys that would end a question do nothing for so long after it opened: nobody has read it yet.
const UNREAD: Duration = Duration::from_millis(500);
/// The most characters of a text from a host that are shown, and rows they may take.
const MOST_CHARS: usize = 600;
const MOST_ROWS: usize = 8;
/// No text is wider, so that it can be read.
const WIDEST: usize = 76;
/// Columns for what is typed, where there are so many.
const INPUT: usize = 44;

/// Questions that wait for their turn.
#[derive(Default)]
pub struct Questions {
    waiting: VecDeque<Question>,
    /// When a key was pressed that was no answer.
    typed: Option<Instant>,
}

/// A question on the screen.
struct Asking {
    question: Question,
    typed: Hidden,
    /// When it was opened.
    since: Option<Instant>,
    /// The first row shown, where not all have room.
    top: usize,
    /// The host has hung up.
    gone: bool,
}

impl App {
    pub(super) fn asked(&mut self, question: Question) {
        self.questions.waiting.retain(|waiting| waiting.id != question.id);
        self.questions.waiting.push_back(question);
    }

    pub(super) fn unasked(&mut self, id: QuestionId) {
        self.questions.waiting.retain(|question| question.id != id);
        if let Some(at) = self.layers.iter().position(|layer| layer.question() == Some(id))
            && self.layers[at].withdraw() == Flow::Close
        {
            self.layers.remove(at);
        }
    }

    /// A key was pressed for something that is no question.
    pub(super) fn note_typing(&mut self) {
        self.questions.typed = self.now;
    }

    /// Whether the keys go to a question.
    pub(super) fn answers(&self) -> bool {
        self.layers.last().is_some_and(|layer| layer.question().is_some())
    }

    /// When the next question may open, if one waits and nothing else is in its way.
    pub(super) fn question_due(&self) -> Option<Instant> {
        let free = self.layers.is_empty() && !self.input.waits();
        let waits = free && !self.questions.waiting.is_empty();
        self.questions.typed.map(|typed| typed + STILL).or(self.now).filter(|_| waits)
    }

    /// Opens the next question if its time has come.
    pub(super) fn ask_next(&mut self) {
        if self.question_due().zip(self.now).is_none_or(|(due, now)| due > now) {
            return;
        }
        if let Some(question) = self.questions.waiting.pop_front() {
            let since = self.now;
            self.open(Asking { question, typed: Hidden::default(), since, top: 0, gone: false });
            self.dirty = true;
        }
    }

    /// Who waits for an answer, while no question is open.
    pub(super) fn waiting_question(&self) -> Option<Piece> {
        let question = self.questions.waiting.front().filter(|_| !self.answers())?;
        let host = brief(&question.host, 30);
        let said = match &question.ask {
            Ask::Text { prompt, .. } => format!("{host} asks for an answer: {}", brief(prompt, 40)),
            Ask::HostKey { .. } => format!("{host} asks whether its key is right"),
        };
        let more = match self.questions.waiting.len() - 1 {
            0 => String::new(),
            more => format!(" ({more} more)"),
        };
        Some(piece(said + &more, Tone::Note))
    }

    /// Says above a prompt or a popup that a question waits.
    pub(super) fn draw_waiting_question(&self, screen: &mut Screen) {
        let Some(said) = self.waiting_question().filter(|_| !self.layers.is_empty()) else { return };
        let Size { width, height } = screen.size;
        if let Some(y) = height.checked_sub(2) {
            let area = Area { x: 0, y, width, height: 1 };
            screen.popups.push(Popup { area, rows: vec![vec![said]], ..Popup::default() });
        }
    }
}

impl Asking {
    fn answer(&self, app: &mut App, answer: Answer) -> Flow {
        app.effects.push(Effect::Answer(self.question.id, answer));
        Flow::Close
    }

    /// The rows, the title, the footer, and where the cursor stands among the rows.
    fn drawn(&self, size: Size) -> Drawn {
        let (width, height) = (popup::columns_in(size).min(WIDEST), popup::rows_in(size));
        let host = brief(&self.question.host, 40);
        match &self.question.ask {
            _ if self.gone => {
                let said = format!("{host} has hung up; no answer is needed any more");
                let footer = "Enter closes".to_owned();
                Drawn { rows: said_in(&said, width, Tone::Note), title: host, footer, ..Drawn::default() }
            }
            Ask::Text { prompt, note, echo } => {
                self.text_question(host, (prompt, note, *echo), width, height)
            }
            Ask::HostKey { kind, fingerprint, art, file } => {
                let key = HostKey { host, kind, fingerprint, art, file: file.as_deref() };
                key.drawn(width, height, self.top)
            }
        }
    }

    fn text_question(
        &self,
        title: String,
        (prompt, note, echo): (&str, &str, bool),
        width: usize,
        height: usize,
    ) -> Drawn {
        // Where there is little room, what is asked goes before what is said of it.
        let above = height.saturating_sub(1);
        let mut asked = said_in(prompt, width, Tone::Plain);
        asked.truncate(above);
        let mut rows = said_in(note, width, Tone::Note);
        rows.truncate(above - asked.len());
        rows.extend(asked);
        let room = width.saturating_sub(3).min(INPUT);
        let shown = match echo {
            true => tail(&text::printable(self.typed.text()), room),
            false => "*".repeat(self.typed.len().min(room)),
        };
        let cursor = (2 + text::width(&shown), rows.len());
        rows.push(vec![piece("> ", Tone::Key), piece(format!("{shown:room$} "), Tone::Plain)]);
        let footer = if width < 30 { "Enter, or Esc" } else { "Enter answers, Esc cancels" };
        Drawn { rows, title, footer: footer.to_owned(), cursor: Some(cursor), hidden: 0 }
    }
}

/// A question as it is drawn.
#[derive(Default)]
struct Drawn {
    rows: Vec<Vec<Piece>>,
    title: String,
    footer: String,
    /// Column and row.
    cursor: Option<(usize, usize)>,
    /// Rows that have no room.
    hidden: usize,
}

/// A key nobody has accepted yet.
struct HostKey<'a> {
    host: String,
    kind: &'a str,
    fingerprint: &'a str,
    art: &'a [String],
    file: Option<&'a str>,
}

impl HostKey<'_> {
    /// With everything that has room: the picture goes first, then all but the fingerprint.
    fn drawn(self, width: usize, height: usize, top: usize) -> Drawn {
        let kind = brief(self.kind, 30);
        let said = format!("The key of {} is not known yet. Is it the right one?", self.host);
        let head = said_in(&said, width, Tone::Note);
        let whole = said_in(&format!("{kind} {}", brief(self.fingerprint, 100)), width, Tone::Plain);
        let art = self.art.iter().take(20).map(|row| vec![piece(brief(row, 40), Tone::Faint)]);
        let answers = self.answers(width);
        let gap = || vec![Vec::new()];
        let full = [head.clone(), gap(), whole.clone(), art.collect(), gap(), answers.clone()].concat();
        let less = [head, whole, answers.clone()].concat();
        if let Some(rows) = [full, less].into_iter().find(|rows| rows.len() <= height) {
            return Drawn { rows, title: self.host, ..Drawn::default() };
        }
        let rows = [said_in(&brief(self.fingerprint, 100), width, Tone::Plain), answers].concat();
        let hidden = rows.len().saturating_sub(height);
        let top = top.min(hidden);
        let footer = if self.file.is_some() { "o/s yes Esc no" } else { "o yes, Esc no" };
        let short = self.host.rsplit('@').next().unwrap_or(&self.host);
        let title =
            format!("{} {kind}", if self.host.len() + kind.len() + 5 > width { short } else { &self.host });
        Drawn {
            rows: rows.into_iter().skip(top).take(height).collect(),
            title,
            footer: footer.to_owned(),
            cursor: None,
            hidden,
        }
    }

    fn answers(&self, width: usize) -> Vec<Vec<Piece>> {
        let mut answers = vec![("o", "accept it this once".to_owned())];
        answers.extend(self.file.map(|file| ("s", format!("accept it and save it to {}", brief(file, 200)))));
        answers.push(("Esc", "refuse it; the host stays unconnected".to_owned()));
        let rows = answers.into_iter().flat_map(|(key, what)| {
            let rows = fold(&what, width.saturating_sub(5).max(1));
            rows.into_iter().enumerate().map(move |(n, row)| {
                let key = if n == 0 { key } else { "" };
                vec![piece(format!("{key:3}  "), Tone::Key), piece(row, Tone::Plain)]
            })
        });
        rows.collect()
    }
}

impl Layer for Asking {
    fn key(&mut self, key: Key, app: &mut App) -> Flow {
        let unread = self.since.zip(app.now).is_some_and(|(since, now)| now.duration_since(since) < UNREAD);
        let plain = !key.ctrl && !key.alt;
        match (key.code, &self.question.ask) {
            // Alt with a character is Esc and the character typed fast, or a part of the secret: rather neither.
            _ if key.alt => Flow::Taken,
            (Code::Enter | Code::Esc, _) if self.gone => Flow::Close,
            _ if self.gone => Flow::Taken,
            (Code::Enter | Code::Esc, _) if unread => Flow::Taken,
            (Code::Esc, _) => self.answer(app, Answer::Cancel),
            (Code::Enter, Ask::Text { .. }) => {
                let secret = self.typed.take();
                self.answer(app, Answer::Text(secret))
            }
            (_, Ask::Text { .. }) => {
                self.typed.key(key);
                Flow::Taken
            }
            (_, Ask::HostKey { .. }) if unread => Flow::Taken,
            (Code::Char('o'), Ask::HostKey { .. }) if plain => self.answer(app, Answer::Once),
            (Code::Char('s'), Ask::HostKey { file: Some(_), .. }) if plain => self.answer(app, Answer::Save),
            (code, Ask::HostKey { .. }) => {
                match code {
                    Code::Down | Code::PageDown => {
                        self.top = (self.top + 1).min(self.drawn(app.size).hidden);
                    }
                    Code::Up | Code::PageUp => self.top = self.top.saturating_sub(1),
                    _ => {}
                }
                Flow::Taken
            }
        }
    }

    fn paste(&mut self, text: &str, _: &mut App) {
        if matches!(self.question.ask, Ask::Text { .. }) && !self.gone {
            self.typed.insert(text);
        }
    }

    fn wheel(&mut self, up: bool, app: &mut App) {
        let code = if up { Code::Up } else { Code::Down };
        if matches!(self.question.ask, Ask::HostKey { .. }) {
            self.key(code.into(), app);
        }
    }

    fn cancel(&mut self, app: &mut App) {
        if !self.gone {
            self.answer(app, Answer::Cancel);
        }
    }

    fn question(&self) -> Option<QuestionId> {
        Some(self.question.id)
    }

    fn withdraw(&mut self) -> Flow {
        if self.typed.is_empty() {
            return Flow::Close;
        }
        self.typed.clear();
        self.gone = true;
        Flow::Taken
    }

    fn draw(&self, _: &App, screen: &mut Screen) {
        if screen.size.width == 0 || screen.size.height == 0 {
            return;
        }
        let drawn = self.drawn(screen.size);
        popup::middle(screen, &drawn.title, drawn.rows, None, &drawn.footer);
        let Some((popup, (column, row))) = screen.popups.last().zip(drawn.cursor) else { return };
        let Area { x, y, width, height } = popup.area;
        let frame = u16::from(width >= 3 && height >= 3);
        let cell = super::compose::cells;
        let last = |from: u16, cells: u16| from.saturating_add(cells).saturating_sub(1);
        let column = (x + frame).saturating_add(cell(column)).min(last(x, width));
        screen.cursor = Some((column, (y + frame).saturating_add(cell(row)).min(last(y, height))));
    }

    fn hints(&self, _: &App) -> Vec<(String, String)> {
        let hint = |key: &str, what: &str| (key.to_owned(), what.to_owned());
        match &self.question.ask {
            _ if self.gone => vec![hint("Enter", "close")],
            Ask::Text { .. } => vec![hint("Enter", "answer"), hint("Ctrl-U", "erase"), hint("Esc", "cancel")],
            Ask::HostKey { file, .. } => {
                let save = file.iter().map(|_| hint("s", "accept and save"));
                [hint("o", "accept once")].into_iter().chain(save).chain([hint("Esc", "refuse")]).collect()
            }
        }
    }
}

/// A text from outside, printable and no longer than this many characters.
fn brief(said: &str, most: usize) -> String {
    let said: String = said.chars().take(most.max(1) * 4).collect();
    let shown = text::printable(said.trim());
    if shown.chars().count() <= most { shown } else { shown.chars().take(most - 1).chain(['…']).collect() }
}

/// A text from outside in rows.
fn said_in(said: &str, width: usize, tone: Tone) -> Vec<Vec<Piece>> {
    let said: String = said.chars().take(MOST_CHARS).collect();
    let lines = said.lines().map(str::trim_end).filter(|line| !line.is_empty());
    let rows = lines.flat_map(|line| fold(&text::printable(line), width.max(1)));
    rows.take(MOST_ROWS).map(|row| vec![piece(row, tone)]).collect()
}

/// The end of a text that fits.
fn tail(shown: &str, width: usize) -> String {
    let mut kept = shown;
    while text::width(kept) > width {
        let mut chars = kept.chars();
        chars.next();
        kept = chars.as_str();
    }
    kept.to_owned()
}
