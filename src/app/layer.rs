//! What lies over the panes: prompts and popups, each a value with its own state in a stack. The top one
//! is asked first; it takes a key or passes it on to what lies below.

use std::ops::Range;

use super::App;
use super::folder::{Listing, LookId, Peek};
use super::key::Key;
use super::pane::PaneId;
use super::question::QuestionId;
use super::screen::{Piece, Screen, Tone};
use crate::core::read::Time;

/// What a layer did with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// It took the key.
    Taken,
    /// It took the key and is done.
    Close,
    /// It has no use for it.
    Passed,
}

/// Something over the panes.
pub trait Layer {
    /// A key was pressed. The layer itself is not in `app` meanwhile.
    fn key(&mut self, key: Key, app: &mut App) -> Flow;

    /// Text was pasted.
    fn paste(&mut self, _text: &str, _app: &mut App) {}

    /// The mouse's wheel was turned.
    fn wheel(&mut self, _up: bool, _app: &mut App) {}

    /// A row of its box was clicked, counted from the first inside the frame, at a column counted the same.
    fn press(&mut self, _row: usize, _column: usize, _app: &mut App) -> Flow {
        Flow::Taken
    }

    /// What lies in a folder that it asked for, or somebody else.
    fn listed(&mut self, _id: LookId, _listing: &Result<Listing, String>, _app: &mut App) {}

    /// The end of a file that it asked for, or somebody else.
    fn peeked(&mut self, _id: LookId, _peek: &Peek) {}

    /// What earlier runs opened is known now.
    fn recent_came(&mut self, _app: &mut App) {}

    /// It is left without an answer (Ctrl-C).
    fn cancel(&mut self, _app: &mut App) {}

    /// The question of a host that it puts, if it does: then no key goes past it.
    fn question(&self) -> Option<QuestionId> {
        None
    }

    /// The question needs no answer any more.
    fn withdraw(&mut self) -> Flow {
        Flow::Close
    }

    /// The histogram it shows, if it does: of which pane, of which span, in at most how many columns.
    fn chart(&self, _app: &App) -> Option<(PaneId, Option<Range<Time>>, usize)> {
        None
    }

    /// Hits of the search in all panes that it may show; none if it does not.
    fn hits_wanted(&self, _app: &App) -> usize {
        0
    }

    /// Adds itself to the screen.
    fn draw(&self, app: &App, screen: &mut Screen);

    /// Its share of the hints: key, what it does.
    fn hints(&self, _app: &App) -> Vec<(String, String)> {
        Vec::new()
    }
}

/// A piece of text.
pub fn piece(text: impl Into<String>, tone: Tone) -> Piece {
    Piece { text: text.into(), tone }
}
