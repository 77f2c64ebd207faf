//! How long ago something was, in words that change seldom: an idle screen must not tick.

use std::time::Duration;

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

#[cfg(test)]
mod tests {
    use super::*;

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
