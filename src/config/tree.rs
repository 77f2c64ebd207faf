//! What config files say, as a tree in which everything knows where it was said. Layers of it are laid over each
//! other. Knows no setting.
//!
//! ```text
//! shipped      layout = "grid"   mouse = false   [ssh] connects = 16
//!   user's                       mouse = true          connects = 4      [[filter]] a
//!     profile  layout = "rows"                                           [[filter]] b
//!              ──────────────────────────────────────────────────────────────────────
//!              layout = "rows"   mouse = true    [ssh] connects = 4      [[filter]] a, b
//! ```

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::mistake::Mistake;

/// Something in which settings are written: a file, the environment, the command line.
#[derive(Debug, PartialEq, Eq)]
pub struct Source {
    /// What messages call it.
    pub name: String,
    /// All of it.
    pub text: String,
    /// It has lines: it is a file.
    pub lines: bool,
    /// Which layer it is; later ones are laid over earlier ones.
    pub layer: usize,
    /// The line and the column of every byte that is a multiple of [`STEP`], and of the end: of thousands of mistakes in
    /// one file, or in one line, none is counted to from the beginning.
    marks: Vec<(usize, usize)>,
}

/// Bytes from one mark to the next.
const STEP: usize = 256;
/// So many names are looked through one by one: most tables of a config are that small, and there are hundreds.
const FEW: usize = 16;

/// A stretch of a source.
#[derive(Clone, Debug)]
pub struct Place {
    /// Of which source.
    pub source: Arc<Source>,
    /// Which bytes.
    pub span: Range<usize>,
}

/// A value, and where it was said.
#[derive(Clone, Debug)]
pub struct Node {
    /// Where.
    pub place: Place,
    /// What.
    pub value: Value,
}

/// A value.
#[derive(Clone, Debug)]
pub enum Value {
    /// A text.
    Text(String),
    /// A whole number, as far as it is none below zero.
    Whole(u64),
    /// Another number.
    Fraction(f64),
    /// `true` or `false`.
    Switch(bool),
    /// A date, or a number that no setting has: as it is written.
    Other(String),
    /// Several values.
    List(Vec<Node>),
    /// Named values.
    Table(Branch),
}

/// Named values, in the order in which their names were said first.
#[derive(Clone, Debug, Default)]
pub struct Branch {
    members: Vec<Member>,
    /// Where each stands among the members, where there are more than [`FEW`].
    by_name: BTreeMap<String, usize>,
}

/// A name, and what is said of it.
#[derive(Clone, Debug)]
pub struct Member {
    /// The name.
    pub name: String,
    /// Where it is written; where several layers say something of it, in the last of them.
    pub named: Place,
    /// What is said.
    pub node: Node,
}

impl Source {
    /// What is written somewhere.
    pub fn new(name: impl Into<String>, text: impl Into<String>, lines: bool, layer: usize) -> Source {
        let text = text.into();
        let mut at = (1, 1);
        let mut marks = vec![at];
        for part in text.as_bytes().chunks(STEP) {
            at = behind(at, part);
            marks.push(at);
        }
        Source { name: name.into(), text, lines, layer, marks }
    }

    /// The line and the column of a byte, in characters, both from 1.
    fn line_and_column(&self, at: usize) -> (usize, usize) {
        let at = at.min(self.text.len());
        let mark = at / STEP;
        let part = &self.text.as_bytes()[mark * STEP..at];
        behind(self.marks.get(mark).copied().unwrap_or((1, 1)), part)
    }
}

/// The line and the column behind some bytes that begin at one.
fn behind(at: (usize, usize), bytes: &[u8]) -> (usize, usize) {
    // Bytes in the middle of a character are none by themselves.
    let begins = |byte: u8| byte & 0b1100_0000 != 0b1000_0000;
    bytes.iter().fold(at, |(line, column), byte| match byte {
        b'\n' => (line + 1, 1),
        byte => (line, column + usize::from(begins(*byte))),
    })
}

impl Place {
    /// The line in which it begins, from 1.
    pub fn line(&self) -> usize {
        self.source.line_and_column(self.span.start).0
    }

    /// A sentence behind the place: `config.toml:3:7: …`.
    pub fn say(&self, sentence: &str) -> Mistake {
        self.say_at(self.span.start, sentence)
    }

    /// A sentence behind the place of another byte of the same source.
    pub fn say_at(&self, at: usize, sentence: &str) -> Mistake {
        Mistake::new(self.source.layer, at, format!("{}: {sentence}", self.point_at(at)))
    }

    /// The place alone: `config.toml:3:7`.
    pub fn point(&self) -> String {
        self.point_at(self.span.start)
    }

    fn point_at(&self, at: usize) -> String {
        let (line, column) = self.source.line_and_column(at);
        match self.source.lines {
            true => format!("{}:{line}:{column}", self.source.name),
            false => self.source.name.clone(),
        }
    }

    /// The place as people read it: `config.toml:3`.
    pub fn shown(&self) -> String {
        match self.source.lines {
            true => format!("{}:{}", self.source.name, self.line()),
            false => self.source.name.clone(),
        }
    }
}

impl Node {
    /// Lays another one over it.
    fn lay(&mut self, over: Node) {
        match (&mut self.value, over.value) {
            (Value::Table(own), Value::Table(over)) => own.lay(over),
            (Value::List(own), Value::List(over)) if are_tables(own) && are_tables(&over) => {
                add(own, over);
            }
            (_, value) => *self = Node { place: over.place, value },
        }
    }

    /// The name that a table gives itself.
    fn own_name(&self) -> Option<&str> {
        match &self.value {
            Value::Table(table) => match &table.get("name")?.node.value {
                Value::Text(name) => Some(name),
                _ => None,
            },
            _ => None,
        }
    }
}

/// Whether a list is one of tables. An empty one is none: it takes the place of what was said before.
fn are_tables(list: &[Node]) -> bool {
    !list.is_empty() && list.iter().all(|node| matches!(node.value, Value::Table(_)))
}

/// Adds tables to a list; one of a layer before with the same name gives way.
fn add(list: &mut Vec<Node>, over: Vec<Node>) {
    let mut named: BTreeMap<String, usize> = BTreeMap::new();
    for (at, node) in list.iter().enumerate() {
        node.own_name().into_iter().for_each(|name| _ = named.entry(name.to_owned()).or_insert(at));
    }
    for node in over {
        match node.own_name().and_then(|name| named.remove(name)) {
            Some(at) => list[at] = node,
            None => list.push(node),
        }
    }
}

impl Branch {
    /// What is said of a name.
    pub fn get(&self, name: &str) -> Option<&Member> {
        self.at(name).and_then(|at| self.members.get(at))
    }

    fn at(&self, name: &str) -> Option<usize> {
        match self.members.len() {
            0..=FEW => self.members.iter().position(|member| member.name == name),
            _ => self.by_name.get(name).copied(),
        }
    }

    /// All members.
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// Adds a name that is not there yet.
    pub fn push(&mut self, member: Member) {
        self.members.push(member);
        let known = self.by_name.len();
        if self.members.len() > FEW {
            let new = self.members.iter().enumerate().skip(known);
            self.by_name.extend(new.map(|(at, member)| (member.name.clone(), at)));
        }
    }

    /// Puts a value at a path of names.
    pub fn put(&mut self, path: &[&str], node: Node) {
        let Some((name, rest)) = path.split_first() else { return };
        let place = node.place.clone();
        let inner = match rest {
            [] => node,
            rest => {
                let mut inner = Branch::default();
                inner.put(rest, node);
                Node { place: place.clone(), value: Value::Table(inner) }
            }
        };
        let mut over = Branch::default();
        over.push(Member { name: (*name).to_owned(), named: place, node: inner });
        self.lay(over);
    }

    /// Lays a later layer over it: tables are laid over tables, tables of a list are added to those of a list (or
    /// take the place of those with the same `name`), and anything else takes the place of what was there.
    pub fn lay(&mut self, over: Branch) {
        for member in over.members {
            match self.at(&member.name).and_then(|at| self.members.get_mut(at)) {
                Some(own) => {
                    own.named = member.named;
                    own.node.lay(member.node);
                }
                None => self.push(member),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::toml::parse;

    fn layered(layers: &[&str]) -> Branch {
        let mut all = Branch::default();
        for (n, text) in layers.iter().enumerate() {
            all.lay(parse(text, &format!("{n}.toml"), n).unwrap());
        }
        all
    }

    fn value<'a>(branch: &'a Branch, path: &[&str]) -> &'a Node {
        let (last, before) = path.split_last().unwrap();
        let mut branch = branch;
        for name in before {
            let Value::Table(inner) = &branch.get(name).unwrap().node.value else { panic!("{name}") };
            branch = inner;
        }
        &branch.get(last).unwrap().node
    }

    fn said(branch: &Branch, path: &[&str]) -> String {
        let node = value(branch, path);
        format!("{:?} {}", node.value, node.place.shown())
    }

    #[test]
    fn later_layers_win_by_value_and_tables_are_merged() {
        let all = layered(&[
            "a = 1\nb = 'x'\n[t]\nc = true\nd = 2",
            "b = 'y'\n\n[t]\nd = 3\n[t.u]\ne = [1, 2]",
            "[t.u]\ne = [3]",
        ]);
        assert_eq!(said(&all, &["a"]), "Whole(1) 0.toml:1");
        assert_eq!(said(&all, &["b"]), "Text(\"y\") 1.toml:1");
        assert_eq!(said(&all, &["t", "c"]), "Switch(true) 0.toml:4");
        assert_eq!(said(&all, &["t", "d"]), "Whole(3) 1.toml:4");
        let Value::List(list) = &value(&all, &["t", "u", "e"]).value else { panic!() };
        assert_eq!(list.len(), 1, "lists of values are not mixed");
    }

    #[test]
    fn tables_of_a_list_add_up_and_one_of_the_same_name_gives_way() {
        let all =
            layered(&["[[f]]\nname = 'a'\nv = 1\n[[f]]\nv = 2", "[[f]]\nv = 3\n[[f]]\nname = 'a'\nv = 4"]);
        let Value::List(list) = &value(&all, &["f"]).value else { panic!() };
        let v = |node: &Node| {
            let Value::Table(table) = &node.value else { panic!() };
            said(table, &["v"])
        };
        let all: Vec<String> = list.iter().map(v).collect();
        assert_eq!(all, ["Whole(4) 1.toml:5", "Whole(2) 0.toml:5", "Whole(3) 1.toml:2"]);
        let none = layered(&["[[f]]\nv = 1", "f = []"]);
        assert!(matches!(&value(&none, &["f"]).value, Value::List(list) if list.is_empty()));
    }

    #[test]
    fn two_of_one_name_in_one_file_both_stay_so_that_it_can_be_said() {
        let all = layered(&["[[f]]\nname = 'a'\n[[f]]\nname = 'a'"]);
        let Value::List(list) = &value(&all, &["f"]).value else { panic!() };
        assert_eq!(list.len(), 2);
    }

    #[test]
    fn lines_and_columns_are_counted_in_characters_wherever_marks_stand() {
        let text: String = (0..400).map(|n| ["a", "ä", "日", "\n", "\r\n", "\t"][n * n % 6]).collect();
        let source = Source::new("x", text.as_str(), true, 0);
        for (at, _) in text.char_indices().chain([(text.len(), ' ')]) {
            let before = &text[..at];
            let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
            assert_eq!(source.line_and_column(at), (before.matches('\n').count() + 1, column), "at {at}");
        }
    }

    #[test]
    fn a_value_is_put_at_a_path() {
        let mut all = layered(&["[t]\nc = 1\nd = 2"]);
        let source = Source::new("--c", "7", false, 9);
        let place = Place { source: Arc::new(source), span: 0..1 };
        all.put(&["t", "c"], Node { place, value: Value::Whole(7) });
        assert_eq!(said(&all, &["t", "c"]), "Whole(7) --c");
        assert_eq!(said(&all, &["t", "d"]), "Whole(2) 0.toml:3");
    }
}
