//! A link that is cut again and again, at any byte in either direction, while two logs are written and rotated: every
//! line comes exactly once, whole and in order, and no gap is reported.
//!
//! Some dozens of cuts in the ordinary tests; a thousand with `TAILPANE_CUTS=1000`, as `docs/ssh.md` says, and
//! `TAILPANE_SEED` does the same cuts again (what the machine does between them is its own).

pub mod writer;

use std::io::ErrorKind;
use std::os::unix::fs::MetadataExt as _;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tailpane::app::link::LinkState;
use tailpane::app::source::{Notice, NoticeKind, Source, SourceId};
use tailpane::config::hosts::FollowMode;
use tailpane::core::pos::Pos;
use tailpane::source::Keep;
use tailpane::source::ssh::config::Transport;

use self::writer::{Dice, Rotation, Writer, line};
use super::remote::{Drained1, Rig, follow};
use super::script::is_installed;
use super::sshd::program;

/// How long nothing may happen.
const DEADLINE: Duration = Duration::from_secs(90);
/// Cuts where another test does more of them.
const FEW: u64 = 10;

/// Where a log is read.
enum Way {
    /// As where there is no screen.
    Drain(Drained1),
    /// In what a screen shows, up to this byte.
    Screen(Source, Pos),
}

/// A log that is read, line by line.
struct Reader {
    id: u32,
    name: &'static str,
    way: Way,
    bytes: Vec<u8>,
    notices: Vec<Notice>,
    next: u64,
    read: Arc<AtomicU64>,
}

impl Reader {
    fn new(rig: &Rig, keep: Keep, id: u32, name: &'static str, read: Arc<AtomicU64>) -> Reader {
        let way = match keep {
            Keep::Unread => Way::Drain(rig.drain(id, name)),
            Keep::Generations => Way::Screen(rig.open(id, name), Pos(0)),
        };
        Reader { id, name, way, bytes: Vec::new(), notices: Vec::new(), next: 0, read }
    }

    /// Takes what has come.
    fn come(&mut self, rig: &Rig) {
        match &mut self.way {
            Way::Drain(log) => {
                log.take();
                self.bytes.append(&mut log.bytes);
                self.notices.append(&mut log.notices);
            }
            Way::Screen(source, at) => {
                let status = rig.status(self.id);
                self.notices = status.notices.to_vec();
                let came = held(source, *at, status.end);
                *at = Pos(at.0 + came.len() as u64);
                self.bytes.extend(came);
            }
        }
    }

    #[track_caller]
    fn take(&mut self, rig: &Rig) {
        self.come(rig);
        let mut at = 0;
        while let Some(len) = self.bytes[at..].iter().position(|byte| *byte == b'\n') {
            let came = String::from_utf8_lossy(&self.bytes[at..=at + len]);
            if came != line(self.next) {
                let last = self.notices.iter().rev().take(8).rev().collect::<Vec<_>>();
                panic!(
                    "{}: line {} was due: {came:?}\n{last:#?}\n{}",
                    self.name,
                    self.next,
                    listing(rig, self.name)
                );
            }
            self.next += 1;
            at += len + 1;
        }
        self.bytes.drain(..at);
        self.read.store(self.next, Ordering::Relaxed);
        if let Some(gap) = self.notices.iter().find(|notice| notice.kind == NoticeKind::Gap) {
            panic!(
                "{}: a gap before line {}: {}\n{}",
                self.name,
                self.next,
                gap.text,
                listing(rig, self.name)
            );
        }
    }

    /// What a screen shows in the end, all of it.
    #[track_caller]
    fn look_again(&self, rig: &Rig) {
        let Way::Screen(source, _) = &self.way else { return };
        let wanted: String = (0..self.next).map(line).collect();
        let end = rig.status(self.id).end;
        assert_eq!((source.store.range().start, end), (Pos(0), Pos(wanted.len() as u64)), "{}", self.name);
        assert!(held(source, Pos(0), end) == wanted.as_bytes(), "{} reads otherwise in the end", self.name);
    }

    fn count(&self, kind: NoticeKind) -> usize {
        self.notices.iter().filter(|notice| notice.kind == kind).count()
    }
}

/// What can be read without waiting.
fn held(source: &Source, from: Pos, to: Pos) -> Vec<u8> {
    let (mut at, mut all) = (from.0, Vec::new());
    while at < to.0 {
        let mut some = vec![0; (to.0 - at) as usize];
        match source.store.read_at(Pos(at), &mut some) {
            Ok(0) => break,
            Ok(n) => all.extend_from_slice(&some[..n]),
            Err(error) if error.kind() == ErrorKind::WouldBlock => break,
            Err(error) => panic!("{error}"),
        }
        at = from.0 + all.len() as u64;
    }
    all
}

/// What is beside a log, for whoever wants to know why.
fn listing(rig: &Rig, name: &str) -> String {
    let mut text = String::new();
    for entry in std::fs::read_dir(rig.sshd.folder()).unwrap().filter_map(Result::ok) {
        let found = entry.file_name().to_string_lossy().into_owned();
        if let (true, Ok(what)) = (found.starts_with(name), entry.metadata()) {
            let modified = what.modified().unwrap().elapsed().unwrap_or_default();
            text += &format!("{found}: number {}, {} bytes, {modified:?} ago\n", what.ino(), what.len());
        }
    }
    text
}

/// What the environment says a run is to be.
pub fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse::<u64>().unwrap())
}

pub fn seed() -> u64 {
    use std::hash::{BuildHasher as _, RandomState};
    let seed = number("TAILPANE_SEED").unwrap_or_else(|| RandomState::new().hash_one("seed") >> 20);
    println!("TAILPANE_SEED={seed}");
    seed
}

#[test]
fn cut_at_random_bytes_again_and_again_nothing_is_lost_or_doubled() {
    cut(&Rig::new(Keep::Unread), Keep::Unread, number("TAILPANE_CUTS").unwrap_or(30), seed());
}

#[test]
fn nor_of_what_a_screen_shows() {
    cut(&Rig::new(Keep::Generations), Keep::Generations, FEW, seed());
}

#[test]
fn nor_where_the_system_s_ssh_is_the_link() {
    let rig = Rig::with(Keep::Unread, |_| {}, |config| config.transport = Transport::OpenSsh);
    cut(&rig, Keep::Unread, FEW / 2, seed());
    let facts = &rig.status(1).remote.unwrap().host.facts;
    assert!(facts.contains(&("transport", "the system's ssh".to_owned())), "{facts:?}");
}

#[test]
fn nor_where_all_there_is_is_busybox() {
    if !is_installed("busybox") {
        println!("left out: busybox is not installed");
        return;
    }
    let programs = tempfile::tempdir().unwrap();
    let output = Command::new("busybox").arg("--list").output().unwrap();
    let busybox = program("busybox");
    for name in String::from_utf8(output.stdout).unwrap().lines() {
        std::os::unix::fs::symlink(&busybox, programs.path().join(name)).unwrap();
    }
    let path = programs.path().display().to_string();
    let rig = Rig::with(
        Keep::Unread,
        |options| {
            options.line(&format!(
                "ForceCommand PATH={path}; export PATH; exec sh -c \"$SSH_ORIGINAL_COMMAND\""
            ));
        },
        |_| {},
    );
    cut(&rig, Keep::Unread, number("TAILPANE_CUTS").unwrap_or(30), seed());
}

#[test]
fn plain_tail_says_each_time_that_it_cannot_be_sure() {
    let rig = Rig::with(Keep::Unread, |_| {}, follow(FollowMode::Tail));
    rig.append("a.log", line(0));
    let mut log = rig.drain(1, "a.log");
    log.expect(&rig, line(0));
    for cuts in 1..=12 {
        rig.proxy.cut_now();
        let until = Instant::now() + DEADLINE;
        while log.count(NoticeKind::Back) < cuts {
            assert!(Instant::now() < until, "never back: {:?}", rig.status(1));
            log.take();
            go_on(&rig, Pace::Fast);
        }
        rig.append("a.log", line(cuts as u64));
        log.expect(&rig, (0..=cuts as u64).map(line).collect::<String>());
        log.take();
        assert_eq!(log.kinds(), [NoticeKind::Lost, NoticeKind::Gap, NoticeKind::Back].repeat(cuts));
    }
    assert!(!rig.status(1).remote.unwrap().exact);
}

fn cut(rig: &Rig, keep: Keep, cuts: u64, seed: u64) {
    let began = Instant::now();
    let stop = Arc::new(AtomicBool::new(false));
    let logs = [(1, "a.log", Rotation::Rename), (2, "b.log", Rotation::Copy)];
    let mut readers = Vec::new();
    let writers = logs.map(|(id, name, rotation)| {
        let (read, stop) = (Arc::new(AtomicU64::new(0)), stop.clone());
        let mut writer = Writer::new(rig.path(name), rotation, seed ^ u64::from(id), read.clone());
        // The few cuts of an ordinary run are among rotations as a log has them; many, among as many as can be.
        writer.every =
            [(100, 10), (FEW, 60)].iter().find(|(more, _)| cuts > *more).map_or(8, |(_, every)| *every);
        readers.push(Reader::new(rig, keep, id, name, read));
        std::thread::spawn(move || writer.run(&stop))
    });
    let mut dice = Dice(seed | 1);
    let mut outages = 0;
    let pace = if cuts > FEW { Pace::Fast } else { Pace::Short };
    for done in 0..cuts {
        let sure = pace == Pace::Short && done % 3 == 2;
        outages += u64::from(cut_once(rig, pace, sure, &mut dice, &mut readers));
        if done % 100 == 99 {
            println!("{} cuts, {} lines, {:?}", done + 1, readers[0].next + readers[1].next, began.elapsed());
        }
    }
    stop.store(true, Ordering::Relaxed);
    let (mut lines, mut rotations, mut lost) = (0, 0, 0);
    for (writer, reader) in writers.into_iter().zip(&mut readers) {
        let (written, rotated) = writer.join().unwrap();
        let until = Instant::now() + DEADLINE;
        while reader.next < written {
            assert!(Instant::now() < until, "{} of {written}: {:?}", reader.next, rig.status(1));
            reader.take(rig);
            go_on(rig, Pace::Fast);
        }
        assert!(reader.bytes.is_empty());
        reader.look_again(rig);
        lines += written;
        rotations += rotated;
        lost += reader.count(NoticeKind::Lost);
    }
    assert!([1, 2].iter().all(|id| rig.status(*id).remote.unwrap().exact));
    let enough = if pace == Pace::Fast { 3 } else { cuts / 3 };
    let reconnects = rig.status(1).remote.unwrap().host.reconnects;
    assert!(
        lost > 0 && u64::from(reconnects) >= enough,
        "{lost} losses told of, {reconnects} times connected anew"
    );
    println!(
        "{cuts} cuts ({outages} with an outage), {lines} lines, {rotations} rotations, {:.0} s: lost 0, doubled 0, \
         gaps 0",
        began.elapsed().as_secs_f64()
    );
}

/// How cuts follow each other.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pace {
    /// Wherever the link is by then, and nobody waits for the next try.
    Fast,
    /// Not long after lines have come again; a next try that is due soon is waited for.
    Short,
}

/// Cuts the link somewhere (surely behind lines that have come over it, or anywhere), and has it made anew; whether
/// there was an outage.
fn cut_once(rig: &Rig, pace: Pace, sure: bool, dice: &mut Dice, readers: &mut [Reader]) -> bool {
    let before = rig.proxy.cuts();
    let until = Instant::now() + DEADLINE;
    let longest = if pace == Pace::Fast { 1500 } else { 200 };
    let mut patience = Duration::from_millis(longest);
    // Within the greeting, the key exchange, the login, the script, its headers, the lines.
    match if sure { 9 } else { dice.below(10) } {
        0..=5 => rig.proxy.cut_after(dice.below(16_000)),
        6..=7 => rig.proxy.cut_after_sending(dice.below(40_000)),
        _ => patience = Duration::from_millis(dice.below(longest)),
    }
    let lines = |readers: &[Reader]| readers.iter().map(|reader| reader.next).sum::<u64>();
    let had = lines(readers);
    let mut since = (pace == Pace::Fast).then(Instant::now);
    while rig.proxy.cuts() == before {
        assert!(Instant::now() < until, "never connected: {:?}\n{}", rig.status(1), rig.sshd.log());
        readers.iter_mut().for_each(|reader| reader.take(rig));
        go_on(rig, pace);
        if since.is_none() && lines(readers) > had {
            since = Some(Instant::now());
        }
        if since.is_some_and(|since| since.elapsed() > patience) {
            rig.proxy.cut_now();
        }
    }
    let is_outage = dice.below(8) == 0;
    if is_outage {
        rig.proxy.refuse(true);
        let over = Instant::now() + Duration::from_millis(dice.below(2 * longest));
        while Instant::now() < over {
            readers.iter_mut().for_each(|reader| reader.take(rig));
            rig.pause();
        }
        rig.proxy.refuse(false);
    }
    is_outage
}

/// Lets a moment pass, and does not wait long for the next try.
fn go_on(rig: &Rig, pace: Pace) {
    let longest = if pace == Pace::Fast { Duration::ZERO } else { Duration::from_millis(700) };
    match rig.status(1).remote.unwrap().host.state {
        LinkState::Lost { retry: Some(at), .. } if at > Instant::now() + longest => {
            rig.follower.reconnect(SourceId(1));
        }
        LinkState::Refused(ref why) => panic!("a cut link is no refusal: {why}\n{}", rig.sshd.log()),
        _ => {}
    }
    rig.pause();
}
