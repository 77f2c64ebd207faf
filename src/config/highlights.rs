//! What our own config file says of highlighting.
//!
//! ```toml
//! [[highlight]]
//! name = "slow"                            # for `highlights` of [logs]; a later layer's takes its place
//! sources = ["api*.json"]                  # as for [[filter]]; without it all sources
//! pattern = 'took (?<took>\d+(ms|s))'
//! style = "bold red"                       # of what matches: words as for -H, or names of a theme's styles
//! line = false                             # true: of the whole line
//! groups = { took = "underline" }          # of groups, by name or number
//! when = { group = "took", above = "500ms" }   # above, at-least, below, at-most: only such numbers
//! priority = 10                            # higher ones hide lower ones, and of equal ones the later the earlier
//! ```

use std::collections::{BTreeMap, BTreeSet};

use super::mistake::{Mistake, taken};
use super::schema::PRIORITIES;
use super::toml::{Entry, Table};
use crate::core::highlight::{ALLOWANCE, Bound, Outline, Rule, When};
use crate::core::pattern::PatternError;
use crate::core::text::printable;

/// How limits are named.
const BOUNDS: [(&str, Bound); 4] = [
    ("above", Bound::Above),
    ("at-least", Bound::AtLeast),
    ("below", Bound::Below),
    ("at-most", Bound::AtMost),
];

/// A rule of the user's own: what to look for, and how it looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Highlight {
    /// What it is called, if anything.
    pub name: Option<String>,
    /// Of which sources; none are all of them.
    pub sources: Vec<String>,
    /// What it looks for.
    pub pattern: Outline,
    /// How what matches looks.
    pub style: Option<Words>,
    /// The style is for the whole line.
    pub line: bool,
    /// How groups look.
    pub groups: Vec<(usize, Words)>,
    /// It applies to such matches only.
    pub when: Option<When>,
    /// Higher ones hide lower ones.
    pub priority: u64,
}

/// A style as written; the theme knows what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    /// What was written.
    pub words: String,
}

impl Words {
    /// What somebody wrote.
    pub fn new(words: &str) -> Words {
        Words { words: words.trim().to_owned() }
    }

    /// Reads what is said of an entry; `check` says what is wrong with words.
    ///
    /// # Errors
    /// A mistake with its place.
    pub(super) fn read(entry: &Entry, check: Check) -> Result<Words, Mistake> {
        let words = Words::new(entry.filled()?);
        check(&words.words).map_err(|sentence| entry.node().place.say(&sentence))?;
        Ok(words)
    }
}

/// Whether words are a style; otherwise a sentence.
pub type Check<'a> = &'a dyn Fn(&str) -> Result<(), String>;

impl Highlight {
    /// All styles it names.
    pub(super) fn styles(&self) -> impl Iterator<Item = &Words> {
        self.style.iter().chain(self.groups.iter().map(|(_, style)| style))
    }

    fn rule(&self, styles: &BTreeMap<&str, usize>) -> Rule {
        let look = |style: &Words| {
            let at = styles.get(style.words.as_str());
            at.and_then(|at| u16::try_from(*at).ok()).unwrap_or(u16::MAX)
        };
        let style = self.style.as_ref().map(look);
        let whole = style.filter(|_| !self.line).map(|look| (0, look));
        let groups = self.groups.iter().map(|(group, style)| (*group, look(style)));
        Rule {
            pattern: self.pattern.clone(),
            line: style.filter(|_| self.line),
            groups: whole.into_iter().chain(groups).collect(),
            when: self.when.clone(),
            priority: self.priority,
        }
    }
}

/// The styles of rules, each once, in the order in which they are named first: their places are the numbers of looks.
pub fn styles(highlights: &[Highlight]) -> Vec<&str> {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    let styles = highlights.iter().flat_map(Highlight::styles).map(|style| style.words.as_str());
    styles.filter(|words| seen.insert(words)).collect()
}

/// The rules as lines are matched by them.
pub fn rules(highlights: &[Highlight]) -> Vec<Rule> {
    let styles = styles(highlights).into_iter().enumerate().map(|(at, words)| (words, at)).collect();
    highlights.iter().map(|highlight| highlight.rule(&styles)).collect()
}

/// Reads all rules of a config, whose styles `check` knows; what is wrong is added to `wrong`.
pub fn read(config: &Table, check: Check, wrong: &mut Vec<Mistake>) -> Vec<Highlight> {
    let Some(entry) = config.get("highlight") else { return Vec::new() };
    let mut patterns = Patterns::default();
    let tables = entry.tables().unwrap_or_default();
    tables.iter().filter_map(|table| read_one(table, &mut patterns, check, wrong)).collect()
}

/// The patterns of a config, or of a command line: each is read, and paid for, once.
pub struct Patterns {
    read: BTreeMap<String, Result<Outline, PatternError>>,
    allowance: u64,
}

impl Default for Patterns {
    fn default() -> Patterns {
        Patterns { read: BTreeMap::new(), allowance: ALLOWANCE }
    }
}

impl Patterns {
    /// Reads one.
    ///
    /// # Errors
    /// When it cannot be used, or those before it left no room for it.
    pub fn read(&mut self, source: &str) -> Result<Outline, PatternError> {
        if let Some(known) = self.read.get(source) {
            return known.clone();
        }
        let outline = Outline::read_within(source, &mut self.allowance);
        self.read.insert(source.to_owned(), outline.clone());
        outline
    }
}

/// Reads one. That something is missing, or of another kind, is told by the table of settings; all else is told here,
/// whatever is wrong beside it.
fn read_one(
    table: &Table<'_>,
    patterns: &mut Patterns,
    check: Check,
    wrong: &mut Vec<Mistake>,
) -> Option<Highlight> {
    let said = |name: &str| table.get(name);
    let outline = said("pattern").and_then(|entry| taken(read_pattern(&entry, patterns)?, wrong));
    let groups = said("groups").and_then(|entry| read_groups(&entry, outline.as_ref(), check, wrong));
    let style = said("style").and_then(|entry| taken(Words::read(&entry, check), wrong));
    let line = said("line").is_some_and(|entry| entry.switch() == Ok(true));
    if let (Some(entry), true, None) = (said("line"), line, said("style")) {
        wrong.push(entry.wrong("the whole line needs a style"));
    }
    let empty = |entry: &Entry| entry.table().is_ok_and(|table| table.entries().is_empty());
    if let (Some(entry), None) = (said("groups").filter(empty), said("style")) {
        wrong.push(entry.wrong("styles of groups are wanted here, or a style"));
    }
    let name = said("name").and_then(|entry| Some(entry.text().ok()?.to_owned()));
    let sources = said("sources").and_then(|entry| taken(entry.patterns(), wrong)).unwrap_or_default();
    let when = said("when").and_then(|entry| read_when(&entry, outline.as_ref(), wrong));
    let priority = said("priority").and_then(|entry| entry.number(PRIORITIES).ok()).unwrap_or(0);
    let groups = groups.unwrap_or_default();
    Some(Highlight { name, sources, pattern: outline?, style, line, groups, when, priority })
}

/// Reads a pattern, unless it is no text.
fn read_pattern(entry: &Entry<'_>, patterns: &mut Patterns) -> Option<Result<Outline, Mistake>> {
    let read = patterns.read(entry.text().ok()?);
    Some(read.map_err(|error| entry.wrong_within(error.at.map_or(0, |at| at.start), &error.message)))
}

/// Reads how groups look; which there are is not known of a pattern that is none.
fn read_groups(
    entry: &Entry<'_>,
    pattern: Option<&Outline>,
    check: Check,
    wrong: &mut Vec<Mistake>,
) -> Option<Vec<(usize, Words)>> {
    let mut groups = Vec::new();
    for entry in entry.table().ok()?.entries() {
        let at = pattern.map(|pattern| group(entry.name(), pattern).map_err(|why| entry.misnamed(&why)));
        let at = at.and_then(|at| taken(at, wrong));
        groups.extend(at.zip(taken(Words::read(&entry, check), wrong)));
    }
    Some(groups)
}

/// The number of a group of the pattern.
fn group(name: &str, pattern: &Outline) -> Result<usize, String> {
    pattern.group(name).ok_or_else(|| {
        let named: Vec<&str> = pattern.groups().iter().filter_map(Option::as_deref).collect();
        let named = if named.is_empty() { String::new() } else { format!(" ({})", named.join(", ")) };
        let count = pattern.groups().len();
        let groups = if count == 1 { "1 group" } else { &format!("{count} groups") };
        format!("the pattern has no group {}: it has {groups}{named}", printable(name))
    })
}

/// Reads which matches a rule is for; which groups there are is not known of a pattern that is none.
fn read_when(entry: &Entry<'_>, pattern: Option<&Outline>, wrong: &mut Vec<Mistake>) -> Option<When> {
    let said = entry.table().ok()?;
    let named = pattern.map(|pattern| read_group(entry, &said, pattern));
    let named = named.and_then(|named| taken(named, wrong));
    let (at, name) = named.unwrap_or((0, "0".to_owned()));
    let mut when = When::new(at, &name);
    for (bound, limit) in BOUNDS.iter().filter_map(|(name, bound)| Some((*bound, said.get(name)?))) {
        let Ok(amount) = limit.amount() else { continue };
        when.add(bound, &amount);
        if let Some(clash) = when.clash() {
            wrong.push(limit.wrong(clash));
            break;
        }
    }
    Some(when)
}

/// The group that is a number: its place and its name.
fn read_group(entry: &Entry<'_>, said: &Table, pattern: &Outline) -> Result<(usize, String), Mistake> {
    match (said.get("group"), pattern.groups()) {
        (Some(named), _) => {
            let called = named.called()?;
            Ok((group(&called, pattern).map_err(|why| named.wrong(&why))?, called))
        }
        (None, []) => Ok((0, "0".to_owned())),
        (None, [only]) => Ok((1, only.as_deref().unwrap_or("1").to_owned())),
        (None, _) => Err(entry.wrong("the pattern has several groups: say which, as in group = 1")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::tests::{example, read};

    fn parse(text: &str) -> Vec<Highlight> {
        read(&[text]).unwrap().settings.highlights.to_vec()
    }

    fn wrong(text: &str) -> String {
        let wrong = read(&[&format!("[[highlight]]\n{text}")]).expect_err(text);
        assert_eq!(wrong.len(), 1, "{wrong:?}");
        wrong.concat().replace("0.toml", "config.toml")
    }

    #[test]
    fn the_example_above_is_one() {
        let read = parse(&example(include_str!("highlights.rs")));
        assert_eq!((read[0].name.as_deref(), read[0].priority), (Some("slow"), 10));
        assert_eq!(styles(&read), ["bold red", "underline"]);
        let rule = &rules(&read)[0];
        assert_eq!((rule.line, rule.groups.as_slice()), (None, &[(0, 0), (1, 1)][..]));
    }

    #[test]
    fn a_style_may_be_for_the_line_and_equal_styles_are_one_look() {
        let text = "[[highlight]]\npattern='a(b)'\nstyle='red'\nline=true\ngroups={1='blue'}\n\
                    [[highlight]]\npattern='b'\nstyle='blue'\nwhen={above=5}\n";
        let rules = rules(&parse(text));
        assert_eq!((rules[0].line, rules[0].groups.as_slice()), (Some(0), &[(1, 1)][..]));
        assert_eq!(rules[1].groups, [(0, 1)]);
    }

    #[test]
    fn every_style_that_is_none_is_told() {
        let text = "[[highlight]]\npattern='a(b)'\nstyle='rde'\ngroups={1='bleu'}\n\
                    [[highlight]]\npattern='b'\nstyle='red/'\n";
        let told = read(&[text]).expect_err(text);
        assert_eq!(told.len(), 3, "{told:?}");
        assert!(told[2].starts_with("0.toml:7:7: a colour is missing behind `/`"), "{told:?}");
    }

    #[test]
    fn two_of_one_name_in_one_file_are_a_mistake() {
        let rule = "[[highlight]]\nname='slow'\npattern='a'\nstyle='red'\n";
        let told = read(&[&rule.repeat(2)]).expect_err("twice");
        assert_eq!(told, ["0.toml:6:6: there is a highlight slow already, in line 2"]);
        assert_eq!(
            read(&[rule, rule]).unwrap().settings.highlights.len(),
            1,
            "a later layer's takes its place"
        );
    }

    #[test]
    fn a_group_is_named_by_its_number_too() {
        let read = parse("[[highlight]]\npattern='(a)(\\d+)'\nstyle='red'\nwhen={group=2, above=5}\n");
        assert_eq!(read[0].when.as_ref().map(|when| when.group), Some(2));
    }

    #[test]
    fn rules_that_are_too_large_together_are_told_where_it_begins() {
        let rule =
            |n: usize| format!("[[highlight]]\nstyle='red'\npattern='x{n}|\\w{{1,1000}}\\w{{1,1000}}z$'\n");
        let text: String = (0..300).map(rule).collect();
        let told = read(&[&text]).expect_err("this is too much");
        let large = told.iter().filter(|told| told.contains("too large together")).count();
        assert!(large > 290 && told.len() == 300, "{large}");
        let usual = |n: usize| {
            format!("[[highlight]]\nstyle='red'\npattern='word{n} (?<ms>[0-9]+)ms|(?i:foo{n}[a-z]+bar)'\n")
        };
        assert_eq!(parse(&(0..300).map(usual).collect::<String>()).len(), 300);
    }

    #[test]
    fn mistakes_are_named_with_their_place() {
        let said = wrong("pattern = 'took (\\d+'\nstyle = 'red'\n");
        assert!(said.starts_with("config.toml:2:17: "), "{said}");
        let said = wrong("patern = 'x'\nstyle = 'red'\n");
        assert_eq!(said, "config.toml:2:1: nothing is called patern; did you mean pattern?");
        assert!(wrong("style = 'red'\n").contains("a pattern is missing in highlight"));
        assert!(wrong("pattern = 'x'\n").contains("a style, or styles of groups, is missing"));
        let said = wrong("pattern = '(?<ms>x)(y)'\ngroups = { sm = 'red' }\n");
        assert!(
            said.starts_with("config.toml:3:") && said.contains("no group sm: it has 2 groups (ms)"),
            "{said}"
        );
        assert!(
            wrong("pattern = 'x'\nstyle='red'\nwhen = { above = 'much' }\n").contains("a number like 500")
        );
        assert!(
            wrong("pattern = 'x'\nstyle='red'\nwhen = { group = '0' }\n")
                .contains("a limit (above, at-least, below or at-most) is missing")
        );
        assert!(wrong("pattern = '(x)(y)'\nstyle='red'\nwhen = { above = 5 }\n").contains("several groups"));
        assert!(wrong("pattern = 'x'\nstyle='red'\nwhen = { abvoe = 5 }\n").contains("did you mean above?"));
        assert!(
            wrong("pattern = 'x'\ngroups={0='red'}\nline=true\n").contains("the whole line needs a style")
        );
        assert!(wrong("pattern = 'x'\nstyle='red'\npriority=-1\n").contains("from 0 to 1000"));
        let said = wrong("pattern = 'x(y)'\nstyle='red'\nwhen = { above = '500ms', below = '100ms' }\n");
        assert!(said.starts_with("config.toml:4:35: no number is"), "{said}");
        let said = wrong("pattern = 'x(y)'\nstyle='red'\nwhen = { above = '5ms', below = '5 MiB' }\n");
        assert!(said.starts_with("config.toml:4:33: one of the limits is a size"), "{said}");
        assert!(
            wrong("pattern = 'x'\nstyle='red'\nwhen = { above = '1e400' }\n")
                .contains(":4:18: a number like")
        );
        assert!(
            wrong("pattern = 'x'\nstyle='red'\nwhen = { above = inf }\n").contains(":4:18: a number like")
        );
        assert!(
            wrong("pattern = 'x'\nstyle='red'\nsources = ['a', '']\n").contains(":4:17: a pattern is empty")
        );
        assert!(wrong("pattern = 'x'\nstyle='red'\nname = ''\n").contains(":4:8: a text that is not empty"));
        let said = wrong("pattern = 'x'\nstyle = 'bold rde'\n");
        assert!(
            said.starts_with("config.toml:3:9: `rde` is no colour, attribute or style; did you mean `red`"),
            "{said}"
        );
    }
}
