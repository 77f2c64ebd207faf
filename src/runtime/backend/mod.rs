//! The terminal writer: cells in, as few bytes as possible out, one write a frame.
//!
//! It remembers what the terminal shows, so it never asks: no query is sent. A frame is finished by
//! [`Backend::flush`], as ratatui's terminal does after every drawing; until then nothing is written.
//!
//! ```text
//! grid   what a terminal shows, cell by cell      pen    colours and attributes, and how to change them
//! paint  from one grid to the next                scroll rows that only moved
//! ```

mod grid;
mod paint;
pub(in crate::runtime) mod pen;
mod scroll;
#[cfg(test)]
mod tests;

use std::io::{self, Write};

use ratatui::backend::{Backend, ClearType, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};

use self::grid::Grid;
use self::paint::Painter;

/// Frames smaller than this reach the terminal in one piece anyway; larger ones are bracketed, so that a
/// terminal that knows how shows them at once.
const BRACKET: usize = 256;

/// Draws on any writer, usually stdout. Raw mode, the alternate screen and input are others' business.
#[derive(Debug)]
pub struct Writer<W: Write> {
    out: W,
    size: Size,
    /// What the terminal shows now; `None` before it was cleared for the first time.
    front: Option<Grid>,
    /// What it is to show.
    back: Grid,
    /// Where the cursor is to stand, and whether it is to be seen.
    cursor: (Position, bool),
    /// What the terminal was told last of it.
    told: Option<(Position, bool)>,
    /// Bytes of the last frame.
    bytes: usize,
}

impl<W: Write> Writer<W> {
    /// A writer for a terminal of this size.
    pub fn new(out: W, size: Size) -> Writer<W> {
        Writer {
            out,
            size,
            front: None,
            back: Grid::blank(size),
            cursor: (Position::ORIGIN, false),
            told: None,
            bytes: 0,
        }
    }

    /// The terminal has another size now; the next frame draws everything anew.
    pub fn resize(&mut self, size: Size) {
        self.size = size;
        self.back = Grid::blank(size);
        self.forget();
    }

    /// What the terminal shows is no longer known: another program wrote there. The next frame draws
    /// everything anew.
    pub fn forget(&mut self) {
        self.front = None;
        self.told = None;
    }

    /// Bytes the last frame took; the event loop paces itself by them.
    pub fn frame_bytes(&self) -> usize {
        self.bytes
    }

    /// The bytes of a frame that brings the terminal from what it shows to what it is to show.
    fn frame(&mut self) -> Vec<u8> {
        let (position, shown) = self.cursor;
        let mut painter = Painter::new(self.size);
        let front = match self.front.take() {
            Some(front) => front,
            None => {
                painter.clear();
                Grid::blank(self.size)
            }
        };
        let mut front = front;
        painter.paint(&mut front, &self.back);
        self.front = Some(front);
        let moved = painter.has_moved();
        if shown && (moved || self.told != Some(self.cursor)) {
            painter.go(position);
        }
        let body = painter.finish();
        let hidden = !matches!(self.told, Some((_, true)));
        let mut frame = Vec::with_capacity(body.len() + 32);
        let bracketed = body.len() >= BRACKET;
        if bracketed {
            frame.extend_from_slice(b"\x1b[?2026h");
        }
        let hide = if shown { !hidden && moved } else { !hidden || self.told.is_none() };
        if hide {
            frame.extend_from_slice(b"\x1b[?25l");
        }
        frame.extend_from_slice(&body);
        if shown && (hidden || hide) {
            frame.extend_from_slice(b"\x1b[?25h");
        }
        if bracketed {
            frame.extend_from_slice(b"\x1b[?2026l");
        }
        self.told = Some(self.cursor);
        frame
    }
}

impl<W: Write> Backend for Writer<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        for (x, y, cell) in content {
            self.back.set(x, y, cell);
        }
        Ok(())
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.cursor.1 = false;
        Ok(())
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        self.cursor.1 = true;
        Ok(())
    }

    /// Where the cursor was put last; the terminal is not asked.
    fn get_cursor_position(&mut self) -> io::Result<Position> {
        Ok(self.cursor.0)
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.cursor.0 = position.into();
        Ok(())
    }

    fn clear(&mut self) -> io::Result<()> {
        self.back = Grid::blank(self.size);
        self.forget();
        Ok(())
    }

    /// Clears everything, whatever is asked for: only whole screens are drawn.
    fn clear_region(&mut self, _: ClearType) -> io::Result<()> {
        self.clear()
    }

    fn size(&self) -> io::Result<Size> {
        Ok(self.size)
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        Ok(WindowSize { columns_rows: self.size, pixels: Size::ZERO })
    }

    fn flush(&mut self) -> io::Result<()> {
        let frame = self.frame();
        self.bytes = frame.len();
        if !frame.is_empty() {
            self.out.write_all(&frame)?;
            self.out.flush()?;
        }
        Ok(())
    }
}
