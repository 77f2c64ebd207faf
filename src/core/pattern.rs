//! One regular expression as a user typed it: linear time, bounded size, smart case.
//!
//! The matcher is the one ripgrep is made of: it looks for literals that every match must contain and
//! runs the automaton only on lines that hold one.

use std::borrow::Cow;
use std::ops::Range;

use grep_matcher::{Captures, LineMatchKind, Matcher, NoError};
use grep_regex::{ErrorKind, RegexMatcher, RegexMatcherBuilder};
use memchr::{memchr, memrchr};
use regex_syntax::ast::ErrorKind as Mistake;
use regex_syntax::hir::{Hir, Look};

use super::text::without_sgr;
use fold::Fold;
pub(super) use fold::Text;

mod fold;

/// The byte every colour sequence begins with.
pub(super) const ESC: u8 = 0x1b;
/// Bytes a compiled program may take. A matcher may need as many steps as this times the line's length, so
/// it bounds how long a line can keep a frame waiting.
const SIZE_LIMIT: usize = 1 << 20;
/// Bytes of states a matcher may remember while it runs.
const CACHE_LIMIT: usize = 2 << 20;

/// A compiled pattern. It is matched against a line as it is seen: without its line ending, and without
/// the colour sequences that may stand in it. Lower case matches both cases; one upper-case letter
/// makes the whole pattern exact (`\S` and the like are no upper-case letters).
///
/// Cloning gives an independent scratch cache, so every worker takes a clone of its own: one shared
/// between threads was measured two to three times slower.
#[derive(Clone, Debug)]
pub struct Pattern {
    source: String,
    /// The source is no regex but text.
    literal: bool,
    matcher: RegexMatcher,
    /// What to look for before the matcher is asked, for one that does not care for case.
    fold: Option<Fold>,
    /// It asks for the start or end of the text, so it must be shown one line at a time.
    by_line: bool,
}

/// Why a pattern cannot be used: a sentence, and where the mistake is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct PatternError {
    /// What is wrong and, where it helps, what to do.
    pub message: String,
    /// The characters of the pattern that are wrong (character columns, from 0), when they are known.
    pub at: Option<Range<usize>>,
}

impl Pattern {
    /// Compiles `source` with smart case.
    ///
    /// # Errors
    /// When it is no regular expression, when it could match a line break, or when its program would
    /// exceed the size limit (1 MiB).
    pub fn new(source: &str) -> Result<Pattern, PatternError> {
        let hir = parse(source, false)?;
        let looks = hir.properties().look_set();
        // In a buffer these see more than one line, so there they would not say what they say of a line.
        let by_line = [Look::Start, Look::End, Look::StartCRLF, Look::EndCRLF];
        let by_line = by_line.into_iter().any(|look| looks.contains(look));
        let matcher = match matcher_of(source, false) {
            // A comment at the end of a verbose pattern needs a line break to be closed.
            Err(ErrorKind::Regex(_)) if source.contains('#') => matcher_of(&format!("{source}\n"), false),
            other => other,
        };
        let matcher = matcher.map_err(|kind| PatternError::build(&kind))?;
        let fold = fold_of(source, &matcher);
        Ok(Pattern { source: source.to_owned(), literal: false, matcher, fold, by_line })
    }

    /// Compiles text to be matched literally, with smart case.
    ///
    /// # Errors
    /// When it holds a line break, or when its program would exceed the size limit.
    pub fn literal(text: &str) -> Result<Pattern, PatternError> {
        let matcher = matcher_of(text, true).map_err(|kind| PatternError::build(&kind))?;
        let fold = fold_of(&regex_syntax::escape(text), &matcher);
        Ok(Pattern { source: text.to_owned(), literal: true, matcher, fold, by_line: false })
    }

    /// Patterns of which one matches where one of these does: as few as can be.
    pub(super) fn joined(patterns: Vec<Pattern>) -> Vec<Pattern> {
        let (simple, mut all): (Vec<_>, Vec<_>) = patterns.into_iter().partition(Pattern::is_simple);
        let sources: Vec<String> = simple.iter().map(|pattern| format!("(?:{})", pattern.regex())).collect();
        match Pattern::new(&sources.join("|")) {
            Ok(joined) if simple.len() > 1 => all.push(joined),
            _ => all.extend(simple),
        }
        all
    }

    /// Whether it means the same beside others in one pattern: it has no capitals, whose case would be
    /// everybody's, no classes that know of case, and no comment.
    fn is_simple(&self) -> bool {
        let odd =
            |c: char| c.is_uppercase() || c == '#' || (c == '\\' || c == '[' || c == '(') && !self.literal;
        !self.source.chars().any(odd)
    }

    /// What it is as a regex.
    fn regex(&self) -> Cow<'_, str> {
        if self.literal { regex_syntax::escape(&self.source).into() } else { Cow::Borrowed(&self.source) }
    }

    /// The pattern as typed.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether the line matches anywhere.
    pub fn is_match(&self, line: &[u8]) -> bool {
        self.matches(&seen(line))
    }

    /// Non-overlapping, non-empty matches within `line`, in order, at most `limit`. Ranges are those of the
    /// bytes given, so `line` is the text as shown, in which no colour sequences are left.
    pub fn find_all(&self, line: &[u8], limit: usize) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        let done = self.matcher.find_iter(line, |m| {
            if found.len() < limit && !m.is_empty() {
                found.push(m.start()..m.end());
            }
            found.len() < limit
        });
        done.map_or_else(|_: NoError| Vec::new(), |()| found)
    }

    /// The groups of such matches, the whole match first; empty matches are among them.
    pub(super) fn find_groups(&self, line: &[u8], limit: usize) -> Vec<Vec<Option<Range<usize>>>> {
        let mut found = Vec::new();
        let Ok(mut groups) = self.matcher.new_captures() else { return found };
        let done = self.matcher.captures_iter(line, &mut groups, |groups| {
            let group = |at| groups.get(at).map(|group| group.start()..group.end());
            found.push((0..groups.len()).map(group).collect());
            found.len() < limit
        });
        done.map_or_else(|_: NoError| Vec::new(), |()| found)
    }

    /// Whether it can only be matched line by line, which is slow.
    pub(super) fn by_line(&self) -> bool {
        self.by_line
    }

    /// Whether a line matches that holds no colour sequence.
    pub(super) fn matches(&self, line: &[u8]) -> bool {
        is_match(&self.matcher, line)
    }

    /// The first line at or behind `from` that matches, without its newline. `text` holds whole lines that
    /// end in plain `\n` and have no colour sequences; `from` is a line's start.
    pub(super) fn next_line(&self, text: &Text<'_>, from: usize) -> Option<Range<usize>> {
        let lines = text.lines;
        let mut at = from;
        while at < lines.len() {
            let (near, sure) = self.next_candidate(text, at)?;
            let start = memrchr(b'\n', &lines[at..near]).map_or(at, |i| at + i + 1);
            if start == lines.len() {
                return None; // an empty match behind the last newline, where no line is
            }
            let end = memchr(b'\n', &lines[near..]).map_or(lines.len(), |i| near + i);
            if sure || self.matches(&lines[start..end]) {
                return Some(start..end);
            }
            at = end + 1;
        }
        None
    }

    /// A byte of the first line at or behind `at` that may match, and whether it surely does.
    fn next_candidate(&self, text: &Text<'_>, at: usize) -> Option<(usize, bool)> {
        if let Some(fold) = self.fold.as_ref().filter(|fold| fold.serves(text)) {
            return Some((fold.find(text, at)?, fold.sure));
        }
        if self.by_line {
            return Some((at, false));
        }
        Some(match self.matcher.find_candidate_line(&text.lines[at..]).ok()?? {
            LineMatchKind::Confirmed(i) => (at + i, true),
            LineMatchKind::Candidate(i) => (at + i, false),
        })
    }
}

/// A line as it is seen: without its colours.
pub(super) fn seen(line: &[u8]) -> Cow<'_, [u8]> {
    if memchr(ESC, line).is_none() { Cow::Borrowed(line) } else { without_sgr(line) }
}

fn is_match(matcher: &RegexMatcher, line: &[u8]) -> bool {
    matcher.is_match(line).unwrap_or(false) // it has no errors
}

fn parse(source: &str, caseless: bool) -> Result<Hir, PatternError> {
    let mut parser = regex_syntax::ParserBuilder::new();
    let parsed = parser.utf8(false).multi_line(true).case_insensitive(caseless).build().parse(source);
    parsed.map_err(|error| PatternError::syntax(source, &error))
}

/// What to look for before `matcher`, made of `source`, is asked. A capital makes it exact, and then it
/// knows itself what to look for.
fn fold_of(source: &str, matcher: &RegexMatcher) -> Option<Fold> {
    let mut chars = source.chars();
    while let Some(c) = chars.next() {
        if c == '\\' {
            chars.next(); // what it is called says nothing of case
        } else if c.is_uppercase() {
            return None;
        }
    }
    Fold::of(&parse(source, true).ok()?, |text| is_match(matcher, text))
}

fn matcher_of(source: &str, literally: bool) -> Result<RegexMatcher, ErrorKind> {
    RegexMatcherBuilder::new()
        .fixed_strings(literally)
        .line_terminator(Some(b'\n'))
        .multi_line(true)
        .case_smart(true)
        .size_limit(SIZE_LIMIT)
        .dfa_size_limit(CACHE_LIMIT)
        .build(source)
        .map_err(|error| error.kind().clone())
}

impl PatternError {
    fn syntax(source: &str, error: &regex_syntax::Error) -> PatternError {
        let (what, span) = match error {
            regex_syntax::Error::Parse(error) => (mistake(error.kind()), Some(error.span())),
            regex_syntax::Error::Translate(error) => (error.kind().to_string(), Some(error.span())),
            other => (other.to_string().lines().last().unwrap_or_default().to_owned(), None),
        };
        let chars = |bytes: usize| source.get(..bytes).unwrap_or(source).chars().count();
        // A mistake between two characters is shown at the one behind it.
        let at = |start: usize, end: usize| start..end.max(start + 1).min(source.chars().count().max(start));
        PatternError { message: what, at: span.map(|s| at(chars(s.start.offset), chars(s.end.offset))) }
    }

    fn build(kind: &ErrorKind) -> PatternError {
        let message = match kind {
            ErrorKind::NotAllowed(_) => "a line break never matches: patterns see one line at a time",
            _ => "the pattern is too large: it would take more than 1 MiB; use smaller repetitions",
        };
        PatternError { message: message.to_owned(), at: None }
    }
}

/// What is wrong, and what to write where that is easily said.
fn mistake(kind: &Mistake) -> String {
    let advice = match kind {
        Mistake::GroupUnclosed => "; close it with ), or write \\( for the character itself",
        Mistake::GroupUnopened => "; write \\) for the character itself",
        Mistake::ClassUnclosed => "; close it with ], or write \\[ for the character itself",
        Mistake::RepetitionMissing => "; put a backslash before it for the character itself",
        Mistake::EscapeUnexpectedEof => "; write \\\\ for a backslash",
        Mistake::RepetitionCountUnclosed => "; write \\{ for the character itself",
        _ => "",
    };
    format!("{kind}{advice}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn matches(pattern: &str, line: &str) -> bool {
        Pattern::new(pattern).unwrap().is_match(line.as_bytes())
    }

    #[test]
    fn lower_case_matches_both_and_one_capital_makes_it_exact() {
        assert!(matches("error", "ERROR"));
        assert!(!matches("Error", "ERROR"));
        assert!(matches(r"\S+ \Werr\B", "xX -ERRors"));
        assert!(matches("straße", "STRAßE"));
        assert!(!matches(r"\p{Lu}", "small"));
        assert!(matches("(?-i)x|y", "Y") || !matches("(?-i)x", "X"));
        assert!(Pattern::literal("a.c").unwrap().is_match(b"xA.Cx"));
        assert!(!Pattern::literal("a.c").unwrap().is_match(b"abc"));
    }

    #[test]
    fn a_mistake_is_named_with_its_place() {
        let at = |source: &str| Pattern::new(source).unwrap_err().at;
        assert_eq!(at("äö(b"), Some(2..3));
        assert_eq!(at("a**)"), Some(3..4));
        assert_eq!(at("*a"), Some(0..1));
        assert_eq!(at("x[a"), Some(1..2));
        assert_eq!(at(r"\p{Nonsense}"), Some(0..12));
        for bad in ["(", ")", "[", "a{2", "*", "\\", "(?=x)", r"(a)\1", r"\q", "a\\nb", "(?<a>x)(?<a>y)"] {
            let error = Pattern::new(bad).unwrap_err();
            assert!(!error.message.is_empty() && !error.message.contains('\n'), "{bad}: {}", error.message);
        }
    }

    #[test]
    fn a_monster_is_refused() {
        let error = Pattern::new(r"(?:\w{200}){200}").unwrap_err();
        assert!(error.message.contains("too large"), "{error}");
        let deep = "(".repeat(5000) + &")".repeat(5000);
        assert!(Pattern::new(&deep).is_err());
    }

    #[test]
    fn a_line_break_is_refused_where_it_is_meant_and_taken_out_where_it_is_not() {
        assert!(Pattern::new("a\\nb").unwrap_err().message.contains("line break"));
        assert!(Pattern::literal("a\nb").is_err());
        assert!(matches(r"a\sb", "a b"));
    }

    #[test]
    fn a_verbose_pattern_may_end_in_a_comment() {
        assert!(matches("(?x) a b # both", "ab"));
    }

    #[test]
    fn hits_are_the_non_empty_ones() {
        let pattern = Pattern::new("a*").unwrap();
        let hits = |line: &[u8], limit| -> Vec<(usize, usize)> {
            pattern.find_all(line, limit).iter().map(|hit| (hit.start, hit.end)).collect()
        };
        assert_eq!(hits(b"aa b a", 9), [(0, 2), (5, 6)]);
        assert_eq!(hits(b"aa b a", 1), [(0, 2)]);
        assert_eq!(hits(b"\xff\xfea", 9), [(2, 3)]);
        assert_eq!(hits(b"", 9), []);
    }

    #[test]
    fn anchors_are_those_of_a_line() {
        let lines = &Text::new(b"abc\n\nabc\nxabc");
        for pattern in [r"^abc$", r"\Aabc\z", r"(?R)^abc$", r"(?-m)^abc$"] {
            let pattern = Pattern::new(pattern).unwrap();
            assert_eq!(pattern.next_line(lines, 0), Some(0..3));
            assert_eq!(pattern.next_line(lines, 4), Some(5..8));
            assert_eq!(pattern.next_line(lines, 9), None);
        }
        assert_eq!(Pattern::new("^$").unwrap().next_line(&Text::new(b"a\n\n"), 0), Some(2..2));
        assert_eq!(Pattern::new("^$").unwrap().next_line(&Text::new(b"a\n"), 0), None);
        assert_eq!(Pattern::new("").unwrap().next_line(&Text::new(b""), 0), None);
    }

    proptest! {
        #[test]
        fn any_text_compiles_or_says_why(source in ".{0,30}") {
            if let Err(error) = Pattern::new(&source) {
                let chars = source.chars().count();
                prop_assert!(error.at.is_none_or(|at| at.start <= at.end && at.end <= chars));
            }
            if let Ok(pattern) = Pattern::literal(&source) {
                prop_assert!(pattern.is_match(source.as_bytes()));
            }
        }
    }
}
