//! What a config says, with the relative paths of a workspace from the root on: so it says the same in a file that lies
//! elsewhere. The config is known to be sound.

use super::pattern::within;
use super::{LAYER, OWN, Origins, Workspace};
use crate::config::tree::{Branch, Member, Node, Value};

/// Whether a config says what only a workspace may say: as a file it is one.
pub fn is_one(tree: &Branch) -> bool {
    OWN.iter().filter_map(|name| tree.get(name)).any(|member| member.node.place.source.layer == LAYER)
}

/// The same config with paths from the root on; `root` makes one of a folder's path.
pub fn rooted(tree: &Branch, workspace: &Workspace, root: &dyn Fn(&str) -> String) -> Branch {
    let rooted = Rooted { workspace, origins: Origins::new(workspace, &workspace.sources), root };
    let mut all = Branch::default();
    for member in tree.members() {
        let node = match member.name.as_str() {
            "sources" => rooted.sources(&member.node),
            "tabs" => rooted.parts(&member.node),
            _ => member.node.clone(),
        };
        all.push(Member { node, ..member.clone() });
    }
    all
}

struct Rooted<'a> {
    workspace: &'a Workspace,
    origins: Origins,
    root: &'a dyn Fn(&str) -> String,
}

impl Rooted<'_> {
    fn sources(&self, node: &Node) -> Node {
        let Value::List(list) = &node.value else { return node.clone() };
        let sources = list.iter().zip(&self.workspace.sources).map(|(node, origin)| {
            let path = |text: &str| within(&(self.root)(&origin.folder), text);
            match &node.value {
                Value::Text(text) => valued(node, Value::Text(path(text))),
                // With a host it is a path there.
                Value::Table(table) if table.get("host").is_none() => valued(
                    node,
                    Value::Table(changed(table, |name, node| match (name, &node.value) {
                        ("path", Value::Text(text)) => valued(node, Value::Text(path(text))),
                        _ => node.clone(),
                    })),
                ),
                _ => node.clone(),
            }
        });
        valued(node, Value::List(sources.collect()))
    }

    /// What is said of a tab or a part of one by a name: those that name sources by their paths name them by the new ones.
    fn parts(&self, node: &Node) -> Node {
        let value = match &node.value {
            Value::List(list) => Value::List(list.iter().map(|node| self.parts(node)).collect()),
            Value::Table(table) => Value::Table(changed(table, |name, node| match name {
                "rows" | "columns" | "merged" | "pane" => self.parts(node),
                _ => node.clone(),
            })),
            Value::Text(name) => Value::Text(self.name(name)),
            value => value.clone(),
        };
        valued(node, value)
    }

    fn name(&self, name: &str) -> String {
        let origin = self.origins.named(name).and_then(|n| self.workspace.sources.get(n));
        let by_path = origin.filter(|origin| {
            let names = [&origin.name, &origin.log.label];
            !origin.command && !names.into_iter().flatten().any(|own| own == name)
        });
        by_path.map_or_else(|| name.to_owned(), |origin| within(&(self.root)(&origin.folder), name))
    }
}

/// Another value where one was said.
fn valued(node: &Node, value: Value) -> Node {
    Node { place: node.place.clone(), value }
}

/// A table with what is said of its names changed.
fn changed(table: &Branch, by: impl Fn(&str, &Node) -> Node) -> Branch {
    let mut all = Branch::default();
    for member in table.members() {
        all.push(Member { node: by(&member.name, &member.node), ..member.clone() });
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::show::show;
    use crate::config::toml::parse;

    fn read(text: &str, name: &str) -> (Branch, Workspace) {
        let tree = parse(text, name, LAYER).unwrap_or_else(|wrong| panic!("{wrong}\n{text}"));
        let config = crate::config::read(&tree, &|_| None, &Default::default());
        let workspace =
            (*config.unwrap_or_else(|wrong| panic!("{wrong:?}\n{text}")).settings.workspace).clone();
        (tree, workspace)
    }

    #[test]
    fn relative_paths_mean_the_same_in_a_file_that_lies_elsewhere() {
        let text = "sources = ['a.log', { path = './b.log', name = 'b' }, { path = 'c/*.log', label = 'c' }, { path = 'd', host = \
                    'web1' }, 'web1:e', '/f', '~/g', '${v}/h', { command = 'make i' }]\n[variables]\nv = 'x'\n[[tabs]]\nrows = \
                    ['a.log', { columns = ['b', { pane = './b.log', wrap = true }] }]\n[[tabs]]\nmerged = ['c/*.log', 'c', \
                    'web1:d', 'web1:e', '/f', 'make i', 'a.log']\n";
        let (tree, before) = read(text, "shop/dash.toml");
        assert!(is_one(&tree));
        let root = |folder: &str| format!("/srv/{folder}");
        let shown = show(&rooted(&tree, &before, &root), &[]);
        let (_, after) = read(&shown, "/elsewhere/of/it.toml");
        let opened = |of: &Workspace| -> Vec<String> {
            let typed = |path: &str| path.replace("shop/", "/srv/shop/").replace("/srv//srv/", "/srv/");
            of.sources.iter().map(|origin| typed(&of.opened(origin).typed())).collect()
        };
        assert_eq!(opened(&after), opened(&before), "{shown}");
        let shows = |of: &Workspace| -> Vec<Vec<Option<usize>>> {
            let origins = Origins::new(of, &of.sources);
            let of = of.tabs.iter().map(|tab| tab.root.views());
            of.map(|views| views.iter().map(|view| origins.named(&view.source)).collect()).collect()
        };
        assert_eq!(shows(&after), shows(&before), "{shown}");
        assert!(shown.contains("\"/srv/shop/a.log\"") && !shown.contains("\"a.log\""), "{shown}");
        let (config, plain) = read("layout = 'rows'", "config.toml");
        assert!(!is_one(&config) && !is_one(&rooted(&config, &plain, &root)));
    }
}
