//! Settings and the keymap as plain data, and the defaults that are shipped in `config/`.

pub mod filters;
pub mod formats;
pub mod hosts;
pub mod keymap;
pub mod settings;
mod toml;
pub mod workspace;
