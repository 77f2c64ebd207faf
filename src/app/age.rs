//! How long ago something was, in words that change seldom: an idle screen must not tick.

use std::time::{Duration, Instant};

/// The steps an age is told in, in seconds. They widen, so a quiet log costs fewer and fewer wake-ups.
const STEPS: [u64; 19] = [
    5, 10, 30, 60, 120, 180, 300, 600, 900, 1200, 1800, 2700, 3600, 7200, 10_800, 14_400, 21_600, 43_200,
    86_400,
];

/// The age in words (`5s`, `14m`, `2h`, `3d`), `None` while it is fresh.
pub fn text(age: Duration) -> Option<String> {
    let seconds = age.as_secs();
    let step = match STEPS.iter().rev().find(|step| seconds >= **step)? {
        86_400 => seconds / 86_400 * 86_400,
        step => *step,
    };
    Some(match step {
        s if s < 60 => format!("{s}s"),
        s if s < 3600 => format!("{}m", s / 60),
        s if s < 86_400 => format!("{}h", s / 3600),
        s => format!("{}d", s / 86_400),
    })
}

/// The age at which [`text`] says something else than at `age`.
pub fn next(age: Duration) -> Duration {
    let seconds = age.as_secs();
    let step = STEPS.iter().find(|step| seconds < **step);
    Duration::from_secs(step.copied().unwrap_or_else(|| (seconds / 86_400 + 1) * 86_400))
}

/// Whole seconds left until `at`, in steps that widen with them. They are counted from `began`, so that all that
/// is counted down anywhere changes at the same moments, once a second at most.
pub fn left(at: Instant, now: Instant, began: Instant) -> u64 {
    step(seconds_left(at, now, began))
}

/// When [`left`] says something else than `now`; `None` once nothing is left.
pub fn next_left(at: Instant, now: Instant, began: Instant) -> Option<Instant> {
    let seconds = seconds_left(at, now, began);
    let upto = (0..seconds).rev().find(|less| step(*less) != step(seconds))?;
    let passed = now.saturating_duration_since(began).as_secs();
    Some(began + Duration::from_secs(passed + seconds - upto))
}

fn seconds_left(at: Instant, now: Instant, began: Instant) -> u64 {
    let end = at.saturating_duration_since(began);
    let end = end.as_secs() + u64::from(end.subsec_nanos() > 0);
    end.saturating_sub(now.saturating_duration_since(began).as_secs())
}

fn step(seconds: u64) -> u64 {
    match seconds {
        0..=10 => seconds,
        11..=60 => seconds.next_multiple_of(5),
        _ => seconds.next_multiple_of(30),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_counted_down_at_the_same_moments_everywhere() {
        let began = Instant::now();
        let after = |millis| began + Duration::from_millis(millis);
        let ends = [after(47_300), after(30_900), after(8_000)];
        let (mut now, mut said, mut wakes) = (after(200), Vec::new(), 0);
        while let Some(next) = ends.iter().filter_map(|end| next_left(*end, now, began)).min() {
            assert!(next > now && (next - began).subsec_nanos() == 0);
            said.push(left(ends[0], now, began));
            (now, wakes) = (next, wakes + 1);
        }
        said.dedup();
        assert_eq!(said, [50, 45, 40, 35, 30, 25, 20, 15, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
        assert!(wakes <= 48, "{wakes}");
        assert_eq!(left(ends[0], now, began), 0);
    }

    #[test]
    fn ages_in_words() {
        let said: Vec<_> = [0, 4, 5, 12, 59, 60, 150, 3599, 3600, 200_000]
            .map(|seconds| text(Duration::from_secs(seconds)).unwrap_or_default())
            .into();
        assert_eq!(said, ["", "", "5s", "10s", "30s", "1m", "2m", "45m", "1h", "2d"]);
    }

    #[test]
    fn the_words_change_exactly_when_said() {
        let mut age = Duration::ZERO;
        for _ in 0..30 {
            let next = next(age);
            assert_eq!(text(age), text(next - Duration::from_millis(1)));
            assert_ne!(text(age), text(next));
            age = next;
        }
    }
}
