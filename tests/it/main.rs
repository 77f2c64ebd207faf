//! Everything that is tested from outside, in one binary.

mod blackbox;
mod follow;
mod headless;
mod layers;
mod readme;
mod screen;
mod tty;
