use super::harness::Desk;
use crate::app::event::{Effect, Event, Saved};
use crate::app::screen::Row;
use crate::core::pos::Pos;

fn hundred() -> Desk {
    Desk::numbered(100, 60, 12)
}

fn selected(desk: &mut Desk) -> Vec<String> {
    let rows = desk.pane().rows.into_iter();
    rows.filter_map(|row| match row {
        Row::Line(line) if line.selected => Some(line.text),
        _ => None,
    })
    .collect()
}

#[test]
fn lines_are_selected_and_copied() {
    let mut desk = hundred();
    desk.keys("v2k");
    assert_eq!(selected(&mut desk), ["line 98", "line 99", "line 100"]);
    desk.append(0, "new\n");
    assert_eq!(desk.ends().1, "line 100", "the picture holds still while lines are selected");
    desk.keys("y");
    assert!(matches!(&desk.effects[..], [Effect::Copy(text)] if text == "line 98\nline 99\nline 100"));
    assert_eq!(desk.ends().1, "new", "and follows again afterwards");
    desk.send(Event::Copied("3 lines are on the clipboard".into()));
    assert!(desk.bottom().contains("3 lines"));
}

#[test]
fn a_selection_goes_beyond_the_screen() {
    let mut desk = hundred();
    desk.keys("50GV20j");
    assert_eq!(desk.lines().last().unwrap(), "line 70");
    desk.keys("y");
    let [Effect::Copy(text)] = &desk.effects[..] else { panic!() };
    assert_eq!((text.lines().next(), text.lines().count()), (Some("line 50"), 21));
    desk.keys("vg");
    assert_eq!(desk.ends().0, "line 1");
    desk.keys("<Esc>");
    assert!(selected(&mut desk).is_empty());
}

#[test]
fn a_selection_is_extended_by_a_search() {
    let mut desk = hundred();
    desk.keys("V?95$<Enter>y");
    let [Effect::Copy(text)] = &desk.effects[..] else { panic!() };
    assert_eq!((text.lines().next(), text.lines().last()), (Some("line 95"), Some("line 100")));
    desk.keys("<Esc>V?95$<Esc>");
    assert_eq!(selected(&mut desk), ["line 100"]);
}

#[test]
fn what_is_copied_is_text_with_its_tabs_and_nothing_else() {
    let mut desk = Desk::new(60, 12);
    desk.open("a", "\x1b[31mred\x1b[0m\tafter\x07\r\n");
    desk.keys("vy");
    let [Effect::Copy(text)] = &desk.effects[..] else { panic!() };
    assert!(text.starts_with("red\tafter") && !text.contains(['\x1b', '\x07', '\r']), "{text:?}");
}

#[test]
fn too_much_to_copy_is_said() {
    let mut desk = Desk::new(60, 12);
    desk.open("a", &format!("{}\n", "x".repeat(999)).repeat(2000));
    desk.keys("vgy");
    assert!(desk.effects.is_empty());
    assert!(desk.bottom().contains("1 MiB"), "{}", desk.bottom());
}

#[test]
fn the_dump_is_what_the_pane_shows() {
    let mut desk = hundred();
    desk.keys("&5<Enter>D");
    let [Effect::Dump(lines)] = &desk.effects[..] else { panic!() };
    assert_eq!(lines.last().unwrap(), "line 95");
    assert_eq!(lines.len(), 10);
}

#[test]
fn saving_what_is_shown_or_everything() {
    let mut desk = hundred();
    desk.keys("&5<Enter>s");
    assert!(desk.bottom().starts_with("save the lines shown to:"), "{}", desk.bottom());
    desk.keys("out.log<Enter>");
    desk.send(Event::Saved(Saved::Done("1 kB is in out.log".into())));
    desk.keys("s<Tab>");
    assert!(desk.bottom().starts_with("save the whole log to:"), "{}", desk.bottom());
    desk.keys("all.log<Enter>");
    let [Effect::Save(kept), Effect::Save(all)] = &desk.effects[..] else { panic!() };
    assert!(kept.filter.is_some() && kept.path.to_str() == Some("out.log") && !kept.overwrite);
    assert!(all.filter.is_none() && all.from == Pos(0) && all.to == desk.logs[0].1.end);
    desk.send(Event::Saved(Saved::Done("2 kB are in all.log".into())));
    assert!(desk.bottom().contains("2 kB are in all.log"));
}

#[test]
fn saving_a_selection() {
    let mut desk = hundred();
    desk.keys("10GVj:save two.log<Enter>");
    let [Effect::Save(request)] = &desk.effects[..] else { panic!() };
    assert_eq!(request.to - request.from, "line 10\nline 11\n".len() as u64);
}

#[test]
fn a_file_that_is_there_is_replaced_only_when_told_so() {
    for (answer, saved) in [("n", 1), ("<Esc>", 1), ("<Enter>", 1), ("y", 2)] {
        let mut desk = hundred();
        desk.keys("sout.log<Enter>");
        desk.send(Event::Saved(Saved::Exists("out.log".into())));
        assert!(desk.popup()[0].contains("out.log is there already"), "{:?}", desk.popup());
        desk.keys(answer);
        assert!(desk.screen().popups.is_empty());
        assert_eq!(desk.effects.len(), saved, "{answer}");
        assert!(
            desk.effects[1..].iter().all(|effect| matches!(effect, Effect::Save(save) if save.overwrite))
        );
    }
}

#[test]
fn saving_what_does_not_come_is_given_up() {
    for key in ["<Esc>", "<Ctrl-C>"] {
        let mut desk = hundred();
        desk.keys("sout.log<Enter>");
        assert!(desk.bottom().contains("Ctrl-C gives it up"), "{}", desk.bottom());
        desk.keys("sother.log<Enter>");
        assert!(desk.bottom().contains("still being written"), "{}", desk.bottom());
        assert_eq!(desk.effects.len(), 1);
        desk.keys(key);
        assert!(matches!(desk.effects[1..], [Effect::StopSave]), "{key}");
        desk.keys("sother.log<Enter>");
        assert!(matches!(desk.effects[2..], [Effect::Save(_)]), "{key}");
    }
}

#[test]
fn what_was_not_saved_is_not_being_saved() {
    let mut desk = hundred();
    desk.keys("sout.log<Enter>");
    desk.send(Event::Saved(Saved::Failed("out.log: the disk is full".into())));
    assert!(desk.bottom().contains("full") && !desk.bottom().contains("more"), "{}", desk.bottom());
    desk.keys("j");
    assert!(!desk.bottom().contains("saving"), "{}", desk.bottom());
}

#[test]
fn what_went_wrong_is_not_lost() {
    let mut desk = hundred();
    desk.send(Event::Saved(Saved::Failed("the disk is full".into())));
    desk.send(Event::Saved(Saved::Failed("the disk is gone".into())));
    assert!(desk.bottom().contains("full") && desk.bottom().contains("1 more"), "{}", desk.bottom());
    desk.keys("j");
    assert!(desk.bottom().contains("gone"), "{}", desk.bottom());
    desk.keys("j");
    assert!(!desk.bottom().contains("gone"), "{}", desk.bottom());
}

#[test]
fn a_question_takes_the_place_of_what_was_noted() {
    let mut desk = hundred();
    desk.keys("sout.log<Enter>");
    assert!(desk.bottom().contains("saving to out.log"), "{}", desk.bottom());
    desk.send(Event::Saved(Saved::Exists("out.log".into())));
    assert!(desk.bottom().contains("replace it"), "{}", desk.bottom());
}
