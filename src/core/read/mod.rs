//! What a line says: its time, its level, its message, its fields, and whether it begins a record.
//!
//! ```text
//! line     what a line says                      reader   learns the formats of a source by its lines
//! format   the table of formats                  reading  what was learned, fixed: line in, meaning out
//! shape    lines with names for their values     timed    a time first, whatever follows
//! when     times as they are written             zone     … and the moments they are
//! offset   zones behind a time                   head     a line's first look
//! draft    one line being read
//! level    words and letters that name a level   members  which member is time, level, message
//! json     members of an object, unparsed        pairs    key=value
//! wrap     lines that containers wrap            own      formats of the user's own
//! learner  a source looked at bit by bit         names    fields that name themselves in a line
//! parts    lines that are nothing but named values
//! daytime  times of the day                      digits   bytes and digits at a place
//! ```
//!
//! A [`Reader`] looks at lines of a source and holds a [`Reading`]; a reading is a pure function from a line
//! to what it [`Said`]. What a format does not say stays unsaid: a wrong level is worse than none.

mod daytime;
mod digits;
mod draft;
mod format;
mod head;
pub(super) mod json;
mod learner;
mod level;
mod line;
mod members;
mod names;
mod offset;
mod own;
mod pairs;
mod parts;
mod reader;
mod reading;
mod shape;
mod timed;
mod when;
mod wrap;
mod zone;

#[cfg(test)]
mod tests;

pub use format::{Format, formats};
pub use learner::Learner;
pub use line::{Level, Said, Time, Value};
pub use names::is_placed;
pub use own::{FormatError, check_layout};
pub use parts::{Made, Named, Part};
pub use reader::Reader;
pub use reading::Reading;
pub use zone::Clock;
