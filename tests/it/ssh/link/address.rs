//! Where a host is looked for, from where, and what is found there that is none.

use super::*;

#[tokio::test]
async fn nobody_there_is_a_sentence_and_worth_another_try() {
    let sshd = Sshd::start(|_| {});
    let mut host = sshd.host_config("web1");
    host.hostname = "no-such-host.invalid".to_string();
    let refusal = refused(&host, &Asker::silent()).await;
    assert!(
        matches!(&refusal, Refusal::Temporary(why) if why.contains("no-such-host.invalid")),
        "{refusal:?}"
    );

    host.hostname = "127.0.0.1".to_string();
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    host.port = closed.local_addr().unwrap().port();
    drop(closed);
    let refusal = refused(&host, &Asker::silent()).await;
    assert!(matches!(&refusal, Refusal::Temporary(why) if why.contains("web1 refused")), "{refusal:?}");

    // It accepts and says nothing.
    let mute = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    host.port = mute.local_addr().unwrap().port();
    host.connect_timeout = Some(Duration::from_secs(1));
    let refusal = refused(&host, &Asker::silent()).await;
    assert!(matches!(&refusal, Refusal::Temporary(why) if why.contains("does not speak SSH")), "{refusal:?}");
}

/// A server that is none: it says this and hangs up.
fn says(text: Vec<u8>) -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = std::io::Write::write_all(&mut stream, &text);
    });
    port
}

#[tokio::test]
async fn what_is_no_ssh_server_is_said_in_one_printable_line() {
    let sshd = Sshd::start(|_| {});
    let mut host = sshd.host_config("web1");
    for text in [
        b"HTTP/1.1 400 Bad\x1b[31m Request\r\n\r\n".to_vec(),
        vec![b'x'; 1 << 20],
        b"welcome\r\n".repeat(1 << 17),
        b"\x00\xff\x1b]0;title\x07".repeat(1000),
        b"Exceeded MaxStartups\r\n".to_vec(),
        Vec::new(),
    ] {
        host.port = says(text.clone());
        let why = sentence(refused(&host, &Asker::silent()).await);
        assert!(why.starts_with("web1") && why.len() < 600, "{why}");
        assert!(!why.chars().any(char::is_control), "{why:?}");
        if text.starts_with(b"Exceeded") {
            assert!(why.contains("Exceeded MaxStartups"), "{why}");
        }
    }
}

#[tokio::test]
async fn a_connection_comes_from_the_address_the_config_names() {
    let sshd = Sshd::start(|_| {});
    let host = |from: &str| HostConfig { bind_address: Some(from.to_string()), ..sshd.host_config("web1") };
    let link = connected(&host("127.0.0.2")).await;
    assert_eq!(run(&link, "echo ${SSH_CONNECTION%% *}").await, "127.0.0.2\n");
    for (from, why) in [
        ("192.0.2.1", "cannot be connected from 192.0.2.1, as BindAddress says"),
        ("::1", "of another family"),
        ("no such name", "no address of this machine"),
    ] {
        let said = sentence(refused(&host(from), &Asker::silent()).await);
        assert!(said.starts_with("web1 ") && said.contains(why), "{said}");
    }
}
