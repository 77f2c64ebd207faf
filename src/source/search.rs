//! Names that stand for several files, here and on other hosts: what a search for them tells, and what of it is news.
//! How files are looked for is `find`'s matter here and [`super::ssh`]'s elsewhere.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::app::link::HostStatus;
use crate::core::host::RemotePath;

/// Files that one name may stand for at a time.
pub const NAMES: usize = 1000;
/// Files that one name ever opens, those that are gone by now among them: there may be new ones for ever.
const EVER: usize = 10 * NAMES;
/// How long a file stays away before it is gone: one that is rotated is away for a moment.
pub(super) const AWAY: Duration = Duration::from_secs(5);

/// Which search.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SearchId(pub u64);

/// Where a file is that was found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// On this machine.
    Here(PathBuf),
    /// On another one.
    There(RemotePath),
}

impl From<PathBuf> for Place {
    fn from(path: PathBuf) -> Place {
        Place::Here(path)
    }
}

impl From<RemotePath> for Place {
    fn from(path: RemotePath) -> Place {
        Place::There(path)
    }
}

/// What a search tells, from a thread of its own.
#[derive(Clone, Debug)]
pub enum Found {
    /// These files are new. A name elsewhere that is there as a file, or not at all, is told as it is: it can be
    /// followed.
    Files(Vec<Place>),
    /// These were not there when it was looked before: everything in them is new.
    Later(Vec<Place>),
    /// These are there no more, and have not come back for some seconds. Told as new when they do.
    Gone(Vec<Place>),
    /// There is nothing so far, and why: a sentence. Looked for again.
    Nothing(String),
    /// Not all is followed that the name stands for, and why: a sentence. Looked for again.
    Short(String),
    /// The link to the host has changed.
    Host(Arc<HostStatus>),
}

/// Told of what is found.
pub type Tell = Arc<dyn Fn(Found) + Send + Sync>;

/// What was told of a search.
#[derive(Debug)]
pub(super) struct Told<P> {
    files: HashSet<P>,
    /// Those of them that are not there now, and since when.
    absent: HashMap<P, Instant>,
    /// How many were ever told.
    ever: usize,
    looked: bool,
    /// The last sentence, until there is nothing more to say so.
    said: String,
}

impl<P> Default for Told<P> {
    fn default() -> Told<P> {
        let (files, absent) = (HashSet::new(), HashMap::new());
        Told { files, absent, ever: 0, looked: false, said: String::new() }
    }
}

impl<P: Clone + Ord + Hash + Into<Place>> Told<P> {
    /// Whether a file was told of and is not gone.
    pub fn has(&self, file: &P) -> bool {
        self.files.contains(file)
    }

    /// All that was told of and is not gone.
    pub fn all(&self) -> impl Iterator<Item = &P> {
        self.files.iter()
    }

    /// Whether nothing was found so far.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// Whether it was looked before.
    pub fn has_looked(&self) -> bool {
        self.looked
    }

    /// When a file that is away now will count as gone.
    pub fn due(&self) -> Option<Instant> {
        self.absent.values().min().map(|since| *since + AWAY)
    }

    /// These are there now: what is to be told of them.
    pub fn files(&mut self, found: Vec<P>, now: Instant) -> Vec<Found> {
        let gone = self.gone(&found, now);
        let mut new: Vec<P> = found.into_iter().filter(|path| !self.files.contains(path)).collect();
        new.sort();
        new.dedup();
        let many = new.len();
        new.truncate(EVER - self.ever);
        self.ever += new.len();
        let short = (new.len() < many).then(|| {
            format!("more than {EVER} files have come in time: those that come now are not followed")
        });
        self.files.extend(new.iter().cloned());
        let files = (!new.is_empty()).then(|| {
            let found = if self.looked { Found::Later } else { Found::Files };
            found(new.into_iter().map(Into::into).collect())
        });
        let said = match short {
            Some(why) => self.say(why).map(Found::Short),
            None if self.files.is_empty() && self.said.is_empty() && gone.is_none() => {
                self.say("no file there yet; looked for again".to_owned()).map(Found::Nothing)
            }
            None => {
                if !self.files.is_empty() {
                    self.said.clear();
                }
                None
            }
        };
        self.looked = true;
        gone.into_iter().chain(files).chain(said).collect()
    }

    /// What is gone by now of what was told.
    fn gone(&mut self, found: &[P], now: Instant) -> Option<Found> {
        let there: HashSet<&P> = found.iter().collect();
        self.absent.retain(|path, _| !there.contains(path));
        for path in self.files.iter().filter(|path| !there.contains(path)) {
            self.absent.entry(path.clone()).or_insert(now);
        }
        let away = |since: &Instant| now.saturating_duration_since(*since) >= AWAY;
        let gone = self.absent.iter().filter(|(_, since)| away(since));
        let mut gone: Vec<P> = gone.map(|(path, _)| path.clone()).collect();
        gone.sort();
        for path in &gone {
            self.absent.remove(path);
            self.files.remove(path);
        }
        (!gone.is_empty()).then(|| Found::Gone(gone.into_iter().map(Into::into).collect()))
    }

    /// The sentence, unless it was the last one.
    pub fn say(&mut self, why: String) -> Option<String> {
        let new = self.said != why;
        self.said.clone_from(&why);
        new.then_some(why)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn logs(range: std::ops::Range<usize>) -> Vec<PathBuf> {
        range.map(|n| PathBuf::from(format!("/logs/{n}.log"))).collect()
    }

    /// How many files are told of, how many are gone, and the sentences.
    fn told(found: impl IntoIterator<Item = Found>) -> (usize, usize, Vec<String>) {
        let (mut files, mut gone, mut said) = (0, 0, Vec::new());
        for found in found {
            match found {
                Found::Files(paths) | Found::Later(paths) => files += paths.len(),
                Found::Gone(paths) => gone += paths.len(),
                Found::Nothing(why) | Found::Short(why) => said.push(why),
                Found::Host(_) => {}
            }
        }
        (files, gone, said)
    }

    #[test]
    fn files_that_come_and_go_are_followed_as_long_as_there_are_not_too_many_in_time() {
        let mut now = Instant::now();
        let mut search: Told<PathBuf> = Told::default();
        for day in 0..EVER / 999 {
            let found = search.files(logs(day * 999..(day + 1) * 999), now);
            assert_eq!(told(found), (999, 0, vec![]), "on day {day}");
            now += AWAY;
            let gone = if day == 0 { 0 } else { 999 };
            assert_eq!(told(search.files(logs(day * 999..(day + 1) * 999), now)), (0, gone, vec![]));
        }
        let (files, _, said) = told(search.files(logs(EVER..EVER + 100), now));
        assert_eq!(files, EVER % 999);
        assert_eq!(said, ["more than 10000 files have come in time: those that come now are not followed"]);
        assert_eq!(told(search.files(logs(EVER..EVER + 100), now)), (0, 0, vec![]), "it is said once");
    }

    #[test]
    fn where_nothing_is_found_it_is_said_once() {
        let now = Instant::now();
        let mut search: Told<PathBuf> = Told::default();
        assert_eq!(told(search.files(vec![], now)).2, ["no file there yet; looked for again"]);
        assert_eq!(told(search.files(vec![], now)), (0, 0, vec![]));
        let found = search.files(logs(0..1), now);
        assert!(matches!(&found[..], [Found::Later(paths)] if paths.len() == 1), "{found:?}");
        assert_eq!(told(search.files(vec![], now)), (0, 0, vec![]));
    }

    #[test]
    fn what_is_away_for_a_moment_is_not_gone_and_what_is_gone_is_new_again() {
        let now = Instant::now();
        let mut search: Told<PathBuf> = Told::default();
        search.files(logs(0..2), now);
        assert_eq!(told(search.files(logs(0..1), now)), (0, 0, vec![]));
        assert_eq!(search.due(), Some(now + AWAY));
        assert_eq!(told(search.files(logs(0..2), now + AWAY / 2)), (0, 0, vec![]));
        assert_eq!(told(search.files(logs(0..1), now + AWAY)), (0, 0, vec![]), "it was back meanwhile");
        assert_eq!(told(search.files(logs(0..1), now + AWAY * 2)), (0, 1, vec![]));
        assert_eq!(search.due(), None);
        assert_eq!(told(search.files(logs(0..2), now + AWAY * 3)), (1, 0, vec![]));
    }
}
