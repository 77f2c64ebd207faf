//! tailpane follows many log files at once in one terminal.
//!
//! The map of the house: five layers, and they look in one direction only (a test reads the `use`
//! lines and holds this picture against them).
//!
//! ```text
//! source  ●  bytes in: files, watchers, stdin, ssh       knows core, config::hosts, app::{source, link, question}
//! core    ○  bytes → lines → kept lines → spans (pure)   knows nobody
//! app     ○  the program's state and its rules  (pure)   knows core and config
//! ui      ○  a Screen value → cells             (pure)   knows app::screen, the looks of config, core spans
//! runtime ●  terminal, event loop, worker threads        knows everyone and decides nothing
//! ```
//!
//! `config` holds settings, hosts and the keymap as plain data; `app`, `source` and `runtime` read it.
//!
//! Where to change a thing:
//!
//! - a case of following a file: [`core::follow`], then [`source::file`]
//! - what a filter keeps, how fast it is found: [`core::filter`], [`core::scan`], [`core::walk`]
//! - the order of the lines of several logs: [`core::stream`]; when each was written, and bisecting: [`core::dates`]
//! - what a line says (time, level, fields), and the table of formats: [`core::read`]
//! - how a source's format is learned while it is shown: [`core::read::Learner`], then [`app::learn`]
//! - in which form a line is shown, and times before it: [`core::form`], then [`app::shown`] and [`app::times`]
//! - formats of the user's own: [`config::formats`], then `core::read::own`
//! - the query language: [`core::query`], and its manual `docs/query.md`
//! - what is recognised in a line and coloured: [`core::highlight`]; which colour: `config/themes`, read by [`config::themes`]
//! - a command: one row in `app::command`; its key: `config/keymap.toml`
//! - what a pane's title says: `app::title`
//! - what is opened for a name, on the screen: `runtime::sources`
//! - where panes stand that a file plans, and what becomes of it: [`app::space`], [`app::view`], [`app::snapshot`]
//! - what runs without a screen: `runtime::headless`

pub mod app;
pub mod config;
pub mod core;
pub mod runtime;
pub mod source;
pub mod ui;
