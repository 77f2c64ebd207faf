//! The terminal writer: cells in, as few bytes as possible out, one piece a frame.
//!
//! It remembers what the terminal shows, so it never asks: no query is sent.
//!
//! ```text
//! symbol what stands in a cell                    grid   what a terminal shows, cell by cell
//! pen    colours and attributes, and how to change them
//! paint  from one grid to the next                scroll rows that only moved
//! ```

mod grid;
mod paint;
pub(in crate::runtime) mod pen;
mod scroll;
mod symbol;
#[cfg(test)]
mod tests;

use ratatui::buffer::Buffer;
use ratatui::layout::Position;

use self::grid::Grid;
use self::paint::Painter;
use self::symbol::Symbols;

/// Frames smaller than this reach the terminal in one piece anyway; larger ones are bracketed, so that a
/// terminal that knows how shows them at once.
const BRACKET: usize = 256;

/// Makes frames for a terminal. Raw mode, the alternate screen and input are others' business.
#[derive(Debug, Default)]
pub struct Writer {
    /// What the terminal shows now; `None` when that is not known.
    front: Option<Grid>,
    /// Room for what it is to show, and for the sequences that make it.
    back: Grid,
    body: Vec<u8>,
    symbols: Symbols,
    /// What the terminal was told last of its cursor: where it stands, or to hide it.
    told: Option<Option<Position>>,
}

impl Writer {
    /// What the terminal shows is no longer known: another program wrote there. The next frame draws
    /// everything anew, as it does for another size.
    pub fn forget(&mut self) {
        self.front = None;
        self.told = None;
    }

    /// Whether the next frame draws everything anew.
    pub fn is_forgotten(&self) -> bool {
        self.front.is_none()
    }

    /// The bytes that bring the terminal from what it shows to `next`, with the cursor at its place, or
    /// hidden; none when all is as it is to be.
    pub fn frame(&mut self, next: &Buffer, cursor: Option<Position>) -> Vec<u8> {
        let size = next.area.as_size();
        if !self.front.as_ref().is_some_and(|front| front.fits(size)) {
            self.forget();
        }
        self.shed(next.content.len());
        self.back.read(next, &mut self.symbols);
        let mut painter = Painter::new(size, &self.symbols, std::mem::take(&mut self.body));
        let mut front = self.front.take().unwrap_or_else(|| {
            painter.clear();
            Grid::blank(size)
        });
        painter.paint(&mut front, &self.back);
        // The old cells are room for the next frame.
        self.front = Some(std::mem::replace(&mut self.back, front));
        let moved = painter.has_moved();
        if let Some(position) = cursor.filter(|_| moved || self.told != Some(cursor)) {
            painter.go(position);
        }
        self.body = painter.finish();
        let frame = self.enclosed(cursor.is_some(), moved);
        self.told = Some(cursor);
        frame
    }

    /// The body as it is sent: with the cursor hidden while it moves about.
    fn enclosed(&self, shown: bool, moved: bool) -> Vec<u8> {
        let hidden = !matches!(self.told, Some(Some(_)));
        let hide = if shown { !hidden && moved } else { !hidden || self.told.is_none() };
        let show = shown && (hidden || hide);
        let bracketed = self.body.len() >= BRACKET;
        let part = |wanted: bool, sequence: &'static [u8]| if wanted { sequence } else { b"" };
        [
            part(bracketed, b"\x1b[?2026h"),
            part(hide, b"\x1b[?25l"),
            &self.body,
            part(show, b"\x1b[?25h"),
            part(bracketed, b"\x1b[?2026l"),
        ]
        .concat()
    }

    /// Forgets clusters that are not shown any more, when there are many: a log can hold any number.
    fn shed(&mut self, cells: usize) {
        const FEW: usize = 1024;
        if self.symbols.len() > FEW + 2 * cells {
            self.symbols.keep(self.front.iter_mut().flat_map(Grid::symbols));
        }
    }
}
