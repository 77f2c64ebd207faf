//! Text into cells: clipped to the buffer, wide characters kept whole, and nothing but ASCII where the
//! terminal takes nothing else.

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Modifier, Style};

use super::theme::{Glyphs, Theme};
use crate::app::screen::Area;
use crate::core::text::{cells, width};

/// Printable ASCII. Of text whose length is known a cell is made without a detour through memory, which
/// takes most of the time otherwise.
const PRINTABLE: &str =
    " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~";

/// A buffer to draw on, and how things look.
pub(super) struct Canvas<'a> {
    buffer: &'a mut Buffer,
    pub(super) theme: &'a Theme,
}

impl<'a> Canvas<'a> {
    pub(super) fn new(buffer: &'a mut Buffer, theme: &'a Theme) -> Canvas<'a> {
        Canvas { buffer, theme }
    }

    /// Puts `text` at column `x` of row `y`, not beyond column `right` (exclusive), and says in which
    /// column it ended. A wide character that does not fit is left out, and ends the text.
    pub(super) fn put(&mut self, x: u16, y: u16, right: u16, text: &str, style: Style) -> u16 {
        let mut pen = Pen { x, y, right };
        self.put_styled(&mut pen, text, |_, _| (style, usize::MAX));
        pen.x
    }

    /// Puts the cells of `text` while `style` says how they look from a byte offset on, and up to which.
    pub(super) fn put_styled(
        &mut self,
        pen: &mut Pen,
        text: &str,
        mut style: impl FnMut(&Theme, usize) -> (Style, usize),
    ) {
        if text.is_ascii() {
            let mut at = 0;
            while at < text.len() && pen.x < pen.right {
                let (look, end) = style(self.theme, at);
                let end = end.clamp(at + 1, text.len());
                self.ascii(pen, &text.as_bytes()[at..end], look);
                at = end;
            }
            return;
        }
        let (mut at, mut look, mut end) = (0, Style::default(), 0);
        for (cell, columns) in cells(text) {
            if at >= end {
                (look, end) = style(self.theme, at);
            }
            if !self.cell(pen, cell, columns, look) {
                break;
            }
            at += cell.len();
        }
    }

    /// Puts what fits of ASCII, in one look.
    fn ascii(&mut self, pen: &mut Pen, text: &[u8], style: Style) {
        let room = usize::from(pen.right.saturating_sub(pen.x));
        let end = pen.x + text.len().min(room) as u16;
        for (cell, byte) in self.row(pen.x, end, pen.y).iter_mut().zip(text) {
            let place = usize::from(byte.wrapping_sub(b' '));
            *cell = Cell::new(PRINTABLE.get(place..=place).unwrap_or("?"));
            cell.set_style(style);
        }
        pen.x = end;
    }

    /// The cells of a row from one column to another (exclusive), as far as they lie in the buffer.
    fn row(&mut self, from: u16, to: u16, y: u16) -> &mut [Cell] {
        let area = self.buffer.area;
        let to = to.min(area.right());
        if from < area.x || from >= to || y < area.y || y >= area.bottom() {
            return &mut [];
        }
        let first = self.buffer.index_of(from, y);
        &mut self.buffer.content[first..first + usize::from(to - from)]
    }

    fn cell(&mut self, pen: &mut Pen, symbol: &str, columns: usize, style: Style) -> bool {
        let columns = columns as u16;
        let Some(end) = pen.x.checked_add(columns).filter(|end| *end <= pen.right) else { return false };
        if self.theme.glyphs == Glyphs::Ascii && !symbol.is_ascii() {
            for x in pen.x..end {
                self.set(x, pen.y, "?", style);
            }
        } else if columns > 0 && (columns == 1 || self.buffer.area.right() >= end) {
            self.set(pen.x, pen.y, symbol, style);
            for x in pen.x + 1..end {
                self.set(x, pen.y, " ", style);
            }
        }
        pen.x = end;
        true
    }

    /// Sets one cell, if it lies in the buffer. What it cuts of a wide character becomes blank.
    fn set(&mut self, x: u16, y: u16, symbol: &str, style: Style) {
        if let Some(cell) = self.buffer.cell_mut((x, y)) {
            cell.reset();
            cell.set_symbol(symbol).set_style(style);
        }
    }

    /// Puts one of our own signs over what stands at `x`; if that was half of a wide character, the other
    /// half becomes blank.
    pub(super) fn stamp(&mut self, x: u16, y: u16, sign: &str, style: Style) {
        let wide = |buffer: &Buffer, x| buffer.cell((x, y)).is_some_and(|cell| width(cell.symbol()) > 1);
        if wide(self.buffer, x) {
            self.blank_symbol(x + 1, y);
        } else if x > 0 && wide(self.buffer, x - 1) {
            self.blank_symbol(x - 1, y);
        }
        self.set(x, y, sign, style);
    }

    fn blank_symbol(&mut self, x: u16, y: u16) {
        if let Some(cell) = self.buffer.cell_mut((x, y)) {
            cell.set_symbol(" ");
        }
    }

    /// Draws a rule below what stands in a row, from one column to another (exclusive).
    pub(super) fn underline(&mut self, from: u16, to: u16, y: u16) {
        self.row(from, to, y).iter_mut().for_each(|cell| cell.modifier.insert(Modifier::UNDERLINED));
    }

    /// Fills an area with `sign` (one column), stamping over whatever is there.
    pub(super) fn fill(&mut self, area: Area, sign: &str, style: Style) {
        let bounds = self.buffer.area;
        let (left, right) = (area.x.max(bounds.x), right(area).min(bounds.right()));
        if left >= right {
            return;
        }
        // Without a symbol of its own a cell is blank, and quickly made.
        let mut cell = Cell::EMPTY;
        if sign != " " {
            cell.set_symbol(sign);
        }
        cell.set_style(style);
        for y in area.y.max(bounds.y)..bottom(area).min(bounds.bottom()) {
            // Only at the ends can a wide character be cut.
            self.stamp(left, y, sign, style);
            self.stamp(right - 1, y, sign, style);
            self.row(left, right, y).fill(cell.clone());
        }
    }
}

/// Where the next cell goes, and the column before which the text must end.
pub(super) struct Pen {
    pub(super) x: u16,
    pub(super) y: u16,
    pub(super) right: u16,
}

/// `area` where sums of coordinates cannot overflow; no terminal comes near that.
pub(super) fn bounded(area: Area) -> Area {
    const FAR: u16 = u16::MAX / 4;
    Area { x: area.x.min(FAR), y: area.y.min(FAR), width: area.width.min(FAR), height: area.height.min(FAR) }
}

/// The column behind a bounded area.
pub(super) fn right(area: Area) -> u16 {
    area.x + area.width
}

/// The row below a bounded area.
pub(super) fn bottom(area: Area) -> u16 {
    area.y + area.height
}
