//! What can be set, as the app and the runtime read it.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::tz::TimeZone;

use super::filters::SourceFilter;
use super::formats::{OwnFormat, read_zone};
use super::highlights::{self, Highlight, Words};
use super::keymap::PRESETS;
use super::logs::{LogRule, Logs};
use super::look::Look;
use super::mistake::Mistake;
use super::patterns::{any_means, means};
use super::schema::CONTEXT;
use super::sources::Sources;
use super::themes::{self, Looks, Themes};
use super::toml::{Entry, Table};
use super::workspace::{Kept, Origin, Workspace};
use crate::core::form::Way;
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

/// What the column of times tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Times {
    /// There is none.
    #[default]
    Off,
    /// The time of day.
    Clock,
    /// How long ago it was.
    Age,
    /// How much later than the line before.
    Delta,
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

/// Everything that can be set. What may be long is shared by those who hold a copy.
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
    pub highlights: Arc<[Highlight]>,
    /// The theme in use.
    pub theme: String,
    /// All themes there are.
    pub themes: Themes,
    /// Long lines go on in the next row.
    pub wrap: bool,
    /// Line numbers are shown.
    pub numbers: bool,
    /// In which form lines are shown at first.
    pub form: Way,
    /// What the column of times tells at first.
    pub times: Times,
    /// The zone in which times are shown, when it is not that of the wall.
    pub zone: Option<TimeZone>,
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
    /// Where lines come from.
    pub sources: Sources,
    /// The keys there are before the user's own: a preset.
    pub keymap: String,
    /// The last session with the same sources is taken up at the start.
    pub restore: bool,
    /// Sessions are remembered.
    pub sessions: bool,
    /// Which sources a workspace has, and how they stand on the screen.
    pub workspace: Arc<Workspace>,
    /// Where its file says each of these sources, in their order: `shop.toml:3:1`.
    pub places: Arc<[String]>,
    /// What the workspace's file says besides sources and tabs.
    pub kept: Arc<Kept>,
    /// What is said of sources by name; for each setting the first that fits counts.
    pub logs: Arc<Logs>,
    /// What the config says that this version does nothing of: a sentence each, with the place.
    pub unheeded: Vec<String>,
}

impl Settings {
    /// What is said of a source by its name.
    pub fn log(&self, source: &str) -> LogRule {
        let mut said = LogRule { pattern: source.to_owned(), ..LogRule::default() };
        self.logs.of(source).for_each(|rule| said.fill(rule));
        said
    }

    /// The filters with which the panes of a source begin, each under what it is known by when the config is read again:
    /// its name or, without one, its place among those without; what `[logs]` has is one.
    pub fn filters_of(&self, source: &str) -> Vec<(String, Vec<Query>)> {
        let fits = |filter: &&SourceFilter| any_means(&filter.sources, source);
        let mut nameless = 0;
        let known_by = |filter: &SourceFilter| match &filter.name {
            Some(name) => format!("name {name}"),
            None => {
                nameless += 1;
                format!("place {nameless}")
            }
        };
        let by: Vec<String> = self.filters.iter().map(known_by).collect();
        let filters = by.into_iter().zip(&self.filters).filter(|(_, filter)| fits(filter));
        let log = self.log(source).filters.map(|queries| ("logs".to_owned(), queries));
        filters.map(|(by, filter)| (by, vec![filter.query.clone()])).chain(log).collect()
    }

    /// Where a workspace says the source that is opened by this text, if it is one of a workspace's.
    pub fn place_of(&self, typed: &str) -> Option<&str> {
        let same = |origin: &Origin| self.workspace.opened(origin).typed() == typed;
        self.places.get(self.workspace.sources.iter().position(same)?).map(String::as_str)
    }

    /// Which highlight rules are for a source, by its name: those that name it, and those without sources. Of those
    /// the ones that have a name are for it only if `[logs]` picks them for it, where that picks any for it, and where
    /// not, if it picks them for no other.
    pub fn highlights_of(&self, source: &str) -> Choice {
        let picks: Vec<&Vec<String>> =
            self.logs.rules().iter().filter_map(|log| log.highlights.as_ref()).collect();
        if picks.is_empty() && self.highlights.iter().all(|rule| rule.sources.is_empty()) {
            return Choice::All;
        }
        let own = self.log(source).highlights;
        let picked: BTreeSet<&String> = picks.into_iter().flatten().collect();
        let fits = |rule: &Highlight| {
            let named = !rule.sources.is_empty() && any_means(&rule.sources, source);
            named
                || match (&rule.name, &own) {
                    (Some(name), Some(own)) => own.contains(name),
                    (Some(name), None) => rule.sources.is_empty() && !picked.contains(name),
                    (None, _) => rule.sources.is_empty(),
                }
        };
        Choice::Some(self.highlights.iter().map(fits).collect())
    }

    /// How everything looks, highlight rules too.
    pub fn looks(&self) -> Looks {
        self.looks_in(&self.theme)
    }

    /// The same in another theme.
    pub fn looks_in(&self, theme: &str) -> Looks {
        self.themes.looks(theme, &highlights::styles(&self.highlights))
    }

    /// How a style looks in the theme in use.
    pub fn look_of(&self, style: &Words) -> Look {
        self.themes.look(&self.theme, &style.words)
    }

    /// The format that was chosen for a source.
    pub fn format_of(&self, source: &str) -> Option<String> {
        self.chosen_format(source).map(str::to_owned).or_else(|| self.log(source).format)
    }

    /// The format that was chosen for a source, whatever the config says of it.
    pub fn chosen_format(&self, source: &str) -> Option<&str> {
        self.formats.iter().rev().find(|rule| rule.fits(source)).map(|rule| rule.name.as_str())
    }

    /// The user's own formats for a source; the one that was chosen for it is among them whatever it is for.
    pub fn own_formats_of(&self, source: &str) -> Vec<Arc<Format>> {
        let chosen = self.format_of(source);
        let fits = |own: &&OwnFormat| {
            any_means(&own.sources, source) || chosen.as_deref() == Some(&*own.format.name)
        };
        self.own_formats.iter().filter(fits).map(|own| Arc::clone(&own.format)).collect()
    }
}

impl FormatRule {
    fn fits(&self, source: &str) -> bool {
        self.sources.as_ref().is_none_or(|pattern| means(pattern, source))
    }
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
            highlights: Arc::default(),
            theme: themes::DEFAULT.to_owned(),
            themes: Themes::default(),
            wrap: false,
            numbers: false,
            form: Way::default(),
            times: Times::default(),
            zone: None,
            context: 0,
            by_line: false,
            formats: Vec::new(),
            own_formats: Vec::new(),
            filters: Vec::new(),
            sources: Sources::default(),
            keymap: "less".to_owned(),
            restore: false,
            sessions: true,
            workspace: Arc::default(),
            places: Arc::default(),
            kept: Arc::default(),
            logs: Arc::default(),
            unheeded: Vec::new(),
        }
    }
}

/// The words for layouts.
pub const LAYOUTS: [(&str, LayoutKind); 4] = [
    ("grid", LayoutKind::Grid),
    ("rows", LayoutKind::Rows),
    ("columns", LayoutKind::Columns),
    ("main", LayoutKind::Main),
];
/// The word for the zone of this machine.
pub const LOCAL: &str = "local";
/// The words for chrome.
pub const CHROMES: [(&str, Chrome); 3] =
    [("none", Chrome::None), ("min", Chrome::Min), ("full", Chrome::Full)];
/// The words for forms of lines.
pub const FORMS: [(&str, Way); 3] = [("line", Way::Line), ("pretty", Way::Pretty), ("raw", Way::Raw)];
/// The words for what the column of times tells.
pub const TIMES: [(&str, Times); 4] =
    [("off", Times::Off), ("clock", Times::Clock), ("age", Times::Age), ("delta", Times::Delta)];

/// Reads the settings that are single values; `zone` looks up zones by name. What is wrong is added to `wrong`.
pub fn read(config: &Table, zone: &dyn Fn(&str) -> Option<TimeZone>, wrong: &mut Vec<Mistake>) -> Settings {
    let mut settings = Settings::default();
    for entry in config.entries() {
        wrong.extend(settings.read(&entry, zone).err());
        settings.sources.read(&entry, wrong);
    }
    settings
}

impl Settings {
    fn read(&mut self, entry: &Entry, zone: &dyn Fn(&str) -> Option<TimeZone>) -> Result<(), Mistake> {
        match entry.name() {
            "keymap" => self.keymap = entry.one_of(&PRESETS.map(|(name, _)| (name, name)))?.to_owned(),
            "restore" => self.restore = entry.switch()?,
            "sessions" => self.sessions = entry.switch()?,
            "layout" => self.layout = entry.one_of(&LAYOUTS)?,
            "chrome" => self.chrome = entry.one_of(&CHROMES)?,
            "theme" => self.theme = entry.filled()?.to_owned(),
            "hints" => self.hints = entry.switch()?,
            "sparkline" => self.sparkline = entry.switch()?,
            "mouse" => self.mouse = entry.switch()?,
            "log-colors" => self.sgr = entry.switch()?,
            "wrap" => self.wrap = entry.switch()?,
            "numbers" => self.numbers = entry.switch()?,
            "form" => self.form = entry.one_of(&FORMS)?,
            "times" => self.times = entry.one_of(&TIMES)?,
            "zone" if entry.text().is_ok_and(|zone| zone == LOCAL) => self.zone = None,
            "zone" => self.zone = Some(read_zone(entry, zone)?),
            "context" => self.context = usize::try_from(entry.number(CONTEXT)?).unwrap_or(usize::MAX),
            "by-line" => self.by_line = entry.switch()?,
            _ => {}
        }
        Ok(())
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
        let of = |source| settings.format_of(source).unwrap();
        assert_eq!(of("stdin"), "json");
        assert_eq!(of("/var/log/app.log"), "log4j");
        assert_eq!(of("web1:/var/log/app.log"), "access");
        assert_eq!(of("db1:app.log"), "log4j");
        assert_eq!(Settings::default().format_of("stdin"), None);
    }
}
