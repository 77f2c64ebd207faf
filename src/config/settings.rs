//! What can be set, as the app and the runtime read it.

use std::sync::Arc;

use super::filters::SourceFilter;
use super::formats::OwnFormat;
use super::highlights::{self, Highlight};
use super::themes::{self, Looks, Themes};
use crate::core::glob;
use crate::core::highlight::Choice;
use crate::core::query::Query;
use crate::core::read::Format;

/// How much of the screen is ours and not the log's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Chrome {
    /// Log lines only.
    None,
    /// Titles.
    Min,
    /// Titles, scrollbars, and the hints in the last row.
    #[default]
    Full,
}

/// How panes are laid out at first, and by `Ctrl-W Space` in turn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LayoutKind {
    /// As many columns as rows, or nearly.
    #[default]
    Grid,
    /// One below the other.
    Rows,
    /// Side by side.
    Columns,
    /// A large one on the left, the rest stacked beside it.
    Main,
}

/// The format in which the lines of some sources are read, whatever they look like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormatRule {
    /// Of which sources: a name with `*` and `?`, for the last part of a source's name or, with a `/` or `:` in it,
    /// for all of it. `None` is all of them.
    pub sources: Option<String>,
    /// What the format is called.
    pub name: String,
}

/// Everything that can be set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// How much chrome.
    pub chrome: Chrome,
    /// The first layout.
    pub layout: LayoutKind,
    /// Whether the mouse is ours.
    pub mouse: bool,
    /// Show colours that are already in the log.
    pub sgr: bool,
    /// Show the keys that matter now in the last row (only with [`Chrome::Full`]).
    pub hints: bool,
    /// Show in a pane's title how many lines came in the last seconds.
    pub sparkline: bool,
    /// The user's own highlight rules.
    pub highlights: Vec<Highlight>,
    /// The theme in use.
    pub theme: String,
    /// All themes there are.
    pub themes: Themes,
    /// Lines shown around a kept line at first.
    pub context: usize,
    /// A filter keeps and drops single lines at first, not whole records.
    pub by_line: bool,
    /// Formats that are not to be found but chosen; of several for one source the last counts.
    pub formats: Vec<FormatRule>,
    /// Formats of the user's own; they are tried before all that are known.
    pub own_formats: Vec<OwnFormat>,
    /// Filters that panes begin with.
    pub filters: Vec<SourceFilter>,
}

impl Settings {
    /// What the panes of a source keep at first, in the order it was said.
    pub fn filters_of(&self, source: &str) -> impl Iterator<Item = &Query> {
        let fits = move |filter: &&SourceFilter| any_names(&filter.sources, source);
        self.filters.iter().filter(fits).map(|filter| &filter.query)
    }

    /// Which highlight rules are for a source: those that name it, and those that are for all.
    pub fn highlights_of(&self, source: &str) -> Choice {
        if self.highlights.iter().all(|rule| rule.sources.is_empty()) {
            return Choice::All;
        }
        Choice::Some(self.highlights.iter().map(|rule| any_names(&rule.sources, source)).collect())
    }

    /// How everything looks, highlight rules too.
    pub fn looks(&self) -> Looks {
        self.themes.looks(&self.theme, &highlights::styles(&self.highlights))
    }

    /// Whether there is the theme, and all styles that highlight rules name.
    ///
    /// # Errors
    /// A sentence, with the place of a style.
    pub fn check_looks(&self) -> Result<(), String> {
        self.themes.check(&self.theme)?;
        let check = |words: &str| self.themes.check_words(words);
        self.highlights.iter().try_for_each(|highlight| highlight.check(check))
    }

    /// The format that was chosen for a source.
    pub fn format_of(&self, source: &str) -> Option<&str> {
        self.formats.iter().rev().find(|rule| rule.fits(source)).map(|rule| rule.name.as_str())
    }

    /// The user's own formats for a source; the one that was chosen for it is among them whatever it is for.
    pub fn own_formats_of(&self, source: &str) -> Vec<Arc<Format>> {
        let chosen = self.format_of(source);
        let fits = |own: &&OwnFormat| any_names(&own.sources, source) || chosen == Some(&*own.format.name);
        self.own_formats.iter().filter(fits).map(|own| Arc::clone(&own.format)).collect()
    }
}

impl FormatRule {
    fn fits(&self, source: &str) -> bool {
        self.sources.as_ref().is_none_or(|pattern| names(pattern, source))
    }
}

/// Whether one of some patterns means a source; none of them mean all.
fn any_names(patterns: &[String], source: &str) -> bool {
    patterns.is_empty() || patterns.iter().any(|pattern| names(pattern, source))
}

/// Whether a pattern means a source: by the last part of its name or, with a `/` or `:` in it, by all of it.
fn names(pattern: &str, source: &str) -> bool {
    let last = || source.rsplit(['/', ':']).next().unwrap_or(source);
    glob::matches(pattern, source) || (!pattern.contains(['/', ':']) && glob::matches(pattern, last()))
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            chrome: Chrome::default(),
            layout: LayoutKind::default(),
            mouse: false,
            sgr: true,
            hints: true,
            sparkline: true,
            highlights: Vec::new(),
            theme: themes::DEFAULT.to_owned(),
            themes: Themes::default(),
            context: 0,
            by_line: false,
            formats: Vec::new(),
            own_formats: Vec::new(),
            filters: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_rule_that_fits_says_the_format() {
        let rule = |sources: Option<&str>, name: &str| FormatRule {
            sources: sources.map(str::to_owned),
            name: name.to_owned(),
        };
        let formats =
            vec![rule(None, "json"), rule(Some("*.log"), "log4j"), rule(Some("web*:/var/*"), "access")];
        let settings = Settings { formats, ..Settings::default() };
        assert_eq!(settings.format_of("stdin"), Some("json"));
        assert_eq!(settings.format_of("/var/log/app.log"), Some("log4j"));
        assert_eq!(settings.format_of("web1:/var/log/app.log"), Some("access"));
        assert_eq!(settings.format_of("db1:app.log"), Some("log4j"));
        assert_eq!(Settings::default().format_of("stdin"), None);
    }
}
