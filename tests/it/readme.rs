//! The pages for people say what the program does.

use std::path::Path;

use tailpane::app::command::{self, Group, Run};
use tailpane::app::help;
use tailpane::config;
use tailpane::config::keymap::Keymap;
use tailpane::config::schema::{self, Kind, Row};
use tailpane::config::themes::NAMES;
use tailpane::runtime::cli;

const PAGES: &[&str] = &[
    "README.md",
    "docs/configuration.md",
    "docs/finding.md",
    "docs/filters.md",
    "docs/following.md",
    "docs/formats.md",
    "docs/keymaps.md",
    "docs/highlighting.md",
    "docs/keys.md",
    "docs/levels.md",
    "docs/panes.md",
    "docs/query.md",
    "docs/records.md",
    "docs/sources.md",
    "docs/ssh.md",
    "docs/time.md",
    "docs/view.md",
    "docs/workspaces.md",
];

fn page(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

/// The table of keys as the command table and the keymap have it.
fn table() -> String {
    let keymap = Keymap::shipped().unwrap();
    let mut text = String::new();
    let mut group: Option<Group> = None;
    for command in command::all().filter(|command| matches!(command.run, Run::App(_))) {
        for entry in help::entries(&keymap, &command).iter().filter(|entry| !entry.keys.is_empty()) {
            if group != Some(entry.group) {
                text += &format!("\n| {} | |\n|---|---|\n", entry.group.title());
                group = Some(entry.group);
            }
            let keys: Vec<String> =
                entry.keys.split(", ").map(|key| format!("`{}`", key.replace('|', "\\|"))).collect();
            text += &format!("| {} | {} |\n", keys.join(" "), entry.doc.replace('|', "\\|"));
        }
    }
    text + "\n"
}

/// A part of a page that is made of the program, which ends with `<!-- /NAME -->`.
fn written(name: &str, part: &str, text: &str) {
    let begin = format!("<!-- {part}: written by `TAILPANE_BLESS=1 cargo test --test it readme` -->\n");
    let end = format!("<!-- /{part} -->");
    let whole = page(name);
    let (before, rest) = whole.split_once(&begin).expect("the beginning of the part");
    let (there, after) = rest.split_once(&end).expect("the end of the part");
    if std::env::var_os("TAILPANE_BLESS").is_some() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
        return std::fs::write(path, [before, &begin, text, &end, after].concat()).unwrap();
    }
    let bless = "TAILPANE_BLESS=1 cargo test --test it readme";
    assert!(there == text, "the {part} in {name} are not the program's: {bless}");
}

#[test]
fn the_page_of_keys_has_those_of_the_program() {
    written("docs/keys.md", "keys", &table());
}

/// The table of settings as the schema has it.
fn settings() -> String {
    fn list(rows: &[Row], before: &str, text: &mut String) {
        for row in rows {
            let name = format!("{before}{}", row.name);
            match &row.kind {
                Kind::Table(inner) => list(inner, &format!("{name}."), text),
                // The styles of a theme have a table of their own.
                Kind::Each(Kind::Table(_), names) if row.name == "themes" => {
                    let page = "[a table of styles](highlighting.md#themes)";
                    *text += &format!("| `{name}.{}` | {page} | {} |\n", names.what, row.doc);
                }
                Kind::Each(Kind::Table(inner), names) => {
                    list(inner, &format!("{name}.{}.", names.what), text)
                }
                Kind::Tables(inner) => list(inner, &format!("{name}[]."), text),
                kind => *text += &format!("| `{name}` | {} | {} |\n", kind.words(), row.doc),
            }
        }
    }
    let mut text = "\n| setting | may be | what it does |\n|---|---|---|\n".to_owned();
    list(schema::ROOT, "", &mut text);
    text + "\n"
}

/// The table of styles that a theme has.
fn styles() -> String {
    let rows = NAMES.iter().map(|(_, name, doc)| format!("| `{name}` | {doc} |\n"));
    format!("\n| style | of |\n|---|---|\n{}\n", rows.collect::<String>())
}

#[test]
fn the_page_of_highlighting_has_all_styles_and_what_it_shows_is_a_config() {
    written("docs/highlighting.md", "styles", &styles());
    let page = page("docs/highlighting.md");
    for example in page.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next()) {
        let tree = config::toml::parse(example, "highlighting.md", 0).unwrap();
        config::read(&tree, &|_| None, &Default::default()).unwrap();
    }
}

#[test]
fn the_page_of_the_config_has_all_settings() {
    written("docs/configuration.md", "settings", &settings());
}

#[test]
fn every_option_the_pages_speak_of_exists() {
    let command = cli::command();
    let known: Vec<String> =
        command.get_arguments().filter_map(|arg| arg.get_long()).map(|long| format!("--{long}")).collect();
    for name in PAGES {
        for line in page(name).lines().filter(|line| line.contains("tailpane ") || line.contains("`--")) {
            for word in line.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')) {
                let ours = !["--release", "--path", "--test"].contains(&word);
                if word.len() > 3 && word.starts_with("--") && ours {
                    assert!(known.iter().any(|long| long == word), "{name} speaks of {word}");
                }
            }
        }
    }
}

/// What a link to a heading says.
fn anchor(heading: &str) -> String {
    let text = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = text.chars().filter(|c| c.is_alphanumeric() || "-_ ".contains(*c));
    kept.map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[test]
fn every_link_leads_somewhere() {
    for name in PAGES.iter().copied().chain(["CONTRIBUTING.md"]) {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
        for target in page(name).split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let here = !target.starts_with("http") && !target.starts_with('#');
            let (file, heading) = target.split_once('#').unwrap_or((target, ""));
            let file = folder.parent().unwrap().join(file);
            assert!(!here || file.exists(), "{name} links to {target}");
            if here && !heading.is_empty() {
                let page = std::fs::read_to_string(file).unwrap();
                let mut headings = page.lines().filter(|line| line.starts_with('#')).map(anchor);
                assert!(headings.any(|other| other == heading), "{name} links to {target}");
            }
        }
    }
}
