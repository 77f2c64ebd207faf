//! What stands in a cell, as a number that is compared at once.

use std::collections::HashMap;
use std::rc::Rc;

use crate::core::text::{columns, width};

/// A character; the second half of a wide one; or, beyond all characters, the place of a longer cluster
/// among [`Symbols`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Symbol(u32);

/// The number of the first cluster.
const CLUSTERS: u32 = char::MAX as u32 + 1;

impl Symbol {
    pub(super) const BLANK: Symbol = Symbol(' ' as u32);
    /// No character is this one: controls are blank.
    pub(super) const SECOND: Symbol = Symbol(0);

    /// The byte of printable ASCII.
    pub(super) fn ascii(self) -> Option<u8> {
        u8::try_from(self.0).ok().filter(|byte| matches!(byte, b' '..=b'~'))
    }

    /// The character, if it is one.
    pub(super) fn char(self) -> Option<char> {
        char::from_u32(self.0)
    }

    /// A number that differs between most symbols.
    pub(super) fn number(self) -> u32 {
        self.0
    }

    fn cluster(self) -> Option<usize> {
        self.0.checked_sub(CLUSTERS).map(|place| place as usize)
    }
}

/// Clusters of several characters that were seen, numbered.
#[derive(Clone, Debug, Default)]
pub(super) struct Symbols {
    clusters: Vec<Rc<str>>,
    places: HashMap<Rc<str>, u32>,
}

impl Symbols {
    /// How many clusters are remembered.
    pub(super) fn len(&self) -> usize {
        self.clusters.len()
    }

    /// The symbol for what a cell holds, and how many columns it takes.
    pub(super) fn of(&mut self, text: &str) -> (Symbol, usize) {
        if let [byte @ b' '..=b'~'] = text.as_bytes() {
            return (Symbol(u32::from(*byte)), 1);
        }
        let mut chars = text.chars();
        match (chars.next(), chars.next()) {
            (Some(char), None) if !char.is_control() => (Symbol(char as u32), columns(char)),
            (Some(_), Some(_)) => (self.cluster(text), width(text)),
            _ => (Symbol::BLANK, 1),
        }
    }

    fn cluster(&mut self, text: &str) -> Symbol {
        if let Some(place) = self.places.get(text) {
            return Symbol(*place);
        }
        let text: Rc<str> = text.into();
        let place = CLUSTERS + self.clusters.len() as u32;
        self.clusters.push(text.clone());
        self.places.insert(text, place);
        Symbol(place)
    }

    /// Appends what the terminal is sent for a symbol.
    pub(super) fn write(&self, symbol: Symbol, out: &mut Vec<u8>) {
        if let Some(byte) = symbol.ascii() {
            out.push(byte);
        } else if let Some(char) = symbol.char() {
            out.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes());
        } else if let Some(text) = symbol.cluster().and_then(|place| self.clusters.get(place)) {
            out.extend_from_slice(text.as_bytes());
        }
    }

    /// Forgets the clusters that are not among `used`, and numbers those anew.
    pub(super) fn keep<'a>(&mut self, used: impl Iterator<Item = &'a mut Symbol>) {
        let old = std::mem::take(self);
        for symbol in used {
            if let Some(text) = symbol.cluster().and_then(|place| old.clusters.get(place)) {
                *symbol = self.cluster(text);
            }
        }
    }
}
