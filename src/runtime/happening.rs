//! What may wake the loop of the screen.

use std::io;

use super::cli::Options;
use super::keys::Input;
use super::whole::Whole;
use crate::app::configure::Configured;
use crate::app::event::Event;
use crate::app::source::SourceId;
use crate::config::hosts::Hosts;
use crate::source::search::Found;

/// What may wake the loop. Logs and scans send ids and wake-ups only, each once until it was looked at, so
/// the channel stays short.
pub enum Happening {
    /// Something came from the terminal.
    Input(Input),
    /// Something about a source changed.
    Changed(SourceId),
    /// Some scan has come further.
    Counted,
    /// A worker has an answer for the app, or a host a question.
    Answer(Box<Event>),
    /// A search by this name has found something.
    Found(String, Found),
    /// Config files changed, and were read again.
    Reloaded(Result<Box<Reloaded>, Vec<String>>),
    /// tmux would not take a text; it goes the other way.
    TmuxRefused(String),
    /// The terminal took the last frame, or cannot take any.
    Taken(io::Result<()>),
}

/// What a config that was read again comes to.
pub struct Reloaded {
    /// For the app.
    pub configured: Configured,
    /// Of other hosts.
    pub hosts: Hosts,
}

impl Reloaded {
    /// Reads everything again.
    ///
    /// # Errors
    /// All that is wrong, a sentence each.
    pub fn read(options: &Options) -> Result<Box<Reloaded>, Vec<String>> {
        let asked = options.asked();
        let Whole { read, settings, keymap } =
            Whole::read(options, &asked).map_err(|wrong| asked.briefly(&wrong))?;
        Ok(Box::new(Reloaded { configured: Configured { settings, keymap }, hosts: read.config.hosts }))
    }
}
