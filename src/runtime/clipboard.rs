//! Putting text on the clipboard of the terminal the user sits at, which may be many hops away: by the
//! OSC 52 sequence, wrapped as the multiplexer in between wants it.

use std::fmt::Write as _;
use std::io::Write;
use std::process::{Command, Stdio};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Most bytes of text that are sent: terminals commonly take sequences up to 100,000 bytes, and base64
/// makes four of three.
const LIMIT: usize = 74_994;
/// screen takes device control strings up to 768 bytes; older ones up to 256.
const SCREEN_PIECE: usize = 240;

/// What stands between us and the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Between {
    /// Nothing, or an SSH connection, which passes everything on.
    Nothing,
    /// tmux.
    Tmux,
    /// GNU screen.
    Screen,
}

/// What to do with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Copying {
    /// Write these bytes to the terminal, then say the sentence.
    Send(Vec<u8>, String),
    /// Say the sentence; nothing is copied.
    Refuse(String),
}

/// What stands between, as the environment says.
pub fn between(var: impl Fn(&str) -> Option<String>) -> Between {
    let set = |name: &str| var(name).is_some_and(|value| !value.is_empty());
    // Whoever runs one inside the other is inside the one that TERM speaks of.
    let term = var("TERM").unwrap_or_default();
    match (set("TMUX"), set("STY")) {
        (true, true) if term.starts_with("screen.") => Between::Screen,
        (true, _) => Between::Tmux,
        (false, true) => Between::Screen,
        (false, false) => Between::Nothing,
    }
}

/// How `text` is copied.
pub fn copy(text: &str, between: Between) -> Copying {
    if text.len() > LIMIT {
        return Copying::Refuse(format!(
            "{} kB are too much for the terminal's clipboard (at most {} kB)",
            text.len().div_ceil(1000),
            LIMIT / 1000
        ));
    }
    let encoded = STANDARD.encode(text);
    let plain = format!("\x1b]52;c;{encoded}\x07");
    let lines = lines(text);
    match between {
        Between::Nothing => Copying::Send(plain.into_bytes(), format!("copied {lines} by OSC 52")),
        Between::Tmux => {
            // With `set-clipboard on` tmux takes the plain sequence, with `allow-passthrough on` it hands
            // on the wrapped one; with both the second sets the same text again.
            let wrapped = format!("\x1bPtmux;\x1b{plain}\x1b\\");
            Copying::Send(
                [plain, wrapped].concat().into_bytes(),
                format!("copied {lines} by OSC 52; tmux must allow it: set-clipboard on"),
            )
        }
        Between::Screen => {
            let mut pieces = String::new();
            let mut rest = plain.as_str();
            while !rest.is_empty() {
                let (piece, after) = rest.split_at(SCREEN_PIECE.min(rest.len()));
                let _ = write!(pieces, "\x1bP{piece}\x1b\\");
                rest = after;
            }
            Copying::Send(pieces.into_bytes(), format!("copied {lines} by OSC 52 through screen"))
        }
    }
}

/// Hands the text to tmux itself, which keeps it as a buffer and sends it to the terminal. This works with
/// tmux's own settings, which let no program's OSC 52 through; `None` when tmux could not be asked.
/// Blocks while tmux works.
pub fn through_tmux(text: &str) -> Option<String> {
    let mut tmux = Command::new("tmux")
        .args(["load-buffer", "-w", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let fed = tmux.stdin.take().is_some_and(|mut stdin| stdin.write_all(text.as_bytes()).is_ok());
    let done = tmux.wait().ok()?;
    (fed && done.success()).then(|| format!("copied {} to tmux, which passes it on by OSC 52", lines(text)))
}

/// How many lines were copied, in words.
fn lines(text: &str) -> String {
    match text.lines().count() {
        0 | 1 => "1 line".to_string(),
        n => format!("{n} lines"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(text: &str, between: Between) -> String {
        match copy(text, between) {
            Copying::Send(bytes, _) => String::from_utf8(bytes).unwrap(),
            Copying::Refuse(sentence) => panic!("{sentence}"),
        }
    }

    #[test]
    fn plain_and_wrapped() {
        assert_eq!(sent("hello", Between::Nothing), "\x1b]52;c;aGVsbG8=\x07");
        assert_eq!(
            sent("hello", Between::Tmux),
            "\x1b]52;c;aGVsbG8=\x07\x1bPtmux;\x1b\x1b]52;c;aGVsbG8=\x07\x1b\\"
        );
        assert_eq!(sent("hello", Between::Screen), "\x1bP\x1b]52;c;aGVsbG8=\x07\x1b\\");
    }

    #[test]
    fn screen_gets_it_in_pieces_that_add_up() {
        let text = "x".repeat(5000);
        let pieces = sent(&text, Between::Screen);
        assert!(pieces.split("\x1b\\").all(|piece| piece.len() <= SCREEN_PIECE + 2));
        let joined = pieces.replace("\x1b\\\x1bP", "");
        assert_eq!(joined, format!("\x1bP{}\x1b\\", sent(&text, Between::Nothing)));
    }

    #[test]
    fn too_much_is_refused() {
        assert!(matches!(copy(&"x".repeat(LIMIT), Between::Nothing), Copying::Send(..)));
        let Copying::Refuse(sentence) = copy(&"x".repeat(LIMIT + 1), Between::Nothing) else { panic!() };
        assert!(sentence.contains("are too much for the terminal's clipboard"), "{sentence}");
    }

    #[test]
    fn the_inner_multiplexer_is_the_one_to_speak_to() {
        let of = |vars: &[(&str, &str)]| {
            between(|name| vars.iter().find(|(key, _)| *key == name).map(|(_, value)| value.to_string()))
        };
        assert_eq!(of(&[]), Between::Nothing);
        assert_eq!(of(&[("TMUX", "/tmp/x,1,0"), ("TERM", "tmux-256color")]), Between::Tmux);
        assert_eq!(of(&[("STY", "1.pts"), ("TERM", "screen")]), Between::Screen);
        assert_eq!(of(&[("STY", "1"), ("TMUX", "x"), ("TERM", "screen.xterm-256color")]), Between::Screen);
    }
}
