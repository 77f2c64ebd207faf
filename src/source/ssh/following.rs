//! Following one file on a host: a channel for the script, again and again, until somebody says stop.
//!
//! The channel is always drained: nothing in the loop that reads it waits for anything else of the host.

use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Zoned;
use tokio::time::{sleep, sleep_until, timeout};

use super::file::RemoteFile;
use super::host::{Host, Seat, ended};
use super::link::Output;
use super::log::Log;
use super::phrase;
use super::plain::{self, Plain};
use super::script::{self, From, SHELL};
use crate::app::source::State;
use crate::config::hosts::FollowMode;
use crate::core::remote::{Path, Remote};
use crate::core::store::Store;
use crate::core::text::printable;
use crate::core::wire::{Missing, Parser, Trouble};

/// How often the script looks where the system does not tell.
const POLL: Duration = Duration::from_millis(250);
/// A script that is silent for so long is dead: it beats every 5 s.
const SILENCE: Duration = Duration::from_secs(15);
/// How long a login shell may take before the script says its first word.
const FIRST_WORD: Duration = Duration::from_secs(60);
/// How long what is announced may take to come before the announcement is told.
const ANNOUNCED: Duration = Duration::from_millis(50);
/// Bytes before the first word of the script that are put up with.
const NOISE: u64 = 1 << 20;
/// How often the script may fail to say anything before it is given up for plain `tail`.
const MUTE: u32 = 3;
/// How long to wait when the host does not do what it is told.
const PAUSE: Duration = Duration::from_secs(5);
/// How long to wait when what followed there has stopped.
const STOPPED: Duration = Duration::from_secs(1);
/// How long to wait before the script is started again that wants it: twice as long each time, if it soon wants it
/// again.
const RESTART: Range<Duration> = Duration::from_millis(20)..Duration::from_secs(10);
/// How often the clock on the wall is looked at while a name waits for its next date; the script beats more often.
const WALL: Duration = Duration::from_secs(60);
/// How soon that is.
const SOON: Duration = Duration::from_secs(30);
/// Bytes of what a command said on its standard error that are kept.
const WORDS: usize = 500;

/// Why a channel is over.
pub enum Over {
    /// The link was lost; since when nothing is known.
    Lost(Instant),
    /// The link stands, and what followed there does not any more: why, and since when nothing is known. Begun anew.
    Stopped(String, Instant),
    /// Everything that is wanted has come.
    Done,
    /// To be started again at once.
    Again,
    /// There are other names to go on to, which what follows there has to be told.
    Turned,
    /// The drains have to read first.
    Full,
    /// It does not work there: a sentence. Tried again later.
    Broken(String),
    /// The script cannot run there: a sentence.
    NoScript(String),
}

/// One file that is being followed.
pub struct Following {
    host: Rc<Host>,
    file: Arc<RemoteFile>,
    log: Log,
    plain: Plain,
    /// How the host's config says that it is to be followed.
    mode: FollowMode,
    /// The script does not run there; found when the user had asked so often for the host to be tried anew.
    no_script: Option<u64>,
    mute: u32,
    /// There was no such file when it was looked for first.
    absent: bool,
}

impl Following {
    /// To be run.
    pub fn new(host: Rc<Host>, file: Arc<RemoteFile>) -> Following {
        let (log, plain) = (Log::new(file.clone()), Plain::new(file.clone()));
        let mode = FollowMode::Auto;
        Following { host, file, log, plain, mode, no_script: None, mute: 0, absent: false }
    }

    /// Follows the file for as long as it is polled, or reads what is there.
    pub async fn run(mut self) {
        let (mut again, mut last) = (RESTART.start, Instant::now());
        loop {
            self.wait_for_room().await;
            match self.follow_once().await {
                Over::Done => return self.file.finish(),
                Over::Full => sleep(RESTART.start).await,
                Over::Again => {
                    again = if last.elapsed() < SOON { (again * 2).min(RESTART.end) } else { RESTART.start };
                    sleep(again).await;
                    last = Instant::now();
                }
                Over::Turned => {}
                Over::Lost(since) => {
                    if self.has_begun() {
                        self.log.lose("link lost", since);
                    }
                }
                Over::Stopped(why, since) => {
                    self.log.stop(&why, since);
                    // It must not be asked for without a pause.
                    sleep(STOPPED).await;
                }
                Over::Broken(why) => self.fail(why).await,
                Over::NoScript(why) => self.give_up_script(why).await,
            }
        }
    }

    fn has_begun(&self) -> bool {
        self.log.greeted || self.plain.begun
    }

    /// Waits until the drains have read enough.
    async fn wait_for_room(&self) {
        if self.file.store.is_full() {
            while !self.file.store.has_room() {
                self.file.store.room.notified().await;
            }
        }
    }

    async fn fail(&mut self, why: String) {
        if self.has_begun() {
            self.log.lose("not followed since", Instant::now());
        }
        self.file.know(|known| known.state = State::Failed(format!("{why}; tried again")));
        self.file.tell();
        sleep(PAUSE).await;
    }

    async fn give_up_script(&mut self, why: String) {
        // What was begun exactly is never continued in another way.
        if self.mode == FollowMode::Exact || self.log.greeted {
            return self.fail(why).await;
        }
        self.no_script = Some(self.host.asked());
    }

    async fn follow_once(&mut self) -> Over {
        let (path, follow) = (self.file.names().now().path, self.file.reading.follow);
        let tail = match script::tail(&path, self.plain.from(), follow) {
            Ok(tail) => String::from_utf8(tail).ok(),
            Err(error) => return Over::Broken(error.to_string()),
        };
        if self.no_script.is_some_and(|asked| asked != self.host.asked()) {
            (self.no_script, self.mute) = (None, 0);
        }
        // What was begun exactly goes on so, whatever the config says by now.
        let (greeted, no_script) = (self.log.greeted, self.no_script.is_some());
        let plain = |mode| !greeted && (no_script || mode == FollowMode::Tail);
        let mode = std::cell::Cell::new(self.mode);
        let command = |config: &super::config::HostConfig| {
            mode.set(config.follow);
            match &tail {
                Some(tail) if plain(config.follow) => tail.clone(),
                _ => SHELL.to_owned(),
            }
        };
        let seat = match self.host.open(command).await {
            Ok(seat) => seat,
            Err(why) => return Over::Broken(why),
        };
        self.mode = mode.get();
        if plain(self.mode) {
            if tail.is_none() {
                let why = "its name is no text, which plain tail cannot be told of".to_owned();
                return Over::Broken(why);
            }
            return self.plain.follow(seat, &self.host, &mut self.log).await;
        }
        self.follow_exactly(seat).await
    }

    async fn follow_exactly(&mut self, mut seat: Seat) -> Over {
        let from = {
            let mut remote = self.file.remote();
            self.absent |= *remote.path() == Path::Away(Missing::Nothing);
            remote.begin();
            match remote.resume() {
                Some(resume) => From::Resume(resume),
                None if self.plain.begun => {
                    *remote = Remote::behind(self.file.store.range().end, self.plain.last.clone());
                    From::Lines(plain::AGAIN)
                }
                // All that came since is news.
                None if self.absent => From::Byte(0),
                None => From::afresh(self.file.reading.begin),
            }
        };
        let nonce = script::nonce();
        let way = {
            let mut names = self.file.names();
            names.pass(&Zoned::now());
            names.way()
        };
        let text = match script::onward(&way, nonce, POLL, &from) {
            Ok(text) => text,
            Err(error) => return Over::Broken(error.to_string()),
        };
        if !matches!(timeout(SILENCE, seat.channel.write(&text)).await, Ok(Ok(()))) {
            return self.ended(seat, &Parser::new(nonce), &[], None).await;
        }
        seat.channel.end_input().await;
        self.log.again = false;
        let mut parser = Parser::new(nonce);
        let (mut words, mut exit) = (Vec::new(), None);
        let mut heard = Instant::now();
        let over = loop {
            let limit = if parser.begun() { SILENCE } else { FIRST_WORD };
            let output = tokio::select! {
                output = seat.channel.next() => output,
                since = ended(&mut seat.over) => break Over::Lost(since),
                () = turned(&self.file) => break Over::Turned,
                () = sleep_until((heard + ANNOUNCED).into()), if self.log.untold => {
                    self.log.tell();
                    continue;
                }
                () = sleep_until((heard + limit).into()) => {
                    match parser.begun() {
                        true => break self.silent(&seat, heard),
                        false => break self.mute(1, "nothing was said by the shell there".to_owned()),
                    }
                }
            };
            heard = Instant::now();
            seat.hear();
            match output {
                Some(Output::Out(bytes)) => {
                    self.take(&bytes, &mut parser, &seat);
                    if self.log.again {
                        break Over::Again;
                    }
                    let whole = self.log.complete && !self.file.reading.follow;
                    if whole || self.file.is_finished() {
                        break Over::Done;
                    }
                    if self.file.store.is_full() {
                        break Over::Full;
                    }
                    if parser.noisy() > NOISE && !parser.begun() {
                        break self.mute(MUTE, "the login shell there prints without end".to_owned());
                    }
                }
                Some(Output::Err(bytes)) => {
                    words.extend_from_slice(&bytes[..bytes.len().min(WORDS - words.len().min(WORDS))]);
                }
                Some(Output::Exit(code)) => exit = Some(code),
                None => return self.ended(seat, &parser, &words, exit).await,
            }
        };
        seat.close().await;
        over
    }

    fn take(&mut self, bytes: &[u8], parser: &mut Parser, seat: &Seat) {
        let begun = parser.begun();
        self.file.standing.count(bytes.len() as u64);
        self.log.take(bytes, parser);
        if parser.begun() && !begun {
            self.mute = 0;
            seat.works();
            self.file.know(|known| known.exact = true);
        }
    }

    /// Nothing came for too long, from the script or from its host.
    fn silent(&self, seat: &Seat, heard: Instant) -> Over {
        match seat.silent() {
            Some(since) => Over::Lost(since),
            None => {
                let why = format!("nothing was said there for {}", phrase::time(heard.elapsed()));
                Over::Stopped(why, heard)
            }
        }
    }

    /// The channel ended by itself: with the link, or because the script did.
    async fn ended(
        &mut self,
        mut seat: Seat,
        parser: &Parser,
        words: &[u8],
        exit: Option<Option<u32>>,
    ) -> Over {
        // Who loses a link often hears of the channel's end first.
        let now = Instant::now();
        if let Ok(since) = timeout(Duration::from_secs(1), ended(&mut seat.over)).await {
            return Over::Lost(since);
        }
        seat.close().await;
        if let Path::Failed(Trouble::Tools(what)) = self.file.remote().path() {
            return Over::NoScript(format!("it cannot be followed there: {}", printable(what)));
        }
        if parser.begun() {
            return Over::Stopped("what follows it there was ended".to_owned(), now);
        }
        let said = if words.is_empty() { parser.noise() } else { words };
        let said = first_line(said);
        let why = match exit {
            Some(Some(code)) => format!("no shell runs there (exit {code}){said}"),
            _ => format!("no shell runs there{said}"),
        };
        self.mute(if exit.is_some() { MUTE } else { 1 }, why)
    }

    fn mute(&mut self, times: u32, why: String) -> Over {
        self.mute += times;
        if self.mute >= MUTE { Over::NoScript(why) } else { Over::Broken(why) }
    }
}

/// Waits until a followed file has other names to go on to, by the clock on the wall: that may be set, and while a machine
/// sleeps no other goes on.
pub async fn turned(file: &RemoteFile) {
    loop {
        let left = if file.reading.follow { file.names().left(&Zoned::now()) } else { None };
        match left {
            None => std::future::pending().await,
            Some(Duration::ZERO) => break,
            Some(left) => sleep(left.min(WALL)).await,
        }
    }
    file.names().pass(&Zoned::now());
}

/// `: ` and the first line of what a command said, made printable; nothing when it said nothing.
pub fn first_line(said: &[u8]) -> String {
    let text = String::from_utf8_lossy(said);
    match text.lines().map(str::trim).find(|line| !line.is_empty()) {
        Some(line) => format!(": {}", printable(&line.chars().take(200).collect::<String>())),
        None => String::new(),
    }
}
