//! Files that are followed over the system's `ssh`: as over our own, whatever becomes of the link.

use tailpane::app::source::State;
use tailpane::source::Keep;
use tailpane::source::ssh::config::Transport;

use super::runs;
use crate::folder::append;
use crate::follow::lines;
use crate::headless::{Running, numbers};
use crate::ssh::proxy::Proxy;
use crate::ssh::remote::Rig;
use crate::ssh::remote::history::read;
use crate::ssh::site::Site;
use crate::ssh::sshd::Sshd;

/// One host is followed exactly, the other with plain `tail`.
const CONFIG: &str =
    "[hosts.\"db1\"]\ntransport = \"openssh\"\nfollow = \"tail\"\n\n[hosts.\"*\"]\ntransport = \"openssh\"\n";

#[test]
fn a_link_that_is_cut_loses_no_line_of_a_log_that_is_rotated_meanwhile() {
    let sshd = Sshd::start(|_| {});
    let line = Proxy::start(sshd.port());
    let hosts = ["web1", "db1"].map(|name| sshd.host_entry(name, line.port())).concat();
    let site = Site::of(sshd, &hosts);
    std::fs::write(site.sshd.file("config.toml"), CONFIG).unwrap();
    std::fs::create_dir(site.sshd.file("tmp")).unwrap();
    let a = site.write("a.log", numbers(0..20));
    site.write("b.log", numbers(20..40));
    let mut command = site.tailpane(&["-n", "2", &a, &site.on("db1", "b.log")]);
    let running = Running::spawn(command.env("TMPDIR", site.sshd.file("tmp")).env_remove("XDG_RUNTIME_DIR"));
    let sorted = |n| {
        let mut lines = running.lines(n);
        lines.sort();
        lines
    };
    assert_eq!(sorted(4), ["a.log: line 18", "a.log: line 19", "b.log: line 38", "b.log: line 39"]);
    assert!(runs(&format!(" -F {} ", site.sshd.file("ssh_config").display())));
    line.refuse(true);
    line.cut_now();
    let mut lost = [(); 2].map(|()| running.sentence("link lost: "));
    lost.sort();
    assert!(lost[0].starts_with("tailpane: db1: ") && lost[1].starts_with("tailpane: web1: "), "{lost:?}");
    append(&site.path("a.log"), "a rest\n");
    std::fs::rename(site.path("a.log"), site.path("a.log.1")).unwrap();
    append(&site.path("a.log"), "a new\n");
    append(&site.path("b.log"), "b new\n");
    line.refuse(false);
    let mut came = running.lines(3);
    came.retain(|line| line != "b.log: b new");
    assert_eq!(came, ["a.log: a rest", "a.log: a new"]);
    append(&site.path("a.log"), "a last\n");
    assert_eq!(running.line(), "a.log: a last");
}

#[test]
fn earlier_lines_are_fetched_when_they_are_looked_at() {
    let rig = Rig::with(Keep::Generations, |_| {}, |config| config.transport = Transport::OpenSsh);
    let text = lines(0, 300_000);
    rig.append("a.log", &text);
    let source = rig.open(1, "a.log");
    rig.wait_for(1, "the end", |status| status.end.0 == text.len() as u64 && status.state == State::Live);
    assert_eq!(read(&rig, &source, 1_000_000, 5000), text.as_bytes()[1_000_000..1_005_000]);
    assert_eq!(read(&rig, &source, 0, 100), text.as_bytes()[..100]);
}
