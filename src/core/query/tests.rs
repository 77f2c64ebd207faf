use proptest::prelude::*;

use super::*;
use samples::{Line, Reads, line, now, query_text};

pub(in crate::core) mod samples;

fn shown(text: &str) -> String {
    Query::parse(text).unwrap_or_else(|error| panic!("{text}: {error}")).to_string()
}

/// What an error says, and what it points at.
fn error(text: &str) -> (String, String) {
    let error = Query::parse(text).expect_err(text);
    (error.message, text.chars().skip(error.at.start).take(error.at.len()).collect())
}

fn holds(query: &str, line: &str) -> bool {
    Query::parse(query).unwrap().compile(&now()).holds(&Line::of(line.as_bytes()))
}

#[test]
fn a_query_is_shown_in_one_spelling() {
    for (text, spelling) in [
        ("timeout", "timeout"),
        (" a   b ", "a b"),
        ("a b|c", "a b | c"),
        ("a (b | c)", "a (b | c)"),
        ("(a b) c", "a b c"),
        ("(a | b) | c", "a | b | c"),
        ("!(a b)", "!(a b)"),
        ("! a", "!a"),
        ("!!a", "!!a"),
        ("!(!a)", "!!a"),
        ("\"a\"", "a"),
        ("\"a b\"", "\"a b\""),
        (r#""say \"hi\" \d \\""#, r#""say \"hi\" \\d \\""#),
        ("\"\"", "\"\""),
        ("\"and\"", "\"and\""),
        ("\"!a\"", "\"!a\""),
        ("a!", "a!"),
        ("can't", "can't"),
        ("10:30:22,5", "10:30:22,5"),
        (r"C:\temp", r"C:\temp"),
        (r"/a\/b\\/", r"/a\/b\\/"),
        ("/time.*out/", "/time.*out/"),
        ("status = 500", "status=500"),
        ("status>=500", "status>=500"),
        ("status!=\"500\"", "status!=\"500\""),
        ("path=/api/v1?a=b&c=d", "path=/api/v1?a=b&c=d"),
        ("msg~timeout", "msg~timeout"),
        ("msg ~ /a|b/", "msg~/a|b/"),
        (r#"msg~"a \d""#, r"msg~/a \d/"),
        ("msg~//", "msg~//"),
        ("level>=warning", "level>=warn"),
        ("\"level\"=30", "\"level\"=30"),
        ("\"a field\"=x", "\"a field\"=x"),
        ("app.kubernetes.io=x", "app.kubernetes.io=x"),
        ("@timestamp=x", "@timestamp=x"),
        ("took>1h30m", "took>1h30m"),
        ("time>=14:05", "time>=14:05"),
        ("time>=2026-11-21 14:05", "time>=2026-11-21T14:05"),
        ("time=\"yesterday 14:05:30.250+02:00\"", "time=\"yesterday 14:05:30.250+02:00\""),
        ("since yesterday 14:05 x", "since \"yesterday 14:05\" x"),
        ("since 2026-11-21 14", "since 2026-11-21 14"),
        ("since 10m", "since 10m"),
        ("since -10m", "since 10m"),
        ("time<-10m", "time<-10m"),
    ] {
        assert_eq!(shown(text), spelling, "{text}");
        assert_eq!(shown(spelling), spelling, "{text}");
    }
}

#[test]
fn a_mistake_is_pointed_at_and_says_what_to_write() {
    for (text, at, advice) in [
        ("", "", "empty"),
        ("  ", "", "empty"),
        ("a |", "", "ends too early"),
        ("| a", "|", "missing before this |"),
        ("a || b", "|", "missing before this |"),
        ("()", ")", "missing before this )"),
        ("(a", "(", "not closed"),
        ("a)", ")", "closes nothing"),
        (")", ")", "closes nothing"),
        ("!", "!", "nothing follows"),
        ("a (! )", "!", "nothing follows"),
        ("a and b", "and", "leave it out"),
        ("a or b", "or", "write |"),
        ("NOT b", "NOT", "write !"),
        ("a && b", "&&", "leave it out"),
        ("x \"abc", "\"abc", "not closed"),
        ("/abc", "/abc", "not closed"),
        ("/var/log", "/var/", "in quotes"),
        ("foo(bar)", "(", "put a space"),
        ("a\"b\"", "\"", "put a space"),
        ("'a b'", "'", "only \" quotes"),
        ("é /a(/", "(", "close it with )"),
        ("msg~x*+[", "[", "close it with ]"),
        ("msg~\"[\"", "\"[\"", "close it with ]"),
        ("msg~(a|b)", "(", "between slashes"),
        ("status=(500|502)", "(", "write (field=one | field=other)"),
        ("status==500", "==", "write ="),
        ("a=~b", "=~", "write ~"),
        ("a!~b", "!~", "write !field~"),
        ("status=>500", "=>", "write >="),
        ("status>=", ">=", "missing behind this >="),
        ("=5", "=", "name is missing"),
        ("!=5", "!=", "name is missing"),
        ("http://x?y=1", "http://x?y", "in quotes"),
        ("size>10q", "10q", "no unit q"),
        ("took>10mss", "10mss", "did you mean ms?"),
        ("size>big", "big", "compares numbers"),
        ("size>\"10\"", "\"10\"", "leave the quotes out"),
        ("level>=eror", "eror", "did you mean error?"),
        ("level=purple", "purple", "trace, debug, info"),
        ("level~x", "level~", "\"level\"~"),
        ("time>=yesterdy", "yesterdy", "did you mean yesterday?"),
        ("time>=10m", "10m", "write -10m"),
        ("time>=2026-13-01", "2026-13-01", "calendar"),
        ("since", "since", "time is missing"),
        ("since ages", "ages", "no time"),
        ("since 10", "10", "unit"),
        ("a\nb \"c\nd\"", "\"c\nd\"", "line break"),
    ] {
        let (message, pointed) = error(text);
        assert_eq!(pointed, at, "{text}: {message}");
        assert!(message.contains(advice), "{text}: {message}");
        assert!(!message.contains('\n') && !message.ends_with('.'), "{text}: {message}");
    }
    assert!(error(&"(".repeat(100_000)).0.contains("more than 50"));
    assert!(error(&"!".repeat(100_000)).0.contains("more than 50"));
    assert!(error(&"a ".repeat(100_000)).0.contains("more than 200"));
}

#[test]
fn every_query_in_the_manual_is_one() {
    let page = include_str!("../../../docs/query.md");
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `").or(line.strip_prefix("| <code>")));
    let mut found = 0;
    for row in rows {
        let cell = row.split(" | ").next().unwrap_or_default();
        let cell = cell.strip_suffix("</code>").or(cell.strip_suffix('`')).unwrap().replace("&#124;", "|");
        for query in cell.split("` `") {
            assert!(Query::parse(query).is_ok(), "{query}: {:?}", Query::parse(query));
            found += 1;
        }
    }
    assert!(found > 15, "{found}");
}

#[test]
fn parts_are_what_must_all_be_so() {
    let parts = |text| Query::parse(text).unwrap().parts().iter().map(Query::to_string).collect::<Vec<_>>();
    assert_eq!(parts("a"), ["a"]);
    assert_eq!(parts("a | b"), ["a | b"]);
    assert_eq!(parts("a (b | c) !d level>=warn"), ["a", "b | c", "!d", "level>=warn"]);
    assert_eq!(parts("(a b)"), ["a", "b"]);
}

#[test]
fn text_is_matched_with_smart_case() {
    assert!(holds("error", "an ERROR"));
    assert!(!holds("Error", "an ERROR"));
    assert!(holds("a.c", "xa.cx") && !holds("a.c", "abc"));
    assert!(holds("/a.c/", "xABCx"));
    assert!(holds("a b", "b a") && !holds("a b", "b"));
    assert!(holds("x | b", "b") && holds("!x", "b") && !holds("!b", "b"));
    assert!(holds("a b | c", "c") && !holds("a (b | c)", "c"));
    assert!(holds("Apple | plum | /fi.*g/", "a PLUM") && !holds("Apple | plum", "apple"));
}

#[test]
fn fields_are_compared() {
    let line = r#"{"status":500,"took":"0.25s","size":10000,"took_ms":250,"user":"Anna","id":12345678901234567890,"n":5e2,"a":{"b":"x y"},"msg":"say \"hi\""}"#;
    for query in [
        "status=500",
        "status=500.0",
        "status=0500",
        "status>=500",
        "status!=404",
        "status<501",
        "status~^5",
        "\"status\"=500",
        "status=\"500\"",
        "took=250ms",
        "took<1s",
        "took_ms=250ms",
        "took_ms>=0.25s",
        "size=10k",
        "size<10KiB",
        "user=anna",
        "user=Anna",
        "user~nn",
        "id=12345678901234567890",
        "id!=12345678901234567891",
        "n>=500",
        "n=5e2",
        "a.b=\"x y\"",
        "msg=\"say \\\"hi\\\"\"",
        "msg~//",
        "!none=1",
        "!status=404",
        "took=0.25s",
    ] {
        assert!(holds(query, line), "{query}");
    }
    for query in [
        "status=404",
        "status=\"500.0\"",
        "status>500",
        "status!=500",
        "none!=1",
        "none~//",
        "none<5",
        "user=ANNA",
        "user>5",
        "n=500",
        "took>1s",
        "took>10k",
        "a=x",
        "id=12345678901234567891",
        "!none!=1 none=1",
        "took=1s",
    ] {
        assert!(!holds(query, line), "{query}");
    }
}

#[test]
fn levels_and_times_are_compared() {
    let line = r#"{"level":"warn","time":"2026-11-21T12:05:30Z"}"#;
    for query in [
        "level=warn",
        "level>=warn",
        "level<error",
        "level!=info",
        "!level=info",
        "level>=info level<=warn",
        "level=warn | level=error",
        "time>=14:05",
        "time=14:05",
        "time<14:06",
        "time<=14:05",
        "since 1h",
        "time=today",
        "time>=2026-11-21T12:05:30Z",
        "time<now",
        "time!=14:06",
        "since 23:50",
    ] {
        assert!(holds(query, line), "{query}");
        assert!(!holds(&format!("!({query})"), line), "{query}");
    }
    for query in [
        "level>warn",
        "time>14:05",
        "time<14:05",
        "time!=14:05",
        "since 10m",
        "time<yesterday",
        "level<trace",
        "time>14:05 time<14:06",
    ] {
        assert!(!holds(query, line), "{query}");
    }
    for query in [
        "level>=trace",
        "level!=warn",
        "level>=trace | level=fatal",
        "time>=0001-01-01",
        "time!=14:05",
        "status!=5",
    ] {
        assert!(!holds(query, "{}"), "{query}");
        assert!(holds(&format!("!({query})"), "{}"), "{query}");
    }
}

proptest! {
    #[test]
    fn any_text_parses_or_says_why(text in ".{0,40}", likely in query_text()) {
        for text in [text, likely] {
            match Query::parse(&text) {
                Ok(query) => {
                    let shown = query.to_string();
                    prop_assert_eq!(Query::parse(&shown), Ok(query.clone()), "{} is {}", text, shown);
                    let parts: Vec<String> = query.clone().parts().iter().map(Query::to_string).collect();
                    let joined: Vec<String> = parts.iter().map(|part| format!("({part})")).collect();
                    prop_assert_eq!(Query::parse(&joined.join(" ")), Ok(query));
                }
                Err(error) => {
                    prop_assert!(error.at.start <= error.at.end && error.at.end <= text.chars().count(), "{}: {:?}", text, error);
                    prop_assert!(!error.message.is_empty() && !error.message.contains('\n'));
                }
            }
        }
    }
}

/// What a query means, in the plainest words.
fn naive(expr: &Expr, line: &Line<'_>) -> bool {
    match expr {
        Expr::Not(expr) => !naive(expr, line),
        Expr::All(parts) => parts.iter().all(|part| naive(part, line)),
        Expr::Any(parts) => parts.iter().any(|part| naive(part, line)),
        Expr::Word(wanted) => {
            let word = wanted.0.source();
            let text = String::from_utf8_lossy(line.text()).into_owned();
            if word.chars().any(char::is_uppercase) {
                text.contains(word)
            } else {
                samples::folded(&text).contains(&samples::folded(word))
            }
        }
        Expr::Regex(wanted) => samples::regex(wanted.0.source()).is_match(line.text()),
        Expr::Like(name, wanted) => {
            line.field(name).is_some_and(|value| samples::regex(wanted.0.source()).is_match(value.as_bytes()))
        }
        Expr::Field(name, op, value) => {
            line.field(name).is_some_and(|field| samples::compares(name, &field, *op, value))
        }
        Expr::Level(op, level) => line.level().is_some_and(|own| samples::ordered(*op, own.cmp(level))),
        Expr::Time(op, when) => {
            let range = when.resolve(&now(), !matches!(op, Op::Less | Op::AtMost));
            line.time().is_some_and(|time| {
                let order = if time.0 < range.start {
                    std::cmp::Ordering::Less
                } else if time.0 < range.end {
                    std::cmp::Ordering::Equal
                } else {
                    std::cmp::Ordering::Greater
                };
                samples::ordered(*op, order)
            })
        }
        Expr::Since(when) => line.time().is_some_and(|time| time.0 >= when.resolve(&now(), true).start),
    }
}

proptest! {
    #[test]
    fn what_is_asked_is_what_is_meant(text in query_text(), lines in prop::collection::vec(line(), 1..6), named in any::<bool>()) {
        let Ok(query) = Query::parse(&text) else { return Ok(()) };
        let check = query.compile(&now());
        let reader = Reads { named };
        let seek = check.seek(&|name| reader.names(name));
        let all: Vec<u8> = lines.iter().flat_map(|line| [line, &b"\n"[..]].concat()).collect();
        let text_of_all = crate::core::pattern::Text::new(&all);
        let (mut start, mut ahead) = (0, seek::Ahead::default());
        for line in &lines {
            let meant = naive(query.expr(), &Line::of(line));
            prop_assert_eq!(check.holds(&Line::of(line)), meant, "{} asks {}", query, String::from_utf8_lossy(line));
            let lazy = facts::Lazy::new(line, &reader);
            prop_assert_eq!(check.holds(&lazy), meant, "{} glances at {}", query, String::from_utf8_lossy(line));
            if let Some(seek) = seek.as_ref().filter(|_| meant) {
                let found = seek.next(&mut ahead, &text_of_all, start);
                prop_assert_eq!(found, Some(start), "{} does not find {}", query, String::from_utf8_lossy(line));
            }
            start += line.len() + 1;
        }
    }
}
