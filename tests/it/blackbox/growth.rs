//! Growth.

use super::{Case, DEADLINE, Folder, Program, numbers, tailpane, text};
use std::io::{Read, Write};
use std::process::Stdio;
use std::time::{Duration, Instant};

#[test]
fn an_empty_file_fills_later() {
    let mut case = Case::with("");
    case.log("one\n");
    case.comes("one\n");
    case.goes_on_without_gap();
}

#[test]
fn a_missing_file_in_missing_folders_appears() {
    let mut case = Case::follow(Folder::new(), "x/y/a.log");
    case.program.says("a.log");
    std::fs::create_dir_all(case.folder.path("x/y")).unwrap();
    case.append("x/y/a.log", "one\n");
    case.comes("one\n");
}

#[test]
fn a_missing_file_appears_and_is_rotated_at_once() {
    let mut case = Case::follow(Folder::new(), "a.log");
    case.program.says("a.log");
    case.stopped(|case| {
        case.log("one\n");
        case.rotate();
        case.log("two\n");
    });
    case.comes("one\ntwo\n");
    case.goes_on_without_gap();
}

#[test]
fn a_line_in_three_pieces_is_one_line() {
    let mut case = Case::with("");
    for piece in ["on", "e a", "nd all\n"] {
        case.log(piece);
        case.comes(piece);
    }
    case.goes_on_without_gap();
}

#[test]
fn a_line_in_three_pieces_is_one_line_behind_its_name() {
    let folder = Folder::new();
    let logs = [folder.write("a.log", ""), folder.write("b.log", "")];
    let program = Program::start(&[text(&logs[0]), text(&logs[1])]);
    for (a, b) in [("on", "th"), ("e a", "e oth"), ("nd all\n", "er\n")] {
        super::append(&logs[0], a);
        super::append(&logs[1], b);
        std::thread::sleep(Duration::from_millis(30));
    }
    let mut lines = Vec::new();
    program.out.wait(DEADLINE, |said| {
        lines = String::from_utf8_lossy(said).lines().map(String::from).collect();
        lines.len() == 2
    });
    lines.sort();
    assert_eq!(lines, ["a.log: one and all", "b.log: the other"]);
}

#[test]
fn full_speed_and_nobody_reads_for_seconds() {
    let folder = Folder::new();
    let log = folder.write("a.log", "");
    let mut command = tailpane(&["--plain", "-n", "+1", text(&log)]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let (out, err) = Default::default();
    let program = Program { child, out, err };
    let all = numbers(0..400_000);
    let mut file = std::fs::OpenOptions::new().append(true).open(&log).unwrap();
    for piece in all.as_bytes().chunks(50_000) {
        file.write_all(piece).unwrap();
    }
    std::thread::sleep(Duration::from_secs(2));
    let mut got = vec![0; all.len()];
    stdout.read_exact(&mut got).unwrap();
    assert!(got == all.as_bytes(), "{}", super::difference(&got, all.as_bytes(), ""));
    #[cfg(target_os = "linux")]
    assert!(program.memory() < 40 << 10, "{} KiB", program.memory());
    drop(program);
}

#[test]
fn two_hundred_files_at_once_keep_their_order() {
    const FILES: usize = 200;
    const LINES: usize = 100;
    let folder = Folder::new();
    let logs: Vec<_> = (0..FILES).map(|n| folder.write(&format!("{n}.log"), "")).collect();
    let args: Vec<&str> = logs.iter().map(|log| text(log)).collect();
    let program = Program::start(&args);
    for line in 0..LINES {
        for log in &logs {
            super::append(log, format!("{line}\n"));
        }
    }
    let mut came = vec![0; FILES];
    let done = program
        .out
        .wait(DEADLINE, |said| said.iter().filter(|byte| **byte == b'\n').count() >= FILES * LINES);
    assert!(done, "only {} lines came", program.out.text().lines().count());
    for line in program.out.text().lines() {
        let (name, number) = line.split_once(".log: ").unwrap();
        let (name, number): (usize, usize) = (name.parse().unwrap(), number.parse().unwrap());
        assert_eq!(came[name], number, "in {name}.log");
        came[name] += 1;
    }
    assert!(came.iter().all(|n| *n == LINES));
}

#[test]
#[cfg(target_os = "linux")]
fn a_hundred_idle_files_cost_nothing() {
    let folder = Folder::new();
    let logs: Vec<_> = (0..100).map(|n| folder.write(&format!("{n}.log"), "one\n")).collect();
    let args: Vec<&str> = logs.iter().map(|log| text(log)).collect();
    let program = Program::start(&args);
    assert!(program.out.wait(DEADLINE, |said| said.iter().filter(|byte| **byte == b'\n').count() == 100));
    // Opening them may go on for a while behind their lines.
    let until = Instant::now() + DEADLINE;
    loop {
        let before = program.computed();
        std::thread::sleep(Duration::from_secs(1));
        let ticks = program.computed() - before;
        if ticks <= 3 {
            return;
        }
        assert!(Instant::now() < until, "{ticks} ticks in a second");
    }
}

#[test]
fn where_the_system_cannot_tell_files_are_polled_and_it_is_said() {
    let folder = Folder::new();
    let log = folder.write("a.log", "one\n");
    let mut command = std::process::Command::new("sh");
    command.args(["-c", "ulimit -n 6; exec \"$0\" --plain -n +1 \"$1\"", env!("CARGO_BIN_EXE_tailpane")]);
    let program = Program::spawn(command.arg(&log).stdin(Stdio::null()));
    assert!(program.out.wait(DEADLINE, |said| said == b"one\n"), "{}", program.err.text());
    program.says("used up");
    // The slow look at everything would take longer each time; a busy machine may do so now and then.
    let mut wanted = "one\n".to_owned();
    let soon = (0..5).any(|n| {
        let began = Instant::now();
        super::append(&log, format!("{n}\n"));
        wanted.push_str(&format!("{n}\n"));
        assert!(program.out.wait(DEADLINE, |said| said == wanted.as_bytes()), "{}", program.err.text());
        began.elapsed() < Duration::from_secs(2)
    });
    assert!(soon);
}

#[test]
fn a_disk_that_was_full_in_the_middle_of_a_line() {
    let mut case = Case::with("one\n");
    let mut writer = case.writer();
    writer.write_all(b"only ha").unwrap();
    case.comes("only ha");
    writer.write_all(b"lf at first\n").unwrap();
    case.comes("lf at first\n");
    case.goes_on_without_gap();
}
