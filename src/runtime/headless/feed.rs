//! One source that is being printed.

use std::io::{self, Write};
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::link::is_given_up;
use super::printer::Printer;
use super::start::last_lines;
use crate::app::link::LinkState;
use crate::app::source::{Notice, NoticeKind, Source, SourceId, State, Status, Watch};
use crate::core::filter::Filter;
use crate::core::pos::Pos;
use crate::core::query::Reader;
use crate::core::read::{Learner, Time};
use crate::core::text::printable;
use crate::runtime::cli::Lines;
use crate::runtime::sieve::Sieve;
use crate::source::{Drain, Drained, Follower};

/// How long to wait after a fault of the disk before it is read again.
const RETRY: Duration = Duration::from_secs(1);

/// A record that has not grown for so long is taken to be whole.
const SETTLED: Duration = Duration::from_millis(250);

/// A source, how far it has been printed, and what has been said of it.
pub struct Feed {
    /// Which.
    pub id: SourceId,
    name: String,
    drain: Drain,
    sieve: Sieve,
    printer: Printer,
    /// Nothing has come yet.
    unbegun: bool,
    /// How lines are read, where they have to be.
    learner: Option<Learner>,
    /// It is not known yet which zone its host is in.
    zoneless: bool,
    /// Lines still to be passed over.
    skip: u64,
    /// Bytes still to be printed when nothing that is appended later is wanted.
    left: Option<u64>,
    follow: bool,
    said: State,
    /// When a record that waits is decided on as it stands.
    settles: Option<Instant>,
    /// Nothing more is to be waited for.
    ending: bool,
    /// What was asked for could not be printed.
    pub failed: bool,
    /// What is to be done with it now.
    pub turn: Turn,
}

/// When a feed is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// Now.
    Ready,
    /// When something changed.
    Idle,
    /// When some time has passed.
    Later(Instant),
    /// Never again.
    Done,
}

impl Feed {
    /// Begins to print `source`. Without `follow` it ends with what is there now.
    ///
    /// # Errors
    /// A sentence, when the log cannot be read.
    pub fn open(
        follower: &Follower,
        source: &Source,
        lines: Lines,
        follow: bool,
        filter: Option<Filter>,
        mut learner: Learner,
        printer: Printer,
    ) -> Result<Feed, String> {
        let name = source.name.clone();
        let end = source.status.end;
        let start = source.store.range().start;
        let far = source.status.remote.is_some();
        let (from, skip) = match lines {
            Lines::From(n) => (start, n.saturating_sub(1)),
            // Such a source was opened with the lines that are wanted.
            Lines::Last(_) if far => (start, 0),
            Lines::Last(n) => {
                let from = last_lines(&*source.store, end, n);
                (from.map_err(|error| format!("{name} cannot be read: {error}"))?, 0)
            }
        };
        // A pipe has no end yet, and what is on another host is told when it is over.
        let piped = matches!(source.status.watch, Watch::Pushed | Watch::Command);
        let left = (!follow && !piped && !far).then(|| end - from);
        let drain = if far { follower.drain_remote(source.id) } else { follower.drain(source.id, from) };
        let drain = drain.ok_or_else(|| format!("{name} was closed"))?;
        let sieve = Sieve::new(filter);
        let reads = sieve.reads() || printer.reads();
        if reads {
            learner.look_at(&*source.store, end);
        }
        let mut feed = Feed {
            id: source.id,
            name,
            drain,
            sieve,
            printer,
            unbegun: true,
            learner: reads.then_some(learner),
            zoneless: far && reads,
            skip,
            left,
            follow,
            said: State::Live,
            settles: None,
            ending: false,
            failed: false,
            turn: Turn::Ready,
        };
        feed.read_anew();
        Ok(feed)
    }

    /// Lines are read as it is known by now.
    fn read_anew(&mut self) {
        let Some(learner) = &self.learner else { return };
        self.printer.read_by(learner.reading());
        let reader: Arc<dyn Reader> = learner.reading().clone();
        self.sieve.read_by(&reader);
    }

    /// Prints one piece, if there is one, and decides when to be asked again.
    ///
    /// # Errors
    /// As `out`.
    pub fn step(&mut self, out: &mut impl Write, follower: &Follower) -> io::Result<()> {
        let (buf, room) = self.sieve.space();
        let had = buf.len();
        let most = self.left.map_or(room, |left| room.min(usize::try_from(left).unwrap_or(room)));
        if most == 0 {
            return self.finish(out);
        }
        match self.drain.read(buf, most) {
            Ok(Drained::Bytes) => {
                self.settles = None;
                let got = buf.len() - had;
                if let Some(left) = &mut self.left {
                    *left = left.saturating_sub(got as u64);
                }
                skip_lines(buf, had, &mut self.skip);
                self.turn = Turn::Ready;
                self.take_zone(follower);
                if std::mem::take(&mut self.unbegun) {
                    let begin = Pos(self.drain.position().0.saturating_sub(got as u64));
                    self.rename(follower.name_at(self.id, begin));
                }
                self.pour(out)
            }
            // What becomes of a link is said once for all files of its host.
            Ok(Drained::Notice(Notice { kind: NoticeKind::Lost | NoticeKind::Back, .. })) => {
                self.turn = Turn::Ready;
                Ok(())
            }
            Ok(Drained::Notice(notice)) => {
                let name = follower.name_at(self.id, self.drain.position());
                if notice.kind != NoticeKind::Rotated || name.as_ref().is_some_and(|name| *name != self.name)
                {
                    let printer = &mut self.printer;
                    self.sieve.part(|piece| printer.print(piece, out))?;
                }
                out.flush()?;
                let word = if notice.kind == NoticeKind::Gap { "a gap" } else { "" };
                say(&[&self.name, word, &notice.text]);
                self.rename(name);
                self.turn = Turn::Ready;
                Ok(())
            }
            Ok(Drained::Idle) if self.left.is_some() || self.ending => self.finish(out),
            Ok(Drained::Idle) => self.idle(out),
            Ok(Drained::Ended) => self.finish(out),
            Err(error) => {
                let state = State::Failed(format!("cannot be read: {error}"));
                self.say_state(&state);
                self.turn = Turn::Later(Instant::now() + RETRY);
                Ok(())
            }
        }
    }

    /// Takes the zone of a host. It was said before the first byte came, but perhaps not before it was asked for last.
    fn take_zone(&mut self, follower: &Follower) {
        if !std::mem::take(&mut self.zoneless) {
            return;
        }
        let offset = follower.status(self.id).and_then(|status| status.remote?.zone);
        if let Some((learner, offset)) = self.learner.as_mut().zip(offset)
            && learner.ahead(offset, written(Instant::now()))
        {
            self.read_anew();
        }
    }

    /// The source is called so from here on, if that has changed.
    fn rename(&mut self, name: Option<String>) {
        let Some(name) = name.filter(|name| *name != self.name) else { return };
        self.printer.rename(&name);
        self.name = name;
    }

    fn pour(&mut self, out: &mut impl Write) -> io::Result<()> {
        // Before they are decided on: what the first lines are is not known from anything before them.
        if self.learner.as_mut().is_some_and(|learner| learner.look(self.sieve.whole())) {
            self.read_anew();
        }
        let printer = &mut self.printer;
        if printer.is_transparent() && self.sieve.is_open() {
            return self.sieve.pass(|bytes| out.write_all(bytes));
        }
        self.sieve.pour(|piece| printer.print(piece, out))
    }

    /// Nothing has come. A record that waits for more of it waits no longer than a moment.
    fn idle(&mut self, out: &mut impl Write) -> io::Result<()> {
        let now = Instant::now();
        let due = *self.settles.get_or_insert(now + SETTLED);
        if !self.sieve.waits() {
            self.turn = Turn::Idle;
        } else if now < due {
            self.turn = Turn::Later(due);
        } else {
            self.turn = Turn::Idle;
            let printer = &mut self.printer;
            self.sieve.settle(|piece| printer.print(piece, out))?;
        }
        Ok(())
    }

    fn finish(&mut self, out: &mut impl Write) -> io::Result<()> {
        self.turn = Turn::Done;
        let printer = &mut self.printer;
        self.sieve.finish(|piece| printer.print(piece, out))
    }

    /// Takes note of a change: there may be something to read, and something to say.
    pub fn changed(&mut self, status: &Status) {
        self.say_state(&status.state);
        if let (Some(learner), Some(grew)) = (&self.learner, status.grew) {
            learner.at(written(grew));
        }
        if let Some(remote) = &status.remote {
            self.link_changed(&remote.host.state, &status.state);
        }
        if self.turn != Turn::Done {
            self.turn = Turn::Ready;
        }
    }

    /// Where nothing is followed, what is not there now is not waited for.
    fn link_changed(&mut self, link: &LinkState, state: &State) {
        let away = *link == LinkState::Up && matches!(state, State::Waiting(_) | State::Failed(_));
        if is_given_up(link, self.follow) || !self.follow && away {
            (self.ending, self.failed) = (true, true);
        }
    }

    /// Why a file that is there is looked at by the clock, if it is.
    pub fn polled<'a>(&self, status: &'a Status) -> Option<&'a str> {
        match &status.watch {
            Watch::Polling(why) if status.state == State::Live => Some(why),
            _ => None,
        }
    }

    /// Says that growth may be noticed a little later, and why.
    pub fn say_polled(&self, why: &str) {
        say(&[&self.name, "looked at by the clock", why]);
    }

    /// Says that a command has failed, and how.
    pub fn say_failed(&mut self, status: Option<Status>) {
        self.failed = true;
        if let Some(status) = status
            && let State::Ended(why) = &status.state
        {
            say(&[&self.name, &status.ended(why)]);
        }
    }

    /// Says what state the source is in, once, when it is not what everybody expects.
    pub fn say_state(&mut self, state: &State) {
        let was_away = matches!(self.said, State::Waiting(_) | State::Failed(_));
        if *state == self.said || *state == State::Opening {
            return;
        }
        match state {
            State::Waiting(why) | State::Failed(why) => {
                // Nothing happens next to what is not followed.
                let now = why.split_once("; ").map_or(why.as_str(), |(now, _)| now);
                say(&[&self.name, if self.follow { why } else { now }]);
            }
            State::Live if was_away => say(&[&self.name, "is there now"]),
            _ => {}
        }
        self.said = state.clone();
    }
}

/// When a log was written, of which it is known how long ago that is.
pub fn written(grew: Instant) -> Time {
    let now = Timestamp::now();
    let moment = now.checked_sub(grew.elapsed()).unwrap_or(now);
    Time(i64::try_from(moment.as_nanosecond()).unwrap_or(i64::MAX))
}

/// Removes lines from the front of what lies in `buf` behind `had`, as many as are to be passed over.
fn skip_lines(buf: &mut Vec<u8>, had: usize, skip: &mut u64) {
    let mut kept = had;
    while *skip > 0 && kept < buf.len() {
        match memchr::memchr(b'\n', &buf[kept..]) {
            Some(at) => {
                kept += at + 1;
                *skip -= 1;
            }
            None => kept = buf.len(),
        }
    }
    buf.drain(had..kept);
}

/// A sentence on standard error. Nobody is left to be told when that is closed.
pub fn say(parts: &[&str]) {
    let text = parts.iter().filter(|part| !part.is_empty()).map(|part| printable(part)).collect::<Vec<_>>();
    let _ = writeln!(io::stderr(), "tailpane: {}", text.join(": "));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_passed_over_across_pieces() {
        let mut skip = 3;
        let mut buf = b"one\ntwo\nth".to_vec();
        skip_lines(&mut buf, 0, &mut skip);
        assert_eq!((buf.as_slice(), skip), (&b""[..], 1));
        let mut buf = b"ree\nfour\n".to_vec();
        skip_lines(&mut buf, 0, &mut skip);
        assert_eq!((buf.as_slice(), skip), (&b"four\n"[..], 0));
    }

    #[test]
    fn what_waits_from_before_stays() {
        let mut skip = 1;
        let mut buf = b"kept|gone\nrest".to_vec();
        skip_lines(&mut buf, 5, &mut skip);
        assert_eq!(buf, b"kept|rest");
    }
}
