//! What a stretch of a shown line is, never how it looks: themes decide that.

use std::ops::Range;

/// How serious a line says it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Finer than debug.
    Trace,
    /// For those who look for a fault.
    Debug,
    /// What happens.
    Info,
    /// What may go wrong.
    Warn,
    /// What went wrong.
    Error,
    /// What ended the program.
    Fatal,
}

impl Level {
    /// All of them, the most harmless first.
    pub const ALL: [Level; 6] =
        [Level::Trace, Level::Debug, Level::Info, Level::Warn, Level::Error, Level::Fatal];

    /// What it is called, here and in queries.
    pub fn name(self) -> &'static str {
        match self {
            Level::Trace => "trace",
            Level::Debug => "debug",
            Level::Info => "info",
            Level::Warn => "warn",
            Level::Error => "error",
            Level::Fatal => "fatal",
        }
    }
}

/// A colour a log chose by SGR.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Color {
    /// One of the 16 of the terminal's palette.
    Ansi(u8),
    /// One of the 256.
    Indexed(u8),
    /// 24 bits.
    Rgb(u8, u8, u8),
}

/// What SGR sequences in a log ask for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Sgr {
    /// Foreground.
    pub fg: Option<Color>,
    /// Background.
    pub bg: Option<Color>,
    /// Bold.
    pub bold: bool,
    /// Dim.
    pub dim: bool,
    /// Italic.
    pub italic: bool,
    /// Underlined.
    pub underline: bool,
    /// Foreground and background exchanged.
    pub reverse: bool,
}

/// What a stretch of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// A date, a time of day or both.
    Time,
    /// A word that names a level.
    Level(Level),
    /// A number.
    Number,
    /// The unit behind a number (`ms`, `MiB`, `%`).
    Unit,
    /// An IPv4 or IPv6 address, with its port.
    Ip,
    /// A UUID.
    Uuid,
    /// A hexadecimal number or digest.
    Hex,
    /// A URL.
    Url,
    /// A path in a file system.
    Path,
    /// Text in quotes.
    Quoted,
    /// The key of `key=value` or of a JSON member.
    Key,
    /// `true`, `false`, `null`.
    Constant,
    /// JSON's own braces, brackets, commas and colons, and the `=` of `key=value`.
    Punctuation,
    /// An HTTP method.
    Method,
    /// An HTTP status; its first digit, 1 to 5.
    Status(u8),
    /// A control or escape made visible.
    Control,
    /// The log's own colours.
    Sgr(Sgr),
    /// The user's highlight rule with this number, from 0.
    Rule(u16),
    /// A hit of the search.
    Hit,
}

/// A stretch of a shown line and what it is. Ranges are byte offsets into the shown text and lie on
/// character boundaries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// Where.
    pub range: Range<usize>,
    /// What.
    pub class: Class,
}
