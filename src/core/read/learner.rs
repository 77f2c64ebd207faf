//! A source that is learned from bit by bit, beside showing it: from what was held when it was opened, the end first,
//! and from a little of all that comes. What it costs is bounded, however much that is.

use std::sync::Arc;

use super::format::Format;
use super::line::Time;
use super::reader::Reader;
use super::reading::Reading;
use super::zone::Clock;
use crate::core::pos::Pos;
use crate::core::store::Store;

/// Bytes at the end of what is there in which lines are looked at.
const SAMPLE: u64 = 64 << 10;
/// Lines of the first sample, and of each as long as few were looked at.
const FIRST: usize = 200;
/// Lines of a sample after that. A log that grows fast is looked at with every frame, on the thread that draws: what it
/// costs to see within seconds that it has become another one is not to be felt.
const LATER: usize = 4;
/// Lines after which a source is known.
const KNOWN: usize = 1000;
/// Bytes of a line from which is learned.
const LINE: usize = 16 << 10;

/// How the lines of one source are read, as far as it is known by now.
#[derive(Clone, Debug)]
pub struct Learner {
    reader: Reader,
    /// Shared by whoever reads lines now; another one takes its place when something was learned.
    reading: Arc<Reading>,
    chosen: bool,
    lines: usize,
    /// Something was learned that the reading does not know yet.
    changed: bool,
    /// Lines that were looked at when the reading was made.
    told: usize,
    /// Before this nothing more is to be learned.
    seen: Pos,
    /// The zone of times that have none was said by the user: what a host says of its own is not asked for.
    settled: bool,
}

impl Learner {
    /// Knows nothing of a source yet but the user's own formats for it, or that its lines are in the format of this
    /// name.
    pub fn new(clock: Clock, own: &[Arc<Format>], format: Option<&str>) -> Learner {
        let naive = || Reader::new(clock.clone(), own.to_vec());
        let forced = format.and_then(|name| naive().forced(name));
        let chosen = forced.is_some();
        let reader = forced.unwrap_or_else(naive);
        Learner {
            reading: Arc::new(reader.reading().clone()),
            reader,
            chosen,
            lines: 0,
            changed: false,
            told: 0,
            seen: Pos(0),
            settled: false,
        }
    }

    /// The same, where the clock's zone is what the user says, whatever a host says.
    #[must_use]
    pub fn settled(self, settled: bool) -> Learner {
        Learner { settled, ..self }
    }

    /// How lines are read now.
    pub fn reading(&self) -> &Arc<Reading> {
        &self.reading
    }

    /// The format of most lines, as far as one is known.
    pub fn format(&self) -> Option<&str> {
        self.reader.reading().format()
    }

    /// The same format whole.
    pub fn main(&self) -> Option<&Format> {
        self.reader.reading().main()
    }

    /// Whether the format was not found but chosen.
    pub fn is_chosen(&self) -> bool {
        self.chosen
    }

    /// As [`Reader::zone`].
    pub fn zone(&self) -> Option<Option<i32>> {
        self.reader.zone()
    }

    /// The zone of times that have none.
    pub fn clock(&self) -> &Clock {
        self.reader.clock()
    }

    /// The log is of a host whose clock is `offset` seconds ahead of UTC `now`, and times without a zone are of that. A
    /// host whose clock shows what ours does is taken for one in our zone, whose summers are known. True when lines are
    /// read otherwise now; never where the user has said the zone.
    pub fn ahead(&mut self, offset: i32, now: Time) -> bool {
        if self.settled || self.clock().offset(now) == offset {
            return false;
        }
        self.reader.ahead(offset);
        self.reading = Arc::new(self.reader.reading().clone());
        true
    }

    /// The log was written at this moment.
    pub fn at(&self, moment: Time) {
        self.reader.at(moment);
    }

    /// Looks at some of `lines`, which begin at a line's start; what stands behind the last newline is left out. True
    /// when lines are read otherwise now.
    pub fn look(&mut self, lines: &[u8]) -> bool {
        let most = if self.lines < KNOWN { FIRST } else { LATER };
        let Some(end) = memchr::memrchr(b'\n', lines) else { return false };
        let from = memchr::memrchr_iter(b'\n', &lines[..end]).nth(most - 1).map_or(0, |at| at + 1);
        for line in lines[from..end].split(|byte| *byte == b'\n') {
            self.changed |= self.reader.learn(&line[..line.len().min(LINE)]);
            self.lines += 1;
        }
        // Whoever counts lines counts them all again then: a source that cannot make up its mind is not to have that
        // done more than a few times.
        let due = self.changed && self.lines >= 2 * self.told;
        if due {
            (self.changed, self.told) = (false, self.lines);
            self.reading = Arc::new(self.reader.reading().clone());
        }
        due
    }

    /// Looks at some lines of what `store` holds before `end` and was not looked at yet. Nothing is fetched for that.
    /// True when lines are read otherwise now.
    pub fn look_at(&mut self, store: &dyn Store, end: Pos) -> bool {
        let whole = store.range();
        let end = end.min(whole.end);
        if end <= self.seen.max(whole.start) {
            return false;
        }
        let held = store.held(end.back(1));
        let from = self.seen.max(end.back(SAMPLE)).max(held.start).max(whole.start);
        if !held.contains(&end.back(1)) || from >= end {
            return false;
        }
        let mut bytes = vec![0; usize::try_from(end - from).unwrap_or(0)];
        let mut filled = 0;
        while filled < bytes.len() {
            match store.read_at(from + filled as u64, &mut bytes[filled..]) {
                Ok(0) | Err(_) => break,
                Ok(got) => filled += got,
            }
        }
        let bytes = &bytes[..filled];
        let Some(last) = memchr::memrchr(b'\n', bytes) else { return false };
        // The first line may lack its beginning, unless it is where the last look ended.
        let whole_line = from == whole.start || from == self.seen;
        let first = if whole_line { 0 } else { memchr::memchr(b'\n', bytes).map_or(0, |at| at + 1) };
        self.seen = from + last as u64 + 1;
        first <= last && self.look(&bytes[first..=last])
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;

    fn learner(format: Option<&str>) -> Learner {
        Learner::new(Clock::new(TimeZone::UTC, Time(0)), &[], format)
    }

    #[test]
    fn the_end_of_a_log_says_what_it_is() {
        let mut log = b"no format at all\n".repeat(20_000);
        log.extend(b"{\"level\":\"info\",\"msg\":\"up\"}\n".repeat(300));
        let mut learner = learner(None);
        let end = Pos(log.len() as u64);
        learner.look_at(&log, end);
        assert_eq!(learner.format(), Some("json"));
        assert!(!learner.look_at(&log, end), "nothing is looked at twice");
    }

    #[test]
    fn a_log_that_changes_its_mind_is_learned_anew() {
        let mut learner = learner(None);
        learner.look(&b"2026-11-21 07:25:34,123 INFO [main] a.B - up\n".repeat(50));
        assert_eq!(learner.format(), Some("log4j"));
        for _ in 0..40 {
            learner.look(&b"level=info msg=up\n".repeat(30));
        }
        assert_eq!(learner.format(), Some("logfmt"));
    }

    #[test]
    fn a_log_that_cannot_make_up_its_mind_is_read_anew_a_few_times_only() {
        let mut learner = learner(None);
        // No order of day and month fits both.
        let lines = ["13/11/2026 07:25:34 up\n", "11/13/2026 07:25:34 up\n"];
        let anew = (0..10_000).filter(|n| learner.look(lines[n % 2].as_bytes())).count();
        assert!((1..20).contains(&anew), "{anew} times");
    }

    #[test]
    fn what_is_chosen_stays() {
        let mut learner = learner(Some("syslog"));
        learner.look(&b"{\"level\":\"info\"}\n".repeat(50));
        assert_eq!((learner.format(), learner.is_chosen()), (Some("syslog"), true));
        assert_eq!(learner.reading().read(b"{\"level\":\"info\"}").level, None);
    }

    #[test]
    fn a_line_without_its_end_waits_for_it() {
        let mut learner = learner(None);
        let mut log = b"level=info msg=\"one\"\nlevel=in".to_vec();
        learner.look_at(&log, Pos(log.len() as u64));
        assert_eq!(learner.seen, Pos(21));
        log.extend(b"fo msg=two\n");
        learner.look_at(&log, Pos(log.len() as u64));
        assert_eq!((learner.seen, learner.format()), (Pos(log.len() as u64), Some("logfmt")));
    }
}
