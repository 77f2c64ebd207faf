//! Lines in colour, without a screen.

use ratatui::style::Style;

use crate::app::screen::Shade;
use crate::core::highlight::{self, Choice, Rules};
use crate::core::read::Reading;
use crate::core::span::Level;
use crate::core::text::{TextOptions, show};
use crate::runtime::backend::pen::Pen;
use crate::ui::theme::Theme;

/// Bytes of a line in which things are recognised; behind them a line is data, not prose.
const RECOGNISED: usize = 16 << 10;

/// How lines are coloured.
pub struct Paint {
    /// What things look like.
    pub theme: Theme,
    /// The user's own rules.
    pub rules: Rules,
    /// Show the log's own colours.
    pub sgr: bool,
}

impl Paint {
    /// Appends a line as the screen shows it, with the highlight rules that are for its source.
    pub fn line(&self, line: &[u8], reading: &Reading, choice: &Choice, out: &mut Vec<u8>) {
        let shown = show(line, TextOptions { tab: 8, sgr: self.sgr, limit: usize::MAX });
        let head = &shown.text[..shown.text.floor_char_boundary(RECOGNISED)];
        let (known, level) = highlight::read(head);
        let marks = self.rules.marks(&shown.text, choice);
        // Where it is in no format its words say how serious it is.
        let said = reading.read(line);
        let level = if said.format.is_empty() { level } else { said.level };
        let tint = level.filter(|level| *level >= Level::Warn);
        let ground = self.theme.line(tint, marks.line);
        let mut pen = Pen::default();
        let mut at = 0;
        for span in highlight::merge(&[&known, &shown.spans, &marks.spans]) {
            put(&mut pen, ground, &shown.text[at..span.range.start], out);
            let style = self.theme.stretch(tint, marks.line, span.class);
            put(&mut pen, style, &shown.text[span.range.clone()], out);
            at = span.range.end;
        }
        put(&mut pen, ground, &shown.text[at..], out);
        pen.change(Pen::default(), out);
    }

    /// A source's name before its lines.
    pub fn name(&self, shade: Shade, text: &str) -> String {
        let mut out = Vec::new();
        let mut pen = Pen::default();
        put(&mut pen, self.theme.source_name(shade), text, &mut out);
        pen.change(Pen::default(), &mut out);
        String::from_utf8_lossy(&out).into_owned()
    }
}

fn put(pen: &mut Pen, style: Style, text: &str, out: &mut Vec<u8>) {
    if !text.is_empty() {
        let wanted = Pen::from(style);
        pen.change(wanted, out);
        *pen = wanted;
        out.extend_from_slice(text.as_bytes());
    }
}
