//! Lines a second, measured a second at a time and only while lines come: a quiet log must not tick.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

const WINDOW: Duration = Duration::from_secs(1);

/// Windows that are remembered.
pub const REMEMBERED: usize = 12;

/// Lines a second of one window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Beat {
    /// All lines.
    pub lines: u64,
    /// Those that say they are errors.
    pub errors: u64,
}

/// Measures how fast a count grows.
#[derive(Clone, Debug, Default)]
pub struct Rate {
    window: Option<(Instant, Count)>,
    last: Count,
    shown: u64,
    /// The windows before, the newest last; empty when nothing came in any of them. After the last line it takes as
    /// many windows as are remembered until nothing ticks any more.
    beats: VecDeque<Beat>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Count {
    lines: u64,
    errors: u64,
}

impl Rate {
    /// Takes note of the count of lines now.
    pub fn count(&mut self, now: Instant, total: u64) {
        if self.window.is_none() && total != self.last.lines {
            self.window = Some((now, self.last));
        }
        self.last.lines = total;
        self.tick(now);
    }

    /// Takes note of the count of errors now. It comes beside the count of lines, and begins anew where errors are
    /// told otherwise.
    pub fn errors(&mut self, now: Instant, total: u64) {
        self.last.errors = total;
        if let Some((_, base)) = &mut self.window {
            base.errors = base.errors.min(total);
        }
        self.tick(now);
    }

    /// Ends the window when its time has come; true when the figure changed.
    pub fn tick(&mut self, now: Instant) -> bool {
        let Some((began, base)) = self.window else { return false };
        let age = now.saturating_duration_since(began);
        if age < WINDOW {
            return false;
        }
        let lines = self.last.lines.saturating_sub(base.lines);
        let millis = u64::try_from(age.as_millis()).unwrap_or(u64::MAX).max(1);
        let a_second = |n: u64| n.saturating_mul(1000) / millis;
        let beat = Beat { lines: a_second(lines), errors: self.last.errors.saturating_sub(base.errors) };
        self.remember(beat);
        self.window = (!self.beats.is_empty()).then_some((now, self.last));
        let shown = beat.lines;
        std::mem::replace(&mut self.shown, shown) != shown
    }

    fn remember(&mut self, beat: Beat) {
        if self.beats.len() == REMEMBERED {
            self.beats.pop_front();
        }
        self.beats.push_back(beat);
        // An error that comes alone is one a second as far as anybody can see; a line that does ticks for nobody.
        if self.beats.iter().all(|beat| beat.lines == 0) {
            self.beats.clear();
        }
    }

    /// Lines a second in the last full window.
    pub fn per_second(&self) -> u64 {
        self.shown
    }

    /// The last windows, the newest last; none when nothing came in any of them.
    pub fn beats(&self) -> impl DoubleEndedIterator<Item = Beat> + ExactSizeIterator + '_ {
        self.beats.iter().copied()
    }

    /// When the figures change by time alone: at the end of a window that has something to tell.
    pub fn wake_at(&self) -> Option<Instant> {
        let (began, base) = self.window?;
        let tells = !self.beats.is_empty() || self.last.lines.saturating_sub(base.lines) > 1;
        tells.then(|| began + WINDOW)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steady_stream_is_measured_and_a_quiet_one_sleeps() {
        let start = Instant::now();
        let at = |millis: u64| start + Duration::from_millis(millis);
        let mut rate = Rate::default();
        for n in 0..=40 {
            rate.count(at(n * 50), n * 10 + 10);
        }
        assert!((190..=220).contains(&rate.per_second()), "{}", rate.per_second());
        assert!(rate.wake_at().is_some());
        let mut ticks = 0;
        while let Some(wake) = rate.wake_at() {
            rate.tick(wake);
            ticks += 1;
            assert!(ticks <= REMEMBERED + 2, "it never sleeps");
        }
        assert_eq!((rate.per_second(), rate.beats().len()), (0, 0));
    }

    #[test]
    fn what_came_moves_to_the_left_second_by_second() {
        let start = Instant::now();
        let at = |millis: u64| start + Duration::from_millis(millis);
        let mut rate = Rate::default();
        rate.count(at(0), 40);
        rate.errors(at(10), 3);
        rate.tick(at(1000));
        rate.tick(at(2000));
        rate.count(at(2500), 60);
        rate.tick(at(3000));
        let beats: Vec<Beat> = rate.beats().collect();
        let beat = |lines, errors| Beat { lines, errors };
        assert_eq!(beats, [beat(40, 3), beat(0, 0), beat(20, 0)]);
    }

    #[test]
    fn a_single_line_now_and_then_wakes_nobody() {
        let start = Instant::now();
        let mut rate = Rate::default();
        for n in 1..5 {
            rate.count(start + Duration::from_secs(n * 10), n);
            assert_eq!((rate.per_second(), rate.wake_at()), (0, None));
        }
    }
}
