//! What a file's first bytes say about how it is to be read.

/// How a file's bytes become the log's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// As they are.
    Bytes,
    /// UTF-16, little end first.
    Utf16Le,
    /// UTF-16, big end first.
    Utf16Be,
}

impl Encoding {
    /// The newline as it stands in the file.
    pub fn newline(self) -> &'static [u8] {
        match self {
            Encoding::Bytes => b"\n",
            Encoding::Utf16Le => b"\n\0",
            Encoding::Utf16Be => b"\0\n",
        }
    }
}

/// The mark that a file of UTF-8 may begin with.
pub const UTF8_MARK: &[u8] = b"\xEF\xBB\xBF";

/// What a file's first bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beginning {
    /// Too few to tell.
    Undecided,
    /// The log begins behind a mark of so many bytes.
    Known {
        /// Bytes of the mark.
        skip: u64,
        /// How the rest is to be read.
        encoding: Encoding,
    },
}

/// Judges a file by its first bytes: all there are, or at least 256.
///
/// `FF FE` alone makes no UTF-16: a log of bytes may begin so. A NUL where UTF-16 has the upper half of
/// an ASCII character must follow; no log is without a digit, a space or a newline for long.
pub fn beginning(head: &[u8]) -> Beginning {
    let plain = Beginning::Known { skip: 0, encoding: Encoding::Bytes };
    match head {
        [] | [0xEF | 0xFF | 0xFE] | [0xEF, 0xBB] | [0xFF, 0xFE] | [0xFE, 0xFF] => Beginning::Undecided,
        [0xFF, 0xFE, _] | [0xFE, 0xFF, _] => Beginning::Undecided,
        [0xFF, 0xFE, rest @ ..] if has_nul_at(rest, 1) => {
            Beginning::Known { skip: 2, encoding: Encoding::Utf16Le }
        }
        [0xFE, 0xFF, rest @ ..] if has_nul_at(rest, 0) => {
            Beginning::Known { skip: 2, encoding: Encoding::Utf16Be }
        }
        _ if head.starts_with(UTF8_MARK) => Beginning::Known { skip: 3, encoding: Encoding::Bytes },
        _ => plain,
    }
}

fn has_nul_at(bytes: &[u8], place: usize) -> bool {
    bytes.iter().skip(place).step_by(2).any(|&byte| byte == 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(skip: u64, encoding: Encoding) -> Beginning {
        Beginning::Known { skip, encoding }
    }

    #[test]
    fn marks_are_recognised_and_skipped() {
        assert_eq!(beginning(b"\xEF\xBB\xBFone\n"), known(3, Encoding::Bytes));
        assert_eq!(beginning(b"\xFF\xFEo\0\n\0"), known(2, Encoding::Utf16Le));
        assert_eq!(beginning(b"\xFE\xFF\0o\0\n"), known(2, Encoding::Utf16Be));
        assert_eq!(beginning(b"plain\n"), known(0, Encoding::Bytes));
    }

    #[test]
    fn bytes_that_only_look_like_a_mark_are_bytes() {
        assert_eq!(beginning(b"\xFF\xFE bad bytes\n"), known(0, Encoding::Bytes));
        assert_eq!(beginning(b"\xEF\xBBx"), known(0, Encoding::Bytes));
        assert_eq!(beginning(b"\xFFx"), known(0, Encoding::Bytes));
    }

    #[test]
    fn half_a_mark_is_waited_for() {
        for head in [&b""[..], b"\xEF", b"\xEF\xBB", b"\xFF", b"\xFF\xFE", b"\xFF\xFEo"] {
            assert_eq!(beginning(head), Beginning::Undecided, "{head:x?}");
        }
    }
}
