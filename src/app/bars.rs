//! Histograms as rows of text: columns of blocks, and the times below them.

use std::ops::Range;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::App;
use super::chart::{Known, Place};
use super::info::thousands;
use super::layer::piece;
use super::pane::PaneId;
use super::rows::counted;
use super::screen::{Area, Bar, Piece, Tone};
use crate::core::histogram::{Column, Grid, Histogram};
use crate::core::read::Time;
use crate::core::text;

/// Eighths of a cell; the ui has others where the terminal has none of these.
const BLOCKS: [&str; 9] = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];
/// From this width on a band has the times of its ends beside it.
const LABELS_FROM: usize = 40;
/// Columns of a time beside a band.
const LABEL: usize = 9;

const DAY: i64 = 86_400 * 1_000_000_000;
const MINUTE: i64 = 60 * 1_000_000_000;
const SECOND: i64 = 1_000_000_000;

/// A cell filled by so many eighths.
pub fn block(eighths: u64) -> &'static str {
    BLOCKS[usize::try_from(eighths).unwrap_or(8).min(8)]
}

/// The part of `whole` that `n` is of `most`, at least one where there is anything.
pub fn scaled(n: u64, most: u64, whole: u64) -> u64 {
    let part = (u128::from(n) * u128::from(whole)).div_ceil(u128::from(most.max(1)));
    u64::try_from(part).unwrap_or(whole).min(whole)
}

/// The tone of the worst that is in a column.
pub fn worst(column: &Column) -> Tone {
    match (column.errors, column.warnings) {
        (0, 0) => Tone::Plain,
        (0, _) => Tone::Note,
        _ => Tone::Bad,
    }
}

/// Cells of one tone next to each other are one piece.
pub fn join(row: &mut Vec<Piece>, cell: &str, tone: Tone) {
    match row.last_mut() {
        Some(last) if last.tone == tone => last.text.push_str(cell),
        _ => row.push(piece(cell, tone)),
    }
}

/// A moment as the end of a span of columns, no finer than they are.
pub fn clock(time: Time, step: i64, zone: &TimeZone) -> String {
    let form = match step {
        step if step >= DAY => "%Y-%m-%d",
        step if step >= MINUTE => "%H:%M",
        step if step >= SECOND => "%H:%M:%S",
        _ => "%H:%M:%S%.3f",
    };
    written(time, form, zone)
}

fn written(time: Time, form: &str, zone: &TimeZone) -> String {
    let moment = Timestamp::from_nanosecond(i128::from(time.0)).map(|moment| moment.to_zoned(zone.clone()));
    moment.map(|moment| moment.strftime(form).to_string()).unwrap_or_default()
}

/// How long a column is: `5 min`.
pub fn length(step: i64) -> String {
    let units = [(DAY, "d"), (60 * MINUTE, "h"), (MINUTE, "min"), (SECOND, "s")];
    let unit = units.into_iter().find(|(unit, _)| step % unit == 0);
    let (unit, name) = unit.unwrap_or((1_000_000, "ms"));
    format!("{} {name}", step / unit)
}

/// From when to when a column is: `14:05–14:06`, with the day where the others are of other days.
pub fn span(histogram: &Histogram, column: i64, zone: &TimeZone) -> String {
    let (grid, span) = (histogram.grid, histogram.grid.span(column));
    let (from, to) = (clock(span.start, grid.step, zone), clock(span.end, grid.step, zone));
    if grid.step >= DAY {
        let last = written(Time(span.end.0.saturating_sub(DAY)), "%Y-%m-%d", zone);
        return if grid.step == DAY { from } else { format!("{from}–{last}") };
    }
    let days = histogram.numbers();
    let day = |number: i64| written(grid.begin(number), "%m-%d", zone);
    let several = day(days.start) != day(days.end.saturating_sub(1));
    let day = if several { format!("{} ", day(column)) } else { String::new() };
    format!("{day}{from}–{to}")
}

/// What is in a column: `1,204 lines, 3 errors, 17 warnings`; where there is little room `1,204 3E 17W`.
pub fn count(column: &Column, exact: bool, brief: bool) -> Vec<Piece> {
    let about = if exact { "" } else { "about " };
    let mut said = Vec::new();
    let (lines, errors, warnings) = (column.lines, column.errors, column.warnings);
    if brief {
        said.push(piece(thousands(lines), Tone::Plain));
        for (n, sign, tone) in [(errors, "E", Tone::Bad), (warnings, "W", Tone::Note)] {
            said.extend((n > 0).then(|| piece(format!(" {}{sign}", thousands(n)), tone)));
        }
        return said;
    }
    said.push(piece(format!("{about}{}", counted(lines, "line")), Tone::Plain));
    for (n, what, tone) in [(errors, "error", Tone::Bad), (warnings, "warning", Tone::Note)] {
        if n > 0 {
            said.push(piece(", ", Tone::Plain));
            said.push(piece(counted(n, what), tone));
        }
    }
    said
}

/// The columns of a histogram in a number of rows, from the top: errors at the bottom, where they are seen, warnings
/// above them, the rest on top.
pub fn columns(histogram: &Histogram, rows: usize) -> Vec<Vec<Piece>> {
    let most = histogram.columns.iter().map(|column| column.lines).max().unwrap_or(0);
    let mut drawn = vec![Vec::new(); rows];
    for column in &histogram.columns {
        let height = scaled(column.lines, most, rows as u64 * 8);
        // What is there is to be seen: a whole cell, if the column has one.
        let part = |n: u64| if n == 0 { 0 } else { scaled(n, column.lines, height).max(8) };
        let errors = part(column.errors);
        let warnings = errors + part(column.warnings);
        for (at, row) in drawn.iter_mut().rev().enumerate() {
            let below = at as u64 * 8;
            let tone = match below {
                below if below < errors => Tone::Bad,
                below if below < warnings => Tone::Note,
                _ => Tone::Plain,
            };
            join(row, block(height.saturating_sub(below)), tone);
        }
    }
    drawn
}

/// Times below columns, each under the column that begins then.
pub fn axis(histogram: &Histogram, width: usize, zone: &TimeZone) -> String {
    let grid: Grid = histogram.grid;
    let label = text::width(&clock(grid.begin(histogram.first), grid.step, zone));
    let apart = i64::try_from(label + 3).unwrap_or(i64::MAX);
    let round =
        [1, 2, 5, 6, 10, 12, 15, 20, 30, 60].into_iter().find(|round| *round >= apart).unwrap_or(apart);
    let mut row = String::new();
    for number in histogram.numbers().filter(|number| number.rem_euclid(round) == 0) {
        let at = usize::try_from(number - histogram.first).unwrap_or(0);
        let label = clock(grid.begin(number), grid.step, zone);
        if at + text::width(&label) <= width {
            row.push_str(&" ".repeat(at.saturating_sub(text::width(&row))));
            row.push_str(&label);
        }
    }
    row
}

/// Columns that a band has for a histogram.
pub fn columns_of_band(area: Area) -> usize {
    let width = usize::from(area.width);
    if width >= LABELS_FROM { width - 2 * (LABEL + 1) } else { width }
}

/// When the column was that stands at a column of the screen, in the histogram above a pane's text.
pub fn span_at(app: &App, id: PaneId, area: Area, x: u16) -> Option<Range<Time>> {
    let histogram = said(app, id, Place::Band).ok()?;
    let grid = histogram.grid;
    let label = text::width(&clock(grid.begin(histogram.first), grid.step, &app.zone())) + 1;
    let before = if usize::from(area.width) >= LABELS_FROM { label } else { 0 };
    let at = usize::from(x.checked_sub(area.x)?).checked_sub(before)?;
    let number = histogram.first.checked_add(i64::try_from(at).ok()?)?;
    histogram.numbers().contains(&number).then(|| grid.span(number))
}

/// The histogram above a pane's text, in a row.
pub fn band(app: &App, id: PaneId, area: Area) -> Option<Bar> {
    let zone = app.zone();
    let width = usize::from(area.width);
    let histogram = match said(app, id, Place::Band) {
        Ok(histogram) => histogram,
        Err(said) => return Some(Bar { area, left: vec![said], right: Vec::new() }),
    };
    let mut row = Vec::new();
    let most = histogram.columns.iter().map(|column| column.lines).max().unwrap_or(0);
    let labelled = width >= LABELS_FROM;
    let Range { start, end } = histogram.numbers();
    let label = |time: Time| clock(time, histogram.grid.step, &zone);
    if labelled {
        row.push(piece(format!("{} ", label(histogram.grid.begin(start))), Tone::Faint));
    }
    for column in &histogram.columns {
        join(&mut row, block(scaled(column.lines, most, 8)), worst(column));
    }
    if labelled {
        row.push(piece(format!(" {}", label(histogram.grid.begin(end))), Tone::Faint));
    }
    let right = unfinished(app, id).map(|said| piece(said, Tone::Note));
    Some(Bar { area, left: row, right: right.into_iter().collect() })
}

/// The histogram of a pane, or what is to be said instead.
pub fn said(app: &App, id: PaneId, place: Place) -> Result<&Histogram, Piece> {
    let feed = app.desk.panes.get(&id).and_then(|pane| app.feeds.get(&pane.strand.source));
    let failed = feed.and_then(|feed| feed.levels.failed.clone());
    match (app.charts.known(id, place), failed) {
        (_, Some(failed)) => Err(piece(failed, Tone::Bad)),
        (Known::Made(histogram), _) => Ok(histogram),
        (Known::Timeless, _) if unfinished(app, id).is_none() => {
            Err(piece("no line says when it was written: there is nothing to show over time", Tone::Note))
        }
        _ => {
            let way = unfinished(app, id).map(|way| format!(", {way}")).unwrap_or_default();
            Err(piece(format!("counting lines{way}"), Tone::Faint))
        }
    }
}

/// How far the lines of a pane's source are counted, until all are.
pub fn unfinished(app: &App, id: PaneId) -> Option<String> {
    let feed = app.desk.panes.get(&id).and_then(|pane| app.feeds.get(&pane.strand.source))?;
    let lines = feed.levels.index.lines();
    let (done, all) = lines.progress();
    (!lines.complete()).then(|| format!("{} %", (done * 100).checked_div(all).unwrap_or(100)))
}
