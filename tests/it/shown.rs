//! The forms of lines on the screen of the real program.

use crate::folder::{Folder, append};
use crate::tty::Tty;

const LOG: &str = concat!(
    "{\"time\":\"2026-11-21T07:25:34.5Z\",\"level\":\"info\",\"msg\":\"up\",\"req\":{\"id\":\"r-1\"},\"took\":12}\n",
    "time=2026-11-21T07:25:36Z level=error msg=\"it broke\" took=900\n",
);

#[test]
fn lines_with_fields_are_shown_folded_out_and_raw() {
    let folder = Folder::new();
    let log = folder.write("a.log", LOG);
    let mut tty = Tty::start(&[&log], 100, 24);
    tty.wait_text("INFO  up req={id:r-1} took=12");
    tty.keys(":zone utc\r");
    tty.wait_text("07:25:36.000 ERROR it broke took=900");
    tty.keys("J");
    tty.wait_text("    id: r-1");
    append(&log, "{\"level\":\"warn\",\"msg\":\"slow\",\"why\":\"one\\ntwo\"}\n");
    tty.wait_text("WARN  slow");
    tty.wait_text("    two");
    tty.keys("J");
    tty.wait_text("\"req\":{\"id\":\"r-1\"},\"took\":12}");
    tty.keys("J:hide took r\t\r");
    tty.wait_text("hides req, took");
    tty.wait_gone("took=");
    tty.keys("iii");
    tty.wait_text(" +1.50s 07:25:36.000 ERROR it broke");
}

#[test]
fn zones_complete_and_are_looked_up() {
    let folder = Folder::new();
    let log = folder.write("a.log", LOG);
    let mut tty = Tty::start(&[&log], 100, 24);
    tty.wait_text("it broke");
    tty.keys("i:zone asia/tok");
    tty.wait_text("zone Asia/Tokyo");
    tty.keys("\t\r");
    tty.wait_text("16:25:36.000 ERROR");
    tty.keys(":zone Asia/Tokio\r");
    tty.wait_text("no zone is called Asia/Tokio");
}

#[test]
fn hostile_lines_are_shown_and_keys_still_answer() {
    let folder = Folder::new();
    let mut log = format!("{{\"msg\":\"{}\"}}\n", "x".repeat(10 << 20)).into_bytes();
    log.extend(format!("{{\"deep\":{}1{}}}\n", "[".repeat(10_000), "]".repeat(10_000)).bytes());
    log.extend(b"{\"level\":\"error\",\"msg\":\"\xff\xfe broken\",\"a\":1,\"a\":2}\n");
    log.extend(b"{\"time\":\"9999-12-31T23:59:59Z\",\"level\":\"warn\",\"msg\":\"far\"}\n");
    let log = folder.write("a.log", log);
    let mut tty = Tty::start(&[&log], 80, 24);
    tty.wait_text("WARN  far time=9999-12-31T23:59:59Z");
    for keys in ["J", "i", "i", "i", "-S", "g", "G", "J"] {
        tty.keys(keys);
    }
    tty.wait_text("\"time\":\"9999-12-31T23:59:59Z\",\"level\":\"warn\"");
    tty.wait_text("\\xff\\xfe broken");
}
