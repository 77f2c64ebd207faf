//! Without a screen, from other hosts: the real program, a real `sshd`, real pipes.

use std::io::{BufRead, BufReader, Read as _};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rustix::process::Signal;

use super::proxy::Proxy;
use super::site::Site;
use super::sshd::{Sshd, make_key, until};
use crate::folder::append;
use crate::headless::{Running, numbers, text, wait};

/// How long anything may take.
const DEADLINE: Duration = Duration::from_secs(60);

fn sorted(text: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = text.lines().collect();
    lines.sort_unstable();
    lines
}

#[test]
fn as_many_lines_as_are_asked_for() {
    let site = Site::new();
    let log = site.write("a.log", numbers(0..2000));
    site.prints(&[&log], &numbers(1990..2000));
    for (n, from) in
        [("3", 1997), ("0", 2000), ("1500", 500), ("99999999999999", 0), ("+1", 0), ("+1998", 1997)]
    {
        site.prints(&["-n", n, &log], &numbers(from..2000));
    }
    let long = "x".repeat(600_000);
    let ends = site.write("b.log", format!("one\n{long}\n{long}\n{long}\n\nunfinished"));
    site.prints(&["-n", "1", &ends], "unfinished");
    site.prints(&["-n", "3", &ends], &format!("{long}\n\nunfinished"));
    site.prints(&["-n", "5", &ends], &format!("{long}\n{long}\n{long}\n\nunfinished"));
    site.prints(&["-n", "3", &site.write("empty.log", "")], "");
}

#[test]
fn files_of_the_kernels_are_printed_as_they_are_and_that_is_all() {
    let site = Site::new();
    let content = std::fs::read_to_string("/proc/version").unwrap();
    site.prints(&["web1:/proc/version"], &content);
    assert_eq!(
        site.run(&["web1:/proc/version"]),
        (0, content, String::new()),
        "there is nothing to wait for"
    );
}

#[test]
fn what_is_not_asked_for_is_not_fetched() {
    let sshd = Sshd::start(|_| {});
    let proxy = Proxy::start(sshd.port());
    let config = sshd.ssh_config_with(&sshd.host_entry("web1", proxy.port()));
    let log = sshd.file("a.log");
    std::fs::write(&log, numbers(0..1_000_000)).unwrap();
    let running = Running::start(&["--ssh-config", text(&config), &format!("web1:{}", text(&log))]);
    assert_eq!(running.lines(10), numbers(999_990..1_000_000).lines().collect::<Vec<_>>());
    append(&log, "new\nunfi");
    assert_eq!(running.line(), "new");
    append(&log, "nished\n");
    assert_eq!(running.line(), "unfinished");
    assert!(proxy.bytes() < 100_000, "{} bytes for a few lines", proxy.bytes());
}

#[test]
fn several_files_and_hosts_are_printed_and_that_is_all() {
    let site = Site::new();
    let a = site.write("a.log", "one\n");
    site.write("b.log", "two\n");
    let here = site.write("here.log", "three\n");
    let (_, here) = here.split_once(':').unwrap();
    let [a2, b2] = ["a.log", "b.log"].map(|name| site.on("web2", name));
    let (code, out, err) = site.run(&["--no-follow", &a, &a2, &b2, here]);
    assert_eq!(
        sorted(&out),
        ["b.log: two", "here.log: three", "web1:a.log: one", "web2:a.log: one"],
        "{err}"
    );
    assert_eq!((code, err.as_str()), (0, ""));
    let (_, out, _) = site.run(&["--no-follow", "--json", "--keep", "one", &a, &b2]);
    let object: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&object["source"], &object["line"]), (&"a.log".into(), &"one".into()));
}

#[test]
fn a_file_that_never_stops_growing_is_printed_and_that_is_all() {
    let site = Site::new();
    let log = site.write("a.log", numbers(0..1000));
    let (path, stop) = (site.path("a.log"), Arc::new(AtomicBool::new(false)));
    let stopped = Arc::clone(&stop);
    let writer = std::thread::spawn(move || {
        for n in (1000..).step_by(100).take_while(|_| !stopped.load(Ordering::Relaxed)) {
            append(&path, numbers(n..n + 100));
            std::thread::sleep(Duration::from_millis(2));
        }
    });
    let (code, out, err) = site.run(&["--no-follow", "-n", "+1", &log]);
    stop.store(true, Ordering::Relaxed);
    writer.join().unwrap();
    assert_eq!((code, err.as_str()), (0, ""));
    let many = out.lines().count();
    assert!(many >= 1000 && numbers(0..many).starts_with(&out), "{many} lines");
}

#[test]
fn what_cannot_be_printed_is_told_and_the_rest_is_printed() {
    let site = Site::new();
    let log = site.write("a.log", "one\n");
    let [none, dead] = [site.on("web1", "none.log"), site.on("dead", "a.log")];
    let (code, out, err) = site.run(&["--no-follow", &log, &none, &dead]);
    assert_eq!((code, out.as_str()), (1, "web1:a.log: one\n"), "{err}");
    let said = sorted(&err);
    assert_eq!(said.len(), 2, "{err}");
    assert!(said[0].starts_with("tailpane: dead: not connected: ") && said[0].contains("refused"), "{err}");
    assert_eq!(said[1], format!("tailpane: {none}: not there"));
}

#[test]
fn nothing_is_asked_and_the_sentence_says_what_to_do() {
    let site = Site::with(
        |options| {
            options.line("PasswordAuthentication yes");
        },
        |sshd| {
            make_key(&sshd.file("id_other"), "ed25519", "");
            make_key(&sshd.file("id_locked"), "ed25519", "a passphrase");
            sshd.authorize(&sshd.file("id_locked.pub"));
            std::fs::write(sshd.file("known_nobody"), "").unwrap();
            let entry = |name, from: &str, to: &str| sshd.host_entry(name, sshd.port()).replace(from, to);
            entry("stranger", "id_ed25519", "id_other")
                + &entry("locked", "id_ed25519", "id_locked")
                + &entry("unknown", "known_hosts\n", "known_nobody\n")
        },
    );
    site.write("a.log", "one\n");
    for (host, words) in [("stranger", "password"), ("locked", "passphrase"), ("unknown", "key")] {
        // There is nothing to wait for, with following neither.
        for args in [&["--no-follow"][..], &[]] {
            let (code, out, err) = site.run(&[args, &[&site.on(host, "a.log")]].concat());
            assert_eq!((code, out.as_str()), (1, ""), "{err}");
            assert!(err.starts_with(&format!("tailpane: {host}: not connected: ")), "{err}");
            assert!(err.contains(words) && err.lines().count() == 1, "{err}");
        }
    }
}

#[test]
fn files_that_match_are_printed_and_followed_as_they_come() {
    let site = Site::new();
    site.write("a.log", "one\n");
    site.write("b.log", "two\n");
    site.write("c.txt", "three\n");
    let (all, folder) = (site.on("web*", "*.log"), site.on("db1", ""));
    let wanted = ["web1:a.log: one", "web1:b.log: two", "web2:a.log: one", "web2:b.log: two"];
    let (code, out, err) = site.run(&["--no-follow", &all]);
    assert_eq!((code, sorted(&out), err.as_str()), (0, wanted.to_vec(), ""));
    for folder in [&*folder, folder.trim_end_matches('/')] {
        let (code, out, err) = site.run(&["--no-follow", folder]);
        let wanted = ["db1:a.log: one", "db1:b.log: two", "db1:c.txt: three"];
        assert_eq!((code, sorted(&out), err.as_str()), (0, wanted.to_vec(), ""), "{folder}");
    }
    let (code, out, err) = site.run(&["--no-follow", &site.on("web1", "*.none")]);
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(err.ends_with("*.none: no file there yet\n"), "{err}");

    let (one, more) = (site.on("web1", "a.log"), site.on("web1", "[ab]*"));
    let running = site.start(&["-n", "5", &one, &more]);
    let mut first = running.lines(2);
    first.sort();
    assert_eq!(first, ["web1:a.log: one", "web1:b.log: two"]);
    std::fs::create_dir(site.path("sub")).unwrap();
    append(&site.path("b2.log"), numbers(0..30));
    let came = numbers(0..30).lines().map(|line| format!("web1:b2.log: {line}")).collect::<Vec<_>>();
    assert_eq!(running.lines(30), came, "all of a file that came later");
    append(&site.path("a.log"), "five\n");
    assert_eq!(running.line(), "web1:a.log: five");
}

#[test]
fn a_lost_link_is_told_once_and_nothing_is_missed() {
    let sshd = Sshd::start(|_| {});
    let proxy = Proxy::start(sshd.port());
    let config = sshd.ssh_config_with(&sshd.host_entry("web1", proxy.port()));
    let logs = ["a.log", "b.log"].map(|name| sshd.file(name));
    let named = logs.each_ref().map(|log| format!("web1:{}", text(log)));
    logs.iter().for_each(|log| append(log, "one\n"));
    let running = Running::start(&["--ssh-config", text(&config), &named[0], &named[1]]);
    running.lines(2);
    proxy.refuse(true);
    proxy.cut_now();
    assert!(running.sentence("link").starts_with("tailpane: web1: link lost: "));
    append(&logs[0], "two\n");
    std::fs::rename(&logs[0], sshd.file("a.log.1")).unwrap();
    append(&logs[0], "three\n");
    proxy.refuse(false);
    assert_eq!(running.lines(2), ["a.log: two", "a.log: three"]);
    assert_eq!(running.sentence(""), "tailpane: web1: the link is back");
    // A key that is another one all of a sudden is no link to wait for.
    std::fs::write(sshd.file("known_hosts"), "").unwrap();
    proxy.cut_now();
    running.sentence("not connected: ");
    assert_eq!(running.code(), Some(1));
}

#[test]
fn with_plain_tail_too() {
    let site = Site::new();
    let log = site.write("a.log", numbers(0..100));
    std::fs::write(site.sshd.file("config.toml"), "[hosts.\"*\"]\nfollow = \"tail\"\n").unwrap();
    site.prints(&["-n", "3", &log], &numbers(97..100));
    site.prints(&["-n", "+99", &log], &numbers(98..100));
    let (code, out, err) = site.run(&["--no-follow", &site.on("web1", "none.log")]);
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(err.contains("none.log: tail ended there (exit 1)"), "{err}");
    let running = site.start(&["-n", "2", &log]);
    assert_eq!(running.lines(2), ["line 98", "line 99"]);
    append(&site.path("a.log"), "new\n");
    assert_eq!(running.line(), "new");
    drop(running);
    // More than is held for a reader who does not read.
    let much = numbers(0..1_000_000);
    let log = site.write("b.log", &much);
    let mut child = site.tailpane(&["--no-follow", "-n", "+1", &log]).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let mut out = vec![0; 10];
    stdout.read_exact(&mut out).unwrap();
    until("tail was ended", DEADLINE, || !site.sshd.commands().iter().any(|c| c.starts_with("tail")));
    stdout.read_to_end(&mut out).unwrap();
    assert!(out == much.as_bytes(), "{} of {} bytes", out.len(), much.len());
    assert_eq!(wait(&mut child), Some(0));
}

/// The largest size that a process has had in memory, in MiB.
fn peak(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.split_whitespace().next().unwrap().parse::<u64>().unwrap() >> 10
}

fn runs_a_follower(sshd: &Sshd) -> bool {
    sshd.commands().iter().any(|command| command.starts_with("sh"))
}

/// Nothing is lost or doubled although nobody reads for a while, the log is rotated meanwhile, and far more is written
/// than any buffer holds.
#[test]
fn a_slow_reader_misses_nothing() {
    let site = Site::new();
    let log = site.write("a.log", "");
    let mut child =
        site.tailpane(&["-n", "+1", &log]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let path = site.path("a.log");
    append(&path, "begin\n");
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    assert_eq!(line, "begin\n");
    // The first part is more than is ever held unread.
    let parts = [0..3_500_000, 3_500_000..4_400_000];
    let write = |n: usize| append(&path, numbers(parts[n].clone()));
    let rename = |to: &str| std::fs::rename(&path, site.path(to)).unwrap();
    write(0);
    // Nobody reads: at some time no more is taken from the host.
    until("the follower was ended", DEADLINE, || !runs_a_follower(&site.sshd));
    rename("a.log.1");
    write(1);
    Command::new("gzip").arg("-1").arg(site.path("a.log.1")).status().unwrap();
    std::fs::rename(site.path("a.log.1.gz"), site.path("a.log.2.gz")).unwrap();
    rename("a.log.1");
    append(&path, "end\n");
    let wanted = numbers(0..4_400_000) + "end\n";
    let mut came = vec![0; wanted.len()];
    for (came, wanted) in came.chunks_mut(1 << 20).zip(wanted.as_bytes().chunks(1 << 20)) {
        out.read_exact(came).unwrap();
        assert!(came == wanted, "lines are lost or doubled: {}", String::from_utf8_lossy(&came[..200]));
    }
    append(&path, "and no more\n");
    line.clear();
    out.read_line(&mut line).unwrap();
    assert_eq!(line, "and no more\n");
    let peak = peak(child.id());
    assert!(peak < 100, "{peak} MiB for what nobody read");
    child.kill().unwrap();
    child.wait().unwrap();
    until("nothing runs there any more", DEADLINE, || !runs_a_follower(&site.sshd));
}

#[test]
fn nothing_runs_on_the_host_when_it_is_over() {
    let site = Site::new();
    let log = site.write("a.log", "one\n");
    site.prints(&[&log], "one\n");
    until("nothing runs there any more", DEADLINE, || site.sshd.commands().is_empty());
}

#[test]
fn nothing_of_the_system_s_ssh_is_left_here_however_it_ends() {
    let site = Site::new();
    std::fs::write(site.sshd.file("config.toml"), "[hosts.\"*\"]\ntransport = \"openssh\"\n").unwrap();
    let (log, own) = (site.write("a.log", "one\n"), site.sshd.file("tmp"));
    std::fs::create_dir(&own).unwrap();
    let is_empty = || std::fs::read_dir(&own).unwrap().next().is_none();
    let command = |args: &[&str]| {
        let mut command = site.tailpane(args);
        command.env("TMPDIR", &own).env_remove("XDG_RUNTIME_DIR");
        command
    };
    let output = command(&["--no-follow", &log]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "one\n");
    until("all is gone that was ours", DEADLINE, is_empty);
    for signal in [Signal::TERM, Signal::KILL] {
        let running = Running::spawn(&mut command(&[&log]));
        assert_eq!(running.line(), "one");
        assert!(!is_empty(), "there is something to be left");
        running.signal(signal);
        assert_eq!(running.code(), None, "it ends by {signal:?}");
        until("all is gone that was ours", DEADLINE, is_empty);
    }
    until("nothing runs there any more", DEADLINE, || site.sshd.commands().is_empty());
}

#[test]
fn lines_of_other_hosts_are_read_as_those_of_here() {
    let site = Site::new();
    let log = site.write(
        "a.log",
        concat!(
            "{\"level\":\"info\",\"msg\":\"up\",\"status\":200}\n",
            "{\"level\":\"error\",\"msg\":\"down\",\"status\":502}\n",
            "an error without a level\n",
        ),
    );
    let (code, out, _) = site.run(&["--no-follow", "--json", "--filter", "level>=warn status>=500", &log]);
    let lines: Vec<serde_json::Value> = out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((code, lines.len()), (0, 1), "{out}");
    assert_eq!((&lines[0]["level"], &lines[0]["fields"]["status"]), (&"error".into(), &502.into()));
    let chosen = site.run(&["--no-follow", "--json", "--format", "a.log=syslog", "--filter", "down", &log]).1;
    assert!(chosen.contains("\"level\":null"), "{chosen}");
}

#[test]
fn a_name_with_a_date_goes_on_to_the_next_file_which_its_lines_are_told_by() {
    let site = Site::new();
    let now = || jiff::Zoned::now().strftime("app-%H%M%S.log").to_string();
    let b = site.write("b.log", "");
    let running = site.start(&[&site.on("web1", "app-${date:%H%M%S}.log"), &b]);
    let mut last = String::new();
    for _ in 0..3 {
        // What is written just before it turns may come after.
        until("another second", DEADLINE, || now() != last);
        last = now();
        append(&site.path(&last), format!("in {last}\n"));
        assert_eq!(running.line(), format!("{last}: in {last}"));
    }
    running.sentence("the next file: app-");
    // Without following, of what is there now.
    let day = jiff::Zoned::now().strftime("%Y").to_string();
    site.write(&format!("{day}.log"), numbers(0..20));
    let (code, out, _) = site.run(&["--no-follow", "-n", "2", &site.on("web1", "${date:%Y}.log")]);
    assert_eq!((code, out), (0, numbers(18..20)));
    let (code, out, said) = site.run(&["--no-follow", &site.on("web1", "none-${date:%Y}.log")]);
    assert_eq!((code, out.as_str()), (1, ""), "{said}");
    assert!(said.contains(&format!("none-{day}.log: not there")), "{said}");
}
