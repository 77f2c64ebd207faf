//! Bytes as words of a shell: nothing in them is ever executed or expanded, but what a pattern means.

use super::HasNul;

/// One word for a POSIX shell.
pub(super) fn single(bytes: &[u8]) -> Result<Vec<u8>, HasNul> {
    if bytes.contains(&0) {
        return Err(HasNul);
    }
    let mut word = vec![b'\''];
    for &byte in bytes {
        match byte {
            b'\'' => word.extend_from_slice(br"'\''"),
            byte => word.push(byte),
        }
    }
    word.push(b'\'');
    Ok(word)
}

/// One word for a POSIX shell that expands to the names matching a pattern: `*`, `?` and `[…]` stay what they
/// are, everything else is quoted. Within brackets `!` in front and `-` between two characters have a meaning; a
/// bracket that is not closed, or holds a slash, means itself.
pub(super) fn glob(pattern: &[u8]) -> Result<Vec<u8>, HasNul> {
    let mut word = Vec::new();
    let mut rest = pattern;
    while let Some((&byte, behind)) = rest.split_first() {
        rest = behind;
        match byte {
            b'*' | b'?' => word.push(byte),
            b'[' => match class(rest) {
                Some((inside, behind)) => {
                    rest = behind;
                    bracket(&mut word, inside)?;
                }
                None => word.extend(single(b"[")?),
            },
            // For zsh `%?` in front names a job, quoted or not.
            b'%' if word.is_empty() => word.extend_from_slice(b"['%']"),
            byte => word.extend(single(&[byte])?),
        }
    }
    if word.is_empty() { single(b"") } else { Ok(word) }
}

/// What is in a bracket whose `[` was read, and what is behind its `]`.
fn class(rest: &[u8]) -> Option<(&[u8], &[u8])> {
    let negated = usize::from(rest.first() == Some(&b'!'));
    // A `]` in front is one of the characters.
    let end = rest.get(negated + 1..)?.iter().position(|&byte| byte == b']')? + negated + 1;
    let inside = &rest[..end];
    (!inside.contains(&b'/')).then(|| (inside, &rest[end + 1..]))
}

fn bracket(word: &mut Vec<u8>, inside: &[u8]) -> Result<(), HasNul> {
    word.push(b'[');
    let (negated, inside) = inside.strip_prefix(b"!").map_or((false, inside), |inside| (true, inside));
    if negated {
        word.push(b'!');
    }
    for (at, &byte) in inside.iter().enumerate() {
        if byte == b'-' && at > 0 && at + 1 < inside.len() {
            word.push(byte);
        } else {
            word.extend(single(&[byte])?);
        }
    }
    word.push(b']');
    Ok(())
}

/// One word for a login shell of any kind (sh, csh, fish): single quotes and backslashes do not mean the same to
/// all of them, a backslash before a sign does. A control character cannot be said to all: it is quoted for sh.
pub(super) fn any_shell(bytes: &[u8]) -> Result<Vec<u8>, HasNul> {
    if bytes.is_empty() {
        return single(b"");
    }
    let mut word = Vec::new();
    for &byte in bytes {
        match byte {
            0 => return Err(HasNul),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'_' | b'-' | 0x80.. => word.push(byte),
            1..=31 | 127 => word.extend([b'\'', byte, b'\'']),
            sign => word.extend([b'\\', sign]),
        }
    }
    Ok(word)
}
