//! Colours and attributes as the terminal has them, and the shortest way to other ones.

use ratatui::buffer;
use ratatui::style::{Color, Modifier, Style};

use super::grid::Cell;
use super::symbol::Symbol;

/// What the next character would look like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::runtime) struct Pen {
    fg: Ink,
    bg: Ink,
    modifier: Modifier,
}

/// A colour as a number that is compared at once: the terminal's own, one of its 256, or 24 bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Ink(u32);

impl Ink {
    const INDEXED: u32 = 1 << 24;
    const RGB: u32 = 2 << 24;

    const fn indexed(n: u8) -> Ink {
        Ink(Ink::INDEXED | n as u32)
    }
}

impl From<Color> for Ink {
    fn from(color: Color) -> Ink {
        Ink::indexed(match color {
            Color::Reset => return Ink::default(),
            Color::Rgb(r, g, b) => return Ink(Ink::RGB | u32::from_be_bytes([0, r, g, b])),
            Color::Indexed(n) => n,
            Color::Black => 0,
            Color::Red => 1,
            Color::Green => 2,
            Color::Yellow => 3,
            Color::Blue => 4,
            Color::Magenta => 5,
            Color::Cyan => 6,
            Color::Gray => 7,
            Color::DarkGray => 8,
            Color::LightRed => 9,
            Color::LightGreen => 10,
            Color::LightYellow => 11,
            Color::LightBlue => 12,
            Color::LightMagenta => 13,
            Color::LightCyan => 14,
            Color::White => 15,
        })
    }
}

/// Attributes with the codes that switch them on and off. What bold and dim share is in the last column.
const ATTRIBUTES: [(Modifier, u8, u8); 9] = [
    (Modifier::BOLD, 1, 22),
    (Modifier::DIM, 2, 22),
    (Modifier::ITALIC, 3, 23),
    (Modifier::UNDERLINED, 4, 24),
    (Modifier::SLOW_BLINK, 5, 25),
    (Modifier::RAPID_BLINK, 6, 25),
    (Modifier::REVERSED, 7, 27),
    (Modifier::HIDDEN, 8, 28),
    (Modifier::CROSSED_OUT, 9, 29),
];

impl From<Style> for Pen {
    fn from(style: Style) -> Pen {
        Pen {
            fg: style.fg.unwrap_or_default().into(),
            bg: style.bg.unwrap_or_default().into(),
            modifier: style.add_modifier - style.sub_modifier,
        }
    }
}

impl Pen {
    pub(super) const PLAIN: Pen = Pen { fg: Ink(0), bg: Ink(0), modifier: Modifier::empty() };

    pub(super) fn of(cell: &buffer::Cell) -> Pen {
        Pen { fg: cell.fg.into(), bg: cell.bg.into(), modifier: cell.modifier }
    }

    /// What is seen of this pen on a blank: its background; and all of it where an attribute among `shown`
    /// brings out the foreground, which bold and dim colour on many terminals.
    pub(super) fn on_blank(self, shown: Modifier) -> Pen {
        if self.modifier.intersects(shown) { self } else { Pen { bg: self.bg, ..Pen::PLAIN } }
    }

    /// What `cell` needs of the pen: a blank without attributes takes any foreground, and the bold, dim
    /// and italic of its neighbour.
    pub(super) fn for_cell(self, cell: Cell) -> Pen {
        let wanted = cell.pen;
        let shown = Modifier::UNDERLINED | Modifier::REVERSED | Modifier::CROSSED_OUT;
        let unseen = self.modifier - shown - Modifier::SLOW_BLINK - Modifier::RAPID_BLINK;
        if cell.symbol == Symbol::BLANK && wanted.modifier.is_empty() && self.modifier == unseen {
            return Pen { bg: wanted.bg, ..self };
        }
        wanted
    }

    /// The sequence that makes this pen `wanted`: empty when it is that already.
    pub(in crate::runtime) fn change(self, wanted: Pen, out: &mut Vec<u8>) {
        if self == wanted {
            return;
        }
        if wanted == Pen::PLAIN {
            out.extend_from_slice(b"\x1b[m");
            return;
        }
        let begun = out.len();
        self.step(wanted, b"\x1b[", out);
        let stepped = out.len();
        Pen::PLAIN.step(wanted, b"\x1b[0;", out);
        if out.len() - stepped < stepped - begun {
            out.drain(begun..stepped);
        } else {
            out.truncate(stepped);
        }
    }

    /// The sequence that leads from here to `wanted`, another one, without a reset; `head` comes first.
    fn step(self, wanted: Pen, head: &[u8], out: &mut Vec<u8>) {
        out.extend_from_slice(head);
        if wanted.modifier != self.modifier {
            self.step_attributes(wanted.modifier, out);
        }
        if wanted.fg != self.fg {
            color(wanted.fg, 30, out);
        }
        if wanted.bg != self.bg {
            color(wanted.bg, 40, out);
        }
        // Every code ends in a semicolon, and the last in what ends the sequence.
        out.pop();
        out.push(b'm');
    }

    fn step_attributes(self, wanted: Modifier, out: &mut Vec<u8>) {
        let gone = self.modifier - wanted;
        let mut kept = self.modifier;
        for (modifier, _, off) in ATTRIBUTES {
            if gone.contains(modifier) && kept.contains(modifier) {
                code(off, out);
                for (shared, _, also) in ATTRIBUTES {
                    if also == off {
                        kept -= shared;
                    }
                }
            }
        }
        for (modifier, on, _) in ATTRIBUTES {
            if wanted.contains(modifier) && !kept.contains(modifier) {
                code(on, out);
            }
        }
    }
}

/// The codes of a colour; `base` is 30 for the foreground, 40 for the background.
fn color(ink: Ink, base: u8, out: &mut Vec<u8>) {
    let [kind, r, g, b] = ink.0.to_be_bytes();
    match (u32::from(kind) << 24, b) {
        (Ink::RGB, _) => [base + 8, 2, r, g, b].into_iter().for_each(|n| code(n, out)),
        // Bright colours have their own row: 90 to 97, 100 to 107.
        (Ink::INDEXED, 0..8) => code(base + b, out),
        (Ink::INDEXED, 8..16) => code(base + 52 + b, out),
        (Ink::INDEXED, _) => [base + 8, 5, b].into_iter().for_each(|n| code(n, out)),
        _ => code(base + 9, out),
    }
}

fn code(code: u8, out: &mut Vec<u8>) {
    number(code.into(), out);
    out.push(b';');
}

/// Appends a number in decimal digits.
pub(super) fn number(number: usize, out: &mut Vec<u8>) {
    if number >= 10 {
        self::number(number / 10, out);
    }
    out.push(b'0' + (number % 10) as u8);
}
