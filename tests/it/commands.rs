//! Commands as sources, from outside: what they say is shown, and nothing of them is left running.

use std::path::Path;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use super::folder::Folder;
use super::headless::{Running, numbers, run, text};
use super::tty::Tty;

/// Whether a process runs; one that nobody has waited for yet does not.
fn runs(pid: &str) -> bool {
    let stat = std::fs::read_to_string(Path::new("/proc").join(pid).join("stat")).unwrap_or_default();
    let state = stat.rsplit_once(')').and_then(|(_, rest)| rest.trim_start().chars().next());
    state.is_some_and(|state| state != 'Z' && state != 'X')
}

fn wait_until_gone(pid: &str) {
    let until = Instant::now() + Duration::from_secs(60);
    while runs(pid) {
        assert!(Instant::now() < until, "process {pid} still runs");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn both_outputs_come_and_a_failure_is_told() {
    let (code, out, said) = run(&["-c", "echo out; echo err >&2; printf rest; exit 3"]);
    assert_eq!((code, out.as_str()), (1, "out\nerr\nrest"));
    assert!(said.contains("ended (exit 3)"), "{said}");
    let (code, out, said) = run(&["--command", "cat; echo done"]);
    assert_eq!((code, out.as_str(), said.as_str()), (0, "done\n", ""), "it has nothing to read");
    let (code, _, said) = run(&["-c", "kill -9 $$"]);
    assert!(code == 1 && said.contains("ended by signal 9"), "{said}");
}

#[test]
fn nothing_is_lost_and_lines_are_named_by_the_command() {
    let (code, out, _) = run(&["-c", "seq -f 'line %.0f' 0 199999"]);
    assert!(code == 0 && out == numbers(0..200_000));
    let folder = Folder::new();
    let log = folder.write("a.log", "one\n");
    let (_, out, _) = run(&["--no-follow", text(&log), "-c", "echo /two/three"]);
    let mut lines: Vec<&str> = out.lines().collect();
    lines.sort_unstable();
    assert_eq!(lines, ["a.log: one", "echo /two/three: /two/three"]);
}

/// Says its own number and that of a child that would run for ever, and that does not end when it is asked to.
const STUBBORN: &str = "trap '' TERM HUP; sleep 1000 & echo $$ $!; wait; sleep 1000";

#[test]
fn a_signal_to_the_program_ends_what_it_has_started() {
    for signal in [Signal::TERM, Signal::INT, Signal::HUP] {
        let running = Running::start(&["-c", STUBBORN]);
        let pids = running.line();
        assert!(pids.split(' ').all(runs), "{pids}");
        running.signal(signal);
        running.code();
        pids.split(' ').for_each(wait_until_gone);
    }
}

#[test]
fn on_the_screen_it_is_shown_run_again_and_ended() {
    let folder = Folder::new();
    let count = folder.write("count", "");
    let line = format!("echo x >> {0}; wc -l < {0}; exit 7", text(&count));
    let mut tty = Tty::start(&["-c", &line], 100, 16);
    tty.wait_text("ended (exit 7)");
    tty.wait_for("the first run", |screen| screen.rows(0, 100).any(|row| row.trim() == "1"));
    tty.keys("R");
    tty.wait_text("run again");
    tty.wait_for("both runs", |screen| {
        let rows: Vec<String> = screen.rows(0, 100).map(|row| row.trim().to_owned()).collect();
        rows.iter().any(|row| row == "1") && rows.iter().any(|row| row == "2")
    });
    tty.keys("=");
    tty.wait_text("process");
    tty.wait_text("started");
    tty.keys("q");
    tty.wait_gone("started");
    tty.keys("q");
    assert_eq!(tty.exit_code(), 0);
    tty.assert_given_back();
}

#[test]
fn what_is_typed_is_run_and_ended_with_its_pane_or_the_program() {
    let folder = Folder::new();
    let (log, first, second) = (folder.write("a.log", "a\n"), folder.path("1"), folder.path("2"));
    let mut tty = Tty::start(&[&log], 120, 30);
    tty.wait_text("a.log");
    let pids = |path: &Path| {
        let until = Instant::now() + Duration::from_secs(60);
        loop {
            let said = std::fs::read_to_string(path).unwrap_or_default();
            if said.ends_with('\n') {
                return said.trim().to_owned();
            }
            assert!(Instant::now() < until, "it was not run");
            std::thread::sleep(Duration::from_millis(5));
        }
    };
    tty.keys(&format!(":open -- echo $$ > {}; exec sleep 1000\r", text(&first)));
    let one = pids(&first);
    tty.keys(&format!(":open -- echo $$ > {}; exec sleep 1000\r", text(&second)));
    let two = pids(&second);
    tty.wait_for("three panes", |screen| screen.contents().matches("quiet").count() >= 3);
    // The second has the focus.
    tty.keys("\x17q");
    wait_until_gone(&two);
    assert!(runs(&one));
    tty.signal(Signal::TERM);
    assert_eq!(tty.exit_code(), 143);
    wait_until_gone(&one);
    tty.assert_given_back();
}

#[test]
fn it_is_run_again_only_when_it_has_ended() {
    let folder = Folder::new();
    let lock = folder.path("lock");
    // Only one at a time can run, and it takes its time to end.
    let line = format!(
        "mkdir {0} || exit 9; trap 'sleep 0.3; rmdir {0}; exit 0' TERM; echo runs; while :; do sleep 0.05; done",
        text(&lock)
    );
    let mut tty = Tty::start(&["-c", &line], 100, 16);
    let runs = |n: usize| {
        move |screen: &vt100::Screen| screen.rows(0, 100).filter(|row| row.trim() == "runs").count() == n
    };
    tty.wait_for("the first run", runs(1));
    tty.keys("R");
    tty.wait_for("the second run", runs(2));
    assert!(!tty.text().contains("ended (exit"), "{}", tty.text());
    tty.keys("q");
    assert_eq!(tty.exit_code(), 0);
}
