//! The palette, the picker and the line behind `:` over real folders.

use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use portable_pty::CommandBuilder;

use super::tty::Tty;

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("sub")).unwrap();
    let files: [(&[u8], &str); 4] = [
        (b"first.log", "this is the first log\n"),
        (b"second.log", "this is the second log\n"),
        (b"sub/third.log", "this is the third log\n"),
        (b"odd\n\x1b[31m\xff.log", "this is an odd log\n"),
    ];
    for (name, text) in files {
        std::fs::write(folder.path().join(Path::new(std::ffi::OsStr::from_bytes(name))), text).unwrap();
    }
    folder
}

fn tty(folder: &Path, cols: u16, rows: u16) -> Tty {
    let tty = Tty::start(&[folder.join("first.log")], cols, rows);
    tty.wait_text("this is the first log");
    tty
}

#[test]
fn the_picker_opens_a_file_by_a_few_letters_and_shows_its_end() {
    let folder = folder();
    let mut tty = tty(folder.path(), 120, 30);
    tty.keys("a");
    tty.wait_text("second.log");
    tty.keys("sec");
    // The end of the file stands beside the list.
    tty.wait_text("this is the second log");
    tty.keys("\r");
    tty.wait_text("this is the first log");
    tty.wait_for("two panes", |screen| {
        let text = screen.contents();
        text.contains("this is the first log") && text.contains("this is the second log")
    });
    tty.keys("a");
    tty.wait_text("sub/");
    tty.keys("sub/");
    tty.wait_text("third.log");
    tty.keys("\r");
    tty.wait_text("this is the third log");
    tty.keys("q");
}

#[test]
fn a_hostile_name_is_opened_all_the_same() {
    let folder = folder();
    let mut tty = tty(folder.path(), 80, 24);
    tty.keys("a");
    tty.wait_text("odd^J^[[31m");
    tty.keys("odd");
    tty.wait_text("this is an odd log");
    tty.keys("\r");
    tty.wait_for("its pane", |screen| {
        screen.contents().contains("this is an odd log")
            && screen.contents().contains("this is the first log")
    });
    assert!(!tty.raw().windows(5).any(|bytes| bytes == b"\n\x1b[31"), "nothing of a name is obeyed");
    tty.keys("q");
}

#[test]
fn the_palette_finds_commands_and_files_beside_the_log() {
    let folder = folder();
    let mut tty = tty(folder.path(), 80, 24);
    tty.keys("\x10");
    tty.wait_text("commands, panes and files");
    tty.keys("second.log");
    tty.wait_for("the file", |screen| screen.contents().matches("second.log").count() > 1);
    tty.keys("\r");
    tty.wait_text("this is the second log");
    tty.keys("\x10numbers\r");
    tty.wait_text("1 this is the second log");
    tty.keys("q");
}

#[test]
fn what_earlier_runs_opened_stands_first() {
    let folder = folder();
    let at = |name: &str| folder.path().join(name);
    let start = |line: &str| {
        let mut command = CommandBuilder::new("sh");
        command.args(["-c", line]);
        command.env("TAILPANE", env!("CARGO_BIN_EXE_tailpane"));
        command.env("XDG_STATE_HOME", at("state"));
        command.cwd(folder.path());
        Tty::command(command, 120, 30)
    };
    let (first, second, third) = (at("first.log"), at("second.log"), at("sub/third.log"));
    let all = format!("echo piped | $TAILPANE {} {} - -c 'echo said/x'", second.display(), third.display());
    let mut tty = start(&all);
    for text in ["this is the second log", "this is the third log", "piped", "said/x"] {
        tty.wait_text(text);
    }
    tty.keys("q");
    assert_eq!(tty.exit_code(), 0);
    let kept = std::fs::read_to_string(at("state/tailpane/recent")).unwrap();
    assert_eq!(kept, format!("{}\n{}\n", third.display(), second.display()), "and no pipe, no command");
    // It was written before the others, so without that it would stand behind them.
    let old = std::time::SystemTime::now() - std::time::Duration::from_secs(9_000);
    std::fs::File::options().write(true).open(&second).unwrap().set_modified(old).unwrap();
    let mut tty = start(&format!("$TAILPANE {}", first.display()));
    tty.wait_text("this is the first log");
    tty.keys("a");
    // What is open was opened last.
    tty.wait_for("the files in their order", |screen| {
        let text = screen.contents();
        let place = |name: &str| text.find(&format!("│{name}"));
        let places = [place("first.log"), place("second.log"), place("sub/")];
        places.iter().all(Option::is_some) && places.is_sorted()
    });
    tty.keys("\x1b");
    tty.wait_gone("sub/");
    // In a folder where nothing is open.
    tty.keys("\x10third");
    tty.wait_text("opened before");
    tty.keys("\r");
    tty.wait_text("this is the third log");
    tty.keys("q");
}

#[test]
fn in_a_tile_the_picker_and_the_palette_can_be_used() {
    let folder = folder();
    let mut tty = Tty::start(&[folder.path().join("first.log")], 20, 5);
    tty.wait_text("this is the first");
    tty.keys("a");
    tty.wait_text("second.log");
    tty.keys("seco\r");
    tty.wait_text("this is the second");
    tty.keys("\x10numb\r");
    tty.wait_text("1 this is the sec");
    tty.keys("q");
}

#[test]
fn paths_are_completed() {
    let folder = folder();
    let mut tty = tty(folder.path(), 100, 24);
    tty.keys(&format!(":open {}/se", folder.path().display()));
    tty.wait_text("/second.log");
    tty.keys("\t\r");
    tty.wait_text("this is the second log");
    tty.keys("q");
}

#[test]
fn a_file_is_followed_once_however_it_is_named() {
    let folder = folder();
    let line = format!("cd {} && exec $TAILPANE first.log", folder.path().display());
    let mut tty = Tty::shell(&line, 100, 30);
    tty.wait_text("this is the first log");
    tty.keys(&format!(":open {}\r", folder.path().join("first.log").display()));
    tty.keys(&format!(":open {}\r", folder.path().join("second.log").display()));
    // What was asked for later came, and what was asked for before it stands there once.
    tty.wait_text("this is the second log");
    tty.wait_for("one pane of each", |screen| {
        screen.contents().matches("this is the first log").count() == 1
    });
    tty.keys("q");
}
