//! One comparison of a field, ready to be made.

use std::cmp::Ordering;

use super::amount::{Amount, Unit, unit_of_name};
use super::ast::{Op, Value};
use super::facts::Facts;
use super::glance::Glance;
use crate::core::pattern::Pattern;

/// A comparison of one field.
#[derive(Clone, Debug)]
pub(super) struct Field {
    pub name: String,
    pub test: Test,
    /// Tells from the line's text alone that the comparison fails.
    glance: Option<Glance>,
}

/// What a field's value must be.
#[derive(Clone, Debug)]
pub(super) enum Test {
    /// This text, whatever the case if it has no capital.
    Same { text: String, caseless: bool },
    /// This amount, or this text.
    Equal { amount: Amount<'static>, text: String, unit: Option<Unit> },
    /// An amount that compares so.
    Order { op: Op, amount: Amount<'static>, unit: Option<Unit> },
    /// Matched.
    Like(Box<Pattern>),
    /// Anything but this.
    Other(Box<Test>),
}

impl Field {
    pub fn new(name: &str, test: Test) -> Field {
        Field { name: name.to_owned(), glance: Glance::of(name, &test), test }
    }

    /// What is compared with a value, `None` when nothing can be.
    pub fn compared(name: &str, op: Op, value: &Value) -> Option<Field> {
        let unit = unit_of_name(name);
        let amount = match value {
            Value::Amount(text) => Amount::read(text).map(Amount::into_owned),
            Value::Text(_) => None,
        };
        let (Value::Amount(text) | Value::Text(text)) = value;
        let test = match (op, amount) {
            (Op::Is | Op::IsNot, Some(amount)) => Test::Equal { amount, text: text.clone(), unit },
            (Op::Is | Op::IsNot, None) => {
                Test::Same { caseless: !text.chars().any(char::is_uppercase), text: text.clone() }
            }
            (op, Some(amount)) => Test::Order { op, amount, unit },
            _ => return None,
        };
        Some(Field::new(name, if op == Op::IsNot { Test::Other(Box::new(test)) } else { test }))
    }

    pub fn holds(&self, facts: &dyn Facts) -> bool {
        let glance = self.glance.as_ref().filter(|_| facts.names(&self.name));
        if glance.is_some_and(|glance| !glance.may_hold(facts.text())) {
            return false;
        }
        facts.field(&self.name).is_some_and(|value| self.test.holds(&value))
    }

    /// The glance at its name, if `named` says that it stands in the line.
    pub fn glance(&self, named: bool) -> Option<&Glance> {
        self.glance.as_ref().filter(|_| named)
    }
}

impl Test {
    pub fn holds(&self, value: &str) -> bool {
        match self {
            Test::Same { text, caseless: false } => value == text,
            Test::Same { text, caseless: true } => is_same(value, text),
            Test::Equal { amount, text, unit } => value == text || equals(amount, value, *unit),
            Test::Order { op, amount, unit } => {
                let order = Amount::read(value).and_then(|value| value.compare(amount, *unit));
                order.is_some_and(|order| match op {
                    Op::Less => order == Ordering::Less,
                    Op::AtMost => order != Ordering::Greater,
                    Op::More => order == Ordering::Greater,
                    Op::AtLeast => order != Ordering::Less,
                    Op::Is | Op::IsNot => (order == Ordering::Equal) == (*op == Op::Is),
                })
            }
            Test::Like(pattern) => pattern.matches(value.as_bytes()),
            Test::Other(test) => !test.holds(value),
        }
    }
}

/// Whether `value` is the amount. A plain number is only one without an exponent or unit, so that its
/// digits stand in the line.
fn equals(amount: &Amount<'_>, value: &str, unit: Option<Unit>) -> bool {
    let Some(value) = Amount::read(value) else { return false };
    let spelled_out = match (amount, &value) {
        (Amount::Plain(number), _) if number.scientific => true,
        (Amount::Plain(_), Amount::Plain(value)) => !value.scientific,
        (Amount::Plain(_), Amount::Measured(..)) => false,
        (Amount::Measured(..), _) => true,
    };
    spelled_out && value.compare(amount, unit) == Some(Ordering::Equal)
}

/// Whether they differ in case only; `text` has no capitals. Letters are compared one by one, so that every
/// ASCII letter of `text` stands in `value` in one of its cases (or as one of its two foreign spellings).
fn is_same(value: &str, text: &str) -> bool {
    if value.is_ascii() && text.is_ascii() {
        return value.eq_ignore_ascii_case(text);
    }
    value.chars().map(lower).eq(text.chars().map(lower))
}

fn lower(c: char) -> char {
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(lower), None) => lower,
        _ => c,
    }
}
