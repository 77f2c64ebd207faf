//! What is wrong in the config: kept until it is mended, marked on the screen meanwhile, and listed. What an older
//! config said is in effect as long.

use super::App;
use super::fold::entry;
use super::info::thousands;
use super::layer::piece;
use super::reader::Reader;
use super::rows::counted;
use super::screen::{Piece, Tone};
use crate::core::text;

/// Sentences that are kept: somebody mends these first.
const MOST: usize = 200;

/// What is wrong in the config.
#[derive(Debug, Default)]
pub struct Mistakes {
    /// A sentence each, the first ones.
    told: Vec<String>,
    /// How many there are.
    count: usize,
    /// They were listed since they came.
    read: bool,
}

impl Mistakes {
    fn new(wrong: &[String]) -> Mistakes {
        let told = wrong.iter().take(MOST).cloned().collect();
        Mistakes { told, count: wrong.len(), read: false }
    }

    /// The first of them, for the last row.
    fn message(&self) -> Option<String> {
        let first = self.told.first()?;
        let more = match self.count {
            1 => String::new(),
            n => format!(" ({} more: :config lists them)", n - 1),
        };
        Some(format!("{first}{more}; the old settings stay"))
    }

    /// How much is wrong and who tells more, for a row of its own.
    pub(super) fn mark(&self) -> Option<String> {
        match self.count {
            0 => None,
            n => Some(format!("config: {} (see :config)", counted(n as u64, "mistake"))),
        }
    }

    /// The same in a word, for a place over a line of a log: that is left again once the list was read.
    pub(super) fn word(&self) -> Option<&'static str> {
        (self.count > 0 && !self.read).then_some(":config!")
    }
}

impl App {
    /// The config cannot be read any longer: what it said before stays in effect.
    pub(super) fn not_configured(&mut self, wrong: &[String]) {
        self.withdraw_mistakes();
        self.messages.unsay();
        self.mistakes = Mistakes::new(wrong);
        if let Some(sentence) = self.mistakes.message() {
            self.messages.error(sentence);
        }
    }

    /// Nothing is wrong any longer.
    pub(super) fn withdraw_mistakes(&mut self) {
        if let Some(sentence) = self.mistakes.message() {
            self.messages.withdraw(&sentence);
        }
        self.mistakes = Mistakes::default();
    }

    /// Lists what is wrong in the config, and what it says in vain.
    pub(super) fn list_mistakes(&mut self) {
        if self.mistakes.count == 0 && self.configured.unheeded.is_empty() {
            return self.messages.note("nothing is wrong in the config");
        }
        self.mistakes.read = true;
        self.open(Reader::mistakes());
    }
}

/// What the list is called.
pub fn title(app: &App) -> String {
    match app.mistakes.count {
        0 => "the config".to_owned(),
        n => format!("{} in the config", counted(n as u64, "mistake")),
    }
}

/// The list, every sentence whole.
pub fn rows(app: &App, width: usize) -> Vec<Vec<Piece>> {
    let Mistakes { told, count, .. } = &app.mistakes;
    let unheeded = &app.configured.unheeded;
    let sentences: Vec<String> = told.iter().chain(unheeded).map(|told| text::printable(told)).collect();
    let parts: Vec<(&str, &str)> = sentences.iter().map(|sentence| placed(sentence)).collect();
    let column = parts.iter().map(|(place, _)| text::width(place)).max().unwrap_or(0).min(width / 3);
    let row = |(place, what): &(&str, &str), tone| entry((place, Tone::Key), column, (what, tone), "", width);
    let note = |sentence: &str| entry(("", Tone::Plain), 0, (sentence, Tone::Faint), "", width);
    let (wrong, vain) = parts.split_at(told.len());
    let mut rows: Vec<Vec<Piece>> = wrong.iter().flat_map(|part| row(part, Tone::Plain)).collect();
    if *count > told.len() {
        rows.extend(note(&format!("… and {} more", thousands((count - told.len()) as u64))));
    }
    if *count > 0 {
        rows.extend(note("The old settings stay until this is mended."));
    }
    rows.extend(vain.iter().flat_map(|part| row(part, Tone::Note)));
    if rows.is_empty() {
        rows.push(vec![piece("nothing is wrong in the config", Tone::Plain)]);
    }
    rows
}

/// The place that a sentence begins with (`config.toml:3:7`), and the rest of it.
fn placed(sentence: &str) -> (&str, &str) {
    let is_number = |part: Option<&str>| part.is_some_and(|part| part.parse::<u64>().is_ok());
    for (at, _) in sentence.match_indices(": ") {
        let mut parts = sentence[..at].rsplit(':');
        if is_number(parts.next()) && is_number(parts.next()) {
            return (&sentence[..at], &sentence[at + 2..]);
        }
    }
    ("", sentence)
}

#[cfg(test)]
mod tests {
    use super::placed;

    #[test]
    fn a_place_ends_with_a_line_and_a_column() {
        assert_eq!(placed("a: b/c.toml:3:17: no: x"), ("a: b/c.toml:3:17", "no: x"));
        assert_eq!(placed("TAILPANE_CHROME: no"), ("", "TAILPANE_CHROME: no"));
        assert_eq!(placed("there is none: 1:2"), ("", "there is none: 1:2"));
    }
}
