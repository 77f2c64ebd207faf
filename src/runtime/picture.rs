//! What the terminal shows, and the bytes that make it show another screen.

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

use ratatui::backend::Backend;
use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};

use super::backend;
use crate::app::screen::Screen;
use crate::ui;
use crate::ui::theme::Theme;

/// The picture on the terminal.
pub struct Picture {
    theme: Theme,
    terminal: backend::Writer<Frame>,
    frame: Frame,
    /// The last screen drawn, and a buffer for the next one.
    shown: Buffer,
    next: Buffer,
    forgotten: bool,
}

impl Picture {
    /// Nothing is known of the terminal yet.
    pub fn new(theme: Theme) -> Picture {
        let frame = Frame::default();
        Picture {
            theme,
            terminal: backend::Writer::new(frame.clone(), Size::ZERO),
            frame,
            shown: Buffer::default(),
            next: Buffer::default(),
            forgotten: true,
        }
    }

    /// Whatever the terminal shows is drawn over with the next screen.
    pub fn forget(&mut self) {
        self.forgotten = true;
    }

    /// Whether the next screen will be drawn whole.
    pub fn is_forgotten(&self) -> bool {
        self.forgotten
    }

    /// The bytes that turn what is shown into `screen`; none when that is what is shown.
    ///
    /// # Errors
    /// Never in fact: it is memory that is written to.
    pub fn draw(&mut self, screen: &Screen) -> io::Result<Vec<u8>> {
        let area = Rect::new(0, 0, screen.size.width, screen.size.height);
        if self.forgotten || area != self.shown.area {
            self.terminal.resize(area.as_size());
            self.shown = Buffer::empty(area);
            self.forgotten = false;
        }
        self.next.resize(area);
        self.next.reset();
        ui::render(screen, &self.theme, &mut self.next);
        self.terminal.draw(self.shown.diff_iter(&self.next))?;
        match screen.cursor {
            Some(place) => {
                self.terminal.show_cursor()?;
                self.terminal.set_cursor_position(place)?;
            }
            None => self.terminal.hide_cursor()?,
        }
        self.terminal.flush()?;
        std::mem::swap(&mut self.shown, &mut self.next);
        Ok(std::mem::take(&mut *self.frame.0.borrow_mut()))
    }
}

/// Where the terminal writer puts a frame, to be sent from there.
#[derive(Clone, Debug, Default)]
struct Frame(Rc<RefCell<Vec<u8>>>);

impl Write for Frame {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
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
        assert!(!picture.draw(&screen(10)).unwrap().is_empty());
        assert!(picture.draw(&screen(10)).unwrap().is_empty());
        picture.forget();
        assert!(!picture.draw(&screen(10)).unwrap().is_empty());
        assert!(!picture.draw(&screen(12)).unwrap().is_empty());
        assert!(picture.draw(&screen(12)).unwrap().is_empty());
    }

    #[test]
    fn a_screen_without_any_cell_is_drawn_too() {
        let mut picture = Picture::new(Theme::default());
        picture.draw(&Screen::default()).unwrap();
    }
}
