//! A chain of terms that decides which lines are kept.

use std::ops::Range;
use std::sync::Arc;

use jiff::Zoned;
use memchr::{memchr, memchr_iter, memchr2, memrchr};

use super::lines::{LINE_MAX, content};
use super::pattern::{ESC, Pattern, Text, seen};
use super::query::{Asked, Expr, Query, Reader, Unread};
use rule::{Ahead, Rule, Sight};

mod records;
mod rule;

/// Bytes looked at together: few enough that looking for escapes first costs next to nothing.
const CHUNK: usize = 64 << 10;

/// What a term does with the lines that match it. Terms are applied from left to right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `&re`: of the lines kept so far, keep those that match.
    Keep,
    /// `!re`: of the lines kept so far, drop those that match.
    Drop,
    /// `+re`: keep the lines that match too, whatever came before. As the first term in effect it keeps
    /// only what matches, like `&re`.
    Or,
}

/// One term of a chain.
#[derive(Clone, Debug)]
pub struct Term {
    /// What it does.
    pub kind: Kind,
    /// What it looks for.
    pub test: Test,
    /// False when it is switched off by itself.
    pub on: bool,
    /// What it stands there for and may be exchanged by; `None` for what a user has put there.
    pub said_by: Option<Arc<str>>,
}

/// What a term asks of a line.
#[derive(Clone, Debug)]
pub enum Test {
    /// To match.
    Pattern(Box<Pattern>),
    /// To be what a part of a query asks for.
    Query(Box<Asked>),
}

/// A chain of terms as the user sees and edits it.
#[derive(Clone, Debug, Default)]
pub struct Chain {
    /// Applied from left to right.
    pub terms: Vec<Term>,
    /// The whole chain switched off, its terms kept.
    pub off: bool,
}

/// The compiled decision: the terms that are on, and (for a search) patterns that must match besides.
/// Cloning it copies pointers and shares the patterns' scratch; a worker takes [`Filter::own`].
#[derive(Clone, Debug)]
pub struct Filter {
    rules: Arc<[Rule]>,
    /// The last rule is a search's: it is asked of lines that are shown, whatever is kept.
    search: bool,
    plan: Arc<Plan>,
    reader: Arc<dyn Reader>,
    grain: Grain,
    repeats: bool,
}

/// What is kept or dropped as one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Grain {
    /// Every line by itself.
    #[default]
    Line,
    /// A record with all its lines: a term is about a record when it is about one of its lines, and what asks for a
    /// level, a time or a field asks it of the first.
    Record,
    /// The same, and only the first line of a kept record is selected.
    Head,
}

/// How lines are found in bulk.
#[derive(Debug)]
enum Plan {
    /// A kept line matches at least one of these terms, so only lines that do are looked at.
    Among(Vec<usize>),
    /// A line that no term matches is kept.
    AllBut,
}

impl Chain {
    /// The decision this chain stands for, `None` when every line is kept. Lines are text without level, time
    /// and fields to it; see [`Filter::read_by`].
    pub fn filter(&self) -> Option<Filter> {
        let terms = self.in_effect();
        (!terms.is_empty()).then(|| Filter::of(terms, false, Arc::new(Unread)))
    }

    fn in_effect(&self) -> Vec<Rule> {
        self.terms.iter().filter(|term| term.on && !self.off).map(Rule::of).collect()
    }
}

impl Term {
    /// A term that is on.
    pub fn new(kind: Kind, test: impl Into<Test>) -> Term {
        Term { kind, test: test.into(), on: true, said_by: None }
    }

    /// What a part of a query becomes: what it asks for is kept, or, if it begins with `!`, dropped.
    pub fn of_part(part: &Query, now: &Zoned) -> Term {
        let (kind, asked) = part.positive();
        let kind = if kind { Kind::Keep } else { Kind::Drop };
        match asked.expr() {
            Expr::Regex(regex) => Term::new(kind, regex.0.clone()),
            _ => Term::new(kind, Asked::new(asked, now)),
        }
    }
}

impl From<Pattern> for Test {
    fn from(pattern: Pattern) -> Test {
        Test::Pattern(Box::new(pattern))
    }
}

impl From<&Pattern> for Test {
    fn from(pattern: &Pattern) -> Test {
        Test::from(pattern.clone())
    }
}

impl From<Asked> for Test {
    fn from(asked: Asked) -> Test {
        Test::Query(Box::new(asked))
    }
}

impl Filter {
    /// Keeps every line; of use where records or repeated lines are folded.
    pub fn all() -> Filter {
        Filter::of(Vec::new(), false, Arc::new(Unread))
    }

    /// Keeps only lines that pass `test` as well as what `chain` keeps: a search within a filter.
    pub fn search(chain: &Chain, test: impl Into<Test>) -> Filter {
        let mut rules = chain.in_effect();
        rules.push(Rule::of(&Term::new(Kind::Keep, test)));
        Filter::of(rules, true, Arc::new(Unread))
    }

    /// The same decision about lines that `reader` reads.
    pub fn read_by(&self, reader: &Arc<dyn Reader>) -> Filter {
        let of = Filter::of(self.rules.to_vec(), self.search, Arc::clone(reader));
        of.folded(self.grain, self.repeats)
    }

    /// The same decision about lines or records. With `repeats` a kept line is left out that says the same as the
    /// kept line before it, numbers and ids aside ([`mask`](super::mask)).
    #[must_use]
    pub fn folded(&self, grain: Grain, repeats: bool) -> Filter {
        let plan = Arc::new(Plan::of(&self.rules, self.search, grain, repeats));
        Filter { plan, grain, repeats, ..self.clone() }
    }

    /// The same decision with nothing folded; `None` when that keeps every line.
    pub fn unfolded(&self) -> Option<Filter> {
        let grain = if self.grain == Grain::Head { Grain::Record } else { self.grain };
        (!self.rules.is_empty()).then(|| self.folded(grain, false))
    }

    /// What is kept or dropped as one.
    pub fn grain(&self) -> Grain {
        self.grain
    }

    /// Whether repeated lines are left out.
    pub fn repeats(&self) -> bool {
        self.repeats
    }

    /// What reads its lines.
    pub(super) fn reader(&self) -> &dyn Reader {
        &*self.reader
    }

    /// Whether lines have to be read for it: their text alone does not always tell.
    pub fn reads(&self) -> bool {
        self.grain != Grain::Line || self.rules.iter().any(Rule::reads)
    }

    /// The same decision with scratch of its own, for another thread.
    pub fn own(&self) -> Filter {
        Filter { rules: self.rules.iter().cloned().collect(), ..self.clone() }
    }

    /// Whether the line is kept, by itself; `line` is without its ending.
    pub fn keeps(&self, line: &[u8]) -> bool {
        let line = seen(&line[..line.len().min(LINE_MAX)]);
        let sight = Sight::new(&line, &*self.reader);
        decide(&self.rules, |i| self.rules[i].holds(&sight))
    }

    /// Calls `found` with the offset of the start of every kept line in `lines`, in order. `lines` begins
    /// at a line's start and holds whole lines (the last may lack its newline); where records are kept or dropped, it
    /// holds whole records. Repeated lines are not left out by it.
    pub fn scan(&self, lines: &[u8], found: &mut dyn FnMut(usize)) {
        if self.grain != Grain::Line {
            return self.scan_records(lines, found);
        }
        let mut base = 0;
        while base < lines.len() {
            let rest = &lines[base..];
            let chunk = &rest[..whole_lines(rest)];
            // A chunk of more than CHUNK bytes is one line, which may have to be cut.
            if chunk.len() <= CHUNK && memchr2(ESC, b'\r', chunk).is_none() {
                self.scan_plain(chunk, &mut |at| found(base + at));
            } else {
                self.scan_seen(chunk, &mut |at| found(base + at));
            }
            base += chunk.len();
        }
    }

    /// [`Filter::scan`] for lines that are seen otherwise than they are stored: they are copied as they are
    /// seen, and what is kept of the copy is found again by counting lines.
    fn scan_seen(&self, lines: &[u8], found: &mut dyn FnMut(usize)) {
        let copy = as_seen(lines);
        self.scan_plain(&copy, &mut stored(&copy, lines, found));
    }

    /// [`Filter::scan`] for lines that are stored as they are seen.
    fn scan_plain(&self, lines: &[u8], found: &mut dyn FnMut(usize)) {
        let text = &Text::new(lines);
        match &*self.plan {
            Plan::Among(terms) => self.scan_among(terms, text, found),
            Plan::AllBut => self.scan_all_but(text, found),
        }
    }

    fn scan_among(&self, among: &[usize], text: &Text<'_>, found: &mut dyn FnMut(usize)) {
        let mut next: Vec<_> = among.iter().map(|&i| self.ahead(i, text)).collect();
        while let Some(line) = first_of(&next) {
            let sight = Sight::new(&text.lines[line.clone()], &*self.reader);
            let kept = decide(self.parts().0, |i| match among.iter().position(|&a| a == i) {
                Some(a) => next[a].is_at(&line),
                None => self.rules[i].holds(&sight),
            });
            if kept {
                found(line.start);
            }
            self.pass(&mut next, &line, text);
        }
    }

    fn scan_all_but(&self, text: &Text<'_>, found: &mut dyn FnMut(usize)) {
        let mut next: Vec<_> = (0..self.parts().0.len()).map(|i| self.ahead(i, text)).collect();
        let mut at = 0;
        while at < text.lines.len() {
            let line = first_of(&next);
            let until = line.as_ref().map_or(text.lines.len(), |line| line.start);
            each_line(text.lines, at..until, found);
            let Some(line) = line else { break };
            if decide(self.parts().0, |i| next[i].is_at(&line)) {
                found(line.start);
            }
            at = line.end + 1;
            self.pass(&mut next, &line, text);
        }
    }

    /// Looks for the first line that a rule is about.
    fn ahead(&self, rule: usize, text: &Text<'_>) -> Ahead<'_> {
        let mut ahead = Ahead::new(&self.rules[rule], &*self.reader, self.grain != Grain::Line);
        ahead.advance(text, 0);
        ahead
    }

    /// Looks behind `line` where it has been found.
    fn pass(&self, next: &mut [Ahead<'_>], line: &Range<usize>, text: &Text<'_>) {
        for next in next.iter_mut().filter(|next| next.is_at(line)) {
            next.advance(text, line.end + 1);
        }
    }

    fn of(mut rules: Vec<Rule>, search: bool, reader: Arc<dyn Reader>) -> Filter {
        rules.iter_mut().for_each(|rule| rule.read_by(&*reader));
        let (grain, repeats) = (Grain::Line, false);
        let plan = Arc::new(Plan::of(&rules, search, grain, repeats));
        Filter { plan, rules: rules.into(), search, reader, grain, repeats }
    }

    /// The rules that decide on what is kept, and the search's.
    fn parts(&self) -> (&[Rule], Option<&Rule>) {
        match self.rules.split_last() {
            Some((last, rest)) if self.search && (self.repeats || self.grain != Grain::Line) => {
                (rest, Some(last))
            }
            _ => (&self.rules, None),
        }
    }
}

/// Lines as they are seen.
fn as_seen(lines: &[u8]) -> Vec<u8> {
    let mut copy = Vec::with_capacity(lines.len() + 1);
    for line in split_lines(lines) {
        copy.extend_from_slice(&seen(content(line)));
        copy.push(b'\n');
    }
    copy
}

/// Calls `found` with where a line is stored that was found in a copy, in order.
fn stored<'a>(copy: &'a [u8], lines: &'a [u8], found: &'a mut dyn FnMut(usize)) -> impl FnMut(usize) + 'a {
    let (mut at, mut copy_at) = (0, 0);
    move |kept| {
        while copy_at < kept {
            at += line_length(&lines[at..]);
            copy_at += line_length(&copy[copy_at..]);
        }
        found(at);
    }
}

impl Plan {
    fn of(rules: &[Rule], search: bool, grain: Grain, repeats: bool) -> Plan {
        let apart = search && (repeats || grain != Grain::Line);
        match rules.split_last() {
            // A line that is found passes the search whatever else decides, but what is repeated is known only of
            // all that are kept.
            Some((_, rest)) if apart && !repeats => Plan::Among(vec![rest.len()]),
            Some((_, rest)) if apart => Plan::of_chain(rest),
            _ => Plan::of_chain(rules),
        }
    }

    fn of_chain(rules: &[Rule]) -> Plan {
        // None as long as a line that matches nothing may be kept.
        let mut among: Option<Vec<usize>> = None;
        for (i, rule) in rules.iter().enumerate() {
            match (rule.kind, &mut among) {
                (Kind::Drop, _) => {}
                (Kind::Or, None) if i > 0 => {}
                (Kind::Or, Some(among)) => among.push(i),
                // Either of two terms would do; what is longer is likely the rarer.
                (Kind::Keep, Some(among)) if among.len() == 1 && rules[among[0]].worth() >= rule.worth() => {}
                (Kind::Keep | Kind::Or, _) => among = Some(vec![i]),
            }
        }
        among.map_or(Plan::AllBut, Plan::Among)
    }
}

/// The first of the lines that were found.
fn first_of(next: &[Ahead<'_>]) -> Option<Range<usize>> {
    next.iter().filter_map(Ahead::line).min_by_key(|line| line.start).cloned()
}

/// Whether a line is kept of which `matches` knows which rules it is about.
fn decide(rules: &[Rule], mut matches: impl FnMut(usize) -> bool) -> bool {
    let mut kept = true;
    for (i, rule) in rules.iter().enumerate() {
        kept = match rule.kind {
            Kind::Keep => kept && matches(i),
            Kind::Drop => kept && !matches(i),
            Kind::Or => (kept && i > 0) || matches(i),
        };
    }
    kept
}

/// How many of the first bytes make whole lines: about [`CHUNK`], or one line if it is longer.
fn whole_lines(lines: &[u8]) -> usize {
    if lines.len() <= CHUNK {
        return lines.len();
    }
    match memrchr(b'\n', &lines[..CHUNK]) {
        Some(i) => i + 1,
        None => line_length(lines),
    }
}

/// Bytes of the first line, with its newline.
fn line_length(lines: &[u8]) -> usize {
    memchr(b'\n', lines).map_or(lines.len(), |i| i + 1)
}

/// The lines one by one, with their endings.
fn split_lines(mut lines: &[u8]) -> impl Iterator<Item = &[u8]> {
    std::iter::from_fn(move || {
        let (line, rest) = lines.split_at(line_length(lines));
        lines = rest;
        (!line.is_empty()).then_some(line)
    })
}

/// Calls `found` with the start of every line in `range`, whose ends are line starts.
fn each_line(lines: &[u8], range: Range<usize>, found: &mut dyn FnMut(usize)) {
    if range.is_empty() {
        return;
    }
    found(range.start);
    let until = range.end - 1; // the last newline begins no line of these
    for i in memchr_iter(b'\n', &lines[range.start..until]) {
        found(range.start + i + 1);
    }
}

#[cfg(test)]
mod tests;
