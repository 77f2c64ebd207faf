//! Names with `*` and `?`, as ssh configs have them for hosts. Files have the shell's globs instead.

/// Whether a pattern matches a whole name: `*` is any characters or none, `?` is one. Everything else is itself.
pub fn matches(pattern: &str, name: &str) -> bool {
    let (pattern, bytes) = (pattern.as_bytes(), name.as_bytes());
    let (mut p, mut n) = (0, 0);
    // Where the last star stands, and how far the name was when it was met: there it takes one more if the rest fails.
    let mut star = None;
    while n < bytes.len() {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, n));
                p += 1;
            }
            // A star may have taken the first bytes of a character: the others are none.
            Some(b'?') if name.is_char_boundary(n) => {
                p += 1;
                n += 1;
                while !name.is_char_boundary(n) {
                    n += 1;
                }
            }
            Some(c) if *c == bytes[n] => {
                p += 1;
                n += 1;
            }
            _ => match star {
                Some((at, taken)) => {
                    star = Some((at, taken + 1));
                    p = at + 1;
                    n = taken + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == b'*')
}

/// Whether a name is a pattern: it has a `*` or a `?`.
pub fn is_pattern(name: &str) -> bool {
    name.contains(['*', '?'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The same, as it would be explained.
    fn naive(pattern: &[char], name: &[char]) -> bool {
        match (pattern.split_first(), name.split_first()) {
            (None, _) => name.is_empty(),
            (Some(('*', rest)), _) => (0..=name.len()).any(|n| naive(rest, &name[n..])),
            (Some(('?', rest)), Some((_, behind))) => naive(rest, behind),
            (Some((c, rest)), Some((d, behind))) => c == d && naive(rest, behind),
            (Some(_), None) => false,
        }
    }

    #[test]
    fn stars_and_question_marks() {
        assert!(matches("web*", "web1") && matches("web*", "web") && !matches("web*", "we"));
        assert!(matches("db?.*.example", "db1.x.example") && !matches("db?", "db12"));
        assert!(matches("", "") && !matches("", "a") && matches("**", ""));
    }

    proptest! {
        #[test]
        fn as_explained(pattern in "[abäß*?]{0,7}", name in "[abäß]{0,7}") {
            let chars = |text: &str| text.chars().collect::<Vec<_>>();
            prop_assert_eq!(matches(&pattern, &name), naive(&chars(&pattern), &chars(&name)));
        }
    }
}
