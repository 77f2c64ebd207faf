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

use std::sync::Arc;

use jiff::tz::TimeZone;

use self::hosts::Hosts;
use self::logs::{Known, Logs};
use self::settings::Settings;
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
/// All that is wrong, a sentence each, with file, line and column.
pub fn read(
    tree: &Branch,
    zone: &dyn Fn(&str) -> Option<TimeZone>,
    here: &Arc<Here>,
) -> Result<Config, Vec<String>> {
    let mut wrong = schema::check(tree);
    let table = Table::of(tree);
    let mut settings = settings::read(&table, zone, &mut wrong);
    settings.own_formats = formats::read(&table, zone, &mut wrong);
    settings.filters = filters::read(&table, &mut wrong);
    settings.themes = themes::read(&table, &mut wrong);
    settings.highlights = highlights::read(&table, &mut wrong).into();
    let chosen =
        table.get("theme").and_then(|entry| Some((entry, settings.themes.check(&settings.theme).err()?)));
    wrong.extend(chosen.map(|(entry, sentence)| entry.wrong(&sentence)));
    let own: Vec<&str> = settings.own_formats.iter().map(|own| &*own.format.name).collect();
    let rules: Vec<&str> = settings.highlights.iter().filter_map(|rule| rule.name.as_deref()).collect();
    let known = Known { zone, format: &|name| formats::check_name(name, &own), highlights: &rules, here };
    let (workspace, origins, places) = workspace::read(&table, &known, &mut wrong);
    let logs = Logs::new(&workspace, origins, logs::read(&table, &known, &mut wrong));
    (settings.workspace, settings.places) = (Arc::new(workspace), places.into());
    (settings.logs, settings.kept) = (Arc::new(logs), Arc::new(Kept::of(tree)));
    wrong.extend(settings.wrong_styles());
    let hosts = Hosts::read(&table, &mut wrong);
    // What is of the wrong kind is noticed twice, in the same words.
    let mut told = std::collections::BTreeSet::new();
    wrong.retain(|sentence| told.insert(sentence.clone()));
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

#[cfg(test)]
mod tests {
    use super::*;
    use schema::{Kind, Row};

    fn zone(name: &str) -> Option<TimeZone> {
        (name == "Europe/Berlin").then(|| TimeZone::fixed(jiff::tz::offset(1)))
    }

    /// Reads layers, the first one lowest; they are called `0.toml`, `1.toml`, …
    pub fn read(layers: &[&str]) -> Result<Config, Vec<String>> {
        let mut tree = Branch::default();
        for (n, text) in layers.iter().enumerate() {
            tree.lay(toml::parse(text, &format!("{n}.toml"), n).map_err(|wrong| vec![wrong])?);
        }
        super::read(&tree, &zone, &Arc::default())
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

    #[test]
    fn what_is_no_toml_is_told_with_its_place() {
        assert!(read(&["[ssh\n"]).unwrap_err()[0].starts_with("0.toml:1:"));
        assert!(read(&["[ssh]\nconnects = 1\nconnects = 2"]).unwrap_err()[0].starts_with("0.toml:3:"));
    }
}
