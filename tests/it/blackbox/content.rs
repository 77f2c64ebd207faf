//! What a file may hold.

use super::{Case, DEADLINE, Folder, Program, append, tailpane, text};
use std::io::{Read, Write};
use std::os::unix::fs::{FileExt, symlink};
use std::process::{ChildStdout, Stdio};

#[test]
fn any_bytes_are_lines() {
    let mut case = Case::with("");
    let bytes = b"nul \0 in it\n\xff\xfe\ncut \xe2\x82\n\x80\x9b c1\nu+2028 \xe2\x80\xa8 here\n\n\nlast\n";
    case.log(bytes);
    case.comes(bytes);
    case.goes_on_without_gap();
}

#[test]
fn carriage_returns_do_not_reach_json_and_empty_lines_do() {
    let folder = Folder::new();
    let log = folder.write("a.log", "one\r");
    let program = Program::spawn(&mut tailpane(&["--json", "-n", "+1", text(&log)]));
    std::thread::sleep(std::time::Duration::from_millis(100));
    append(&log, "\n\n\r\nu\u{2028}v\n");
    assert!(program.out.wait(DEADLINE, |said| said.iter().filter(|byte| **byte == b'\n').count() == 4));
    let lines: Vec<String> = program
        .out
        .text()
        .lines()
        .map(|line| {
            let object: serde_json::Value = serde_json::from_str(line).unwrap();
            object["line"].as_str().unwrap().to_owned()
        })
        .collect();
    assert_eq!(lines, ["one", "", "", "u\u{2028}v"]);
}

#[test]
fn utf16_and_marks_are_decoded() {
    let all = "one\nsnow ☃ and 🦀\n\u{feff}last\n";
    for big in [false, true] {
        let units: Vec<u16> = "\u{feff}".encode_utf16().chain(all.encode_utf16()).collect();
        let bytes: Vec<u8> =
            units.into_iter().flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect();
        let mut case = Case::with("");
        let mut writer = case.writer();
        for piece in bytes.chunks(7) {
            writer.write_all(piece).unwrap();
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
        case.comes(all);
        case.rotate();
        case.log("\u{feff}plain\n\u{feff}mark\n");
        case.comes("plain\n\u{feff}mark\n");
        case.goes_on_without_gap();
    }
}

/// Follows a huge file with the reader throwing bytes away; gives the bytes behind the first `skip`, the
/// program, and its output, which must stay open for it to go on.
fn behind(log: &std::path::Path, skip: u64, len: usize) -> (Vec<u8>, Program, ChildStdout) {
    let mut command = tailpane(&["--plain", "-n", "+1", text(log)]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let (out, err) = Default::default();
    let program = Program { child, out, err };
    let passed = std::io::copy(&mut stdout.by_ref().take(skip), &mut std::io::sink()).unwrap();
    assert_eq!(passed, skip);
    let mut rest = vec![0; len];
    stdout.read_exact(&mut rest).unwrap();
    (rest, program, stdout)
}

#[test]
fn a_hundred_megabytes_without_a_newline_then_lines() {
    let folder = Folder::new();
    let log = folder.write("a.log", "");
    let piece = vec![b'x'; 4 << 20];
    (0..25).for_each(|_| append(&log, &piece));
    append(&log, "\nnext\nlast\n");
    let (rest, program, _stdout) = behind(&log, 100 << 20, 11);
    assert_eq!(rest, b"\nnext\nlast\n");
    #[cfg(target_os = "linux")]
    assert!(program.memory() < 40 << 10, "{} KiB", program.memory());
    drop(program);
}

#[test]
fn a_hole_of_64_megabytes() {
    let folder = Folder::new();
    let log = folder.write("a.log", "one\n");
    let file = std::fs::OpenOptions::new().write(true).open(&log).unwrap();
    file.write_all_at(b"two\nlast\n", 64 << 20).unwrap();
    let (rest, program, _stdout) = behind(&log, 64 << 20, 9);
    assert_eq!(rest, b"two\nlast\n");
    #[cfg(target_os = "linux")]
    assert!(program.memory() < 40 << 10, "{} KiB", program.memory());
    drop(program);
}

#[test]
#[cfg(target_os = "linux")]
fn a_file_of_the_kernels_is_shown_and_not_spun_on() {
    let folder = Folder::new();
    symlink("/proc/version", folder.path("a.log")).unwrap();
    let mut case = Case::follow(folder, "a.log");
    case.comes(std::fs::read("/proc/version").unwrap());
    let before = case.program.computed();
    std::thread::sleep(std::time::Duration::from_millis(500));
    assert!(case.program.computed() - before <= 2);
}
