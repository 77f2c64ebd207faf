//! A simulated disk with one folder, and what may happen on it at any moment.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::io;
use std::time::Duration;

use super::log::Part;
use crate::core::follow::{Disk, FileId, Found, Sibling, Stat, extra};

/// A byte, and which of all bytes ever written it is; holes have no number.
pub type Byte = (u8, Option<usize>);

/// A disk with one folder, and the log that the steps make of it.
#[derive(Default)]
pub struct World {
    pub files: HashMap<u64, File>,
    pub names: BTreeMap<String, u64>,
    pub wall: Duration,
    inodes: u64,
    /// For every byte written: the line it belongs to.
    pub lines: Vec<usize>,
    next_line: usize,
    pub log: Vec<Byte>,
    /// What was read of each file when it was read.
    pub recalled: HashMap<u64, Vec<Option<u8>>>,
    pub truncations: usize,
    /// Bytes that were in a file the follower had seen, and were cut away unread.
    pub cut: usize,
    /// What happens while somebody looks: after so many questions to the disk.
    pub soon: VecDeque<(usize, Soon)>,
    /// Read steps whose bytes were not taken yet.
    pub parts: VecDeque<Part>,
    /// Bytes that were given up, which is told.
    pub given_up: usize,
    /// Looks that began, and the last of them that decided something.
    pub begun: usize,
    pub decided: usize,
    /// Files that are known, and were generations at the last look.
    pub held: HashSet<u64>,
    /// The first look that began when what is at the path had been cut.
    cut_since: usize,
    /// Bytes of files that were there during a whole look, and are gone.
    pub knowable: HashSet<usize>,
}

/// Something that happens while somebody looks.
#[derive(Clone, Copy, Debug)]
pub enum Soon {
    Write {
        len: usize,
        finish: bool,
    },
    Rotate {
        anew: bool,
    },
    /// `cp a a.1`, which may fill a file that is there.
    BeginCopy {
        over: bool,
    },
    EndCopy,
    Truncate,
    /// A writer that still holds the last renamed file writes to it.
    Late {
        len: usize,
        finish: bool,
    },
    /// `cp a a.bak`
    Backup,
    /// `mv a b`, and back.
    Away,
    Back,
    /// `: > a`
    Empty,
    /// `rm` of the oldest generation.
    Remove,
}

#[derive(Clone, Default)]
pub struct File {
    pub bytes: Vec<Byte>,
    pub mtime: Duration,
    /// Where a writer without O_APPEND writes next.
    pub place: Option<usize>,
    /// The line that is being written is unfinished.
    pub open: Option<usize>,
    /// The first look that began when what it holds now was there.
    pub since: usize,
    /// It was at the path; copies never are.
    pub genuine: bool,
}

pub const START: Duration = Duration::from_secs(1_000_000);

impl World {
    pub fn new() -> World {
        World { wall: START, ..World::default() }
    }

    /// The time as file systems stamp it: in coarse steps.
    pub fn stamp(&self) -> Duration {
        Duration::from_millis(self.wall.as_millis() as u64 / 4 * 4)
    }

    pub fn stat(&self, ino: u64) -> Stat {
        let file = &self.files[&ino];
        Stat { id: FileId { dev: 1, ino }, len: file.bytes.len() as u64, mtime: file.mtime }
    }

    pub fn at_path(&mut self) -> u64 {
        if let Some(ino) = self.names.get("a") {
            return *ino;
        }
        self.inodes += 1;
        let file = File { mtime: self.stamp(), since: self.begun + 1, genuine: true, ..File::default() };
        self.files.insert(self.inodes, file);
        self.names.insert("a".into(), self.inodes);
        self.inodes
    }

    /// Writes a piece of a line: the whole of it, its beginning, or the rest of the one begun.
    pub fn write(&mut self, ino: u64, len: usize, finish: bool) {
        let stamp = self.stamp();
        let Some(file) = self.files.get_mut(&ino) else { return };
        let line = file.open.take().unwrap_or_else(|| {
            self.next_line += 1;
            self.next_line
        });
        // Unlike from the first byte on: one byte alone must be enough to tell files apart.
        let mut text = vec![b'0' + (line % 72) as u8];
        text.extend(format!("<{line}:{ino}>").into_bytes());
        text.extend((0..len).map(|i| b'a' + ((i + line) % 26) as u8));
        if finish {
            text.push(b'\n');
        } else {
            file.open = Some(line);
        }
        if file.bytes.is_empty() {
            file.since = self.begun + 1;
        }
        let place = file.place.unwrap_or(file.bytes.len());
        file.bytes.resize(place.max(file.bytes.len()), (0, None));
        for byte in text {
            file.bytes.push((byte, Some(self.lines.len())));
            self.lines.push(line);
        }
        if file.place.is_some() {
            file.place = Some(file.bytes.len());
        }
        file.mtime = stamp;
    }

    /// The first line, so that the file is known.
    pub fn write_first(&mut self) {
        let ino = self.at_path();
        self.write(ino, 10, true);
    }

    /// Moves `a.1` to `a.2` and so on, the oldest first.
    pub fn shift(&mut self) {
        let old: Vec<(String, u64)> = self.names.iter().map(|(name, ino)| (name.clone(), *ino)).collect();
        self.names.retain(|name, _| name == "a" || name == "b" || name.ends_with(".bak"));
        for (name, ino) in old {
            if let Some(number) = name.strip_prefix("a.").and_then(|number| number.parse::<u32>().ok()) {
                self.names.insert(format!("a.{}", number + 1), ino);
            }
        }
    }

    pub fn rotate(&mut self) {
        self.shift();
        if let Some(ino) = self.names.remove("a") {
            self.names.insert("a.1".into(), ino);
        }
    }

    /// A copy of `a`, in a new file.
    pub fn copy(&mut self, to: &str) {
        if !self.names.contains_key("a") {
            return;
        }
        self.inodes += 1;
        self.names.insert(to.into(), self.inodes);
        self.fill(to);
    }

    /// The file of a name becomes a copy of `a`.
    pub fn fill(&mut self, to: &str) {
        let Some(from) = self.names.get("a").copied() else { return };
        let (bytes, since) = (self.files[&from].bytes.clone(), self.begun + 1);
        let file = File { bytes, mtime: self.stamp(), since, ..File::default() };
        self.files.insert(self.names[to], file);
    }

    /// Makes `a.1` a copy of `a`: the file that is there if it may be `over` it and no byte is lost by that,
    /// else a new one.
    pub fn copy_to_first(&mut self, over: bool) {
        if over && self.is_spare("a.1") {
            self.fill("a.1");
        } else {
            self.shift();
            self.copy("a.1");
        }
    }

    /// Whether a file was never at the path, all it holds has come, and nobody needs it to tell what was cut
    /// or holds it for a generation. What fills an empty file counts as a late writer's, and comes late.
    pub fn is_spare(&self, name: &str) -> bool {
        let Some(file) = self.names.get(name).map(|ino| &self.files[ino]) else { return false };
        let came: HashSet<usize> = self.log.iter().filter_map(|byte| byte.1).collect();
        let is_settled =
            file.since.max(self.cut_since) <= self.decided && !self.held.contains(&self.names[name]);
        is_settled
            && !file.genuine
            && !file.bytes.is_empty()
            && file.bytes.iter().filter_map(|byte| byte.1).all(|number| came.contains(&number))
    }

    /// A generation from before anybody looked: no byte of it may come.
    pub fn put_old_generation(&mut self) {
        self.inodes += 1;
        let bytes = b"0<0:0>of yesterday\n".iter().map(|byte| (*byte, None)).collect();
        self.files.insert(self.inodes, File { bytes, mtime: self.stamp(), ..File::default() });
        self.names.insert("a.1".into(), self.inodes);
    }

    pub fn truncate(&mut self, len: usize, keep_place: bool) {
        let Some(ino) = self.names.get("a").copied() else { return };
        let stamp = self.stamp();
        let Some(file) = self.files.get_mut(&ino) else { return };
        file.place = (keep_place || file.place.is_some()).then_some(file.bytes.len());
        file.bytes.truncate(len);
        file.open = None;
        file.mtime = stamp;
        self.cut_since = self.begun + 1;
    }

    /// A moment passes in which something may happen.
    fn pass(&mut self) {
        match self.soon.front_mut() {
            Some((0, _)) => {}
            Some((left, _)) => {
                *left -= 1;
                return;
            }
            None => return,
        }
        let Some((_, what)) = self.soon.pop_front() else { return };
        self.wall += Duration::from_millis(1);
        match what {
            Soon::Write { len, finish } => {
                let ino = self.at_path();
                self.write(ino, len, finish);
            }
            Soon::Rotate { anew } => {
                self.rotate();
                if anew {
                    self.at_path();
                }
            }
            Soon::BeginCopy { over } if self.names.contains_key("a") => {
                self.copy_to_first(over);
                let copy = self.names["a.1"];
                let bytes = &mut self.files.get_mut(&copy).unwrap().bytes;
                bytes.truncate(bytes.len() / 2);
            }
            Soon::EndCopy if self.names.contains_key("a") => {
                self.fill("a.1");
            }
            Soon::Truncate => self.truncate(0, false),
            Soon::BeginCopy { .. } | Soon::EndCopy => {}
            Soon::Late { len, finish } => {
                if let Some(ino) = self.names.get("a.1").copied().filter(|ino| self.files[ino].genuine) {
                    self.write(ino, len, finish);
                }
            }
            Soon::Backup => {
                // A copy of what nobody saw is taken for the generation itself.
                if self.names.get("a").is_some_and(|ino| self.files[ino].since <= self.decided) {
                    self.copy("a.bak");
                }
            }
            Soon::Away => {
                if let Some(ino) = self.names.remove("a") {
                    self.names.insert("b".into(), ino);
                }
            }
            Soon::Back => {
                if let Some(ino) = self.names.remove("b") {
                    self.names.insert("a".into(), ino);
                    // Nobody looked where it was.
                    self.files.get_mut(&ino).unwrap().since = self.begun + 1;
                }
            }
            Soon::Empty => {
                if let Some(ino) = self.names.get("a").copied() {
                    self.note_gone(ino);
                    self.truncate(0, false);
                }
            }
            Soon::Remove => {
                let oldest = self.names.iter().filter(|(name, _)| name.starts_with("a."));
                if let Some((name, ino)) = oldest.max().map(|(name, ino)| (name.clone(), *ino)) {
                    self.note_gone(ino);
                    self.names.remove(&name);
                }
            }
        }
    }

    /// What a file holds goes; who looked at it from beginning to end of a look cannot say he did not know.
    fn note_gone(&mut self, ino: u64) {
        let file = &self.files[&ino];
        if file.since <= self.decided {
            self.knowable.extend(file.bytes.iter().filter_map(|byte| byte.1));
        }
    }
}

impl Disk for World {
    type Handle = u64;

    fn stat(&mut self) -> Found {
        self.pass();
        self.names.get("a").map_or(Found::Missing, |ino| Found::File(World::stat(self, *ino)))
    }

    fn open(&mut self) -> Result<(u64, Stat), Found> {
        self.pass();
        let ino = *self.names.get("a").ok_or(Found::Missing)?;
        Ok((ino, World::stat(self, ino)))
    }

    fn stat_of(&mut self, handle: &u64) -> io::Result<Stat> {
        self.pass();
        Ok(World::stat(self, *handle))
    }

    fn read(&mut self, handle: &u64, at: u64, buf: &mut [u8]) -> io::Result<usize> {
        self.pass();
        let bytes = &self.files[handle].bytes;
        let from = &bytes[(at as usize).min(bytes.len())..];
        let n = from.len().min(buf.len());
        buf.iter_mut().zip(from).for_each(|(to, from)| *to = from.0);
        Ok(n)
    }

    fn skip_hole(&mut self, _: &u64, at: u64) -> u64 {
        at
    }

    fn recall(&mut self, handle: &u64, at: u64, buf: &mut [u8]) -> usize {
        let Some(bytes) = self.recalled.get(handle) else { return 0 };
        let known = bytes.iter().skip(at as usize).map_while(|byte| *byte);
        buf.iter_mut().zip(known).map(|(to, from)| *to = from).count()
    }

    fn siblings(&mut self) -> Vec<Sibling> {
        self.pass();
        let others = self.names.iter().filter(|(name, _)| name.len() > 1 && name.starts_with('a'));
        others
            .map(|(name, ino)| Sibling {
                name: name.clone(),
                extra: extra("a", name).unwrap(),
                stat: World::stat(self, *ino),
                born: None,
            })
            .collect()
    }

    fn open_sibling(&mut self, sibling: &Sibling) -> Option<u64> {
        self.pass();
        Some(sibling.stat.id.ino)
    }
}
