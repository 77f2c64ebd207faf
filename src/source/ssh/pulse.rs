//! When to try again, and whether a link is alive. No link, no clock of its own: it is told the time.

use std::hash::{BuildHasher, RandomState};
use std::time::{Duration, Instant};

/// The first and the longest wait before a host is tried again.
const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(60);

/// Keep-alive where the config says nothing: how often, and how many answers may be missing.
const INTERVAL: Duration = Duration::from_secs(5);
const MISSED: u32 = 3;

/// How long to wait before the next try: twice as long each time, and never exactly, so that many who lost the
/// same host do not come back at once.
#[derive(Debug, Default)]
pub struct Backoff {
    failures: u32,
}

impl Backoff {
    /// One more failure; how long to wait now: between half and all of what is due.
    pub fn fail(&mut self) -> Duration {
        let due = FIRST.saturating_mul(1 << self.failures.min(6)).min(LONGEST);
        self.failures += 1;
        let random = RandomState::new().hash_one(self.failures) as u32;
        due / 2 + (due / 2).mul_f64(f64::from(random) / f64::from(u32::MAX))
    }

    /// It works again.
    pub fn reset(&mut self) {
        self.failures = 0;
    }
}

/// Tells a quiet link from a dead one.
#[derive(Debug)]
pub struct Pulse {
    interval: Duration,
    most: u32,
    missed: u32,
    /// When anything last came.
    heard: Instant,
}

impl Pulse {
    /// A link that is asked every `interval` and is dead when it did not answer `most` times: every 5 s and three
    /// times where nobody said otherwise.
    pub fn new(interval: Option<Duration>, most: Option<u32>, now: Instant) -> Pulse {
        // Zero would mean never: a dead link must not look like a quiet log.
        let interval = interval.filter(|interval| !interval.is_zero()).unwrap_or(INTERVAL);
        Pulse { interval, most: most.unwrap_or(MISSED).max(1), missed: 0, heard: now }
    }

    /// How long an answer may take, and how long to wait between two questions.
    pub fn interval(&self) -> Duration {
        self.interval
    }

    /// Something came: it is alive.
    pub fn hear(&mut self, now: Instant) {
        self.heard = now;
        self.missed = 0;
    }

    /// There was no answer in time; says whether the link is dead. What came meanwhile, on whatever channel, is as
    /// good as an answer.
    pub fn miss(&mut self, now: Instant) -> bool {
        if now.saturating_duration_since(self.heard) < self.interval {
            self.missed = 0;
            return false;
        }
        self.missed += 1;
        self.missed >= self.most
    }

    /// Whether an answer is missing that was due.
    pub fn is_missed(&self) -> bool {
        self.missed > 0
    }

    /// Since when nobody knows whether it is alive: since the last word, where an answer is missing.
    pub fn since(&self, now: Instant) -> Instant {
        if self.is_missed() { self.heard } else { now }
    }

    /// How long nothing has come.
    pub fn silence(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.heard)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_from_a_second_to_a_minute_and_begin_anew() {
        let mut backoff = Backoff::default();
        for due in [1, 2, 4, 8, 16, 32, 60, 60, 60] {
            let wait = backoff.fail();
            let due = Duration::from_secs(due);
            assert!(wait >= due / 2 && wait <= due, "{wait:?} of {due:?}");
        }
        backoff.reset();
        assert!(backoff.fail() <= FIRST);
    }

    #[test]
    fn a_host_is_dead_after_three_questions_without_an_answer() {
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        let mut pulse = Pulse::new(None, None, start);
        assert_eq!(pulse.interval(), Duration::from_secs(5));
        assert!(!pulse.miss(after(5)));
        assert!(!pulse.miss(after(10)));
        pulse.hear(after(11));
        assert!(!pulse.miss(after(15)), "bytes came meanwhile");
        assert_eq!(pulse.since(after(16)), after(16), "nothing is missing");
        assert!(!pulse.miss(after(20)));
        assert!(!pulse.miss(after(25)));
        assert_eq!(pulse.since(after(29)), after(11), "since the last word");
        assert!(pulse.miss(after(30)));
        assert_eq!(pulse.silence(after(30)), Duration::from_secs(19));
    }

    #[test]
    fn the_config_decides_but_not_that_nobody_asks() {
        let start = Instant::now();
        let mut pulse = Pulse::new(Some(Duration::from_secs(1)), Some(0), start);
        assert_eq!(pulse.interval(), Duration::from_secs(1));
        assert!(pulse.miss(start + Duration::from_secs(1)), "once is the least");
        assert_eq!(Pulse::new(Some(Duration::ZERO), None, start).interval(), INTERVAL);
    }
}
