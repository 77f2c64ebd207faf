//! Standard input as a source.

use std::fs::File;
use std::io::Write;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tailpane::app::source::{SourceId, State};
use tailpane::core::pos::Pos;
use tailpane::source::{Drained, Follower, Keep};

fn pipe() -> (File, std::io::PipeWriter) {
    let (read, write) = std::io::pipe().unwrap();
    (File::from(OwnedFd::from(read)), write)
}

fn wait(what: &str, done: impl Fn() -> bool) {
    let until = Instant::now() + super::DEADLINE;
    while !done() {
        assert!(Instant::now() < until, "never {what}");
        std::thread::sleep(Duration::from_millis(2));
    }
}

#[test]
fn lines_come_and_then_the_end() {
    let follower = Follower::start(Keep::Unread, |_| ()).unwrap();
    let (read, mut write) = pipe();
    follower.open_stdin(SourceId(1), read);
    let mut drain = follower.drain(SourceId(1), Pos(0)).unwrap();
    let mut bytes = Vec::new();
    assert_eq!(drain.read(&mut bytes, 100).unwrap(), Drained::Idle);
    write.write_all(b"one\ntwo").unwrap();
    wait("there", || follower.status(SourceId(1)).unwrap().end == Pos(7));
    assert_eq!(drain.read(&mut bytes, 5).unwrap(), Drained::Bytes);
    assert_eq!(drain.read(&mut bytes, 5).unwrap(), Drained::Bytes);
    assert_eq!(bytes, b"one\ntwo");
    drop(write);
    wait("ended", || matches!(follower.status(SourceId(1)).unwrap().state, State::Ended(_)));
    assert_eq!(drain.read(&mut bytes, 5).unwrap(), Drained::Ended);
}

#[test]
fn a_slow_reader_holds_the_writer_back_and_loses_nothing() {
    let follower = Follower::start(Keep::Unread, |_| ()).unwrap();
    let (read, mut write) = pipe();
    let source = follower.open_stdin(SourceId(1), read);
    let mut drain = follower.drain(SourceId(1), Pos(0)).unwrap();
    let written = Arc::new(AtomicUsize::new(0));
    let counter = written.clone();
    let total = 40 << 20;
    let writer = std::thread::spawn(move || {
        let mut at = 0usize;
        while at < total {
            let chunk: Vec<u8> = (at..at + 65_536).map(|i| (i % 251) as u8).collect();
            write.write_all(&chunk).unwrap();
            at += chunk.len();
            counter.store(at, Ordering::Relaxed);
        }
    });
    wait("full", || source.store.range().end.0 > 7 << 20);
    assert!(written.load(Ordering::Relaxed) < 12 << 20, "read ahead without bound");
    let mut bytes = Vec::new();
    let until = Instant::now() + super::DEADLINE;
    while drain.read(&mut bytes, 1 << 20).unwrap() != Drained::Ended {
        assert!(Instant::now() < until);
    }
    writer.join().unwrap();
    assert_eq!(bytes.len(), total);
    assert!(bytes.iter().enumerate().all(|(i, byte)| *byte == (i % 251) as u8));
}

#[test]
fn a_screen_keeps_the_last_of_it_in_memory() {
    let follower = Follower::start(Keep::Generations, |_| ()).unwrap();
    let (read, mut write) = pipe();
    let source = follower.open_stdin(SourceId(1), read);
    let line = [&[b'x'; 1023][..], b"\n"].concat();
    for _ in 0..100 << 10 {
        write.write_all(&line).unwrap();
    }
    drop(write);
    wait("ended", || matches!(follower.status(SourceId(1)).unwrap().state, State::Ended(_)));
    let range = source.store.range();
    assert_eq!(range.end, Pos(100 << 20));
    assert_eq!(range.start, Pos(36 << 20));
}
