//! Living logs for those who have none at hand: a folder of files that a thread writes to at uneven rates,
//! and rotates now and then. The folder goes when the program ends.

pub mod voice;

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use jiff::{Timestamp, ToSpan};
use tempfile::TempDir;

use voice::{Random, VOICES, Voice};

/// Lines each log has when it is first looked at.
const BACKLOG: usize = 300;
/// How often the first log is rotated.
const ROTATE: Duration = Duration::from_secs(20);

/// The logs and their writer. Dropping it stops the writer and removes the folder.
pub struct Demo {
    folder: TempDir,
    stop: Option<Sender<()>>,
    writer: Option<JoinHandle<()>>,
}

impl Demo {
    /// Writes what the logs begin with, and starts the writer.
    ///
    /// # Errors
    /// When the folder for temporary files cannot be written to.
    pub fn start() -> io::Result<Demo> {
        let folder = tempfile::Builder::new().prefix("tailpane-demo-").tempdir()?;
        let now = Timestamp::now();
        let mut logs = Vec::new();
        for (seed, voice) in (1..).zip(VOICES) {
            let path = folder.path().join(voice.file);
            let mut random = Random::new(seed);
            std::fs::write(&path, backlog(voice, &mut random, now, BACKLOG))?;
            logs.push(Log { voice, file: append(&path)?, path, random, due: Instant::now() });
        }
        let (stop, stopped) = channel();
        let writer = std::thread::Builder::new().name("demo".into()).spawn(move || write(logs, &stopped))?;
        Ok(Demo { folder, stop: Some(stop), writer: Some(writer) })
    }

    /// The files to follow.
    pub fn files(&self) -> Vec<PathBuf> {
        VOICES.iter().map(|voice| self.folder.path().join(voice.file)).collect()
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(writer) = self.writer.take() {
            // A panic in there has been printed already.
            let _ = writer.join();
        }
    }
}

/// What a voice has said up to `now`: `lines` entries, a few seconds apart. An entry may be several lines.
pub fn backlog(voice: &Voice, random: &mut Random, now: Timestamp, lines: usize) -> String {
    let mut text = String::new();
    let mut moments: Vec<Timestamp> = Vec::with_capacity(lines);
    let mut moment = now;
    for _ in 0..lines {
        moment = moment.saturating_sub(random.within(20, 4_000).milliseconds()).unwrap_or(moment);
        moments.push(moment);
    }
    for moment in moments.into_iter().rev() {
        text += &(voice.say)(random, moment);
    }
    text
}

struct Log {
    voice: &'static Voice,
    path: PathBuf,
    file: File,
    random: Random,
    due: Instant,
}

fn append(path: &Path) -> io::Result<File> {
    OpenOptions::new().append(true).create(true).open(path)
}

/// Writes until the other end of `stopped` is gone. A demo whose disk is full falls silent.
fn write(mut logs: Vec<Log>, stopped: &Receiver<()>) {
    let mut rotation = Instant::now() + ROTATE;
    loop {
        let now = Instant::now();
        for log in logs.iter_mut().filter(|log| log.due <= now) {
            let entries = if log.random.one_in(40) { log.random.within(10, 50) } else { 1 };
            for _ in 0..entries {
                let text = (log.voice.say)(&mut log.random, Timestamp::now());
                if log.file.write_all(text.as_bytes()).is_err() {
                    return;
                }
            }
            let (least, most) = log.voice.pause;
            let pause = if log.random.one_in(30) {
                log.random.within(1_500, 4_000)
            } else {
                log.random.within(least, most)
            };
            log.due = now + Duration::from_millis(pause.unsigned_abs());
        }
        if rotation <= now {
            rotation = now + ROTATE;
            if let Some(log) = logs.first_mut()
                && rotate(log).is_err()
            {
                return;
            }
        }
        let next = logs.iter().map(|log| log.due).chain([rotation]).min().unwrap_or(rotation);
        match stopped.recv_timeout(next.saturating_duration_since(Instant::now())) {
            Err(RecvTimeoutError::Timeout) => {}
            _ => return,
        }
    }
}

fn rotate(log: &mut Log) -> io::Result<()> {
    let mut old = log.path.clone().into_os_string();
    old.push(".1");
    std::fs::rename(&log.path, old)?;
    log.file = append(&log.path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_a_screenful_at_once_and_nothing_afterwards() {
        let demo = Demo::start().unwrap();
        let files = demo.files();
        assert_eq!(files.len(), 4);
        for file in &files {
            let text = std::fs::read_to_string(file).unwrap();
            assert!(text.lines().count() >= BACKLOG, "{}", file.display());
        }
        let folder = files[0].parent().unwrap().to_path_buf();
        drop(demo);
        assert!(!folder.exists());
    }

    #[test]
    fn the_same_seed_says_the_same() {
        for voice in VOICES {
            let once = backlog(voice, &mut Random::new(7), Timestamp::UNIX_EPOCH, 50);
            let again = backlog(voice, &mut Random::new(7), Timestamp::UNIX_EPOCH, 50);
            assert_eq!(once, again);
            assert!(once.ends_with('\n'));
        }
    }

    #[test]
    fn a_rotation_leaves_the_old_file_beside_the_new_one() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.log");
        let mut log = Log {
            voice: &VOICES[0],
            file: append(&path).unwrap(),
            path: path.clone(),
            random: Random::new(1),
            due: Instant::now(),
        };
        log.file.write_all(b"old\n").unwrap();
        rotate(&mut log).unwrap();
        log.file.write_all(b"new\n").unwrap();
        assert_eq!(std::fs::read_to_string(dir.path().join("a.log.1")).unwrap(), "old\n");
        assert_eq!(std::fs::read_to_string(path).unwrap(), "new\n");
    }
}
