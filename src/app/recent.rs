//! Files that were opened before, here and in earlier runs: what the palette and the picker show before others.
//!
//! What was opened in earlier runs is asked for when the first list wants it, and may never come.

use std::collections::BTreeSet;

use super::App;
use super::event::Effect;
use super::feed::Feed;
use super::source::{Exact, State, Watch};
use crate::core::pos::Pos;

/// Most names that are remembered.
pub const MOST: usize = 100;

/// What is known of earlier runs, and what this one has closed.
#[derive(Default)]
pub struct Recent {
    asked: bool,
    /// In earlier runs, the newest first.
    earlier: Vec<String>,
    /// Files that were open and are not any more, the newest last.
    closed: Vec<String>,
}

impl App {
    /// Has the names of earlier runs read, once.
    pub(super) fn ask_recent(&mut self) {
        if !std::mem::replace(&mut self.recent.asked, true) {
            self.effects.push(Effect::Recent);
        }
    }

    /// They came.
    pub(super) fn recent_came(&mut self, names: Vec<String>) {
        self.recent.earlier = names;
        self.tell_layers(|layer, app| layer.recent_came(app));
    }

    /// What was opened by name since the start, the newest first.
    pub(super) fn asked_for(&self) -> impl Iterator<Item = &str> {
        self.histories.newest("open")
    }

    /// The files that are open, by their devices and numbers, the newest first.
    pub(super) fn open_files(&self) -> Vec<(u64, u64)> {
        let files = self.feeds.values().rev().filter_map(|feed| feed.status().file);
        files.map(|file| (file.device, file.inode)).collect()
    }

    /// What was opened before, each once, the newest first.
    pub(super) fn opened_before(&self) -> Vec<&str> {
        let closed = self.recent.closed.iter().rev();
        let earlier = closed.chain(&self.recent.earlier).map(String::as_str);
        let mut known = BTreeSet::new();
        self.asked_for().chain(earlier).filter(|name| known.insert(*name)).collect()
    }

    /// A source is not followed any more.
    pub(super) fn note_closed(&mut self, feed: &Feed) {
        let Some(name) = self.file_name(feed) else { return };
        self.recent.closed.retain(|closed| *closed != name);
        self.recent.closed.push(name);
        if self.recent.closed.len() > MOST {
            self.recent.closed.remove(0);
        }
    }

    /// The files that were opened since the start, the newest last: what a later run is to know, if anything is.
    /// Standard input and commands are none.
    pub fn opened_files(&self) -> Vec<String> {
        if !self.settings.sessions {
            return Vec::new();
        }
        let open: Vec<String> = self.feeds.values().filter_map(|feed| self.file_name(feed)).collect();
        let closed = self.recent.closed.iter().filter(|name| !open.contains(name));
        let mut files: Vec<String> = closed.cloned().collect();
        files.extend(open);
        files.split_off(files.len().saturating_sub(MOST))
    }

    /// By what name a file can be opened again that was there.
    fn file_name(&self, feed: &Feed) -> Option<String> {
        let status = feed.status();
        let pushed = matches!(status.watch, Watch::Command | Watch::Pushed) && !feed.is_far();
        let there = status.state == State::Live || status.end > Pos(0);
        // These are remembered line by line, and shown.
        let exact = feed.source.exact == Exact::Shown;
        (there && exact && !pushed).then(|| self.whole_name(&feed.source.name))
    }
}
