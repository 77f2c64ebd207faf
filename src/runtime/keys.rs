//! Keys, pasted text and the mouse, from the terminal library's types to ours. A thread waits for them,
//! because reading a terminal blocks.

use std::time::Duration;

use crossterm::event::{self, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEventKind};

use crate::app::key::{Code, Key, Mouse, MouseAction};

/// Inputs that are answered by one frame at most.
const AT_ONCE: usize = 64;

/// What came from the terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A key.
    Key(Key),
    /// Pasted text.
    Paste(String),
    /// The mouse.
    Mouse(Mouse),
    /// No key will ever come again.
    Closed,
}

/// Takes from the system what reading the terminal needs, before files have taken all there is.
///
/// # Errors
/// What the system says when it gives no more.
pub fn prepare() -> std::io::Result<()> {
    event::poll(Duration::ZERO).map(|_| ())
}

/// Starts the thread that reads the terminal; it ends when `post` says that nobody listens any more.
///
/// # Errors
/// When no thread can be started.
pub fn start(post: impl Fn(Input) -> bool + Send + 'static) -> std::io::Result<()> {
    std::thread::Builder::new().name("keys".into()).spawn(move || {
        let mut inputs = Vec::new();
        loop {
            let input = match event::read() {
                Ok(event) => input(event),
                Err(_) => Some(Input::Closed),
            };
            let closed = input == Some(Input::Closed);
            inputs.extend(input);
            // What came at once is posted at once, so that it is answered by one frame.
            if !closed && inputs.len() < AT_ONCE && event::poll(Duration::ZERO).unwrap_or(false) {
                continue;
            }
            if !inputs.drain(..).all(&post) || closed {
                return;
            }
        }
    })?;
    Ok(())
}

fn input(event: event::Event) -> Option<Input> {
    match event {
        event::Event::Key(key) if key.kind != KeyEventKind::Release => self::key(key).map(Input::Key),
        event::Event::Paste(text) => Some(Input::Paste(text)),
        event::Event::Mouse(mouse) => self::mouse(mouse).map(Input::Mouse),
        _ => None,
    }
}

fn key(key: KeyEvent) -> Option<Key> {
    let code = match key.code {
        KeyCode::Char(c) => Code::Char(c),
        KeyCode::F(n) => Code::F(n),
        KeyCode::Enter => Code::Enter,
        KeyCode::Esc => Code::Esc,
        KeyCode::Tab => Code::Tab,
        KeyCode::BackTab => Code::BackTab,
        KeyCode::Backspace => Code::Backspace,
        KeyCode::Delete => Code::Delete,
        KeyCode::Insert => Code::Insert,
        KeyCode::Up => Code::Up,
        KeyCode::Down => Code::Down,
        KeyCode::Left => Code::Left,
        KeyCode::Right => Code::Right,
        KeyCode::Home => Code::Home,
        KeyCode::End => Code::End,
        KeyCode::PageUp => Code::PageUp,
        KeyCode::PageDown => Code::PageDown,
        _ => return None,
    };
    let held = |modifier| key.modifiers.contains(modifier);
    // BackTab is Shift-Tab already, and a capital letter has its Shift in it.
    let shift = held(KeyModifiers::SHIFT) && !matches!(code, Code::Char(_) | Code::BackTab);
    Some(Key { code, ctrl: held(KeyModifiers::CONTROL), alt: held(KeyModifiers::ALT), shift })
}

fn mouse(event: event::MouseEvent) -> Option<Mouse> {
    let action = match event.kind {
        MouseEventKind::Down(MouseButton::Left) => MouseAction::Press,
        MouseEventKind::Drag(MouseButton::Left) => MouseAction::Drag,
        MouseEventKind::Up(MouseButton::Left) => MouseAction::Release,
        MouseEventKind::ScrollUp => MouseAction::WheelUp,
        MouseEventKind::ScrollDown => MouseAction::WheelDown,
        _ => return None,
    };
    Some(Mouse { action, x: event.column, y: event.row })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shift_is_part_of_a_character() {
        let given = KeyEvent::new(KeyCode::Char('G'), KeyModifiers::SHIFT);
        assert_eq!(key(given), Some(Key::from('G')));
        let up = KeyEvent::new(KeyCode::Up, KeyModifiers::SHIFT | KeyModifiers::CONTROL);
        assert_eq!(key(up), Some(Key { code: Code::Up, ctrl: true, alt: false, shift: true }));
    }

    #[test]
    fn a_released_key_is_no_key() {
        let mut given = KeyEvent::new(KeyCode::Char('q'), KeyModifiers::NONE);
        given.kind = KeyEventKind::Release;
        assert_eq!(input(event::Event::Key(given)), None);
    }
}
