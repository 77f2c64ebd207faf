use super::harness::{Desk, settings};
use crate::app::event::Effect;
use crate::app::screen::{LineRow, Row};
use crate::config::themes::{Looks, Name};
use crate::core::span::Class;

fn row(desk: &mut Desk, pane: usize, row: usize) -> LineRow {
    match desk.screen().panes.swap_remove(pane).rows.swap_remove(row) {
        Row::Line(line) => line,
        other => panic!("{other:?}"),
    }
}

/// What rules give a look in a row: the text of each stretch with the number of its look.
fn marked(desk: &mut Desk, pane: usize, at: usize) -> Vec<(String, u16)> {
    let line = row(desk, pane, at);
    let rule = |span: &crate::core::span::Span| match span.class {
        Class::Rule(look) => Some((line.text[span.range.clone()].to_owned(), look)),
        _ => None,
    };
    line.spans.iter().filter_map(rule).collect()
}

fn looks(desk: &Desk) -> Vec<&Looks> {
    desk.effects
        .iter()
        .filter_map(|effect| if let Effect::Looks(looks) = effect { Some(&**looks) } else { None })
        .collect()
}

#[test]
fn thresholds_tell_slow_from_slower() {
    let config = "[[highlight]]\npattern = 'took (?<ms>\\d+)ms'\nstyle = 'yellow'\nwhen = { at-least = 200 }\n\
                  [[highlight]]\npattern = 'took (?<ms>\\d+)ms'\nstyle = 'red'\nwhen = { at-least = 500 }";
    let mut desk = Desk::with(settings(config), 60, 12);
    desk.open("/a.log", "took 20ms\ntook 200ms\ntook 500ms\n");
    assert_eq!(marked(&mut desk, 0, 0), []);
    assert_eq!(marked(&mut desk, 0, 1), [("took 200ms".to_owned(), 0)]);
    assert_eq!(marked(&mut desk, 0, 2), [("took 500ms".to_owned(), 1)]);
    assert_eq!(settings(config).looks().rules.len(), 2);
}

#[test]
fn rules_are_for_the_sources_they_name_or_that_pick_them() {
    let config = "[[highlight]]\npattern = 'every'\nstyle = 'red'\n\
                  [[highlight]]\npattern = 'api'\nstyle = 'blue'\nsources = ['api*']\n\
                  [[highlight]]\nname = 'mine'\npattern = 'picked'\nstyle = 'green'\n\
                  [[highlight]]\nname = 'free'\npattern = 'free'\nstyle = 'green'\n\
                  [logs.'web*']\nhighlights = ['mine']";
    let mut desk = Desk::with(settings(config), 60, 24);
    desk.open("/srv/api.log", "every api picked free\n");
    desk.open("/srv/web.log", "every api picked free\n");
    let words =
        |desk: &mut Desk, pane| marked(desk, pane, 0).into_iter().map(|(text, _)| text).collect::<Vec<_>>();
    assert_eq!(words(&mut desk, 0), ["every", "api", "free"]);
    assert_eq!(words(&mut desk, 1), ["every", "picked"], "what is picked is all of those that have names");
}

#[test]
fn a_rule_may_colour_the_whole_line() {
    let config =
        "[[highlight]]\npattern = 'disk (\\w+)'\nstyle = 'on red'\nline = true\ngroups = { 1 = 'bold' }";
    let mut desk = Desk::with(settings(config), 60, 12);
    desk.open("/a.log", "the disk sda fails\nnothing\n");
    assert_eq!((row(&mut desk, 0, 0).rule, row(&mut desk, 0, 1).rule), (Some(0), None));
    assert_eq!(marked(&mut desk, 0, 0), [("sda".to_owned(), 1)]);
}

#[test]
fn changed_rules_are_seen_at_once_and_nothing_moves() {
    let mut desk = Desk::numbered(100, 60, 12);
    desk.keys("40G");
    let before = desk.lines();
    desk.configure("[[highlight]]\npattern = '[0-9]+'\nstyle = 'red'");
    assert_eq!(desk.lines(), before);
    assert_eq!(marked(&mut desk, 0, 0).len(), 1);
    desk.configure("[[highlight]]\npattern = '[0-9]+'\nstyle = 'blue'\nsources = ['x']");
    assert_eq!((desk.lines(), marked(&mut desk, 0, 0)), (before, Vec::new()));
    assert_eq!(looks(&desk).len(), 2);
}

#[test]
fn a_theme_is_taken_by_name_and_stays_until_the_config_names_another() {
    let mut desk = Desk::numbered(100, 60, 12);
    let number = |name: &str| settings("").themes.looks(name, &[]).named(Name::Number);
    desk.keys(":theme light<Enter>");
    assert_eq!(looks(&desk).last().unwrap().named(Name::Number), number("light"));
    let shown = looks(&desk).len();
    desk.configure("hints = false");
    assert_eq!(looks(&desk).len(), shown, "nothing looks otherwise: {}", desk.bottom());
    desk.configure("theme = 'dark'");
    assert_eq!(looks(&desk).last().unwrap().named(Name::Number), number("dark"));
    desk.configure("theme = 'dark'\n[themes.dark]\nnumber = 'red'");
    assert_ne!(looks(&desk).last().unwrap().named(Name::Number), number("dark"));
}

#[test]
fn a_theme_that_is_not_there_is_told_and_those_that_are_complete() {
    let mut desk = Desk::numbered(10, 80, 12);
    desk.keys(":theme lihgt<Enter>");
    assert!(desk.bottom().contains("did you mean light?"), "{}", desk.bottom());
    desk.keys(":theme<Enter>");
    assert!(
        desk.bottom().contains("the theme is terminal") && desk.bottom().contains("contrast"),
        "{}",
        desk.bottom()
    );
    desk.keys(":theme col<Tab><Enter>");
    let number = settings("").themes.looks("colour-blind", &[]).named(Name::Number);
    assert_eq!(looks(&desk).last().unwrap().named(Name::Number), number, "{}", desk.bottom());
}

#[test]
fn themes_are_shown_while_their_names_are_gone_through() {
    let mut desk = Desk::numbered(10, 80, 12);
    let number = |name: &str| settings("").themes.looks(name, &[]).named(Name::Number);
    let shown = |desk: &Desk| looks(desk).last().map(|looks| looks.named(Name::Number));
    desk.keys(":theme <Tab>");
    assert_eq!(shown(&desk), Some(number("ansi16")));
    desk.keys("<Tab><Tab><Tab>");
    assert_eq!(shown(&desk), Some(number("dark")));
    desk.keys("x");
    assert_eq!(shown(&desk), Some(number("terminal")), "no theme is called so");
    desk.keys("<Backspace>");
    assert_eq!(shown(&desk), Some(number("dark")), "typed is as good as completed");
    desk.keys("<Esc>");
    assert_eq!(shown(&desk), Some(number("terminal")));
    desk.keys(":theme <Tab><Tab><Tab><Tab><Enter>");
    assert_eq!(shown(&desk), Some(number("dark")));
    desk.keys(":theme light<Ctrl-C>");
    assert_eq!(shown(&desk), Some(number("dark")), "what is left does not stay");
    // What only passes by is not chosen.
    desk.keys(":theme light<Ctrl-U>hints<Enter>");
    assert_eq!(shown(&desk), Some(number("dark")));
}

#[test]
fn the_colour_of_a_name_may_be_a_style_of_the_theme_and_changes_with_it() {
    use crate::app::screen::Tone;
    let config = "theme = 'dark'\n[logs.'b.log']\ncolor = 'level-error'";
    let mut desk = Desk::with(settings(config), 60, 12);
    desk.open("/b.log", "x\n");
    desk.open("/a.log", "x\n");
    let own = |desk: &mut Desk| match desk.screen().panes[0].title.as_ref().unwrap().left[0].tone {
        Tone::Own(look) => look,
        other => panic!("{other:?}"),
    };
    let error = |theme: &str| {
        let settings = settings(&format!("theme = '{theme}'"));
        settings.looks().named(Name::LevelError).fg
    };
    assert_eq!(own(&mut desk).fg, error("dark"));
    assert_ne!(error("dark"), error("light"), "else nothing is shown by this");
    desk.keys(":theme light");
    assert_eq!(own(&mut desk).fg, error("light"), "as long as it is tried");
    desk.keys("<Esc>");
    assert_eq!(own(&mut desk).fg, error("dark"));
    desk.keys(":theme light<Enter>");
    assert_eq!(own(&mut desk).fg, error("light"));
}
