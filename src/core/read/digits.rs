//! Bytes and digits at a place, as readers by hand look at them: behind the end there are none.

/// The byte at `at`, 0 behind the end.
pub(super) fn byte(bytes: &[u8], at: usize) -> u8 {
    bytes.get(at).copied().unwrap_or(0)
}

/// The value of exactly `len` digits.
pub(super) fn exactly(bytes: &[u8], at: usize, len: usize) -> Option<i64> {
    let digits = bytes.get(at..at + len)?;
    digits.iter().try_fold(0_i64, |value, digit| {
        let digit = digit.is_ascii_digit().then(|| i64::from(digit - b'0'))?;
        value.checked_mul(10)?.checked_add(digit)
    })
}

/// Two digits.
#[inline]
pub(super) fn two(bytes: &[u8], at: usize) -> Option<u8> {
    let pair = bytes.get(at..at + 2)?;
    let (tens, ones) = (pair[0].wrapping_sub(b'0'), pair[1].wrapping_sub(b'0'));
    (tens < 10 && ones < 10).then(|| tens * 10 + ones)
}

/// One or two digits, and where they end.
#[inline]
pub(super) fn small(bytes: &[u8], at: usize) -> Option<(u8, usize)> {
    let tens = byte(bytes, at).wrapping_sub(b'0');
    let ones = byte(bytes, at + 1).wrapping_sub(b'0');
    match (tens < 10, ones < 10) {
        (true, true) => Some((tens * 10 + ones, at + 2)),
        (true, false) => Some((tens, at + 1)),
        _ => None,
    }
}

/// How many digits begin at `at`, at most 20.
pub(super) fn run(bytes: &[u8], at: usize) -> usize {
    bytes[at.min(bytes.len())..].iter().take(20).take_while(|byte| byte.is_ascii_digit()).count()
}
