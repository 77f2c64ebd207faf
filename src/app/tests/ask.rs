use std::time::Duration;

use super::harness::Desk;
use crate::app::event::{Effect, Event};
use crate::app::question::{Answer, Ask, Question, QuestionId};

fn password(id: u64, host: &str) -> Question {
    let ask = Ask::Text { prompt: "password".into(), note: String::new(), echo: false };
    Question { id: QuestionId(id), host: host.into(), ask }
}

fn key(id: u64, file: Option<&str>) -> Question {
    let ask = Ask::HostKey {
        kind: "ED25519".into(),
        fingerprint: "SHA256:uNiVztksCsDhcc0u9e8BrrLFyVFoJnu4XjWBpEHOpJQ".into(),
        art: vec!["+--[ED25519 256]--+".into(), "|       .o.       |".into(), "+----[SHA256]-----+".into()],
        file: file.map(str::to_owned),
    };
    Question { id: QuestionId(id), host: "web1".into(), ask }
}

/// A program that has been left alone for a while and is asked something.
fn asked(question: Question, width: u16, height: u16) -> Desk {
    let mut desk = Desk::numbered(100, width, height);
    desk.send(Event::Asked(question));
    desk.pass(Duration::from_secs(2));
    desk
}

/// What was answered, by the numbers of the questions.
fn answers(desk: &Desk) -> Vec<(u64, String)> {
    let said = |answer: &Answer| match answer {
        Answer::Text(secret) => secret.expose().to_owned(),
        other => format!("{other:?}"),
    };
    let answer = |effect: &Effect| match effect {
        Effect::Answer(id, answer) => Some((id.0, said(answer))),
        _ => None,
    };
    desk.effects.iter().filter_map(answer).collect()
}

fn one(id: u64, said: &str) -> Vec<(u64, String)> {
    vec![(id, said.to_owned())]
}

#[test]
fn a_password_is_typed_in_secret_and_goes_to_its_host() {
    let mut desk = asked(password(7, "ada@web1"), 80, 24);
    desk.keys("qj:secreT<Backspace>t<Ctrl-L>");
    let screen = format!("{:?}", desk.screen());
    assert!(screen.contains("ada@web1") && screen.contains("password") && screen.contains("*********"));
    assert!(!screen.contains("qj:") && !screen.contains("secre"));
    assert!(desk.screen().cursor.is_some());
    desk.keys("<Enter>");
    assert_eq!(answers(&desk), one(7, "qj:secret"));
    assert!(desk.screen().popups.is_empty());
    assert_eq!(desk.ends().1, "line 100", "no key went to the pane");
    desk.keys(":<Up>");
    assert_eq!(desk.bottom(), ":", "nothing of it is remembered");
}

#[test]
fn pasting_escape_and_interrupt() {
    let mut desk = asked(password(1, "web1"), 80, 24);
    desk.send(Event::Paste("from a\u{9}manager\r\n".into()));
    desk.keys("<Enter>");
    assert_eq!(answers(&desk), one(1, "from amanager"));
    for key in ["<Esc>", "<Ctrl-C>"] {
        let mut desk = asked(password(2, "web1"), 80, 24);
        desk.keys("half").keys(key);
        assert_eq!(answers(&desk), one(2, "Cancel"));
        assert!(desk.screen().popups.is_empty());
        assert!(!desk.effects.iter().any(|effect| matches!(effect, Effect::Quit)));
    }
    // What may be Esc and a letter typed fast ends nothing, and nothing of it leaks.
    let mut desk = asked(password(3, "web1"), 80, 24);
    desk.keys("a<Alt-q>b<Enter>");
    assert_eq!(answers(&desk), one(3, "ab"));
    assert!(!desk.effects.iter().any(|effect| matches!(effect, Effect::Quit)));
}

#[test]
fn what_may_be_seen_is_shown() {
    let ask = Ask::Text { prompt: "user name".into(), note: "Welcome".into(), echo: true };
    let mut desk = asked(Question { id: QuestionId(1), host: "web1".into(), ask }, 80, 24);
    desk.keys("ada");
    assert!(desk.popup().iter().any(|row| row.contains("> ada")), "{:?}", desk.popup());
    assert!(desk.popup()[0].contains("Welcome"));
}

#[test]
fn a_question_takes_no_key_that_was_meant_for_something_else() {
    let mut desk = Desk::numbered(100, 80, 24);
    desk.keys("/lin");
    desk.send(Event::Asked(password(1, "web1")));
    assert!(format!("{:?}", desk.screen().popups).contains("web1 asks for an answer: password"));
    desk.keys("e 9<Enter>");
    assert!(desk.bottom().contains("web1 asks"), "{}", desk.bottom());
    assert!(desk.bottom().contains("hits"));
    desk.keys("nn");
    assert!(desk.screen().popups.is_empty(), "the user is still at it");
    let due = desk.app.wake_at(desk.now).unwrap();
    let wait = due - desk.now;
    desk.pass(wait);
    assert!(!desk.screen().popups.is_empty(), "it opens by itself");
    desk.pass(Duration::from_secs(1));
    desk.keys("x<Enter>");
    assert_eq!(answers(&desk), one(1, "x"));
}

#[test]
fn a_question_waits_behind_help_and_behind_a_prefix() {
    for (keys, leave) in [("<F1>", "q"), ("<Ctrl-W>", "<Esc>"), ("v:", "<Esc>")] {
        let mut desk = Desk::numbered(100, 80, 24);
        desk.keys(keys);
        desk.send(Event::Asked(password(1, "web1")));
        desk.pass(Duration::from_secs(5));
        desk.keys(leave);
        desk.pass(Duration::from_secs(2));
        desk.pass(Duration::from_secs(1));
        desk.keys("pw<Enter>");
        assert_eq!(answers(&desk), one(1, "pw"), "{keys}");
    }
}

#[test]
fn questions_come_one_at_a_time() {
    let mut desk = asked(password(1, "web1"), 80, 24);
    desk.send(Event::Asked(password(2, "web2")));
    desk.send(Event::Asked(key(3, None)));
    desk.keys("one<Enter>");
    assert!(format!("{:?}", desk.screen().popups).contains("web2"));
    desk.keys("<Enter>");
    assert_eq!(answers(&desk), one(1, "one"), "a second Enter typed at once answers nothing");
    desk.pass(Duration::from_secs(1));
    desk.keys("two<Enter>o");
    assert_eq!(answers(&desk).len(), 2, "nobody accepts a key he has not seen");
    desk.pass(Duration::from_secs(1));
    desk.keys("o");
    assert_eq!(answers(&desk)[2], (3, "Once".to_owned()));
}

#[test]
fn when_the_host_hangs_up_the_rest_of_the_password_goes_nowhere() {
    let mut desk = asked(password(1, "web1"), 80, 24);
    desk.keys("sec");
    desk.send(Event::Unasked(QuestionId(1)));
    desk.send(Event::Asked(password(2, "web2")));
    desk.keys("qret");
    assert!(format!("{:?}", desk.screen().popups).contains("web1 has hung up"));
    desk.keys("<Enter>");
    assert_eq!(answers(&desk), []);
    assert!(!desk.effects.iter().any(|effect| matches!(effect, Effect::Quit)));
    desk.pass(Duration::from_secs(1));
    desk.keys("two<Enter>");
    assert_eq!(answers(&desk), one(2, "two"));
    // Where nothing was typed it just goes.
    let mut desk = asked(password(1, "web1"), 80, 24);
    desk.send(Event::Unasked(QuestionId(1)));
    assert!(desk.screen().popups.is_empty());
    // And one that waits is never opened.
    desk.keys("/");
    desk.send(Event::Asked(password(2, "web1")));
    desk.send(Event::Unasked(QuestionId(2)));
    desk.keys("<Esc>");
    desk.pass(Duration::from_secs(5));
    assert!(desk.screen().popups.is_empty());
}

#[test]
fn a_host_key_is_accepted_by_its_keys_only() {
    for (keys, said) in [("o", "Once"), ("s", "Save"), ("<Esc>", "Cancel"), ("<Ctrl-C>", "Cancel")] {
        let mut desk = asked(key(1, Some("~/.ssh/known_hosts")), 80, 24);
        desk.keys("<Enter> yqn<Tab><Ctrl-O>");
        assert_eq!(answers(&desk), []);
        desk.keys(keys);
        assert_eq!(answers(&desk), one(1, said));
    }
    let mut desk = asked(key(1, None), 80, 24);
    desk.keys("s");
    assert_eq!(answers(&desk), [], "there is no file to save it to");
    assert!(!desk.popup().iter().any(|row| row.starts_with('s')), "{:?}", desk.popup());
}

#[test]
fn a_host_key_can_be_compared_at_every_size() {
    for (width, height, art) in
        [(120, 40, true), (80, 24, true), (80, 11, false), (20, 5, false), (24, 9, false)]
    {
        let mut desk = asked(key(1, Some("/home/ada/.ssh/known_hosts")), width, height);
        let rows = desk.popup();
        let whole: String = rows.iter().flat_map(|row| row.chars()).filter(|c| *c != ' ').collect();
        assert!(
            whole.contains("SHA256:uNiVztksCsDhcc0u9e8BrrLFyVFoJnu4XjWBpEHOpJQ"),
            "{width}×{height}: {rows:?}"
        );
        assert_eq!(whole.contains("ED25519256"), art, "{width}×{height}: {rows:?}");
        let popup = desk.screen().popups.pop().unwrap();
        assert!(
            rows.iter().any(|row| row.starts_with("o ")) || popup.footer.contains("o/s yes Esc no"),
            "{popup:?}"
        );
        desk.keys(&"<Down>".repeat(20));
        let scrolled = desk.popup().concat();
        assert!(art || scrolled.contains("unconnected") || rows.len() > 4, "{scrolled}");
        desk.keys("s");
        assert_eq!(answers(&desk), one(1, "Save"));
    }
}

#[test]
fn what_a_server_says_is_made_printable_and_has_bounds() {
    let evil = format!("\x1b]0;owned\x07\u{202e}{}\n", "Password for you: ".repeat(100_000));
    for (width, height) in [(80, 24), (20, 5), (3, 3), (1, 1), (2, 40)] {
        let ask = Ask::Text { prompt: evil.clone(), note: evil.repeat(3), echo: false };
        let mut desk = asked(Question { id: QuestionId(1), host: evil.clone(), ask }, width, height);
        desk.keys("pw");
        let screen = desk.screen();
        let popup = screen.popups.last().unwrap();
        assert!(popup.area.x + popup.area.width <= width && popup.area.y + popup.area.height <= height);
        for text in desk.popup().iter().chain([&popup.title]) {
            assert!(text.chars().all(|c| !c.is_control() && c != '\u{202e}'), "{text:?}");
        }
        if height >= 5 && width >= 10 {
            assert!(desk.popup().last().unwrap().contains("> **"), "{:?}", desk.popup());
        }
        let (x, y) = screen.cursor.unwrap();
        assert!(x < width && y < height);
        desk.keys("<Enter>");
        assert_eq!(answers(&desk), one(1, "pw"));
    }
}

#[test]
fn a_screen_without_any_room_is_asked_too() {
    for (width, height) in [(0, 0), (0, 5), (0, 24), (5, 0), (1, 1), (2, 2)] {
        let mut desk = asked(password(1, "web1"), width, height);
        // What is said meanwhile has no room either.
        desk.send(Event::NotOpened("a.log: no such file; it is waited for".into()));
        let screen = desk.screen();
        let within = |(column, row): (u16, u16)| column <= width && row <= height;
        assert!(screen.cursor.is_none_or(within), "{width}×{height}: {:?}", screen.cursor);
    }
}
