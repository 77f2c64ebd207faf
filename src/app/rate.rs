//! Lines a second, measured a second at a time and only while lines come: a quiet log must not tick.

use std::time::{Duration, Instant};

const WINDOW: Duration = Duration::from_secs(1);

/// Measures how fast a count grows.
#[derive(Clone, Copy, Debug, Default)]
pub struct Rate {
    window: Option<(Instant, u64)>,
    last: u64,
    shown: u64,
}

impl Rate {
    /// Takes note of the count now.
    pub fn count(&mut self, now: Instant, total: u64) {
        if self.window.is_none() && total != self.last {
            self.window = Some((now, self.last));
        }
        self.last = total;
        self.tick(now);
    }

    /// Ends the window when its time has come; true when the figure changed.
    pub fn tick(&mut self, now: Instant) -> bool {
        let Some((began, base)) = self.window else { return false };
        let age = now.saturating_duration_since(began);
        if age < WINDOW {
            return false;
        }
        let lines = self.last.saturating_sub(base);
        let millis = u64::try_from(age.as_millis()).unwrap_or(u64::MAX).max(1);
        let shown = lines.saturating_mul(1000) / millis;
        self.window = (lines > 0 && shown > 0).then_some((now, self.last));
        std::mem::replace(&mut self.shown, shown) != shown
    }

    /// Lines a second in the last full window.
    pub fn per_second(&self) -> u64 {
        self.shown
    }

    /// When the figure changes by time alone: at the end of a window that has something to tell.
    pub fn wake_at(&self) -> Option<Instant> {
        let (began, base) = self.window?;
        (self.shown > 0 || self.last.saturating_sub(base) > 1).then(|| began + WINDOW)
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
        assert!(rate.tick(at(3100)) || rate.tick(at(4200)));
        rate.tick(at(5300));
        assert_eq!((rate.per_second(), rate.wake_at()), (0, None));
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
