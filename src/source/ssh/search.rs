//! Names on a host that stand for several files: patterns and folders, looked at again and again.

use std::fmt;
use std::time::{Duration, Instant};

use jiff::Zoned;
use tokio::sync::{mpsc, oneshot};
use tokio::time::sleep;

use super::service::{Look, NoAnswer, What};
use crate::core::host::{RemotePath, Target};
use crate::core::template::Template;
use crate::core::text::printable;
use crate::core::wire::Kind;
use crate::source::search::{Found, Place, Tell, Told};

/// How often names are looked at again.
const AGAIN: Duration = Duration::from_secs(10);
/// How long to wait after a question that was not answered.
const RETRY: Duration = Duration::from_secs(2);
/// What is looked for on a host.
#[derive(Clone, Debug)]
pub enum Sought {
    /// A file, a folder or a pattern.
    Path(RemotePath),
    /// The same with a date in it: another one at another time.
    #[allow(missing_docs)] // the words say it
    Dated { target: Target, name: Template },
}

impl fmt::Display for Sought {
    /// As it was written, as far as that changes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Sought::Path(path) => path.fmt(f),
            Sought::Dated { target, name } => write!(f, "{target}:{}", name.written()),
        }
    }
}

impl Sought {
    /// Where.
    pub fn target(&self) -> &Target {
        match self {
            Sought::Path(path) => &path.target,
            Sought::Dated { target, .. } => target,
        }
    }

    /// What it is called at a time.
    fn path(&self, now: &Zoned) -> Vec<u8> {
        match self {
            Sought::Path(path) => path.path.clone(),
            Sought::Dated { name, .. } => name.at(now).into_bytes(),
        }
    }

    /// How long it is called so.
    fn left(&self, now: &Zoned) -> Option<Duration> {
        let Sought::Dated { name, .. } = self else { return None };
        let left = name.next_change(now)?.as_nanosecond() - now.timestamp().as_nanosecond();
        Some(Duration::from_nanos(u64::try_from(left).unwrap_or(0)))
    }
}

/// A name that is looked at.
pub(super) struct Search {
    pub(super) sought: Sought,
    pub(super) tell: Tell,
    pub(super) looks: mpsc::UnboundedSender<Look>,
}

impl Search {
    /// Looks for files until the name turns out to be one.
    pub(super) async fn run(self) {
        let mut told: Told<RemotePath> = Told::default();
        loop {
            let now = Zoned::now();
            let path = self.sought.path(&now);
            let on_host = |path| RemotePath { target: self.sought.target().clone(), path };
            let dated = matches!(self.sought, Sought::Dated { .. });
            let (found, pause) = match self.find(&path).await {
                Ok(None) if !dated => return (self.tell)(Found::Files(vec![Place::There(on_host(path))])),
                Ok(found) => {
                    let mut paths: Vec<RemotePath> =
                        found.unwrap_or_else(|| vec![path]).into_iter().map(on_host).collect();
                    if dated {
                        // What another day's name stood for is not gone because the name is another one.
                        paths.extend(told.all().cloned());
                    }
                    (told.files(paths, Instant::now()), AGAIN)
                }
                Err(NoAnswer::Gone) if dated => {
                    (told.files(told.all().cloned().collect(), Instant::now()), AGAIN)
                }
                Err(why) => (told.nothing(why).into_iter().collect(), RETRY),
            };
            found.into_iter().for_each(|found| (self.tell)(found));
            sleep(self.sought.left(&now).map_or(pause, |left| left.min(pause))).await;
        }
    }

    /// The files that the name stands for now; `None` when it is one itself.
    async fn find(&self, path: &[u8]) -> Result<Option<Vec<Vec<u8>>>, NoAnswer> {
        let path = path.to_vec();
        if is_pattern(&path) {
            return Ok(Some(self.ask(What::Glob(path)).await?.unwrap_or_default()));
        }
        match self.ask(What::Kind(path.clone())).await? {
            Some(found) if found.is_empty() => {
                Ok(Some(self.ask(What::List(path)).await?.unwrap_or_default()))
            }
            // A file without a date is followed whether it is there or not.
            None if matches!(self.sought, Sought::Dated { .. }) => Err(NoAnswer::Gone),
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

impl Told<RemotePath> {
    /// There is no answer: what is to be told of that.
    fn nothing(&mut self, why: NoAnswer) -> Option<Found> {
        match why {
            NoAnswer::Gone => None,
            NoAnswer::Said(why) => self.say(printable(&why)).map(Found::Short),
            // With files to show it stands there.
            NoAnswer::Unasked(why) if self.is_empty() => self.say(printable(&why)).map(Found::Nothing),
            NoAnswer::Unasked(_) => None,
        }
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

    fn logs(range: std::ops::Range<usize>) -> Vec<RemotePath> {
        let target = Target { host: "web1".to_owned(), user: None, port: None };
        let path = |n| format!("/logs/{n}.log").into_bytes();
        range.map(|n| RemotePath { target: target.clone(), path: path(n) }).collect()
    }

    fn short(found: Option<Found>) -> Option<String> {
        match found {
            Some(Found::Short(why)) => Some(why),
            _ => None,
        }
    }

    #[test]
    fn too_many_are_told_of_at_any_time_and_again_when_it_was_over() {
        let (mut search, now) = (Told::default(), Instant::now());
        let too_many = || NoAnswer::Said("more than 1000 files are there: say which".to_owned());
        search.files(logs(0..999), now);
        assert_eq!(short(search.nothing(too_many())).unwrap(), "more than 1000 files are there: say which");
        assert!(search.nothing(too_many()).is_none());
        assert_eq!(search.files(logs(0..1000), now).len(), 1);
        assert!(short(search.nothing(too_many())).is_some());
        // That a link is lost is told by the files.
        assert!(search.nothing(NoAnswer::Unasked("the link was lost".to_owned())).is_none());
    }
}
