//! Rotation by renaming.

use super::{Case, numbers};
use std::io::Write;
use std::process::Command;
use std::time::{Duration, Instant};

#[test]
fn again_and_again() {
    let mut case = Case::with("");
    for n in 0..10 {
        case.log(format!("line {n}\n"));
        case.comes(format!("line {n}\n"));
        case.rotate();
    }
    case.goes_on_without_gap();
}

#[test]
fn unread_lines_come_before_the_new_file() {
    let mut case = Case::with("one\n");
    case.stopped(|case| {
        case.log(numbers(0..1000));
        case.rotate();
        case.log("new\n");
    });
    case.comes(numbers(0..1000) + "new\n");
    case.goes_on_without_gap();
}

#[test]
fn the_writer_keeps_the_old_file_for_seconds() {
    let mut case = Case::with("one\n");
    let mut old = case.writer();
    case.rotate();
    case.log("new\n");
    case.comes("new\n");
    for n in 0..4 {
        std::thread::sleep(Duration::from_millis(500));
        old.write_all(format!("late {n}\n").as_bytes()).unwrap();
        case.comes(format!("late {n}\n"));
        case.log(format!("new {n}\n"));
        case.comes(format!("new {n}\n"));
    }
    case.goes_on_without_gap();
}

#[test]
fn a_late_writer_and_the_next_rotation_between_two_looks() {
    let mut case = Case::with("one\n");
    let mut old = case.writer();
    case.rotate();
    case.log("new\n");
    case.comes("new\n");
    case.stopped(|case| {
        old.write_all(b"late\n").unwrap();
        case.rotate();
        case.log("newer\n");
    });
    // Which of the two files the late line stands before is anybody's guess.
    let done = case.program.out.wait(super::DEADLINE, |said| said.len() >= "one\nnew\nlate\nnewer\n".len());
    assert!(done, "{}", case.program.out.text());
    let mut lines: Vec<String> = case.program.out.text().lines().map(String::from).collect();
    lines.sort();
    assert_eq!(lines, ["late", "new", "newer", "one"]);
}

#[test]
fn the_new_file_comes_only_later() {
    let mut case = Case::with("one\n");
    let mut old = case.writer();
    case.rotate();
    old.write_all(b"two\n").unwrap();
    case.comes("two\n");
    case.log("new\n");
    case.comes("new\n");
    case.goes_on_without_gap();
}

#[test]
fn several_rotations_between_two_looks() {
    let mut case = Case::with("line 0\n");
    for round in 0..3 {
        case.stopped(|case| {
            for n in 0..4 {
                case.log(format!("line {round} {n}\n"));
                case.rotate();
            }
            case.log("the newest\n");
        });
        case.comes((0..4).map(|n| format!("line {round} {n}\n")).collect::<String>() + "the newest\n");
    }
    case.goes_on_without_gap();
}

#[test]
fn several_rotations_and_no_new_file_yet() {
    let mut case = Case::with("line 0\n");
    case.stopped(|case| {
        for n in 1..4 {
            case.log(format!("line {n}\n"));
            case.rotate();
        }
    });
    case.comes("line 1\nline 2\nline 3\n");
    case.goes_on_without_gap();
}

#[test]
fn rotated_with_dates_between_two_looks() {
    let mut case = Case::with("line 0\n");
    case.stopped(|case| {
        for n in 1..4 {
            case.rename("a.log", &format!("a-2026010{n}.log"));
            case.log(format!("line {n}\n"));
            std::thread::sleep(Duration::from_millis(20));
        }
    });
    case.comes("line 1\nline 2\nline 3\n");
    case.goes_on_without_gap();
}

#[test]
fn strangers_with_like_names_never_come() {
    let mut case = Case::with("line 0\n");
    case.stopped(|case| {
        for stranger in
            ["a-3.log", "a.2.log", "a-error.log", "a-20260101-error.log", "a.log.lock", "a.log.swp"]
        {
            case.append(stranger, format!("a stranger's: {stranger}\n"));
        }
        case.log("line 1\n");
        case.rename("a.log", "a.log-20260101");
        case.log("line 2\n");
        case.rename("a.log", "a.log-20260102");
        case.append("a.log.json", "a stranger's\n");
        case.log("line 3\n");
    });
    case.comes("line 1\nline 2\nline 3\n");
    case.goes_on_without_gap();
}

#[test]
fn a_dated_generation_that_nobody_saw_uncompressed_is_a_gap() {
    for name in ["a.log.2026-11-21", "a-2026-11-21.log"] {
        let mut case = Case::with("one\n");
        case.stopped(|case| {
            case.rotate();
            case.log("never seen\n");
            case.rename("a.log", name);
            gzip(case, name);
            case.log("new\n");
        });
        case.comes("new\n");
        case.goes_on_behind_a_gap();
    }
}

#[test]
fn in_the_middle_of_a_large_backlog() {
    let mut case = Case::with("");
    case.log(numbers(0..300_000));
    case.rotate();
    case.log("new\n");
    case.comes(numbers(0..300_000) + "new\n");
    case.goes_on_without_gap();
}

fn gzip(case: &Case, name: &str) {
    let path = case.folder.path(name);
    assert!(Command::new("gzip").arg(path).status().unwrap().success());
}

#[test]
fn the_old_file_is_compressed_and_removed() {
    let mut case = Case::with("one\n");
    case.stopped(|case| {
        case.log("two\n");
        case.rotate();
        case.log("new\n");
        gzip(case, "a.log.1");
    });
    case.comes("two\nnew\n");
    case.rename("a.log.1.gz", "a.log.2.gz");
    case.rotate();
    case.log("newer\n");
    case.comes("newer\n");
    gzip(&case, "a.log.1");
    case.goes_on_without_gap();
}

#[test]
fn a_generation_that_nobody_saw_uncompressed_is_a_gap() {
    let mut case = Case::with("one\n");
    case.stopped(|case| {
        case.rotate();
        case.log("never seen\n");
        case.rotate();
        case.log("new\n");
        gzip(case, "a.log.1");
        gzip(case, "a.log.2");
    });
    case.comes("new\n");
    case.program.says("a gap: a.log.1.gz");
    assert_eq!(case.program.err.text().matches("a gap").count(), 1);
    case.goes_on();
}

#[test]
fn away_and_back() {
    let mut case = Case::with("one\n");
    case.rename("a.log", "b");
    case.program.says("not there");
    case.rename("b", "a.log");
    case.log("two\n");
    case.comes("two\n");
    case.stopped(|case| {
        case.rename("a.log", "b");
        case.log("other\n");
    });
    case.comes("other\n");
    case.stopped(|case| case.rename("b", "a.log"));
    case.log("three\n");
    case.comes("three\n");
    case.goes_on_without_gap();
}

#[test]
fn a_temporary_file_is_renamed_over_it() {
    let mut case = Case::with("one\n");
    for n in 0..3 {
        case.folder.write("a.log.tmp", format!("edited {n}\nmore\n"));
        case.rename("a.log.tmp", "a.log");
        case.comes(format!("edited {n}\nmore\n"));
    }
    case.goes_on_without_gap();
}

#[test]
fn the_old_file_ends_without_a_newline() {
    // Its writer has a second to end its line, and nobody waits longer, or twice; unless others keep the
    // machine busy, so there are several tries.
    let waits = || {
        let mut case = Case::with("one\nhalf");
        let began = Instant::now();
        case.rotate();
        case.log("new\n");
        case.comes("\nnew\n");
        let first = began.elapsed();
        case.log("newer\n");
        case.comes("newer\n");
        let second = began.elapsed() - first;
        case.goes_on_without_gap();
        (first, second)
    };
    let soon = |(first, second)| first < Duration::from_millis(1500) && second < Duration::from_millis(300);
    assert!((0..5).any(|_| soon(waits())));
}

#[test]
fn several_that_end_without_a_newline_between_two_looks() {
    let mut case = Case::with("line 0");
    case.stopped(|case| {
        for n in 1..4 {
            case.rotate();
            case.log(format!("line {n}"));
        }
    });
    case.comes("\nline 1\nline 2\nline 3");
    case.log("\n");
    case.comes("\n");
    case.goes_on_without_gap();
}

#[test]
fn rotated_and_then_copied_and_cut_between_two_looks() {
    let mut case = Case::with("line 0\n");
    case.stopped(|case| {
        case.log("line 1\n");
        case.rotate();
        case.log("line 2\n");
        case.copytruncate();
        case.log("line 3\n");
    });
    case.comes("line 1\nline 2\nline 3\n");
    case.goes_on_without_gap();
}

#[test]
fn copied_and_cut_and_then_rotated_between_two_looks() {
    let mut case = Case::with("line 0\n");
    case.stopped(|case| {
        case.log("line 1\n");
        case.copytruncate();
        case.log("line 2\n");
        case.rotate();
        case.log("line 3\n");
    });
    case.comes("line 1\nline 2\nline 3\n");
    case.goes_on_without_gap();
}
