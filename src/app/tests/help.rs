use super::harness::Desk;
use crate::app::command;

#[test]
fn help_lists_every_command_and_the_present_state() {
    let mut desk = Desk::numbered(100, 200, 400);
    desk.keys("&5<Enter><F1>");
    let page = desk.popup().join("\n");
    for command in command::all() {
        assert!(page.contains(command.doc), "{} is not in help", command.name);
        let typed = matches!(command.run, command::Run::App(_));
        assert_eq!(
            page.contains(&format!(":{}", command.name)),
            typed,
            "{} is not in help by name",
            command.name
        );
    }
    assert!(page.contains("filter: &5") && page.contains("following"), "{page}");
    assert!(page.contains("Ctrl-W h") && page.contains("gt"), "{page}");
}

#[test]
fn help_scrolls_and_closes() {
    let mut desk = Desk::numbered(100, 60, 12);
    for close in ["q", "<Esc>", "<F1>"] {
        desk.keys("g?");
        let first = desk.popup();
        desk.keys("j");
        assert_eq!(desk.popup()[0], first[1]);
        desk.keys("G<Space>");
        assert!(desk.popup().last().unwrap().contains("counts what came"), "{:?}", desk.popup());
        desk.keys("g");
        assert_eq!(desk.popup(), first);
        desk.keys(close);
        assert!(desk.screen().popups.is_empty(), "{close}");
    }
    assert!(desk.effects.is_empty());
}

#[test]
fn the_information_page() {
    let mut desk = Desk::numbered(100, 80, 24);
    desk.change(0, |status| status.facts = vec![("inode", "42".into())]);
    desk.keys("=");
    let page = desk.popup().join("\n");
    assert!(page.contains("/var/log/app.log") && page.contains("inode") && page.contains("792 B"), "{page}");
    desk.keys("=#=");
    assert!(
        desk.popup().iter().any(|row| row.starts_with("lines") && row.ends_with("100")),
        "{:?}",
        desk.popup()
    );
}

#[test]
fn the_wheel_scrolls_what_is_open() {
    use crate::app::event::Event;
    use crate::app::key::{Mouse, MouseAction};
    let mut desk = Desk::numbered(100, 60, 12);
    let pane = desk.lines();
    desk.keys("<F1>");
    let first = desk.popup();
    desk.send(Event::Mouse(Mouse { action: MouseAction::WheelDown, x: 5, y: 5 }));
    assert_eq!(desk.popup()[0], first[3]);
    desk.send(Event::Mouse(Mouse { action: MouseAction::WheelUp, x: 5, y: 5 }));
    assert_eq!(desk.popup(), first);
    assert_eq!(desk.lines(), pane);
}

#[test]
fn help_and_information_are_read_in_a_tile() {
    let mut desk = Desk::numbered(100, 20, 5);
    let page = |desk: &mut Desk| {
        let mut seen = Vec::new();
        for _ in 0..400 {
            seen.extend(desk.popup().into_iter().take(1));
            desk.keys("j");
        }
        seen
    };
    desk.keys("<F1>");
    let rows = page(&mut desk);
    let widest = rows.iter().map(|row| row.trim_end().chars().count()).max();
    assert!(widest <= Some(18), "{widest:?}");
    assert!(rows.contains(&"j, Down, Enter,".to_owned()), "{rows:#?}");
    desk.keys("q=");
    let rows = page(&mut desk).join("");
    assert!(rows.contains("the system's"), "{rows}");
}

#[test]
fn help_for_a_word() {
    let mut desk = Desk::numbered(100, 80, 24);
    desk.keys(":help wrap<Enter>");
    let page = desk.popup();
    assert!(page.iter().any(|row| row.contains("wrap long lines")), "{page:#?}");
    assert!(page.len() < 8, "{page:#?}");
    desk.keys("q:help xyzzy<Enter>");
    assert!(desk.bottom().contains("nothing in help says xyzzy"), "{}", desk.bottom());
}

#[test]
fn a_key_that_does_nothing_names_the_one_that_shows_help() {
    let mut desk = Desk::numbered(10, 60, 12);
    desk.keys("Z");
    assert!(desk.bottom().contains("Z does nothing; F1 lists the keys"), "{}", desk.bottom());
    desk.bind("[normal]\nF1 = 'none'\n'g ?' = 'none'\nF2 = 'help'");
    desk.keys("<F1>");
    assert!(desk.bottom().contains("F1 does nothing; F2 lists the keys"), "{}", desk.bottom());
    desk.bind("[normal]\nF1 = 'none'\n'g ?' = 'none'");
    desk.keys("<F1>");
    assert!(desk.bottom().contains("F1 does nothing; :help lists the keys"), "{}", desk.bottom());
}
