//! What something is, and how it looks. The only place that knows colours of our own.
//!
//! The default uses the terminal's own 16 colours, so it follows the user's palette, on dark and on light
//! ground. With more colours it uses shades of medium lightness, which both grounds carry.

mod color;
mod palette;
mod signs;
#[cfg(test)]
mod tests;
mod words;

use std::borrow::Cow;

use ratatui::style::{Color, Modifier, Style};

pub use self::color::Depth;
pub(super) use self::color::{number, rgb_of};
pub use self::signs::{Glyphs, Signs};
pub use self::words::{StyleError, style};
use crate::app::screen::{LineRow, Tone};
use crate::core::span::{self, Class, Level, Sgr};

/// How everything looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Theme {
    /// How many colours there are.
    pub depth: Depth,
    /// Which signs the terminal has.
    pub glyphs: Glyphs,
    /// The looks of the user's rules by their number.
    rules: Vec<Style>,
}

impl Default for Theme {
    fn default() -> Theme {
        Theme::new(Depth::Ansi, Glyphs::Unicode, Vec::new())
    }
}

impl Theme {
    /// A theme for a terminal, with the looks of the user's highlight rules in their order.
    pub fn new(depth: Depth, glyphs: Glyphs, rules: Vec<Style>) -> Theme {
        // Without colours a rule that asks for nothing else is underlined.
        let seen = |style| if style == Style::default() { Style::new().underlined() } else { style };
        let rules = rules.into_iter().map(|style| seen(depth.fit(style))).collect();
        Theme { depth, glyphs, rules }
    }

    /// Text of our own in signs that the terminal has: columns of blocks and dashes have others elsewhere.
    pub(super) fn own<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if self.glyphs == Glyphs::Unicode || text.is_ascii() {
            return Cow::Borrowed(text);
        }
        let bars = Glyphs::Unicode.signs().bars;
        let sign = |c: char| match bars.iter().position(|bar| bar.chars().eq([c])) {
            Some(eighths) => self.signs().bars[eighths].to_owned(),
            None if c == '–' => "-".to_owned(),
            None => c.to_string(),
        };
        Cow::Owned(text.chars().map(sign).collect())
    }

    /// The signs to draw with.
    pub fn signs(&self) -> &'static Signs {
        self.glyphs.signs()
    }

    /// The look of a stretch of a log's line by itself.
    pub fn class(&self, class: Class) -> Style {
        match class {
            Class::Sgr(sgr) => self.sgr(sgr),
            Class::Rule(number) => self.rules.get(usize::from(number)).copied().unwrap_or_default(),
            _ => self.depth.fit(palette::class(class, self.depth)),
        }
    }

    /// The look of a piece of our own text.
    pub fn tone(&self, tone: Tone) -> Style {
        self.depth.fit(palette::tone(tone, self.depth))
    }

    /// The look of a whole line that says it is of this level.
    pub fn tint(&self, level: Level) -> Style {
        self.depth.fit(palette::tint(level, self.depth))
    }

    /// What all cells of a row begin with, before its stretches are laid over it.
    pub(super) fn ground(&self, row: &LineRow) -> Style {
        let mut ground = match row.tint {
            _ if row.selected => self.selection(),
            _ if row.dim => self.context(),
            Some(level) => self.tint(level),
            None => Style::default(),
        };
        if row.current {
            ground = ground.add_modifier(Modifier::BOLD);
        }
        ground
    }

    /// The look of a stretch within a row: lines in the selection and context keep to one look, in which
    /// only hits stand out.
    pub(super) fn span(&self, row: &LineRow, class: Class) -> Style {
        let ground = self.ground(row);
        match class {
            Class::Hit => {
                let hit = if row.current { self.current_hit() } else { self.class(class) };
                if row.selected && self.depth == Depth::None {
                    // The selection is reversed already: the hit is what is not.
                    return hit.remove_modifier(Modifier::REVERSED);
                }
                Style::new().remove_modifier(Modifier::DIM | Modifier::REVERSED).patch(hit)
            }
            _ if row.selected || row.dim => ground,
            // What steps back elsewhere carries the colour of an error: dim red is hard to read.
            Class::Time | Class::Key | Class::Punctuation if row.tint >= Some(Level::Error) => ground,
            // Of a warning it steps back as ever.
            Class::Time | Class::Key | Class::Punctuation => ground.fg(Color::Reset).patch(self.class(class)),
            _ => ground.patch(self.class(class)),
        }
    }

    fn selection(&self) -> Style {
        self.tone(Tone::Selected)
    }

    /// Context is dim without colours too: there is nothing else that sets it back.
    fn context(&self) -> Style {
        Style::default().add_modifier(Modifier::DIM)
    }

    fn current_hit(&self) -> Style {
        self.depth.fit(palette::current_hit(self.depth))
    }

    /// The frame of a popup, which has the focus.
    pub(super) fn frame(&self) -> Style {
        self.title_rule(true)
    }

    /// The line numbers and marks before a line's text.
    pub(super) fn gutter(&self, row: &LineRow) -> Style {
        if row.selected { self.selection() } else { self.tone(Tone::Faint) }
    }

    /// The name of a source before a line's text, by its number.
    pub(super) fn source(&self, row: &LineRow, number: usize) -> Style {
        if row.selected { self.selection() } else { self.depth.fit(palette::source(number, self.depth)) }
    }

    /// The time before a line's text.
    pub(super) fn time(&self, row: &LineRow, tone: Tone) -> Style {
        if row.selected { self.selection() } else { self.tone(tone) }
    }

    /// The rule a pane's title is set into, and the lines between panes.
    pub(super) fn title_rule(&self, focused: bool) -> Style {
        if focused { self.depth.fit(palette::accent(self.depth)) } else { self.tone(Tone::Faint) }
    }

    /// The scrollbar's thumb.
    pub(super) fn thumb(&self) -> Style {
        self.tone(Tone::Faint)
    }

    /// A hit beside the scrollbar.
    pub(super) fn tick(&self) -> Style {
        self.tone(Tone::Note)
    }

    /// The log's own colours. Where they would hide the text, the background goes.
    fn sgr(&self, sgr: Sgr) -> Style {
        let color = |color| match color {
            span::Color::Ansi(n) | span::Color::Indexed(n) => color::of_256(n),
            span::Color::Rgb(r, g, b) => Color::Rgb(r, g, b),
        };
        let mut style = Style { fg: sgr.fg.map(color), bg: sgr.bg.map(color), ..Style::default() };
        for (on, modifier) in [
            (sgr.bold, Modifier::BOLD),
            (sgr.dim, Modifier::DIM),
            (sgr.italic, Modifier::ITALIC),
            (sgr.underline, Modifier::UNDERLINED),
            (sgr.reverse, Modifier::REVERSED),
        ] {
            if on {
                style = style.add_modifier(modifier);
            }
        }
        let mut style = self.depth.fit(style);
        if style.fg.is_some() && style.fg == style.bg {
            style.bg = None;
        }
        style
    }
}
