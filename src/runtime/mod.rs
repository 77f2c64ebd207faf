//! The terminal, the event loop, worker threads, and the performing of effects. Knows everyone and decides
//! nothing.

pub mod backend;
pub mod scan;
