//! What lines of other hosts say: their zone, and asking logs of which most must be fetched first.

use super::site::Site;
use crate::headless::text;

/// A zone by its rule, so that the host needs no files for it.
const HERE: &str = "TZ=IST-5:30; export TZ; eval \"$SSH_ORIGINAL_COMMAND\"";

#[test]
fn times_without_a_zone_are_of_the_host() {
    let site = Site::with(|_| {}, |sshd| Site::forced(sshd, "web1", HERE));
    let log = site.write(
        "a.log",
        "2026-11-21T07:25:33Z INFO zoned\n2026-11-21 12:55:34,500 INFO [main] a.B - up\nINFO no time\n",
    );
    let json = |args: &[&str]| -> Vec<serde_json::Value> {
        let (code, out, err) = site.run(&[&["--no-follow", "--json"], args].concat());
        assert_eq!(code, 0, "{err}");
        out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let said = json(&[&log]);
    assert_eq!(said[1]["time"], "2026-11-21T07:25:34.5Z");
    assert_eq!(said[0]["time"], "2026-11-21T07:25:33Z");
    assert!(said[2]["time"].is_null());
    let kept = json(&["--filter", "time<2026-11-21T07:30Z", &log]);
    assert_eq!(kept.len(), 3, "the last line is of the record before: {kept:?}");
    let mut tty = site.tty(&[&log], 100, 24);
    tty.wait_text("a.B - up");
    tty.keys(":zone utc\ri");
    tty.wait_text("07:25:34.500 2026-11-21 12:55:34,500");
    tty.keys("=");
    tty.wait_text("taken for those of the host (+05:30)");
}

#[test]
fn queries_levels_and_jumps_go_through_what_must_be_fetched() {
    let site = Site::new();
    let line = |n: usize| {
        let (level, status) = match n {
            7 => ("error", 502),
            40_000 => ("warn", 404),
            80_000 => ("fatal", 500),
            _ => ("info", 200),
        };
        format!(
            "{{\"level\":\"{level}\",\"msg\":\"request {n:06}\",\"status\":{status},\"pad\":\"{:80}\"}}\n",
            ""
        )
    };
    let log = site.write("a.log", (1..=100_000).map(line).collect::<String>());
    let mut tty = site.tty(&[&log], 120, 24);
    tty.wait_text("INFO  request 100000 status=200");
    let only = |tty: &crate::tty::Tty, wanted: &[usize]| {
        let numbers: Vec<String> = wanted.iter().map(|n| format!("request {n:06}")).collect();
        tty.wait_for(&format!("only {numbers:?}"), |screen| {
            let text = screen.contents();
            text.matches("request ").count() == numbers.len()
                && numbers.iter().all(|number| text.contains(number.as_str()))
        });
    };
    tty.keys(":filter status>=400 status<502\r");
    only(&tty, &[40_000, 80_000]);
    tty.keys("U4>");
    only(&tty, &[7, 80_000]);
    tty.keys("<");
    only(&tty, &[7, 40_000, 80_000]);
    crate::folder::append(&site.path("a.log"), line(40_000).replace("040000", "100001"));
    only(&tty, &[7, 40_000, 80_000, 100_001]);
    tty.keys("UU");
    tty.wait_text("request 099999");
    tty.keys("g");
    tty.wait_text("request 000001");
    tty.keys("e");
    tty.wait_text("1 of 2 errors");
    tty.wait_text("ERROR request 000007");
    tty.keys("e");
    tty.wait_text("FATAL request 080000");
    tty.keys("W");
    tty.wait_text("WARN  request 040000");
    let (code, out, _) =
        site.run(&["--no-follow", "-n", "+1", "--filter", "level>=error", text(log.as_ref())]);
    assert_eq!((code, out.lines().count()), (0, 2));
}
