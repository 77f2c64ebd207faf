//! Answers queries with what a line says.

use std::borrow::Cow;

use super::facts::{Facts, Reader};
use crate::core::read::{Level, Reading, Said, Time};

/// A line, and what it says.
struct Understood<'l> {
    text: &'l [u8],
    said: Said<'l>,
}

impl Reader for Reading {
    fn read<'l>(&'l self, line: &'l [u8]) -> Box<dyn Facts + 'l> {
        Box::new(Understood { text: line, said: Reading::read(self, line) })
    }

    fn level(&self, line: &[u8]) -> Option<Level> {
        Reading::level(self, line)
    }

    fn begins(&self, line: &[u8]) -> bool {
        Reading::begins(self, line)
    }

    fn names(&self, field: &str) -> bool {
        Reading::names(self, field)
    }

    fn names_in(&self, line: &[u8], field: &str) -> bool {
        Reading::names_in(self, line, field)
    }
}

impl Facts for Understood<'_> {
    fn text(&self) -> &[u8] {
        self.text
    }
    fn level(&self) -> Option<Level> {
        self.said.level
    }
    fn time(&self) -> Option<Time> {
        self.said.time
    }
    fn field(&self, name: &str) -> Option<Cow<'_, str>> {
        self.said.field(name)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::core::query::tests::samples::now;
    use crate::core::query::{Asked, Query, Unread};
    use crate::core::read::{Clock, Learner};

    /// What a line says, without a glance at it first.
    struct Plain<'l>(Said<'l>);
    impl Facts for Plain<'_> {
        fn text(&self) -> &[u8] {
            self.0.line()
        }
        fn level(&self) -> Option<Level> {
            self.0.level
        }
        fn time(&self) -> Option<Time> {
            self.0.time
        }
        fn field(&self, name: &str) -> Option<Cow<'_, str>> {
            self.0.field(name)
        }
    }

    fn line() -> impl Strategy<Value = String> {
        let value = prop_oneof![
            "[0-9]{1,4}",
            "[0-9]{1,3}(ms|s|k|.)",
            "[a-z500]{0,4}[,;.)]?",
            "\"[a-z5 \\\\\"]{0,5}\""
        ];
        let pair =
            (prop::sample::select(vec!["status", "took", "user", "a.status", "stream"]), value.clone());
        let pair = pair.prop_map(|(key, value)| format!("{key}={value}"));
        let member = (prop::sample::select(vec!["status", "took", "user", "a"]), value);
        let member = member.prop_map(|(key, value)| match value.parse::<u32>() {
            Ok(number) => format!("\"{key}\":{number}"),
            Err(_) => format!("\"{key}\": \"{}\"", value.trim_matches(['"', '\\'])),
        });
        let object =
            prop::collection::vec(member, 0..4).prop_map(|members| format!("{{{}}}", members.join(",")));
        let words =
            prop::collection::vec(prop_oneof![pair, "[a-z]{1,6}"], 0..5).prop_map(|words| words.join(" "));
        let says = prop_oneof![words, object];
        let opening = prop::sample::select(vec![
            "",
            "2026-11-21T07:25:34Z INFO ",
            "2026-11-21T07:25:34.1Z stdout F ",
            "Nov 21 07:25:34 web1 shop[500]: ",
            r#"10.0.0.1 - - [21/Nov/2026:07:25:34 +0000] "GET /a?status=200 HTTP/1.1" 500 17 "#,
            "web-1  | ",
        ]);
        (opening, says, prop::bool::ANY).prop_map(|(opening, says, docker)| match docker {
            false => format!("{opening}{says}"),
            true => {
                let inner = serde_json::to_string(&format!("{opening}{says}\n")).unwrap();
                format!(r#"{{"log":{inner},"stream":"stdout","time":"2026-11-21T07:25:34.1Z"}}"#)
            }
        })
    }

    proptest! {
        #[test]
        fn no_line_is_passed_over_that_says_what_is_asked_for(
            lines in prop::collection::vec(line(), 1..8),
            query in prop::sample::select(vec![
                "status=500", "status>=400", "status!=200", "status~5", "took>1s", "took=5ms", "user=a", "user~a",
                "stream=stdout", "a.status=500", "status=500 | took>10ms",
            ]),
        ) {
            use crate::core::filter::{Chain, Kind, Term};
            use std::sync::Arc;
            let mut learner = Learner::new(Clock::new(jiff::tz::TimeZone::UTC, Time(0)), &[], None);
            let text = lines.iter().fold(String::new(), |text, line| text + line + "\n");
            learner.look(text.as_bytes());
            let reader: Arc<dyn Reader> = learner.reading().clone();
            let asked = Asked::new(Query::parse(query).unwrap(), &now());
            let chain = Chain { terms: vec![Term::new(Kind::Keep, asked.clone())], off: false };
            let mut found = Vec::new();
            chain.filter().unwrap().read_by(&reader).scan(text.as_bytes(), &mut |at| found.push(at));
            let mut expected = Vec::new();
            let mut at = 0;
            for line in &lines {
                let said = learner.reading().read(line.as_bytes());
                if asked.check().holds(&Plain(said)) {
                    expected.push(at);
                }
                at += line.len() + 1;
            }
            prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn who_reads_nothing_has_no_fields() {
        let facts = Unread.read(b"status=500");
        assert_eq!((facts.level(), facts.field("status")), (None, None));
    }
}
