//! Files on another host, over a real `sshd` on loopback, beside the system's `ssh`, in one run.
//!
//! ```text
//! cargo bench --bench ssh            everything (about ten minutes)
//! cargo bench --bench ssh -- append  only rows whose name contains a word
//! ```
//!
//! Server, client, scripts and whatever else runs here share the cores: read the ratio to `ssh`, which takes turns with
//! tailpane, and how far single turns are from it. Budgets stand beside the rows; a figure that misses its budget is
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
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use portable_pty::CommandBuilder;
use proxy::Proxy;
use sshd::{Sshd, program};
use tailpane::app::source::{Source, SourceId, State};
use tailpane::config::hosts::Hosts;
use tailpane::core::host::{RemotePath, Target};
use tailpane::core::pos::Pos;
use tailpane::source::ssh::ask::Asker;
use tailpane::source::ssh::config::Resolver;
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
/// How often each of the two has its turn.
const TURNS: usize = 5;
/// What the long line holds every byte back for, in milliseconds.
const DELAY: u64 = 25;
/// Addresses of loopback, as many as sshd can listen on.
const ADDRESSES: u32 = 16;
/// The poll interval of the follower, in milliseconds.
const POLL: f64 = 250.0;

fn main() {
    let mut args = std::env::args().skip(1);
    if std::env::var_os(CROWD).is_some() {
        return crowd(&args.next().expect("an ssh config"), &args.next().expect("a folder"));
    }
    let wanted: Vec<String> = args.filter(|a| !a.starts_with('-')).collect();
    let rows: [(&str, fn()); 6] =
        [("fill", fill), ("far", far), ("first", first), ("many", many), ("append", append), ("idle", idle)];
    for (name, measure) in rows {
        if wanted.is_empty() || wanted.iter().any(|w| name.contains(w.as_str())) {
            println!("\n{name} (load {})", process::load());
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

fn median(times: &mut [f64]) -> f64 {
    percentile(times, 0.5)
}

fn report(what: &str, value: f64, unit: &str, most: Option<f64>) {
    let budget = most.map_or(String::new(), |most| {
        format!("(budget {most} {unit}){}", if value <= most { "" } else { " MISSED" })
    });
    println!("  {what:<56} {value:>9.2} {unit:<5} {budget}");
}

// --------------------------------------------------------------------------------------------- back-fill

/// 1 GiB printed from its first byte, with each cipher.
fn fill() {
    let sshd = Sshd::start(|_| {});
    let log = corpus::mixed(1 << 30).expect("the mixed log");
    for cipher in CIPHERS {
        beside_ssh(&sshd, sshd.port(), cipher, &log, 0.8);
    }
}

/// 256 MiB through a line that holds every byte back for 25 ms in each direction.
fn far() {
    let sshd = Sshd::start(|_| {});
    let proxy = Proxy::start(sshd.port());
    proxy.delay(DELAY);
    let log = corpus::mixed(256 << 20).expect("the mixed log");
    beside_ssh(&sshd, proxy.port(), CIPHERS[0], &log, 2.0);
}

/// Reads a log through tailpane and through `ssh host cat`, in turn.
fn beside_ssh(sshd: &Sshd, port: u16, cipher: &str, log: &Path, least: f64) {
    let config = sshd.ssh_config_with(&format!("{}  Ciphers {cipher}\n", sshd.host_entry("web1", port)));
    let mib = std::fs::metadata(log).expect("the log").len() as f64 / f64::from(1 << 20);
    let mut tailpane = Command::new(TAILPANE);
    tailpane.args(["--plain", "-n", "+1", "--no-follow", "--color", "never", "--ssh-config"]).arg(&config);
    tailpane.arg(format!("web1:{}", log.display()));
    let mut ssh = Command::new(program("ssh"));
    ssh.arg("-F").arg(&config).args(["web1", "cat"]).arg(log);
    let (mut ours, mut theirs, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..TURNS {
        theirs.push(mib / seconds(&mut ssh, log));
        ours.push(mib / seconds(&mut tailpane, log));
        ratios.extend(ours.last().zip(theirs.last()).map(|(ours, theirs)| ours / theirs));
    }
    let (ours, theirs) = (median(&mut ours), median(&mut theirs));
    let verdict = if ours / theirs >= least { "" } else { " MISSED" };
    println!("  {cipher}: tailpane {ours:.0} MiB/s, ssh cat {theirs:.0} MiB/s");
    println!(
        "  {:<56} {:>9.2}       (budget at least {least}){verdict}; turns {:.2} to {:.2}",
        "tailpane / ssh",
        ours / theirs,
        percentile(&mut ratios, 0.0),
        percentile(&mut ratios, 1.0),
    );
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

// ----------------------------------------------------------------------------------------- first screens

/// Files of a host that is connected, until their last lines are here: on loopback, and through a line that holds every
/// byte back. What the line adds is the opening of a channel, which is one round trip, and what comes behind it.
fn first() {
    let sshd = Sshd::start(|_| {});
    let proxy = Proxy::start(sshd.port());
    let log = corpus::mixed(256 << 20).expect("the mixed log");
    let config = sshd.ssh_config_with(&sshd.host_entry("web1", proxy.port()));
    let follower = follower(&config);
    let mut taken = [Vec::new(), Vec::new()];
    for id in 0..=2 * TURNS as u32 {
        let far = id % 2 == 1;
        proxy.delay(if far { DELAY } else { 0 });
        let since = Instant::now();
        let source = open(&follower, id, "web1", log.to_str().expect("a plain path"));
        while !has_begun(&source) && since.elapsed() < LONG {
            std::thread::sleep(Duration::from_micros(200));
        }
        // The first of all waits for the link, and keeps it: a link that nobody uses is given up.
        if id > 0 {
            taken[usize::from(far)].push(ms(since.elapsed()));
            follower.close(SourceId(id));
        }
        std::thread::sleep(Duration::from_millis(300));
    }
    let [near, far] = taken.map(|mut taken| median(&mut taken));
    report("last lines of another file, on loopback", near, "ms", None);
    report("the same on a line with a round trip of 50 ms", far, "ms", None);
    let trips = (far - near) / (2.0 * DELAY as f64);
    report("round trips, the opening of a channel among them", trips, "", Some(2.1));
}

/// Whether bytes of its end have come.
fn has_begun(source: &Source) -> bool {
    let end = source.store.range().end;
    end.0 > 0 && !source.store.held(Pos(end.0 - 1)).is_empty()
}

fn follower(config: &Path) -> Follower {
    let resolver = Arc::new(Resolver::new(Some(config.to_owned()), Hosts::default()));
    let reach = Reach::new(resolver, Asker::silent());
    Follower::start(Keep::Generations, |_| {}).expect("a thread").reaching(reach)
}

/// Follows a file from about the lines that a screen asks for.
fn open(follower: &Follower, id: u32, host: &str, path: &str) -> Source {
    let target = Target { host: host.to_owned(), user: None, port: None };
    let path = RemotePath { target, path: path.as_bytes().to_vec() };
    follower.open_remote(
        SourceId(id),
        &path,
        Reading { begin: Begin::About(150), follow: true, scrollback: None },
    )
}

// ------------------------------------------------------------------------------------------------- many

/// Set for the process that only follows many files, so that its memory is that of nothing else.
const CROWD: &str = "BENCH_CROWD";

/// 200 hosts with a file each, on as many addresses as sshd takes; beside them as many runs of `ssh`, 16 at once.
fn many() {
    let sshd = Sshd::start(|options| {
        options.line("MaxStartups 400");
        for n in 3..=ADDRESSES {
            options.line(&format!("ListenAddress 127.0.0.{n}"));
        }
    });
    let entry = |n: u32| {
        let address = format!("HostName 127.0.0.{}\n", 1 + n % ADDRESSES);
        sshd.host_entry(&format!("host{n}"), sshd.port()).replace("HostName 127.0.0.1\n", &address)
    };
    let config = sshd.ssh_config_with(&(0..PAIRS).map(entry).collect::<String>());
    for n in 0..PAIRS {
        std::fs::write(sshd.file(&format!("{n}.log")), "one line\n").expect("a log");
    }
    for _ in 0..3 {
        report("ssh host tail", in_turn(&config, sshd.folder()), "s", None);
        let crowd = Command::new(std::env::current_exe().expect("this program"))
            .arg(&config)
            .arg(sshd.folder())
            .env(CROWD, "1")
            .status();
        assert!(crowd.expect("a child").success());
    }
}

/// Seconds for an `ssh host tail` a pair, 16 at once.
fn in_turn(config: &Path, folder: &Path) -> f64 {
    let (since, next) = (Instant::now(), AtomicU32::new(0));
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                while let n @ 0..PAIRS = next.fetch_add(1, Ordering::Relaxed) {
                    let mut ssh = Command::new(program("ssh"));
                    ssh.arg("-F").arg(config).arg(format!("host{n}")).arg("tail");
                    let output = ssh.arg(folder.join(format!("{n}.log"))).stdin(Stdio::null()).output();
                    assert_eq!(output.expect("ssh").stdout, b"one line\n");
                }
            });
        }
    });
    since.elapsed().as_secs_f64()
}

/// Follows a file on each of the hosts and reports what that took.
fn crowd(config: &str, folder: &str) {
    let follower = follower(Path::new(config));
    let before = process::mib(std::process::id(), "VmRSS:");
    let since = Instant::now();
    for n in 0..PAIRS {
        open(&follower, n, &format!("host{n}"), &format!("{folder}/{n}.log"));
    }
    let live = |n: u32| follower.status(SourceId(n)).is_some_and(|status| status.state == State::Live);
    while !(0..PAIRS).all(live) && since.elapsed() < LONG {
        std::thread::sleep(Duration::from_millis(10));
    }
    let connected = (0..PAIRS).filter(|n| live(*n)).count();
    report(&format!("{connected} of {PAIRS} pairs followed"), since.elapsed().as_secs_f64(), "s", Some(10.0));
    report("CPU of that here, ssh -G among it", process::ticks(std::process::id(), 4), "s", None);
    std::thread::sleep(Duration::from_secs(5));
    let each = (process::mib(std::process::id(), "VmRSS:") - before) / f64::from(PAIRS);
    report("memory of each when idle", each, "MiB", Some(0.5));
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
        ("inotifywait", &[], 100, 15.0),
        ("blocking tail", &["inotifywait"], 50, POLL + 10.0),
        ("polling", &["inotifywait", "timeout"], 50, POLL + 10.0),
    ];
    for (kind, lacks, times, budget) in kinds {
        let tools = tempfile::tempdir().expect("a folder");
        let path = if lacks.is_empty() {
            std::env::var("PATH").expect("a path")
        } else {
            process::path_without(tools.path(), lacks)
        };
        let sshd = Sshd::start(|options| {
            options.line(&format!("ForceCommand PATH='{path}'; export PATH; eval \"$SSH_ORIGINAL_COMMAND\""));
        });
        let config = sshd.ssh_config_file();
        let [ours, theirs] = ["ours.log", "theirs.log"].map(|name| {
            std::fs::write(sshd.file(name), "the first line\n").expect("a log");
            sshd.file(name)
        });
        let mut ssh = CommandBuilder::new(program("ssh"));
        ssh.args([
            "-F".as_ref(),
            config.as_os_str(),
            "web1".as_ref(),
            "tail".as_ref(),
            "-F".as_ref(),
            theirs.as_ref(),
        ]);
        let ssh = Tty::command(ssh, 200, 50);
        ssh.wait_text("the first line");
        let tailpane = session(&config, &ours);
        std::thread::sleep(Duration::from_secs(2));
        let (mut shown, mut beside) = (Vec::new(), Vec::new());
        for i in 0..times as u64 {
            // Uneven pauses, so that no rhythm is met by chance; long enough that it has stopped looking often.
            std::thread::sleep(Duration::from_millis(800 + (i * 7919) % 410));
            shown.push(until_shown(&tailpane, &ours, i));
            beside.push(until_shown(&ssh, &theirs, i));
        }
        report(&format!("{kind}, median"), median(&mut shown), "ms", Some(budget));
        report(&format!("{kind}, p99"), percentile(&mut shown, 0.99), "ms", Some(budget));
        report("ssh host tail -F, median", median(&mut beside), "ms", None);
        report("ssh host tail -F, p99", percentile(&mut beside, 0.99), "ms", None);
    }
}

/// Milliseconds from an append until it is on the screen.
fn until_shown(tty: &Tty, log: &Path, i: u64) -> f64 {
    let word = format!("marker{i}x");
    let mut file = OpenOptions::new().append(true).open(log).expect("the log");
    let since = Instant::now();
    writeln!(file, "2026-11-21T07:25:34Z INFO {word} appended").expect("appending");
    let shown = tty.shows_within(LONG, |screen| screen.contents().contains(&word));
    if shown { ms(since.elapsed()) } else { f64::INFINITY }
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
    let host = || sshd.processes().iter().map(|pid| process::ticks(*pid as u32, 4)).sum::<f64>();
    let before = (proxy.bytes(), proxy.pieces(), process::switches(tty.pid()), host());
    let cpu = process::cpu_seconds(tty.pid());
    std::thread::sleep(Duration::from_secs(60));
    let host = host() - before.3;
    let cpu = process::cpu_seconds(tty.pid()) - cpu;
    // Twelve answers to keep-alives and twelve beats of the follower, each a packet of less than 100 bytes.
    report("bytes from the host in a minute", (proxy.bytes() - before.0) as f64, "B", Some(2400.0));
    report("in packets", (proxy.pieces() - before.1) as f64, "", Some(26.0));
    report("wake-ups here", (process::switches(tty.pid()) - before.2) as f64 / 60.0, "/s", Some(2.0));
    report("CPU here", cpu / 0.6, "%", Some(0.5));
    report("CPU of the script and sshd", host / 0.6, "%", Some(1.5));
}
