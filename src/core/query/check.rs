//! A query made ready: times resolved, constants folded, patterns joined, the cheap asked first.

use jiff::Zoned;

use super::ast::{Expr, Op, Value};
use super::facts::Facts;
use super::field::{Field, Test};
use super::need;
use super::seek::Seek;
use super::when::When;
use crate::core::pattern::Pattern;
use crate::core::read::Level;

/// A query that can be asked of lines. As with a pattern, a worker takes a clone of its own.
#[derive(Clone, Debug)]
pub struct Check {
    node: Node,
}

#[derive(Clone, Debug)]
enum Node {
    /// Every line, or none.
    Constant(bool),
    Text(Box<Pattern>),
    Field(Box<Field>),
    /// A level whose bit is set; [`NO_LEVEL`] for a line without one.
    Level(u8),
    /// A time from the first to the last of these.
    Time(i64, i64),
    Not(Box<Node>),
    All(Vec<Node>),
    Any(Vec<Node>),
}

/// The bit of lines that have no level.
const NO_LEVEL: u8 = 1 << Level::ALL.len();
/// All bits.
const ANY_LEVEL: u8 = (NO_LEVEL << 1) - 1;
const NEVER: Node = Node::Constant(false);

impl Check {
    pub(super) fn of(expr: &Expr, now: &Zoned) -> Check {
        Check { node: Node::of(expr, now) }
    }

    /// Whether the line is what the query asks for.
    pub fn holds(&self, facts: &dyn Facts) -> bool {
        self.node.holds(facts)
    }

    /// The pattern that it is, if it asks for nothing but text.
    pub(in crate::core) fn pattern(&self) -> Option<&Pattern> {
        match &self.node {
            Node::Text(pattern) => Some(pattern),
            _ => None,
        }
    }

    /// Whether a part of it asks for text.
    pub(in crate::core) fn asks_text(&self) -> bool {
        self.node.asks_text()
    }

    /// Whether it may hold because some text does not stand in the line.
    pub(in crate::core) fn denies(&self) -> bool {
        self.node.denies()
    }

    /// Where to look for the lines that may hold, `None` when it may be any. `named` is
    /// [`Reader::names`](super::Reader::names).
    pub(in crate::core) fn seek(&self, named: &dyn Fn(&str) -> bool) -> Option<Seek> {
        self.node.seek(named)
    }
}

impl Node {
    fn of(expr: &Expr, now: &Zoned) -> Node {
        match expr {
            Expr::Word(text) | Expr::Regex(text) if text.0.source().is_empty() => Node::Constant(true),
            Expr::Word(pattern) | Expr::Regex(pattern) => Node::Text(Box::new(pattern.0.clone())),
            Expr::Level(op, level) => of_level(*op, *level),
            Expr::Time(op, when) => of_time(*op, when, now),
            Expr::Since(when) => of_time(Op::AtLeast, when, now),
            Expr::Field(name, op, value) => of_field(name, *op, value),
            Expr::Like(name, regex) => {
                Node::Field(Box::new(Field::new(name, Test::Like(Box::new(regex.0.clone())))))
            }
            Expr::Not(expr) => Node::not(Node::of(expr, now)),
            Expr::All(parts) => Node::all(parts.iter().map(|part| Node::of(part, now)).collect()),
            Expr::Any(parts) => Node::any(parts.iter().map(|part| Node::of(part, now)).collect()),
        }
    }

    fn not(node: Node) -> Node {
        match node {
            Node::Constant(always) => Node::Constant(!always),
            Node::Level(bits) => Node::Level(!bits & ANY_LEVEL),
            Node::Not(node) => *node,
            node => Node::Not(Box::new(node)),
        }
    }

    fn all(parts: Vec<Node>) -> Node {
        let (mut bits, mut span, mut rest) = (ANY_LEVEL, None, Vec::new());
        for part in
            parts.into_iter().flat_map(|part| if let Node::All(parts) = part { parts } else { vec![part] })
        {
            match part {
                Node::Constant(true) => {}
                Node::Constant(false) => return NEVER,
                Node::Level(more) => bits &= more,
                Node::Time(from, to) => {
                    let (first, last) = span.unwrap_or((from, to));
                    span = Some((from.max(first), to.min(last)));
                }
                part => rest.push(part),
            }
        }
        match span {
            Some((from, to)) if from > to => return NEVER,
            Some((from, to)) => rest.push(Node::Time(from, to)),
            None => {}
        }
        match bits {
            0 => return NEVER,
            ANY_LEVEL => {}
            bits => rest.push(Node::Level(bits)),
        }
        Node::joined(rest, true)
    }

    fn any(parts: Vec<Node>) -> Node {
        let (mut bits, mut patterns, mut rest) = (0, Vec::new(), Vec::new());
        for part in
            parts.into_iter().flat_map(|part| if let Node::Any(parts) = part { parts } else { vec![part] })
        {
            match part {
                Node::Constant(false) => {}
                Node::Constant(true) => return Node::Constant(true),
                Node::Level(more) => bits |= more,
                Node::Text(pattern) => patterns.push(*pattern),
                part => rest.push(part),
            }
        }
        match bits {
            0 => {}
            ANY_LEVEL => return Node::Constant(true),
            bits => rest.push(Node::Level(bits)),
        }
        rest.extend(Pattern::joined(patterns).into_iter().map(|pattern| Node::Text(Box::new(pattern))));
        Node::joined(rest, false)
    }

    /// All or any of `parts`, the cheap ones first.
    fn joined(mut parts: Vec<Node>, all: bool) -> Node {
        parts.sort_by_key(Node::cost);
        match parts.len() {
            0 => Node::Constant(all),
            1 => parts.remove(0),
            _ if all => Node::All(parts),
            _ => Node::Any(parts),
        }
    }

    /// Whether the line must be read: not for text, sometimes for a field.
    fn cost(&self) -> u8 {
        match self {
            Node::Constant(_) | Node::Text(_) => 0,
            Node::Field(_) => 1,
            Node::Level(_) | Node::Time(..) => 2,
            Node::Not(node) => node.cost(),
            Node::All(parts) | Node::Any(parts) => parts.iter().map(Node::cost).max().unwrap_or(0),
        }
    }

    fn holds(&self, facts: &dyn Facts) -> bool {
        match self {
            Node::Constant(always) => *always,
            Node::Text(pattern) => facts.shows(pattern),
            Node::Field(field) => field.holds(facts),
            Node::Level(bits) => facts.level().map_or(NO_LEVEL, bit) & bits != 0,
            Node::Time(from, to) => facts.time().is_some_and(|time| (*from..=*to).contains(&time.0)),
            Node::Not(node) => !node.holds(facts),
            Node::All(parts) => parts.iter().all(|part| part.holds(facts)),
            Node::Any(parts) => parts.iter().any(|part| part.holds(facts)),
        }
    }

    fn denies(&self) -> bool {
        match self {
            Node::Not(node) => node.asks_text(),
            Node::All(parts) | Node::Any(parts) => parts.iter().any(Node::denies),
            _ => false,
        }
    }

    fn asks_text(&self) -> bool {
        match self {
            Node::Text(_) => true,
            Node::Not(node) => node.asks_text(),
            Node::All(parts) | Node::Any(parts) => parts.iter().any(Node::asks_text),
            Node::Constant(_) | Node::Field(_) | Node::Level(_) | Node::Time(..) => false,
        }
    }

    fn seek(&self, named: &dyn Fn(&str) -> bool) -> Option<Seek> {
        match self {
            Node::Constant(false) => Some(Seek::nothing()),
            Node::Text(pattern) => Some(Seek::pattern(pattern)),
            Node::Field(field) => seek_field(field, named(&field.name)),
            Node::All(parts) => {
                parts.iter().filter_map(|part| part.seek(named)).max_by_key(|seek| seek.worth)
            }
            Node::Any(parts) => {
                let mut seeks = parts.iter().map(|part| part.seek(named));
                let first = seeks.next()??;
                seeks.try_fold(first, |all, seek| all.or(seek?))
            }
            Node::Constant(true) | Node::Level(_) | Node::Time(..) | Node::Not(_) => None,
        }
    }
}

/// Where to look for lines in which a field's comparison may hold.
fn seek_field(field: &Field, named: bool) -> Option<Seek> {
    /// Shorter values stand in too many lines; names stand in each line once.
    const SHORTEST: usize = 3;
    let glance = field.glance(named);
    let by_name = || glance.map(Seek::name);
    let number = match &field.test {
        Test::Equal { amount, .. } => amount.spelled(),
        _ => None,
    };
    let (value, is_number) = match (&field.test, number) {
        (_, Some(digits)) => (digits.to_owned(), true),
        (Test::Same { text, .. }, _) => match need::of_text(text) {
            Some(run) => (run, false),
            None => return by_name(),
        },
        (Test::Like(pattern), _) => {
            let texts = need::of_regex(pattern.source());
            return texts.and_then(|texts| Seek::texts(&texts)).or_else(by_name);
        }
        _ => return by_name(),
    };
    let bare = !value.bytes().any(|b| b.is_ascii_alphabetic()) && value.is_ascii();
    let whole = is_number || matches!(&field.test, Test::Same { text, .. } if *text == value);
    match glance {
        Some(glance) if value.len() < SHORTEST || !whole || !bare => {
            let texts = Seek::texts(std::slice::from_ref(&value)).filter(|_| value.len() > SHORTEST);
            texts.or_else(|| Some(Seek::name(glance)))
        }
        Some(glance) => Some(Seek::value(glance, &value, is_number)),
        None => Seek::texts(&[value]),
    }
}

fn of_field(name: &str, op: Op, value: &Value) -> Node {
    Field::compared(name, op, value).map_or(NEVER, |field| Node::Field(Box::new(field)))
}

fn bit(level: Level) -> u8 {
    1 << level as u8
}

fn of_level(op: Op, level: Level) -> Node {
    let compares = |known: &Level| match op {
        Op::Is => *known == level,
        Op::IsNot => *known != level,
        Op::Less => *known < level,
        Op::AtMost => *known <= level,
        Op::More => *known > level,
        Op::AtLeast => *known >= level,
    };
    match Level::ALL.into_iter().filter(compares).map(bit).sum() {
        0 => NEVER,
        bits => Node::Level(bits),
    }
}

fn of_time(op: Op, when: &When, now: &Zoned) -> Node {
    let last_past = !matches!(op, Op::Less | Op::AtMost);
    let range = when.resolve(now, last_past);
    let until = |end: i64| end.checked_sub(1).map_or(NEVER, |last| Node::Time(i64::MIN, last));
    let from = |start: i64| Node::Time(start, i64::MAX);
    match op {
        Op::Is => Node::all(vec![from(range.start), until(range.end)]),
        Op::IsNot => Node::any(vec![until(range.start), from(range.end)]),
        Op::Less => until(range.start),
        Op::AtMost => until(range.end),
        Op::More => from(range.end),
        Op::AtLeast => from(range.start),
    }
}
