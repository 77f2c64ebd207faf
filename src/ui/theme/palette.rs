//! The looks themselves: one table for classes, one for tones, one for tints.

use ratatui::style::{Color, Modifier, Style};

use super::color::Depth;
use crate::app::screen::Tone;
use crate::core::span::{Class, Level};

/// A colour of the palette: of the terminal's 16, and a shade that dark and light ground both carry
/// (a contrast of at least 3 to 1 against black and against white). The shades are of the 256, which are
/// the same everywhere and take half the bytes of 24 bits.
#[derive(Clone, Copy)]
struct Ink(Color, u8);

const RED: Ink = Ink(Color::Red, 167);
const GREEN: Ink = Ink(Color::Green, 65);
const YELLOW: Ink = Ink(Color::Yellow, 136);
const BLUE: Ink = Ink(Color::LightBlue, 68);
const MAGENTA: Ink = Ink(Color::Magenta, 133);
const CYAN: Ink = Ink(Color::Cyan, 31);

impl Ink {
    fn at(self, depth: Depth) -> Style {
        let Ink(ansi, shade) = self;
        Style::new().fg(if depth >= Depth::Indexed { Color::Indexed(shade) } else { ansi })
    }
}

/// Text that steps back.
fn faint() -> Style {
    Style::new().add_modifier(Modifier::DIM)
}

pub(super) fn class(class: Class, depth: Depth) -> Style {
    match class {
        Class::Time | Class::Punctuation => faint(),
        Class::Level(level) => of_level(level, depth),
        Class::Number | Class::Unit => CYAN.at(depth),
        Class::Ip | Class::Uuid | Class::Hex => MAGENTA.at(depth),
        Class::Url => BLUE.at(depth).add_modifier(Modifier::UNDERLINED),
        Class::Path => BLUE.at(depth),
        Class::Quoted => GREEN.at(depth),
        Class::Key => faint(),
        Class::Constant => MAGENTA.at(depth),
        Class::Method => Style::new().add_modifier(Modifier::BOLD),
        Class::Status(first) => of_status(first, depth),
        Class::Control => Style::new().add_modifier(Modifier::REVERSED),
        Class::Hit => Style::new().fg(Color::Black).bg(Color::Yellow).add_modifier(without_colour(depth)),
        Class::Sgr(_) | Class::Rule(_) => Style::new(),
    }
}

/// What takes a colour's place where there is none.
fn without_colour(depth: Depth) -> Modifier {
    if depth == Depth::None { Modifier::REVERSED } else { Modifier::empty() }
}

fn of_level(level: Level, depth: Depth) -> Style {
    match level {
        Level::Trace | Level::Debug => faint(),
        Level::Info => GREEN.at(depth),
        Level::Warn => YELLOW.at(depth).add_modifier(Modifier::BOLD),
        Level::Error => RED.at(depth).add_modifier(Modifier::BOLD),
        Level::Fatal => RED.at(depth).add_modifier(Modifier::BOLD | Modifier::REVERSED),
    }
}

fn of_status(first: u8, depth: Depth) -> Style {
    match first {
        2 => GREEN.at(depth),
        3 => CYAN.at(depth),
        4 => YELLOW.at(depth).add_modifier(Modifier::BOLD),
        5 => RED.at(depth).add_modifier(Modifier::BOLD),
        _ => Style::new(),
    }
}

pub(super) fn tone(tone: Tone, depth: Depth) -> Style {
    match tone {
        Tone::Plain => Style::new(),
        Tone::Focused => Style::new().add_modifier(Modifier::BOLD | Modifier::REVERSED),
        Tone::Name => Style::new().add_modifier(Modifier::BOLD),
        Tone::Good => GREEN.at(depth),
        Tone::Note => YELLOW.at(depth),
        Tone::Bad => RED.at(depth).add_modifier(Modifier::BOLD),
        Tone::Filter => MAGENTA.at(depth),
        Tone::Match => MAGENTA.at(depth).add_modifier(Modifier::BOLD),
        Tone::Off | Tone::Faint => faint(),
        Tone::Key => CYAN.at(depth).add_modifier(Modifier::BOLD),
        Tone::Selected => Style::new().add_modifier(Modifier::REVERSED),
    }
}

/// The whole line of a warning, an error: the text between what is recognised takes the level's colour.
pub(super) fn tint(level: Level, depth: Depth) -> Style {
    match level {
        Level::Warn => YELLOW.at(depth),
        Level::Error => RED.at(depth),
        Level::Fatal => RED.at(depth).add_modifier(Modifier::BOLD),
        Level::Trace | Level::Debug | Level::Info => Style::new(),
    }
}

/// The hit the search stands on, apart from the others.
pub(super) fn current_hit(depth: Depth) -> Style {
    let style = Style::new().fg(Color::Black).bg(Color::Cyan);
    style.add_modifier(Modifier::BOLD | Modifier::UNDERLINED | without_colour(depth))
}

/// The name of one of several sources: neighbours differ, and red is left to errors.
pub(super) fn source(number: usize, depth: Depth) -> Style {
    const INKS: [Ink; 5] = [CYAN, MAGENTA, GREEN, BLUE, YELLOW];
    let bold = if number / INKS.len() % 2 == 1 { Modifier::BOLD } else { Modifier::empty() };
    INKS[number % INKS.len()].at(depth).add_modifier(bold)
}

/// What belongs to the pane that has the focus.
pub(super) fn accent(depth: Depth) -> Style {
    CYAN.at(depth)
}
