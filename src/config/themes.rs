//! Themes: what is shown by name, and how it looks. The shipped ones stand in `config/themes`, in the shape in
//! which config files have them:
//!
//! ```toml
//! [themes.mine]
//! base = "dark"                        # what is not said here looks as it does there
//! number = "bright-cyan"               # the names of `NAMES`
//! level-error = "bold white on red"
//!
//! [themes.mine.styles]                 # names of your own, for highlight rules
//! slow = "bold 208"
//! ```

use std::collections::BTreeMap;

use super::look::{Look, is_taken, look, look_by};
use super::schema::{Kind, Row, row};
use super::toml::{self, Entry, Table};
use super::tree::Place;
use crate::core::near::{listed, nearest};
use crate::core::text::printable;

macro_rules! names {
    ($($name:ident $word:literal $doc:literal,)*) => {
        /// What has a look.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Name {
            $(#[doc = $doc] $name,)*
        }

        /// Everything that has a look: what it is called in themes, and what it is.
        pub const NAMES: &[(Name, &str, &str)] = &[$((Name::$name, $word, $doc),)*];

        /// What a theme may say.
        pub const ROWS: &[Row] = &[
            row("base", Kind::Text("THEME"), "what is not said here looks as it does there; without it as in `terminal`"),
            row("styles", Kind::Each(&Kind::Text("STYLE"), "NAME"), "styles of your own, for highlight rules"),
            $(row($word, Kind::Text("STYLE"), $doc),)*
        ];
    };
}

names! {
    Text "text" "all text, and the ground",
    Time "time" "a date, a time of day",
    LevelTrace "level-trace" "a word for the level trace",
    LevelDebug "level-debug" "debug",
    LevelInfo "level-info" "info",
    LevelWarn "level-warn" "warn",
    LevelError "level-error" "error",
    LevelFatal "level-fatal" "fatal",
    Number "number" "a number",
    Unit "unit" "the unit behind a number",
    Ip "ip" "an IP address",
    Uuid "uuid" "a UUID",
    Hex "hex" "a hexadecimal number or digest",
    Url "url" "a URL",
    Path "path" "a path in a file system",
    Quoted "quoted" "text in quotes",
    Key "key" "the key of `key=value` or of JSON",
    Constant "constant" "`true`, `false`, `null`",
    Punctuation "punctuation" "the braces and commas of JSON",
    Method "method" "an HTTP method",
    Status1 "status-1xx" "an HTTP status from 100 on",
    Status2 "status-2xx" "from 200 on",
    Status3 "status-3xx" "from 300 on",
    Status4 "status-4xx" "from 400 on",
    Status5 "status-5xx" "from 500 on",
    Control "control" "a control made visible",
    LineWarn "line-warn" "the rest of a line that is a warning",
    LineError "line-error" "an error",
    LineFatal "line-fatal" "fatal",
    Context "context" "a line shown around those that are kept",
    Hit "hit" "a hit of the search",
    CurrentHit "current-hit" "the hit the search stands on",
    Selected "selected" "selected lines, and the selected row of a list",
    Focused "focused" "the name of the pane or tab that has the focus",
    Title "name" "the name of another",
    Good "good" "alive and well",
    Note "note" "something to know",
    Bad "bad" "something is wrong",
    Filter "filter" "the filter in effect",
    Match "match" "the letters that were typed, in a list",
    Off "off" "switched off",
    Faint "faint" "less important: line numbers, hints",
    Shortcut "shortcut" "a key to press",
    Border "border" "lines between panes, and the scrollbar",
    FocusedBorder "focused-border" "the title of the pane that has the focus, the frame of a popup",
    Source1 "source-1" "the name of a source before its lines, in turn",
    Source2 "source-2" "the second",
    Source3 "source-3" "the third",
    Source4 "source-4" "the fourth",
    Source5 "source-5" "the fifth",
}

/// The theme of who chose none.
pub const DEFAULT: &str = "terminal";

/// The themes that are shipped.
const SHIPPED: [(&str, &str); 6] = [
    (DEFAULT, include_str!("../../config/themes/terminal.toml")),
    ("dark", include_str!("../../config/themes/dark.toml")),
    ("light", include_str!("../../config/themes/light.toml")),
    ("ansi16", include_str!("../../config/themes/ansi16.toml")),
    ("contrast", include_str!("../../config/themes/contrast.toml")),
    ("colour-blind", include_str!("../../config/themes/colour-blind.toml")),
];

/// The names of the themes that are shipped.
pub fn shipped() -> impl Iterator<Item = &'static str> {
    SHIPPED.iter().map(|(name, _)| *name)
}

/// What a table says of a theme.
#[derive(Clone, Debug, Default)]
struct Declared {
    /// The theme it goes on from, and where that is said.
    base: Option<(String, Place)>,
    /// Looks by number in [`NAMES`].
    looks: BTreeMap<usize, Look>,
    /// Looks of names of the user's own.
    own: BTreeMap<String, Look>,
}

impl PartialEq for Declared {
    fn eq(&self, other: &Declared) -> bool {
        let base = |theme: &Declared| theme.base.as_ref().map(|(base, _)| base.clone());
        base(self) == base(other) && (&self.looks, &self.own) == (&other.looks, &other.own)
    }
}

impl Eq for Declared {}

/// Themes by name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Themes {
    themes: BTreeMap<String, Declared>,
}

/// How everything looks, as plain data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Looks {
    named: Vec<Look>,
    /// The looks of highlight rules by their number.
    pub rules: Vec<Look>,
}

impl Looks {
    /// The look of a name.
    pub fn named(&self, name: Name) -> Look {
        self.named.get(name as usize).copied().unwrap_or_default()
    }
}

impl Default for Looks {
    /// The default theme, without rules.
    fn default() -> Looks {
        Themes::default().looks(DEFAULT, &[])
    }
}

impl Default for Themes {
    /// The shipped ones.
    fn default() -> Themes {
        let mut themes = Themes { themes: BTreeMap::new() };
        for (name, text) in SHIPPED {
            // A test reads them all; what could not be read would look plain.
            let declared = toml::parse(text, name, 0).map(|file| {
                let mut declared = Declared::default();
                Table::of(&file).entries().iter().for_each(|entry| drop(declared.read(entry)));
                declared
            });
            themes.themes.insert(name.to_owned(), declared.unwrap_or_default());
        }
        themes
    }
}

/// Reads all themes of a config, behind those that are shipped; what is wrong is added to `wrong`, a sentence each.
pub fn read(config: &Table, wrong: &mut Vec<String>) -> Themes {
    let mut themes = Themes::default();
    if let Some(table) = config.get("themes").and_then(|entry| entry.table().ok()) {
        themes.add(&table, wrong);
    }
    themes
}

impl Themes {
    /// Adds the user's: one of a shipped one's name changes that. What is wrong is added to `wrong`.
    fn add(&mut self, themes: &Table, wrong: &mut Vec<String>) {
        for entry in themes.entries() {
            if !is_name(entry.name()) {
                wrong.push(entry.wrong("a theme is named in small letters, digits and -"));
                continue;
            }
            let declared = self.themes.entry(entry.name().to_owned()).or_default();
            // What is no table was told already.
            let said = entry.table().map(|table| table.entries()).unwrap_or_default();
            wrong.extend(said.iter().filter_map(|entry| declared.read(entry).err()));
        }
        let names: Vec<&str> = self.names().collect();
        wrong.extend(names.iter().filter_map(|name| self.check_base(name, &names)));
    }

    /// What is wrong with a theme's base; `names` are those of all themes.
    fn check_base(&self, name: &str, names: &[&str]) -> Option<String> {
        let (base, place) = self.themes.get(name)?.base.as_ref()?;
        if !self.has(base) {
            return Some(place.say(&no_theme(base, names)));
        }
        let round = self.chain(base).any(|theme| std::ptr::eq(theme, &self.themes[name]));
        round.then(|| place.say(&format!("the theme {} would go on from itself", printable(name))))
    }

    /// The names of all, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.themes.keys().map(String::as_str)
    }

    /// Whether there is a theme of a name.
    pub fn has(&self, name: &str) -> bool {
        self.themes.contains_key(name)
    }

    /// Whether there is one.
    ///
    /// # Errors
    /// A sentence that names those there are.
    pub fn check(&self, name: &str) -> Result<(), String> {
        let names: Vec<&str> = self.names().collect();
        if self.has(name) { Ok(()) } else { Err(no_theme(name, &names)) }
    }

    /// A theme, the one it goes on from, and so on.
    fn chain(&self, name: &str) -> impl Iterator<Item = &Declared> {
        let base = |theme: &&Declared| {
            let named = theme.base.as_ref().map_or(DEFAULT, |(base, _)| base);
            self.themes.get(named).filter(|base| !std::ptr::eq(*base, *theme))
        };
        std::iter::successors(self.themes.get(name), base).take(self.themes.len())
    }

    /// How all looks in a theme; `rules` are the words for the looks of highlight rules.
    pub fn looks(&self, theme: &str, rules: &[&str]) -> Looks {
        let chain: Vec<&Declared> = self.chain(theme).collect();
        let named = |at: usize| chain.iter().find_map(|theme| theme.looks.get(&at)).copied();
        let looks: Vec<Look> = (0..NAMES.len()).map(|at| named(at).unwrap_or_default()).collect();
        let by_name = |word: &str| {
            let own = chain.iter().find_map(|theme| theme.own.get(word)).copied();
            let known = || place(word).map(|at| looks[at]);
            // What only another theme knows is to be seen all the same.
            own.or_else(known).or_else(|| self.is_own(word).then(|| looks[Name::Note as usize]))
        };
        let rules = rules.iter().map(|words| look_by(words, &[], by_name).unwrap_or_default()).collect();
        Looks { named: looks, rules }
    }

    /// Whether words are a look in highlight rules.
    ///
    /// # Errors
    /// A sentence that names what may have been meant.
    pub fn check_words(&self, words: &str) -> Result<(), String> {
        let own = self.themes.values().flat_map(|theme| theme.own.keys().map(String::as_str));
        let known: Vec<&str> = NAMES.iter().map(|(_, word, _)| *word).chain(own).collect();
        let named = |word: &str| known.contains(&word).then(Look::default);
        look_by(words, &known, named).map(drop).map_err(|error| error.to_string())
    }

    fn is_own(&self, word: &str) -> bool {
        self.themes.values().any(|theme| theme.own.contains_key(word))
    }
}

impl Declared {
    /// Reads what is said of one name.
    fn read(&mut self, entry: &Entry<'_>) -> Result<(), String> {
        match (entry.name(), place(entry.name())) {
            ("base", _) => self.base = Some((entry.text()?.to_owned(), entry.node().place.clone())),
            ("styles", _) => {
                for style in entry.table()?.entries() {
                    let name = style.name();
                    if !is_name(name) || is_taken(name) || place(name).is_some() {
                        let sentence = "a style of your own is named in small letters, digits and -, and by no word \
                                        that means something already";
                        return Err(style.wrong(sentence));
                    }
                    self.own.insert(name.to_owned(), read_look(&style)?);
                }
            }
            (_, Some(at)) => _ = self.looks.insert(at, read_look(entry)?),
            // That there is nothing of this name was told already.
            _ => {}
        }
        Ok(())
    }
}

fn read_look(entry: &Entry<'_>) -> Result<Look, String> {
    look(entry.text()?).map_err(|error| entry.wrong(&error.to_string()))
}

fn place(word: &str) -> Option<usize> {
    NAMES.iter().position(|(_, name, _)| *name == word)
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

fn no_theme(name: &str, names: &[&str]) -> String {
    let near = nearest(name, names);
    let meant = near.map(|near| format!("did you mean {near}?"));
    let all = || format!("there are {}", listed(names));
    format!("no theme is called {}; {}", printable(name), meant.unwrap_or_else(all))
}

#[cfg(test)]
mod tests;
