//! The program's state and its rules. Pure: no clock (time comes in with every event), no thread, no
//! file, no terminal. It turns events into effects, and itself into a [`screen::Screen`].

pub mod event;
pub mod key;
pub mod screen;
pub mod source;
