//! Journeys of keys: what a user types, and what the screen says then.

mod ask;
mod desk;
mod far;
mod filter;
mod harness;
mod help;
mod hosts;
mod input;
mod output;
mod property;
mod query;
mod reading;
mod record;
mod scroll;
mod search;
mod shown;
mod title;
