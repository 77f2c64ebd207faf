//! The headers and their words. What a host says is checked here: numbers are numbers, fingerprints can be
//! quoted, texts are bounded.

use std::sync::Arc;

/// The first bytes of a file, as a checksum of the host's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    /// How many bytes, at most 256.
    pub len: u32,
    /// Their checksum: letters and digits.
    pub sum: Arc<str>,
}

/// How growth is noticed on the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wake {
    /// The system tells, and a slow look makes sure.
    Events,
    /// By looking, every so many milliseconds.
    Poll(u32),
}

/// What is there instead of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missing {
    /// Nothing.
    Nothing,
    /// A folder.
    Folder,
    /// A pipe, a socket, a device.
    Special,
    /// A file of the kernel's, which was given as it was; the script has ended.
    Kernel,
}

/// Why something does not work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The file cannot be read; it is tried again. The host's words.
    Read(String),
    /// Commands that are needed are not there; the script has ended.
    Tools(String),
}

/// What a path is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A regular file.
    File,
    /// A regular file that cannot be read.
    Unreadable,
    /// A folder.
    Folder,
    /// A pipe, a socket, a device.
    Special,
}

/// How an answer ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// All was said.
    Done,
    /// There is no such thing (any more): a range whose bytes are nowhere, a path that is missing.
    Gone,
    /// It is there and cannot be read, or a command is missing: the host's words.
    Failed(String),
}

/// What a header says. Files are named by their inode, offsets are bytes of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // the fields say it
pub enum Header {
    /// `H`: the script runs. `zone`: what its clock is ahead of UTC, in seconds, where it knows.
    Hello { version: u32, wake: Wake, zone: Option<i32> },
    /// `S`: the files beside the path that are no news: inode and size, the newest last.
    Siblings(Vec<(u64, u64)>),
    /// `O`: now this file is read, from `offset` on; it is `size` long. `cut`: that is within a line, which is to
    /// be dropped up to its newline. `on`: it is found under another name from here on, the how-manieth of those that
    /// were waited for.
    Open { ino: u64, offset: u64, size: u64, cut: bool, on: Option<u32> },
    /// `D`: its bytes from `offset` on follow; it was `size` long when it was looked at (zero: not known).
    Data { ino: u64, offset: u64, size: u64 },
    /// `C`: it is read to here (not told where the script cannot know), and there was no more.
    CaughtUp { ino: u64, offset: Option<u64> },
    /// `F`: its fingerprint now.
    Fingerprint { ino: u64, print: Fingerprint },
    /// `K`: it was copied before it was cut; the rest of `ino` from `offset` on comes from `copy`.
    Copy { ino: u64, copy: u64, offset: u64 },
    /// `T`: it was cut or rewritten; it is read from `at` on next.
    Truncated { ino: u64, at: u64 },
    /// `G`: bytes from `offset` on are nowhere; how many, where that is known.
    Gap { ino: u64, offset: u64, bytes: Option<u64> },
    /// `M`: there is no file at the path.
    Missing(Missing),
    /// `E`: something does not work.
    Trouble(Trouble),
    /// `B`: still there, and there is nothing new.
    Beat,
    /// `L`: it looks through the files beside the path, which may take long. Where nobody hears it, the script ends.
    Looking,
    /// `X`: the script has lost count and ends; it is to be started again with the resume list.
    Again,
    /// `A`: the answer to a request begins.
    Answer { id: u64 },
    /// `N`: the name that follows (its bytes, to the next header) is this.
    Entry { kind: Kind, ino: u64, size: u64 },
    /// `Z`: the answer ends.
    End { id: u64, end: End },
    /// Something a later version says, or a line that makes no sense.
    Unknown,
}

/// Texts of a host are kept to this many characters.
const TEXT: usize = 200;
/// Files beside the path that are remembered.
const SIBLINGS: usize = 64;
/// No file is as long: lengths and offsets can be added to each other and to what comes without end.
const LONG: u64 = 1 << 62;

impl Header {
    /// Of what stands behind the mark, without the newline.
    pub fn parse(line: &[u8]) -> Header {
        let line = String::from_utf8_lossy(line);
        let (word, rest) = line.split_once(' ').unwrap_or((&line, ""));
        Header::of(word, rest).unwrap_or(Header::Unknown)
    }

    fn of(word: &str, rest: &str) -> Option<Header> {
        let mut words = rest.split_ascii_whitespace();
        let words = &mut words;
        Some(match word {
            "H" => Header::Hello {
                version: number(words)?,
                wake: wake(words)?,
                zone: words.next().and_then(zone),
            },
            "S" => Header::Siblings(words.take(SIBLINGS).map(pair).collect::<Option<_>>()?),
            "O" => open(words)?,
            "D" => Header::Data { ino: number(words)?, offset: length(words)?, size: length(words)? },
            "C" => Header::CaughtUp { ino: number(words)?, offset: length(words) },
            "F" => Header::Fingerprint {
                ino: number(words)?,
                print: Fingerprint::checked(number(words)?, words.next()?)?,
            },
            "K" => Header::Copy { ino: number(words)?, copy: number(words)?, offset: length(words)? },
            "T" => Header::Truncated { ino: number(words)?, at: length(words)? },
            "G" => Header::Gap { ino: number(words)?, offset: length(words)?, bytes: length(words) },
            "M" => Header::Missing(match rest {
                "folder" => Missing::Folder,
                "special" => Missing::Special,
                "kernel" => Missing::Kernel,
                _ => Missing::Nothing,
            }),
            "E" => Header::Trouble(match rest.split_once(' ')? {
                ("tools", names) => Trouble::Tools(text(names)),
                (_, why) => Trouble::Read(text(why)),
            }),
            "B" => Header::Beat,
            "L" => Header::Looking,
            "X" => Header::Again,
            "A" => Header::Answer { id: number(words)? },
            "N" => Header::Entry { kind: kind(words)?, ino: number(words)?, size: length(words)? },
            "Z" => Header::End { id: number(words)?, end: end(words, rest)? },
            _ => return None,
        })
    }
}

impl Fingerprint {
    /// Only of a length and a checksum that can be quoted.
    fn checked(len: u32, sum: &str) -> Option<Fingerprint> {
        let fine = sum.len() <= 64 && !sum.is_empty() && sum.bytes().all(|byte| byte.is_ascii_alphanumeric());
        (fine && len <= 256).then(|| Fingerprint { len, sum: sum.into() })
    }
}

fn number<'a, N: std::str::FromStr>(words: &mut impl Iterator<Item = &'a str>) -> Option<N> {
    let word = words.next()?;
    word.bytes().all(|byte| byte.is_ascii_digit()).then(|| word.parse().ok())?
}

fn open<'a>(words: &mut impl Iterator<Item = &'a str>) -> Option<Header> {
    let (ino, offset, size) = (number(words)?, length(words)?, length(words)?);
    let (cut, on) = match words.next() {
        Some("cut") => (true, None),
        Some("on") => (false, Some(number(words).filter(|on| *on > 0)?)),
        _ => (false, None),
    };
    Some(Header::Open { ino, offset, size, cut, on })
}

/// How long a file is, or where in it something stands.
fn length<'a>(words: &mut impl Iterator<Item = &'a str>) -> Option<u64> {
    number(words).filter(|length| *length < LONG)
}

fn pair(word: &str) -> Option<(u64, u64)> {
    let (a, b) = word.split_once(':')?;
    Some((number(&mut [a].into_iter())?, number(&mut [b].into_iter())?))
}

fn wake<'a>(words: &mut impl Iterator<Item = &'a str>) -> Option<Wake> {
    match words.next()? {
        "events" => Some(Wake::Events),
        _ => number(words).map(Wake::Poll),
    }
}

/// `+0130`, in seconds.
fn zone(word: &str) -> Option<i32> {
    let (sign, digits) = match word.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let number = |part: Option<&str>| number::<i32>(&mut part.into_iter());
    let (hours, minutes) = (number(digits.get(..2))?, number(digits.get(2..))?);
    (digits.len() == 4 && hours <= 15 && minutes < 60).then_some(sign * (hours * 60 + minutes) * 60)
}

fn kind<'a>(words: &mut impl Iterator<Item = &'a str>) -> Option<Kind> {
    Some(match words.next()? {
        "file" => Kind::File,
        "unreadable" => Kind::Unreadable,
        "folder" => Kind::Folder,
        _ => Kind::Special,
    })
}

fn end<'a>(words: &mut impl Iterator<Item = &'a str>, rest: &str) -> Option<End> {
    Some(match words.next()? {
        "done" => End::Done,
        "gone" => End::Gone,
        _ => End::Failed(text(rest.splitn(3, ' ').nth(2).unwrap_or("failed"))),
    })
}

fn text(words: &str) -> String {
    words.chars().filter(|c| !c.is_control()).take(TEXT).collect()
}
