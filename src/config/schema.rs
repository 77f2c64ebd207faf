//! Every setting there is, in one table: what is checked, completed by editors (the JSON schema), named in the
//! environment and listed in the documentation is made of it. How a value is understood is known where it is read.

mod check;
mod json;
mod rows;

use std::ops::RangeInclusive;

use super::tree::Value;

pub use check::{check, check_of};
pub use json::json;
pub use rows::{CONNECTS, CONTEXT, FAR_SCROLLBACK, PRIORITIES, ROOT, SCROLLBACK};

/// A setting: its name, what it may be, and what it does.
pub struct Row {
    /// Its name.
    pub name: &'static str,
    /// What it may be.
    pub kind: Kind,
    /// What it does, in a line.
    pub doc: &'static str,
    /// What a table needs of which it is one, if anything.
    pub need: Option<Need>,
    /// The name beside which alone it can be said, if it is so, and what is wrong otherwise.
    pub beside: Option<(&'static str, &'static str)>,
}

/// What a table needs: something of those rows that need the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// One or several of them: what is missing where there is none.
    Some(&'static str),
    /// Just one of them: a sentence for none and for several.
    One(&'static str),
}

impl Row {
    /// The same as one that a table needs, or one of several with the same words.
    const fn needed(self, what: &'static str) -> Row {
        let Row { name, kind, doc, beside, .. } = self;
        Row { name, kind, doc, need: Some(Need::Some(what)), beside }
    }

    /// The same as one of several with the same words, of which a table needs just one.
    const fn one_of(self, sentence: &'static str) -> Row {
        let Row { name, kind, doc, beside, .. } = self;
        Row { name, kind, doc, need: Some(Need::One(sentence)), beside }
    }

    /// The same as one that can be said beside a name alone; what is wrong otherwise, behind its own name.
    const fn beside(self, other: &'static str, wrong: &'static str) -> Row {
        let Row { name, kind, doc, need, .. } = self;
        Row { name, kind, doc, need, beside: Some((other, wrong)) }
    }
}

/// What a list of settings may hold beside texts.
pub struct Items {
    /// What such a table is.
    pub name: &'static str,
    /// What the texts say.
    pub texts: &'static str,
    /// What the tables may say.
    pub rows: &'static [Row],
}

/// What names of the user's own may be.
pub struct Names {
    /// What they are.
    pub what: &'static str,
    /// Which there may be: a regular expression.
    pub are: &'static str,
}

/// Names of settings of the user's own.
pub(super) const fn small(what: &'static str) -> Names {
    Names { what, are: "^[a-z0-9-]+$" }
}

/// What a setting may be.
pub enum Kind {
    /// `true` or `false`.
    Switch,
    /// A whole number.
    Number(RangeInclusive<u64>),
    /// A number of bytes: `"64 MiB"`, or a number.
    Size(RangeInclusive<u64>),
    /// One of these.
    Word(&'static [&'static str]),
    /// A text that is not empty; what it says.
    Text(&'static str),
    /// The same, of which some are known.
    Named(&'static [&'static str], &'static str),
    /// A text that may be empty; what it says.
    Any(&'static str),
    /// A text that others read; what it says.
    Others(&'static str),
    /// A name, or a number; what it says.
    Called(&'static str),
    /// A list of texts; what each says.
    Texts(&'static str),
    /// A number with or without a unit: `500`, `"1.5s"`, `"20 MiB"`.
    Amount,
    /// A table of settings.
    Table(&'static [Row]),
    /// A table whose names are the user's own, each of one kind.
    Each(&'static Kind, Names),
    /// `[[name]]`: tables, one behind the other.
    Tables(&'static [Row]),
    /// A list of texts and of such tables, of so many at least.
    Mixed(&'static Items, usize),
    /// A list of which nothing is read.
    List,
}

pub(super) const fn row(name: &'static str, kind: Kind, doc: &'static str) -> Row {
    Row { name, kind, doc, need: None, beside: None }
}

/// A setting with the names that lead to it from the top of a file.
pub struct Setting {
    /// `["ssh", "connects"]`.
    pub path: Vec<&'static str>,
    /// What it is.
    pub row: &'static Row,
}

/// Every setting whose whole name is known: those that the environment and the command line can say.
pub fn settings() -> Vec<Setting> {
    let mut settings = Vec::new();
    for row in ROOT {
        match row.kind {
            Kind::Table(rows) => settings
                .extend(rows.iter().map(|inner| Setting { path: vec![row.name, inner.name], row: inner })),
            Kind::Each(..) | Kind::Tables(_) | Kind::Mixed(..) | Kind::List | Kind::Others(_) => {}
            _ => settings.push(Setting { path: vec![row.name], row }),
        }
    }
    settings
}

impl Kind {
    /// The value that a text says where nothing but texts can be written: in the environment. What is no such value stays
    /// a text, and is refused like one in a file.
    pub fn value_of(&self, text: &str) -> Value {
        match (self, text.to_ascii_lowercase().as_str()) {
            (Kind::Switch, "true" | "1" | "yes" | "on") => Value::Switch(true),
            (Kind::Switch, "false" | "0" | "no" | "off") => Value::Switch(false),
            (Kind::Number(_), _) => text.parse().map_or(Value::Text(text.to_owned()), Value::Whole),
            _ => Value::Text(text.to_owned()),
        }
    }

    /// What it may be, in words.
    pub fn words(&self) -> String {
        match self {
            Kind::Switch => "`true`, `false`".to_owned(),
            Kind::Number(allowed) => format!("{} to {}", allowed.start(), allowed.end()),
            Kind::Size(_) => "a size: `\"64 MiB\"`".to_owned(),
            Kind::Word(words) => {
                words.iter().map(|word| format!("`\"{word}\"`")).collect::<Vec<_>>().join(", ")
            }
            Kind::Text(what)
            | Kind::Named(_, what)
            | Kind::Any(what)
            | Kind::Others(what)
            | Kind::Called(what) => (*what).to_owned(),
            Kind::Texts(what) => format!("a list of {what}"),
            Kind::Amount => "a number, with or without a unit".to_owned(),
            Kind::Table(_) => "a table".to_owned(),
            Kind::Each(_, names) => format!("a table by {}", names.what),
            Kind::Tables(_) => "tables".to_owned(),
            Kind::Mixed(items, _) => format!("a list of {} and tables", items.texts),
            Kind::List => "a list".to_owned(),
        }
    }
}
