//! TOML whose mistakes are told with file, line and column, and how its values are asked for. Knows no setting.

use std::ops::RangeInclusive;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::mistake::Mistake;
use super::tree::{Branch, Member, Node, Place, Source, Value};
use crate::core::highlight::When;
use crate::core::near::{listed, nearest};
use crate::core::text::printable;

/// A table.
#[derive(Clone, Copy)]
pub struct Table<'a> {
    branch: &'a Branch,
}

/// A name in a table and what is said of it.
#[derive(Clone, Copy)]
pub struct Entry<'a> {
    member: &'a Member,
}

/// Reads a file; `name` is what messages call it, and `layer` says what it is laid over.
///
/// # Errors
/// A sentence with the place, when it is no TOML.
pub fn parse(text: &str, name: &str, layer: usize) -> Result<Branch, Mistake> {
    let source = Arc::new(Source::new(name, text, true, layer));
    match DeTable::parse(text) {
        Ok(table) => Ok(branch(table.get_ref(), &source)),
        Err(error) => {
            let at = error.span().unwrap_or_default();
            let told = printable(&error.message().replace('\n', "; "));
            // Most of these are patterns.
            let escape = text.get(..at.start).is_some_and(|before| before.ends_with('\\'));
            let way_out = if escape { " (between '…' a \\ is only itself)" } else { "" };
            Err(Place { source, span: at }.say(&format!("this is no TOML{way_out}: {told}")))
        }
    }
}

/// A table in the order in which it is written.
fn branch(table: &DeTable, source: &Arc<Source>) -> Branch {
    let mut members: Vec<_> = table.iter().collect();
    members.sort_by_key(|(name, _)| name.span().start);
    let mut branch = Branch::default();
    for (name, value) in members {
        let named = Place { source: Arc::clone(source), span: name.span() };
        branch.push(Member { name: name.get_ref().to_string(), named, node: node(value, source) });
    }
    branch
}

fn node(value: &Spanned<DeValue>, source: &Arc<Source>) -> Node {
    let place = Place { source: Arc::clone(source), span: value.span() };
    let value = match value.get_ref() {
        DeValue::String(text) => Value::Text(text.to_string()),
        DeValue::Integer(number) => match u64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => Value::Whole(number),
            Err(_) => Value::Other(number.as_str().to_owned()),
        },
        DeValue::Float(number) => match number.as_str().parse() {
            Ok(number) => Value::Fraction(number),
            Err(_) => Value::Other(number.as_str().to_owned()),
        },
        DeValue::Boolean(on) => Value::Switch(*on),
        DeValue::Datetime(date) => Value::Other(date.to_string()),
        DeValue::Array(array) => Value::List(array.iter().map(|value| node(value, source)).collect()),
        DeValue::Table(table) => Value::Table(branch(table, source)),
    };
    Node { place, value }
}

impl<'a> Table<'a> {
    /// All that is said in a tree.
    pub fn of(branch: &'a Branch) -> Table<'a> {
        Table { branch }
    }

    /// Its entries, in the order in which they are written, those of earlier layers first.
    pub fn entries(&self) -> Vec<Entry<'a>> {
        self.branch.members().iter().map(|member| Entry { member }).collect()
    }

    /// The same, those of later layers first: where the first that fits counts.
    pub fn entries_by_weight(&self) -> Vec<Entry<'a>> {
        let mut entries = self.entries();
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.member.named.source.layer));
        entries
    }

    /// The entry of a name.
    pub fn get(&self, name: &str) -> Option<Entry<'a>> {
        self.branch.get(name).map(|member| Entry { member })
    }
}

impl<'a> Entry<'a> {
    /// Its name.
    pub fn name(&self) -> &'a str {
        &self.member.name
    }

    /// Where its name is written.
    pub fn named(&self) -> &'a Place {
        &self.member.named
    }

    /// What is said of it.
    pub fn node(&self) -> &'a Node {
        &self.member.node
    }

    /// The sentence for a name that is none of those `known`.
    pub fn unknown(&self, known: &[&str]) -> Mistake {
        let sentence = match nearest(self.name(), known) {
            Some(near) => format!("nothing is called {}; did you mean {near}?", printable(self.name())),
            None => format!("nothing is called {}; there are {}", printable(self.name()), listed(known)),
        };
        self.member.named.say(&sentence)
    }

    /// A sentence about the name, with its place.
    pub fn misnamed(&self, sentence: &str) -> Mistake {
        self.member.named.say(&printable(sentence))
    }

    /// A table.
    ///
    /// # Errors
    /// A sentence with the place; so with all that follow.
    pub fn table(&self) -> Result<Table<'a>, Mistake> {
        match &self.node().value {
            Value::Table(branch) => Ok(Table { branch }),
            _ => Err(self.wanted("a table")),
        }
    }

    /// Tables of one name: `[[name]]`, each.
    pub fn tables(&self) -> Result<Vec<Table<'a>>, Mistake> {
        let one = |node: &'a Node| match &node.value {
            Value::Table(branch) => Some(Table { branch }),
            _ => None,
        };
        let tables = self.list().and_then(|list| list.iter().map(one).collect());
        tables.ok_or_else(|| self.wanted(&format!("[[{}]]", self.name())))
    }

    fn list(&self) -> Option<&'a [Node]> {
        match &self.node().value {
            Value::List(list) => Some(list),
            _ => None,
        }
    }

    /// A text.
    pub fn text(&self) -> Result<&'a str, Mistake> {
        match &self.node().value {
            Value::Text(text) => Ok(text),
            _ => Err(self.wanted("a text")),
        }
    }

    /// A text of more than blanks.
    pub fn filled(&self) -> Result<&'a str, Mistake> {
        match self.text()? {
            text if text.trim().is_empty() => Err(self.wanted("a text that is not empty")),
            text => Ok(text),
        }
    }

    /// A name or a number, as it is written.
    pub fn called(&self) -> Result<String, Mistake> {
        match &self.node().value {
            Value::Text(text) => Ok(text.clone()),
            Value::Whole(number) => Ok(number.to_string()),
            _ => Err(self.wanted("a name or a number")),
        }
    }

    /// `true` or `false`.
    pub fn switch(&self) -> Result<bool, Mistake> {
        match self.node().value {
            Value::Switch(on) => Ok(on),
            _ => Err(self.wanted("true or false")),
        }
    }

    /// A sentence about what is said of the name, with the place of that.
    pub fn wrong(&self, sentence: &str) -> Mistake {
        self.node().place.say(&printable(sentence))
    }

    /// The same of a text, with the place of its character `at` (counted from 0), if the text is written out as it is.
    pub fn wrong_within(&self, at: usize, sentence: &str) -> Mistake {
        self.node().wrong_within(at, sentence)
    }

    /// A list of texts.
    pub fn strings(&self) -> Result<Vec<String>, Mistake> {
        let one = |node: &Node| match &node.value {
            Value::Text(text) => Some(text.clone()),
            _ => None,
        };
        let texts = self.list().and_then(|list| list.iter().map(one).collect());
        texts.ok_or_else(|| self.wanted("a list of texts"))
    }

    /// A list of names with `*` and `?`, of which none is empty.
    pub fn patterns(&self) -> Result<Vec<String>, Mistake> {
        let patterns = self.strings()?;
        let empty = patterns.iter().position(String::is_empty);
        match empty.and_then(|at| self.list()?.get(at)) {
            Some(empty) => Err(empty.place.say("a pattern is empty: it stands for no source")),
            None => Ok(patterns),
        }
    }

    /// What its name stands for: a name with `*` and `?`, which is not empty.
    pub fn pattern(&self) -> Result<&'a str, Mistake> {
        match self.name() {
            "" => Err(self.misnamed("a name is empty: it stands for nothing")),
            name => Ok(name),
        }
    }

    /// A whole number.
    pub fn number(&self, allowed: RangeInclusive<u64>) -> Result<u64, Mistake> {
        match self.node().value {
            Value::Whole(number) if allowed.contains(&number) => Ok(number),
            _ => {
                let (low, high) = (allowed.start(), allowed.end());
                Err(self.wanted(&format!("a whole number from {low} to {high}")))
            }
        }
    }

    /// A number of bytes: `"64 MiB"`, or a number.
    pub fn size(&self, allowed: RangeInclusive<u64>) -> Result<u64, Mistake> {
        let bytes = match &self.node().value {
            Value::Whole(number) => Some(*number),
            Value::Text(text) => size(text),
            _ => None,
        };
        let (low, high) = (allowed.start() >> 20, allowed.end() >> 20);
        bytes
            .filter(|bytes| allowed.contains(bytes))
            .ok_or_else(|| self.wanted(&format!("a size like \"64 MiB\", from {low} MiB to {high} MiB,")))
    }

    /// A number with or without a unit, as it is written: `500`, `"1.5s"`.
    pub fn amount(&self) -> Result<String, Mistake> {
        let amount = match &self.node().value {
            Value::Text(text) => Some(text.clone()),
            Value::Whole(number) => Some(number.to_string()),
            Value::Fraction(number) => Some(number.to_string()),
            Value::Other(number) => Some(number.clone()),
            _ => None,
        };
        let amount = amount.filter(|amount| When::is_limit(amount));
        amount.ok_or_else(|| self.wanted("a number like 500, \"1.5s\" or \"20 MiB\""))
    }

    /// One of some words.
    pub fn one_of<T: Copy>(&self, words: &[(&str, T)]) -> Result<T, Mistake> {
        let said = self.text().ok();
        if let Some((_, value)) = said.and_then(|said| words.iter().find(|(word, _)| *word == said)) {
            return Ok(*value);
        }
        let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let near = said.and_then(|said| nearest(said, &known));
        let asked = near.map(|near| format!("; did you mean {near}?")).unwrap_or_default();
        let sentence = format!("{} is wanted for {}{asked}", known.join(" or "), printable(self.name()));
        Err(self.node().place.say(&sentence))
    }

    /// The sentence for a value of another kind than is wanted.
    pub fn wanted(&self, what: &str) -> Mistake {
        self.node().place.say(&format!("{what} is wanted for {}", printable(self.name())))
    }
}

impl Node {
    /// A sentence about a text, with the place of its character `at` (counted from 0), if it is written out as it is.
    pub fn wrong_within(&self, at: usize, sentence: &str) -> Mistake {
        let Value::Text(text) = &self.value else { return self.place.say(&printable(sentence)) };
        let span = &self.place.span;
        let written = self.place.source.text.get(span.clone()).and_then(|value| value.find(text.as_str()));
        let ahead = text.char_indices().nth(at).map_or(text.len(), |(ahead, _)| ahead);
        let place = written.map_or(span.start, |start| span.start + start + ahead);
        self.place.say_at(place, &printable(sentence))
    }
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
