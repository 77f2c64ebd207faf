//! How growth is noticed, and how soon.

use super::Log;
use std::io::Write;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};
use tailpane::app::source::{SourceId, Watch};
use tailpane::source::{Follower, Keep};

#[test]
fn an_idle_file_is_seen_to_grow_at_once() {
    let mut log = Log::with("");
    let mut writer = log.writer();
    let mut wanted = String::new();
    std::thread::sleep(Duration::from_millis(100));
    let mut waits = Vec::new();
    for i in 0..20 {
        std::thread::sleep(Duration::from_millis(20));
        while log.take() {}
        let line = format!("line {i}\n");
        wanted.push_str(&line);
        let began = Instant::now();
        writer.write_all(line.as_bytes()).unwrap();
        log.expect_bytes(wanted.as_bytes());
        waits.push(began.elapsed());
    }
    // Far less than between two looks by the clock, unless others keep the machine busy.
    waits.sort();
    assert!(waits[2] < Duration::from_millis(20), "{waits:?}");
    assert_eq!(log.status().watch, Watch::Events);
}

#[test]
fn changed_is_said_once_until_somebody_asks() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.log");
    let (tell, changed) = channel();
    let follower = Follower::start(Keep::Generations, move |id| tell.send(id).unwrap_or(())).unwrap();
    follower.open(SourceId(7), &path);
    super::append(&path, b"one\n");
    assert_eq!(changed.recv_timeout(super::DEADLINE).unwrap(), SourceId(7));
    super::append(&path, b"two\n");
    assert!(changed.recv_timeout(Duration::from_millis(300)).is_err());
    assert_eq!(follower.status(SourceId(7)).unwrap().end.0, 8);
    super::append(&path, b"three\n");
    assert!(changed.recv_timeout(super::DEADLINE).is_ok());
}

#[test]
fn a_closed_source_is_forgotten_and_its_store_stays() {
    let log = Log::with("one\n");
    log.follower.close(SourceId(1));
    assert!(log.follower.status(SourceId(1)).is_none());
    let mut buf = [0; 4];
    assert_eq!(log.source.store.read_at(tailpane::core::pos::Pos(0), &mut buf).unwrap(), 4);
}

#[test]
fn a_busy_folder_is_followed_on_when_it_has_calmed_down() {
    let mut log = Log::with("");
    let mut writer = log.writer();
    let mut wanted = String::new();
    for i in 0..3000 {
        let line = format!("line {i}\n");
        writer.write_all(line.as_bytes()).unwrap();
        wanted.push_str(&line);
    }
    log.expect_bytes(wanted.as_bytes());
    // Longer than a hot folder takes to be listened to again.
    std::thread::sleep(Duration::from_millis(1500));
    // Without events it would take seconds each time; a busy machine may do so now and then.
    let soon = (0..5).any(|i| {
        let began = Instant::now();
        writer.write_all(format!("calm {i}\n").as_bytes()).unwrap();
        wanted.push_str(&format!("calm {i}\n"));
        log.expect_bytes(wanted.as_bytes());
        began.elapsed() < Duration::from_secs(1)
    });
    assert!(soon);
}
