//! A query as it was understood, and how it is written.

use std::fmt;

use super::amount::Amount;
use super::scan;
use super::when::When;
use crate::core::pattern::Pattern;
use crate::core::read::Level;

/// A query as it was understood. Two that are equal are written alike.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// Text that stands in the line, as it is.
    Word(Wanted),
    /// A regex that matches the line.
    Regex(Wanted),
    /// The line's level compares so with this one.
    Level(Op, Level),
    /// The line's time compares so with this one.
    Time(Op, When),
    /// The line's time is this one or later.
    Since(When),
    /// The line has this field, and its value compares so.
    Field(String, Op, Value),
    /// The line has this field, and its value matches.
    Like(String, Wanted),
    /// The line is none of these.
    Not(Box<Expr>),
    /// The line is all of these: two or more, none of them `All`.
    All(Vec<Expr>),
    /// The line is one of these: two or more, none of them `Any`.
    Any(Vec<Expr>),
}

/// How something is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// `=`
    Is,
    /// `!=`
    IsNot,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    More,
    /// `>=`
    AtLeast,
}

/// What a field is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Text; it has no order.
    Text(String),
    /// A number, a size or a duration, as it was written.
    Amount(String),
}

/// A pattern that is wanted; as equal as its source.
#[derive(Clone, Debug)]
pub struct Wanted(pub Pattern);

impl PartialEq for Wanted {
    fn eq(&self, other: &Wanted) -> bool {
        self.0.source() == other.0.source()
    }
}

impl Op {
    /// How it is written.
    pub fn sign(self) -> &'static str {
        match self {
            Op::Is => "=",
            Op::IsNot => "!=",
            Op::Less => "<",
            Op::AtMost => "<=",
            Op::More => ">",
            Op::AtLeast => ">=",
        }
    }
}

impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.sign())
    }
}

impl fmt::Display for Expr {
    /// Writes what parses to the same again.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Expr::Word(word) if scan::is_bare_word(word.0.source()) => f.write_str(word.0.source()),
            Expr::Word(word) => quoted(f, word.0.source()),
            Expr::Regex(regex) => slashed(f, regex.0.source()),
            Expr::Level(op, level) => write!(f, "level{op}{}", level.name()),
            Expr::Time(op, when) => {
                write!(f, "time{op}")?;
                when.write(f, false)
            }
            Expr::Since(when) => {
                f.write_str("since ")?;
                when.write(f, true)
            }
            Expr::Field(name, op, value) => {
                write_name(f, name)?;
                write!(f, "{op}{value}")
            }
            Expr::Like(name, regex) => {
                write_name(f, name)?;
                f.write_str("~")?;
                match regex.0.source() {
                    bare if scan::is_bare_value(bare) && !bare.starts_with('/') => f.write_str(bare),
                    source => slashed(f, source),
                }
            }
            Expr::Not(expr) => {
                f.write_str("!")?;
                within(f, expr, matches!(**expr, Expr::All(_) | Expr::Any(_)))
            }
            Expr::All(parts) => joined(f, parts, " ", |part| matches!(part, Expr::All(_) | Expr::Any(_))),
            Expr::Any(parts) => joined(f, parts, " | ", |part| matches!(part, Expr::Any(_))),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Amount(text) => f.write_str(text),
            // What looks like an amount would be read as one.
            Value::Text(text) if scan::is_bare_value(text) && Amount::read(text).is_none() => {
                f.write_str(text)
            }
            Value::Text(text) => quoted(f, text),
        }
    }
}

fn joined(
    f: &mut fmt::Formatter<'_>,
    parts: &[Expr],
    between: &str,
    in_parentheses: impl Fn(&Expr) -> bool,
) -> fmt::Result {
    for (i, part) in parts.iter().enumerate() {
        f.write_str(if i > 0 { between } else { "" })?;
        within(f, part, in_parentheses(part))?;
    }
    Ok(())
}

fn within(f: &mut fmt::Formatter<'_>, expr: &Expr, parentheses: bool) -> fmt::Result {
    if parentheses { write!(f, "({expr})") } else { write!(f, "{expr}") }
}

fn write_name(f: &mut fmt::Formatter<'_>, name: &str) -> fmt::Result {
    if scan::is_bare_name(name) { f.write_str(name) } else { quoted(f, name) }
}

fn quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    write!(f, "\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn slashed(f: &mut fmt::Formatter<'_>, source: &str) -> fmt::Result {
    f.write_str("/")?;
    let mut chars = source.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                f.write_str("\\")?;
                chars.next().map_or(Ok(()), |next| write!(f, "{next}"))?;
            }
            '/' => f.write_str("\\/")?,
            c => write!(f, "{c}")?,
        }
    }
    f.write_str("/")
}
