//! What is printed: the sources that were named, those that are found on other hosts as they appear, and what each
//! is called.

use std::collections::HashSet;
use std::fs::File;
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::Instant;

use jiff::tz::TimeZone;

use super::feed::{Feed, Turn, say, written};
use super::link::{Links, is_given_up};
use super::printer::{Format, Printer};
use super::{LINES, Woken};
use crate::app::link::HostStatus;
use crate::app::source::{Source, SourceId, State, Status};
use crate::core::label::{self, Name};
use crate::core::read::{Clock, Learner, Time};
use crate::core::text::printable;
use crate::runtime::cli::{Lines, Options};
use crate::runtime::spec::Spec;
use crate::source::Follower;
use crate::source::ssh::name::RemotePath;
use crate::source::ssh::reading::{Begin, Reading};
use crate::source::ssh::search::{Found, SearchId, stands_for_several};

/// Opens sources and knows what was opened.
pub struct Opener<'a> {
    follower: &'a Follower,
    options: &'a Options,
    format: Arc<Format>,
    wake: Sender<Woken>,
    /// Everything that has a name: the host it is on, and its path.
    names: Vec<(Option<String>, String)>,
    /// Files on other hosts that are opened.
    opened: HashSet<RemotePath>,
    searches: Vec<Search>,
    links: Links,
    next: u32,
    /// The zone of this machine, laid out once.
    clock: Option<Clock>,
    /// What was asked for could be opened.
    pub whole: bool,
}

/// A name that stands for whatever is found.
struct Search {
    name: String,
    /// While it is looked for.
    id: Option<SearchId>,
}

impl<'a> Opener<'a> {
    /// Nothing is open yet; what is found later goes to `wake`.
    pub fn new(
        follower: &'a Follower,
        options: &'a Options,
        format: Format,
        wake: Sender<Woken>,
    ) -> Opener<'a> {
        Opener {
            follower,
            options,
            format: Arc::new(format),
            wake,
            names: Vec::new(),
            opened: HashSet::new(),
            searches: Vec::new(),
            links: Links::new(options.follow),
            next: 0,
            clock: None,
            whole: true,
        }
    }

    /// Whether more may be found.
    pub fn is_searching(&self) -> bool {
        self.searches.iter().any(|search| search.id.is_some())
    }

    /// Opens all that was named, and begins to look for what has to be looked for.
    pub fn open(&mut self, specs: &[Spec], mut stdin: Option<File>) -> Vec<Feed> {
        let (several, single): (Vec<&Spec>, Vec<&Spec>) = specs.iter().partition(|spec| is_search(spec));
        self.names = single.iter().map(|spec| full_name(spec)).collect();
        // Before anything is named: with names to come even a single one is told apart.
        let searching = !several.is_empty();
        let mut feeds = Vec::new();
        for (spec, own) in single.into_iter().zip(self.names.clone()) {
            let feed = match spec {
                Spec::Path(path) => {
                    let id = self.number();
                    let source = self.follower.open(id, path);
                    self.feed(&source, self.lines(), &own, searching)
                }
                Spec::Remote(remote) => self.open_remote(remote, self.lines(), &own, searching),
                Spec::Stdin => {
                    let Some(file) = stdin.take() else {
                        say(&["standard input is a terminal: pipe something into tailpane, or name a file"]);
                        self.whole = false;
                        continue;
                    };
                    // Whatever comes through a pipe is new, so there are no last lines.
                    let from = self.options.lines.filter(|lines| matches!(lines, Lines::From(_)));
                    let id = self.number();
                    let source = self.follower.open_stdin(id, file);
                    self.feed(&source, from.unwrap_or(Lines::From(1)), &own, searching)
                }
            };
            feeds.extend(feed);
        }
        for spec in several {
            if let Spec::Remote(remote) = spec {
                self.search(remote);
            }
        }
        feeds
    }

    fn lines(&self) -> Lines {
        self.options.lines.unwrap_or(Lines::Last(LINES))
    }

    fn number(&mut self) -> SourceId {
        let id = SourceId(self.next);
        self.next += 1;
        id
    }

    fn open_remote(
        &mut self,
        path: &RemotePath,
        lines: Lines,
        own: &(Option<String>, String),
        searching: bool,
    ) -> Option<Feed> {
        if !self.opened.insert(path.clone()) {
            return None;
        }
        let begin = match lines {
            Lines::Last(lines) => Begin::Last(lines),
            Lines::From(_) => Begin::Start,
        };
        let id = self.number();
        let scrollback = self.options.settings.log(&printable(&path.to_string())).scrollback;
        let reading = Reading { begin, follow: self.options.follow, scrollback };
        let source = self.follower.open_remote(id, path, reading);
        let mut feed = self.feed(&source, lines, own, searching)?;
        // What became of a link before a file of its host was opened is no change of that file.
        if let Some(status) = self.follower.status(id) {
            self.take_note(&mut feed, &status);
        }
        Some(feed)
    }

    fn feed(
        &mut self,
        source: &Source,
        lines: Lines,
        own: &(Option<String>, String),
        searching: bool,
    ) -> Option<Feed> {
        let names = self.names.iter().map(as_name);
        let own = as_name(own);
        // What is printed once stays, so a name that may meet others later has its host in front from the beginning.
        let label = match (self.options.settings.log(&source.name).label, searching) {
            (Some(label), _) => label,
            (None, true) => label::with_host(own, names),
            (None, false) => label::shortest(own, names),
        };
        let label = printable(&label);
        let prefix = match &*self.format {
            _ if self.names.len() == 1 && !searching => String::new(),
            Format::Painted(paint) => paint.name(source.id.0 as usize, &format!("{label}: ")),
            _ => format!("{label}: "),
        };
        let clock = self.clock.get_or_insert_with(|| Clock::new(TimeZone::system(), Time(0)));
        let at = written(source.status.grew.unwrap_or_else(Instant::now));
        let zone = self.options.settings.log(&source.name).zone;
        let settled = zone.is_some();
        let clock = zone.map_or_else(|| clock.at(at), |zone| Clock::new(zone, at));
        let learner = Learner::new(
            clock,
            &self.options.settings.own_formats_of(&source.name),
            self.options.settings.format_of(&source.name).as_deref(),
        )
        .settled(settled);
        let choice = self.options.settings.highlights_of(&source.name);
        let reading = learner.reading().clone();
        let printer = Printer::new(Arc::clone(&self.format), &prefix, &label, reading).choosing(choice);
        let (follow, filter) = (self.options.follow, self.options.filter());
        match Feed::open(self.follower, source, lines, follow, filter, learner, printer) {
            Ok(mut feed) => {
                let state = &source.status.state;
                feed.say_state(state);
                self.whole &= follow || !matches!(state, State::Waiting(_) | State::Failed(_));
                Some(feed)
            }
            Err(sentence) => {
                say(&[&sentence]);
                self.whole = false;
                None
            }
        }
    }

    /// Tells a source what changed, and says what became of its link. One that turns out to be a folder is looked into
    /// in place of being waited for.
    pub fn take_note(&mut self, feed: &mut Feed, status: &Status) {
        if let Some(remote) = &status.remote {
            self.say_link(&remote.host);
        }
        if let Some(folder) = self.follower.folder(feed.id) {
            feed.turn = Turn::Done;
            self.search(&folder); // first: a host that nobody wants anything of is let go
            return self.follower.close(feed.id);
        }
        feed.changed(status);
    }

    fn say_link(&mut self, host: &HostStatus) {
        if let Some(said) = self.links.turned(host) {
            say(&[&host.name, &said]);
        }
    }

    fn search(&mut self, path: &RemotePath) {
        let number = self.searches.len();
        let wake = self.wake.clone();
        let id = self.follower.search_remote(path, move |found| {
            // Nobody listens any more at the very end.
            let _ = wake.send(Woken::Found(number, found));
        });
        self.searches.push(Search { name: path.to_string(), id: Some(id) });
    }

    /// Takes what a search has found: the files to print besides.
    pub fn found(&mut self, number: usize, found: Found) -> Vec<Feed> {
        if self.searches[number].id.is_none() {
            return Vec::new();
        }
        match found {
            Found::Files(paths) => self.open_found(number, &paths, self.lines()),
            Found::Later(paths) => {
                // Last lines are those that were there at first.
                let lines = Some(self.lines()).filter(|lines| matches!(lines, Lines::From(_)));
                self.open_found(number, &paths, lines.unwrap_or(Lines::From(1)))
            }
            Found::Nothing(why) | Found::Short(why) => {
                // Nothing happens next to what is not followed.
                let now = why.split_once("; ").map_or(why.as_str(), |(now, _)| now);
                say(&[&self.searches[number].name, if self.options.follow { &why } else { now }]);
                if !self.options.follow {
                    self.end(number, true);
                }
                Vec::new()
            }
            Found::Host(host) => {
                self.say_link(&host);
                if is_given_up(&host.state, self.options.follow) {
                    self.end(number, true);
                }
                Vec::new()
            }
        }
    }

    fn open_found(&mut self, number: usize, paths: &[RemotePath], lines: Lines) -> Vec<Feed> {
        let own: Vec<_> = paths.iter().map(remote_name).collect();
        self.names.extend(own.iter().cloned());
        let files = paths.iter().zip(&own);
        let feeds = files.filter_map(|(path, own)| self.open_remote(path, lines, own, true)).collect();
        if !self.options.follow {
            self.end(number, false);
        }
        feeds
    }

    fn end(&mut self, number: usize, failed: bool) {
        if let Some(id) = self.searches[number].id.take() {
            self.follower.end_search(id);
        }
        self.whole &= !failed;
    }
}

fn is_search(spec: &Spec) -> bool {
    matches!(spec, Spec::Remote(remote) if stands_for_several(&remote.path))
}

/// The host a source is on, and its path.
fn full_name(spec: &Spec) -> (Option<String>, String) {
    match spec {
        Spec::Stdin => (None, "stdin".to_owned()),
        Spec::Path(path) => (None, path.to_string_lossy().into_owned()),
        Spec::Remote(remote) => remote_name(remote),
    }
}

fn remote_name(remote: &RemotePath) -> (Option<String>, String) {
    (Some(remote.target.to_string()), String::from_utf8_lossy(&remote.path).into_owned())
}

fn as_name(full: &(Option<String>, String)) -> Name<'_> {
    Name { host: full.0.as_deref(), path: &full.1 }
}
