//! Everything at once, at random, while the program is looking, and while it is held still for a moment: then
//! many things happen between two of its looks, or in the middle of one.

use super::{DEADLINE, Folder, Program, append, text};
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant, SystemTime};

/// How long things happen.
const LONG: Duration = Duration::from_secs(12);

/// Old generations that are kept: more than there ever are between two looks.
const KEPT: usize = 40;

/// Numbers that are always the same for the same seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

/// Somebody who writes one log and rotates it in all ways.
struct Writer {
    folder: PathBuf,
    name: String,
    dice: Dice,
    line: u64,
    /// What was done, and before which line.
    done: Vec<(u64, &'static str)>,
}

impl Writer {
    fn path(&self, suffix: &str) -> PathBuf {
        self.folder.join(format!("{}{suffix}", self.name))
    }

    fn note(&mut self, what: &'static str) {
        self.done.push((self.line, what));
    }

    fn append(&mut self) {
        let mut text = String::new();
        for _ in 0..=self.dice.roll(40) {
            text.push_str(&format!("{} {}\n", self.line, "x".repeat(self.dice.roll(60) as usize)));
            self.line += 1;
        }
        append(&self.path(""), text);
    }

    fn in_pieces(&mut self) {
        self.note("in pieces");
        let text = format!("{} in pieces\n", self.line);
        self.line += 1;
        for piece in text.as_bytes().chunks(1 + self.dice.roll(8) as usize) {
            append(&self.path(""), piece);
            std::thread::sleep(Duration::from_millis(self.dice.roll(5)));
        }
    }

    fn make_room(&self) {
        let last = (1..).find(|n| !self.path(&format!(".{n}")).exists()).unwrap();
        if last > KEPT {
            fs::remove_file(self.path(&format!(".{}", last - 1))).unwrap();
        }
        for n in (1..last.min(KEPT)).rev() {
            fs::rename(self.path(&format!(".{n}")), self.path(&format!(".{}", n + 1))).unwrap();
        }
    }

    fn rotate(&mut self) {
        self.note("rotate");
        self.make_room();
        fs::rename(self.path(""), self.path(".1")).unwrap();
        append(&self.path(""), "");
    }

    fn rotate_and_write_on(&mut self) {
        self.note("rotate, write on");
        let mut old = OpenOptions::new().append(true).open(self.path("")).unwrap();
        self.make_room();
        fs::rename(self.path(""), self.path(".1")).unwrap();
        for _ in 0..3 {
            writeln!(old, "{} by the old handle", self.line).unwrap();
            self.line += 1;
            std::thread::sleep(Duration::from_millis(self.dice.roll(20)));
        }
        append(&self.path(""), "");
    }

    /// Copies and cuts it. Nobody writes in between: what is written to the file then is in no copy, and
    /// lost by those who made it.
    fn copytruncate(&mut self) {
        self.note("copytruncate");
        self.make_room();
        fs::copy(self.path(""), self.path(".1")).unwrap();
        OpenOptions::new().write(true).open(self.path("")).unwrap().set_len(0).unwrap();
    }

    /// Removes it and makes it anew. One that nobody saw before it is removed is gone for good, so the
    /// new one's first line is waited for.
    fn recreate(&mut self, program: &Program) {
        self.note("recreate");
        self.be_seen(program);
        fs::remove_file(self.path("")).unwrap();
        self.be_seen(program);
    }

    fn be_seen(&mut self, program: &Program) {
        let text = format!("{} seen\n", self.line);
        self.line += 1;
        append(&self.path(""), &text);
        let last = format!("{}: {text}", self.name);
        let mut from = 0;
        let seen = program.out.wait(DEADLINE, |said| {
            let found = memchr::memmem::find(&said[from..], last.as_bytes()).is_some();
            from = said.len().saturating_sub(200);
            found
        });
        assert!(seen, "{last:?} never came; {}: {:?}", program.err.text(), self.done);
    }

    fn go(mut self, program: &Program, until: Instant) -> Writer {
        // What came before following began is none of its business.
        self.be_seen(program);
        while Instant::now() < until {
            match self.dice.roll(40) {
                0..20 => self.append(),
                20..26 => self.in_pieces(),
                26..29 => self.rotate(),
                29..31 => self.rotate_and_write_on(),
                31..34 => self.copytruncate(),
                34 => self.recreate(program),
                _ => std::thread::sleep(Duration::from_millis(self.dice.roll(60))),
            }
            std::thread::sleep(Duration::from_millis(self.dice.roll(8)));
        }
        self.be_seen(program);
        self
    }
}

#[test]
fn whatever_happens_every_line_comes_once_whole_and_in_order() {
    let folder = Folder::new();
    let seed: Option<u64> = std::env::var("SOAK_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or_else(|| {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
        now.as_nanos() as u64
    });
    // Shown where the test fails: what happens is the same again, though not when.
    eprintln!("SOAK_SEED={seed}");
    let names: Vec<String> = (0..4).map(|n| format!("{n}.log")).collect();
    let logs: Vec<PathBuf> = names.iter().map(|name| folder.write(name, "")).collect();
    let args: Vec<&str> = logs.iter().map(|log| text(log)).collect();
    let program = Program::start(&args);
    let until = Instant::now() + LONG;
    let over = AtomicBool::new(false);
    let writers: Vec<Writer> = std::thread::scope(|scope| {
        let writers: Vec<_> = (1..)
            .zip(&names)
            .map(|(n, name)| {
                let dice = Dice((seed ^ n).wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
                let folder = folder.path("");
                let writer = Writer { folder, name: name.clone(), dice, line: 0, done: Vec::new() };
                let program = &program;
                scope.spawn(move || writer.go(program, until))
            })
            .collect();
        let (program, over) = (&program, &over);
        scope.spawn(move || {
            let mut dice = Dice(seed | 1);
            while !over.load(Ordering::Relaxed) {
                std::thread::sleep(Duration::from_millis(dice.roll(400)));
                program.stop();
                std::thread::sleep(Duration::from_millis(dice.roll(200)));
                program.go_on();
            }
        });
        let done: Vec<_> = writers.into_iter().map(|writer| writer.join()).collect();
        over.store(true, Ordering::Relaxed);
        done.into_iter().map(|writer| writer.unwrap()).collect()
    });
    let came = program.out.text();
    for writer in &writers {
        let prefix = format!("{}: ", writer.name);
        let numbers: Vec<u64> = came
            .lines()
            .filter_map(|line| line.strip_prefix(&prefix))
            .map(|line| {
                let number = line.split(' ').next().unwrap().parse();
                number.unwrap_or_else(|_| panic!("{}: no line that was written: {line:?}", writer.name))
            })
            .collect();
        let wanted: Vec<u64> = (0..writer.line).collect();
        let at = numbers.iter().zip(&wanted).take_while(|(a, b)| a == b).count();
        let at = at as u64;
        let near: Vec<&(u64, &str)> =
            writer.done.iter().filter(|(line, _)| at.abs_diff(*line) < 100).collect();
        assert!(
            numbers == wanted,
            "{}: {at} lines came right, then {:?}; what was done, and before which line: {near:?}",
            writer.name,
            &numbers[at as usize..numbers.len().min(at as usize + 10)],
        );
    }
    assert!(!program.err.text().contains("a gap"), "{}", program.err.text());
}
