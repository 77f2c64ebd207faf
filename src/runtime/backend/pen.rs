//! Colours and attributes as the terminal has them, and the shortest way to other ones.

use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier, Style};

/// What the next character would look like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::runtime) struct Pen {
    fg: Color,
    bg: Color,
    modifier: Modifier,
}

/// Attributes with the codes that switch them on and off. What bold and dim share is in the last column.
const ATTRIBUTES: [(Modifier, &str, &str); 9] = [
    (Modifier::BOLD, "1", "22"),
    (Modifier::DIM, "2", "22"),
    (Modifier::ITALIC, "3", "23"),
    (Modifier::UNDERLINED, "4", "24"),
    (Modifier::SLOW_BLINK, "5", "25"),
    (Modifier::RAPID_BLINK, "6", "25"),
    (Modifier::REVERSED, "7", "27"),
    (Modifier::HIDDEN, "8", "28"),
    (Modifier::CROSSED_OUT, "9", "29"),
];

impl From<Style> for Pen {
    fn from(style: Style) -> Pen {
        Pen {
            fg: style.fg.unwrap_or_default(),
            bg: style.bg.unwrap_or_default(),
            modifier: style.add_modifier - style.sub_modifier,
        }
    }
}

impl Pen {
    pub(super) fn of(cell: &Cell) -> Pen {
        Pen { fg: cell.fg, bg: cell.bg, modifier: cell.modifier }
    }

    /// What `cell` needs of the pen: a blank without attributes takes any foreground, and the bold, dim
    /// and italic of its neighbour.
    pub(super) fn for_cell(self, cell: &Cell) -> Pen {
        let wanted = Pen::of(cell);
        let shown = Modifier::UNDERLINED | Modifier::REVERSED | Modifier::CROSSED_OUT;
        let unseen = self.modifier - shown - Modifier::SLOW_BLINK - Modifier::RAPID_BLINK;
        if cell.symbol() == " " && wanted.modifier.is_empty() && self.modifier == unseen {
            return Pen { bg: wanted.bg, ..self };
        }
        wanted
    }

    /// The sequence that makes this pen `wanted`: empty when it is that already.
    pub(in crate::runtime) fn change(self, wanted: Pen, out: &mut Vec<u8>) {
        if self == wanted {
            return;
        }
        if wanted == Pen::default() {
            out.extend_from_slice(b"\x1b[m");
            return;
        }
        let step = self.step(wanted);
        let fresh = Pen::default().step(wanted);
        let codes = if fresh.len() + 2 < step.len() { format!("0;{fresh}") } else { step };
        out.extend_from_slice(b"\x1b[");
        out.extend_from_slice(codes.as_bytes());
        out.push(b'm');
    }

    /// The codes that lead from here to `wanted` without a reset.
    fn step(self, wanted: Pen) -> String {
        let mut codes = Codes(String::new());
        let gone = self.modifier - wanted.modifier;
        let mut kept = self.modifier;
        for (modifier, _, off) in ATTRIBUTES {
            if gone.contains(modifier) && kept.contains(modifier) {
                codes.add(off);
                for (shared, _, also) in ATTRIBUTES {
                    if also == off {
                        kept -= shared;
                    }
                }
            }
        }
        for (modifier, on, _) in ATTRIBUTES {
            if wanted.modifier.contains(modifier) && !kept.contains(modifier) {
                codes.add(on);
            }
        }
        if wanted.fg != self.fg {
            codes.color(wanted.fg, 30);
        }
        if wanted.bg != self.bg {
            codes.color(wanted.bg, 40);
        }
        codes.0
    }
}

/// Codes with semicolons between.
struct Codes(String);

impl Codes {
    fn add(&mut self, code: &str) {
        if !self.0.is_empty() {
            self.0.push(';');
        }
        self.0 += code;
    }

    /// A colour; `base` is 30 for the foreground, 40 for the background.
    fn color(&mut self, color: Color, base: u8) {
        let ansi = match color {
            Color::Reset => return self.add(&(base + 9).to_string()),
            Color::Rgb(r, g, b) => return self.add(&format!("{};2;{r};{g};{b}", base + 8)),
            Color::Indexed(n) if n >= 16 => return self.add(&format!("{};5;{n}", base + 8)),
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
        };
        // Bright colours have their own row: 90 to 97, 100 to 107.
        let code = if ansi < 8 { base + ansi } else { base + 52 + ansi };
        self.add(&code.to_string());
    }
}
