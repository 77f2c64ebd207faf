//! Getting in by a key: a file, an agent, a certificate, behind a passphrase.

use super::*;

#[tokio::test]
async fn every_kind_of_key_gets_in() {
    let sshd = Sshd::start(|_| {});
    for kind in ["rsa", "ecdsa", "ed25519"] {
        let key = sshd.file(&format!("user_{kind}"));
        make_key(&key, kind, "");
        sshd.authorize(&key.with_extension("pub"));
        let mut host = sshd.host_config("web1");
        host.identity_files = vec![sshd.file("not_there"), key];
        let link = connected(&host).await;
        assert!(fact(&link, "login").contains(kind), "{}", fact(&link, "login"));
    }
    // The old format of a private key.
    let key = sshd.file("user_pem");
    keygen(&["-t", "rsa", "-b", "2048", "-m", "PEM", "-N", "", "-f", key.to_str().unwrap()]);
    sshd.authorize(&key.with_extension("pub"));
    let mut host = sshd.host_config("web1");
    host.identity_files = vec![key];
    connected(&host).await;
}

#[tokio::test]
async fn an_agents_key_gets_in_and_identities_only_keeps_the_others_back() {
    let sshd = Sshd::start(|_| {});
    let agent = Agent::start();
    agent.add(&sshd.file("id_ed25519"));
    let mut host = sshd.host_config("web1");
    host.identity_files = Vec::new();
    host.agent = Some(agent.socket());
    let why = sentence(refused(&host, &Asker::silent()).await);
    assert!(why.contains("web1 does not let") && why.contains("no key"), "{why}");
    host.identities_only = false;
    assert!(fact(&connected(&host).await, "login").contains("agent"));
    // The public half in a file names the agent's key.
    host.identities_only = true;
    host.identity_files = vec![sshd.file("id_ed25519.pub")];
    assert!(fact(&connected(&host).await, "login").contains("agent"));
}

#[tokio::test]
async fn the_config_s_key_is_shown_before_the_agents_many() {
    let sshd = Sshd::start(|options| {
        options.line("MaxAuthTries 2");
    });
    let agent = Agent::start();
    for n in 0..4 {
        let key = sshd.file(&format!("other{n}"));
        make_key(&key, "ed25519", "");
        agent.add(&key);
    }
    agent.add(&sshd.file("id_ed25519"));
    let mut host = sshd.host_config("web1");
    host.agent = Some(agent.socket());
    host.identities_only = false;
    connected(&host).await;
    host.identity_files = Vec::new();
    let refusal = refused(&host, &Asker::silent()).await;
    assert!(matches!(refusal, Refusal::Final(_)), "{refusal:?}");
    let why = sentence(refusal);
    assert!(why.contains("Too many authentication failures") && why.contains("IdentitiesOnly"), "{why}");
}

#[tokio::test]
async fn the_agents_keys_come_before_files_that_it_does_not_have() {
    let sshd = Sshd::start(|_| {});
    let agent = Agent::start();
    for name in ["agents", "strange"] {
        make_key(&sshd.file(name), "ed25519", "");
        agent.add(&sshd.file(name));
    }
    let mut host = sshd.host_config("web1");
    host.agent = Some(agent.socket());
    host.identities_only = false;
    // The agent has only keys that do not fit: behind them the file's comes.
    assert!(fact(&connected(&host).await, "login").ends_with("id_ed25519"));
    // Both fit now, and the file is not even looked at.
    sshd.authorize(&sshd.file("agents.pub"));
    assert!(fact(&connected(&host).await, "login").contains("agent"));
    host.identities_only = true;
    assert!(fact(&connected(&host).await, "login").ends_with("id_ed25519"));
}

#[tokio::test]
async fn only_kinds_of_keys_that_the_config_accepts_are_shown() {
    let sshd = Sshd::start(|_| {});
    make_key(&sshd.file("id_rsa"), "rsa", "");
    sshd.authorize(&sshd.file("id_rsa.pub"));
    let mut host = sshd.host_config("web1");
    host.identity_files.insert(0, sshd.file("id_rsa"));
    for (accepted, wanted) in [
        (None, "id_rsa"),
        (Some("ssh-ed25519"), "id_ed25519"),
        (Some("rsa-sha2-512"), "id_rsa"),
        (Some("rsa-sha2-256"), "id_rsa"),
    ] {
        host.algorithms.pubkey = accepted.map(|name| vec![name.to_string()]);
        let link = connected(&host).await;
        assert!(fact(&link, "login").ends_with(wanted), "{accepted:?}: {}", fact(&link, "login"));
    }
    host.algorithms.pubkey = Some(vec!["ecdsa-sha2-nistp256".to_string()]);
    let why = sentence(refused(&host, &Asker::silent()).await);
    assert_eq!(why.matches("its kind of key may not be used").count(), 2, "{why}");
}

#[tokio::test]
async fn one_server_may_want_more_of_some_than_of_others() {
    let sshd = Sshd::start(|options| {
        options.line("Match Address 127.0.0.2\nAuthenticationMethods publickey,publickey");
    });
    make_key(&sshd.file("second"), "ecdsa", "");
    sshd.authorize(&sshd.file("second.pub"));
    let mut host = sshd.host_config("web1");
    connected(&host).await;
    host.bind_address = Some("127.0.0.2".to_string());
    let why = sentence(refused(&host, &Asker::silent()).await);
    assert!(why.starts_with("web1 does not let"), "{why}");
    host.identity_files.push(sshd.file("second"));
    let login = fact(&connected(&host).await, "login");
    assert!(login.contains("id_ed25519, then publickey, ") && login.ends_with("second"), "{login}");
}

#[tokio::test]
async fn a_certificate_gets_in_beside_its_key_named_or_in_the_agent() {
    let sshd = Sshd::start(|_| {});
    for kind in ["ed25519", "rsa"] {
        let key = sshd.file(&format!("cert_{kind}"));
        make_key(&key, kind, "");
        let mut host = sshd.host_config("web1");
        host.identity_files = vec![key.clone()];
        refused(&host, &Asker::silent()).await;
        sshd.certify(&key.with_extension("pub"));
        assert!(fact(&connected(&host).await, "login").contains("certificate tester"));

        let agent = Agent::start();
        agent.add(&key);
        host.agent = Some(agent.socket());
        assert!(fact(&connected(&host).await, "login").contains("agent"));

        host.agent = None;
        let elsewhere = sshd.file("elsewhere.pub");
        std::fs::rename(sshd.file(&format!("cert_{kind}-cert.pub")), &elsewhere).unwrap();
        refused(&host, &Asker::silent()).await;
        host.certificate_files = vec![elsewhere];
        connected(&host).await;
    }
}

/// A server and a host config whose key has the passphrase `open sesame`.
pub fn locked() -> (Sshd, HostConfig) {
    let sshd = Sshd::start(|_| {});
    let key = sshd.file("locked");
    make_key(&key, "ed25519", "open sesame");
    sshd.authorize(&key.with_extension("pub"));
    let mut host = sshd.host_config("web1");
    host.identity_files = vec![key];
    (sshd, host)
}

#[tokio::test]
async fn a_passphrase_is_asked_for_once_and_kept() {
    let (_sshd, host) = locked();
    let person = Person::typing(&["wrong", "open sesame"]);
    let other = HostConfig { hostname: "127.0.0.2".to_string(), ..host.clone() };
    let (one, two) = tokio::join!(connect(&host, &person.asker), connect(&other, &person.asker));
    let (one, two) = (one.unwrap(), two.unwrap());
    assert_eq!(person.asked().len(), 2, "{:?}", person.prompts());
    assert!(
        person
            .prompts()
            .iter()
            .all(|prompt| prompt.starts_with("passphrase of ") && prompt.ends_with("locked"))
    );
    assert!(person.asked()[0].host.ends_with("@web1"));
    drop((one, two));
    connect(&host, &person.asker).await.unwrap();
    assert_eq!(person.asked().len(), 2, "asked again for the next connection");
}

#[tokio::test]
async fn a_passphrase_nobody_gives_is_said_and_never_asked_in_silence() {
    let (sshd, mut host) = locked();
    let person = Person::typing(&[]);
    let refusal = refused(&host, &person.asker).await;
    assert!(matches!(&refusal, Refusal::Final(why) if why.contains("cancelled")), "{refusal:?}");
    let why = sentence(refused(&host, &Asker::silent()).await);
    assert!(why.contains("passphrase") && why.contains("ssh-add"), "{why}");

    // Three wrong ones, and the next key is tried.
    host.identity_files.push(sshd.file("id_ed25519"));
    let person = Person::typing(&["a", "b", "c"]);
    connect(&host, &person.asker).await.unwrap();
    assert_eq!(person.asked().len(), 3);
    // A key the host would refuse is not worth a question.
    host.identity_files[0] = sshd.file("unknown");
    make_key(&sshd.file("unknown"), "ed25519", "open sesame");
    let person = Person::typing(&[]);
    connect(&host, &person.asker).await.unwrap();
    assert_eq!(person.prompts(), Vec::<String>::new());
}
