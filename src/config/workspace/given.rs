//! What the command line says that a workspace may say too, or what was chosen on the screen in its place: it is written
//! into one that is saved, and shared as flags.

use crate::config::FLAGS;
use crate::config::show::{key, text as quoted, value};
use crate::config::tree::{Branch, Member, Node, Value};

/// Settings that are said otherwise: the layout is that of the desk, what panes keep is said of them, rules are no single
/// values, and variables are written out; neither keys nor what is taken up at the start are part of what is shown.
const ELSEWHERE: [&str; 9] =
    ["layout", "filter", "highlight", "variables", "keymap", "restore", "sessions", "alert", "$schema"];

/// The flags that say settings; of a switch, what it is with its flag.
const FLAGGED: [(&str, &str, Option<bool>); 12] = [
    ("layout", "--layout", None),
    ("keymap", "--keymap", None),
    ("restore", "--restore", Some(true)),
    ("chrome", "--chrome", None),
    ("theme", "--theme", None),
    ("mouse", "--mouse", Some(true)),
    ("log-colors", "--no-log-colors", Some(false)),
    ("by-line", "--by-line", Some(true)),
    ("recursive", "--recursive", Some(true)),
    ("hidden", "--hidden", Some(true)),
    ("no-ignore", "--no-ignore", Some(true)),
    ("close-vanished", "--close-vanished", Some(true)),
];

/// The flag that says of a setting that it is this value, if there is one.
pub fn flag_of(name: &str, value: &Value) -> Option<&'static str> {
    let says = |with: &Option<bool>| match (value, with) {
        (Value::Text(_), None) => true,
        (Value::Switch(on), Some(with)) => on == with,
        _ => false,
    };
    FLAGGED.iter().find(|(known, _, with)| *known == name && says(with)).map(|(_, flag, _)| *flag)
}

/// What is said for everything that is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// The settings of a single value.
    pub settings: Vec<Setting>,
    /// The highlight rules.
    pub rules: Vec<Rule>,
    /// The names of settings of other kinds, which no flag says.
    pub others: Vec<String>,
}

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
    pub fn text(name: &str, word: &str) -> Setting {
        Setting::new(name, &Value::Text(word.to_owned()), quoted(word))
    }

    /// One that is on or off.
    pub fn switch(name: &str, on: bool) -> Setting {
        Setting::new(name, &Value::Switch(on), on.to_string())
    }

    fn new(name: &str, value: &Value, said: String) -> Setting {
        let flag = flag_of(name, value).map(str::to_owned);
        let word = match value {
            Value::Text(word) => Some(word.clone()),
            _ => None,
        };
        Setting { flag, word, name: name.to_owned(), value: said }
    }

    /// One of a config, if it is of a single value and not said otherwise.
    fn of(member: &Member) -> Option<Setting> {
        let single = !matches!(member.node.value, Value::List(_) | Value::Table(_));
        (single && is_here(member))
            .then(|| Setting::new(&member.name, &member.node.value, value(&member.node)))
    }
}

fn is_here(member: &Member) -> bool {
    !ELSEWHERE.contains(&member.name.as_str())
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
        let members = tree.members().iter().filter(|member| given(&member.node));
        let settings = members.filter_map(Setting::of).collect();
        Given { settings, rules: rules(tree, &given) }
    }
}

impl Said {
    /// What a file says.
    pub fn of(tree: &Branch) -> Said {
        let settings: Vec<Setting> = tree.members().iter().filter_map(Setting::of).collect();
        let single = |name: &str| settings.iter().any(|setting| setting.name == name);
        let others = tree.members().iter().filter(|member| is_here(member) && !single(&member.name));
        let others = others.map(|member| member.name.clone()).collect();
        Said { settings, rules: rules(tree, &|_| true), others }
    }

    /// The same with what the command line says over it.
    #[must_use]
    pub fn under(mut self, given: &Given) -> Said {
        self.settings.retain(|own| given.settings.iter().all(|given| given.name != own.name));
        self.settings.extend(given.settings.iter().cloned());
        for rule in &given.rules {
            if !self.rules.iter().any(|known| known.is_like(rule)) {
                self.rules.push(rule.clone());
            }
        }
        self
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
        let both = text("pattern").zip(text("style")).filter(|_| table.members().len() == 2);
        let word = both.map(|(pattern, style)| format!("{pattern}={style}"));
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
