//! TOML whose mistakes are told with file, line and column. Knows no setting.

use std::ops::{Range, RangeInclusive};

use toml::Spanned;
use toml::de::{DeArray, DeInteger, DeTable, DeValue};

use crate::core::text::printable;

/// A file that was read.
pub struct Document<'a> {
    source: Source<'a>,
    table: Spanned<DeTable<'a>>,
}

/// A table in it.
pub struct Table<'a> {
    source: Source<'a>,
    table: &'a DeTable<'a>,
}

/// A name in a table and what is said of it.
pub struct Entry<'a> {
    source: Source<'a>,
    name: &'a str,
    named: Range<usize>,
    value: &'a Spanned<DeValue<'a>>,
}

#[derive(Clone, Copy)]
struct Source<'a> {
    /// What the file is called in messages.
    place: &'a str,
    text: &'a str,
}

impl Source<'_> {
    /// A sentence behind its place: `config.toml:3:7: …`; columns are counted in characters from 1.
    fn at(&self, at: usize, sentence: &str) -> String {
        let before = self.text.get(..at).unwrap_or(self.text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or(before).chars().count() + 1;
        format!("{}:{line}:{column}: {sentence}", self.place)
    }
}

impl<'a> Document<'a> {
    /// Reads a file; `place` is what messages call it.
    ///
    /// # Errors
    /// A sentence, when it is no TOML.
    pub fn parse(text: &'a str, place: &'a str) -> Result<Document<'a>, String> {
        let source = Source { place, text };
        match DeTable::parse(text) {
            Ok(table) => Ok(Document { source, table }),
            Err(error) => {
                let at = error.span().map_or(0, |span| span.start);
                let told = printable(&error.message().replace('\n', "; "));
                Err(source.at(at, &format!("this is no TOML: {told}")))
            }
        }
    }

    /// All of it.
    pub fn table(&self) -> Table<'_> {
        Table { source: self.source, table: self.table.get_ref() }
    }
}

impl<'a> Table<'a> {
    /// Its entries, in the order of the file.
    pub fn entries(&self) -> Vec<Entry<'a>> {
        let mut entries: Vec<Entry<'a>> = self
            .table
            .iter()
            .map(|(name, value)| Entry {
                source: self.source,
                name: name.get_ref(),
                named: name.span(),
                value,
            })
            .collect();
        entries.sort_by_key(|entry| entry.named.start);
        entries
    }
}

impl<'a> Entry<'a> {
    /// Its name.
    pub fn name(&self) -> &'a str {
        self.name
    }

    /// The sentence for a name that is none of those `known`.
    pub fn unknown(&self, known: &[&str]) -> String {
        let known_names = known.join(", ");
        let sentence = match nearest(self.name, known) {
            Some(near) => format!("nothing is called {}; did you mean {near}?", printable(self.name)),
            None => format!("nothing is called {}; there are {known_names}", printable(self.name)),
        };
        self.source.at(self.named.start, &sentence)
    }

    /// A table.
    ///
    /// # Errors
    /// A sentence with the place; so with all that follow.
    pub fn table(&self) -> Result<Table<'a>, String> {
        match self.value.get_ref() {
            DeValue::Table(table) => Ok(Table { source: self.source, table }),
            _ => Err(self.wanted("a table")),
        }
    }

    /// Tables of one name: `[[name]]`, each.
    pub fn tables(&self) -> Result<Vec<Table<'a>>, String> {
        let tables = |array: &'a DeArray<'a>| {
            let one = |value: &'a Spanned<DeValue<'a>>| {
                let table = value.get_ref().as_table()?;
                Some(Table { source: self.source, table })
            };
            array.iter().map(one).collect::<Option<Vec<_>>>()
        };
        let array = self.value.get_ref().as_array();
        array.and_then(tables).ok_or_else(|| self.wanted(&format!("[[{}]]", self.name)))
    }

    /// A text.
    pub fn text(&self) -> Result<&'a str, String> {
        self.value.get_ref().as_str().ok_or_else(|| self.wanted("a text"))
    }

    /// `true` or `false`.
    pub fn switch(&self) -> Result<bool, String> {
        self.value.get_ref().as_bool().ok_or_else(|| self.wanted("true or false"))
    }

    /// A text or a number, as text.
    pub fn scalar(&self) -> Option<String> {
        match self.value.get_ref() {
            DeValue::String(text) => Some(text.to_string()),
            DeValue::Integer(number) => Some(number.as_str().to_owned()),
            DeValue::Float(number) => Some(number.as_str().to_owned()),
            _ => None,
        }
    }

    /// A sentence about what is said of the name, with the place of that.
    pub fn wrong(&self, sentence: &str) -> String {
        self.source.at(self.value.span().start, &printable(sentence))
    }

    /// The same of a text, with the place of its character `at` (counted from 0), if the text is written out as it is.
    pub fn wrong_within(&self, at: usize, sentence: &str) -> String {
        let (span, text) = (self.value.span(), self.value.get_ref().as_str().unwrap_or_default());
        let written = self.source.text.get(span.clone()).and_then(|value| value.find(text));
        let ahead = text.char_indices().nth(at).map_or(text.len(), |(ahead, _)| ahead);
        let place = written.map_or(span.start, |start| span.start + start + ahead);
        self.source.at(place, &printable(sentence))
    }

    /// A list of texts.
    pub fn strings(&self) -> Result<Vec<String>, String> {
        let texts = |array: &DeArray| {
            let one = |value: &Spanned<DeValue>| value.get_ref().as_str().map(str::to_owned);
            array.iter().map(one).collect::<Option<Vec<String>>>()
        };
        self.value.get_ref().as_array().and_then(texts).ok_or_else(|| self.wanted("a list of texts"))
    }

    /// A whole number.
    pub fn number(&self, allowed: RangeInclusive<u64>) -> Result<u64, String> {
        let number = self.value.get_ref().as_integer().and_then(whole);
        let (low, high) = (allowed.start(), allowed.end());
        number
            .filter(|number| allowed.contains(number))
            .ok_or_else(|| self.wanted(&format!("a whole number from {low} to {high}")))
    }

    /// A number of bytes: `"64 MiB"`, or a number.
    pub fn size(&self, allowed: RangeInclusive<u64>) -> Result<u64, String> {
        let value = self.value.get_ref();
        let bytes = value.as_integer().and_then(whole).or_else(|| value.as_str().and_then(size));
        let (low, high) = (allowed.start() >> 20, allowed.end() >> 20);
        bytes
            .filter(|bytes| allowed.contains(bytes))
            .ok_or_else(|| self.wanted(&format!("a size like \"64 MiB\", from {low} MiB to {high} MiB,")))
    }

    /// One of some words.
    pub fn one_of<T: Copy>(&self, words: &[(&str, T)]) -> Result<T, String> {
        let said = self.value.get_ref().as_str();
        if let Some((_, value)) = said.and_then(|said| words.iter().find(|(word, _)| *word == said)) {
            return Ok(*value);
        }
        let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let near = said.and_then(|said| nearest(said, &known));
        let asked = near.map(|near| format!("; did you mean {near}?")).unwrap_or_default();
        Err(format!("{}{asked}", self.wanted(&known.join(" or "))))
    }

    fn wanted(&self, what: &str) -> String {
        let sentence = format!("{what} is wanted for {}", printable(self.name));
        self.source.at(self.value.span().start, &sentence)
    }
}

fn whole(number: &DeInteger) -> Option<u64> {
    u64::from_str_radix(number.as_str(), number.radix()).ok()
}

/// Reads `64 MiB`, `1.5GB`, `4096`.
fn size(text: &str) -> Option<u64> {
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let number: f64 = text[..digits].parse().ok()?;
    let unit = match text[digits..].trim_start() {
        "" | "B" => 1.0,
        "kB" => 1e3,
        "MB" => 1e6,
        "GB" => 1e9,
        "KiB" => 1024.0,
        "MiB" => 1024.0 * 1024.0,
        "GiB" => 1024.0 * 1024.0 * 1024.0,
        _ => return None,
    };
    Some((number * unit) as u64)
}

/// The known name that was perhaps meant: a third of its letters may be wrong.
fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let near = known.iter().map(|one| (distance(name, one), *one)).min()?;
    (near.0 * 3 <= near.1.chars().count()).then_some(near.1).or_else(|| {
        // Two letters exchanged are two wrong ones, and short words have few.
        let sorted = |word: &str| {
            let mut letters: Vec<char> = word.chars().collect();
            letters.sort_unstable();
            letters
        };
        known.iter().copied().find(|one| sorted(one) == sorted(name))
    })
}

/// Letters to be put in, taken out or exchanged to get from one word to another.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (n, c) in from.chars().enumerate() {
        let mut corner = row[0];
        row[0] = n + 1;
        for (m, d) in to.iter().enumerate() {
            let change = corner + usize::from(c != *d);
            corner = row[m + 1];
            row[m + 1] = change.min(corner + 1).min(row[m] + 1);
        }
    }
    row[to.len()]
}
