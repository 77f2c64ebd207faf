use super::*;
use crate::core::span::Color as LogColor;

fn read(words: &str) -> Style {
    style(words).unwrap()
}

fn wrong(words: &str) -> String {
    style(words).unwrap_err().to_string()
}

#[test]
fn styles_are_read_from_words() {
    assert_eq!(read("red"), Style::new().red());
    assert_eq!(read("bold Bright-Red on BLUE"), Style::new().light_red().on_blue().bold());
    assert_eq!(read("light_green"), Style::new().light_green());
    assert_eq!(read("white"), Style::new().gray());
    assert_eq!(read("208 on 3"), Style::new().fg(Color::Indexed(208)).on_yellow());
    assert_eq!(read("#FF8800"), Style::new().fg(Color::Rgb(255, 136, 0)));
    assert_eq!(read("dim italic underline reverse"), Style::new().dim().italic().underlined().reversed());
}

#[test]
fn mistakes_are_named_with_the_nearest_word() {
    assert_eq!(wrong("rde"), "`rde` is no colour or attribute; did you mean `red`?");
    assert_eq!(
        wrong("bold brigth-blue"),
        "`brigth-blue` is no colour or attribute; did you mean `bright-blue`?"
    );
    assert_eq!(wrong("undreline"), "`undreline` is no colour or attribute; did you mean `underline`?");
    assert!(wrong("sparkling").contains("give a name such as"));
    assert!(wrong("256").contains("from 0 to 255"));
    assert!(wrong("99999999999999999999").contains("from 0 to 255"));
    assert!(wrong("#ff88").contains("six hexadecimal digits"));
    assert!(wrong("#+12345").contains("six hexadecimal digits"));
    assert!(wrong("red on").contains("missing behind `on`"));
    assert!(wrong("red blue").contains("for a background write `on blue`"));
    assert!(wrong("on red on blue").contains("second background"));
    assert!(wrong("  ").contains("a style is missing"));
}

#[test]
fn colours_a_terminal_lacks_become_the_nearest() {
    let orange = Style::new().fg(Color::Rgb(250, 5, 5)).bg(Color::Indexed(21));
    assert_eq!(Depth::True.fit(orange), orange);
    assert_eq!(Depth::Indexed.fit(orange), Style::new().fg(Color::Indexed(196)).bg(Color::Indexed(21)));
    assert_eq!(Depth::Ansi.fit(orange), Style::new().light_red().on_blue());
    assert_eq!(Depth::None.fit(orange.bold().italic()), Style::new().bold());
    for n in 16..=255 {
        let [r, g, b] = rgb_of(n);
        let found = Depth::Indexed.fit(Style::new().fg(Color::Rgb(r, g, b))).fg;
        assert!(matches!(found, Some(Color::Indexed(m)) if rgb_of(m) == [r, g, b]), "{n}");
    }
}

#[test]
fn the_environment_tells_the_signs() {
    assert_eq!(Glyphs::of("en_US.UTF-8", "xterm"), Glyphs::Unicode);
    assert_eq!(Glyphs::of("C.utf8", "linux"), Glyphs::Console);
    assert_eq!(Glyphs::of("C", "xterm"), Glyphs::Ascii);
    assert_eq!(Glyphs::of("de_DE.ISO-8859-1", "tmux-256color"), Glyphs::Ascii);
    assert_eq!(Glyphs::of("", "tmux-256color"), Glyphs::Unicode);
}

#[test]
fn a_log_cannot_hide_its_text_by_colour() {
    let sgr = |fg, bg| Class::Sgr(Sgr { fg: Some(fg), bg: Some(bg), ..Sgr::default() });
    let theme = Theme::default();
    assert_eq!(theme.class(sgr(LogColor::Ansi(1), LogColor::Ansi(1))), Style::new().red());
    assert_eq!(theme.class(sgr(LogColor::Ansi(1), LogColor::Ansi(4))), Style::new().red().on_blue());
    // Two blacks that differ by a shade are one black on a terminal of 16 colours.
    let near = theme.class(sgr(LogColor::Rgb(0, 0, 0), LogColor::Rgb(1, 1, 1)));
    assert_eq!(near, Style::new().black());
}

#[test]
fn rules_have_their_looks_by_number() {
    let looks = vec![Style::new().fg(Color::Rgb(255, 0, 0)), Style::new().italic()];
    let theme = Theme::new(Depth::Ansi, Glyphs::Unicode, looks.clone());
    assert_eq!(theme.class(Class::Rule(0)), Style::new().light_red());
    assert_eq!(theme.class(Class::Rule(1)), Style::new().italic());
    assert_eq!(theme.class(Class::Rule(2)), Style::new());
    let none = Theme::new(Depth::None, Glyphs::Unicode, looks);
    assert_eq!(none.class(Class::Rule(0)), Style::new().underlined());
}

/// Relative luminance (WCAG 2).
fn luminance([r, g, b]: [u8; 3]) -> f64 {
    let part = |value: u8| {
        let value = f64::from(value) / 255.0;
        if value <= 0.03928 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b)
}

#[test]
fn shades_are_read_on_dark_and_on_light_ground() {
    let theme = Theme::new(Depth::True, Glyphs::Unicode, Vec::new());
    for class in [
        Class::Number,
        Class::Ip,
        Class::Url,
        Class::Quoted,
        Class::Level(Level::Warn),
        Class::Level(Level::Error),
    ] {
        let Some(Color::Indexed(n)) = theme.class(class).fg else { panic!("{class:?} has no shade") };
        let l = luminance(rgb_of(n));
        let (dark, light) = ((l + 0.05) / 0.05, 1.05 / (l + 0.05));
        assert!(dark >= 3.0 && light >= 3.0, "{class:?}: {dark:.1} on black, {light:.1} on white");
    }
}
