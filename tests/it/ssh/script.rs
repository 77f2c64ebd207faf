//! The scripts that are run on hosts, under every shell there is, on real files: no ssh in between.

mod days;
mod follow;
pub mod names;
mod places;
mod resume;
mod service;

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use tailpane::core::remote::{Remote, Step};
use tailpane::core::wire::Parser;
use tailpane::source::ssh::names::Way;
use tailpane::source::ssh::script::{From, nonce, onward};
use tempfile::TempDir;

use crate::follow::append;

/// How long anything may take.
const DEADLINE: Duration = Duration::from_secs(60);

/// Shells that scripts are run under; the first two have to be there.
const SHELLS: [&[&str]; 5] =
    [&["dash"], &["bash", "--posix"], &["busybox", "sh"], &["mksh"], &["zsh", "--emulate", "sh"]];

pub fn is_installed(program: &str) -> bool {
    std::env::split_paths(&std::env::var_os("PATH").unwrap()).any(|dir| dir.join(program).is_file())
}

/// Does something under each shell, all at once.
pub fn each_shell(test: impl Fn(&'static [&'static str]) + Sync) {
    std::thread::scope(|scope| {
        for (i, shell) in SHELLS.into_iter().enumerate() {
            if is_installed(shell[0]) {
                let test = &test;
                scope.spawn(move || test(shell));
            } else {
                assert!(i >= 2, "{} is missing: install it", shell[0]);
                println!("left out: {} is not installed", shell[0]);
            }
        }
    });
}

/// What a host lacks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Lack {
    Nothing,
    /// No program tells of growth.
    Events,
    /// Only `tail` does.
    Inotify,
    /// An open file cannot be looked at by its descriptor.
    Proc,
}

/// A file in a folder of its own, followed by the script.
pub struct Followed {
    pub dir: TempDir,
    /// How it is called, and will be.
    pub way: Way,
    shell: &'static [&'static str],
    lack: Lack,
    from: From,
    pub remote: Remote,
    run: Option<Run>,
    /// The log, from where it begins on.
    pub log: Vec<u8>,
    /// What it was expected to be last.
    wanted: Vec<u8>,
    /// What the host said of its zone, and how long the log was then.
    pub zone: Option<(i32, usize)>,
    /// What happened besides, in words.
    pub events: Vec<String>,
    /// What a start after any piece would have been told, and how long the log was then.
    pub resumes: Vec<(String, usize)>,
}

/// A script that runs.
pub struct Run {
    pub child: Child,
    came: Receiver<Vec<u8>>,
    parser: Parser,
}

impl Drop for Run {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Starts a shell that reads `script`, and reads what it says.
pub fn start(shell: &[&str], input: &[u8], dir: &Path) -> (Child, Receiver<Vec<u8>>) {
    let mut command = Command::new(shell[0]);
    command.args(&shell[1..]).current_dir(dir).stdin(Stdio::piped()).stdout(Stdio::piped());
    command.env("TZ", "IST-5:30");
    let mut child = command.stderr(Stdio::null()).spawn().unwrap();
    child.stdin.as_mut().unwrap().write_all(input).unwrap();
    let mut out = child.stdout.take().unwrap();
    let (tell, came) = channel();
    std::thread::spawn(move || {
        let mut buf = vec![0; 64 << 10];
        while let Ok(n @ 1..) = out.read(&mut buf) {
            if tell.send(buf[..n].to_vec()).is_err() {
                return;
            }
        }
    });
    (child, came)
}

fn path_bytes(path: &Path) -> &[u8] {
    std::os::unix::ffi::OsStrExt::as_bytes(path.as_os_str())
}

impl Followed {
    /// `a.log` with this content, from its beginning.
    pub fn with(shell: &'static [&'static str], content: impl AsRef<[u8]>) -> Followed {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("a.log"), content).unwrap();
        Followed::start(shell, dir, "a.log", From::Byte(0), Lack::Nothing)
    }

    pub fn start(
        shell: &'static [&'static str],
        dir: TempDir,
        name: &str,
        from: From,
        lack: Lack,
    ) -> Followed {
        let (remote, log, events, resumes) = (Remote::default(), Vec::new(), Vec::new(), Vec::new());
        let way = Way::only(path_bytes(&dir.path().join(name)));
        let (run, zone, wanted) = (None, None, Vec::new());
        let mut followed =
            Followed { dir, way, shell, lack, from, remote, run, log, wanted, zone, events, resumes };
        followed.connect();
        followed
    }

    /// Starts the script where it was left.
    pub fn connect(&mut self) {
        self.remote.begin();
        let from = self.remote.resume().map_or_else(|| self.from.clone(), From::Resume);
        let nonce = nonce();
        let mut script = onward(&self.way, nonce, Duration::from_millis(100), &from).unwrap();
        let lacking = match self.lack {
            Lack::Nothing => &[][..],
            Lack::Events => &[("command -v inotifywait", "false"), ("command -v timeout", "false")],
            Lack::Inotify => &[("command -v inotifywait", "false")],
            Lack::Proc => &[("/proc/$$", "/nowhere")],
        };
        for (there, instead) in lacking {
            let at = script.windows(there.len()).position(|bytes| bytes == there.as_bytes());
            let mut at = Some(at.expect(there));
            while let Some(found) = at {
                script.splice(found..found + there.len(), instead.bytes());
                at = script.windows(there.len()).position(|bytes| bytes == there.as_bytes());
            }
        }
        let (child, came) = start(self.shell, &script, self.dir.path());
        self.run = Some(Run { child, came, parser: Parser::new(nonce) });
    }

    /// It is called otherwise from now on: the script is started again.
    pub fn turn(&mut self, names: &[&str]) {
        self.cut();
        let paths = names.iter().map(|name| path_bytes(&self.path(name)).to_vec());
        self.way.upcoming.extend(paths.collect::<Vec<_>>());
        self.connect();
    }

    /// Kills the script; what it said last and was not read yet is lost.
    pub fn cut(&mut self) {
        self.run = None;
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn append(&self, name: &str, text: impl AsRef<[u8]>) {
        append(&self.path(name), text.as_ref());
    }

    pub fn rename(&self, from: &str, to: &str) {
        std::fs::rename(self.path(from), self.path(to)).unwrap();
    }

    pub fn remove(&self, name: &str) {
        std::fs::remove_file(self.path(name)).unwrap();
    }

    pub fn copy(&self, from: &str, to: &str) {
        std::fs::copy(self.path(from), self.path(to)).unwrap();
    }

    pub fn truncate(&self, name: &str, len: u64) {
        let file = std::fs::OpenOptions::new().write(true).open(self.path(name)).unwrap();
        file.set_len(len).unwrap();
    }

    pub fn gzip(&self, name: &str) {
        self.pack("gzip", name);
    }

    /// Compresses it; the name gets longer by what this program adds.
    pub fn pack(&self, packer: &str, name: &str) {
        let mut command = Command::new(packer);
        if packer == "zstd" {
            command.args(["-q", "--rm"]); // it keeps what it compresses, and talks
        }
        assert!(command.arg(self.path(name)).status().unwrap().success());
    }

    /// Takes what comes within a moment; false when the script has ended.
    pub fn take(&mut self, wait: Duration) -> bool {
        self.take_part(wait, usize::MAX)
    }

    /// Takes but so many bytes of it.
    pub fn take_part(&mut self, wait: Duration, most: usize) -> bool {
        let Some(run) = &mut self.run else { return false };
        let came = match run.came.recv_timeout(wait) {
            Ok(came) => came,
            Err(RecvTimeoutError::Timeout) => return true,
            Err(RecvTimeoutError::Disconnected) => return false,
        };
        let (log, events, remote) = (&mut self.log, &mut self.events, &mut self.remote);
        let way = &mut self.way;
        let (resumes, told) = (&mut self.resumes, &mut self.zone);
        let mut again = false;
        run.parser.feed(&came[..came.len().min(most)], |piece| {
            let mut steps = Vec::new();
            remote.take(piece, |step| match step {
                Step::Append { bytes, .. } => log.extend_from_slice(bytes),
                Step::EndLine { .. } => log.push(b'\n'),
                Step::Again => again = true,
                Step::Hello(_, zone) => *told = told.or(zone.map(|zone| (zone, log.len()))),
                Step::CaughtUp | Step::Beat => {}
                Step::Path => steps.push(String::new()),
                Step::Named(nth) => {
                    let next = way.upcoming.drain(..nth as usize).next_back().unwrap();
                    way.before = Some(std::mem::replace(&mut way.now, next));
                    steps.push("Named".to_owned());
                }
                other => steps.push(format!("{other:?}")),
            });
            if let Some(resume) = remote.resume() {
                resumes.push((resume.generations, log.len()));
            }
            for step in steps {
                events.push(if step.is_empty() { format!("{:?}", remote.path()) } else { step });
            }
        });
        if again {
            self.events.push("Again".to_owned());
            self.cut();
            self.connect();
        }
        true
    }

    /// Waits until the log is exactly this.
    pub fn expect(&mut self, wanted: impl AsRef<[u8]>) {
        let wanted = wanted.as_ref();
        self.wanted = wanted.to_vec();
        let until = Instant::now() + DEADLINE;
        while self.log != wanted {
            let fine = wanted.starts_with(&self.log) && Instant::now() < until;
            assert!(fine, "{}", self.difference(wanted));
            assert!(self.take(Duration::from_millis(50)), "ended; {}", self.difference(wanted));
        }
    }

    /// Waits until the log is what was expected last with this behind it.
    pub fn expect_more(&mut self, more: &str) {
        let wanted = [&self.wanted, more.as_bytes()].concat();
        self.expect(wanted);
    }

    /// Makes sure that nothing more comes, once everything was looked at again.
    pub fn expect_no_more(&mut self) {
        let before = self.log.len();
        let until = Instant::now() + Duration::from_millis(800);
        while Instant::now() < until {
            self.take(Duration::from_millis(50));
        }
        let more = String::from_utf8_lossy(&self.log[before..]).into_owned();
        assert_eq!(more, "", "{:?}: something came that nobody had written: {:?}", self.shell, self.events);
    }

    /// Waits until something of that name has happened.
    pub fn expect_event(&mut self, name: &str) {
        let until = Instant::now() + DEADLINE;
        while !self.events.iter().any(|event| event.contains(name)) {
            assert!(Instant::now() < until, "{:?}: never {name}: {:?}", self.shell, self.events);
            self.take(Duration::from_millis(50));
        }
    }

    pub fn count(&self, name: &str) -> usize {
        self.events.iter().filter(|event| event.contains(name)).count()
    }

    fn difference(&self, wanted: &[u8]) -> String {
        let same = self.log.iter().zip(wanted).take_while(|(a, b)| a == b).count();
        let show = |bytes: &[u8]| {
            let from = same.saturating_sub(60).min(bytes.len());
            String::from_utf8_lossy(&bytes[from..bytes.len().min(same + 120)]).into_owned()
        };
        format!(
            "{:?} differs at byte {same}\n  got {} bytes: …{:?}\n  wanted {} bytes: …{:?}\n  {:?}\n  {:?}",
            self.shell,
            self.log.len(),
            show(&self.log),
            wanted.len(),
            show(wanted),
            self.events,
            self.remote.resume(),
        )
    }
}

#[test]
fn the_scripts_are_clean() {
    if !is_installed("shellcheck") {
        println!("left out: shellcheck is not installed");
        return;
    }
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/source/ssh");
    let read = |name: &str| std::fs::read(source.join(name)).unwrap();
    for script in ["follow.sh", "service.sh"] {
        let mut command = Command::new("shellcheck");
        command.args(["-s", "sh", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let text = [read("files.sh"), read(script)].concat();
        child.stdin.take().unwrap().write_all(&text).unwrap();
        let said = child.wait_with_output().unwrap();
        assert!(said.status.success(), "{script}:\n{}", String::from_utf8_lossy(&said.stdout));
    }
}
