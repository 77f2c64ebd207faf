use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;

/// `text` with its spans in braces, each after the name of its class; punctuation stands as it is.
fn marked(text: &str) -> String {
    let mut out = String::new();
    let mut from = 0;
    for span in recognise(text) {
        let part = &text[span.range.clone()];
        let name = match span.class {
            Class::Punctuation => continue,
            Class::Level(level) => format!("{level:?}").to_lowercase(),
            Class::Status(first) => format!("{first}xx"),
            class => format!("{class:?}").to_lowercase(),
        };
        out += &format!("{}{{{name} {part}}}", &text[from..span.range.start]);
        from = span.range.end;
    }
    out + &text[from..]
}

#[rustfmt::skip]
const LINES: &[(&str, &str)] = &[
    (
        "2026-11-21T07:25:34.123Z started",
        "{time 2026-11-21T07:25:34.123Z} started",
    ),
    (
        "2026-11-21T07:25:34+01:00 started",
        "{time 2026-11-21T07:25:34+01:00} started",
    ),
    (
        "2026-11-21 07:25:34,123 +0100 x",
        "{time 2026-11-21 07:25:34,123 +0100} x",
    ),
    (
        "2026-11-21 07:25:34 UTC x",
        "{time 2026-11-21 07:25:34 UTC} x",
    ),
    (
        "2026-11-21 07:25 x 2026-11-21.",
        "{time 2026-11-21 07:25} x {time 2026-11-21}.",
    ),
    (
        r#"2026/11/21 07:25:34 [error] 123#0: *1 open() "/usr/share/x" failed (2: No such file or directory), client: 10.0.0.1"#,
        r#"{time 2026/11/21 07:25:34} [{error error}] {number 123}#{number 0}: *{number 1} open() {quoted "}{path /usr/share/x}{quoted "} failed ({number 2}: No such file or directory), client: {ip 10.0.0.1}"#,
    ),
    (
        "20261121T072534Z up; 20261121 is a number",
        "{time 20261121T072534Z} up; {number 20261121} is a number",
    ),
    (
        r#"10.0.0.1 - bob [21/Nov/2026:07:25:34 +0000] "GET /index.html?a=1&b=2 HTTP/1.1" 503 1234 "https://example.org/x" "Mozilla/5.0 (X11)""#,
        r#"{ip 10.0.0.1} - bob [{time 21/Nov/2026:07:25:34 +0000}] {quoted "}{method GET}{quoted  }{path /index.html?a=1&b=2}{quoted  HTTP/1.1"} {5xx 503} {number 1234} {quoted "}{url https://example.org/x}{quoted "} {quoted "Mozilla/5.0 (X11)"}"#,
    ),
    (
        "Nov 21 07:25:34 host app[123]: error: disk full",
        "{time Nov 21 07:25:34} host app[{number 123}]: {error error}: disk full",
    ),
    (
        "Nov  1 07:25:34 host kernel: [12345.678901] usb 1-1: new device",
        "{time Nov  1 07:25:34} host kernel: [{number 12345.678901}] usb {number 1}-{number 1}: new device",
    ),
    (
        "Sat Nov 21 07:25:34 2026 boot",
        "{time Sat Nov 21 07:25:34 2026} boot",
    ),
    (
        "Sat Nov 21 07:25:34 CET 2026 boot",
        "{time Sat Nov 21 07:25:34 CET 2026} boot",
    ),
    (
        "Sat, 21 Nov 2026 07:25:34 GMT",
        "{time Sat, 21 Nov 2026 07:25:34 GMT}",
    ),
    (
        "21-Nov-2026 07:25:34.123 queries: info: client 10.0.0.1#53",
        "{time 21-Nov-2026 07:25:34.123} queries: {info info}: client {ip 10.0.0.1}#{number 53}",
    ),
    (
        "11/21/2026 07:25:34 PM done",
        "{time 11/21/2026 07:25:34 PM} done",
    ),
    (
        "21.11.2026 07:25:34 fertig",
        "{time 21.11.2026 07:25:34} fertig",
    ),
    (
        "11-21 07:25:34.123  1234  5678 E Tag: oops",
        "{time 11-21 07:25:34.123}  {number 1234}  {number 5678} E Tag: oops",
    ),
    (
        "26/11/21 07:25:34 INFO spark",
        "{time 26/11/21 07:25:34} {info INFO} spark",
    ),
    (
        "at 07:25:34.123 exactly, 7:5 is none",
        "at {time 07:25:34.123} exactly, {number 7}:{number 5} is none",
    ),
    (
        "[2026-11-21 07:25:34] WARN  pool is low",
        "[{time 2026-11-21 07:25:34}] {warn WARN}  pool is low",
    ),
    (
        "2026-11-21 07:25:34,123 [main] ERROR com.example.Foo - failed",
        "{time 2026-11-21 07:25:34,123} [main] {error ERROR} com.example.Foo - failed",
    ),
    (
        "2026-11-21 07:25:34.123 | ERROR    | app:main:12 - loguru",
        "{time 2026-11-21 07:25:34.123} | {error ERROR}    | app:main:{number 12} - loguru",
    ),
    (
        "INFO:root:hello",
        "{info INFO}:root:hello",
    ),
    (
        "Error: something broke",
        "{error Error}: something broke",
    ),
    (
        "error: could not compile",
        "{error error}: could not compile",
    ),
    (
        "An error happened while the info desk was warned",
        "An error happened while the info desk was warned",
    ),
    (
        "NO ERROR FOUND",
        "NO {error ERROR} FOUND",
    ),
    (
        "error_count=0 errors=3 err=nil",
        "{key error_count}={number 0} {key errors}={number 3} {key err}={constant nil}",
    ),
    (
        "2026-11-21T07:25:34Z error opening file",
        "{time 2026-11-21T07:25:34Z} {error error} opening file",
    ),
    (
        r#"level=warn msg="disk at 91%" used=91.5% free=12GiB took=1m30.5s ok=true x=null"#,
        r#"{key level}={warn warn} {key msg}={quoted "disk at 91%"} {key used}={number 91.5}{unit %} {key free}={number 12}{unit GiB} {key took}={number 1}{unit m}{number 30.5}{unit s} {key ok}={constant true} {key x}={constant null}"#,
    ),
    (
        r#"{"time":"2026-11-21T07:25:34Z","level":"error","msg":"it broke","n":-1.5e3,"ok":false,"tags":["a",null],"status":503,"url":"https://x.org/a"}"#,
        r#"{{key "time"}:{quoted "}{time 2026-11-21T07:25:34Z}{quoted "},{key "level"}:{quoted "}{error error}{quoted "},{key "msg"}:{quoted "it broke"},{key "n"}:-{number 1.5e3},{key "ok"}:{constant false},{key "tags"}:[{quoted "a"},{constant null}],{key "status"}:{5xx 503},{key "url"}:{quoted "}{url https://x.org/a}{quoted "}}"#,
    ),
    (
        r#"{"level":30,"time":1732173934123,"msg":"pino"}"#,
        r#"{{key "level"}:{number 30},{key "time"}:{number 1732173934123},{key "msg"}:{quoted "pino"}}"#,
    ),
    (
        r#"received {"a": {"b": [1, 2]}} from peer"#,
        r#"received {{key "a"}: {{key "b"}: [{number 1}, {number 2}]}} from peer"#,
    ),
    (
        "web-1  | 2026-11-21 07:25:34 ERROR boom",
        "web-1  | {time 2026-11-21 07:25:34} {error ERROR} boom",
    ),
    (
        "[Sat Nov 21 07:25:34.123456 2026] [core:error] [pid 12:tid 34] (13)Permission denied",
        "[{time Sat Nov 21 07:25:34.123456 2026}] [core:{error error}] [pid {number 12}:tid {number 34}] ({number 13})Permission denied",
    ),
    (
        "<34>1 2026-11-21T07:25:34Z host su - ID47 - 'su root' failed",
        "<{number 34}>{number 1} {time 2026-11-21T07:25:34Z} host su - ID47 - {quoted 'su root'} failed",
    ),
    (
        "don't say 'hello world' or the users' choice, it's 5' tall",
        "don't say {quoted 'hello world'} or the users' choice, it's {number 5}' tall",
    ),
    (
        "took 12ms, 3 s, 4.5 MB/s, 12 MiB, 99.9 %, 3rd try, v1.2.3, 1.2.3, 10µs, 5 apples",
        "took {number 12}{unit ms}, {number 3} {unit s}, {number 4.5} {unit MB/s}, {number 12} {unit MiB}, {number 99.9} {unit %}, 3rd try, v1.2.3, {number 1.2.3}, {number 10}{unit µs}, {number 5} apples",
    ),
    (
        "0xdeadbeef 550e8400-e29b-41d4-a716-446655440000 d41d8cd98f00b204e9800998ecf8427e deadbeef a1b2c3d4 cafebabe1",
        "{hex 0xdeadbeef} {uuid 550e8400-e29b-41d4-a716-446655440000} {hex d41d8cd98f00b204e9800998ecf8427e} deadbeef {hex a1b2c3d4} {hex cafebabe1}",
    ),
    (
        "fe80::1 ::1 [::1]:8080 2001:db8::/32 10.0.0.0/8 1.2.3.4.5 300.1.1.1 00:1b:44:11:3a:b7 std::fmt a::b",
        "{ip fe80::1} {ip ::1} {ip [::1]:8080} {ip 2001:db8::/32} {ip 10.0.0.0/8} {number 1.2.3.4.5} {number 300.1.1.1} {hex 00:1b:44:11:3a:b7} std::fmt a::b",
    ),
    (
        "see https://example.org/a(b)?x=1. (http://x.org) s3://bucket/key,",
        "see {url https://example.org/a(b)?x=1}. ({url http://x.org}) {url s3://bucket/key},",
    ),
    (
        r#"/var/log/x.log: ./x ../y ~/z C:\Users\me \\srv\share and/or text/html </div> // comment /1/2 src/main.rs:12"#,
        r#"{path /var/log/x.log}: {path ./x} {path ../y} {path ~/z} {path C:\Users\me} {path \\srv\share} and/or text/html </div> // comment /{number 1}/{number 2} src/main.rs:{number 12}"#,
    ),
    (
        "GET /api/v1/users 200 in 12ms; POST is a method; method=PUT status=404",
        "{method GET} {path /api/v1/users} {number 200} in {number 12}{unit ms}; POST is a method; {key method}={method PUT} {key status}={4xx 404}",
    ),
    (
        "HTTP/1.1 500 Internal Server Error",
        "HTTP/1.1 {5xx 500} Internal Server Error",
    ),
    (
        "user@example.org worker-3 foo_12 12-ab 8080/tcp x==y a=>b ?q=1",
        "user@example.org worker-3 foo_12 12-ab {number 8080}/tcp x==y a=>b ?{key q}={number 1}",
    ),
    (
        "TRACE / HTTP/1.1",
        "{method TRACE} / HTTP/1.1",
    ),
    (
        "größe=3 naïve=ja „Zitat“ 日本 error",
        "{key größe}={number 3} {key naïve}=ja „Zitat“ 日本 error",
    ),
    (
        "panic: runtime error: index out of range [5] with length 3",
        "{fatal panic}: runtime error: index out of range [{number 5}] with length {number 3}",
    ),
    (
        r#"127.0.0.1:6379> SET x "a \"quoted\" b" and "open"#,
        r#"{ip 127.0.0.1:6379}> SET x {quoted "a \"quoted\" b"} and "open"#,
    ),
    (
        "Traceback (most recent call last):",
        "Traceback (most recent call last):",
    ),
    (
        r#"  File "/usr/lib/python3/x.py", line 12, in main"#,
        r#"  File {quoted "}{path /usr/lib/python3/x.py}{quoted "}, line {number 12}, in main"#,
    ),
    (
        "\tat com.example.Foo.bar(Foo.java:123)",
        "\tat com.example.Foo.bar(Foo.java:{number 123})",
    ),
    (
        "E1121 07:25:34.123456       1 reflector.go:138] failed",
        "E1121 {time 07:25:34.123456}       {number 1} reflector.go:{number 138}] failed",
    ),
    (
        r#"2026-11-21T07:25:34.123456789Z	INFO	controller	Starting	{"worker count": 1}"#,
        r#"{time 2026-11-21T07:25:34.123456789Z}	{info INFO}	controller	Starting	{{key "worker count"}: {number 1}}"#,
    ),
    (
        r#"time="2026-11-21T07:25:34Z" level=info msg=ok"#,
        r#"{key time}={quoted "}{time 2026-11-21T07:25:34Z}{quoted "} {key level}={info info} {key msg}=ok"#,
    ),
    (
        "2026-11-21 07:25:34 CRITICAL: x",
        "{time 2026-11-21 07:25:34} {fatal CRITICAL}: x",
    ),
];

#[test]
fn lines_are_recognised() {
    for (line, seen) in LINES {
        assert_eq!(marked(line), *seen);
    }
}

#[test]
fn a_line_has_a_level_only_when_it_says_so_clearly() {
    for (level_word, lines) in [
        (
            "Error",
            &[
                "2026/11/21 07:25:34 [error] 123#0: *1 open() failed",
                "Nov 21 07:25:34 host app[123]: error: disk full",
                "2026-11-21 07:25:34,123 [main] ERROR com.example.Foo - failed",
                "2026-11-21 07:25:34.123 | ERROR    | app:main:12 - failed",
                "2026-11-21T07:25:34Z error opening file",
                "[Sat Nov 21 07:25:34.123456 2026] [core:error] [pid 12:tid 34] denied",
                "web-1  | 2026-11-21 07:25:34 ERROR boom",
                "Error: something broke",
                r#"{"time":"2026-11-21T07:25:34Z","level":"error","msg":"warn"}"#,
                r#"{"msg":"x","level":50}"#,
                "ts=1 caller=x.go:1 level=error msg=x",
            ][..],
        ),
        ("Warn", &["[2026-11-21 07:25:34] WARN  pool is low", "level=warning msg=x", "warning: unused"][..]),
        ("Info", &["INFO:root:hello", "2026-11-21T07:25:34Z\tINFO\tcontroller\tStarting"][..]),
        ("Fatal", &["panic: runtime error", "2026-11-21 07:25:34 CRITICAL: x", "<emerg> down"][..]),
        ("Debug", &["07:25:34 DEBUG x", "DBG x"][..]),
        ("Trace", &["07:25:34 [trace] x"][..]),
    ] {
        for line in lines {
            assert_eq!(level(line).map(|level| format!("{level:?}")).as_deref(), Some(level_word), "{line}");
        }
    }
    for line in [
        "",
        "An error happened while the info desk was warned",
        "finished without error",
        "0 errors, 2 warnings",
        "NO ERROR FOUND",
        "error_count=0 errors=3 err=nil",
        "all services are up and running, ERROR count is zero",
        r#"10.0.0.1 - - [21/Nov/2026:07:25:34 +0000] "GET /error HTTP/1.1" 200 5"#,
        "TRACE / HTTP/1.1",
        r#"{"msg":"ERROR: no","level":"custom"}"#,
        "see /var/log/error.log",
        "user (error) typed",
    ] {
        assert_eq!(level(line), None, "{line}");
    }
}

fn span(range: std::ops::Range<usize>, class: Class) -> Span {
    Span { range, class }
}

#[test]
fn later_layers_win() {
    let below = [span(0..4, Class::Number), span(6..10, Class::Key)];
    let above = [span(2..7, Class::Hit), span(8..9, Class::Hit)];
    let merged = merge(&[&below, &above]);
    let expected = [
        span(0..2, Class::Number),
        span(2..7, Class::Hit),
        span(7..8, Class::Key),
        span(8..9, Class::Hit),
        span(9..10, Class::Key),
    ];
    assert_eq!(merged, expected);
    assert_eq!(merge(&[]), []);
    assert_eq!(merge(&[&below, &[]]), below);
}

#[test]
fn hits_are_whole_characters() {
    let pattern = |source| Pattern::new(source).unwrap();
    assert_eq!(hits("Ab ab", &pattern("ab")), [span(0..2, Class::Hit), span(3..5, Class::Hit)]);
    assert_eq!(hits("日", &pattern(r"(?-u)\xe6")), []);
}

/// Spans in order that do not overlap, from gaps and lengths.
fn layer() -> impl Strategy<Value = Vec<Span>> {
    let parts = prop::collection::vec((0usize..4, 1usize..5, 0u16..9), 0..8);
    parts.prop_map(|parts| {
        let mut at = 0;
        let mut spans = Vec::new();
        for (gap, len, rule) in parts {
            at += gap;
            spans.push(span(at..at + len, Class::Rule(rule)));
            at += len;
        }
        spans
    })
}

/// What is recognised lies in order, does not overlap and cuts no character.
fn sound(text: &str, spans: &[Span]) -> bool {
    let mut end = 0;
    spans.iter().all(|span| {
        let fits =
            span.range.start >= end && !span.range.is_empty() && text.get(span.range.clone()).is_some();
        end = span.range.end;
        fits
    })
}

/// Pieces lines are made of, to be put together in every way.
const PIECES: &str = "[ -~]{1,3}|\\[|\\]|\\{\"|\":|'|\"|\\\\|2026-11-21|T07:25:34|Nov 21 |Sat |=|1\\.2\\.3\\.4|::|\
    error|ERROR|level|GET /|HTTP/1.1 |µs|日|é|/var/|C:\\\\|http://|[0-9a-f]{1,9}|12|ms| ";

proptest! {
    #[test]
    fn spans_fit_any_text(pieces in prop::collection::vec(PIECES, 0..24)) {
        let text = pieces.concat();
        prop_assert!(sound(&text, &recognise(&text)), "{:?}", recognise(&text));
    }

    #[test]
    fn spans_fit_noise(text in "\\PC{0,60}") {
        prop_assert!(sound(&text, &recognise(&text)));
    }

    #[test]
    fn merging_equals_painting(layers in prop::collection::vec(layer(), 0..9)) {
        let mut painted = [None; 80];
        for span in layers.iter().flatten() {
            painted[span.range.clone()].fill(Some(span.class));
        }
        let merged = merge(&layers.iter().map(Vec::as_slice).collect::<Vec<_>>());
        prop_assert!(merged.windows(2).all(|pair| pair[0].range.end <= pair[1].range.start));
        let mut again = [None; 80];
        for span in &merged {
            again[span.range.clone()].fill(Some(span.class));
        }
        prop_assert_eq!(again, painted);
    }
}

/// A guard against time that grows with the square of the length, which would take minutes here; the
/// real figure is a benchmark's.
#[test]
fn no_pattern_takes_long() {
    for pattern in [
        "a",
        "1",
        "\"",
        "'",
        " '",
        "\\\"",
        "[",
        "{\"",
        "{\"a\":",
        "1:",
        "::",
        "[::",
        "a:",
        "/",
        "/-",
        "/1-",
        "./",
        "a=",
        "=",
        "http://",
        "a://?",
        "1h",
        "1.",
        "1e",
        "-",
        "日",
        "µ",
        "Nov 1 ",
        "2026-11-21T",
        "07:",
        "ab-",
        "\\\\a",
        "C:\\",
        "(",
        "='\\",
        "GET /",
        "\"GET / ",
        "0x",
        "ERROR ",
        "[error",
        "\" ",
        ".",
        "~/",
        "f",
        "<",
        "1 ",
        "12 m",
        "/?=",
    ] {
        let line = pattern.repeat((64 << 10) / pattern.len());
        // What takes time by the square takes minutes; a busy machine may hold up a try.
        let soon = || {
            let begun = Instant::now();
            assert!(sound(&line, &recognise(&line)), "{pattern}");
            begun.elapsed() < Duration::from_secs(2)
        };
        assert!((0..5).any(|_| soon()), "{pattern}");
    }
}
