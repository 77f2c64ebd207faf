//! Names on a host that stand for several files: patterns and folders, looked at again and again.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::time::sleep;

use super::name::RemotePath;
use super::service::{Look, NAMES, NoAnswer, What};
use crate::app::link::HostStatus;
use crate::core::text::printable;
use crate::core::wire::Kind;

/// How often names are looked at again.
const AGAIN: Duration = Duration::from_secs(10);
/// How long to wait after a question that was not answered.
const RETRY: Duration = Duration::from_secs(2);
/// Files that one name ever opens, those that are gone by now among them: a host has new ones for ever.
const EVER: usize = 10 * NAMES;

/// Which search.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SearchId(pub u64);

/// What a search tells, from a thread of its own.
#[derive(Clone, Debug)]
pub enum Found {
    /// These files are new. A name that is there as a file, or not at all, is told as it is: it can be followed.
    Files(Vec<RemotePath>),
    /// These were not there when it was looked before: everything in them is new.
    Later(Vec<RemotePath>),
    /// There is nothing so far, and why: a sentence. Looked for again.
    Nothing(String),
    /// Not all is followed that the name stands for, and why: a sentence. Looked for again.
    Short(String),
    /// The link to the host has changed.
    Host(Arc<HostStatus>),
}

/// Told of what is found.
pub type Tell = Arc<dyn Fn(Found) + Send + Sync>;

/// A name that is looked at.
pub(super) struct Search {
    pub(super) path: RemotePath,
    pub(super) tell: Tell,
    pub(super) looks: mpsc::UnboundedSender<Look>,
}

/// What was told of a search.
#[derive(Default)]
struct Told {
    files: HashSet<Vec<u8>>,
    looked: bool,
    /// The last sentence, until there is nothing more to say so.
    said: String,
}

impl Search {
    /// Looks for files until the name turns out to be one.
    pub(super) async fn run(self) {
        let mut told = Told::default();
        loop {
            let (found, pause) = match self.find().await {
                Ok(Some(found)) => (told.files(&self.path, found), AGAIN),
                Ok(None) => return (self.tell)(Found::Files(vec![self.path.clone()])),
                Err(why) => (told.nothing(why).into_iter().collect(), RETRY),
            };
            found.into_iter().for_each(|found| (self.tell)(found));
            sleep(pause).await;
        }
    }

    /// The files that the name stands for now; `None` when it is one itself.
    async fn find(&self) -> Result<Option<Vec<Vec<u8>>>, NoAnswer> {
        let path = self.path.path.clone();
        if is_pattern(&path) {
            return Ok(Some(self.ask(What::Glob(path)).await?.unwrap_or_default()));
        }
        match self.ask(What::Kind(path.clone())).await? {
            Some(found) if found.is_empty() => {
                Ok(Some(self.ask(What::List(path)).await?.unwrap_or_default()))
            }
            _ => Ok(None),
        }
    }

    /// The files in an answer (none of them for a folder), `None` when there is no such thing.
    async fn ask(&self, what: What) -> Result<Option<Vec<Vec<u8>>>, NoAnswer> {
        let (reply, answer) = oneshot::channel();
        let gone = || NoAnswer::Unasked("the host is not followed any more".to_owned());
        self.looks.send(Look { what, reply }).map_err(|_| gone())?;
        match answer.await.map_err(|_| gone())? {
            Ok(entries) => {
                let files = entries.into_iter().filter(|entry| entry.kind != Kind::Folder);
                Ok(Some(files.map(|entry| entry.path).collect()))
            }
            Err(NoAnswer::Gone) => Ok(None),
            Err(why) => Err(why),
        }
    }
}

impl Told {
    /// These are there now: what is to be told of them.
    fn files(&mut self, name: &RemotePath, found: Vec<Vec<u8>>) -> Vec<Found> {
        let mut new: Vec<Vec<u8>> = found.into_iter().filter(|path| !self.files.contains(path)).collect();
        new.sort();
        new.dedup();
        let many = new.len();
        new.truncate(EVER - self.files.len());
        let short = (new.len() < many).then(|| {
            format!("more than {EVER} files have come in time: those that come now are not followed")
        });
        self.files.extend(new.iter().cloned());
        let files = (!new.is_empty()).then(|| {
            let target = &name.target;
            let paths = new.into_iter().map(|path| RemotePath { target: target.clone(), path });
            let found = if self.looked { Found::Later } else { Found::Files };
            found(paths.collect())
        });
        let said = match short {
            Some(why) => self.say(why).map(Found::Short),
            None if self.files.is_empty() && self.said.is_empty() => {
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
        files.into_iter().chain(said).collect()
    }

    /// There is no answer: what is to be told of that.
    fn nothing(&mut self, why: NoAnswer) -> Option<Found> {
        match why {
            NoAnswer::Gone => None,
            NoAnswer::Said(why) => self.say(printable(&why)).map(Found::Short),
            // With files to show it stands there.
            NoAnswer::Unasked(why) if self.files.is_empty() => self.say(printable(&why)).map(Found::Nothing),
            NoAnswer::Unasked(_) => None,
        }
    }

    /// The sentence, unless it was the last one.
    fn say(&mut self, why: String) -> Option<String> {
        let new = self.said != why;
        self.said.clone_from(&why);
        new.then_some(why)
    }
}

/// Whether a name stands for files that have to be looked for: a pattern, or a folder with a slash behind it.
pub fn stands_for_several(path: &[u8]) -> bool {
    is_pattern(path) || path.ends_with(b"/")
}

/// Whether a name stands for whatever matches it.
fn is_pattern(path: &[u8]) -> bool {
    path.iter().any(|byte| b"*?[".contains(byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::ssh::name::Target;

    fn named(name: &str) -> RemotePath {
        let target = Target { host: "web1".to_owned(), user: None, port: None };
        RemotePath { target, path: name.into() }
    }

    fn logs(range: std::ops::Range<usize>) -> Vec<Vec<u8>> {
        range.map(|n| format!("/logs/{n}.log").into_bytes()).collect()
    }

    /// How many files are told of, and the sentences.
    fn told(found: impl IntoIterator<Item = Found>) -> (usize, Vec<String>) {
        let (mut files, mut said) = (0, Vec::new());
        for found in found {
            match found {
                Found::Files(paths) | Found::Later(paths) => files += paths.len(),
                Found::Nothing(why) | Found::Short(why) => said.push(why),
                Found::Host(_) => {}
            }
        }
        (files, said)
    }

    #[test]
    fn files_that_come_and_go_are_followed_as_long_as_there_are_not_too_many_at_a_time() {
        let (mut search, name) = (Told::default(), named("/logs/*.log"));
        for day in 0..EVER / 999 {
            let found = search.files(&name, logs(day * 999..(day + 1) * 999));
            assert_eq!(told(found), (999, vec![]), "on day {day}");
        }
        let (files, said) = told(search.files(&name, logs(EVER..EVER + 100)));
        assert_eq!(files, EVER % 999);
        assert_eq!(said, ["more than 10000 files have come in time: those that come now are not followed"]);
        assert_eq!(told(search.files(&name, logs(EVER..EVER + 100))), (0, vec![]), "it is said once");
    }

    #[test]
    fn too_many_are_told_of_at_any_time_and_again_when_it_was_over() {
        let (mut search, name) = (Told::default(), named("/logs/*.log"));
        let too_many = || NoAnswer::Said("more than 1000 files are there: say which".to_owned());
        assert_eq!(told(search.files(&name, logs(0..999))), (999, vec![]));
        assert_eq!(
            told(search.nothing(too_many())),
            (0, vec!["more than 1000 files are there: say which".into()])
        );
        assert_eq!(told(search.nothing(too_many())), (0, vec![]));
        assert_eq!(told(search.files(&name, logs(1..1000))), (1, vec![]));
        assert_eq!(told(search.nothing(too_many())).1.len(), 1);
        // That a link is lost is told by the files.
        assert_eq!(told(search.nothing(NoAnswer::Unasked("the link was lost".to_owned()))), (0, vec![]));
    }

    #[test]
    fn where_nothing_is_found_it_is_said_once() {
        let (mut search, name) = (Told::default(), named("/logs/*.log"));
        assert_eq!(told(search.files(&name, vec![])).1, ["no file there yet; looked for again"]);
        assert_eq!(told(search.files(&name, vec![])), (0, vec![]));
        let found = search.files(&name, logs(0..1));
        assert!(matches!(&found[..], [Found::Later(paths)] if paths.len() == 1), "{found:?}");
        assert_eq!(told(search.files(&name, vec![])), (0, vec![]));
    }
}
