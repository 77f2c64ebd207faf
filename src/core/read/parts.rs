//! A line that is nothing but named values, value by value: so that it can be shown otherwise and nothing of it is
//! lost. It knows nothing of how that looks.

use std::borrow::Cow;

use super::json::{self, Member, Members};
use super::line::{NOWHERE, Said, Tail, Value};
use super::names::DOCKER;
use super::pairs::{self, Pairs};

/// What a line is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Made {
    /// It is a JSON object, from its first byte to its last.
    Object,
    /// It is `key=value` from its first byte to its last.
    Pairs,
    /// It is text in an object that Docker wrapped around it.
    Wrapped,
}

/// The part a value plays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// When the line was written.
    Time,
    /// How serious it is.
    Level,
    /// What it says to people.
    Message,
    /// Anything else.
    Field,
}

/// A named value.
#[derive(Clone, Debug)]
pub struct Named<'a> {
    /// The part it plays.
    pub part: Part,
    /// Its name as text.
    pub key: Cow<'a, str>,
    /// It as it is written: JSON, or the value of a pair with its quotes.
    pub raw: &'a [u8],
}

impl Said<'_> {
    /// What the line is made of; `None` when it holds anything that is neither a named value nor a sign between
    /// two. `raw` is the line that was read.
    pub fn made_of(&self, raw: &[u8]) -> Option<Made> {
        match self.tail {
            Some(Tail::Json(0, _)) => {
                let mut members = json::members(&self.line, 0);
                while members.step().is_some() {}
                members.ends_with_the_line().then_some(Made::Object)
            }
            Some(Tail::Pairs(0, _)) if self.format == "logfmt" => {
                let mut behind = 0;
                for pair in pairs::pairs(&self.line, 0) {
                    if !is_blank(&self.line[behind..pair.start]) {
                        return None;
                    }
                    behind = pair.end;
                }
                is_blank(&self.line[behind..]).then_some(Made::Pairs)
            }
            _ if raw.starts_with(DOCKER) && self.outer.is_some() => Some(Made::Wrapped),
            _ => None,
        }
    }

    /// The values of a line that is made of them, in their order.
    pub fn values(&self) -> impl Iterator<Item = Named<'_>> {
        let (members, used) = match self.tail {
            Some(Tail::Json(0, used)) => (Some(json::members(&self.line, 0)), used),
            _ => (None, [NOWHERE; 3]),
        };
        let pairs = match self.tail {
            Some(Tail::Pairs(0, used)) if self.format == "logfmt" => {
                Some((pairs::pairs(&self.line, 0), used))
            }
            _ => None,
        };
        let members = members.into_iter().flat_map(all);
        let members = members.map(move |member| Named {
            part: part(member.start, used),
            key: member.key(),
            raw: member.raw(),
        });
        let pairs = pairs.into_iter().flat_map(|(pairs, used): (Pairs<'_>, _)| {
            pairs.map(move |pair| Named { part: part(pair.start, used), key: pair.key(), raw: pair.quoted() })
        });
        members.chain(pairs)
    }

    /// Names of its fields as [`Said::field`] takes them, at most `most`: behind a field that is an object those of its
    /// members too, `req.method`. Elements of arrays have no names.
    pub fn field_names(&self, most: usize) -> Vec<String> {
        let mut names = Vec::new();
        for (name, value) in self.fields().take(most) {
            let nested = if let Value::Nested(text) = value { Some(text) } else { None };
            names.push(name.into_owned());
            if let Some(text) = nested {
                members_of(text.as_bytes(), most, &mut names);
            }
        }
        names.retain(|name| !name.is_empty());
        names.truncate(most);
        names
    }

    /// What the wrapper around the line says of it.
    pub fn wrapper(&self) -> Option<(&str, &str)> {
        self.outer.as_ref().map(|(name, value)| (*name, &**value))
    }
}

/// Members, those that are time, level and message too.
fn all(mut members: Members<'_>) -> impl Iterator<Item = Member<'_>> {
    std::iter::from_fn(move || members.step())
}

/// Names of the members of an object that was named last, in those of their objects too.
fn members_of(object: &[u8], most: usize, names: &mut Vec<String>) {
    const DEEP: usize = 8;
    let outer = names.last().cloned().unwrap_or_default();
    let mut open = vec![(outer, object, 0)];
    while let Some((outer, object, depth)) = open.pop() {
        if object.first() != Some(&b'{') || depth == DEEP {
            continue;
        }
        for member in all(json::members(object, 0)).take(most.saturating_sub(names.len())) {
            let name = format!("{outer}.{}", member.key());
            names.push(name.clone());
            open.push((name, member.raw(), depth + 1));
        }
    }
}

fn part(start: usize, used: [u32; 3]) -> Part {
    match used.iter().position(|at| *at as usize == start && *at != NOWHERE) {
        Some(0) => Part::Time,
        Some(1) => Part::Level,
        Some(2) => Part::Message,
        _ => Part::Field,
    }
}

pub(super) fn is_blank(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| matches!(byte, b' ' | b'\t'))
}
