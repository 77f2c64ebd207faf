//! Bytes to lines, lines to kept lines, kept lines to spans. Pure: no file, no clock, no thread, no
//! terminal; it knows none of the other layers.

pub mod chunk;
pub mod count;
pub mod dates;
pub mod filter;
pub mod follow;
pub mod form;
pub mod fuzzy;
pub mod glob;
pub mod highlight;
pub mod histogram;
pub mod host;
pub mod index;
pub mod label;
pub mod levels;
pub mod lines;
pub mod mask;
pub mod near;
pub mod pattern;
pub mod pick;
pub mod place;
pub mod pos;
pub mod query;
pub mod read;
pub mod record;
pub mod remote;
pub mod ring;
pub mod scan;
pub mod span;
#[cfg(test)]
pub mod sparse;
pub mod store;
pub mod stream;
pub mod template;
pub mod text;
pub mod walk;
pub mod wire;
