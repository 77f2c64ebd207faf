//! Colours a terminal does not have, by the nearest it has.

use ratatui::style::{Color, Modifier, Style};

use crate::config::look::{Ink, Look};
use crate::core::span;

/// How many colours a terminal has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// None: bold, underline and reverse only, and dim for context.
    None,
    /// The 16 of its palette.
    #[default]
    Ansi,
    /// The fixed 256.
    Indexed,
    /// 24 bits.
    True,
}

impl Depth {
    /// `style` in the colours there are.
    pub fn fit(self, style: Style) -> Style {
        let mut style = style;
        style.fg = style.fg.and_then(|color| self.color(color));
        style.bg = style.bg.and_then(|color| self.color(color));
        if self == Depth::None {
            let kept = Modifier::BOLD | Modifier::UNDERLINED | Modifier::REVERSED;
            style.add_modifier &= kept;
        }
        style
    }

    /// A look in the colours there are. Where there are none a ground of its own is shown by exchanging it with the
    /// text.
    pub fn style(self, look: Look) -> Style {
        let ink = |ink: Ink| of_span(if self >= Depth::Indexed { ink.many } else { ink.few });
        let mut style = Style { fg: look.fg.map(ink), bg: look.bg.map(ink), ..Style::default() };
        for (bit, modifier) in MODIFIERS.into_iter().enumerate() {
            if look.has(bit) {
                style = style.add_modifier(modifier);
            }
        }
        if self == Depth::None && look.bg.is_some() {
            style = style.add_modifier(Modifier::REVERSED);
        }
        self.fit(style)
    }

    fn color(self, color: Color) -> Option<Color> {
        match (self, color) {
            (Depth::None, _) => None,
            (Depth::Ansi, Color::Rgb(r, g, b)) => Some(nearest_16([r, g, b])),
            (Depth::Ansi, Color::Indexed(n)) if n >= 16 => Some(nearest_16(rgb_of(n))),
            (Depth::Indexed, Color::Rgb(r, g, b)) => Some(Color::Indexed(nearest_256([r, g, b]))),
            _ => Some(color),
        }
    }
}

/// The attributes in the order of their bits.
const MODIFIERS: [Modifier; 5] =
    [Modifier::BOLD, Modifier::DIM, Modifier::ITALIC, Modifier::UNDERLINED, Modifier::REVERSED];

/// A colour of the terminal's.
pub(super) fn of_span(color: span::Color) -> Color {
    match color {
        span::Color::Ansi(n) | span::Color::Indexed(n) => of_256(n),
        span::Color::Rgb(r, g, b) => Color::Rgb(r, g, b),
    }
}

/// The 16 colours in the order of their numbers.
const ANSI: [Color; 16] = [
    Color::Black,
    Color::Red,
    Color::Green,
    Color::Yellow,
    Color::Blue,
    Color::Magenta,
    Color::Cyan,
    Color::Gray,
    Color::DarkGray,
    Color::LightRed,
    Color::LightGreen,
    Color::LightYellow,
    Color::LightBlue,
    Color::LightMagenta,
    Color::LightCyan,
    Color::White,
];

/// What the 16 look like, roughly: every palette has its own, near xterm's.
const SHADES: [[u8; 3]; 16] = [
    [0, 0, 0],
    [205, 0, 0],
    [0, 205, 0],
    [205, 205, 0],
    [0, 0, 238],
    [205, 0, 205],
    [0, 205, 205],
    [229, 229, 229],
    [127, 127, 127],
    [255, 0, 0],
    [0, 255, 0],
    [255, 255, 0],
    [92, 92, 255],
    [255, 0, 255],
    [0, 255, 255],
    [255, 255, 255],
];

/// The colour with number `n`: by name if it is one of the 16.
fn of_256(n: u8) -> Color {
    ANSI.get(usize::from(n)).copied().unwrap_or(Color::Indexed(n))
}

/// What a colour of the 256 looks like: 16 by name, a cube of 6×6×6, a ramp of 24 greys.
pub(in crate::ui) fn rgb_of(n: u8) -> [u8; 3] {
    let level = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
    match n {
        0..=15 => SHADES[usize::from(n)],
        16..=231 => [level((n - 16) / 36), level((n - 16) / 6 % 6), level((n - 16) % 6)],
        232..=255 => [8 + 10 * (n - 232); 3],
    }
}

/// What any colour looks like, roughly.
pub(super) fn shade(color: Color) -> [u8; 3] {
    match color {
        Color::Rgb(r, g, b) => [r, g, b],
        Color::Indexed(n) => rgb_of(n),
        named => SHADES[number(named)],
    }
}

/// The number of one of the 16, 7 for any other colour.
pub(in crate::ui) fn number(color: Color) -> usize {
    match color {
        Color::Indexed(n) => usize::from(n.min(15)),
        _ => ANSI.iter().position(|ansi| *ansi == color).unwrap_or(7),
    }
}

fn nearest_16(rgb: [u8; 3]) -> Color {
    let near = |n: &usize| distance(SHADES[*n], rgb);
    ANSI[(0..16).min_by_key(near).unwrap_or(7)]
}

fn nearest_256(rgb: [u8; 3]) -> u8 {
    let near = |n: &u8| distance(rgb_of(*n), rgb);
    (16..=255).min_by_key(near).unwrap_or(7)
}

/// How far two colours are apart, weighted as the eye does ("redmean", without its root).
fn distance(a: [u8; 3], b: [u8; 3]) -> u32 {
    let mean = (u32::from(a[0]) + u32::from(b[0])) / 2;
    let square = |i: usize| u32::from(a[i].abs_diff(b[i])).pow(2);
    ((512 + mean) * square(0)) / 256 + 4 * square(1) + ((767 - mean) * square(2)) / 256
}
