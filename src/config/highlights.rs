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

use super::schema::{self, PRIORITIES};
use super::themes::Themes;
use super::toml::{Entry, Table};
use super::tree::Place;
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
#[derive(Clone, Debug)]
pub struct Words {
    /// What was written.
    pub words: String,
    /// Where.
    place: Place,
}

impl PartialEq for Words {
    fn eq(&self, other: &Words) -> bool {
        self.words == other.words
    }
}

impl Eq for Words {}

impl Words {
    /// What is written at a place.
    pub fn new(words: &str, place: &Place) -> Words {
        Words { words: words.trim().to_owned(), place: place.clone() }
    }

    /// What is wrong with it where these themes are: a sentence with the place.
    pub(super) fn wrong(&self, themes: &Themes) -> Option<String> {
        themes.check_words(&self.words).err().map(|error| self.place.say(&error))
    }
}

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

/// Reads all rules of a config; what is wrong is added to `wrong`, a sentence each.
pub fn read(config: &Table, wrong: &mut Vec<String>) -> Vec<Highlight> {
    let Some(entry) = config.get("highlight") else { return Vec::new() };
    let mut rules = Vec::new();
    let mut patterns = Patterns::default();
    for table in schema::sound(config, "highlight") {
        match read_one(&entry, &table, &mut patterns) {
            Ok(rule) => rules.push(rule),
            Err(sentence) => wrong.push(sentence),
        }
    }
    rules
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

fn read_one(whole: &Entry<'_>, table: &Table<'_>, patterns: &mut Patterns) -> Result<Highlight, String> {
    let said = |name: &str| table.get(name);
    let pattern = table.needed("pattern", whole)?;
    let outline = patterns
        .read(pattern.text()?)
        .map_err(|error| pattern.wrong_within(error.at.map_or(0, |at| at.start), &error.message))?;
    let mut groups = Vec::new();
    for entry in said("groups").map(|entry| entry.table()).transpose()?.iter().flat_map(Table::entries) {
        groups.push((group(&entry, entry.name(), &outline)?, read_words(&entry)?));
    }
    let style = said("style").as_ref().map(read_words).transpose()?;
    if style.is_none() && groups.is_empty() {
        return Err(said("groups")
            .as_ref()
            .unwrap_or(whole)
            .wrong("styles of groups are wanted here, or a style"));
    }
    let line = said("line").map(|entry| entry.switch()).transpose()?.unwrap_or(false);
    if let Some(line) = said("line").filter(|_| line && style.is_none()) {
        return Err(line.wrong("the whole line needs a style"));
    }
    Ok(Highlight {
        name: said("name").map(|name| name.filled().map(str::to_owned)).transpose()?,
        sources: said("sources").map(|entry| entry.patterns()).transpose()?.unwrap_or_default(),
        when: said("when").map(|when| read_when(&when, &outline)).transpose()?,
        priority: said("priority").map(|entry| entry.number(PRIORITIES)).transpose()?.unwrap_or(0),
        pattern: outline,
        style,
        line,
        groups,
    })
}

fn read_words(entry: &Entry<'_>) -> Result<Words, String> {
    Ok(Words::new(entry.text()?, &entry.node().place))
}

/// The number of a group of the pattern; `entry` is where it is named.
fn group(entry: &Entry<'_>, name: &str, pattern: &Outline) -> Result<usize, String> {
    pattern.group(name).ok_or_else(|| {
        let named: Vec<&str> = pattern.groups().iter().filter_map(Option::as_deref).collect();
        let named = if named.is_empty() { String::new() } else { format!(" ({})", named.join(", ")) };
        let count = pattern.groups().len();
        let groups = if count == 1 { "1 group" } else { &format!("{count} groups") };
        entry.wrong(&format!("the pattern has no group {}: it has {groups}{named}", printable(name)))
    })
}

fn read_when(entry: &Entry<'_>, pattern: &Outline) -> Result<When, String> {
    let said = entry.table()?;
    let named = match said.get("group") {
        Some(named) => {
            let called = named.called()?;
            let at = group(&named, &called, pattern)?;
            (called, at)
        }
        None if pattern.groups().is_empty() => ("0".into(), 0),
        None if pattern.groups().len() == 1 => (pattern.groups()[0].as_deref().unwrap_or("1").into(), 1),
        None => return Err(entry.wrong("the pattern has several groups: say which, as in group = 1")),
    };
    let mut when = When::new(named.1, &named.0);
    let limits = BOUNDS.iter().filter_map(|(name, bound)| Some((*bound, said.get(name)?)));
    let limits: Vec<(Bound, Entry)> = limits.collect();
    for (bound, limit) in limits {
        when.add(bound, &limit.amount()?);
        if let Some(clash) = when.clash() {
            return Err(limit.wrong(clash));
        }
    }
    Ok(when)
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
        let said = wrong("patern = 'x'\n");
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
