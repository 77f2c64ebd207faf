//! Following a file with plain `tail -F`, where nothing better runs: bytes come without a word of where they stand.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::timeout;

use super::file::RemoteFile;
use super::following::{Over, first_line};
use super::host::{Seat, ended};
use super::link::Output;
use super::log::{Log, joined};
use super::reading::Begin;
use super::script::TailFrom;
use crate::app::source::{NoticeKind, State};

/// Lines to begin with after a link was lost, at least.
pub const AGAIN: u32 = 500;
/// Last bytes that are looked for in what `tail` begins with after a link was lost.
const LAST: usize = 4 << 10;
/// How long after the first bytes more of its beginning may come, and how many.
const BEGINNING: Duration = Duration::from_millis(500);
const BEGINNING_MAX: usize = 4 << 20;
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
}

impl Plain {
    /// Of a file of which nothing has come yet.
    pub fn new(file: Arc<RemoteFile>) -> Plain {
        Plain { file, begun: false, got: 0, last: Vec::new() }
    }

    /// Where the next `tail` is to begin.
    pub fn from(&self) -> TailFrom {
        match self.file.reading.begin {
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
    pub async fn follow(&mut self, mut seat: Seat, log: &mut Log) -> Over {
        self.file.know(|known| {
            known.exact = false;
            known.behind = None;
        });
        let mut said = Vec::new();
        let mut beginning = (self.begun && !self.is_counted()).then(Vec::new);
        let mut exit = None;
        loop {
            let quiet =
                if beginning.as_ref().is_some_and(|bytes| !bytes.is_empty()) { BEGINNING } else { QUIET };
            let output = tokio::select! {
                output = timeout(quiet, seat.channel.next()) => output,
                since = ended(&mut seat.over) => return Over::Lost(since),
            };
            match output {
                Err(_) => {
                    if let Some(bytes) = beginning.take() {
                        self.go_on(&bytes, log);
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
        self.begun = true;
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
