//! Sources on other hosts, from outside.

mod script;
