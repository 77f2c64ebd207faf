//! Boxes over the panes, framed where there is room.

use ratatui::style::Modifier;

use super::canvas::{Canvas, bottom, bounded, right};
use crate::app::screen::{Area, Piece, Popup, Tone};
use crate::core::text::width;

/// Draws a box.
pub(super) fn draw(popup: &Popup, canvas: &mut Canvas) {
    let area = bounded(popup.area);
    canvas.fill(area, " ", canvas.theme.tone(Tone::Plain));
    let inner = if popup.is_framed() { frame(popup, area, canvas) } else { area };
    let rows = popup.rows.iter().take(usize::from(inner.height)).enumerate();
    for ((at, row), y) in rows.zip(inner.y..) {
        draw_row(row, popup.selected == Some(at), Area { y, height: 1, ..inner }, canvas);
    }
}

fn draw_row(row: &[Piece], selected: bool, area: Area, canvas: &mut Canvas) {
    let ground = canvas.theme.tone(if selected { Tone::Selected } else { Tone::Plain });
    if selected {
        canvas.fill(area, " ", ground);
    }
    let edge = right(area);
    let mut x = area.x;
    for piece in row {
        let style = match (selected, piece.tone) {
            (true, Tone::Match) => ground.add_modifier(Modifier::UNDERLINED),
            (true, _) => ground,
            (false, tone) => canvas.theme.tone(tone),
        };
        let end = canvas.put(x, area.y, edge, &canvas.theme.own(&piece.text), style);
        if usize::from(end - x) < width(&piece.text) && edge > area.x {
            let sign = canvas.theme.signs().cut;
            canvas.stamp(edge - 1, area.y, sign, style);
            return;
        }
        x = end;
    }
}

/// Draws the frame with its title and footer, and gives what lies inside.
fn frame(popup: &Popup, area: Area, canvas: &mut Canvas) -> Area {
    let (edge, floor) = (right(area) - 1, bottom(area) - 1);
    let style = canvas.theme.frame();
    let [top_left, top_right, bottom_left, bottom_right, across, down] = canvas.theme.signs().frame;
    for (y, left, right) in [(area.y, top_left, top_right), (floor, bottom_left, bottom_right)] {
        canvas.fill(Area { y, height: 1, ..area }, across, style);
        canvas.stamp(area.x, y, left, style);
        canvas.stamp(edge, y, right, style);
    }
    let inside = Area { x: area.x + 1, y: area.y + 1, width: area.width - 2, height: area.height - 2 };
    for x in [area.x, edge] {
        canvas.fill(Area { x, width: 1, ..inside }, down, style);
    }
    let title = canvas.theme.tone(Tone::Name);
    let footer = canvas.theme.tone(Tone::Faint);
    label(&popup.title, area.x, area.y, edge, title, canvas);
    label(&popup.footer, area.x, floor, edge, footer, canvas);
    inside
}

/// Sets a text into a side of the frame, with a blank on either side.
fn label(text: &str, x: u16, y: u16, edge: u16, style: ratatui::style::Style, canvas: &mut Canvas) {
    if text.is_empty() || edge - x < 5 {
        return;
    }
    let room = edge - 1;
    let end = canvas.put(x + 2, y, room, &format!(" {text} "), style);
    if usize::from(end - x - 2) < width(text) + 2 {
        let sign = canvas.theme.signs().cut;
        canvas.stamp(room - 1, y, sign, style);
    }
}
