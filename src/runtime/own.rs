//! Reading the small files that are ours: settings, keys, workspaces, sessions. Whatever stands where one should be, a
//! look at it ends at once and takes little memory.

use std::fs::OpenOptions;
use std::io::{self, Read as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use rustix::fs::OFlags;

use crate::core::text::printable;

/// A file that is larger is none of ours.
const LARGEST: u64 = 4 << 20;

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
/// When it is not there, is no regular file, is larger than 4 MiB, is no UTF-8 or cannot be read.
pub fn read(path: &Path, what: &str) -> Result<String, Unread> {
    let shown = printable(&path.to_string_lossy());
    let unread = |why: &str| format!("{shown}: {what} cannot be read: {why}");
    let failed = |error: io::Error| Unread {
        missing: error.kind() == io::ErrorKind::NotFound,
        sentence: unread(&error.to_string()),
    };
    let refused = |sentence: String| Unread { missing: false, sentence };
    // A pipe that nobody writes to is opened at once so, and refused before it is read.
    let flags = OFlags::NONBLOCK.bits().cast_signed();
    let file = OpenOptions::new().read(true).custom_flags(flags).open(path).map_err(failed)?;
    let data = file.metadata().map_err(failed)?;
    if !data.is_file() {
        return Err(refused(unread("it is no regular file")));
    }
    let mut bytes = Vec::new();
    // It may grow while it is read, and files of the system do not say how large they are.
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > LARGEST {
        return Err(refused(unread("it is larger than 4 MiB")));
    }
    let no_text = |at: (usize, usize), why: &str| {
        refused(format!("{shown}:{}:{}: {what} cannot be read: {why}", at.0, at.1))
    };
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
