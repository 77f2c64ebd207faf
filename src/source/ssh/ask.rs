//! Questions on their way to the screen, one at a time, and the answers on their way back.
//!
//! It also keeps what was answered, so that nothing is asked twice: in memory only, and wiped when the last
//! [`Asker`] goes.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::app::question::{Answer, Ask, Question, QuestionId, Secret};

/// Asks the user. Cheap to clone; all clones share the one queue.
#[derive(Clone)]
pub struct Asker {
    shared: Arc<Shared>,
    silent: bool,
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

type Show = Box<dyn Fn(Asked) + Send + Sync>;

struct Shared {
    /// `None`: nobody is asked.
    show: Option<Show>,
    /// Held by whoever's question is on the screen; the others wait in the order they came.
    front: tokio::sync::Mutex<()>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    last: u64,
    shown: Option<(QuestionId, oneshot::Sender<Answer>)>,
    secrets: HashMap<String, Secret>,
    accepted: HashSet<String>,
    /// One a thing that is asked for (a key, a host's password): its lock, and how often it was cancelled.
    turns: HashMap<String, (Arc<tokio::sync::Mutex<()>>, u64)>,
}

/// The right to ask for one thing. Whoever wants the same thing waits until this is dropped, and then finds the
/// answer remembered.
pub(super) struct Turn {
    shared: Arc<Shared>,
    id: String,
    _lock: tokio::sync::OwnedMutexGuard<()>,
}

impl Asker {
    /// Questions go to `show`; answers come back through [`Asker::answer`].
    pub fn new(show: impl Fn(Asked) + Send + Sync + 'static) -> Asker {
        Asker::with(Some(Box::new(show)))
    }

    /// Nobody is asked.
    pub fn silent() -> Asker {
        Asker::with(None)
    }

    fn with(show: Option<Show>) -> Asker {
        let silent = show.is_none();
        let shared = Shared { show, front: tokio::sync::Mutex::default(), state: Mutex::default() };
        Asker { shared: Arc::new(shared), silent }
    }

    /// The same memory, but nobody is asked (`BatchMode`).
    pub(super) fn silenced(&self) -> Asker {
        Asker { shared: Arc::clone(&self.shared), silent: true }
    }

    /// Whether nobody is there to be asked.
    pub(super) fn is_silent(&self) -> bool {
        self.silent
    }

    /// Asks, once those who asked before have their answers. When the future is dropped the question is withdrawn.
    ///
    /// # Errors
    /// See [`NoAnswer`].
    pub async fn ask(&self, host: &str, ask: Ask) -> Result<Answer, NoAnswer> {
        let show = self.shared.show.as_ref().filter(|_| !self.silent).ok_or(NoAnswer::Nobody)?;
        let _front = self.shared.front.lock().await;
        let (sender, receiver) = oneshot::channel();
        let id = {
            let mut state = self.shared.state();
            state.last += 1;
            let id = QuestionId(state.last);
            state.shown = Some((id, sender));
            id
        };
        let _shown = Shown { shared: &self.shared, id };
        let fits = match &ask {
            Ask::Text { .. } => |answer: &Answer| matches!(answer, Answer::Text(_)),
            Ask::HostKey { .. } => |answer: &Answer| matches!(answer, Answer::Once | Answer::Save),
        };
        show(Asked::Question(Question { id, host: host.to_string(), ask }));
        receiver.await.ok().filter(fits).ok_or(NoAnswer::Cancelled)
    }

    /// An answer came. One to a question that is not asked any more is dropped.
    pub fn answer(&self, id: QuestionId, answer: Answer) {
        let mut state = self.shared.state();
        if let Some((_, sender)) = state.shown.take_if(|(shown, _)| *shown == id) {
            let _ = sender.send(answer); // whoever asked may just have gone
        }
    }

    /// Waits until nobody else is asking for this. Who waited while the question for it was cancelled is cancelled
    /// too: it would be the same question again.
    pub(super) async fn turn(&self, id: &str) -> Result<Turn, NoAnswer> {
        let (lock, before) = self.shared.state().turns.entry(id.to_string()).or_default().clone();
        let lock = lock.lock_owned().await;
        let after = self.shared.state().turns.get(id).map_or(0, |turn| turn.1);
        let turn = Turn { shared: Arc::clone(&self.shared), id: id.to_string(), _lock: lock };
        if before == after { Ok(turn) } else { Err(NoAnswer::Cancelled) }
    }

    /// A secret that was answered before.
    pub(super) fn remembered(&self, id: &str) -> Option<Secret> {
        self.shared.state().secrets.get(id).cloned()
    }

    /// Keeps a secret.
    pub(super) fn remember(&self, id: &str, secret: Secret) {
        self.shared.state().secrets.insert(id.to_string(), secret);
    }

    /// Lets go of a secret that was no good.
    pub(super) fn forget(&self, id: &str) {
        self.shared.state().secrets.remove(id);
    }

    /// Whether this host key was accepted before, for as long as we run.
    pub(super) fn accepted(&self, key: &str) -> bool {
        self.shared.state().accepted.contains(key)
    }

    /// Keeps that this host key is accepted for as long as we run.
    pub(super) fn accept(&self, key: &str) {
        self.shared.state().accepted.insert(key.to_string());
    }
}

impl Turn {
    /// The question was cancelled: those who wait for it need not ask again.
    pub(super) fn cancel(&self) {
        if let Some(turn) = self.shared.state().turns.get_mut(&self.id) {
            turn.1 += 1;
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A question that is on the screen; taken away again if nobody has answered when this is dropped.
struct Shown<'a> {
    shared: &'a Shared,
    id: QuestionId,
}

impl Drop for Shown<'_> {
    fn drop(&mut self) {
        let unanswered = self.shared.state().shown.take_if(|(shown, _)| *shown == self.id);
        if let (Some(_), Some(show)) = (unanswered, &self.shared.show) {
            show(Asked::Withdrawn(self.id));
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // here they are assertions
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use zeroize::Zeroizing;

    use super::*;

    fn text(prompt: &str) -> Ask {
        Ask::Text { prompt: prompt.to_string(), note: String::new(), echo: false }
    }

    fn secret(text: &str) -> Answer {
        Answer::Text(Secret::new(Zeroizing::new(text.to_string())))
    }

    fn asker() -> (Asker, mpsc::Receiver<Asked>) {
        let (sender, receiver) = mpsc::channel();
        (Asker::new(move |asked| sender.send(asked).unwrap()), receiver)
    }

    fn question(shown: &mpsc::Receiver<Asked>) -> Question {
        match shown.recv_timeout(Duration::from_secs(10)).unwrap() {
            Asked::Question(question) => question,
            Asked::Withdrawn(_) => panic!("withdrawn"),
        }
    }

    async fn breathe() {
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn one_question_at_a_time_in_the_order_they_came() {
        let (asker, shown) = asker();
        let mut asking = Vec::new();
        for host in ["web1", "web2", "db1"] {
            let own = asker.clone();
            asking.push(tokio::spawn(async move { own.ask(host, text("password")).await }));
            breathe().await;
        }
        for (asking, host) in asking.into_iter().zip(["web1", "web2", "db1"]) {
            let question = question(&shown);
            assert_eq!(question.host, host);
            breathe().await;
            assert!(shown.try_recv().is_err(), "another question came before the answer");
            asker.answer(QuestionId(question.id.0 + 1), Answer::Cancel); // of something else
            asker.answer(question.id, secret(host));
            assert_eq!(asking.await.unwrap(), Ok(secret(host)));
        }
    }

    #[tokio::test]
    async fn a_question_nobody_waits_for_is_withdrawn_and_the_next_one_comes() {
        let (asker, shown) = asker();
        let own = asker.clone();
        let first = tokio::spawn(async move { own.ask("web1", text("password")).await });
        breathe().await;
        let asked = question(&shown);
        first.abort();
        breathe().await;
        assert!(matches!(shown.try_recv(), Ok(Asked::Withdrawn(id)) if id == asked.id));
        let own = asker.clone();
        let second = tokio::spawn(async move { own.ask("web2", text("password")).await });
        breathe().await;
        asker.answer(asked.id, secret("too late"));
        asker.answer(question(&shown).id, Answer::Cancel);
        assert_eq!(second.await.unwrap(), Err(NoAnswer::Cancelled));
    }

    #[tokio::test]
    async fn an_answer_of_another_kind_lets_nobody_in() {
        let (asker, shown) = asker();
        let own = asker.clone();
        let key =
            Ask::HostKey { kind: String::new(), fingerprint: String::new(), art: Vec::new(), file: None };
        let asking = tokio::spawn(async move { own.ask("web1", key).await });
        breathe().await;
        asker.answer(question(&shown).id, secret("yes"));
        assert_eq!(asking.await.unwrap(), Err(NoAnswer::Cancelled));
    }

    #[tokio::test]
    async fn nobody_is_asked_in_silence() {
        assert_eq!(Asker::silent().ask("web1", text("password")).await, Err(NoAnswer::Nobody));
        let (asker, shown) = asker();
        assert_eq!(asker.silenced().ask("web1", text("password")).await, Err(NoAnswer::Nobody));
        assert!(shown.try_recv().is_err());
    }

    #[tokio::test]
    async fn who_waited_for_a_cancelled_question_is_not_asked_again_but_the_next_one_is() {
        let (asker, _shown) = asker();
        let turn = asker.turn("key").await.unwrap();
        let own = asker.clone();
        let waiting = tokio::spawn(async move { own.turn("key").await.is_ok() });
        breathe().await;
        turn.cancel();
        drop(turn);
        assert!(!waiting.await.unwrap());
        assert!(asker.turn("key").await.is_ok());
    }
}
