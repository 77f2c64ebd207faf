//! Draws a [`crate::app::screen::Screen`] into cells. Pure: it changes no state, and knows the app's screen
//! values, core's spans and the looks of themes only.
//!
//! ```text
//! theme   what something is → how it looks        canvas  text → cells, clipped
//! bar     rows of pieces: tabs, titles, prompt    pane    lines, rules, scrollbar
//! popup   boxes over the panes                    svg     cells → a picture
//! ```

mod bar;
mod canvas;
mod pane;
mod popup;
pub mod svg;
pub mod theme;

#[cfg(test)]
mod tests;

use ratatui::buffer::Buffer;
use ratatui::style::Style;

use self::canvas::Canvas;
use self::theme::Theme;
use crate::app::screen::Screen;

/// Draws `screen` into `buffer`, which is expected to be blank. Whatever lies outside the buffer is left
/// out.
pub fn render(screen: &Screen, theme: &Theme, buffer: &mut Buffer) {
    if theme.text() != Style::default() {
        buffer.set_style(buffer.area, theme.text());
    }
    let mut canvas = Canvas::new(buffer, theme);
    if let Some(tabs) = &screen.tabs {
        bar::draw(tabs, &mut canvas);
    }
    for view in &screen.panes {
        pane::draw(view, &mut canvas);
    }
    for divider in &screen.dividers {
        pane::divider(*divider, &mut canvas);
    }
    if let Some(bottom) = &screen.bottom {
        bar::draw(bottom, &mut canvas);
    }
    for view in &screen.popups {
        popup::draw(view, &mut canvas);
    }
}
