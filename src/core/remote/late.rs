//! What comes of a file after a newer one began: it finds its place behind a whole line.

use memchr::memrchr;

use super::{Remote, Step};

/// Late bytes are not held longer than until there are this many.
const LATE: usize = 1 << 20;
/// Nor longer than this many beats: nobody is expected to finish their last line then.
const BEATS: u32 = 2;

impl Remote {
    /// Puts whole late lines behind the log's last whole line; with `all` also what is unfinished.
    pub(super) fn place_late(&mut self, all: bool, step: &mut dyn FnMut(Step<'_>)) {
        for at in 0..self.generations.len() {
            let held = self.generations[at].late.len();
            let all = all || held > LATE;
            if held == 0 || self.open && !all {
                continue;
            }
            let whole = memrchr(b'\n', &self.generations[at].late).map_or(0, |newline| newline + 1);
            let end = if all { held } else { whole };
            if end == 0 {
                continue;
            }
            self.end_line(step);
            let mut late = std::mem::take(&mut self.generations[at].late);
            self.append(at, &late[..end], step);
            late.drain(..end);
            self.generations[at].late = late;
            if all {
                self.end_line(step);
            }
        }
    }

    /// Nobody is waited for for ever.
    pub(super) fn beat(&mut self, step: &mut dyn FnMut(Step<'_>)) {
        let mut over = false;
        for generation in self.generations.iter_mut().filter(|generation| !generation.late.is_empty()) {
            generation.beats += 1;
            over |= generation.beats >= BEATS;
        }
        if over {
            self.place_late(true, step);
        }
    }
}
