//! What a config says, as a file that says the same, with where each value was said.
//!
//! ```text
//! layout = "rows"           # ~/.config/tailpane/config.toml:3
//! mouse = true              # TAILPANE_MOUSE
//! ```

use super::toml::Table;
use super::tree::{Branch, Node, Value};
use crate::core::text::{printable, width};

/// Columns before the places, where values are not longer.
const VALUES: usize = 34;

/// The whole tree: single values first, then tables, as they would be written in a file. Tables by names stand in the
/// order in which they are asked, later layers before earlier ones: a file has one layer, whose order counts. `beside` is
/// what holds besides, which no setting can say.
pub fn show(tree: &Branch, beside: &[String]) -> String {
    let mut text = String::new();
    table(tree, &mut Vec::new(), &mut text);
    if !beside.is_empty() {
        text += "\n# No setting says what the command line says besides:\n";
        text.extend(beside.iter().map(|said| format!("# {}\n", printable(said))));
    }
    text
}

fn table<'a>(branch: &'a Branch, path: &mut Vec<&'a str>, text: &mut String) {
    for member in branch.members().iter().filter(|member| !stands_alone(&member.node)) {
        let said = format!("{} = {}", key(&member.name), value(&member.node));
        let room = VALUES.saturating_sub(width(&said));
        *text += &format!("{said}{}  # {}\n", " ".repeat(room), printable(&member.node.place.shown()));
    }
    // The names at the top are settings: their order means nothing, and stays that of the files.
    let inner = Table::of(branch);
    for entry in if path.is_empty() { inner.entries() } else { inner.entries_by_weight() } {
        path.push(entry.name());
        let name = || path.iter().map(|name| key(name)).collect::<Vec<_>>().join(".");
        match &entry.node().value {
            Value::Table(inner) => {
                // An empty one is said too: there is a theme of that name then.
                let headed = inner.members().is_empty();
                if headed || inner.members().iter().any(|member| !stands_alone(&member.node)) {
                    *text += &format!("\n[{}]\n", name());
                }
                table(inner, path, text);
            }
            Value::List(list) if stands_alone(entry.node()) => {
                for node in list {
                    *text += &format!("\n[[{}]]\n", name());
                    if let Value::Table(inner) = &node.value {
                        inline(inner, text);
                    }
                }
            }
            _ => {}
        }
        path.pop();
    }
}

/// The members of a table in a list: what is nested in them stays on their line.
fn inline(branch: &Branch, text: &mut String) {
    for member in branch.members() {
        let said = format!("{} = {}", key(&member.name), value(&member.node));
        let room = VALUES.saturating_sub(width(&said));
        *text += &format!("{said}{}  # {}\n", " ".repeat(room), printable(&member.node.place.shown()));
    }
}

/// Whether a value has headings of its own: a table, or a list of tables.
fn stands_alone(node: &Node) -> bool {
    match &node.value {
        Value::Table(_) => true,
        Value::List(list) => {
            !list.is_empty() && list.iter().all(|node| matches!(node.value, Value::Table(_)))
        }
        _ => false,
    }
}

/// A value on one line, as TOML has it.
pub fn value(node: &Node) -> String {
    match &node.value {
        Value::Text(said) => text(said),
        Value::Whole(number) => number.to_string(),
        Value::Fraction(number) => format!("{number:?}"),
        Value::Switch(on) => on.to_string(),
        Value::Other(said) => said.clone(),
        Value::List(list) => format!("[{}]", list.iter().map(value).collect::<Vec<_>>().join(", ")),
        Value::Table(branch) => {
            let member =
                |member: &super::tree::Member| format!("{} = {}", key(&member.name), value(&member.node));
            format!("{{ {} }}", branch.members().iter().map(member).collect::<Vec<_>>().join(", "))
        }
    }
}

/// A text as TOML has it: without escapes where it needs none.
pub fn text(said: &str) -> String {
    let plain = |c: char| printable(c.encode_utf8(&mut [0; 4])).chars().eq([c]);
    if said.chars().all(|c| plain(c) && c != '\'') && said.contains(['\\', '"']) {
        return format!("'{said}'");
    }
    let mut quoted = String::from("\"");
    for c in said.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted += "\\n",
            '\t' => quoted += "\\t",
            c if plain(c) => quoted.push(c),
            c => quoted += &format!("\\U{:08X}", u32::from(c)),
        }
    }
    quoted + "\""
}

/// A name as TOML has it.
pub fn key(name: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if !name.is_empty() && name.chars().all(bare) { name.to_owned() } else { text(name) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::SHIPPED;
    use crate::config::tests::read;
    use crate::config::toml::parse;

    fn layered(layers: &[(&str, &str)]) -> Branch {
        let mut tree = Branch::default();
        for (n, (name, text)) in layers.iter().enumerate() {
            tree.lay(parse(text, name, n).unwrap());
        }
        tree
    }

    /// Everything in a tree but the places.
    fn plain(branch: &Branch) -> String {
        let mut members: Vec<_> = branch.members().iter().collect();
        members.sort_by_key(|member| &member.name);
        let member = |member: &&crate::config::tree::Member| match &member.node.value {
            Value::Table(inner) => format!("{:?}={}", member.name, plain(inner)),
            _ => format!("{:?}={}", member.name, value(&member.node)),
        };
        format!("{{{}}}", members.iter().map(member).collect::<Vec<_>>().join(","))
    }

    #[test]
    fn what_is_shown_says_the_same_and_where_it_was_said() {
        let own = "layout = 'rows'\n[ssh]\nconnects = 4\n[hosts.\"web*\"]\nfollow = 'tail'\n[groups]\n\"a b\" = ['x', 'y']\n\
                   [[filter]]\nquery = 'path=\"/x\" y\\d'\n[[filter]]\nsources = ['a\\u001b']\nquery = \"it's \\\\ \\u001b[m\"\n";
        let tree = layered(&[("shipped", SHIPPED), ("own.toml", own)]);
        let shown = show(&tree, &[]);
        let again = parse(&shown, "shown", 0).unwrap_or_else(|wrong| panic!("{wrong}\n{shown}"));
        assert_eq!(plain(&again), plain(&tree), "{shown}");
        assert!(
            shown
                .lines()
                .any(|line| line.starts_with("layout = \"rows\" ") && line.ends_with("# own.toml:1"))
        );
        assert!(!shown.contains('\x1b'), "{shown}");
    }

    #[test]
    fn where_the_first_that_fits_counts_it_is_the_same_in_one_file() {
        let layers = [
            "[logs.'a*']\nlabel = 'one'\n[logs.'b*']\nlabel = 'b'\n[hosts.'web*']\nfollow = 'exact'\n[themes.q]\n",
            "theme = 'q'\n[logs.'*']\nlabel = 'two'\n[hosts.'*']\nfollow = 'tail'\n[logs.'c*']\n",
        ];
        let shown = show(&layered(&[("0.toml", layers[0]), ("1.toml", layers[1])]), &[]);
        let (several, one) =
            (read(&layers).unwrap(), read(&[&shown]).unwrap_or_else(|w| panic!("{w:?}\n{shown}")));
        assert_eq!(one.settings.log("aa.log").label.as_deref(), Some("two"), "{shown}");
        assert_eq!(one, several, "{shown}");
    }
}
