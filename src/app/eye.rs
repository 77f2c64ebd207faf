//! Where a pane looks. Places only, so nothing moves when a filter changes.

use crate::core::place::Place;

/// Where a pane looks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Eye {
    /// At the end: the last row of the log stands on the last row of the pane, and new lines push it up.
    #[default]
    Bottom,
    /// At a line that stays where it is.
    At(Anchor),
}

/// A line held at a place of the pane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// The line; if it is not shown, the next one is meant.
    pub place: Place,
    /// Which of the line's rows (its rules first, then its text as wrapped), from 0.
    pub row: usize,
    /// The row of the pane this one stands on, from 0.
    pub at: usize,
    /// The pane's first row is what is held, and this one only stands in for it: when the eye moved it was not known
    /// yet which line is up there.
    pub stand_in: bool,
}

impl Anchor {
    /// A row of a line, held on a row of the pane.
    pub fn new(place: impl Into<Place>, row: usize, at: usize) -> Anchor {
        Anchor { place: place.into(), row, at, stand_in: false }
    }

    /// In the stead of the pane's first row, so many rows below that.
    #[must_use]
    pub fn below_top(self, at: usize) -> Anchor {
        Anchor { at, stand_in: true, ..self }
    }
}

impl Eye {
    /// The line at a place stands on the first row.
    pub fn top(place: impl Into<Place>) -> Eye {
        Eye::At(Anchor::new(place, 0, 0))
    }
}
