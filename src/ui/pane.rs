//! One pane: its lines as they stand in the log, rules between them, and the scrollbar.
//!
//! ```text
//!  title ━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━ right
//!  gutter time pad text text text text text ›│   › more of the line lies behind the edge
//!  ── rotated ───────────────────────────────┃   ┃ thumb, with ticks and marks beside
//! ```

use ratatui::style::{Modifier, Style};

use super::bar;
use super::canvas::{Canvas, Pen, bottom, bounded, right};
use crate::app::screen::{Area, LineRow, PaneView, Row, Scrollbar, Tone};
use crate::core::text::width;

/// Draws a pane.
pub(super) fn draw(view: &PaneView, canvas: &mut Canvas) {
    if let Some(title) = &view.title {
        bar::title(title, view.focused, canvas);
    }
    if let Some(band) = &view.band {
        bar::draw(band, canvas);
    }
    let body = bounded(view.body);
    let edge = right(body) - u16::from(view.scrollbar.is_some() && body.width > 0);
    for (row, y) in view.rows.iter().zip(body.y..bottom(body)) {
        let pen = Pen { x: body.x, y, right: edge };
        match row {
            Row::Line(row) => line(row, pen, canvas),
            Row::Rule(text, tone) => rule(text, *tone, pen, canvas),
            Row::Note(text, tone) => note(text, *tone, pen, canvas),
        }
    }
    if let Some(bar) = &view.scrollbar {
        scrollbar(bar, body, canvas);
    }
}

/// Draws the line between panes that stand side by side.
pub(super) fn divider(area: Area, canvas: &mut Canvas) {
    let style = canvas.theme.title_rule(false);
    let sign = canvas.theme.signs().divider;
    canvas.fill(bounded(area), sign, style);
}

fn line(row: &LineRow, mut pen: Pen, canvas: &mut Canvas) {
    let theme = canvas.theme;
    let ground = theme.ground(row);
    let (first, edge, y) = (pen.x, pen.right, pen.y);
    if let Some((name, shade)) = &row.source {
        pen.x = canvas.put(first, y, pen.right, name, theme.source(row, *shade));
    }
    pen.x = canvas.put(pen.x, y, pen.right, &row.gutter, theme.gutter(row));
    if let Some(time) = &row.time {
        pen.x = canvas.put(pen.x, y, pen.right, &time.text, theme.time(row, time.tone));
    }
    if !row.count.is_empty() {
        pen.right = count(&row.count, &pen, ground, canvas);
    }
    let text = pen.x;
    pen.x = pen.x.saturating_add(row.pad).min(pen.right);
    blank(text, pen.x, y, ground, canvas);
    let mut spans = row.spans.iter().peekable();
    canvas.put_styled(&mut pen, &row.text, |theme, at| {
        while spans.peek().is_some_and(|span| span.range.end <= at) {
            spans.next();
        }
        match spans.peek() {
            Some(span) if span.range.start <= at => (theme.span(row, span.class), span.range.end),
            Some(span) => (ground, span.range.start),
            None => (ground, usize::MAX),
        }
    });
    blank(pen.x, pen.right, y, ground, canvas);
    let more = ground.patch(theme.tone(Tone::Note)).add_modifier(Modifier::BOLD);
    if row.more.0 && text < pen.right {
        canvas.stamp(text, y, theme.signs().more_left, more);
    }
    if row.more.1 && text < pen.right {
        canvas.stamp(pen.right - 1, y, theme.signs().more_right, more);
    }
    if row.ruled {
        canvas.underline(first, edge, y);
    }
}

/// Draws what is folded behind a line against the right edge, and says where the line's own place ends.
fn count(said: &str, pen: &Pen, ground: Style, canvas: &mut Canvas) -> u16 {
    let columns = u16::try_from(width(said) + 1).unwrap_or(u16::MAX);
    let from = pen.right.saturating_sub(columns).max(pen.x);
    blank(from, pen.right, pen.y, ground, canvas);
    let style = ground.patch(canvas.theme.tone(Tone::Note)).add_modifier(Modifier::BOLD);
    canvas.put(from + u16::from(from < pen.right), pen.y, pen.right, said, style);
    from
}

/// Draws the ground where a line has no text, from one column to another (exclusive).
fn blank(from: u16, to: u16, y: u16, ground: Style, canvas: &mut Canvas) {
    if from < to && ground != Style::default() {
        canvas.fill(Area { x: from, y, width: to - from, height: 1 }, " ", ground);
    }
}

fn rule(text: &str, tone: Tone, pen: Pen, canvas: &mut Canvas) {
    if pen.x >= pen.right {
        return;
    }
    let style = canvas.theme.tone(tone);
    let sign = canvas.theme.signs().rule;
    canvas.fill(Area { x: pen.x, y: pen.y, width: pen.right - pen.x, height: 1 }, sign, style);
    if text.is_empty() {
        return;
    }
    let room = usize::from(pen.right - pen.x);
    let before = if width(text) + 6 <= room { 2 } else { 0 };
    let end = canvas.put(pen.x + before, pen.y, pen.right, &format!(" {text} "), style);
    if usize::from(end - pen.x - before) < width(text) + 1 {
        let sign = canvas.theme.signs().cut;
        canvas.stamp(pen.right - 1, pen.y, sign, style);
    }
}

fn note(text: &str, tone: Tone, pen: Pen, canvas: &mut Canvas) {
    let style = canvas.theme.tone(tone);
    let indent = if width(text) + 2 <= usize::from(pen.right.saturating_sub(pen.x)) { 1 } else { 0 };
    let from = pen.x + indent;
    let end = canvas.put(from, pen.y, pen.right, text, style);
    if usize::from(end - from) < width(text) && pen.x < pen.right {
        let sign = canvas.theme.signs().cut;
        canvas.stamp(pen.right - 1, pen.y, sign, style);
    }
}

fn scrollbar(bar: &Scrollbar, body: Area, canvas: &mut Canvas) {
    if body.width == 0 {
        return;
    }
    let x = right(body) - 1;
    let theme = canvas.theme;
    let signs = theme.signs();
    let row = |at: u16| (at < body.height).then(|| body.y + at);
    let (first, rows) = bar.thumb;
    let thumb = first..first.saturating_add(rows);
    for at in 0..body.height {
        let inside = thumb.contains(&at);
        canvas.stamp(x, body.y + at, if inside { signs.thumb } else { " " }, theme.thumb());
    }
    for y in bar.ticks.iter().filter_map(|at| row(*at)) {
        canvas.stamp(x, y, signs.tick, theme.tick());
    }
    for y in bar.marks.iter().filter_map(|at| row(*at)) {
        canvas.stamp(x, y, signs.mark, theme.tone(Tone::Key));
    }
}
