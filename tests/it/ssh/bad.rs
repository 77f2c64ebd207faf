//! What goes wrong with hosts and files, on the screen: the real program, a real `sshd`, a real terminal. Each is a
//! clear state in its pane, and the rest runs on.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use super::proxy::Proxy;
use super::script::names::HOSTILE;
use super::site::Site;
use super::sshd::{Sshd, make_key, until};
use crate::folder::append;
use crate::headless::{numbers, text};
use crate::tty::Tty;

/// How long anything may take.
const DEADLINE: Duration = Duration::from_secs(60);

/// The text of the pane whose title begins so, which is one of a few columns: from its title to the next one below.
fn pane(tty: &Tty, title: &str) -> String {
    let text = tty.text();
    let rows: Vec<Vec<char>> = text.lines().map(|row| row.chars().collect()).collect();
    let cell = |row: &Vec<char>, from: usize| -> String {
        row.iter().skip(from).take_while(|c| **c != '│').collect()
    };
    let starts = |row: &Vec<char>| -> Vec<usize> {
        let borders = row.iter().enumerate().filter(|(_, c)| **c == '│').map(|(at, _)| at + 1);
        std::iter::once(0).chain(borders).collect()
    };
    for (at, row) in rows.iter().enumerate() {
        for from in starts(row) {
            if cell(row, from).starts_with(title) {
                let below = rows[at + 1..].iter().map(|row| cell(row, from));
                // A rule begins with what a title ends with.
                let body = below.take_while(|row| row.starts_with("──") || !row.contains(['━', '─']));
                return cell(row, from) + "\n" + &body.collect::<Vec<_>>().join("\n");
            }
        }
    }
    String::new()
}

#[track_caller]
fn wait_pane(tty: &Tty, title: &str, words: &[&str]) {
    let end = Instant::now() + DEADLINE;
    loop {
        // Words may be broken into lines.
        let shown = pane(tty, title);
        let flat = shown.split_whitespace().collect::<Vec<_>>().join(" ");
        if words.iter().all(|word| flat.contains(word)) {
            return;
        }
        assert!(Instant::now() < end, "{title}: never {words:?}: {shown}\nof\n{}", tty.text());
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn what_cannot_be_followed_says_so_in_its_pane() {
    let site = Site::with(
        |_| {},
        |sshd| {
            let named = |name: &str| sshd.host_entry(name, sshd.port());
            make_key(&sshd.file("other"), "ed25519", "");
            let other = std::fs::read_to_string(sshd.file("other.pub")).unwrap();
            std::fs::write(sshd.file("changed"), format!("# a line\n[127.0.0.1]:* {other}")).unwrap();
            let real = std::fs::read_to_string(sshd.file("host_ed25519.pub")).unwrap();
            std::fs::write(sshd.file("revoked"), format!("@revoked * {real}")).unwrap();
            make_key(&sshd.file("id_stranger"), "ed25519", "");
            // As another user nothing is readable, whoever runs the tests.
            let humble = match rustix::process::geteuid().is_root() {
                true => {
                    "exec setpriv --reuid=65534 --regid=65534 --clear-groups sh -c \"$SSH_ORIGINAL_COMMAND\""
                }
                false => "exec sh -c \"$SSH_ORIGINAL_COMMAND\"",
            };
            [
                named("web1"),
                named("nowhere").replace("127.0.0.1", "no-such-host.invalid"),
                named("changed").replace("known_hosts\n", "changed\n"),
                named("revoked").replace("known_hosts\n", "revoked\n"),
                named("stranger").replace("id_ed25519", "id_stranger"),
                Site::forced(sshd, "humble", humble),
            ]
            .concat()
        },
    );
    let here = site.sshd.file("here.log");
    append(&here, "a line here\n");
    site.write("locked.log", "secret\n");
    let mode =
        |path: &Path, mode| std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    mode(&site.path("locked.log"), 0);
    mode(site.sshd.folder(), 0o755);
    assert!(Command::new("mkfifo").arg(site.path("pipe")).status().unwrap().success());
    let args = [
        text(&here).to_owned(),
        site.on("nowhere", "a1.log"),
        site.on("dead", "a2.log"),
        site.on("changed", "a3.log"),
        site.on("revoked", "a4.log"),
        site.on("stranger", "a5.log"),
        site.on("humble", "locked.log"),
        site.on("web1", "none.log"),
        site.on("web1", "no/folder/a6.log"),
        site.on("web1", "pipe"),
    ];
    let tty = site.tty(&args, 200, 60);
    let changed = format!("{}:2", text(&site.sshd.file("changed")));
    for (title, words) in [
        ("a1.log", &["not connected", "no-such-host.invalid"][..]),
        ("a2.log", &["not connected", "refused"]),
        ("a4.log", &["not connected", "revoked"]),
        ("a5.log", &["not connected", "does not let", "in"]),
        ("locked.log", &["Permission denied"]),
        ("none.log", &["not there; it is shown when it comes"]),
        ("a6.log", &["not there; it is shown when it comes"]),
        ("pipe", &["a pipe, socket or device, not a file"]),
    ] {
        wait_pane(&tty, title, words);
    }
    until("file and line", DEADLINE, || {
        pane(&tty, "a3.log").split_whitespace().collect::<String>().contains(&changed)
    });
    append(&here, "and one more\n");
    tty.wait_text("and one more");
    std::fs::create_dir_all(site.path("no/folder")).unwrap();
    append(&site.path("no/folder/a6.log"), "it came\n");
    append(&site.path("none.log"), "this too\n");
    mode(&site.path("locked.log"), 0o644);
    for (title, words) in
        [("a6.log", &["it came"][..]), ("none.log", &["this too"]), ("locked.log", &["secret"])]
    {
        wait_pane(&tty, title, words);
    }
}

/// A folder of programs: busybox's, or the named ones of the system.
fn programs(folder: &Path, names: &[&str]) {
    std::fs::create_dir(folder).unwrap();
    let path = std::env::var_os("PATH").unwrap();
    for name in names {
        let found = std::env::split_paths(&path).map(|dir| dir.join(name)).find(|file| file.is_file());
        std::os::unix::fs::symlink(found.unwrap(), folder.join(name)).unwrap();
    }
}

#[test]
fn whatever_the_login_shell_is_the_file_is_followed_or_the_pane_says_why() {
    let plain = "exec sh -c \"$SSH_ORIGINAL_COMMAND\"";
    let motd = "\x1b]0;owned\x07\x1b[31337mWelcome!\n".repeat(10_000);
    let mut shells = vec![
        ("motd", format!("cd; cat motd; {plain}")),
        ("noise", format!("yes noise | head -c 1000000 >&2; {plain}")),
        // Nothing but words, as any shell takes them.
        (
            "picky",
            "case \"$SSH_ORIGINAL_COMMAND\" in *[!a-z\\ ]*) echo syntax error >&2; exit 2;; esac; eval \"$SSH_ORIGINAL_COMMAND\""
                .to_owned(),
        ),
        ("tailonly", format!("PATH=$HOME/../tailonly; export PATH; {plain}")),
    ];
    for (name, command) in [
        ("fish", "exec fish -c \"$SSH_ORIGINAL_COMMAND\""),
        ("tcsh", "exec tcsh -c \"$SSH_ORIGINAL_COMMAND\""),
        ("busybox", "PATH=$HOME/../busybox; export PATH; exec busybox sh -c \"$SSH_ORIGINAL_COMMAND\""),
    ] {
        if super::script::is_installed(name) {
            shells.push((name, command.to_owned()));
        } else {
            println!("left out: {name} is not installed");
        }
    }
    let dead = [
        ("nologin", "echo This account is currently not available.; exit 1", "This account is currently not"),
        ("bare", "PATH=/nowhere; export PATH; exec /bin/sh -c \"$SSH_ORIGINAL_COMMAND\"", "tail: not found"),
        ("endless", "yes | head -c 2000000", "not followed since"),
    ];
    if super::script::is_installed("busybox") {
        // Its own tail.
        shells.push(("busytail", shells.last().unwrap().1.clone()));
    }
    let site = Site::with(
        |_| {},
        |sshd| {
            let all = shells.iter().map(|(name, command)| (*name, command.as_str()));
            let all = all.chain(dead.iter().map(|(name, command, _)| (*name, *command)));
            all.map(|(name, command)| Site::forced(sshd, name, command)).collect()
        },
    );
    std::fs::write(site.sshd.file("config.toml"), "[hosts.\"busytail\"]\nfollow = \"tail\"\n").unwrap();
    std::fs::write(site.sshd.file("home/motd"), motd).unwrap();
    programs(&site.sshd.file("tailonly"), &["sh", "tail"]);
    if super::script::is_installed("busybox") {
        programs(&site.sshd.file("busybox"), &["busybox"]);
        let folder = site.sshd.file("busybox");
        assert!(Command::new("busybox").args(["--install", "-s"]).arg(&folder).status().unwrap().success());
    }
    let name = "it's a log.log";
    site.write(name, "one\n");
    let names = shells.iter().map(|(name, _)| *name).chain(dead.iter().map(|(name, ..)| *name));
    let args: Vec<String> = names.map(|host| site.on(host, name)).collect();
    let tty = site.tty(&args, 200, 60);
    for (host, _) in &shells {
        wait_pane(&tty, &format!("{host}:"), &["one"]);
    }
    let with_tail = |host: &str| host.contains("tail");
    for (host, _) in shells.iter().filter(|(host, _)| with_tail(host)) {
        wait_pane(&tty, &format!("{host}:"), &["no exact resume"]);
    }
    append(&site.path(name), "two\n");
    for (host, _) in &shells {
        wait_pane(&tty, &format!("{host}:"), &["two"]);
    }
    std::fs::rename(site.path(name), site.path("away")).unwrap();
    site.write(name, "three\n");
    for (host, _) in &shells {
        wait_pane(&tty, &format!("{host}:"), &["three"]);
        assert_eq!(pane(&tty, &format!("{host}:")).contains("no exact resume"), with_tail(host), "{host}");
    }
    for (host, _, words) in dead {
        wait_pane(&tty, &format!("{host}:"), &[words]);
    }
    let raw = tty.raw();
    assert!(!raw.windows(8).any(|bytes| bytes == b"\x1b[31337m" || bytes == b"\x1b]0;owne"));
}

#[test]
fn names_are_what_they_are_from_the_command_line_to_the_host() {
    let site =
        Site::with(|_| {}, |sshd| Site::forced(sshd, "web1", "cd; exec sh -c \"$SSH_ORIGINAL_COMMAND\""));
    let home = site.sshd.file("home");
    std::fs::write(home.join("in the home.log"), "home\n").unwrap();
    for (n, name) in HOSTILE.iter().enumerate() {
        std::fs::write(home.join(OsStr::from_bytes(name)), format!("{n}\n")).unwrap();
    }
    // Signs of a pattern mean one; that one matches itself.
    let args: Vec<OsString> = HOSTILE
        .iter()
        .map(|name| {
            let here = if name.starts_with(b"~") { &b"web1:./"[..] } else { b"web1:" };
            OsString::from_vec([here, name].concat())
        })
        .chain(["web1:~/in the home.log".into()])
        .collect();
    let mut command = site.tailpane(&[OsString::from("--no-follow")]);
    let output = command.args(&args).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut ends: Vec<&str> =
        out.lines().filter_map(|line| line.rsplit_once(": ")).map(|(_, end)| end).collect();
    let mut wanted: Vec<String> = (0..HOSTILE.len()).map(|n| n.to_string()).collect();
    wanted.push("home".to_owned());
    ends.sort_unstable();
    wanted.sort_unstable();
    assert_eq!(ends, wanted, "{out}");
    assert!(!home.join("owned").exists());
    assert!(!out.contains('\x1b'), "{out:?}");
}

#[test]
fn a_question_that_is_cancelled_leaves_the_rest_running_and_can_be_answered_later() {
    let site = Site::with(
        |_| {},
        |sshd| {
            make_key(&sshd.file("id_locked"), "ed25519", "a passphrase");
            sshd.authorize(&sshd.file("id_locked.pub"));
            let entry = |name| sshd.host_entry(name, sshd.port());
            entry("web1") + &entry("locked").replace("id_ed25519", "id_locked")
        },
    );
    let free = site.write("free.log", "free\n");
    site.write("locked.log", "locked\n");
    let mut tty = site.tty(&[site.on("locked", "locked.log"), free], 160, 40);
    tty.wait_text("Enter answers");
    // A key that comes too soon was meant for something else.
    until("cancelled", DEADLINE, || {
        tty.keys("\x1b");
        tty.shows_within(Duration::from_millis(300), |screen| screen.contents().contains("not connected"))
    });
    wait_pane(&tty, "locked.log", &["not connected", "cancelled"]);
    append(&site.path("free.log"), "runs on\n");
    wait_pane(&tty, "free.log", &["runs on"]);
    tty.keys("R");
    tty.wait_text("Enter answers");
    until("answered", DEADLINE, || {
        tty.keys("\x15a passphrase\r");
        tty.shows_within(Duration::from_millis(500), |screen| !screen.contents().contains("Enter answers"))
    });
    wait_pane(&tty, "locked.log", &["locked"]);
    let raw = String::from_utf8_lossy(&tty.raw()).into_owned();
    assert!(!raw.contains("a passphrase"), "a secret was drawn");
}

#[test]
fn a_frozen_host_is_lost_after_three_intervals_and_comes_back_by_itself() {
    let site = Site::with(
        |_| {},
        |sshd| sshd.host_entry("web1", sshd.port()) + "  ServerAliveInterval 2\n  ServerAliveCountMax 3\n",
    );
    let log = site.write("a.log", "one\n");
    let tty = site.tty(&[log], 100, 30);
    wait_pane(&tty, "a.log", &["one"]);
    let frozen = Instant::now();
    site.sshd.freeze();
    wait_pane(&tty, "a.log", &["lost", "link lost"]);
    let took = frozen.elapsed();
    assert!(took > Duration::from_secs(4), "after {took:?}");
    assert!(tty.text().contains("one"), "what is on the screen stays there");
    append(&site.path("a.log"), "two\n");
    site.sshd.thaw();
    wait_pane(&tty, "a.log", &["link lost", "two", "back after"]);
}

#[test]
fn a_link_is_ok_only_while_the_host_answers() {
    let site = Site::with(
        |_| {},
        |sshd| {
            let entry = |name| sshd.host_entry(name, sshd.port());
            // Never taken for dead here.
            let often = "  ServerAliveInterval 1\n  ServerAliveCountMax 1000\n";
            [entry("web1"), entry("sys1")].map(|entry| entry + often).concat()
        },
    );
    std::fs::write(site.sshd.file("config.toml"), "[hosts.\"sys1\"]\ntransport = \"openssh\"\n").unwrap();
    let ours = site.write("a.log", "");
    site.write("b.log", "");
    let tty = site.tty(&[ours, site.on("sys1", "b.log")], 160, 30);
    let quiet = |link_ok: bool| {
        for title in ["a.log quiet", "b.log quiet"] {
            until(title, DEADLINE, || {
                let shown = pane(&tty, title);
                !shown.is_empty() && shown.lines().next().unwrap().contains("quiet, link ok") == link_ok
            });
        }
    };
    quiet(true);
    site.sshd.freeze();
    quiet(false);
    site.sshd.thaw();
    quiet(true);
}

#[test]
fn a_host_that_is_restarted_is_told_on_the_screen_and_nothing_is_missed() {
    let mut site = Site::new();
    let log = site.write("a.log", "one\n");
    let mut tty = site.tty(&[log], 100, 30);
    wait_pane(&tty, "a.log", &["one"]);
    site.sshd.kill();
    wait_pane(&tty, "a.log", &["lost", "link lost"]);
    append(&site.path("a.log"), "two\n");
    site.sshd.restart();
    tty.keys("R");
    wait_pane(&tty, "a.log", &["two", "back after", "4 B filled"]);
}

#[test]
fn a_line_that_is_too_narrow_is_told_and_holds_up_no_other_file() {
    let sshd = Sshd::start(|_| {});
    let line = Proxy::start(sshd.port());
    let entry = sshd.host_entry("web1", line.port());
    let site = Site::of(sshd, &entry);
    let [fast, slow] = ["fast.log", "slow.log"].map(|name| site.write(name, "one\n"));
    let tty = site.tty(&[fast, slow], 160, 30);
    for name in ["fast.log", "slow.log"] {
        wait_pane(&tty, name, &["one"]);
    }
    line.narrow(1 << 20);
    append(&site.path("fast.log"), numbers(0..2_500_000));
    wait_pane(&tty, "fast.log", &["behind"]);
    append(&site.path("slow.log"), "two\n");
    wait_pane(&tty, "slow.log", &["two"]);
    assert!(pane(&tty, "fast.log").contains("behind"), "{}", tty.text());
    line.narrow(1 << 30);
    wait_pane(&tty, "fast.log", &["line 2499999"]);
    until("caught up", DEADLINE, || !pane(&tty, "fast.log").contains("behind"));
}

#[test]
fn two_hops_are_gone_through() {
    let site = Site::with(
        |_| {},
        |sshd| {
            let entry = |name| sshd.host_entry(name, sshd.port());
            let jumps = entry("far") + "  ProxyJump hop1,hop2\n" + &entry("farther") + "  ProxyJump far\n";
            entry("hop1") + &entry("hop2").replace("127.0.0.1", "127.0.0.2") + &jumps
        },
    );
    site.write("a.log", "one\n");
    for host in ["far", "farther"] {
        let (code, out, err) = site.run(&["--no-follow", &site.on(host, "a.log")]);
        assert_eq!((code, out.as_str()), (0, "one\n"), "{err}");
    }
}
