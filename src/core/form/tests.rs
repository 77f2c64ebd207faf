//! Lines in their forms.

use std::time::Instant;

use proptest::prelude::*;

use super::*;
use crate::core::read::{Clock, Reader, Time};
use crate::core::span::Class;

fn shape<'a>(way: Way, hidden: &'a BTreeSet<String>) -> Shape<'a> {
    let text = TextOptions { tab: 8, sgr: true, limit: 1 << 20 };
    Shape { way, hidden, zone: TimeZone::UTC, timed: false, text }
}

fn formed(line: &[u8], way: Way, hidden: &str) -> Option<Form> {
    let reader = Reader::new(Clock::new(TimeZone::UTC, Time(1_795_245_934_000_000_000)), Vec::new());
    let hidden = hidden.split_whitespace().map(str::to_owned).collect();
    form(line, &reader.reading().read(line), &shape(way, &hidden))
}

fn line(text: &str) -> String {
    formed(text.as_bytes(), Way::Line, "").map_or_else(|| "raw".to_owned(), |form| form.text)
}

fn rows(form: &Form) -> Vec<&str> {
    form.rows.iter().map(|row| &form.text[row.clone()]).collect()
}

fn pretty(text: &str) -> Vec<String> {
    let form = formed(text.as_bytes(), Way::Pretty, "").unwrap();
    rows(&form).into_iter().map(str::to_owned).collect()
}

#[test]
fn json_is_time_level_message_and_the_other_values() {
    let said = line(
        r#"{"ts":"2026-11-21T07:25:34.123456Z","level":"warning","msg":"slow \"query\"","took":1.5,"path":"/a b","ok":true,
"req":{ "method": "GET", "n": [1, 2] },"none":null,"empty":""}"#.replace('\n', "").as_str(),
    );
    let known = "07:25:34.123 WARN  slow \"query\" took=1.5 path=\"/a b\" ok=true \
                 req={method:GET n:[1 2]} none=null empty=\"\"";
    assert_eq!(said, known);
    let nested = line(r#"{"msg":"a","x":{"":"","b c":"d e","f":"{g}","h":"=","i":[],"j":"k:l"}}"#);
    assert_eq!(nested, r#"a x={"":"" "b c":"d e" f:"{g}" h:= i:[] j:k:l}"#);
    // A message within a value is told once.
    let tracing =
        |fields: &str| line(&format!("{{\"level\":\"INFO\",\"fields\":{{{fields}}},\"target\":\"api\"}}"));
    assert_eq!(tracing(r#""message":"done","n":1"#), "INFO  done fields={n:1} target=api");
    assert_eq!(tracing(r#""message":"done""#), "INFO  done target=api");
    assert_eq!(tracing(r#""n":"done""#), "INFO  fields={n:done} target=api");
    // What is no level stays a value, and so does a second one of a name.
    assert_eq!(line(r#"{"level":"purple","msg":"a","x":1,"x":2}"#), "a level=purple x=1 x=2");
    // Times that none can hold are shown as they are written.
    let far = line(r#"{"time":"9999-12-31T23:59:59Z","level":"info","msg":"a"}"#);
    assert_eq!(far, "INFO  a time=9999-12-31T23:59:59Z");
    assert_eq!(line(r#"{"time":"0000-01-01T00:00:00Z","msg":"a"}"#), "a time=0000-01-01T00:00:00Z");
}

#[test]
fn escapes_that_hide_letters_are_read_on_one_line() {
    let said = line(
        r#"{"msg":"x","u":"\u00e9l\u00e8ve","path":"a\/b","k":{"n":"\ud83d\ude00"},"l":["\u003cb\u003e"]}"#,
    );
    assert_eq!(said, "x u=élève path=a/b k={n:😀} l=[<b>]");
    assert_eq!(line(r#"{"msg":"x","u":"\u65e5 \u672c"}"#), "x u=\"日 本\"");
    assert_eq!(line(r#"msg=x u="\u00e9""#), "x u=é");
    assert_eq!(pretty(r#"{"msg":"x","u":" \u00e9 "}"#), ["x", "  u: \" é \""]);
    // What would break out of its quotes, or is no letter, stays as it is written.
    for raw in
        [r#"a\u0022b"#, r#"a\u005cb"#, r#"a\\u00e9"#, r#"a\u001bb"#, r#"a\u0085b"#, r#"a\nb"#, r#"a\u00"#]
    {
        assert_eq!(line(&format!(r#"{{"msg":"x","u":"{raw}"}}"#)), format!(r#"x u="{raw}""#));
    }
}

#[test]
fn logfmt_and_what_containers_wrap_have_the_same_form() {
    let known = "07:25:34.000 ERROR out of stock order=7 why=\"a b\"";
    assert_eq!(line(r#"time=2026-11-21T07:25:34Z level=error msg="out of stock" order=7 why="a b""#), known);
    let inner =
        r#"{"time":"2026-11-21T07:25:34Z","level":"error","msg":"out of stock","order":7,"why":"a b"}"#;
    let cri = format!("2026-11-21T07:25:34.500Z stdout F {inner}");
    assert_eq!(line(&cri), format!("{known} stream=stdout"));
    let escaped = inner.replace('"', "\\\"");
    let docker = format!(r#"{{"log":"{escaped}\n","stream":"stderr","time":"2026-11-21T07:25:34.600Z"}}"#);
    assert_eq!(line(&docker), format!("{known} stream=stderr"));
    // Text that Docker wraps is shown as it was written, with the wrapper's time where it has none.
    let docker = |text: &str| {
        line(&format!(r#"{{"log":"{text}\n","stream":"stdout","time":"2026-11-21T07:25:34.600Z"}}"#))
    };
    assert_eq!(docker("ready\\tnow"), "07:25:34.600 ready now stream=stdout");
    let log4j = "2026-11-21 07:25:34,123 INFO [main] a.B - up";
    assert_eq!(docker(log4j), format!("{log4j} stream=stdout"));
}

#[test]
fn what_would_lose_something_is_shown_raw() {
    for raw in [
        "plain text",
        "2026-11-21 07:25:34,123 INFO [main] a.B - user=7 up",
        r#"{"a":1,"b":"#,
        r#"{"a":1} and more"#,
        "level=info msg=up and what is no pair",
        "level=info, msg=up",
        "",
        r#"{"a":1,}"#,
        r#"{"a":{"b":1,}}"#,
        r#"{"a":{"b" 1}}"#,
        r#"{"a":[1 2]}"#,
        r#"{"a":[1}}"#,
        r#"{"msg":"\ud800"}"#,
        r#"{"msg":"a","b":["\udc00x"]}"#,
        r#"{"msg":"a","\ud800":1}"#,
        r#"msg=a b="\ud800 x""#,
        r#"{"log":"a\ud800b\n","stream":"stdout","time":"2026-11-21T07:25:34.600Z"}"#,
        "{}",
    ] {
        assert_eq!(line(raw), "raw", "{raw}");
    }
    assert_eq!(formed(b"{\"msg\":\"\xff\",\"level\":\"info\"}", Way::Line, ""), None);
    assert_eq!(formed(b"{\"msg\":\"a\"}", Way::Raw, ""), None);
}

#[test]
fn no_line_is_an_empty_row() {
    assert_eq!(line(r#"{"msg":""}"#), r#"msg="""#);
    assert_eq!(pretty(r#"{"level":"info","message":"","a":1}"#), ["INFO ", r#"  message: """#, "  a: 1"]);
    assert_eq!(line(r#"level=info msg="""#), r#"INFO  msg="""#);
    assert_eq!(line(r#"{"msg":"�\ufffd"}"#), "��", "what was lost before is not lost here");
    for way in [Way::Line, Way::Pretty] {
        let hidden = formed(br#"{"level":"info","msg":"a","n":1}"#, way, "level message n").unwrap();
        assert_eq!(rows(&hidden), ["…"], "{way:?}");
        assert_eq!(rows(&formed(br#"{"msg":""}"#, way, "message").unwrap()), ["…"], "{way:?}");
    }
    // Its time stands before it already.
    let none = BTreeSet::new();
    let timed = Shape { timed: true, ..shape(Way::Line, &none) };
    let reader = Reader::new(Clock::new(TimeZone::UTC, Time(1_795_245_934_000_000_000)), Vec::new());
    let raw = br#"{"time":"2026-11-21T07:25:34Z"}"#;
    assert_eq!(form(raw, &reader.reading().read(raw), &timed).unwrap().text, "");
}

#[test]
fn nothing_of_a_value_reaches_the_screen_as_a_control() {
    let said = line("{\"msg\":\"a\\nb\\u001b[2J\u{202e}c\",\"x\\u0007\":\"y\\u0007\"}");
    assert!(said.starts_with("a\\nb^[[2J<U+202E>c "), "{said}");
    assert!(!said.chars().any(char::is_control), "{said}");
    let form = formed(b"{\"msg\":\"\\u001b[31mred\\u001b[0m\",\"n\":1}", Way::Line, "").unwrap();
    assert_eq!(form.text, "red n=1");
    assert!(matches!(form.spans[0].class, Class::Sgr(_)));
}

#[test]
fn a_line_is_folded_out_with_what_is_nested_indented() {
    let rows = pretty(
        r#"{"time":"2026-11-21T07:25:34Z","level":"error","msg":"it broke","req":{"method":"POST","tags":["a","b"],"by":{}},
"items":[{"id":1},{"id":2}],"stack":"java.lang.X: no\n\tat a.b(C.java:1)\n","n":3}"#.replace('\n', "").as_str(),
    );
    let known = [
        "07:25:34.000 ERROR it broke",
        "  req:",
        "    method: POST",
        "    tags: [a b]",
        "    by: {}",
        "  items:",
        "    -",
        "      id: 1",
        "    -",
        "      id: 2",
        "  stack:",
        "    java.lang.X: no",
        "     at a.b(C.java:1)",
        "  n: 3",
    ];
    assert_eq!(rows, known);
    assert_eq!(pretty("level=info msg=\"one\\ntwo\" a=b"), ["INFO  one", "  two", "  a: b"]);
}

#[test]
fn rows_are_bounded_and_say_how_many_more_there_would_be() {
    let members: Vec<String> = (0..300).map(|n| format!("\"k{n}\":{n}")).collect();
    let rows = pretty(&format!("{{\"msg\":\"many\",{}}}", members.join(",")));
    assert_eq!(rows.len(), ROWS);
    assert_eq!(rows[0], "many");
    assert_eq!(rows[ROWS - 1], "  … 102 more rows");
}

#[test]
fn hidden_values_are_left_out_nested_ones_too() {
    let text = br#"{"time":"2026-11-21T07:25:34Z","level":"info","msg":"up","req":{"id":7,"by":{"ip":"::1","x":[1]}},"a":1}"#;
    let said = |hidden: &str, way| formed(text, way, hidden).unwrap();
    let line = |hidden: &str| said(hidden, Way::Line).text;
    assert_eq!(line("time a req"), "INFO  up");
    assert_eq!(line("level message req.id req.by.ip a"), "07:25:34.000 req={by:{x:[1]}}");
    assert_eq!(line("msg req"), "07:25:34.000 INFO  up a=1", "a message goes by the name of its part");
    let form = said("time level req.by a", Way::Pretty);
    assert_eq!(rows(&form), ["up", "  req:", "    id: 7"]);
}

#[test]
fn spans_say_what_is_time_level_and_key() {
    let form = formed(br#"{"time":"2026-11-21T07:25:34Z","level":"error","msg":"no","a":1}"#, Way::Line, "");
    let form = form.unwrap();
    let said: Vec<(&str, Class)> =
        form.spans.iter().map(|span| (&form.text[span.range.clone()], span.class)).collect();
    let known = [
        ("07:25:34.000", Class::Time),
        ("ERROR", Class::Level(Level::Error)),
        ("a", Class::Key),
        ("=", Class::Punctuation),
    ];
    assert_eq!(said, known);
}

#[test]
fn hostile_lines_are_shown_raw_and_cost_nothing() {
    let deep = |open: &str, close: &str, n: usize| {
        format!("{{\"msg\":\"a\",\"x\":{}1{}}}", open.repeat(n), close.repeat(n))
    };
    let began = Instant::now();
    for way in [Way::Line, Way::Pretty] {
        assert_eq!(formed(deep("[", "]", 10_000).as_bytes(), way, ""), None);
        assert_eq!(formed(deep("{\"a\":", "}", 8_000).as_bytes(), way, "x.a.a"), None);
        let large = format!("{{\"msg\":\"{}\"}}", "x".repeat(10 << 20));
        assert_eq!(formed(large.as_bytes(), way, ""), None);
        assert!(formed(deep("[", "]", 60).as_bytes(), way, "x.0.0.0").is_some());
        let many = format!("{{{}\"z\":1}}", "\"a\":1,".repeat(10_000));
        assert!(formed(many.as_bytes(), way, "a.b c").is_some());
        let empty = format!("{{\"a\":[{}1]}}", "[],".repeat(20_000));
        assert!(formed(empty.as_bytes(), way, "a.7").is_some());
    }
    // Generous, for a busy machine; what is not linear takes minutes.
    assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
}

fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        "[ -~\\n\\t\u{0}é日\u{202e}]{0,9}".prop_map(|text| format!("{text:?}")),
        any::<i32>().prop_map(|number| number.to_string()),
        Just("true".to_owned()),
        Just("null".to_owned()),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let member = ("[a-c.=\" ]{0,3}", inner.clone()).prop_map(|(key, value)| format!("{key:?}: {value}"));
        prop_oneof![
            prop::collection::vec(inner, 0..4).prop_map(|all| format!("[{}]", all.join(", "))),
            prop::collection::vec(member, 0..4).prop_map(|all| format!("{{{}}}", all.join(","))),
        ]
    })
}

proptest! {
    #[test]
    fn a_form_is_whole(
        keys in prop::collection::vec(("time|level|msg|a|b.c|fields", json()), 1..6),
        way in prop::sample::select(vec![Way::Line, Way::Pretty]),
        hidden in "(a|b|time|level|message|fields.a| ){0,4}",
        cut in 0usize..400,
    ) {
        let members: Vec<String> = keys.iter().map(|(key, value)| format!("\"{key}\":{value}")).collect();
        let text = format!("{{{}}}", members.join(","));
        for line in [text.as_bytes(), &text.as_bytes()[..cut.min(text.len())]] {
            let Some(form) = formed(line, way, &hidden) else { continue };
            prop_assert!(!form.rows.is_empty() && form.rows.len() <= ROWS);
            prop_assert!(way == Way::Pretty || form.rows.len() == 1);
            // Rows and spans cover the text in order, on the borders of characters, and nothing of it is a control.
            prop_assert_eq!(rows(&form).concat(), form.text.clone());
            prop_assert!(form.spans.windows(2).all(|two| two[0].range.end <= two[1].range.start));
            prop_assert!(form.spans.iter().all(|span| form.text.get(span.range.clone()).is_some()));
            prop_assert!(!form.text.chars().any(|c| c.is_control()));
        }
    }

    #[test]
    fn nothing_is_lost_on_one_line(values in prop::collection::vec("[a-z]{5,9}", 1..8)) {
        let members: Vec<String> =
            values.iter().enumerate().map(|(n, value)| format!("\"k{n}\":{{\"m\":[\"{value}\"]}}")).collect();
        let form = formed(format!("{{{}}}", members.join(",")).as_bytes(), Way::Line, "").unwrap();
        prop_assert!(values.iter().all(|value| form.text.contains(value.as_str())), "{}", form.text);
    }
}
