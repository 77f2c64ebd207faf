//! What stands on the screen is copied as a command.

use std::sync::Arc;

use super::settings;
use crate::app::event::{Effect, Event};
use crate::app::tests::harness::Desk;
use crate::config::settings::FormatRule;
use crate::config::workspace::LAYER;
use crate::config::{FLAGS, toml};

pub fn shared(desk: &mut Desk) -> String {
    desk.keys(":share<Enter>");
    let copied = desk.effects.iter().rev().find_map(|effect| match effect {
        Effect::Copy(text) => Some(text.clone()),
        _ => None,
    });
    desk.send(Event::Copied("copied".into()));
    copied.expect("a command is copied")
}

#[test]
fn a_command_says_what_flags_can_say_and_the_message_what_they_cannot() {
    let mut desk = Desk::new(100, 30);
    desk.open("/srv/a b.log", "x\n");
    desk.keys("&it's<Enter>");
    assert_eq!(shared(&mut desk), "tailpane --keep='it'\\''s' '/srv/a b.log'");
    assert_eq!(desk.bottom().trim(), "copied");
    desk.open("/srv/b.log", "x\n");
    assert_eq!(shared(&mut desk), "tailpane '/srv/a b.log' /srv/b.log");
    assert!(desk.bottom().contains("does not say filters"), "{}", desk.bottom());
    desk.keys("<Ctrl-W>+");
    shared(&mut desk);
    assert!(desk.bottom().contains("how the panes stand, filters"), "{}", desk.bottom());
}

#[test]
fn a_command_says_how_files_are_found_and_read() {
    let mut set = settings("recursive = true\nclose-vanished = true");
    set.formats = [(None, "json"), (Some("*.acc"), "nginx")]
        .map(|(of, name)| FormatRule { sources: of.map(str::to_owned), name: name.to_owned() })
        .to_vec();
    let mut desk = Desk::with(set, 100, 30);
    desk.open("/srv/a.log", "x\n");
    assert_eq!(
        shared(&mut desk),
        "tailpane --recursive --close-vanished --format=json --format='*.acc=nginx' /srv/a.log"
    );
}

#[test]
fn what_is_chosen_on_the_screen_is_shared_as_far_as_flags_can_say_it() {
    let mut desk = Desk::with(settings("theme = 'light'"), 100, 30);
    desk.open("/srv/a.log", "x\n");
    desk.keys(":theme dark<Enter>:chrome min<Enter>:colours<Enter>");
    assert_eq!(shared(&mut desk), "tailpane --theme=dark --chrome=min --no-log-colors /srv/a.log");
    assert_eq!(desk.bottom().trim(), "copied");
    desk.keys(":theme light<Enter>:chrome full<Enter>:colours<Enter>:hints<Enter>:zone utc<Enter>");
    assert_eq!(shared(&mut desk), "tailpane --theme=light /srv/a.log");
    let said = desk.bottom();
    assert!(
        said.contains("does not say the setting zone, the setting hints: :save-workspace does"),
        "{said}"
    );
}

#[test]
fn what_the_workspace_says_is_shared_as_far_as_flags_can_say_it() {
    let text = "theme = 'light'\nchrome = 'min'\nmouse = true\nlog-colors = false\nby-line = true\nkeymap = 'vim'\n\
                sources = ['/srv/java.log']\n[[highlight]]\npattern = 'slow=[0-9]'\nstyle = 'bold red'\n";
    let share = |text: &str| {
        let mut desk = Desk::with(settings(text), 120, 30);
        desk.open("/srv/java.log", "x\n");
        (shared(&mut desk), desk.bottom().trim().to_owned())
    };
    let (command, message) = share(text);
    assert_eq!(
        command,
        "tailpane --by-line --theme=light --chrome=min --mouse --no-log-colors --highlight='slow=[0-9]=bold red' \
         /srv/java.log"
    );
    assert_eq!(message, "copied");
    let more = "zone = 'UTC'\nsources = ['/srv/java.log']\n[themes.own]\nbase = 'dark'\n[logs.'*']\nlabel = 'x'\n\
                [[highlight]]\npattern = 'x'\nline = true\nstyle = 'red'\n";
    let (command, message) = share(more);
    assert_eq!(command, "tailpane /srv/java.log");
    let unsaid = "the setting zone, the setting themes, the setting logs, highlight rules that say more than a pattern";
    assert!(message.contains(unsaid), "{message}");
    // A theme of its own is none without it.
    assert_eq!(share(&format!("theme = 'own'\n{more}")).0, "tailpane /srv/java.log");
}

#[test]
fn what_the_environment_says_in_place_of_the_workspace_is_not_shared_as_said_by_it() {
    let mut tree = toml::parse("theme = 'light'\nchrome = 'min'\n", "dash.toml", LAYER).unwrap();
    tree.lay(toml::parse("theme = 'dark'", "TAILPANE_THEME", FLAGS - 1).unwrap());
    let config = crate::config::read(&tree, &|_| None, &Arc::default()).unwrap();
    let mut desk = Desk::with(config.settings, 120, 30);
    desk.open("/srv/a.log", "x\n");
    assert_eq!(shared(&mut desk), "tailpane --chrome=min /srv/a.log");
}

#[test]
fn the_files_of_a_glob_as_they_come_are_all_that_a_command_shows() {
    let mut desk = Desk::with(settings("sources = ['/srv/*.log']"), 100, 30);
    desk.open("/srv/a.log", "x\n");
    desk.open("/srv/b.log", "x\n");
    assert_eq!(shared(&mut desk), "tailpane '/srv/*.log'");
    assert!(!desk.bottom().contains("how the panes stand"), "{}", desk.bottom());
}
