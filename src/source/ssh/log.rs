//! What the bookkeeping of a remote file decides, done to its log.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::file::RemoteFile;
use super::phrase;
use crate::app::source::{NoticeKind, State};
use crate::core::pos::Pos;
use crate::core::remote::{Path, Place, Remote, Step};
use crate::core::store::Store;
use crate::core::text::printable;
use crate::core::wire::{Missing, Parser, Trouble, Wake};

/// Looks at a file's size that are remembered until what was seen has come.
const AHEAD: usize = 1000;

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
    /// When all there was was last known to have come.
    whole: Instant,
    /// What going on under another name is called, until that is told.
    rule: Option<String>,
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
        let (complete, whole) = (false, Instant::now());
        Log {
            file,
            lost: None,
            again: false,
            greeted: false,
            news,
            untold: false,
            ahead,
            first: None,
            complete,
            whole,
            rule: None,
        }
    }

    /// The link is lost, or what follows there has ended: says so where the log ends now, and since when nothing is
    /// known, unless that was said.
    pub fn lose(&mut self, what: &str, since: Instant) {
        let end = self.file.store.range().end;
        if self.lost.is_none() {
            self.file.notice(NoticeKind::Lost, format!("{what} {}", phrase::clock(since)));
            self.lost = Some((since, end));
        }
        self.file.know(|known| known.behind = None);
        self.ahead.clear();
        self.file.tell();
    }

    /// The link stands, and what follows there does not work, and why: such a log is not a quiet one.
    pub fn stop(&mut self, why: &str, since: Instant) {
        if self.greeted {
            self.lose("not followed since", since);
        }
        // Where nothing is followed, what fails is given up.
        if self.file.reading.follow {
            self.file.know(|known| known.state = State::Failed(format!("{why}; tried again")));
        }
        self.file.tell();
    }

    /// Takes what the script said.
    pub fn take(&mut self, came: &[u8], parser: &mut Parser) {
        let file = self.file.clone();
        let before = self.complete;
        let mut remote = file.remote();
        parser.feed(came, |piece| remote.take(piece, |step| self.step(step)));
        let now = Instant::now();
        let news = std::mem::take(&mut self.news);
        if news.path && matches!(remote.path(), Path::Away(_) | Path::Failed(_)) {
            self.back();
        }
        if news.cut {
            self.first = Some(u64::MAX); // what is left is told by having caught up
            self.lose_what_is_nowhere(&remote);
        }
        self.measure(&remote, now);
        if let Some((_, _, size)) = remote.current() {
            let first = *self.first.get_or_insert(size);
            self.complete |= remote.end().0 >= first;
        }
        // A log is told to be there when its end is known: what comes behind that is news, and nothing before it.
        let opens = *remote.path() == Path::Followed && !self.complete;
        let turned = news.path || self.complete && !before;
        let state = (turned && !opens).then(|| state(remote.path())).flatten();
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
            Step::Begin { pos } => {
                self.call();
                file.store.begin(pos);
            }
            Step::Append { pos, bytes, .. } => {
                debug_assert_eq!(pos, file.store.range().end, "the books and the log disagree");
                file.store.append(bytes, true);
                self.news.grew = true;
            }
            Step::EndLine { .. } => file.store.end_line(),
            Step::Named(nth) => self.rule = file.names().go_on(nth),
            Step::Rotated => {
                let rule = self.rule.take().map_or_else(|| "rotated".to_owned(), |rule| printable(&rule));
                file.notice(NoticeKind::Rotated, rule);
                self.call();
            }
            Step::Truncated { at, copied } => {
                let what = if at == 0 { "truncated" } else { "cut" };
                let rest = if copied { "; its copy was read to the end" } else { "" };
                file.notice(NoticeKind::Truncated, format!("{what}{rest}"));
                self.news.cut = true;
            }
            Step::Joined { found } => file.notice(NoticeKind::Gap, joined(found)),
            Step::Gap(bytes) => file.notice(NoticeKind::Gap, gap(bytes, self.whole.elapsed())),
            Step::Path => self.news.path = true,
            Step::Hello(wake, zone) => {
                self.greeted = true;
                let wake = match wake {
                    Wake::Events => "when the system tells".to_owned(),
                    Wake::Poll(ms) => format!("every {ms} ms"),
                };
                file.know(|known| {
                    known.wake = wake;
                    known.zone = zone.or(known.zone);
                });
            }
            Step::CaughtUp => self.caught_up(),
            // It beats when it has looked and found nothing.
            Step::Beat => self.whole = Instant::now(),
            Step::Again => self.again = true,
        }
    }

    /// Says what the log is called from its end on.
    pub fn call(&self) {
        if let Some(path) = self.file.dated_path() {
            self.file.notices.name(self.file.store.range().end, printable(&path.to_string()));
        }
    }

    /// Everything that was there has come.
    pub fn caught_up(&mut self) {
        self.complete = true;
        self.whole = Instant::now();
        self.ahead.clear();
        self.back();
    }

    /// All that was there while the link was lost has come.
    fn back(&mut self) {
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
        if size > self.ahead.back().map_or(read, |&(_, size)| size) && self.ahead.len() < AHEAD {
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

/// What is said where it is not sure that nothing is missing or doubled.
pub fn joined(found: bool) -> String {
    let text = match found {
        true => "no exact resume: lines may be missing or doubled here",
        false => "no exact resume: lines are missing here, or some are doubled",
    };
    text.to_owned()
}

/// What is said where bytes are missing: how many, or else from how long a time at most.
fn gap(bytes: Option<u64>, since: Duration) -> String {
    match bytes {
        Some(bytes) => format!("{} missing here: gone before it could be read", phrase::size(bytes)),
        None => format!(
            "lines of at most {} missing here: gone before they could be read",
            phrase::time(since.max(Duration::from_millis(100)))
        ),
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
        Path::Away(Missing::Kernel) => State::Ended("read once, as files of the kernel's are".to_owned()),
        Path::Failed(Trouble::Read(why)) => State::Failed(format!("{}; tried again", printable(why))),
        Path::Failed(Trouble::Tools(what)) => {
            State::Failed(format!("it cannot be followed there: {}", printable(what)))
        }
    })
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::core::host::{RemotePath, Target};
    use crate::core::wire::Nonce;
    use crate::source::Keep;
    use crate::source::ssh::names::Names;
    use crate::source::ssh::reading::Reading;
    use crate::source::ssh::standing::Standing;
    use crate::source::ssh::store::Allowance;

    /// A log of which a host tells in these pieces.
    struct Told {
        log: Log,
        parser: Parser,
        /// How often somebody was told.
        frames: Arc<AtomicU32>,
    }

    impl Told {
        fn new() -> Told {
            let target = Target { host: "web1".to_owned(), user: None, port: None };
            let names = Names::single(&RemotePath { target, path: b"/a.log".to_vec() });
            let standing = Arc::new(Standing::new("web1"));
            let (keep, reading) = (Keep::Generations, Reading::default());
            let id = crate::app::source::SourceId(0);
            let allowance = Allowance::new(keep, 64 << 20);
            let frames = Arc::new(AtomicU32::new(0));
            let counted = frames.clone();
            let changed = Arc::new(move |_| {
                counted.fetch_add(1, Ordering::Relaxed);
            });
            let file = RemoteFile::new(id, names, reading, allowance, standing, changed);
            Told { log: Log::new(Arc::new(file)), parser: Parser::new(Nonce::new(7)), frames }
        }

        fn say(&mut self, header: &str, bytes: &str) {
            let said = format!("\x1e{:016x} {header}\n{bytes}", 7);
            self.log.take(said.as_bytes(), &mut self.parser);
        }

        fn come(&mut self, bytes: &str) {
            self.log.take(bytes.as_bytes(), &mut self.parser);
        }

        /// How often somebody was told since this was asked last.
        fn frames(&self) -> u32 {
            self.log.file.rearm();
            self.frames.swap(0, Ordering::Relaxed)
        }

        fn rules(&self) -> Vec<String> {
            self.log.file.status().notices.iter().map(|notice| notice.text.clone()).collect()
        }
    }

    #[test]
    fn a_log_is_there_when_its_end_is_known() {
        let mut told = Told::new();
        told.say("H 1 poll 250", "");
        for (header, bytes) in [("O 5 900 1000 cut", ""), ("D 5 900 1000", "of a line\n"), ("B", "a line\n")]
        {
            told.say(header, bytes);
            assert_eq!(told.log.file.status().state, State::Opening, "after {header}");
        }
        told.say("D 5 917 1000", &format!("{}\n", "x".repeat(82)));
        let status = told.log.file.status();
        assert_eq!((status.state, status.end), (State::Live, Pos(1000)));
        // From now on everything is news, also what comes late.
        told.say("D 5 1000 2000", "more\n");
        assert_eq!(told.log.file.status().state, State::Live);
    }

    #[test]
    fn a_log_that_grows_all_the_time_is_there_too() {
        let mut told = Told::new();
        told.say("H 1 poll 250", "");
        told.say("O 5 0 10", "");
        told.say("D 5 0 500", "ten bytes\n");
        assert_eq!(told.log.file.status().state, State::Live);
        let mut empty = Told::new();
        empty.say("O 5 0 0", "");
        assert_eq!(empty.log.file.status().state, State::Live);
    }

    #[test]
    fn what_is_missing_is_told_by_how_much_or_from_how_long() {
        let mut told = Told::new();
        told.say("O 5 0 10", "");
        told.say("D 5 0 10", "ten bytes\n");
        told.say("C 5 10", "");
        told.say("G 5 10 4100", "");
        assert_eq!(told.rules(), ["4.1 kB missing here: gone before it could be read"]);
        // A machine may have been started just now.
        let earlier = Instant::now().checked_sub(Duration::from_secs(192));
        told.log.whole = earlier.unwrap_or(told.log.whole);
        told.say("G 5 10", "");
        let lost = if earlier.is_some() { "3 m 12 s" } else { "0.1 s" };
        assert_eq!(
            told.rules()[1],
            format!("lines of at most {lost} missing here: gone before they could be read")
        );
        // Whoever has just looked knows better.
        told.say("C 5 10", "");
        told.say("G 5 10", "");
        assert_eq!(told.rules()[2], "lines of at most 0.1 s missing here: gone before they could be read");
    }

    #[test]
    fn a_link_to_a_missing_file_is_back_too() {
        let mut told = Told::new();
        for why in ["M nothing", "E read Permission denied"] {
            told.say(why, "");
            told.log.lose("link lost", Instant::now());
            told.log.file.remote().begin();
            told.say("H 1 poll 250", "");
            assert!(told.rules().last().unwrap().starts_with("link lost"), "{:?}", told.rules());
            told.say(why, "");
            assert!(told.rules().last().unwrap().starts_with("back after"), "{:?}", told.rules());
        }
    }

    #[test]
    fn a_log_that_nobody_follows_is_not_a_quiet_one() {
        let mut told = Told::new();
        told.say("H 1 poll 250", "");
        told.say("O 5 0 10", "");
        told.say("D 5 0 10", "ten bytes\n");
        told.say("C 5 10", "");
        // A machine may have been started just now.
        let earlier = Instant::now().checked_sub(Duration::from_secs(192));
        told.log.stop("it says nothing", earlier.unwrap_or_else(Instant::now));
        let status = told.log.file.status();
        assert_eq!(status.state, State::Failed("it says nothing; tried again".to_owned()));
        assert!(told.rules()[0].starts_with("not followed since "), "{:?}", told.rules());
        told.log.file.remote().begin();
        told.say("H 1 poll 250", "");
        told.say("O 5 10 13", "");
        told.say("D 5 10 13", "on\n");
        told.say("C 5 13", "");
        assert_eq!(told.log.file.status().state, State::Live);
        let after = if earlier.is_some() { "back after 3 m" } else { "back after" };
        let back = &told.rules()[1];
        assert!(back.starts_with(after) && back.ends_with(", 3 B filled"), "{back}");
    }

    #[test]
    fn what_is_only_announced_draws_no_frame_that_would_hold_up_the_one_with_the_line() {
        let mut told = Told::new();
        told.say("O 42 0 0", "");
        assert_eq!(told.frames(), 1);
        told.say("D 42 0 10", "");
        assert_eq!(told.frames(), 0);
        assert!(told.log.untold, "it is told when the line does not come");
        told.come("the line\n");
        assert_eq!(told.frames(), 1);
        assert!(!told.log.untold);
        told.say("C 42 9", "");
        assert_eq!(told.frames(), 1);
    }
}
