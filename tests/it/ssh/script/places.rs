//! What may become of the place where a file is: its folder, its name, the right to read it.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use tailpane::source::ssh::script::From;

use super::{Followed, Lack, each_shell, is_installed};

fn allow(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

/// A shell that is nobody's, where the tests are root's, who may read everything.
const NOBODY: &[&str] = &["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "dash"];

fn unless_root(test: impl Fn(&'static [&'static str]) + Sync) {
    if !rustix::process::geteuid().is_root() {
        each_shell(test);
    } else if is_installed(NOBODY[0]) {
        test(NOBODY);
    } else {
        println!("left out: nothing is unreadable to root, and setpriv is not installed");
    }
}

#[test]
fn not_readable_yet() {
    unless_root(|shell| {
        let mut followed = Followed::with(shell, "one\n");
        allow(followed.dir.path(), 0o755);
        followed.cut();
        followed.connect();
        followed.expect("one\n");
        followed.append("next", "two\n");
        allow(&followed.path("next"), 0);
        followed.rename("next", "a.log");
        followed.expect_event("Permission denied");
        allow(&followed.path("a.log"), 0o644);
        followed.expect("one\ntwo\n");
        assert_eq!(followed.count("Gap"), 0, "{:?}", followed.events);
    });
}

#[test]
fn in_a_folder_that_is_closed_for_a_while() {
    unless_root(|shell| {
        let dir = tempfile::tempdir().unwrap();
        allow(dir.path(), 0o755);
        std::fs::create_dir(dir.path().join("logs")).unwrap();
        std::fs::write(dir.path().join("logs/a.log"), "one\n").unwrap();
        let mut followed = Followed::start(shell, dir, "logs/a.log", From::Byte(0), Lack::Nothing);
        followed.expect("one\n");
        allow(&followed.path("logs"), 0);
        followed.expect_event("Permission denied");
        allow(&followed.path("logs"), 0o755);
        followed.append("logs/a.log", "two\n");
        followed.expect("one\ntwo\n");
        assert_eq!(followed.count("Gap"), 0, "{:?}", followed.events);
    });
}

#[test]
fn in_a_folder_that_is_removed_and_made_anew() {
    each_shell(|shell| {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("logs")).unwrap();
        std::fs::write(dir.path().join("logs/a.log"), "one\n").unwrap();
        let mut followed = Followed::start(shell, dir, "logs/a.log", From::Byte(0), Lack::Nothing);
        followed.expect("one\n");
        std::fs::remove_dir_all(followed.path("logs")).unwrap();
        followed.expect_event("Away(Nothing)");
        std::fs::create_dir(followed.path("logs")).unwrap();
        followed.append("logs/a.log", "two, and longer\n");
        followed.expect("one\ntwo, and longer\n");
    });
}

#[test]
fn a_pipe_in_its_place_is_never_opened() {
    each_shell(|shell| {
        let mut followed = Followed::with(shell, "one\n");
        followed.expect("one\n");
        followed.rename("a.log", "a.log.1");
        let made = std::process::Command::new("mkfifo").arg(followed.path("a.log")).status().unwrap();
        assert!(made.success());
        followed.expect_event("Away(Special)");
        followed.append("a.log.1", "two\n");
        followed.expect("one\ntwo\n");
        followed.remove("a.log");
        followed.append("a.log", "three\n");
        followed.expect("one\ntwo\nthree\n");
    });
}

#[test]
fn another_file_renamed_over_it() {
    each_shell(|shell| {
        let mut followed = Followed::with(shell, "one\n");
        followed.expect("one\n");
        for text in ["two\n", "three, and longer\n"] {
            let before = followed.log.clone();
            followed.append("a.log.tmp", text);
            followed.rename("a.log.tmp", "a.log");
            followed.expect([&before, text.as_bytes()].concat());
        }
        assert_eq!(followed.count("Rotated"), 2, "{shell:?}: {:?}", followed.events);
    });
}

#[test]
fn the_zone_of_the_host_is_told_before_the_first_line() {
    each_shell(|shell| {
        let mut followed = Followed::with(shell, "one\n");
        followed.expect("one\n");
        assert_eq!(followed.zone, Some((19_800, 0)), "{shell:?}");
    });
}

#[test]
fn any_bytes_and_lines_in_pieces() {
    let pieces: [&[u8]; 6] = [
        b"a\0b\n\0\0",
        b"\n\xff\xfe\x80",
        b"\x1eH 1 poll 250\n",
        b"\r",
        b"\n\n\xc2",
        b"\x9b31m\xe2\x80\xa8\n",
    ];
    each_shell(|shell| {
        let mut followed = Followed::with(shell, "");
        let mut wanted = Vec::new();
        for piece in pieces {
            followed.append("a.log", piece);
            wanted.extend_from_slice(piece);
            followed.expect(&wanted);
        }
    });
}

#[test]
fn a_file_of_the_kernels_is_given_as_it_is() {
    let kernel = ["/proc/version", "/sys/devices/system/cpu/online"].map(Path::new);
    for file in kernel.into_iter().filter(|file| file.exists()) {
        let content = std::fs::read_to_string(file).unwrap();
        for lack in [Lack::Nothing, Lack::Proc] {
            each_shell(|shell| {
                let dir = tempfile::tempdir().unwrap();
                std::os::unix::fs::symlink(file, dir.path().join("link")).unwrap();
                for name in [file.to_str().unwrap(), "link"] {
                    let dir = tempfile::tempdir_in(dir.path()).unwrap();
                    let name = if name == "link" { "../link" } else { name };
                    let mut followed = Followed::start(shell, dir, name, From::Lines(500), lack);
                    followed.expect(&content);
                    followed.expect_event("Away(Kernel)");
                    assert_eq!(
                        followed.count("Truncated") + followed.count("Gap") + followed.count("Again"),
                        0
                    );
                }
            });
        }
    }
}

#[test]
fn an_ordinary_file_under_the_kernel_s_folders_is_followed() {
    each_shell(|shell| {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("a.log"), "").unwrap();
        let name = format!("/proc/self/root{}", dir.path().join("a.log").display());
        let mut followed = Followed::start(shell, dir, &name, From::Byte(0), Lack::Nothing);
        followed.expect("");
        for text in ["one\n", "two\n"] {
            let all = String::from_utf8(followed.log.clone()).unwrap() + text;
            followed.append("a.log", text);
            followed.expect(&all);
        }
        assert_eq!(followed.count("Away"), 0, "{:?}", followed.events);
    });
}
