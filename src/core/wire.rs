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
        let _ = (came, &mut each, HEADER);
        todo!()
    }

    /// Nothing more will come: hands out what was held back.
    pub fn finish(&mut self, mut each: impl FnMut(Piece<'_>)) {
        let _ = (&mut each, NOISE);
        todo!()
    }
}
