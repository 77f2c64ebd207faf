//! What is wrong in a config, and where: mistakes are told in the order in which somebody goes through the files. Knows
//! neither settings nor how a value is asked for.

use std::fmt;

/// Something that is wrong: a sentence that begins with its place. They are ordered as the layers are, and within one as
/// they stand in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mistake {
    layer: usize,
    at: usize,
    sentence: String,
}

impl Mistake {
    /// One at a byte of a layer.
    pub fn new(layer: usize, at: usize, sentence: String) -> Mistake {
        Mistake { layer, at, sentence }
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

impl From<Mistake> for String {
    fn from(mistake: Mistake) -> String {
        mistake.sentence
    }
}

/// The sentences of mistakes in their order, each once: what is of the wrong kind is noticed by the table of settings
/// and by whoever reads it, in the same words.
pub fn told(mut mistakes: Vec<Mistake>) -> Vec<String> {
    mistakes.sort();
    mistakes.dedup();
    mistakes.into_iter().map(String::from).collect()
}

/// What was read, unless it is wrong, which is added to `wrong`.
pub fn taken<T>(read: Result<T, Mistake>, wrong: &mut Vec<Mistake>) -> Option<T> {
    read.map_err(|mistake| wrong.push(mistake)).ok()
}
