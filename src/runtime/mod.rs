//! The terminal, the event loop, worker threads, and the performing of effects. Knows everyone and decides
//! nothing.

pub mod cli;
pub mod clipboard;
pub mod demo;
pub mod headless;
pub mod keys;
pub mod names;
pub mod save;
pub mod sieve;
pub mod signals;
pub mod spec;
pub mod terminal;

/// runs
pub fn main() -> std::process::ExitCode {
    std::process::ExitCode::SUCCESS
}
