//! Sources that come, go and are called otherwise, and commands.

use super::harness::{Desk, bar_text, row_text};
use crate::app::event::{Effect, Event};
use crate::app::source::{Exact, SourceId, State, Watch};
use crate::config::settings::Settings;
use crate::config::sources::Sources;

/// All titles and rows of all panes.
fn panes(desk: &mut Desk) -> String {
    let mut said = Vec::new();
    for pane in desk.screen().panes {
        said.extend(pane.title.as_ref().map(bar_text));
        said.extend(pane.rows.iter().map(row_text));
    }
    said.join("\n")
}

fn closing() -> Desk {
    let sources = Sources { close_vanished: true, ..Sources::default() };
    Desk::with(Settings { sources, ..Settings::default() }, 80, 24)
}

#[test]
fn while_nothing_is_found_the_screen_says_what_is_looked_for() {
    let mut desk = Desk::new(80, 24);
    assert!(panes(&mut desk).contains("nothing is open"));
    desk.send(Event::Sought("/var/log/*.log: no file there yet; looked for again".into()));
    assert_eq!(panes(&mut desk), "(/var/log/*.log: no file there yet; looked for again)");
    desk.open("/var/log/a.log", "one\n");
    assert!(panes(&mut desk).ends_with("\none"));
}

#[test]
fn a_file_that_is_gone_closes_its_pane_where_that_is_set() {
    let mut desk = closing();
    desk.open("/var/log/a.log", "of a\n");
    let gone = desk.open("/var/log/b.log", "of b\n");
    desk.send(Event::Vanished(gone));
    assert!(!panes(&mut desk).contains("of b"));
    assert_eq!(desk.bottom(), "b.log is gone: its pane is closed");
    assert!(desk.effects.iter().any(|effect| matches!(effect, Effect::Close(id) if *id == gone)));
    desk.send(Event::Vanished(SourceId(0)));
    assert!(panes(&mut desk).contains("of a"), "the last pane stays");
}

#[test]
fn a_file_that_is_gone_leaves_its_pane_otherwise() {
    let mut desk = Desk::new(80, 24);
    desk.open("/var/log/a.log", "of a\n");
    let gone = desk.open("/var/log/b.log", "of b\n");
    desk.send(Event::Vanished(gone));
    assert!(panes(&mut desk).contains("of b"));
}

#[test]
fn a_source_is_called_after_the_file_it_goes_on_with() {
    let mut desk = Desk::new(80, 24);
    let id = desk.open("/var/log/app-2026-11-21.log", "one\n");
    assert!(desk.title().starts_with("app-2026-11-21.log "));
    desk.send(Event::Renamed(id, "/var/log/app-2026-11-22.log".into(), Exact::Shown));
    assert!(desk.title().starts_with("app-2026-11-22.log "));
}

#[test]
fn a_command_says_how_it_ended_and_is_run_again() {
    let mut desk = Desk::new(80, 24);
    let id = desk.open("tail -F /var/log/x", "one\n");
    desk.change(0, |status| status.watch = Watch::Command);
    assert!(desk.title().starts_with("tail -F /var/log/x "), "{}", desk.title());
    desk.change(0, |status| status.state = State::Ended("(exit 1)".into()));
    assert!(desk.title().starts_with("tail -F /var/log/x ended (exit 1)"), "{}", desk.title());
    desk.keys("R");
    assert!(desk.effects.iter().any(|effect| matches!(effect, Effect::Reconnect(own) if *own == id)));
    assert_eq!(desk.bottom(), "running tail -F /var/log/x again");
    desk.keys("=");
    assert!(desk.popup().concat().contains("ended (exit 1); R runs it again"));
}
