//! What the scripts on a host say: raw bytes of files, cut by header lines. It knows no shell, no link and
//! no file; it is given what came and says what it means.
//!
//! ```text
//! noise of a login shell … RS nonce H 1 poll 250 LF RS nonce O 42 0 900 LF … RS nonce D 42 0 900 LF bytes of
//! the file, whatever they are RS nonce C 42 900 LF …
//! ```
//!
//! RS is the byte 0x1e and the nonce 16 random hex digits, new at every start: no content can look like a
//! header, so bytes are neither escaped nor counted, and a short read does no harm.

mod header;
#[cfg(test)]
mod tests;

use memchr::memmem::Finder;

pub use header::{End, Fingerprint, Header, Kind, Missing, Trouble, Wake};

/// The byte that headers begin with.
pub const RS: u8 = 0x1e;
/// Bytes of what comes before the first header that are kept.
const NOISE: usize = 1024;
/// A header is never longer; what is longer is none.
const HEADER: usize = 4096;
/// RS, the nonce and a space.
const MARK: usize = 18;

/// What tells headers from content.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Nonce([u8; 16]);

impl Nonce {
    /// Of random bits that nobody on the host can guess.
    pub fn new(random: u64) -> Nonce {
        let mut digits = [0; 16];
        for (i, digit) in digits.iter_mut().enumerate() {
            *digit = b"0123456789abcdef"[(random >> (60 - 4 * i) & 15) as usize];
        }
        Nonce(digits)
    }

    /// Its 16 hex digits.
    pub fn digits(&self) -> &[u8; 16] {
        &self.0
    }

    fn mark(self) -> [u8; MARK] {
        let mut mark = [b' '; MARK];
        mark[0] = RS;
        mark[1..17].copy_from_slice(&self.0);
        mark
    }
}

/// A piece of what came, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// What the last header speaks of; never empty.
    Bytes(&'a [u8]),
    /// A header.
    Header(Header),
}

/// Takes apart what comes, however it is chopped. Bytes are handed out as they are, without copying, but for
/// the few that may have been the beginning of a header.
pub struct Parser {
    finder: Finder<'static>,
    /// What may be the beginning of a header at the end of what came last.
    held: Vec<u8>,
    noise: Vec<u8>,
    noisy: u64,
    begun: bool,
}

impl Parser {
    /// For one start of a script.
    pub fn new(nonce: Nonce) -> Parser {
        let finder = Finder::new(&nonce.mark()).into_owned();
        Parser { finder, held: Vec::new(), noise: Vec::new(), noisy: 0, begun: false }
    }

    /// The beginning of what came before the first header, for a message: what a login shell printed, or why it
    /// did not start anything.
    pub fn noise(&self) -> &[u8] {
        &self.noise
    }

    /// Bytes that came before the first header. Whoever sees very many of them without a header should give up.
    pub fn noisy(&self) -> u64 {
        self.noisy
    }

    /// Whether a header has come.
    pub fn begun(&self) -> bool {
        self.begun
    }

    /// Takes what came next and hands out its pieces.
    pub fn feed(&mut self, came: &[u8], mut each: impl FnMut(Piece<'_>)) {
        let mut came = came;
        while !self.held.is_empty() && !came.is_empty() {
            came = self.feed_held(came, &mut each);
        }
        while let Some(at) = self.finder.find(came) {
            self.give(&came[..at], &mut each);
            let Some(line) = header_line(&came[at..]) else {
                return self.hold(&came[at..], &mut each);
            };
            self.begun = true;
            each(Piece::Header(Header::parse(&line[MARK..line.len() - 1])));
            came = &came[at + line.len()..];
        }
        let kept = came.len() - self.half_a_mark(came);
        self.give(&came[..kept], &mut each);
        self.held.extend_from_slice(&came[kept..]);
    }

    /// Nothing more will come: hands out what was held back.
    pub fn finish(&mut self, mut each: impl FnMut(Piece<'_>)) {
        let held = std::mem::take(&mut self.held);
        self.give(&held, &mut each);
    }

    /// Adds to what is held until it is clear what it is; returns the rest of what came.
    fn feed_held<'a>(&mut self, came: &'a [u8], each: &mut impl FnMut(Piece<'_>)) -> &'a [u8] {
        let mark = self.finder.needle();
        let missing = MARK.saturating_sub(self.held.len()).min(came.len());
        let same = came.iter().zip(&mark[self.held.len().min(MARK)..]).take_while(|(a, b)| a == b).count();
        if same < missing {
            // No header. What is held of it begins with RS, and a mark has none but the first.
            let held = std::mem::take(&mut self.held);
            self.give(&held, each);
            self.give(&came[..same], each);
            return &came[same..];
        }
        if self.held.len() + missing < MARK {
            self.held.extend_from_slice(came);
            return &[];
        }
        let end = memchr::memchr(b'\n', &came[missing..]).map_or(came.len(), |at| missing + at + 1);
        self.held.extend_from_slice(&came[..end]);
        if self.held.last() == Some(&b'\n') {
            let line = std::mem::take(&mut self.held);
            self.begun = true;
            each(Piece::Header(Header::parse(&line[MARK..line.len() - 1])));
        } else if self.held.len() > HEADER {
            let held = std::mem::take(&mut self.held);
            self.give(&held, each);
        }
        &came[end..]
    }

    /// Holds a header that has no end yet, unless it is too long to be one.
    fn hold(&mut self, header: &[u8], each: &mut impl FnMut(Piece<'_>)) {
        if header.len() > HEADER {
            self.give(header, each);
        } else {
            self.held.extend_from_slice(header);
        }
    }

    /// How many bytes at the end may be the beginning of a mark.
    fn half_a_mark(&self, came: &[u8]) -> usize {
        let end = &came[came.len().saturating_sub(MARK - 1)..];
        let starts = memchr::memchr_iter(RS, end).map(|at| end.len() - at);
        starts.into_iter().find(|len| self.finder.needle().starts_with(&end[end.len() - len..])).unwrap_or(0)
    }

    fn give(&mut self, bytes: &[u8], each: &mut impl FnMut(Piece<'_>)) {
        if self.begun {
            if !bytes.is_empty() {
                each(Piece::Bytes(bytes));
            }
            return;
        }
        let room = NOISE - self.noise.len();
        self.noise.extend_from_slice(&bytes[..bytes.len().min(room)]);
        self.noisy += bytes.len() as u64;
    }
}

/// The header at the beginning of these bytes, with its newline.
fn header_line(bytes: &[u8]) -> Option<&[u8]> {
    let within = &bytes[..bytes.len().min(HEADER + 1)];
    memchr::memchr(b'\n', within).map(|at| &bytes[..=at])
}
