//! What the bookkeeping of a remote file decides, done to its log.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

use super::file::RemoteFile;
use super::phrase;
use crate::app::source::{NoticeKind, State};
use crate::core::pos::Pos;
use crate::core::remote::{Path, Place, Remote, Step};
use crate::core::store::Store;
use crate::core::text::printable;
use crate::core::wire::{Missing, Parser, Trouble, Wake};

/// A log that is written to, and what has happened to it since the link was lost.
pub struct Log {
    pub file: Arc<RemoteFile>,
    /// When the link was lost and where, until everything written since has come.
    lost: Option<(Instant, Pos)>,
    /// The script says that it is to be started again.
    pub again: bool,
    /// The script has said hello.
    pub greeted: bool,
    news: News,
    /// Something came that was not told: more is announced, and mostly comes at once. A frame that is drawn for
    /// the announcement would hold up that of the bytes.
    pub untold: bool,
    /// When the file was seen to be how long, where what was seen has not come yet.
    ahead: VecDeque<(Instant, u64)>,
    /// How long the file was when it was first looked at, unless it was cut since.
    first: Option<u64>,
    /// Everything that was there then has come.
    pub complete: bool,
}

#[derive(Default)]
struct News {
    any: bool,
    grew: bool,
    path: bool,
    cut: bool,
}

impl Log {
    /// Of a file of which nothing has come yet.
    pub fn new(file: Arc<RemoteFile>) -> Log {
        let news = News::default();
        let ahead = VecDeque::new();
        Log {
            file,
            lost: None,
            again: false,
            greeted: false,
            news,
            untold: false,
            ahead,
            first: None,
            complete: false,
        }
    }

    /// The link is lost: says so where the log ends now, unless that was said.
    pub fn lose(&mut self) {
        let end = self.file.store.range().end;
        if self.lost.is_none() {
            self.file.notice(NoticeKind::Lost, format!("link lost {}", phrase::clock()));
            self.lost = Some((Instant::now(), end));
        }
        self.file.know(|known| known.behind = None);
        self.ahead.clear();
        self.file.tell();
    }

    /// Takes what the script said.
    pub fn take(&mut self, came: &[u8], parser: &mut Parser) {
        let file = self.file.clone();
        let mut remote = file.remote();
        parser.feed(came, |piece| remote.take(piece, |step| self.step(step)));
        let now = Instant::now();
        let news = std::mem::take(&mut self.news);
        if news.cut {
            self.first = Some(u64::MAX); // what is left is told by having caught up
            self.lose_what_is_nowhere(&remote);
        }
        self.measure(&remote, now);
        if let Some((_, _, size)) = remote.current() {
            let first = *self.first.get_or_insert(size);
            self.complete |= remote.end().0 >= first;
        }
        let state = news.path.then(|| state(remote.path())).flatten();
        drop(remote);
        self.file.know(|known| {
            if news.grew {
                known.grew = Some(now);
            }
            if let Some(state) = state {
                known.state = state;
            }
        });
        self.untold |= !news.any;
        if news.any {
            self.tell();
        }
    }

    /// Tells of what has come.
    pub fn tell(&mut self) {
        self.untold = false;
        self.file.tell();
    }

    fn step(&mut self, step: Step<'_>) {
        self.news.any = true;
        let file = &self.file;
        match step {
            Step::Begin { pos } => file.store.begin(pos),
            Step::Append { pos, bytes, .. } => {
                debug_assert_eq!(pos, file.store.range().end, "the books and the log disagree");
                file.store.append(bytes, true);
                self.news.grew = true;
            }
            Step::EndLine { .. } => file.store.end_line(),
            Step::Rotated => file.notice(NoticeKind::Rotated, "rotated".to_owned()),
            Step::Truncated { at, copied } => {
                let what = if at == 0 { "truncated" } else { "cut" };
                let rest = if copied { "; its copy was read to the end" } else { "" };
                file.notice(NoticeKind::Truncated, format!("{what}{rest}"));
                self.news.cut = true;
            }
            Step::Gap(bytes) => {
                let many = bytes.map_or("lines".to_owned(), phrase::size);
                file.notice(NoticeKind::Gap, format!("{many} missing here: gone before it could be read"));
            }
            Step::Path => self.news.path = true,
            Step::Hello(wake) => {
                self.greeted = true;
                let wake = match wake {
                    Wake::Events => "when the system tells".to_owned(),
                    Wake::Poll(ms) => format!("every {ms} ms"),
                };
                file.know(|known| known.wake = wake);
            }
            Step::CaughtUp => self.caught_up(),
            Step::Beat => {}
            Step::Again => self.again = true,
        }
    }

    /// Everything that was written while the link was lost has come.
    pub fn caught_up(&mut self) {
        self.complete = true;
        self.ahead.clear();
        let Some((since, from)) = self.lost.take() else { return };
        let filled = self.file.store.range().end - from;
        let away = phrase::time(since.elapsed());
        let text = match filled {
            0 => format!("back after {away}"),
            bytes => format!("back after {away}, {} filled", phrase::size(bytes)),
        };
        self.file.notice(NoticeKind::Back, text);
    }

    fn lose_what_is_nowhere(&self, remote: &Remote) {
        lose_where(&self.file, remote, |place| matches!(place, Place::Nowhere { .. }));
    }

    /// Notes how far the host is ahead of us.
    fn measure(&mut self, remote: &Remote, now: Instant) {
        let Some((_, read, size)) = remote.current() else { return };
        if size > self.ahead.back().map_or(read, |&(_, size)| size) {
            self.ahead.push_back((now, size));
        }
        // Another file may have taken its place: a shorter one.
        self.ahead.retain(|&(_, seen)| seen > read && seen <= size.max(read));
        let behind = self.ahead.front().map(|&(since, _)| since);
        self.file.know(|known| (known.behind, known.size) = (behind, Some(size.max(read))));
    }
}

/// Gives up all bytes of the log that stand in places like this.
pub fn lose_where(file: &RemoteFile, remote: &Remote, lost: impl Fn(&Place) -> bool) {
    let Pos(mut at) = file.store.range().start;
    while let Some(place) = remote.locate(Pos(at)) {
        let len = match &place {
            Place::File { len, .. } | Place::Nowhere { len } => (*len).max(1),
            Place::Newline => 1,
        };
        if lost(&place) {
            file.store.lose(Pos(at)..Pos(at + len));
        }
        at += len;
    }
}

fn state(path: &Path) -> Option<State> {
    Some(match path {
        Path::Unknown => return None,
        Path::Followed => State::Live,
        Path::Away(Missing::Nothing) => State::Waiting("not there; it is shown when it comes".to_owned()),
        Path::Away(Missing::Folder) => {
            State::Waiting("a folder with no file in it yet; looked at again".to_owned())
        }
        Path::Away(Missing::Special) => {
            State::Waiting("a pipe, socket or device, not a file; looked at again".to_owned())
        }
        Path::Failed(Trouble::Read(why)) => State::Failed(format!("{}; tried again", printable(why))),
        Path::Failed(Trouble::Tools(what)) => {
            State::Failed(format!("it cannot be followed there: {}", printable(what)))
        }
    })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::super::name::{RemotePath, Target};
    use super::super::reading::Reading;
    use super::super::standing::Standing;
    use super::super::store::Allowance;
    use super::*;
    use crate::app::source::SourceId;
    use crate::core::wire::{Nonce, RS};
    use crate::source::Keep;

    #[test]
    fn what_is_only_announced_draws_no_frame_that_would_hold_up_the_one_with_the_line() {
        let told = Arc::new(AtomicU32::new(0));
        let tells = told.clone();
        let target = Target { host: "web1".to_owned(), user: None, port: None };
        let file = Arc::new(RemoteFile::new(
            SourceId(1),
            RemotePath { target, path: b"/a.log".to_vec() },
            Reading::default(),
            Allowance::new(Keep::Generations, 0),
            Arc::new(Standing::new("web1")),
            Arc::new(move |_| drop(tells.fetch_add(1, Ordering::Relaxed))),
        ));
        let mut log = Log::new(file.clone());
        let nonce = Nonce::new(7);
        let mut parser = Parser::new(nonce);
        let mut told_after = |log: &mut Log, header: &str, bytes: &str| {
            let mut came = bytes.as_bytes().to_vec();
            if !header.is_empty() {
                let digits = nonce.digits();
                came = [&[RS], &digits[..], b" ", header.as_bytes(), b"\n", bytes.as_bytes()].concat();
            }
            log.take(&came, &mut parser);
            file.rearm();
            told.swap(0, Ordering::Relaxed)
        };
        assert_eq!(told_after(&mut log, "O 42 0 0", ""), 1);
        assert_eq!(told_after(&mut log, "D 42 0 10", ""), 0);
        assert!(log.untold, "it is told when the line does not come");
        assert_eq!(told_after(&mut log, "", "the line\n"), 1);
        assert!(!log.untold);
        assert_eq!(told_after(&mut log, "C 42 9", ""), 1);
    }
}
