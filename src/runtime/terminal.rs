//! The terminal: taken when the screen begins, given back whatever happens. Nothing is ever asked of it,
//! because an answer that comes late is typed into somebody's prompt.

use std::io::{self, Write};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::{Duration, Instant};

use rustix::process::{Signal, getpid, kill_process};
use rustix::termios::{
    Action, OptionalActions, QueueSelector, Termios, tcflow, tcflush, tcgetattr, tcgetwinsize, tcsetattr,
};

use crate::app::screen::Size;
use crate::ui::theme::{Depth, Glyphs};

/// Alternate screen, pasted text in brackets, no cursor, an empty screen (for terminals that have no
/// alternate one).
const TAKE: &str = "\x1b[?1049h\x1b[?2004h\x1b[?25l\x1b[m\x1b[H\x1b[2J";
/// The same undone, the last first. Where there is no alternate screen the shell goes on below the picture.
const GIVE_BACK: &str = "\x1b[m\x1b[999;1H\r\n\x1b[?25h\x1b[?2004l\x1b[?1049l";
/// Clicks, drags and the wheel, with coordinates in decimal.
const MOUSE_ON: &str = "\x1b[?1000h\x1b[?1002h\x1b[?1006h";
const MOUSE_OFF: &str = "\x1b[?1006l\x1b[?1002l\x1b[?1000l";
/// Ends a sequence that was cut off in its middle.
const CANCEL: &str = "\x18";
/// How long a terminal that takes no bytes may twice delay the end of the program.
const PATIENCE: Duration = Duration::from_millis(500);

/// The picture put aside, so that lines can be printed as in a shell; keys still come one by one.
const ASIDE: &str = "\x1b[m\x1b[?25h\x1b[?1049l\r\n";
/// And back.
const BACK: &str = "\x1b[?1049h\x1b[?25l\x1b[m\x1b[H\x1b[2J";

/// What has to be undone; `None` while the terminal is not ours. It is one for the whole process, as the
/// terminal is, so that the panic hook finds it.
static TAKEN: Mutex<Option<Taken>> = Mutex::new(None);
/// Held while bytes are written, so that the end of a frame and the giving back do not mix.
static WRITING: Mutex<()> = Mutex::new(());

struct Taken {
    before: Termios,
    mouse: bool,
}

/// Takes the terminal: raw mode, alternate screen, the mouse if that was asked for. Taking it again (after
/// the program was stopped and continued) keeps what it was before the first time.
///
/// # Errors
/// What the system says when standard output is no terminal that can be set.
pub fn take(mouse: bool) -> io::Result<()> {
    let stdout = io::stdout();
    let mut taken = TAKEN.lock().unwrap_or_else(PoisonError::into_inner);
    let before = match taken.take() {
        Some(taken) => taken.before,
        None => tcgetattr(&stdout)?,
    };
    let mut raw = before.clone();
    raw.make_raw();
    *taken = Some(Taken { before, mouse });
    tcsetattr(&stdout, OptionalActions::Now, &raw)?;
    drop(taken);
    write(TAKE.as_bytes())?;
    if mouse {
        write(MOUSE_ON.as_bytes())?;
    }
    Ok(())
}

/// What takes the mouse, or leaves it to the terminal; remembered, so that it is given back at the end.
pub fn mouse(on: bool) -> &'static str {
    if let Some(taken) = &mut *TAKEN.lock().unwrap_or_else(PoisonError::into_inner) {
        taken.mouse = on;
    }
    if on { MOUSE_ON } else { MOUSE_OFF }
}

/// Gives the terminal back as it was. Does nothing when it is not taken; may be called from any thread.
pub fn give_back() {
    let Some(taken) = TAKEN.lock().unwrap_or_else(PoisonError::into_inner).take() else { return };
    let (turn, cut) = match turn(|| ()) {
        Some(turn) => (Some(turn), ""),
        None => (turn(take_back_unread), CANCEL),
    };
    if turn.is_some() {
        let undo = [cut, if taken.mouse { MOUSE_OFF } else { "" }, GIVE_BACK].concat();
        // Nobody is left to be told when this fails: the terminal has gone.
        let _ = write_all(undo.as_bytes());
    }
    let _ = tcsetattr(io::stdout(), OptionalActions::Now, &taken.before);
}

/// Waits until nobody else writes, for a while; `press` is called again and again meanwhile.
fn turn(press: impl Fn()) -> Option<MutexGuard<'static, ()>> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        press();
        match WRITING.try_lock() {
            Ok(guard) => return Some(guard),
            Err(TryLockError::Poisoned(guard)) => return Some(guard.into_inner()),
            Err(TryLockError::WouldBlock) if Instant::now() > deadline => return None,
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(2)),
        }
    }
}

/// Takes back what was written and not read, so that whoever waits for room can end. He is woken only when
/// output that was held up goes on, so it is held up for a moment.
fn take_back_unread() {
    let stdout = io::stdout();
    // Where the system refuses, all stays as it is.
    let _ = tcflush(&stdout, QueueSelector::OFlush);
    let _ = tcflow(&stdout, Action::OOff);
    let _ = tcflow(&stdout, Action::OOn);
}

/// Writes bytes to the terminal, all of them; none when it is not ours any more, so that a late frame does
/// not land in the shell.
///
/// # Errors
/// When the terminal has gone.
pub fn write(bytes: &[u8]) -> io::Result<()> {
    let _turn = WRITING.lock().unwrap_or_else(PoisonError::into_inner);
    if is_taken() { write_all(bytes) } else { Ok(()) }
}

fn is_taken() -> bool {
    TAKEN.lock().unwrap_or_else(PoisonError::into_inner).is_some()
}

fn write_all(bytes: &[u8]) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(bytes)?;
    stdout.flush()
}

/// Makes a panic in any thread give the terminal back before its message is printed. A panic beside the
/// main thread, from which this is called, ends the program as a signal would: without that thread its
/// logs would only seem quiet.
pub fn give_back_on_panic() {
    let main = std::thread::current().id();
    let print = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        give_back();
        print(panic);
        if std::thread::current().id() != main {
            // There is nothing to be done about a system that lets no process signal itself.
            let _ = kill_process(getpid(), Signal::TERM);
        }
    }));
}

/// The bytes that put the picture aside and print `lines`, which must be printable.
pub fn aside(lines: &[String]) -> Vec<u8> {
    format!("{ASIDE}{}\r\n-- any key goes back --", lines.join("\r\n")).into_bytes()
}

/// The bytes that bring the picture's place back after [`aside`].
pub fn back() -> Vec<u8> {
    format!("\r\n{BACK}").into_bytes()
}

/// The terminal's size; 80×24 when it does not say.
pub fn size() -> Size {
    match tcgetwinsize(io::stdout()) {
        Ok(size) if size.ws_col > 0 && size.ws_row > 0 => Size { width: size.ws_col, height: size.ws_row },
        _ => Size { width: 80, height: 24 },
    }
}

/// What the terminal can show, as far as its environment says: how many colours, and which signs.
pub fn abilities(var: impl Fn(&str) -> Option<String>) -> (Depth, Glyphs) {
    let set = |name: &str| var(name).filter(|value| !value.is_empty());
    let term = set("TERM").unwrap_or_default();
    let depth = if set("NO_COLOR").is_some() || term == "dumb" || term.starts_with("vt1") {
        Depth::None
    } else if matches!(set("COLORTERM").as_deref(), Some("truecolor" | "24bit")) {
        Depth::True
    } else if term.contains("256color") {
        Depth::Indexed
    } else {
        Depth::Ansi
    };
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| set(name)).unwrap_or_default();
    (depth, Glyphs::of(&locale, &term))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(vars: &[(&str, &str)]) -> (Depth, Glyphs) {
        abilities(|name| vars.iter().find(|(key, _)| *key == name).map(|(_, value)| value.to_string()))
    }

    #[test]
    fn sixteen_colours_unless_more_or_none_are_asked_for() {
        assert_eq!(of(&[("TERM", "xterm")]).0, Depth::Ansi);
        assert_eq!(of(&[("TERM", "tmux-256color")]).0, Depth::Indexed);
        assert_eq!(of(&[("TERM", "xterm"), ("COLORTERM", "24bit")]).0, Depth::True);
        assert_eq!(of(&[("COLORTERM", "truecolor"), ("NO_COLOR", "1")]).0, Depth::None);
        assert_eq!(of(&[("TERM", "xterm"), ("NO_COLOR", "")]).0, Depth::Ansi);
    }

    #[test]
    fn the_first_locale_that_is_set_counts() {
        assert_eq!(of(&[("TERM", "xterm"), ("LANG", "de_DE.UTF-8")]).1, Glyphs::Unicode);
        assert_eq!(of(&[("TERM", "xterm"), ("LC_ALL", "C"), ("LANG", "C.UTF-8")]).1, Glyphs::Ascii);
        assert_eq!(of(&[("TERM", "xterm"), ("LC_ALL", ""), ("LANG", "C.UTF-8")]).1, Glyphs::Unicode);
    }

    #[test]
    fn nothing_is_ever_asked_of_the_terminal() {
        for sequence in [TAKE, GIVE_BACK, MOUSE_ON, MOUSE_OFF, ASIDE, BACK] {
            let queries = sequence.split('\x1b').filter(|part| part.ends_with(['n', 'c', 'q', 'p', 't']));
            assert_eq!(queries.count(), 0, "{sequence:?}");
        }
    }
}
