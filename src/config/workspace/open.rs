//! Where a statement of TOML goes on in the next line: in brackets, and in text of several lines. What is no TOML is not
//! noticed.

/// What is open at the end of a line.
#[derive(Default)]
pub(super) struct Open {
    brackets: usize,
    /// The quotes that end a text.
    text: Option<&'static str>,
}

/// The quotes that begin a text and end it, the longer ones first.
const QUOTES: [&str; 4] = ["\"\"\"", "'''", "\"", "'"];

impl Open {
    /// Whether nothing is: the next line begins a statement.
    pub fn is_closed(&self) -> bool {
        self.brackets == 0 && self.text.is_none()
    }

    /// Reads a line, without its end.
    pub fn read(&mut self, line: &str) {
        let mut rest = line;
        while !rest.is_empty() {
            rest = match self.text {
                Some(quotes) => self.read_text(rest, quotes),
                None => self.read_sign(rest),
            };
        }
        // Short quotes end with the line at the latest.
        self.text = self.text.filter(|quotes| quotes.len() == 3);
    }

    /// Reads on outside of text; what is left.
    fn read_sign<'a>(&mut self, rest: &'a str) -> &'a str {
        if let Some(quotes) = QUOTES.iter().find(|quotes| rest.starts_with(**quotes)) {
            self.text = Some(quotes);
            return &rest[quotes.len()..];
        }
        let mut chars = rest.chars();
        match chars.next() {
            Some('[' | '{') => self.brackets += 1,
            Some(']' | '}') => self.brackets = self.brackets.saturating_sub(1),
            Some('#') => return "",
            _ => {}
        }
        chars.as_str()
    }

    /// Reads on within a text; what is left.
    fn read_text<'a>(&mut self, rest: &'a str, quotes: &str) -> &'a str {
        if let Some(behind) = rest.strip_prefix(quotes) {
            self.text = None;
            // Of five quotes the first two are the text's own.
            let own = |rest: &&str| quotes.len() == 3 && rest.starts_with(&quotes[..1]);
            let behind = Some(behind).filter(own).map_or(behind, |rest| &rest[1..]);
            return Some(behind).filter(own).map_or(behind, |rest| &rest[1..]);
        }
        let mut chars = rest.chars();
        if chars.next() == Some('\\') && quotes.starts_with('"') {
            chars.next();
        }
        chars.as_str()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::toml::parse;
    use proptest::prelude::*;

    proptest! {
        /// A whole file is never open at its end, and before that a statement ends where it is TOML by itself.
        #[test]
        fn a_statement_ends_where_it_is_toml(
            lines in proptest::collection::vec(
                prop::sample::select(vec![
                    "a = [", "]", "'x', # ]", "b = '''", "'''", "x'''''", "[ # '", "c = \"\"\"", "\\\"\"\"\"", "\"\"\"\"\"", "d = { e = '[' }",
                    "# it's [", "[f]", "[[g]]", "", "\"]\",", "{ h = '}' },", "i = \"\\\\\"", "j = \"\\\" [\"", "k = ''", "]]", "é = 'ü'",
                ]),
                0..8,
            )
        ) {
            let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
            if parse(&text, "", 0).is_ok() {
                let mut open = Open::default();
                let mut begun = String::new();
                for line in &lines {
                    open.read(line);
                    begun = begun + line + "\n";
                    prop_assert_eq!(open.is_closed(), parse(&begun, "", 0).is_ok(), "{}", begun);
                    if open.is_closed() {
                        begun.clear();
                    }
                }
                prop_assert!(open.is_closed());
            }
        }
    }
}
