//! Which fields name themselves in their lines, so that a line without the name has no such field.

use std::collections::HashSet;
use std::sync::LazyLock;

use super::format::{FORMATS, Format, Kind};
use super::reading::{Reading, Which};

/// Fields of what containers wrap around a line.
const OUTER: [&str; 2] = ["stream", "service"];

/// What Docker wraps around a line begins so.
pub(super) const DOCKER: &[u8] = b"{\"log\":";

/// All fields that some format of the table takes from a place in the line.
static PLACED: LazyLock<HashSet<&str>> =
    LazyLock::new(|| FORMATS.iter().flat_map(|format| format.kind.names()).chain(OUTER).collect());

impl Kind {
    /// Fields it takes from places in a line.
    fn names(&self) -> impl Iterator<Item = &str> {
        let shapes = if let Kind::Shapes(shapes) = self { &shapes[..] } else { &[] };
        let own = if let Kind::Own(own) = self { &own.names[..] } else { &[] };
        shapes.iter().flat_map(|shape| &shape.names[..]).chain(own).map(|name| &**name)
    }
}

/// Whether a format of the table or one of `own` takes a field of this name from a place in the line, so that the name
/// is known without any line that says it.
pub fn is_placed<'f>(field: &str, own: impl IntoIterator<Item = &'f Format>) -> bool {
    PLACED.contains(field) || own.into_iter().flat_map(|format| format.kind.names()).any(|name| name == field)
}

impl Reading {
    /// Whether every line that has this field holds its name, the value right behind it: it is a member of JSON or
    /// the key of a pair, whatever format a line is in.
    pub fn names(&self, field: &str) -> bool {
        let placed = match &self.forced {
            Some(Which::Known(place)) => {
                OUTER.contains(&field) || FORMATS[*place].kind.names().any(|name| name == field)
            }
            Some(Which::Own(format)) => {
                OUTER.contains(&field) || format.kind.names().any(|name| name == field)
            }
            None => is_placed(field, self.own.iter().map(|format| &**format)),
        };
        !placed
    }

    /// The same for one line: an object has nothing but members, even if another format would take the field from
    /// a place.
    pub fn names_in(&self, line: &[u8], field: &str) -> bool {
        let object = line.first() == Some(&b'{') && !line.starts_with(DOCKER);
        if object && self.forced.is_none() && !self.placed_by_own(field) {
            return true;
        }
        self.names(field)
    }

    fn placed_by_own(&self, field: &str) -> bool {
        self.own.iter().flat_map(|format| format.kind.names()).any(|name| name == field)
    }
}
