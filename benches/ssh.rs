//! Files on another host, over a real `sshd` on loopback, beside the system's `ssh`, in one run.
//!
//! ```text
//! cargo bench --bench ssh            everything (about ten minutes)
//! cargo bench --bench ssh -- append  only rows whose name contains a word
//! ```
//!
//! Server, client and scripts share this machine's cores: read the ratio beside `ssh`, which is measured in turn with
//! tailpane. Each is the fastest of its turns. Budgets stand beside the rows; a figure that misses its budget is
//! marked, and nothing fails: this measures, tests judge.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a measurement that cannot go on has nothing to say"
)]

#[allow(dead_code)]
mod corpus;
#[allow(dead_code)]
mod process;
// What the tests use too; not all of it is needed here.
#[allow(dead_code)]
#[path = "../tests/it/ssh/proxy.rs"]
mod proxy;
#[allow(dead_code)]
#[path = "../tests/it/ssh/sshd.rs"]
mod sshd;
#[allow(dead_code)]
#[path = "../tests/it/tty.rs"]
mod tty;

use std::fs::OpenOptions;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use portable_pty::CommandBuilder;
use proxy::Proxy;
use sshd::{Sshd, program};
use tailpane::app::source::{SourceId, State};
use tailpane::config::hosts::Hosts;
use tailpane::source::ssh::ask::Asker;
use tailpane::source::ssh::config::Resolver;
use tailpane::source::ssh::name::{RemotePath, Target};
use tailpane::source::ssh::reach::Reach;
use tailpane::source::ssh::reading::{Begin, Reading};
use tailpane::source::{Follower, Keep};
use tty::Tty;

const TAILPANE: &str = env!("CARGO_BIN_EXE_tailpane");
/// Longer than anything takes that ends at all.
const LONG: Duration = Duration::from_secs(120);
const CIPHERS: [&str; 3] =
    ["aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "chacha20-poly1305@openssh.com"];
/// Pairs of a host and a file.
const PAIRS: u32 = 200;
/// The poll interval of the follower, in milliseconds.
const POLL: f64 = 250.0;

fn main() {
    let mut args = std::env::args().skip(1);
    if std::env::var_os(CROWD).is_some() {
        return crowd(&args.next().expect("an ssh config"), &args.next().expect("a log"));
    }
    let wanted: Vec<String> = args.filter(|a| !a.starts_with('-')).collect();
    let rows: [(&str, fn()); 5] =
        [("fill", fill), ("far", far), ("many", many), ("append", append), ("idle", idle)];
    for (name, measure) in rows {
        if wanted.is_empty() || wanted.iter().any(|w| name.contains(w.as_str())) {
            println!("\n{name} (load {})", load());
            measure();
        }
    }
}

// ------------------------------------------------------------------------------------------- reporting

fn ms(d: Duration) -> f64 {
    d.as_secs_f64() * 1e3
}

fn percentile(times: &mut [f64], p: f64) -> f64 {
    times.sort_by(f64::total_cmp);
    let at = ((times.len() as f64 * p) as usize).min(times.len().saturating_sub(1));
    times.get(at).copied().unwrap_or(f64::NAN)
}

fn report(what: &str, value: f64, unit: &str, most: Option<f64>) {
    let budget = most.map_or(String::new(), |most| {
        format!("(budget {most} {unit}){}", if value <= most { "" } else { " MISSED" })
    });
    println!("  {what:<56} {value:>9.2} {unit:<5} {budget}");
}

/// How busy the machine is with this and everything else.
fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().unwrap_or_default().to_owned()
}

// --------------------------------------------------------------------------------------------- back-fill

/// 1 GiB printed from its first byte, with each cipher.
fn fill() {
    let sshd = Sshd::start(|_| {});
    let log = corpus::mixed(1 << 30).expect("the mixed log");
    for cipher in CIPHERS {
        beside_ssh(&sshd, sshd.port(), cipher, &log, 3, 0.8);
    }
}

/// 128 MiB through a line that holds every byte back for 25 ms in each direction.
fn far() {
    let sshd = Sshd::start(|_| {});
    let proxy = Proxy::start(sshd.port());
    proxy.delay(25);
    let log = corpus::mixed(128 << 20).expect("the mixed log");
    beside_ssh(&sshd, proxy.port(), CIPHERS[0], &log, 3, 2.0);
}

/// Reads a log through tailpane and through `ssh host cat`, in turn.
fn beside_ssh(sshd: &Sshd, port: u16, cipher: &str, log: &Path, turns: usize, least: f64) {
    let config = sshd.ssh_config_with(&format!("{}  Ciphers {cipher}\n", sshd.host_entry("web1", port)));
    let mib = std::fs::metadata(log).expect("the log").len() as f64 / f64::from(1 << 20);
    let mut ours = Command::new(TAILPANE);
    ours.args(["--plain", "-n", "+1", "--no-follow", "--color", "never", "--ssh-config"]).arg(&config);
    ours.arg(format!("web1:{}", log.display()));
    let mut theirs = Command::new(program("ssh"));
    theirs.arg("-F").arg(&config).args(["web1", "cat"]).arg(log);
    let (mut tailpane, mut ssh) = (f64::INFINITY, f64::INFINITY);
    for _ in 0..turns {
        ssh = ssh.min(seconds(&mut theirs, log));
        tailpane = tailpane.min(seconds(&mut ours, log));
    }
    let (tailpane, ssh) = (mib / tailpane, mib / ssh);
    println!("  {cipher:<30} tailpane {tailpane:>5.0} MiB/s, ssh cat {ssh:>5.0} MiB/s");
    let missed = if tailpane / ssh >= least { "" } else { " MISSED" };
    println!("  {:<56} {:>9.2}       (budget at least {least}){missed}", "tailpane / ssh", tailpane / ssh);
}

/// How long a command takes until it has given as many bytes as the log has and has ended.
fn seconds(command: &mut Command, log: &Path) -> f64 {
    let since = Instant::now();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("the program");
    let mut out = child.stdout.take().expect("a pipe");
    let mut buf = vec![0; 1 << 20];
    let mut bytes = 0;
    loop {
        match out.read(&mut buf).expect("reading") {
            0 => break,
            n => bytes += n as u64,
        }
    }
    assert!(child.wait().expect("an end").success());
    assert_eq!(bytes, std::fs::metadata(log).expect("the log").len(), "bytes are missing");
    since.elapsed().as_secs_f64()
}

// ------------------------------------------------------------------------------------------------- many

/// Set for the process that only follows many files, so that its memory is that of nothing else.
const CROWD: &str = "TAILPANE_BENCH_CROWD";

/// 200 hosts with a file each.
fn many() {
    let sshd = Sshd::start(|options| {
        options.line("MaxStartups 400");
    });
    let entries: Vec<String> =
        (0..PAIRS).map(|n| sshd.host_entry(&format!("host{n}"), sshd.port())).collect();
    let config = sshd.ssh_config_with(&entries.concat());
    for n in 0..PAIRS {
        std::fs::write(sshd.file(&format!("{n}.log")), "one line\n").expect("a log");
    }
    let status = Command::new(std::env::current_exe().expect("this program"))
        .arg(config)
        .arg(sshd.folder())
        .env(CROWD, "1")
        .status()
        .expect("a child");
    assert!(status.success());
}

/// Follows a file on each of the hosts and reports what that took.
fn crowd(config: &str, folder: &str) {
    let resolver = Arc::new(Resolver::new(Some(PathBuf::from(config)), Hosts::default()));
    let reach = Reach::new(resolver, Asker::silent());
    let follower = Follower::start(Keep::Generations, |_| {}).expect("a thread").reaching(reach);
    let before = process::resident_mib(std::process::id());
    let since = Instant::now();
    for n in 0..PAIRS {
        let target = Target { host: format!("host{n}"), user: None, port: None };
        let path = RemotePath { target, path: format!("{folder}/{n}.log").into_bytes() };
        follower.open_remote(SourceId(n), &path, Reading { begin: Begin::About(500), follow: true });
    }
    let live = |n: u32| follower.status(SourceId(n)).is_some_and(|status| status.state == State::Live);
    while !(0..PAIRS).all(live) && since.elapsed() < LONG {
        std::thread::sleep(Duration::from_millis(10));
    }
    let connected = (0..PAIRS).filter(|n| live(*n)).count();
    report(&format!("{connected} of {PAIRS} pairs followed"), since.elapsed().as_secs_f64(), "s", Some(10.0));
    std::thread::sleep(Duration::from_secs(5));
    let each = (process::resident_mib(std::process::id()) - before) / f64::from(PAIRS);
    report("memory of each when idle", each, "MiB", Some(0.5));
    let peak = (process::peak_mib(std::process::id()) - before) / f64::from(PAIRS);
    report("memory of each at most", peak, "MiB", None);
}

// ------------------------------------------------------------------------------------------------ append

/// The program in a terminal, with one file on the server.
fn session(config: &Path, log: &Path) -> Tty {
    let mut command = CommandBuilder::new(TAILPANE);
    command.arg("--ssh-config");
    command.arg(config);
    command.arg(format!("web1:{}", log.display()));
    let tty = Tty::command(command, 200, 50);
    tty.wait_text("the first line");
    tty
}

/// From an append on the host until the line is on the screen: with `inotifywait` there, with a `tail` that blocks, and
/// with neither.
fn append() {
    type Lacks = &'static [&'static str];
    let kinds: [(&str, Lacks, usize, f64); 3] = [
        ("inotifywait", &[], 200, 15.0),
        ("blocking tail", &["inotifywait"], 60, POLL + 10.0),
        ("polling", &["inotifywait", "timeout"], 60, POLL + 10.0),
    ];
    for (kind, lacks, times, budget) in kinds {
        let tools = tempfile::tempdir().expect("a folder");
        let path = if lacks.is_empty() {
            std::env::var("PATH").expect("a path")
        } else {
            without(tools.path(), lacks)
        };
        let sshd = Sshd::start(|options| {
            options.line(&format!("ForceCommand PATH='{path}'; export PATH; eval \"$SSH_ORIGINAL_COMMAND\""));
        });
        let log = sshd.file("append.log");
        std::fs::write(&log, "the first line\n").expect("a log");
        let tty = session(&sshd.ssh_config_file(), &log);
        std::thread::sleep(Duration::from_secs(2));
        let mut file = OpenOptions::new().append(true).open(&log).expect("the log");
        let mut latencies = Vec::new();
        for i in 0..times {
            // Uneven pauses, so that no rhythm is met by chance; long enough that it has stopped looking often.
            std::thread::sleep(Duration::from_millis(800 + (i as u64 * 7919) % 410));
            let word = format!("marker{i}x");
            let since = Instant::now();
            writeln!(file, "2026-11-21T07:25:34Z INFO {word} appended").expect("appending");
            let shown = tty.shows_within(LONG, |screen| screen.contents().contains(&word));
            latencies.push(if shown { ms(since.elapsed()) } else { f64::INFINITY });
        }
        report(&format!("{kind}, median"), percentile(&mut latencies, 0.5), "ms", Some(budget));
        report(&format!("{kind}, p99"), percentile(&mut latencies, 0.99), "ms", Some(budget));
    }
}

/// A folder with links to all programs but some, for a search path.
fn without(folder: &Path, lacks: &[&str]) -> String {
    for from in std::env::split_paths(&std::env::var_os("PATH").expect("a path")) {
        for entry in std::fs::read_dir(from).into_iter().flatten().flatten() {
            let name = entry.file_name();
            if !lacks.iter().any(|lack| name == *lack) {
                let _ = std::os::unix::fs::symlink(entry.path(), folder.join(name)); // the first of a name counts
            }
        }
    }
    folder.display().to_string()
}

// -------------------------------------------------------------------------------------------------- idle

/// A minute of nothing: what the host sends, and how often the program wakes.
fn idle() {
    let sshd = Sshd::start(|_| {});
    let proxy = Proxy::start(sshd.port());
    let log = sshd.file("idle.log");
    std::fs::write(&log, "the first line\n").expect("a log");
    let config = sshd.ssh_config_with(&sshd.host_entry("web1", proxy.port()));
    let tty = session(&config, &log);
    std::thread::sleep(Duration::from_secs(30));
    let (bytes, switches) = (proxy.bytes(), process::switches(tty.pid()));
    std::thread::sleep(Duration::from_secs(60));
    // Twelve answers to keep-alives and twelve beats of the follower, each a packet of less than 100 bytes.
    report("bytes from the host in a minute", (proxy.bytes() - bytes) as f64, "B", Some(2400.0));
    report("wake-ups", (process::switches(tty.pid()) - switches) as f64 / 60.0, "/s", Some(2.0));
}
