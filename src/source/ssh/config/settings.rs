//! What was said for one host, by keyword: printed by `ssh -G`, or read by ourselves. Not interpreted yet.

use std::collections::BTreeMap;

use super::line::Place;

/// What is said for one host.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    said: BTreeMap<String, Vec<Said>>,
}

/// One saying of a keyword.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The words behind it; one for what is the rest of a line.
    pub words: Vec<String>,
    /// Where it was said, when we read it ourselves.
    pub place: Option<Place>,
}

impl Said {
    /// Its words as one text.
    pub fn text(&self) -> String {
        self.words.join(" ")
    }
}

impl Settings {
    /// Remembers another saying of a keyword.
    pub fn add(&mut self, keyword: &str, said: Said) {
        self.said.entry(keyword.to_owned()).or_default().push(said);
    }

    /// Remembers a saying unless the keyword was said already.
    pub fn add_first(&mut self, keyword: &str, said: Said) {
        if self.first(keyword).is_none() {
            self.add(keyword, said);
        }
    }

    /// Says something in place of all that was said of the keyword.
    pub fn replace(&mut self, keyword: &str, text: &str) {
        self.said.insert(keyword.to_owned(), vec![Said { words: vec![text.to_owned()], place: None }]);
    }

    /// What counts, where only the first does.
    pub fn first(&self, keyword: &str) -> Option<&Said> {
        self.all(keyword).first()
    }

    /// The first saying as one text.
    pub fn text(&self, keyword: &str) -> Option<String> {
        self.first(keyword).map(Said::text)
    }

    /// All sayings, in order.
    pub fn all(&self, keyword: &str) -> &[Said] {
        self.said.get(keyword).map(Vec::as_slice).unwrap_or_default()
    }

    /// All that was said.
    pub fn keywords(&self) -> impl Iterator<Item = (&str, &[Said])> {
        self.said.iter().map(|(keyword, said)| (keyword.as_str(), said.as_slice()))
    }
}
