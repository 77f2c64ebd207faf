//! Cells as a picture, for the front page: a terminal on dark ground.

use std::fmt::Write as _;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::{Color, Modifier};

use super::theme::rgb_of;
use crate::core::text::width;

/// Size of a cell and of the text in it, and the margin around all, in pixels.
const CELL: (f32, f32) = (8.4, 18.0);
const FONT: f32 = 14.0;
const MARGIN: f32 = 14.0;

/// The ground and the text on it.
const GROUND: u32 = 0x16_19_21;
const TEXT: u32 = 0xd0_d4_de;

/// The 16 colours, calmer than a terminal's own.
const ANSI: [u32; 16] = [
    0x16_19_21, 0xe0_6c_75, 0x8f_bf_7a, 0xe0_b4_6c, 0x6f_a0_e8, 0xc0_86_d8, 0x62_b8_c4, 0xb8_be_cc,
    0x5c_63_72, 0xf0_86_8c, 0xa8_d4_94, 0xf0_cc_8c, 0x8c_b8_f4, 0xd4_a0_e8, 0x84_d0_da, 0xff_ff_ff,
];

/// Draws the cells of `buffer` as an SVG document.
pub fn svg(buffer: &Buffer) -> String {
    let (columns, rows) = (f32::from(buffer.area.width), f32::from(buffer.area.height));
    let (w, h) = (columns * CELL.0 + 2.0 * MARGIN, rows * CELL.1 + 2.0 * MARGIN);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w:.0}\" height=\"{h:.0}\" \
         viewBox=\"0 0 {w:.0} {h:.0}\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"{}\"/>\n\
         <g font-family=\"ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace\" font-size=\"{FONT}\" \
         xml:space=\"preserve\">\n",
        hex(GROUND)
    );
    for y in 0..buffer.area.height {
        row(buffer, y, &mut out);
    }
    out += "</g>\n</svg>\n";
    out
}

/// A run of cells that look the same.
fn row(buffer: &Buffer, y: u16, out: &mut String) {
    let mut x = 0;
    while x < buffer.area.width {
        let from = x;
        let first = Look::of(cell(buffer, x, y));
        let mut text = String::new();
        // A wide character stands alone: the font's own width for it may differ from two cells.
        while x < buffer.area.width && Look::of(cell(buffer, x, y)) == first {
            let symbol = cell(buffer, x, y).symbol();
            let columns = width(symbol).max(1) as u16;
            if columns > 1 && x > from {
                break;
            }
            text += symbol;
            x += columns;
            if columns > 1 {
                break;
            }
        }
        first.draw(from, x - from, y, &text, out);
    }
}

fn cell(buffer: &Buffer, x: u16, y: u16) -> &Cell {
    &buffer[(buffer.area.x + x, buffer.area.y + y)]
}

/// Colours as they are seen, and what the text has besides.
#[derive(PartialEq, Eq)]
struct Look {
    fg: u32,
    bg: u32,
    modifier: Modifier,
}

impl Look {
    fn of(cell: &Cell) -> Look {
        let (mut fg, mut bg) = (rgb(cell.fg, TEXT), rgb(cell.bg, GROUND));
        if cell.modifier.contains(Modifier::REVERSED) {
            (fg, bg) = (bg, fg);
        }
        if cell.modifier.contains(Modifier::DIM) {
            fg = between(fg, bg);
        }
        let shown = Modifier::BOLD | Modifier::ITALIC | Modifier::UNDERLINED;
        Look { fg, bg, modifier: cell.modifier & shown }
    }

    fn draw(&self, x: u16, columns: u16, y: u16, text: &str, out: &mut String) {
        let (left, top) = (MARGIN + f32::from(x) * CELL.0, MARGIN + f32::from(y) * CELL.1);
        let wide = f32::from(columns) * CELL.0;
        if self.bg != GROUND {
            let _ = writeln!(
                out,
                "<rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{wide:.1}\" height=\"{}\" fill=\"{}\"/>",
                CELL.1,
                hex(self.bg)
            );
        }
        if text.trim().is_empty() {
            return;
        }
        let _ = write!(
            out,
            "<text x=\"{left:.1}\" y=\"{:.1}\" textLength=\"{wide:.1}\" fill=\"{}\"",
            top + 13.5,
            hex(self.fg)
        );
        for (modifier, attribute) in [
            (Modifier::BOLD, " font-weight=\"bold\""),
            (Modifier::ITALIC, " font-style=\"italic\""),
            (Modifier::UNDERLINED, " text-decoration=\"underline\""),
        ] {
            if self.modifier.contains(modifier) {
                *out += attribute;
            }
        }
        let _ = writeln!(out, ">{}</text>", escaped(text));
    }
}

fn rgb(color: Color, default: u32) -> u32 {
    let of = |[r, g, b]: [u8; 3]| u32::from_be_bytes([0, r, g, b]);
    match color {
        Color::Reset => default,
        Color::Rgb(r, g, b) => of([r, g, b]),
        Color::Indexed(n) if n >= 16 => of(rgb_of(n)),
        named => ANSI[super::theme::number(named)],
    }
}

/// The colour half-way to the ground, as terminals draw dim text.
fn between(fg: u32, bg: u32) -> u32 {
    let part = |shift: u32| ((((fg >> shift) & 0xff) * 11 + ((bg >> shift) & 0xff) * 9) / 20) << shift;
    part(16) | part(8) | part(0)
}

fn hex(color: u32) -> String {
    format!("#{color:06x}")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use ratatui::layout::Rect;
    use ratatui::style::Style;

    use super::*;

    #[test]
    fn text_colours_and_ground_are_drawn() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 12, 1));
        buffer.set_string(0, 0, "a<b&", Style::new().fg(Color::Red).bold());
        buffer.set_string(5, 0, "日", Style::new().bg(Color::Rgb(1, 2, 3)));
        let picture = svg(&buffer);
        assert!(picture.contains("fill=\"#e06c75\" font-weight=\"bold\">a&lt;b&amp;</text>"), "{picture}");
        assert!(picture.contains("width=\"16.8\" height=\"18\" fill=\"#010203\"/>"), "{picture}");
        assert!(picture.contains(">日</text>"), "{picture}");
    }
}
