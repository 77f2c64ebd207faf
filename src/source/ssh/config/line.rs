//! A line of an ssh config, taken apart as OpenSSH does it. Knows no keyword.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use crate::core::text::printable;

/// Where something was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub file: Arc<PathBuf>,
    /// Its line, from 1.
    pub line: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", printable(&self.file.to_string_lossy()), self.line)
    }
}

/// A line that says something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Where it stands.
    pub place: Place,
    /// Its first word, in lower case.
    pub keyword: String,
    /// What follows, as written.
    pub rest: String,
}

impl Line {
    /// Reads a line; `None` when it says nothing.
    pub fn read(text: &str, place: Place) -> Option<Line> {
        let text = text.trim_matches([' ', '\t', '\r', '\n', '\x0c']);
        if text.is_empty() || text.starts_with('#') {
            return None;
        }
        let end = text.find([' ', '\t', '=']).unwrap_or(text.len());
        let rest = text[end..].trim_start_matches([' ', '\t']);
        let rest = rest.strip_prefix('=').unwrap_or(rest).trim_start_matches([' ', '\t']);
        Some(Line { place, keyword: text[..end].to_ascii_lowercase(), rest: rest.to_owned() })
    }

    /// The words that follow the keyword.
    ///
    /// # Errors
    /// When a quote is never closed.
    pub fn words(&self) -> Result<Vec<String>, String> {
        words(&self.rest).map_err(|why| format!("{}: {why}", self.place))
    }
}

/// Splits at blanks; quotes and backslashes keep them together, `#` at a word's beginning ends the line.
fn words(text: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut chars = text.chars().peekable();
    loop {
        while chars.next_if(|c| [' ', '\t'].contains(c)).is_some() {}
        if chars.peek().is_none_or(|c| *c == '#') {
            return Ok(words);
        }
        let mut word = String::new();
        let mut quote = None;
        while let Some(c) = chars.next() {
            match (c, quote) {
                ('\\', _) => {
                    let escaped =
                        |next: &char| ['\'', '"', '\\'].contains(next) || (quote.is_none() && *next == ' ');
                    word.push(chars.next_if(escaped).unwrap_or('\\'));
                }
                (' ' | '\t', None) => break,
                ('\'' | '"', None) => quote = Some(c),
                (c, Some(open)) if c == open => quote = None,
                (c, _) => word.push(c),
            }
        }
        if quote.is_some() {
            return Err("a quote is never closed".to_owned());
        }
        words.push(word);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> (String, Vec<String>) {
        let line = Line::read(text, Place { file: Arc::default(), line: 1 }).unwrap();
        (line.keyword.clone(), line.words().unwrap())
    }

    #[test]
    fn keywords_blanks_and_equal_signs() {
        for text in ["Port 22", "port=22", " PORT = 22 # x", "Port\t22\r\n", "Port  =22"] {
            assert_eq!(read(text), ("port".to_owned(), vec!["22".to_owned()]), "{text}");
        }
        for text in ["", "  ", "# Port 22", "\t#"] {
            assert_eq!(Line::read(text, Place { file: Arc::default(), line: 1 }), None);
        }
    }

    #[test]
    fn quotes_and_backslashes() {
        assert_eq!(
            read(r#"User a"b c"d 'e f' g\ h "i\"j" k\l x#y #z"#).1,
            ["ab cd", "e f", "g h", "i\"j", r"k\l", "x#y"]
        );
        assert_eq!(read(r#"User """#).1, [""]);
        assert!(words("a \"b").unwrap_err().contains("never closed"));
    }

    proptest! {
        #[test]
        fn nothing_panics(text in r#"[ab \t='"\\#é]{0,20}"#) {
            if let Some(line) = Line::read(&text, Place { file: Arc::default(), line: 1 }) {
                let _ = line.words();
            }
        }
    }
}
