//! The real program in a real terminal of a given size, whose screen can be read and waited for.

use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// How long anything may take before a test gives up; far more than it ever takes.
const DEADLINE: Duration = Duration::from_secs(60);

fn cells(n: u16) -> NonZeroU16 {
    NonZeroU16::new(n).unwrap()
}

/// What the terminal has received so far.
struct Seen {
    terminal: vt100::Parser,
    raw: Vec<u8>,
    closed: bool,
}

/// A terminal with a program in it.
pub struct Tty {
    master: Box<dyn MasterPty + Send>,
    keyboard: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    seen: Arc<(Mutex<Seen>, Condvar)>,
    modes: String,
    /// Where the program remembers sessions, where a test says nothing of that; it goes with the terminal.
    state: TempDir,
}

impl Tty {
    /// Starts tailpane with arguments on a terminal of `cols` × `rows`.
    pub fn start<S: AsRef<std::ffi::OsStr>>(args: &[S], cols: u16, rows: u16) -> Tty {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_tailpane"));
        command.args(args);
        Tty::command(command, cols, rows)
    }

    /// Starts a line of shell; `$TAILPANE` is the program.
    pub fn shell(line: &str, cols: u16, rows: u16) -> Tty {
        let mut command = CommandBuilder::new("sh");
        command.args(["-c", line]);
        command.env("TAILPANE", env!("CARGO_BIN_EXE_tailpane"));
        Tty::command(command, cols, rows)
    }

    /// Starts any command, in an environment that says nothing but what the terminal is.
    pub fn command(mut command: CommandBuilder, cols: u16, rows: u16) -> Tty {
        for name in ["COLORTERM", "NO_COLOR", "TMUX", "STY", "LC_ALL", "LC_CTYPE"] {
            command.env_remove(name);
        }
        // Nothing of the user's own says anything here.
        for (name, _) in
            std::env::vars_os().filter(|(name, _)| name.as_encoded_bytes().starts_with(b"TAILPANE_"))
        {
            command.env_remove(name);
        }
        // Nor is anything remembered where the user's own sessions are.
        let state = tempfile::tempdir().unwrap();
        let users = std::env::var_os("XDG_STATE_HOME");
        if command.get_env("XDG_STATE_HOME").is_none_or(|path| Some(path) == users.as_deref()) {
            command.env("XDG_STATE_HOME", state.path());
        }
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        command.cwd(Path::new("/"));
        let size = PtySize { rows, cols, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let modes = format!("{:?}", pair.master.get_termios().unwrap());
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut output = pair.master.try_clone_reader().unwrap();
        let keyboard = pair.master.take_writer().unwrap();
        let seen = Seen {
            terminal: vt100::Parser::new(cells(rows), cells(cols), 0),
            raw: Vec::new(),
            closed: false,
        };
        let seen = Arc::new((Mutex::new(seen), Condvar::new()));
        let shared = Arc::clone(&seen);
        std::thread::spawn(move || {
            let mut buf = [0; 64 << 10];
            loop {
                let got = output.read(&mut buf).unwrap_or(0);
                let mut seen = shared.0.lock().unwrap();
                seen.terminal.process(&buf[..got]);
                seen.raw.extend_from_slice(&buf[..got]);
                seen.closed |= got == 0;
                shared.1.notify_all();
                if got == 0 {
                    return;
                }
            }
        });
        Tty { master: pair.master, keyboard, child, seen, modes, state }
    }

    /// Types.
    pub fn keys(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
        self.keyboard.flush().unwrap();
    }

    /// Waits until the screen is as wanted.
    pub fn wait_for(&self, what: &str, wanted: impl Fn(&vt100::Screen) -> bool) {
        let screen = |seen: &Seen| wanted(seen.terminal.screen());
        if let Err(text) = self.wait(DEADLINE, screen) {
            panic!("waited for {what}; the screen is\n{text}");
        }
    }

    /// Whether the screen becomes as wanted within `limit`.
    pub fn shows_within(&self, limit: Duration, wanted: impl Fn(&vt100::Screen) -> bool) -> bool {
        self.wait(limit, |seen| wanted(seen.terminal.screen())).is_ok()
    }

    /// Waits until a text stands on the screen.
    pub fn wait_text(&self, text: &str) {
        self.wait_for(&format!("{text:?}"), |screen| screen.contents().contains(text));
    }

    /// Waits until no such text stands on the screen any more.
    pub fn wait_gone(&self, text: &str) {
        self.wait_for(&format!("{text:?} to go"), |screen| !screen.contents().contains(text));
    }

    fn wait(&self, limit: Duration, wanted: impl Fn(&Seen) -> bool) -> Result<(), String> {
        let deadline = Instant::now() + limit;
        let mut seen = self.seen.0.lock().unwrap();
        while !wanted(&seen) {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() || seen.closed {
                return Err(seen.terminal.screen().contents());
            }
            seen = self.seen.1.wait_timeout(seen, left).unwrap().0;
        }
        Ok(())
    }

    /// What stands on the screen.
    pub fn text(&self) -> String {
        self.seen.0.lock().unwrap().terminal.screen().contents()
    }

    /// A copy of the screen.
    pub fn screen(&self) -> vt100::Screen {
        self.seen.0.lock().unwrap().terminal.screen().clone()
    }

    /// Every byte the terminal was sent.
    pub fn raw(&self) -> Vec<u8> {
        self.seen.0.lock().unwrap().raw.clone()
    }

    /// How many bytes the terminal was sent.
    pub fn bytes(&self) -> u64 {
        self.seen.0.lock().unwrap().raw.len() as u64
    }

    /// Where sessions are remembered by default.
    pub fn state(&self) -> &Path {
        self.state.path()
    }

    /// The program's process.
    pub fn pid(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    /// Gives the terminal another size.
    pub fn resize(&mut self, cols: u16, rows: u16) {
        self.seen.0.lock().unwrap().terminal.screen_mut().set_size(cells(rows), cells(cols));
        self.master.resize(PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }).unwrap();
    }

    /// Sends the program a signal.
    pub fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.child.process_id().unwrap()).unwrap();
        kill_process(Pid::from_raw(pid).unwrap(), signal).unwrap();
    }

    /// Waits for the program's end and gives its exit code.
    pub fn exit_code(&mut self) -> u32 {
        match self.ended() {
            Some(code) => {
                let _ = self.wait(DEADLINE, |seen| seen.closed);
                code
            }
            None => panic!("it does not end; the screen is\n{}", self.text()),
        }
    }

    /// Does something while the terminal takes nothing, sends the program a signal, and waits for its end.
    /// Then the terminal takes what is left.
    pub fn end_unread(&mut self, meanwhile: impl FnOnce(u32), signal: Signal) -> u32 {
        let seen = Arc::clone(&self.seen);
        let nothing_is_taken = seen.0.lock().unwrap();
        meanwhile(self.pid());
        self.signal(signal);
        let code = self.ended();
        drop(nothing_is_taken);
        code.expect("it does not end while nothing is taken");
        self.exit_code()
    }

    fn ended(&mut self) -> Option<u32> {
        let deadline = Instant::now() + DEADLINE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return Some(status.exit_code());
            }
            if Instant::now() > deadline {
                return None;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Whether everything was put back: modes, screen, cursor, mouse, paste.
    pub fn assert_given_back(&self) {
        assert_eq!(format!("{:?}", self.master.get_termios().unwrap()), self.modes);
        let given_back = |screen: &vt100::Screen| {
            !screen.alternate_screen()
                && !screen.hide_cursor()
                && !screen.bracketed_paste()
                && screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None
        };
        let screen = self.screen();
        assert!(
            given_back(&screen),
            "{:?}",
            String::from_utf8_lossy(&self.raw()[self.raw().len().saturating_sub(80)..])
        );
    }
}

impl Drop for Tty {
    fn drop(&mut self) {
        // It has ended already in most tests.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
