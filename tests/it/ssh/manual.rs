//! `docs/ssh.md` says word for word what is run on a host.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tailpane::app::source::{SourceId, State};
use tailpane::config::hosts::FollowMode;
use tailpane::core::pos::Pos;
use tailpane::core::store::Store as _;
use tailpane::core::wire::{Fingerprint, Nonce};
use tailpane::source::Keep;
use tailpane::source::ssh::reading::Reading;
use tailpane::source::ssh::script::{From, Request, SHELL, TailFrom, follower, request, service, tail};

use super::remote::{Rig, remote};
use crate::follow::lines;

/// How long anything may take.
const DEADLINE: Duration = Duration::from_secs(60);
const NONCE: u64 = 0x0123_4567_89ab_cdef;

fn file(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

/// What the page says is sent, with the scripts in their places.
fn said(what: &str) -> String {
    let page = file("docs/ssh.md");
    let (_, rest) = page.split_once(&format!("<!-- sent: {what} -->\n```sh\n")).expect("such a block");
    let (block, _) = rest.split_once("```").expect("its end");
    let mut text = String::new();
    for line in block.lines() {
        match line.strip_prefix("# ") {
            Some(script) => {
                let script = file(script);
                let lines = script.lines().map(str::trim_start);
                for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
                    text += &format!("{line}\n");
                }
            }
            None => text += &format!("{}\n", line.replace('␞', "\u{1e}")),
        }
    }
    text
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

#[test]
fn the_page_says_what_is_sent_word_for_word() {
    let poll = Duration::from_millis(250);
    let sent = follower(b"/var/log/app.log", Nonce::new(NONCE), poll, &From::Lines(500)).unwrap();
    assert!(text(sent) == said("follower"), "the follower in docs/ssh.md is another");

    let print = Fingerprint { len: 256, sum: "4215202376".into() };
    let range = Request::Range {
        path: b"/var/log/app.log",
        ino: 1_234_567,
        print: Some(&print),
        offset: 0,
        len: 1 << 20,
    };
    let asked =
        [Request::Kind(b"/var/log/app"), Request::List(b"/var/log/app"), Request::Glob(b"/log/*.log"), range];
    let mut sent = service(Nonce::new(NONCE));
    for (id, what) in (1..).zip(&asked) {
        sent.extend(request(id, what).unwrap());
    }
    assert!(text(sent) == said("service"), "the service in docs/ssh.md is another");

    let tails = [
        tail(b"/var/log/app.log", TailFrom::Lines(500), true),
        tail(b"/var/log/it's $HOME.log", TailFrom::Lines(10), false),
        tail(b"/var/log/app.log", TailFrom::Byte(0), true),
    ];
    assert_eq!(tails.map(|line| text(line.unwrap()) + "\n").concat(), said("tail"));

    let page = file("docs/ssh.md");
    assert!(page.contains(&format!("```sh\n{SHELL}\n```")), "the command line in docs/ssh.md is another");
    let exec_cat = file("src/source/ssh/system/mod.rs").contains(".exec(\"exec cat\")");
    assert!(exec_cat && page.contains("`exec cat`"), "the sign of life in docs/ssh.md is another");
}

/// A host that writes down what it is sent: a file a channel, the command line first.
fn recorder(folder: &Path) -> PathBuf {
    let script = folder.join("recorder");
    let text = format!(
        "#!/bin/sh\nfile=$(mktemp {}/channel.XXXXXX)\nprintf '%s\\n' \"$SSH_ORIGINAL_COMMAND\" >\"$file\"\n\
         tee -a \"$file\" | sh -c \"$SSH_ORIGINAL_COMMAND\"\n",
        folder.display()
    );
    std::fs::write(&script, text).unwrap();
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
    script
}

/// What was sent over each channel, with the page's own name and digits in place of those used.
fn channels(folder: &Path, path: &str) -> Vec<String> {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let channels = files.filter(|file| file.to_string_lossy().contains("/channel."));
    let mut channels: Vec<String> = channels
        .map(|file| {
            let text = std::fs::read_to_string(file).unwrap().replace(path, "/var/log/app.log");
            let digits = text.split_once("h='\u{1e}").map(|(_, rest)| rest[..rest.len().min(16)].to_owned());
            digits.map_or(text.clone(), |digits| text.replacen(&digits, "0123456789abcdef", 1))
        })
        .collect();
    channels.sort();
    channels
}

#[test]
fn a_host_is_sent_what_the_page_says_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let script = recorder(folder.path());
    let rig = Rig::with(
        Keep::Generations,
        |options| {
            options.line(&format!("ForceCommand {}", script.display()));
        },
        |host| host.follow = if host.target.host == "plain" { FollowMode::Tail } else { FollowMode::Auto },
    );
    rig.append("app.log", lines(0, 100_000));
    let path = rig.path("app.log");
    let source = rig.open(1, "app.log");
    rig.follower.open_remote(SourceId(2), &remote("plain", &path), Reading::default());
    for id in [1, 2] {
        rig.wait_for_state(id, "live", |state| *state == State::Live);
    }
    let until = Instant::now() + DEADLINE;
    while source.store.read_at(Pos(0), &mut [0; 100]).is_err() {
        assert!(Instant::now() < until, "the beginning never comes");
        rig.status(1);
        rig.pause();
    }
    let path = path.to_str().unwrap();
    let head = |name: &str, end: &str| {
        let text = said(name);
        format!("{SHELL}\n{}", &text[..text.find(end).unwrap()])
    };
    let (follower, service) = (head("follower", "main </dev/null"), head("service", "kind 1"));
    let tail = said("tail").lines().next().unwrap().to_owned() + "\n";
    let follower = format!("{follower}main </dev/null\nexit\n");
    let asks = |sent: &String| {
        sent.strip_prefix(&service).is_some_and(|questions| {
            let asks = |line: &str| line.starts_with("range ") && line.ends_with(" </dev/null; set -f");
            !questions.is_empty() && questions.lines().all(asks)
        })
    };
    // What is written down may come a little later than what was done.
    loop {
        let sent = channels(folder.path(), path);
        let [follows, tails] = [&follower, &tail].map(|text| sent.contains(text));
        // On a machine that stands still a link may be made anew.
        let known = |sent: &String| [&follower, &tail].contains(&sent) || sent.contains("\nfrom='resume'\n");
        if follows && tails && sent.iter().any(asks) && sent.iter().all(|sent| known(sent) || asks(sent)) {
            return;
        }
        assert!(Instant::now() < until, "the page does not say this: {sent:#?}");
        rig.pause();
    }
}
