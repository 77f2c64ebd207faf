//! What a file may hold.

use super::Log;
use std::os::unix::fs::FileExt;
use tailpane::app::source::State;

#[test]
fn a_hundred_megabytes_without_a_newline_then_lines() {
    let mut log = Log::with("");
    let piece = vec![b'x'; 1 << 20];
    for _ in 0..100 {
        log.write(&piece);
    }
    log.write("\nnext\n");
    let mut wanted = vec![b'x'; 100 << 20];
    wanted.extend_from_slice(b"\nnext\n");
    log.expect_bytes(&wanted);
}

#[test]
fn any_bytes_are_lines() {
    let text = b"nul \0 in it\n\xff\xfe\ncut \xe2\x82\n\x80\x9b c1\nu+2028 \xe2\x80\xa8 here\n\n";
    let mut log = Log::with("");
    log.write(text);
    log.expect_bytes(text);
}

#[test]
fn bytes_that_look_like_a_mark_are_not_lost() {
    let mut log = Log::with("");
    log.write(b"\xff\xfe is no mark\n");
    log.expect_bytes(b"\xff\xfe is no mark\n");
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[test]
fn utf16_is_decoded_wherever_it_is_cut() {
    let mut log = Log::with("");
    let text = "one\nsnow ☃ and 🦀\nlast\n";
    let mut bytes = b"\xff\xfe".to_vec();
    bytes.extend(utf16(text));
    for piece in bytes.chunks(5) {
        log.write(piece);
        log.take();
    }
    log.expect_bytes(text.as_bytes());
    log.rename("a.log", "a.log.1");
    log.write("plain\n");
    log.expect_bytes(format!("{text}plain\n").as_bytes());
}

#[test]
fn a_large_utf16_file_is_decoded_whole() {
    let text = super::lines(0, 500_000);
    let mut bytes = b"\xff\xfe".to_vec();
    bytes.extend(utf16(&text));
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("a.log"), bytes).unwrap();
    let mut log = Log::follow(dir, "a.log");
    log.expect_bytes(text.as_bytes());
}

#[test]
fn a_utf8_mark_is_dropped_at_the_start_only() {
    let mut log = Log::with("\u{feff}one\n");
    log.write("\u{feff}two\n");
    log.expect_bytes("one\n\u{feff}two\n".as_bytes());
}

#[test]
fn a_hole_in_the_middle_is_bytes_like_others() {
    let mut log = Log::with("one\n");
    let file = std::fs::OpenOptions::new().write(true).open(log.path("a.log")).unwrap();
    file.write_all_at(b"two\n", 64 << 20).unwrap();
    let mut wanted = b"one\n".to_vec();
    wanted.resize(64 << 20, 0);
    wanted.extend_from_slice(b"two\n");
    log.expect_bytes(&wanted);
}

#[test]
fn files_of_the_kernels_are_shown() {
    let dir = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink("/proc/version", dir.path().join("a.log")).unwrap();
    let mut log = Log::follow(dir, "a.log");
    let state = &log.source.status.state;
    assert!(matches!(state, State::Ended(why) if why.contains("read once")), "{state:?}");
    let wanted = std::fs::read("/proc/version").unwrap();
    log.expect_bytes(&wanted);
    log.expect_no_more();
}
