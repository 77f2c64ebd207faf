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
mod merge;
mod output;
mod pair;
mod property;
mod query;
mod reading;
mod record;
mod scroll;
mod search;
mod session;
mod shown;
mod space;
mod time;
mod title;
