//! What a terminal shows, cell by cell.

use ratatui::buffer::Buffer;
use ratatui::layout::Size;
use ratatui::style::Modifier;

use super::pen::Pen;
use super::symbol::{Symbol, Symbols};

/// Attributes that are seen on a blank too.
const ON_BLANKS: Modifier = Modifier::UNDERLINED.union(Modifier::REVERSED).union(Modifier::CROSSED_OUT);

/// What stands at a place, and how it looks; small, as thousands are compared for every frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) symbol: Symbol,
    pub(super) pen: Pen,
}

impl Cell {
    pub(super) const BLANK: Cell = Cell { symbol: Symbol::BLANK, pen: Pen::PLAIN };

    /// Whether this is the second half of a wide character.
    pub(super) fn is_second(self) -> bool {
        self.symbol == Symbol::SECOND
    }

    /// A blank has no foreground and no attributes, unless they show.
    fn blank(pen: Pen) -> Cell {
        Cell { symbol: Symbol::BLANK, pen: pen.on_blank(ON_BLANKS) }
    }
}

/// Rows of cells. Cells that look alike are equal, and a wide character is always followed by its second
/// half.
#[derive(Clone, Debug, Default)]
pub(super) struct Grid {
    pub(super) width: usize,
    pub(super) height: usize,
    cells: Vec<Cell>,
}

impl Grid {
    pub(super) fn blank(size: Size) -> Grid {
        let (width, height) = (usize::from(size.width), usize::from(size.height));
        Grid { width, height, cells: vec![Cell::BLANK; width * height] }
    }

    /// Whether this is as large as `size`.
    pub(super) fn fits(&self, size: Size) -> bool {
        (self.width, self.height) == (usize::from(size.width), usize::from(size.height))
    }

    pub(super) fn row(&self, y: usize) -> &[Cell] {
        &self.cells[y * self.width..(y + 1) * self.width]
    }

    /// What stands in the cells.
    pub(super) fn symbols(&mut self) -> impl Iterator<Item = &mut Symbol> {
        self.cells.iter_mut().map(|cell| &mut cell.symbol)
    }

    /// Takes over what was drawn. What a wide character covers is its second half, whatever was drawn
    /// there; one that would be cut by the edge is blank.
    pub(super) fn read(&mut self, buffer: &Buffer, symbols: &mut Symbols) {
        let size = buffer.area.as_size();
        (self.width, self.height) = (usize::from(size.width), usize::from(size.height));
        self.cells.resize(self.width * self.height, Cell::BLANK);
        let width = self.width.max(1);
        for (row, drawn) in self.cells.chunks_mut(width).zip(buffer.content.chunks(width)) {
            let mut x = 0;
            while x < row.len() {
                let pen = Pen::of(&drawn[x]);
                let (symbol, columns) = symbols.of(drawn[x].symbol());
                let fits = columns <= 1 || x + 1 < row.len();
                let blank = symbol == Symbol::BLANK || !fits;
                row[x] = if blank { Cell::blank(pen) } else { Cell { symbol, pen } };
                if columns > 1 && fits {
                    row[x + 1] = Cell { symbol: Symbol::SECOND, pen };
                    x += 1;
                }
                x += 1;
            }
        }
    }

    /// Moves the rows from `top` to `bottom` (exclusive) up by `by`; blank ones come in below.
    pub(super) fn scroll_up(&mut self, top: usize, bottom: usize, by: usize) {
        let rows = &mut self.cells[top * self.width..bottom * self.width];
        rows.rotate_left(by * self.width);
        let from = rows.len() - by * self.width;
        rows[from..].fill(Cell::BLANK);
    }
}
