//! Histories: what happens between two looks, and while somebody looks.

use std::time::Duration;

use proptest::prelude::*;

use super::world::{START, Soon, World};
use crate::core::follow::{FileId, Follow, Moment};

/// Something that happens.
#[derive(Clone, Copy, Debug)]
pub enum Act {
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

/// A disk, and who follows the log on it.
pub struct Run {
    pub world: World,
    follow: Follow<World>,
    /// The file was cut since the last look: a second cut cannot be told from the first.
    cut: bool,
}

impl Run {
    pub fn new() -> Run {
        let mut run = Run { world: World::new(), follow: Follow::default(), cut: false };
        run.world.put_old_generation();
        run.follow.know_siblings(&mut run.world);
        run
    }

    pub fn look(&mut self, after: u64) {
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

    pub fn act(&mut self, act: Act) {
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
    pub fn finish(&mut self) {
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
pub fn lossless() -> impl Strategy<Value = Vec<Act>> {
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

pub fn lossy() -> impl Strategy<Value = Vec<Act>> {
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
pub type Happening = Vec<(usize, Soon)>;

/// What happens in the best of worlds.
pub fn orderly() -> impl Strategy<Value = Happening> {
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
pub fn odd() -> impl Strategy<Value = Happening> {
    let late = (after(), 0usize..200, prop::bool::weighted(0.8))
        .prop_map(|(after, len, finish)| vec![(after, Soon::Late { len, finish })]);
    let away = (after(), after()).prop_map(|(after, back)| vec![(after, Soon::Away), (back, Soon::Back)]);
    prop_oneof![2 => late, 1 => away]
}

/// A copy after which writing goes on. Once the file is cut nothing tells what was written in between: not
/// for worlds in which bytes are taken away.
pub fn backup() -> impl Strategy<Value = Happening> {
    after().prop_map(|after| vec![(after, Soon::Backup)])
}

/// What takes bytes away.
pub fn unkind() -> impl Strategy<Value = Happening> {
    let what = prop_oneof![Just(Soon::Empty), Just(Soon::Remove)];
    (after(), what).prop_map(|(after, what)| vec![(after, what)])
}

/// Lets a history happen while somebody looks and looks.
pub fn watched(history: Vec<Happening>) -> Run {
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
