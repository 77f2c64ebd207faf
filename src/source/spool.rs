//! UTF-16 made readable: a log's file decoded into an unlinked temporary file.

use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use super::backing::Backing;
use crate::core::follow::Encoding;

/// Decodes one file, in order.
pub(super) struct Spool {
    of: Arc<Backing>,
    into: Arc<Backing>,
    encoding: Encoding,
    len: u64,
    /// Bytes that are only half of a character: at most three.
    carry: Vec<u8>,
}

/// What was decoded.
pub(super) struct Decoded {
    /// Where it stands in the temporary file.
    pub range: Range<u64>,
    /// The bytes themselves.
    pub bytes: Vec<u8>,
}

impl Spool {
    /// # Errors
    /// When there is no room for a temporary file.
    pub fn new(of: &Arc<Backing>, encoding: Encoding) -> io::Result<Spool> {
        let into = Backing::new(tempfile::tempfile()?);
        Ok(Spool { of: of.clone(), into: Arc::new(into), encoding, len: 0, carry: Vec::new() })
    }

    pub fn is_for(&self, of: &Arc<Backing>) -> bool {
        Arc::ptr_eq(&self.of, of)
    }

    /// The temporary file.
    pub fn backing(&self) -> &Arc<Backing> {
        &self.into
    }

    /// Decodes the bytes that come next.
    ///
    /// # Errors
    /// When they cannot be read, or the temporary file cannot be written.
    pub fn decode(&mut self, range: Range<u64>) -> io::Result<Decoded> {
        let mut raw = std::mem::take(&mut self.carry);
        let old = raw.len();
        raw.resize(old + (range.end - range.start) as usize, 0);
        let n = self.of.read_at(range.start, &mut raw[old..])?;
        raw.truncate(old + n);
        let (text, used) = decode(&raw, self.encoding);
        self.carry = raw[used..].to_vec();
        let bytes = text.into_bytes();
        self.into.file().write_all_at(&bytes, self.len)?;
        let range = self.len..self.len + bytes.len() as u64;
        self.len = range.end;
        Ok(Decoded { range, bytes })
    }
}

/// As many characters as are whole, and how many bytes they took; broken ones become U+FFFD.
fn decode(raw: &[u8], encoding: Encoding) -> (String, usize) {
    let units = raw.chunks_exact(2).map(|pair| match encoding {
        Encoding::Utf16Be => u16::from_be_bytes([pair[0], pair[1]]),
        _ => u16::from_le_bytes([pair[0], pair[1]]),
    });
    let mut units: Vec<u16> = units.collect();
    // A high surrogate at the end waits for its other half.
    if units.last().is_some_and(|unit| (0xD800..0xDC00).contains(unit)) {
        units.pop();
    }
    let text = char::decode_utf16(units.iter().copied()).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER));
    (text.collect(), units.len() * 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_survive_any_cut_of_their_bytes() {
        let text = "día 🦀 ☃\n".repeat(5);
        let raw: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for step in 1..7 {
            let (mut all, mut carry) = (String::new(), Vec::new());
            for chunk in raw.chunks(step) {
                carry.extend_from_slice(chunk);
                let (text, used) = decode(&carry, Encoding::Utf16Be);
                all.push_str(&text);
                carry.drain(..used);
            }
            assert_eq!(all, text, "cut into {step}s");
        }
    }
}
