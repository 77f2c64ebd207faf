//! Settings and the keymap as plain data, how they are read, and the defaults that are shipped in `config/`.
//!
//! ```text
//! toml   ─▶ tree     what one file says       schema    every setting there is: checks, JSON schema, names
//! environ ─▶ tree    and the environment      settings, hosts, formats, filters, logs   what it comes to
//!            layers laid over each other      show      the same with where it was said
//! ```

pub mod environ;
pub mod filters;
pub mod formats;
pub mod highlights;
pub mod hosts;
pub mod keymap;
pub mod logs;
pub mod look;
pub mod mistake;
pub mod patterns;
pub mod schema;
pub mod session;
pub mod settings;
pub mod show;
pub mod sources;
pub mod themes;
pub mod toml;
pub mod tree;
pub mod workspace;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::tz::TimeZone;

use self::hosts::Hosts;
use self::logs::{Known, Logs};
use self::mistake::Mistake;
use self::settings::Settings;
use self::themes::Themes;
use self::toml::Table;
use self::tree::Branch;
use self::workspace::{Here, Kept};

/// The layer of what the command line says: over all others.
pub const FLAGS: usize = 101;

/// The settings that are shipped: every one that has a value by itself.
pub const SHIPPED: &str = include_str!("../../config/config.toml");

/// Everything that a config says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// Of the program.
    pub settings: Settings,
    /// Of other hosts.
    pub hosts: Hosts,
}

/// Reads what all layers together say; `zone` looks up zones by name, `here` is what paths mean on this machine.
///
/// # Errors
/// All that is wrong, whatever is wrong beside it.
pub fn read(
    tree: &Branch,
    zone: &dyn Fn(&str) -> Option<TimeZone>,
    here: &Arc<Here>,
) -> Result<Config, Vec<Mistake>> {
    let mut wrong = schema::check(tree);
    let table = Table::of(tree);
    let mut settings = settings::read(&table, zone, &mut wrong);
    settings.own_formats = formats::read(&table, zone, &mut wrong);
    settings.filters = filters::read(&table, &mut wrong);
    settings.themes = themes::read(&table, &mut wrong);
    let sound = RefCell::default();
    let style = |words: &str| style(words, &settings.themes, &sound);
    settings.highlights = highlights::read(&table, &style, &mut wrong).into();
    let chosen =
        table.get("theme").and_then(|entry| Some((entry, settings.themes.check(&settings.theme).err()?)));
    wrong.extend(chosen.map(|(entry, sentence)| entry.wrong(&sentence)));
    // Where something is wrong in a format or a rule, who names it is not wrong too.
    let (formats, highlights) = (names(&table, "format"), names(&table, "highlight"));
    let format = |name: &str| formats::check_name(name, &formats);
    let known = Known { zone, format: &format, style: &style, highlights: &highlights, here };
    let (workspace, origins, places) = workspace::read(&table, &known, &mut wrong);
    let logs = Logs::new(&workspace, origins, logs::read(&table, &known, &mut wrong));
    (settings.workspace, settings.places) = (Arc::new(workspace), places.into());
    (settings.logs, settings.kept) = (Arc::new(logs), Arc::new(Kept::of(tree)));
    let hosts = Hosts::read(&table, &mut wrong);
    settings.unheeded = workspace::unheeded(&table);
    if wrong.is_empty() { Ok(Config { settings, hosts }) } else { Err(wrong) }
}

/// What a workspace's file says by itself of panes and of filters; `place` is what messages would call it. Of what others
/// say nothing is known, and what is wrong is left out.
pub fn read_alone(text: &str, place: &str, known: &Known) -> Settings {
    let tree = toml::parse(text, place, workspace::LAYER).unwrap_or_default();
    let (table, mut wrong) = (Table::of(&tree), Vec::new());
    let mut settings = settings::read(&table, known.zone, &mut wrong);
    settings.filters = filters::read(&table, &mut wrong);
    let (workspace, origins, _) = workspace::read(&table, known, &mut wrong);
    let logs = Logs::new(&workspace, origins, logs::read(&table, known, &mut wrong));
    settings.logs = Arc::new(logs);
    settings
}

/// Whether words are a style; hundreds of rules look like a few, of which each is looked at once.
fn style(words: &str, themes: &Themes, sound: &RefCell<BTreeSet<String>>) -> Result<(), String> {
    if !sound.borrow().contains(words) {
        themes.check_words(words)?;
        sound.borrow_mut().insert(words.to_owned());
    }
    Ok(())
}

/// What the tables `[[of]]` of a config call themselves.
fn names<'a>(config: &Table<'a>, of: &str) -> Vec<&'a str> {
    let tables = config.get(of).and_then(|entry| entry.tables().ok()).unwrap_or_default();
    tables.iter().filter_map(|table| table.get("name")?.text().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use mistake::told;
    use schema::{Kind, Row};

    fn zone(name: &str) -> Option<TimeZone> {
        (name == "Europe/Berlin").then(|| TimeZone::fixed(jiff::tz::offset(1)))
    }

    /// Reads layers, the first one lowest; they are called `0.toml`, `1.toml`, …
    pub fn read(layers: &[&str]) -> Result<Config, Vec<String>> {
        let mut tree = Branch::default();
        for (n, text) in layers.iter().enumerate() {
            tree.lay(toml::parse(text, &format!("{n}.toml"), n).map_err(|wrong| told(vec![wrong]))?);
        }
        super::read(&tree, &zone, &Arc::default()).map_err(told)
    }

    /// The example in a file's own documentation.
    pub fn example(file: &str) -> String {
        let lines = file.lines().skip_while(|line| !line.ends_with("```toml")).skip(1);
        let lines = lines.map_while(|line| line.strip_prefix("//!")).map(str::trim_start);
        lines.take_while(|line| !line.starts_with("```")).map(|line| format!("{line}\n")).collect()
    }

    #[test]
    fn the_shipped_settings_are_those_of_the_code() {
        assert_eq!(read(&[SHIPPED]), Ok(Config::default()));
        assert_eq!(read(&[""]), Ok(Config::default()));
    }

    #[test]
    fn the_shipped_file_names_every_setting_with_its_line() {
        for setting in schema::settings() {
            let name = setting.path.last().unwrap();
            let line = SHIPPED.lines().find(|line| {
                line.trim_start_matches("# ").split_once(" =").is_some_and(|(before, _)| before == *name)
            });
            assert!(line.is_some(), "config/config.toml has no {name}");
        }
    }

    /// For every kind of value one of another kind.
    fn of_another_kind(kind: &Kind) -> &'static str {
        match kind {
            Kind::Text(_)
            | Kind::Named(..)
            | Kind::Any(_)
            | Kind::Others(_)
            | Kind::Word(_)
            | Kind::Size(_) => "true",
            _ => "'odd'",
        }
    }

    #[test]
    fn every_setting_is_refused_where_it_is_of_another_kind() {
        fn refuse(before: &str, row: &Row) {
            let text = format!("{before}{} = {}", row.name, of_another_kind(&row.kind));
            let wrong = read(&[&text]).expect_err(&text);
            assert!(wrong.iter().any(|wrong| wrong.contains(row.name)), "{text}: {wrong:?}");
        }
        for row in schema::ROOT.iter().filter(|row| !row.name.starts_with('$')) {
            refuse("", row);
            match &row.kind {
                Kind::Table(rows) => {
                    rows.iter().for_each(|inner| refuse(&format!("[{}]\n", row.name), inner))
                }
                Kind::Each(Kind::Table(rows), _) => {
                    rows.iter().for_each(|inner| refuse(&format!("[{}.x]\n", row.name), inner));
                }
                Kind::Tables(rows) => {
                    rows.iter().for_each(|inner| refuse(&format!("[[{}]]\n", row.name), inner));
                }
                _ => {}
            }
        }
    }

    #[test]
    fn thousands_of_mistakes_take_no_longer_each_than_a_few() {
        let keys: String = (0..30_000).map(|n| format!("key{n} = 1\n")).collect();
        let rules: String = (0..5_000)
            .map(|n| format!("[[highlight]]\npattern = '({n}'\nstyle = 'red'\n"))
            .chain((0..5_000).map(|n| format!("[[highlight]]\npattern = 'x'\nstyle = 'rde{n}'\n")))
            .collect();
        let line: Vec<String> = (0..5_000).map(|n| format!("x{n} = {{ zone = 'Mars' }}")).collect();
        let text = format!("{keys}logs = {{ {} }}\n{rules}", line.join(", "));
        let begun = std::time::Instant::now();
        let wrong = read(&[&text]).unwrap_err();
        assert_eq!(wrong.len(), 45_000);
        // Where each was counted to from the beginning this took more than a minute, and it takes three seconds.
        assert!(begun.elapsed().as_secs() < 40, "{:?}", begun.elapsed());
    }

    #[test]
    fn mistakes_that_strangers_make_are_told_where_they_are_seen() {
        for (text, place, what) in [
            ("layout = grid\n", "1:10", "must be quoted"),
            ("# grün\n\tmouse\t=\t1\n", "2:10", "true or false"),
            ("mouse = true\r\nwrap = 1\r\n", "2:8", "true or false"),
            ("mouse = true\r\n[ssh\r\nconnects = 4\r\n", "2:5", "`]`"),
            ("mouse = true\n[[filter]\n", "2:10", "`]`"),
            ("[groups]\nx = ['ü', 'b'\nwrap = true\n", "3:1", "comma"),
            ("theme = \"dark\nwrap = true\n", "1:14", "`\"`"),
            ("theme = 'dark' wrap = true\n", "1:16", "newline"),
            ("mouse true\n", "1:7", "`=`"),
            ("mouse = True\n", "1:9", "true"),
            ("wrap = true\nwrap = true\n", "2:1", "duplicate"),
            ("[[highlight]]\npattern = \"\\d+\"\nstyle = 'red'\n", "2:13", "between '…' a \\ is only itself"),
        ] {
            let wrong = read(&[text]).expect_err(text);
            assert!(
                wrong[0].starts_with(&format!("0.toml:{place}: ")) && wrong[0].contains(what),
                "{text}: {wrong:?}"
            );
        }
    }

    /// The places of all that is wrong in a workspace, `line:column`, in the order in which they are told.
    fn places(text: &str) -> (Vec<String>, Vec<String>) {
        let tree = toml::parse(text, "w", workspace::LAYER).unwrap();
        let told = told(super::read(&tree, &zone, &Arc::default()).expect_err(text));
        let place = |told: &String| told.split(':').skip(1).take(2).collect::<Vec<_>>().join(":");
        (told.iter().map(place).collect(), told)
    }

    #[test]
    fn no_mistake_hides_another_and_they_are_told_in_the_order_of_the_text() {
        for (text, all) in [
            (
                "[[highlight]]\npattern = 'a('\nstyle = 'bod red'\nline = 'yes'\ngroups = { 7 = 'xyz' }\nlien = 1",
                &["2:13", "3:9", "4:8", "5:16", "6:1"][..],
            ),
            (
                "[[highlight]]\npattern = 'a('\nstyle = 'bod red'\nwhen = { above = 5, below = 3 }\nsources = ['']",
                &["2:13", "3:9", "4:29", "5:12"],
            ),
            (
                "[[highlight]]\npattern = '(a)'\ngroups = { 7 = 'xyz', 1 = 'red' }\nname = 3",
                &["3:12", "3:16", "4:8"],
            ),
            ("[[filter]]\nquery = 'level>='\nsources = 3\nname = 1", &["2:15", "3:11", "4:8"]),
            (
                "[[format]]\nname = 'a b'\npattern = '(?<a>'\ntime = '%K'\nzone = 'x'\nsources = ['']",
                &["2:8", "3:12", "4:8", "5:8", "6:12"],
            ),
            (
                "sources = [{ path = '/a', color = 'nocolor', filters = ['level>='], format = 'nof', host = 3 }]",
                &["1:35", "1:63", "1:78", "1:92"],
            ),
            ("sources = [{ path = '' }]", &["1:21"]),
            ("sources = [{ command = '' }]", &["1:24"]),
            ("sources = [{ pth = '/x' }]", &["1:14"]),
            ("sources = [{ path = 3, zone = 'x' }]", &["1:21", "1:31"]),
            (
                "sources = ['${no}/a', { path = '/b', name = 'b', zone = 'x' }]\n[[tabs]]\nrows = ['b', '${no}/a', 'c', { \
                 pane = 'd', wrap = 1, filters = ['level>=', { keep = '(' }] }]\ncolumns = [{ rows = [1, 'e'], wrap = true }]",
                &["1:12", "1:57", "3:25", "3:39", "3:51", "3:71", "3:86", "4:1", "4:22", "4:25", "4:31"],
            ),
            (
                "sources = ['/a', '/b']\n[[tabs]]\nmerged = ['/a', { pane = '/b', wrap = true }, { rows = ['/a', '/c'] }]",
                &["3:10", "3:32", "3:63"],
            ),
            ("format = [{ name = 'a', pattern = '(' }]\n[logs.x]\nformat = 'a'", &["1:36"]),
            (
                "highlight = [{ name = 'a', pattern = '(', style = 'red' }]\n[logs.x]\nhighlights = ['a']",
                &["1:39"],
            ),
            ("[themes.mine.styles]\nslow = 'bodl'\n[logs.x]\ncolor = 'slow'", &["2:8"]),
        ] {
            let (places, told) = places(text);
            assert!(places == all, "{text}\n{told:#?}\n{all:?}");
        }
    }

    #[test]
    fn mistakes_are_told_by_layers_then_by_lines() {
        let told = read(&["\n\n\n[logs.x]\nzone = 'x'\ncolor = 'x'", "a = 1\nlayout = 1"]).unwrap_err();
        let places: Vec<&str> = told.iter().map(|told| told.split(": ").next().unwrap()).collect();
        assert_eq!(places, ["0.toml:5:8", "0.toml:6:9", "1.toml:1:1", "1.toml:2:10"], "{told:?}");
        let all: String = (1..13).rev().map(|n| format!("[logs.x{n}]\nzone = 'x'\nb{n} = 1\n")).collect();
        let lines: Vec<usize> = read(&[&all])
            .unwrap_err()
            .iter()
            .map(|told| told.split(':').nth(1).unwrap().parse().unwrap())
            .collect();
        assert!(lines.is_sorted() && lines.len() == 24, "{lines:?}");
    }

    #[test]
    fn what_is_no_toml_is_told_with_its_place() {
        assert!(read(&["[ssh\n"]).unwrap_err()[0].starts_with("0.toml:1:"));
        assert!(read(&["[ssh]\nconnects = 1\nconnects = 2"]).unwrap_err()[0].starts_with("0.toml:3:"));
    }
}
