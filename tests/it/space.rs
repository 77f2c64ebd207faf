//! Workspaces, keys and sessions as a user meets them.

use std::path::Path;

use portable_pty::CommandBuilder;
use rustix::process::Signal;

use crate::folder::Folder;
use crate::headless::{tailpane, text};
use crate::tty::Tty;

/// The program with a home of its own.
fn start(folder: &Folder, args: &[&str]) -> Tty {
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_tailpane"));
    command.args(args);
    let home = folder.path("home");
    command.env("HOME", &home);
    command.env("XDG_CONFIG_HOME", home.join("config"));
    command.env("XDG_STATE_HOME", home.join("state"));
    Tty::command(command, 100, 24)
}

fn numbered(name: &str) -> String {
    (1..=300).map(|n| format!("{name} line {n} of many\n")).collect()
}

/// Goes to where a session that is taken up is to be again: line 100 of a log that is numbered.
fn go_to_100(tty: &mut Tty, name: &str) {
    tty.wait_text(&format!("{name} line 300 of"));
    tty.keys("100G");
    tty.wait_text(&format!("{name} line 100 of"));
}

/// Ends the program, which has nothing to complain of.
fn quit(mut tty: Tty) {
    tty.keys("q");
    assert_eq!(tty.exit_code(), 0);
}

#[test]
fn a_workspace_is_shown_followed_saved_and_shown_again() {
    let folder = Folder::new();
    folder.write("web.log", numbered("web"));
    folder.write("api.log", numbered("api"));
    let file = folder.write(
        "shop.toml",
        "sources = ['api.log', { path = 'web.log', name = 'web' }]\n[[tabs]]\ncolumns = ['web', { pane = 'api.log', \
         filters = ['7'] }]\n",
    );
    let mut tty = start(&folder, &["-w", text(&file)]);
    tty.wait_text("web line 300");
    tty.wait_text("api line 297");
    assert!(!tty.text().contains("api line 298"), "{}", tty.text());
    // A mistake changes nothing, and says where it is.
    folder.write("shop.toml", "sources = ['api.log', 'web.log']\n[[tabs]]\nrows = ['webb.log']\n");
    tty.wait_text("shop.toml:3:9: no source is called webb.log");
    assert!(!tty.text().contains("api line 298"), "{}", tty.text());
    // What it says now is shown, without what vanished from it.
    folder.write("new.log", "something new\n");
    folder.write("shop.toml", "sources = ['api.log', 'new.log']\n[[tabs]]\nrows = ['new.log', 'api.log']\n");
    tty.wait_text("something new");
    tty.wait_gone("web line");
    tty.keys(":save-workspace kept\r");
    tty.wait_text("saved as");
    quit(tty);
    let saved = std::fs::read_to_string(folder.path("home/config/tailpane/workspaces/kept.toml")).unwrap();
    assert!(saved.contains("rows = [\"new.log\", ") || saved.contains("pane = \"new.log\""), "{saved}");
    let tty = start(&folder, &["-w", "kept"]);
    tty.wait_text("something new");
    tty.wait_text("api line");
    quit(tty);
}

#[test]
fn a_session_is_remembered_at_a_signal_too_and_taken_up() {
    let folder = Folder::new();
    let log = folder.write("a.log", numbered("a"));
    let mut tty = start(&folder, &[text(&log)]);
    go_to_100(&mut tty, "a");
    tty.signal(Signal::TERM);
    assert_eq!(tty.exit_code(), 143);
    let mut tty = start(&folder, &[text(&log)]);
    tty.wait_text("a line 300 of");
    tty.keys(":restore\r");
    tty.wait_text("a line 100 of");
    quit(tty);
    let tty = start(&folder, &["--restore"]);
    tty.wait_text("a line 100 of");
    quit(tty);
    for file in std::fs::read_dir(folder.path("home/state/tailpane/sessions")).unwrap() {
        let said = std::fs::read_to_string(file.unwrap().path()).unwrap();
        assert!(!said.contains("of many"), "{said}");
    }
}

#[test]
fn a_session_is_remembered_when_the_terminal_hangs_up() {
    let folder = Folder::new();
    let log = folder.write("a.log", numbered("a"));
    let mut tty = start(&folder, &[text(&log)]);
    go_to_100(&mut tty, "a");
    tty.signal(Signal::HUP);
    assert_eq!(tty.exit_code(), 129);
    let tty = start(&folder, &["--restore", text(&log)]);
    tty.wait_text("a line 100 of");
    quit(tty);
}

#[test]
fn no_session_is_written_where_the_config_says_so() {
    let folder = Folder::new();
    std::fs::create_dir_all(folder.path("home/config/tailpane")).unwrap();
    folder.write("home/config/tailpane/config.toml", "sessions = false\n");
    let log = folder.write("a.log", numbered("a"));
    let tty = start(&folder, &[text(&log)]);
    tty.wait_text("a line 300 of");
    quit(tty);
    assert!(!folder.path("home/state/tailpane").exists());
}

#[test]
fn what_a_test_has_remembered_goes_with_its_terminal() {
    let folder = Folder::new();
    let log = folder.write("a.log", "hello\n");
    let mut tty = Tty::start(&[&log], 80, 24);
    tty.wait_text("hello");
    tty.keys("q");
    assert_eq!(tty.exit_code(), 0);
    let state = tty.state().to_owned();
    assert!(state.join("tailpane/sessions").is_dir());
    drop(tty);
    assert!(!state.exists());
}

#[test]
fn keys_are_the_user_s_and_every_mistake_in_them_is_told() {
    let folder = Folder::new();
    std::fs::create_dir_all(folder.path("home/config/tailpane")).unwrap();
    folder.write("home/config/tailpane/keymap.toml", "[normal]\nx = \"dwon\"\n\"gg\" = \"top\"\n[norml]\n");
    let home = folder.path("home");
    let check = |args: &[&str]| {
        let mut command = tailpane(args);
        command.env("HOME", &home).env("XDG_CONFIG_HOME", Path::new(&home).join("config"));
        let output = command.output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, told) = check(&["--check-config"]);
    assert_eq!(code, 2, "{told}");
    for wanted in [
        "keymap.toml:2:5: `dwon` is no command; did you mean down?",
        "keymap.toml:3:1: gg names no key; keys pressed one after the other have a space between: \"g g\"",
        "keymap.toml:4:2: nothing is called norml; did you mean normal?",
    ] {
        assert!(told.contains(wanted), "{told}");
    }
    folder.write("home/config/tailpane/keymap.toml", "[normal]\n\"Ctrl-Q\" = \"quit\"\nq = \"none\"\n");
    assert_eq!(check(&["--check-config"]).0, 0);
    let log = folder.write("a.log", "hello\n");
    let mut tty = start(&folder, &["--keymap", "lnav", text(&log)]);
    tty.wait_text("hello");
    tty.keys("?");
    tty.wait_text("This pane");
    tty.keys("\x1b");
    tty.wait_gone("This pane");
    tty.keys("q");
    tty.wait_text("q does nothing");
    folder.write("home/config/tailpane/keymap.toml", "");
    tty.wait_text("read again");
    quit(tty);
}

#[test]
fn an_alert_is_told_to_do_nothing_wherever_the_workspace_is_used() {
    let folder = Folder::new();
    let log = folder.write("a.log", "hello\n");
    let file = folder
        .write("shop.toml", format!("sources = ['{}']\n\n[[alert]]\nwhen = 'level>=error'\n", text(&log)));
    let said = "shop.toml:3:3: [[alert]] does nothing";
    for args in [["--check-config", "--no-follow"], ["--plain", "--no-follow"]] {
        let mut command = tailpane(&[&["-w", text(&file)], &args[..]].concat());
        let home = folder.path("home");
        let output = command.env("HOME", &home).env("XDG_CONFIG_HOME", home.join("config")).output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{told}");
        assert_eq!(told.matches("[[alert]]").count(), 1, "{told}");
        assert!(told.contains(said), "{told}");
    }
    let tty = start(&folder, &["-w", text(&file)]);
    tty.wait_text("[[alert]]");
    quit(tty);
}

#[test]
fn an_alert_that_comes_while_the_workspace_runs_is_told_once() {
    let folder = Folder::new();
    let log = folder.write("a.log", "hello\n");
    let said = format!("sources = ['{}']\n", text(&log));
    let file = folder.write("shop.toml", &said);
    let mut tty = start(&folder, &["-w", text(&file)]);
    tty.wait_text("hello");
    folder.write("shop.toml", format!("{said}[[alert]]\nwhen = 'x'\n"));
    tty.wait_text("shop.toml:2:3: [[alert]] does nothing");
    tty.keys("j");
    tty.wait_text("the config was read again");
    tty.keys("j");
    tty.wait_gone("the config was read again");
    folder.write("shop.toml", format!("wrap = true\n{said}[[alert]]\nwhen = 'x'\n"));
    tty.wait_text("the config was read again");
    quit(tty);
}

#[test]
fn a_name_that_stands_for_nothing_is_told_with_its_place_wherever_it_is_noticed() {
    let folder = Folder::new();
    let log = folder.write("a.log", "hello\n");
    let fine = format!("sources = ['{}']\n", text(&log));
    let file = folder.write("shop.toml", "sources = [\n  '${nope}/x',\n  'w b:/x',\n]\n");
    let printed = |args: &[&str]| {
        let mut command = tailpane(&[&["-w", text(&file)], args].concat());
        let home = folder.path("home");
        let output = command.env("HOME", &home).env("XDG_CONFIG_HOME", home.join("config")).output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    for args in [["--check-config", "--no-follow"], ["--plain", "--no-follow"]] {
        let (code, told) = printed(&args);
        assert_eq!(code, 2, "{told}");
        assert!(told.contains("shop.toml:2:3: ${nope}: there is no such variable"), "{told}");
        assert!(told.contains("shop.toml:3:3: w b:/x: a host's name cannot have a space in it"), "{told}");
    }
    // What is not set here may be set where it is used.
    let unset = fine.replace("']", "',\n '${env:TAILPANE_TEST_NOPE}/x']");
    folder.write("shop.toml", &unset);
    assert_eq!(printed(&["--check-config"]).0, 0);
    let (code, told) = printed(&["--plain", "--no-follow"]);
    assert_eq!(code, 0, "{told}");
    let said = "shop.toml:2:2: ${env:TAILPANE_TEST_NOPE}/x: ${env:TAILPANE_TEST_NOPE}: TAILPANE_TEST_NOPE is not set";
    assert!(told.contains(said), "{told}");
    let mut tty = start(&folder, &["-w", text(&file)]);
    tty.wait_text("shop.toml:2:2: ${env:TAILPANE_TEST_NOPE}/x");
    tty.keys("j");
    folder.write("shop.toml", &fine);
    tty.wait_text("read again");
    folder.write("shop.toml", unset.replace("NOPE}/x", "NOPE}/y"));
    tty.wait_text("shop.toml:2:2: ${env:TAILPANE_TEST_NOPE}/y");
    quit(tty);
}

#[test]
fn commands_and_variables_of_a_workspace_are_opened_under_their_names() {
    let folder = Folder::new();
    folder.write("web-prod.log", numbered("web"));
    let file = folder.write(
        "shop.toml",
        format!(
            "sources = [{{ path = '${{logs}}/web-${{env}}.log', name = 'front' }}, {{ command = 'while sleep 0.1; do echo \
             tick $((n = n + 1)); done', name = 'clock' }}]\n\n[variables]\nlogs = '{}'\nenv = 'prod'\n\n[[tabs]]\nrows = \
             ['clock', 'front']\n",
            text(&folder.path(""))
        ),
    );
    let tty = start(&folder, &["-w", text(&file)]);
    tty.wait_text("tick 3");
    tty.wait_text("web line 300");
    let shown = tty.text();
    let rows: Vec<&str> = shown.lines().collect();
    let row = |word: &str| rows.iter().position(|row| row.contains(word));
    assert!(rows[0].contains("clock") && !shown.contains("while sleep"), "{shown}");
    assert!(row("tick") < row("front") && row("front") < row("web line"), "{shown}");
    quit(tty);
}

#[test]
fn the_session_of_a_workspace_that_is_named_from_its_folder_is_found_again() {
    let folder = Folder::new();
    for name in ["pick", "logs"] {
        std::fs::create_dir(folder.path(name)).unwrap();
    }
    folder.write("logs/a.log", numbered("a"));
    folder.write("logs/b.log", numbered("b"));
    folder.write(
        "pick/w.toml",
        "sources = ['../logs/a.log', { path = '${up}/logs/b.log', name = 'bb' }]\n[variables]\nup = '..'\n",
    );
    let start = |args: &str| {
        let home = folder.path("home");
        let mut command = CommandBuilder::new("sh");
        command.args(["-c", &format!("cd {} && $TAILPANE {args}", folder.path("pick").display())]);
        command.env("TAILPANE", env!("CARGO_BIN_EXE_tailpane"));
        command.env("HOME", &home);
        command.env("XDG_CONFIG_HOME", home.join("config"));
        command.env("XDG_STATE_HOME", home.join("state"));
        Tty::command(command, 100, 24)
    };
    let mut tty = start("-w ./w.toml");
    tty.wait_text("a line 300 of");
    tty.wait_text("b line 300 of");
    tty.keys("100G");
    tty.wait_text("a line 100 of");
    quit(tty);
    let tty = start("-w ./w.toml --restore");
    tty.wait_text("a line 100 of");
    quit(tty);
}
