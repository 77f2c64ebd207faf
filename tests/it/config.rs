//! The config as a user meets it: shown, checked, and read again while the program runs.

use crate::folder::Folder;
use crate::headless::{run, tailpane, text};
use crate::tty::Tty;

const OWN: &str = "layout = 'rows'\ncontext = 2\n\n[ssh]\nconnects = 4\n\n[logs.'api*']\nlabel = 'api'\nfilters = ['level>=info']\n\n\
                   [[filter]]\nname = 'health'\nquery = '!path=/health'\n";

fn shown(folder: &Folder, args: &[&str], environment: &[(&str, &str)]) -> String {
    let home = folder.path("").to_str().unwrap().trim_end_matches('/').to_owned();
    let mut command = tailpane(args);
    command.env("HOME", &home).env("XDG_CONFIG_HOME", format!("{home}/config"));
    command.envs(environment.iter().copied());
    let output = command.output().unwrap();
    let out = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    format!("exit {}\n{}", output.status.code().unwrap(), out.replace(&home, "~"))
}

#[test]
fn every_value_is_shown_with_the_place_where_it_was_said() {
    let folder = Folder::new();
    std::fs::create_dir_all(folder.path("config/tailpane")).unwrap();
    folder.write("config/tailpane/config.toml", OWN);
    folder
        .write("config/tailpane/config.prod.toml", "context = 3\n[[filter]]\nname = 'health'\nquery = 'x'\n");
    let args = ["--show-config", "--profile", "prod", "--chrome", "min"];
    let shown = shown(&folder, &args, &[("TAILPANE_HINTS", "off")]);
    insta::assert_snapshot!("every value with its place", shown);
}

#[test]
fn the_sample_of_the_page_is_what_the_program_prints() {
    let page = include_str!("../../docs/configuration.md");
    let sample = page
        .split("where each value was said:\n\n```\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next())
        .unwrap();
    let folder = Folder::new();
    std::fs::create_dir_all(folder.path("config/tailpane")).unwrap();
    folder.write("config/tailpane/config.toml", "layout = 'rows'\n");
    let printed = shown(&folder, &["--show-config", "--chrome", "min"], &[("TAILPANE_HINTS", "off")]);
    let printed = printed.replace("~/config/", "/home/ada/.config/");
    for line in sample.lines() {
        assert!(printed.lines().any(|printed| printed == line), "{line}\n{printed}");
    }
}

#[test]
fn what_is_shown_is_a_config_and_nothing_the_command_line_says_is_silent() {
    let folder = Folder::new();
    std::fs::create_dir_all(folder.path("config/tailpane")).unwrap();
    let own =
        "theme = 'q'\n[themes.q]\n[logs.'a*']\nlabel = 'one'\n[[highlight]]\npattern = 'x'\nstyle = 'blue'\n";
    folder.write("config/tailpane/config.toml", own);
    folder.write("config/tailpane/config.p.toml", "[logs.'*']\nlabel = 'two'\n");
    let flags =
        ["-H", "time=out=bold red", "--keep", "a b", "--format", "*.x=json", "-d", "\x1bm", "--by-line"];
    let followed = ["-c", "make -k", "a b.log", "-c", "date", "web1:/c.log"];
    let args = [&["--show-config", "--profile", "p"][..], &flags, &followed].concat();
    let all = shown(&folder, &args, &[]);
    let all = all.strip_prefix("exit 0\n").unwrap_or_else(|| panic!("{all}"));
    let order =
        |words: [&str; 2]| words.map(|word| all.find(word).unwrap_or_else(|| panic!("{word}\n{all}")));
    assert!(order(["label = \"two\"", "label = \"one\""]).is_sorted(), "{all}");
    assert!(order(["pattern = \"x\"", "pattern = \"time=out\""]).is_sorted(), "{all}");
    assert!(all.contains("style = \"bold red\"                  # --highlight time=out=bold red\n"), "{all}");
    let end = all.split("besides:\n").nth(1).unwrap_or_else(|| panic!("{all}"));
    let said: Vec<&str> = end.lines().collect();
    let options = ["# --keep='a b'", "# --format='*.x=json'", "# --drop='^[m'"];
    let followed = ["# --command='make -k'", "# 'a b.log'", "# --command=date", "# web1:/c.log"];
    assert_eq!(said, [&options[..], &followed].concat(), "{all}");
    // It is a config of its own: with it the same is shown, and in effect.
    let config = folder.write("sc.toml", all);
    let again = shown(&folder, &["--show-config", "--config", text(&config)], &[]);
    assert!(values(all).iter().all(|line| values(&again).contains(line)), "{all}\n{again}");
    let (a, b) = (folder.write("aa.log", "x\n"), folder.write("b.log", "y\n"));
    let (_, out, err) = run(&["--config", text(&config), "--no-follow", text(&a), text(&b)]);
    assert_eq!(out, "two: x\ntwo: y\n", "{err}");
}

/// What is shown, without the places.
fn values(shown: &str) -> Vec<String> {
    let lines = shown.lines().filter(|line| !line.starts_with(['#', 'e']));
    lines.map(|line| line.split("  #").next().unwrap_or_default().trim_end().to_owned()).collect()
}

#[test]
fn what_is_shown_of_a_workspace_is_one_that_means_the_same_elsewhere() {
    let folder = Folder::new();
    for name in ["config/tailpane", "shop", "elsewhere"] {
        std::fs::create_dir_all(folder.path(name)).unwrap();
    }
    folder.write("config/tailpane/config.toml", "wrap = true\n[[filter]]\nquery = '!nothing'\n");
    folder.write("shop/logs.log", "one\ntwo\n");
    folder.write("shop/other.log", "three\n");
    let own = "sources = ['logs.log', { path = './other.log', name = 'other' }]\ntimes = 'clock'\n[[tabs]]\nrows = ['logs.log', { \
               pane = 'other', wrap = false }]\n";
    let workspace = folder.write("shop/dash.toml", own);
    let all = shown(&folder, &["--show-config", "-w", text(&workspace)], &[]);
    let all = all.strip_prefix("exit 0\n").unwrap_or_else(|| panic!("{all}"));
    assert!(all.starts_with("# A workspace, "), "{all}");
    assert!(all.contains("\"~/shop/logs.log\"") && !all.contains("\"logs.log\""), "{all}");
    let home = folder.path("").to_str().unwrap().trim_end_matches('/').to_owned();
    let copy = folder.write("elsewhere/c.toml", all.replace('~', &home));
    let again = ["--config", "/dev/null", "-w", text(&copy)];
    let shown_again = shown(&folder, &[&again[..], &["--show-config"]].concat(), &[]);
    assert_eq!(values(&shown_again), values(all), "{shown_again}");
    assert!(shown_again.starts_with("exit 0\n"), "{shown_again}");
    let tty = Tty::start(&again, 80, 12);
    tty.wait_text("three");
    tty.wait_text("two");
}

#[test]
fn a_config_is_checked_without_following_anything() {
    let folder = Folder::new();
    std::fs::create_dir_all(folder.path("config/tailpane")).unwrap();
    folder.write("config/tailpane/config.toml", OWN);
    let fine = shown(&folder, &["--check-config"], &[]);
    assert_eq!(fine, "exit 0\nnothing is wrong in the config (~/config/tailpane/config.toml)\n");
    folder.write(
        "config/tailpane/config.toml",
        "layuot = 'rows'\n[[filter]]\nquery = 'level>=wran'\n[logs.x]\nzone = 'Mars'",
    );
    let wrong = shown(&folder, &["--check-config"], &[("TAILPANE_SSH_CONNECTS", "0")]);
    insta::assert_snapshot!("all that is wrong", wrong);
}

#[test]
fn without_a_screen_the_config_counts_too() {
    let folder = Folder::new();
    let config = folder.write("config.toml", "[logs.'a.log']\nlabel = 'one'\nformat = 'nosuch'\n");
    let (a, b) = (folder.write("a.log", "x\n"), folder.write("b.log", "y\n"));
    let args = ["--config", text(&config), "--no-follow", text(&a), text(&b)];
    let (code, _, err) = run(&args);
    assert!(code == 2 && err.contains("config.toml:3:10: there is no format nosuch"), "{err}");
    folder.write("config.toml", "[logs.'a.log']\nlabel = 'one'\n");
    let (code, out, _) = run(&args);
    assert_eq!((code, out.as_str()), (0, "one: x\nb.log: y\n"));
}

#[test]
fn what_changes_in_a_config_changes_on_the_screen_and_a_mistake_changes_nothing() {
    let folder = Folder::new();
    let config = folder.write("config.toml", "[logs.'a.log']\nlabel = 'one'\n");
    let lines: String =
        (0..200).map(|n| format!("{n} {}\n", if n % 2 == 0 { "even" } else { "odd" })).collect();
    let log = folder.write("a.log", lines);
    let mut tty = Tty::start(&["--config", text(&config), text(&log)], 80, 12);
    tty.wait_text("one");
    tty.wait_text("199 odd");
    tty.keys("100G");
    // "99 odd" is a part of what stands at the end, too.
    tty.wait_gone("199 odd");
    tty.wait_text("99 odd");
    folder.write("config.toml", "[logs.'a.log']\nlabel = 'two'\nfilters = ['odd']\n");
    tty.wait_text("two");
    tty.wait_gone("98 even");
    tty.wait_text("99 odd");
    folder.write("config.toml", "[logs.'a.log']\nlabel = 'three'\nfilters = ['level>=wran']\n");
    tty.wait_text("config.toml:3:");
    tty.wait_text("the old settings stay");
    assert!(tty.text().contains("two") && tty.text().contains("99 odd"), "{}", tty.text());
    folder.write("config.toml", "hints = false\n[logs.'a.log']\nlabel = 'four'\nfilters = ['even']\n");
    tty.wait_text("four");
    tty.wait_text("98 even");
    tty.wait_gone("99 odd");
    std::fs::remove_file(&config).unwrap();
    tty.wait_text("the config cannot be read");
    tty.keys("q");
    assert_eq!(tty.exit_code(), 0);
}

#[test]
fn as_much_is_held_of_standard_input_as_the_config_says() {
    let folder = Folder::new();
    let config = folder.write("config.toml", "[logs.stdin]\nscrollback = '1 MiB'\n");
    let lines: String = (0..40_000).map(|n| format!("line {n} {}\n", "x".repeat(80))).collect();
    let log = folder.write("a.log", lines);
    let line = format!("cat {} | $TAILPANE --config {}", text(&log), text(&config));
    let mut tty = Tty::shell(&line, 80, 12);
    tty.wait_text("line 39999");
    tty.keys("g");
    tty.wait_gone("line 39999");
    tty.wait_for("a first line that is a late one", |screen| {
        let first = screen.contents();
        let number = first.split("line ").nth(1).and_then(|rest| rest.split(' ').next()?.parse::<u32>().ok());
        number.is_some_and(|number| number > 20_000)
    });
}
