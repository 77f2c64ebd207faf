//! Questions on their way to the screen, one at a time, and the answers on their way back.

use std::sync::Arc;

use crate::app::question::{Answer, Ask, Question, QuestionId};

/// Asks the user. Cheap to clone; all clones share the one queue.
#[derive(Clone)]
pub struct Asker {
    #[allow(dead_code)]
    shared: Arc<()>,
}

/// What is told to whoever shows questions.
pub enum Asked {
    /// Show this.
    Question(Question),
    /// Take it away again: the host has hung up.
    Withdrawn(QuestionId),
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoAnswer {
    /// The user cancelled.
    Cancelled,
    /// Nobody is there to be asked (the mode without a screen).
    Nobody,
}

impl Asker {
    /// Questions go to `show`; answers come back through [`Asker::answer`].
    pub fn new(show: impl Fn(Asked) + Send + Sync + 'static) -> Asker {
        let _ = show;
        todo!()
    }

    /// Nobody is asked.
    pub fn silent() -> Asker {
        todo!()
    }

    /// Asks, once those who asked before have their answers. When the future is dropped the question is withdrawn.
    ///
    /// # Errors
    /// See [`NoAnswer`].
    pub async fn ask(&self, host: &str, ask: Ask) -> Result<Answer, NoAnswer> {
        let _ = (host, ask);
        todo!()
    }

    /// An answer came.
    pub fn answer(&self, id: QuestionId, answer: Answer) {
        let _ = (id, answer);
        todo!()
    }
}
