//! What is sent: words that no name can break out of. (What shells make of it: `tests/it/ssh/script.rs`.)

use proptest::prelude::*;

use super::*;

#[test]
fn a_nul_is_refused_everywhere() {
    let nonce = Nonce::new(1);
    assert_eq!(follower(b"a\0b", nonce, Duration::from_millis(250), &From::Lines(10)), Err(HasNul));
    assert_eq!(tail(b"a\0b", TailFrom::Lines(10), true), Err(HasNul));
    for bad in [Request::Glob(b"*\0"), Request::Glob(b"[\0]"), Request::List(b"\0"), Request::Kind(b"\0")] {
        assert_eq!(request(1, &bad), Err(HasNul));
    }
}

#[test]
fn what_is_sent_is_small() {
    let script = follower(b"/a", nonce(), Duration::from_millis(250), &From::Byte(0)).unwrap();
    assert!(script.len() < 24 << 10, "{} bytes", script.len());
    assert!(!script.windows(2).any(|two| two == b"\n#"), "comments are not sent");
}

#[test]
fn nothing_is_written_but_what_is_said() {
    for script in [FILES, FOLLOW, SERVICE] {
        let text = String::from_utf8(without_comments(script).collect()).unwrap();
        for line in text.lines() {
            // A `>` goes nowhere, or to a descriptor that is open already.
            for (at, _) in line.match_indices('>').filter(|(at, _)| !line[..*at].ends_with('>')) {
                let to = line[at..].trim_start_matches('>').trim_start();
                let closes = to.starts_with("&-");
                let descriptor = to.starts_with('&') && to[1..].starts_with(|c: char| c.is_ascii_digit());
                assert!(closes || descriptor || is_nowhere(to), "{line}");
            }
            for word in line.split(|c: char| !(c.is_alphanumeric() || "-_=/.".contains(c))) {
                let writes =
                    ["tee", "touch", "mktemp", "mkdir", "mkfifo", "cp", "mv", "rm", "ln", "truncate"];
                assert!(!writes.contains(&word) && !word.starts_with("of="), "{line}");
            }
        }
    }
}

/// Whether what a redirection leads to is `/dev/null`.
fn is_nowhere(to: &str) -> bool {
    to.strip_prefix("/dev/null")
        .is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || "/._-".contains(c)))
}

#[test]
fn nonces_differ() {
    assert!(nonce() != nonce());
}

proptest! {
    #[test]
    fn answers_are_the_same_however_they_are_chopped(size in 1usize..40) {
        let mark = [&[RS][..], Nonce::new(7).digits()].concat();
        let line = |words: &str| [&mark, words.as_bytes()].concat();
        let wire = [
            b"motd\n".to_vec(), line(" A 4\n"), line(" N file 0 0\n"), b"a\nb".to_vec(), line(" N folder 3 9\n"),
            b"c".to_vec(), line(" Z 4 done\n"), line(" A 5\n"), line(" D 1 2 3\n"), b"xyz".to_vec(),
            line(" Z 5 gone\n"),
        ].concat();
        let mut answers = Answers::new(Nonce::new(7));
        let (mut out, mut bytes) = (Vec::new(), Vec::new());
        for chunk in wire.chunks(size) {
            answers.feed(chunk, |answer| match answer {
                Answer::Bytes { id, bytes: more } => bytes.extend(more.iter().map(|&byte| (id, byte))),
                Answer::Entry { id, kind, path, .. } => out.push(format!("{id} {kind:?} {path:?}")),
                Answer::End { id, end } => out.push(format!("{id} {end:?}")),
            });
        }
        prop_assert_eq!(bytes, [(5, b'x'), (5, b'y'), (5, b'z')]);
        prop_assert_eq!(out, ["4 File [97, 10, 98]", "4 Folder [99]", "4 Done", "5 Gone"]);
        prop_assert_eq!(answers.noise(), (&b"motd\n"[..], 5));
    }
}
