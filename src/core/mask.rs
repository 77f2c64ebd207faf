//! Lines without what differs between repetitions: numbers, ids, addresses. Two lines that are alike then say the
//! same about different things.
//!
//! ```text
//!   07:25:34.123 GET /cart/417 took 12.5ms id=5f3a9c01d2e4b687
//!   07:25:35.001 GET /cart/9 took 3ms id=00ffee1239871234
//!   #            GET /cart/#   took #ms     id=#
//! ```

/// Bytes of a line that are masked; of a longer one the rest makes no difference.
const MASKED: usize = 4 << 10;
/// Letters and digits of a word that is an id, whatever letters stand in it.
const LONG: usize = 20;
/// Hexadecimal letters without a digit that are an id.
const HEX: usize = 8;
/// What stands for what was masked.
const SIGN: u8 = b'#';

/// Puts `line` into `out`, which is cleared before, with a `#` for every number, hexadecimal id, UUID, address and
/// clock time.
pub fn mask(line: &[u8], out: &mut Vec<u8>) {
    out.clear();
    let line = &line[..line.len().min(MASKED)];
    let mut at = 0;
    while at < line.len() {
        let len = line[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        if len == 0 {
            out.push(line[at]);
            at += 1;
            continue;
        }
        let word = &line[at..at + len];
        if is_id(word) {
            at = behind_id(line, at + len);
            out.push(SIGN);
        } else {
            mask_digits(word, out);
            at += len;
        }
    }
}

/// Whether all of a word stands for a number or an id.
fn is_id(word: &[u8]) -> bool {
    let digits = word.iter().filter(|byte| byte.is_ascii_digit()).count();
    let hex = word.iter().all(u8::is_ascii_hexdigit) || is_prefixed(word);
    match digits {
        0 => hex && word.len() >= HEX,
        // `1e5` and the like are numbers as well.
        _ => hex || word.len() >= LONG,
    }
}

/// `0x1f`
fn is_prefixed(word: &[u8]) -> bool {
    word.len() > 2 && word[0] == b'0' && word[1] == b'x' && word[2..].iter().all(u8::is_ascii_hexdigit)
}

/// Where the number or id goes on that has come to `at`: parts behind a dot, a colon, a comma or a dash are of it, if
/// they may be (`10.0.0.1`, `12:34:56.789`, `fe80::1`, the groups of a UUID).
fn behind_id(line: &[u8], mut at: usize) -> usize {
    loop {
        let signs =
            line[at..].iter().take(2).take_while(|byte| matches!(byte, b'.' | b':' | b',' | b'-')).count();
        let rest = &line[at + signs..];
        let len = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let part = &rest[..len];
        let doubled = signs == 2 && line[at..].starts_with(b"::");
        let group = len == 4 && part.iter().all(u8::is_ascii_hexdigit);
        if !(signs == 1 || doubled) || len == 0 {
            return at;
        }
        if !(is_id(part) || group) {
            // A fraction with its unit behind it: `12.5ms`.
            let fraction = part.iter().take_while(|byte| byte.is_ascii_digit()).count();
            return if line[at] == b'.' && fraction > 0 { at + signs + fraction } else { at };
        }
        at += signs + len;
    }
}

/// A word with digits in it: `web12`, `12ms`.
fn mask_digits(word: &[u8], out: &mut Vec<u8>) {
    for (i, byte) in word.iter().enumerate() {
        let digit = byte.is_ascii_digit();
        if !digit {
            out.push(*byte);
        } else if i == 0 || !word[i - 1].is_ascii_digit() {
            out.push(SIGN);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(line: &str) -> String {
        let mut out = Vec::new();
        mask(line.as_bytes(), &mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn numbers_and_ids_are_masked_and_words_are_not() {
        for (line, expected) in [
            ("GET /cart/417 took 12.5ms id=5f3a9c01d2e4b687", "GET /cart/# took #ms id=#"),
            ("GET /cart/9 took 3ms id=00ffee1239871234", "GET /cart/# took #ms id=#"),
            ("550e8400-e29b-41d4-abcd-446655440000 gone", "# gone"),
            ("deadbeef-dead-beef-cafe-deadbeefdead gone", "# gone"),
            ("from 10.0.0.1:8080, to 192.168.7.12:443", "from #, to #"),
            ("from fe80::1ff:fe23:4567:890a%eth0", "from #%eth#"),
            ("07:25:34.123 up", "# up"),
            ("2026-11-21T07:25:34.123Z up", "#-#T#:#Z up"),
            ("at 0xdeadbeef in web12", "at # in web#"),
            ("key AKIA3XJQ7TTL2MBSP0QK", "key #"),
            ("added a face to the cafe", "added a face to the cafe"),
            ("no more, 5, and then", "no more, #, and then"),
            ("naïve 日本 5", "naïve 日本 #"),
            ("", ""),
        ] {
            assert_eq!(masked(line), expected, "{line}");
        }
    }

    #[test]
    fn any_bytes_are_masked_and_little_of_long_lines() {
        let mut out = Vec::new();
        let long = b"1 ".repeat(5 << 20);
        mask(&long, &mut out);
        assert!(out.len() <= MASKED);
        let odd: Vec<u8> = (0..=255).cycle().take(3000).collect();
        mask(&odd, &mut out);
        assert!(!out.is_empty());
    }
}
