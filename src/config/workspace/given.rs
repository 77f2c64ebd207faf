//! What the command line says that a workspace may say too, or what was chosen on the screen in its place: it is written
//! into one that is saved, and shared as flags.

use crate::config::FLAGS;
use crate::config::show::{key, text as quoted, value};
use crate::config::tree::{Branch, Node, Value};

/// Settings that are said otherwise: the layout is that of the desk, and neither keys nor what is taken up at the start
/// are part of what is shown.
const ELSEWHERE: [&str; 3] = ["layout", "keymap", "restore"];

/// What the command line says of settings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// Those of a single value.
    pub settings: Vec<Setting>,
    /// Its highlight rules.
    pub rules: Vec<Rule>,
}

/// A setting of a single value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Which flag says it, if one can.
    pub flag: Option<String>,
    /// What stands behind the flag, if anything.
    pub word: Option<String>,
    /// How files call it.
    pub name: String,
    /// What files say of it.
    pub value: String,
}

impl Setting {
    /// One that is a word.
    pub fn text(name: &str, flag: Option<&str>, word: &str) -> Setting {
        let flag = flag.map(str::to_owned);
        Setting { flag, word: Some(word.to_owned()), name: name.to_owned(), value: quoted(word) }
    }

    /// One that is on or off; the flag is that for what it is.
    pub fn switch(name: &str, flag: Option<&str>, on: bool) -> Setting {
        let flag = flag.map(str::to_owned);
        Setting { flag, word: None, name: name.to_owned(), value: on.to_string() }
    }
}

/// A highlight rule: the names of its settings as files write them, and what is said of each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    said: Vec<(String, String)>,
    /// What stands behind the flag, where one can say it.
    pub word: Option<String>,
}

impl Given {
    /// What the command line says among the layers of a config.
    pub fn of(tree: &Branch) -> Given {
        let given = |node: &Node| node.place.source.layer == FLAGS;
        let members = tree.members().iter();
        let single =
            members.filter(|member| given(&member.node) && !ELSEWHERE.contains(&member.name.as_str()));
        let setting = |member: &crate::config::tree::Member| {
            let word = match &member.node.value {
                Value::Text(word) => Some(word.clone()),
                Value::Switch(_) => None,
                _ => return None,
            };
            let (flag, value) = (member.node.place.source.name.clone(), value(&member.node));
            Some(Setting { flag: Some(flag), word, name: member.name.clone(), value })
        };
        let settings = single.filter_map(setting).collect();
        Given { settings, rules: rules(tree, &given) }
    }
}

/// The highlight rules of some places.
pub fn rules(tree: &Branch, of: &dyn Fn(&Node) -> bool) -> Vec<Rule> {
    match tree.get("highlight").map(|member| &member.node.value) {
        Some(Value::List(list)) => list.iter().filter(|node| of(node)).filter_map(Rule::of).collect(),
        _ => Vec::new(),
    }
}

impl Rule {
    fn of(node: &Node) -> Option<Rule> {
        let Value::Table(table) = &node.value else { return None };
        let said = table.members().iter().map(|member| (key(&member.name), value(&member.node))).collect();
        let text = |name: &str| match &table.get(name)?.node.value {
            Value::Text(text) => Some(text.as_str()),
            _ => None,
        };
        let word = text("pattern").zip(text("style")).map(|(pattern, style)| format!("{pattern}={style}"));
        Some(Rule { said, word })
    }

    /// Whether another one says the same, in whatever order.
    pub fn is_like(&self, other: &Rule) -> bool {
        self.said.len() == other.said.len() && self.said.iter().all(|said| other.said.contains(said))
    }

    /// As files have it.
    pub fn text(&self) -> String {
        let said = self.said.iter().map(|(name, value)| format!("{name} = {value}\n"));
        format!("[[highlight]]\n{}", said.collect::<String>())
    }
}
