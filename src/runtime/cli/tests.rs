use std::sync::Arc;

use super::*;

fn parse_words(words: &[&str]) -> Result<Options, Refusal> {
    parse(std::iter::once("tailpane").chain(words.iter().copied()).map(OsString::from))
}

fn sentence(words: &[&str]) -> String {
    match parse_words(words) {
        Err(Refusal::Sentence(text)) => text,
        other => panic!("expected a sentence, got {other:?}"),
    }
}

#[test]
fn the_definition_is_sound() {
    command().debug_assert();
}

#[test]
fn filters_keep_the_order_of_the_command_line() {
    use crate::app::chain::written;
    let options = parse_words(&["--or", "c", "--keep", "a", "x.log", "--drop", "b", "--keep", "d"]).unwrap();
    let chain: Vec<String> = options.chain.terms.iter().map(written).collect();
    assert_eq!(chain, ["+c", "&a", "!b", "&d"]);
}

#[test]
fn numbers_of_lines() {
    assert_eq!("10".parse(), Ok(Lines::Last(10)));
    assert_eq!("-10".parse(), Ok(Lines::Last(10)));
    assert_eq!("+1".parse(), Ok(Lines::From(1)));
    assert_eq!("99999999999999999999999".parse(), Ok(Lines::Last(u64::MAX)));
    for wrong in ["", "+", "ten", "1k", "--1", "1.5"] {
        assert!(wrong.parse::<Lines>().is_err(), "{wrong}");
    }
}

#[test]
fn a_highlight_is_split_at_its_last_equals_sign() {
    let options = parse_words(&["-H", r"id=\d+=black on yellow"]).unwrap();
    let settings = crate::config::read(&options.flags, &|_| None, &Arc::default()).unwrap().settings;
    let [rule] = &settings.highlights[..] else { panic!("one rule") };
    let style = rule.style.as_ref().unwrap();
    assert_eq!((rule.pattern.source(), &*style.words), (r"id=\d+", "black on yellow"));
    assert!(sentence(&["-H", "red"]).contains("REGEX=STYLE"));
    assert!(sentence(&["-H", "=red"]).contains("REGEX=STYLE"));
}

#[test]
fn a_wrong_pattern_is_shown_with_the_place_of_the_mistake() {
    let text = sentence(&["--keep", "ok|(never"]);
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].starts_with("--keep: "), "{text}");
    assert_eq!(lines[2], "    ok|(never");
    assert_eq!(lines[3].find('^'), Some("    ok|".len()), "{text}");
}

#[test]
fn each_part_of_a_query_is_a_term() {
    use crate::app::chain::written;
    let options = parse_words(&["-k", "a", "--filter", "level>=warn !health", "--drop", "b"]).unwrap();
    let chain: Vec<String> = options.chain.terms.iter().map(written).collect();
    assert_eq!(chain, ["&a", "level>=warn", "!health", "!b"]);
}

#[test]
fn a_wrong_query_is_shown_with_the_place_of_the_mistake() {
    let text = sentence(&["--filter", "level>=wran x"]);
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].starts_with("--filter: ") && lines[0].contains("warn"), "{text}");
    assert_eq!(lines[3], "           ^^^^", "{text}");
}

#[test]
fn rules_of_the_command_line_and_of_the_config_have_one_allowance() {
    let large = |n: usize| format!("x{n}.{{380}}=red");
    let rules = |count: usize, from: usize| -> Vec<String> {
        (from..from + count).flat_map(|n| ["-H".to_owned(), large(n)]).collect()
    };
    let parsed = |rules: &[String]| parse_words(&rules.iter().map(String::as_str).collect::<Vec<_>>());
    let Err(Refusal::Sentence(told)) = parsed(&rules(300, 0)) else { panic!("this is too much") };
    assert!(told.starts_with("--highlight: ") && told.contains("too large together"), "{told}");
    // So many fit, but not twice.
    let own: String =
        (0..200).map(|n| format!("[[highlight]]\npattern = 'x{n}.{{380}}'\nstyle = 'red'\n")).collect();
    let with = |rules: &[String]| {
        let mut tree = crate::config::toml::parse(&own, "config.toml", 0).unwrap();
        tree.lay(parsed(rules).unwrap().flags);
        crate::config::read(&tree, &|_| None, &Arc::default()).map_err(crate::config::mistake::told)
    };
    let told = with(&rules(200, 1000)).unwrap_err();
    assert!(told[0].starts_with("--highlight x10") && told[0].contains("too large together"), "{told:?}");
    // What both say is paid for once.
    assert!(with(&rules(200, 0)).is_ok());
}

#[test]
fn an_empty_query_is_a_mistake() {
    for empty in ["", "  "] {
        let text = sentence(&["--filter", empty]);
        assert!(text.starts_with("--filter: the query is empty"), "{text}");
    }
}

#[test]
fn formats_are_chosen_by_name() {
    let options = parse_words(&["--format", "json", "--format", "web=1*=nginx"]).unwrap();
    let rule = |sources: Option<&str>, name: &str| FormatRule {
        sources: sources.map(str::to_owned),
        name: name.to_owned(),
    };
    assert_eq!(options.formats, [rule(None, "json"), rule(Some("web=1*"), "nginx")]);
    let wrong = |given: &str| {
        let options = parse_words(&["--format", given]).unwrap();
        check_formats(&options.formats, &["till"]).unwrap_err()
    };
    let near = wrong("*.log=log4k");
    assert!(near.contains("no format log4k; did you mean log4j?"), "{near}");
    assert!(wrong("sys").contains("syslog5424, syslog"));
    assert!(wrong("tlil").contains("did you mean till?"));
    assert!(wrong("purple").contains("the formats are till, json, logfmt"));
    assert_eq!(check_formats(&[rule(None, "till"), rule(None, "json")], &["till"]), Ok(()));
}

#[test]
fn an_unknown_option_suggests_the_near_one() {
    let Err(Refusal::Clap(error)) = parse_words(&["--kepe", "x"]) else { panic!("accepted") };
    assert!(error.to_string().contains("--keep"), "{error}");
    assert_eq!(error.exit_code(), 2);
}

#[test]
fn a_workspace_may_be_called_like_a_flag() {
    // What a saved workspace says on top.
    assert_eq!(parse_words(&["--workspace=-x"]).unwrap().workspace.as_deref(), Some("-x"));
    assert!(parse_words(&["-w", "-x"]).is_err());
}
