//! What a terminal shows, cell by cell.

use ratatui::buffer::{Cell, CellDiffOption, CellWidth};
use ratatui::layout::Size;
use ratatui::style::{Color, Modifier};

/// Attributes that are seen on a blank too.
const ON_BLANKS: Modifier = Modifier::UNDERLINED.union(Modifier::REVERSED).union(Modifier::CROSSED_OUT);

/// Rows of cells. Cells that look alike are equal: a blank has no foreground, unless it shows; the second
/// half of a wide character is an empty cell.
#[derive(Clone, Debug)]
pub(super) struct Grid {
    pub(super) width: usize,
    pub(super) height: usize,
    cells: Vec<Cell>,
}

impl Grid {
    pub(super) fn blank(size: Size) -> Grid {
        let (width, height) = (usize::from(size.width), usize::from(size.height));
        Grid { width, height, cells: vec![blank(); width * height] }
    }

    pub(super) fn row(&self, y: usize) -> &[Cell] {
        &self.cells[y * self.width..(y + 1) * self.width]
    }

    pub(super) fn row_mut(&mut self, y: usize) -> &mut [Cell] {
        &mut self.cells[y * self.width..(y + 1) * self.width]
    }

    /// Puts a cell as ratatui has it; what lies outside is left out, and a wide character that would be
    /// cut by the edge is blank.
    pub(super) fn set(&mut self, x: u16, y: u16, cell: &Cell) {
        let (x, y) = (usize::from(x), usize::from(y));
        if x >= self.width || y >= self.height {
            return;
        }
        let wide = usize::from(cell.cell_width()) > 1;
        let fits = !wide || x + 1 < self.width;
        let row = self.row_mut(y);
        if is_second(&row[x]) && x > 0 {
            row[x - 1].set_symbol(" ");
        }
        let was_wide = row.get(x + 1).is_some_and(is_second);
        row[x] = normal(cell);
        if !fits {
            row[x].set_symbol(" ");
        } else if wide {
            let behind = x + 2;
            if row.get(behind).is_some_and(is_second) {
                row[behind] = blank();
            }
            let mut second = row[x].clone();
            second.set_symbol("");
            row[x + 1] = second;
        } else if was_wide {
            row[x + 1] = blank();
        }
    }

    /// Moves the rows from `top` to `bottom` (exclusive) up by `by`; blank ones come in below.
    pub(super) fn scroll_up(&mut self, top: usize, bottom: usize, by: usize) {
        let rows = &mut self.cells[top * self.width..bottom * self.width];
        rows.rotate_left(by * self.width);
        let from = rows.len() - by * self.width;
        rows[from..].fill(blank());
    }
}

pub(super) fn blank() -> Cell {
    let mut cell = Cell::EMPTY;
    cell.set_symbol(" ");
    cell
}

/// Whether a cell is the second half of a wide character.
pub(super) fn is_second(cell: &Cell) -> bool {
    cell.symbol().is_empty()
}

fn normal(cell: &Cell) -> Cell {
    let mut normal = cell.clone();
    normal.set_diff_option(CellDiffOption::None);
    if matches!(cell.symbol(), " " | "") {
        normal.set_symbol(" ");
        normal.modifier &= ON_BLANKS;
        if normal.modifier.is_empty() {
            normal.fg = Color::Reset;
        }
    }
    normal
}
