//! What the terminal shows, and the bytes that make it show another screen.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::backend::Writer;
use crate::app::screen::Screen;
use crate::config::themes::Looks;
use crate::ui;
use crate::ui::theme::Theme;

/// The picture on the terminal.
pub struct Picture {
    theme: Theme,
    writer: Writer,
    /// Room for the cells of a screen.
    cells: Buffer,
}

impl Picture {
    /// Nothing is known of the terminal yet.
    pub fn new(theme: Theme) -> Picture {
        Picture { theme, writer: Writer::default(), cells: Buffer::default() }
    }

    /// Everything looks so from now on.
    pub fn look(&mut self, looks: &Looks) {
        self.theme = self.theme.in_looks(looks);
        self.writer.forget();
    }

    /// Whatever the terminal shows is drawn over with the next screen.
    pub fn forget(&mut self) {
        self.writer.forget();
    }

    /// Whether the next screen will be drawn whole.
    pub fn is_forgotten(&self) -> bool {
        self.writer.is_forgotten()
    }

    /// The bytes that turn what is shown into `screen`; none when that is what is shown.
    pub fn draw(&mut self, screen: &Screen) -> Vec<u8> {
        self.cells.resize(Rect::new(0, 0, screen.size.width, screen.size.height));
        self.cells.reset();
        ui::render(screen, &self.theme, &mut self.cells);
        self.writer.frame(&self.cells, screen.cursor.map(Into::into))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::screen;

    fn screen(width: u16) -> Screen {
        Screen { size: screen::Size { width, height: 3 }, ..Screen::default() }
    }

    #[test]
    fn the_same_screen_costs_nothing_unless_it_was_forgotten() {
        let mut picture = Picture::new(Theme::default());
        assert!(!picture.draw(&screen(10)).is_empty());
        assert!(picture.draw(&screen(10)).is_empty());
        picture.forget();
        assert!(!picture.draw(&screen(10)).is_empty());
        assert!(!picture.draw(&screen(12)).is_empty());
        assert!(picture.draw(&screen(12)).is_empty());
    }

    #[test]
    fn a_screen_without_any_cell_is_drawn_too() {
        let mut picture = Picture::new(Theme::default());
        picture.draw(&Screen::default());
    }
}
