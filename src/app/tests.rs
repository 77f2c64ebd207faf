//! Journeys of keys: what a user types, and what the screen says then.

mod desk;
mod filter;
mod harness;
mod help;
mod input;
mod output;
mod property;
mod scroll;
mod search;
mod title;
