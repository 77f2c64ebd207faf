//! Other hosts and commands as the way to a host.

use super::*;

#[tokio::test]
async fn jumps_through_two_hosts_and_verifies_each() {
    let [first, second, last] = [(); 3].map(|()| Sshd::start(|_| {}));
    let mut host = last.host_config("web1");
    host.proxy = Way::Jump(vec![first.host_config("gate"), second.host_config("bastion")]);
    let link = connected(&host).await;
    assert_eq!(fact(&link, "via"), "gate, bastion");
    assert_eq!(run(&link, "echo here").await, "here\n");
    let mut bytes = 0;
    let mut channel = link.exec("head -c 20000000 /dev/zero").await.unwrap();
    while let Some(output) = soon("output", channel.next()).await {
        if let Output::Out(chunk) = output {
            bytes += chunk.len();
        }
    }
    assert_eq!(bytes, 20_000_000);
    let sessions = [first.processes().len(), second.processes().len()];
    drop((link, channel));
    let end = Instant::now() + LONG;
    while first.processes().len() >= sessions[0] || second.processes().len() >= sessions[1] {
        assert!(Instant::now() < end, "a session is left at a jump host");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }

    let Way::Jump(mut hops) = host.proxy.clone() else { unreachable!() };
    hops[1].user_known_hosts = vec![first.file("known_hosts")];
    host.proxy = Way::Jump(hops);
    let why = sentence(refused(&host, &Asker::silent()).await);
    assert!(why.contains("bastion"), "{why}");
}

#[tokio::test]
async fn a_jump_host_that_does_not_lead_on_is_named() {
    let gate = Sshd::start(|options| {
        options.line("AllowTcpForwarding no");
    });
    let sshd = Sshd::start(|_| {});
    let mut host = sshd.host_config("web1");
    host.proxy = Way::Jump(vec![gate.host_config("gate")]);
    let refusal = refused(&host, &Asker::silent()).await;
    let is_final = matches!(refusal, Refusal::Final(_));
    let why = sentence(refusal);
    assert!(is_final && why.starts_with("gate does not let anybody through"), "{why}");
}

#[tokio::test]
async fn a_killed_jump_host_is_named_as_the_reason() {
    let mut gate = Sshd::start(|_| {});
    let sshd = Sshd::start(|_| {});
    let mut host = sshd.host_config("web1");
    host.proxy = Way::Jump(vec![gate.host_config("gate")]);
    let link = connected(&host).await;
    gate.kill();
    let why = soon("the end", link.gone()).await;
    assert!(why.contains("gate"), "{why}");
}

#[tokio::test]
async fn a_command_can_be_the_way_and_ends_with_the_link() {
    let sshd = Sshd::start(|_| {});
    let mut host = sshd.host_config("web1");
    host.hostname = "127.0.0.1".to_string();
    let config = sshd.ssh_config_file();
    let command = format!(
        "{} -F {} -W 127.0.0.1:{} web1 2>&2",
        program("ssh").display(),
        config.display(),
        sshd.port()
    );
    host.proxy = Way::Command(command);
    let link = connected(&host).await;
    assert_eq!(run(&link, "echo here").await, "here\n");
    let marker = format!("-W 127.0.0.1:{}", sshd.port());
    let runs = || {
        std::fs::read_dir("/proc").unwrap().flatten().any(|entry| {
            let line = std::fs::read(entry.path().join("cmdline")).unwrap_or_default();
            let stat = std::fs::read_to_string(entry.path().join("stat")).unwrap_or_default();
            String::from_utf8_lossy(&line).replace('\0', " ").contains(&marker) && !stat.contains(") Z")
        })
    };
    if cfg!(target_os = "linux") {
        assert!(runs());
    }
    drop(link);
    let end = Instant::now() + LONG;
    while cfg!(target_os = "linux") && runs() {
        assert!(Instant::now() < end, "the command is left");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    host.proxy = Way::Command("echo no way through >&2; exit 1".to_string());
    let why = sentence(refused(&host, &Asker::silent()).await);
    assert!(why.contains("web1") && why.contains("no way through"), "{why}");
}
