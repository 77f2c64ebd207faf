//! The query language: what to ask of a line, as a user writes it. `docs/query.md` is its manual.
//!
//! A query is parsed to an [`Expr`] and compiled to a [`Check`], which is asked about a line through
//! [`Facts`]. It reads no line itself: what a line's fields are, a [`Reader`] knows.

use std::fmt;

use jiff::Zoned;

use super::read::Level;
pub use ast::{Expr, Op, Value, Wanted};
pub use check::Check;
pub use error::QueryError;
pub(super) use facts::Lazy;
pub use facts::{Facts, Reader, Unread};
pub use when::When;

pub(super) mod amount;
mod ast;
mod check;
mod error;
mod facts;
mod field;
mod glance;
mod need;
mod parse;
mod scan;
pub(super) mod seek;
mod understood;
mod when;

/// A query as a user wrote it. It is shown in one spelling, which parses to the same query again.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    expr: Expr,
}

impl Query {
    /// Understands `text`.
    ///
    /// # Errors
    /// What is wrong, where, and what to write instead.
    pub fn parse(text: &str) -> Result<Query, QueryError> {
        parse::parse(text).map(|expr| Query { expr })
    }

    /// Asks for lines whose level compares so.
    pub fn of_level(op: Op, level: Level) -> Query {
        Query { expr: Expr::Level(op, level) }
    }

    /// What must all be so: the query's parts at its top level, at least one.
    pub fn parts(self) -> Vec<Query> {
        match self.expr {
            Expr::All(parts) => parts.into_iter().map(|expr| Query { expr }).collect(),
            expr => vec![Query { expr }],
        }
    }

    /// Whether it asks for what must be, and what that is without its `!` if not.
    pub fn positive(&self) -> (bool, Query) {
        match &self.expr {
            Expr::Not(expr) => (false, Query { expr: Expr::clone(expr) }),
            expr => (true, Query { expr: expr.clone() }),
        }
    }

    /// How it is written where it must be so, or must not.
    pub fn written(&self, positive: bool) -> String {
        if positive { self.to_string() } else { Expr::Not(Box::new(self.expr.clone())).to_string() }
    }

    /// What it asks for.
    pub fn expr(&self) -> &Expr {
        &self.expr
    }

    /// Makes it ready to be asked; `now` tells what its relative times mean, and the zone of its clocks.
    pub fn compile(&self, now: &Zoned) -> Check {
        Check::of(&self.expr, now)
    }
}

/// A query that has been asked at a time, and so is ready.
#[derive(Clone, Debug)]
pub struct Asked {
    query: Query,
    check: Check,
}

impl Asked {
    /// Asks `query` now.
    pub fn new(query: Query, now: &Zoned) -> Asked {
        Asked { check: query.compile(now), query }
    }

    /// What is asked.
    pub fn query(&self) -> &Query {
        &self.query
    }

    /// What is asked, ready.
    pub fn check(&self) -> &Check {
        &self.check
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.expr.fmt(f)
    }
}

#[cfg(test)]
pub(super) mod tests;
