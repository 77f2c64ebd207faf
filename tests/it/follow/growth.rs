//! A file that grows.

use super::{Log, lines, list};
use std::io::Write;
use std::time::{Duration, Instant};
use tailpane::app::source::{SourceId, State};
use tailpane::core::pos::Pos;
use tailpane::source::{Follower, Keep};

#[test]
fn what_was_there_and_what_comes() {
    let mut log = Log::with("one\n");
    log.expect(&["one"]);
    log.write("two\n");
    log.expect(&["one", "two"]);
    log.write("\n\r\nthree");
    log.write("\r\n");
    log.expect_bytes(b"one\ntwo\n\n\r\nthree\r\n");
    log.expect_no_more();
}

#[test]
fn an_empty_file_fills_later() {
    let mut log = Log::with("");
    log.write("one\n");
    log.expect(&["one"]);
}

#[test]
fn a_missing_file_appears() {
    let mut log = Log::missing();
    assert!(matches!(log.source.status.state, State::Waiting(_)));
    log.write("one\n");
    log.expect(&["one"]);
    assert_eq!(log.status().state, State::Live);
    assert!(log.notices.is_empty(), "the first file is no rotation: {:?}", log.notices);
}

#[test]
fn a_file_whose_folders_are_missing_too_appears() {
    let dir = tempfile::tempdir().unwrap();
    let mut log = Log::follow(dir, "x/y/a.log");
    std::fs::create_dir(log.path("x")).unwrap();
    std::fs::create_dir(log.path("x/y")).unwrap();
    log.write("one\n");
    log.expect(&["one"]);
}

#[test]
fn a_line_written_in_three_pieces_comes_once() {
    let mut log = Log::with("");
    for piece in ["on", "e a", "nd all\n"] {
        log.write(piece);
        while !log.take() {}
    }
    log.expect(&["one and all"]);
}

#[test]
fn four_hundred_thousand_lines_come_at_full_speed() {
    let mut log = Log::with("");
    let text = lines(0, 400_000);
    let mut writer = log.writer();
    let copy = text.clone();
    let thread = std::thread::spawn(move || {
        for chunk in copy.as_bytes().chunks(7777) {
            writer.write_all(chunk).unwrap();
        }
    });
    log.expect_bytes(text.as_bytes());
    thread.join().unwrap();
}

#[test]
fn a_reader_who_does_not_read_for_seconds_misses_nothing() {
    let mut log = Log::with("");
    for generation in 0..5 {
        log.write(lines(generation * 20_000, (generation + 1) * 20_000));
        log.wait_for("grown", |status| status.end > Pos(0));
        log.rename("a.log", &format!("a.log.{}", 5 - generation));
    }
    log.write("last\n");
    let mut all = list(0, 100_000);
    all.push("last".to_owned());
    log.expect(&all);
    assert!(log.gaps().is_empty());
}

#[test]
fn two_hundred_files_grow_at_once_and_none_starves() {
    let dir = tempfile::tempdir().unwrap();
    let follower = Follower::start(Keep::Unread, |_| ()).unwrap();
    let path = |i: u32| dir.path().join(format!("{i}.log"));
    for i in 0..200 {
        std::fs::write(path(i), "").unwrap();
        follower.open(SourceId(i), &path(i));
    }
    for round in 0..5 {
        for i in 0..200 {
            super::append(&path(i), format!("{i} says {round}\n").as_bytes());
        }
    }
    let until = Instant::now() + super::DEADLINE;
    for i in 0..200 {
        let wanted: String = (0..5).map(|round| format!("{i} says {round}\n")).collect();
        while follower.status(SourceId(i)).unwrap().end.0 < wanted.len() as u64 {
            assert!(Instant::now() < until, "{i} was never read");
            std::thread::sleep(Duration::from_millis(5));
        }
        let mut drain = follower.drain(SourceId(i), Pos(0)).unwrap();
        let mut bytes = Vec::new();
        drain.read(&mut bytes, 1 << 20).unwrap();
        assert_eq!(String::from_utf8_lossy(&bytes), wanted);
    }
}
