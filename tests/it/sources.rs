//! Folders, globs and names with variables, from outside: files are followed as they come and go.

use std::fs;
use std::time::{Duration, Instant};

use jiff::Zoned;

use super::folder::{Folder, append};
use super::headless::{Running, numbers, run, text};
use super::tty::Tty;

/// The next lines, in order.
fn sorted(running: &Running, n: usize) -> Vec<String> {
    let mut lines = running.lines(n);
    lines.sort();
    lines
}

#[test]
fn a_folder_is_its_files_and_those_that_come_later() {
    let folder = Folder::new();
    folder.write("a.log", numbers(0..20));
    folder.write("a.log.1", "yesterday\n");
    folder.write("b.log.2.gz", b"\x1f\x8b");
    folder.write("c.bin", [b'x', 0, 1]);
    folder.write(".hidden", "hidden\n");
    fs::create_dir(folder.path("below")).unwrap();
    folder.write("below/d.log", "below\n");
    let running = Running::start(&["-n", "2", text(&folder.path(""))]);
    assert_eq!(running.lines(2), ["a.log: line 18", "a.log: line 19"]);
    folder.write("new.log", numbers(0..12));
    let all: Vec<String> = numbers(0..12).lines().map(|line| format!("new.log: {line}")).collect();
    assert_eq!(running.lines(12), all, "all of it is new");
    append(&folder.path("a.log"), "more\n");
    assert_eq!(running.line(), "a.log: more");
}

#[test]
fn a_rotated_file_is_no_second_source() {
    let folder = Folder::new();
    let log = folder.write("a.log", "one\n");
    for pattern in ["", "*", "a.log*", "*.log*"] {
        let name = format!("{}{pattern}", text(&folder.path("")));
        fs::write(&log, "one\n").unwrap();
        let running = Running::start(&[&name]);
        assert_eq!(running.line(), "a.log: one", "{pattern}");
        for n in 0..3 {
            for old in (1..=n).rev() {
                fs::rename(folder.path(&format!("a.log.{old}")), folder.path(&format!("a.log.{}", old + 1)))
                    .unwrap();
            }
            fs::rename(&log, folder.path("a.log.1")).unwrap();
            append(&folder.path("a.log.1"), format!("late {n}\n"));
            append(&log, format!("new {n}\n"));
            let lines = sorted(&running, 2);
            assert_eq!(lines, [format!("a.log: late {n}"), format!("a.log: new {n}")], "{pattern}");
        }
        // One that comes behind all of this shows that nothing came twice.
        folder.write("a.log~x.log", "");
        folder.write("z.log", "z\n");
        if pattern != "a.log*" {
            assert_eq!(running.line(), "z.log: z", "{pattern}");
        }
        append(&log, "end\n");
        assert_eq!(running.line(), "a.log: end", "{pattern}");
        drop(running);
        for file in fs::read_dir(folder.path("")).unwrap() {
            fs::remove_file(file.unwrap().path()).unwrap();
        }
    }
}

#[test]
fn a_glob_waits_for_its_files_and_their_folders() {
    let folder = Folder::new();
    let name = format!("{}/*/app-*.log", text(&folder.path("")));
    let running = Running::start(&[&name]);
    running.sentence("no file there yet; looked for again");
    fs::create_dir(folder.path("web")).unwrap();
    folder.write("web/app-1.log", "one\n");
    assert_eq!(running.line(), "app-1.log: one");
    folder.write("web/other.log", "other\n");
    folder.write("web/app-2.log", "two\n");
    assert_eq!(running.line(), "app-2.log: two");
    let (code, out, said) = run(&["--no-follow", &format!("{}/*.none", text(&folder.path("")))]);
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(said.ends_with("no file there yet\n"), "{said}");
}

#[test]
fn a_folder_that_goes_and_comes_is_looked_into_again() {
    let folder = Folder::new();
    let logs = folder.path("logs");
    for name in ["logs/*.log", "logs/"] {
        fs::create_dir(&logs).unwrap();
        folder.write("logs/a.log", "a\n");
        let running = Running::start(&[folder.path(name)]);
        assert_eq!(running.line(), "a.log: a");
        fs::remove_dir_all(&logs).unwrap();
        fs::create_dir(&logs).unwrap();
        folder.write("logs/b.log", "b\n");
        assert_eq!(running.line(), "b.log: b");
        fs::remove_dir_all(&logs).unwrap();
    }
}

#[test]
fn a_thousand_files_are_followed_and_more_are_told() {
    let folder = Folder::new();
    for n in 0..1003 {
        folder.write(&format!("{n:04}.log"), "x\n");
    }
    let (code, out, said) = run(&["--no-follow", text(&folder.path(""))]);
    assert_eq!((code, out.lines().count()), (1, 1000));
    assert!(
        said.contains("more than 1000 files are there: those that were written last are followed"),
        "{said}"
    );
}

#[test]
fn recursive_heeds_ignore_files_and_says_where_all_is_ignored() {
    let folder = Folder::new();
    fs::create_dir_all(folder.path("x/y")).unwrap();
    folder.write("a.log", "a\n");
    folder.write("x/y/b.log", "b\n");
    folder.write("x/y/c.tmp", "c\n");
    folder.write(".ignore", "*.tmp\n");
    let of = |args: &[&str]| {
        let folder = folder.path("");
        let args: Vec<&str> = args.iter().copied().chain(["--no-follow", text(&folder)]).collect();
        let (code, out, said) = run(&args);
        let mut lines: Vec<String> = out.lines().map(str::to_owned).collect();
        lines.sort();
        (code, lines.join(" "), said)
    };
    assert_eq!(of(&[]).1, "a.log: a");
    assert_eq!(of(&["-r"]).1, "a.log: a b.log: b");
    assert_eq!(of(&["-r", "--no-ignore"]).1, "a.log: a b.log: b c.tmp: c");
    assert_eq!(of(&["-r", "--hidden"]).1, ".ignore: *.tmp a.log: a b.log: b");
    folder.write(".ignore", "*\n");
    let (code, _, said) = of(&["-r"]);
    assert!(code == 1 && said.contains("(3 are, --no-ignore takes them)"), "{said}");
    // Folders that come later are walked too.
    folder.write(".ignore", "");
    let running = Running::start(&["-r", text(&folder.path(""))]);
    assert_eq!(sorted(&running, 3), ["a.log: a", "b.log: b", "c.tmp: c"]);
    fs::create_dir_all(folder.path("new/below")).unwrap();
    folder.write("new/below/d.log", "d\n");
    assert_eq!(running.line(), "d.log: d");
}

#[test]
fn on_the_screen_panes_come_and_go_with_their_files() {
    let folder = Folder::new();
    folder.write("a.log", "one\n");
    let name = format!("{}/*.log", text(&folder.path("")));
    let mut tty = Tty::start(&["--close-vanished", &name], 120, 30);
    tty.wait_text("a.log");
    folder.write("b.log", "two\n");
    tty.wait_text("b.log");
    tty.wait_text("two");
    // Rotated for a moment: its pane stays.
    fs::rename(folder.path("b.log"), folder.path("b.old")).unwrap();
    folder.write("b.log", "three\n");
    tty.wait_text("three");
    fs::remove_file(folder.path("b.log")).unwrap();
    tty.wait_text("b.log is gone: its pane is closed");
    assert!(!tty.text().contains("three"));
    folder.write("b.log", "four\n");
    tty.wait_text("four");
    // The last pane stays.
    fs::remove_file(folder.path("a.log")).unwrap();
    tty.wait_text("a.log is gone");
    fs::remove_file(folder.path("b.log")).unwrap();
    tty.wait_text("waiting");
    tty.keys("q");
    assert_eq!(tty.exit_code(), 0);
}

#[test]
fn a_screen_waits_for_files_and_folders_can_be_typed() {
    let folder = Folder::new();
    fs::create_dir(folder.path("logs")).unwrap();
    let mut tty = Tty::start(&[&folder.path("logs")], 100, 20);
    tty.wait_text("no file there yet; looked for again");
    folder.write("logs/a.log", "one\n");
    tty.wait_text("one");
    fs::create_dir(folder.path("more")).unwrap();
    folder.write("more/b.log", "two\n");
    tty.keys(&format!(":open {}\r", text(&folder.path("more"))));
    tty.wait_text("two");
    tty.keys("q");
    assert_eq!(tty.exit_code(), 0);
}

/// A name with the second in it, and where it leads now.
fn by_second(folder: &Folder) -> (String, impl Fn() -> String) {
    let name = format!("{}/app-${{date:%H%M%S}}.log", text(&folder.path("")));
    (name, || Zoned::now().strftime("app-%H%M%S.log").to_string())
}

#[test]
fn a_dated_name_goes_on_to_the_next_file_without_losing_a_line() {
    let folder = Folder::new();
    let (name, now) = by_second(&folder);
    let running = Running::start(&[&name]);
    let mut written = Vec::new();
    let end = Instant::now() + Duration::from_secs(5);
    let mut last = String::new();
    while Instant::now() < end {
        let file = now();
        let line = format!("{} in {file}", written.len());
        // Late lines too: each file is written to for a little longer than its second.
        if file != last && !last.is_empty() {
            append(&folder.path(&last), format!("late {line}\n"));
            written.push(format!("late {line}"));
        }
        append(&folder.path(&file), format!("{line}\n"));
        written.push(line);
        last = file;
        std::thread::sleep(Duration::from_millis(150));
    }
    let mut lines = running.lines(written.len());
    lines.sort();
    written.sort();
    assert_eq!(lines, written);
    running.sentence("the next file: app-");
}

#[test]
fn each_line_is_told_by_the_file_it_came_from() {
    let folder = Folder::new();
    let (name, now) = by_second(&folder);
    let other = folder.write("other.log", "");
    let running = Running::start(&[name.as_str(), text(&other)]);
    let json = Running::start(&["--json", name.as_str(), text(&other)]);
    let mut last = String::new();
    for _ in 0..3 {
        while now() == last {
            std::thread::sleep(Duration::from_millis(5));
        }
        last = now();
        append(&folder.path(&last), format!("in {last}\n"));
        assert_eq!(running.line(), format!("{last}: in {last}"));
        let line = json.line();
        assert!(line.starts_with(&format!("{{\"source\":\"{last}\",")), "{line}");
    }
}

#[test]
fn on_the_screen_a_dated_name_stays_one_pane() {
    let folder = Folder::new();
    let (name, now) = by_second(&folder);
    let mut tty = Tty::start(&[&name], 100, 20);
    tty.wait_text("waiting");
    let first = now();
    folder.write(&first, "of the first\n");
    tty.wait_text("of the first");
    while now() == first {
        std::thread::sleep(Duration::from_millis(5));
    }
    let second = now();
    folder.write(&second, "of the second\n");
    tty.wait_text("of the second");
    tty.wait_text(&format!("the next file: {second}"));
    tty.wait_for("the new name in the title", |screen| {
        screen.rows(0, 100).next().is_some_and(|row| row.contains(&second))
    });
    assert!(tty.text().contains("of the first"), "the old lines stay");
    tty.keys("q");
    assert_eq!(tty.exit_code(), 0);
}

#[test]
fn variables_come_from_the_config_and_the_environment() {
    let folder = Folder::new();
    folder.write("prod-ada.log", "one\n");
    let config = folder.write("c.toml", "[variables]\nenv = 'prod'\n");
    let name = format!("{}/${{env}}-${{env:WHO}}.log", text(&folder.path("")));
    let args = ["--no-follow", "--config", text(&config), &name];
    let output = super::headless::tailpane(&args).env("WHO", "ada").output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "one\n");
    let (code, _, said) = run(&["--config", text(&config), "/x/${enf}"]);
    assert!(code == 1 && said.contains("${enf}: there is no such variable; did you mean ${env}?"), "{said}");
    let wrong = folder.write("w.toml", "[variables]\nhost = 'x'\n");
    let (code, _, said) = run(&["--config", text(&wrong), "x"]);
    assert!(code == 2 && said.contains("w.toml:2:8: ${host} stands for something already"), "{said}");
}
