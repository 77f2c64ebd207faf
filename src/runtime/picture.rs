//! What the terminal shows, and the bytes that make it show another screen.

use std::fmt::Write;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier};

use crate::app::screen::Screen;
use crate::ui;
use crate::ui::theme::Theme;

/// The picture on the terminal.
pub struct Picture {
    theme: Theme,
    /// `None` when it is not known what the terminal shows.
    shown: Option<Buffer>,
    cursor: Option<(u16, u16)>,
}

impl Picture {
    /// Nothing is known of the terminal yet.
    pub fn new(theme: Theme) -> Picture {
        Picture { theme, shown: None, cursor: None }
    }

    /// Whatever the terminal shows is drawn over with the next screen.
    pub fn forget(&mut self) {
        self.shown = None;
    }

    /// Whether the next screen will be drawn whole.
    pub fn is_forgotten(&self) -> bool {
        self.shown.is_none()
    }

    /// The bytes that turn what is shown into `screen`; none when that is what is shown.
    pub fn draw(&mut self, screen: &Screen) -> Vec<u8> {
        let area = Rect::new(0, 0, screen.size.width, screen.size.height);
        let mut next = Buffer::empty(area);
        ui::render(screen, &self.theme, &mut next);
        let mut out = String::new();
        let before = match self.shown.take().filter(|shown| shown.area == area) {
            Some(shown) => shown,
            None => {
                out += "\x1b[m\x1b[2J";
                Buffer::empty(area)
            }
        };
        for (x, y, cell) in before.diff(&next) {
            let _ = write!(out, "\x1b[{};{}H\x1b[0", y + 1, x + 1);
            for (m, n) in [(Modifier::BOLD, 1), (Modifier::DIM, 2), (Modifier::REVERSED, 7), (Modifier::UNDERLINED, 4)] {
                if cell.modifier.contains(m) {
                    let _ = write!(out, ";{n}");
                }
            }
            for (color, base) in [(cell.fg, 30), (cell.bg, 40)] {
                let n = match color {
                    Color::Black => 0, Color::Red => 1, Color::Green => 2, Color::Yellow => 3, Color::Blue => 4,
                    Color::Magenta => 5, Color::Cyan => 6, Color::Gray => 7, Color::DarkGray => 60, Color::LightRed => 61,
                    Color::LightGreen => 62, Color::LightYellow => 63, Color::LightBlue => 64, Color::LightMagenta => 65,
                    Color::LightCyan => 66, Color::White => 67,
                    Color::Rgb(r, g, b) => { let _ = write!(out, ";{};2;{r};{g};{b}", base + 8); continue },
                    Color::Indexed(n) => { let _ = write!(out, ";{};5;{n}", base + 8); continue },
                    Color::Reset => continue,
                };
                let _ = write!(out, ";{}", base + n);
            }
            let _ = write!(out, "m{}", cell.symbol());
        }
        if screen.cursor != self.cursor || !out.is_empty() {
            match screen.cursor {
                Some((x, y)) => { let _ = write!(out, "\x1b[{};{}H\x1b[?25h", y + 1, x + 1); }
                None => out += "\x1b[?25l",
            }
        }
        self.cursor = screen.cursor;
        self.shown = Some(next);
        out.into_bytes()
    }
}
