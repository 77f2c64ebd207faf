//! From the text of a query to what it means, or to a sentence and a column. It decides nothing about lines.

use std::ops::Range;

use super::amount::Amount;
use super::ast::{Expr, Op, Value, Wanted};
use super::error::{QueryError, cited};
use super::scan::{self, Scan, Sign};
use super::when::{self, When};
use crate::core::near::nearest;
use crate::core::pattern::Pattern;
use crate::core::read::Level;

/// Parentheses and `!` that may stand in each other.
const DEEPEST: usize = 50;
/// Words and comparisons in one query. A pasted page must not make a thousand patterns with every key.
const MOST: usize = 200;

type Parsed<T> = Result<T, QueryError>;

/// The query that is all of `text`.
pub(super) fn parse(text: &str) -> Parsed<Expr> {
    let mut parser = Parser { scan: Scan::new(text), depth: 0, operands: 0 };
    parser.scan.spaces();
    if parser.scan.peek().is_none() {
        return Err(wrong(0..0, "the query is empty; write a word to look for, field=value or level>=warn"));
    }
    let expr = parser.any()?;
    match parser.scan.peek() {
        None => Ok(expr),
        // Nothing else ends an operand.
        Some(_) => Err(parser.here("this ) closes nothing; leave it out, or put it in quotes")),
    }
}

fn wrong(at: Range<usize>, message: impl Into<String>) -> QueryError {
    QueryError::new(at, message)
}

struct Parser {
    scan: Scan,
    depth: usize,
    operands: usize,
}

impl Parser {
    /// An error at the character that is next, or behind the last.
    fn here(&self, message: impl Into<String>) -> QueryError {
        let at = self.scan.at.min(self.scan.len());
        wrong(at..(at + 1).min(self.scan.len()), message)
    }

    /// `a | b`
    fn any(&mut self) -> Parsed<Expr> {
        let mut parts = Vec::new();
        loop {
            match self.all()? {
                Expr::Any(inner) => parts.extend(inner),
                part => parts.push(part),
            }
            if self.scan.peek() != Some('|') {
                return Ok(one_or(parts, Expr::Any));
            }
            self.scan.next();
        }
    }

    /// `a b`
    fn all(&mut self) -> Parsed<Expr> {
        let mut parts = Vec::new();
        loop {
            self.scan.spaces();
            match self.scan.peek() {
                Some(c) if c != '|' && c != ')' => {}
                _ if !parts.is_empty() => return Ok(one_or(parts, Expr::All)),
                Some('|') => return Err(self.here("something to look for is missing before this |")),
                Some(')') if self.depth > 0 => {
                    return Err(self.here("something to look for is missing before this )"));
                }
                Some(_) => return Err(self.here("this ) closes nothing; leave it out, or put it in quotes")),
                None => {
                    return Err(self.here("the query ends too early: something to look for is missing here"));
                }
            }
            match self.one()? {
                Expr::All(inner) => parts.extend(inner),
                part => parts.push(part),
            }
        }
    }

    fn one(&mut self) -> Parsed<Expr> {
        let start = self.scan.at;
        let expr = match self.scan.peek() {
            Some('!') => {
                self.scan.next();
                if let Some('=' | '~') = self.scan.peek() {
                    return Err(wrong(
                        start..self.scan.at + 1,
                        "a field's name is missing before this operator",
                    ));
                }
                self.deeper(start)?;
                self.scan.spaces();
                if let None | Some('|' | ')') = self.scan.peek() {
                    return Err(wrong(
                        start..start + 1,
                        "nothing follows this !; write what must not be, or put it in quotes",
                    ));
                }
                Expr::Not(Box::new(self.one()?))
            }
            Some('(') => {
                self.scan.next();
                self.deeper(start)?;
                let inner = self.any()?;
                if self.scan.next() != Some(')') {
                    return Err(wrong(
                        start..start + 1,
                        "this ( is not closed; write ) where it ends, or put it in quotes",
                    ));
                }
                self.must_end()?;
                inner
            }
            _ => return self.operand(),
        };
        self.depth -= 1;
        Ok(expr)
    }

    fn deeper(&mut self, start: usize) -> Parsed<()> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(wrong(
                start..start + 1,
                format!("more than {DEEPEST} ( and ! stand in each other here; take some out"),
            ));
        }
        Ok(())
    }

    fn operand(&mut self) -> Parsed<Expr> {
        let start = self.scan.at;
        self.operands += 1;
        if self.operands > MOST {
            return Err(
                self.here(format!("the query has more than {MOST} parts; make a regex of some: /this|that/"))
            );
        }
        match self.scan.peek() {
            Some('"') => {
                let text = self.scan.quoted()?;
                let end = self.scan.at;
                match self.scan.sign()? {
                    Some(_) if text.is_empty() => {
                        Err(wrong(start..end, "a field's name is empty; write it between the quotes"))
                    }
                    Some(sign) => self.field(text, sign),
                    None => {
                        self.must_end()?;
                        literal(&text, start..end).map(Expr::Word)
                    }
                }
            }
            Some('/') => {
                let source = self.scan.regex()?;
                let whole = start..self.scan.at;
                if !self.ends() {
                    let advice = "put a space behind it, \\/ for a slash within it, or the whole in quotes to look for it as it is";
                    return Err(wrong(whole, format!("a regex ends at its second /; {advice}")));
                }
                regex(&source, Some(start + 1), whole).map(Expr::Regex)
            }
            Some('\'') => Err(self.here("only \" quotes; write \" in place of ', or \"'\" to look for it")),
            _ => self.word(),
        }
    }

    fn word(&mut self) -> Parsed<Expr> {
        let start = self.scan.at;
        let word = self.scan.word();
        let whole = start..self.scan.at;
        let Some(sign) = self.scan.sign()? else {
            if word == "since" {
                return self.since();
            }
            if scan::RESERVED.contains(&&word[..]) || scan::is_and(&word) {
                return Err(wrong(whole, reserved(&word)));
            }
            self.must_end()?;
            return literal(&word, whole).map(Expr::Word);
        };
        match &word[..] {
            "" => Err(wrong(
                start..self.scan.at,
                "a field's name is missing before this operator; put text that begins so in quotes",
            )),
            "level" => self.level(sign, whole),
            "time" => self.time(sign, whole),
            name if !scan::is_name(name) => {
                let advice = "put it in quotes if it is one, or the whole if it is text to look for";
                Err(wrong(
                    whole,
                    format!("{} cannot be a field's name without quotes; {advice}", cited(name)),
                ))
            }
            _ => self.field(word, sign),
        }
    }

    fn field(&mut self, name: String, sign: Sign) -> Parsed<Expr> {
        match sign {
            Sign::Like => self.wanted().map(|regex| Expr::Like(name, regex)),
            Sign::Op(op) => {
                let (text, quoted, at) = self.value(op.sign())?;
                let value = if !quoted && Amount::read(&text).is_some() {
                    Value::Amount(text)
                } else {
                    Value::Text(text)
                };
                match (&value, op) {
                    (Value::Amount(_), _) | (_, Op::Is | Op::IsNot) => Ok(Expr::Field(name, op, value)),
                    (Value::Text(text), _) => {
                        let message = format!(
                            "{op} compares numbers, sizes like 10k or 4MiB, and durations like 250ms or 1h30m; {} is none of them",
                            cited(text)
                        );
                        Err(wrong(at, message + &unit_meant(text, quoted)))
                    }
                }
            }
        }
    }

    /// What stands behind an operator, whether it was in quotes, and where it stands.
    fn value(&mut self, sign: &str) -> Parsed<(String, bool, Range<usize>)> {
        let behind = self.scan.at;
        self.scan.spaces();
        let start = self.scan.at;
        let (text, quoted) = match self.scan.peek() {
            None | Some(')' | '|') => {
                return Err(wrong(
                    behind.saturating_sub(sign.len())..behind,
                    format!("a value is missing behind this {sign}"),
                ));
            }
            Some('(') => {
                return Err(self.here("a value cannot begin with (; write (field=one | field=other), or put the value in quotes"));
            }
            Some('\'') => return Err(self.here("only \" quotes; write \" in place of '")),
            Some('"') => (self.scan.quoted()?, true),
            Some(_) => (self.scan.value(), false),
        };
        let whole = start..self.scan.at;
        self.must_end()?;
        Ok((text, quoted, whole))
    }

    /// The regex behind `~`.
    fn wanted(&mut self) -> Parsed<Wanted> {
        let behind = self.scan.at;
        self.scan.spaces();
        if self.scan.peek() == Some('/') {
            let start = self.scan.at;
            let source = self.scan.regex()?;
            let whole = start..self.scan.at;
            if !self.ends() {
                return Err(wrong(whole, "a regex ends at its second /; write \\/ for a slash within it"));
            }
            return regex(&source, Some(start + 1), whole);
        }
        if self.scan.peek() == Some('(') {
            return Err(self.here("put a regex with parentheses between slashes: field~/(this|that)/"));
        }
        self.scan.at = behind;
        let (source, quoted, at) = self.value("~")?;
        regex(&source, (!quoted).then_some(at.start), at)
    }

    fn level(&mut self, sign: Sign, name: Range<usize>) -> Parsed<Expr> {
        let Sign::Op(op) = sign else {
            return Err(wrong(
                name.start..self.scan.at,
                "level is compared with = != < <= > >=; write \"level\"~… for what the field says as it stands",
            ));
        };
        let (text, _, at) = self.value(op.sign())?;
        match level_named(&text) {
            Some(level) => Ok(Expr::Level(op, level)),
            None => {
                let meant = nearest(&text, &Level::ALL.map(Level::name));
                let meant = meant.map_or(String::new(), |name| format!("did you mean {name}? "));
                let levels = "the levels are trace, debug, info, warn, error, fatal";
                Err(wrong(at, format!("{} is no level; {meant}{levels}", cited(&text))))
            }
        }
    }

    fn time(&mut self, sign: Sign, name: Range<usize>) -> Parsed<Expr> {
        let Sign::Op(op) = sign else {
            return Err(wrong(
                name.start..self.scan.at,
                "time is compared with = != < <= > >=; write \"time\"~… for what the field says as it stands",
            ));
        };
        self.when(op.sign(), false).map(|when| Expr::Time(op, when))
    }

    fn since(&mut self) -> Parsed<Expr> {
        let behind = self.scan.at;
        self.scan.spaces();
        if let None | Some(')' | '|' | '(' | '/') = self.scan.peek() {
            return Err(wrong(
                behind - "since".len()..behind,
                "a time is missing behind since: since 10m, since 14:05; put the word in quotes to look for it",
            ));
        }
        self.when("since", true).map(Expr::Since)
    }

    /// A time; a clock may follow a day without quotes.
    fn when(&mut self, sign: &str, since: bool) -> Parsed<When> {
        let (mut text, quoted, at) = self.value(sign)?;
        let mut when = When::read(&text, since);
        let before = self.scan.at;
        if !quoted && when.as_ref().is_ok_and(When::is_day) {
            self.scan.spaces();
            let clock = self.scan.value();
            if when::is_clock(&clock) && self.ends() {
                text = format!("{text} {clock}");
                when = When::read(&text, since);
            } else {
                self.scan.at = before;
            }
        }
        when.map_err(|message| wrong(at.start..self.scan.at, message))
    }

    /// Whether an operand can end here.
    fn ends(&self) -> bool {
        self.scan.peek().is_none_or(|c| c.is_whitespace() || matches!(c, ')' | '|'))
    }

    fn must_end(&self) -> Parsed<()> {
        match self.scan.peek() {
            _ if self.ends() => Ok(()),
            Some(c) => Err(self.here(format!(
                "put a space before this {c}, or the whole in quotes to look for it as it is"
            ))),
            None => Ok(()),
        }
    }
}

fn one_or(mut parts: Vec<Expr>, many: impl FnOnce(Vec<Expr>) -> Expr) -> Expr {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            many(parts)
        }
        None => many(parts),
    }
}

fn literal(text: &str, whole: Range<usize>) -> Parsed<Wanted> {
    Pattern::literal(text).map(Wanted).map_err(|error| QueryError::regex(None, whole, error))
}

fn regex(source: &str, start: Option<usize>, whole: Range<usize>) -> Parsed<Wanted> {
    Pattern::new(source).map(Wanted).map_err(|error| QueryError::regex(start, whole, error))
}

fn reserved(word: &str) -> String {
    let advice = match word {
        "or" | "OR" => "write | between what may be one or the other",
        "not" | "NOT" => "write ! before what must not be",
        _ => "leave it out: what stands side by side must all be there",
    };
    format!("{word} is no operator; {advice}, or \"{word}\" for the text itself")
}

fn unit_meant(text: &str, quoted: bool) -> String {
    if quoted && Amount::read(text).is_some() {
        return "; leave the quotes out".to_owned();
    }
    let number = text.trim_end_matches(char::is_alphabetic);
    if number.is_empty() || number == text || Amount::read(number).is_none() {
        return String::new();
    }
    let unit = &cited(&text[number.len()..]);
    let meant = nearest(unit, &["ns", "us", "ms", "s", "m", "h", "d", "kB", "MB", "GB", "KiB", "MiB", "GiB"]);
    meant.map_or_else(
        || format!("; there is no unit {unit}"),
        |meant| format!("; there is no unit {unit}, did you mean {meant}?"),
    )
}

/// A level by one of the names that logs have for it.
fn level_named(name: &str) -> Option<Level> {
    let name = name.to_ascii_lowercase();
    let known = Level::ALL.into_iter().find(|known| known.name() == name);
    known.or(match &name[..] {
        "information" | "notice" => Some(Level::Info),
        "warning" => Some(Level::Warn),
        "err" => Some(Level::Error),
        "crit" | "critical" | "alert" | "emerg" | "panic" => Some(Level::Fatal),
        _ => None,
    })
}
