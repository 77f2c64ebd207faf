//! A question before something that cannot be taken back.

use super::App;
use super::fold::fold;
use super::key::{Code, Key};
use super::layer::{Flow, Layer, piece};
use super::popup;
use super::screen::{Piece, Screen, Tone};

/// Asks, and does it on `y`.
pub struct Confirm {
    question: String,
    action: String,
    run: Box<dyn Fn(&mut App)>,
}

impl Confirm {
    /// A question, what `y` does in words, and what does it.
    pub fn new(question: String, action: String, run: Box<dyn Fn(&mut App)>) -> Confirm {
        Confirm { question, action, run }
    }
}

impl Layer for Confirm {
    fn key(&mut self, key: Key, app: &mut App) -> Flow {
        match key.code {
            Code::Char('y' | 'Y') if !key.ctrl && !key.alt => {
                (self.run)(app);
                Flow::Close
            }
            Code::Char('n' | 'N' | 'q') | Code::Esc | Code::Enter => Flow::Close,
            _ => Flow::Taken,
        }
    }

    fn draw(&self, _: &App, screen: &mut Screen) {
        // What the keys do stands below in any case; where there is no room for the whole question, its end is left out.
        let mut question = fold(&self.question, popup::columns_in(screen.size).max(1));
        question.truncate(popup::rows_in(screen.size).saturating_sub(1).max(1));
        let mut rows: Vec<Vec<Piece>> =
            question.into_iter().map(|row| vec![piece(row, Tone::Note)]).collect();
        rows.push(vec![
            piece("y", Tone::Key),
            piece(format!(" {}   ", self.action), Tone::Plain),
            piece("n", Tone::Key),
            piece(" leave it", Tone::Plain),
        ]);
        popup::middle(screen, "", rows, None, "");
    }

    fn hints(&self, _: &App) -> Vec<(String, String)> {
        vec![("y".into(), self.action.clone()), ("n".into(), "leave it".into())]
    }
}
