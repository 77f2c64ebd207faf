//! Where a pane looks. Positions only, so nothing moves when a filter changes.

use crate::core::pos::Pos;

/// Where a pane looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Eye {
    /// At the end: the last row of the log stands on the last row of the pane, and new lines push it up.
    #[default]
    Bottom,
    /// At a line that stays where it is.
    At(Anchor),
}

/// A line held at a place of the pane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// Where the line begins; if no shown line does, the next one is meant.
    pub pos: Pos,
    /// Which of the line's rows (its rules first, then its text as wrapped), from 0.
    pub row: usize,
    /// The row of the pane this one stands on, from 0.
    pub at: usize,
}

impl Eye {
    /// The line at `pos` stands on the first row.
    pub fn top(pos: Pos) -> Eye {
        Eye::At(Anchor { pos, row: 0, at: 0 })
    }
}
