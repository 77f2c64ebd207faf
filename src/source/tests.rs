//! The follower where the system does not tell what changes.

use std::time::{Duration, Instant};

use super::*;
use crate::app::source::Watch;

fn no_watcher(_: Sender<Message>) -> Make {
    // What `inotify_init` says when the instances are used up.
    Box::new(|| Err(notify::Error::io(std::io::Error::from_raw_os_error(24))))
}

fn wait(what: &str, done: impl Fn() -> bool) {
    let until = Instant::now() + Duration::from_secs(20);
    while !done() {
        assert!(Instant::now() < until, "never {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn without_a_watcher_files_are_polled_and_the_reason_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let (here, missing) = (dir.path().join("a.log"), dir.path().join("x/b.log"));
    std::fs::write(&here, "one\n").unwrap();
    let follower = Follower::start_with(Keep::Unread, Box::new(|_| ()), no_watcher).unwrap();
    follower.open(SourceId(1), &here);
    follower.open(SourceId(2), &missing);
    let status = |id| follower.status(SourceId(id)).unwrap();
    wait("polled", || matches!(status(1).watch, Watch::Polling(why) if why.contains("max_user_instances")));
    std::fs::write(&here, "one\ntwo\n").unwrap();
    wait("grown", || status(1).end == Pos(8));
    std::fs::rename(&here, dir.path().join("a.log.1")).unwrap();
    std::fs::write(&here, "three\n").unwrap();
    wait("rotated", || status(1).end == Pos(14));
    std::fs::create_dir(dir.path().join("x")).unwrap();
    std::fs::write(&missing, "late\n").unwrap();
    wait("there", || status(2).end == Pos(5));
}
