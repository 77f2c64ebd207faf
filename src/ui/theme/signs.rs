//! The signs of our own: box drawing where the terminal has it, ASCII elsewhere.

/// Which characters the terminal can draw.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Glyphs {
    /// All of Unicode.
    #[default]
    Unicode,
    /// The log's text as it is, but our own signs in ASCII: the `linux` console, whose font is small.
    Console,
    /// ASCII only, also in the log's text: a locale that is not UTF-8. There a character's bytes could be
    /// controls.
    Ascii,
}

/// The signs we draw with, each one column wide.
#[derive(Debug)]
pub struct Signs {
    title: [&'static str; 2],
    /// Between panes that stand side by side.
    pub divider: &'static str,
    /// Across a pane where something happened to its log.
    pub rule: &'static str,
    /// A text of ours goes on beyond the edge.
    pub cut: &'static str,
    /// More of the line lies left.
    pub more_left: &'static str,
    /// More of the line lies right.
    pub more_right: &'static str,
    /// The scrollbar's thumb.
    pub thumb: &'static str,
    /// A hit beside the scrollbar.
    pub tick: &'static str,
    /// A mark beside the scrollbar.
    pub mark: &'static str,
    /// Columns of a histogram, by eighths of a cell.
    pub bars: [&'static str; 9],
    /// A popup's corners (top left, top right, bottom left, bottom right) and sides (across, down).
    pub frame: [&'static str; 6],
}

impl Signs {
    /// What fills a title row.
    pub fn title(&self, focused: bool) -> &'static str {
        self.title[usize::from(focused)]
    }
}

impl Glyphs {
    /// What the environment says: the first of `LC_ALL`, `LC_CTYPE` and `LANG` that is set (empty when none
    /// is), and `TERM`. Where nothing is set, as in most containers, the terminal is taken to be of today.
    pub fn of(locale: &str, term: &str) -> Glyphs {
        let locale = locale.to_ascii_lowercase();
        if !(locale.is_empty() || locale.contains("utf-8") || locale.contains("utf8")) {
            Glyphs::Ascii
        } else if term == "linux" {
            Glyphs::Console
        } else {
            Glyphs::Unicode
        }
    }

    pub(super) fn signs(self) -> &'static Signs {
        match self {
            Glyphs::Unicode => &UNICODE,
            Glyphs::Console | Glyphs::Ascii => &ASCII,
        }
    }
}

static UNICODE: Signs = Signs {
    title: ["─", "━"],
    divider: "│",
    rule: "─",
    cut: "…",
    more_left: "‹",
    more_right: "›",
    thumb: "▐",
    tick: "╺",
    mark: "◂",
    bars: [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
    frame: ["╭", "╮", "╰", "╯", "─", "│"],
};

static ASCII: Signs = Signs {
    title: ["-", "="],
    divider: "|",
    rule: "-",
    cut: "~",
    more_left: "<",
    more_right: ">",
    thumb: "#",
    tick: "=",
    mark: "*",
    bars: [" ", "_", ".", ":", "-", "=", "+", "*", "#"],
    frame: ["+", "+", "+", "+", "-", "|"],
};
