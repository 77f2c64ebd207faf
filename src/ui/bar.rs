//! Rows of pieces: the tabs, a pane's title, the last row.

use super::canvas::{Canvas, bounded, right};
use crate::app::screen::{Area, Bar, Piece, Tone};
use crate::core::text::{cells, width};

/// Draws a bar on blank ground.
pub(super) fn draw(bar: &Bar, canvas: &mut Canvas) {
    let area = bounded(bar.area);
    if area.height == 0 {
        return;
    }
    let tone = canvas.theme.tone(Tone::Plain);
    canvas.fill(Area { height: 1, ..area }, " ", tone);
    pieces(bar, area, canvas);
}

/// Draws a pane's title: a rule across the pane, with the pieces set into it.
pub(super) fn title(bar: &Bar, focused: bool, canvas: &mut Canvas) {
    let area = bounded(bar.area);
    if area.height == 0 {
        return;
    }
    let (sign, style) = (canvas.theme.signs().title(focused), canvas.theme.title_rule(focused));
    canvas.fill(Area { height: 1, ..area }, sign, style);
    let (left, from) = pieces(bar, area, canvas);
    let blank = canvas.theme.text();
    if left > area.x && left < from {
        canvas.put(left, area.y, from, " ", blank);
    }
    if from < right(area) && from > left {
        canvas.put(from - 1, area.y, from, " ", blank);
    }
}

/// Puts the pieces and says where the left ones ended and the right ones began.
fn pieces(bar: &Bar, area: Area, canvas: &mut Canvas) -> (u16, u16) {
    let Area { x, y, .. } = area;
    let edge = right(area);
    let left = columns(&bar.left).min(usize::from(area.width)) as u16;
    // A blank at least stands between the two sides, as long as the left one leaves room.
    let room = (edge - x - left).saturating_sub(u16::from(left > 0));
    let wanted = columns(&bar.right).min(usize::from(room)) as u16;
    let from = edge - wanted;
    let mut at = x;
    for piece in &bar.left {
        at = put(piece, at, y, edge, canvas);
    }
    let mut next = from;
    for piece in &bar.right {
        next = put(piece, next, y, edge, canvas);
    }
    (at, from)
}

/// Puts a piece; when it does not fit it ends in a sign that says so.
fn put(piece: &Piece, x: u16, y: u16, edge: u16, canvas: &mut Canvas) -> u16 {
    let style = canvas.theme.tone(piece.tone);
    let end = canvas.put(x, y, edge, &canvas.theme.own(&piece.text), style);
    if usize::from(end - x) < width(&piece.text) && edge > x {
        let sign = canvas.theme.signs().cut;
        canvas.stamp(edge - 1, y, sign, style);
        return edge;
    }
    end
}

fn columns(pieces: &[Piece]) -> usize {
    pieces.iter().flat_map(|piece| cells(&piece.text)).map(|(_, columns)| columns).sum()
}
