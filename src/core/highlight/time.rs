//! Dates and times of day as logs write them.
//!
//! ```text
//! 2026-11-21T07:25:34.123+01:00   2026-11-21 07:25:34,123 UTC   2026/11/21 07:25:34   20261121T072534Z
//! 21/Nov/2026:07:25:34 +0000      21-Nov-2026 07:25:34.123      21 Nov 2026 07:25:34 GMT
//! Nov 21 07:25:34                 Sat Nov 21 07:25:34 2026      Sat, 21 Nov 2026 07:25:34 +0000
//! 11/21/2026 07:25:34 PM          21.11.2026 07:25:34           26/11/21 07:25:34
//! 11-21 07:25:34.123              07:25:34.123                  2026-11-21
//! ```

/// A time as it is written, and where it ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::core) struct Time {
    /// Just behind it.
    pub(in crate::core) end: usize,
    /// Year, month, day; the year may be missing.
    pub(in crate::core) date: Option<(Option<i16>, i8, i8)>,
    /// The time of day.
    pub(in crate::core) clock: Option<Clock>,
    /// Seconds east of Greenwich, when a zone is written.
    pub(in crate::core) offset: Option<i32>,
}

/// A time of day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::core) struct Clock {
    pub(in crate::core) hour: i8,
    pub(in crate::core) minute: i8,
    /// 60 in a leap second.
    pub(in crate::core) second: i8,
    pub(in crate::core) nanosecond: i32,
}

const MONTHS: [&[u8; 3]; 12] =
    [b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec"];

const DAYS: [&[u8; 3]; 7] = [b"mon", b"tue", b"wed", b"thu", b"fri", b"sat", b"sun"];

/// Zones by name that mean one thing only, in hours.
const ZONES: [(&[u8], i32); 11] = [
    (b"UTC", 0),
    (b"GMT", 0),
    (b"Z", 0),
    (b"CET", 1),
    (b"CEST", 2),
    (b"EST", -5),
    (b"EDT", -4),
    (b"PST", -8),
    (b"PDT", -7),
    (b"JST", 9),
    (b"MSK", 3),
];

/// Reads along the bytes; every reader gives `None` and stays where it is, or moves behind what it read.
struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// The time that begins at `at`, where a token begins.
pub(in crate::core) fn time(bytes: &[u8], at: usize) -> Option<Time> {
    let mut reader = Reader { bytes, at };
    let mut time = match bytes.get(at)? {
        b'0'..=b'9' => reader.numeric()?,
        letter if letter.is_ascii_alphabetic() => reader.named()?,
        _ => return None,
    };
    if time.clock.is_some() && time.offset.is_none() {
        time.offset = reader.zone();
    }
    let behind = bytes.get(reader.at).copied().unwrap_or(b' ');
    let further = bytes.get(reader.at + 1).is_some_and(u8::is_ascii_digit);
    let word = behind.is_ascii_alphanumeric() || matches!(behind, b'_' | 0x80..);
    if word || (further && matches!(behind, b':' | b'-' | b'/' | b'.') && time.clock.is_none()) {
        return None;
    }
    time.end = reader.at;
    Some(time)
}

impl Reader<'_> {
    fn peek(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    /// Passes over `byte`, if it is next.
    fn take(&mut self, byte: u8) -> Option<()> {
        (self.peek() == byte).then(|| self.at += 1)
    }

    /// Reads whole, or not at all.
    fn whole<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let at = self.at;
        let value = read(self);
        if value.is_none() {
            self.at = at;
        }
        value
    }

    /// Digits from here, at most `most`: their value and number.
    fn digits(&mut self, most: usize) -> Option<(i32, usize)> {
        let from = &self.bytes[self.at..];
        let len = from.iter().take(most).take_while(|byte| byte.is_ascii_digit()).count();
        let value = from[..len].iter().fold(0, |value, digit| value * 10 + i32::from(digit - b'0'));
        self.at += len;
        (len > 0).then_some((value, len))
    }

    /// A number of one or two digits up to `most`.
    fn small(&mut self, most: i32) -> Option<i8> {
        self.whole(|r| r.digits(2).filter(|(value, _)| *value <= most).map(|(value, _)| value as i8))
    }

    /// A number of exactly two digits up to `most`.
    fn pair(&mut self, most: i32) -> Option<i8> {
        let pair = |r: &mut Self| r.digits(2).filter(|(value, len)| *len == 2 && *value <= most);
        self.whole(pair).map(|(value, _)| value as i8)
    }

    fn year(&mut self) -> Option<i16> {
        let year = |r: &mut Self| r.digits(5).filter(|(year, len)| *len == 4 && (1900..2200).contains(year));
        self.whole(year).map(|(year, _)| year as i16)
    }

    fn month_number(&mut self) -> Option<i8> {
        self.whole(|r| r.pair(12).filter(|month| *month > 0))
    }

    fn day(&mut self) -> Option<i8> {
        self.whole(|r| r.small(31).filter(|day| *day > 0))
    }

    /// One of `names` by its first three letters, in any case.
    fn name(&mut self, names: &[&[u8; 3]]) -> Option<usize> {
        let word = self.bytes.get(self.at..self.at + 3)?;
        let found = names.iter().position(|name| word.eq_ignore_ascii_case(&name[..]))?;
        self.at += 3;
        Some(found)
    }

    fn month_name(&mut self) -> Option<i8> {
        self.name(&MONTHS).map(|month| month as i8 + 1)
    }

    fn numeric(&mut self) -> Option<Time> {
        let run = self.bytes[self.at..].iter().take(9).take_while(|byte| byte.is_ascii_digit()).count();
        let sign = self.bytes.get(self.at + run).copied().unwrap_or(0);
        match (run, sign) {
            (4, b'-' | b'/') => self.year_first(sign),
            (8, b'T' | b' ' | b'-') => self.compact(),
            (1 | 2, b':') => self.clock().map(|clock| Time { clock: Some(clock), ..Time::default() }),
            (1 | 2, b'/' | b'-' | b'.' | b' ') => self.day_first(sign),
            _ => None,
        }
    }

    /// `2026-11-21`, alone or with a time of day.
    fn year_first(&mut self, sign: u8) -> Option<Time> {
        let year = self.year()?;
        self.take(sign)?;
        let month = self.month_number()?;
        self.take(sign)?;
        let day = self.pair(31).filter(|day| *day > 0)?;
        let clock = self.whole(|r| {
            r.take(b'T').or_else(|| r.take(b' ')).or_else(|| r.take(b't'))?;
            r.clock().or_else(|| r.short_clock())
        });
        Some(Time { date: Some((Some(year), month, day)), clock, ..Time::default() })
    }

    /// `20261121T072534`, `20261121 07:25:34`.
    fn compact(&mut self) -> Option<Time> {
        let (date, _) = self.digits(8)?;
        let (year, month, day) = (date / 10_000, date / 100 % 100, date % 100);
        if !(1970..2200).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
            return None;
        }
        self.at += 1;
        let clock = self.clock().or_else(|| {
            let (hour, minute, second) = (self.pair(23)?, self.pair(59)?, self.pair(60)?);
            Some(Clock { hour, minute, second, nanosecond: self.fraction() })
        })?;
        let date = (Some(year as i16), month as i8, day as i8);
        Some(Time { date: Some(date), clock: Some(clock), ..Time::default() })
    }

    /// A date that begins with one or two digits: the day, or the month or the year by a convention that
    /// the sign and the order tell.
    fn day_first(&mut self, sign: u8) -> Option<Time> {
        let with_name = self.whole(|r| {
            let day = r.day()?;
            r.take(sign)?;
            let month = r.month_name()?;
            r.take(sign)?;
            let year = r.year()?;
            r.take(b':').or_else(|| r.take(b' '))?;
            Some((day, month, year, r.clock()?))
        });
        if let Some((day, month, year, clock)) = with_name {
            return Some(Time {
                date: Some((Some(year), month, day)),
                clock: Some(clock),
                ..Time::default()
            });
        }
        let (first, _) = self.digits(2)?;
        self.take(sign)?;
        let second = i32::from(self.pair(31)?);
        let date = match sign {
            b'/' | b'.' if self.take(sign).is_some() => match (self.year(), sign) {
                (Some(year), b'/') => (Some(year), first, second),
                (Some(year), _) => (Some(year), second, first),
                (None, b'/') => (Some(2000 + first as i16), second, i32::from(self.pair(31)?)),
                (None, _) => return None,
            },
            b'-' => (None, first, second),
            _ => return None,
        };
        let (year, month, day) = date;
        self.take(b' ').or_else(|| (self.take(b',')).and_then(|()| self.take(b' ')))?;
        let clock = self.clock()?;
        let real = (1..=12).contains(&month) && (1..=31).contains(&day);
        real.then_some(Time {
            date: Some((year, month as i8, day as i8)),
            clock: Some(clock),
            ..Time::default()
        })
    }

    /// A time that begins with the name of a day or a month.
    fn named(&mut self) -> Option<Time> {
        if self.name(&DAYS).is_some() {
            let _ = self.take(b',');
            self.take(b' ')?;
            if self.peek().is_ascii_digit() {
                return self.day_first(b' ').filter(|time| time.clock.is_some());
            }
        }
        let month = self.month_name()?;
        self.take(b' ')?;
        // A day of one digit is set in two columns.
        let _ = self.take(b' ');
        let day = self.day()?;
        self.take(b' ')?;
        let early = self.whole(|r| {
            let year = r.year()?;
            r.take(b' ').map(|()| year)
        });
        let clock = self.clock()?;
        let (mut offset, mut year) = (None, early);
        if year.is_none() {
            year = self.whole(|r| {
                offset = r.zone();
                r.take(b' ')?;
                r.year()
            });
            if year.is_none() {
                offset = None;
            }
        }
        Some(Time { date: Some((year, month, day)), clock: Some(clock), offset, ..Time::default() })
    }

    /// `07:25:34`, with a fraction and half of the day.
    fn clock(&mut self) -> Option<Clock> {
        self.whole(|r| {
            let mut hour = r.small(23)?;
            r.take(b':')?;
            let minute = r.pair(59)?;
            r.take(b':')?;
            let second = r.pair(60)?;
            let nanosecond = r.fraction();
            if (1..=12).contains(&hour)
                && let Some(afternoon) = r.afternoon()
            {
                hour = hour % 12 + if afternoon { 12 } else { 0 };
            }
            Some(Clock { hour, minute, second, nanosecond })
        })
    }

    /// `07:25`, behind a date only.
    fn short_clock(&mut self) -> Option<Clock> {
        self.whole(|r| {
            let hour = r.pair(23)?;
            r.take(b':')?;
            Some(Clock { hour, minute: r.pair(59)?, ..Clock::default() })
        })
    }

    /// A fraction of a second in nanoseconds, 0 when there is none; digits beyond nine are passed over.
    fn fraction(&mut self) -> i32 {
        let fraction = self.whole(|r| {
            r.take(b'.').or_else(|| r.take(b','))?;
            let (value, len) = r.digits(9)?;
            let more = r.bytes[r.at..].iter().take(9).take_while(|byte| byte.is_ascii_digit()).count();
            r.at += more;
            Some(value * 10_i32.pow(9 - len as u32))
        });
        fraction.unwrap_or(0)
    }

    /// ` AM` or ` PM`.
    fn afternoon(&mut self) -> Option<bool> {
        self.whole(|r| {
            r.take(b' ')?;
            let afternoon = match r.peek() {
                b'A' | b'a' => false,
                b'P' | b'p' => true,
                _ => return None,
            };
            r.at += 1;
            r.take(b'M').or_else(|| r.take(b'm'))?;
            (!r.peek().is_ascii_alphanumeric()).then_some(afternoon)
        })
    }

    /// `Z`, `+01:00`, `+0100`, `-05` or a name, with or without a blank before it.
    fn zone(&mut self) -> Option<i32> {
        self.whole(|r| {
            let spaced = r.take(b' ').is_some();
            let offset = match r.peek() {
                b'+' => r.offset(1),
                b'-' => r.offset(-1),
                _ => r.zone_name(spaced),
            }?;
            (!r.peek().is_ascii_alphanumeric()).then_some(offset)
        })
    }

    fn offset(&mut self, sign: i32) -> Option<i32> {
        self.at += 1;
        let hours = self.pair(14)?;
        let minutes = self.whole(|r| {
            let _ = r.take(b':');
            r.pair(59)
        });
        Some(sign * (i32::from(hours) * 60 + i32::from(minutes.unwrap_or(0))) * 60)
    }

    fn zone_name(&mut self, spaced: bool) -> Option<i32> {
        let rest = &self.bytes[self.at..];
        if !spaced && rest.first() == Some(&b'z') {
            self.at += 1;
            return Some(0);
        }
        let len = rest.iter().take(5).take_while(|byte| byte.is_ascii_uppercase()).count();
        let (_, hours) = ZONES.iter().find(|(name, _)| *name == &rest[..len])?;
        self.at += len;
        Some(hours * 3600)
    }
}
