//! From what a terminal shows to what it is to show, in few bytes.
//!
//! The cursor moves the cheapest way there is; over a short stretch that stays as it is, writing it again
//! is cheaper than moving. A row's blank end is erased, not written. Characters terminals disagree on the
//! width of are followed by an absolute move, so a disagreement stays where it is.

use ratatui::layout::{Position, Size};

use super::grid::{Cell, Grid};
use super::pen::{Pen, number};
use super::scroll;
use super::symbol::{Symbol, Symbols};

/// Sequences for one frame.
pub(super) struct Painter<'a> {
    size: Size,
    symbols: &'a Symbols,
    out: Vec<u8>,
    pen: Pen,
    /// Where the cursor stands; `None` when that is not certain. In column `width` it waits behind the
    /// last one.
    at: Option<(usize, usize)>,
}

impl<'a> Painter<'a> {
    /// The pen is plain between frames; where the cursor is left is of no concern. What `out` holds is
    /// replaced.
    pub(super) fn new(size: Size, symbols: &'a Symbols, mut out: Vec<u8>) -> Painter<'a> {
        out.clear();
        Painter { size, symbols, out, pen: Pen::PLAIN, at: None }
    }

    /// Blanks the terminal, whatever it shows.
    pub(super) fn clear(&mut self) {
        self.out.extend_from_slice(b"\x1b[r\x1b[m\x1b[H\x1b[2J");
        self.at = Some((0, 0));
    }

    /// Whether anything was written.
    pub(super) fn has_moved(&self) -> bool {
        !self.out.is_empty()
    }

    /// The sequences, the pen plain behind them.
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.change(Pen::PLAIN);
        self.out
    }

    /// Brings the terminal from `front` to `back`; rows that moved are moved in `front` too.
    pub(super) fn paint(&mut self, front: &mut Grid, back: &Grid) {
        if let Some(shift) = scroll::find(front, back) {
            self.scroll(&shift);
            front.scroll_up(shift.top, shift.bottom, shift.by);
        }
        for y in 0..back.height {
            if front.row(y) != back.row(y) {
                self.row(y, front.row(y), back.row(y));
            }
        }
    }

    /// Moves the rows of a region up by line feeds at its bottom, which every terminal knows.
    fn scroll(&mut self, shift: &scroll::Shift) {
        let whole = shift.top == 0 && shift.bottom == usize::from(self.size.height);
        if !whole {
            self.sequence(&[shift.top + 1, shift.bottom], b'r');
            self.at = Some((0, 0));
        }
        self.move_to(0, shift.bottom - 1);
        self.out.extend(std::iter::repeat_n(b'\n', shift.by));
        if !whole {
            self.sequence(&[], b'r');
            self.at = Some((0, 0));
        }
    }

    fn row(&mut self, y: usize, front: &[Cell], back: &[Cell]) {
        // From `tail` on the row is to be blank; from `erase` on it has to be made so.
        let tail = back.iter().rposition(|cell| *cell != Cell::BLANK).map_or(0, |x| x + 1);
        let erase = (tail..front.len()).find(|x| front[*x] != Cell::BLANK);
        let stale = erase.map_or(0, |from| {
            front.iter().rposition(|cell| *cell != Cell::BLANK).map_or(0, |last| last + 1 - from)
        });
        let end = if stale > 3 { tail } else { front.len() };
        let mut x = 0;
        while let Some(next) = (x..end).find(|x| front[*x] != back[*x]) {
            // The second half of a wide character is drawn with its first.
            let next = if back[next].is_second() && next > 0 { next - 1 } else { next };
            self.reach(next, y, back);
            x = self.cell(next, y, back);
        }
        if let Some(from) = erase.filter(|_| stale > 3) {
            let here = self.at.filter(|at| at.1 == y && (tail..from).contains(&at.0));
            self.move_to(here.map_or(from, |at| at.0), y);
            self.change(Pen::PLAIN);
            self.sequence(&[], b'K');
        }
    }

    /// Writes the cell at `x` and says where the next one is.
    fn cell(&mut self, x: usize, y: usize, row: &[Cell]) -> usize {
        let cell = row[x];
        let next = x + 1 + usize::from(row.get(x + 1).is_some_and(|cell| cell.is_second()));
        self.change(self.pen.for_cell(cell));
        self.symbols.write(cell.symbol, &mut self.out);
        self.at = certain(cell.symbol).then_some((next, y));
        next
    }

    /// Brings the cursor to a cell: by writing again what lies between, where that is short.
    fn reach(&mut self, x: usize, y: usize, row: &[Cell]) {
        if let Some((from, at)) = self.at
            && at == y
            && from < x
        {
            let between = &row[from..x];
            let pen = self.pen;
            let plain = |cell: &Cell| cell.symbol.ascii().filter(|_| pen.for_cell(*cell) == pen);
            // A move takes four bytes, three for one column.
            if between.len() <= 4
                && between.len() != 4 + usize::from(x - from == 1)
                && between.iter().all(|cell| plain(cell).is_some())
            {
                self.out.extend(between.iter().filter_map(plain));
                self.at = Some((x, y));
                return;
            }
        }
        self.move_to(x, y);
    }

    /// Brings the cursor to a place for the user to see.
    pub(super) fn go(&mut self, position: Position) {
        let x = position.x.min(self.size.width.saturating_sub(1));
        let y = position.y.min(self.size.height.saturating_sub(1));
        self.move_to(usize::from(x), usize::from(y));
    }

    fn move_to(&mut self, x: usize, y: usize) {
        if self.at == Some((x, y)) {
            return;
        }
        let begun = self.out.len();
        match (x, y) {
            (0, 0) => self.sequence(&[], b'H'),
            (0, _) => self.sequence(&[y + 1], b'H'),
            _ => self.sequence(&[y + 1, x + 1], b'H'),
        }
        let absolute = self.out.len();
        let related = self.at.is_some_and(|from| self.relative(from, (x, y)));
        if related && self.out.len() - absolute < absolute - begun {
            self.out.drain(begun..absolute);
        } else {
            self.out.truncate(absolute);
        }
        self.at = Some((x, y));
    }

    /// A way along the row, or down a few of them, if there is one; a cursor that waits behind the last
    /// column must return to the first.
    fn relative(&mut self, from: (usize, usize), to: (usize, usize)) -> bool {
        const ROWS: usize = 4;
        let Some(down) = to.1.checked_sub(from.1).filter(|down| *down <= ROWS) else { return false };
        let waits = from.0 >= usize::from(self.size.width);
        let mut x = from.0;
        if waits || (to.0 < x && (to.0 == 0 || x - to.0 > 4)) || (down > 0 && to.0 == 0) {
            self.out.push(b'\r');
            x = 0;
        }
        self.out.extend(std::iter::repeat_n(b'\n', down));
        if to.0 < x && x - to.0 <= 4 {
            self.out.extend(std::iter::repeat_n(b'\x08', x - to.0));
        } else if to.0 > x {
            match to.0 - x {
                1 => self.sequence(&[], b'C'),
                columns => self.sequence(&[columns], b'C'),
            }
        }
        true
    }

    fn change(&mut self, wanted: Pen) {
        self.pen.change(wanted, &mut self.out);
        self.pen = wanted;
    }

    /// A control sequence: numbers with semicolons between, and the letter that ends it.
    fn sequence(&mut self, numbers: &[usize], end: u8) {
        self.out.extend_from_slice(b"\x1b[");
        for (at, n) in numbers.iter().enumerate() {
            if at > 0 {
                self.out.push(b';');
            }
            number(*n, &mut self.out);
        }
        self.out.push(end);
    }
}

/// Whether all terminals agree how many columns a cell takes: one character, no emoji.
pub(super) fn certain(symbol: Symbol) -> bool {
    let Some(char) = symbol.char().map(u32::from) else { return false };
    let emoji = matches!(char, 0x231A..=0x2B55 if !matches!(char, 0x2500..=0x259F)) || char >= 0x1F000;
    !emoji && !matches!(char, 0xE000..=0xF8FF)
}
