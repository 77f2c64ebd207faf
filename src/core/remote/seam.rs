//! Where a log that had come without a word of where it stood goes on by the book: its last bytes are looked for
//! in what comes first.
//!
//! ```text
//!   log    what came by plain tail ····· LAST│ what comes by the book …
//!   comes                ····· lines · LAST │ more lines
//! ```

use memchr::{memchr, memmem};

use super::part::What;
use super::{Pos, Remote, Step};

/// What is to be joined.
pub(super) struct Seam {
    /// Where the log ended.
    at: Pos,
    /// Its last bytes.
    last: Vec<u8>,
    /// What came of the file so far.
    pub came: Vec<u8>,
}

/// Bytes that are looked through, at most.
const MOST: usize = 4 << 20;

impl Remote {
    /// Of a log that ends at `at` with the bytes `last`, and of which nothing else is known.
    pub fn behind(at: Pos, last: Vec<u8>) -> Remote {
        let open = last.last().is_some_and(|&last| last != b'\n');
        Remote { end: at, open, seam: Some(Seam { at, last, came: Vec::new() }), ..Remote::default() }
    }

    /// Takes bytes of the file that may have come before.
    pub(super) fn wait_to_join(&mut self, at: usize, bytes: &[u8], step: &mut dyn FnMut(Step<'_>)) {
        let Some(seam) = &mut self.seam else { return };
        seam.came.extend_from_slice(bytes);
        let enough = seam.came.len() >= MOST;
        self.generations[at].read += bytes.len() as u64;
        if enough {
            self.join(step);
        }
    }

    /// Joins what came to the log, if that was waited for.
    pub(super) fn join(&mut self, step: &mut dyn FnMut(Step<'_>)) {
        if self.generations.is_empty() {
            return;
        }
        let Some(Seam { at, last, came }) = self.seam.take() else { return };
        let found = memmem::rfind(&came, &last).map(|found| found + last.len());
        let cut = std::mem::take(&mut self.cutting);
        let line = || if cut { memchr(b'\n', &came).map_or(came.len(), |newline| newline + 1) } else { 0 };
        let from = found.unwrap_or_else(line);
        self.start = Some(at);
        self.parts.push(Pos(0), at.0, What::Lost);
        if found.is_none() {
            self.end_line(step);
        }
        step(Step::Joined { found: found.is_some() });
        let current = self.generations.len() - 1;
        self.generations[current].read -= (came.len() - from) as u64;
        self.append(current, &came[from..], step);
    }
}
