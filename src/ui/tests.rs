mod samples;

use proptest::prelude::*;
use ratatui::buffer::Cell;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

use super::theme::{Depth, Glyphs};
use super::*;
use crate::app::screen::{Area, Bar, LineRow, PaneView, Piece, Popup, Row, Scrollbar, Shade, Size, Tone};
use crate::config::themes::Looks;
use crate::core::span::{Class, Level, Span};
use crate::core::text::{TextOptions, show};

fn drawn(screen: &Screen, theme: &Theme) -> Buffer {
    let mut buffer = Buffer::empty(Rect::new(0, 0, screen.size.width, screen.size.height));
    render(screen, theme, &mut buffer);
    buffer
}

/// The text of the rows; below it the look of each cell as a letter, and what the letters mean.
fn picture(buffer: &Buffer) -> String {
    let mut looks: Vec<Style> = vec![Cell::EMPTY.style()];
    let (mut text, mut letters) = (String::new(), String::new());
    for y in buffer.area.rows().map(|row| row.y) {
        let mut hidden = 0;
        let mut row = String::new();
        for x in 0..buffer.area.width {
            let cell = &buffer[(x, y)];
            if hidden == 0 {
                text += cell.symbol();
                hidden = crate::core::text::width(cell.symbol()).max(1);
            }
            hidden -= 1;
            let look = cell.style();
            let plain =
                look == looks[0] || (cell.symbol() == " " && look.bg == looks[0].bg && !reversed(look));
            let number = if plain { 0 } else { number(&mut looks, look) };
            row.push(if number == 0 { '.' } else { (b'a' + number as u8 - 1) as char });
        }
        text.push('\n');
        letters += row.trim_end_matches('.');
        letters.push('\n');
    }
    let mut legend = String::new();
    for (letter, look) in ('a'..).zip(&looks[1..]) {
        legend += &format!("{letter} {}\n", described(*look));
    }
    let trimmed: Vec<_> = text.lines().map(str::trim_end).collect();
    format!("{}\n\n{letters}\n{legend}", trimmed.join("\n"))
}

fn reversed(look: Style) -> bool {
    look.add_modifier.contains(Modifier::REVERSED)
}

fn number(looks: &mut Vec<Style>, look: Style) -> usize {
    looks.iter().position(|known| *known == look).unwrap_or_else(|| {
        looks.push(look);
        looks.len() - 1
    })
}

fn described(look: Style) -> String {
    let color = |color: Option<_>| color.map(|color| format!("{color:?}")).unwrap_or_default();
    format!("{} on {} {:?}", color(look.fg), color(look.bg), look.add_modifier)
}

#[test]
fn a_screen_of_80_by_24() {
    let screen = samples::with_popup(samples::screen(80, 24));
    insta::assert_snapshot!(picture(&drawn(&screen, &Theme::default())));
}

#[test]
fn a_screen_of_200_by_50() {
    let theme = Theme::new(Depth::True, Glyphs::Unicode, &Looks::default());
    insta::assert_snapshot!(picture(&drawn(&samples::screen(200, 50), &theme)));
}

#[test]
fn a_tile_of_20_by_5() {
    let screen = samples::tile(20, 5);
    insta::assert_snapshot!(picture(&drawn(&screen, &Theme::default())));
}

#[test]
fn a_tile_without_colours_and_signs() {
    let theme = Theme::new(Depth::None, Glyphs::Ascii, &Looks::default());
    insta::assert_snapshot!(picture(&drawn(&samples::tile(20, 5), &theme)));
}

/// The look of the cells of one row of a log by itself.
fn row(row: LineRow, theme: &Theme) -> Buffer {
    let body = Area { x: 0, y: 0, width: 20, height: 1 };
    let pane = PaneView {
        title: None,
        band: None,
        focused: true,
        body,
        rows: vec![Row::Line(row)],
        scrollbar: None,
    };
    let size = Size { width: 20, height: 1 };
    drawn(&Screen { size, panes: vec![pane], ..Screen::default() }, theme)
}

fn text(buffer: &Buffer) -> String {
    buffer.content.iter().map(|cell| cell.symbol()).collect()
}

#[test]
fn edges_say_that_there_is_more() {
    let line = |text: &str, more| LineRow { text: text.to_owned(), more, ..LineRow::default() };
    let shown = |row_: LineRow| text(&row(row_, &Theme::default()));
    assert_eq!(shown(line("01234567890123456789", (true, true))), "‹123456789012345678›");
    assert_eq!(shown(line("日4567890123456789日", (true, true))), "‹ 4567890123456789 ›");
    let cut = LineRow { pad: 1, gutter: "7 ".to_owned(), ..line("x", (true, false)) };
    assert_eq!(shown(cut), "7 ‹x                ");
}

#[test]
fn what_is_in_a_line_stands_out_from_its_ground() {
    let theme = Theme::default();
    let spans = vec![
        Span { range: 0..2, class: Class::Number },
        Span { range: 4..6, class: Class::Hit },
        Span { range: 7..9, class: Class::Time },
    ];
    let line = LineRow { text: "12  hi 07".to_owned(), spans, ..LineRow::default() };
    for line in [
        LineRow { dim: true, ..line.clone() },
        LineRow { selected: true, ..line.clone() },
        LineRow { current: true, ..line.clone() },
        LineRow { tint: Some(Level::Error), ..line.clone() },
        line,
    ] {
        for depth in [Depth::None, Depth::Ansi, Depth::Indexed, Depth::True] {
            let theme = Theme::new(depth, Glyphs::Unicode, &Looks::default());
            let buffer = row(line.clone(), &theme);
            assert_ne!(buffer[(4, 0)].style(), buffer[(3, 0)].style(), "a hit is seen: {depth:?} {line:?}");
        }
        let buffer = row(line.clone(), &theme);
        let same = buffer[(0, 0)].style() == buffer[(3, 0)].style();
        assert_eq!(same, line.dim || line.selected, "{line:?}");
    }
}

#[test]
fn a_locale_without_utf_8_gets_ascii_only() {
    let theme = Theme::new(Depth::Ansi, Glyphs::Ascii, &Looks::default());
    let screen = samples::with_popup(samples::screen(80, 24));
    assert!(drawn(&screen, &theme).content.iter().all(|cell| cell.symbol().is_ascii()));
    let line = LineRow { text: "a日é".to_owned(), ..LineRow::default() };
    assert_eq!(text(&row(line, &theme)).trim_end(), "a???");
}

#[test]
fn the_focused_title_is_known_without_colours() {
    let theme = Theme::new(Depth::None, Glyphs::Unicode, &Looks::default());
    let buffer = drawn(&samples::screen(80, 24), &theme);
    let names: Vec<_> = [(1, 1), (1, 12)].map(|at| buffer[at].style().add_modifier).into();
    assert_ne!(names[0], names[1]);
}

fn area() -> impl Strategy<Value = Area> {
    let side = || prop_oneof![9 => 0u16..30, 1 => any::<u16>()];
    (side(), side(), side(), side()).prop_map(|(x, y, width, height)| Area { x, y, width, height })
}

fn tone() -> impl Strategy<Value = Tone> {
    prop::sample::select(vec![Tone::Plain, Tone::Focused, Tone::Bad, Tone::Faint, Tone::Selected])
}

fn pieces() -> impl Strategy<Value = Vec<Piece>> {
    let piece = ("[ -~日é]{0,9}", tone()).prop_map(|(text, tone)| Piece { text, tone });
    prop::collection::vec(piece, 0..4)
}

fn bar() -> impl Strategy<Value = Bar> {
    (area(), pieces(), pieces()).prop_map(|(area, left, right)| Bar { area, left, right })
}

fn any_row() -> impl Strategy<Value = Row> {
    let line = (prop::collection::vec(any::<char>(), 0..30), any::<[bool; 5]>(), any::<(u16, usize)>());
    let line = line.prop_map(|(chars, [dim, selected, current, left, right], (pad, start))| {
        let text: String = chars.into_iter().collect();
        let options = TextOptions { tab: 8, sgr: true, limit: 99 };
        let shown = show(text.as_bytes(), options);
        let mut spans = shown.spans;
        spans.push(Span { range: start % 40..start % 50, class: Class::Hit });
        let more = (left, right);
        let tint = dim.then_some(Level::Error);
        let gutter = "12 ".to_owned();
        let source = dim.then(|| ("日api ".to_owned(), Shade::Number(start)));
        let count = if right { "+12 lines ×1,204".to_owned() } else { String::new() };
        let time = right.then(|| Piece { text: "+1.20s ".to_owned(), tone: Tone::Note });
        Row::Line(LineRow {
            source,
            gutter,
            time,
            text: shown.text,
            pad,
            spans,
            tint,
            rule: current.then_some(0),
            dim,
            selected,
            current,
            ruled: left,
            more,
            count,
        })
    });
    prop_oneof![
        line,
        ("[ -~日]{0,40}", tone()).prop_map(|(text, tone)| Row::Rule(text, tone)),
        ("[ -~日]{0,40}", tone()).prop_map(|(text, tone)| Row::Note(text, tone)),
    ]
}

fn pane() -> impl Strategy<Value = PaneView> {
    let rows = prop::collection::vec(any_row(), 0..9);
    let near = || prop_oneof![9 => 0u16..30, 1 => any::<u16>()];
    let scrollbar =
        ((near(), near()), prop::collection::vec(near(), 0..4), prop::collection::vec(near(), 0..4))
            .prop_map(|(thumb, ticks, marks)| Scrollbar { thumb, ticks, marks });
    (prop::option::of(bar()), any::<bool>(), area(), rows, prop::option::of(scrollbar)).prop_map(
        |(title, focused, body, rows, scrollbar)| PaneView {
            title,
            band: None,
            focused,
            body,
            rows,
            scrollbar,
        },
    )
}

fn popup() -> impl Strategy<Value = Popup> {
    let rows = prop::collection::vec(pieces(), 0..6);
    (area(), "[ -~日]{0,20}", rows, prop::option::of(0usize..8), "[ -~日]{0,20}").prop_map(
        |(area, title, rows, selected, footer)| {
            let bare = area.y % 2 == 1;
            Popup { area, title, rows, selected, footer, bare }
        },
    )
}

fn screens() -> impl Strategy<Value = Screen> {
    let size = (1u16..40, 1u16..20).prop_map(|(width, height)| Size { width, height });
    let panes = prop::collection::vec(pane(), 0..4);
    let dividers = prop::collection::vec(area(), 0..3);
    let popups = prop::collection::vec(popup(), 0..3);
    (size, prop::option::of(bar()), panes, dividers, prop::option::of(bar()), popups).prop_map(
        |(size, tabs, panes, dividers, bottom, popups)| Screen {
            size,
            tabs,
            panes,
            dividers,
            bottom,
            popups,
            cursor: None,
        },
    )
}

proptest! {
    #[test]
    fn any_screen_can_be_drawn(screen in screens(), ascii: bool) {
        let glyphs = if ascii { Glyphs::Ascii } else { Glyphs::Unicode };
        let buffer = drawn(&screen, &Theme::new(Depth::Ansi, glyphs, &Looks::default()));
        for y in 0..screen.size.height {
            let mut x = 0;
            while x < screen.size.width {
                let symbol = buffer[(x, y)].symbol();
                prop_assert!(!symbol.contains(char::is_control));
                x += crate::core::text::width(symbol).max(1) as u16;
            }
            prop_assert_eq!(x, screen.size.width, "no wide character is cut by the edge");
        }
    }
}

#[test]
fn a_rule_below_a_line_goes_across_the_pane_on_any_terminal() {
    for depth in [Depth::None, Depth::Ansi, Depth::Indexed, Depth::True] {
        let theme = Theme::new(depth, Glyphs::Unicode, &Looks::default());
        let line = LineRow { text: "a日é".to_owned(), gutter: "7 ".to_owned(), ..LineRow::default() };
        let under = |ruled: bool| {
            let buffer = row(LineRow { ruled, ..line.clone() }, &theme);
            let cells = buffer.content.iter();
            cells.filter(|cell| cell.modifier.contains(Modifier::UNDERLINED)).count()
        };
        assert_eq!(under(false), 0);
        assert_eq!(under(true), row(line.clone(), &theme).content.len(), "{depth:?}");
    }
}
