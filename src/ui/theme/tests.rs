use super::color::rgb_of;
use super::*;
use crate::config::themes::Themes;
use crate::core::span::Color as LogColor;

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

fn theme(depth: Depth, theme: &str, rules: &[&str]) -> Theme {
    Theme::new(depth, Glyphs::Unicode, &Themes::default().looks(theme, rules))
}

#[test]
fn rules_have_their_looks_by_number() {
    let rules = ["#ff0000", "italic", "black on yellow", "plain"];
    let ansi = theme(Depth::Ansi, "terminal", &rules);
    assert_eq!(ansi.class(Class::Rule(0)), Style::new().light_red());
    assert_eq!(ansi.class(Class::Rule(1)), Style::new().italic());
    assert_eq!(ansi.class(Class::Rule(9)), Style::new());
    let none = theme(Depth::None, "terminal", &rules);
    let looks = [0, 1, 2, 3].map(|rule| none.class(Class::Rule(rule)));
    let underlined = Style::new().underlined();
    assert_eq!(looks, [underlined, underlined, Style::new().reversed(), Style::new()]);
}

#[test]
fn a_colour_has_a_shade_where_there_are_many() {
    let number = |depth| theme(depth, "terminal", &[]).class(Class::Number).fg;
    assert_eq!([Depth::None, Depth::Ansi].map(number), [None, Some(Color::Cyan)]);
    assert_eq!([Depth::Indexed, Depth::True].map(number), [Some(Color::Indexed(31)); 2]);
}

#[test]
fn whatever_the_theme_nothing_is_coloured_without_colours() {
    let plain = |style: Style| style.fg.is_none() && style.bg.is_none();
    for name in Themes::default().names() {
        let none = theme(Depth::None, name, &["bold red on #123456"]);
        assert!(none.styles.iter().chain(&none.rules).all(|style| plain(*style)), "{name}");
        let (error, hit) = (none.class(Class::Level(Level::Error)), none.class(Class::Hit));
        assert!(error.add_modifier.contains(Modifier::BOLD), "{name}: an error is seen");
        assert!(hit.add_modifier.contains(Modifier::REVERSED), "{name}: a hit is seen");
        assert!(none.tone(Tone::Selected).add_modifier.contains(Modifier::REVERSED), "{name}");
        assert_ne!(none.tone(Tone::Focused), none.tone(Tone::Name), "{name}: the focus is seen");
    }
}

#[test]
fn a_theme_s_own_ground_lies_below_everything() {
    let theme = theme(Depth::True, "contrast", &["on blue"]);
    let black = Some(Color::Rgb(0, 0, 0));
    assert_eq!((theme.text().bg, theme.tone(Tone::Faint).bg), (black, black));
    assert_eq!(theme.stretch(None, None, Class::Number).bg, black);
    let number = theme.stretch(Some(Level::Error), Some(0), Class::Number);
    assert_eq!((number.bg, number.fg), (Some(Color::Blue), theme.class(Class::Number).fg));
    let hidden = Class::Sgr(Sgr { fg: Some(LogColor::Ansi(0)), ..Sgr::default() });
    assert_eq!(theme.class(hidden).fg, theme.text().fg, "black on its black would not be seen");
}

#[test]
fn a_rule_for_the_line_lies_over_what_is_recognised_and_below_rules_for_parts() {
    let theme = theme(Depth::Ansi, "terminal", &["red on white", "blue"]);
    let line = Style::new().red().on_gray();
    assert_eq!(theme.line(None, Some(0)), line);
    assert_eq!(theme.stretch(None, Some(0), Class::Url), line.underlined());
    assert_eq!(theme.stretch(Some(Level::Warn), Some(0), Class::Rule(1)), line.blue());
}
