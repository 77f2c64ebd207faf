//! Everything that is tested from outside, in one binary.
#![allow(clippy::unwrap_used, clippy::expect_used)] // here they are assertions

mod blackbox;
mod commands;
mod config;
mod finding;
mod folder;
mod follow;
mod formats;
mod generate;
mod headless;
mod hosts;
mod layers;
mod looks;
mod own;
mod pictures;
mod reading;
mod readme;
mod screen;
mod shown;
mod sources;
mod space;
mod ssh;
mod time;
#[allow(dead_code)] // the benchmarks use the rest
mod tty;
