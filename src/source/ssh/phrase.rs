//! Sizes, times and reasons in words, as rules and states say them.

use std::time::{Duration, Instant};

/// `812 B`, `4.1 kB`, `3.2 GB`.
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if bytes < 1000 {
        return format!("{bytes} B");
    }
    let mut value = bytes as f64 / 1000.0;
    let mut unit = 0;
    while value >= 999.95 && unit + 1 < UNITS.len() {
        value /= 1000.0;
        unit += 1;
    }
    format!("{value:.1} {}", UNITS[unit])
}

/// `0.4 s`, `12 s`, `3 m 12 s`, `2 h 5 m`.
pub fn time(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..10 => format!("{:.1} s", time.as_secs_f64()),
        10..60 => format!("{seconds} s"),
        60..3600 => format!("{} m {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} m", seconds / 3600, seconds / 60 % 60),
    }
}

/// The time of day here at a moment that has been: `14:03:07`.
pub fn clock(moment: Instant) -> String {
    let now = jiff::Zoned::now();
    let then = now.checked_sub(moment.elapsed()).unwrap_or(now);
    then.strftime("%H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_times_are_short() {
        let sizes = [0, 999, 1000, 4_100, 999_949, 999_951, 3_200_000_000].map(size);
        assert_eq!(sizes, ["0 B", "999 B", "1.0 kB", "4.1 kB", "999.9 kB", "1.0 MB", "3.2 GB"]);
        let times = [400, 12_300, 192_000, 7_500_000].map(|ms| time(Duration::from_millis(ms)));
        assert_eq!(times, ["0.4 s", "12 s", "3 m 12 s", "2 h 5 m"]);
        let now = Instant::now();
        assert_eq!(clock(now).len(), 8);
        if let Some(earlier) = now.checked_sub(Duration::from_secs(600)) {
            assert_ne!(clock(earlier)[..5], clock(now)[..5], "it was ten minutes ago");
        }
    }
}
