//! Formats of the user's own and filters that panes begin with, from a config file, with the real program.

use crate::folder::{Folder, append};
use crate::headless::{run, text};
use crate::tty::Tty;

const CONFIG: &str = r##"
[groups]
web = ["web1"]

[[format]]
name = "till"
sources = ["till*.log"]
pattern = '^(?<time>\S+ \S+) #(?<till>\d+) (?<level>\w) (?<message>.*)$'
time = "%d.%m.%Y %H.%M.%S"
zone = "Asia/Tokyo"

[[format]]
name = "gate"
pattern = '^gate (?<gate>\w+) (?<level>\w+): (?<message>.*)$'
"##;

const TILL: &str =
    "21.11.2026 16.25.34 #7 E paper out\n21.11.2026 16.25.35 #8 I sold\n{\"level\":\"warn\"}\n";

fn fields(out: &str) -> Vec<serde_json::Value> {
    out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn own_formats_are_read_for_their_sources_and_before_all_others() {
    let folder = Folder::new();
    let config = folder.write("config.toml", CONFIG);
    let till = folder.write("till-1.log", TILL);
    let other = folder.write("other.log", TILL.to_owned() + "gate A error: stuck\n");
    let json = |args: &[&str]| {
        let (code, out, err) = run(&[&["--config", text(&config), "--json", "--no-follow"], args].concat());
        assert_eq!((code, err.as_str()), (0, ""));
        fields(&out)
    };
    let said = json(&[text(&till)]);
    assert_eq!((&said[0]["time"], &said[0]["level"]), (&"2026-11-21T07:25:34Z".into(), &"error".into()));
    assert_eq!(said[0]["fields"], serde_json::json!({"till": "7"}));
    assert_eq!(
        (&said[1]["level"], &said[2]["level"]),
        (&"info".into(), &"warn".into()),
        "others are read too"
    );
    let said = json(&[text(&other)]);
    assert_eq!(said[0]["fields"], serde_json::json!({}), "not of this source");
    assert_eq!(
        (&said[3]["level"], &said[3]["fields"]["gate"]),
        (&"error".into(), &"A".into()),
        "of all sources"
    );
    let said = json(&["--format", "other*=till", text(&other)]);
    assert_eq!((&said[0]["level"], &said[2]["level"]), (&"error".into(), &serde_json::Value::Null), "chosen");
    let said = json(&["--filter", "till=7 level>=error time<2026-11-21T07:26Z", text(&till)]);
    assert_eq!((said.len(), &said[0]["fields"]["till"]), (1, &"7".into()));
}

#[test]
fn mistakes_in_a_config_are_told_with_their_place() {
    let folder = Folder::new();
    let log = folder.write("a.log", "x\n");
    for (config, at, said) in [
        (CONFIG.replace("pattern = '^gate (", "pattern = '^gate ((?"), ":14:21: ", "no regular expression"),
        (CONFIG.replace("zone =", "zoen ="), ":10:1: ", "did you mean zone?"),
        (CONFIG.replace("Asia/Tokyo", "Asia/Tokio"), ":10:8: ", "no zone is called Asia/Tokio"),
        (CONFIG.replace("\"till\"", "\"json\""), ":6:8: ", "there is a format json already"),
        (CONFIG.replace("[[format]]", "[[fromat]]"), ":5:3: ", "did you mean format?"),
        ("[[filter]]\nquery = 'x level>=wran'\n".to_owned(), ":2:19: ", "wran"),
    ] {
        let config = folder.write("config.toml", config);
        let (code, out, err) = run(&["--config", text(&config), "--no-follow", text(&log)]);
        assert_eq!((code, out.as_str()), (2, ""), "{err}");
        assert!(err.contains(at) && err.contains(said), "{at} {said}: {err}");
        assert_eq!(err.lines().count(), 1, "{err}");
    }
}

#[test]
fn on_the_screen_own_formats_tell_level_and_fields_too() {
    let folder = Folder::new();
    let config = folder.write("config.toml", CONFIG);
    let till = folder.write("till-1.log", TILL);
    let mut tty = Tty::start(&["--config", text(&config), text(&till)], 100, 24);
    tty.wait_text("paper out");
    tty.keys(":filter till=7 level=error\r");
    tty.wait_gone("sold");
    append(&till, "21.11.2026 16.25.36 #7 E drawer open\n21.11.2026 16.25.36 #7 I closed\n");
    tty.wait_text("drawer open");
    assert!(!tty.text().contains("closed"), "{}", tty.text());
    tty.keys("i:zone Asia/Tokyo\r");
    tty.wait_text("16:25.36".replace('.', ":").as_str());
    tty.wait_text("16:25:34.000 21.11.2026");
    tty.keys("=");
    tty.wait_text("till (of config.toml)");
    tty.wait_text("those of Asia/Tokyo");
}

#[test]
fn panes_begin_with_the_filters_of_the_config_and_then_of_the_command_line() {
    let folder = Folder::new();
    let config = "[[filter]]\nsources = [\"till*\"]\nquery = 'sold | level>=error'\n";
    let config = folder.write("config.toml", format!("{CONFIG}{config}"));
    let (till, other) = (folder.write("till-1.log", TILL), folder.write("other.log", TILL));
    let mut tty = Tty::start(&["--config", text(&config), text(&till), text(&other)], 100, 24);
    tty.wait_text("sold | level>=error");
    tty.wait_for("the pane of the other log shows all", |screen| {
        let shown = screen.contents();
        shown.matches("paper out").count() == 2 && shown.matches("WARN").count() == 1
    });
    tty.keys("C");
    tty.wait_for("the filter can be switched off", |screen| screen.contents().matches("WARN").count() == 2);
    tty.keys("q");
    assert_eq!(tty.exit_code(), 0);
    let mut tty = Tty::start(&["--config", text(&config), "--drop", "paper", text(&till)], 100, 24);
    tty.wait_text("sold | level>=error !paper");
    tty.wait_gone("paper out");
    tty.wait_text("#8 I sold");
    tty.keys("q");
    // Nobody sees what is left out of a pipe.
    let (code, out, _) = run(&["--config", text(&config), "--no-follow", text(&till)]);
    assert_eq!((code, out.as_str()), (0, TILL));
}
