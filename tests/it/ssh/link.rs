//! Connections to a real `sshd`: how one gets in, what runs there, and how it ends.

mod address;
mod keys;
mod way;

use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tailpane::app::question::Answer;
use tailpane::source::ssh::ask::Asker;
use tailpane::source::ssh::config::{Family, HostConfig, Proxy as Way, Strict, Transport};
use tailpane::source::ssh::link::{Channel, ExecError, Link, Output, Refusal};

use self::keys::locked;
use super::agent::Agent;
use super::person::Person;
use super::proxy::Proxy;
use super::sshd::{Sshd, keygen, make_key, program, until};

/// Nothing on loopback takes longer, however busy the machine.
const LONG: Duration = Duration::from_secs(60);

async fn soon<T>(what: &str, work: impl Future<Output = T>) -> T {
    tokio::time::timeout(LONG, work).await.unwrap_or_else(|_| panic!("not within {LONG:?}: {what}"))
}

async fn connect(host: &HostConfig, asker: &Asker) -> Result<Link, Refusal> {
    soon("connected or refused", Link::connect(host, asker)).await
}

async fn connected(host: &HostConfig) -> Link {
    connect(host, &Asker::silent()).await.unwrap_or_else(|refusal| panic!("{refusal:?}"))
}

async fn refused(host: &HostConfig, asker: &Asker) -> Refusal {
    match connect(host, asker).await {
        Ok(link) => panic!("let in by {:?}", link.facts()),
        Err(refusal) => refusal,
    }
}

fn sentence(refusal: Refusal) -> String {
    match refusal {
        Refusal::Temporary(text) | Refusal::Final(text) => text,
    }
}

/// Everything a command gives: its output and how it ended.
async fn all(mut channel: Channel) -> (String, Option<Output>) {
    let (mut out, mut exit) = (Vec::new(), None);
    while let Some(output) = soon("the next output", channel.next()).await {
        match output {
            Output::Out(bytes) => out.extend(bytes),
            Output::Err(bytes) => out.extend([b"! ", &bytes[..]].concat()),
            output => exit = Some(output),
        }
    }
    channel.close().await;
    (String::from_utf8(out).unwrap(), exit)
}

async fn run(link: &Link, command: &str) -> String {
    all(soon("a channel", link.exec(command)).await.unwrap()).await.0
}

fn fact(link: &Link, what: &str) -> String {
    link.facts().into_iter().find(|(name, _)| *name == what).unwrap_or_else(|| panic!("{:?}", link.facts())).1
}

#[tokio::test]
async fn a_command_runs_and_says_how_it_ended() {
    let sshd = Sshd::start(|_| {});
    let link = connected(&sshd.host_config("web1")).await;
    assert_eq!(
        all(link.exec("echo out; echo err >&2; exit 3").await.unwrap()).await.1,
        Some(Output::Exit(Some(3)))
    );
    let mut cat = link.exec("cat").await.unwrap();
    cat.write(b"through and back").await.unwrap();
    cat.end_input().await;
    assert_eq!(all(cat).await, ("through and back".to_string(), Some(Output::Exit(Some(0)))));
    assert_eq!(run(&link, "echo oops >&2").await, "! oops\n");
    assert_eq!(all(link.exec("kill -9 $$").await.unwrap()).await.1, Some(Output::Exit(None)));

    assert!(fact(&link, "login").ends_with("id_ed25519"), "{}", fact(&link, "login"));
    assert!(fact(&link, "host key").starts_with("ED25519 SHA256:"));
    assert!(fact(&link, "server").starts_with("OpenSSH"));
    assert!(link.caveats().is_empty());
    assert!(soon("an answer", link.ping()).await.unwrap() < LONG);
    let gone = link.gone();
    tokio::pin!(gone);
    assert!(tokio::time::timeout(Duration::from_millis(50), &mut gone).await.is_err());
}

#[tokio::test]
async fn the_system_s_ssh_is_a_link_like_ours() {
    let sshd = Sshd::start(|_| {});
    let mut host = sshd.host_config("web1");
    host.transport = Transport::OpenSsh;
    host.ssh_config = Some(sshd.ssh_config_file());
    let link = connected(&host).await;
    let mut cat = link.exec("cat; exit 3").await.unwrap();
    cat.write(b"through and back").await.unwrap();
    cat.end_input().await;
    assert_eq!(all(cat).await, ("through and back".to_string(), Some(Output::Exit(Some(3)))));
    soon("an answer", link.ping()).await.unwrap();
    soon("the end", link.close()).await;
}

#[tokio::test]
async fn a_closed_channel_ends_the_command_and_a_closed_link_ends_the_session() {
    let sshd = Sshd::start(|_| {});
    let link = connected(&sshd.host_config("web1")).await;
    let endless = "while echo tick-tock-4321; do sleep 0.05; done";
    let mut closed = link.exec(endless).await.unwrap();
    let mut dropped = link.exec(endless).await.unwrap();
    for channel in [&mut closed, &mut dropped] {
        assert!(matches!(soon("a tick", channel.next()).await, Some(Output::Out(_))));
    }
    let runs = || sshd.commands().iter().filter(|command| command.contains("tick-tock-4321")).count();
    assert!(runs() >= 2); // a shell that has just forked counts twice
    closed.close().await;
    drop(dropped);
    let end = Instant::now() + LONG;
    while runs() > 0 {
        assert!(Instant::now() < end, "{:?}", sshd.commands());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(run(&link, "echo still here").await, "still here\n");
    let before = sshd.processes().len();
    link.close().await;
    until("the session is over", LONG, || sshd.processes().len() < before);
}

#[tokio::test]
async fn a_dropped_link_leaves_no_session() {
    let sshd = Sshd::start(|_| {});
    let idle = sshd.processes().len();
    let link = connected(&sshd.host_config("web1")).await;
    let channel = link.exec("cat").await.unwrap();
    drop(link);
    let end = Instant::now() + LONG;
    while sshd.processes().len() > idle {
        assert!(Instant::now() < end, "{:?}", sshd.commands());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(all(channel).await.1, None);
}

#[tokio::test]
async fn an_unknown_host_key_is_asked_about_saved_and_not_asked_again() {
    let sshd = Sshd::start(|_| {});
    let mut host = sshd.host_config("web1");
    host.user_known_hosts = vec![sshd.file("my_known_hosts")];

    let why = sentence(refused(&host, &Asker::silent()).await);
    assert!(why.contains("SHA256:"), "{why}");
    let refuses = Person::who(|_| Some(Answer::Cancel));
    assert!(matches!(refused(&host, &refuses.asker).await, Refusal::Final(_)));

    let once = Person::who(|_| Some(Answer::Once));
    let (one, two) = tokio::join!(connect(&host, &once.asker), connect(&host, &once.asker));
    one.unwrap();
    two.unwrap();
    assert_eq!(once.asked().len(), 1, "two connections to one host asked twice");
    assert!(!sshd.file("my_known_hosts").exists());

    let saves = Person::who(|_| Some(Answer::Save));
    connect(&host, &saves.asker).await.unwrap();
    assert_eq!(saves.asked().len(), 1);
    connected(&host).await;

    host.strict = Strict::Yes;
    host.user_known_hosts = vec![sshd.file("empty")];
    refused(&host, &saves.asker).await;
    host.strict = Strict::AcceptNew;
    connected(&host).await;
    host.strict = Strict::Yes;
    connected(&host).await;
}

#[tokio::test]
async fn a_question_may_take_longer_than_a_connection() {
    let sshd = Sshd::start(|_| {});
    let mut host = sshd.host_config("web1");
    host.user_known_hosts = vec![sshd.file("my_known_hosts")];
    host.connect_timeout = Some(Duration::from_secs(1));
    let slow = Person::who(|_| {
        std::thread::sleep(Duration::from_millis(2500));
        Some(Answer::Once)
    });
    connect(&host, &slow.asker).await.unwrap();
}

#[tokio::test]
async fn a_key_that_only_the_system_s_file_knows_is_known() {
    let sshd = Sshd::start(|_| {});
    let mut host = sshd.host_config("web1");
    host.user_known_hosts = vec![sshd.file("nothing_here")];
    host.strict = Strict::Yes;
    refused(&host, &Asker::silent()).await;
    host.global_known_hosts = vec![sshd.file("known_hosts")];
    connected(&host).await;
}

#[tokio::test]
async fn a_changed_host_key_is_refused_with_its_place() {
    let sshd = Sshd::start(|_| {});
    let other = Sshd::start(|_| {});
    let mut host = sshd.host_config("web1");
    host.user_known_hosts = vec![other.file("known_hosts")];
    let person = Person::who(|_| Some(Answer::Save));
    let refusal = refused(&host, &person.asker).await;
    assert!(person.asked().is_empty());
    assert!(matches!(refusal, Refusal::Final(_)));
    let why = sentence(refusal);
    assert!(why.contains("known_hosts") && why.contains('1'), "{why}");
    host.strict = Strict::Off;
    let link = connected(&host).await;
    assert!(!link.caveats().is_empty());
}

#[tokio::test]
async fn a_host_s_certificate_counts_and_known_types_come_first() {
    let sshd = Sshd::start(|options| {
        options.host_keys(&["ed25519", "rsa", "ecdsa"]).host_certificate("127.0.0.1");
    });
    let mut host = sshd.host_config("web1");
    host.user_known_hosts = vec![sshd.file("known_ca")];
    connected(&host).await;
    // Only the RSA key is known: that is the one the host is asked for.
    let known = std::fs::read_to_string(sshd.file("known_hosts")).unwrap();
    let rsa = known.lines().find(|line| line.contains("ssh-rsa")).unwrap();
    std::fs::write(sshd.file("known_rsa"), format!("{rsa}\n")).unwrap();
    host.user_known_hosts = vec![sshd.file("known_rsa")];
    assert!(fact(&connected(&host).await, "host key").starts_with("RSA"));
}

#[tokio::test]
async fn more_channels_than_allowed_are_told_from_a_link_that_is_gone() {
    let mut sshd = Sshd::start(|options| {
        options.line("MaxSessions 2");
    });
    let link = connected(&sshd.host_config("web1")).await;
    let one = link.exec("cat").await.unwrap();
    let _two = link.exec("cat").await.unwrap();
    assert_eq!(soon("an answer", link.exec("cat")).await.err(), Some(ExecError::NoMoreChannels));
    one.close().await;
    let end = Instant::now() + LONG;
    while let Err(error) = link.exec("echo again").await {
        assert_eq!(error, ExecError::NoMoreChannels);
        assert!(Instant::now() < end, "a closed channel does not count any more");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    sshd.kill();
    soon("the end", link.gone()).await;
    assert_eq!(soon("an answer", link.exec("cat")).await.err(), Some(ExecError::Gone));
    assert_eq!(soon("an answer", link.ping()).await, Err(ExecError::Gone));

    let none = Sshd::start(|options| {
        options.line("MaxSessions 0");
    });
    let link = connected(&none.host_config("web1")).await;
    let refused = soon("an answer", link.exec("cat")).await.err();
    assert!(matches!(&refused, Some(ExecError::Refused(why)) if why.contains("web1")), "{refused:?}");
}

#[tokio::test]
async fn a_killed_server_ends_every_channel_and_says_so() {
    let mut sshd = Sshd::start(|_| {});
    let link = connected(&sshd.host_config("web1")).await;
    let mut channel = link.exec("cat").await.unwrap();
    sshd.kill();
    let why = soon("the end", link.gone()).await;
    assert!(why.contains("web1"), "{why}");
    assert_eq!(soon("the end", channel.next()).await, None);
    assert_eq!(soon("an answer", channel.write(b"x")).await, Err(ExecError::Gone));
    sshd.restart();
    connected(&sshd.host_config("web1")).await;
}

#[tokio::test]
async fn a_frozen_server_does_not_answer_and_answers_when_it_thaws() {
    let sshd = Sshd::start(|_| {});
    let link = connected(&sshd.host_config("web1")).await;
    sshd.freeze();
    let ping = link.ping();
    tokio::pin!(ping);
    assert!(tokio::time::timeout(Duration::from_millis(500), &mut ping).await.is_err());
    sshd.thaw();
    assert!(soon("an answer", ping).await.unwrap() >= Duration::from_millis(500));

    let mut host = sshd.host_config("web2");
    host.connect_timeout = Some(Duration::from_secs(1));
    sshd.freeze();
    let refusal = refused(&host, &Asker::silent()).await;
    sshd.thaw();
    assert!(matches!(&refusal, Refusal::Temporary(why) if why.contains("web2")), "{refusal:?}");
}

#[tokio::test]
async fn a_fast_channel_does_not_hold_up_another_and_one_nobody_reads_is_closed() {
    let sshd = Sshd::start(|_| {});
    let link = connected(&sshd.host_config("web1")).await;
    let mut unread = link.exec("cat /dev/zero").await.unwrap();
    for n in 0..20 {
        assert_eq!(run(&link, &format!("echo {n}")).await, format!("{n}\n"));
        soon("an answer", link.ping()).await.unwrap();
    }
    // What was not taken is bounded; behind it the channel is closed, without an exit of the command.
    let end = Instant::now() + LONG * 2;
    while sshd.commands().iter().any(|command| command.contains("cat /dev/zero")) {
        assert!(Instant::now() < end, "a channel that nobody reads is never closed");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let (mut bytes, mut exit) = (0, None);
    while let Some(output) = soon("output or the end", unread.next()).await {
        match output {
            Output::Out(chunk) => bytes += chunk.len(),
            output => exit = Some(output),
        }
    }
    assert!(bytes > 16 << 20 && bytes <= 32 << 20, "{bytes}");
    assert_eq!(exit, None);
    assert_eq!(run(&link, "echo still here").await, "still here\n");
}

#[tokio::test]
async fn what_is_written_faster_than_it_is_read_arrives_whole() {
    let sshd = Sshd::start(|_| {});
    let link = connected(&sshd.host_config("web1")).await;
    let mut channel = link.exec("wc -c").await.unwrap();
    for _ in 0..100 {
        soon("written", channel.write(&[b'x'; 100_000])).await.unwrap();
    }
    channel.end_input().await;
    assert_eq!(all(channel).await.0.trim(), "10000000");
}

#[tokio::test]
async fn compression_and_algorithms_of_the_config_are_obeyed() {
    let sshd = Sshd::start(|_| {});
    let mut host = sshd.host_config("web1");
    assert_eq!(fact(&connected(&host).await, "compression"), "none");
    host.compression = true;
    let name = |name: &str| name.to_string();
    host.algorithms.ciphers = Some(vec![name("rot13"), name("aes256-ctr")]);
    host.algorithms.macs = Some(vec![name("hmac-sha2-512")]);
    host.algorithms.kex = Some(vec![name("sntrup9999"), name("ecdh-sha2-nistp256")]);
    let link = connected(&host).await;
    assert_eq!(fact(&link, "compression"), "zlib");
    assert_eq!(fact(&link, "cipher"), "aes256-ctr");
    assert_eq!(fact(&link, "mac"), "hmac-sha2-512");
    assert_eq!(fact(&link, "key exchange"), "ecdh-sha2-nistp256");
    let (text, _) = all(link.exec("seq 200000").await.unwrap()).await;
    assert!(text.starts_with("1\n2\n") && text.ends_with("\n200000\n"));

    host.algorithms.ciphers = Some(vec![name("rot13")]);
    let why = sentence(refused(&host, &Asker::silent()).await);
    assert!(why.contains("Ciphers rot13"), "{why}");
}

#[tokio::test]
async fn no_common_algorithm_names_both_lists() {
    let sshd = Sshd::start(|options| {
        options.line("Ciphers aes256-ctr");
    });
    let mut host = sshd.host_config("web1");
    host.algorithms.ciphers = Some(vec!["aes128-gcm@openssh.com".to_string()]);
    let refusal = refused(&host, &Asker::silent()).await;
    assert!(matches!(refusal, Refusal::Final(_)));
    let why = sentence(refusal);
    assert!(
        why.contains("no common cipher") && why.contains("aes256-ctr") && why.contains("aes128-gcm"),
        "{why}"
    );
}

#[tokio::test]
async fn a_full_server_is_worth_another_try() {
    let sshd = Sshd::start(|options| {
        options.line("MaxStartups 1");
    });
    // Somebody who connects and never logs in.
    let _idle = std::net::TcpStream::connect(("127.0.0.1", sshd.port())).unwrap();
    until("the other one counts", LONG, || sshd.processes().len() > 1);
    let refusal = refused(&sshd.host_config("web1"), &Asker::silent()).await;
    assert!(matches!(&refusal, Refusal::Temporary(why) if why.contains("web1")), "{refusal:?}");
}

#[tokio::test]
async fn a_line_cut_anywhere_ends_the_link_with_a_reason() {
    let sshd = Sshd::start(|_| {});
    let line = Proxy::start(sshd.port());
    let mut host = sshd.host_config("web1");
    host.port = line.port();
    for bytes in [0, 10, 100, 1000, 1500, 2000, 3000] {
        line.cut_after(bytes);
        match connect(&host, &Asker::silent()).await {
            Err(refusal) => {
                assert!(matches!(&refusal, Refusal::Temporary(why) if why.contains("web1")), "{refusal:?}")
            }
            Ok(link) => {
                line.cut_now();
                let why = soon("the end", link.gone()).await;
                assert!(why.contains("web1"), "{why}");
            }
        }
    }
    let link = connected(&host).await;
    let mut channel = link.exec("cat /dev/zero").await.unwrap();
    line.cut_after(1 << 20);
    while soon("output or the end", channel.next()).await.is_some() {}
    soon("the end", link.gone()).await;
}

#[tokio::test]
async fn a_question_goes_when_the_one_who_asks_goes() {
    let sshd = Sshd::start(|_| {});
    let mut host = sshd.host_config("web1");
    host.user_known_hosts = vec![sshd.file("my_known_hosts")];
    let (sender, asked) = std::sync::mpsc::channel();
    let asker = Asker::new(move |asked| sender.send(asked).unwrap());
    let own = asker.clone();
    let connecting = tokio::spawn(async move { Link::connect(&host, &own).await.is_ok() });
    let shown = |asked: &std::sync::mpsc::Receiver<_>| asked.try_recv().ok();
    let mut seen = None;
    let end = Instant::now() + LONG;
    while seen.is_none() {
        assert!(Instant::now() < end, "nothing was asked");
        tokio::time::sleep(Duration::from_millis(10)).await;
        seen = shown(&asked);
    }
    assert!(matches!(seen, Some(tailpane::source::ssh::ask::Asked::Question(_))));
    connecting.abort();
    let mut withdrawn = None;
    while withdrawn.is_none() {
        assert!(Instant::now() < end, "the question stays");
        tokio::time::sleep(Duration::from_millis(10)).await;
        withdrawn = shown(&asked);
    }
    assert!(matches!(withdrawn, Some(tailpane::source::ssh::ask::Asked::Withdrawn(_))));
}

#[tokio::test]
async fn batch_mode_family_and_the_size_of_keys_are_obeyed() {
    let (sshd, mut host) = locked();
    host.batch = true;
    let person = Person::typing(&["open sesame"]);
    refused(&host, &person.asker).await;
    assert!(person.asked().is_empty());

    let mut host = sshd.host_config("web1");
    host.family = Family::V6;
    let why = sentence(refused(&host, &Asker::silent()).await);
    assert!(why.contains("web1") && why.contains("address"), "{why}");

    let rsa = Sshd::start(|options| {
        options.host_keys(&["rsa"]);
    });
    let mut host = rsa.host_config("web1");
    host.required_rsa_bits = 3072;
    let why = sentence(refused(&host, &Asker::silent()).await);
    assert!(why.contains("RequiredRSASize is 3072"), "{why}");
    host.required_rsa_bits = 2048;
    connected(&host).await;
}

/// Not part of the ordinary tests: `cargo test --release --test it ssh::link::throughput -- --ignored --nocapture`.
#[tokio::test]
#[ignore = "a measurement"]
async fn throughput() {
    const GIB: u64 = 2 << 30;
    let sshd = Sshd::start(|_| {});
    let command = format!("head -c {GIB} /dev/zero");
    for cipher in ["aes128-gcm@openssh.com", "chacha20-poly1305@openssh.com", "aes256-gcm@openssh.com"] {
        let mut host = sshd.host_config("web1");
        host.algorithms.ciphers = Some(vec![cipher.to_string()]);
        let link = connected(&host).await;
        let begin = Instant::now();
        let mut channel = link.exec(&command).await.unwrap();
        let mut bytes = 0;
        while let Some(output) = channel.next().await {
            if let Output::Out(chunk) = output {
                bytes += chunk.len() as u64;
            }
        }
        assert_eq!(bytes, GIB);
        let ours = begin.elapsed();
        let begin = Instant::now();
        let ssh = Command::new(program("ssh"))
            .arg("-F")
            .arg(sshd.ssh_config_file())
            .args(["-c", cipher, "web1", &command])
            .stdout(Stdio::null())
            .status()
            .unwrap();
        assert!(ssh.success() && ssh.signal().is_none());
        let theirs = begin.elapsed();
        let rate = |time: Duration| (GIB >> 20) as f64 / time.as_secs_f64();
        println!("{cipher}: {:.0} MiB/s, ssh {:.0} MiB/s", rate(ours), rate(theirs));
    }
}
