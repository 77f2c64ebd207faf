//! One record by itself, in a popup: its time, level and format, its fields by name, and its whole text wrapped.

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};

use super::App;
use super::copy;
use super::event::Effect;
use super::feed::Feed;
use super::fold::entry;
use super::key::{Code, Key};
use super::layer::{Flow, Layer, piece};
use super::pane::PaneId;
use super::popup;
use super::pressed::Does;
use super::rows::counted;
use super::screen::{Piece, Screen, Tone};
use crate::config::keymap::{Context, Found};
use crate::core::lines::{Line, line_at};
use crate::core::place::Place;
use crate::core::read::{Said, Time};
use crate::core::span::Level;
use crate::core::text::{self, TextOptions};

/// Bytes of a line that are shown, and of a field's value.
const LINE: usize = 64 << 10;
const VALUE: usize = 4 << 10;
/// The most fields that are listed.
const FIELDS: usize = 500;

/// A popup that shows a record.
pub struct Details {
    pane: PaneId,
    /// A line of it.
    place: Place,
    top: usize,
}

impl Details {
    /// Shows the record that a line of a pane is of.
    pub fn new(pane: PaneId, place: Place) -> Details {
        Details { pane, place, top: 0 }
    }

    fn rows(&self, app: &App) -> Vec<Vec<Piece>> {
        let width = popup::columns_in(app.size).max(1);
        match self.read(app) {
            Ok((feed, lines)) => rows(app, feed, &lines, width),
            Err(sentence) => vec![vec![piece(sentence, Tone::Note)]],
        }
    }

    /// The lines of the record.
    fn read<'a>(&self, app: &'a App) -> Result<(&'a Feed, Vec<Line>), String> {
        let (feed, record) = app.record_of(self.pane, &self.place)?;
        let (mut lines, mut at) = (Vec::new(), record.start);
        while let Some(line) =
            line_at(&*feed.source.store, at, record.end).map_err(|err| copy::unread(&err))?
        {
            at = line.end;
            lines.push(line);
        }
        Ok((feed, lines))
    }

    fn copy(&self, app: &mut App) {
        match app.text_of_record(self.pane, &self.place) {
            Ok(text) => app.effects.push(Effect::Copy(text)),
            Err(sentence) => app.messages.error(sentence),
        }
    }

    fn step(&mut self, app: &mut App, back: bool) {
        if let Some(place) = app.go_to_record(self.pane, &self.place, 1, back) {
            (self.place, self.top) = (place, 0);
        }
    }
}

impl Layer for Details {
    fn key(&mut self, key: Key, app: &mut App) -> Flow {
        let page = popup::rows_in(app.size).max(1);
        let name = match app.keymap.find(&[Context::Normal], &[key]) {
            Found::Binding { binding, .. } => binding.command.clone(),
            _ => String::new(),
        };
        match name.as_str() {
            "next-record" => self.step(app, false),
            "previous-record" => self.step(app, true),
            "copy" => self.copy(app),
            "quit" | "escape" | "record" => return Flow::Close,
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
        let rows = self.rows(app);
        let page = popup::rows_in(screen.size);
        let top = self.top.min(rows.len().saturating_sub(page));
        let below = rows.len().saturating_sub(top + page);
        let rows = rows.into_iter().skip(top).take(page).collect();
        let does: [Does; 3] =
            [(&["copy"], "copies"), (&["previous-record", "next-record"], "go on"), (&["quit"], "closes")];
        let footer = match below {
            0 => app.keys_said(Context::Normal, &does),
            below => {
                let copies = app.keys_said(Context::Normal, &does[..1]);
                format!("{}; {copies}", counted(below as u64, "more row"))
            }
        };
        popup::middle(screen, "record", rows, None, &footer);
    }

    fn hints(&self, app: &App) -> Vec<(String, String)> {
        let does: [Does; 4] = [
            (&["previous-record", "next-record"], "record"),
            (&["down", "up"], "scroll"),
            (&["copy"], "copy"),
            (&["quit"], "close"),
        ];
        app.keys_in(Context::Normal, &does)
    }
}

fn rows(app: &App, feed: &Feed, lines: &[Line], width: usize) -> Vec<Vec<Piece>> {
    let Some(head) = lines.first() else { return vec![vec![piece("nothing is left of it", Tone::Note)]] };
    let said = feed.learner.reading().read(&head.text);
    let mut facts: Vec<(String, String, Tone)> = Vec::new();
    let mut fact = |what: &str, value: String, tone| facts.push((what.to_owned(), value, tone));
    for (what, when) in said.time.map(|time| times(app, feed, time)).unwrap_or_default() {
        fact(what, when, Tone::Plain);
    }
    if let Some(level) = said.level {
        fact("level", level.name().into(), tone_of(level));
    }
    if !said.format.is_empty() {
        fact("format", said.format.to_owned(), Tone::Plain);
    }
    let fields = fields(&said);
    let all = facts.iter().map(|(what, ..)| what).chain(fields.iter().map(|(name, _)| name));
    let column = all.map(|what| text::width(what)).max().unwrap_or(0).min(width / 3);
    let fact = |what: &str, value: &str, head, tone| entry((what, head), column, (value, tone), "", width);
    let mut rows: Vec<Vec<Piece>> = Vec::new();
    for (what, value, tone) in &facts {
        rows.extend(fact(what, value, Tone::Faint, *tone));
    }
    for (name, value) in &fields {
        rows.extend(fact(name, value, Tone::Name, Tone::Plain));
    }
    if !rows.is_empty() {
        rows.push(Vec::new());
    }
    for line in lines {
        let plain = text::without_sgr(&line.text);
        let unread = (line.text.len().saturating_sub(LINE)) as u64;
        let part = &plain[..plain.len().min(LINE)];
        let shown = text::show_part(part, unread, TextOptions { tab: 8, sgr: false, limit: LINE }).text;
        let wrapped = text::wrap(&shown, width);
        rows.extend(wrapped.into_iter().map(|row| vec![piece(&shown[row], Tone::Plain)]));
    }
    rows
}

/// A record's fields, printable.
fn fields(said: &Said<'_>) -> Vec<(String, String)> {
    let brief = |text: &str| {
        let mut end = text.len().min(VALUE);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text::printable(&text[..end]) + if end < text.len() { "…" } else { "" }
    };
    said.fields().take(FIELDS).map(|(name, value)| (brief(&name), brief(&value.text()))).collect()
}

/// A moment as the source's lines have it, and here where that is another clock.
fn times(app: &App, feed: &Feed, time: Time) -> Vec<(&'static str, String)> {
    let Ok(moment) = Timestamp::from_nanosecond(time.0.into()) else { return Vec::new() };
    let written = |zone: TimeZone| moment.to_zoned(zone).strftime("%Y-%m-%d %H:%M:%S%.f %:z").to_string();
    let here = app.wall.zone();
    let own = feed.learner.zone().flatten().and_then(|seconds| Offset::from_seconds(seconds).ok());
    let away = own.filter(|own| *own != here.to_offset(moment));
    match away {
        Some(own) => vec![("time", written(own.to_time_zone())), ("here", written(here))],
        None => vec![("time", written(here))],
    }
}

fn tone_of(level: Level) -> Tone {
    match level {
        Level::Error | Level::Fatal => Tone::Bad,
        Level::Warn => Tone::Note,
        Level::Trace | Level::Debug | Level::Info => Tone::Plain,
    }
}
