//! What the syntax of a pattern tells before it is compiled: its groups, what every match must hold, and
//! whether it will compile at all.
//!
//! Compiling takes a hundred times as long as reading. Of hundreds of highlight rules a screen's lines match
//! few, so a rule's pattern is compiled when a line first holds what it needs.

use regex_syntax::ast::{
    self, Ast, ClassSet, ClassSetItem, Flag, FlagsItemKind, GroupKind, LiteralKind, RepetitionKind,
    RepetitionRange,
};

use crate::core::pattern::{Pattern, PatternError};

/// Letters of the shortest text worth looking for: shorter ones are in too many lines.
const SHORTEST: usize = 2;
/// Most texts of which one is looked for.
const MOST: usize = 64;
/// What a pattern surely may cost to be compiled within the limits of [`Pattern`], in units of [`Cost`].
const AFFORDABLE: u64 = 4_000;
/// What all patterns of a config may cost together: hundreds of usual rules, or a few dozen huge ones.
pub const ALLOWANCE: u64 = 1_000_000;

/// A pattern that was read and will compile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    source: String,
    /// What its groups are called, from group 1 on.
    groups: Vec<Option<String>>,
    /// Of each list one text is in every match, whatever its case; in lower case.
    needs: Vec<Vec<String>>,
}

impl Outline {
    /// Reads a pattern.
    ///
    /// # Errors
    /// As [`Pattern::new`].
    pub fn read(source: &str) -> Result<Outline, PatternError> {
        Outline::read_within(source, &mut { u64::MAX })
    }

    /// Reads a pattern and takes what it costs from an allowance.
    ///
    /// # Errors
    /// As [`Pattern::new`], and when not enough is left; what is too large is not compiled to find out.
    pub fn read_within(source: &str, allowance: &mut u64) -> Result<Outline, PatternError> {
        let Ok(ast) = ast::parse::Parser::new().parse(source) else {
            // Who compiles it says what is wrong; what only compiles says nothing of itself.
            Pattern::new(source)?;
            pay(AFFORDABLE, allowance)?;
            return Ok(Outline::bare(source));
        };
        let cost = Cost::of(&ast);
        pay(cost.units, allowance)?;
        if !cost.sure || cost.units > AFFORDABLE {
            Pattern::new(source)?;
        }
        let mut groups = Vec::new();
        name_groups(&ast, &mut groups);
        Ok(Outline { source: source.to_owned(), groups, needs: Needs::of(&ast) })
    }

    fn bare(source: &str) -> Outline {
        Outline { source: source.to_owned(), groups: Vec::new(), needs: Vec::new() }
    }

    /// The pattern as typed.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The number of a group by its name or its number, 0 being the whole match.
    pub fn group(&self, called: &str) -> Option<usize> {
        let named = self.groups.iter().position(|name| name.as_deref() == Some(called)).map(|at| at + 1);
        named.or_else(|| called.parse().ok().filter(|number| *number <= self.groups.len()))
    }

    /// What its groups are called, from group 1 on.
    pub fn groups(&self) -> &[Option<String>] {
        &self.groups
    }

    /// Lists of texts in lower case: a line that matches holds at least one of each, in some case. None when
    /// nothing is known.
    pub(super) fn needs(&self) -> &[Vec<String>] {
        &self.needs
    }
}

/// Gathers the groups in the order of their numbers.
fn name_groups(ast: &Ast, groups: &mut Vec<Option<String>>) {
    match ast {
        Ast::Group(group) => {
            match &group.kind {
                GroupKind::CaptureIndex(_) => groups.push(None),
                GroupKind::CaptureName { name, .. } => groups.push(Some(name.name.clone())),
                GroupKind::NonCapturing(_) => {}
            }
            name_groups(&group.ast, groups);
        }
        Ast::Repetition(repetition) => name_groups(&repetition.ast, groups),
        Ast::Concat(concat) => concat.asts.iter().for_each(|ast| name_groups(ast, groups)),
        Ast::Alternation(either) => either.asts.iter().for_each(|ast| name_groups(ast, groups)),
        Ast::Empty(_) | Ast::Flags(_) | Ast::Literal(_) | Ast::Dot(_) | Ast::Assertion(_) => {}
        Ast::ClassUnicode(_) | Ast::ClassPerl(_) | Ast::ClassBracketed(_) => {}
    }
}

fn pay(cost: u64, allowance: &mut u64) -> Result<(), PatternError> {
    let message =
        "this pattern and those before it are too large together: use smaller repetitions, or fewer rules";
    let too_large = || PatternError { message: message.to_owned(), at: None };
    *allowance = allowance.checked_sub(cost).ok_or_else(too_large)?;
    Ok(())
}

/// What it takes to compile a pattern.
#[derive(Clone, Copy)]
struct Cost {
    /// At most, if it is sure; [`AFFORDABLE`] of these surely fit.
    units: u64,
    /// It compiles, if it is not too large. Of the rest this is for who compiles it.
    sure: bool,
}

impl Cost {
    /// `\w` and what is made of it, in either case.
    const WORD: u64 = 200;

    fn sure(units: u64) -> Cost {
        Cost { units, sure: true }
    }

    /// A character; a line break may not be there.
    fn letter(letter: char, units: u64) -> Cost {
        Cost { units, sure: letter != '\n' }
    }

    fn and(self, other: Cost) -> Cost {
        Cost { units: self.units.saturating_add(other.units), sure: self.sure && other.sure }
    }

    fn sum(self, more: impl IntoIterator<Item = Cost>) -> Cost {
        more.into_iter().fold(self, Cost::and)
    }

    fn of(ast: &Ast) -> Cost {
        match ast {
            Ast::Empty(_) | Ast::Assertion(_) => Cost::sure(1),
            // In either case a letter has up to four spellings.
            Ast::Literal(literal) => Cost::letter(literal.c, 2),
            Ast::Dot(_) => Cost::sure(10),
            Ast::ClassPerl(_) => Cost::sure(Cost::WORD),
            Ast::ClassUnicode(_) => Cost { units: 2 * Cost::WORD, sure: false },
            Ast::ClassBracketed(class) => Cost::of_set(&class.kind),
            Ast::Flags(flags) => Cost { units: 1, sure: is_about_case(&flags.flags) },
            Ast::Group(group) => {
                let known = match &group.kind {
                    GroupKind::NonCapturing(flags) => is_about_case(flags),
                    GroupKind::CaptureIndex(_) | GroupKind::CaptureName { .. } => true,
                };
                Cost { units: 2, sure: known }.and(Cost::of(&group.ast))
            }
            Ast::Concat(concat) => Cost::sure(1).sum(concat.asts.iter().map(Cost::of)),
            Ast::Alternation(either) => Cost::sure(1).sum(either.asts.iter().map(Cost::of)),
            Ast::Repetition(repetition) => {
                let times = match &repetition.op.kind {
                    RepetitionKind::ZeroOrOne | RepetitionKind::ZeroOrMore | RepetitionKind::OneOrMore => 1,
                    RepetitionKind::Range(
                        RepetitionRange::Exactly(most) | RepetitionRange::Bounded(_, most),
                    ) => *most,
                    RepetitionKind::Range(RepetitionRange::AtLeast(least)) => least.saturating_add(1),
                };
                let Cost { units, sure } = Cost::of(&repetition.ast);
                Cost { units: units.saturating_mul(u64::from(times.max(1))), sure }.and(Cost::sure(1))
            }
        }
    }

    fn of_set(set: &ClassSet) -> Cost {
        const SET: u64 = 200;
        let item = |item: &ClassSetItem| match item {
            ClassSetItem::Empty(_) | ClassSetItem::Ascii(_) => Cost::sure(4),
            ClassSetItem::Literal(literal) => Cost::letter(literal.c, 4),
            ClassSetItem::Range(range) => {
                // A range beyond ASCII may be any number of letters.
                let wide = range.end.c as u32 - range.start.c as u32 > 0x100;
                Cost::sure(if wide { SET } else { 8 })
            }
            ClassSetItem::Perl(_) => Cost::sure(SET),
            ClassSetItem::Bracketed(class) => Cost::of_set(&class.kind),
            ClassSetItem::Unicode(_) => Cost { units: 2 * SET, sure: false },
            ClassSetItem::Union(_) => Cost::sure(0),
        };
        match set {
            ClassSet::Item(ClassSetItem::Union(union)) => {
                Cost::sure(SET / 4).sum(union.items.iter().map(item))
            }
            ClassSet::Item(one) => item(one).and(Cost::sure(SET / 4)),
            ClassSet::BinaryOp(_) => Cost { units: 2 * SET, sure: false },
        }
    }
}

/// Whether flags say no more than whether case counts: whatever they say, no pattern gets larger than in either case.
fn is_about_case(flags: &ast::Flags) -> bool {
    let about = |item: &ast::FlagsItem| {
        matches!(item.kind, FlagsItemKind::Negation | FlagsItemKind::Flag(Flag::CaseInsensitive))
    };
    flags.items.iter().all(about)
}

/// Gathers what every match must hold.
#[derive(Default)]
struct Needs {
    lists: Vec<Vec<String>>,
    /// Letters that follow one another so far.
    run: String,
}

impl Needs {
    fn of(ast: &Ast) -> Vec<Vec<String>> {
        let mut needs = Needs::default();
        needs.walk(ast);
        needs.end();
        needs.lists
    }

    fn walk(&mut self, ast: &Ast) {
        match ast {
            // Nothing of the line stands between what is before them and what is behind them.
            Ast::Empty(_) | Ast::Flags(_) | Ast::Assertion(_) => {}
            Ast::Literal(literal) => match spelling(literal) {
                Some(letter) => self.run.push(letter),
                None => self.end(),
            },
            Ast::ClassBracketed(class) if !class.negated => match letter_of(&class.kind) {
                Some(letter) => self.run.push(letter),
                None => self.end(),
            },
            Ast::Group(group) => self.walk(&group.ast),
            Ast::Concat(concat) => concat.asts.iter().for_each(|ast| self.walk(ast)),
            Ast::Alternation(either) => {
                self.end();
                self.lists.extend(any_of(&either.asts));
            }
            Ast::Repetition(repetition) => {
                self.end();
                let least = match &repetition.op.kind {
                    RepetitionKind::OneOrMore => 1,
                    RepetitionKind::ZeroOrOne | RepetitionKind::ZeroOrMore => 0,
                    RepetitionKind::Range(
                        RepetitionRange::Exactly(least)
                        | RepetitionRange::AtLeast(least)
                        | RepetitionRange::Bounded(least, _),
                    ) => *least,
                };
                if least > 0 {
                    self.walk(&repetition.ast);
                    self.end();
                }
            }
            Ast::Dot(_) | Ast::ClassUnicode(_) | Ast::ClassPerl(_) | Ast::ClassBracketed(_) => self.end(),
        }
    }

    /// Something stands here that is no text.
    fn end(&mut self) {
        let run = std::mem::take(&mut self.run);
        if run.len() >= SHORTEST {
            self.lists.push(vec![run]);
        }
    }
}

/// Of each alternative what it needs most; nothing when one of them needs nothing.
fn any_of(alternatives: &[Ast]) -> Option<Vec<String>> {
    let mut all = Vec::new();
    for alternative in alternatives {
        all.extend(Needs::of(alternative).into_iter().max_by_key(|list| rarity(list))?);
    }
    (all.len() <= MOST).then_some(all)
}

/// How rare a line is that holds one of some texts: as rare as with the shortest.
pub(super) fn rarity(texts: &[String]) -> usize {
    texts.iter().map(String::len).min().unwrap_or(0)
}

/// The letter that a literal stands for in either case, in lower case: of ASCII, or one that knows no case.
fn spelling(literal: &ast::Literal) -> Option<char> {
    let letter = literal.c;
    if letter.is_ascii() {
        return Some(letter.to_ascii_lowercase());
    }
    let caseless = letter.to_lowercase().eq([letter]) && letter.to_uppercase().eq([letter]);
    (caseless && literal.kind == LiteralKind::Verbatim).then_some(letter)
}

/// The ASCII letter of a class such as `[Ee]`.
fn letter_of(set: &ClassSet) -> Option<char> {
    let letter = |item: &ClassSetItem| match item {
        ClassSetItem::Literal(literal) if literal.c.is_ascii() => Some(literal.c.to_ascii_lowercase()),
        _ => None,
    };
    match set {
        ClassSet::Item(ClassSetItem::Union(union)) => {
            let (first, rest) = union.items.split_first()?;
            let first = letter(first)?;
            rest.iter().all(|item| letter(item) == Some(first)).then_some(first)
        }
        ClassSet::Item(item) => letter(item),
        ClassSet::BinaryOp(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn needs(source: &str) -> String {
        let outline = Outline::read(source).unwrap();
        outline.needs.iter().map(|list| list.join("|")).collect::<Vec<_>>().join(" & ")
    }

    #[test]
    fn every_match_holds_what_is_needed() {
        for (source, needed) in [
            ("timeout", "timeout"),
            (r"took (?<ms>\d+)ms", "took  & ms"),
            ("(timeout|refused) by", "timeout|refused &  by"),
            ("(timeout|x)", ""),
            (r"\bORDER\b-[0-9]+", "order-"),
            ("[Ee]rror", "error"),
            ("(lost )+out", "lost  & out"),
            ("(lost )?out", "out"),
            (r"(?x) a b # both", "ab"),
            ("größe=", "gr & e="),
            ("失败", "失败"),
            (r"\d+", ""),
            ("a.c", ""),
            ("(?:ab|cd(?:ef|gh))x", "ab|ef|gh"),
        ] {
            assert_eq!(needs(source), needed, "{source}");
        }
    }

    #[test]
    fn groups_are_known_by_name_and_number() {
        let outline = Outline::read(r"(?:x)(?<ms>\d+)(m(s))").unwrap();
        let groups = ["ms", "1", "2", "3", "0", "4", "s"].map(|called| outline.group(called));
        assert_eq!(groups, [Some(1), Some(1), Some(2), Some(3), Some(0), None, None]);
    }

    #[test]
    fn what_will_not_compile_is_told_at_once() {
        for bad in ["(", "a\\nb", r"\p{Nonsense}", r"(?:\w{200}){200}", r"(?-u:\xff)\p{X}", "[a-\\n]"] {
            assert_eq!(Outline::read(bad).err(), Pattern::new(bad).err(), "{bad}");
        }
    }

    /// What costs most by its measure, up to the limit.
    #[test]
    fn whatever_is_read_without_compiling_compiles() {
        let pieces = [
            "a",
            "ſ",
            ".",
            r"\w",
            r"\W",
            r"\d",
            r"\S",
            "[^a]",
            "[a-z]",
            "[a-zß-ÿ]",
            r"[\w-]",
            r"[^\w ]",
            "[\u{100}-\u{10000}]",
            "(a|b)",
            "(k|s)?",
            "[^\"]",
            "a{2}",
            "日",
            "[日本語]",
            "(?i:ſ[a-zß-ÿ])",
            r"(?i:\w)",
            "(?-i:k)",
        ];
        for piece in pieces {
            let one = Cost::of(&ast::parse::Parser::new().parse(piece).unwrap());
            assert!(one.sure, "{piece}");
            let source = piece.repeat((AFFORDABLE / one.units.max(1)) as usize);
            let shorter = source.chars().count() < 20_000;
            assert!(
                !shorter || Pattern::new(&source).is_ok(),
                "{piece}, {}, {} times",
                one.units,
                source.len()
            );
        }
    }

    #[test]
    fn what_does_not_fit_any_more_is_told_without_compiling_it() {
        let mut allowance = 100;
        assert!(Outline::read_within("timeout (?i:refused)", &mut allowance).is_ok());
        let left = allowance;
        let error = Outline::read_within(r"\p{Nonsense}\w{1,100}", &mut allowance).unwrap_err();
        assert!(error.message.contains("too large together"), "{error}");
        assert!(left < 100 && allowance == left);
        assert!(Outline::read_within("reset", &mut allowance).is_ok(), "a smaller one still fits");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn what_is_read_compiles_and_what_is_not_does_not(source in "(\\(\\?-?i[:)])?[abks.*+?()|\\[\\]^$\\\\dwW{}2,0-9 -]{0,24}") {
            prop_assert_eq!(Outline::read(&source).err(), Pattern::new(&source).err());
        }
    }
}
