//! The words of a query: where they end, what is quoted, what an operator is. It knows nothing of their
//! meaning.

use std::ops::Range;

use super::error::QueryError;

/// Words that could be meant as operators, or are: they must be quoted to be looked for.
pub(super) const RESERVED: [&str; 7] = ["and", "or", "not", "AND", "OR", "NOT", "since"];
/// Fields that are no fields of the line but what was understood of it; in quotes they are fields.
pub(super) const OWN: [&str; 2] = ["level", "time"];

/// An operator, as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sign {
    Op(super::ast::Op),
    Like,
}

/// A place in a query, in characters.
pub(super) struct Scan {
    chars: Vec<char>,
    pub at: usize,
}

impl Scan {
    pub fn new(text: &str) -> Scan {
        Scan { chars: text.chars().collect(), at: 0 }
    }

    pub fn len(&self) -> usize {
        self.chars.len()
    }

    pub fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn peek_second(&self) -> Option<char> {
        self.chars.get(self.at + 1).copied()
    }

    pub fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += 1;
        Some(c)
    }

    pub fn spaces(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
    }

    /// The text between two places.
    pub fn text(&self, range: Range<usize>) -> String {
        self.chars[range].iter().collect()
    }

    /// A word that is no value; it ends at what means something else.
    pub fn word(&mut self) -> String {
        self.take_while(|c, next| !ends_word(c, next))
    }

    /// A word behind an operator, which only ends where a query goes on.
    pub fn value(&mut self) -> String {
        self.take_while(|c, _| !ends_value(c))
    }

    fn take_while(&mut self, goes_on: impl Fn(char, Option<char>) -> bool) -> String {
        let start = self.at;
        while self.peek().is_some_and(|c| goes_on(c, self.peek_second())) {
            self.at += 1;
        }
        self.text(start..self.at)
    }

    /// The text of the quotes that begin here: `\"` is a quote, `\\` a backslash, and any other backslash
    /// stands for itself.
    pub fn quoted(&mut self) -> Result<String, QueryError> {
        let start = self.at;
        self.at += 1;
        let mut text = String::new();
        while let Some(c) = self.next() {
            match c {
                '"' => return Ok(text),
                '\\' if matches!(self.peek(), Some('"' | '\\')) => text.extend(self.next()),
                c => text.push(c),
            }
        }
        Err(QueryError::new(
            start..self.len(),
            "this quote is not closed; write another \" at its end, or \\\" for the character itself in quotes",
        ))
    }

    /// The source of the regex that begins here: `\/` is a slash, all else is left to the regex.
    pub fn regex(&mut self) -> Result<String, QueryError> {
        let start = self.at;
        self.at += 1;
        let mut source = String::new();
        while let Some(c) = self.next() {
            match c {
                '/' => return Ok(source),
                '\\' => match self.next() {
                    Some('/') => source.push('/'),
                    next => {
                        source.push('\\');
                        source.extend(next);
                    }
                },
                c => source.push(c),
            }
        }
        Err(QueryError::new(
            start..self.len(),
            "this regex is not closed; write another / at its end, or put text that begins with / in quotes",
        ))
    }

    /// The operator that stands here, perhaps behind spaces; those are passed over if it does.
    pub fn sign(&mut self) -> Result<Option<Sign>, QueryError> {
        use super::ast::Op;
        let before = self.at;
        self.spaces();
        let start = self.at;
        while self.peek().is_some_and(is_sign) && self.at < start + 2 {
            self.at += 1;
        }
        let written = self.text(start..self.at);
        let sign = match &written[..] {
            "=" => Sign::Op(Op::Is),
            "!=" => Sign::Op(Op::IsNot),
            "<" => Sign::Op(Op::Less),
            "<=" => Sign::Op(Op::AtMost),
            ">" => Sign::Op(Op::More),
            ">=" => Sign::Op(Op::AtLeast),
            "~" => Sign::Like,
            _ if written.is_empty() || written.starts_with('!') && written != "!~" => {
                self.at = before;
                return Ok(None);
            }
            wrong => {
                let advice = match wrong {
                    "==" => "write = for that",
                    "=~" | "~=" | "~~" => "write ~ for a regex",
                    "!~" => "write !field~regex, with the ! in front of the field",
                    "=>" => "write >= for that",
                    "=<" => "write <= for that",
                    "<>" | "=!" => "write != for that",
                    _ => "the operators are = != ~ < <= > >=; put a value that begins so in quotes",
                };
                return Err(QueryError::new(
                    start..self.at,
                    format!("there is no operator {wrong}; {advice}"),
                ));
            }
        };
        Ok(Some(sign))
    }
}

fn is_sign(c: char) -> bool {
    matches!(c, '=' | '~' | '<' | '>' | '!')
}

/// Whether `c` begins an operator, given what follows it.
pub(super) fn begins_sign(c: char, next: Option<char>) -> bool {
    matches!(c, '=' | '~' | '<' | '>') || c == '!' && matches!(next, Some('=' | '~'))
}

fn ends_value(c: char) -> bool {
    c.is_whitespace() || matches!(c, '(' | ')' | '|' | '"')
}

fn ends_word(c: char, next: Option<char>) -> bool {
    ends_value(c) || begins_sign(c, next)
}

/// Whether `text` means itself where an operand stands.
pub(super) fn is_bare_word(text: &str) -> bool {
    let mut next = text.chars().skip(1);
    !text.is_empty()
        && !text.starts_with(['/', '!', '\''])
        && !RESERVED.contains(&text)
        && !is_and(text)
        && !text.chars().any(|c| ends_word(c, next.next()))
}

/// Whether `text` means itself behind an operator.
pub(super) fn is_bare_value(text: &str) -> bool {
    !text.is_empty() && !text.starts_with(['\'', '=', '~', '<', '>', '!']) && !text.chars().any(ends_value)
}

/// Whether `text` means a field without quotes.
pub(super) fn is_bare_name(text: &str) -> bool {
    is_name(text) && !RESERVED.contains(&text) && !OWN.contains(&text)
}

/// Whether `text` is of the letters that names of fields have.
pub(super) fn is_name(text: &str) -> bool {
    let inner = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '@' | '$' | '[' | ']' | '#');
    !text.is_empty() && text.chars().all(inner)
}

/// Whether `text` is how others write "and".
pub(super) fn is_and(text: &str) -> bool {
    text == "&" || text == "&&"
}
