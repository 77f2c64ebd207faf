//! The follow machine against a simulated disk: whatever happens between two looks, every byte comes
//! exactly once and in order, and where one cannot come that is said.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::io;
use std::time::Duration;

use proptest::prelude::*;

use super::*;

/// A byte, and which of all bytes ever written it is; holes have no number.
type Byte = (u8, Option<usize>);

/// A disk with one folder, and the log that the steps make of it.
#[derive(Default)]
struct World {
    files: HashMap<u64, File>,
    names: BTreeMap<String, u64>,
    wall: Duration,
    inodes: u64,
    /// For every byte written: the line it belongs to.
    lines: Vec<usize>,
    next_line: usize,
    log: Vec<Byte>,
    /// What was read of each file when it was read.
    recalled: HashMap<u64, Vec<Option<u8>>>,
    truncations: usize,
    /// Bytes that were in a file the follower had seen, and were cut away unread.
    cut: usize,
    /// What happens while somebody looks: after so many questions to the disk.
    soon: VecDeque<(usize, Soon)>,
    /// Read steps whose bytes were not taken yet.
    parts: VecDeque<Part>,
    /// Bytes that were given up, which is told.
    given_up: usize,
    /// Looks that began, and the last of them that decided something.
    begun: usize,
    decided: usize,
    /// Files that are known, and were generations at the last look.
    held: HashSet<u64>,
    /// The first look that began when what is at the path had been cut.
    cut_since: usize,
    /// Bytes of files that were there during a whole look, and are gone.
    knowable: HashSet<usize>,
}

/// A part of the log that is taken when its file is as it was at the look.
struct Part {
    from: u64,
    range: Range<u64>,
    head: Vec<u8>,
    last: Vec<u8>,
    /// The newline that ends the line before.
    text: bool,
    /// Bytes of it were given up, and with them the end of a line perhaps.
    cut: bool,
}

/// Something that happens while somebody looks.
#[derive(Clone, Copy, Debug)]
enum Soon {
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
struct File {
    bytes: Vec<Byte>,
    mtime: Duration,
    /// Where a writer without O_APPEND writes next.
    place: Option<usize>,
    /// The line that is being written is unfinished.
    open: Option<usize>,
    /// The first look that began when what it holds now was there.
    since: usize,
    /// It was at the path; copies never are.
    genuine: bool,
}

const START: Duration = Duration::from_secs(1_000_000);

impl World {
    fn new() -> World {
        World { wall: START, ..World::default() }
    }

    /// The time as file systems stamp it: in coarse steps.
    fn stamp(&self) -> Duration {
        Duration::from_millis(self.wall.as_millis() as u64 / 4 * 4)
    }

    fn stat(&self, ino: u64) -> Stat {
        let file = &self.files[&ino];
        Stat { id: FileId { dev: 1, ino }, len: file.bytes.len() as u64, mtime: file.mtime }
    }

    fn at_path(&mut self) -> u64 {
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
    fn write(&mut self, ino: u64, len: usize, finish: bool) {
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
    fn write_first(&mut self) {
        let ino = self.at_path();
        self.write(ino, 10, true);
    }

    /// Moves `a.1` to `a.2` and so on, the oldest first.
    fn shift(&mut self) {
        let old: Vec<(String, u64)> = self.names.iter().map(|(name, ino)| (name.clone(), *ino)).collect();
        self.names.retain(|name, _| name == "a" || name == "b" || name.ends_with(".bak"));
        for (name, ino) in old {
            if let Some(number) = name.strip_prefix("a.").and_then(|number| number.parse::<u32>().ok()) {
                self.names.insert(format!("a.{}", number + 1), ino);
            }
        }
    }

    fn rotate(&mut self) {
        self.shift();
        if let Some(ino) = self.names.remove("a") {
            self.names.insert("a.1".into(), ino);
        }
    }

    /// A copy of `a`, in a new file.
    fn copy(&mut self, to: &str) {
        if !self.names.contains_key("a") {
            return;
        }
        self.inodes += 1;
        self.names.insert(to.into(), self.inodes);
        self.fill(to);
    }

    /// The file of a name becomes a copy of `a`.
    fn fill(&mut self, to: &str) {
        let Some(from) = self.names.get("a").copied() else { return };
        let (bytes, since) = (self.files[&from].bytes.clone(), self.begun + 1);
        let file = File { bytes, mtime: self.stamp(), since, ..File::default() };
        self.files.insert(self.names[to], file);
    }

    /// Makes `a.1` a copy of `a`: the file that is there if it may be `over` it and no byte is lost by that,
    /// else a new one.
    fn copy_to_first(&mut self, over: bool) {
        if over && self.is_spare("a.1") {
            self.fill("a.1");
        } else {
            self.shift();
            self.copy("a.1");
        }
    }

    /// Whether a file was never at the path, all it holds has come, and nobody needs it to tell what was cut
    /// or holds it for a generation. What fills an empty file counts as a late writer's, and comes late.
    fn is_spare(&self, name: &str) -> bool {
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
    fn put_old_generation(&mut self) {
        self.inodes += 1;
        let bytes = b"0<0:0>of yesterday\n".iter().map(|byte| (*byte, None)).collect();
        self.files.insert(self.inodes, File { bytes, mtime: self.stamp(), ..File::default() });
        self.names.insert("a.1".into(), self.inodes);
    }

    fn truncate(&mut self, len: usize, keep_place: bool) {
        let Some(ino) = self.names.get("a").copied() else { return };
        let stamp = self.stamp();
        let Some(file) = self.files.get_mut(&ino) else { return };
        file.place = (keep_place || file.place.is_some()).then_some(file.bytes.len());
        file.bytes.truncate(len);
        file.open = None;
        file.mtime = stamp;
        self.cut_since = self.begun + 1;
    }

    fn take(&mut self, steps: Vec<Step<u64>>) {
        for step in steps {
            match step {
                Step::Read { from, range, head, last, .. } => {
                    let part = Part { from, range, head, last, text: false, cut: false };
                    if let Some(bytes) = self.bytes_of(&part) {
                        let recalled = self.recalled.entry(from).or_default();
                        recalled.resize(part.range.start as usize, None);
                        recalled.extend(bytes.into_iter().map(|byte| Some(byte.0)));
                    }
                    self.parts.push_back(part);
                }
                Step::EndLine => {
                    let (head, last) = (Vec::new(), Vec::new());
                    self.parts.push_back(Part { from: 0, range: 0..0, head, last, text: true, cut: false });
                }
                Step::Truncated { .. } | Step::Missing(_) => self.truncations += 1,
                Step::Lost { of, from } => {
                    self.recalled.entry(of).and_modify(|known| known.truncate(from as usize));
                    for part in self.parts.iter_mut().filter(|part| !part.text && part.from == of) {
                        let to = part.range.end.min(from.max(part.range.start));
                        self.given_up += (part.range.end - to) as usize;
                        part.cut |= to < part.range.end;
                        part.range.end = to;
                        part.last.clear();
                        if from == 0 {
                            part.head.clear();
                        }
                    }
                }
                Step::Copied { of, copy } => {
                    self.recalled.remove(&of);
                    for part in self.parts.iter_mut().filter(|part| !part.text && part.from == of) {
                        part.from = copy;
                    }
                }
                Step::Rotated { .. } | Step::CopyTruncated { .. } => {}
            }
        }
        self.drain();
    }

    /// A part's bytes, if its file still holds what it held at the look.
    fn bytes_of(&self, part: &Part) -> Option<Vec<Byte>> {
        let all = &self.files[&part.from].bytes;
        let bytes = all.get(part.range.start as usize..part.range.end as usize)?;
        let known = part.last.len().min(bytes.len());
        let same = |known: &[u8], bytes: &[Byte]| known.iter().eq(bytes.iter().map(|byte| &byte.0));
        let head = same(&part.head, &all[..part.head.len()]);
        let last = same(&part.last[part.last.len() - known..], &bytes[bytes.len() - known..]);
        (head && last).then(|| bytes.to_vec())
    }

    /// Takes what can be had, in order; what its file does not hold is decided by the next look.
    fn drain(&mut self) {
        while let Some(part) = self.parts.front() {
            if part.text {
                // Where a line was lost there is none to end.
                if self.log.last().is_some_and(|byte| byte.0 != b'\n') {
                    self.log.push((b'\n', None));
                }
            } else if let Some(bytes) = self.bytes_of(part) {
                self.log.extend(bytes);
                if part.cut && self.log.last().is_some_and(|byte| byte.0 != b'\n') {
                    self.log.push((b'\n', None));
                }
            } else {
                return;
            }
            self.parts.pop_front();
        }
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

    /// No byte twice; the bytes of a line in the order they were written; no byte of a hole.
    fn check_order(&self) {
        let mut seen = HashSet::new();
        let mut latest: HashMap<usize, usize> = HashMap::new();
        for byte in self.log.iter().filter(|byte| byte.0 != b'\n') {
            let number = byte.1.expect("a hole was read");
            assert!(
                seen.insert(number),
                "byte {number} of line {} came twice\n{}",
                self.lines[number],
                self.text()
            );
            let line = self.lines[number];
            let before = latest.insert(line, number);
            assert!(before.is_none_or(|before| before < number), "line {line} out of order");
        }
    }

    /// The bytes in the order they were written.
    fn check_sequence(&self) {
        let numbers: Vec<usize> = self.log.iter().filter_map(|byte| byte.1).collect();
        let wrong = numbers.windows(2).find(|two| two[0] > two[1]);
        assert!(
            wrong.is_none(),
            "line {} came before {}\n{}",
            self.lines[wrong.unwrap()[0]],
            self.lines[wrong.unwrap()[1]],
            self.text()
        );
    }

    /// What a file holds goes; who looked at it from beginning to end of a look cannot say he did not know.
    fn note_gone(&mut self, ino: u64) {
        let file = &self.files[&ino];
        if file.since <= self.decided {
            self.knowable.extend(file.bytes.iter().filter_map(|byte| byte.1));
        }
    }

    /// Every byte came that is somewhere, or was there during a whole look.
    fn check_nothing_is_silent(&self) {
        let named = self.names.values().flat_map(|ino| &self.files[ino].bytes);
        let came: HashSet<usize> = self.log.iter().filter_map(|byte| byte.1).collect();
        let missing = named.filter_map(|byte| byte.1).chain(self.knowable.iter().copied());
        let missing: Option<usize> = missing.filter(|number| !came.contains(number)).min();
        assert!(
            missing.is_none() || self.truncations > 0 || self.given_up > 0,
            "line {} is missing and nobody said so\n{}",
            self.lines[missing.unwrap()],
            self.text()
        );
    }

    /// No line of two lines' bytes.
    fn check_lines(&self) {
        for line in self.log.split(|byte| byte.0 == b'\n') {
            let of: HashSet<usize> = line.iter().filter_map(|byte| byte.1).map(|n| self.lines[n]).collect();
            assert!(of.len() <= 1, "lines {of:?} were glued\n{}", self.text());
        }
    }

    fn check_all_came(&self) {
        let came: HashSet<usize> = self.log.iter().filter_map(|byte| byte.1).collect();
        let missing = (0..self.lines.len()).find(|number| !came.contains(number));
        assert!(missing.is_none(), "line {} is missing\n{}", self.lines[missing.unwrap()], self.text());
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.log.iter().map(|byte| byte.0).collect::<Vec<u8>>()).into_owned()
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

/// Something that happens.
#[derive(Clone, Copy, Debug)]
enum Act {
    /// A line is written, or a part of one.
    Write { len: usize, finish: bool },
    /// A writer that still holds the last renamed file writes to it.
    Late { len: usize, finish: bool },
    /// `mv a a.1`; a new `a` comes with the next write.
    Rotate,
    /// `cp a a.1; : > a`; the copy may fill a file that is there, and the writer may keep its place.
    CopyTruncate { over: bool, keep_place: bool },
    /// `cp a a.bak`.
    Backup,
    /// `mv a b; mv b a`, with or without a look in between.
    AwayAndBack { look: bool },
    /// `: > a`.
    Empty,
    /// Cut to a part of it.
    Cut { percent: usize },
    /// Somebody looks, after so many milliseconds.
    Look { after: u64 },
}

struct Run {
    world: World,
    follow: Follow<World>,
    /// The file was cut since the last look: a second cut cannot be told from the first.
    cut: bool,
}

impl Run {
    fn new() -> Run {
        let mut run = Run { world: World::new(), follow: Follow::default(), cut: false };
        run.world.put_old_generation();
        run.follow.know_siblings(&mut run.world);
        run
    }

    fn look(&mut self, after: u64) {
        self.world.wall += Duration::from_millis(after);
        let now = Moment { uptime: self.world.wall - START, wall: self.world.wall };
        self.world.begun += 1;
        let before = self.follow.looks;
        let look = self.follow.look(&mut self.world, now);
        if self.follow.looks > before {
            self.world.decided = self.world.begun;
        }
        self.world.held = self.world.files.keys().copied().filter(|ino| self.was_seen(*ino)).collect();
        self.world.take(look.steps);
        self.cut = false;
    }

    /// Bytes of the file at the path that the follower has seen.
    fn known(&self) -> usize {
        let ino = self.world.names.get("a");
        let tail = self.follow.current.as_ref().filter(|tail| Some(&tail.id.ino) == ino);
        tail.map_or(0, |tail| tail.offset as usize)
    }

    fn act(&mut self, act: Act) {
        self.world.wall += Duration::from_millis(1);
        match act {
            Act::Write { len, finish } => {
                let ino = self.world.at_path();
                self.world.write(ino, len, finish);
            }
            Act::Late { len, finish } => {
                if let Some(ino) = self.world.names.get("a.1").copied().filter(|ino| self.was_seen(*ino)) {
                    self.world.write(ino, len, finish);
                }
            }
            Act::Rotate => self.world.rotate(),
            Act::CopyTruncate { over, keep_place } => {
                self.see_something();
                if self.world.names.contains_key("a") {
                    self.world.copy_to_first(over);
                }
                self.world.truncate(0, keep_place);
                self.cut = true;
            }
            Act::Backup => {
                // A copy of what nobody saw is taken for the generation itself.
                self.see_something();
                self.world.copy("a.bak");
            }
            Act::AwayAndBack { look } => {
                let Some(ino) = self.world.names.remove("a") else { return };
                self.world.names.insert("b".into(), ino);
                if look {
                    self.look(1);
                }
                self.world.names.remove("b");
                self.world.names.insert("a".into(), ino);
            }
            Act::Empty => self.cut(0),
            Act::Cut { percent } => {
                let len = self.known() * percent / 100;
                self.cut(len);
            }
            Act::Look { after } => self.look(after),
        }
    }

    /// Copies are no generations, and nobody writes to them.
    fn was_seen(&self, ino: u64) -> bool {
        self.follow.is_generation(FileId { dev: 1, ino })
    }

    /// A file that was filled and emptied before anybody saw a byte of it cannot be told from one that
    /// was always empty.
    fn see_something(&mut self) {
        if self.known() == 0 {
            self.look(1);
            // Bytes wait here while the file before is given time to finish its line.
            self.look(1100);
        }
    }

    fn cut(&mut self, len: usize) {
        if self.cut {
            self.look(1);
        }
        self.see_something();
        self.cut = true;
        let Some(ino) = self.world.names.get("a").copied() else { return };
        let now = self.world.files[&ino].bytes.len();
        self.world.cut += now.saturating_sub(self.known());
        self.world.truncate(len, false);
        if len > 0 {
            // Grown past its old size it cannot be told from one that was written anew.
            self.look(1);
        }
    }

    /// Looks until nothing can come any more.
    fn finish(&mut self) {
        for after in [1, 1, 1100, 50, 5100, 50, 5100, 50, 5100] {
            self.look(after);
        }
    }
}

fn write() -> impl Strategy<Value = Act> {
    (0usize..200, prop::bool::weighted(0.8)).prop_map(|(len, finish)| Act::Write { len, finish })
}

fn late() -> impl Strategy<Value = Act> {
    (0usize..200, prop::bool::weighted(0.7)).prop_map(|(len, finish)| Act::Late { len, finish })
}

fn look() -> impl Strategy<Value = Act> {
    prop_oneof![4 => 0u64..30, 1 => 30u64..300].prop_map(|after| Act::Look { after })
}

/// Histories in which no byte is ever out of reach.
fn lossless() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        8 => write(),
        2 => late(),
        3 => Just(Act::Rotate),
        2 => any::<(bool, bool)>().prop_map(|(over, keep_place)| Act::CopyTruncate { over, keep_place }),
        1 => Just(Act::Backup),
        1 => any::<bool>().prop_map(|look| Act::AwayAndBack { look }),
        4 => look(),
    ];
    prop::collection::vec(act, 1..40)
}

fn lossy() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        8 => write(),
        1 => late(),
        2 => Just(Act::Rotate),
        1 => any::<bool>().prop_map(|over| Act::CopyTruncate { over, keep_place: false }),
        1 => Just(Act::Empty),
        1 => (1usize..100).prop_map(|percent| Act::Cut { percent }),
        4 => look(),
    ];
    prop::collection::vec(act, 1..40)
}

/// Questions until something happens.
fn after() -> impl Strategy<Value = usize> {
    prop_oneof![2 => 0usize..60, 1 => 0usize..600]
}

/// Something that happens by steps, and how many questions lie between.
type Happening = Vec<(usize, Soon)>;

/// What happens in the best of worlds.
fn orderly() -> impl Strategy<Value = Happening> {
    let write = (after(), 0usize..200, prop::bool::weighted(0.8))
        .prop_map(|(after, len, finish)| vec![(after, Soon::Write { len, finish })]);
    let pieces = (after(), 0usize..30, 0usize..200).prop_map(|(after, middle, len)| {
        let piece = |finish| Soon::Write { len, finish };
        vec![(after, piece(false)), (middle, piece(true))]
    });
    let rotate = (after(), any::<bool>()).prop_map(|(after, anew)| vec![(after, Soon::Rotate { anew })]);
    let copy = (after(), after(), after(), any::<bool>()).prop_map(|(after, middle, before, over)| {
        vec![(after, Soon::BeginCopy { over }), (middle, Soon::EndCopy), (before, Soon::Truncate)]
    });
    prop_oneof![4 => write, 2 => pieces, 2 => rotate, 2 => copy]
}

/// What else happens of which every byte is somewhere.
fn odd() -> impl Strategy<Value = Happening> {
    let late = (after(), 0usize..200, prop::bool::weighted(0.8))
        .prop_map(|(after, len, finish)| vec![(after, Soon::Late { len, finish })]);
    let away = (after(), after()).prop_map(|(after, back)| vec![(after, Soon::Away), (back, Soon::Back)]);
    prop_oneof![2 => late, 1 => away]
}

/// A copy after which writing goes on. Once the file is cut nothing tells what was written in between: not
/// for worlds in which bytes are taken away.
fn backup() -> impl Strategy<Value = Happening> {
    after().prop_map(|after| vec![(after, Soon::Backup)])
}

/// What takes bytes away.
fn unkind() -> impl Strategy<Value = Happening> {
    let what = prop_oneof![Just(Soon::Empty), Just(Soon::Remove)];
    (after(), what).prop_map(|(after, what)| vec![(after, what)])
}

/// Lets a history happen while somebody looks and looks.
fn watched(history: Vec<Happening>) -> Run {
    let mut run = Run::new();
    run.world.write_first();
    run.look(0);
    run.look(1);
    run.world.soon = history.into_iter().flatten().collect();
    while !run.world.soon.is_empty() {
        run.look(1);
    }
    run.finish();
    run.world.check_order();
    run.world.check_lines();
    run
}

/// How many histories are tried: `PROPTEST_CASES` if it is set.
fn cases(usual: u32) -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(usual)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(400), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_byte_comes_once_while_it_is_somewhere(acts in lossless()) {
        let mut run = Run::new();
        run.look(0);
        acts.into_iter().for_each(|act| run.act(act));
        run.finish();
        run.world.check_order();
        run.world.check_lines();
        run.world.check_all_came();
        prop_assert_eq!(run.world.truncations, 0, "a gap was told and there was none");
    }

    #[test]
    fn what_is_cut_away_is_never_silent_and_nothing_comes_twice(acts in lossy()) {
        let mut run = Run::new();
        run.look(0);
        acts.into_iter().for_each(|act| run.act(act));
        run.finish();
        run.world.check_order();
        prop_assert!(run.world.cut == 0 || run.world.truncations > 0, "lines were lost in silence");
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: cases(150),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// The disk changes between any two questions to it.
    #[test]
    fn every_byte_comes_once_whatever_happens_during_a_look(
        history in prop::collection::vec(orderly(), 1..30),
    ) {
        let world = watched(history).world;
        world.check_all_came();
        world.check_sequence();
        prop_assert_eq!(world.given_up, 0);
        prop_assert_eq!(world.truncations, 0, "a gap was told and there was none");
    }

    #[test]
    fn odd_things_during_a_look_cost_no_byte(
        history in prop::collection::vec(prop_oneof![6 => orderly(), 2 => odd(), 1 => backup()], 1..30),
    ) {
        let world = watched(history).world;
        world.check_all_came();
        prop_assert_eq!(world.given_up, 0);
        prop_assert_eq!(world.truncations, 0, "a gap was told and there was none");
    }

    #[test]
    fn what_is_taken_away_during_a_look_is_never_silent(
        history in prop::collection::vec(prop_oneof![6 => orderly(), 2 => odd(), 1 => unkind()], 1..30),
    ) {
        watched(history).world.check_nothing_is_silent();
    }
}

/// Copied and cut before anybody had seen a byte of it, at any moment while it is read for the first time:
/// first bytes and last bytes of two times are nobody's.
#[test]
fn what_is_cut_while_it_is_read_for_the_first_time_comes() {
    let write = |finish| Soon::Write { len: 0, finish };
    for moment in 0..120 {
        let history = vec![
            vec![(10, Soon::Rotate { anew: true })],
            vec![(100, write(false)), (0, Soon::BeginCopy { over: false }), (moment, Soon::EndCopy)],
            vec![(2, Soon::Truncate), (0, write(false)), (0, write(true)), (0, write(false))],
        ];
        watched(history).world.check_all_came();
    }
}

/// `cp a a.1; : > a` at any moment, where `a.1` is known: what is copied over it while it is judged is news.
#[test]
fn what_is_copied_over_a_file_while_it_is_looked_at_comes() {
    let write = |finish| Soon::Write { len: 11, finish };
    let copy = |over| [(2, Soon::BeginCopy { over }), (0, Soon::EndCopy), (0, Soon::Truncate)].to_vec();
    for moment in 400..700 {
        let line = vec![(moment, write(false)), (7, write(true))];
        watched(vec![copy(false), line, copy(true)]).world.check_all_came();
    }
}

/// `cp a a.1; : > a`, where `a.1` was there before anybody looked, and `a` was empty.
#[test]
fn what_was_copied_over_a_file_that_was_known_comes() {
    let mut run = Run::new();
    run.world.at_path();
    run.look(5000);
    run.look(5000);
    let ino = run.world.at_path();
    run.world.write(ino, 30, true);
    run.world.copy_to_first(true);
    run.world.truncate(0, false);
    run.world.write(ino, 20, true);
    run.finish();
    run.world.check_order();
    run.world.check_all_came();
    assert_eq!(run.world.names["a.1"], 1);
}

/// A late writer adds to what was there before anybody looked: that is not of the time that is followed.
#[test]
fn what_grows_that_was_there_before_does_not_come() {
    let mut run = Run::new();
    run.world.write_first();
    run.look(1);
    let old = run.world.names["a.1"];
    for _ in 0..3 {
        let stamp = run.world.stamp();
        let file = run.world.files.get_mut(&old).unwrap();
        file.bytes.extend(b"late\n".map(|byte| (byte, None)));
        file.mtime = stamp;
        run.look(100);
        run.world.rotate();
        run.world.write_first();
        run.look(100);
    }
    run.finish();
    run.world.check_order();
    run.world.check_all_came();
}
