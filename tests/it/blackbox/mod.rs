//! The program without a screen against the catalogue of what can happen to a file: every line exactly
//! once, whole, in order, or a gap is told. What happens "between two looks" happens while the program is
//! stopped.

#![allow(clippy::unwrap_used)]

mod content;
mod growth;
mod remove;
mod rename;
mod soak;
mod truncate;

use std::fs::{self, File, OpenOptions};
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, WaitOptions, kill_process, waitpid};

pub use super::folder::{Folder, append};
pub use super::headless::{numbers, tailpane, text};

/// How long anything may take before a test gives up; far more than it ever takes.
const DEADLINE: Duration = Duration::from_secs(30);
/// How long nothing more may come at the end of a test.
const QUIET: Duration = Duration::from_millis(250);

/// A log in a folder of its own, followed by the program, and what has to come out of it.
pub struct Case {
    pub folder: Folder,
    pub program: Program,
    wanted: Vec<u8>,
}

/// The running program, and everything it has said.
pub struct Program {
    pub child: Child,
    pub out: Said,
    pub err: Said,
}

/// What came out of a stream until now.
#[derive(Clone, Default)]
pub struct Said(Arc<(Mutex<Vec<u8>>, Condvar)>);

impl Said {
    fn of(mut stream: impl Read + Send + 'static) -> Said {
        let said = Said::default();
        let to = said.clone();
        std::thread::spawn(move || {
            let mut buf = vec![0; 64 << 10];
            while let Ok(n @ 1..) = stream.read(&mut buf) {
                to.0.0.lock().unwrap().extend_from_slice(&buf[..n]);
                to.0.1.notify_all();
            }
        });
        said
    }

    pub fn bytes(&self) -> Vec<u8> {
        self.0.0.lock().unwrap().clone()
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes()).into_owned()
    }

    /// Waits until what was said is as wanted; false when it never is.
    pub fn wait(&self, within: Duration, mut wanted: impl FnMut(&[u8]) -> bool) -> bool {
        let until = Instant::now() + within;
        let mut said = self.0.0.lock().unwrap();
        while !wanted(&said) {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            said = self.0.1.wait_timeout(said, left).unwrap().0;
        }
        true
    }
}

impl Program {
    pub fn start(args: &[&str]) -> Program {
        Program::spawn(&mut tailpane(&[&["--plain", "-n", "+1"], args].concat()))
    }

    pub fn spawn(command: &mut Command) -> Program {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (out, err) = (Said::of(child.stdout.take().unwrap()), Said::of(child.stderr.take().unwrap()));
        Program { child, out, err }
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Stops it, and returns when it stands still.
    pub fn stop(&self) {
        self.signal(Signal::STOP);
        let stopped = waitpid(Some(Pid::from_child(&self.child)), WaitOptions::UNTRACED).unwrap();
        assert!(stopped.is_some_and(|(_, status)| status.stopped()));
    }

    pub fn go_on(&self) {
        self.signal(Signal::CONT);
    }

    /// Waits until a sentence with this part was said on standard error.
    pub fn says(&self, part: &str) {
        let said = self.err.wait(DEADLINE, |said| String::from_utf8_lossy(said).contains(part));
        assert!(said, "{part:?} was never said, but: {}", self.err.text());
    }

    /// Waits until it has a file open.
    #[cfg(target_os = "linux")]
    fn opens(&self, path: &Path) {
        let path = path.canonicalize().unwrap();
        let open = format!("/proc/{}/fd", self.child.id());
        let has = || {
            fs::read_dir(&open)
                .unwrap()
                .flatten()
                .any(|fd| fs::read_link(fd.path()).is_ok_and(|to| to == path))
        };
        let until = Instant::now() + DEADLINE;
        while !has() {
            assert!(Instant::now() < until, "{} is never opened", path.display());
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// A figure of the system's about it, in KiB.
    #[cfg(target_os = "linux")]
    pub fn memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }

    /// Time it has computed, in hundredths of a second.
    #[cfg(target_os = "linux")]
    pub fn computed(&self) -> u64 {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
        fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It has ended already in some tests.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Case {
    /// `a.log` in a new folder, which holds this when following begins.
    pub fn with(content: impl AsRef<[u8]>) -> Case {
        let folder = Folder::new();
        folder.write("a.log", content.as_ref());
        let mut case = Case::follow(folder, "a.log");
        // Of an empty file nothing comes that would tell when following begins.
        #[cfg(target_os = "linux")]
        case.program.opens(&case.folder.path("a.log"));
        case.comes(content);
        case
    }

    /// A path in a folder, whatever is there now.
    pub fn follow(folder: Folder, name: &str) -> Case {
        let program = Program::start(&[text(&folder.path(name))]);
        Case { folder, program, wanted: Vec::new() }
    }

    pub fn append(&self, name: &str, text: impl AsRef<[u8]>) {
        append(&self.folder.path(name), text);
    }

    /// Appends to the followed file.
    pub fn log(&self, text: impl AsRef<[u8]>) {
        self.append("a.log", text);
    }

    /// The followed file, open for appending.
    pub fn writer(&self) -> File {
        OpenOptions::new().create(true).append(true).open(self.folder.path("a.log")).unwrap()
    }

    pub fn rename(&self, from: &str, to: &str) {
        fs::rename(self.folder.path(from), self.folder.path(to)).unwrap();
    }

    pub fn remove(&self, name: &str) {
        fs::remove_file(self.folder.path(name)).unwrap();
    }

    pub fn copy(&self, from: &str, to: &str) {
        fs::copy(self.folder.path(from), self.folder.path(to)).unwrap();
    }

    pub fn cut(&self, len: u64) {
        OpenOptions::new().write(true).open(self.folder.path("a.log")).unwrap().set_len(len).unwrap();
    }

    /// Renames `a.log.1` to `a.log.2` and so on, and `a.log` to `a.log.1`.
    pub fn rotate(&self) {
        self.make_room();
        self.rename("a.log", "a.log.1");
    }

    /// Copies `a.log` to `a.log.1`, where room is made before, and empties it.
    pub fn copytruncate(&self) {
        self.make_room();
        self.copy("a.log", "a.log.1");
        self.cut(0);
    }

    fn make_room(&self) {
        let name = |n: usize| format!("a.log.{n}");
        let last = (1..).find(|n| !self.folder.path(&name(*n)).exists()).unwrap();
        (1..last).rev().for_each(|n| self.rename(&name(n), &name(n + 1)));
    }

    /// What happens between two looks.
    pub fn stopped(&mut self, what: impl FnOnce(&Case)) {
        self.program.stop();
        what(self);
        self.program.go_on();
    }

    /// Something has come: the program has looked at what was there.
    pub fn begins(&mut self) {
        assert!(self.program.out.wait(DEADLINE, |said| !said.is_empty()), "{}", self.program.err.text());
    }

    /// These bytes come next, and nothing else before them.
    pub fn comes(&mut self, text: impl AsRef<[u8]>) {
        self.wanted.extend_from_slice(text.as_ref());
        let wanted = &self.wanted;
        let mut same = true;
        let came = self.program.out.wait(DEADLINE, |said| {
            same = wanted.starts_with(said);
            !same || said.len() == wanted.len()
        });
        assert!(came && same, "{}", difference(&self.program.out.bytes(), wanted, &self.program.err.text()));
    }

    /// Nothing more comes, but what is written from now on does.
    pub fn goes_on(&mut self) {
        self.log("and on\n");
        self.comes("and on\n");
        let len = self.wanted.len();
        let more = self.program.out.wait(QUIET, |said| said.len() > len);
        assert!(!more, "{}", difference(&self.program.out.bytes(), &self.wanted, &self.program.err.text()));
    }

    /// [`Case::goes_on`], and nothing was missing until now.
    pub fn goes_on_without_gap(&mut self) {
        self.goes_on();
        let said = self.program.err.text();
        assert!(!said.contains("a gap"), "{said}");
    }

    /// [`Case::goes_on`], and it was said that lines may be missing.
    pub fn goes_on_behind_a_gap(&mut self) {
        self.program.says("a gap");
        self.goes_on();
    }
}

/// Where two texts part.
pub fn difference(got: &[u8], wanted: &[u8], said: &str) -> String {
    let same = got.iter().zip(wanted).take_while(|(a, b)| a == b).count();
    let show = |bytes: &[u8]| {
        let from = same.saturating_sub(60).min(bytes.len());
        String::from_utf8_lossy(&bytes[from..bytes.len().min(same + 200)]).into_owned()
    };
    format!(
        "differs at byte {same}\n  got {} bytes: …{:?}\n  wanted {} bytes: …{:?}\n  said: {said}",
        got.len(),
        show(got),
        wanted.len(),
        show(wanted)
    )
}
