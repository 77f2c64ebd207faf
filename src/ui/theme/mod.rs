//! What something is, and how it looks on a terminal. Which look a theme gives it stands in `config/themes`; here
//! that is made cells' styles, in the colours that the terminal has.

mod color;
mod palette;
mod signs;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use ratatui::style::{Color, Modifier, Style};

pub use self::color::Depth;
pub(super) use self::color::{number, rgb_of};
pub use self::signs::{Glyphs, Signs};
use crate::app::screen::{LineRow, Shade, Tone};
use crate::config::look::Look;
use crate::config::themes::{Looks, NAMES, Name};
use crate::core::span::{Class, Level, Sgr};

/// How everything looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Theme {
    /// How many colours there are.
    pub depth: Depth,
    /// Which signs the terminal has.
    pub glyphs: Glyphs,
    /// By number in [`NAMES`].
    styles: Vec<Style>,
    /// The looks of the user's rules by their number.
    rules: Vec<Style>,
}

impl Default for Theme {
    fn default() -> Theme {
        Theme::new(Depth::Ansi, Glyphs::Unicode, &Looks::default())
    }
}

impl Theme {
    /// The looks of a theme on a terminal.
    pub fn new(depth: Depth, glyphs: Glyphs, looks: &Looks) -> Theme {
        let style = |name: &Name| match (name, depth) {
            // Without colours there is no ground to be told from.
            (Name::Text, Depth::None) => Style::default(),
            _ => depth.style(looks.named(*name)),
        };
        let styles = NAMES.iter().map(|(name, ..)| style(name)).collect();
        // Without colours a rule that asks for nothing else is underlined.
        let seen = |look: &Look| match depth.style(*look) {
            style if style == Style::default() && *look != Look::default() => Style::new().underlined(),
            style => style,
        };
        Theme { depth, glyphs, styles, rules: looks.rules.iter().map(seen).collect() }
    }

    /// The same terminal in other looks.
    #[must_use]
    pub fn in_looks(&self, looks: &Looks) -> Theme {
        Theme::new(self.depth, self.glyphs, looks)
    }

    /// The look of a name by itself.
    fn alone(&self, name: Name) -> Style {
        self.styles.get(name as usize).copied().unwrap_or_default()
    }

    /// The same over that of all text.
    fn named(&self, name: Name) -> Style {
        self.text().patch(self.alone(name))
    }

    /// What every cell begins with.
    pub fn text(&self) -> Style {
        self.alone(Name::Text)
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
        match (class, palette::class(class)) {
            (_, Some(name)) => self.alone(name),
            (Class::Sgr(sgr), None) => self.sgr(sgr),
            (Class::Rule(number), None) => self.rule(number),
            (_, None) => Style::default(),
        }
    }

    /// The look of a highlight rule.
    pub fn rule(&self, number: u16) -> Style {
        self.rules.get(usize::from(number)).copied().unwrap_or_default()
    }

    /// The look of a piece of our own text.
    pub fn tone(&self, tone: Tone) -> Style {
        match tone {
            Tone::Own(look) => self.named(Name::Title).patch(self.depth.style(look)),
            tone => self.named(palette::tone(tone)),
        }
    }

    /// The look of the text between what is recognised, in a line that says it is of this level, of which a
    /// highlight rule may say how all of it looks.
    pub fn line(&self, level: Option<Level>, rule: Option<u16>) -> Style {
        let ground = self.named(level.map_or(Name::Text, palette::tint));
        rule.map_or(ground, |rule| ground.patch(self.rule(rule)))
    }

    /// The look of a stretch of such a line.
    pub fn stretch(&self, level: Option<Level>, rule: Option<u16>, class: Class) -> Style {
        let steps_back = matches!(class, Class::Time | Class::Key | Class::Punctuation);
        let ground = self.line(level, None);
        let style = match class {
            Class::Rule(_) => return self.line(level, rule).patch(self.class(class)),
            // What steps back elsewhere carries the colour of an error: dim red is hard to read.
            _ if steps_back && level >= Some(Level::Error) => ground,
            // Of a warning it steps back as ever.
            _ if steps_back => {
                let fg = self.text().fg.unwrap_or(Color::Reset);
                ground.fg(fg).patch(self.class(class))
            }
            _ => ground.patch(self.class(class)),
        };
        rule.map_or(style, |rule| style.patch(self.rule(rule)))
    }

    /// What all cells of a row begin with, before its stretches are laid over it.
    pub(super) fn ground(&self, row: &LineRow) -> Style {
        let mut ground = match row {
            LineRow { selected: true, .. } => self.selection(),
            LineRow { dim: true, .. } => self.context(),
            row => self.line(row.tint, row.rule),
        };
        if row.current {
            ground = ground.add_modifier(Modifier::BOLD);
        }
        ground
    }

    /// The look of a stretch within a row: lines in the selection and context keep to one look, in which
    /// only hits stand out.
    pub(super) fn span(&self, row: &LineRow, class: Class) -> Style {
        match class {
            Class::Hit => {
                let hit = self.alone(if row.current { Name::CurrentHit } else { Name::Hit });
                if row.selected && self.depth == Depth::None {
                    // The selection is reversed already: the hit is what is not.
                    return hit.remove_modifier(Modifier::REVERSED);
                }
                self.text().remove_modifier(Modifier::DIM | Modifier::REVERSED).patch(hit)
            }
            _ if row.selected || row.dim => self.ground(row),
            _ if row.current => self.stretch(row.tint, row.rule, class).add_modifier(Modifier::BOLD),
            _ => self.stretch(row.tint, row.rule, class),
        }
    }

    fn selection(&self) -> Style {
        self.tone(Tone::Selected)
    }

    /// Context is dim without colours: there is nothing else that sets it back.
    fn context(&self) -> Style {
        match self.depth {
            Depth::None => Style::default().add_modifier(Modifier::DIM),
            _ => self.named(Name::Context),
        }
    }

    /// The frame of a popup, which has the focus.
    pub(super) fn frame(&self) -> Style {
        self.title_rule(true)
    }

    /// The line numbers and marks before a line's text.
    pub(super) fn gutter(&self, row: &LineRow) -> Style {
        if row.selected { self.selection() } else { self.tone(Tone::Faint) }
    }

    /// The name of a source before a line's text.
    pub(super) fn source(&self, row: &LineRow, shade: Shade) -> Style {
        if row.selected { self.selection() } else { self.source_name(shade) }
    }

    /// The name of one of several sources.
    pub fn source_name(&self, shade: Shade) -> Style {
        let number = match shade {
            Shade::Number(number) => number,
            Shade::Own(look) => return self.text().patch(self.depth.style(look)),
        };
        let names = palette::SOURCES;
        let style = self.named(names[number % names.len()]);
        if number / names.len() % 2 == 1 { style.add_modifier(Modifier::BOLD) } else { style }
    }

    /// The time before a line's text.
    pub(super) fn time(&self, row: &LineRow, tone: Tone) -> Style {
        if row.selected { self.selection() } else { self.tone(tone) }
    }

    /// The rule a pane's title is set into, and the lines between panes.
    pub(super) fn title_rule(&self, focused: bool) -> Style {
        self.named(if focused { Name::FocusedBorder } else { Name::Border })
    }

    /// The scrollbar's thumb.
    pub(super) fn thumb(&self) -> Style {
        self.named(Name::Border)
    }

    /// A hit beside the scrollbar.
    pub(super) fn tick(&self) -> Style {
        self.tone(Tone::Note)
    }

    /// The log's own colours. Where they would hide the text, the background goes.
    fn sgr(&self, sgr: Sgr) -> Style {
        let mut style =
            Style { fg: sgr.fg.map(color::of_span), bg: sgr.bg.map(color::of_span), ..Style::default() };
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
        // Nor may it be of the colour of our own ground.
        let hidden = |ground| style.fg.map(color::shade) == Some(color::shade(ground));
        if style.bg.is_none() && self.text().bg.is_some_and(hidden) {
            style.fg = self.text().fg;
        }
        style
    }
}
