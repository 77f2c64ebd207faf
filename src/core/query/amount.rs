//! Numbers, sizes and durations as they are written, and how they compare.
//!
//! Plain numbers are compared exactly, digit by digit, however long they are: identifiers have more digits
//! than a float holds. What has a unit is compared in bytes or nanoseconds.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::iter::repeat;

/// What a unit measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::core) enum Kind {
    /// In bytes.
    Size,
    /// In nanoseconds.
    Duration,
}

/// A unit: what it measures, and how many bytes or nanoseconds it is.
pub(in crate::core) type Unit = (Kind, f64);

const SECOND: f64 = 1e9;
/// Characters of what may be an amount.
const LONGEST: usize = 400;

/// An amount that was read from text, which it borrows.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::core) enum Amount<'t> {
    /// A number without a unit.
    Plain(Decimal<'t>),
    /// A size or a duration.
    Measured(Kind, f64),
}

/// A number as it is written.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::core) struct Decimal<'t> {
    negative: bool,
    /// Digits before the point, without leading zeros.
    whole: Cow<'t, str>,
    /// Digits behind the point, without trailing zeros.
    part: Cow<'t, str>,
    exponent: i64,
    /// An exponent is written, be it zero.
    pub scientific: bool,
    text: Cow<'t, str>,
}

impl<'t> Amount<'t> {
    /// Reads all of `text` as one amount: `500`, `-1.5e3`, `10k`, `4MiB`, `250ms`, `1h30m`.
    pub fn read(text: &'t str) -> Option<Amount<'t>> {
        if text.len() > LONGEST {
            return None;
        }
        let (number, rest) = Decimal::read(text)?;
        if rest.is_empty() {
            return Some(Amount::Plain(number));
        }
        let (kind, mut sum, mut rest) = number.with_unit(rest)?;
        while !rest.is_empty() {
            // Only durations go on: `1h30m`.
            let (next, behind) = Decimal::read(rest).filter(|_| rest.as_bytes()[0].is_ascii_digit())?;
            let (next_kind, more, behind) = next.with_unit(behind)?;
            if (kind, next_kind) != (Kind::Duration, Kind::Duration) {
                return None;
            }
            sum += if number.negative { -more } else { more };
            rest = behind;
        }
        Some(Amount::Measured(kind, sum.round()))
    }

    /// The same, which borrows nothing.
    pub fn into_owned(self) -> Amount<'static> {
        match self {
            Amount::Measured(kind, value) => Amount::Measured(kind, value),
            Amount::Plain(number) => Amount::Plain(Decimal {
                whole: number.whole.into_owned().into(),
                part: number.part.into_owned().into(),
                text: number.text.into_owned().into(),
                ..number
            }),
        }
    }

    /// How it compares with `other`, a number without a unit being one of `unit`. Without that either it is
    /// one of bytes beside a size and of seconds beside a duration. `None` when there is no common measure.
    pub fn compare(&self, other: &Amount<'_>, unit: Option<Unit>) -> Option<Ordering> {
        let kind = match (self, other) {
            (Amount::Plain(one), Amount::Plain(other)) => return Some(one.compare(other)),
            (Amount::Measured(kind, _), _) | (_, Amount::Measured(kind, _)) => *kind,
        };
        self.measured(kind, unit)?.partial_cmp(&other.measured(kind, unit)?)
    }

    /// For a plain number without an exponent: digits that stand in every other spelling without one.
    pub fn spelled(&self) -> Option<&str> {
        match self {
            Amount::Plain(number) if !number.scientific => Some(number.digits()),
            _ => None,
        }
    }

    fn measured(&self, wanted: Kind, unit: Option<Unit>) -> Option<f64> {
        match self {
            Amount::Measured(kind, value) => (*kind == wanted).then_some(*value),
            Amount::Plain(number) => {
                let own = unit.filter(|(kind, _)| *kind == wanted).map(|(_, factor)| factor);
                let factor = own.unwrap_or(if wanted == Kind::Duration { SECOND } else { 1.0 });
                Some((number.value()? * factor).round())
            }
        }
    }
}

impl<'t> Decimal<'t> {
    /// Reads the number that `text` begins with, and says what is behind it.
    fn read(text: &'t str) -> Option<(Decimal<'t>, &'t str)> {
        let negative = text.starts_with('-');
        let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
        let (whole, rest) = digits(unsigned);
        let (part, rest) =
            rest.strip_prefix('.').map(digits).filter(|(part, _)| !part.is_empty()).unwrap_or(("", rest));
        if whole.is_empty() && part.is_empty() {
            return None;
        }
        let written = exponent(rest);
        let (exponent, rest) = written.unwrap_or((0, rest));
        let (text, scientific) = (&text[..text.len() - rest.len()], written.is_some());
        let (whole, part) = (whole.trim_start_matches('0'), part.trim_end_matches('0'));
        let [whole, part, text] = [whole, part, text].map(Cow::Borrowed);
        Some((Decimal { negative, whole, part, exponent, scientific, text }, rest))
    }

    /// Digits that stand in every spelling of it without an exponent.
    fn digits(&self) -> &str {
        let spelled = self.text.trim_start_matches(['-', '+']).trim_start_matches('0');
        match (self.whole.is_empty(), self.part.is_empty()) {
            (true, true) => "0",
            (_, true) => &self.whole,
            _ => &spelled[..self.whole.len() + 1 + self.part.len()],
        }
    }

    fn value(&self) -> Option<f64> {
        self.text.parse().ok()
    }

    /// What it is with the unit at the front of `text`, and what is behind that.
    fn with_unit<'r>(&self, text: &'r str) -> Option<(Kind, f64, &'r str)> {
        let text = text.strip_prefix(' ').unwrap_or(text);
        let end = text.find(|c: char| !c.is_alphabetic()).unwrap_or(text.len());
        let (kind, factor) = unit(&text[..end])?;
        Some((kind, self.value()? * factor, &text[end..]))
    }

    fn compare(&self, other: &Decimal<'_>) -> Ordering {
        match (self.sign(), other.sign()) {
            (0, 0) => Ordering::Equal,
            (1, 1) => self.compare_size(other),
            (-1, -1) => other.compare_size(self),
            (one, two) => one.cmp(&two),
        }
    }

    fn sign(&self) -> i8 {
        match (self.whole.is_empty() && self.part.is_empty(), self.negative) {
            (true, _) => 0,
            (_, true) => -1,
            (_, false) => 1,
        }
    }

    /// Compares what is not zero without its sign.
    fn compare_size(&self, other: &Decimal<'_>) -> Ordering {
        let (one, two) = (self.order(), other.order());
        one.cmp(&two).then_with(|| {
            let length = self.significant().count().max(other.significant().count());
            let one = self.significant().chain(repeat(b'0')).take(length);
            one.cmp(other.significant().chain(repeat(b'0')).take(length))
        })
    }

    /// The power of ten of its first digit.
    fn order(&self) -> i64 {
        let zeros = self.part.len() - self.part.trim_start_matches('0').len();
        let written = if self.whole.is_empty() { -1 - zeros as i64 } else { self.whole.len() as i64 - 1 };
        written.saturating_add(self.exponent)
    }

    /// Its digits from the first that is not zero.
    fn significant(&self) -> impl Iterator<Item = u8> {
        let part = if self.whole.is_empty() { self.part.trim_start_matches('0') } else { &self.part };
        self.whole.bytes().chain(part.bytes())
    }
}

/// The digits at the front, and the rest.
fn digits(text: &str) -> (&str, &str) {
    text.split_at(text.bytes().position(|b| !b.is_ascii_digit()).unwrap_or(text.len()))
}

/// The exponent at the front, and the rest. An absurd one is as good as any other.
fn exponent(text: &str) -> Option<(i64, &str)> {
    const MOST: i64 = 1 << 40;
    let behind = text.strip_prefix(['e', 'E'])?;
    let negative = behind.starts_with('-');
    let (digits, rest) = digits(behind.strip_prefix(['-', '+']).unwrap_or(behind));
    if digits.is_empty() {
        return None;
    }
    let size = digits.parse().unwrap_or(MOST).min(MOST);
    Some((if negative { -size } else { size }, rest))
}

/// A unit by its name. `m` is a minute, `M` a million bytes.
pub(in crate::core) fn unit(name: &str) -> Option<Unit> {
    let duration = match name {
        "ns" => 1.0,
        "us" | "µs" | "μs" => 1e3,
        "ms" | "msec" => 1e6,
        "s" | "sec" | "secs" => SECOND,
        "m" | "min" | "mins" => 60.0 * SECOND,
        "h" | "hr" | "hrs" => 3600.0 * SECOND,
        "d" | "day" | "days" => 86_400.0 * SECOND,
        "w" => 604_800.0 * SECOND,
        _ => return size(name).map(|factor| (Kind::Size, factor)),
    };
    Some((Kind::Duration, duration))
}

fn size(name: &str) -> Option<f64> {
    if ["B", "byte", "bytes"].contains(&name) {
        return Some(1.0);
    }
    let mut letters = name.chars();
    let power = match letters.next()? {
        'k' | 'K' => 1,
        'M' => 2,
        'm' if name == "mb" || name == "mib" => 2,
        'g' | 'G' => 3,
        't' | 'T' => 4,
        'P' => 5,
        _ => return None,
    };
    match letters.as_str() {
        "" | "B" | "b" => Some(1000f64.powi(power)),
        "i" | "iB" | "ib" => Some(1024f64.powi(power)),
        _ => None,
    }
}

/// The unit that the end of a field's name tells: `elapsed_ms`, `durationMs`, `size_kb`.
pub(in crate::core) fn unit_of_name(name: &str) -> Option<Unit> {
    let parted = name.rsplit(['_', '.', '-']).next().unwrap_or(name);
    let hump = parted
        .rfind(|c: char| c.is_ascii_uppercase())
        .filter(|&at| parted[..at].ends_with(|c: char| c.is_ascii_lowercase()));
    let last = hump.map_or(parted, |at| &parted[at..]).to_ascii_lowercase();
    match last.as_str() {
        "nanos" | "nanoseconds" => unit("ns"),
        "micros" | "microseconds" => unit("us"),
        "millis" | "milliseconds" => unit("ms"),
        "seconds" => unit("s"),
        "minutes" => unit("m"),
        "hours" => unit("h"),
        "ns" | "us" | "ms" | "msec" | "s" | "sec" | "secs" | "min" | "bytes" | "kb" | "kib" | "mb"
        | "mib" | "gb" | "gib" => unit(&last),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
