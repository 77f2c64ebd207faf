//! Who writes logs and rotates them, as a machine does it, only more often.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// Lines are written so often, ten at a time: 200 a second.
const TICK: Duration = Duration::from_millis(50);
/// Generations that stay, whether they were read or not.
const KEPT: usize = 4;
/// Nobody rotates a log that often while nobody can read it: where so many generations are unread there is no other.
/// So their numbers have one digit: busybox knows when a file was written to the second, and orders by name within one.
const UNREAD: usize = 8;

/// Random numbers that come again with the seed.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}

/// What the how-manieth line is; no two are the same, nor of one length.
pub fn line(n: u64) -> String {
    let len = (n.wrapping_mul(2_654_435_761) >> 16) % 150;
    format!("{n:07} {}\n", "x".repeat(len as usize))
}

/// How a log is rotated.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Rotation {
    /// `create`: renamed; compressed at once, or the next time, or written to for a while.
    Rename,
    /// `copytruncate`, and the older copies compressed.
    Copy,
}

/// A log and who writes it.
pub struct Writer {
    path: PathBuf,
    rotation: Rotation,
    dice: Dice,
    file: File,
    /// The handle of the file that was renamed is kept for so many more ticks.
    keeps: u64,
    written: u64,
    /// In how many ticks it is rotated.
    pub every: u64,
    /// How many bytes of it are in the file.
    bytes: u64,
    /// The line behind the last of each generation, the newest first, and whether it is compressed.
    generations: Vec<(u64, bool)>,
    rotations: u64,
    /// How many lines the reader has.
    read: Arc<AtomicU64>,
}

impl Writer {
    pub fn new(path: PathBuf, rotation: Rotation, seed: u64, read: Arc<AtomicU64>) -> Writer {
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

    /// Writes until it is to stop: how many lines, and how many rotations.
    pub fn run(mut self, stop: &AtomicBool) -> (u64, u64) {
        let mut due = self.every.min(20);
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
