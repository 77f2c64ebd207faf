//! What is printed: the sources that were named, those that are found in folders and for patterns as they appear, and
//! what each is called.

use std::collections::HashSet;
use std::fs::File;
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::time::Instant;

use jiff::Zoned;
use jiff::tz::TimeZone;

use super::caption::{Caption, FullName};
use super::feed::{Feed, Turn, say, written};
use super::link::{Links, is_given_up};
use super::printer::{Format, Printer};
use super::{LINES, Woken};
use crate::app::link::HostStatus;
use crate::app::screen::Shade;
use crate::app::source::{Source, SourceId, State, Status};
use crate::core::host::RemotePath;
use crate::core::label;
use crate::core::read::{Clock, Learner, Time};
use crate::core::text::printable;
use crate::runtime::cli::{Lines, Options};
use crate::runtime::spec::Spec;
use crate::source::Follower;
use crate::source::search::{Found, Place, SearchId};
use crate::source::ssh::reading::{Begin, Reading};
use crate::source::ssh::search::{Sought, stands_for_several};
use crate::source::walk::Wanted;

/// Opens sources and knows what was opened.
pub struct Opener<'a> {
    follower: &'a Follower,
    options: &'a Options,
    format: Arc<Format>,
    wake: Sender<Woken>,
    /// What everything that has a name is called.
    names: Vec<FullName>,
    /// Files that are opened, those here only where they were found.
    opened: HashSet<Place>,
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
                Spec::Dated(name) => {
                    let id = self.number();
                    let source = self.follower.open_dated(id, name);
                    self.feed(&source, self.lines(), &own, searching)
                }
                Spec::Several(_) | Spec::SeveralDatedThere(..) => None, // below
                Spec::Remote(remote) => self.open_remote(remote, self.lines(), &own, searching),
                Spec::DatedThere(target, name) => {
                    let reading = self.reading(&format!("{target}:{}", name.at(&Zoned::now())), self.lines());
                    let id = self.number();
                    let source = self.follower.open_remote_dated(id, target, name, reading);
                    self.feed_remote(&source, self.lines(), &own, searching)
                }
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
                Spec::Command(line) => {
                    // As with a pipe, all it says is new.
                    let from = self.options.lines.filter(|lines| matches!(lines, Lines::From(_)));
                    let id = self.number();
                    let source = self.follower.open_command(id, line);
                    self.feed(&source, from.unwrap_or(Lines::From(1)), &own, searching)
                }
            };
            feeds.extend(feed);
        }
        for spec in several {
            match spec {
                Spec::Remote(remote) => self.search(&Sought::Path(remote.clone())),
                Spec::SeveralDatedThere(target, name) => {
                    self.search(&Sought::Dated { target: target.clone(), name: name.clone() });
                }
                Spec::Several(wanted) => feeds.extend(self.search_here(wanted)),
                Spec::Path(_) | Spec::Dated(_) | Spec::DatedThere(..) | Spec::Stdin | Spec::Command(_) => {}
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
        own: &FullName,
        searching: bool,
    ) -> Option<Feed> {
        if !self.opened.insert(Place::There(path.clone())) {
            return None;
        }
        let reading = self.reading(&path.to_string(), lines);
        let id = self.number();
        let source = self.follower.open_remote(id, path, reading);
        self.feed_remote(&source, lines, own, searching)
    }

    /// How what is called so on another host is read.
    fn reading(&self, name: &str, lines: Lines) -> Reading {
        let begin = match lines {
            Lines::Last(lines) => Begin::Last(lines),
            Lines::From(_) => Begin::Start,
        };
        let scrollback = self.options.settings.log(&printable(name)).scrollback;
        Reading { begin, follow: self.options.follow, scrollback }
    }

    fn feed_remote(
        &mut self,
        source: &Source,
        lines: Lines,
        own: &FullName,
        searching: bool,
    ) -> Option<Feed> {
        let mut feed = self.feed(source, lines, own, searching)?;
        // What became of a link before a file of its host was opened is no change of that file.
        if let Some(status) = self.follower.status(source.id) {
            self.take_note(&mut feed, &status);
        }
        Some(feed)
    }

    fn feed(&mut self, source: &Source, lines: Lines, own: &FullName, searching: bool) -> Option<Feed> {
        let names = self.names.iter().map(FullName::as_name);
        // What is printed once stays, so a name that may meet others later has its host in front from the beginning.
        let said = self.options.settings.log(&source.name);
        let (given, own_color) = (said.label, said.color);
        let is_given = given.is_some();
        let label = given.unwrap_or_else(|| match searching {
            true => label::with_host(own.as_name(), names),
            false => label::shortest(own.as_name(), names),
        });
        let look = own_color.map(|style| self.options.settings.look_of(&style));
        let shade = look.map_or(Shade::Number(source.id.0 as usize), Shade::Own);
        let shade = (self.names.len() > 1 || searching).then_some(shade);
        let caption = Caption::new(own, label, is_given, shade);
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
        let printer = Printer::new(Arc::clone(&self.format), caption, reading).choosing(choice);
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

    fn search(&mut self, sought: &Sought) {
        let name = sought.to_string();
        let id = self.follower.search_remote(sought, self.tell());
        self.searches.push(Search { name, id: Some(id) });
    }

    /// Begins to look for files here; those that are there are found at once.
    fn search_here(&mut self, wanted: &Wanted) -> Vec<Feed> {
        let (id, found) = self.follower.search_now(wanted, self.tell());
        let name = wanted.name.at(&Zoned::now());
        let mut feeds = Vec::new();
        for found in found {
            match found {
                Found::Files(places) | Found::Later(places) => {
                    feeds.extend(self.open_found(&places, self.lines()));
                }
                Found::Nothing(why) | Found::Short(why) => {
                    self.say_found(&name, &why);
                    self.whole &= self.options.follow;
                }
                Found::Gone(_) | Found::Host(_) => {}
            }
        }
        let id = Some(id);
        self.searches.push(Search { name, id });
        if !self.options.follow {
            self.end(self.searches.len() - 1, false);
        }
        feeds
    }

    /// Says what became of a search. Nothing happens next to what is not followed.
    fn say_found(&self, name: &str, why: &str) {
        let now = why.split_once("; ").map_or(why, |(now, _)| now);
        say(&[name, if self.options.follow { why } else { now }]);
    }

    /// What the next search finds wakes the printing.
    fn tell(&self) -> impl Fn(Found) + Send + Sync + 'static {
        let (number, wake) = (self.searches.len(), self.wake.clone());
        // Nobody listens any more at the very end.
        move |found| drop(wake.send(Woken::Found(number, found)))
    }

    /// Takes what a search has found: the files to print besides.
    pub fn found(&mut self, number: usize, found: Found) -> Vec<Feed> {
        if self.searches[number].id.is_none() {
            return Vec::new();
        }
        match found {
            Found::Files(places) => {
                let feeds = self.open_found(&places, self.lines());
                if !self.options.follow {
                    self.end(number, false);
                }
                feeds
            }
            Found::Later(places) => {
                // Last lines are those that were there at first.
                let lines = Some(self.lines()).filter(|lines| matches!(lines, Lines::From(_)));
                self.open_found(&places, lines.unwrap_or(Lines::From(1)))
            }
            // Its feed waits for it.
            Found::Gone(_) => Vec::new(),
            Found::Nothing(why) | Found::Short(why) => {
                self.say_found(&self.searches[number].name, &why);
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

    fn open_found(&mut self, places: &[Place], lines: Lines) -> Vec<Feed> {
        let own: Vec<_> = places.iter().map(place_name).collect();
        self.names.extend(own.iter().cloned());
        let files = places.iter().zip(&own);
        files.filter_map(|(place, own)| self.open_place(place, lines, own)).collect()
    }

    fn open_place(&mut self, place: &Place, lines: Lines, own: &FullName) -> Option<Feed> {
        match place {
            Place::There(path) => self.open_remote(path, lines, own, true),
            Place::Here(path) if self.opened.insert(place.clone()) => {
                let id = self.number();
                let source = self.follower.open(id, path);
                self.feed(&source, lines, own, true)
            }
            Place::Here(_) => None,
        }
    }

    fn end(&mut self, number: usize, failed: bool) {
        if let Some(id) = self.searches[number].id.take() {
            self.follower.end_search(id);
        }
        self.whole &= !failed;
    }
}

fn is_search(spec: &Spec) -> bool {
    match spec {
        Spec::Several(_) | Spec::SeveralDatedThere(..) => true,
        Spec::Remote(remote) => stands_for_several(&remote.path),
        Spec::Path(_) | Spec::Dated(_) | Spec::DatedThere(..) | Spec::Stdin | Spec::Command(_) => false,
    }
}

fn full_name(spec: &Spec) -> FullName {
    match spec {
        Spec::Stdin => FullName::of("stdin".to_owned()),
        Spec::Path(path) => FullName::of(path.to_string_lossy().into_owned()),
        Spec::Dated(name) => FullName::of(name.at(&Zoned::now())),
        Spec::Several(wanted) => FullName::of(wanted.name.at(&Zoned::now())),
        Spec::Remote(remote) => remote_name(remote),
        Spec::DatedThere(target, name) | Spec::SeveralDatedThere(target, name) => {
            FullName { host: Some(target.to_string()), ..FullName::of(name.at(&Zoned::now())) }
        }
        Spec::Command(line) => FullName { host: None, path: line.clone(), whole: true },
    }
}

fn place_name(place: &Place) -> FullName {
    match place {
        Place::Here(path) => FullName::of(path.to_string_lossy().into_owned()),
        Place::There(path) => remote_name(path),
    }
}

fn remote_name(remote: &RemotePath) -> FullName {
    let path = String::from_utf8_lossy(&remote.path).into_owned();
    FullName { host: Some(remote.target.to_string()), path, whole: false }
}
