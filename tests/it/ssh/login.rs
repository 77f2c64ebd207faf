//! Logging in by password and by the host's questions.

use std::time::Duration;

use russh::MethodKind;
use tailpane::app::question::{Answer, Ask};
use tailpane::source::ssh::ask::Asker;
use tailpane::source::ssh::config::{HostConfig, Method};
use tailpane::source::ssh::link::{Link, Output, Refusal};

use super::fake::{Fake, Wants};
use super::person::{Person, typed};
use super::sshd::Sshd;

const LONG: Duration = Duration::from_secs(60);

async fn connect(host: &HostConfig, asker: &Asker) -> Result<Link, Refusal> {
    tokio::time::timeout(LONG, Link::connect(host, asker)).await.expect("connected or refused in time")
}

async fn refused(host: &HostConfig, asker: &Asker) -> Refusal {
    connect(host, asker).await.err().expect("refused")
}

fn login(link: &Link) -> String {
    link.facts().into_iter().find(|(name, _)| *name == "login").unwrap().1
}

/// A config for a server that has nothing but its port.
fn host(fake: &Fake) -> HostConfig {
    // The keys of a real one are never needed here; its defaults are.
    let sshd = Sshd::start(|_| {});
    fake.host_config(&sshd.host_config("web1"))
}

#[tokio::test]
async fn a_password_is_asked_for_until_it_is_right_and_then_kept() {
    let fake = Fake::start(Wants::default());
    let host = host(&fake);
    let person = Person::typing(&["wrong", "swordfish"]);
    let link = connect(&host, &person.asker).await.unwrap();
    assert_eq!(login(&link), "password");
    let asked = person.asked();
    assert_eq!(asked.len(), 2);
    assert_eq!(asked[0].host, "ada@web1");
    assert!(matches!(&asked[1].ask, Ask::Text { note, echo: false, .. } if note.contains("refused")));
    let (one, two) = tokio::join!(connect(&host, &person.asker), connect(&host, &person.asker));
    one.unwrap();
    two.unwrap();
    assert_eq!(person.asked().len(), 2, "asked again");
}

#[tokio::test]
async fn two_connections_to_a_host_ask_for_one_password() {
    let fake = Fake::start(Wants::default());
    let host = host(&fake);
    let person = Person::typing(&["swordfish"]);
    let (one, two) = tokio::join!(connect(&host, &person.asker), connect(&host, &person.asker));
    one.unwrap();
    two.unwrap();
    assert_eq!(person.prompts(), ["password"]);
}

#[tokio::test]
async fn a_password_is_asked_for_so_often_and_in_silence_never() {
    let fake = Fake::start(Wants::default());
    let mut host = host(&fake);
    host.password_prompts = 2;
    let person = Person::typing(&["a", "b", "swordfish"]);
    let refusal = refused(&host, &person.asker).await;
    assert!(matches!(&refusal, Refusal::Final(why) if why.contains("web1")), "{refusal:?}");
    assert_eq!(person.asked().len(), 2);
    let before = fake.attempts().len();
    let refusal = refused(&host, &Asker::silent()).await;
    let how = "web1 asks for a password, and nobody can be asked here: use a key or an agent";
    assert!(matches!(&refusal, Refusal::Final(why) if why.starts_with(how)), "{refusal:?}");
    assert_eq!(fake.attempts().len(), before);
    host.methods = vec![Method::PublicKey];
    let refusal = refused(&host, &person.asker).await;
    assert!(matches!(&refusal, Refusal::Final(why) if why.contains("it takes password")), "{refusal:?}");
}

#[tokio::test]
async fn a_password_that_no_longer_fits_is_asked_for_anew() {
    let fake = Fake::start(Wants::default());
    let mut host = host(&fake);
    let person = Person::typing(&["swordfish", "salmon"]);
    connect(&host, &person.asker).await.unwrap();
    let changed = Fake::start(Wants { password: "salmon", ..Wants::default() });
    // The same host by name and port is what a password is kept for.
    let line = super::proxy::Proxy::start(host.port);
    host.port = line.port();
    line.lead_to(changed.host_config(&host).port);
    connect(&host, &person.asker).await.unwrap();
    assert_eq!(person.asked().len(), 2);
}

#[tokio::test]
async fn questions_come_in_rounds_and_codes_are_asked_for_each_time() {
    let fake = Fake::start(Wants {
        methods: vec![MethodKind::KeyboardInteractive],
        rounds: vec![
            ("Welcome to the machine.", vec![("Password: ", false)], vec!["swordfish"]),
            ("", vec![], vec![]),
            (
                "Look at your token.",
                vec![("Verification code: ", false), ("Your name: ", true)],
                vec!["123456", "Ada"],
            ),
        ],
        ..Wants::default()
    });
    let host = host(&fake);
    let person = Person::who(|question| {
        let Ask::Text { prompt, .. } = &question.ask else { return Some(Answer::Cancel) };
        Some(typed(match prompt.as_str() {
            "Password" => "swordfish",
            "Verification code" => "123456",
            _ => "Ada",
        }))
    });
    let link = connect(&host, &person.asker).await.unwrap();
    assert_eq!(login(&link), "keyboard-interactive");
    assert_eq!(person.prompts(), ["Password", "Verification code", "Your name"]);
    let asked = person.asked();
    assert!(
        matches!(&asked[0].ask, Ask::Text { note, echo: false, .. } if note == "Welcome to the machine.")
    );
    assert!(matches!(&asked[1].ask, Ask::Text { note, echo: false, .. } if note == "Look at your token."));
    assert!(matches!(&asked[2].ask, Ask::Text { echo: true, .. }));

    connect(&host, &person.asker).await.unwrap();
    assert_eq!(
        person.prompts()[3..],
        ["Verification code", "Your name"],
        "the password is kept, the code is not"
    );
}

#[tokio::test]
async fn questions_are_not_asked_in_silence_and_can_be_cancelled() {
    let fake = Fake::start(Wants {
        methods: vec![MethodKind::KeyboardInteractive],
        rounds: vec![("", vec![("\x1b[31mCode\x07: ", false)], vec!["1"])],
        ..Wants::default()
    });
    let host = host(&fake);
    let refusal = refused(&host, &Asker::silent()).await;
    assert!(matches!(&refusal, Refusal::Final(why) if why.contains("nobody can be asked")), "{refusal:?}");
    let person = Person::typing(&[]);
    let refusal = refused(&host, &person.asker).await;
    assert!(matches!(&refusal, Refusal::Final(why) if why.contains("cancelled")), "{refusal:?}");
    assert!(!person.prompts()[0].chars().any(char::is_control), "{:?}", person.prompts());
    let person = Person::typing(&["2", "2", "2", "1"]);
    refused(&host, &person.asker).await;
    assert_eq!(person.asked().len(), 3);
}

#[tokio::test]
async fn questions_come_before_a_password_unless_the_config_turns_that_round() {
    let wants = Wants {
        methods: vec![MethodKind::Password, MethodKind::KeyboardInteractive],
        rounds: vec![("", vec![("Code: ", false)], vec!["1"])],
        ..Wants::default()
    };
    // Neither answer is right but the one to what comes last.
    let person = |right: &'static str| {
        Person::who(move |question| {
            let Ask::Text { prompt, .. } = &question.ask else { return Some(Answer::Cancel) };
            let answer = if prompt == "Code" { "1" } else { "swordfish" };
            Some(typed(if prompt == right { answer } else { "wrong" }))
        })
    };
    for (methods, wanted) in [
        (None, ["keyboard-interactive", "password"]),
        (Some(vec![Method::Password, Method::KeyboardInteractive]), ["password", "keyboard-interactive"]),
    ] {
        let fake = Fake::start(wants.clone());
        let mut host = host(&fake);
        host.password_prompts = 1;
        host.methods = methods.unwrap_or(host.methods);
        let person = person(if wanted[1] == "password" { "password" } else { "Code" });
        let link = connect(&host, &person.asker).await.unwrap();
        assert_eq!(fake.attempts(), wanted);
        assert_eq!((login(&link).as_str(), person.asked().len()), (wanted[1], 2));
    }
}

#[tokio::test]
async fn a_key_and_then_a_question_is_two_proofs() {
    let sshd = Sshd::start(|_| {});
    let fake = Fake::start(Wants {
        methods: vec![MethodKind::PublicKey],
        key_then: Some(MethodKind::KeyboardInteractive),
        rounds: vec![("", vec![("Code: ", false)], vec!["1"])],
        ..Wants::default()
    });
    let mut host = fake.host_config(&sshd.host_config("web1"));
    host.identity_files = vec![sshd.file("id_ed25519")];
    let person = Person::typing(&["1"]);
    let link = connect(&host, &person.asker).await.unwrap();
    assert_eq!(fake.attempts(), ["publickey", "keyboard-interactive"]);
    assert!(login(&link).starts_with("publickey, ") && login(&link).ends_with(", then keyboard-interactive"));
}

#[tokio::test]
async fn a_host_that_takes_proof_without_end_is_given_up() {
    let methods = vec![MethodKind::PublicKey];
    let fake = Fake::start(Wants { methods, key_then: Some(MethodKind::PublicKey), ..Wants::default() });
    let sshd = Sshd::start(|_| {});
    let mut host = fake.host_config(&sshd.host_config("web1"));
    host.identity_files = vec![sshd.file("id_ed25519")];
    let refusal = refused(&host, &Asker::silent()).await;
    assert!(matches!(&refusal, Refusal::Final(why) if why.contains("without an end")), "{refusal:?}");
    assert!(fake.attempts().len() < 50, "{:?}", fake.attempts());
}

#[tokio::test]
async fn a_host_that_says_much_before_the_login_is_heard_out() {
    let fake = Fake::start(Wants { banner: 200_000, ..Wants::default() });
    connect(&host(&fake), &Person::typing(&["swordfish"]).asker).await.unwrap();
    let fake = Fake::start(Wants { banner: 1 << 20, ..Wants::default() });
    let refusal = refused(&host(&fake), &Person::typing(&["swordfish"]).asker).await;
    // More than a packet may hold: nobody listens to that, and none of it is repeated.
    let Refusal::Temporary(why) = refusal else { panic!("{refusal:?}") };
    assert!(why.starts_with("the connection to web1 broke: ") && why.len() < 100, "{why}");
    assert!(!why.contains("welcome") && !why.chars().any(char::is_control), "{why:?}");
}

#[tokio::test]
async fn a_host_that_hangs_up_during_the_login_is_worth_another_try() {
    let fake = Fake::start(Wants { hangs_up: true, ..Wants::default() });
    let person = Person::typing(&["swordfish"]);
    let host = host(&fake);
    for _ in 0..2 {
        let refusal = refused(&host, &person.asker).await;
        assert!(matches!(&refusal, Refusal::Temporary(why) if why.contains("web1")), "{refusal:?}");
    }
    assert_eq!(person.asked().len(), 1, "the answer was not kept for the next connection");
}

#[tokio::test]
async fn a_host_that_takes_no_further_proof_is_not_tried_again() {
    let fake = Fake::start(Wants { done_at_once: true, ..Wants::default() });
    let refusal = refused(&host(&fake), &Person::typing(&["wrong"]).asker).await;
    assert!(
        matches!(&refusal, Refusal::Final(why) if why.contains("web1 does not let ada in")),
        "{refusal:?}"
    );
}

#[tokio::test]
async fn a_password_is_never_sent_to_a_host_whose_key_is_wrong() {
    let sshd = Sshd::start(|_| {});
    let fake = Fake::start(Wants::default());
    let mut host = fake.host_config(&sshd.host_config("web1"));
    host.user_known_hosts = vec![sshd.file("known_hosts")];
    let person = Person::typing(&["swordfish"]);
    let refusal = refused(&host, &person.asker).await;
    assert!(matches!(&refusal, Refusal::Final(why) if why.contains("password")), "{refusal:?}");
    assert!(person.asked().is_empty() && fake.attempts().is_empty());
}

#[tokio::test]
async fn a_host_that_runs_no_commands_says_so_and_ends_the_channel() {
    let fake = Fake::start(Wants::default());
    let link = connect(&host(&fake), &Person::typing(&["swordfish"]).asker).await.unwrap();
    let mut channel = link.exec("cat").await.unwrap();
    let mut said = Vec::new();
    while let Some(output) = tokio::time::timeout(LONG, channel.next()).await.unwrap() {
        if let Output::Err(bytes) = output {
            said.extend(bytes);
        }
    }
    assert_eq!(String::from_utf8(said).unwrap(), "web1 does not run commands");
}
