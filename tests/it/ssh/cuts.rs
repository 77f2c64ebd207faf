//! A link that is cut again and again, at any byte in either direction, while two logs are written and rotated: every
//! line comes exactly once, whole and in order, and no gap is reported.
//!
//! Some dozens of cuts in the ordinary tests; a thousand with `TAILPANE_CUTS=1000`, as `docs/ssh.md` says, and
//! `TAILPANE_SEED` does the same cuts again (what the machine does between them is its own).

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tailpane::app::link::LinkState;
use tailpane::app::source::{NoticeKind, SourceId};
use tailpane::config::hosts::FollowMode;
use tailpane::source::Keep;

use super::remote::{Drained1, Rig, follow};
use super::script::is_installed;
use super::sshd::program;

/// How long nothing may happen.
const DEADLINE: Duration = Duration::from_secs(90);
/// Lines are written so often, ten at a time: 200 a second.
const TICK: Duration = Duration::from_millis(50);
/// Generations that stay, whether they were read or not.
const KEPT: usize = 4;
/// Nobody rotates a log that often while nobody can read it: where so many generations are unread there is no other.
const UNREAD: usize = 12;

/// Random numbers that come again with the seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

/// What the how-manieth line is; no two are the same, nor of one length.
fn line(n: u64) -> String {
    let len = (n.wrapping_mul(2_654_435_761) >> 16) % 150;
    format!("{n:07} {}\n", "x".repeat(len as usize))
}

/// How a log is rotated.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rotation {
    /// `create`: renamed; compressed at once, or the next time, or written to for a while.
    Rename,
    /// `copytruncate`, and the older copies compressed.
    Copy,
}

/// A log and who writes it.
struct Writer {
    path: PathBuf,
    rotation: Rotation,
    dice: Dice,
    file: File,
    /// The handle of the file that was renamed is kept for so many more ticks.
    keeps: u64,
    written: u64,
    /// In how many ticks it is rotated.
    every: u64,
    /// How many bytes of it are in the file.
    bytes: u64,
    /// The line behind the last of each generation, the newest first, and whether it is compressed.
    generations: Vec<(u64, bool)>,
    rotations: u64,
    /// How many lines the reader has.
    read: Arc<AtomicU64>,
}

impl Writer {
    fn new(path: PathBuf, rotation: Rotation, seed: u64, read: Arc<AtomicU64>) -> Writer {
        let (dice, file) = (Dice(seed | 1), create(&path));
        let generations = Vec::new();
        Writer {
            path,
            rotation,
            dice,
            file,
            keeps: 0,
            written: 0,
            every: 10,
            bytes: 0,
            generations,
            rotations: 0,
            read,
        }
    }

    fn run(mut self, stop: &AtomicBool) -> (u64, u64) {
        let mut due = 20;
        while !stop.load(Ordering::Relaxed) {
            let text: String = (self.written..self.written + 10).map(line).collect();
            // Now and then in two pieces.
            let middle = self.dice.below(4 * text.len() as u64) as usize;
            let (first, second) = text.split_at(middle.min(text.len()));
            self.file.write_all(first.as_bytes()).unwrap();
            self.file.write_all(second.as_bytes()).unwrap();
            self.written += 10;
            self.bytes += text.len() as u64;
            match self.keeps {
                0 => {}
                1 => {
                    (self.keeps, self.file) = (0, create(&self.path));
                    self.generations[0].0 = self.written;
                }
                _ => self.keeps -= 1,
            }
            // What was gone before anybody looked is nobody's loss.
            due -= u64::from(self.read.load(Ordering::Relaxed) > 0);
            if due == 0 && self.keeps == 0 {
                self.rotate();
                due = self.every;
            }
            due = due.max(1) + self.dice.below(2);
            std::thread::sleep(TICK);
        }
        if self.keeps > 0 {
            create(&self.path);
        }
        (self.written, self.rotations)
    }

    fn name(&self, n: usize, packed: bool) -> PathBuf {
        let name = self.path.file_name().unwrap().to_str().unwrap();
        self.path.with_file_name(format!("{name}.{}{}", n + 1, if packed { ".gz" } else { "" }))
    }

    fn rotate(&mut self) {
        let read = self.read.load(Ordering::Relaxed);
        if self.generations.iter().filter(|(last, _)| *last >= read).count() >= UNREAD {
            return;
        }
        self.rotations += 1;
        while self.generations.len() > KEPT {
            let &(last, packed) = self.generations.last().unwrap();
            if self.read.load(Ordering::Relaxed) <= last {
                break; // nobody could say that it is not lost
            }
            std::fs::remove_file(self.name(self.generations.len() - 1, packed)).unwrap();
            self.generations.pop();
        }
        for n in (0..self.generations.len()).rev() {
            let packed = self.generations[n].1;
            std::fs::rename(self.name(n, packed), self.name(n + 1, packed)).unwrap();
        }
        self.generations.insert(0, (self.written, false));
        let newest = self.name(0, false);
        let bytes = std::mem::take(&mut self.bytes);
        match self.rotation {
            Rotation::Rename => {
                std::fs::rename(&self.path, &newest).unwrap();
                match self.dice.below(4) {
                    0 => {
                        self.file = create(&self.path);
                        self.pack(0);
                    }
                    1 => self.keeps = 1 + self.dice.below(6),
                    _ => self.file = create(&self.path),
                }
            }
            Rotation::Copy => {
                // A copy that is not whole would be a loss that no reader could prevent.
                assert_eq!(std::fs::copy(&self.path, &newest).unwrap(), bytes);
                self.file.set_len(0).unwrap();
            }
        }
        if self.generations.len() > 1 && self.dice.below(2) == 0 {
            self.pack(1);
        }
    }

    fn pack(&mut self, n: usize) {
        if !std::mem::replace(&mut self.generations[n].1, true) {
            assert!(Command::new("gzip").arg(self.name(n, false)).status().unwrap().success());
        }
    }
}

fn create(path: &Path) -> File {
    OpenOptions::new().create(true).append(true).open(path).unwrap()
}

/// A log that is read, line by line.
struct Reader {
    name: &'static str,
    log: Drained1,
    next: u64,
    read: Arc<AtomicU64>,
}

impl Reader {
    #[track_caller]
    fn take(&mut self, rig: &Rig) {
        self.log.take();
        let mut at = 0;
        while let Some(len) = self.log.bytes[at..].iter().position(|byte| *byte == b'\n') {
            let came = String::from_utf8_lossy(&self.log.bytes[at..=at + len]);
            if came != line(self.next) {
                let last = self.log.notices.iter().rev().take(8).rev().collect::<Vec<_>>();
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
        self.log.bytes.drain(..at);
        self.read.store(self.next, Ordering::Relaxed);
        if let Some(gap) = self.log.notices.iter().find(|notice| notice.kind == NoticeKind::Gap) {
            panic!(
                "{}: a gap before line {}: {}\n{}",
                self.name,
                self.next,
                gap.text,
                listing(rig, self.name)
            );
        }
    }
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
fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse::<u64>().unwrap())
}

fn seed() -> u64 {
    use std::hash::{BuildHasher as _, RandomState};
    let seed = number("TAILPANE_SEED").unwrap_or_else(|| RandomState::new().hash_one("seed") >> 20);
    println!("TAILPANE_SEED={seed}");
    seed
}

#[test]
fn cut_at_random_bytes_again_and_again_nothing_is_lost_or_doubled() {
    cut(&Rig::new(Keep::Unread), number("TAILPANE_CUTS").unwrap_or(30), seed());
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
    cut(&rig, number("TAILPANE_CUTS").unwrap_or(30), seed());
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
            go_on(&rig);
        }
        rig.append("a.log", line(cuts as u64));
        log.expect(&rig, (0..=cuts as u64).map(line).collect::<String>());
        log.take();
        assert_eq!(log.kinds(), [NoticeKind::Lost, NoticeKind::Gap, NoticeKind::Back].repeat(cuts));
    }
    assert!(!rig.status(1).remote.unwrap().exact);
}

fn cut(rig: &Rig, cuts: u64, seed: u64) {
    let began = Instant::now();
    let stop = Arc::new(AtomicBool::new(false));
    let logs = [(1, "a.log", Rotation::Rename), (2, "b.log", Rotation::Copy)];
    let mut readers = Vec::new();
    let writers = logs.map(|(id, name, rotation)| {
        let (read, stop) = (Arc::new(AtomicU64::new(0)), stop.clone());
        let mut writer = Writer::new(rig.path(name), rotation, seed ^ u64::from(id), read.clone());
        // The few cuts of an ordinary run are among rotations as a log has them; many, among as many as can be.
        writer.every = if cuts > 100 { 10 } else { 60 };
        readers.push(Reader { name, log: rig.drain(id, name), next: 0, read });
        std::thread::spawn(move || writer.run(&stop))
    });
    let mut dice = Dice(seed | 1);
    let mut outages = 0;
    for done in 0..cuts {
        outages += u64::from(cut_once(rig, &mut dice, &mut readers));
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
            go_on(rig);
        }
        assert!(reader.log.bytes.is_empty());
        lines += written;
        rotations += rotated;
        lost += reader.log.count(NoticeKind::Lost);
    }
    assert!([1, 2].iter().all(|id| rig.status(*id).remote.unwrap().exact));
    assert!(lost > 2, "{lost} losses of a link that was up were told of");
    println!(
        "{cuts} cuts ({outages} with an outage), {lines} lines, {rotations} rotations, {:.0} s: lost 0, doubled 0, \
         gaps 0",
        began.elapsed().as_secs_f64()
    );
}

/// Cuts the link somewhere, and has it made anew; whether there was an outage.
fn cut_once(rig: &Rig, dice: &mut Dice, readers: &mut [Reader]) -> bool {
    let before = rig.proxy.cuts();
    let until = Instant::now() + DEADLINE;
    // Within the greeting, the key exchange, the login, the script, its headers, the lines.
    let mut sooner = Instant::now() + Duration::from_millis(1500);
    match dice.below(10) {
        0..=5 => rig.proxy.cut_after(dice.below(16_000)),
        6..=7 => rig.proxy.cut_after_sending(dice.below(40_000)),
        _ => sooner = Instant::now() + Duration::from_millis(dice.below(1500)),
    }
    while rig.proxy.cuts() == before {
        assert!(Instant::now() < until, "never connected: {:?}\n{}", rig.status(1), rig.sshd.log());
        readers.iter_mut().for_each(|reader| reader.take(rig));
        go_on(rig);
        if Instant::now() > sooner {
            rig.proxy.cut_now();
        }
    }
    let is_outage = dice.below(8) == 0;
    if is_outage {
        rig.proxy.refuse(true);
        let over = Instant::now() + Duration::from_millis(dice.below(3000));
        while Instant::now() < over {
            readers.iter_mut().for_each(|reader| reader.take(rig));
            rig.pause();
        }
        rig.proxy.refuse(false);
    }
    is_outage
}

/// Does not wait for the next try, and lets a moment pass.
fn go_on(rig: &Rig) {
    match rig.status(1).remote.unwrap().host.state {
        LinkState::Lost { retry: Some(_), .. } => rig.follower.reconnect(SourceId(1)),
        LinkState::Refused(ref why) => panic!("a cut link is no refusal: {why}\n{}", rig.sshd.log()),
        _ => {}
    }
    rig.pause();
}
