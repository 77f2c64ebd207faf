//! Which name of a theme says how something looks.

use crate::app::screen::Tone;
use crate::config::themes::Name;
use crate::core::span::{Class, Level};

/// The name for a class; none for what has a look of its own.
pub(super) fn class(class: Class) -> Option<Name> {
    Some(match class {
        Class::Time => Name::Time,
        Class::Level(level) => of_level(level),
        Class::Number => Name::Number,
        Class::Unit => Name::Unit,
        Class::Ip => Name::Ip,
        Class::Uuid => Name::Uuid,
        Class::Hex => Name::Hex,
        Class::Url => Name::Url,
        Class::Path => Name::Path,
        Class::Quoted => Name::Quoted,
        Class::Key => Name::Key,
        Class::Constant => Name::Constant,
        Class::Punctuation => Name::Punctuation,
        Class::Method => Name::Method,
        Class::Status(first) => of_status(first),
        Class::Control => Name::Control,
        Class::Hit => Name::Hit,
        Class::Sgr(_) | Class::Rule(_) => return None,
    })
}

fn of_level(level: Level) -> Name {
    match level {
        Level::Trace => Name::LevelTrace,
        Level::Debug => Name::LevelDebug,
        Level::Info => Name::LevelInfo,
        Level::Warn => Name::LevelWarn,
        Level::Error => Name::LevelError,
        Level::Fatal => Name::LevelFatal,
    }
}

fn of_status(first: u8) -> Name {
    match first {
        2 => Name::Status2,
        3 => Name::Status3,
        4 => Name::Status4,
        5 => Name::Status5,
        _ => Name::Status1,
    }
}

pub(super) fn tone(tone: Tone) -> Name {
    match tone {
        Tone::Plain => Name::Text,
        Tone::Focused => Name::Focused,
        // A look of its own is laid over that.
        Tone::Name | Tone::Own(_) => Name::Title,
        Tone::Good => Name::Good,
        Tone::Note => Name::Note,
        Tone::Bad => Name::Bad,
        Tone::Filter => Name::Filter,
        Tone::Match => Name::Match,
        Tone::Off => Name::Off,
        Tone::Faint => Name::Faint,
        Tone::Key => Name::Shortcut,
        Tone::Selected => Name::Selected,
    }
}

/// The whole line of a warning, an error: the text between what is recognised takes the level's colour.
pub(super) fn tint(level: Level) -> Name {
    match level {
        Level::Warn => Name::LineWarn,
        Level::Error => Name::LineError,
        Level::Fatal => Name::LineFatal,
        Level::Trace | Level::Debug | Level::Info => Name::Text,
    }
}

/// The names of sources have these looks in turn, and then the same in bold.
pub(super) const SOURCES: [Name; 5] =
    [Name::Source1, Name::Source2, Name::Source3, Name::Source4, Name::Source5];
