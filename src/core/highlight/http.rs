//! What an HTTP log says: the method, the request line, the status.

const METHODS: [&[u8]; 9] =
    [b"GET", b"POST", b"PUT", b"DELETE", b"HEAD", b"OPTIONS", b"PATCH", b"CONNECT", b"TRACE"];

/// Whether a word is an HTTP method.
pub(super) fn is_method(word: &[u8]) -> bool {
    METHODS.contains(&word)
}

/// The class of status (1 to 5) that stands at `at`: three digits, and no more of a word.
pub(super) fn status(bytes: &[u8], at: usize) -> Option<u8> {
    let [first @ b'1'..=b'5', second, third, rest @ ..] = bytes.get(at..)? else { return None };
    let more = rest.first().is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_'));
    (second.is_ascii_digit() && third.is_ascii_digit() && !more).then_some(first - b'0')
}

/// A request line between `from` and `to`: where its method ends, and where its target begins and ends.
pub(super) fn request(bytes: &[u8], from: usize, to: usize) -> Option<(usize, usize, usize)> {
    const LONGEST: usize = 8;
    let line = &bytes[from..to];
    let method = line.iter().take(LONGEST).position(|byte| *byte == b' ')?;
    if !is_method(&line[..method]) {
        return None;
    }
    let target = from + method + 1;
    let end = bytes[target..to].iter().position(|byte| *byte == b' ').map_or(to, |len| target + len);
    Some((from + method, target, end))
}
