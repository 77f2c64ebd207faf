use super::super::look::Ink;
use super::*;
use crate::config::tests::{self as config, example};
use crate::core::span::Color;

fn read(text: &str) -> Themes {
    config::read(&[text]).unwrap().settings.themes
}

fn wrong(text: &str) -> String {
    let wrong = config::read(&[text]).expect_err(text);
    wrong[0].replace("0.toml", "config.toml")
}

#[test]
fn the_shipped_ones_are_read_whole() {
    for (name, text) in SHIPPED {
        let file = toml::parse(text, name, 0).unwrap();
        let mut declared = Declared::default();
        for entry in Table::of(&file).entries() {
            assert!(entry.name() == "base" || place(entry.name()).is_some(), "{name}: {}", entry.name());
            let mut wrong = Vec::new();
            declared.read(&entry, &mut wrong);
            assert!(wrong.is_empty(), "{wrong:?}");
        }
        let themes = Themes::default();
        assert_eq!(themes.themes[name], declared, "{name}");
        assert!(themes.round().is_empty());
        assert!(themes.base_of(name).is_some() || name == DEFAULT, "{name}");
    }
    for (at, (name, word, _)) in NAMES.iter().enumerate() {
        assert_eq!(*name as usize, at, "{word}");
        assert!(is_name(word) && !is_taken(word), "{word} could not be told from another word");
    }
}

#[test]
fn the_example_above_is_a_theme() {
    let themes = read(&example(include_str!("../themes.rs")));
    let looks = themes.looks("mine", &["slow", "underline level-error", "red"]);
    let dark = themes.looks("dark", &["slow"]);
    assert_eq!(looks.named(Name::Number), look("bright-cyan").unwrap());
    assert_eq!(looks.named(Name::Path), dark.named(Name::Path));
    assert_eq!(looks.named(Name::Method), look("bold").unwrap(), "the base's base counts too");
    let rules = [look("bold 208"), look("underline bold white on red"), look("red")].map(Result::unwrap);
    assert_eq!(looks.rules, rules);
    assert_eq!(dark.rules, [dark.named(Name::Note)], "what another theme knows is seen");
}

#[test]
fn a_shipped_theme_can_be_changed() {
    let themes = read("[themes.terminal]\nnumber = 'red'\n[themes.terminal.styles]\nslow = 'bold'\n");
    let looks = themes.looks(DEFAULT, &["slow"]);
    assert_eq!(looks.named(Name::Number), look("red").unwrap());
    assert_eq!(looks.named(Name::Path), Looks::default().named(Name::Path));
    assert_eq!(themes.looks("dark", &["slow"]).rules, [look("bold").unwrap()], "all go on from it");
}

#[test]
fn mistakes_are_named_with_their_place() {
    let said = wrong("[themes.x]\nnmuber = 'red'\n");
    assert_eq!(said, "config.toml:2:1: nothing is called nmuber; did you mean number?");
    let said = wrong("[themes.x]\nnumber = 'rde'\n");
    assert!(said.starts_with("config.toml:2:10: ") && said.contains("did you mean `red`?"), "{said}");
    let said = wrong("[themes.x]\nbase = 'drak'\n");
    assert_eq!(said, "config.toml:2:8: no theme is called drak; did you mean dark?");
    let said = wrong("[themes.x]\nbase = 'y'\n[themes.y]\nbase = 'x'\n");
    assert!(said.contains("would go on from itself"), "{said}");
    let said = wrong("[themes.terminal]\nbase = 'dark'\n");
    assert_eq!(said, "config.toml:2:8: the theme terminal would go on from itself");
    let said = wrong("[themes.x]\nbase = 'x'\n");
    assert_eq!(said, "config.toml:2:8: the theme x would go on from itself");
    let said = wrong("[themes.x.styles]\nbold = 'red'\n");
    assert!(said.starts_with("config.toml:2:1: ") && said.contains("means something already"), "{said}");
    assert!(wrong("[themes.X]\nnumber = 'red'\n").contains("small letters"));
    assert!(wrong("[themes]\nx = 'red'\n").contains("a table is wanted"));
}

#[test]
fn words_of_rules_are_checked_against_all_themes() {
    let themes = read("[themes.x.styles]\nslow = 'red'\n");
    assert_eq!(themes.check_words("bold slow"), Ok(()));
    assert_eq!(themes.check_words("level-error"), Ok(()));
    assert!(themes.check_words("solw").unwrap_err().contains("did you mean `slow`?"));
    assert_eq!(themes.check("lihgt").unwrap_err(), "no theme is called lihgt; did you mean light?");
}

/// Relative luminance (WCAG 2).
fn luminance([r, g, b]: [u8; 3]) -> f64 {
    let part = |value: u8| {
        let value = f64::from(value) / 255.0;
        if value <= 0.03928 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b)
}

fn contrast(a: [u8; 3], b: [u8; 3]) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// What a colour looks like; xterm's palette and the cube and ramp of the 256.
fn rgb(color: Color) -> [u8; 3] {
    let step = |n: u8| if n == 0 { 0 } else { 55 + 40 * n };
    let bright = |n: u8, on: u8| if n & 1 == 1 { on } else { 0 };
    match color {
        Color::Rgb(r, g, b) => [r, g, b],
        Color::Ansi(7) => [229; 3],
        Color::Ansi(8) => [127; 3],
        Color::Ansi(n @ 9..) => [bright(n, 255), bright(n >> 1, 255), bright(n >> 2, 255)],
        Color::Ansi(n) => [bright(n, 205), bright(n >> 1, 205), bright(n >> 2, 205)],
        Color::Indexed(n @ 232..) => [8 + 10 * (n - 232); 3],
        Color::Indexed(n @ 16..) => [step((n - 16) / 36), step((n - 16) / 6 % 6), step((n - 16) % 6)],
        Color::Indexed(n) => rgb(Color::Ansi(n)),
    }
}

/// The colours of a theme where there are many, each with what it stands on.
fn inks(theme: &str, grounds: &[[u8; 3]]) -> Vec<(&'static str, [u8; 3], [u8; 3])> {
    let looks = Themes::default().looks(theme, &[]);
    let many = |ink: Option<Ink>| ink.map(|ink| rgb(ink.many));
    let text = looks.named(Name::Text);
    let mut inks = Vec::new();
    for (name, word, _) in NAMES {
        let look = looks.named(*name);
        for ground in grounds {
            let on = many(look.bg).or(many(text.bg)).unwrap_or(*ground);
            inks.extend(many(look.fg).or(many(text.fg)).map(|fg| (*word, fg, on)));
        }
    }
    inks
}

#[test]
fn text_is_read_on_its_ground() {
    const DARK: [[u8; 3]; 2] = [[0; 3], [0x1e, 0x1e, 0x2e]];
    const LIGHT: [[u8; 3]; 2] = [[255; 3], [0xf5, 0xf5, 0xf0]];
    let both = [[0; 3], [255; 3]];
    for (theme, grounds, least) in [
        ("dark", DARK, 4.5),
        ("light", LIGHT, 4.5),
        ("contrast", both, 7.0),
        ("terminal", both, 3.0),
        ("colour-blind", both, 3.0),
    ] {
        for (word, fg, bg) in inks(theme, &grounds) {
            let found = contrast(fg, bg);
            assert!(found >= least, "{theme}: {word} {fg:?} on {bg:?} has a contrast of {found:.2}");
        }
    }
    for theme in ["dark", "light", "contrast"] {
        let looks = Themes::default().looks(theme, &[]);
        let dim = NAMES.iter().filter(|(name, ..)| looks.named(*name).has(1)).count();
        assert_eq!(dim, 0, "{theme}: how dark dim is, nobody knows");
    }
}

#[test]
fn sixteen_colours_are_all_that_ansi16_uses() {
    let looks = Themes::default().looks("ansi16", &[]);
    for (name, word, _) in NAMES {
        let look = looks.named(*name);
        for ink in [look.fg, look.bg].into_iter().flatten() {
            assert!(matches!((ink.few, ink.many), (Color::Ansi(a), Color::Ansi(b)) if a == b), "{word}");
        }
    }
}

/// What eyes without one kind of cone see, in linear light: Machado, Oliveira and Fernandes, "A Physiologically-based
/// Model for Simulation of Color Vision Deficiency" (IEEE TVCG 15, 2009), severity 1.0.
const PROTANOPIA: [[f64; 3]; 3] =
    [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]];
const DEUTERANOPIA: [[f64; 3]; 3] =
    [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]];

/// A colour as such eyes see it, in CIE L*a*b* (D65).
fn seen(color: [u8; 3], eyes: [[f64; 3]; 3]) -> [f64; 3] {
    let linear = color.map(|value| {
        let value = f64::from(value) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    });
    let times =
        |by: [[f64; 3]; 3], v: [f64; 3]| by.map(|row| row.iter().zip(v).map(|(a, b)| a * b).sum::<f64>());
    let rgb = times(eyes, linear).map(|value| value.clamp(0.0, 1.0));
    let xyz = times([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]], rgb);
    let f = |value: f64, white: f64| {
        let part = value / white;
        if part > 0.008856 { part.cbrt() } else { 7.787 * part + 16.0 / 116.0 }
    };
    let (x, y, z) = (f(xyz[0], 0.9505), f(xyz[1], 1.0), f(xyz[2], 1.089));
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

#[test]
fn what_is_wrong_is_told_from_what_is_well_without_red_and_green() {
    /// A difference in L*a*b* that is seen at a glance is some ten times the least that is seen (2.3).
    const APART: f64 = 20.0;
    let looks = Themes::default().looks("colour-blind", &[]);
    let kinds = [
        [Name::LevelError, Name::Bad, Name::Status5, Name::LineError],
        [Name::LevelWarn, Name::Note, Name::Status4, Name::LineWarn],
        [Name::LevelInfo, Name::Good, Name::Status2, Name::Status3],
    ];
    for eyes in [PROTANOPIA, DEUTERANOPIA] {
        for (at, kind) in kinds.iter().enumerate() {
            for (one, other) in
                kind.iter().flat_map(|one| kinds[at + 1..].iter().flatten().map(move |o| (one, o)))
            {
                let [a, b] = [one, other].map(|name| looks.named(*name));
                let [fg, other_fg] = [a, b].map(|look| seen(rgb(look.fg.unwrap().many), eyes));
                let apart = fg.iter().zip(other_fg).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt();
                assert!(apart >= APART || a.attributes != b.attributes, "{one:?} and {other:?}: {apart:.1}");
            }
        }
    }
}

#[test]
fn all_mistakes_of_a_theme_are_told() {
    let text = "[themes.x]\nbase = 'drak'\nnumber = 'rde'\ntime = 'bleu'\n[themes.x.styles]\nbold = 'red'\nslow = 'rde'\n";
    assert_eq!(config::read(&[text]).unwrap_err().len(), 5);
}

#[test]
fn a_long_chain_of_themes_is_walked_through_once() {
    let theme = |n: usize| format!("[themes.t{n}]\nbase = 't{}'\n", n + 1);
    let text: String = (0..5000).map(theme).chain(["[themes.t5000]\nbase = 'dark'\n".to_owned()]).collect();
    // Of as many walks along the chain as there are themes it would be 12 million steps.
    let themes = read(&text);
    assert!(themes.round().is_empty());
    assert_eq!(themes.looks("t0", &[]), themes.looks("dark", &[]));
    let text = text.replace("'dark'", "'t4998'");
    let wrong = config::read(&[&text]).unwrap_err();
    let said = ["t4998", "t4999", "t5000"].map(|name| format!("the theme {name} would go on from itself"));
    assert!(wrong.iter().zip(&said).all(|(wrong, said)| wrong.ends_with(said)), "{wrong:?}");
    assert_eq!(wrong.len(), 3);
}
