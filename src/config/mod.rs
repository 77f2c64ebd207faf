//! Settings and the keymap as plain data, and the defaults that are shipped in `config/`.

pub mod filters;
pub mod formats;
pub mod highlights;
pub mod hosts;
pub mod keymap;
pub mod look;
pub mod settings;
pub mod themes;
mod toml;
