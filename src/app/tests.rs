//! Journeys of keys: what a user types, and what the screen says then.

mod ask;
mod configure;
mod desk;
mod far;
mod filter;
mod harness;
mod help;
mod hits;
mod hosts;
mod input;
mod levels;
mod look;
mod merge;
mod output;
mod pair;
mod property;
mod query;
mod reading;
mod record;
mod scroll;
mod search;
mod shown;
mod time;
mod title;
