//! What tailpane leaves on a host: nothing, not even for a moment.

use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use super::proxy::Proxy;
use super::site::Site;
use super::sshd::Sshd;
use crate::folder::append;
use crate::headless::{Running, numbers};

/// All there is in a folder, what is in it, and when that changed: a file that comes and goes changes its folder.
fn all_in(folder: &Path) -> BTreeMap<PathBuf, (u64, u64, SystemTime)> {
    let mut all = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(path) = folders.pop() {
        let what = std::fs::symlink_metadata(&path).unwrap();
        if what.is_dir() {
            folders.extend(std::fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        }
        all.insert(path, (what.ino(), what.len(), what.modified().unwrap()));
    }
    all
}

#[test]
fn no_file_is_made_on_a_host() {
    let sshd = Sshd::start(|_| {});
    let line = Proxy::start(sshd.port());
    std::fs::create_dir(sshd.file("tmp")).unwrap();
    let command = "TMPDIR=$HOME/../tmp; export TMPDIR; cd; exec sh -c \"$SSH_ORIGINAL_COMMAND\"";
    let port = |port| format!("  Port {port}\n");
    let hosts = ["web1", "tail1"]
        .map(|name| Site::forced(&sshd, name, command))
        .concat()
        .replace(&port(sshd.port()), &port(line.port()));
    let site = Site::of(sshd, &hosts);
    std::fs::write(site.sshd.file("config.toml"), "[hosts.\"tail1\"]\nfollow = \"tail\"\n").unwrap();
    let a = site.write("a.log", numbers(0..20));
    site.write("b.log", numbers(0..20));
    site.write("big.txt", numbers(0..100_000));
    let running = Running::spawn(&mut site.tailpane(&["-n", "1", &a, &site.on("tail1", "b.log")]));
    running.lines(2);
    line.refuse(true);
    line.cut_now();
    running.sentence("link lost");
    append(&site.path("a.log"), "rest\n");
    std::fs::rename(site.path("a.log"), site.path("a.log.1")).unwrap();
    assert!(Command::new("gzip").arg(site.path("a.log.1")).status().unwrap().success());
    append(&site.path("a.log"), "new\n");
    append(&site.path("b.log"), "new\n");

    let all = || ["home", "logs", "tmp"].map(|name| all_in(&site.sshd.file(name)));
    let before = all();
    line.refuse(false);
    running.lines(3);
    for (host, name) in [("web1", "*.log"), ("web1", ""), ("tail1", "b.log")] {
        let output = site.tailpane(&["--no-follow", "-n", "100", &site.on(host, name)]).output().unwrap();
        assert!(String::from_utf8_lossy(&output.stdout).contains("new\n"), "{host} {name}");
    }
    let mut tty = site.tty(&[site.on("web1", "big.txt")], 80, 20);
    tty.wait_text("line 99999");
    tty.keys("g");
    tty.wait_text("line 0 ");
    tty.keys("q");
    assert_eq!(tty.exit_code(), 0);
    assert_eq!(all(), before);
}
