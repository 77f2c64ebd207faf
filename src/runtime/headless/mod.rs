//! Without a screen: the same sources and filters, printed to standard output. Nothing is lost or repeated
//! however slowly it is taken, because each source is read no faster than it is printed.

mod feed;
mod json;
mod paint;
mod printer;
mod start;

use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::os::fd::AsFd;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::Instant;

use anyhow::Context;
use jiff::tz::TimeZone;
use rustix::event::{PollFd, PollFlags, poll};

use super::cli::{Lines, Options, When};
use super::spec::Spec;
use super::terminal;
use crate::app::source::{SourceId, State};
use crate::core::label::{self, Name};
use crate::core::text::printable;
use crate::source::{Follower, Keep};
use crate::ui::theme::{Depth, Theme};
pub use feed::say;
use feed::{Feed, Turn};
use paint::Paint;
use printer::{Format, Printer};

/// Lines printed of each file at first, unless another number was asked for.
const LINES: u64 = 10;

/// What may wake the printing.
enum Woken {
    /// Something about a source changed.
    Changed(SourceId),
    /// Nobody reads what is printed any more.
    Closed,
}

/// Prints until there is nothing more to come or nobody to read it.
///
/// # Errors
/// When printing cannot begin or standard output cannot be written to.
pub fn run(options: &Options, specs: &[Spec], stdin: Option<File>) -> anyhow::Result<ExitCode> {
    let stdout = io::stdout().as_fd().try_clone_to_owned().context("standard output cannot be used")?;
    let (wake, woken) = channel();
    let changed = wake.clone();
    let follower = Follower::start(Keep::Unread, move |id| {
        // Nobody listens any more at the very end.
        let _ = changed.send(Woken::Changed(id));
    })?;
    let (mut feeds, whole) = open(&follower, options, specs, stdin);
    if options.follow {
        watch_stdout(wake)?;
    }
    let mut out = BufWriter::with_capacity(64 << 10, File::from(stdout));
    match print(&follower, &mut feeds, &mut out, &woken) {
        Ok(()) if whole => Ok(ExitCode::SUCCESS),
        Ok(()) => Ok(ExitCode::FAILURE),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
            // What is left in the buffer has no reader.
            let _ = out.into_parts();
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => Err(error).context("standard output cannot be written to"),
    }
}

/// Opens all sources, and says whether all that was asked for could be.
fn open(
    follower: &Follower,
    options: &Options,
    specs: &[Spec],
    mut stdin: Option<File>,
) -> (Vec<Feed>, bool) {
    let full: Vec<(Option<String>, String)> = specs.iter().map(full_name).collect();
    let names = full.iter().map(|(host, path)| Name { host: host.as_deref(), path });
    let format = Arc::new(format(options));
    let mut feeds = Vec::new();
    let mut whole = true;
    for ((number, spec), name) in (0..).zip(specs).zip(names.clone()) {
        let id = SourceId(number);
        let (source, lines) = match spec {
            Spec::Path(path) => (follower.open(id, path), options.lines.unwrap_or(Lines::Last(LINES))),
            Spec::Remote(remote) => {
                (follower.open_remote(id, remote), options.lines.unwrap_or(Lines::Last(LINES)))
            }
            Spec::Stdin => {
                let Some(file) = stdin.take() else {
                    say(&["standard input is a terminal: pipe something into tailpane, or name a file"]);
                    whole = false;
                    continue;
                };
                // Whatever comes through a pipe is new, so there are no last lines.
                let from = options.lines.filter(|lines| matches!(lines, Lines::From(_)));
                (follower.open_stdin(id, file), from.unwrap_or(Lines::From(1)))
            }
        };
        let name = printable(&label::shortest(name, names.clone()));
        let prefix = match &*format {
            _ if specs.len() == 1 => String::new(),
            Format::Painted(paint) => paint.name(number as usize, &format!("{name}: ")),
            _ => format!("{name}: "),
        };
        let printer = Printer::new(Arc::clone(&format), &prefix, &name);
        match Feed::open(follower, &source, lines, options.follow, options.chain.filter(), printer) {
            Ok(mut feed) => {
                feed.say_state(&source.status.state);
                whole &=
                    options.follow || !matches!(source.status.state, State::Waiting(_) | State::Failed(_));
                feeds.push(feed);
            }
            Err(sentence) => {
                say(&[&sentence]);
                whole = false;
            }
        }
    }
    (feeds, whole)
}

/// The host a source is on, and its path.
fn full_name(spec: &Spec) -> (Option<String>, String) {
    match spec {
        Spec::Stdin => (None, "stdin".to_owned()),
        Spec::Path(path) => (None, path.to_string_lossy().into_owned()),
        Spec::Remote(remote) => {
            (Some(remote.target.to_string()), String::from_utf8_lossy(&remote.path).into_owned())
        }
    }
}

fn format(options: &Options) -> Format {
    let terminal = io::stdout().is_terminal();
    let (depth, glyphs) = terminal::abilities(|name| std::env::var(name).ok());
    let depth = match options.color {
        When::Auto if terminal => depth,
        When::Auto | When::Never => Depth::None,
        // Asked for is asked for, whatever the environment says.
        When::Always => depth.max(Depth::Ansi),
    };
    if options.json {
        Format::Json(TimeZone::system())
    } else if depth != Depth::None {
        let theme = Theme::new(depth, glyphs, options.styles.clone());
        Format::Painted(Paint { theme, rules: options.rules.clone(), sgr: options.settings.sgr })
    } else if terminal {
        Format::Shown
    } else {
        Format::Raw { strip: !options.settings.sgr }
    }
}

/// The sources take turns, a piece each; when none has anything, what was printed is flushed.
fn print(
    follower: &Follower,
    feeds: &mut [Feed],
    out: &mut impl Write,
    woken: &Receiver<Woken>,
) -> io::Result<()> {
    let mut polled = HashSet::new();
    loop {
        let now = Instant::now();
        let mut quiet = true;
        for feed in feeds.iter_mut() {
            let due = match feed.turn {
                Turn::Ready => true,
                Turn::Later(at) => at <= now,
                Turn::Idle | Turn::Done => false,
            };
            if due {
                quiet = false;
                feed.step(out)?;
            }
        }
        if !quiet {
            continue;
        }
        out.flush()?;
        if feeds.iter().all(|feed| feed.turn == Turn::Done) {
            return Ok(());
        }
        let first = match wait(feeds, woken) {
            Some(first) => first,
            None => continue,
        };
        for event in std::iter::once(first).chain(woken.try_iter()) {
            match event {
                Woken::Closed => return Ok(()),
                Woken::Changed(id) => {
                    let status = follower.status(id);
                    if let (Some(status), Some(feed)) = (status, feeds.iter_mut().find(|feed| feed.id == id))
                    {
                        feed.changed(&status);
                        if let Some(why) = feed.polled(&status).filter(|why| polled.insert(why.to_string())) {
                            feed.say_polled(why);
                        }
                    }
                }
            }
        }
    }
}

/// Waits for something to happen, or until a source is to be tried again.
fn wait(feeds: &[Feed], woken: &Receiver<Woken>) -> Option<Woken> {
    let retry = feeds
        .iter()
        .filter_map(|feed| match feed.turn {
            Turn::Later(at) => Some(at),
            _ => None,
        })
        .min();
    match retry {
        None => woken.recv().ok().or(Some(Woken::Closed)),
        Some(at) => match woken.recv_timeout(at.saturating_duration_since(Instant::now())) {
            Ok(event) => Some(event),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => Some(Woken::Closed),
        },
    }
}

/// Notices when the reader of standard output goes away although nothing is being written: `tailpane x |
/// grep -m1 y` ends with its grep.
fn watch_stdout(wake: Sender<Woken>) -> io::Result<()> {
    std::thread::Builder::new().name("stdout".into()).spawn(move || {
        let stdout = io::stdout();
        loop {
            let mut watched = [PollFd::new(&stdout, PollFlags::empty())];
            match poll(&mut watched, None) {
                Ok(_) if watched[0].revents().intersects(PollFlags::ERR | PollFlags::HUP) => {
                    let _ = wake.send(Woken::Closed);
                    return;
                }
                Ok(_) | Err(rustix::io::Errno::INTR) => {}
                // What cannot be watched is noticed at the next write.
                Err(_) => return,
            }
        }
    })?;
    Ok(())
}
