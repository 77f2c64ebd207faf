//! What a source is called before its lines. It knows no source.

use super::printer::Format;
use crate::app::screen::Shade;
use crate::core::label::{self, Name};
use crate::core::text::printable;

/// What a source is called in full.
#[derive(Clone, Debug)]
pub struct FullName {
    /// The host it is on, if it is on another.
    pub host: Option<String>,
    /// Its path there.
    pub path: String,
    /// It is no path.
    pub whole: bool,
}

impl FullName {
    /// Of what is here.
    pub fn of(path: String) -> FullName {
        FullName { host: None, path, whole: false }
    }

    /// To be compared with others.
    pub fn as_name(&self) -> Name<'_> {
        Name { host: self.host.as_deref(), path: &self.path, whole: self.whole }
    }
}

/// What stands before the lines of a source.
pub struct Caption {
    own: FullName,
    label: String,
    /// It was given to the source, and stays whatever the source is called.
    given: bool,
    /// Its colour where lines are coloured; nothing stands before lines without one.
    shade: Option<Shade>,
}

impl Caption {
    /// Of a source that is called `label`, for `own`, or for all names it can have where that was `given`.
    pub fn new(own: &FullName, label: String, given: bool, shade: Option<Shade>) -> Caption {
        Caption { own: own.clone(), label, given, shade }
    }

    /// The source is called otherwise in full from now on.
    pub fn rename(&mut self, full: &str) {
        if self.given {
            return;
        }
        let now = Name::new(full, self.own.host.as_deref());
        self.label = label::renamed(&self.label, self.own.as_name(), now);
        self.own.path = now.path.to_owned();
    }

    /// As it can be printed.
    pub fn label(&self) -> String {
        printable(&self.label)
    }

    /// What is printed before every line.
    pub fn prefix(&self, format: &Format) -> String {
        let text = format!("{}: ", self.label());
        match (format, self.shade) {
            (_, None) => String::new(),
            (Format::Painted(paint), Some(shade)) => paint.name(shade, &text),
            (_, Some(_)) => text,
        }
    }
}
