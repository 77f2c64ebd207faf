//! A file that is cut or rewritten in place.

use super::{Log, lines, list};
use std::fs::OpenOptions;
use std::io::{Seek, SeekFrom, Write};
use tailpane::app::source::NoticeKind;

#[test]
fn copied_and_truncated_and_written_on() {
    let mut log = Log::with("");
    for i in 0..10 {
        log.write(format!("line {i}\n"));
        log.expect(&list(0, i + 1));
        log.copy("a.log", "a.log.1");
        log.truncate(0);
    }
    log.expect_no_more();
    assert!(log.gaps().is_empty(), "{:?}", log.notices);
    assert!(log.notices.iter().any(|notice| notice.kind == NoticeKind::Truncated));
}

#[test]
fn unread_lines_come_from_the_copy() {
    let mut log = Log::with("line 0\n");
    log.expect(&["line 0"]);
    log.write(lines(1, 5000));
    log.copy("a.log", "a.log.1");
    log.truncate(0);
    log.write("new\n");
    let mut all = list(0, 5000);
    all.push("new".into());
    log.expect(&all);
    assert!(log.gaps().is_empty(), "{:?}", log.notices);
}

#[test]
fn grown_past_its_old_size_before_anybody_looked() {
    let mut log = Log::with(&lines(0, 10));
    log.expect(&list(0, 10));
    std::fs::write(log.path("a.log"), lines(100, 200)).unwrap();
    let mut all = list(0, 10);
    all.extend(list(100, 200));
    log.expect(&all);
    log.expect_no_more();
    assert_eq!(log.gaps().len(), 1);
}

#[test]
fn rewritten_to_the_same_size() {
    let mut log = Log::with("one\n");
    log.expect(&["one"]);
    std::fs::write(log.path("a.log"), "two\n").unwrap();
    log.expect(&["one", "two"]);
}

#[test]
fn a_writer_without_append_leaves_a_hole() {
    let mut log = Log::missing();
    let mut writer =
        OpenOptions::new().create(true).write(true).truncate(true).open(log.path("a.log")).unwrap();
    writer.write_all(lines(0, 3000).as_bytes()).unwrap();
    log.expect(&list(0, 3000));
    log.copy("a.log", "a.log.1");
    log.truncate(0);
    writer.write_all(lines(3000, 3010).as_bytes()).unwrap();
    log.expect(&list(0, 3010));
    log.copy("a.log", "a.log.1");
    log.truncate(0);
    writer.write_all(lines(3010, 3020).as_bytes()).unwrap();
    log.expect(&list(0, 3020));
    log.expect_no_more();
}

#[test]
fn a_huge_hole_is_skipped() {
    let mut log = Log::with("one\n");
    log.expect(&["one"]);
    log.truncate(0);
    log.wait_for("cut", |status| !status.notices.is_empty());
    let mut writer = OpenOptions::new().write(true).open(log.path("a.log")).unwrap();
    writer.seek(SeekFrom::Start(64 << 30)).unwrap();
    writer.write_all(b"two\n").unwrap();
    log.expect(&["one", "two"]);
}

#[test]
fn cut_to_its_middle() {
    let mut log = Log::with(&lines(0, 100));
    log.expect(&list(0, 100));
    log.truncate(lines(0, 50).len() as u64);
    log.wait_for("cut", |status| !status.notices.is_empty());
    log.write("new\n");
    let mut all = list(0, 100);
    all.push("new".into());
    log.expect(&all);
    assert_eq!(log.gaps().len(), 1);
}

#[test]
fn an_unfinished_line_is_ended_by_a_truncation() {
    let mut log = Log::with("one\nhalf");
    log.expect_bytes(b"one\nhalf");
    std::fs::write(log.path("a.log"), "new\n").unwrap();
    log.expect(&["one", "half", "new"]);
}

#[test]
fn cut_without_a_copy_before_it_was_read_is_a_gap() {
    let mut log = Log::with("");
    log.write(lines(0, 2_000_000));
    log.wait_for("grown", |status| status.end.0 == lines(0, 2_000_000).len() as u64);
    log.truncate(0);
    log.wait_for("cut", |status| !status.notices.is_empty());
    log.write("new\n");
    let mut taken = Vec::new();
    while !taken.ends_with(b"new\n") {
        log.take();
        taken = log.taken();
    }
    assert!(log.gaps().iter().any(|gap| gap.text.contains("bytes are lost")), "{:?}", log.notices);
    let text = String::from_utf8(taken).unwrap();
    let all: Vec<&str> = text.lines().collect();
    let remembered = &all[..all.len() - 1];
    assert!(remembered.len() > 10_000, "the live tail is remembered");
    assert_eq!(remembered.last(), Some(&"line 1999999"));
    let first: usize = remembered[0].strip_prefix("line ").unwrap().parse().unwrap();
    assert_eq!(remembered.len(), 2_000_000 - first, "in order and whole");
}
