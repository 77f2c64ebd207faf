//! The clock on the wall, as it was last told; between two tellings it goes on with the events.

use std::time::{Duration, Instant};

use jiff::Zoned;
use jiff::tz::TimeZone;

use crate::core::read::Time;

/// What time it is, and where; as long as nobody has told, the year is 1970.
#[derive(Default)]
pub struct Wall {
    told: Option<(Instant, Zoned)>,
}

impl Wall {
    /// It is this time now.
    pub fn tell(&mut self, now: Instant, time: Zoned) {
        self.told = Some((now, time));
    }

    /// What time it is, or was, at a moment.
    pub fn at(&self, moment: Instant) -> Zoned {
        let Some((told, time)) = &self.told else { return Zoned::default() };
        let ahead = |by: Duration| time.checked_add(by).ok();
        let behind = |by: Duration| time.checked_sub(by).ok();
        let at = match moment.checked_duration_since(*told) {
            Some(by) => ahead(by),
            None => behind(told.duration_since(moment)),
        };
        at.unwrap_or_else(|| time.clone())
    }

    /// The same as a moment of the lines.
    pub fn time(&self, moment: Instant) -> Time {
        Time(i64::try_from(self.at(moment).timestamp().as_nanosecond()).unwrap_or(i64::MAX))
    }

    /// Where it hangs.
    pub fn zone(&self) -> TimeZone {
        self.told.as_ref().map_or(TimeZone::UTC, |(_, time)| time.time_zone().clone())
    }
}
