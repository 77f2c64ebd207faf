//! What the screen shows, as a value. The app makes it, the ui draws it, tests compare it.
//!
//! Everything in it is printable already, cut to its place and free of positions and stores.

use crate::config::look::Look;
use crate::core::span::{Level, Span};

/// Columns and rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Size {
    /// Columns.
    pub width: u16,
    /// Rows.
    pub height: u16,
}

/// A part of the screen, in cells from its top left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Area {
    /// First column.
    pub x: u16,
    /// First row.
    pub y: u16,
    /// Columns.
    pub width: u16,
    /// Rows.
    pub height: u16,
}

/// Everything that is seen at once. Drawn in the order of the fields; popups lie over the rest, the
/// last on top.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Screen {
    /// The terminal's size.
    pub size: Size,
    /// The row of tabs at the top, when there is more than one.
    pub tabs: Option<Bar>,
    /// The panes of the tab in front.
    pub panes: Vec<PaneView>,
    /// Vertical lines between panes that stand side by side (below a pane stands the next one's title).
    pub dividers: Vec<Area>,
    /// The last row: a prompt, a message, or the keys that matter now.
    pub bottom: Option<Bar>,
    /// Boxes over the panes.
    pub popups: Vec<Popup>,
    /// Where the terminal's cursor stands, while something is typed.
    pub cursor: Option<(u16, u16)>,
}

/// A row of pieces. When they do not all fit, `right` is cut first, then `left` from its end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bar {
    /// Where.
    pub area: Area,
    /// From the left.
    pub left: Vec<Piece>,
    /// Against the right edge.
    pub right: Vec<Piece>,
}

/// A run of text with one part to play.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Printable text.
    pub text: String,
    /// Its part.
    pub tone: Tone,
}

/// The part a piece of our own text plays; the theme gives it a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tone {
    /// Ordinary text.
    Plain,
    /// The name of a pane or a tab that has the focus.
    Focused,
    /// The name of one that has not.
    Name,
    /// A name for which the config says how it looks.
    Own(Look),
    /// Alive and well.
    Good,
    /// Something to know: paused, polling, waiting.
    Note,
    /// Something is wrong.
    Bad,
    /// A filter term or chain in effect.
    Filter,
    /// Switched off.
    Off,
    /// A key to press.
    Key,
    /// Less important: hints, docs, units.
    Faint,
    /// Letters of a name that were looked for.
    Match,
    /// The selected row of a list.
    Selected,
}

/// One pane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaneView {
    /// The title row, when titles are shown.
    pub title: Option<Bar>,
    /// Below the title: a histogram of the log.
    pub band: Option<Bar>,
    /// Whether keys go here.
    pub focused: bool,
    /// Where the rows stand (below the title and the band).
    pub body: Area,
    /// From the top of `body`, at most its height; missing rows are blank.
    pub rows: Vec<Row>,
    /// In the last column of `body`, which `rows` leave free.
    pub scrollbar: Option<Scrollbar>,
}

/// One row of a pane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    /// A line of the log, or a part of one.
    Line(LineRow),
    /// A rule across the pane with a sentence in it: a rotation, a gap.
    Rule(String, Tone),
    /// A sentence in place of lines: waiting, no lines kept, still looking.
    Note(String, Tone),
}

/// The colour of a source's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shade {
    /// The theme's, by the source's number: neighbours differ.
    Number(usize),
    /// What the config says.
    Own(Look),
}

/// A row of a line of the log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineRow {
    /// What its source is called, where lines of several are shown, and its colour.
    pub source: Option<(String, Shade)>,
    /// What stands before the text: line number, mark; all rows of a pane have it in the same width.
    pub gutter: String,
    /// The column of times, which stands behind it, when there is one.
    pub time: Option<Piece>,
    /// The text as cut by the window or by wrapping.
    pub text: String,
    /// Columns to leave blank before the text (half of a wide character).
    pub pad: u16,
    /// What its stretches are.
    pub spans: Vec<Span>,
    /// Tint the whole line.
    pub tint: Option<Level>,
    /// The look that a highlight rule gives the whole line, by its number.
    pub rule: Option<u16>,
    /// Shown as context only.
    pub dim: bool,
    /// In the selection.
    pub selected: bool,
    /// The line the search stands on.
    pub current: bool,
    /// A rule below it, across the pane: it is of the instant that several panes show.
    pub ruled: bool,
    /// More of the line lies left, right of the window.
    pub more: (bool, bool),
    /// What is folded behind the line: against the right edge, which the text leaves free.
    pub count: String,
}

/// A scrollbar: rows from the top of the body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scrollbar {
    /// First row and number of rows of the thumb; none while the whole log is in sight.
    pub thumb: (u16, u16),
    /// Rows with hits of the search.
    pub ticks: Vec<u16>,
    /// Rows with marks.
    pub marks: Vec<u16>,
}

/// A box over the panes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Popup {
    /// The whole box with its frame; without a frame when it is less than three cells high or wide.
    pub area: Area,
    /// In the frame's top.
    pub title: String,
    /// Its rows, already scrolled and cut to what fits.
    pub rows: Vec<Vec<Piece>>,
    /// The selected row, from the first shown.
    pub selected: Option<usize>,
    /// In the frame's bottom: what the keys do, how much more there is.
    pub footer: String,
    /// It has no frame however large it is: every row is needed.
    pub bare: bool,
}

impl Popup {
    /// Whether it has a frame.
    pub fn is_framed(&self) -> bool {
        !self.bare && self.area.width >= 3 && self.area.height >= 3
    }

    /// Where its rows stand.
    pub fn inner(&self) -> Area {
        let Area { x, y, width, height } = self.area;
        match self.is_framed() {
            true => {
                Area { x: x.saturating_add(1), y: y.saturating_add(1), width: width - 2, height: height - 2 }
            }
            false => self.area,
        }
    }
}
