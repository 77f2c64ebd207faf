//! Following a file with plain `tail -F`, where nothing better runs: bytes come without a word of where they stand.

use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use jiff::Zoned;
use tokio::time::{sleep, timeout};

use super::file::RemoteFile;
use super::following::{Over, first_line, turned};
use super::host::{Host, Seat, ended};
use super::link::Output;
use super::log::{Log, joined};
use super::reading::Begin;
use super::script::{self, TailFrom};
use crate::app::source::{NoticeKind, State};
use crate::core::text::printable;

/// Lines to begin with after a link was lost, at least.
pub const AGAIN: u32 = 500;
/// Last bytes that are looked for in what `tail` begins with after a link was lost.
const LAST: usize = 4 << 10;
/// How long after the first bytes more of its beginning may come, and how many.
const BEGINNING: Duration = Duration::from_millis(500);
const BEGINNING_MAX: usize = 4 << 20;
/// How long that may take to be said.
const SAID: Duration = Duration::from_secs(60);
/// How often the next file is looked for when a name has changed.
const NEXT: Duration = Duration::from_secs(5);
/// How long no word is taken for a sign that there is nothing yet.
const QUIET: Duration = Duration::from_secs(1);

/// A log that is read with `tail`.
pub struct Plain {
    file: Arc<RemoteFile>,
    /// Something was read before.
    pub begun: bool,
    /// How many bytes came.
    got: u64,
    /// The last bytes that came.
    pub last: Vec<u8>,
    /// Nothing has come yet since it has another name.
    renamed: bool,
}

impl Plain {
    /// Of a file of which nothing has come yet.
    pub fn new(file: Arc<RemoteFile>) -> Plain {
        Plain { file, begun: false, got: 0, last: Vec::new(), renamed: false }
    }

    /// Where the next `tail` is to begin.
    pub fn from(&self) -> TailFrom {
        match self.file.reading.begin {
            _ if self.renamed => TailFrom::Byte(0),
            // Without following no other file takes its place meanwhile.
            Begin::Start if !self.begun || self.is_counted() => TailFrom::Byte(self.got),
            Begin::Start => TailFrom::Lines(AGAIN.into()),
            Begin::About(lines) => TailFrom::Lines(lines.into()),
            Begin::Last(lines) if self.begun => TailFrom::Lines(lines.max(AGAIN.into())),
            Begin::Last(lines) => TailFrom::Lines(lines),
        }
    }

    /// What comes begins exactly behind what came.
    fn is_counted(&self) -> bool {
        self.file.reading.begin == Begin::Start && !self.file.reading.follow
    }

    /// Takes what `tail` gives until it ends.
    pub async fn follow(&mut self, mut seat: Seat, host: &Rc<Host>, log: &mut Log) -> Over {
        self.file.know(|known| {
            known.exact = false;
            known.behind = None;
        });
        let mut said = Vec::new();
        let mut beginning = (self.begun && !self.is_counted() && !self.renamed).then(Vec::new);
        let file = self.file.clone();
        let mut next = pin!(next(host, &file));
        let (mut exit, mut there) = (None, None);
        loop {
            let quiet =
                if beginning.as_ref().is_some_and(|bytes| !bytes.is_empty()) { BEGINNING } else { QUIET };
            let output = tokio::select! {
                output = timeout(quiet, seat.channel.next()) => output,
                since = ended(&mut seat.over) => return Over::Lost(since),
                nth = &mut next, if there.is_none() => {
                    there = Some(nth);
                    continue;
                }
            };
            match output {
                Err(_) => {
                    if let Some(bytes) = beginning.take() {
                        self.go_on(&bytes, log);
                    }
                    if let Some(nth) = there {
                        seat.close().await;
                        self.go_on_under(nth, log);
                        return Over::Turned;
                    }
                    self.live(&said);
                }
                Ok(Some(Output::Out(bytes))) => {
                    seat.hear();
                    seat.works();
                    said.clear();
                    self.file.standing.count(bytes.len() as u64);
                    match &mut beginning {
                        Some(held) if held.len() < BEGINNING_MAX => held.extend_from_slice(&bytes),
                        _ => {
                            if let Some(held) = beginning.take() {
                                self.go_on(&held, log);
                            }
                            self.append(&bytes);
                            self.live(&said);
                        }
                    }
                    if self.file.store.is_full() {
                        seat.close().await;
                        return Over::Full;
                    }
                }
                Ok(Some(Output::Err(bytes))) => {
                    seat.hear();
                    said.extend_from_slice(&bytes[..bytes.len().min(500)]);
                    said.drain(..said.len().saturating_sub(500));
                }
                Ok(Some(Output::Exit(code))) => exit = code,
                Ok(None) => break,
            }
        }
        if let Ok(since) = timeout(Duration::from_secs(1), ended(&mut seat.over)).await {
            return Over::Lost(since);
        }
        seat.close().await;
        if !self.file.reading.follow && exit == Some(0) {
            self.go_on(&beginning.unwrap_or_default(), log);
            return Over::Done;
        }
        let code = exit.map_or(String::new(), |code| format!(" (exit {code})"));
        Over::Broken(format!("tail ended there{code}{}", first_line(&said)))
    }

    /// The file is another one from here on.
    fn go_on_under(&mut self, nth: u32, log: &mut Log) {
        let Some(rule) = self.file.names().go_on(nth) else { return };
        if self.begun {
            if self.last.last().is_some_and(|&last| last != b'\n') {
                self.file.store.end_line();
            }
            self.file.notice(NoticeKind::Rotated, printable(&rule));
        }
        log.call();
        (self.renamed, self.got) = (true, 0);
        self.last.clear();
        log.tell();
    }

    /// Says that it is followed, or what `tail` says instead.
    fn live(&self, said: &[u8]) {
        if !self.file.reading.follow {
            return; // its exit code will tell
        }
        let words = first_line(said);
        let state = match words.strip_prefix(": ") {
            Some(words) => State::Waiting(format!("{words}; it is shown when it comes")),
            None => State::Live,
        };
        self.file.know(|known| known.state = state);
        self.file.tell();
    }

    fn append(&mut self, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        (self.begun, self.renamed) = (true, false);
        self.got += bytes.len() as u64;
        self.file.store.append(bytes, false);
        self.file.know(|known| known.grew = Some(std::time::Instant::now()));
        self.last.extend_from_slice(&bytes[bytes.len().saturating_sub(LAST)..]);
        self.last.drain(..self.last.len().saturating_sub(LAST));
        self.file.tell();
    }

    /// Goes on behind what is known, as far as it can be found in what `tail` began with.
    fn go_on(&mut self, bytes: &[u8], log: &mut Log) {
        if !bytes.is_empty() {
            let known = memchr::memmem::rfind(bytes, &self.last).map(|at| at + self.last.len());
            if known.is_none() && self.last.last().is_some_and(|&last| last != b'\n') {
                self.file.store.end_line();
            }
            self.file.notice(NoticeKind::Gap, joined(known.is_some()));
            self.append(&bytes[known.unwrap_or(0)..]);
        }
        log.caught_up();
    }
}

/// Waits until there is a file under one of the names to go on to, and says which.
async fn next(host: &Rc<Host>, file: &RemoteFile) -> u32 {
    loop {
        file.names().pass(&Zoned::now());
        let names = file.names().way().upcoming;
        for (nth, name) in (1..).zip(&names) {
            if is_there(host, name).await {
                return nth;
            }
        }
        match names.is_empty() {
            true => turned(file).await,
            false => sleep(NEXT).await,
        }
    }
}

/// Whether `tail` finds a file of this name.
async fn is_there(host: &Rc<Host>, name: &[u8]) -> bool {
    let Ok(tail) = script::tail(name, TailFrom::Lines(0), false) else { return false };
    let Ok(tail) = String::from_utf8(tail) else { return false };
    let Ok(mut seat) = host.open(|_| tail.clone()).await else { return false };
    let mut exit = None;
    while let Ok(Some(output)) = timeout(SAID, seat.channel.next()).await {
        if let Output::Exit(code) = output {
            exit = code;
        }
    }
    seat.close().await;
    exit == Some(0)
}
