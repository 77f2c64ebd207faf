//! Lines and queries made to meet, a reader for the lines, and the plainest way to compare.

use std::borrow::Cow;
use std::cmp::Ordering;

use proptest::prelude::*;
use serde_json::Value as Json;

use crate::core::query::{Facts, Op, Reader, Value};
use crate::core::read::{Level, Time};

/// Fifteen o'clock, two hours east of UTC.
pub fn now() -> jiff::Zoned {
    "2026-11-21T15:00:00+02:00[+02:00]".parse().unwrap()
}

/// A line that is JSON, or text.
pub struct Line<'l> {
    text: &'l [u8],
    json: Option<Json>,
}

impl<'l> Line<'l> {
    pub fn of(text: &'l [u8]) -> Line<'l> {
        Line { text, json: serde_json::from_slice(text).ok() }
    }

    fn find(&self, name: &str) -> Option<&Json> {
        let whole = self.json.as_ref()?;
        whole.get(name).or_else(|| name.split('.').try_fold(whole, |json, part| json.get(part)))
    }
}

impl Facts for Line<'_> {
    fn text(&self) -> &[u8] {
        self.text
    }
    fn level(&self) -> Option<Level> {
        match self.find("level")?.as_str()? {
            "info" => Some(Level::Info),
            "warn" => Some(Level::Warn),
            "error" => Some(Level::Error),
            _ => None,
        }
    }
    fn time(&self) -> Option<Time> {
        let time: jiff::Timestamp = self.find("time")?.as_str()?.parse().ok()?;
        Some(Time(time.as_nanosecond() as i64))
    }
    fn field(&self, name: &str) -> Option<Cow<'_, str>> {
        match self.find(name)? {
            Json::String(text) => Some(Cow::Borrowed(text)),
            Json::Number(number) => Some(number_as_written(self.text, name, number)),
            other => Some(other.to_string().into()),
        }
    }
}

/// A number's own spelling, which the JSON reader has lost: the first one in the line that stands behind
/// the name, or behind an escaped one.
fn number_as_written<'l>(text: &'l [u8], name: &str, number: &serde_json::Number) -> Cow<'l, str> {
    let text = std::str::from_utf8(text).unwrap();
    let last = name.rsplit('.').next().unwrap();
    for at in text.match_indices(last).map(|(at, _)| at + last.len()) {
        let behind = text[at..].trim_start_matches(['"', ' ', ':']);
        let end = behind.find([',', '}', ' ']).unwrap_or(behind.len());
        if serde_json::from_str::<serde_json::Number>(&behind[..end]).is_ok_and(|found| found == *number) {
            return Cow::Borrowed(&behind[..end]);
        }
    }
    number.to_string().into()
}

/// Reads JSON, and says or does not say that it names its fields.
#[derive(Debug)]
pub struct Reads {
    pub named: bool,
}

impl Reader for Reads {
    fn read<'l>(&'l self, line: &'l [u8]) -> Box<dyn Facts + 'l> {
        Box::new(Line::of(line))
    }
    fn names(&self, _: &str) -> bool {
        self.named
    }
}

/// With every letter that differs in case only made one.
pub fn folded(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\u{212a}' => 'k',
            'ſ' => 's',
            c => c.to_lowercase().next().unwrap(),
        })
        .collect()
}

/// The regex with smart case.
pub fn regex(source: &str) -> regex::bytes::Regex {
    let exact = source.chars().any(char::is_uppercase);
    regex::bytes::RegexBuilder::new(source).case_insensitive(!exact).multi_line(true).build().unwrap()
}

pub fn ordered(op: Op, order: Ordering) -> bool {
    match op {
        Op::Is => order.is_eq(),
        Op::IsNot => order.is_ne(),
        Op::Less => order.is_lt(),
        Op::AtMost => order.is_le(),
        Op::More => order.is_gt(),
        Op::AtLeast => order.is_ge(),
    }
}

/// Bytes or nanoseconds, if there is a unit.
fn amount(text: &str) -> Option<(f64, Option<bool>)> {
    let units = [("ms", 1e6, true), ("s", 1e9, true), ("kB", 1e3, false), ("k", 1e3, false)];
    let unit = units.into_iter().find(|(name, ..)| text.ends_with(name));
    let number = unit.map_or(text, |(name, ..)| text.strip_suffix(name).unwrap().trim_end_matches(' '));
    let is_digits = number.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b));
    let value: f64 = number.parse().ok().filter(|_| is_digits)?;
    Some(unit.map_or((value, None), |(_, factor, duration)| (value * factor, Some(duration))))
}

/// Whether a field's value compares so: for the units and names in use here.
pub fn compares(name: &str, field: &str, op: Op, value: &Value) -> bool {
    let same = |wanted: &str| {
        if wanted.chars().any(char::is_uppercase) {
            field == wanted
        } else {
            field.to_lowercase() == wanted.to_lowercase()
        }
    };
    let Value::Amount(wanted) = value else {
        let Value::Text(wanted) = value else { unreachable!() };
        return same(wanted) == (op == Op::Is);
    };
    let ((one, unit), (two, wanted_unit)) = match (amount(field), amount(wanted)) {
        (Some(one), Some(two)) => (one, two),
        _ => return op == Op::IsNot || op == Op::Is && field == wanted,
    };
    let bare = if name.ends_with("_ms") { 1e6 } else { 1e9 };
    let scaled = |value: f64, unit: Option<bool>, other: Option<bool>| match (unit, other) {
        (None, Some(true)) => value * bare,
        _ => value,
    };
    let order = match (unit, wanted_unit) {
        (Some(one), Some(two)) if one != two => None,
        _ => {
            scaled(one, unit, wanted_unit).round_to().partial_cmp(&scaled(two, wanted_unit, unit).round_to())
        }
    };
    let plainly = !wanted.contains(['e', 'E']) && wanted_unit.is_none();
    let odd = plainly && (field.contains(['e', 'E']) || unit.is_some());
    match op {
        Op::Is | Op::IsNot => {
            let equal = field == wanted || !odd && order == Some(Ordering::Equal);
            equal == (op == Op::Is)
        }
        op => order.is_some_and(|order| ordered(op, order)),
    }
}

trait Rounded {
    fn round_to(self) -> f64;
}

impl Rounded for f64 {
    /// Sums of units differ in their last bits.
    fn round_to(self) -> f64 {
        (self * 1e6).round()
    }
}

const NAMES: &[&str] = &["a", "aa", "status", "took", "took_ms", "a.b", "k-s", "x/y", "level"];
const VALUES: &[&str] = &[
    "500",
    "50",
    "5",
    "0",
    "500.0",
    "0500",
    "5e2",
    "-5",
    "0.5",
    "250ms",
    "0.25s",
    "10k",
    "10kB",
    "10 kB",
    "info",
    "warn",
    "ok",
    "OK",
    "o\u{212a}",
    "ſo",
    "so",
    "a b",
    "say \"hi\"",
    "time/out",
    "timeout",
    "é",
    "É",
    "",
    "tab\there",
    "a=5",
    "two\nlines",
    "\u{1f600}",
    ":5",
    " 5",
    "250",
    "1000000",
    "2026-11-21T12:05:30Z",
];

fn name() -> impl Strategy<Value = String> {
    prop::sample::select(NAMES).prop_map(str::to_owned)
}

fn value() -> impl Strategy<Value = String> {
    prop::sample::select(VALUES).prop_map(str::to_owned)
}

/// A JSON string in which letters may be escaped that need not be.
fn json_string(text: &str, escape: &[u8]) -> String {
    let mut json = String::from("\"");
    for (c, how) in text.chars().zip(escape.iter().copied().chain(std::iter::repeat(9))) {
        match (c, how) {
            ('/', 0..6) => json.push_str("\\/"),
            (c, 0) => {
                c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| json.push_str(&format!("\\u{unit:04x}")))
            }
            (c, _) => json.push_str(
                serde_json::to_string(&c).unwrap().trim_start_matches('"').strip_suffix('"').unwrap(),
            ),
        }
    }
    json + "\""
}

fn member() -> impl Strategy<Value = String> {
    let gap = prop::sample::select(vec![":", " : ", ": "]);
    let escape = prop::collection::vec(0u8..40, 0..8);
    (name(), value(), gap, escape.clone(), escape, any::<bool>()).prop_map(
        |(name, value, gap, one, two, bare)| {
            let is_number = serde_json::from_str::<serde_json::Number>(&value).is_ok();
            let value = if bare && is_number { value } else { json_string(&value, &two) };
            match name.split_once('.').filter(|_| bare) {
                Some((outer, inner)) => {
                    format!("{}{gap}{{{}{gap}{value}}}", json_string(outer, &one), json_string(inner, &one))
                }
                None => json_string(&name, &one) + gap + &value,
            }
        },
    )
}

/// A line of JSON, or of what queries look for.
pub fn line() -> impl Strategy<Value = Vec<u8>> {
    let json = prop::collection::vec(member(), 0..5).prop_map(|members| format!("{{{}}}", members.join(",")));
    let text = prop::collection::vec(prop_oneof![name(), value()], 0..5).prop_map(|words| words.join(" "));
    prop_oneof![3 => json, 1 => text].prop_map(|line| line.replace('\n', " ").into_bytes())
}

fn leaf() -> impl Strategy<Value = String> {
    let op = prop::sample::select(vec!["=", "!=", "<", "<=", ">", ">="]);
    let quoted = |text: String| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
    let field = (name(), op.clone(), value(), any::<bool>()).prop_map(move |(name, op, value, bare)| {
        let name = if name.contains('/') || name == "level" { quoted(name) } else { name };
        name + op + &if bare && !value.is_empty() { value } else { quoted(value) }
    });
    let regexes = vec![
        "time",
        "^5",
        "0$",
        "5|o",
        "(500|time)",
        "[so]o",
        "a b",
        "Out",
        "(?i)OUT",
        "i\"",
        "e/o",
        "\\d+ms",
        "",
        "^$",
        "s",
        "(ok|so)+",
        "t\\bo",
        "é",
    ];
    let regex = prop::sample::select(regexes).prop_map(|regex| format!("/{}/", regex.replace('/', "\\/")));
    let like = (name(), regex.clone()).prop_map(|(name, regex)| format!("\"{name}\"~{regex}"));
    let level = (op.clone(), prop::sample::select(vec!["info", "warn", "error", "trace"]));
    let when = vec![
        "14:05",
        "14:05:30",
        "2026-11-21",
        "2026-11-21T14:05Z",
        "yesterday",
        "-1h",
        "-10h",
        "now",
        "23:00",
    ];
    let time = (op, prop::sample::select(when)).prop_map(|(op, when)| format!("time{op}{when}"));
    prop_oneof![
        6 => field,
        2 => like,
        1 => regex,
        1 => value().prop_map(quoted),
        1 => level.prop_map(|(op, level)| format!("level{op}{level}")),
        1 => time,
        1 => prop::sample::select(vec!["since 10h", "since 1m", "ok", "500", "Timeout"]).prop_map(str::to_owned),
    ]
}

/// Text that is a query more often than not.
pub fn query_text() -> impl Strategy<Value = String> {
    leaf().prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|inner| format!("!({inner})")),
            inner.clone().prop_map(|inner| format!("!{inner}")),
            prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| parts.join(" ")),
            prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| format!("({})", parts.join(" | "))),
            (inner.clone(), inner).prop_map(|(one, two)| one + " | " + &two),
        ]
    })
}
