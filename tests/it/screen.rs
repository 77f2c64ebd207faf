//! The screen, from outside: the real program in a real terminal.

use std::fs;

use rustix::process::Signal;

use super::folder::{Folder, append};
use super::tty::Tty;

fn numbers(range: std::ops::Range<usize>) -> String {
    range.map(|n| format!("entry {n:05} of the log\n")).collect()
}

/// The rows of the screen without what stands at their right edge.
fn rows(tty: &Tty) -> Vec<String> {
    tty.text().lines().map(|row| row.trim_end_matches(['▐', '│', ' ']).to_string()).collect()
}

#[test]
fn a_log_is_followed_and_scrolling_up_pauses() {
    let folder = Folder::new();
    let log = folder.write("a.log", numbers(0..500));
    let mut tty = Tty::start(&[&log], 80, 24);
    tty.wait_text("entry 00499");
    append(&log, "entry 00500 is new\n");
    tty.wait_text("entry 00500 is new");
    tty.keys("b");
    tty.wait_gone("entry 00500");
    tty.wait_text("entry 00460");
    append(&log, "entry 00501 is newer\nentry 00502 is newest\n");
    tty.wait_text("[+2]");
    tty.wait_gone("newest");
    tty.keys("G");
    tty.wait_text("entry 00502 is newest");
    tty.wait_gone("[+");
    tty.keys("g");
    tty.wait_text("entry 00000");
    tty.keys("250G");
    tty.wait_text("entry 00249");
}

#[test]
fn two_files_have_two_panes() {
    let folder = Folder::new();
    let logs = [folder.write("left.log", "from the left\n"), folder.write("right.log", "from the right\n")];
    let mut tty = Tty::start(&logs, 100, 30);
    tty.wait_text("from the left");
    tty.wait_text("from the right");
    append(&logs[1], "more on the right\n");
    tty.wait_text("more on the right");
    tty.keys("\x17z");
    tty.wait_gone("from the right");
    tty.keys("q");
    tty.wait_text("from the right");
    assert!(tty.text().contains("left.log") && tty.text().contains("right.log"));
}

#[test]
fn a_search_finds_as_it_is_typed_and_escape_goes_back() {
    let folder = Folder::new();
    let mut text = numbers(0..2000);
    text.insert_str(0, "a needle at the top\n");
    let log = folder.write("a.log", text);
    let mut tty = Tty::start(&[&log], 80, 24);
    tty.wait_text("entry 01999");
    tty.keys("?needl");
    tty.wait_text("a needle at the top");
    tty.keys("\x1b");
    tty.wait_text("entry 01999");
    tty.keys("?needle\r");
    tty.wait_text("a needle at the top");
    tty.wait_text("1 hit");
}

#[test]
fn a_filter_is_live_and_the_line_stays() {
    let folder = Folder::new();
    let log = folder.write("a.log", numbers(0..3000));
    let mut tty = Tty::start(&[&log], 80, 24);
    tty.wait_text("entry 02999");
    tty.keys("&99 of\r");
    tty.wait_for("only lines that match", |screen| {
        let text = screen.contents();
        text.contains("entry 02999") && text.contains("entry 02899") && !text.contains("entry 02998")
    });
    append(&log, "entry 03000 is dropped\nentry 03099 of the log\n");
    tty.wait_text("entry 03099");
    assert!(!tty.text().contains("03000"), "{}", tty.text());
    tty.keys("!028\r");
    tty.wait_gone("entry 02899");
    tty.keys("U");
    tty.wait_text("entry 02899");
    tty.keys("C");
    tty.wait_text("entry 03000 is dropped");
}

#[test]
fn filters_of_the_command_line_are_every_panes() {
    let folder = Folder::new();
    let logs = [folder.write("a.log", "yes a\nno a\n"), folder.write("b.log", "yes b\nno b\n")];
    let args = ["--keep", "yes", logs[0].to_str().unwrap(), logs[1].to_str().unwrap()];
    let tty = Tty::start(&args, 100, 24);
    tty.wait_for("the kept lines of both", |screen| {
        let text = screen.contents();
        text.contains("yes a") && text.contains("yes b") && !text.contains("no ")
    });
}

#[test]
fn a_wrong_regex_shows_its_place_and_changes_nothing() {
    let folder = Folder::new();
    let log = folder.write("a.log", "alpha\nbeta\n");
    let mut tty = Tty::start(&[&log], 80, 24);
    tty.wait_text("beta");
    tty.keys("&alpha\r");
    tty.wait_gone("beta");
    tty.keys("&be(ta\r");
    tty.wait_text("unclosed");
    tty.keys("\x1b");
    tty.wait_text("alpha");
    assert!(!tty.text().contains("beta"));
}

#[test]
fn help_opens_and_closes() {
    let folder = Folder::new();
    let log = folder.write("a.log", "alpha\n");
    let mut tty = Tty::start(&[&log], 80, 24);
    tty.wait_text("alpha");
    tty.keys("\x1bOP");
    tty.wait_text("keys and commands");
    tty.keys("q");
    tty.wait_gone("keys and commands");
    tty.keys("\x1b[11~");
    tty.wait_text("keys and commands");
}

#[test]
fn what_a_pane_shows_is_saved() {
    let folder = Folder::new();
    let log = folder.write("a.log", "apple\nbread\nmore apples\n");
    let out = folder.path("out.txt");
    let mut tty = Tty::start(&[&log], 80, 24);
    tty.wait_text("bread");
    tty.keys("&apple\r");
    tty.wait_gone("bread");
    tty.keys(&format!("s{}\r", out.display()));
    tty.wait_text("saved 2 lines");
    assert_eq!(fs::read_to_string(&out).unwrap(), "apple\nmore apples\n");
    tty.keys(&format!("s{}\r", out.display()));
    tty.wait_text("there already");
    assert_eq!(fs::read_dir(folder.path("")).unwrap().count(), 2);
}

#[test]
fn copied_text_goes_out_as_osc_52() {
    let folder = Folder::new();
    let log = folder.write("a.log", "hello\n");
    let mut tty = Tty::start(&[&log], 80, 24);
    tty.wait_text("hello");
    tty.keys("vy");
    tty.wait_text("copied 1 line");
    let raw = String::from_utf8_lossy(&tty.raw()).into_owned();
    let encoded = raw.split("\x1b]52;c;").nth(1).and_then(|rest| rest.split('\x07').next());
    assert!(matches!(encoded, Some("aGVsbG8=" | "aGVsbG8K")), "{encoded:?}");
}

#[test]
fn a_dump_leaves_the_screen_until_a_key() {
    let folder = Folder::new();
    let log = folder.write("a.log", "hello\nworld\n");
    let mut tty = Tty::start(&[&log], 80, 24);
    tty.wait_text("world");
    tty.keys("D");
    tty.wait_for("the lines on the plain screen", |screen| {
        !screen.alternate_screen() && screen.contents().contains("hello\nworld")
    });
    tty.keys("x");
    tty.wait_for("the picture again", |screen| {
        screen.alternate_screen() && screen.contents().contains("a.log")
    });
    tty.keys("q");
    assert_eq!(tty.exit_code(), 0);
    tty.assert_given_back();
}

#[test]
fn a_resize_draws_the_new_size() {
    let folder = Folder::new();
    let log = folder.write("a.log", numbers(0..500));
    let mut tty = Tty::start(&[&log], 80, 24);
    tty.wait_text("entry 00499");
    assert!(!tty.text().contains("entry 00470"));
    tty.resize(60, 45);
    tty.wait_text("entry 00470");
    tty.resize(30, 8);
    tty.wait_for("the small one", |screen| {
        screen.contents().contains("entry 00499") && !screen.contents().contains("entry 00480")
    });
}

#[test]
fn small_tiles() {
    let folder = Folder::new();
    let log = folder.write("a.log", numbers(0..500));
    let tty = Tty::start(&[&log], 20, 5);
    tty.wait_text("entry 00499");
    assert!(tty.text().contains("a.log"), "{}", tty.text());
    let mut tty = Tty::start(&[&log], 1, 1);
    tty.wait_for("anything at all", |screen| !screen.contents().trim().is_empty());
    tty.keys("/x\r&y\r\x1bOPqqq");
    assert_eq!(tty.exit_code(), 0);
    tty.assert_given_back();
}

#[test]
fn quitting_gives_the_terminal_back() {
    let folder = Folder::new();
    let log = folder.write("a.log", "hello\n");
    let mut tty = Tty::start(&["--mouse", log.to_str().unwrap()], 80, 24);
    tty.wait_for("the screen is taken", |screen| {
        screen.alternate_screen() && screen.contents().contains("hello")
    });
    assert!(tty.screen().bracketed_paste());
    assert_ne!(tty.screen().mouse_protocol_mode(), vt100::MouseProtocolMode::None);
    tty.keys("q");
    assert_eq!(tty.exit_code(), 0);
    tty.assert_given_back();
}

#[test]
fn a_click_far_to_the_right_is_where_it_was() {
    let folder = Folder::new();
    let logs = [folder.write("left.log", "from the left\n"), folder.write("right.log", "from the right\n")];
    let args = [
        "--mouse".as_ref(),
        "--layout".as_ref(),
        "columns".as_ref(),
        logs[0].as_os_str(),
        logs[1].as_os_str(),
    ];
    let mut tty = Tty::start(&args, 300, 12);
    tty.wait_text("from the left");
    tty.wait_text("from the right");
    // Old protocols end at column 223.
    tty.keys("\x1b[<0;260;4M\x1b[<0;260;4m\x17z");
    tty.wait_gone("from the left");
    tty.wait_text("from the right");
}

#[test]
fn a_click_outside_of_the_screen_is_harmless() {
    let folder = Folder::new();
    let log = folder.write("a.log", "hello\n");
    let mut tty = Tty::start(&["--mouse".as_ref(), log.as_os_str()], 80, 24);
    tty.wait_text("hello");
    // The first column is 1.
    tty.keys("\x1b[<0;0;0M\x1b[<0;0;0m\x1b[M   \x1b[<64;65535;65535M/hell");
    tty.wait_text("/hell");
    tty.keys("\x1b");
    tty.wait_gone("/hell");
    tty.keys("q");
    assert_eq!(tty.exit_code(), 0);
}

#[test]
fn signals_give_the_terminal_back() {
    let folder = Folder::new();
    let log = folder.write("a.log", "hello\n");
    for (signal, code) in [(Signal::TERM, 143), (Signal::HUP, 129), (Signal::INT, 130)] {
        let mut tty = Tty::start(&[&log], 80, 24);
        tty.wait_text("hello");
        tty.signal(signal);
        assert_eq!(tty.exit_code(), code);
        tty.assert_given_back();
    }
}

/// How often a thread of a process has waited for something.
#[cfg(target_os = "linux")]
fn switches(pid: u32, name: &str) -> String {
    let tasks = fs::read_dir(format!("/proc/{pid}/task")).unwrap().map(|task| task.unwrap().path());
    let is_it = |task: &std::path::Path| fs::read_to_string(task.join("comm")).unwrap().trim() == name;
    let task = tasks.into_iter().find(|task| is_it(task)).unwrap();
    let status = fs::read_to_string(task.join("status")).unwrap();
    status.lines().find(|line| line.starts_with("voluntary_ctxt_switches")).unwrap().to_owned()
}

/// A terminal that has stopped, and goes on when the program has ended.
#[test]
#[cfg(target_os = "linux")]
fn a_terminal_that_takes_nothing_is_given_back_too() {
    use std::time::Duration;
    let folder = Folder::new();
    for signal in [Signal::TERM, Signal::HUP] {
        let log = folder.write("a.log", "hello\n");
        let mut tty = Tty::start(&[&log], 200, 50);
        tty.wait_text("hello");
        let fill = |pid: u32| {
            let (mut before, mut n) = (String::new(), 0);
            // The thread that writes stands still although there is more to show.
            while before != switches(pid, "terminal") {
                before = switches(pid, "terminal");
                for _ in 0..20 {
                    let row = |row| format!("{}\n", format!("{} ", n * 50 + row).repeat(30));
                    append(&log, (0..50).map(row).collect::<String>());
                    n += 1;
                    std::thread::sleep(Duration::from_millis(20));
                }
            }
        };
        let code = tty.end_unread(fill, signal);
        assert_eq!(code, 128 + u32::try_from(signal.as_raw()).unwrap());
        tty.assert_given_back();
    }
}

/// Ctrl-Z in a shell with job control: the shell comes back, and `fg` the picture.
#[test]
fn ctrl_z_stops_and_fg_goes_on() {
    let folder = Folder::new();
    let log = folder.write("a.log", "hello\n");
    let mut shell = portable_pty::CommandBuilder::new("sh");
    shell.arg("-i");
    shell.env("PS1", "prompt> ");
    shell.env("ENV", "");
    let mut tty = Tty::command(shell, 80, 24);
    tty.wait_text("prompt>");
    tty.keys(&format!("{} {}\n", env!("CARGO_BIN_EXE_tailpane"), log.display()));
    tty.wait_for("the picture", |screen| screen.alternate_screen() && screen.contents().contains("hello"));
    tty.keys("\x1a");
    tty.wait_for("the shell", |screen| !screen.alternate_screen() && screen.contents().contains("Stopped"));
    append(&log, "while it was stopped\n");
    tty.keys("fg\n");
    tty.wait_for("the picture again", |screen| {
        screen.alternate_screen() && screen.contents().contains("while it was stopped")
    });
    tty.keys("q");
    tty.wait_for("the shell at the end", |screen| !screen.alternate_screen());
}

#[test]
fn without_a_shell_ctrl_z_stops_nothing() {
    let folder = Folder::new();
    let log = folder.write("a.log", "hello\n");
    let mut tty = Tty::start(&[&log], 80, 24);
    tty.wait_text("hello");
    tty.keys("\x1a");
    tty.wait_text("no shell");
    append(&log, "still here\n");
    tty.wait_text("still here");
}

#[test]
fn standard_input_is_a_pane_and_keys_come_from_the_terminal() {
    let mut tty = Tty::shell(
        "(echo one; echo two; read x </dev/null; cat /dev/zero | head -c 0; sleep 300) | $TAILPANE",
        80,
        24,
    );
    tty.wait_text("two");
    tty.wait_text("stdin");
    tty.keys("&one\r");
    tty.wait_gone("two");
    tty.keys("q");
    tty.wait_for("the end of the picture", |screen| !screen.alternate_screen());
}

#[test]
fn no_sequence_of_a_log_or_a_name_reaches_the_terminal() {
    let folder = Folder::new();
    let hostile = "title \x1b]0;owned\x07 clear \x1b[2J\x1b[999;999H query \x1b[6n\x1b[c\x1bP+q\x1b\\ c1 \u{9b}31m\u{202e} bell \x07 end\n";
    let log = folder.write("evil\x1b]0;name\x07\u{202e}.log", hostile.repeat(3));
    let mut tty = Tty::start(&[&log], 200, 24);
    tty.wait_text("end");
    tty.keys("=");
    tty.wait_text("evil");
    tty.keys("q");
    tty.keys("D");
    tty.wait_for("the dump", |screen| !screen.alternate_screen());
    tty.keys("xq");
    assert_eq!(tty.exit_code(), 0);
    let raw = String::from_utf8_lossy(&tty.raw()).into_owned();
    for bad in ["\x1b]", "\x07", "\x1bP", "\x1b[6n", "\x1b[c", "\x1b[999;999H", "\u{9b}", "\u{202e}"] {
        assert!(!raw.contains(bad), "{bad:?} reached the terminal");
    }
    assert!(raw.contains("owned") && raw.contains("name"), "the text itself should be seen");
}

/// A sequence that makes a terminal answer would be typed into a prompt when the answer comes late.
#[test]
fn the_terminal_is_never_asked_anything() {
    let folder = Folder::new();
    let log = folder.write("a.log", numbers(0..100));
    let mut tty = Tty::start(&["--mouse", log.to_str().unwrap()], 80, 24);
    tty.wait_text("entry 00099");
    tty.keys("/entry\r");
    tty.keys("q");
    tty.exit_code();
    let raw = tty.raw();
    let text = String::from_utf8_lossy(&raw);
    for part in text.split('\x1b').skip(1) {
        let end = part.find(|c: char| ('@'..='~').contains(&c) && c != '[').unwrap_or(0);
        let sequence = &part[..=end];
        let asks = sequence.starts_with('[') && sequence.ends_with(['n', 'c', 'q', 't', 'u', 'p'])
            || sequence.starts_with('P')
            || sequence.starts_with(']') && part.contains('?');
        assert!(!asks, "{sequence:?} asks the terminal");
    }
}

#[test]
fn a_missing_file_waits_and_then_shows() {
    let folder = Folder::new();
    let log = folder.path("later.log");
    let tty = Tty::start(&[&log], 80, 24);
    tty.wait_text("later.log");
    fs::write(&log, "here at last\n").unwrap();
    tty.wait_text("here at last");
}

#[test]
fn no_arguments_and_no_pipe_print_the_short_help() {
    let mut tty = Tty::start::<&str>(&[], 80, 24);
    assert_eq!(tty.exit_code(), 2);
    for part in ["Follow many log files", "Usage:", "tailpane -h"] {
        assert!(tty.text().contains(part), "{part}: {}", tty.text());
    }
    assert!(!tty.raw().windows(8).any(|part| part == b"\x1b[?1049h"));
}

#[test]
fn the_demo_fills_the_screen_and_leaves_nothing_behind() {
    let folder = Folder::new();
    let mut command = portable_pty::CommandBuilder::new(env!("CARGO_BIN_EXE_tailpane"));
    command.arg("--demo");
    command.env("TMPDIR", folder.path(""));
    let mut tty = Tty::command(command, 120, 40);
    for name in ["access.log", "app.log", "events.json", "syslog"] {
        tty.wait_text(name);
    }
    assert!(rows(&tty).iter().filter(|row| row.is_empty()).count() < 3, "{}", tty.text());
    tty.keys("q");
    assert_eq!(tty.exit_code(), 0);
    assert_eq!(fs::read_dir(folder.path("")).unwrap().count(), 0);
}

#[test]
fn more_files_than_may_be_open_say_so_and_keys_still_work() {
    let folder = Folder::new();
    for n in 0..40 {
        folder.write(&format!("{n}.log"), "a line\n");
    }
    let line = format!("ulimit -n 24; exec $TAILPANE --layout rows {}/*.log", folder.path("").display());
    let mut tty = Tty::shell(&line, 80, 200);
    tty.wait_text("Too many open files");
    tty.keys("q");
    assert_eq!(tty.exit_code(), 0);
    tty.assert_given_back();
}
