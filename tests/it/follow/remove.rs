//! A file, or what leads to it, that is taken away and comes back.

use super::Log;
use std::os::unix::fs::{PermissionsExt, symlink};
use tailpane::app::source::State;

#[test]
fn removed_and_made_anew() {
    let mut log = Log::with("one\n");
    log.expect(&["one"]);
    for i in 0..5 {
        log.remove("a.log");
        log.write(format!("a longer line {i} in a new file\n"));
        let mut all = vec!["one".to_owned()];
        all.extend((0..=i).map(|i| format!("a longer line {i} in a new file")));
        log.expect(&all);
    }
    log.expect_no_more();
}

#[test]
fn its_folder_is_removed_and_made_anew() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("d")).unwrap();
    let mut log = Log::follow(dir, "d/a.log");
    log.write("one\n");
    log.expect(&["one"]);
    std::fs::remove_dir_all(log.path("d")).unwrap();
    log.wait_for_state("missing", |state| matches!(state, State::Waiting(_)));
    std::fs::create_dir(log.path("d")).unwrap();
    log.write("two\n");
    log.expect(&["one", "two"]);
    std::fs::remove_dir_all(log.path("d")).unwrap();
    std::fs::create_dir(log.path("d")).unwrap();
    log.write("three\n");
    log.expect(&["one", "two", "three"]);
    log.write("four\n");
    log.expect(&["one", "two", "three", "four"]);
}

#[test]
fn a_link_is_turned_to_another_file() {
    let dir = tempfile::tempdir().unwrap();
    for version in ["v1", "v2"] {
        std::fs::create_dir(dir.path().join(version)).unwrap();
    }
    symlink("v1/a.log", dir.path().join("current")).unwrap();
    let mut log = Log::follow(dir, "current");
    log.append("v1/a.log", "one\n");
    log.expect(&["one"]);
    log.append("v2/a.log", "new\n");
    log.append("v1/a.log", "two\n");
    symlink("v2/a.log", log.path("next")).unwrap();
    log.rename("next", "current");
    log.expect(&["one", "two", "new"]);
    log.append("v2/a.log", "newer\n");
    log.expect(&["one", "two", "new", "newer"]);
}

#[test]
fn a_link_to_its_folder_is_turned() {
    let dir = tempfile::tempdir().unwrap();
    for version in ["v1", "v2"] {
        std::fs::create_dir(dir.path().join(version)).unwrap();
    }
    symlink("v1", dir.path().join("current")).unwrap();
    let mut log = Log::follow(dir, "current/a.log");
    log.append("v1/a.log", "one\n");
    log.expect(&["one"]);
    log.append("v2/a.log", "new\n");
    symlink("v2", log.path("next")).unwrap();
    log.rename("next", "current");
    log.expect(&["one", "new"]);
}

#[test]
fn a_folder_takes_its_place_for_a_while() {
    let mut log = Log::with("one\n");
    log.expect(&["one"]);
    log.remove("a.log");
    std::fs::create_dir(log.path("a.log")).unwrap();
    log.wait_for_state("a folder", |state| matches!(state, State::Waiting(why) if why.contains("folder")));
    std::fs::remove_dir(log.path("a.log")).unwrap();
    log.write("two\n");
    log.expect(&["one", "two"]);
    assert_eq!(log.status().state, State::Live);
}

#[test]
fn a_pipe_or_a_device_is_a_state_and_never_blocks() {
    let dir = tempfile::tempdir().unwrap();
    let fifo = dir.path().join("a.log");
    let made = std::process::Command::new("mkfifo").arg(&fifo).status().unwrap();
    assert!(made.success());
    let mut log = Log::follow(dir, "a.log");
    assert!(matches!(&log.source.status.state, State::Waiting(why) if why.contains("a pipe")));
    log.remove("a.log");
    symlink("/dev/null", log.path("a.log")).unwrap();
    log.wait_for_state("a device", |state| matches!(state, State::Waiting(why) if why.contains("device")));
    log.remove("a.log");
    log.write("one\n");
    log.expect(&["one"]);
}

#[test]
fn a_file_without_permission_is_read_whole_when_it_is_given() {
    let mut log = Log::with("one\n");
    log.expect(&["one"]);
    log.rename("a.log", "a.log.1");
    log.append("new", "two\n");
    std::fs::set_permissions(log.path("new"), PermissionsExt::from_mode(0o000)).unwrap();
    // Who may read everything is refused nothing: a circle of links stands for the refusal.
    let root = std::fs::read(log.path("new")).is_ok();
    if root {
        symlink("a.log", log.path("a.log")).unwrap();
    } else {
        log.rename("new", "a.log");
    }
    log.wait_for_state("refused", |state| matches!(state, State::Failed(_)));
    if root {
        log.remove("a.log");
        log.rename("new", "a.log");
    }
    std::fs::set_permissions(log.path("a.log"), PermissionsExt::from_mode(0o644)).unwrap();
    log.expect(&["one", "two"]);
    assert_eq!(log.status().state, State::Live);
}
