use proptest::prelude::*;

use super::super::{Bound, found};
use super::*;

fn rule(pattern: &str, groups: &[(usize, u16)]) -> Rule {
    let pattern = Outline::read(pattern).unwrap();
    Rule { pattern, line: None, groups: groups.to_vec(), when: None, priority: 0 }
}

/// `text` with the number of the look below every byte.
fn looks(text: &str, rules: Vec<Rule>) -> (Option<u16>, String) {
    let marks = Rules::new(rules).marks(text, &Choice::All);
    let mut below = vec![b'.'; text.len()];
    for Span { range, class } in marks.spans {
        let Class::Rule(look) = class else { panic!("{class:?}") };
        below[range].fill(b'0' + look as u8);
    }
    (marks.line, String::from_utf8(below).unwrap())
}

#[test]
fn later_rules_win_and_higher_priority_more_so() {
    let rules = || vec![rule("error.*", &[(0, 0)]), rule("[0-9]", &[(0, 1)]), rule("nothing", &[(0, 2)])];
    assert_eq!(looks("disk error 5", rules()), (None, ".....0000001".to_owned()));
    let mut first = rules();
    first[0].priority = 1;
    assert_eq!(looks("disk error 5", first).1, ".....0000000");
}

#[test]
fn groups_have_looks_of_their_own() {
    let took = rule(r"took (?<ms>\d+)(ms)?", &[(0, 0), (1, 1), (2, 2)]);
    assert_eq!(looks("a took 37ms, took 5", vec![took]).1, "..000001122..000001");
}

#[test]
fn rules_that_differ_by_threshold_colour_what_is_beyond_it() {
    let slow = |limit: &str, look| {
        let mut when = When::new(1, "ms");
        when.add(Bound::AtLeast, limit);
        Rule { when: Some(when), ..rule(r"(?<ms>\d+)ms", &[(0, look)]) }
    };
    let rules = || vec![slow("200", 0), slow("500", 1)];
    assert_eq!(looks("9ms 200ms 499ms 500ms", rules()).1, "....00000.00000.11111");
    assert_eq!(Rules::new(rules()).patterns.len(), 1, "one pattern serves both");
}

#[test]
fn a_whole_line_has_its_look_beneath_what_matches() {
    let line = |pattern: &str, look| Rule { line: Some(look), ..rule(pattern, &[]) };
    let rules = || vec![rule("[0-9]+", &[(0, 0)]), line("WARN", 1), line("disk", 2)];
    assert_eq!(looks("WARN 12", rules()), (Some(1), ".....00".to_owned()));
    assert_eq!(looks("WARN disk 12", rules()), (Some(2), "..........00".to_owned()));
    assert_eq!(looks("disc 12", rules()), (None, ".....00".to_owned()));
    let mut high = rules();
    high[1].priority = 1;
    assert_eq!(looks("WARN disk 12", high), (Some(1), "............".to_owned()), "it hides what is lower");
    assert_eq!(looks("", vec![line("^$", 3)]).0, Some(3));
}

#[test]
fn a_whole_line_may_depend_on_a_number() {
    let mut when = When::new(1, "1");
    when.add(Bound::Above, "1s");
    let slow = Rule { line: Some(1), when: Some(when), ..rule(r"took (\S+)", &[(1, 2)]) };
    assert_eq!(looks("took 2s", vec![slow.clone()]), (Some(1), ".....22".to_owned()));
    assert_eq!(looks("took 2ms", vec![slow]), (None, "........".to_owned()));
}

#[test]
fn a_look_of_what_has_no_text_leaves_the_line_its_own() {
    let empty = Rule { line: Some(1), ..rule("^", &[(0, 0)]) };
    assert_eq!(looks("disk", vec![empty]), (Some(1), "....".to_owned()));
}

#[test]
fn only_chosen_rules_apply() {
    let rules = Rules::new(vec![rule("a", &[(0, 0)]), rule("aa", &[(0, 1)])]);
    let spans = |choice: &[bool]| rules.marks("aaa", &Choice::Some(choice.into())).spans.len();
    assert_eq!((spans(&[true, false]), spans(&[false, true]), spans(&[false, false])), (3, 1, 0));
}

#[test]
fn letters_that_fold_to_ascii_are_found() {
    assert_eq!(looks("4\u{212a}B di\u{17f}k", vec![rule("kb disk", &[(0, 1)])]).1, ".1111111111");
    assert_eq!(looks("DISK", vec![rule("disk", &[(0, 1)])]).1, "1111");
    assert_eq!(looks("DISK", vec![rule("Disk", &[(0, 1)])]).1, "....");
}

/// Every pattern is run over every line.
fn naive(text: &str, rules: &[Rule]) -> Vec<Span> {
    let layers: Vec<Vec<Span>> = rules
        .iter()
        .map(|rule| found(text, &Pattern::new(rule.pattern.source()).unwrap(), Class::Rule(rule.groups[0].1)))
        .collect();
    merge(&layers.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

fn pattern() -> impl Strategy<Value = String> {
    let word = || prop::sample::select(vec!["ab", "abk", "Sk", "(?i)SKA", "b+", "日a", "ſk", "k", "[Kk]a"]);
    let piece = prop_oneof![
        word().prop_map(str::to_owned),
        (word(), word()).prop_map(|(a, b)| format!("({a}|{b})")),
        (word(), word()).prop_map(|(a, b)| format!("{a}.*{b}")),
        word().prop_map(|a| format!("(?:{a})?")),
        word().prop_map(|a| format!(r"\b(?:{a}){{1,2}}")),
        Just("[^b]".to_owned()),
        Just(r"\w".to_owned()),
        Just("^".to_owned()),
        Just("$".to_owned()),
    ];
    prop::collection::vec(piece, 1..4).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn a_line_looks_as_if_every_rule_had_been_tried(
        patterns in prop::collection::vec(pattern(), 0..12),
        text in "[abkskKSſK日 .é]{0,24}",
    ) {
        let rules: Vec<Rule> =
            patterns.iter().zip(0..).map(|(pattern, look)| rule(pattern, &[(0, look)])).collect();
        let expected = naive(&text, &rules);
        prop_assert_eq!(Rules::new(rules).marks(&text, &Choice::All).spans, expected);
    }
}

fn bound() -> impl Strategy<Value = Bound> {
    prop::sample::select(vec![Bound::Above, Bound::AtLeast, Bound::Below, Bound::AtMost])
}

/// A condition on a number: a limit, two, or none; mostly in one scale.
fn condition() -> impl Strategy<Value = When> {
    let bare = vec!["0", "5", "5.0", "20", "-5", "1e1", "0.1", "0.2"];
    let limit = prop_oneof![
        prop::sample::select(bare),
        prop::sample::select(vec!["10ms", "0.01s", "5 s", "-1s", "5kB", "20 MiB"]),
    ];
    let bounds = prop::collection::vec((bound(), limit), 0..3);
    (0usize..3, prop::sample::select(vec!["ms", "n"]), bounds).prop_map(|(group, called, bounds)| {
        let mut when = When::new(group, called);
        bounds.into_iter().for_each(|(bound, limit)| when.add(bound, limit));
        when
    })
}

/// Rules of few patterns: groups, thresholds, whole lines, priorities; and which of them are chosen.
fn thresholds() -> impl Strategy<Value = (Vec<Rule>, Vec<bool>)> {
    let pattern = prop::sample::select(vec![
        r"([0-9]+)(ms)?",
        r"a([0-9]+)",
        r"(b)([0-9])",
        r"(-?[0-9.]+(?:e[0-9]+)?( ?[mskMiB]+)?)",
        r"([0-9]*)(?:ms)?",
    ]);
    let groups = prop::sample::select(vec![vec![], vec![0], vec![1], vec![0, 2], vec![2, 1]]);
    let one =
        (pattern, groups, prop::option::of(condition()), any::<bool>(), 0u64..3, prop::bool::weighted(0.8));
    prop::collection::vec(one, 0..24).prop_map(|rules| {
        let numbered = (0..).zip(rules);
        let made = numbered.map(|(look, (pattern, groups, when, line, priority, chosen))| {
            let groups: Vec<(usize, u16)> = groups.into_iter().map(|group| (group, look)).collect();
            let line = line.then_some(look);
            (Rule { line, when, priority, ..rule(pattern, &groups) }, chosen)
        });
        made.unzip()
    })
}

/// Many rules for one number, which differ by their limits, looks and priorities only.
fn ladders() -> impl Strategy<Value = (Vec<Rule>, Vec<bool>)> {
    let bounds = prop::collection::vec((bound(), -12..12i32), 1..3);
    let one = (bounds, prop::bool::weighted(0.1), 0u64..2, prop::bool::weighted(0.8));
    prop::collection::vec(one, 0..120).prop_map(|rules| {
        let numbered = (0..).zip(rules);
        let made = numbered.map(|(look, (bounds, line, priority, chosen))| {
            let mut when = When::new(1, "n");
            bounds.iter().for_each(|(bound, limit)| when.add(*bound, &limit.to_string()));
            let (line, when) = (line.then_some(look), Some(when));
            (Rule { line, when, priority, ..rule(r"(-?[0-9]+)", &[(0, look)]) }, chosen)
        });
        made.unzip()
    })
}

/// A line of numbers of all kinds, and of what is none.
fn numbers() -> impl Strategy<Value = String> {
    let words = vec![
        "5",
        "a5",
        "b0",
        "-5",
        "20",
        "007",
        "5ms",
        "11 ms",
        "0.01s",
        "1 s",
        "5 kB",
        "1e400",
        "NaN",
        "ms",
        "a",
        "-",
        "0.1",
        "20 MiB",
        "1e9999999999",
        "0 B",
    ];
    let spaced = prop::collection::vec(prop::sample::select(words), 0..6).prop_map(|words| words.join(" "));
    let many = prop::collection::vec(-14..14i32, 0..12);
    let many = many.prop_map(|many| many.iter().map(i32::to_string).collect::<Vec<_>>().join(" "));
    prop_oneof![spaced, many, "[ab 05ms]{0,16}"]
}

/// Every chosen rule is tried, those of low rank first.
fn tried(text: &str, rules: &[Rule], chosen: &[bool]) -> Marks {
    let mut ranked: Vec<&Rule> =
        rules.iter().zip(chosen).filter(|(_, chosen)| **chosen).map(|(rule, _)| rule).collect();
    ranked.sort_by_key(|rule| (rule.priority, rule.line.is_none()));
    let mut matches: BTreeMap<&str, Vec<Match>> = BTreeMap::new();
    let (mut line, mut below) = (None, Vec::new());
    for rule in ranked {
        let source = rule.pattern.source();
        let found = matches
            .entry(source)
            .or_insert_with(|| Pattern::new(source).unwrap().find_groups(text.as_bytes(), HITS));
        let captured =
            |when: &When, found: &Match| Amount::read(text[found.get(when.group)?.clone()?].trim());
        let fits =
            |when: &When, found: &Match| captured(when, found).is_some_and(|amount| when.holds(&amount));
        let fitting = |found: &&Match| rule.when.as_ref().is_none_or(|when| fits(when, found));
        let found: Vec<&Match> = found.iter().filter(fitting).collect();
        if found.is_empty() {
            continue;
        }
        if rule.line.is_some() {
            (line, below) = (rule.line, Vec::new());
        }
        below = merge(&[&below, &spans(rule, text, found.into_iter())]);
    }
    Marks { line, spans: below }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn rules_of_one_pattern_come_to_what_each_of_them_says(
        (rules, chosen) in thresholds(),
        text in numbers(),
    ) {
        let expected = tried(&text, &rules, &chosen);
        prop_assert_eq!(Rules::new(rules).marks(&text, &Choice::Some(chosen.into())), expected);
    }

    #[test]
    fn many_thresholds_of_one_number_come_to_what_each_of_them_says(
        (rules, chosen) in ladders(),
        texts in prop::collection::vec(numbers(), 1..12),
    ) {
        let expected: Vec<Marks> = texts.iter().map(|text| tried(text, &rules, &chosen)).collect();
        let (rules, choice) = (Rules::new(rules), Choice::Some(chosen.into()));
        let marks: Vec<Marks> = texts.iter().map(|text| rules.marks(text, &choice)).collect();
        prop_assert_eq!(marks, expected);
    }
}
