//! What can be set, as the app and the runtime read it.

/// How much of the screen is ours and not the log's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Chrome {
    /// Log lines only.
    None,
    /// Titles.
    Min,
    /// Titles, scrollbars, and the hints in the last row.
    #[default]
    Full,
}

/// How panes are laid out at first, and by `Ctrl-W Space` in turn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LayoutKind {
    /// As many columns as rows, or nearly.
    #[default]
    Grid,
    /// One below the other.
    Rows,
    /// Side by side.
    Columns,
    /// A large one on the left, the rest stacked beside it.
    Main,
}

/// A rule of the user's own: what to look for, and how it looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Highlight {
    /// A regular expression.
    pub pattern: String,
    /// The style as written (`red`, `bold yellow on blue`); the theme reads it.
    pub style: String,
}

/// Everything that can be set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// How much chrome.
    pub chrome: Chrome,
    /// The first layout.
    pub layout: LayoutKind,
    /// Whether the mouse is ours.
    pub mouse: bool,
    /// Show colours that are already in the log.
    pub sgr: bool,
    /// Show the keys that matter now in the last row (only with [`Chrome::Full`]).
    pub hints: bool,
    /// The user's own highlight rules.
    pub highlights: Vec<Highlight>,
    /// Lines shown around a kept line at first.
    pub context: usize,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            chrome: Chrome::default(),
            layout: LayoutKind::default(),
            mouse: false,
            sgr: true,
            hints: true,
            highlights: Vec::new(),
            context: 0,
        }
    }
}
