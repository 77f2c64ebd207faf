//! Where printing begins in a log that is there already.

use std::io;

use crate::core::pos::Pos;
use crate::core::store::Store;

/// Bytes looked at in one go.
const BLOCK: usize = 64 << 10;

/// Where the last `n` lines before `end` begin; the start of what can be read if there are fewer. An
/// unfinished last line is a line. Looks at no more than these lines and a block, however long the log is.
///
/// # Errors
/// As [`Store::read_at`].
pub fn last_lines(store: &dyn Store, end: Pos, n: u64) -> io::Result<Pos> {
    if n == 0 {
        return Ok(end);
    }
    let mut buf = vec![0; BLOCK];
    let mut left = n;
    let mut to = end;
    loop {
        let start = store.range().start;
        let from = to.back(BLOCK as u64).max(start);
        if from >= to {
            return Ok(to.max(start));
        }
        let block = &mut buf[..usize::try_from(to - from).unwrap_or(BLOCK)];
        let held = fill(store, from, block)?;
        let block = &block[..held];
        for at in memchr::memrchr_iter(b'\n', block) {
            let behind = from + at as u64 + 1;
            if behind >= end {
                continue; // the newline that ends the last line
            }
            left -= 1;
            if left == 0 {
                return Ok(behind);
            }
        }
        to = from;
    }
}

/// Reads until `buf` is full or nothing more is there.
fn fill(store: &dyn Store, from: Pos, buf: &mut [u8]) -> io::Result<usize> {
    let mut held = 0;
    while held < buf.len() {
        match store.read_at(from + held as u64, &mut buf[held..])? {
            0 => break,
            n => held += n,
        }
    }
    Ok(held)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn naive(text: &[u8], n: usize) -> usize {
        let lines: Vec<&[u8]> = text.split_inclusive(|byte| *byte == b'\n').collect();
        lines[..lines.len().saturating_sub(n)].iter().map(|line| line.len()).sum()
    }

    #[test]
    fn an_unfinished_line_counts() {
        let text = b"one\ntwo\nthree".to_vec();
        assert_eq!(last_lines(&text, Pos(13), 1).unwrap(), Pos(8));
        assert_eq!(last_lines(&text, Pos(13), 2).unwrap(), Pos(4));
        assert_eq!(last_lines(&text, Pos(8), 1).unwrap(), Pos(4));
        assert_eq!(last_lines(&text, Pos(13), 0).unwrap(), Pos(13));
        assert_eq!(last_lines(&text, Pos(13), 99).unwrap(), Pos(0));
        assert_eq!(last_lines(&Vec::new(), Pos(0), 5).unwrap(), Pos(0));
    }

    proptest! {
        #[test]
        fn as_counted_from_the_front(
            lengths in prop::collection::vec(prop_oneof![0usize..5, 30_000usize..70_000], 0..12),
            ended: bool,
            n in 0usize..14,
        ) {
            let mut text = Vec::new();
            for length in lengths {
                text.extend(std::iter::repeat_n(b'x', length));
                text.push(b'\n');
            }
            if !ended {
                text.extend(b"rest");
            }
            let end = Pos(text.len() as u64);
            let found = last_lines(&text, end, n as u64).unwrap();
            prop_assert_eq!(found.0 as usize, naive(&text, n));
        }
    }
}
