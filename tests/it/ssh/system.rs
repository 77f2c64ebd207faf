//! The transport through the system's `ssh`, against a real server, with the real program as its askpass.

mod follow;

use std::future::Future;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tailpane::app::question::{Answer, Ask, Secret};
use tailpane::core::host::Target;
use tailpane::source::ssh::ask::{Asked, Asker};
use tailpane::source::ssh::config::{HostConfig, Strict, Transport};
use tailpane::source::ssh::link::{ExecError, Link, Output, Refusal};
use tailpane::source::ssh::system::{System, SystemChannel};
use zeroize::Zeroizing;

use super::fake::{Fake, Wants};
use super::sshd::{Sshd, make_key, program, until};

const LIMIT: Duration = Duration::from_secs(60);

fn run<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async { tokio::time::timeout(LIMIT, work).await.expect("in time") })
}

fn own() -> PathBuf {
    Path::new(env!("CARGO_BIN_EXE_tailpane")).canonicalize().unwrap()
}

/// `web1`, which is the server by an ssh config of its own.
fn web1(sshd: &Sshd) -> HostConfig {
    HostConfig { ssh_config: Some(sshd.ssh_config_file()), ..sshd.host_config("web1") }
}

/// `web1`, with more lines in its ssh config, which come first.
fn web1_with(sshd: &Sshd, lines: &str) -> HostConfig {
    let entry = sshd.host_entry("web1", sshd.port());
    let text = entry.replacen("Host web1\n", &format!("Host web1\n{lines}\n"), 1);
    HostConfig { ssh_config: Some(sshd.ssh_config_with(&text)), ..sshd.host_config("web1") }
}

async fn connect(host: &HostConfig, asker: &Asker) -> Result<System, Refusal> {
    System::connect_with(host, asker, Some(&own())).await
}

async fn silently(host: &HostConfig) -> System {
    connect(host, &Asker::silent()).await.expect("connected")
}

/// All a command gives: output, errors, code.
async fn all(channel: &mut SystemChannel) -> (Vec<u8>, Vec<u8>, Option<u32>) {
    let (mut out, mut err, mut code) = (Vec::new(), Vec::new(), None);
    while let Some(output) = channel.next().await {
        match output {
            Output::Out(bytes) => out.extend(bytes),
            Output::Err(bytes) => err.extend(bytes),
            Output::Exit(exit) => code = exit,
        }
    }
    (out, err, code)
}

/// Whether a process of this machine was called with this text.
fn runs(text: &str) -> bool {
    let lines = Command::new("ps").args(["-A", "-ww", "-o", "args="]).output().unwrap();
    String::from_utf8_lossy(&lines.stdout).lines().any(|line| line.contains(text))
}

/// An asker that answers by a list, one a question, and the questions that were asked.
fn answering(answers: Vec<Answer>) -> (Asker, Arc<Mutex<Vec<Ask>>>) {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let place: Arc<Mutex<Option<Asker>>> = Arc::default();
    let (log, own, answers) = (asked.clone(), place.clone(), Mutex::new(answers.into_iter()));
    let asker = Asker::new(move |shown| {
        if let Asked::Question(question) = shown {
            log.lock().unwrap().push(question.ask);
            let answer = answers.lock().unwrap().next().expect("one more question than expected");
            own.lock().unwrap().clone().unwrap().answer(question.id, answer);
        }
    });
    *place.lock().unwrap() = Some(asker.clone());
    (asker, asked)
}

fn text(text: &str) -> Answer {
    Answer::Text(Secret::new(Zeroizing::new(text.to_owned())))
}

fn sentence(refusal: Result<System, Refusal>) -> (bool, String) {
    match refusal.map(|_| ()).expect_err("refused") {
        Refusal::Final(sentence) => (true, sentence),
        Refusal::Temporary(sentence) => (false, sentence),
    }
}

#[test]
fn commands_get_and_give_every_byte_and_nothing_is_left() {
    let sshd = Sshd::start(|_| {});
    let host = web1(&sshd);
    let mark = host.ssh_config.clone().unwrap().display().to_string();
    run(async {
        let system = silently(&host).await;
        let mut channel = system.exec("cat; echo odd 'words' >&2; exit 7").await.unwrap();
        let bytes: Vec<u8> = (0..250_000_u32).flat_map(u32::to_le_bytes).collect();
        let (mut sent, mut got) = (bytes.chunks(50_000), Vec::new());
        while got.len() < bytes.len() {
            if let Some(part) = sent.next() {
                channel.write(part).await.unwrap();
            }
            if let Some(Output::Out(part)) = channel.next().await {
                got.extend(part);
            }
        }
        channel.end_input().await;
        assert!(got == bytes);
        assert_eq!(all(&mut channel).await, (Vec::new(), b"odd words\n".to_vec(), Some(7)));
        assert_eq!(channel.next().await, None);
        let mut killed = system.exec("kill -9 $$").await.unwrap();
        assert_eq!(all(&mut killed).await.2, None);
        // Many at once, one of which nobody reads.
        let _unread = system.exec("yes").await.unwrap();
        let mut both = (system.exec("echo a").await.unwrap(), system.exec("echo b").await.unwrap());
        assert_eq!(all(&mut both.1).await.0, b"b\n");
        assert_eq!(all(&mut both.0).await.0, b"a\n");
        let facts = system.facts();
        for what in ["login", "host key", "key exchange", "cipher"] {
            assert!(facts.iter().any(|(fact, value)| *fact == what && !value.is_empty()), "{facts:?}");
        }
        assert!(facts.contains(&("login", "publickey".to_owned())), "{facts:?}");
        assert_eq!(system.caveats(), Vec::<String>::new());
        assert!(runs(&mark));
        system.close().await;
    });
    until("nothing runs here or there", LIMIT, || !runs(&mark) && sshd.commands().is_empty());
}

#[test]
fn a_closed_channel_ends_its_command_and_a_dropped_link_all_of_them() {
    let sshd = Sshd::start(|_| {});
    let host = web1(&sshd);
    let mark = host.ssh_config.clone().unwrap().display().to_string();
    run(async {
        let system = silently(&host).await;
        let first = system.exec("while echo x; do sleep 0.05; done # first").await.unwrap();
        let _second = system.exec("while echo x; do sleep 0.05; done # second").await.unwrap();
        let runs_there = |name: &str| sshd.commands().iter().any(|command| command.contains(name));
        until("both run", LIMIT, || runs_there("# first") && runs_there("# second"));
        first.close().await;
        until("the first has ended", LIMIT, || !runs_there("# first"));
        assert!(runs_there("# second"));
    });
    until("nothing runs here or there", LIMIT, || !runs(&mark) && sshd.commands().is_empty());
}

#[test]
fn a_host_that_allows_no_more_channels_says_so_and_is_alive() {
    let sshd = Sshd::start(|options| {
        options.line("MaxSessions 2");
    });
    run(async {
        let system = silently(&web1(&sshd)).await;
        let first = system.exec("cat").await.unwrap();
        let _second = system.exec("cat").await.unwrap();
        assert!(matches!(system.exec("cat").await, Err(ExecError::NoMoreChannels)));
        system.ping().await.unwrap();
        first.close().await;
        let mut again = loop {
            match system.exec("echo room").await {
                Ok(channel) => break channel,
                Err(error) => assert_eq!(error, ExecError::NoMoreChannels),
            }
        };
        assert_eq!(all(&mut again).await.0, b"room\n");
    });
}

#[test]
fn a_sign_of_life_comes_from_the_host_and_a_dead_one_gives_none() {
    let mut sshd = Sshd::start(|_| {});
    run(async {
        let system = silently(&web1(&sshd)).await;
        for _ in 0..3 {
            assert!(system.ping().await.unwrap() > Duration::ZERO);
        }
        sshd.freeze();
        assert!(tokio::time::timeout(Duration::from_millis(300), system.ping()).await.is_err());
        sshd.thaw();
        system.ping().await.unwrap();
        let mut channel = system.exec("sleep 1000").await.unwrap();
        sshd.kill();
        let why = system.gone().await;
        assert!(!why.is_empty());
        assert_eq!(all(&mut channel).await.2, None);
        assert_eq!(system.ping().await, Err(ExecError::Gone));
        assert!(matches!(system.exec("true").await, Err(ExecError::Gone)));
    });
}

#[test]
fn passphrases_are_asked_for_on_the_screen_and_remembered_once_right() {
    let sshd = Sshd::start(|_| {});
    let key = sshd.file("locked");
    make_key(&key, "ed25519", "open sesame");
    sshd.authorize(&key.with_extension("pub"));
    std::fs::write(sshd.file("id_ed25519"), "").unwrap();
    let host = web1_with(&sshd, &format!("  IdentityFile {}", key.display()));
    let (asker, asked) = answering(vec![text("wrong"), text("open sesame")]);
    run(async {
        connect(&host, &asker).await.expect("connected").close().await;
        connect(&host, &asker).await.expect("connected without a question").close().await;
    });
    let asked = asked.lock().unwrap();
    assert_eq!(asked.len(), 2);
    let Ask::Text { prompt, echo: false, .. } = &asked[0] else { panic!("{asked:?}") };
    assert!(prompt.contains("passphrase") && prompt.contains("locked"), "{prompt}");
    let (asker, _) = answering(vec![Answer::Cancel]);
    let (last, sentence) = sentence(run(connect(&host, &asker)));
    assert!(last && sentence.contains("web1") && sentence.contains("cancelled"), "{sentence}");
}

#[test]
fn passwords_are_remembered_and_codes_asked_for_each_time() {
    let form = Sshd::start(|_| {});
    let at = |fake: &Fake| {
        let entry = form.host_entry("web1", fake.host_config(&form.host_config("web1")).port);
        let entry = entry.replacen("Host web1\n", "Host web1\n  User ada\n  StrictHostKeyChecking no\n", 1);
        let entry = entry.replacen("Host web1\n", "Host web1\n  UserKnownHostsFile /dev/null\n", 1);
        HostConfig {
            ssh_config: Some(form.ssh_config_with(&entry)),
            ..fake.host_config(&form.host_config("web1"))
        }
    };
    let fake = Fake::start(Wants { banner: 100 << 10, ..Wants::default() });
    let (asker, asked) = answering(vec![text("wrong"), text("swordfish")]);
    let host = at(&fake);
    run(async {
        for _ in 0..2 {
            connect(&host, &asker).await.expect("connected").close().await;
        }
    });
    assert_eq!(asked.lock().unwrap().len(), 2, "the second link asks nothing");
    let silent = sentence(run(connect(&host, &Asker::silent())));
    assert!(silent.0 && silent.1.len() < 1500, "a long banner is not a long sentence: {}", silent.1);
    let rounds = vec![("Have it at hand", vec![("Verification code: ", false)], vec!["123456"])];
    let methods = vec![russh::MethodKind::KeyboardInteractive];
    let fake = Fake::start(Wants { methods, rounds, ..Wants::default() });
    let (asker, asked) = answering(vec![text("123456"), text("123456")]);
    let host = at(&fake);
    run(async {
        for _ in 0..2 {
            connect(&host, &asker).await.expect("connected").close().await;
        }
    });
    let asked = asked.lock().unwrap();
    assert!(asked.len() == 2 && format!("{asked:?}").contains("Verification code:"), "{asked:?}");
}

#[test]
fn an_unknown_host_key_is_asked_about_and_kept_only_when_that_is_said() {
    let sshd = Sshd::start(|_| {});
    let file = sshd.file("new known hosts");
    let mut host = web1_with(&sshd, &format!("  UserKnownHostsFile \"{}\"", file.display()));
    host.user_known_hosts = vec![file.clone()];
    let (asker, _) = answering(vec![Answer::Cancel]);
    assert!(sentence(run(connect(&host, &asker))).0);
    let (asker, asked) = answering(vec![Answer::Once]);
    run(async {
        for _ in 0..2 {
            let system = connect(&host, &asker).await.expect("connected");
            assert_eq!(all(&mut system.exec("echo in").await.unwrap()).await.0, b"in\n");
            system.close().await;
        }
    });
    assert!(!file.exists(), "it was for this time");
    let Ask::HostKey { kind, fingerprint, file: Some(shown), .. } = &asked.lock().unwrap()[0] else {
        panic!()
    };
    assert_eq!((kind.as_str(), shown.as_str()), ("ED25519", file.to_str().unwrap()));
    assert!(fingerprint.starts_with("SHA256:"));
    let (asker, _) = answering(vec![Answer::Save]);
    run(async { connect(&host, &asker).await.expect("connected").close().await });
    assert!(std::fs::read_to_string(&file).unwrap().contains(&format!("[127.0.0.1]:{} ", sshd.port())));
    run(async { silently(&host).await.close().await });
}

#[test]
fn nobody_is_asked_in_silence_and_a_changed_key_is_refused() {
    let sshd = Sshd::start(|_| {});
    let known = sshd.file("known_hosts");
    let name = format!("[127.0.0.1]:{}", sshd.port());
    std::fs::write(&known, "").unwrap();
    let (last, unknown) = sentence(run(connect(&web1(&sshd), &Asker::silent())));
    assert!(last && unknown.contains("web1") && unknown.contains("Nobody was asked"), "{unknown}");
    let ca = std::fs::read_to_string(sshd.file("ca.pub")).unwrap();
    std::fs::write(&known, format!("{name} {ca}")).unwrap();
    let (asker, _) = answering(Vec::new());
    let (last, changed) = sentence(run(connect(&web1(&sshd), &asker)));
    assert!(last && changed.contains("has changed"), "{changed}");
    let off = HostConfig { strict: Strict::Off, ..web1_with(&sshd, "  StrictHostKeyChecking no") };
    run(async {
        let system = silently(&off).await;
        assert_eq!(system.caveats(), ["host key not checked (StrictHostKeyChecking no)"]);
    });
}

#[test]
fn who_cannot_be_reached_may_be_tried_again() {
    let mut sshd = Sshd::start(|_| {});
    sshd.kill();
    let (last, sentence) = sentence(run(connect(&web1(&sshd), &Asker::silent())));
    assert!(!last && sentence.contains("web1") && sentence.contains("Connection refused"), "{sentence}");
}

#[test]
fn a_connection_of_the_users_own_is_used_and_stays() {
    let sshd = Sshd::start(|_| {});
    let socket = sshd.file("s");
    let host = web1_with(&sshd, &format!("  ControlPath {}", socket.display()));
    let config = host.ssh_config.clone().unwrap();
    let mut master = Command::new(program("ssh"));
    master.arg("-F").arg(&config).args(["-M", "-N", "web1"]).stdin(Stdio::null());
    let mut master = master.spawn().unwrap();
    until("the connection stands", LIMIT, || socket.exists());
    let logins = || sshd.log().matches("Accepted publickey").count();
    assert_eq!(logins(), 1);
    run(async {
        let system = silently(&host).await;
        assert_eq!(all(&mut system.exec("echo mine").await.unwrap()).await.0, b"mine\n");
        system.ping().await.unwrap();
        system.close().await;
        let system = silently(&host).await;
        assert_eq!((logins(), master.try_wait().unwrap()), (1, None));
        master.kill().unwrap();
        master.wait().unwrap();
        assert!(system.gone().await.contains("web1"));
        assert!(matches!(system.exec("true").await, Err(ExecError::Gone)));
    });
    assert_eq!(logins(), 1, "no connection is made behind the user's back");
}

#[test]
fn a_jump_host_of_the_ssh_config_is_gone_through() {
    let (near, far) = (Sshd::start(|_| {}), Sshd::start(|_| {}));
    let jump = far.host_entry("web1", far.port()).replacen("Host web1\n", "Host web1\n  ProxyJump near\n", 1);
    let config = far.ssh_config_with(&(near.host_entry("near", near.port()) + &jump));
    let transport = Transport::OpenSsh;
    let host = HostConfig { ssh_config: Some(config), transport, ..far.host_config("web1") };
    run(async {
        let link = Link::connect(&host, &Asker::silent()).await.unwrap_or_else(|why| panic!("{why:?}"));
        let mut channel = link.exec("cat").await.unwrap();
        channel.write(b"far").await.unwrap();
        channel.end_input().await;
        assert_eq!(channel.next().await, Some(Output::Out(b"far".to_vec())));
        assert_eq!(channel.next().await, Some(Output::Exit(Some(0))));
        assert_eq!(channel.next().await, None);
        link.close().await;
    });
    assert!(near.log().contains("Accepted publickey") && far.log().contains("Accepted publickey"));
}

#[test]
fn a_hostile_name_is_no_option() {
    let sshd = Sshd::start(|_| {});
    let bait = sshd.file("bait");
    let name = format!("-oProxyCommand=touch {}", bait.display());
    let target = Target { host: name, user: Some("-v".to_owned()), port: Some(sshd.port()) };
    let host = HostConfig { target, ..web1(&sshd) };
    sentence(run(connect(&host, &Asker::silent())));
    assert!(!bait.exists());
}

#[test]
fn a_variable_that_was_inherited_does_not_make_an_askpass_of_the_program() {
    let folder = tempfile::tempdir().unwrap();
    let tailpane = |askpass: &Path, args: &[&str]| {
        let mut tailpane = Command::new(own());
        tailpane.env("TAILPANE_ASKPASS", folder.path().join("none")).env("SSH_ASKPASS", askpass);
        let output = tailpane.args(args).stdin(Stdio::null()).output().unwrap();
        (output.status.success(), !output.stdout.is_empty())
    };
    assert_eq!(tailpane(Path::new("/usr/bin/ssh-askpass"), &["--version"]), (true, true));
    assert_eq!(tailpane(&own(), &["--version", "--help"]), (true, true));
    assert_eq!(tailpane(&own(), &["Password:"]), (false, false), "nobody listens");
}
