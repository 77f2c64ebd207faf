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

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use super::look::{Look, is_taken, look, look_by};
use super::mistake::{Mistake, taken};
use super::schema::{Kind, Row, row, small};
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
            row("base", Kind::Named(&SHIPPED_NAMES, "THEME"), "what is not said here looks as it does there; without it as in `terminal`"),
            row("styles", Kind::Each(&Kind::Text("STYLE"), small("NAME")), "styles of your own, for highlight rules"),
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

/// What they are called.
pub const SHIPPED_NAMES: [&str; 6] = {
    let mut names = [DEFAULT; 6];
    let mut n = 0;
    while n < names.len() {
        names[n] = SHIPPED[n].0;
        n += 1;
    }
    names
};

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
        static SHIPPED_ONES: OnceLock<Themes> = OnceLock::new();
        SHIPPED_ONES.get_or_init(Themes::shipped).clone()
    }
}

impl Themes {
    fn shipped() -> Themes {
        let mut themes = Themes { themes: BTreeMap::new() };
        for (name, text) in SHIPPED {
            // A test reads them all; what could not be read would look plain.
            let declared = toml::parse(text, name, 0).map(|file| {
                let mut declared = Declared::default();
                Table::of(&file).entries().iter().for_each(|entry| declared.read(entry, &mut Vec::new()));
                declared
            });
            themes.themes.insert(name.to_owned(), declared.unwrap_or_default());
        }
        themes
    }
}

/// Reads all themes of a config, behind those that are shipped; what is wrong is added to `wrong`.
pub fn read(config: &Table, wrong: &mut Vec<Mistake>) -> Themes {
    let mut themes = Themes::default();
    if let Some(table) = config.get("themes").and_then(|entry| entry.table().ok()) {
        themes.add(&table, wrong);
    }
    themes
}

impl Themes {
    /// Adds the user's: one of a shipped one's name changes that. What is wrong is added to `wrong`.
    fn add(&mut self, themes: &Table, wrong: &mut Vec<Mistake>) {
        for entry in themes.entries() {
            if !is_name(entry.name()) {
                wrong.push(entry.misnamed("a theme is named in small letters, digits and -"));
                continue;
            }
            let declared = self.themes.entry(entry.name().to_owned()).or_default();
            // What is no table was told already.
            let said = entry.table().map(|table| table.entries()).unwrap_or_default();
            said.iter().for_each(|entry| declared.read(entry, wrong));
        }
        self.check_bases(themes, wrong);
    }

    /// Adds to `wrong` what is wrong with the bases that the user says. That those of the shipped themes are right is
    /// known, and where the user's lead them in a circle, one of the user's is a part of it.
    fn check_bases(&self, themes: &Table, wrong: &mut Vec<Mistake>) {
        let (round, names) = (self.round(), self.names().collect::<Vec<_>>());
        for entry in themes.entries() {
            let said = entry.table().ok().and_then(|table| table.get("base"));
            let base = self.themes.get(entry.name()).and_then(|theme| theme.base.as_ref());
            let (Some(_), Some((base, place))) = (said, base) else { continue };
            if !self.has(base) {
                wrong.push(place.say(&no_theme(base, &names)));
            } else if round.contains(entry.name()) {
                wrong.push(place.say(&format!("the theme {} would go on from itself", entry.name())));
            }
        }
    }

    /// The themes that would go on from themselves, each of which is walked through once.
    fn round(&self) -> BTreeSet<&str> {
        let (mut seen, mut round) = (BTreeSet::new(), BTreeSet::new());
        for name in self.names() {
            let mut walk: Vec<&str> = Vec::new();
            let mut at = Some(name);
            while let Some(name) = at.filter(|name| seen.insert(*name)) {
                walk.push(name);
                at = self.base_of(name);
            }
            // What it ends at was walked through before, or now: then it is a circle from there on.
            let begin = at.and_then(|at| walk.iter().position(|name| *name == at));
            round.extend(begin.map(|begin| &walk[begin..]).unwrap_or_default());
        }
        round
    }

    /// The name of the theme that one goes on from.
    fn base_of(&self, name: &str) -> Option<&str> {
        let base = match &self.themes.get(name)?.base {
            Some((base, _)) => base,
            None if name == DEFAULT => return None,
            None => DEFAULT,
        };
        self.themes.get_key_value(base).map(|(name, _)| name.as_str())
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
    fn chain<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Declared> {
        let names = std::iter::successors(Some(name), |name| self.base_of(name)).take(self.themes.len());
        names.filter_map(|name| self.themes.get(name))
    }

    /// How all looks in a theme; `rules` are the words for the looks of highlight rules.
    pub fn looks(&self, theme: &str, rules: &[&str]) -> Looks {
        let chain: Vec<&Declared> = self.chain(theme).collect();
        let named = |at: usize| chain.iter().find_map(|theme| theme.looks.get(&at)).copied();
        let looks: Vec<Look> = (0..NAMES.len()).map(|at| named(at).unwrap_or_default()).collect();
        let rules = rules.iter().map(|words| self.look_in(&chain, words)).collect();
        Looks { named: looks, rules }
    }

    /// How words look in a theme.
    pub fn look(&self, theme: &str, words: &str) -> Look {
        self.look_in(&self.chain(theme).collect::<Vec<_>>(), words)
    }

    fn look_in(&self, chain: &[&Declared], words: &str) -> Look {
        let named =
            |at: usize| chain.iter().find_map(|theme| theme.looks.get(&at)).copied().unwrap_or_default();
        let by_name = |word: &str| {
            let own = chain.iter().find_map(|theme| theme.own.get(word)).copied();
            // What only another theme knows is to be seen all the same.
            let elsewhere = || self.is_own(word).then(|| named(Name::Note as usize));
            own.or_else(|| place(word).map(named)).or_else(elsewhere)
        };
        look_by(words, &[], by_name).unwrap_or_default()
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
    /// Reads what is said of one name; what is wrong is added to `wrong`.
    fn read(&mut self, entry: &Entry<'_>, wrong: &mut Vec<Mistake>) {
        match (entry.name(), place(entry.name())) {
            ("base", _) => {
                let named = entry.text().map(|base| (base.to_owned(), entry.node().place.clone()));
                self.base = taken(named, wrong).or(self.base.take());
            }
            ("styles", _) => {
                for style in entry.table().map(|table| table.entries()).unwrap_or_default() {
                    wrong.extend(check_style(style.name()).map(|sentence| style.misnamed(sentence)));
                    // One that looks like nothing has its name all the same: rules that use it are not wrong too.
                    let look = taken(read_look(&style), wrong).unwrap_or_default();
                    self.own.insert(style.name().to_owned(), look);
                }
            }
            (_, Some(at)) => {
                if let Some(look) = taken(read_look(entry), wrong) {
                    self.looks.insert(at, look);
                }
            }
            // That there is nothing of this name was told already.
            _ => {}
        }
    }
}

/// What is wrong with the name of a style of the user's own.
fn check_style(name: &str) -> Option<&'static str> {
    let wrong = !is_name(name) || is_taken(name) || place(name).is_some();
    wrong.then_some(
        "a style of your own is named in small letters, digits and -, and by no word that means something already",
    )
}

fn read_look(entry: &Entry<'_>) -> Result<Look, Mistake> {
    look(entry.filled()?).map_err(|error| entry.wrong(&error.to_string()))
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
