use std::borrow::Cow;
use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::core::query::Facts;
use crate::core::query::tests::samples::{Line, Reads, line, now, query_text};
use crate::core::read::{Level, Time};

fn term((kind, source): (Kind, &str)) -> Term {
    let odd = ODD.iter().position(|odd| *odd == source).map(|i| COMPILED[i].clone());
    Term::new(kind, odd.unwrap_or_else(|| Pattern::new(source).unwrap()))
}

fn chain(terms: &[(Kind, &str)]) -> Chain {
    Chain { terms: terms.iter().copied().map(term).collect(), off: false }
}

fn scanned(filter: &Filter, lines: &[u8]) -> Vec<usize> {
    let mut found = Vec::new();
    filter.scan(lines, &mut |at| found.push(at));
    found
}

/// The same, line by line.
fn one_by_one(filter: &Filter, lines: &[u8]) -> Vec<usize> {
    let mut at = 0;
    let mut found = Vec::new();
    for line in lines.split_inclusive(|&b| b == b'\n') {
        if filter.keeps(content(line)) {
            found.push(at);
        }
        at += line.len();
    }
    found
}

fn kept(terms: &[(Kind, &str)], lines: &str) -> Vec<String> {
    let filter = chain(terms).filter().unwrap();
    let all: Vec<&str> = lines.split_inclusive('\n').collect();
    let starts = scanned(&filter, lines.as_bytes());
    assert_eq!(starts, one_by_one(&filter, lines.as_bytes()));
    let mut at = 0;
    let mut texts = Vec::new();
    for line in all {
        if starts.contains(&at) {
            texts.push(line.trim_end().to_owned());
        }
        at += line.len();
    }
    texts
}

#[test]
fn terms_apply_from_left_to_right() {
    use Kind::{Drop, Keep, Or};
    let log = "a\nb\nab\nabc\nc\n";
    assert_eq!(kept(&[(Keep, "a")], log), ["a", "ab", "abc"]);
    assert_eq!(kept(&[(Drop, "a")], log), ["b", "c"]);
    assert_eq!(kept(&[(Or, "a")], log), ["a", "ab", "abc"]);
    assert_eq!(kept(&[(Keep, "a"), (Drop, "b"), (Or, "c")], log), ["a", "abc", "c"]);
    assert_eq!(kept(&[(Keep, "a"), (Or, "c"), (Drop, "b")], log), ["a", "c"]);
    assert_eq!(kept(&[(Drop, "a"), (Or, "abc")], log), ["b", "abc", "c"]);
    assert_eq!(kept(&[(Drop, "a"), (Keep, "b")], log), ["b"]);
    assert_eq!(kept(&[(Keep, "a"), (Keep, "b")], log), ["ab", "abc"]);
    assert_eq!(kept(&[(Or, "a"), (Or, "c"), (Keep, "b")], log), ["ab", "abc"]);
}

#[test]
fn what_is_off_has_no_effect() {
    let mut chain = chain(&[(Kind::Drop, "a"), (Kind::Or, "b")]);
    chain.terms[0].on = false;
    assert_eq!(scanned(&chain.filter().unwrap(), b"a\nb\nc\n"), [2]);
    let search = Filter::search(&chain, Pattern::new("[cd]").unwrap());
    assert_eq!(scanned(&search, b"bd\nc\nb\n"), [0]);
    chain.off = true;
    assert!(chain.filter().is_none());
    assert_eq!(scanned(&Filter::search(&chain, Pattern::new("[cd]").unwrap()), b"bd\nc\nb\n"), [0, 3]);
    assert!(Chain::default().filter().is_none());
}

#[test]
fn colours_and_endings_are_not_matched() {
    let log = b"\x1b[31mer\x1b[0mror\r\nplain error\r\n3[1m\nno\x1b[31mend\n";
    let filter = |source| chain(&[(Kind::Keep, source)]).filter().unwrap();
    assert_eq!(scanned(&filter("^error$"), log), [0]);
    assert_eq!(scanned(&filter("error$"), log), [0, 16]);
    assert_eq!(scanned(&filter("31m"), log), Vec::<usize>::new());
    assert_eq!(scanned(&filter("\\r"), b"a\r\nb\rc\r\n"), [3]);
    assert_eq!(scanned(&filter("noend"), log), [34]);
}

#[test]
fn only_the_first_mebibyte_of_a_line_is_matched() {
    let mut log = b"needle at once\n".to_vec();
    log.resize(15 + LINE_MAX - 3, b'x');
    log.extend_from_slice(b"needle\n");
    let late = log.len();
    log.extend_from_slice(b"another needle\n");
    let filter = chain(&[(Kind::Keep, "needle")]).filter().unwrap();
    assert_eq!(scanned(&filter, &log), [0, late]);
    let cut = chain(&[(Kind::Keep, "xneed?$")]).filter().unwrap();
    assert_eq!(scanned(&cut, &log), one_by_one(&cut, &log));
    let drop = chain(&[(Kind::Drop, "needle")]).filter().unwrap();
    assert_eq!(scanned(&drop, &log), [15]);
}

/// Patterns that have surprised line matchers before.
const ODD: &[&str] = &[
    "a",
    "ab",
    "^$",
    "^",
    "$",
    "",
    r"\s",
    r"\S",
    "[^a]",
    "(?i)A",
    r"\b",
    r"\B",
    r"\ba",
    "a|",
    "|",
    "(|a)b",
    "^a|b$",
    r"\Aa",
    r"a\z",
    "(?-m)^b",
    "(?R)b$",
    "(?s).b",
    r"\r",
    "a.b",
    "é",
    r"\w\W",
    "(?-u)[^a]",
    r"(?-u)\xff",
    r"\d+x",
    "[[:cntrl:]]",
    "x*",
    r"\b{start}a",
    r"\b{end-half}",
    r"(?-u:\B)",
    "(?U)a+",
    "m",
    "ERR",
    r"^\s*$",
    r"[^\n]b",
    r"a\x20b",
];

static COMPILED: LazyLock<Vec<Pattern>> =
    LazyLock::new(|| ODD.iter().map(|source| Pattern::new(source).unwrap()).collect());

fn some_lines() -> impl Strategy<Value = Vec<u8>> {
    let pieces: Vec<&'static [u8]> = vec![
        b"a",
        b"b",
        b"ab",
        b" ",
        b"\n",
        b"\n",
        b"\r\n",
        b"\r",
        b"\x1b[31m",
        b"\x1b[",
        b"\x1b",
        b"m",
        b"\xff",
        b"\xc3",
        b"\xc3\xa9",
        b"\0",
        b"ERR",
        b"9x",
        b"\n\n",
        b"1;2",
    ];
    prop::collection::vec(prop::sample::select(pieces), 0..40).prop_map(|pieces| pieces.concat())
}

/// Patterns that are looked for in lower case first, wholly or in part.
const CASELESS: &[&str] = &[
    "er9k",
    "er9er9",
    "^er9er9$",
    "desk",
    "(?-i)desk",
    "(?-u)desk",
    "(?-u:k)er9-",
    "(?i)DESK",
    "(?i:de)SK",
    "er9-k",
    "er9-+k",
    r"\Aer9-.",
    r"\ber9-\b|",
    "(er)(9-k)?er9-",
    "(?:desk)+er",
    "deſk",
    "é9-er",
    "k9-9-",
    r"\x45r9-",
];

static CASELESS_COMPILED: LazyLock<Vec<Pattern>> =
    LazyLock::new(|| CASELESS.iter().map(|source| Pattern::new(source).unwrap()).collect());

/// Lines of their pieces, with the letters from outside of ASCII that are `k` and `s` to them.
fn some_spellings() -> impl Strategy<Value = Vec<u8>> {
    let pieces = vec![
        "er", "Er", "9", "9-", "de", "DE", "s", "S", "ſ", "k", "K", "\u{212a}", "k", "K", "É", "é", "\n",
        "\r\n", "\x1b[1m",
    ];
    let piece = prop::sample::select(pieces);
    let word = prop::sample::select(vec![
        "desk",
        "DEſK",
        "Des\u{212a}",
        "ER9eR9",
        "er9-k",
        "Er9k",
        "er9-er9-",
        "k9-9-",
    ]);
    prop::collection::vec(prop_oneof![piece, word], 0..30).prop_map(|pieces| pieces.concat().into_bytes())
}

fn some_terms() -> impl Strategy<Value = Vec<(Kind, &'static str)>> {
    let kind = prop::sample::select(vec![Kind::Keep, Kind::Drop, Kind::Or]);
    prop::collection::vec((kind, prop::sample::select(ODD)), 1..5)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]
    #[test]
    fn a_buffer_is_scanned_as_its_lines_are_matched(terms in some_terms(), lines in some_lines()) {
        let filter = chain(&terms).filter().unwrap();
        prop_assert_eq!(scanned(&filter, &lines), one_by_one(&filter, &lines));
    }

    #[test]
    fn no_spelling_is_missed(
        terms in prop::collection::vec((prop::bool::ANY, 0..CASELESS.len()), 1..4),
        lines in some_spellings(),
    ) {
        let kind = |keep| if keep { Kind::Keep } else { Kind::Drop };
        let terms = terms.into_iter();
        let terms = terms.map(|(keep, i)| Term::new(kind(keep), CASELESS_COMPILED[i].clone()));
        let filter = Chain { terms: terms.collect(), off: false }.filter().unwrap();
        prop_assert_eq!(scanned(&filter, &lines), one_by_one(&filter, &lines));
    }

    #[test]
    fn plain_buffers_too(terms in some_terms(), lines in some_lines()) {
        let lines: Vec<u8> = lines.into_iter().filter(|b| !b"\x1b\r".contains(b)).collect();
        let filter = chain(&terms).filter().unwrap();
        prop_assert_eq!(scanned(&filter, &lines), one_by_one(&filter, &lines));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    #[test]
    fn a_large_buffer_is_scanned_as_its_lines_are_matched(
        terms in some_terms(),
        lines in prop::collection::vec((some_lines(), 1usize..2000), 1..8),
    ) {
        let lines: Vec<u8> = lines.into_iter().flat_map(|(piece, times)| piece.repeat(times)).collect();
        let filter = chain(&terms).filter().unwrap();
        prop_assert_eq!(scanned(&filter, &lines), one_by_one(&filter, &lines));
    }
}

/// A chain of regexes and of the parts of queries.
fn some_questions() -> impl Strategy<Value = Vec<Term>> {
    let kind = prop::sample::select(vec![Kind::Keep, Kind::Drop, Kind::Or]);
    let asked = |text: String| Query::parse(&text).map(|query| Asked::new(query, &now()).into());
    let regexes = prop::sample::select(vec!["500", "so|a b", "^\\{", "status"]);
    let regex = regexes.prop_map(|regex| Test::from(Pattern::new(regex).unwrap()));
    let question = query_text().prop_filter_map("no query", move |text| asked(text).ok());
    let test = prop_oneof![1 => regex, 3 => question];
    prop::collection::vec((kind, test).prop_map(|(kind, test)| Term::new(kind, test)), 1..4)
}

proptest! {
    #[test]
    fn no_line_is_missed_that_would_be_kept_when_read(
        terms in some_questions(),
        lines in prop::collection::vec(line(), 0..12),
        ending in prop::sample::select(vec!["\n", "\r\n", "\x1b[0m\n"]),
        named in any::<bool>(),
    ) {
        let reader: Arc<dyn Reader> = Arc::new(Reads { named });
        let filter = Chain { terms: terms.clone(), off: false }.filter().unwrap().read_by(&reader);
        let log = lines.iter().flat_map(|line| [line, ending.as_bytes()].concat()).collect::<Vec<u8>>();
        let mut at = 0;
        let mut kept = Vec::new();
        for line in &lines {
            let facts = Line::of(line);
            let said = |test: &Test| match test {
                Test::Pattern(pattern) => pattern.is_match(line),
                Test::Query(asked) => asked.check().holds(&facts),
            };
            let keeps = terms.iter().enumerate().fold(true, |kept, (i, term)| match term.kind {
                Kind::Keep => kept && said(&term.test),
                Kind::Drop => kept && !said(&term.test),
                Kind::Or => kept && i > 0 || said(&term.test),
            });
            if keeps {
                kept.push(at);
            }
            at += line.len() + ending.len();
        }
        prop_assert_eq!(&scanned(&filter, &log), &kept);
        prop_assert_eq!(&scanned(&filter.own(), &log), &kept);
        prop_assert_eq!(one_by_one(&filter, &log), kept);
    }
}

/// A record as it is asked: its first line, and the text of all.
struct Record<'l> {
    head: Line<'l>,
    lines: &'l [Vec<u8>],
}

impl Facts for Record<'_> {
    fn text(&self) -> &[u8] {
        self.head.text()
    }
    fn level(&self) -> Option<Level> {
        self.head.level()
    }
    fn time(&self) -> Option<Time> {
        self.head.time()
    }
    fn field(&self, name: &str) -> Option<Cow<'_, str>> {
        self.head.field(name)
    }
    fn shows(&self, pattern: &Pattern) -> bool {
        self.lines.iter().any(|line| pattern.is_match(line))
    }
}

proptest! {
    #[test]
    fn no_record_is_missed_that_would_be_kept_when_read(
        terms in some_questions(),
        records in prop::collection::vec(prop::collection::vec(line(), 1..4), 0..8),
        ending in prop::sample::select(vec!["\n", "\r\n", "\x1b[0m\n"]),
        named in any::<bool>(),
    ) {
        let reader: Arc<dyn Reader> = Arc::new(Reads { named });
        let filter = Chain { terms: terms.clone(), off: false }.filter().unwrap().read_by(&reader);
        let (mut log, mut kept, mut heads) = (Vec::new(), Vec::new(), Vec::new());
        for mut lines in records {
            // What is indented continues; a line of the samples may begin with a blank itself.
            if matches!(lines[0].first(), None | Some(b' ' | b'\t')) {
                lines[0].insert(0, b'x');
            }
            lines[1..].iter_mut().for_each(|line| line.insert(0, b' '));
            let record = Record { head: Line::of(&lines[0]), lines: &lines };
            let said = |test: &Test| match test {
                Test::Pattern(pattern) => record.shows(pattern),
                Test::Query(asked) => asked.check().holds(&record),
            };
            let keeps = terms.iter().enumerate().fold(true, |kept, (i, term)| match term.kind {
                Kind::Keep => kept && said(&term.test),
                Kind::Drop => kept && !said(&term.test),
                Kind::Or => kept && i > 0 || said(&term.test),
            });
            let head = log.len();
            for line in &lines {
                if keeps {
                    kept.push(log.len());
                }
                log.extend_from_slice(line);
                log.extend_from_slice(ending.as_bytes());
            }
            heads.extend(keeps.then_some(head));
            if let Some(foreseen) = filter.foresees(&log[head..]) {
                prop_assert_eq!(foreseen, keeps);
            }
        }
        prop_assert_eq!(scanned(&filter.folded(Grain::Record, false), &log), kept);
        prop_assert_eq!(scanned(&filter.folded(Grain::Head, false), &log), heads);
    }
}

#[test]
fn the_parts_of_a_query_are_terms() {
    let query = Query::parse("status=500 !health /time.*out/ !(a | b)").unwrap();
    let terms: Vec<Term> = query.parts().iter().map(|part| Term::of_part(part, &now())).collect();
    let kinds: Vec<Kind> = terms.iter().map(|term| term.kind).collect();
    assert_eq!(kinds, [Kind::Keep, Kind::Drop, Kind::Keep, Kind::Drop]);
    assert!(matches!(&terms[2].test, Test::Pattern(pattern) if pattern.source() == "time.*out"));
    let mut chain = Chain { terms, off: false };
    let reader: Arc<dyn Reader> = Arc::new(Reads { named: true });
    let log = b"{\"status\":500,\"msg\":\"timed out\"}\n{\"status\":500}\n{\"status\":50}\n";
    let kept = |chain: &Chain| scanned(&chain.filter().unwrap().read_by(&reader), log);
    assert_eq!(kept(&chain), Vec::<usize>::new());
    chain.terms[3].on = false;
    assert_eq!(kept(&chain), [0]);
    chain.terms[2].on = false;
    assert_eq!(kept(&chain), [0, 33]);
    assert_eq!(scanned(&chain.filter().unwrap(), log), Vec::<usize>::new());
}

#[test]
fn no_spelling_of_a_field_is_passed_over() {
    for (query, line) in [
        ("status=500", r#"{"status":500}"#),
        ("status=500", r#"{"status" : "0500"}"#),
        ("status=500", r#"{"status":"+500.0"}"#),
        ("status=500", r#"{"status":"\u0035\u0030\u0030"}"#),
        ("status=500", r#"{"st\u0061tus":500}"#),
        ("a.status=500", r#"{"a":{"status":500}}"#),
        ("nothing | status=500", r#"{"st\u0061tus":500}"#),
        ("status=\"500\"", r#"{"x":"status","status":"50\u0030"}"#),
        ("status>=5", r#"{"status":5e0}"#),
        ("took>1s", r#"{"took":"2 s"}"#),
        ("took>1s", r#"{"took":"1m30s"}"#),
        ("took>1s", r#"{"took":"\u0032s"}"#),
        ("user=desk", "{\"user\":\"DES\u{212a}\"}"),
        ("user=Desk", r#"{"user":"\u0044esk"}"#),
        ("path=/cart", r#"{"path":"\/cart"}"#),
        ("msg~time.out", r#"{"msg":"time\/out"}"#),
        ("msg~/timeout|refused/", r#"{"msg":"Re\u0046used"}"#),
        ("msg=\"say \\\"hi\\\"\"", r#"{"msg":"say \"hi\""}"#),
        ("msg=\":x\"", r#"{"msg":":x"}"#),
        ("aa=5", r#"{"aaa":4,"aa":5}"#),
    ] {
        let asked = Asked::new(Query::parse(query).unwrap(), &now());
        let chain = Chain { terms: vec![Term::new(Kind::Keep, asked)], off: false };
        for named in [true, false] {
            let reader: Arc<dyn Reader> = Arc::new(Reads { named });
            let filter = chain.filter().unwrap().read_by(&reader);
            let log = format!("{{}}\n{line}\n{{\"x\":1}}\n");
            assert_eq!(scanned(&filter, log.as_bytes()), [3], "{query}: {line}");
            assert!(filter.keeps(line.as_bytes()), "{query}: {line}");
        }
    }
}
