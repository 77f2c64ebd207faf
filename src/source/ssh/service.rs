//! A host's service: one shell that is sent small questions, for ranges of files and for what is in folders.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Notify, mpsc, oneshot};
use tokio::time::{Instant, sleep, sleep_until, timeout};

use super::file::RemoteFile;
use super::host::{Host, Seat};
use super::link::Output;
use super::log::lose_where;
use super::script::{self, Answer, Answers, Request, SHELL};
use crate::core::pos::Pos;
use crate::core::remote::Place;
use crate::core::wire::{End, Fingerprint, Kind};
use crate::source::search;

/// Bytes asked for in one go: so many that they take about half a second.
const PIECE: Range<u64> = (256 << 10)..(8 << 20);
/// Questions that are on their way at the same time: the answer to one while the next one is asked.
const AHEAD: usize = 2;
/// How long there may be no word of an answer.
const SILENCE: Duration = Duration::from_secs(20);
/// How long a service that nobody asks anything keeps its channel.
const REST: Duration = Duration::from_secs(20);

/// Names that an answer may have: more panes than that are a mistake, and memory for a host that goes on and on.
pub const NAMES: usize = search::NAMES;
/// No path is longer, in bytes.
const PATH: usize = 4096;

/// The files of a host.
pub type Files = Rc<RefCell<Vec<Arc<RemoteFile>>>>;

/// A question about names.
pub struct Look {
    /// Files that match, what is in a folder, or what a path is.
    pub what: What,
    /// Who asks.
    pub reply: oneshot::Sender<Reply>,
}

/// What comes back.
pub type Reply = Result<Vec<Entry>, NoAnswer>;

/// Why a question about names has no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoAnswer {
    /// There is no such thing.
    Gone,
    /// The host does not say, or too much: a sentence.
    Said(String),
    /// The host could not be asked, and why: a sentence.
    Unasked(String),
}

/// Which question.
#[derive(Clone, Debug)]
pub enum What {
    Glob(Vec<u8>),
    List(Vec<u8>),
    Kind(Vec<u8>),
}

impl What {
    /// What every name in the answer begins with.
    fn prefix(&self) -> &[u8] {
        match self {
            What::Glob(path) => {
                &path[..path.iter().position(|byte| b"*?[".contains(byte)).unwrap_or(path.len())]
            }
            What::List(path) | What::Kind(path) => path,
        }
    }
}

/// Whether a host can mean this name when it is asked for what begins so. (A dash in front has a `./` before it.)
fn is_within(name: &[u8], prefix: &[u8]) -> bool {
    let plain = name.strip_prefix(b"./").unwrap_or(name);
    let steps_out = |path: &[u8]| path.split(|byte| *byte == b'/').any(|part| part == b"..");
    let (fits, rest) = match (name.strip_prefix(prefix), plain.strip_prefix(prefix)) {
        (Some(rest), _) | (None, Some(rest)) => (true, rest),
        (None, None) => (false, name),
    };
    fits && !name.is_empty() && name.len() <= PATH && !name.contains(&0) && !steps_out(rest)
}

/// Something that is there.
#[derive(Clone, Debug)]
pub struct Entry {
    pub kind: Kind,
    pub path: Vec<u8>,
}

/// Where on the host bytes are.
struct Found {
    name: u64,
    ino: u64,
    offset: u64,
    print: Option<Fingerprint>,
    path: Vec<u8>,
}

/// What the answer to a question is for.
enum Flight {
    Range { file: Arc<RemoteFile>, range: Range<Pos>, name: u64, ino: u64, got: u64 },
    Look { within: Vec<u8>, entries: Vec<Entry>, reply: oneshot::Sender<Reply> },
}

/// Asks a host.
pub struct Service {
    host: Rc<Host>,
    files: Files,
    asked: Arc<Notify>,
    looks: mpsc::UnboundedReceiver<Look>,
    waiting: VecDeque<Look>,
    flying: VecDeque<(u64, Flight)>,
    last_id: u64,
    piece: u64,
    /// Whose turn it is to get a piece.
    turn: usize,
    /// When the answer that comes now began to be waited for.
    since: Instant,
}

impl Service {
    /// To be run.
    pub fn new(host: Rc<Host>, files: Files, looks: mpsc::UnboundedReceiver<Look>) -> Service {
        let asked = host.standing.asked.clone();
        Service {
            host,
            files,
            asked,
            looks,
            waiting: VecDeque::new(),
            flying: VecDeque::new(),
            last_id: 0,
            piece: 1 << 20,
            turn: 0,
            since: Instant::now(),
        }
    }

    /// Answers for as long as it is polled.
    pub async fn run(mut self) {
        loop {
            while self.waiting.is_empty() && !self.is_wanted() {
                tokio::select! {
                    () = self.asked.notified() => {}
                    Some(look) = self.looks.recv() => self.waiting.push_back(look),
                }
            }
            match self.host.open(|_| SHELL.to_owned()).await {
                Ok(seat) => {
                    if let Err(why) = self.serve(seat).await {
                        self.give_up(&why);
                        sleep(Duration::from_secs(1)).await;
                    }
                }
                Err(why) => {
                    self.give_up(&why);
                    sleep(Duration::from_secs(5)).await;
                }
            }
        }
    }

    fn is_wanted(&self) -> bool {
        self.files.borrow().iter().any(|file| file.store.next(1).is_some())
    }

    /// What was asked is asked again, but for names: who wants those asks again himself.
    fn give_up(&mut self, why: &str) {
        for (_, flight) in self.flying.drain(..) {
            match flight {
                Flight::Range { file, range, .. } => file.store.land(&range),
                Flight::Look { reply, .. } => drop(reply.send(Err(NoAnswer::Unasked(why.to_owned())))),
            }
        }
        for look in self.waiting.drain(..) {
            let _ = look.reply.send(Err(NoAnswer::Unasked(why.to_owned()))); // nobody may want it any more
        }
    }

    /// Asks over one channel until nobody wants anything, or it ends.
    async fn serve(&mut self, mut seat: Seat) -> Result<(), String> {
        let nonce = script::nonce();
        let mut answers = Answers::new(nonce);
        let lost = |_| "the link was lost".to_owned();
        let sent = timeout(SILENCE, seat.channel.write(&script::service(nonce))).await;
        sent.map_err(|_| "the host takes nothing".to_owned())?.map_err(lost)?;
        let mut over = seat.over.clone();
        let mut heard = Instant::now();
        loop {
            while self.flying.len() < AHEAD
                && let Some(request) = self.next_request()
            {
                if self.flying.len() == 1 {
                    (heard, self.since) = (Instant::now(), Instant::now());
                }
                let sent = timeout(SILENCE, seat.channel.write(&request)).await;
                sent.map_err(|_| "the host takes nothing".to_owned())?.map_err(lost)?;
            }
            let limit = if self.flying.is_empty() { REST } else { SILENCE };
            let output = tokio::select! {
                output = seat.channel.next() => output,
                Some(look) = self.looks.recv() => {
                    self.waiting.push_back(look);
                    continue;
                }
                () = self.asked.notified() => {
                    if self.is_in_vain() {
                        self.drop_flights();
                        seat.close().await;
                        return Ok(());
                    }
                    continue;
                }
                _ = over.wait_for(Option::is_some) => return Err("the link was lost".to_owned()),
                () = sleep_until(heard + limit) => break,
            };
            heard = Instant::now();
            seat.hear();
            match output {
                Some(Output::Out(bytes)) => answers.feed(&bytes, |answer| self.take(answer)),
                Some(Output::Err(_) | Output::Exit(_)) => {}
                None => return Err("the service there ended".to_owned()),
            }
        }
        seat.close().await;
        self.files.borrow().iter().for_each(|file| file.tell());
        match self.flying.is_empty() {
            true => Ok(()),
            false => Err("no answer from the service there".to_owned()),
        }
    }

    /// Whether much is still to come that nobody waits for: another shell answers sooner.
    fn is_in_vain(&self) -> bool {
        let left = self.flying.iter().map(|(_, flight)| match flight {
            Flight::Range { file, range, got, .. } if file.store.is_vain(range) => {
                Some((range.end - range.start).saturating_sub(*got))
            }
            _ => None,
        });
        // Who waits for an answer behind it gets it as it is.
        self.waiting.is_empty() && left.sum::<Option<u64>>().is_some_and(|left| left >= PIECE.start)
    }

    /// What is on its way is not waited for.
    fn drop_flights(&mut self) {
        for (_, flight) in self.flying.drain(..) {
            if let Flight::Range { file, range, .. } = flight {
                file.store.land(&range);
                file.tell();
            }
        }
    }

    /// The next question: names first, they are short.
    fn next_request(&mut self) -> Option<Vec<u8>> {
        while let Some(look) = self.waiting.pop_front() {
            let request = match &look.what {
                What::Glob(pattern) => Request::Glob(pattern),
                What::List(path) => Request::List(path),
                What::Kind(path) => Request::Kind(path),
            };
            self.last_id += 1;
            match script::request(self.last_id, &request) {
                Ok(bytes) => {
                    let within = look.what.prefix().to_vec();
                    let flight = Flight::Look { within, entries: Vec::new(), reply: look.reply };
                    self.flying.push_back((self.last_id, flight));
                    return Some(bytes);
                }
                Err(error) => drop(look.reply.send(Err(NoAnswer::Said(error.to_string())))),
            }
        }
        let files = self.files.borrow().clone();
        for i in 0..files.len() {
            let file = &files[(self.turn + i) % files.len()];
            if let Some((range, found)) = self.next_range(file) {
                self.turn = (self.turn + i + 1) % files.len();
                self.last_id += 1;
                let Found { name, ino, offset, print, path } = found;
                let (print, len) = (print.as_ref(), range.end - range.start);
                let request = Request::Range { path: &path, ino, print, offset, len };
                let bytes = script::request(self.last_id, &request).ok()?;
                file.store.take_off(&range);
                let flight = Flight::Range { file: file.clone(), range, name, ino, got: 0 };
                self.flying.push_back((self.last_id, flight));
                return Some(bytes);
            }
        }
        None
    }

    /// The bytes that a file's readers want next, and where they are.
    fn next_range(&self, file: &Arc<RemoteFile>) -> Option<(Range<Pos>, Found)> {
        loop {
            let range = file.store.next(self.piece)?;
            let lost = match file.remote().locate(range.start) {
                Some(Place::File { name, ino, offset, len, print }) => {
                    let range = range.start..range.end.min(range.start + len);
                    let path = file.names().numbered(name).map(<[u8]>::to_vec);
                    match path {
                        Some(path) => return Some((range, Found { name, ino, offset, print, path })),
                        None => range,
                    }
                }
                Some(Place::Newline) => {
                    file.store.fill(range.start, b"\n");
                    continue;
                }
                Some(Place::Nowhere { len }) => range.start..range.start + len,
                None => range,
            };
            file.store.lose(lost);
            file.tell();
        }
    }

    fn take(&mut self, answer: Answer<'_>) {
        let (Answer::Bytes { id, .. } | Answer::Entry { id, .. } | Answer::End { id, .. }) = answer;
        let Some(at) = self.flying.iter().position(|(flying, _)| *flying == id) else { return };
        match (answer, &mut self.flying[at].1) {
            (Answer::Bytes { bytes, .. }, Flight::Range { file, range, got, .. }) => {
                let left = (range.end - range.start).saturating_sub(*got);
                let bytes = &bytes[..bytes.len().min(usize::try_from(left).unwrap_or(bytes.len()))];
                file.store.fill(range.start + *got, bytes);
                file.standing.count(bytes.len() as u64);
                *got += bytes.len() as u64;
                file.tell();
            }
            // One more than there may be says that there are too many.
            (Answer::Entry { kind, path, .. }, Flight::Look { within, entries, .. })
                if is_within(&path, within) && entries.len() <= NAMES =>
            {
                entries.push(Entry { kind, path });
            }
            (Answer::End { end, .. }, _) => {
                if let Some((_, flight)) = self.flying.remove(at) {
                    self.land(flight, end);
                }
            }
            _ => {}
        }
    }

    fn land(&mut self, flight: Flight, end: End) {
        let since = std::mem::replace(&mut self.since, Instant::now());
        match flight {
            Flight::Range { file, range, name, ino, got } => {
                file.store.land(&range);
                match end {
                    End::Done => {
                        file.store.lose(range.start + got..range.end);
                        self.learn(range.end - range.start, since.elapsed());
                    }
                    End::Gone => {
                        let remote = file.remote();
                        lose_where(
                            &file,
                            &remote,
                            |place| matches!(place, Place::File { name: a, ino: b, .. } if (*a, *b) == (name, ino)),
                        );
                    }
                    // It is asked for again by whoever still wants it, but not at once.
                    End::Failed(_) => {
                        file.store.put_off(&range);
                        let file = file.clone();
                        tokio::task::spawn_local(async move {
                            sleep(Duration::from_secs(2)).await;
                            file.tell();
                        });
                        return;
                    }
                }
                file.tell();
            }
            Flight::Look { entries, reply, .. } => {
                let answer = match end {
                    End::Done if entries.len() > NAMES => {
                        Err(NoAnswer::Said(format!("more than {NAMES} files are there: say which")))
                    }
                    End::Done => Ok(entries),
                    End::Gone => Err(NoAnswer::Gone),
                    End::Failed(why) => Err(NoAnswer::Said(why)),
                };
                let _ = reply.send(answer); // nobody may want it any more
            }
        }
    }

    /// Pieces as large as half a second takes.
    fn learn(&mut self, bytes: u64, took: Duration) {
        if took > Duration::from_secs(1) {
            self.piece = (self.piece / 2).max(PIECE.start);
        } else if took < Duration::from_millis(300) && bytes >= self.piece {
            self.piece = (self.piece * 2).min(PIECE.end);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_that_were_asked_for() {
        let glob = |pattern: &str| What::Glob(pattern.into());
        let fine = |what: &What, name: &str| is_within(name.as_bytes(), what.prefix());
        for (pattern, name) in [
            ("/var/log/*.log", "/var/log/a.log"),
            ("/var/*/x", "/var/a/x"),
            ("*.log", "a\nb.log"),
            ("-*", "./-v.log"),
            ("./-*", "./-v.log"),
            ("../*/[ab]", "../x/a"),
            ("[a-", "[a-"),
        ] {
            assert!(fine(&glob(pattern), name), "{pattern} {name}");
        }
        for (pattern, name) in [
            ("/var/log/*.log", "/etc/passwd"),
            ("/var/log/*.log", "/var/log/../../etc/passwd"),
            ("*", "../x"),
            ("*", ""),
            ("*", "a\0b"),
            ("*", &"x".repeat(5000)),
        ] {
            assert!(!fine(&glob(pattern), name), "{pattern} {name}");
        }
        assert!(fine(&What::List(b"/var/log/".to_vec()), "/var/log//a.log"));
        assert!(!fine(&What::List(b"/var/log".to_vec()), "/var/lib/a.log"));
    }
}
