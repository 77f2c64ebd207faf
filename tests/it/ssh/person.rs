//! Somebody who is asked, and answers.

use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};

use tailpane::app::question::{Answer, Ask, Question, Secret};
use tailpane::source::ssh::ask::{Asked, Asker};

/// Whoever sits before the screen.
pub struct Person {
    pub asker: Asker,
    asked: Arc<Mutex<Vec<Question>>>,
}

impl Person {
    /// Answers every question by `answer`; where that gives nothing, the question stays on the screen.
    pub fn who(answer: impl Fn(&Question) -> Option<Answer> + Send + 'static) -> Person {
        let (sender, receiver) = channel();
        let asker = Asker::new(move |asked| {
            let _ = sender.send(asked);
        });
        let (own, asked) = (asker.clone(), Arc::new(Mutex::new(Vec::new())));
        let seen = Arc::clone(&asked);
        std::thread::spawn(move || {
            while let Ok(shown) = receiver.recv() {
                let Asked::Question(question) = shown else { continue };
                seen.lock().unwrap().push(question.clone());
                if let Some(answer) = answer(&question) {
                    own.answer(question.id, answer);
                }
            }
        });
        Person { asker, asked }
    }

    /// Types these texts, one after another, and then cancels.
    pub fn typing(texts: &[&str]) -> Person {
        let texts: Vec<String> = texts.iter().rev().map(|text| text.to_string()).collect();
        let texts = Mutex::new(texts);
        Person::who(move |_| Some(texts.lock().unwrap().pop().map_or(Answer::Cancel, |text| typed(&text))))
    }

    /// Everything that was asked so far.
    pub fn asked(&self) -> Vec<Question> {
        self.asked.lock().unwrap().clone()
    }

    /// The prompts of everything that was asked so far.
    pub fn prompts(&self) -> Vec<String> {
        let prompt = |question: Question| match question.ask {
            Ask::Text { prompt, .. } => prompt,
            Ask::HostKey { fingerprint, .. } => fingerprint,
        };
        self.asked().into_iter().map(prompt).collect()
    }
}

/// An answer in words.
pub fn typed(text: &str) -> Answer {
    Answer::Text(Secret::new(text.to_string().into()))
}
