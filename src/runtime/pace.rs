//! When the next frame may be drawn. A frame that a key asked for comes at once; while lines fly by, frames
//! come as fast as a terminal and a link can be expected to take them. Pure: the time is told.

use std::time::{Duration, Instant};

/// The shortest time between two frames that nobody asked for by a key.
const SHORTEST: Duration = Duration::from_millis(16);
/// The longest: slower than this, a picture no longer seems alive.
const LONGEST: Duration = Duration::from_millis(50);
/// What a busy screen may send to the terminal.
const BYTES_A_SECOND: u64 = 480_000;
/// Of the time, one part in so many may go into making frames …
const SHARE: u32 = 32;
/// … as long as that leaves thirty frames a second.
const LONGEST_FOR_WORK: Duration = Duration::from_millis(33);

/// The rhythm of frames.
#[derive(Debug, Default)]
pub struct Pace {
    /// When the last frame was drawn, and how long it lasts.
    last: Option<(Instant, Duration)>,
}

impl Pace {
    /// When a frame may be drawn, if one is wanted `now`; `urgent` when a key wants it.
    pub fn due(&self, now: Instant, urgent: bool) -> Instant {
        match self.last {
            Some((at, pause)) if !urgent => now.max(at + pause),
            _ => now,
        }
    }

    /// A frame of `bytes` bytes was begun `now`, and making it took `work`.
    pub fn drawn(&mut self, now: Instant, bytes: usize, work: Duration) {
        let sent = Duration::from_micros(bytes as u64 * 1_000_000 / BYTES_A_SECOND);
        let made = (work * SHARE).min(LONGEST_FOR_WORK);
        self.last = Some((now, sent.max(made).clamp(SHORTEST, LONGEST)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NO_WORK: Duration = Duration::ZERO;

    #[test]
    fn an_idle_screen_draws_at_once() {
        let mut pace = Pace::default();
        let start = Instant::now();
        assert_eq!(pace.due(start, false), start);
        pace.drawn(start, 100, NO_WORK);
        let later = start + Duration::from_secs(1);
        assert_eq!(pace.due(later, false), later);
    }

    #[test]
    fn a_busy_one_draws_no_faster_than_its_bytes_allow() {
        let mut pace = Pace::default();
        let start = Instant::now();
        let mut bytes = 0;
        let mut now = start;
        while now < start + Duration::from_secs(10) {
            pace.drawn(now, 12_000, NO_WORK);
            bytes += 12_000;
            now = pace.due(now, false);
        }
        assert!(bytes <= 5_000_000, "{bytes}");
        assert!(bytes / 12_000 >= 300, "{} frames", bytes / 12_000);
        pace.drawn(now, 10_000_000, NO_WORK);
        assert_eq!(pace.due(now, false), now + LONGEST);
    }

    #[test]
    fn frames_that_are_hard_to_make_come_more_rarely_but_never_too_rarely() {
        let mut pace = Pace::default();
        let now = Instant::now();
        pace.drawn(now, 100, Duration::from_millis(1));
        assert_eq!(pace.due(now, false), now + Duration::from_millis(32));
        pace.drawn(now, 100, Duration::from_millis(10));
        assert_eq!(pace.due(now, false), now + LONGEST_FOR_WORK);
    }

    #[test]
    fn a_key_never_waits() {
        let mut pace = Pace::default();
        let now = Instant::now();
        pace.drawn(now, 50_000, NO_WORK);
        assert_eq!(pace.due(now, true), now);
    }
}
