//! Without a screen: the same sources and filters, printed to standard output. Nothing is lost or repeated
//! however slowly it is taken, because each source is read no faster than it is printed.

mod caption;
mod feed;
mod json;
mod link;
mod object;
mod open;
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
use rustix::event::{PollFd, PollFlags, poll};

use super::cli::{Options, When};
use super::spec::Spec;
use super::terminal;
use crate::app::source::SourceId;
use crate::config::highlights;
use crate::core::highlight::Rules;
use crate::source::search::Found;
use crate::source::ssh::ask::Asker;
use crate::source::ssh::config::Resolver;
use crate::source::ssh::reach::Reach;
use crate::source::{Follower, Keep};
use crate::ui::theme::{Depth, Theme};
pub use feed::say;
use feed::{Feed, Turn};
use open::Opener;
use paint::Paint;
use printer::Format;

/// Lines printed of each file at first, unless another number was asked for.
const LINES: u64 = 10;

/// What may wake the printing.
enum Woken {
    /// Something about a source changed.
    Changed(SourceId),
    /// A search, by its number, has found something.
    Found(usize, Found),
    /// Nobody reads what is printed any more.
    Closed,
}

/// Prints until there is nothing more to come or nobody to read it. Nothing is ever asked: what a host wants to know
/// is a reason not to be connected to it.
///
/// # Errors
/// When printing cannot begin or standard output cannot be written to.
pub fn run(
    options: &Options,
    specs: &[Spec],
    stdin: Option<File>,
    resolver: Arc<Resolver>,
) -> anyhow::Result<ExitCode> {
    let stdout = io::stdout().as_fd().try_clone_to_owned().context("standard output cannot be used")?;
    let (wake, woken) = channel();
    let changed = wake.clone();
    let follower = Follower::start(Keep::Unread, move |id| {
        // Nobody listens any more at the very end.
        let _ = changed.send(Woken::Changed(id));
    })?;
    let follower = follower.reaching(Reach::new(resolver, Asker::silent()));
    let mut opener = Opener::new(&follower, options, format(options), wake.clone());
    let mut feeds = opener.open(specs, stdin);
    if options.follow {
        watch_stdout(wake)?;
    }
    let mut out = BufWriter::with_capacity(64 << 10, File::from(stdout));
    match print(&follower, &mut opener, &mut feeds, &mut out, &woken) {
        Ok(()) if opener.whole && feeds.iter().all(|feed| !feed.failed) => Ok(ExitCode::SUCCESS),
        Ok(()) => Ok(ExitCode::FAILURE),
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
            // What is left in the buffer has no reader.
            let _ = out.into_parts();
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => Err(error).context("standard output cannot be written to"),
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
        Format::Json
    } else if depth != Depth::None {
        let theme = Theme::new(depth, glyphs, &options.settings.looks());
        let rules = Rules::new(highlights::rules(&options.settings.highlights));
        Format::Painted(Box::new(Paint { theme, rules, sgr: options.settings.sgr }))
    } else if terminal {
        Format::Shown
    } else {
        Format::Raw { strip: !options.settings.sgr }
    }
}

/// The sources take turns, a piece each; when none has anything, what was printed is flushed.
fn print(
    follower: &Follower,
    opener: &mut Opener,
    feeds: &mut Vec<Feed>,
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
                let id = feed.id;
                feed.step(out, follower)?;
                if feed.turn == Turn::Done {
                    if follower.has_failed(id) {
                        feed.say_failed(follower.status(id));
                    }
                    follower.close(feed.id);
                }
            }
        }
        if !quiet {
            continue;
        }
        out.flush()?;
        if feeds.iter().all(|feed| feed.turn == Turn::Done) && !opener.is_searching() {
            return Ok(());
        }
        let first = match wait(feeds, woken) {
            Some(first) => first,
            None => continue,
        };
        for event in std::iter::once(first).chain(woken.try_iter()) {
            match event {
                Woken::Closed => return Ok(()),
                Woken::Found(search, found) => feeds.extend(opener.found(search, found)),
                Woken::Changed(id) => {
                    let status = follower.status(id);
                    if let (Some(status), Some(feed)) = (status, feeds.iter_mut().find(|feed| feed.id == id))
                    {
                        opener.take_note(feed, &status);
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
