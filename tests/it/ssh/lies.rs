//! Hosts that lie: whatever they say, the program goes on, takes bounded memory, runs nothing and draws nothing but text.

use std::process::Command;
use std::time::{Duration, Instant};

use portable_pty::CommandBuilder;

use super::fake::{Fake, Say, Told, Wants};
use super::sshd::until;
use crate::folder::{Folder, append};
use crate::headless::{tailpane, text};
use crate::tty::Tty;

/// How long anything may take.
const DEADLINE: Duration = Duration::from_secs(90);

/// What no terminal may be sent.
const EVIL: &str = "\x1b]0;owned\x07\x1b[31337m\u{9b}31337m\u{202e}\r";

/// The real program, told of hosts that lie.
struct Den {
    folder: Folder,
    fakes: Vec<Fake>,
}

impl Den {
    /// The hosts are `liar0`, `liar1`, …
    fn of(fakes: Vec<Fake>) -> Den {
        let folder = Folder::new();
        let hosts = fakes.iter().enumerate().map(|(n, fake)| fake.host_entry(&format!("liar{n}")));
        folder.write("ssh_config", hosts.collect::<String>());
        folder.write("config.toml", "");
        Den { folder, fakes }
    }

    fn lying(lie: impl Fn(&Told, u64) -> Option<Say> + Send + Sync + 'static) -> Den {
        Den::of(vec![Fake::lying(lie)])
    }

    fn command(&self, args: &[&str]) -> Command {
        let [ssh, own] = ["ssh_config", "config.toml"].map(|name| self.folder.path(name));
        let mut command = tailpane(&["--ssh-config", text(&ssh), "--config", text(&own)]);
        command.args(args);
        command
    }

    fn tty(&self, args: &[&str]) -> Tty {
        let command = self.command(args);
        let mut line = CommandBuilder::new(command.get_program());
        line.args(command.get_args());
        line.env_remove("SSH_AUTH_SOCK");
        Tty::command(line, 120, 40)
    }
}

/// A line of `/proc/PID/status`, in MiB.
fn memory(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.split_whitespace().next().unwrap().parse::<u64>().unwrap() >> 10
}

fn children(pid: u32) -> String {
    std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default()
}

/// Nothing that a host said has reached the terminal but as text.
#[track_caller]
fn assert_clean(tty: &Tty) {
    let raw = tty.raw();
    for evil in ["\x1b]0;", "\x1b[31337m", "\u{9b}", "\u{202e}"] {
        assert!(!raw.windows(evil.len()).any(|bytes| bytes == evil.as_bytes()), "{evil:?} was drawn");
    }
}

/// Quits, in order.
#[track_caller]
fn quits(mut tty: Tty) {
    tty.keys("q");
    assert_eq!(tty.exit_code(), 0);
    tty.assert_given_back();
    assert_clean(&tty);
}

type Line = fn(u64) -> String;

/// Headers without end; `{n}` is another number each time.
const STORMS: [(&str, Line); 15] = [
    ("rotations", |n| format!("O {n} 0 0\nC {n} 0")),
    ("unfinished lines", |n| format!("O {n} 0 3\nD {n} 0 3|abc")),
    ("cuts", |_| "O 1 0 6\nD 1 0 6|hello⏎\nT 1 0".to_owned()),
    ("cuts to the middle", |n| format!("O 1 0 6\nD 1 {} 6|hello⏎\nT 1 3", n % 7)),
    ("gaps", |n| format!("G 1 {n} 7")),
    ("jumps", |n| format!("O 1 0 6\nD 1 {} 0|x", n * 1000)),
    ("troubles", |n| format!("M nothing\nE read no {EVIL}{n}\nM folder\nE tools {EVIL}")),
    ("greetings", |n| format!("H 1 poll {n}\nH 1 events")),
    ("siblings", |n| format!("S {}", format!("{n}:{n} ").repeat(60))),
    ("checksums", |n| format!("O 1 0 6\nF 1 {n} abc\nF 1 256 '$(reboot)'\nF {n} 256 abc{n}")),
    ("copies", |n| format!("O 1 0 6\nK 1 {n} 0\nT 1 0\nO 1 0 0\nK {n} 1 0")),
    ("late lines", |n| format!("O 1 0 1\nO 2 0 1\nD 2 {n} 0|x\nD 1 {n} 1|late⏎")),
    ("answers", |n| format!("A {n}\nN file {n} 1|/x/{EVIL}{n}\nD 1 0 0|bytes\nZ {n} failed {EVIL}\nB")),
    ("nonsense", |n| {
        format!(
            "O 99999999999999999999 -1 x\nD 1 4611686018427387904 1|x\nQ\n\nO\nD\nC 1\nO {} 0 0 cut\nX1",
            !n
        )
    }),
    ("huge numbers", |_| {
        let most = (1u64 << 62) - 1;
        format!("O 1 {most} {most}\nD 1 {most} {most}|{EVIL}\nC 1 {most}\nT 1 {most}\nG 1 {most} {most}")
    }),
];

#[test]
fn hosts_that_say_nonsense_without_end_take_bounded_memory_and_hold_up_nobody() {
    let mut fakes: Vec<Fake> = STORMS
        .iter()
        .map(|&(_, line)| {
            Fake::lying(move |told, n| {
                Some(told.says(&(0..20).map(|i| line(20 * n + i) + "\n").collect::<String>()))
            })
        })
        .collect();
    fakes.push(Fake::lying(|_, _| Some(Say::Err(EVIL.repeat(100).into_bytes()))));
    fakes.push(Fake::lying(|told, _| {
        Some(Say::Out(format!("{} O 1 {}", told.mark, "1".repeat(5000)).into_bytes()))
    }));
    let den = Den::of(fakes);
    let log = den.folder.write("a.log", "before\n");
    let mut names: Vec<String> = (0..den.fakes.len()).map(|n| format!("liar{n}:/x")).collect();
    names.insert(0, text(&log).to_owned());
    let tty = den.tty(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let said = |bytes: u64| {
        for (n, fake) in den.fakes.iter().enumerate() {
            let what = STORMS.get(n).map_or("no header", |storm| storm.0);
            until(what, DEADLINE, || fake.bytes() >= bytes);
        }
    };
    said(256 << 10);
    let before = memory(tty.pid());
    said(1 << 20);
    let grown = memory(tty.pid()).saturating_sub(before);
    assert!(grown < 12, "{grown} MiB more than {before} MiB");
    append(&log, "and nobody is held up\n");
    tty.wait_text("nobody is held up");
    assert_eq!(children(tty.pid()), "");
    quits(tty);
}

#[test]
fn a_script_that_is_to_be_started_again_and_again_is_given_time() {
    let den = Den::lying(|told, n| (n == 0).then(|| told.says("H 1 poll 250\nX")));
    let began = Instant::now();
    let tty = den.tty(&["liar0:/x"]);
    until("started again", DEADLINE, || den.fakes[0].commands() >= 8);
    assert!(began.elapsed() > Duration::from_secs(2), "after {:?}", began.elapsed());
    quits(tty);
}

#[test]
fn a_host_opens_no_channels_to_us() {
    let den = Den::lying(|told, n| match n {
        0 => Some(told.says("H 1 poll 250\nO 1 0 5\nD 1 0 5|here⏎\nC 1 5")),
        1..20 => Some(Say::Open),
        20 => Some(told.says("D 1 5 10|there⏎\nC 1 11")),
        _ => Some(Say::Nothing(DEADLINE)),
    });
    let tty = den.tty(&["liar0:/x"]);
    tty.wait_text("there");
    assert_eq!(den.fakes[0].opened(), 0);
    quits(tty);
}

#[test]
fn a_file_of_any_length_is_a_log() {
    let end = 1u64 << 61;
    let den = Den::lying(move |told, n| match (told.follows, n) {
        (true, 0) => Some(
            told.says(&format!("H 1 poll 250\nO 1 {end} {end}\nD 1 {end} {end}|the end⏎\nC 1 {}", end + 8)),
        ),
        // Whatever is asked for is said to be nothing.
        (false, 0..20) => Some(told.says(&format!("A {n}\nD 1 0 0|\nZ {n} done"))),
        _ => Some(Say::Nothing(Duration::from_millis(100))),
    });
    let mut tty = den.tty(&["liar0:/x"]);
    tty.wait_text("the end");
    for keys in ["g", "G", "?nothing\r", "\x1b", "&nothing\r", "U", "50%", "G"] {
        tty.keys(keys);
    }
    tty.wait_text("the end");
    let used = memory(tty.pid());
    assert!(used < 150, "{used} MiB");
    quits(tty);
}

#[test]
fn what_breaks_off_in_the_midst_is_begun_anew() {
    for lie in ["H 1 poll 250\nO 1 0 100\nD 1 0 100|half a l", "H 1 poll 250\nO 1 0", ""] {
        let den = Den::lying(move |told, n| match n {
            0 => {
                let Say::Out(mut bytes) = told.says(lie) else { return None };
                bytes.pop();
                Some(Say::Out(bytes))
            }
            _ => None,
        });
        let tty = den.tty(&["liar0:/x"]);
        until("begun anew", DEADLINE, || den.fakes[0].commands() >= 2);
        quits(tty);
    }
}

#[test]
fn names_that_were_not_asked_for_are_not_followed() {
    let den = Den::lying(|told, n| {
        match (told.follows, n) {
        (true, 0) => Some(told.says("H 1 poll 250\nO 1 0 5\nD 1 0 5|here⏎\nC 1 5")),
        (false, 0) => Some(told.says(&format!(
            "H 1 poll 0\nA 1\nN file 0 0|/logs/a{EVIL}.log\nN file 0 0|/etc/shadow\nN file 0 0|/logs/../etc/passwd\n\
             N file 0 0|\nN what 0 0|/logs/b.log\nZ 1 done\nA 9\nN file 0 0|/logs/c.log\nZ 9 done"
        ))),
        _ => Some(Say::Nothing(Duration::from_secs(1))),
    }
    });
    let tty = den.tty(&["liar0:/logs/*.log"]);
    tty.wait_text("here");
    let shown = tty.text();
    assert!(!["shadow", "passwd", "c.log"].iter().any(|name| shown.contains(name)), "{shown}");
    quits(tty);
}

#[test]
fn no_more_names_are_taken_than_anybody_can_follow() {
    let den = Den::lying(|told, n| match n {
        0 => Some(told.says("H 1 poll 0\nA 1")),
        1..200 => {
            Some(told.says(&(0..100).map(|i| format!("N file 0 0|/logs/{n}-{i}.log\n")).collect::<String>()))
        }
        200 => Some(told.says("Z 1 done")),
        _ => Some(Say::Nothing(DEADLINE)),
    });
    let tty = den.tty(&["liar0:/logs/*.log"]);
    tty.wait_text("more than 1000 files");
    quits(tty);
}

#[test]
fn what_a_host_says_at_the_login_is_text() {
    let rounds = vec![(EVIL, vec![(EVIL, true)], vec!["right"])];
    let methods = vec![russh::MethodKind::KeyboardInteractive];
    let den = Den::of(vec![Fake::start(Wants { methods, rounds, banner: 200_000, ..Wants::default() })]);
    // Where its key is wrong nothing is asked: it has to be right, or unknown and accepted.
    let config = den.folder.path("ssh_config");
    let asking = std::fs::read_to_string(&config)
        .unwrap()
        .replace("StrictHostKeyChecking no", "StrictHostKeyChecking accept-new");
    std::fs::write(&config, asking.replace("/dev/null", text(&den.folder.path("known")))).unwrap();
    let mut tty = den.tty(&["liar0:/x"]);
    tty.wait_text("Enter answers");
    // A key that comes too soon was meant for something else.
    until("cancelled", DEADLINE, || {
        tty.keys("\x1b");
        tty.shows_within(Duration::from_millis(300), |screen| screen.contents().contains("not connected"))
    });
    quits(tty);
}

#[test]
fn without_a_screen_a_host_that_lies_is_a_sentence_and_takes_bounded_memory() {
    let den = Den::of(vec![
        Fake::lying(|told, n| {
            Some(told.says(&(0..20).map(|i| STORMS[2].1(20 * n + i) + "\n").collect::<String>()))
        }),
        Fake::lying(|told, n| match n {
            0 => Some(told.says(&format!("H 1 poll 250\nE read {EVIL}"))),
            _ => Some(Say::Nothing(DEADLINE)),
        }),
    ]);
    let mut child = den
        .command(&["liar0:/x"])
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let said = |bytes| until("taken", DEADLINE, || den.fakes[0].bytes() >= bytes);
    said(512 << 10);
    let before = memory(child.id());
    said(4 << 20);
    let grown = memory(child.id()).saturating_sub(before);
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(grown < 12, "{grown} MiB more than {before} MiB");
    let output = den.command(&["--no-follow", "liar1:/x"]).output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{err}");
    assert!(err.starts_with("tailpane: ") && err.lines().count() == 1, "{err}");
    assert!(!err.trim_end().chars().any(|c| c.is_control() || c == '\u{202e}'), "{err:?}");
}

#[test]
fn a_log_that_never_ends_a_line_is_followed() {
    let den = Den::lying(|told, n| match n {
        0 => Some(told.says("H 1 poll 250\nO 1 0 0")),
        1..2000 => {
            let at = (n - 1) * 10_000;
            Some(told.says(&format!("D 1 {at} {}|{}", at + 10_000, "x".repeat(9_999))))
        }
        2000 => Some(told.says(&format!("C 1 {}", 1999 * 10_000))),
        _ => Some(Say::Nothing(DEADLINE)),
    });
    let tty = den.tty(&["liar0:/x"]);
    until("taken", DEADLINE, || den.fakes[0].bytes() >= 19_000_000);
    tty.wait_text("xxxxx");
    quits(tty);
}
