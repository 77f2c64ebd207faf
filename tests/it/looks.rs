//! Highlight rules and themes from a config file, with the real program.

use crate::folder::{Folder, append};
use crate::headless::{run, tailpane, text};
use crate::tty::Tty;

const CONFIG: &str = r##"
theme = "mine"

[[highlight]]
pattern = 'took (?<ms>\d+)ms'
style = "yellow"
when = { group = "ms", at-least = 200 }

[[highlight]]
pattern = 'took (?<ms>\d+)ms'
style = "slow"
when = { group = "ms", at-least = "0.5s" }

[[highlight]]
sources = ["other*"]
pattern = 'took'
style = "green"

[themes.mine.styles]
slow = "bold red"
"##;

const LOG: &str = "took 20ms\ntook 200ms\ntook 500ms\n";

#[test]
fn printed_lines_have_the_looks_of_the_rules() {
    let folder = Folder::new();
    let config = folder.write("config.toml", CONFIG);
    let log = folder.write("a.log", LOG);
    let colored = |more: &[&str]| {
        let (code, out, err) =
            run(&[&["--config", text(&config), "--color", "always", "--no-follow"], more, &[text(&log)]]
                .concat());
        assert_eq!((code, err.as_str()), (0, ""));
        out.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let lines = colored(&[]);
    assert!(!lines[0].contains("\x1b[33m") && !lines[0].contains("\x1b[32m"), "{lines:?}");
    assert!(lines[1].contains("\x1b[33mtook 200ms"), "{lines:?}");
    assert!(lines[2].contains("31m") && lines[2].contains("took 500ms"), "{lines:?}");
    let lines = colored(&["-H", "500=underline blue"]);
    assert!(
        lines[2].contains("took ") && !lines[2].contains("took 500"),
        "the command line's lie on top: {lines:?}"
    );
    let (_, out, _) = run(&["--config", text(&config), "--no-follow", text(&log)]);
    assert_eq!(out, LOG, "a pipe gets the bytes");
}

#[test]
fn mistakes_are_told_with_their_place() {
    let folder = Folder::new();
    let log = folder.write("a.log", LOG);
    for (config, at, said) in [
        (CONFIG.replace("\"slow\"", "\"solw\""), ":11:9: ", "did you mean `slow`?"),
        (CONFIG.replace("theme = \"mine\"", "theme = \"mien\""), ":2:9: ", "did you mean mine?"),
        (CONFIG.replace("'took'", "'to(ok'"), ":16:14: ", "close it with )"),
        (CONFIG.replace("at-least = 200", "at-laest = 200"), ":7:24: ", "did you mean at-least?"),
        (CONFIG.replace("\"0.5s\"", "\"soon\""), ":12:35: ", "a number like 500"),
        (CONFIG.replace("bold red", "bold rde"), ":20:8: ", "did you mean `red`?"),
    ] {
        let config = folder.write("config.toml", config);
        let (code, out, err) = run(&["--config", text(&config), "--no-follow", text(&log)]);
        assert_eq!((code, out.as_str()), (2, ""), "{err}");
        assert!(err.contains(at) && err.contains(said), "{at} {said}: {err}");
    }
    let (code, _, err) = run(&["--theme", "drak", "--no-follow", text(&log)]);
    assert!(code == 2 && err.contains("--theme: no theme is called drak; did you mean dark?"), "{err}");
    let (code, _, err) = run(&["-H", "x=bold rde", "--no-follow", text(&log)]);
    assert!(code == 2 && err.contains("--highlight x=bold rde: `rde` is no colour"), "{err}");
}

#[test]
fn a_changed_rule_and_another_theme_are_seen_at_once() {
    let folder = Folder::new();
    let config = folder.write("config.toml", CONFIG);
    let log = folder.write("a.log", LOG);
    let mut tty = Tty::start(&["--config", text(&config), text(&log)], 80, 12);
    let color = |screen: &vt100::Screen, word: &str| {
        let rows: Vec<String> = screen.rows(0, 80).collect();
        let at = rows.iter().enumerate().find_map(|(row, text)| Some((row as u16, text.find(word)? as u16)));
        at.and_then(|(row, column)| screen.cell(row, column)).map(vt100::Cell::fgcolor)
    };
    tty.wait_for("500 ms is red", |screen| color(screen, "took 500ms") == Some(vt100::Color::Idx(1)));
    tty.wait_for("200 ms is yellow", |screen| color(screen, "took 200ms") == Some(vt100::Color::Idx(3)));
    folder.write("config.toml", CONFIG.replace("bold red", "blue"));
    tty.wait_for("500 ms is blue", |screen| color(screen, "took 500ms") == Some(vt100::Color::Idx(4)));
    folder.write("config.toml", "numbers = true\n");
    tty.wait_for("500 ms has no look of its own", |screen| {
        color(screen, "took 500ms") == Some(vt100::Color::Default)
    });
    append(&log, "took 7s and 900ms\n");
    tty.wait_text("took 7s");
    tty.keys(":theme contrast\r");
    tty.wait_for("the ground is black", |screen| {
        screen.cell(5, 40).is_some_and(|cell| cell.bgcolor() != vt100::Color::Default)
    });
    tty.keys("q");
    assert_eq!(tty.exit_code(), 0);
}

#[test]
fn no_color_is_kept_to_whatever_the_theme() {
    let folder = Folder::new();
    let log = folder.write("a.log", LOG);
    let mut command = tailpane(&["--theme", "contrast", "-H", "took=red", "--color", "auto", "--no-follow"]);
    let output = command.arg(&log).env("NO_COLOR", "1").output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), LOG);
}
