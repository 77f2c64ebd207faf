//! Names on a host that stand for several files: patterns and folders, looked at again and again.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::time::sleep;

use super::name::RemotePath;
use super::service::{Look, NAMES, What};
use crate::app::link::HostStatus;
use crate::core::text::printable;
use crate::core::wire::{End, Kind};

/// How often names are looked at again.
const AGAIN: Duration = Duration::from_secs(10);
/// How long to wait after a question that was not answered.
const RETRY: Duration = Duration::from_secs(2);

/// Which search.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SearchId(pub u64);

/// What a search tells, from a thread of its own.
#[derive(Clone, Debug)]
pub enum Found {
    /// These files are new. A name that is there as a file, or not at all, is told as it is: it can be followed.
    Files(Vec<RemotePath>),
    /// There is nothing so far, and why: a sentence. Looked for again.
    Nothing(String),
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

impl Search {
    /// Looks for files until the name turns out to be one.
    pub(super) async fn run(self) {
        let mut told = HashSet::new();
        let mut said = String::new();
        loop {
            let found = match self.find().await {
                Ok(Some(found)) => found,
                Ok(None) => return (self.tell)(Found::Files(vec![self.path.clone()])),
                Err(why) => {
                    if told.is_empty() && said != why {
                        (self.tell)(Found::Nothing(why.clone()));
                        said = why;
                    }
                    sleep(RETRY).await;
                    continue;
                }
            };
            let mut new: Vec<Vec<u8>> = found.into_iter().filter(|path| !told.contains(path)).collect();
            new.sort();
            new.dedup();
            // New ones for ever are not followed for ever.
            new.truncate(NAMES - told.len().min(NAMES));
            told.extend(new.iter().cloned());
            if !new.is_empty() {
                let target = &self.path.target;
                let paths = new.into_iter().map(|path| RemotePath { target: target.clone(), path });
                (self.tell)(Found::Files(paths.collect()));
            } else if told.is_empty() && said.is_empty() {
                said = "no file there yet; looked for again".to_owned();
                (self.tell)(Found::Nothing(said.clone()));
            }
            sleep(AGAIN).await;
        }
    }

    /// The files that the name stands for now; `None` when it is one itself.
    async fn find(&self) -> Result<Option<Vec<Vec<u8>>>, String> {
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
    async fn ask(&self, what: What) -> Result<Option<Vec<Vec<u8>>>, String> {
        let (reply, answer) = oneshot::channel();
        let gone = || "the host is not followed any more".to_owned();
        self.looks.send(Look { what, reply }).map_err(|_| gone())?;
        match answer.await.map_err(|_| gone())? {
            Ok(entries) => {
                let files = entries.into_iter().filter(|entry| entry.kind != Kind::Folder);
                Ok(Some(files.map(|entry| entry.path).collect()))
            }
            Err(End::Failed(why)) => Err(printable(&why)),
            Err(_) => Ok(None),
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
