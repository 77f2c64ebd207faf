//! What `ssh -G` prints: the system's ssh reads the config, and we read what it made of it.

use std::io::{self, Read as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};

use super::keyword::{self, Use};
use super::settings::{Said, Settings};
use crate::core::text::printable;

/// How long it may take: it may look names up and run what the config says.
const LONGEST: Duration = Duration::from_secs(30);

/// How long its pipes may stay open behind it.
const LINGERING: Duration = Duration::from_secs(1);

/// Bytes it may print.
const MOST: u64 = 1 << 20;

/// What is asked of `ssh`.
pub struct Query<'a> {
    /// The program.
    pub ssh: &'a Path,
    /// `-F`.
    pub config: Option<&'a Path>,
    /// `-l`.
    pub user: Option<&'a str>,
    /// `-p`.
    pub port: Option<u16>,
    /// Another host has been jumped through already, so a `ProxyJump` of this one counts no more.
    pub jumped: bool,
    /// The host.
    pub host: &'a str,
}

impl Query<'_> {
    /// Runs it.
    ///
    /// # Errors
    /// A sentence; what `ssh` says of the config names file and line.
    pub fn ask(&self) -> Result<Settings, String> {
        let mut command = Command::new(self.ssh);
        // -T keeps it from speaking of a terminal.
        command.arg("-G").arg("-T");
        if let Some(config) = self.config {
            command.arg("-F").arg(config);
        }
        if let Some(user) = self.user {
            command.arg("-l").arg(user);
        }
        if let Some(port) = self.port {
            command.arg("-p").arg(port.to_string());
        }
        if self.jumped {
            command.arg("-oProxyJump=none");
        }
        command.arg("--").arg(self.host);
        let (fine, out, err) = run(&mut command).map_err(|error| {
            format!("{} -G cannot be run: {error}", printable(&self.ssh.to_string_lossy()))
        })?;
        match fine {
            true => parse(&out),
            false => {
                let told: Vec<String> =
                    err.lines().map(str::trim).filter(|line| !line.is_empty()).map(printable).collect();
                Err(format!("ssh does not take its config for {}: {}", printable(self.host), told.join("; ")))
            }
        }
    }
}

/// Runs a command without input: whether it ended well, what it printed, and what it complained of.
fn run(command: &mut Command) -> io::Result<(bool, String, String)> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
    let mut child = command.spawn()?;
    let out = child.stdout.take().map(drained);
    let err = child.stderr.take().map(drained);
    let began = Instant::now();
    let mut pause = Duration::from_millis(1);
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break status;
        }
        if began.elapsed() > LONGEST {
            end(&mut child);
            let seconds = LONGEST.as_secs();
            return Err(io::Error::new(
                io::ErrorKind::TimedOut,
                format!("it took longer than {seconds} s; a Match exec or a slow name server holds it up"),
            ));
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    };
    let text = |drain: Option<Drain>| drain.map(Drain::text).unwrap_or_default();
    Ok((status.success(), text(out), text(err)))
}

/// Ends a child and all it has started.
fn end(child: &mut Child) {
    if let Some(group) = Pid::from_raw(child.id().cast_signed()) {
        let _ = kill_process_group(group, Signal::KILL);
    }
    let _ = child.wait();
}

/// What comes out of a pipe.
struct Drain {
    bytes: Arc<Mutex<Vec<u8>>>,
    ended: Receiver<()>,
}

impl Drain {
    /// All of it. A daemon that a `Match exec` has started may hold the pipe open for ever; it is not waited for long.
    fn text(self) -> String {
        // At the end the sender is dropped.
        let _ = self.ended.recv_timeout(LINGERING);
        let bytes = self.bytes.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

fn drained(pipe: impl io::Read + Send + 'static) -> Drain {
    let bytes = Arc::new(Mutex::new(Vec::new()));
    let (end, ended) = channel();
    let filled = Arc::clone(&bytes);
    std::thread::spawn(move || {
        let _end: Sender<()> = end;
        let mut pipe = pipe.take(MOST);
        let mut block = [0; 4096];
        // What it printed before an error is what there is.
        while let Ok(n @ 1..) = pipe.read(&mut block) {
            filled.lock().unwrap_or_else(PoisonError::into_inner).extend(&block[..n]);
        }
    });
    Drain { bytes, ended }
}

/// Reads what was printed: a keyword, a blank and its value a line.
///
/// # Errors
/// When it is something else.
fn parse(text: &str) -> Result<Settings, String> {
    let mut settings = Settings::default();
    for line in text.lines() {
        let (keyword, value) = line.split_once(' ').unwrap_or((line, ""));
        if keyword.is_empty() || !keyword.chars().all(|c| c.is_ascii_alphanumeric()) {
            return Err(format!("ssh -G printed a line that says nothing: {}", printable(line)));
        }
        let keyword = keyword.to_ascii_lowercase();
        let words = match keyword::find(&keyword) {
            Some((_, Use::List)) => paths(value),
            _ => vec![value.to_owned()],
        };
        settings.add(&keyword, Said { words, place: None });
    }
    match settings.first("hostname").is_some() && settings.first("port").is_some() {
        true => Ok(settings),
        false => Err("ssh -G printed no host name; is it OpenSSH?".to_owned()),
    }
}

/// Paths that were printed with blanks between them, and may have some in them: each begins at a root.
fn paths(value: &str) -> Vec<String> {
    let mut paths: Vec<String> = Vec::new();
    for piece in value.split(' ') {
        match paths.last_mut() {
            Some(path) if !piece.starts_with(['/', '~']) => *path = format!("{path} {piece}"),
            _ => paths.push(piece.to_owned()),
        }
    }
    paths
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_keywords_and_values() {
        let settings =
            parse("hostname web1\nport 22\nuserknownhostsfile /a b /c\nidentityfile x y\nidentityfile z\n")
                .unwrap();
        assert_eq!(settings.first("userknownhostsfile").unwrap().words, ["/a b", "/c"]);
        assert_eq!(settings.all("identityfile").len(), 2);
        assert!(parse("hostname web1\n").is_err());
        assert!(parse("hostname web1\nport 22\n\u{1b}[2J x\n").unwrap_err().contains("says nothing"));
    }

    #[test]
    fn a_command_is_heard_out_and_told_of() {
        let (fine, out, err) = run(Command::new("sh").args(["-c", "echo a; echo b >&2; exit 3"])).unwrap();
        assert_eq!((fine, out.as_str(), err.as_str()), (false, "a\n", "b\n"));
        // A child that stays behind does not hold us up.
        let began = Instant::now();
        let (fine, out, _) = run(Command::new("sh").args(["-c", "sleep 5 & echo a"])).unwrap();
        assert_eq!((fine, out.as_str()), (true, "a\n"));
        assert!(began.elapsed() < Duration::from_secs(4), "the pipe was waited for");
    }
}
