//! What a line says, as members of a JSON object.

use std::collections::HashSet;
use std::io::Write;

use jiff::Timestamp;

use super::json;
use crate::core::read::{Said, Value};

/// Fields that are told; a line that has more is data.
const FIELDS: usize = 1000;

/// Appends the time, the level and the fields of a line, and begins the line itself, behind `"time":`.
pub fn members(said: &Said<'_>, out: &mut Vec<u8>) {
    let time = said.time.and_then(|time| Timestamp::from_nanosecond(time.0.into()).ok());
    // Nothing fails that is written to memory.
    let _ = match time {
        Some(time) => write!(out, "\"{time}\""),
        None => write!(out, "null"),
    };
    let _ = match said.level {
        Some(level) => write!(out, ",\"level\":\"{}\"", level.name()),
        None => write!(out, ",\"level\":null"),
    };
    out.extend_from_slice(b",\"fields\":{");
    let mut told = HashSet::new();
    for (name, value) in said.fields().take(FIELDS) {
        // The first of several with one name counts, as in a query.
        if told.contains(&*name) {
            continue;
        }
        out.extend_from_slice(if told.is_empty() { b"\"" } else { b",\"" });
        json::escape(&name, out);
        out.extend_from_slice(b"\":");
        put(value, out);
        told.insert(name);
    }
    out.extend_from_slice(b"},\"line\":\"");
}

/// Appends a value: what is JSON as it stands, everything else as text.
fn put(value: Value<'_>, out: &mut Vec<u8>) {
    match value {
        Value::Bool(_) | Value::Null => out.extend_from_slice(value.text().as_bytes()),
        Value::Number(text) | Value::Nested(text) if is_json(&text) => json::within(&text, out),
        Value::Number(text) | Value::Nested(text) | Value::Text(text) => {
            out.push(b'"');
            json::escape(&text, out);
            out.push(b'"');
        }
    }
}

/// Whether text is JSON that other programs can take: lines may be broken, and deeper than anybody reads.
fn is_json(text: &str) -> bool {
    serde_json::from_str::<serde_json::Value>(text).is_ok()
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use proptest::prelude::*;

    use super::*;
    use crate::core::read::{Clock, Learner, Time};

    fn object(line: &str) -> serde_json::Value {
        let reading = Learner::new(Clock::new(TimeZone::UTC, Time(0)), &[], None).reading().clone();
        let mut out = b"{\"time\":".to_vec();
        members(&reading.read(line.as_bytes()), &mut out);
        out.extend_from_slice(b"\"}");
        let text = String::from_utf8(out).unwrap();
        assert!(text.chars().all(|c| !c.is_control()), "{text:?}");
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    #[test]
    fn fields_keep_their_kinds() {
        let line = r#"{"ts":"2026-11-21T07:25:34Z","level":"warn","n":1.50,"ok":true,"a":{"b":[1,"x"]},"n":2,"s":"\u001b["}"#;
        let object = object(line);
        assert_eq!((&object["time"], &object["level"]), (&"2026-11-21T07:25:34Z".into(), &"warn".into()));
        let fields = serde_json::json!({"n": 1.5, "ok": true, "a": {"b": [1, "x"]}, "s": "\u{1b}["});
        assert_eq!(object["fields"], fields);
    }

    #[test]
    fn what_is_no_json_becomes_text() {
        let deep = format!("{{\"a\":{}1{}}}", "[".repeat(10_000), "]".repeat(10_000));
        assert!(object(&deep)["fields"]["a"].is_string());
        assert_eq!(object(r#"{"a":01,"b":{"x" 1}}"#)["fields"]["a"], "01");
        assert_eq!(object("level=error took=5ms")["fields"], serde_json::json!({"took": "5ms"}));
        assert_eq!(object("no field at all")["fields"], serde_json::json!({}));
    }

    proptest! {
        #[test]
        fn whatever_a_line_says_is_json(line in r#"(\{("[a-z\\"\u{1b}\u{202e}]{0,3}":("?[0-9a-z{}\[\]\\"é]{0,6}"?),?){0,4}\}|([a-z]{1,3}=[\PC\u{1b}]{0,4} ?){0,4})"#) {
            object(&line);
        }
    }
}
