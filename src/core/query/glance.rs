//! A look at a line's text that tells, without reading the line, that a comparison of a field fails.
//!
//! Only where a source names its fields ([`Reader::names`](super::Reader::names)): then the name stands in
//! the line, and the value right behind it. That the glance finds both says nothing yet; the name may stand
//! in a sentence.

use memchr::memchr_iter;
use memchr::memmem::Finder;

use super::field::Test;
use crate::core::pattern::Text;

/// Bytes that may stand between a name and its value.
const BETWEEN: &[u8] = b" \t\"'\\:=";
/// Bytes of a value that are looked at as an amount.
const LONGEST: usize = 60;

/// Where a comparison's field may be, and what its value may begin with.
#[derive(Clone, Debug)]
pub(super) struct Glance {
    /// Looks for the last part of the name.
    name: Finder<'static>,
    begin: Begin,
}

/// What a value must begin with.
#[derive(Clone, Debug)]
enum Begin {
    Anything,
    /// This text of ASCII.
    Text {
        text: String,
        caseless: bool,
    },
    /// An amount for which the test holds.
    Amount(Box<Test>),
}

impl Glance {
    /// `None` when the name may be spelled otherwise in a line.
    pub fn of(name: &str, test: &Test) -> Option<Glance> {
        let last = name.rsplit('.').next().unwrap_or(name);
        // A number is the place in a list, which nobody writes down.
        let is_place = last.bytes().all(|b| b.is_ascii_digit());
        let spelled = !is_place && last.chars().all(is_safe);
        spelled.then(|| Glance { name: Finder::new(last).into_owned(), begin: Begin::of(test) })
    }

    /// Bytes of the name.
    pub fn weight(&self) -> usize {
        self.name.needle().len()
    }

    /// Bytes of the name that is looked for.
    pub fn name(&self) -> &[u8] {
        self.name.needle()
    }

    /// False when the comparison fails for sure.
    pub fn may_hold(&self, line: &[u8]) -> bool {
        self.find(line, 0).is_some() || next_escape(line, 0).is_some()
    }

    /// A byte of the first line at or behind `from` for which the comparison may hold, of those without
    /// escapes.
    pub fn next(&self, text: &Text<'_>, from: usize) -> Option<usize> {
        self.find(text.lines, from)
    }

    fn find(&self, lines: &[u8], from: usize) -> Option<usize> {
        // A name may overlap with itself (`aaa`), and then the value stands behind the last.
        let mut at = from;
        loop {
            at += self.name.find(lines.get(at..)?)?;
            if self.begin.may_be(&lines[at + self.weight()..]) {
                return Some(at);
            }
            at += 1;
        }
    }
}

impl Begin {
    fn of(test: &Test) -> Begin {
        match test {
            Test::Same { text, caseless } if is_plain(text) => {
                Begin::Text { text: text.clone(), caseless: *caseless }
            }
            Test::Equal { .. } | Test::Order { .. } => Begin::Amount(Box::new(test.clone())),
            Test::Same { .. } | Test::Like(_) | Test::Other(_) => Begin::Anything,
        }
    }

    /// Whether what stands behind a name may be a value that begins so.
    fn may_be(&self, behind: &[u8]) -> bool {
        let gap = behind.iter().take_while(|b| BETWEEN.contains(b)).count();
        let value = &behind[gap..];
        match self {
            Begin::Anything => true,
            Begin::Text { text, caseless } => match value.get(..text.len()) {
                Some(begin) if begin == text.as_bytes() => true,
                Some(begin) if *caseless && begin.eq_ignore_ascii_case(text.as_bytes()) => true,
                // A letter from outside of ASCII may be another case of one within.
                _ => *caseless && !value[..value.len().min(3 * text.len())].is_ascii(),
            },
            Begin::Amount(test) => {
                may_be_amount(value, behind[..gap].iter().any(|b| b"\"'".contains(b)), test)
            }
        }
    }
}

/// Whether a value begins with an amount for which the test may hold.
fn may_be_amount(value: &[u8], in_quotes: bool, test: &Test) -> bool {
    let inner = |b: &u8| b.is_ascii_alphanumeric() || !b.is_ascii() || b"+-.".contains(b);
    let length = value.iter().take(LONGEST).take_while(|b| inner(b)).count();
    if length == LONGEST || in_quotes && value.get(length) == Some(&b' ') {
        return true; // its end is not known
    }
    std::str::from_utf8(&value[..length]).map_or(true, |amount| test.holds(amount))
}

/// Whether a character of a name or value stands in the line as it is, or in an escape of [`next_escape`].
pub(super) fn is_safe(c: char) -> bool {
    !c.is_control() && !matches!(c, '"' | '\'' | '\\' | '/' | char::REPLACEMENT_CHARACTER)
}

/// Whether text can be looked for behind a name: its first letter would not be taken for what is between.
fn is_plain(text: &str) -> bool {
    text.is_ascii() && text.chars().all(is_safe) && text.bytes().next().is_some_and(|b| !BETWEEN.contains(&b))
}

/// How many bytes of `before` stand between a name and its value, with the sign and zeros in front of
/// digits if `of_number`.
pub(super) fn gap_before(before: &[u8], of_number: bool) -> usize {
    let back = |bytes: &[u8], among: &[u8]| bytes.iter().rev().take_while(|b| among.contains(b)).count();
    let zeros = if of_number { back(before, b"0+-") } else { 0 };
    zeros + back(&before[..before.len() - zeros], BETWEEN)
}

/// The next escape at or behind `from` that spells a character of any kind (`\u0061`, `\x61`, `\141`), or a tab: one
/// may stand before a value in a line that is wrapped in another.
pub(super) fn next_escape(lines: &[u8], from: usize) -> Option<usize> {
    let spells = |b: &u8| matches!(b, b'u' | b'U' | b'x' | b'X' | b't' | b'0'..=b'7');
    memchr_iter(b'\\', &lines[from..]).map(|at| from + at).find(|at| lines.get(at + 1).is_some_and(spells))
}
