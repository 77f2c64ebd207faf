//! What a reader learns, what a line says beside time and level, and what hostile lines do not do.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::*;

fn clock() -> Clock {
    let reference: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
    Clock::new(TimeZone::get("Europe/Berlin").unwrap(), Time(reference.as_nanosecond() as i64))
}

fn reader() -> Reader {
    Reader::new(clock(), Vec::new())
}

fn learned(lines: &[&str]) -> Reader {
    let mut reader = reader();
    lines.iter().for_each(|line| _ = reader.learn(line.as_bytes()));
    reader
}

fn time(said: &Said<'_>) -> Option<String> {
    said.time.map(|time| Timestamp::from_nanosecond(time.0.into()).unwrap().to_string())
}

fn fields(said: &Said<'_>) -> Vec<String> {
    said.fields().map(|(name, value)| format!("{name}={}", value.text())).collect()
}

#[test]
fn a_json_line_has_its_fields() {
    let reader = reader();
    let line = br#"{"time":"2026-11-21T07:25:34Z","level":"warn","msg":"say \"hi\" \u00e4\n","took":1.5e3,"ok":true,"no":null,"http":{"request":{"method":"GET"},"tags":["a","b"]},"a.b":"dotted"}"#;
    let said = reader.reading().read(line);
    assert_eq!((said.level, said.message().as_ref()), (Some(Level::Warn), "say \"hi\" ä\n"));
    assert_eq!(said.field("http.request.method").as_deref(), Some("GET"));
    assert_eq!(said.field("http.tags.1").as_deref(), Some("b"));
    assert_eq!(said.field("a.b").as_deref(), Some("dotted"));
    assert_eq!(said.field("took").as_deref(), Some("1.5e3"));
    assert_eq!(said.field("level").as_deref(), Some("warn"));
    assert_eq!(said.field("http.request.path"), None);
    assert_eq!(said.field("absent"), None);
    let names: Vec<_> = said.fields().map(|(name, _)| name.into_owned()).collect();
    assert_eq!(names, ["took", "ok", "no", "http", "a.b"]);
    let values: Vec<_> = said.fields().map(|(_, value)| value).take(3).collect();
    assert_eq!(values, [Value::Number("1.5e3".into()), Value::Bool(true), Value::Null]);
}

#[test]
fn logfmt_and_pairs_in_messages_are_fields() {
    let reader = reader();
    let said = reader.reading().read(br#"level=info msg="two \"words\"" user=ada took=12ms path="/a b" x="#);
    assert_eq!(said.message(), r#"two "words""#);
    assert_eq!(fields(&said), ["user=ada", "took=12ms", "path=/a b", "x="]);
    let line = b"2026-11-21 08:25:34,123 INFO  [main] a.B - done (user=ada, took=5ms) a==b if x >= 3";
    let said = reader.reading().read(line);
    assert_eq!(fields(&said), ["thread=main", "logger=a.B", "user=ada", "took=5ms"]);
    assert_eq!(said.field("took").as_deref(), Some("5ms"));
    assert_eq!(&line[said.message.clone()], b"done (user=ada, took=5ms) a==b if x >= 3");
}

#[test]
fn an_access_line_has_its_parts() {
    let reader = reader();
    let line = br#"203.0.113.9 - ada [21/Nov/2026:08:25:34 +0100] "GET /x?a=1 HTTP/1.1" 503 512 "-" "curl/8.5.0 (x)""#;
    let said = reader.reading().read(line);
    let of = |name| said.field(name).unwrap();
    assert_eq!([of("ip"), of("user"), of("method"), of("path")], ["203.0.113.9", "ada", "GET", "/x?a=1"]);
    assert_eq!([of("status"), of("size"), of("agent")], ["503", "512", "curl/8.5.0 (x)"]);
    assert!(said.message().starts_with("\"GET /x"));
    assert_eq!(said.format, "access");
}

#[test]
fn containers_are_unwrapped() {
    let reader = reader();
    let raw = br#"{"log":"{\"level\":\"warn\",\"msg\":\"a \\\"b\\\"\"}\n","stream":"stderr","time":"2026-11-21T07:25:34Z"}"#;
    let said = reader.reading().read(raw);
    assert_eq!((said.level, said.message().as_ref(), said.start()), (Some(Level::Warn), r#"a "b""#, None));
    assert_eq!(said.field("stream").as_deref(), Some("stderr"));
    let raw = b"2026-11-21T07:25:34.5Z stdout F level=info msg=x user=ada\n";
    let said = reader.reading().read(raw);
    assert_eq!((said.level, said.start()), (Some(Level::Info), Some(32)));
    assert_eq!(fields(&said), ["stream=stdout", "user=ada"]);
    assert_eq!(time(&said).as_deref(), Some("2026-11-21T07:25:34.5Z"));
}

#[test]
fn json_behind_another_format_is_read_as_well() {
    let reader = reader();
    let said =
        reader.reading().read(br#"Nov 21 08:25:34 web01 app[7]: {"level":"error","msg":"gone","id":7}"#);
    assert_eq!((said.level, said.message().as_ref()), (Some(Level::Error), "gone"));
    assert_eq!(fields(&said), ["host=web01", "app=app", "pid=7", "id=7"]);
    let said =
        reader.reading().read(b"Nov 21 08:25:34 k1 kubelet[7]: E1121 08:25:34.123456    7 a.go:12] gone");
    assert_eq!((said.level, said.message().as_ref()), (Some(Level::Error), "gone"));
}

#[test]
fn colours_are_not_part_of_what_a_line_says() {
    let reader = reader();
    let said = reader
        .reading()
        .read(b"\x1b[2m2026-11-21T07:25:34Z\x1b[0m \x1b[33m WARN\x1b[0m a::b\x1b[2m:\x1b[0m slow");
    assert_eq!((said.level, said.message().as_ref(), said.start()), (Some(Level::Warn), "slow", None));
}

#[test]
fn the_order_of_a_date_is_learned_from_the_lines_that_tell() {
    let line = b"05/11/2026 08:25:34 x";
    assert_eq!(time(&reader().reading().read(line)).as_deref(), Some("2026-05-11T06:25:34Z"));
    let mut reader = learned(&["05/11/2026 08:25:34 x"]);
    assert!(reader.learn(b"21/11/2026 08:25:34 x"), "the first line is read otherwise now");
    assert_eq!(time(&reader.reading().read(line)).as_deref(), Some("2026-11-05T07:25:34Z"));
}

#[test]
fn a_date_of_three_pairs_is_the_nearest_one() {
    let read = |line: &str| time(&learned(&[line]).reading().read(line.as_bytes()));
    assert_eq!(read("17/06/09 20:10:40 INFO x").as_deref(), Some("2017-06-09T18:10:40Z"));
    assert_eq!(read("05/01/24 10:00:00 INFO x").as_deref(), Some("2024-05-01T08:00:00Z"));
    assert_eq!(read("21/11/26 08:25:34 INFO x").as_deref(), Some("2026-11-21T07:25:34Z"));
}

#[test]
fn a_word_is_a_level_where_all_lines_have_one_there() {
    let line = b"2026-11-21 08:25:34 error opening the file";
    assert_eq!(reader().reading().read(line).level, None);
    let level = |n: usize| format!("2026-11-21 08:25:34 {} x", ["info", "debug", "warn"][n % 3]);
    let lines: Vec<String> = (0..10).map(level).collect();
    let reader = learned(&lines.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(reader.reading().read(line).level, Some(Level::Error));
}

#[test]
fn a_word_is_no_level_where_only_most_lines_begin_with_one() {
    let healthy = ["server started", "error page cache warmed", "warning lights tested", "ERROR free run"];
    let healthy = healthy.map(|text| format!("2026-11-21 07:25:34 {text}"));
    let reader = learned(&healthy.each_ref().map(String::as_str));
    for line in &healthy[..3] {
        assert_eq!(reader.reading().read(line.as_bytes()).level, None, "{line}");
    }
    // Nor is it one for longer where others come between.
    let lines = |n: usize, other: usize| match n % other {
        0 => "2026-11-21 07:25:34 server started".to_owned(),
        _ => format!("2026-11-21 07:25:34 {} x", ["error handling", "Critical path", "warn level"][n % 3]),
    };
    let mut reader = learned(&[]);
    (1..20).for_each(|n| _ = reader.learn(lines(n, 100).as_bytes()));
    let line = b"2026-11-21 07:25:34 error handling enabled";
    assert_eq!(reader.reading().read(line).level, Some(Level::Error));
    (0..200).for_each(|n| _ = reader.learn(lines(n, 2).as_bytes()));
    assert_eq!(reader.reading().read(line).level, None);
}

#[test]
fn a_source_may_change_its_mind() {
    let mut reader = learned(&["12 apples", "a word", "another"]);
    assert!(reader.reading().read(b"no time").begins);
    let changes =
        (0..3000).filter(|n| reader.learn(format!("2026-11-21 08:25:{:02} INFO x", n % 60).as_bytes()));
    assert!((1..10).contains(&changes.count()), "it changes once or twice, not with every line");
    assert!(!reader.reading().read(b"no time").begins);
    assert_eq!(reader.reading().format(), Some("level-after-time"));
    (0..5000).for_each(|n| _ = reader.learn(format!("{{\"msg\":\"{n}\"}}").as_bytes()));
    assert_eq!(reader.reading().format(), Some("json"));
    // A line of the old format is read all the same.
    assert_eq!(reader.reading().read(b"2026-11-21 08:25:34 WARN x").level, Some(Level::Warn));
}

#[test]
fn a_mixed_source_is_soon_known_and_stays_so() {
    let mut reader = reader();
    let line = |n: usize| match n % 10 {
        0..4 => {
            format!("10.{}.{}.17 - - [21/Nov/2026:07:25:34 +0000] \"GET / HTTP/1.1\" 200 5", n % 31, n % 13)
        }
        4..7 => format!("2026-11-21 07:25:34.{:03} INFO  [w-1] a.B - x user={n}", n % 1000),
        7 if n % 300 == 7 => "ERROR gone".into(),
        7 | 8 => format!(r#"{{"time":"2026-11-21T07:25:34Z","level":"info","n":{n}}}"#),
        _ if n % 700 == 9 => "java.lang.Error: 12/11/10".into(),
        _ => format!("Nov 21 07:25:34 web{:02} sshd[{n}]: x", n % 20),
    };
    (0..200).for_each(|n| _ = reader.learn(line(n).as_bytes()));
    let changes = (200..20_000).filter(|n| reader.learn(line(*n).as_bytes())).count();
    assert_eq!(changes, 0);
}

#[test]
fn formats_of_the_users_own_come_first() {
    let own =
        Format::from_regex("till", r"^(?<time>\S+ \S+) #(?<till>\d+) (?<level>\w) (?<message>.*)").unwrap();
    let shape = Format::from_shape("belt", "belt {belt:int} {level} at {time}: {message}").unwrap();
    let reader = Reader::new(clock(), vec![Arc::new(own), Arc::new(shape)]);
    let said = reader.reading().read(b"21.11.2026 08:25:34 #7 W paper low");
    assert_eq!((time(&said).as_deref(), said.level), (Some("2026-11-21T07:25:34Z"), Some(Level::Warn)));
    assert_eq!(
        (said.field("till").as_deref(), said.message().as_ref(), said.format),
        (Some("7"), "paper low", "till")
    );
    let said = reader.reading().read(b"belt 3 error at 08:25:34: stuck");
    assert_eq!((time(&said).as_deref(), said.level), (Some("2026-11-21T07:25:34Z"), Some(Level::Error)));
    assert_eq!(said.field("belt").as_deref(), Some("3"));
    assert!(Format::from_regex("x", "(").is_err());
    assert!(Format::from_regex("x", "no groups").is_err());
    assert!(Format::from_regex("x", r"(?<a>(\pL{100}){100})").is_err());
}

#[test]
fn a_format_that_is_chosen_is_the_only_one() {
    let line = b"2026-11-21 08:25:34 INFO x";
    let forced = reader().forced("json").unwrap();
    let said = forced.reading().read(line);
    assert_eq!((said.time, said.level, said.format), (None, None, ""));
    assert_eq!(forced.reading().format(), Some("json"));
    assert!(reader().forced("nonesuch").is_none());
}

#[test]
fn absurd_dates_are_no_times() {
    let reader = reader();
    for date in [
        "0000-00-00 00:00:00",
        "0000-01-01 00:00:00",
        "9999-12-31 23:59:59",
        "2026-02-30 00:00:00",
        "2026-13-01 00:00:00",
        "2026-11-21 24:00:00",
        "2026-11-21 08:61:00",
        "99/99/9999 99:99:99",
        "Feb 30 08:25:34",
        "Nov 32 08:25:34",
        "99999999999999999999",
        "9999999999999999999",
        "0001-01-01T00:00:00Z",
    ] {
        let line = format!("{date} ERROR x");
        assert_eq!(time(&reader.reading().read(line.as_bytes())), None, "{date}");
        let line = format!(r#"{{"time":"{date}","level":"info","msg":"x"}}"#);
        let said = reader.reading().read(line.as_bytes());
        assert_eq!((time(&said), said.level), (None, Some(Level::Info)), "{date}");
    }
    assert_eq!(time(&reader.reading().read(br#"{"ts":1e300,"msg":"x"}"#)), None);
    assert_eq!(time(&reader.reading().read(br#"{"ts":-1,"msg":"x"}"#)), None);
}

#[test]
fn hostile_lines_cost_what_their_bytes_cost() {
    const SHORT: usize = 4 << 10;
    const TIMES: usize = 16;
    let patterns = [
        "[",
        "{",
        "{\"a\":",
        "\"",
        "\\",
        "a=",
        "a=\"",
        " ",
        "\t",
        "=",
        "- ",
        "2026-11-21T07:25:34Z ",
        "ERROR ",
        "] ",
        ": ",
        "\x1b[",
        "\x1b[0m",
        "{\"log\":\"",
        "1",
        "<",
        "|",
        "a",
        "Nov 21 ",
        "[a] ",
        "\" \"",
    ];
    let openings = [
        "",
        "2026-11-21 07:25:34 ",
        "[2026-11-21 07:25:34] ",
        "Nov 21 07:25:34 host app[1]: ",
        "{\"a\":",
        "{\"log\":\"",
        "1.2.3.4 - - [21/Nov/2026:07:25:34 +0000] \"",
        "level=info msg=\"",
        "<34>1 2026-11-21T07:25:34Z a b c d [x ",
    ];
    let reader = reader();
    let long = |opening: &str, pattern: &str, len: usize| {
        format!("{opening}{}", pattern.repeat(len / pattern.len()))
    };
    for opening in openings {
        for pattern in patterns {
            let [short, long] = [SHORT, SHORT * TIMES].map(|len| long(opening, pattern, len));
            let read = |line: &str| {
                let said = reader.reading().read(line.as_bytes());
                let _ = (said.message().len(), said.field("nonesuch").is_some(), said.fields().count());
            };
            let took = |line: &str, times: usize| {
                let begun = Instant::now();
                (0..times).for_each(|_| read(line));
                begun.elapsed()
            };
            // The same bytes at once and in parts. A reader that goes back takes sixteen times as long for them
            // at once; other work on the machine may slow any one look down, but not all of them.
            let linear = || took(&long, 1) < took(&short, TIMES).max(Duration::from_millis(1)) * 6;
            assert!((0..20).any(|_| linear()), "{opening:?} and {pattern:?} cost more than their bytes");
        }
    }
}

#[test]
fn json_nested_10_000_deep_is_read() {
    let reader = reader();
    let deep = format!(r#"{{"a":{}1{},"level":"warn"}}"#, r#"{"a":["#.repeat(5000), "]}".repeat(5000));
    let said = reader.reading().read(deep.as_bytes());
    assert_eq!(said.level, Some(Level::Warn));
    assert!(said.field(&"a.".repeat(2000)).is_none());
    let open = format!(r#"{{"level":"warn","a":{}"#, "[".repeat(10_000));
    assert_eq!(reader.reading().read(open.as_bytes()).level, Some(Level::Warn));
}

#[test]
fn broken_text_stays_what_it_is() {
    let reader = reader();
    let said =
        reader.reading().read(b"{\"level\":\"info\",\"msg\":\"a\xff\\ud800\\u12\\x\",\"k\xfe\":\"v\"}");
    assert_eq!(said.level, Some(Level::Info));
    assert_eq!(said.message(), "a\u{fffd}\u{fffd}\\u12\\x");
    assert_eq!(fields(&said), ["k\u{fffd}=v"]);
}

fn lines() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop::sample::select(vec![
        "2026-11-21T07:25:34.123Z",
        "2026-11-21 07:25:34",
        "Nov 21 07:25:34",
        "[",
        "]",
        "{",
        "}",
        "\"",
        "\\",
        ":",
        ",",
        " ",
        "  ",
        "\t",
        "-",
        "ERROR",
        "info",
        "time",
        "level",
        "=",
        "\"level\":",
        "\"time\":",
        "{\"log\":\"",
        "stdout F ",
        "|",
        "<34>1 ",
        "1",
        "99999999",
        "1795245934",
        "I1121 07:25:34.123456 1 a.go:1] ",
        "\u{fffd}",
        "\x1b[0m",
        "\x1b",
        "/",
        "#",
        "(",
        ")",
        "web-1 | ",
        "21/Nov/2026:07:25:34 +0000",
        "12/31/99 1:2:3 PM",
        "10.10 1:1:1",
        "+01:00",
        "-9999",
        "Z",
        "\n",
        "\r",
        "é",
    ]);
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..200),
        prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat().into_bytes()),
    ]
}

proptest! {
    #[test]
    fn any_line_is_read_without_harm(lines in prop::collection::vec(lines(), 1..8)) {
        let mut reader = reader();
        lines.iter().for_each(|line| _ = reader.learn(line));
        for line in &lines {
            let said = reader.reading().read(line);
            prop_assert!(said.message.start <= said.message.end && said.message.end <= said.line().len());
            if let Some(start) = said.start() {
                prop_assert_eq!(&line[start..start + said.line().len()], said.line());
            }
            let _ = (said.message().len(), said.field("a.b").is_some(), said.field("0").is_some(), said.fields().count());
        }
    }

    #[test]
    fn json_is_read_as_a_whole_parser_reads_it(
        members in prop::collection::btree_map("[a-f\"\\\\é]{1,4}", prop_oneof![
            any::<i32>().prop_map(serde_json::Value::from),
            any::<bool>().prop_map(serde_json::Value::from),
            "\\PC{0,12}".prop_map(serde_json::Value::from),
            prop::collection::vec(any::<u8>(), 0..4).prop_map(serde_json::Value::from),
        ], 0..6),
    ) {
        let object: serde_json::Map<_, _> = members.into_iter().collect();
        let line = serde_json::to_string(&object).unwrap();
        let reader = reader();
        let said = reader.reading().read(line.as_bytes());
        for (name, value) in said.fields() {
            let expected = &object[&*name];
            match value {
                Value::Text(text) => prop_assert_eq!(expected.as_str(), Some(&*text)),
                other => prop_assert_eq!(expected.to_string(), other.text()),
            }
        }
        prop_assert_eq!(said.fields().count(), object.len());
    }
}

/// A line asked for nothing but whether it begins a record says the same as one that is read.
#[test]
fn whether_a_line_begins_a_record_is_said_alike() {
    let lines: &[&[u8]] = &[
        b"2026-11-21 07:25:34 INFO up",
        b"[21/Nov/2026:07:25:34 +0000] a",
        b"2026-11-21 07:25:34.123 UTC [17] DETAIL:  more",
        b"2026-11-21 07:25:34.123 UTC [17] ERROR:  it broke",
        b"{\"a\":1}",
        b"{ no object",
        b"{}",
        b"{",
        b"}",
        b"\tat shop.Cart.add(Cart.java:17)",
        b"Caused by: nothing",
        b"1700000000 up",
        b"1700000000",
        b"081109 203615 148 INFO x",
        b"",
        b"  ",
        b"    2026-11-21 07:25:34 set to the right",
        b"plain words",
        b"PRIORITY=6",
        b"__CURSOR=s=1",
        b"2026-11-21T07:25:34.1Z stdout F \tat x",
        b"2026-11-21T07:25:34.1Z stdout F 2026-11-21 07:25:34 INFO up",
        br#"{"log":"\tat x\n","stream":"stderr","time":"2026-11-21T07:25:34.1Z"}"#,
        b"\x1b[31m2026-11-21 07:25:34 INFO red\x1b[0m",
        b"Nov 21 07:25:34 web1 shop[17]: up",
        b"level=info msg=up",
        b"\xff\xfe\x00",
    ];
    let taught: [&[u8]; 4] = [b"", b"2026-11-21 07:25:34 INFO up", b"1700000000 up", b"__CURSOR=s=1"];
    for teacher in taught {
        let mut reader = Reader::new(clock(), Vec::new());
        for _ in 0..20 {
            reader.learn(teacher);
        }
        for line in lines {
            let said = reader.reading().read(line).begins;
            assert_eq!(reader.reading().begins(line), said, "{:?}", String::from_utf8_lossy(line));
        }
    }
}
