//! What lies in folders, and the ends of files: asked for with a number, because a folder on a dead file system never
//! answers, and another is looked at meanwhile. Who asks takes only the answer to what it asked last.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use super::App;
use super::event::Effect;
use super::layer::Layer;
use crate::config::workspace::Origin;
use crate::core::template;

/// Which look into a folder or a file. A new number for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LookId(pub u64);

/// Which folder is looked into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Folder {
    /// The one the program was started in.
    Current,
    /// The user's own.
    Home,
    /// As it was typed: `~/` in front is the user's own; nothing is the current one.
    Typed(String),
    /// This one.
    At(PathBuf),
}

/// What lies in a folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// The folder, from the root on.
    pub path: PathBuf,
    /// What is in it, what was written last first.
    pub found: Vec<Found>,
    /// How many there are besides, which were written earlier.
    pub left_out: usize,
}

/// A file or a folder in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// Its name, whatever bytes it is made of.
    pub name: OsString,
    /// It is a folder, or leads to one.
    pub folder: bool,
    /// Bytes, of a file.
    pub size: Option<u64>,
    /// The device it is on and its number there, where that is known.
    pub file: Option<(u64, u64)>,
    /// How long ago it was written; not known where the file system is too slow to say.
    pub age: Option<Duration>,
}

/// The end of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Peek {
    /// Its last lines.
    Lines(Vec<Vec<u8>>),
    /// It is no text.
    Binary,
    /// It is no file: a socket, a device.
    Other,
    /// It cannot be read: a sentence.
    Failed(String),
}

impl App {
    fn next_look(&mut self) -> LookId {
        self.looks += 1;
        LookId(self.looks)
    }

    /// Has a folder looked into.
    pub(super) fn look_into(&mut self, folder: Folder) -> LookId {
        let id = self.next_look();
        self.effects.push(Effect::List(id, folder));
        id
    }

    /// Has the last lines of a file read.
    pub(super) fn peek(&mut self, path: PathBuf, lines: usize) -> LookId {
        let id = self.next_look();
        self.effects.push(Effect::Peek(id, path, lines));
        id
    }

    /// Something that was asked for came: every layer sees it and knows whether it was its own question.
    pub(super) fn tell_layers(&mut self, see: impl Fn(&mut dyn Layer, &mut App)) {
        for n in 0..self.layers.len() {
            let mut layer = self.layers.remove(n);
            see(&mut *layer, self);
            self.layers.insert(n, layer);
        }
    }

    /// Follows what lies at a path, which gets the focus; where it is followed already its pane does.
    pub(super) fn open_path(&mut self, path: PathBuf) {
        if let Some(text) = path.to_str() {
            self.histories.add("open", text);
            let here = |id: &super::pane::PaneId| {
                let feed = self.desk.panes.get(id).and_then(|pane| self.feeds.get(&pane.strand.source));
                feed.is_some_and(|feed| !feed.is_far() && feed.source.name == text)
            };
            if let Some(pane) = self.desk.order().into_iter().find(here) {
                return self.desk.focus(pane);
            }
            self.hold_named(Origin::path(&template::escaped(text), &self.space.folder));
        }
        self.opening = true;
        self.effects.push(Effect::OpenPath(path));
    }
}
