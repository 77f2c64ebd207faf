//! Cut and rewritten.

use super::{Case, numbers};
use std::fs::{self, OpenOptions};
use std::io::Write;

#[test]
fn copied_and_cut_again_and_again() {
    let mut case = Case::with("");
    for n in 0..10 {
        case.log(format!("line {n}\n"));
        case.comes(format!("line {n}\n"));
        case.copytruncate();
    }
    case.goes_on_without_gap();
}

#[test]
fn unread_lines_come_from_the_copy() {
    let mut case = Case::with("one\n");
    case.stopped(|case| {
        case.log(numbers(0..5000));
        case.copytruncate();
        case.log("new\n");
    });
    case.comes(numbers(0..5000) + "new\n");
    case.goes_on_without_gap();
}

#[test]
fn several_copies_between_two_looks() {
    let mut case = Case::with("line 0\n");
    case.stopped(|case| {
        for n in 1..5 {
            case.log(format!("line {n}\n"));
            case.copytruncate();
        }
        case.log("new\n");
    });
    case.comes("line 1\nline 2\nline 3\nline 4\nnew\n");
    case.goes_on_without_gap();
}

#[test]
fn unread_lines_that_are_not_taken_come_from_the_copy_too() {
    let mut case = Case::with("");
    // More than a pipe holds: the program has looked at all of it and printed only a part.
    let all = numbers(0..100_000);
    case.stopped(|case| case.log(&all));
    case.begins();
    case.copytruncate();
    case.log("new\n");
    case.comes(all + "new\n");
    case.goes_on_without_gap();
}

#[test]
fn cut_and_grown_past_its_size_between_two_looks() {
    let mut case = Case::with(numbers(0..10));
    case.stopped(|case| {
        case.cut(0);
        case.log(numbers(100..200));
    });
    case.comes(numbers(100..200));
    case.goes_on_behind_a_gap();
}

#[test]
fn rewritten_to_the_same_size() {
    let mut case = Case::with("one\n");
    fs::write(case.folder.path("a.log"), "two\n").unwrap();
    case.comes("two\n");
    case.stopped(|case| fs::write(case.folder.path("a.log"), "six\n").unwrap());
    case.comes("six\n");
    case.goes_on_behind_a_gap();
}

#[test]
fn a_writer_without_append_leaves_a_hole() {
    let mut case = Case::with("");
    let mut writer = OpenOptions::new().write(true).open(case.folder.path("a.log")).unwrap();
    for n in 0..4 {
        let text = numbers(n * 1000..(n + 1) * 1000);
        if n % 2 == 0 {
            writer.write_all(text.as_bytes()).unwrap();
            case.comes(&text);
            case.copytruncate();
        } else {
            case.stopped(|case| {
                writer.write_all(text.as_bytes()).unwrap();
                case.copytruncate();
            });
            case.comes(&text);
        }
    }
    writer.write_all(b"end\n").unwrap();
    case.comes("end\n");
    assert!(!case.program.err.text().contains("a gap"), "{}", case.program.err.text());
}

#[test]
fn cut_to_its_middle() {
    let mut case = Case::with(numbers(0..100));
    case.cut(numbers(0..50).len() as u64);
    case.program.says("cut to its middle");
    case.goes_on_behind_a_gap();
}

#[test]
fn cut_to_its_middle_and_grown_between_two_looks() {
    let mut case = Case::with(numbers(0..3000));
    case.stopped(|case| {
        case.cut(numbers(0..2000).len() as u64);
        case.log("x\n");
    });
    case.comes("x\n");
    case.goes_on_behind_a_gap();
    let mut case = Case::with(numbers(0..3000));
    case.stopped(|case| {
        case.cut(numbers(0..1000).len() as u64);
        case.log(numbers(5000..9000));
    });
    case.comes(numbers(5000..9000));
    case.goes_on_behind_a_gap();
}

#[test]
fn far_more_than_is_remembered_is_cut_to_its_middle() {
    let mut case = Case::with(numbers(0..1_000_000));
    case.cut(numbers(0..500_000).len() as u64);
    case.program.says("cut to its middle");
    case.goes_on_behind_a_gap();
}

#[test]
fn written_anew_with_the_same_banner() {
    let mut case = Case::with(numbers(0..50) + "old\n");
    case.stopped(|case| fs::write(case.folder.path("a.log"), numbers(0..50) + "new\n").unwrap());
    case.comes(numbers(0..50) + "new\n");
    case.goes_on_behind_a_gap();
}

#[test]
fn an_empty_file_is_filled_and_copied_and_cut_between_two_looks() {
    let mut case = Case::with("one\n");
    case.copytruncate();
    case.program.says("its copy");
    for n in 0..3 {
        case.stopped(|case| {
            case.log(format!("line {n}\n"));
            case.copytruncate();
        });
        case.comes(format!("line {n}\n"));
    }
    case.stopped(|case| {
        case.log("line 3\n");
        case.copytruncate();
        case.log("line 4\n");
        case.rotate();
        case.log("line 5\n");
        case.rotate();
        case.log("line 6\n");
    });
    case.comes("line 3\nline 4\nline 5\nline 6\n");
    case.goes_on_without_gap();
}

#[test]
fn an_unfinished_line_is_ended() {
    let mut case = Case::with("one\nhalf");
    case.cut(0);
    case.program.says("truncated");
    case.log("new\n");
    case.comes("\nnew\n");
    case.goes_on_behind_a_gap();
}
