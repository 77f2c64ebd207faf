//! What lines say, from outside: queries, formats, JSON, and from error to error.

use std::io::Write;
use std::process::Stdio;

use jiff::{Timestamp, ToSpan};

use crate::folder::{Folder, append};
use crate::headless::{Running, run, tailpane, text};
use crate::tty::Tty;

const SERVICE: &str = concat!(
    r#"{"time":"2026-11-21T07:25:34.5Z","level":"info","msg":"up","status":200,"http":{"took":"12ms"}}"#,
    "\n",
    r#"{"time":"2026-11-21T07:25:35Z","level":"error","msg":"no error here","status":502,"http":{"took":"1.2s"}}"#,
    "\n",
    "Nov 21 07:25:36 web1 shop[17]: warning: retries=3\n",
    "an error without a level\n",
);

fn lines(out: &str) -> Vec<serde_json::Value> {
    out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn json_tells_time_level_and_fields() {
    let folder = Folder::new();
    let log = folder.write("a.log", SERVICE);
    let (code, out, err) = run(&["--json", "--no-follow", text(&log)]);
    let said = lines(&out);
    assert_eq!((code, said.len(), err.as_str()), (0, 4, ""));
    assert_eq!(said[0]["time"], "2026-11-21T07:25:34.5Z");
    assert_eq!(said[0]["fields"], serde_json::json!({"status": 200, "http": {"took": "12ms"}}));
    assert_eq!((&said[1]["level"], &said[1]["fields"]["status"]), (&"error".into(), &502.into()));
    assert_eq!((&said[2]["level"], &said[2]["fields"]["retries"]), (&"warn".into(), &"3".into()));
    assert_eq!((&said[2]["fields"]["host"], &said[2]["fields"]["pid"]), (&"web1".into(), &"17".into()));
    assert!(said[3]["level"].is_null() && said[3]["time"].is_null());
    assert_eq!(said[3]["fields"], serde_json::json!({}));
}

#[test]
fn a_query_keeps_what_it_asks_for() {
    let folder = Folder::new();
    let log = folder.write("a.log", SERVICE);
    let kept = |query: &str| -> Vec<usize> {
        let (code, out, err) = run(&["--by-line", "--no-follow", "--filter", query, text(&log)]);
        assert_eq!((code, err.as_str()), (0, ""), "{query}");
        out.lines().map(|kept| SERVICE.lines().position(|line| line == kept).unwrap()).collect()
    };
    assert_eq!(kept("level>=warn"), [1, 2]);
    assert_eq!(kept("error"), [1, 3]);
    assert_eq!(kept("error !level=error"), [3]);
    assert_eq!(kept("status>=500 | retries>2"), [1, 2]);
    assert_eq!(kept("http.took>1s"), [1]);
    assert_eq!(kept("time<=2026-11-21T07:25:34Z"), [0]);
    assert_eq!(kept("host=web1"), [2]);
}

#[test]
fn a_query_is_asked_of_what_comes_through_a_pipe_too() {
    let mut tailpane = tailpane(&["--filter", "level>=error", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = tailpane.stdin.take().unwrap();
    stdin.write_all(SERVICE.as_bytes()).unwrap();
    stdin.write_all(b"2026-11-21 07:25:37,123 ERROR [main] shop.Cart - it broke\n").unwrap();
    drop(stdin);
    let output = tailpane.wait_with_output().unwrap();
    let out = String::from_utf8(output.stdout).unwrap();
    let levels: Vec<bool> = out.lines().map(|line| line.contains("no error here")).collect();
    assert_eq!(levels, [true, false], "{out}");
}

const TRACE: &str = "2026-11-21 07:25:33 INFO up
2026-11-21 07:25:34 ERROR it broke
java.lang.IllegalStateException: no cart
\tat shop.Cart.add(Cart.java:17)
Caused by: java.io.IOException: timeout
2026-11-21 07:25:35 INFO GET /healthcheck
\tno trouble
";

#[test]
fn whole_records_are_printed_or_single_lines() {
    let folder = Folder::new();
    let log = folder.write("a.log", TRACE);
    let kept = |args: &[&str]| {
        let (code, out, err) = run(&[&["--no-follow", text(&log)], args].concat());
        assert_eq!((code, err.as_str()), (0, ""), "{args:?}");
        out.lines().map(|kept| TRACE.lines().position(|line| line == kept).unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(kept(&["--keep", "Caused by"]), [1, 2, 3, 4]);
    assert_eq!(kept(&["--by-line", "--keep", "Caused by"]), [4]);
    assert_eq!(kept(&["--drop", "healthcheck"]), [0, 1, 2, 3, 4]);
    assert_eq!(kept(&["--by-line", "--drop", "healthcheck"]), [0, 1, 2, 3, 4, 6]);
    assert_eq!(kept(&["--filter", "level=error timeout"]), [1, 2, 3, 4]);
    assert_eq!(kept(&["--filter", "level=error trouble"]), [0usize; 0]);
}

#[test]
fn a_record_that_grows_is_printed_as_soon_as_it_is_known_to_be_kept() {
    let folder = Folder::new();
    let log = folder.write("a.log", "");
    let mut keeps = Running::start(&["--keep", "timeout", text(&log)]);
    let mut drops = Running::start(&["--drop", "healthcheck", text(&log)]);
    append(&log, "2026-11-21 07:25:33 INFO up\n2026-11-21 07:25:34 ERROR it broke: timeout\n");
    // Nothing comes behind it, and it is not waited for either.
    assert!(keeps.line().ends_with("timeout"));
    assert!(drops.line().ends_with("up"));
    assert!(drops.line().ends_with("timeout"));
    append(
        &log,
        "\tat shop.Cart.add(Cart.java:17)\n2026-11-21 07:25:35 INFO GET /healthcheck\n\tno trouble\n",
    );
    assert!(keeps.line().contains("Cart.java"));
    assert!(drops.line().contains("Cart.java"));
    append(&log, "2026-11-21 07:25:36 WARN timeout again\n");
    assert!(keeps.line().ends_with("again"));
    assert!(drops.line().ends_with("again"));
    for running in [&mut keeps, &mut drops] {
        running.child.kill().unwrap();
        running.child.wait().unwrap();
    }
}

#[test]
fn on_the_screen_records_are_folded_and_shown() {
    let folder = Folder::new();
    let log = folder.write("a.log", TRACE);
    let mut tty = Tty::start(&[&log], 80, 24);
    tty.wait_text("no trouble");
    tty.keys("&Caused by\r");
    tty.wait_for("the trace alone", |screen| {
        let text = screen.contents();
        text.contains("it broke") && text.contains("no cart") && !text.contains("no trouble")
    });
    tty.keys("za");
    tty.wait_text("+3 lines");
    tty.keys("p");
    tty.wait_text("y copies");
    assert!(tty.text().contains("Cart.java:17") && tty.text().contains("level"), "{}", tty.text());
}

#[test]
fn a_wrong_query_points_at_its_column() {
    let (code, out, err) = run(&["--filter", "status=500 levle>=warn (", "x.log"]);
    assert_eq!((code, out.as_str()), (2, ""));
    let rows: Vec<&str> = err.lines().collect();
    let (query, carets) = (rows[2], rows[3]);
    assert_eq!(query.trim(), "status=500 levle>=warn (");
    let at = carets.find('^').unwrap() - query.find("status").unwrap();
    assert!(at >= 11, "{err}");
}

#[test]
fn a_format_is_chosen_for_some_sources() {
    let folder = Folder::new();
    let one = folder.write("one.txt", "{\"level\":\"error\"}\n");
    let two = folder.write("two.log", "{\"level\":\"error\"}\n");
    let levels = |options: &[&str]| -> Vec<Option<String>> {
        let (code, out, _) = run(&[options, &["--json", "--no-follow", text(&one), text(&two)]].concat());
        assert_eq!(code, 0);
        lines(&out).iter().map(|line| line["level"].as_str().map(str::to_owned)).collect()
    };
    let error = || Some("error".to_owned());
    assert_eq!(levels(&[]), [error(), error()]);
    assert_eq!(levels(&["--format", "*.log=syslog"]), [error(), None]);
    assert_eq!(levels(&["--format", "syslog", "--format", "*.log=json"]), [None, error()]);
    let (code, _, err) = run(&["--format", "jsno", text(&one)]);
    assert_eq!(code, 2);
    assert!(err.contains("no format jsno; did you mean json?"), "{err}");
}

#[test]
fn on_the_screen_a_query_goes_on_with_the_log() {
    let folder = Folder::new();
    let ago = |minutes: i64| Timestamp::now() - minutes.minutes();
    let line = |minutes: i64, level: &str, word: &str| {
        format!("{{\"time\":\"{}\",\"level\":\"{level}\",\"msg\":\"{word}\"}}\n", ago(minutes))
    };
    let log =
        folder.write("a.log", line(30, "error", "old") + &line(5, "error", "new") + &line(5, "info", "fine"));
    let mut tty = Tty::start(&[&log], 100, 24);
    tty.wait_text("fine");
    tty.keys(":filter level>=warn since 10m\r");
    tty.wait_for("the new error alone", |screen| {
        let text = screen.contents();
        text.contains("ERROR new") && !text.contains("ERROR old") && !text.contains("fine")
    });
    append(&log, line(0, "info", "quiet") + &line(0, "fatal", "loud"));
    tty.wait_text("loud");
    assert!(!tty.text().contains("quiet"), "{}", tty.text());
    tty.keys("C");
    tty.wait_text("quiet");
    tty.keys("gee");
    tty.wait_text("2 of 3 errors");
}
