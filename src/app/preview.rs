//! The end of a file that is not open, as a pane shows lines: what is recognised in them is coloured.

use super::App;
use super::fold::fold;
use super::folder::Peek;
use super::layer::piece;
use super::screen::{Area, Bar, LineRow, PaneView, Row, Tone};
use crate::core::highlight::{self, Choice};
use crate::core::span::Level;
use crate::core::text::{self, TextOptions};

/// Bytes of a line that are looked at: no more of it is in sight.
const LIMIT: usize = 4 << 10;

/// The end of a file called `name`, of which `facts` are known, in an area; `peek` is none while it is being read.
pub fn view(app: &App, area: Area, name: &str, facts: &str, peek: Option<&Peek>, folder: bool) -> PaneView {
    let title = Bar {
        area: Area { height: 1, ..area },
        left: vec![piece(name, Tone::Name)],
        right: vec![piece(facts.trim(), Tone::Faint)],
    };
    let body = Area { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    let (width, height) = (usize::from(body.width), usize::from(body.height));
    let note = |sentence: &str, tone: Tone| -> Vec<Row> {
        fold(sentence, width.saturating_sub(2)).into_iter().map(|row| Row::Note(row, tone)).collect()
    };
    let mut rows = match peek {
        None if folder => Vec::new(),
        None => note("reading …", Tone::Faint),
        Some(Peek::Binary) => note("this is no text: the end of it would say nothing", Tone::Note),
        Some(Peek::Other) => note("this is no file to be read", Tone::Note),
        Some(Peek::Failed(why)) => note(why, Tone::Bad),
        Some(Peek::Lines(lines)) if lines.is_empty() => note("it is empty", Tone::Faint),
        Some(Peek::Lines(lines)) => {
            let first = lines.len().saturating_sub(height);
            let choice = app.settings.highlights_of(name);
            lines[first..].iter().map(|line| Row::Line(shown(app, &choice, line, width))).collect()
        }
    };
    rows.truncate(height);
    PaneView { title: Some(title), band: None, focused: false, body, rows, scrollbar: None }
}

fn shown(app: &App, choice: &Choice, line: &[u8], width: usize) -> LineRow {
    let shown = text::show(line, TextOptions { tab: 8, sgr: app.settings.sgr, limit: LIMIT });
    let (known, level) = highlight::read(&shown.text);
    let marks = app.rules.marks(&shown.text, choice);
    let spans = highlight::merge(&[&known, &shown.spans, &marks.spans]);
    let (range, _) = text::window(&shown.text, 0, width);
    LineRow {
        text: shown.text[range.clone()].to_owned(),
        spans: text::cut_spans(&spans, &range),
        rule: marks.line,
        tint: level.filter(|level| *level >= Level::Warn),
        more: (false, range.end < shown.text.len()),
        ..LineRow::default()
    }
}
