//! Which bytes of which generation stand where in the log.

use std::collections::VecDeque;

use super::super::pos::Pos;

/// What stands somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// Bytes of a generation, by its number.
    File { number: u64, offset: u64 },
    /// A newline of ours.
    Newline,
    /// Bytes of a file that was cut.
    Lost,
}

#[derive(Clone, Copy, Debug)]
struct Part {
    pos: Pos,
    len: u64,
    what: What,
}

/// All parts of a log, without holes between them.
#[derive(Default)]
pub(super) struct Parts {
    parts: VecDeque<Part>,
}

/// Parts that are known; of older ones nothing is.
const PARTS: usize = 4096;

impl Parts {
    /// Something comes behind the last.
    pub fn push(&mut self, pos: Pos, len: u64, what: What) {
        if len == 0 {
            return;
        }
        if let Some(last) = self.parts.back_mut()
            && let (What::File { number, offset }, What::File { number: next, offset: from }) =
                (last.what, what)
            && number == next
            && offset + last.len == from
            && last.pos + last.len == pos
        {
            last.len += len;
            return;
        }
        self.parts.push_back(Part { pos, len, what });
        if self.parts.len() > PARTS {
            self.parts.pop_front();
        }
    }

    /// What stands at a position, and how much of it from there on.
    pub fn at(&self, pos: Pos) -> Option<(What, u64)> {
        let at = self.parts.partition_point(|part| part.pos + part.len <= pos);
        let part = self.parts.get(at)?;
        if part.pos > pos {
            return Some((What::Lost, part.pos - pos));
        }
        let before = pos - part.pos;
        let what = match part.what {
            What::File { number, offset } => What::File { number, offset: offset + before },
            other => other,
        };
        Some((what, part.len - before))
    }

    /// A generation's bytes from `offset` on are not there any more.
    pub fn lose(&mut self, number: u64, offset: u64) {
        let mut parts = VecDeque::with_capacity(self.parts.len() + 1);
        for part in self.parts.drain(..) {
            match part.what {
                What::File { number: of, offset: from } if of == number && from + part.len > offset => {
                    let kept = offset.saturating_sub(from);
                    if kept > 0 {
                        parts.push_back(Part { len: kept, ..part });
                    }
                    let lost = Part { pos: part.pos + kept, len: part.len - kept, what: What::Lost };
                    parts.push_back(lost);
                }
                _ => parts.push_back(part),
            }
        }
        self.parts = parts;
    }
}
