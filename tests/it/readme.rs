//! The pages for people say what the program does.

use std::path::Path;

use tailpane::app::command::{self, Group, Run};
use tailpane::app::help;
use tailpane::config::keymap::Keymap;
use tailpane::runtime::cli;

const BEGIN: &str = "<!-- keys: written by `TAILPANE_BLESS=1 cargo test --test it readme` -->\n";
const END: &str = "<!-- /keys -->";
const PAGES: &[&str] = &[
    "README.md",
    "docs/following.md",
    "docs/formats.md",
    "docs/levels.md",
    "docs/query.md",
    "docs/records.md",
    "docs/ssh.md",
    "docs/time.md",
    "docs/view.md",
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

#[test]
fn the_readme_has_the_keys_of_the_program() {
    let readme = page("README.md");
    let (before, rest) = readme.split_once(BEGIN).expect("the beginning of the table");
    let (keys, after) = rest.split_once(END).expect("the end of the table");
    let table = table();
    if std::env::var_os("TAILPANE_BLESS").is_some() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
        std::fs::write(path, [before, BEGIN, &table, END, after].concat()).unwrap();
        return;
    }
    assert!(
        keys == table,
        "the keys in README.md are not the program's: TAILPANE_BLESS=1 cargo test --test it readme"
    );
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
