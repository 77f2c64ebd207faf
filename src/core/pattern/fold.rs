//! The part of a pattern that every match holds in either case, looked for in lines in lower case.
//!
//! A pattern in lower case matches both cases. A matcher then has no one literal to look for; it looks for
//! every spelling of the first letters at once, which takes long where those letters are common. So the
//! longest run of bytes that every match holds is looked for here first, in a copy of the lines in lower
//! case, made while they are in the processor's cache; the matcher sees only the lines that hold it.
//!
//! One thread, 1 GiB of mixed logs, milliseconds of processor time, of which reading takes 175:
//!
//! ```text
//!                              matcher   here
//!   order=5f3a9c01d2e4b687       400      255      exact: 215
//!   user=31415                   460      265
//!   get /cart (300,000 lines)    375      285
//!   checkout lost                270      255
//!   status=50012                 350      225
//!   2026-11-21.*timeout         1020      265
//! ```
//!
//! Runs of three letters were slower here (`err` 320, the matcher 250), and so was looking for single letters
//! in both cases in place of a copy (270 for the first). Digits need no copy, but looking for those of a run
//! alone would save 35 at best, and lose more where they are common.
//!
//! Nothing may move in that copy, so only ASCII letters are folded. `k` and `s` have one spelling more, the
//! Kelvin sign and the long s, which are longer: a run ends at them, or else, where too little of a word would
//! be left, is not relied on in lines that hold one of the two.

use std::cell::OnceCell;

use memchr::memmem::{self, Finder};
use regex_syntax::hir::{Class, Hir, HirKind};

/// Bytes of the shortest run worth looking for: shorter ones are in too many lines.
const SHORTEST: usize = 4;
/// The letters that are `k` and `s` to who does not care for case, but are no ASCII letters.
const FOREIGN: [char; 2] = ['\u{212a}', '\u{17f}'];

/// Lines to be searched, and what has been found out about them so far.
pub(in crate::core) struct Text<'l> {
    /// Whole lines.
    pub lines: &'l [u8],
    lower: OnceCell<Vec<u8>>,
    foreign: OnceCell<bool>,
}

impl<'l> Text<'l> {
    /// Nothing is done with the lines before it is needed.
    pub fn new(lines: &'l [u8]) -> Text<'l> {
        Text { lines, lower: OnceCell::new(), foreign: OnceCell::new() }
    }

    /// The lines with their ASCII letters in lower case.
    fn lower(&self) -> &[u8] {
        self.lower.get_or_init(|| self.lines.iter().map(u8::to_ascii_lowercase).collect())
    }

    /// Whether one of [`FOREIGN`] is in the lines.
    fn is_foreign(&self) -> bool {
        let holds =
            |letter: char| memmem::find(self.lines, letter.encode_utf8(&mut [0; 4]).as_bytes()).is_some();
        *self.foreign.get_or_init(|| !self.lines.is_ascii() && FOREIGN.into_iter().any(holds))
    }
}

/// The longest run that every match of a pattern holds in either case.
#[derive(Clone, Debug)]
pub(super) struct Fold {
    /// Looks for it in lower case.
    finder: Finder<'static>,
    /// It has no letters, so the lines can be searched as they are.
    bare: bool,
    /// Another spelling of it has one of [`FOREIGN`].
    loose: bool,
    /// It is all of the pattern: where it is, the pattern matches.
    pub sure: bool,
}

impl Fold {
    /// The run of a pattern, given as parsed without caring for case, whatever its own case says, and as
    /// what it `matches` itself. `None` when the run is short or the pattern has no letters, because an
    /// ordinary matcher finds that as fast.
    pub fn of(hir: &Hir, matches: impl Fn(&[u8]) -> bool) -> Option<Fold> {
        let Runs { best: run, letters, whole, .. } = Runs::of(hir);
        let strict = run.split(|b| b"ks".contains(b)).max_by_key(|part| part.len())?;
        let loose = strict.len() < SHORTEST;
        let needle = if loose { &run[..] } else { strict };
        (letters && needle.len() >= SHORTEST).then(|| Fold {
            finder: Finder::new(needle).into_owned(),
            bare: !has_letters(needle),
            loose,
            sure: whole && needle == run && matches(&run) && matches(&run.to_ascii_uppercase()),
        })
    }

    /// Whether every match in these lines holds the run.
    pub fn serves(&self, text: &Text<'_>) -> bool {
        !(self.loose && text.is_foreign())
    }

    /// Where the run is next, at or behind `from`.
    pub fn find(&self, text: &Text<'_>, from: usize) -> Option<usize> {
        let lines = if self.bare { text.lines } else { text.lower() };
        self.finder.find(&lines[from..]).map(|i| from + i)
    }
}

fn has_letters(run: &[u8]) -> bool {
    run.iter().any(u8::is_ascii_alphabetic)
}

/// What a walk over a pattern gathers: its runs, in lower case, with `k` and `s` for what they may be.
struct Runs {
    /// The longest run so far, one with letters if it can be: dates are in every line.
    best: Vec<u8>,
    current: Vec<u8>,
    /// A letter may be in either case.
    letters: bool,
    /// Nothing but one run has been seen so far.
    whole: bool,
}

impl Runs {
    fn of(hir: &Hir) -> Runs {
        let mut runs = Runs { best: Vec::new(), current: Vec::new(), letters: false, whole: true };
        runs.walk(hir);
        let whole = runs.whole;
        runs.end();
        Runs { whole, ..runs }
    }

    fn walk(&mut self, hir: &Hir) {
        match hir.kind() {
            HirKind::Literal(literal) => {
                // Letters that stand for themselves only.
                self.whole &= !has_letters(&literal.0);
                self.current.extend(literal.0.to_ascii_lowercase());
            }
            HirKind::Class(class) => match letter(class) {
                Some(letter) => {
                    self.letters = true;
                    self.current.push(letter);
                }
                None => self.end(),
            },
            HirKind::Look(_) => self.whole = false,
            HirKind::Capture(capture) => self.walk(&capture.sub),
            HirKind::Concat(parts) => parts.iter().for_each(|part| self.walk(part)),
            HirKind::Repetition(repetition) => {
                self.end();
                if repetition.min > 0 {
                    self.walk(&repetition.sub);
                    self.end();
                }
            }
            HirKind::Alternation(_) => self.end(),
            HirKind::Empty => {}
        }
    }

    /// Something stands here that is no run.
    fn end(&mut self) {
        self.whole = false;
        let worth = |run: &[u8]| (run.len() >= SHORTEST && has_letters(run), run.len());
        if worth(&self.current) > worth(&self.best) {
            std::mem::swap(&mut self.current, &mut self.best);
        }
        self.current.clear();
    }
}

/// The ASCII letter that `class` takes in both its cases and no other, in lower case.
fn letter(class: &Class) -> Option<u8> {
    let letters: Vec<char> = match class {
        Class::Unicode(class) => class.iter().flat_map(|range| range.start()..=range.end()).take(4).collect(),
        Class::Bytes(class) => {
            class.iter().flat_map(|range| range.start()..=range.end()).take(4).map(char::from).collect()
        }
    };
    let (&[upper, lower], foreign) = letters.split_first_chunk()?;
    let both = lower.is_ascii_lowercase() && upper == lower.to_ascii_uppercase();
    (both && foreign.iter().all(|letter| FOREIGN.contains(letter))).then_some(lower as u8)
}

#[cfg(test)]
mod tests {
    use super::super::Pattern;

    /// What is looked for in lower case, with a `?` when letters from outside ASCII could be in it and a
    /// `!` when a line that holds it surely matches.
    fn run(source: &str) -> Option<String> {
        let fold = Pattern::new(source).unwrap().fold?;
        let run = String::from_utf8_lossy(fold.finder.needle()).into_owned();
        Some(run + if fold.loose { "?" } else { "" } + if fold.sure { "!" } else { "" })
    }

    #[test]
    fn the_longest_run_that_every_match_holds_is_looked_for() {
        for (source, found) in [
            ("order=5f3a", "order=5f3a!"),
            ("(order)=(5f)", "order=5f!"),
            ("(?i)order", "order!"),
            ("(?-u)order", "order!"),
            (r"\border\b", "order"),
            (r"^lost|order \d+ of 7 (gone|lost|none)", "nothing"),
            (r"order \d+ (of nine )+(gone|lost|none)", "of nine "),
            (r"(no 7 )+(gone|lost)x{0,3}orde?", "no 7 "),
            ("checkout lost", "out lo"),
            ("desk", "desk?!"),
            ("desk.deſk", "desk?"),
            ("(?-i)order", "nothing"),
            (r"\x4frder", "order"),
            ("Order", "nothing"),
            (r"\p{Lu}rder", "nothing"),
            ("err", "nothing"),
            ("2026-11-21", "nothing"),
            ("task=4711", "=4711"),
            ("2026-11-21.*time", "time"),
            ("2026-11-21.*out", "2026-11-21"),
            ("straße", "stra?"),
        ] {
            assert_eq!(run(source).as_deref().unwrap_or("nothing"), found, "{source}");
        }
    }
}
