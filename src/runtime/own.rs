//! Reading the small files that are ours: settings, keys, workspaces, sessions. Whatever stands where one should be, a
//! look at it ends at once and takes little memory.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read as _};
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::OFlags;
use rustix::io::Errno;

use crate::core::text::printable;

/// A file that is larger is none of ours.
const LARGEST: u64 = 4 << 20;
/// How long is waited for all of what comes out of a pipe.
const PATIENCE: Duration = Duration::from_secs(5);

/// What some editors write before the text (the byte order mark of UTF-8).
const MARK: &[u8] = b"\xef\xbb\xbf";

/// Why there is no text.
#[derive(Debug, PartialEq, Eq)]
pub struct Unread {
    /// There is no such file.
    pub missing: bool,
    /// A sentence, with the place.
    pub sentence: String,
}

/// The text of a file; `what` is what a sentence calls it.
///
/// # Errors
/// When it is not there, is no regular file nor the empty one of the system (a link to `/dev/null` is how files are switched
/// off), is larger than 4 MiB, is no UTF-8 or cannot be read.
pub fn read(path: &Path, what: &str) -> Result<String, Unread> {
    let shown = printable(&path.to_string_lossy());
    let unread = |why: &str| format!("{shown}: {what} cannot be read: {why}");
    let failed = |error: io::Error| {
        let absent = error.kind() == io::ErrorKind::NotFound;
        match path.symlink_metadata() {
            Ok(_) if absent => {
                Unread { missing: false, sentence: unread("it is a link to something that is not there") }
            }
            _ => Unread { missing: absent, sentence: unread(&error.to_string()) },
        }
    };
    let refused = |sentence: String| Unread { missing: false, sentence };
    let file = open(path).map_err(failed)?;
    let data = file.metadata().map_err(failed)?;
    if !data.is_file() && !is_null(&data) {
        return Err(refused(unread("it is no regular file")));
    }
    let mut bytes = Vec::new();
    // It may grow while it is read, and files of the system do not say how large they are.
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(failed)?;
    text(bytes, &shown, what).map_err(refused)
}

/// Whether this is `/dev/null`, by whatever name.
fn is_null(data: &Metadata) -> bool {
    let null = Path::new("/dev/null").metadata().ok();
    data.file_type().is_char_device() && null.is_some_and(|null| null.rdev() == data.rdev())
}

/// The text of what is to be had only once, or never ends: of a pipe or a device, as `--config <(…)` and `--config
/// /dev/null` name one; none where something else stands. It is waited for, but not for ever.
///
/// # Errors
/// A sentence when nobody writes to it, or not to its end, when it is larger than 4 MiB, no UTF-8 or cannot be read.
pub fn once(path: &Path, what: &str) -> Option<Result<String, String>> {
    once_within(path, what, PATIENCE)
}

fn once_within(path: &Path, what: &str, patience: Duration) -> Option<Result<String, String>> {
    let kind = path.metadata().ok()?.file_type();
    if !kind.is_fifo() && !kind.is_char_device() {
        return None;
    }
    let shown = printable(&path.to_string_lossy());
    let come = open(path).and_then(|file| drain(&file, kind.is_fifo(), patience));
    let come = come.map_err(|error| format!("{shown}: {what} cannot be read: {error}"));
    Some(come.and_then(|bytes| text(bytes, &shown, what)))
}

/// Everything that comes out of a pipe or a device, at most one byte more than is taken.
fn drain(mut file: &File, pipe: bool, patience: Duration) -> io::Result<Vec<u8>> {
    let until = Instant::now() + patience;
    let (mut bytes, mut ended) = (Vec::new(), !pipe);
    loop {
        let room = (LARGEST + 1).saturating_sub(bytes.len() as u64);
        let why = match file.by_ref().take(room).read_to_end(&mut bytes) {
            Ok(_) if ended || !bytes.is_empty() => return Ok(bytes),
            // A pipe is at its end too before anybody has begun to write to it.
            Ok(_) => "nobody writes to it",
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => "its end does not come",
            Err(error) => return Err(error),
        };
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::Error::new(io::ErrorKind::TimedOut, why));
        }
        let mut asked = [PollFd::new(&file, PollFlags::IN)];
        match poll(&mut asked, Timespec::try_from(left).ok().as_ref()) {
            Ok(_) => ended |= asked[0].revents().contains(PollFlags::HUP),
            Err(Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// Opens a file. A pipe that nobody writes to is opened at once too.
fn open(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).custom_flags(OFlags::NONBLOCK.bits().cast_signed()).open(path)
}

/// What was read as text, unless there is too much of it.
fn text(bytes: Vec<u8>, shown: &str, what: &str) -> Result<String, String> {
    if bytes.len() as u64 > LARGEST {
        return Err(format!("{shown}: {what} cannot be read: it is larger than 4 MiB"));
    }
    let no_text =
        |at: (usize, usize), why: &str| format!("{shown}:{}:{}: {what} cannot be read: {why}", at.0, at.1);
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(no_text((1, 1), "this is UTF-16; save it as UTF-8"));
    }
    // A mark that some editors write first is no character of the text.
    let text = bytes.strip_prefix(MARK).unwrap_or(&bytes);
    std::str::from_utf8(text).map(str::to_owned).map_err(|error| {
        let good = String::from_utf8_lossy(&text[..error.valid_up_to()]);
        let line = good.matches('\n').count() + 1;
        let column = good.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        no_text((line, column), "this is no UTF-8")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_small_text_is_refused_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        let name = path.display();
        let told = || read(&path, "the config").unwrap_err();
        assert!(told().missing);
        let make: [&dyn Fn(); 3] = [
            &|| {
                rustix::fs::mkfifoat(rustix::fs::CWD, &path, 0o600.into()).unwrap();
            },
            &|| std::os::unix::fs::symlink("/dev/zero", &path).unwrap(),
            &|| std::fs::create_dir(&path).unwrap(),
        ];
        for make in make {
            make();
            let sentence = format!("{name}: the config cannot be read: it is no regular file");
            assert_eq!(told(), Unread { missing: false, sentence });
            let _ = std::fs::remove_file(&path).or_else(|_| std::fs::remove_dir(&path));
        }
        let file = std::fs::File::create(&path).unwrap();
        file.set_len(LARGEST).unwrap();
        assert_eq!(read(&path, "the config").unwrap().len() as u64, LARGEST);
        file.set_len(1 << 40).unwrap();
        assert!(told().sentence.ends_with("it is larger than 4 MiB"));
    }

    #[test]
    fn a_file_that_is_switched_off_is_empty() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        std::os::unix::fs::symlink("/dev/null", &path).unwrap();
        assert_eq!(read(&path, "the config"), Ok(String::new()));
        std::fs::remove_file(&path).unwrap();
        std::os::unix::fs::symlink("/dev/tty", &path).unwrap();
        assert!(read(&path, "the config").is_err(), "another device is no file");
    }

    #[test]
    fn a_link_to_nothing_is_no_missing_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        std::os::unix::fs::symlink("none", &path).unwrap();
        let told = read(&path, "the config").unwrap_err();
        assert!(!told.missing && told.sentence.ends_with("it is a link to something that is not there"));
    }

    #[test]
    fn pipes_and_devices_are_read_once_and_never_waited_for_for_ever() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pipe");
        let once = |path: &str| once_within(Path::new(path), "the config", PATIENCE);
        assert_eq!(once("/dev/null"), Some(Ok(String::new())));
        assert!(once("/dev/zero").unwrap().unwrap_err().ends_with("it is larger than 4 MiB"));
        assert_eq!(once("/"), None);
        rustix::fs::mkfifoat(rustix::fs::CWD, &path, 0o600.into()).unwrap();
        let brief = Duration::from_millis(50);
        let told = once_within(&path, "the config", brief).unwrap().unwrap_err();
        assert_eq!(told, format!("{}: the config cannot be read: nobody writes to it", path.display()));
        let into = path.clone();
        let writer = std::thread::spawn(move || {
            let mut pipe = OpenOptions::new().write(true).open(into).unwrap();
            std::io::Write::write_all(&mut pipe, "context = 3\n".repeat(10_000).as_bytes()).unwrap();
        });
        let patience = Duration::from_secs(60);
        assert_eq!(once_within(&path, "the config", patience).unwrap().unwrap().len(), 120_000);
        writer.join().unwrap();
        let (read, write) = std::io::pipe().unwrap();
        let path = format!("/dev/fd/{}", std::os::fd::AsRawFd::as_raw_fd(&read));
        let told = once_within(Path::new(&path), "the config", brief).unwrap().unwrap_err();
        assert!(told.ends_with("its end does not come"), "{told}");
        drop(write);
        assert_eq!(once_within(Path::new(&path), "the config", patience), Some(Ok(String::new())));
    }

    #[test]
    fn what_is_no_utf_8_is_told_with_its_place() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keymap.toml");
        std::fs::write(&path, b"[normal]\n\xc3\xa4 = \xff").unwrap();
        let told = read(&path, "the keymap").unwrap_err().sentence;
        assert_eq!(told, format!("{}:2:5: the keymap cannot be read: this is no UTF-8", path.display()));
    }

    #[test]
    fn marks_of_an_encoding_are_no_part_of_the_text() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        std::fs::write(&path, b"\xef\xbb\xbfwrap = true\r\n").unwrap();
        assert_eq!(read(&path, "the config").unwrap(), "wrap = true\r\n");
        std::fs::write(&path, b"\xef\xbb\xbfab\xff").unwrap();
        let told =
            || read(&path, "the config").unwrap_err().sentence.replace(&path.display().to_string(), "c");
        assert_eq!(told(), "c:1:3: the config cannot be read: this is no UTF-8");
        std::fs::write(&path, b"\xff\xfew\0r\0").unwrap();
        assert_eq!(told(), "c:1:1: the config cannot be read: this is UTF-16; save it as UTF-8");
    }
}
