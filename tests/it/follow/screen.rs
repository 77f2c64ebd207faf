//! What stays readable for scrolling back.

use super::{append, lines};
use std::path::PathBuf;
use std::time::{Duration, Instant};
use tailpane::app::source::{Source, SourceId};
use tailpane::core::store::Store;
use tailpane::source::{Follower, Keep};
use tempfile::TempDir;

struct Screen {
    dir: TempDir,
    follower: Follower,
    source: Source,
}

impl Screen {
    fn with(content: &str) -> Screen {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("a.log"), content).unwrap();
        let follower = Follower::start(Keep::Generations, |_| ()).unwrap();
        let source = follower.open(SourceId(1), &dir.path().join("a.log"));
        Screen { dir, follower, source }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn text(&self) -> String {
        let range = self.source.store.range();
        let mut bytes = vec![0; (range.end - range.start) as usize];
        let mut done = 0;
        while done < bytes.len() {
            let n = self.source.store.read_at(range.start + done as u64, &mut bytes[done..]).unwrap();
            if n == 0 {
                // Cut just now, and not looked at yet.
                break;
            }
            done += n;
        }
        bytes.truncate(done);
        String::from_utf8(bytes).unwrap()
    }

    fn expect(&self, text: &str) {
        let until = Instant::now() + super::DEADLINE;
        while self.text() != text {
            assert!(Instant::now() < until, "{:?} is not {text:?}", self.text());
            std::thread::sleep(Duration::from_millis(5));
        }
        assert_eq!(self.follower.status(SourceId(1)).unwrap().end, self.source.store.range().end);
    }
}

#[test]
fn yesterdays_lines_are_readable_after_a_rotation_even_when_removed() {
    let screen = Screen::with("one\n");
    std::fs::remove_file(screen.path("a.log")).unwrap();
    append(&screen.path("a.log"), b"two\n");
    screen.expect("one\ntwo\n");
}

#[test]
fn a_bounded_number_of_generations_stays() {
    let screen = Screen::with("line 0\n");
    for i in 1..=20 {
        std::fs::rename(screen.path("a.log"), screen.path("a.log.1")).unwrap();
        append(&screen.path("a.log"), format!("line {i}\n").as_bytes());
        let end = lines(0, i + 1).len() as u64;
        let until = Instant::now() + super::DEADLINE;
        while screen.source.store.range().end.0 != end {
            assert!(Instant::now() < until);
            std::thread::sleep(Duration::from_millis(1));
        }
    }
    screen.expect(&lines(12, 21));
}

#[test]
fn lines_followed_live_stay_when_the_file_is_cut() {
    let screen = Screen::with("old\n");
    append(&screen.path("a.log"), b"live\n");
    screen.expect("old\nlive\n");
    std::fs::write(screen.path("a.log"), "new\n").unwrap();
    screen.expect("old\nlive\nnew\n");
}

#[test]
fn history_is_read_from_the_copy_when_there_is_one() {
    let text = lines(0, 200_000);
    let screen = Screen::with(&text);
    screen.expect(&text);
    std::fs::copy(screen.path("a.log"), screen.path("a.log.1")).unwrap();
    std::fs::write(screen.path("a.log"), "new\n").unwrap();
    screen.expect(&format!("{text}new\n"));
}

#[test]
fn opening_a_huge_file_costs_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.log");
    let file = std::fs::File::create(&path).unwrap();
    std::os::unix::fs::FileExt::write_all_at(&file, b"\nlast\n", 10 << 30).unwrap();
    let follower = Follower::start(Keep::Generations, |_| ()).unwrap();
    let fastest = (0..10).map(|i| {
        let began = Instant::now();
        let source = follower.open(SourceId(i), &path);
        assert_eq!(source.store.range().end.0, (10 << 30) + 6);
        began.elapsed()
    });
    let fastest = fastest.min().unwrap();
    assert!(fastest < Duration::from_millis(20), "{fastest:?}");
}

#[test]
fn a_large_file_that_was_removed_is_not_held_for_ever() {
    let screen = Screen::with("");
    let log = screen.path("a.log");
    let file = std::fs::OpenOptions::new().write(true).open(&log).unwrap();
    rustix::fs::fallocate(&file, rustix::fs::FallocateFlags::empty(), 0, 300 << 20).unwrap();
    let end = || screen.follower.status(SourceId(1)).unwrap().end.0;
    let until = Instant::now() + super::DEADLINE;
    while end() < 300 << 20 {
        assert!(Instant::now() < until, "never read");
        std::thread::sleep(Duration::from_millis(5));
    }
    std::fs::remove_file(&log).unwrap();
    append(&log, b"two\n");
    while screen.source.store.range().start.0 == 0 {
        assert!(Instant::now() < until, "still held");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(screen.text().ends_with("two\n"));
}
