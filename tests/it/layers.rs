//! The house has walls: a layer reaches only where the picture in `src/lib.rs` says.

use std::path::{Path, PathBuf};

/// A layer, the modules it may name (itself included), and whether it is pure.
struct Layer {
    name: &'static str,
    may: &'static [&'static str],
    pure: bool,
}

const LAYERS: &[Layer] = &[
    Layer { name: "core", may: &["core"], pure: true },
    Layer {
        name: "config",
        may: &[
            "config",
            "app::key",
            "core::form",
            "core::glob",
            "core::highlight",
            "core::host",
            "core::near",
            "core::pattern",
            "core::query",
            "core::read",
            "core::span",
            "core::template",
            "core::text",
        ],
        pure: true,
    },
    Layer { name: "app", may: &["app", "config", "core"], pure: true },
    Layer {
        name: "ui",
        may: &["ui", "app::screen", "config::look", "config::themes", "core::span", "core::text"],
        pure: true,
    },
    Layer {
        name: "source",
        may: &["source", "app::link", "app::question", "app::source", "config::hosts", "core"],
        pure: false,
    },
    Layer { name: "runtime", may: &["runtime", "app", "config", "core", "source", "ui"], pure: false },
];

/// What a pure layer never says outside its tests: the world beyond memory.
const WORLD: &[&str] = &[
    "std::env",
    "std::fs",
    "TcpStream",
    "UdpSocket",
    "std::process",
    "std::thread",
    "std::io::stdin",
    "std::io::stdout",
    "Instant::now",
    "SystemTime",
    "Timestamp::now",
    "Zoned::now",
    "crossterm",
    "notify::",
    "rustix",
    "tempfile",
    "tokio",
    "println!",
];

fn violations(layer: &Layer, file: &str, text: &str) -> Vec<String> {
    let code = without_comments(text);
    let mut found = Vec::new();
    for path in crate_paths(&code) {
        let within = |allowed: &&str| path == **allowed || path.starts_with(&format!("{allowed}::"));
        if !layer.may.iter().any(within) {
            found.push(format!("{file}: {} must not know crate::{path}", layer.name));
        }
    }
    if layer.pure {
        let own = code.split("#[cfg(test)]\nmod tests {").next().unwrap_or(&code);
        let is_test = file.ends_with("tests.rs") || file.contains("/tests/");
        for word in WORLD.iter().filter(|word| !is_test && own.contains(**word)) {
            found.push(format!("{file}: {} is pure and must not say {word}", layer.name));
        }
    }
    found
}

/// The code alone; links in documentation may point anywhere.
fn without_comments(text: &str) -> String {
    text.lines().map(|line| line.split("//").next().unwrap_or(line)).collect::<Vec<_>>().join("\n")
}

/// Every path behind `crate::`, with groups in braces taken apart.
fn crate_paths(code: &str) -> Vec<String> {
    let mut paths = Vec::new();
    for (at, word) in code.match_indices("crate::") {
        expand(&code[at + word.len()..], "", &mut paths);
    }
    paths
}

/// Reads one tree of paths (`a::{b, c::d}`) from the front of `code`, and returns what is left.
fn expand<'a>(code: &'a str, before: &str, paths: &mut Vec<String>) -> &'a str {
    let mut path = before.to_string();
    let mut rest = code.trim_start();
    loop {
        if let Some(group) = rest.strip_prefix('{') {
            rest = group;
            while !rest.trim_start().starts_with('}') && !rest.trim_start().is_empty() {
                rest = expand(rest, &path, paths).trim_start();
                rest = rest.strip_prefix(',').unwrap_or(rest);
            }
            return rest.trim_start().strip_prefix('}').unwrap_or("");
        }
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        path.push_str(&rest[..end]);
        rest = &rest[end..];
        match rest.strip_prefix("::") {
            Some(next) => {
                path.push_str("::");
                rest = next.trim_start();
            }
            None => {
                paths.push(path.trim_end_matches("::").to_string());
                return rest.strip_prefix('*').unwrap_or(rest);
            }
        }
    }
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|end| end == "rs") {
            files.push(path);
        }
    }
    files
}

#[test]
fn no_layer_reaches_where_it_must_not() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    for layer in LAYERS {
        let files = rust_files(&src.join(layer.name));
        assert!(!files.is_empty(), "src/{} has no files", layer.name);
        for file in files {
            let text = std::fs::read_to_string(&file).unwrap();
            found.extend(violations(layer, &file.strip_prefix(&src).unwrap().to_string_lossy(), &text));
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn every_folder_under_src_is_a_layer() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for entry in std::fs::read_dir(src).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        assert!(!path.is_dir() || LAYERS.iter().any(|layer| layer.name == name), "{name} is no layer");
    }
}

#[test]
fn a_made_up_violation_is_found() {
    let [core, ui] = [&LAYERS[0], &LAYERS[3]];
    let found = |layer, code| violations(layer, "x.rs", code).len();
    assert_eq!(found(core, "use crate::app::screen::Size;"), 1);
    assert_eq!(found(core, "use crate::{core::pos::Pos, ui};"), 1);
    assert_eq!(found(core, "use crate::{\n    core::{pos::Pos, span},\n    app::{self, key::Key},\n};"), 2);
    assert_eq!(found(core, "fn f(x: crate::runtime::Pool) {}"), 1);
    assert_eq!(found(core, "let x = std::fs::read(path);"), 1);
    assert_eq!(found(ui, "use crate::app::screen::{Row, Size};\nuse crate::core::span::Span;"), 0);
    assert_eq!(found(ui, "use crate::app::App;"), 1);
    assert_eq!(found(core, "/// See [`crate::app::App`].\nuse super::pos::Pos;"), 0);
    assert_eq!(found(core, "#[cfg(test)]\nmod tests {\n    let now = Instant::now();\n}"), 0);
}
