//! Without a screen, from outside: real files, real pipes, the real program.

use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::folder::{Folder, append};

/// How long anything may take before a test gives up; far more than it ever takes.
const DEADLINE: Duration = Duration::from_secs(60);

pub fn tailpane<S: AsRef<std::ffi::OsStr>>(args: &[S]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tailpane"));
    command.args(args).stdin(Stdio::null()).env_remove("NO_COLOR").env("TERM", "xterm");
    // Nothing of the user's own says anything here.
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.as_encoded_bytes().starts_with(b"TAILPANE_"))
    {
        command.env_remove(name);
    }
    command
}

/// Runs to the end: exit code, standard output, standard error.
pub fn run<S: AsRef<std::ffi::OsStr>>(args: &[S]) -> (i32, String, String) {
    let output = assert_cmd::Command::from_std(tailpane(args)).timeout(DEADLINE).output().unwrap();
    (
        output.status.code().unwrap_or(-1),
        String::from_utf8_lossy(&output.stdout).into_owned(),
        String::from_utf8_lossy(&output.stderr).into_owned(),
    )
}

/// A program that goes on, whose lines come one by one.
pub struct Running {
    pub child: Child,
    pub lines: Receiver<String>,
    pub sentences: Receiver<String>,
}

impl Running {
    pub fn start<S: AsRef<std::ffi::OsStr>>(args: &[S]) -> Running {
        Running::spawn(&mut tailpane(args))
    }

    pub fn spawn(command: &mut Command) -> Running {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let lines = lines_of(child.stdout.take().unwrap());
        let sentences = lines_of(child.stderr.take().unwrap());
        Running { child, lines, sentences }
    }

    pub fn line(&self) -> String {
        self.lines.recv_timeout(DEADLINE).expect("a line should have come")
    }

    pub fn lines(&self, n: usize) -> Vec<String> {
        (0..n).map(|_| self.line()).collect()
    }

    /// The first sentence on standard error that holds `part`.
    pub fn sentence(&self, part: &str) -> String {
        loop {
            let said =
                self.sentences.recv_timeout(DEADLINE).unwrap_or_else(|_| panic!("no {part:?} was said"));
            if said.contains(part) {
                return said;
            }
        }
    }

    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    pub fn code(mut self) -> Option<i32> {
        wait(&mut self.child)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It has ended already in some tests.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn wait(child: &mut Child) -> Option<i32> {
    let deadline = Instant::now() + DEADLINE;
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            return status.code();
        }
        assert!(Instant::now() < deadline, "it does not end");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn lines_of(stream: impl Read + Send + 'static) -> Receiver<String> {
    let (send, receive) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stream).split(b'\n') {
            let Ok(line) = line else { return };
            if send.send(String::from_utf8_lossy(&line).into_owned()).is_err() {
                return;
            }
        }
    });
    receive
}

pub fn numbers(range: std::ops::Range<usize>) -> String {
    range.map(|n| format!("line {n}\n")).collect()
}

pub fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn the_last_ten_lines_and_what_is_appended() {
    let folder = Folder::new();
    let log = folder.write("a.log", numbers(0..100));
    let running = Running::start(&[&log]);
    assert_eq!(running.lines(10), numbers(90..100).lines().collect::<Vec<_>>());
    append(&log, "new\n");
    assert_eq!(running.line(), "new");
    append(&log, "un");
    append(&log, "finished\n");
    assert_eq!(running.line(), "unfinished");
}

#[test]
fn how_many_lines_is_a_choice() {
    let folder = Folder::new();
    let log = folder.write("a.log", numbers(0..100));
    let of = |n: &str| run(&["--no-follow", "-n", n, text(&log)]).1;
    assert_eq!(of("3"), numbers(97..100));
    assert_eq!(of("0"), "");
    assert_eq!(of("+1"), numbers(0..100));
    assert_eq!(of("+98"), numbers(97..100));
    assert_eq!(of("1000"), numbers(0..100));
}

#[test]
fn an_unfinished_last_line_is_printed_too() {
    let folder = Folder::new();
    let log = folder.write("a.log", "one\ntwo");
    assert_eq!(run(&["--no-follow", text(&log)]).1, "one\ntwo");
    assert_eq!(run(&["--no-follow", "--keep", "two", text(&log)]).1, "two\n");
    let running = Running::start(&[&log]);
    assert_eq!(running.line(), "one");
    append(&log, " and more\n");
    assert_eq!(running.line(), "two and more");
}

#[test]
fn rotation_by_renaming() {
    let folder = Folder::new();
    let log = folder.write("a.log", "one\n");
    let running = Running::start(&[&log]);
    assert_eq!(running.line(), "one");
    for n in 0..5 {
        append(&log, format!("last of {n}\n"));
        fs::rename(&log, folder.path("a.log.1")).unwrap();
        fs::write(&log, format!("first of {}\n", n + 1)).unwrap();
        assert_eq!(running.line(), format!("last of {n}"));
        assert_eq!(running.line(), format!("first of {}", n + 1));
    }
    running.sentence("a.log");
}

#[test]
fn copy_and_truncate() {
    let folder = Folder::new();
    let log = folder.write("a.log", "one\ntwo\n");
    let running = Running::start(&[&log]);
    assert_eq!(running.lines(2), ["one", "two"]);
    fs::copy(&log, folder.path("a.log.1")).unwrap();
    File::create(&log).unwrap();
    append(&log, "three\n");
    assert_eq!(running.line(), "three");
    append(&log, "four\n");
    assert_eq!(running.line(), "four");
}

#[test]
fn a_record_ends_where_lines_may_be_missing() {
    let folder = Folder::new();
    let log = folder.write("a.log", "2026-11-21 10:00:03 ERROR boom\n\ttail\n");
    let running = Running::start(&["--keep", "boom|INFO", text(&log)]);
    assert_eq!(running.lines(2), ["2026-11-21 10:00:03 ERROR boom", "\ttail"]);
    File::create(&log).unwrap();
    running.sentence("truncated");
    append(&log, "\tof what is gone\n\tof that too\n2026-11-21 10:00:04 INFO x\n");
    assert_eq!(running.line(), "2026-11-21 10:00:04 INFO x");
}

#[test]
fn a_file_that_comes_later() {
    let folder = Folder::new();
    let log = folder.path("later.log");
    let running = Running::start(&[&log]);
    running.sentence("later.log");
    append(&log, "here I am\n");
    assert_eq!(running.line(), "here I am");
}

#[test]
fn a_missing_file_without_following_is_a_failure() {
    let folder = Folder::new();
    let log = folder.write("a.log", "one\n");
    let (code, out, err) = run(&["--no-follow", text(&folder.path("none.log")), text(&log)]);
    assert_eq!((code, out.as_str()), (1, "a.log: one\n"));
    // Nothing is promised that will not be done.
    assert!(err.ends_with("none.log: not there\n"), "{err}");
}

#[test]
fn a_mistake_is_told_by_the_exit_code_when_nobody_hears_it() {
    for args in
        [&["--keep", "a(b"][..], &["--no-follow", "/no/such/file"], &["--no-follow", "/no/such/*.log"]]
    {
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let mut child = tailpane(args).stdout(Stdio::null()).stderr(full).spawn().unwrap();
        assert_eq!(wait(&mut child), Some(if args[0] == "--keep" { 2 } else { 1 }), "{args:?}");
    }
}

#[test]
fn several_files_have_their_names_before_their_lines() {
    let folder = Folder::new();
    fs::create_dir(folder.path("x")).unwrap();
    let logs =
        [folder.write("a.log", "one\n"), folder.write("x/a.log", "two\n"), folder.write("b.log", "three\n")];
    let mut lines: Vec<String> = run(&["--no-follow", text(&logs[0]), text(&logs[1]), text(&logs[2])])
        .1
        .lines()
        .map(String::from)
        .collect();
    lines.sort();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[1], "b.log: three");
    assert_eq!(lines[2], "x/a.log: two");
    assert!(lines[0].ends_with("/a.log: one"), "{}", lines[0]);
}

#[test]
fn filters_are_applied_in_their_order() {
    let folder = Folder::new();
    let log = folder.write("a.log", "an apple\na bad apple\nbread\nButter\n");
    let of = |args: &[&str]| run(&[&["--no-follow", text(&log)], args].concat()).1;
    assert_eq!(of(&["--keep", "apple", "--drop", "bad"]), "an apple\n");
    assert_eq!(of(&["--keep", "apple", "--drop", "bad", "--or", "butter"]), "an apple\nButter\n");
    assert_eq!(of(&["--keep", "Butter"]), "Butter\n");
    assert_eq!(of(&["--keep", "BUTTER"]), "");
}

#[test]
fn filters_go_on_with_what_is_appended() {
    let folder = Folder::new();
    let log = folder.write("a.log", "");
    let running = Running::start(&["--keep", "yes", text(&log)]);
    append(&log, "no\nyes 1\nno\n");
    assert_eq!(running.line(), "yes 1");
    append(&log, "ye");
    append(&log, "s 2\nno\nyes 3\n");
    assert_eq!(running.lines(2), ["yes 2", "yes 3"]);
}

#[test]
fn json_objects() {
    let folder = Folder::new();
    let log = folder.write(
        "a.log",
        b"2026-03-01T10:20:30Z ERROR \"quoted\"\tand \x1b[31mred\x1b[0m\nplain \xff\r\n".as_slice(),
    );
    let (_, out, _) = run(&["--json", "--no-follow", text(&log)]);
    let objects: Vec<serde_json::Value> =
        out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(objects.len(), 2);
    assert_eq!(objects[0]["source"], "a.log");
    assert_eq!(objects[0]["time"], "2026-03-01T10:20:30Z");
    assert_eq!(objects[0]["level"], "error");
    assert_eq!(objects[0]["line"], "2026-03-01T10:20:30Z ERROR \"quoted\"\tand \x1b[31mred\x1b[0m");
    assert_eq!(objects[1]["time"], serde_json::Value::Null);
    assert_eq!(objects[1]["level"], serde_json::Value::Null);
    assert_eq!(objects[1]["line"], "plain \u{fffd}");
    assert!(!out.contains('\x1b'), "an escape sequence is in {out:?}");
}

#[test]
fn utf_16_is_decoded() {
    let folder = Folder::new();
    let mut bytes = vec![0xff, 0xfe];
    bytes.extend("grün\nblau\n".encode_utf16().flat_map(u16::to_le_bytes));
    let log = folder.write("a.log", bytes);
    assert_eq!(run(&["--no-follow", text(&log)]).1, "grün\nblau\n");
}

#[test]
fn bytes_go_into_a_pipe_as_they_are() {
    let folder = Folder::new();
    let bytes = b"nul \0 bell \x07 \x1b[31mred\x1b[0m \xff\xfe c1 \xc2\x9b\r\n".to_vec();
    let log = folder.write("a.log", &bytes);
    let output = tailpane(&["--no-follow", text(&log)]).output().unwrap();
    assert_eq!(output.stdout, bytes);
    let output = tailpane(&["--no-follow", "--no-log-colors", text(&log)]).output().unwrap();
    assert_eq!(output.stdout, b"nul \0 bell \x07 red \xff\xfe c1 \xc2\x9b\r\n");
}

#[test]
fn colours_are_for_terminals_unless_they_are_asked_for() {
    let folder = Folder::new();
    let log = folder.write("a.log", "10:00:00 ERROR it broke\n");
    assert!(!run(&["--no-follow", text(&log)]).1.contains('\x1b'));
    let coloured = run(&["--no-follow", "--color", "always", "-H", "broke=bold red", text(&log)]).1;
    assert!(coloured.contains('\x1b'), "{coloured:?}");
    let plain = coloured.split('\x1b').map(|part| part.split_once('m').map_or(part, |(_, text)| text));
    assert_eq!(plain.collect::<String>(), "10:00:00 ERROR it broke\n");
}

#[test]
fn a_long_line_passes_whole() {
    let folder = Folder::new();
    let mut bytes = b"before\nlong ".to_vec();
    bytes.extend(std::iter::repeat_n(b'x', 20 << 20));
    bytes.extend(b" end\nafter\n");
    let log = folder.write("a.log", &bytes);
    let output = tailpane(&["--no-follow", text(&log)]).output().unwrap();
    assert!(output.stdout == bytes, "{} of {} bytes", output.stdout.len(), bytes.len());
    let output = tailpane(&["--no-follow", "--keep", "^long", text(&log)]).output().unwrap();
    assert!(output.stdout == bytes[7..bytes.len() - 6], "{} bytes", output.stdout.len());
    let output = tailpane(&["--no-follow", "--json", text(&log)]).output().unwrap();
    let line = output.stdout.split(|byte| *byte == b'\n').nth(1).unwrap();
    let object: serde_json::Value = serde_json::from_slice(line).unwrap();
    assert!(object["line"].as_str().unwrap().as_bytes() == &bytes[7..bytes.len() - 7]);
}

/// Nothing is lost or repeated although nobody reads for a while, the log is rotated meanwhile, and far
/// more is written than any buffer holds.
#[test]
fn a_slow_reader_misses_nothing() {
    let folder = Folder::new();
    let log = folder.write("a.log", "");
    let mut child =
        tailpane(&["-n", "+1", text(&log)]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut out: BufReader<ChildStdout> = BufReader::new(child.stdout.take().unwrap());
    append(&log, "begin\n");
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    assert_eq!(line, "begin\n");
    let total = 300_000;
    for part in 0..3 {
        append(&log, numbers(part * total / 3..(part + 1) * total / 3));
        if part < 2 {
            let renamed = fs::rename(&log, folder.path(&format!("a.log.{part}")));
            renamed.unwrap();
        }
    }
    for n in 0..total {
        line.clear();
        out.read_line(&mut line).unwrap();
        assert_eq!(line, format!("line {n}\n"));
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_closed_pipe_is_a_quiet_end() {
    let folder = Folder::new();
    let log = folder.write("a.log", numbers(0..200_000));
    let mut child =
        tailpane(&["-n", "+1", text(&log)]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    out.read_line(&mut String::new()).unwrap();
    drop(out);
    assert_eq!(wait(&mut child), Some(0));
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert_eq!(said, "");
}

#[test]
fn a_closed_pipe_is_noticed_although_nothing_comes() {
    let folder = Folder::new();
    let log = folder.write("a.log", "only\n");
    let mut child = tailpane(&[&log]).stdout(Stdio::piped()).spawn().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    out.read_line(&mut String::new()).unwrap();
    drop(out);
    assert_eq!(wait(&mut child), Some(0));
}

/// Whether the system drops a signal before it reaches us, and so the programs we start: a shell keeps
/// Ctrl-C from what it runs in the background.
fn is_ignored(signal: Signal) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).unwrap().trim();
    u64::from_str_radix(ignored, 16).unwrap() >> (signal.as_raw() - 1) & 1 == 1
}

#[test]
fn an_interrupt_ends_it_and_what_was_read_has_been_printed() {
    let folder = Folder::new();
    let log = folder.write("a.log", "one\n");
    for signal in [Signal::INT, Signal::TERM].into_iter().filter(|signal| !is_ignored(*signal)) {
        let running = Running::start(&[&log]);
        assert_eq!(running.line(), "one");
        running.signal(signal);
        assert_eq!(running.code(), None, "{signal:?} should have ended it");
    }
}

#[test]
fn standard_input_is_read_to_its_end() {
    let of = |args: &[&str], input: &str| {
        let output =
            assert_cmd::Command::from_std(tailpane(args)).write_stdin(input).timeout(DEADLINE).output();
        let output = output.unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
    };
    assert_eq!(of(&[], &numbers(0..50)), (0, numbers(0..50)));
    assert_eq!(of(&["-"], "one\ntwo"), (0, "one\ntwo".into()));
    assert_eq!(of(&["--keep", "o$", "--json"], "one\ntwo\n").0, 0);
    let folder = Folder::new();
    let log = folder.write("a.log", "from the file\n");
    assert_eq!(of(&["--no-follow", text(&log)], "not read"), (0, "from the file\n".into()));
}

#[test]
fn standard_input_is_printed_as_it_comes() {
    let mut command = tailpane::<&str>(&[]);
    let mut running = Running::spawn(command.stdin(Stdio::piped()));
    let mut input = running.child.stdin.take().unwrap();
    for n in 0..3 {
        writeln!(input, "line {n}").unwrap();
        assert_eq!(running.line(), format!("line {n}"));
    }
    drop(input);
    assert_eq!(running.code(), Some(0));
}

#[test]
fn globs_are_expanded_and_one_without_a_match_is_said() {
    let folder = Folder::new();
    folder.write("a.log", "one\n");
    folder.write("b.log", "two\n");
    let (code, out, _) = run(&["--no-follow", text(&folder.path("*.log"))]);
    assert_eq!(code, 0);
    let mut lines: Vec<&str> = out.lines().collect();
    lines.sort_unstable();
    assert_eq!(lines, ["a.log: one", "b.log: two"]);
    let (code, _, err) = run(&["--no-follow", text(&folder.path("*.none"))]);
    assert_eq!(code, 1);
    assert!(err.contains("*.none: no file there yet"), "{err}");
}

#[test]
fn a_wrong_pattern_is_shown_with_its_place() {
    let (code, _, err) = run(&["--keep", "a(b", "x.log"]);
    assert_eq!(code, 2);
    let lines: Vec<&str> = err.lines().collect();
    assert!(lines[0].starts_with("tailpane: --keep: "), "{err}");
    assert_eq!((lines[2], lines[3]), ("    a(b", "     ^"), "{err}");
}

#[test]
fn a_wrong_style_is_said() {
    let (code, _, err) = run(&["-H", "x=bold rde", "--color", "always", "x.log"]);
    assert_eq!(code, 2);
    assert!(err.contains("rde") && err.contains("red"), "{err}");
}

#[test]
fn an_unknown_option_suggests_the_near_one() {
    let (code, _, err) = run(&["--no-folow"]);
    assert_eq!(code, 2);
    assert!(err.contains("--no-follow"), "{err}");
}

#[test]
fn help_and_version() {
    let (code, out, _) = run(&["--version"]);
    assert_eq!((code, out.trim()), (0, concat!("tailpane ", env!("CARGO_PKG_VERSION"))));
    let (code, out, _) = run(&["--help"]);
    assert_eq!(code, 0);
    for option in ["--plain", "--json", "--lines", "--no-follow", "--keep", "--drop", "--or", "--demo"] {
        assert!(out.contains(option), "{option} is not in\n{out}");
    }
}

#[test]
fn a_folder_without_files_is_explained() {
    let folder = Folder::new();
    let (code, _, err) = run(&["--no-follow", text(&folder.path("."))]);
    assert_eq!(code, 1);
    assert!(err.contains("no file there yet"), "{err}");
}

#[test]
fn the_demo_leaves_nothing_behind() {
    let folder = Folder::new();
    let mut command = tailpane(&["--demo", "--plain"]);
    let running = Running::spawn(command.env("TMPDIR", folder.path("")));
    running.line();
    assert_eq!(fs::read_dir(folder.path("")).unwrap().count(), 1);
    running.signal(Signal::TERM);
    assert_eq!(running.code(), Some(128 + 15));
    assert_eq!(fs::read_dir(folder.path("")).unwrap().count(), 0);
}
