//! What a line says: the time it was written, how serious it is, its fields.

pub mod line;
