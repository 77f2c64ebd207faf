//! Sources on other hosts: links over SSH, and the files that are followed through them.
//!
//! ```text
//!   name ──▶ config ──▶ link (russh, or the system's ssh) ──exec──▶ sh: follow.sh ──▶ core::wire
//!               │         │ ask, auth, known                                            │ events
//!               ▼         ▼                                                             ▼
//!             host: one a host, its channels, its backoff ◀──────────── file ─▶ core::remote ─▶ store
//! ```
//!
//! Everything here runs on one thread of its own with an event loop of its own; callers talk to it through
//! [`super::Follower`].

pub mod ask;
pub mod config;
pub(super) mod file;
mod following;
mod host;
pub mod known;
pub mod link;
mod log;
pub mod names;
mod native;
mod phrase;
mod plain;
mod pulse;
pub mod reach;
pub mod reading;
pub(super) mod remotes;
pub mod script;
pub mod search;
mod service;
pub(super) mod standing;
mod store;
pub mod system;

pub(super) use file::RemoteFile;
pub(super) use names::Names;
pub(super) use store::{Allowance, Place};
