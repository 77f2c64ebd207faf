//! Going by time, from outside: the real program in a real terminal.

use std::fs;

use super::folder::{Folder, append};
use super::tty::Tty;

/// A line of a log, so many seconds after noon.
fn line(second: usize, text: &str) -> String {
    format!("2026-11-21T12:{:02}:{:02}Z {text} {second}\n", second / 60, second % 60)
}

fn lines(seconds: impl IntoIterator<Item = usize>, text: &str) -> String {
    seconds.into_iter().map(|second| line(second, text)).collect()
}

/// Whether the rows of the screen say these one below the other.
fn in_order(screen: &vt100::Screen, wanted: &[&str]) -> bool {
    let text = screen.contents();
    let rows: Vec<&str> = text.lines().collect();
    rows.windows(wanted.len()).any(|rows| rows.iter().zip(wanted).all(|(row, wanted)| row.contains(wanted)))
}

#[test]
fn panes_are_one_stream_that_grows_through_a_rotation_and_come_back_at_that_instant() {
    let folder = Folder::new();
    let api = folder.write("api.log", lines((0..600).step_by(2), "api"));
    let web = folder.write("web.log", lines((1..600).step_by(2), "web"));
    let mut tty = Tty::start(&[&api, &web], 120, 30);
    tty.wait_text("api 598");
    tty.wait_text("web 599");
    tty.keys("T");
    tty.wait_text("2 logs by time");
    tty.wait_for("both in order", |screen| in_order(screen, &["web 597", "api 598", "web 599"]));
    append(&api, line(602, "api"));
    tty.wait_text("api 602");
    append(&web, line(601, "late web"));
    tty.wait_for("the late line above", |screen| in_order(screen, &["web 599", "late web 601", "api 602"]));
    fs::rename(&api, folder.path("api.log.1")).unwrap();
    folder.write("api.log", line(604, "api"));
    tty.wait_text("api 604");
    tty.wait_for("what happened, by name", |screen| screen.contents().contains("api: rotated"));
    tty.keys("t2026-11-21T12:05:00Z\r");
    tty.wait_for("the time", |screen| in_order(screen, &["web 299", "api 300", "web 301"]));
    let before = tty.text();
    append(&web, line(610, "web"));
    tty.wait_text("[+1]");
    assert_eq!(before.lines().nth(5), tty.text().lines().nth(5), "nothing moves what is looked at");
    tty.keys("T");
    tty.wait_gone("logs by time");
    tty.wait_for("both at that instant", |screen| {
        let text = screen.contents();
        text.contains("api 300") && text.contains("web 301") && !text.contains("api 604")
    });
    tty.keys("S");
    tty.wait_text("one instant");
    tty.keys("g");
    tty.wait_text("api 0");
    tty.wait_text("web 1");
}

#[test]
fn a_time_is_gone_to_and_left_again() {
    let folder = Folder::new();
    let log = folder.write("app.log", lines(0..3600, "app"));
    let mut tty = Tty::start(&[&log], 80, 24);
    tty.wait_text("app 3599");
    tty.keys("t2026-11-21T12:30:00Z\r");
    tty.wait_text("app 1800");
    tty.keys("''");
    tty.wait_text("app 3599");
    tty.keys("tnonsense\r");
    tty.wait_text("is no time");
}
