//! Following real files, from outside: every line exactly once, whole, in order.

#![allow(clippy::unwrap_used)]

mod content;
mod growth;
mod remove;
mod rename;
mod screen;
mod stdin;
mod truncate;
mod watching;

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use tailpane::app::source::{Notice, NoticeKind, Source, SourceId, State, Status};
use tailpane::core::pos::Pos;
use tailpane::source::{Drain, Drained, Follower, Keep};
use tempfile::TempDir;

/// How long anything may take.
const DEADLINE: Duration = Duration::from_secs(20);

/// A log in a folder of its own, followed and drained.
pub struct Log {
    pub dir: TempDir,
    name: String,
    pub follower: Follower,
    pub source: Source,
    drain: Drain,
    changed: Receiver<SourceId>,
    bytes: Vec<u8>,
    pub notices: Vec<Notice>,
}

impl Log {
    /// Follows `a.log` in a new folder; it has this content when following begins.
    pub fn with(content: &str) -> Log {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("a.log"), content).unwrap();
        Log::follow(dir, "a.log")
    }

    /// Follows `a.log` in a new folder; it is not there yet.
    pub fn missing() -> Log {
        Log::follow(tempfile::tempdir().unwrap(), "a.log")
    }

    pub fn follow(dir: TempDir, name: &str) -> Log {
        let (tell, changed) = channel();
        let follower = Follower::start(Keep::Unread, move |id| tell.send(id).unwrap_or(())).unwrap();
        let source = follower.open(SourceId(1), &dir.path().join(name));
        let drain = follower.drain(SourceId(1), Pos(0)).unwrap();
        let (bytes, notices) = (Vec::new(), Vec::new());
        Log { dir, name: name.to_owned(), follower, source, drain, changed, bytes, notices }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Appends to a file, made if it is not there.
    pub fn append(&self, name: &str, text: impl AsRef<[u8]>) {
        append(&self.path(name), text.as_ref());
    }

    /// Appends to the followed file.
    pub fn write(&self, text: impl AsRef<[u8]>) {
        self.append(&self.name, text);
    }

    /// The followed file, open for appending for longer.
    pub fn writer(&self) -> File {
        OpenOptions::new().create(true).append(true).open(self.path(&self.name)).unwrap()
    }

    pub fn rename(&self, from: &str, to: &str) {
        std::fs::rename(self.path(from), self.path(to)).unwrap();
    }

    pub fn copy(&self, from: &str, to: &str) {
        std::fs::copy(self.path(from), self.path(to)).unwrap();
    }

    pub fn remove(&self, name: &str) {
        std::fs::remove_file(self.path(name)).unwrap();
    }

    pub fn truncate(&self, len: u64) {
        OpenOptions::new().write(true).open(self.path(&self.name)).unwrap().set_len(len).unwrap();
    }

    /// What the follower says now.
    pub fn status(&self) -> Status {
        self.follower.status(SourceId(1)).unwrap()
    }

    /// Waits until the status is as wanted.
    pub fn wait_for(&self, what: &str, wanted: impl Fn(&Status) -> bool) {
        let until = Instant::now() + DEADLINE;
        while !wanted(&self.status()) {
            assert!(Instant::now() < until, "never {what}: {:?}", self.status());
            let _ = self.changed.recv_timeout(Duration::from_millis(50));
        }
    }

    pub fn wait_for_state(&self, what: &str, wanted: impl Fn(&State) -> bool) {
        self.wait_for(what, |status| wanted(&status.state));
    }

    /// Takes what there is now; false when there is nothing for the moment.
    pub fn take(&mut self) -> bool {
        match self.drain.read(&mut self.bytes, 1 << 20).unwrap() {
            Drained::Bytes => true,
            Drained::Notice(notice) => {
                self.notices.push(notice);
                true
            }
            Drained::Idle | Drained::Ended => false,
        }
    }

    /// Waits until all that ever came is exactly these lines, each with its newline.
    pub fn expect(&mut self, lines: &[impl AsRef<str>]) {
        let mut wanted = String::new();
        for line in lines {
            wanted.push_str(line.as_ref());
            wanted.push('\n');
        }
        self.expect_bytes(wanted.as_bytes());
    }

    pub fn expect_bytes(&mut self, wanted: &[u8]) {
        let until = Instant::now() + DEADLINE;
        loop {
            while self.take() {}
            let same = self.bytes.len() <= wanted.len() && wanted.starts_with(&self.bytes);
            assert!(same && Instant::now() < until, "{}", self.difference(wanted));
            if self.bytes == wanted {
                return;
            }
            let _ = self.changed.recv_timeout(Duration::from_millis(100));
        }
    }

    /// Makes sure that nothing more comes once everything was looked at again.
    pub fn expect_no_more(&mut self) {
        let until = Instant::now() + Duration::from_millis(700);
        let before = self.bytes.len();
        while Instant::now() < until {
            while self.take() {}
            let _ = self.changed.recv_timeout(Duration::from_millis(50));
        }
        let more = String::from_utf8_lossy(&self.bytes[before..]);
        assert_eq!(more, "", "something came that nobody had written");
    }

    /// Everything that was taken until now.
    pub fn taken(&self) -> Vec<u8> {
        self.bytes.clone()
    }

    fn difference(&self, wanted: &[u8]) -> String {
        let same = self.bytes.iter().zip(wanted).take_while(|(a, b)| a == b).count();
        let from = same.saturating_sub(60);
        let show = |bytes: &[u8]| {
            let end = bytes.len().min(same + 200);
            String::from_utf8_lossy(&bytes[from.min(end)..end]).into_owned()
        };
        format!(
            "differs at byte {same}\n  got {} bytes: …{:?}\n  wanted {} bytes: …{:?}\n  notices: {:?}\n  {:?}",
            self.bytes.len(),
            show(&self.bytes),
            wanted.len(),
            show(wanted),
            self.notices,
            self.status()
        )
    }

    /// The gaps that were announced.
    pub fn gaps(&self) -> Vec<&Notice> {
        self.notices.iter().filter(|notice| notice.kind == NoticeKind::Gap).collect()
    }
}

pub fn append(path: &Path, text: &[u8]) {
    OpenOptions::new().create(true).append(true).open(path).unwrap().write_all(text).unwrap();
}

/// Numbered lines `from..to`, as a text.
pub fn lines(from: usize, to: usize) -> String {
    (from..to).map(|i| format!("line {i}\n")).collect()
}

/// The same as a list.
pub fn list(from: usize, to: usize) -> Vec<String> {
    (from..to).map(|i| format!("line {i}")).collect()
}
