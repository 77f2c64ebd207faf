use proptest::prelude::*;
use ratatui::buffer::{Buffer, CellWidth};
use ratatui::layout::{Rect, Size};
use ratatui::style::{Color, Modifier, Style};

use super::paint::certain;
use super::*;

const SIZE: Size = Size { width: 24, height: 6 };

/// A terminal emulator with our writer before it.
struct Screen {
    writer: Writer,
    emulator: vt100::Parser,
    shown: Buffer,
}

impl Screen {
    fn new(size: Size) -> Screen {
        let emulator = vt100::Parser::new(size.height.try_into().unwrap(), size.width.try_into().unwrap(), 0);
        let shown = Buffer::empty(Rect::from((Position::ORIGIN, size)));
        Screen { writer: Writer::default(), emulator, shown }
    }

    /// Draws, and gives the bytes.
    fn draw(&mut self, next: &Buffer, cursor: Option<Position>) -> Vec<u8> {
        let bytes = self.writer.frame(next, cursor);
        self.shown = next.clone();
        self.emulator.process(&bytes);
        bytes
    }

    fn check(&self) -> Result<(), TestCaseError> {
        let screen = self.emulator.screen();
        for (x, y) in self.shown.area.positions().map(Into::into) {
            let wanted = &self.shown[(x, y)];
            let cell = screen.cell(y, x).unwrap();
            if cell.is_wide_continuation() {
                continue;
            }
            let text = if cell.contents().is_empty() { " " } else { cell.contents() };
            prop_assert_eq!(text, wanted.symbol(), "text at {},{}", x, y);
            prop_assert_eq!(cell.bgcolor(), color(wanted.bg), "background at {},{}", x, y);
            let has = |modifier| wanted.modifier.contains(modifier);
            prop_assert_eq!(cell.underline(), has(Modifier::UNDERLINED), "underline at {},{}", x, y);
            prop_assert_eq!(cell.inverse(), has(Modifier::REVERSED), "reverse at {},{}", x, y);
            if text != " " || has(Modifier::REVERSED) {
                prop_assert_eq!(cell.fgcolor(), color(wanted.fg), "foreground at {},{}", x, y);
            }
            if text != " " {
                let attributes = (cell.bold(), cell.dim(), cell.italic());
                let wanted = (has(Modifier::BOLD), has(Modifier::DIM), has(Modifier::ITALIC));
                prop_assert_eq!(attributes, wanted, "attributes at {},{}", x, y);
            }
        }
        Ok(())
    }
}

fn color(color: Color) -> vt100::Color {
    match color {
        Color::Reset => vt100::Color::Default,
        Color::Rgb(r, g, b) => vt100::Color::Rgb(r, g, b),
        Color::Indexed(n) => vt100::Color::Idx(n),
        Color::Black => vt100::Color::Idx(0),
        Color::Red => vt100::Color::Idx(1),
        Color::Cyan => vt100::Color::Idx(6),
        Color::DarkGray => vt100::Color::Idx(8),
        Color::White => vt100::Color::Idx(15),
        _ => unreachable!("not drawn here"),
    }
}

/// What ratatui's own backend for crossterm writes for the same cells, if it moves as we do behind what
/// terminals disagree on the width of.
fn naive(shown: &Buffer, next: &Buffer) -> usize {
    let mut out = String::new();
    let (mut fg, mut bg, mut modifier) = (Color::Reset, Color::Reset, Modifier::empty());
    let mut last = None;
    let code = |color: Color, base: u8| match super::tests::color(color) {
        vt100::Color::Default => format!("{}", base + 1),
        vt100::Color::Idx(n) => format!("{base};5;{n}"),
        vt100::Color::Rgb(r, g, b) => format!("{base};2;{r};{g};{b}"),
    };
    for (x, y, cell) in shown.diff_iter(next) {
        if last.is_none_or(|last: (u16, u16)| last.0 + 1 != x || last.1 != y) {
            out += &format!("\x1b[{};{}H", y + 1, x + 1);
        }
        last = certain(Symbols::default().of(cell.symbol()).0).then_some((x, y));
        let changed = (modifier ^ cell.modifier).iter().count();
        out += &"\x1b[1m".repeat(changed);
        modifier = cell.modifier;
        if (fg, bg) != (cell.fg, cell.bg) {
            out += &format!("\x1b[{};{}m", code(cell.fg, 38), code(cell.bg, 48));
            (fg, bg) = (cell.fg, cell.bg);
        }
        out += cell.symbol();
    }
    out.len() + "\x1b[39m\x1b[49m\x1b[0m".len()
}

fn buffer(lines: &[(&str, Style)]) -> Buffer {
    let mut buffer = Buffer::empty(Rect::from((Position::ORIGIN, SIZE)));
    for (y, (text, style)) in (0..).zip(lines) {
        buffer.set_string(0, y, text, *style);
    }
    buffer
}

/// The bytes for `next` behind `first` are no more than the naive way needs.
fn check_length(first: &Buffer, next: &Buffer) -> Result<(), TestCaseError> {
    let mut screen = Screen::new(SIZE);
    screen.draw(first, None);
    let naive = naive(first, next);
    let bytes = screen.draw(next, None);
    let bracket = if bytes.starts_with(b"\x1b[?2026h") { 16 } else { 0 };
    prop_assert!(bytes.len() <= naive + bracket, "{} > {naive}: {}", bytes.len(), seen(&bytes));
    Ok(())
}

fn seen(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).replace('\x1b', "^[").replace('\r', "^M").replace('\n', "^J")
}

#[test]
fn a_frame_is_short() {
    let plain = Style::default();
    let mut screen = Screen::new(SIZE);
    let first = screen.draw(&buffer(&[("one", plain), ("two", plain.fg(Color::Red))]), None);
    assert_eq!(seen(&first), "^[[?25l^[[r^[[m^[[H^[[2Jone^M^J^[[31mtwo^[[m");
    let same = screen.draw(&screen.shown.clone(), None);
    assert_eq!(seen(&same), "");
    let erased = screen.draw(&buffer(&[("one more of it", plain)]), None);
    assert_eq!(seen(&erased), "^[[1;5Hmore of it^M^J   ");
    let near = screen.draw(&buffer(&[("ONE more of IT", plain)]), None);
    assert_eq!(seen(&near), "^[[HONE^[[9CIT");
    let bright = screen.draw(&buffer(&[("ONE", plain.fg(Color::DarkGray).bold())]), None);
    assert_eq!(seen(&bright), "^[[H^[[1;90mONE^[[m^[[K");
    screen.check().unwrap();
}

#[test]
fn the_cursor_is_shown_where_text_is_typed() {
    let text = buffer(&[("/err", Style::default())]);
    let mut screen = Screen::new(SIZE);
    screen.draw(&text, None);
    assert!(screen.emulator.screen().hide_cursor());
    let shown = screen.draw(&text, Some(Position::new(4, 0)));
    assert_eq!(seen(&shown), "^[[1;5H^[[?25h");
    assert_eq!(screen.emulator.screen().cursor_position(), (0, 4));
    let typed = buffer(&[("/erro", Style::default())]);
    let bytes = screen.draw(&typed, Some(Position::new(5, 0)));
    assert_eq!(seen(&bytes), "^[[?25l^[[1;5Ho^[[?25h");
    assert_eq!(screen.emulator.screen().cursor_position(), (0, 5));
    assert_eq!(seen(&screen.draw(&typed, None)), "^[[?25l");
}

#[test]
fn lines_that_move_up_are_moved() {
    let page = |from: usize| {
        let lines: Vec<_> = (from..from + 5).map(|n| format!("line {n:3} of a log")).collect();
        let mut rows: Vec<_> = lines.iter().map(|line| (line.as_str(), Style::default())).collect();
        rows.push(("the prompt stays", Style::default()));
        buffer(&rows)
    };
    let mut screen = Screen::new(SIZE);
    screen.draw(&page(1), None);
    let bytes = screen.draw(&page(2), None);
    assert_eq!(seen(&bytes), "^[[1;5r^[[5H^J^[[r^[[5Hline   6 of a log");
    screen.check().unwrap();
}

#[test]
fn wide_characters_are_replaced_whole() {
    let mut screen = Screen::new(SIZE);
    for text in ["日本語", "a本語", "日b語", "abcdef", "x日本語", "  日", "日👍🏽 x", "é日", ""]
    {
        screen.draw(&buffer(&[(text, Style::default())]), None);
        if !text.contains('👍') {
            screen.check().unwrap();
        }
    }
}

#[test]
fn behind_a_cluster_the_cursor_is_placed_anew() {
    let next = buffer(&[("      e\u{301}e\u{301}e\u{301}e\u{301}", Style::default())]);
    let mut screen = Screen::new(SIZE);
    screen.draw(&buffer(&[]), None);
    let bytes = screen.draw(&next, None);
    assert_eq!(seen(&bytes), "^[[1;7He\u{301}^[[1;8He\u{301}^[[1;9He\u{301}^[[1;10He\u{301}");
    check_length(&buffer(&[]), &next).unwrap();
}

#[test]
fn blanks_that_show_take_the_attributes_of_their_text() {
    let bar = Style::default().bold().italic().underlined().reversed();
    let next = buffer(&[(" a a ", bar)]);
    let mut screen = Screen::new(SIZE);
    screen.draw(&buffer(&[]), None);
    assert_eq!(seen(&screen.draw(&next, None)), "^[[H^[[1;3;4;7m a a ^[[m");
    check_length(&buffer(&[]), &next).unwrap();
}

#[test]
fn what_is_forgotten_is_drawn_anew() {
    let mut screen = Screen::new(SIZE);
    screen.draw(&buffer(&[("one", Style::default())]), None);
    screen.writer.forget();
    let bytes = screen.draw(&screen.shown.clone(), None);
    assert_eq!(seen(&bytes), "^[[?25l^[[r^[[m^[[H^[[2Jone");
}

#[test]
fn another_size_draws_everything_anew() {
    let mut screen = Screen::new(SIZE);
    screen.draw(&buffer(&[("one", Style::default())]), None);
    for (width, height, wanted) in [(20, 5, "one"), (5, 20, "one"), (1, 1, "o"), (0, 0, ""), (24, 6, "one")] {
        screen
            .emulator
            .screen_mut()
            .set_size(height.max(1).try_into().unwrap(), width.max(1).try_into().unwrap());
        let mut next = Buffer::empty(Rect::new(0, 0, width, height));
        if let Some(end) = width.checked_sub(1) {
            next.set_stringn(0, 0, "one", usize::from(end) + 1, Style::default());
        }
        let bytes = screen.draw(&next, None);
        assert_eq!(seen(&bytes), format!("^[[?25l^[[r^[[m^[[H^[[2J{wanted}"));
        screen.check().unwrap();
        assert_eq!(seen(&screen.draw(&next, None)), "");
    }
}

#[test]
fn clusters_without_end_are_not_kept() {
    let clusters = |from: u32| {
        let text = (from..from + u32::from(SIZE.width)).map(|n| {
            let mark = |n| char::from_u32(0x300 + n % 0x40).unwrap();
            format!("a{}{}{}", mark(n), mark(n / 0x40), mark(n / 0x1000))
        });
        let text: String = text.collect();
        buffer(&[(&text, Style::default()), ("e\u{301} stays", Style::default())])
    };
    let mut screen = Screen::new(SIZE);
    let cells = usize::from(SIZE.width * SIZE.height);
    for frame in 0..2000 {
        let bytes = screen.draw(&clusters(frame * 7), None);
        assert!(frame == 0 || !seen(&bytes).contains("e\u{301}"), "what is shown stays known");
        assert!(screen.writer.symbols.len() <= 2000 + 3 * cells);
    }
    screen.check().unwrap();
}

fn styles() -> impl Strategy<Value = Style> {
    let color = prop_oneof![
        Just(Color::Reset),
        Just(Color::Reset),
        Just(Color::Red),
        Just(Color::DarkGray),
        Just(Color::Black),
        Just(Color::Indexed(208)),
        Just(Color::Rgb(1, 20, 255)),
    ];
    let known = Modifier::BOLD | Modifier::DIM | Modifier::ITALIC | Modifier::UNDERLINED | Modifier::REVERSED;
    let modifier = prop_oneof![Just(0u16), any::<u16>()];
    (color.clone(), color, modifier).prop_map(move |(fg, bg, bits)| {
        Style::new().fg(fg).bg(bg).add_modifier(Modifier::from_bits_truncate(bits) & known)
    })
}

/// Pieces of text at random places; some lines come again on another row, as when a log scrolls.
fn buffers() -> impl Strategy<Value = Buffer> {
    let piece = (0..SIZE.width, 0..SIZE.height, "[ab ]{0,9}|([日本éx─]|e\u{301}){1,6}| {20}", styles());
    let lines = prop::collection::vec((0u8..9, 0..SIZE.height), 0..6);
    (prop::collection::vec(piece, 0..9), lines).prop_map(|(pieces, lines)| {
        let mut buffer = Buffer::empty(Rect::from((Position::ORIGIN, SIZE)));
        for (number, y) in lines {
            buffer.set_string(0, y, format!("{number} line of a log"), Style::default());
        }
        for (x, y, text, style) in pieces {
            buffer.set_string(x, y, text, style);
        }
        whole(&mut buffer);
        buffer
    })
}

/// Blanks the halves of wide characters that pieces cut; ratatui expects none. Of bold and dim one is kept:
/// the emulator knows one intensity only.
fn whole(buffer: &mut Buffer) {
    for cell in &mut buffer.content {
        if cell.modifier.contains(Modifier::BOLD) {
            cell.modifier -= Modifier::DIM;
        }
    }
    for y in 0..SIZE.height {
        for x in 1..SIZE.width {
            if buffer[(x - 1, y)].cell_width() > 1 {
                buffer[(x, y)].reset();
            }
        }
    }
}

/// A page of a log from line `from` on.
fn page(from: u16) -> impl Strategy<Value = Buffer> {
    buffers().prop_map(move |mut buffer| {
        for y in 0..SIZE.height - 1 {
            buffer.set_string(0, y, format!("line {:<19}", from + y), Style::default());
        }
        buffer
    })
}

proptest! {
    #[test]
    fn the_terminal_shows_what_was_drawn(frames in prop::collection::vec(buffers(), 1..6), x in 0u16..30) {
        let mut screen = Screen::new(SIZE);
        for next in &frames {
            let cursor = (x < SIZE.width).then(|| Position::new(x, 1));
            screen.draw(next, cursor);
            screen.check()?;
        }
    }

    #[test]
    fn a_log_that_moves_shows_what_was_drawn(frames in prop::collection::vec((0u16..7).prop_flat_map(page), 2..6)) {
        let mut screen = Screen::new(SIZE);
        for next in &frames {
            screen.draw(next, None);
            screen.check()?;
        }
    }

    #[test]
    fn a_frame_takes_no_more_than_the_naive_way(first in buffers(), next in buffers()) {
        check_length(&first, &next)?;
    }
}
