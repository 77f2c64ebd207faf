//! Boxes over the panes: how large they are and where they stand.

use super::compose::{HINTS_FROM, cells};
use super::mouse::WHEEL;
use super::screen::{Area, Piece, Popup, Screen, Size};
use crate::core::text;

/// Rows a popup has for its content at a size.
pub fn rows_in(size: Size) -> usize {
    let frame = if size.height >= 3 && size.width >= 3 { 2 } else { 0 };
    usize::from(size.height).saturating_sub(frame + usize::from(size.height >= HINTS_FROM))
}

/// The first row shown of `rows`, where `page` are seen at a time, after a command that moves; as it was after any other.
pub fn scrolled(command: &str, top: usize, page: usize, rows: usize) -> usize {
    let last = rows.saturating_sub(page);
    let top = match command {
        "down" => top + 1,
        "up" => top.saturating_sub(1),
        "half-down" => top + page / 2,
        "half-up" => top.saturating_sub(page / 2),
        "page-down" => top + page,
        "page-up" => top.saturating_sub(page),
        "top" => 0,
        "bottom" => last,
        _ => top,
    };
    top.min(last)
}

/// The same after a turn of the wheel.
pub fn wheeled(up: bool, top: usize, page: usize, rows: usize) -> usize {
    if up { top.saturating_sub(WHEEL) } else { (top + WHEEL).min(rows.saturating_sub(page)) }
}

/// Columns a popup has for its content at a size.
pub fn columns_in(size: Size) -> usize {
    let frame = if size.height >= 3 && size.width >= 3 { 2 } else { 0 };
    usize::from(size.width).saturating_sub(frame)
}

/// Below this height a box that needs every row has no frame.
pub const FRAMED_FROM: u16 = 8;

/// Where a box stands that is as large as it may be, whatever is in it: in the middle, near the top.
pub fn high(size: Size, width: u16, height: u16) -> Area {
    let (width, free) = (size.width.min(width), size.height - u16::from(size.height >= HINTS_FROM));
    let height = free.min(height);
    Area { x: (size.width - width) / 2, y: ((free - height) / 4).min(3), width, height }
}

/// A box in the middle, as large as its rows need and the screen allows.
pub fn middle(
    screen: &mut Screen,
    title: &str,
    rows: Vec<Vec<Piece>>,
    selected: Option<usize>,
    footer: &str,
) {
    let mut area = fitting(screen.size, title, &rows, footer);
    area.y = screen.size.height.saturating_sub(area.height) / 2;
    area.x = screen.size.width.saturating_sub(area.width) / 2;
    push(screen, area, title, rows, selected, footer);
}

/// A box that stands on the last row.
pub fn above(screen: &mut Screen, title: &str, rows: Vec<Vec<Piece>>, selected: Option<usize>, footer: &str) {
    let mut area = fitting(screen.size, title, &rows, footer);
    area.y = screen.size.height.saturating_sub(area.height + 1);
    push(screen, area, title, rows, selected, footer);
}

fn push(
    screen: &mut Screen,
    area: Area,
    title: &str,
    mut rows: Vec<Vec<Piece>>,
    selected: Option<usize>,
    footer: &str,
) {
    let frame = if area.height >= 3 && area.width >= 3 { 2 } else { 0 };
    rows.truncate(usize::from(area.height) - frame);
    if area.height == 0 || area.width == 0 {
        return;
    }
    let selected = selected.filter(|selected| *selected < rows.len());
    let (title, footer) = (title.into(), footer.into());
    screen.popups.push(Popup { area, title, rows, selected, footer, bare: false });
}

fn fitting(size: Size, title: &str, rows: &[Vec<Piece>], footer: &str) -> Area {
    let width = |row: &Vec<Piece>| row.iter().map(|piece| text::width(&piece.text)).sum::<usize>();
    let widest = rows.iter().map(width).max().unwrap_or(0);
    // The frame keeps two cells on either side of what is written in it.
    let widest = widest.max(text::width(title) + 4).max(text::width(footer) + 4);
    let height = cells(rows.len())
        .saturating_add(2)
        .min(size.height.saturating_sub(u16::from(size.height >= HINTS_FROM)));
    Area { x: 0, y: 0, width: cells(widest).saturating_add(2).min(size.width), height }
}
