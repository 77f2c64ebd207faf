//! A log over time on the whole screen: its histogram with a cursor, to look closer and to jump from.
//!
//! ```text
//! ╭ app.log over time, a column is 1 min ─────────╮
//! │            █                                  │
//! │  ▂▃▂   ▁▄▅▇█▅▃▂▁   ▂▂▁▁▂▃▄▃▂▁▁▁▂▃▂▁▁▁▂▂       │   errors at the bottom of a column
//! │            ^                                  │   the cursor
//! │13:55       14:05       14:15                  │
//! │14:06–14:07  1,204 lines, 3 errors             │
//! ╰ h l move, + z closer, - back, Enter there ────╯
//! ```

use std::ops::Range;

use super::App;
use super::bars;
use super::chart::Place;
use super::command::{self, Run};
use super::eye::Eye;
use super::key::{Code, Key};
use super::layer::{Flow, Layer, piece};
use super::pane::{Jump, PaneId};
use super::popup;
use super::pressed::Does;
use super::screen::{Piece, Screen, Tone};
use crate::config::keymap::{Context, Found};
use crate::core::histogram::{Column, Histogram, Log};
use crate::core::read::Time;
use crate::core::text;

/// Columns around the cursor that stay when it is looked closer, as a part of all.
const CLOSER: i64 = 4;
/// A column is not finer than this, in nanoseconds.
const FINEST: i64 = 1_000_000;

const OF_ONE: &str = "a histogram is of one log";

/// A log over time.
pub struct Overview {
    pane: PaneId,
    /// When the column at the cursor begins; the last one, also as time goes on, if none was chosen.
    cursor: Option<Time>,
    /// The spans that were looked at closer, the finest last.
    spans: Vec<Range<Time>>,
}

pub(super) fn open(app: &mut App, _: &command::Call) {
    if app.pane().is_some_and(|pane| pane.merged.is_some()) {
        return app.not_of_streams(OF_ONE);
    }
    if let Some(pane) = app.desk.focused() {
        app.open(Overview { pane, cursor: None, spans: Vec::new() });
    }
}

pub(super) fn band(app: &mut App, _: &command::Call) {
    if app.pane().is_some_and(|pane| pane.merged.is_some()) {
        return app.not_of_streams(OF_ONE);
    }
    if let Some(pane) = app.pane_mut() {
        pane.look.histogram = !pane.look.histogram;
    }
}

impl Overview {
    fn histogram<'a>(&self, app: &'a App) -> Option<&'a Histogram> {
        bars::said(app, self.pane, Place::Layer).ok()
    }

    /// The number of the column at the cursor.
    fn at(&self, histogram: &Histogram) -> i64 {
        let columns = histogram.numbers();
        let last = columns.end.saturating_sub(1);
        self.cursor.map_or(last, |time| histogram.grid.column(time)).clamp(columns.start, last)
    }

    fn move_to(&mut self, app: &App, to: impl FnOnce(&Histogram, i64) -> Option<i64>) {
        let Some(histogram) = self.histogram(app) else { return };
        let at = self.at(histogram);
        if let Some(to) = to(histogram, at).filter(|to| histogram.numbers().contains(to)) {
            self.cursor = (to + 1 < histogram.numbers().end).then(|| histogram.grid.begin(to));
        }
    }

    fn move_by(&mut self, app: &App, by: i64) {
        self.move_to(app, |histogram, at| {
            let columns = histogram.numbers();
            Some(at.saturating_add(by).clamp(columns.start, columns.end - 1))
        });
    }

    /// Moves to the next column in a direction of which something is so.
    fn seek(&mut self, app: &mut App, back: bool, what: &str, is: impl Fn(Column) -> bool) {
        let mut found = false;
        self.move_to(app, |histogram, at| {
            let there = |number: &i64| is(histogram.column(*number));
            let to = match back {
                true => (histogram.first..at).rev().find(there),
                false => (at + 1..histogram.numbers().end).find(there),
            };
            found = to.is_some();
            to
        });
        if !found {
            let way = if back { "before" } else { "behind" };
            let wider = app.keymap.key_in(Context::Histogram, "histogram-wider");
            let wider = wider.map(|key| format!("; {key} shows more")).unwrap_or_default();
            let part = if self.spans.is_empty() { "" } else { &format!(" in what is shown{wider}") };
            app.messages.note(format!("no more {what}s {way} it{part}"));
        }
    }

    /// Looks at a part of what is shown, a number of columns around the cursor.
    pub(super) fn closer(&mut self, app: &mut App) {
        let Some(histogram) = self.histogram(app) else { return };
        let columns = i64::try_from(histogram.columns.len()).unwrap_or(i64::MAX);
        let around = (columns / CLOSER).max(1);
        let from = self.at(histogram).saturating_sub(around / 2);
        let grid = histogram.grid;
        self.look_at(app, grid.step, grid.begin(from)..grid.begin(from.saturating_add(around)));
    }

    /// Looks at the column at the cursor only.
    pub(super) fn closest(&mut self, app: &mut App) {
        let Some(histogram) = self.histogram(app) else { return };
        let span = histogram.grid.span(self.at(histogram));
        self.look_at(app, histogram.grid.step, span);
    }

    fn look_at(&mut self, app: &mut App, step: i64, span: Range<Time>) {
        if step <= FINEST {
            return app.messages.note("this is as close as it gets");
        }
        // The cursor stays where it is; the last column is not the last of the part.
        if let Some(histogram) = self.histogram(app) {
            let grid = histogram.grid;
            self.cursor = Some(grid.begin(self.at(histogram)));
        }
        self.spans.push(span);
    }

    /// Looks at more again.
    pub(super) fn wider(&mut self, app: &mut App) {
        if self.spans.pop().is_none() {
            app.messages.note("this is the whole log");
        }
    }

    /// Goes to the first line of the column at the cursor.
    pub(super) fn jump(&mut self, app: &mut App) {
        let Some(histogram) = self.histogram(app) else { return };
        let span = histogram.grid.span(self.at(histogram));
        app.go_to_span(self.pane, &span);
    }

    fn run(&mut self, key: Key, app: &mut App) -> Flow {
        let found = app.keymap.find(&[Context::Histogram, Context::Normal], &[key]);
        let (name, arg) = match found {
            Found::Binding { binding, .. } => (binding.command.clone(), binding.args.clone()),
            _ => (String::new(), String::new()),
        };
        let by = arg.parse().unwrap_or(1i64);
        match name.as_str() {
            "left" => self.move_by(app, -by),
            "right" => self.move_by(app, by),
            "line-start" | "top" => self.move_by(app, i64::MIN),
            "line-end" | "bottom" => self.cursor = None,
            "next-error" => self.seek(app, false, "error", |column| column.errors > 0),
            "previous-error" => self.seek(app, true, "error", |column| column.errors > 0),
            "next-warning" => self.seek(app, false, "warning", |column| column.warnings > 0),
            "previous-warning" => self.seek(app, true, "warning", |column| column.warnings > 0),
            "quit" | "escape" | "histogram" => return Flow::Close,
            "histogram-jump" => {
                self.jump(app);
                return Flow::Close;
            }
            "help" => return Flow::Passed,
            _ if key.code == Code::Esc => return Flow::Close,
            _ => {
                if let Some(Run::Overview(run)) = command::named(&name).map(|command| command.run) {
                    run(self, app);
                }
            }
        }
        Flow::Taken
    }
}

impl App {
    /// Goes to the first line of a span.
    pub(super) fn go_to_span(&mut self, id: PaneId, span: &Range<Time>) {
        let feed = self.desk.panes.get(&id).and_then(|pane| self.feeds.get(&pane.strand.source));
        let Some(feed) = feed else { return };
        let log =
            Log { index: &feed.levels.index, store: &*feed.source.store, reading: &feed.levels.reading };
        match log.first_in(span) {
            Some(Ok(pos)) => self.show_line(id, &pos.into()),
            Some(Err(pos)) => {
                self.jump_to(id, Eye::top(pos));
                self.look_at(id, Jump::Byte(0, pos));
            }
            None => self.messages.note("no line was written then or later"),
        }
    }
}

impl Layer for Overview {
    fn key(&mut self, key: Key, app: &mut App) -> Flow {
        self.run(key, app)
    }

    fn wheel(&mut self, up: bool, app: &mut App) {
        self.move_by(app, if up { -1 } else { 1 });
    }

    fn press(&mut self, _: usize, column: usize, app: &mut App) -> Flow {
        let before = self.histogram(app).map(|histogram| self.at(histogram));
        let column = i64::try_from(column).unwrap_or(i64::MAX);
        self.move_to(app, |histogram, _| histogram.first.checked_add(column));
        let now = self.histogram(app).filter(|histogram| histogram.first.checked_add(column) == before);
        if now.is_none() {
            return Flow::Taken;
        }
        self.jump(app);
        Flow::Close
    }

    fn chart(&self, app: &App) -> Option<(PaneId, Option<Range<Time>>, usize)> {
        Some((self.pane, self.spans.last().cloned(), popup::columns_in(app.size)))
    }

    fn draw(&self, app: &App, screen: &mut Screen) {
        let (width, height) = (popup::columns_in(screen.size), popup::rows_in(screen.size));
        let name = app.short_name(self.pane);
        let histogram = match bars::said(app, self.pane, Place::Layer) {
            Ok(histogram) => histogram,
            Err(said) => {
                let said = super::fold::fold(&said.text, width).into_iter();
                let rows = said.map(|row| vec![piece(row, Tone::Note)]).collect();
                let closes = app.keys_said(Context::Histogram, &[(&["quit"], "closes")]);
                return popup::middle(screen, &format!("{name} over time"), rows, None, &closes);
            }
        };
        let does: [Does; 5] = [
            (&["left", "right"], "move"),
            (&["histogram-closer", "histogram-column"], "closer"),
            (&["histogram-wider"], "back"),
            (&["histogram-jump"], "there"),
            (&["quit"], "closes"),
        ];
        let footer = app.keys_said(Context::Histogram, &does);
        let step = bars::length(histogram.grid.step);
        let title = format!("{name} over time, a column is {step}");
        popup::middle(screen, &title, self.rows(app, histogram, width, height), None, &footer);
    }

    fn hints(&self, app: &App) -> Vec<(String, String)> {
        let does: [Does; 5] = [
            (&["left", "right"], "move"),
            (&["next-error", "previous-error"], "errors"),
            (&["histogram-closer", "histogram-wider"], "closer, back"),
            (&["histogram-jump"], "there"),
            (&["quit"], "close"),
        ];
        app.keys_in(Context::Histogram, &does)
    }
}

impl Overview {
    /// Its rows: at least one of columns, then what stands at the cursor, then the cursor and the times.
    fn rows(&self, app: &App, histogram: &Histogram, width: usize, height: usize) -> Vec<Vec<Piece>> {
        let zone = app.zone();
        let at = self.at(histogram);
        let place = usize::try_from(at - histogram.first).unwrap_or(0);
        let (axis, cursor) = (height >= 5, height >= 3);
        let rest = 1 + usize::from(axis) + usize::from(cursor);
        let mut rows = bars::columns(histogram, height.saturating_sub(rest).max(1));
        if cursor {
            rows.push(vec![piece(format!("{}^", " ".repeat(place)), Tone::Key)]);
        }
        if axis {
            rows.push(vec![piece(bars::axis(histogram, width, &zone), Tone::Faint)]);
        }
        if height > 1 {
            rows.push(self.status(app, histogram, width));
        }
        // It is as wide as it can be, however few columns there are.
        if let Some(first) = rows.first_mut() {
            let used: usize = first.iter().map(|piece| text::width(&piece.text)).sum();
            first.push(piece(" ".repeat(width.saturating_sub(used)), Tone::Plain));
        }
        rows
    }

    fn status(&self, app: &App, histogram: &Histogram, width: usize) -> Vec<Piece> {
        let at = self.at(histogram);
        let span = bars::span(histogram, at, &app.zone());
        let column = histogram.column(at);
        let wide = |pieces: &[Piece]| pieces.iter().map(|piece| text::width(&piece.text)).sum::<usize>();
        let mut status = vec![piece(format!("{span}  "), Tone::Key)];
        status.extend(bars::count(&column, histogram.exact, false));
        if app.desk.panes.get(&self.pane).is_some_and(|pane| pane.keeping().next().is_some()) {
            status.push(piece(", of all lines", Tone::Faint));
        }
        if let Some(way) = bars::unfinished(app, self.pane) {
            status.push(piece(format!(", {way} counted"), Tone::Note));
        }
        if wide(&status) > width {
            let from = span.split('–').next().unwrap_or_default().to_owned();
            status = vec![piece(format!("{from} "), Tone::Key)];
            status.extend(bars::count(&column, histogram.exact, true));
        }
        status
    }
}
