//! A file that is renamed and followed by another.

use super::{Log, lines, list};
use std::io::Write;
use std::time::Duration;
use tailpane::app::source::NoticeKind;

#[test]
fn rotations_one_after_the_other() {
    let mut log = Log::with("");
    for i in 0..20 {
        log.write(format!("line {i}\n"));
        log.expect(&list(0, i + 1));
        log.rename("a.log", "a.log.1");
    }
    assert!(log.gaps().is_empty());
    assert!(log.notices.iter().all(|notice| notice.kind == NoticeKind::Rotated));
}

#[test]
fn unread_lines_in_the_old_file_come_first() {
    let mut log = Log::with("");
    log.write(lines(0, 1000));
    log.rename("a.log", "a.log.1");
    log.write("new\n");
    let mut all = list(0, 1000);
    all.push("new".into());
    log.expect(&all);
}

#[test]
fn the_writer_keeps_the_old_file_for_a_while() {
    let mut log = Log::with("one\n");
    let mut old = log.writer();
    log.expect(&["one"]);
    log.rename("a.log", "a.log.1");
    log.write("new\n");
    log.expect(&["one", "new"]);
    std::thread::sleep(Duration::from_millis(300));
    old.write_all(b"late\n").unwrap();
    log.expect(&["one", "new", "late"]);
    log.write("newer\n");
    log.expect(&["one", "new", "late", "newer"]);
}

#[test]
fn late_lines_never_cut_a_line_in_two() {
    let mut log = Log::with("one\n");
    let mut old = log.writer();
    log.expect(&["one"]);
    log.rename("a.log", "a.log.1");
    log.write("new ");
    log.expect_bytes(b"one\nnew ");
    old.write_all(b"late ").unwrap();
    old.write_all(b"line\nhalf ").unwrap();
    log.expect_no_more();
    log.write("line\n");
    log.expect(&["one", "new line", "late line"]);
    old.write_all(b"done\n").unwrap();
    log.expect(&["one", "new line", "late line", "half done"]);
}

#[test]
fn a_late_writers_last_words_without_newline_come_in_the_end() {
    let mut log = Log::with("one\n");
    let mut old = log.writer();
    log.expect(&["one"]);
    log.rename("a.log", "a.log.1");
    log.write("new\n");
    log.expect(&["one", "new"]);
    old.write_all(b"never finished").unwrap();
    log.expect(&["one", "new", "never finished"]);
    log.write("newer\n");
    log.expect(&["one", "new", "never finished", "newer"]);
}

#[test]
fn a_line_that_is_finished_just_after_the_rename_stays_one_line() {
    let mut log = Log::with("one ");
    let mut old = log.writer();
    log.expect_bytes(b"one ");
    log.rename("a.log", "a.log.1");
    log.write("new\n");
    std::thread::sleep(Duration::from_millis(100));
    old.write_all(b"line\n").unwrap();
    log.expect(&["one line", "new"]);
}

#[test]
fn the_new_file_appears_only_later() {
    let mut log = Log::with("one\n");
    let mut old = log.writer();
    log.expect(&["one"]);
    log.rename("a.log", "a.log.1");
    old.write_all(b"two\n").unwrap();
    log.expect(&["one", "two"]);
    log.write("new\n");
    log.expect(&["one", "two", "new"]);
}

#[test]
fn several_rotations_at_once() {
    let mut log = Log::with("line 0\n");
    log.expect(&["line 0"]);
    for i in 1..6 {
        for old in (1..i).rev() {
            log.rename(&format!("a.log.{old}"), &format!("a.log.{}", old + 1));
        }
        log.rename("a.log", "a.log.1");
        log.write(format!("line {i}\n"));
    }
    log.expect(&list(0, 6));
    log.expect_no_more();
}

#[test]
fn rotated_in_the_middle_of_a_large_backlog() {
    let mut log = Log::with(&lines(0, 300_000));
    assert!(log.take());
    log.rename("a.log", "a.log.1");
    log.write("new\n");
    let mut all = list(0, 300_000);
    all.push("new".into());
    log.expect(&all);
}

#[test]
fn compressed_generations_are_never_read() {
    let mut log = Log::with("one\n");
    log.expect(&["one"]);
    log.rename("a.log", "a.log.1");
    log.write("two\n");
    std::fs::write(log.path("a.log.1.gz"), b"\x1f\x8b\x08\0one\n").unwrap();
    log.remove("a.log.1");
    log.expect(&["one", "two"]);
    log.expect_no_more();
    log.rename("a.log", "a.log.1");
    log.write("three\n");
    log.expect(&["one", "two", "three"]);
    log.expect_no_more();
}

#[test]
fn renamed_away_and_back() {
    let mut log = Log::with("one\n");
    log.expect(&["one"]);
    log.rename("a.log", "b");
    log.wait_for_state("missing", |state| matches!(state, tailpane::app::source::State::Waiting(_)));
    log.rename("b", "a.log");
    log.write("two\n");
    log.expect(&["one", "two"]);
    log.rename("a.log", "b");
    log.write("other\n");
    log.expect(&["one", "two", "other"]);
    log.rename("b", "a.log");
    log.write("three\n");
    log.expect(&["one", "two", "other", "three"]);
    log.expect_no_more();
}

#[test]
fn a_temporary_file_is_renamed_over_it() {
    let mut log = Log::with("one\ntwo\n");
    log.expect(&["one", "two"]);
    log.append("a.log.tmp", "edited\n");
    log.rename("a.log.tmp", "a.log");
    log.expect(&["one", "two", "edited"]);
    log.write("more\n");
    log.expect(&["one", "two", "edited", "more"]);
}

#[test]
fn an_old_file_without_a_last_newline_is_never_glued_to_the_new_one() {
    let mut log = Log::with("one\nhalf");
    log.rename("a.log", "a.log.1");
    log.write("new\n");
    log.expect(&["one", "half", "new"]);
}
