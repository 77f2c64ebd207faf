//! No name breaks out of its quotes, whatever shell reads it.

use std::ffi::OsStr;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::process::{Command, Stdio};
use std::time::Duration;

use proptest::prelude::*;
use tailpane::core::wire::{Header, Parser, Piece};
use tailpane::source::ssh::script::{From, SHELL, TailFrom, follower, nonce, tail};

use super::{Followed, Lack, each_shell, is_installed, start};

/// Names that shells would like to do something about.
pub const HOSTILE: [&[u8]; 18] = [
    b"a b",
    b" leading and trailing ",
    b"it's",
    b"two\nlines\n",
    b"-n",
    b"--help",
    b"~",
    b"~root",
    b"$(touch owned)",
    b"`touch owned`",
    b"';touch owned;'",
    b"\";touch owned;\"",
    b"$HOME",
    b"back\\slash\\",
    b"*?[a-z]!{a,b}#&|<>()^%",
    b"\xff\xfe\x80",
    b"tab\tbell\x07escape\x1b[31m",
    "föö→".as_bytes(),
];

/// Names made of what is dangerous, and of anything.
pub fn name() -> impl Strategy<Value = Vec<u8>> {
    let part = prop_oneof![
        proptest::sample::select(&HOSTILE[..]).prop_map(<[u8]>::to_vec),
        proptest::sample::select(&b"'\"\\$`*?[]!~ \n-{}();&|<>#=%^"[..]).prop_map(|byte| vec![byte]),
        any::<u8>().prop_map(|byte| vec![byte]),
    ];
    proptest::collection::vec(part, 1..4).prop_map(|parts| {
        let mut name = parts.concat();
        name.retain(|byte| *byte != 0 && *byte != b'/');
        if name.is_empty() || name == b"." || name == b".." { b"x".to_vec() } else { name }
    })
}

#[test]
fn hostile_names_are_followed_and_resumed() {
    each_shell(|shell| {
        for name in HOSTILE {
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join(OsStr::from_bytes(name));
            std::fs::write(&path, "one\n").unwrap();
            let relative = path.strip_prefix(dir.path()).unwrap().to_owned();
            let dir_path = dir.path().to_owned();
            let script = follower(
                relative.as_os_str().as_bytes(),
                nonce(),
                Duration::from_millis(100),
                &From::Byte(0),
            );
            let (mut child, came) = start(shell, &script.unwrap(), &dir_path);
            let mut said = Vec::new();
            while !said.windows(4).any(|bytes| bytes == b"one\n") {
                said.extend(came.recv_timeout(super::DEADLINE).unwrap());
            }
            child.kill().unwrap();
            child.wait().unwrap();
            drop(dir);
        }
        // With newlines in the name its siblings cannot be listed as lines, and are found all the same.
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("two\nlines\n"), "one\n").unwrap();
        let mut followed = Followed::start(shell, dir, "two\nlines\n", From::Byte(0), Lack::Nothing);
        followed.expect("one\n");
        followed.cut();
        followed.append("two\nlines\n", "two\n");
        followed.rename("two\nlines\n", "two\nlines\n.1");
        followed.append("two\nlines\n", "three\n");
        followed.connect();
        followed.expect("one\ntwo\nthree\n");
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]
    #[test]
    fn no_name_is_executed(name in name()) {
        each_shell(|shell| {
            let dir = tempfile::tempdir().unwrap();
            std::fs::write(dir.path().join(std::ffi::OsString::from_vec(name.clone())), "here\n").unwrap();
            let nonce = nonce();
            let script = follower(&name, nonce, Duration::from_millis(100), &From::Lines(5)).unwrap();
            let (mut child, came) = start(shell, &script, dir.path());
            let mut parser = Parser::new(nonce);
            let mut bytes = Vec::new();
            while bytes != b"here\n" {
                let chunk = came.recv_timeout(super::DEADLINE).unwrap();
                parser.feed(&chunk, |piece| match piece {
                    Piece::Bytes(more) => bytes.extend_from_slice(more),
                    Piece::Header(header) => assert!(!matches!(header, Header::Missing(_)), "{shell:?} {name:?}"),
                });
            }
            child.kill().unwrap();
            child.wait().unwrap();
            assert!(!dir.path().join("owned").exists(), "{shell:?} {name:?}");
        });
    }
}

/// Shells that people log in with, and how they are given a command line.
const LOGIN: [&[&str]; 8] = [
    &["dash", "-c"],
    &["bash", "-c"],
    &["busybox", "sh", "-c"],
    &["mksh", "-c"],
    &["zsh", "-c"],
    &["fish", "-c"],
    &["tcsh", "-c"],
    &["csh", "-c"],
];

#[test]
fn plain_tail_is_quoted_for_any_login_shell() {
    for shell in LOGIN.iter().filter(|shell| is_installed(shell[0])) {
        for name in HOSTILE {
            let is_csh = shell[0].ends_with("csh");
            let is_text = std::str::from_utf8(name).is_ok();
            if is_csh && (name.contains(&b'\n') || !is_text) || shell[0] == "fish" && !is_text {
                continue; // no quotes of these shells hold it
            }
            let dir = tempfile::tempdir().unwrap();
            std::fs::write(dir.path().join(OsStr::from_bytes(name)), "here\n").unwrap();
            let line = tail(name, TailFrom::Lines(5), true).unwrap();
            let mut command = Command::new(shell[0]);
            command.args(&shell[1..]).arg(OsStr::from_bytes(&line)).current_dir(dir.path());
            let mut child =
                command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
            let mut out = child.stdout.take().unwrap();
            let mut said = [0; 5];
            let came = std::io::Read::read_exact(&mut out, &mut said);
            drop(out);
            super::append(&dir.path().join(OsStr::from_bytes(name)), b"end\n"); // tail's broken pipe
            child.kill().unwrap();
            child.wait().unwrap();
            let shown = String::from_utf8_lossy(&line).into_owned();
            assert!(came.is_ok() && &said == b"here\n", "{shell:?}: {shown}");
            assert!(!dir.path().join("owned").exists(), "{shell:?}: {shown}");
        }
    }
}

#[test]
fn any_login_shell_starts_the_script() {
    for shell in LOGIN.iter().filter(|shell| is_installed(shell[0])) {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("a.log"), "here\n").unwrap();
        let command: Vec<&str> = shell.iter().copied().chain([SHELL]).collect();
        let script = follower(b"a.log", nonce(), Duration::from_millis(100), &From::Lines(5)).unwrap();
        let (mut child, came) = start(&command, &script, dir.path());
        let mut said = Vec::new();
        while !said.windows(5).any(|bytes| bytes == b"here\n") {
            said.extend(came.recv_timeout(super::DEADLINE).expect(shell[0]));
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }
}
