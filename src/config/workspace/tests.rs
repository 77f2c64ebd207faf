use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::config::highlights::Words;
use crate::config::mistake::told;
use crate::config::settings::LayoutKind;
use crate::config::tests::example;
use crate::config::{Config, toml};

fn read(text: &str) -> Result<Config, Vec<String>> {
    let tree = toml::parse(text, "/etc/shop/dash.toml", LAYER).map_err(|wrong| told(vec![wrong]))?;
    crate::config::read(&tree, &|_| None, &Arc::default()).map_err(told)
}

fn workspace(text: &str) -> Workspace {
    (*read(text).unwrap().settings.workspace).clone()
}

/// The source that a name in full comes from.
fn origin_of(workspace: &Workspace, source: &str) -> Option<usize> {
    Origins::new(workspace, &workspace.sources).of(source)
}

fn wrong(text: &str) -> Vec<String> {
    let told = read(text).err().unwrap_or_else(|| panic!("nothing is wrong in {text}"));
    told.iter().map(|sentence| sentence.replace("/etc/shop/dash.toml:", "")).collect()
}

#[test]
fn the_example_above_is_one() {
    let config = read(&example(include_str!("../workspace.rs"))).unwrap();
    let workspace = &config.settings.workspace;
    assert_eq!(
        workspace.sources.iter().map(Origin::name).collect::<Vec<_>>(),
        ["/var/log/syslog", "web", "db"]
    );
    let views: Vec<&str> = workspace.tabs[0].root.views().iter().map(|view| view.source.as_str()).collect();
    assert_eq!(views, ["web", "db", "/var/log/syslog"]);
    let said = config.settings.log("web1:/var/log/nginx/access.log");
    assert_eq!(said.filters.map(|filters| filters[0].to_string()).as_deref(), Some("status>=500"));
    assert_eq!(config.settings.log("journalctl -fu db").group.as_deref(), Some("data"));
}

#[test]
fn the_example_of_the_manual_is_one() {
    let page = include_str!("../../../docs/workspaces.md");
    let example: Vec<&str> = page.lines().skip_while(|line| *line != "```toml").skip(1).collect();
    let example: Vec<&str> = example.into_iter().take_while(|line| *line != "```").collect();
    let config = read(&example.join("\n")).unwrap();
    let workspace = &config.settings.workspace;
    assert_eq!((workspace.sources.len(), workspace.tabs.len()), (4, 2));
    assert!(workspace.tabs[1].merged && origin_of(workspace, "api2:/var/log/shop/api.log") == Some(1));
    assert_eq!(workspace.sources[3].typed(), "/etc/shop/db/*.log");
    assert_eq!(config.settings.log("/etc/shop/db/x.log").group.as_deref(), Some("data"));
}

#[test]
fn the_example_of_keys_in_the_manual_is_one() {
    let page = include_str!("../../../docs/keymaps.md");
    let example: Vec<&str> = page.lines().skip_while(|line| *line != "```toml").skip(1).collect();
    let example: Vec<&str> = example.into_iter().take_while(|line| *line != "```").collect();
    let file = crate::config::keymap::File { place: "keymap.toml".into(), text: example.join("\n") };
    let keys =
        crate::config::keymap::layered("less", &[file], &|_, _, _| Ok(crate::config::keymap::Sort::WayOut))
            .unwrap();
    assert!(keys.keys_of("mark", "").is_empty() || !keys.keys_of("close", "").is_empty());
}

#[test]
fn sources_are_texts_or_tables_meant_from_the_file_s_folder() {
    let of = workspace("[[sources]]\npath = 'logs/a.log'\n[[sources]]\npath = '/x'\nhost = '{web,db}1'\n");
    assert_eq!(of.sources[0].typed(), "/etc/shop/logs/a.log");
    assert_eq!(of.sources[1].typed(), "{web,db}1:/x");
    assert_eq!((origin_of(&of, "db1:/x"), origin_of(&of, "/x")), (Some(1), None));
    assert_eq!(workspace("sources = [{ command = 'make -k' }]").sources[0].typed(), "-- make -k");
}

#[test]
fn a_name_is_the_label_of_one_source_unless_another_is_said() {
    let text = "sources = [{ command = 'while true; do date; done', name = 'clock' }, { path = '/b.log', name = 'b', \
                label = 'second' }, { path = '${x}/c-${date:%F}.log', name = 'c' }, { path = '/d/*.log', name = 'd' }]\n\
                [logs.'*']\nlabel = 'any'\n[variables]\nx = '/srv'";
    let label = |source: &str| read(text).unwrap().settings.log(source).label.unwrap();
    assert_eq!(label("while true; do date; done"), "clock");
    assert_eq!(label("/b.log"), "second");
    assert_eq!(label("/srv/c-2026-11-21.log"), "c");
    assert_eq!(label("/d/1.log"), "any", "several sources are not called alike");
    for name in ["b", "second", "/b.log"] {
        let of = workspace(&format!(
            "sources = ['/a.log', {{ path = '/b.log', name = 'b', label = 'second' }}]\n\
                                     [[tabs]]\nrows = ['{name}']"
        ));
        assert_eq!(Origins::new(&of, &of.sources).named(name), Some(1), "{name}");
    }
    let told = wrong("sources = [{ path = '/b.log', label = 'second' }]\n[[tabs]]\nrows = ['secnd']");
    assert!(told[0].ends_with("no source is called secnd; did you mean second?"), "{told:?}");
    let head =
        "sources = [{ path = '/b.log', host = 'web1' }, { path = '/c.log', name = 'c', label = 'c' }]\n";
    let named = |name: &str| format!("{head}[[tabs]]\nrows = ['{name}']");
    assert_eq!(workspace(&named("web1:/b.log")).tabs.len(), 1);
    let told = wrong(&named("nothing-like-it"));
    assert!(told[0].ends_with("no source is called nothing-like-it; there are web1:/b.log, c"), "{told:?}");
}

#[test]
fn every_mistake_is_told_with_its_place() {
    let head = "sources = ['/a.log', { path = '/b.log', name = 'web' }]\n";
    let tabs = |text: &str| wrong(&format!("{head}{text}"))[0].clone();
    for (text, said) in [
        ("[[tabs]]\nrows = ['wev']", "3:9: no source is called wev; did you mean web?"),
        (
            "[[tabs]]\nrows = ['nothing-like-it']",
            "3:9: no source is called nothing-like-it; there are /a.log, web",
        ),
        ("[[tabs]]\nrows = [{ pane = 'web', weight = 0 }]", "3:34: a whole number from 1 to"),
        (
            "[[tabs]]\nrows = [{ pane = 'web', wieght = 2 }]",
            "3:25: nothing is called wieght; did you mean weight?",
        ),
        ("[[tabs]]\nrows = [{ weight = 2 }]", "3:9: one of pane, rows and columns"),
        ("[[tabs]]\nrows = [{ columns = ['web'], wrap = true }]", "3:30: wrap can be said of a pane only"),
        ("[[tabs]]\nrows = ['web']\ncolumns = ['web']", "4:1: a tab needs one of"),
        ("[[tabs]]\nname = 'x'", "3:8: a tab needs one of"),
        ("[[tabs]]\nmerged = ['web']", "3:10: a stream is merged of two"),
        (
            "[[tabs]]\nmerged = ['web', { pane = '/a.log', filters = ['x'] }]",
            "3:37: a stream has one filter and one look, which are said with its first pane: filters goes",
        ),
        ("[[tabs]]\nrows = [{ pane = 'web', filters = ['level>=wran'] }]", "3:44: wran is no level"),
        ("[[tabs]]\nrows = [{ pane = 'web', filters = [{ keep = '(' }] }]", "3:46: "),
        ("[[tabs]]\nrows = [{ pane = 'web', filters = [''] }]", "3:36: the query is empty"),
        ("[[tabs]]\nrows = [{ pane = 'web', filters = [{ kepe = 'x' }] }]", "3:38: nothing is called kepe"),
        (
            "[[tabs]]\nrows = [{ pane = 'web', focus = true }, { pane = 'web', focus = true }]",
            "3:8: one pane",
        ),
        ("[[tabs]]\nrows = []", "3:8: rows names no pane"),
        ("[[tabs]]\nrows = ['web']\nfront = true\n[[tabs]]\nrows = ['web']\nfront = true", "7:1: one tab"),
        ("layuot = 'grid'", "2:1: nothing is called layuot; did you mean layout?"),
    ] {
        let told = tabs(text);
        assert!(told.starts_with(said), "{text}\n{told}\n{said}");
    }
    for (text, said) in [
        ("sources = [{ name = 'x' }]", "1:12: a source needs a path or a command"),
        (
            "sources = [{ path = '/x', comand = 'y' }]",
            "1:27: nothing is called comand; did you mean command?",
        ),
        (
            "sources = [{ path = 'a', name = 'x' }, { path = 'b', name = 'x' }]",
            "1:40: another source is called x",
        ),
        ("sources = ['']", "1:12: a path is wanted"),
        (
            "sources = [{ command = 'x', host = 'h' }]",
            "1:29: host can be said of a path only: a command runs here",
        ),
        ("sources = [{ path = '/x', format = 'jsno' }]", "1:36: "),
        ("sources = ['/a', '${nope}/x']", "1:18: ${nope}: there is no such variable; there are ${host}, "),
        (
            "sources = [{ name = 'x', path = '/x-${date:%E}' }]",
            "1:33: ${date:%E}: this is no format for dates",
        ),
        ("sources = ['/x/${host']", "1:12: a ${ without its }"),
        ("sources = ['web 1:/x']", "1:12: web 1:/x: a host's name cannot have a space in it"),
        ("sources = ['{web,db:/x']", "1:12: {web,db:/x: a { is never closed"),
        ("sources = ['web1:']", "1:12: web1:: no path follows the colon"),
        ("sources = ['ssh://web1:x/y']", "1:12: ssh://web1:x/y: x is no port"),
        ("sources = ['${date:%F}:/x']", "1:12: ${date:%F}:/x: a host's name cannot have ${date:%F} in it"),
        ("sources = [\"web1:/x\\u0000\"]", "1:12: a path cannot have a zero byte"),
        ("sources = [{ host = '{web,db', path = '/x' }]", "1:21: a { is never closed"),
        ("sources = [{ host = '', path = '/x' }]", "1:21: a text that is not empty is wanted for host"),
        ("sources = [{ host = 'a/b', path = '/x' }]", "1:21: a host's name cannot have / in it"),
        ("sources = [{ host = 'web1:22', path = '/x' }]", "1:21: a colon belongs to an address"),
        ("sources = [{ host = '${nope}', path = '/x' }]", "1:21: ${nope}: there is no such variable"),
        ("sources = [{ host = 'web1', path = '~bob/x' }]", "1:36: web1:~bob/x: ~ is your own home folder"),
    ] {
        let told = wrong(text);
        assert!(told[0].starts_with(said), "{text}\n{told:?}\n{said}");
    }
}

#[test]
fn what_another_machine_decides_is_no_mistake_of_the_file() {
    for source in [
        "'${env:TAILPANE_NOPE}/x'",
        "'{${env:TAILPANE_HOSTS}}:/x'",
        "'ssh://web1:${env:TAILPANE_PORT}/x'",
        "{ host = '${env:TAILPANE_HOST}', path = '/x' }",
        "{ host = '[::1]', path = '/x' }",
        "{ host = 'ada@{web,db}${n}', path = '/${host}/x' }",
        "'@nobody:/x'",
        "'/x/[a'",
        "'/x/$${nope}'",
        "{ command = 'echo ${nope}' }",
    ] {
        let of = read(&format!("sources = [{source}]\n[variables]\nn = '1'"))
            .unwrap_or_else(|wrong| panic!("{wrong:?}"));
        assert_eq!(*of.settings.places, ["/etc/shop/dash.toml:1:12"]);
    }
}

#[test]
fn what_is_a_workspace_s_own_belongs_into_no_config() {
    let tree = toml::parse("sources = ['/a']", "config.toml", 1).unwrap();
    let told = told(crate::config::read(&tree, &|_| None, &Arc::default()).unwrap_err());
    assert!(told[0].starts_with("config.toml:1:1: sources belongs into a workspace"), "{told:?}");
}

#[test]
fn alerts_have_their_place_and_it_is_told_that_they_do_nothing() {
    let told = read("sources = ['/a']\n[[alert]]\nwhen = 'level>=error'\n[[alert]]\nwhen = 'x'")
        .unwrap()
        .settings
        .unheeded;
    assert_eq!(told.len(), 1, "once: {told:?}");
    assert!(told[0].starts_with("/etc/shop/dash.toml:2:3: [[alert]] does nothing: "), "{told:?}");
    assert!(read("sources = ['/a']").unwrap().settings.unheeded.is_empty());
}

#[test]
fn what_is_written_is_readable_and_says_the_same() {
    let text = "sources = [\n  \"/var/log/syslog\",\n  { path = \"/a\", name = \"web\", group = \"g\", filters = [\"level>=warn\"] },\n\
                ]\n[[tabs]]\nname = \"front\"\nrows = [{ pane = \"web\", weight = 3, filters = [\"level>=warn\", \
                { drop = '\\d+ms', on = false }], times = \"delta\", hide = [\"pid\"] }, { columns = [\"web\", \
                \"/var/log/syslog\"] }]\n[[tabs]]\nmerged = [\"web\", \"/var/log/syslog\"]\nfront = true\n";
    let of = workspace(text);
    let written = write(&of, "A heading", LayoutKind::Grid, &Kept::default());
    assert_eq!(workspace(&written), of, "{written}");
    assert!(written.starts_with("# A heading\n"), "{written}");
    assert!(written.lines().all(|line| line.chars().count() <= 140), "{written}");
}

proptest! {
    #[test]
    fn all_that_is_said_of_a_source_is_written_and_read_again(
        command in any::<bool>(),
        texts in proptest::collection::vec(proptest::option::of("[a-z\\n\\t'\"\\\\ ]{0,6}[a-z]"), 3),
        color in proptest::option::of(prop::sample::select(vec!["bold red", "on #ff8800", "red/167", "208"])),
        (json, zone, filters) in any::<(bool, bool, bool)>(),
        scrollback in proptest::option::of(1_u64 << 20..1 << 30),
    ) {
        let [name, label, group] = &texts[..] else { unreachable!() };
        let log = LogRule {
            pattern: String::new(),
            label: label.clone(),
            color: color.map(Words::new),
            group: group.clone(),
            format: json.then(|| "json".to_owned()),
            zone: zone.then_some(jiff::tz::TimeZone::UTC),
            filters: filters.then(|| vec![crate::core::query::Query::parse("level>=warn").unwrap()]),
            highlights: None,
            scrollback,
        };
        let written = if command { "tail -f \\\n\t'x'" } else { "/a" }.to_owned();
        let origin = Origin { written, command, name: name.clone(), log, folder: "/etc/shop".into() };
        let of = Workspace { sources: vec![origin], ..Workspace::default() };
        let text = write(&of, "", LayoutKind::Grid, &Kept::default());
        let tree = toml::parse(&text, "/etc/shop/dash.toml", LAYER).unwrap();
        let zone = |name: &str| jiff::tz::TimeZone::get(name).ok();
        let read = crate::config::read(&tree, &zone, &Arc::default()).unwrap().settings.workspace;
        prop_assert!(!text.contains("\\U"), "{}", text);
        prop_assert_eq!(&*read, &of, "{}", text);
    }
}

#[test]
fn a_path_means_what_is_known_of_it_on_this_machine() {
    let of = |text: &str| {
        let environment = [("LOGS".to_owned(), "/var/shop".to_owned())].into();
        let here = Here { home: Some("/home/ada".into()), host: Some("box".into()), environment };
        let tree = toml::parse(text, "/etc/shop/dash.toml", LAYER).unwrap();
        crate::config::read(&tree, &|_| None, &Arc::new(here)).unwrap().settings
    };
    let settings = of(
        "sources = [{ path = '~/a.log', name = 'home' }, { path = '/x/t3/a.log', name = 't3' }, \
                       { path = '/srv/${date:%Y}/app.log', name = 'year' }, { path = '/srv/web/app.log', name = 'web' }, \
                       { path = '${env:LOGS}/a.log', name = 'shop' }, { path = '/srv/${host}.log', name = 'host' }, \
                       { path = 'web1:/srv/${host}.log', name = 'there' }, { path = '/srv/${env:NONE}.txt', name = 'none' }]",
    );
    for (source, called) in [
        ("/home/ada/a.log", Some("home")),
        ("/x/t3/a.log", Some("t3")),
        ("/y/a.log", None),
        ("/srv/2026/app.log", Some("year")),
        ("/srv/web/app.log", Some("web")),
        ("/srv/db/app.log", None),
        ("/var/shop/a.log", Some("shop")),
        ("/var/shop/b/a.log", None),
        ("/srv/box.log", Some("host")),
        ("/srv/other.log", None),
        ("web1:/srv/web1.log", Some("there")),
        ("/srv/x.txt", Some("none")),
        ("/srv/x/y.txt", None),
    ] {
        let name = origin_of(&settings.workspace, source).map(|n| settings.workspace.sources[n].name());
        assert_eq!((settings.log(source).label.as_deref(), name), (called, called), "{source}");
    }
}

#[test]
fn a_relative_path_means_no_file_of_that_name_elsewhere() {
    let tree = toml::parse("sources = [{ path = 'app.log', name = 'web' }]", "dash.toml", LAYER).unwrap();
    let settings = crate::config::read(&tree, &|_| None, &Arc::default()).unwrap().settings;
    assert_eq!(settings.log("app.log").label.as_deref(), Some("web"));
    assert_eq!(settings.log("/x/other/app.log").label, None);
}

#[test]
fn what_is_said_of_a_source_by_its_name_counts_before_what_is_said_of_a_glob() {
    let settings = read(
        "sources = [{ path = '/srv/*.log', group = 'all', format = 'json' }, \
                         { path = '/srv/web.log', group = 'web' }]",
    )
    .unwrap()
    .settings;
    let said = settings.log("/srv/web.log");
    assert_eq!((said.group.as_deref(), said.format.as_deref()), (Some("web"), Some("json")));
    assert_eq!(settings.log("/srv/a.log").group.as_deref(), Some("all"));
    assert_eq!(settings.log("/srv/x/a.log").group, None);
}
